"""Writes down every change that a program makes below one directory, as it runs for real.

For a process that lives only to be recorded: the system calls stay wrapped. A change that the
recorder does not know of shows at the end, when the tree that its steps make is not the one
that is there: see `differences`.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import storage.files
from tests.crash.disk import (
    ROOT,
    Disk,
    Name,
    Place,
    Remove,
    Stamp,
    Step,
    Sync,
    Truncate,
    Write,
    real_tree,
)
from tests.crash.patching import know_inodes, replace_everywhere

CALLS = ("open", "write", "pwrite", "fsync", "ftruncate", "utime", "close")
NAME_CALLS = ("replace", "rename", "mkdir", "unlink", "rmdir", "link")
PATIENCE_SECONDS = 1.0
LOOP_TURNS = 10  # from the end of an operation to the line behind its `await`


class Recorder:
    """The steps that a program has taken, each written down once it is done."""

    def __init__(self, root: Path, steps: Sequence[Step], inodes: dict[int, int]) -> None:
        """Go on after `steps`; `inodes` tells the modelled inode of each real one."""
        self.steps = list(steps)
        self.before_each: Callable[[int], None] = lambda _count: None
        self._root = root
        self._inodes = inodes
        self._names = Disk.after(steps).live_names()
        self._free = 1 + max((inode for inode in self._names.values()), default=ROOT)
        self._open: dict[int, tuple[int, int]] = {}  # descriptor -> inode, offset
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Wrap the calls, for the rest of this process; the loop that runs is the clients'."""
        self._loop = asyncio.get_running_loop()
        know_inodes(self._inodes)
        for name in (*CALLS, *NAME_CALLS):
            setattr(os, name, self._wrapped(getattr(os, name), getattr(self, f"_{name}_")))
        syncfs = storage.files.sync_filesystem
        replace_everywhere(syncfs, self._wrapped(syncfs, self._syncfs))

    def _wrapped(
        self, real: Callable[..., Any], note: Callable[..., Any]
    ) -> Callable[..., Any]:
        def call(first: Any, *args: Any, **options: Any) -> Any:
            if not self._is_ours(first):
                return real(first, *args, **options)
            self._let_answers_out()
            with self._lock:
                self.before_each(len(self.steps))
                result = real(first, *args, **options)
                note(result, first, *args, **options)
            return result

        return call

    def _is_ours(self, path_or_descriptor: Any) -> bool:
        if isinstance(path_or_descriptor, int):
            return path_or_descriptor in self._open
        return Path(os.fsdecode(path_or_descriptor)).is_relative_to(self._root)

    def _let_answers_out(self) -> None:
        """Wait until the clients have seen every answer that was given before this call.

        Else an answer that came too early would look as if it had come after the call.
        """
        loop = self._loop
        if loop is None or not loop.is_running() or loop is _running_loop():
            return
        seen = threading.Event()

        def turn(turns_left: int) -> None:
            if turns_left:
                loop.call_soon(turn, turns_left - 1)
            else:
                seen.set()

        loop.call_soon_threadsafe(turn, LOOP_TURNS)
        seen.wait(PATIENCE_SECONDS)

    # What each call has changed.

    def _open_(
        self, descriptor: int, path: Any, flags: int, *_mode: Any, **_options: Any
    ) -> None:
        name = self._name(path)
        inode = self._inode(name)
        if inode is None:
            inode = self._place_new(name, os.fstat(descriptor).st_ino)
        elif flags & os.O_TRUNC:
            self.steps.append(Truncate(inode, 0))
        is_appending = flags & os.O_APPEND
        self._open[descriptor] = (inode, -1 if is_appending else 0)

    def _close_(self, _result: None, descriptor: int) -> None:
        del self._open[descriptor]

    def _write_(self, count: int, descriptor: int, content: Any) -> None:
        inode, offset = self._open[descriptor]
        end = os.fstat(descriptor).st_size if offset < 0 else offset + count
        self.steps.append(Write(inode, end - count, bytes(content[:count])))
        self._open[descriptor] = (inode, offset if offset < 0 else end)

    def _pwrite_(self, count: int, descriptor: int, content: Any, offset: int) -> None:
        self.steps.append(Write(self._open[descriptor][0], offset, bytes(content[:count])))

    def _ftruncate_(self, _result: None, descriptor: int, size: int) -> None:
        self.steps.append(Truncate(self._open[descriptor][0], size))

    def _utime_(self, _result: None, descriptor: int, *, ns: tuple[int, int]) -> None:
        self.steps.append(Stamp(self._open[descriptor][0], ns[1]))

    def _fsync_(self, _result: None, descriptor: int) -> None:
        self.steps.append(Sync(self._open[descriptor][0]))

    def _syncfs(self, _result: None, _descriptor: int) -> None:
        self.steps.append(Sync())

    def _mkdir_(self, _result: None, path: Any, *_mode: Any) -> None:
        self._place_new(self._name(path), os.stat(path).st_ino, is_directory=True)  # noqa: PTH116 - the call that is recorded

    def _replace_(self, _result: None, source: Any, path: Any) -> None:
        old, new = self._name(source), self._name(path)
        inode = self._names.pop(old)
        self._place(Place(new, inode, source=old))

    _rename_ = _replace_

    def _link_(self, _result: None, source: Any, path: Any) -> None:
        self._place(Place(self._name(path), self._names[self._name(source)]))

    def _unlink_(self, _result: None, path: Any) -> None:
        name = self._name(path)
        self.steps.append(Remove(name, self._names.pop(name)))

    _rmdir_ = _unlink_

    def _place_new(self, name: Name, real_inode: int, *, is_directory: bool = False) -> int:
        inode, self._free = self._free, self._free + 1
        self._inodes[real_inode] = inode
        self._place(Place(name, inode, is_new=True, is_directory=is_directory))
        return inode

    def _place(self, place: Place) -> None:
        self._names[place.name] = place.inode
        self.steps.append(place)

    def _name(self, path: Any) -> Name:
        parts = Path(os.fsdecode(path)).relative_to(self._root).parts
        directory = ROOT
        for part in parts[:-1]:
            directory = self._names[Name(directory, part)]
        return Name(directory, parts[-1] if parts else "")

    def _inode(self, name: Name) -> int | None:
        return self._names.get(name) if name.name else ROOT


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def differences(steps: Sequence[Step], root: Path) -> list[str]:
    """Return the paths that are not as the recorded steps make them: changed past the recorder."""
    recorded = {
        path: file.content if file else None for path, file in Disk.after(steps).tree().items()
    }
    real = real_tree(root)
    return sorted(
        path for path in recorded.keys() | real if recorded.get(path, 0) != real.get(path, 0)
    )
