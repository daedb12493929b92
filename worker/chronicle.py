"""The chronicle: what happened to the service itself, for whoever wonders about a bend in a plot.

It is written beside the work. A disk that takes nothing delays nobody, and costs a line.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from domain.errors import Texas811Error
from jobs.notices import Notices
from jobs.telling import STOP_SECONDS_MAX, STOPPED, Teller, telling
from storage.clock import Clock
from storage.telemetry import Telemetry
from storage.telemetry_records import Mark, MarkKind, ProcessKind

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

Write = Callable[[], Awaitable[None]]


def how_it_ended(status: int) -> str:
    """Return in words how a process has ended: `returncode` of a subprocess."""
    return f"killed by signal {-status}" if status < 0 else f"exit status {status}"


class Chronicle:
    """Marks the starts and stops of the service, and how each of its processes ended."""

    def __init__(self, telemetry: Telemetry, clock: Clock) -> None:
        self._telemetry = telemetry
        self._clock = clock
        self._tellers = [Teller(clock, ProcessKind.SUPERVISOR)]
        self._to_write: asyncio.Queue[Write | None] = asyncio.Queue()
        self._notices = Notices()

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Mark that the service is started, and in the end that it is stopped."""
        writing = asyncio.create_task(self._keep())
        self._to_write.put_nowait(partial(self._mark_start, self._clock()))
        try:
            async with telling(self._telemetry, self._tellers):
                try:
                    yield
                finally:  # and while it is marked, it is told that the processes have ended
                    self._mark(MarkKind.STOP, "the service was stopped")
                    self._to_write.put_nowait(None)
                    asyncio.get_running_loop().call_later(STOP_SECONDS_MAX, writing.cancel)
        finally:
            await asyncio.wait({writing})

    def tell_of(self, kind: ProcessKind, pid: int) -> None:
        """Tell of a process that cannot do so itself, such as Redis."""
        self._tellers.append(Teller(self._clock, kind, pid=pid))

    def ended(self, name: str, told_as: str, status: int, *, is_expected: bool) -> None:
        """Note how a process ended; one that was not to end, and did not end well, is marked."""
        is_stopped = is_expected and status != -signal.SIGKILL
        how = STOPPED if is_stopped else how_it_ended(status)
        self._tellers[:] = [one for one in self._tellers if one.id != told_as]
        self._to_write.put_nowait(
            partial(self._telemetry.note_end, told_as, self._clock(), how)
        )
        if status and not is_expected:
            self._mark(MarkKind.LOST, f"{name} ended: {how}")

    def _mark(self, kind: MarkKind, said: str) -> None:
        self._to_write.put_nowait(
            partial(self._telemetry.mark, Mark(self._clock(), kind, said))
        )

    async def _mark_start(self, at: datetime) -> None:
        """Mark a start, and that another version runs from now on, if the last start says so."""
        said = f"version {version('texas811')} was started"
        marks = await self._telemetry.marks(EARLIEST, at)
        earlier = [mark.said for mark in marks if mark.kind is MarkKind.START]
        if earlier and earlier[-1] != said:
            told = f"{said}; before it, {earlier[-1]}"
            await self._telemetry.mark(Mark(at, MarkKind.DEPLOY, told))
        await self._telemetry.mark(Mark(at, MarkKind.START, said))

    async def _keep(self) -> None:
        while write := await self._to_write.get():
            try:
                await write()
            except Texas811Error as error:
                self._notices.say(f"the chronicle was not written: {error.problem}")
