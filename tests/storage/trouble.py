"""Disks that fail and machines that lose power: only system calls are ever replaced."""

import os
import stat
from collections.abc import Callable
from typing import Any

import pytest

# Every system call by which `storage` changes the disk.
CHANGING = (
    "open",
    "write",
    "pwrite",
    "fsync",
    "replace",
    "rename",
    "mkdir",
    "unlink",
    "rmdir",
    "chmod",
    "ftruncate",
    "utime",
)


class PowerCutError(BaseException):
    """The machine is off: nobody catches it, and no clean-up gets anything done."""


class Power:
    """Lets some system calls through, then stops in the middle of the next and lets no more.

    It ends after `calls_max` calls, or with the first call named `last`.
    """

    def __init__(
        self, patch: pytest.MonkeyPatch, *, calls_max: int = 1_000_000, last: str | None = None
    ) -> None:
        self._calls_left = calls_max
        self._last = last
        self.is_off = False
        for name in CHANGING:
            patch.setattr(os, name, self._wired(name, getattr(os, name)))

    def _wired(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wired(*args: Any, **options: Any) -> Any:
            if not self._calls_left and name == "write" and not self.is_off:
                call(args[0], bytes(args[1])[: len(args[1]) // 2])
            if not self._calls_left:
                self.is_off = True
                raise PowerCutError(name)
            self._calls_left = 0 if name == self._last else self._calls_left - 1
            return call(*args, **options)

        return wired


def fail(
    patch: pytest.MonkeyPatch, call: str, error: int, *, at: Callable[[str], bool] | None = None
) -> None:
    """Make a system call fail, everywhere or where its path fulfils `at`."""
    real = getattr(os, call)

    def failing(first: Any, *args: Any, **options: Any) -> Any:
        if at is None or at(path_of(first)):
            raise OSError(error, os.strerror(error))
        return real(first, *args, **options)

    patch.setattr(os, call, failing)


def path_of(path_or_descriptor: Any) -> str:
    """Return the path, also of an open file."""
    if isinstance(path_or_descriptor, int):
        return os.readlink(f"/proc/self/fd/{path_or_descriptor}")  # noqa: PTH115 - as str
    return os.fspath(path_or_descriptor)


def recorded(patch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return a list to which every sync and rename is added: what was done, to what."""
    done: list[tuple[str, str]] = []

    def record(name: str) -> None:
        real = getattr(os, name)

        def recording(first: Any, *args: Any) -> Any:
            is_directory = stat.S_ISDIR(os.stat(first).st_mode)  # noqa: PTH116 - descriptors
            done.append((name, "directory" if is_directory else "file"))
            return real(first, *args)

        patch.setattr(os, name, recording)

    for name in ("fsync", "replace", "rename"):
        record(name)
    return done
