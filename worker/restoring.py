"""A restore of everything under the supervisor: it makes way, restores, and starts anew.

What was asked for, or was cut off, is done before the children start. While they run, the
supervisor looks once a second whether a restore is asked for. It is unpacked and proved while they
still run, and is given up if it cannot be; then they end in good order.
"""

import asyncio
import logging
import signal
import threading
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
            await asyncio.wait([watching])  # nothing is unpacked any more
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

    restoring = WholeRestore(layout)
    ended = await asyncio.to_thread(restoring.run_now, tell, look)
    if stopping.is_set():
        raise StoppedError
    restoring.tidy_beside()
    return ended


async def _make_way_when_asked(layout: Layout, supervisor: Supervisor) -> None:
    """Stop the service when a restore is asked for and, as far as it can be, prepared."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        with suppress(UnavailableError):  # nobody can tell, so nobody has asked
            if not (asked := asked_for(layout)):
                continue
            await prepare(restoring := WholeRestore(layout))
            # Called off meanwhile, perhaps, and another one asked for: that is prepared next.
            if (journal := asked_for(layout)) and journal.id == asked.id:
                log.warning("stopping, to restore everything from %s", journal.filename)
                supervisor.make_way()
                return
            restoring.tidy_beside()


async def prepare(restoring: WholeRestore) -> None:
    """Unpack and prove what is asked for; cancelled, it ends at the next file.

    What goes wrong in a way that is not foreseen is met again, and told, by `run_now`.
    """
    ending = threading.Event()

    def look() -> None:
        if ending.is_set():
            raise StoppedError

    preparing = asyncio.ensure_future(
        asyncio.to_thread(
            restoring.prepare_now, lambda step: log.info("restoring: %s", step), look
        )
    )
    try:
        await asyncio.wait([preparing])
    except asyncio.CancelledError:
        ending.set()
        await asyncio.wait([preparing])
        raise
    finally:
        if error := preparing.exception():
            log.warning("the restore was not prepared: %r", error)
