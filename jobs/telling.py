"""What a process tells of itself, again and again, so that others see that it lives, and how.

What it tells is news and no record: where it cannot be written, nothing else is lost.
"""

import asyncio
import logging
import os
import resource
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from domain.errors import Texas811Error
from jobs.notices import Notices
from storage.clock import Clock
from storage.telemetry import Telemetry
from storage.telemetry_records import ProcessKind, ProcessRecord
from storage.timings import SYNCS

TELL_SECONDS = 1.0
BEAT_SECONDS = 0.1
STOP_SECONDS_MAX = 1.0  # for all that a process tells as it stops, whatever holds it up
STOPPED = "exit status 0"  # as a process ends that was asked to
PAGE_BYTES = resource.getpagesize()

log = logging.getLogger(__name__)


def process_id(kind: ProcessKind, pid: int) -> str:
    """Return under which id a process tells that has no incarnation."""
    return f"{kind}-{pid}"


class Pulse:
    """How late the loop of this process is; started in it, read from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due_at = 0.0
        self._worst = 0.0

    def start(self) -> None:
        """Begin to beat in the loop that runs."""
        self._loop = asyncio.get_running_loop()
        self._worst = 0.0
        self._set()

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._loop = self._timer = None

    def lag_ms(self) -> float:
        """Return how late it was at worst since this was asked last, and is now (ms)."""
        worst, self._worst = self._worst, 0.0
        late = time.monotonic() - self._due_at if self._loop else 0.0
        return round(max(worst, late, 0.0) * 1000, 1)

    def _set(self) -> None:
        if self._loop:
            self._due_at = time.monotonic() + BEAT_SECONDS
            self._timer = self._loop.call_later(BEAT_SECONDS, self._beat)

    def _beat(self) -> None:
        self._worst = max(self._worst, time.monotonic() - self._due_at)
        self._set()


class Teller:
    """Says how this process is, or one that cannot speak for itself."""

    def __init__(  # noqa: PLR0913 - each is a part of what it says
        self,
        clock: Clock,
        kind: ProcessKind,
        *,
        name: str = "",
        id: str = "",  # noqa: A002 - as in ProcessRecord
        pid: int = 0,
        slots: int = 0,
    ) -> None:
        self._clock = clock
        self._kind = kind
        self._pid = pid or os.getpid()
        self._is_own = self._pid == os.getpid()
        self.id = id or process_id(kind, self._pid)
        self._name = name or str(kind)
        self._slots = slots
        self._host = socket.gethostname()
        self._version = version("texas811")
        self._started_at: datetime = clock()
        self.pulse = Pulse()

    def now(self) -> datetime:
        return self._clock()

    def record(
        self, *, running: Sequence[str] = (), is_draining: bool = False
    ) -> ProcessRecord:
        """Return how it is now. Reads /proc, which takes some microseconds."""
        p50, p99 = SYNCS.percentiles_ms(0.5, 0.99) if self._is_own else (None, None)
        return ProcessRecord(
            id=self.id,
            kind=self._kind,
            name=self._name,
            pid=self._pid,
            host=self._host,
            version=self._version,
            started_at=self._started_at,
            told_at=self._clock(),
            slots=self._slots,
            running=tuple(running),
            rss_bytes=rss_bytes(self._pid),
            loop_lag_ms=self.pulse.lag_ms(),
            sync_ms_p50=p50,
            sync_ms_p99=p99,
            is_draining=is_draining,
        )


def rss_bytes(pid: int) -> int:
    """Return how much memory a process holds; 0 where the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE_BYTES
    return 0


@asynccontextmanager
async def telling(telemetry: Telemetry, tellers: Sequence[Teller]) -> AsyncIterator[None]:
    """Tell of these once a second while the block runs, and then that they have ended.

    The first time after a second: who ends sooner has no story. The list may change meanwhile.
    """
    task = asyncio.create_task(_keep_telling(telemetry, tellers))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled() and (error := task.exception()):
            log.critical("nothing was told of this process any more", exc_info=error)


async def _keep_telling(telemetry: Telemetry, tellers: Sequence[Teller]) -> None:
    notices, has_told = Notices(), False
    for teller in tellers:
        teller.pulse.start()
    try:
        while True:
            await asyncio.sleep(TELL_SECONDS)
            has_told = await _tell(telemetry, tellers, notices) or has_told
    finally:
        for teller in tellers:
            teller.pulse.stop()
        if has_told:
            with suppress(Texas811Error, TimeoutError):  # then its silence tells it
                async with asyncio.timeout(STOP_SECONDS_MAX):
                    for teller in tellers:
                        await telemetry.note_end(teller.id, teller.now(), STOPPED)


async def _tell(telemetry: Telemetry, tellers: Sequence[Teller], notices: Notices) -> bool:
    try:
        for teller in tuple(tellers):
            await telemetry.tell_process(teller.record())
    except Texas811Error as error:
        notices.say(f"not told how this process is: {error.problem}")
        return False
    return True
