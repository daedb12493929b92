"""A run of a program against a real store, written down step by step in a process of its own."""

import asyncio
import copy
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.crash.client import Client, Ledger
from tests.crash.disk import Step, Tree, steps_to
from tests.crash.forked import Answer, Forked
from tests.crash.patching import use_boot_id
from tests.crash.recorder import Recorder, differences
from tests.crash.states import State

Script = Callable[[Client], Awaitable[None]]

FIRST_BOOT_ID = "the-first-boot"


@dataclass
class Recording:
    """What the disk was told, from which step on crashes are looked at, and what was promised.

    `inodes` tells the modelled inode of each real one. A process under another boot id knows
    that there was a power cut in between.
    """

    steps: list[Step] = field(default_factory=list)
    began_at: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    inodes: dict[int, int] = field(default_factory=dict)
    boot_id: str = FIRST_BOOT_ID

    @property
    def call_count(self) -> int:
        return len(self.steps) - self.began_at


def record(
    script: Script, root: Path, *, before: Recording | None = None, die_after: int | None = None
) -> Recording:
    """Run a script on the store at `root` and return what it did.

    It goes on after what was done `before`. Given `die_after`, its process dies when so many
    steps are done in all, before the next call. Raises RuntimeError if it failed, or if it changed
    the disk past the recorder.
    """
    root.mkdir(exist_ok=True)
    before = copy.deepcopy(before) if before else Recording()
    recording: Recording = Forked(
        lambda answer: asyncio.run(_recorded(script, root, before, die_after, answer))
    ).result()
    if missed := differences(recording.steps, root):
        raise RuntimeError(f"changed past the recorder: {missed}")
    return recording


async def _recorded(
    script: Script, root: Path, before: Recording, die_after: int | None, answer: Answer
) -> Recording:
    logging.disable()
    use_boot_id(before.boot_id)
    recorder = Recorder(root, before.steps, before.inodes)
    client = Client(root, lambda: len(recorder.steps), before.ledger, len(before.steps))

    def recording() -> Recording:
        return replace(
            before, steps=recorder.steps, began_at=client.began_at, ledger=client.ledger
        )

    def die_when_due(step_count: int) -> None:
        if die_after is not None and step_count >= die_after:
            answer(recording())

    recorder.before_each = die_when_due
    recorder.start()
    await script(client)
    return recording()


def written_out(tree: Tree, root: Path) -> dict[int, int]:
    """Write a tree into a fresh directory; return the modelled inode of each real one."""
    root.mkdir()
    inodes = {}
    for path in sorted(tree):
        file, real = tree[path], root / path
        if file is None:
            real.mkdir()
            continue
        real.write_bytes(file.content)
        if file.mtime_ns is not None:
            os.utime(real, ns=(file.mtime_ns, file.mtime_ns))
        inodes[real.stat().st_ino] = file.inode
    return inodes


def begun_on(state: State, recorded: Recording, root: Path) -> Recording:
    """Write out what a crash has left of a recording; return one that begins there."""
    stop = state.stops[-1]
    ledger = copy.deepcopy(recorded.ledger)
    for claim in ledger.claims:
        is_answered = claim.answered_at is not None and claim.answered_at <= stop
        claim.answered_at = 0 if is_answered else None
    inodes = written_out(state.tree, root)
    steps = list(steps_to(state.tree))
    return Recording(steps, len(steps), ledger, inodes, boot_id_after(state, recorded))


def boot_id_after(state: State, recorded: Recording) -> str:
    """Return the boot id of the kernel under which the next process finds this state."""
    return f"{recorded.boot_id}-and-a-power-cut" if state.is_power_cut else recorded.boot_id
