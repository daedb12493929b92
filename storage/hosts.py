"""One kernel per volume: two would each believe its own cache, and locks reach no further.

Whoever owns the data directory says in `host.json` every few seconds that it is alive. A
lock decides between processes of one kernel; between two kernels this file does.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from domain.errors import RejectedError
from domain.moment import Moment
from storage.boot import boot_id
from storage.clock import Clock, system_clock
from storage.failures import DamagedFileError, damage_in, disk_trouble
from storage.files import remove_file, write_atomic
from storage.layout import Layout

HOST_BEAT_SECONDS = 2.0
HOST_WATCH_SECONDS = 7.0  # three beats, and some time for a slow disk
# Clocks of two hosts may differ by so much before a living one is taken for dead unwatched.
HOST_STALE_SECONDS = 600.0
LOOKS_PER_BEAT = 10

log = logging.getLogger(__name__)


class Host(BaseModel):
    """Who uses the volume, and when it last said so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    boot_id: str
    hostname: str
    pid: int
    beat: Moment


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a host says that it is alive, and how long another one looks for that."""

    beat_seconds: float = HOST_BEAT_SECONDS
    watch_seconds: float = HOST_WATCH_SECONDS
    stale_seconds: float = HOST_STALE_SECONDS


@contextmanager
def sole_host(
    layout: Layout,
    *,
    boot: str | None = None,
    clock: Clock = system_clock,
    pace: Pace = Pace(),
    on_rival: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """Use the volume as the only host while the block runs; blocks while it watches another.

    The caller holds the lock that decides between processes of this kernel. Raises
    RejectedError if another host is alive there, UnavailableError if the disk does not take
    our word. `on_rival` is called, in another thread, if another host takes the volume over
    all the same (its clock is far ahead, or both began in the same instant): then stop.
    """
    beats = _Beats(layout.host, boot or boot_id(), clock, pace)
    with disk_trouble(layout.host):
        _refuse_a_living_host(layout, beats)
        beats.beat()
    beating = threading.Thread(
        target=beats.go_on, args=(on_rival,), name="host-beats", daemon=True
    )
    beating.start()
    try:
        yield
    finally:
        beats.ended.set()
        beating.join()
        beats.take_leave()


@dataclass(frozen=True, slots=True)
class _Beats:
    """The beats of one host, and its looks at the file for those of another."""

    path: Path
    boot_id: str
    clock: Clock
    pace: Pace
    ended: threading.Event = field(default_factory=threading.Event)

    def beat(self) -> None:
        host = Host(
            boot_id=self.boot_id,
            hostname=socket.gethostname(),
            pid=os.getpid(),
            beat=self.clock(),
        )
        write_atomic(self.path, host.model_dump_json(indent=2).encode() + b"\n")

    def go_on(self, on_rival: Callable[[], None]) -> None:
        """Beat until the end; stop at once where another host has written."""
        while not self.ended.wait(self.pace.beat_seconds):
            try:
                if self.is_of_another(self.seen()):
                    log.critical("another host has taken the volume over: %s", self.path.parent)
                    on_rival()
                    return
                self.beat()
            except OSError:
                # Nobody else can write there either; as soon as we can, we are alive again.
                log.exception("the disk does not take the host's beat")

    def take_leave(self) -> None:
        """Let the next host begin without a wait; what another has written is left alone."""
        with suppress(OSError):
            if not self.is_of_another(self.seen()):
                remove_file(self.path)

    def seen(self) -> bytes | None:
        """Return what the file says now, unread."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None

    def is_of_another(self, content: bytes | None) -> bool:
        """Is this the word of another host? One that is damaged says nothing."""
        host = _read(content) if content else None
        return host is not None and host.boot_id != self.boot_id

    def is_stale(self, host: Host) -> bool:
        """Did it write the file so long ago that nobody need watch for more?"""
        return self.clock() - host.beat > timedelta(seconds=self.pace.stale_seconds)


def _refuse_a_living_host(layout: Layout, beats: _Beats) -> None:
    """Raise RejectedError if the host that has written the file is another one, and alive."""
    before = beats.seen()
    if before is None:
        return
    host = _read(before)
    if host and (host.boot_id == beats.boot_id or beats.is_stale(host)):
        return
    if _changes(beats, before):
        name = host.hostname if host else "of another kernel"
        raise RejectedError(
            f"The host {name} is at work on {layout.root}; a data directory serves one host.",
            field="DATA_DIR",
            remedy="Stop the service there first, or use PostgreSQL for more than one host.",
        )


def _changes(beats: _Beats, before: bytes) -> bool:
    """Watch whether somebody writes the file. One that is removed meanwhile is free."""
    deadline = time.monotonic() + beats.pace.watch_seconds
    while time.monotonic() < deadline:
        time.sleep(beats.pace.beat_seconds / LOOKS_PER_BEAT)
        after = beats.seen()
        if after != before:
            return after is not None
    return False


def _read(content: bytes) -> Host | None:
    """Return the host of a file, or None for one that is damaged."""
    with suppress(DamagedFileError), damage_in("host.json", "the word of a host"):
        return Host.model_validate_json(content)
    return None
