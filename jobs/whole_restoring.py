"""Restoring everything from a backup: here, if nobody uses the data directory, else by its service.

A service that runs must have nothing to do: whoever restores while work is done would lose what
is accepted meanwhile, and may be mistaken about which state he sees. Who has asked for a restore
may call it off until everything is put into its place; from there on it goes on to its end.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from domain.audit import Author
from domain.errors import ConflictError, NotFoundError, UnavailableError
from jobs.job import Env
from jobs.lanes import LANES
from storage.clock import system_clock
from storage.examining import owner_of
from storage.layout import Layout
from storage.restorations import Restoration, restorations
from storage.restore_asking import GOES_ON
from storage.restore_journal import CalledOffError, RestoreJournal
from storage.restore_places import refuse_workers
from storage.whole_restore import WholeRestore

LOOK_SECONDS = 0.25
TAKEN_UP_SECONDS_MAX = 120.0  # the service has let go of everything long before
ALONE_LOOKS_MAX = 12  # in a row without a service: it takes a moment to begin

SAID = {
    "asked": "waiting until the service has ended its work",
    "unpacked": "saving what is there as a restore point",
    "saved": "putting it into its place",
    "exchanging": "putting it into its place",
    "done": "noting what was done",
}
UNPACKING = "unpacking and checking the backup"
TIDYING = "everything is restored; removing what was there before"

OnStep = Callable[[str], None]
T = TypeVar("T")


class Wish:
    """Whether somebody still wants the restore; it can be taken back from anywhere."""

    def __init__(self) -> None:
        self._is_taken_back = threading.Event()

    def take_back(self) -> None:
        """Call the restore off, if it can be."""
        self._is_taken_back.set()

    @property
    def is_taken_back(self) -> bool:
        return self._is_taken_back.is_set()

    def look(self) -> None:
        """Raise CalledOffError if it was taken back."""
        if self.is_taken_back:
            problem = "It was called off."
            raise CalledOffError(problem, remedy="Everything is as it was before.")


async def restore_everything(  # noqa: PLR0913 - what a person decides, by name
    env: Env,
    filename: str,
    *,
    by: Author,
    reason: str,
    keeps_orders: bool = False,
    accepts_faults: bool = False,
    on_step: OnStep = lambda _step: None,
    wish: Wish | None = None,
) -> Restoration:
    """Replace everything by what a backup holds; return how that ended, which may be a problem.

    `keeps_orders`: work orders that were accepted after the backup are done again.
    `accepts_faults`: also if the check finds faults in the backup that it was made with. A `wish`
    that is taken back leaves everything as it is, unless it is being replaced already. Raises
    what `WholeRestore.ask_now` raises; ConflictError if a service runs that has something to do;
    UnavailableError.
    """
    layout, wish = env.store.quarantine.layout, wish or Wish()
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
            restoring.refuse_another_now()
            refuse_workers(layout)
            ask()
            return restoring.run_now(on_step, wish.look)

    if ended := await _told(asyncio.to_thread(restore_here), restoring, wish, on_step):
        return await _tidied(ended, restoring, wish, on_step)
    await asyncio.to_thread(restoring.refuse_another_now)
    await _refuse_work(env)
    asked = await asyncio.to_thread(ask)
    return await _outcome(layout, restoring, asked, on_step, wish)


async def go_on(
    env: Env, *, on_step: OnStep = lambda _step: None, wish: Wish | None = None
) -> Restoration:
    """End the restore that is pending, here or by the service; return how it ended.

    Raises NotFoundError if none is, and UnavailableError.
    """
    layout, wish = env.store.quarantine.layout, wish or Wish()
    restoring = WholeRestore(layout, env.clock)

    def go_on_here() -> Restoration | None:
        with env.store.owned() as is_free:
            return restoring.run_now(on_step, wish.look) if is_free else None

    pending = await asyncio.to_thread(restoring.pending_now)
    if pending is None:
        raise NotFoundError("No restore is pending.", remedy="There is nothing to do.")
    ended = await _told(asyncio.to_thread(go_on_here), restoring, wish, on_step)
    if ended:
        return await _tidied(ended, restoring, wish, on_step)
    return await _outcome(layout, restoring, pending, on_step, wish)


async def call_off(env: Env, *, by: Author) -> Restoration:
    """Call off the restore that is pending. Raises what `WholeRestore.call_off_now` does."""
    restoring = WholeRestore(env.store.quarantine.layout, env.clock)

    def sweep() -> None:
        with env.store.owned() as is_free:
            if is_free:  # else whoever is at it tidies up himself
                restoring.tidy_now()

    ended = await asyncio.to_thread(restoring.call_off_now, by)
    await asyncio.to_thread(sweep)
    return ended


async def _told(work: Awaitable[T], restoring: WholeRestore, wish: Wish, on_step: OnStep) -> T:
    """Wait for what is done here; say so if it can no longer be called off."""
    working = asyncio.ensure_future(work)
    is_told = False
    while not working.done():
        await asyncio.wait({working}, timeout=LOOK_SECONDS)
        if wish.is_taken_back and not is_told and await _goes_on(restoring):
            is_told = True
            on_step(GOES_ON)
    return await working


async def _tidied(
    ended: Restoration, restoring: WholeRestore, wish: Wish, on_step: OnStep
) -> Restoration:
    """Remove what was there before; whoever does not want to wait leaves it to the next start."""
    if ended.problem is None:
        on_step(TIDYING)
    tidying = restoring.tidy_beside()

    def wait() -> None:
        while tidying.is_alive() and not wish.is_taken_back:
            tidying.join(LOOK_SECONDS)

    await asyncio.to_thread(wait)
    return ended


async def _goes_on(restoring: WholeRestore) -> bool:
    journal = await asyncio.to_thread(restoring.pending_now)
    return journal is not None and journal.is_only_forward


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
    layout: Layout, restoring: WholeRestore, asked: RestoreJournal, on_step: OnStep, wish: Wish
) -> Restoration:
    """Wait for the service to restore what it was asked to; tell how far it is."""
    loop = asyncio.get_running_loop()
    deadline, told, alone, goes_on = loop.time() + TAKEN_UP_SECONDS_MAX, "", 0, False
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
        if wish.is_taken_back and not goes_on:
            with suppress(ConflictError, NotFoundError):
                return await asyncio.to_thread(restoring.call_off_now, asked.by)
            goes_on = True
            on_step(GOES_ON)
        alone = 0 if await asyncio.to_thread(is_served, layout) else alone + 1
        is_taken_up = bool(journal.tries or journal.prepared) or journal.phase != "asked"
        if alone > ALONE_LOOKS_MAX:
            raise _without_service(journal)
        if not is_taken_up and loop.time() > deadline:
            raise UnavailableError(
                "The service does not take it up.",
                remedy="Restart it: it restores everything at its start.",
            )
        is_unpacked = journal.phase == "asked" and journal.tries and not journal.prepared
        said = UNPACKING if is_unpacked else SAID[journal.phase]
        if said != told:
            on_step(said)
        told = said
        await asyncio.sleep(LOOK_SECONDS)


def is_served(layout: Layout) -> bool:
    """Return whether a service says that it is alive here. Blocks."""
    owner = owner_of(layout.root, now=system_clock())
    return owner is not None and owner.is_alive


def _without_service(journal: RestoreJournal) -> UnavailableError:
    can_be_left = "" if journal.is_only_forward else " or call it off with --call-off"
    return UnavailableError(
        f"The service has died while it restored {journal.filename}.",
        remedy=f"Start the service: it goes on. Or go on here with --go-on{can_be_left}.",
    )
