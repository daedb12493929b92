"""What Tab offers for a name or an id: a few, at once, and nothing rather than an error."""

import os
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import typer

from domain.errors import Texas811Error

if TYPE_CHECKING:
    from storage.store import Store

Told = TypeVar("Told")

OFFERED_MAX = 50
LETTERS_READ_MAX = 500  # to read more of them takes longer than anybody waits for a Tab


def jobs(incomplete: str) -> list[str]:
    """Return the kinds of jobs that begin so."""
    from jobs import LANE_OF

    return _beginning(incomplete, LANE_OF)


def jobs_rung_for(incomplete: str) -> list[str]:
    """Return the jobs that begin so and can be rung for without arguments."""
    from jobs import KEY_OF

    return _beginning(incomplete, KEY_OF)


def lanes_and_jobs(incomplete: str) -> list[str]:
    """Return the lanes and the kinds of jobs that begin so."""
    from jobs.lanes import LANES

    return _beginning(incomplete, LANES) + jobs(incomplete)


def buried_jobs(incomplete: str) -> list[str]:
    """Return the kinds of jobs that begin so and have a dead letter."""
    from jobs import LANE_OF

    return _of_the_store(
        incomplete,
        lambda store: (job for job in LANE_OF if _now(store.dead_letters.keys(job))),
    )


def buried_keys(context: typer.Context, incomplete: str) -> list[str]:
    """Return the keys that begin so, of the dead letters of the job that was named before."""
    job = str(context.params.get("job"))
    return _of_the_store(incomplete, lambda store: _now(store.dead_letters.keys(job)))


def fingerprints(incomplete: str) -> list[str]:
    """Return the causes of dead letters that begin so; of too many letters none."""
    return _of_the_store(incomplete, _fingerprints)


def tickets(incomplete: str) -> list[str]:
    """Return the ids of tickets that begin so."""
    return _of_the_store(incomplete, lambda store: store.tickets.ids())


def damaged_tickets(incomplete: str) -> list[str]:
    """Return the ids of tickets that begin so and are damaged."""
    return _of_the_store(incomplete, lambda store: store.quarantine.of_tickets())


def work_orders(incomplete: str) -> list[str]:
    """Return the ids of work orders that begin so."""
    return _of_the_store(incomplete, lambda store: _now(store.work_orders.latest(OFFERED_MAX)))


def backups(incomplete: str) -> list[str]:
    """Return the names of backups that begin so, the newest first."""
    return _of_the_store(
        incomplete,
        lambda store: [note.filename for note in reversed(store.backups.notes_now())],
    )


def backups_or_latest(incomplete: str) -> list[str]:
    """Return the names of backups that begin so, and what stands for the newest of them."""
    return _beginning(incomplete, ["latest"]) + backups(incomplete)


def _fingerprints(store: "Store") -> Iterator[str]:
    if _now(store.dead_letters.count()) <= LETTERS_READ_MAX:
        for letter in _now(store.dead_letters.survey()).letters:
            yield letter.group


def _now(told: Awaitable[Told]) -> Told:
    """Return what the store tells. A command that completes nothing needs no loop for this."""
    import asyncio

    async def wait() -> Told:
        return await told

    return asyncio.run(wait())


def _of_the_store(incomplete: str, found: "Callable[[Store], Iterable[str]]") -> list[str]:
    """Return what is found in the store; where that cannot be read, nothing is offered."""
    from config import Config
    from storage.store import Store

    try:
        return _beginning(incomplete, found(Store(Config.from_env(os.environ).root)))
    except (Texas811Error, OSError):
        return []


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    matching = (name for name in dict.fromkeys(names) if name.startswith(incomplete))
    return list(islice(matching, OFFERED_MAX))
