"""A restore of everything under the supervisor: it makes way, restores, and starts anew.

What was asked for, or was cut off, is done before the children start. While they run, the
supervisor looks once a second whether a restore is asked for; then they end in good order.
"""

import asyncio
import logging
import signal
from collections.abc import Mapping
from contextlib import suppress

from config import Config
from domain.errors import UnavailableError
from storage.layout import Layout
from storage.restorations import Restoration
from storage.restore_journal import asked_for
from storage.whole_restore import WholeRestore
from worker.supervisor import Supervisor

LOOK_SECONDS = 1.0

log = logging.getLogger(__name__)


class StoppedError(Exception):
    """A signal has asked to stop; the next start goes on with the restore."""


async def supervise(config: Config, environ: Mapping[str, str], *, demo: bool = False) -> int:
    """Run everything until a signal asks to stop; return the exit status.

    The caller owns the data directory. Raises UnavailableError if there is no Redis to begin
    with, or if a restore cannot be finished: what it has left must not be used.
    """
    layout = Layout(config.root)
    while True:
        try:
            await _restore(layout)
        except StoppedError:
            return 0
        supervisor = Supervisor(config, environ, demo=demo)
        watching = asyncio.create_task(_make_way_when_asked(layout, supervisor))
        try:
            status = await supervisor.run()
        finally:
            watching.cancel()
        if status or supervisor.is_asked_to_end:
            return status
        demo = False  # its orders were handed in


async def _restore(layout: Layout) -> Restoration | None:
    """Do the restore that is pending, if one is. Raises StoppedError, UnavailableError."""
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)

    def look() -> None:
        if stopping.is_set():
            raise StoppedError

    def tell(step: str) -> None:
        look()
        log.info("restoring: %s", step)

    ended = await asyncio.to_thread(WholeRestore(layout).run_now, tell, look)
    if stopping.is_set():
        raise StoppedError
    return ended


async def _make_way_when_asked(layout: Layout, supervisor: Supervisor) -> None:
    """Stop the service as soon as a restore is asked for."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        with suppress(UnavailableError):  # nobody can tell, so nobody has asked
            if journal := asked_for(layout):
                log.warning("stopping, to restore everything from %s", journal.filename)
                supervisor.make_way()
                return
