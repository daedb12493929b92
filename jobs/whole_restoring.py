"""Restoring everything from a backup: here, if nobody uses the data directory, else by its service.

A service that runs must have nothing to do: whoever restores while work is done would lose what
is accepted meanwhile, and may be mistaken about which state he sees.
"""

import asyncio
from collections.abc import Callable

from domain.audit import Author
from domain.errors import ConflictError, UnavailableError
from jobs.job import Env
from jobs.lanes import LANES
from storage.examining import living_workers
from storage.layout import Layout
from storage.restorations import Restoration, restorations
from storage.restore_journal import RestoreJournal
from storage.whole_restore import WholeRestore

LOOK_SECONDS = 0.25
TAKEN_UP_SECONDS_MAX = 120.0  # the service has let go of everything long before

SAID = {
    "asked": "waiting until the service has ended its work",
    "unpacked": "saving what is there as a restore point",
    "saved": "putting it into its place",
    "exchanging": "putting it into its place",
    "done": "noting what was done",
}
UNPACKING = "unpacking and checking the backup"

OnStep = Callable[[str], None]


async def restore_everything(  # noqa: PLR0913 - what a person decides, by name
    env: Env,
    filename: str,
    *,
    by: Author,
    reason: str,
    keeps_orders: bool = False,
    accepts_faults: bool = False,
    on_step: OnStep = lambda _step: None,
) -> Restoration:
    """Replace everything by what a backup holds; return how that ended, which may be a problem.

    `keeps_orders`: work orders that were accepted after the backup are done again.
    `accepts_faults`: also if the check finds faults in the backup that it was made with. Raises
    what `WholeRestore.ask_now` raises; ConflictError if a service runs that has something to do,
    or a restore that was cut off had to be ended first; UnavailableError.
    """
    layout = env.store.quarantine.layout
    restoring = WholeRestore(layout, env.clock)

    def ask() -> RestoreJournal:
        return restoring.ask_now(
            filename,
            by=by,
            reason=reason,
            keeps_orders=keeps_orders,
            accepts_faults=accepts_faults,
        )

    def restore_here() -> Restoration | None:
        with env.store.owned() as is_free:
            if not is_free:
                return None
            _refuse_workers(layout)
            if earlier := restoring.run_now(on_step):
                raise _ended_first(earlier)
            ask()
            return restoring.run_now(on_step)

    if ended := await asyncio.to_thread(restore_here):
        return ended
    await _refuse_work(env)
    asked = await asyncio.to_thread(ask)
    return await _outcome(layout, restoring, asked, on_step)


def _refuse_workers(layout: Layout) -> None:
    if workers := living_workers(layout.root):
        raise ConflictError(
            f"{len(workers)} workers run here without a supervisor.",
            remedy="Stop them, and the API that runs beside them, then try again.",
        )


def _ended_first(earlier: Restoration) -> ConflictError:
    how = (
        f"It failed: {earlier.problem}"
        if earlier.problem
        else "Everything is restored from it."
    )
    return ConflictError(
        f"A restore from {earlier.filename} had been cut off, and was ended just now. {how}",
        remedy="Look at what there is now; then ask again if it is still needed.",
    )


async def _refuse_work(env: Env) -> None:
    """Raise ConflictError unless the service that runs has nothing to do and will get nothing."""
    paused = {pause.name for pause in await env.store.pauses.list()}
    if not_paused := [lane for lane in LANES if lane not in paused]:
        raise ConflictError(
            f"The service runs, and these lanes are not paused: {', '.join(not_paused)}.",
            remedy="Pause all three (texas811 queue pause LANE --by NAME --reason WHY) and wait "
            "until nothing runs, or stop the service; then try again.",
        )
    running = sum(depth.running for depth in (await env.queue.depths()).values())
    if running:
        raise ConflictError(
            f"{running} jobs still run.",
            remedy="Wait until they have ended (texas811 queue), then try again.",
        )


async def _outcome(
    layout: Layout, restoring: WholeRestore, asked: RestoreJournal, on_step: OnStep
) -> Restoration:
    """Wait for the service to restore what it was asked to; tell how far it is."""
    loop = asyncio.get_running_loop()
    deadline, told = loop.time() + TAKEN_UP_SECONDS_MAX, ""
    while True:
        # The journal first: it is there until the outcome is noted.
        journal = await asyncio.to_thread(restoring.pending_now)
        ended = await asyncio.to_thread(restorations, layout)
        if found := next((one for one in ended if one.id == asked.id), None):
            return found
        if journal is None:
            raise UnavailableError(
                "The restore has ended, and how could not be noted.",
                remedy="See the log of the service.",
            )
        is_taken_up = journal.tries > 0 or journal.phase != "asked"
        if not is_taken_up and loop.time() > deadline:
            raise UnavailableError(
                "The service does not take it up.",
                remedy="Restart it: it restores everything at its start.",
            )
        said = UNPACKING if is_taken_up and journal.phase == "asked" else SAID[journal.phase]
        if said != told:
            on_step(said)
        told = said
        await asyncio.sleep(LOOK_SECONDS)
