"""What is over is removed by the nightly job; a hold is a person's, audited, and heeded."""

from datetime import timedelta

import pytest

from domain.audit import Actor, Author
from domain.errors import ConflictError, NotFoundError, RejectedError
from jobs.apply_retention import ApplyRetention
from jobs.holding import hold, release
from jobs.job import Cancel, Done, Env
from jobs.timetable import BACKUP_AT, RETENTION_AT, TIMETABLE
from tests.builders import NOW, make_ticket
from tests.jobs.clocks import at, stored
from tests.storage.retention import ANN, MUCH_LATER, lived

BOB = Author(actor=Actor.USER, name="Bob")
JOB = ApplyRetention(due_at=NOW)


@pytest.mark.slow
async def test_what_is_over_goes_once_and_what_is_held_when_it_is_released(env: Env) -> None:
    """The whole way, in the process apart that the nightly job makes."""
    env = at(env, MUCH_LATER)
    for ticket_id in ("over", "held"):
        await stored(env, make_ticket(ticket_id, status="Cancelled"))
    await hold(env, "held", by=ANN, reason="a claim", matter="C-1")
    doubtful = await JOB.run(env)
    await lived(env.store, MUCH_LATER - timedelta(days=4))

    first, second = await JOB.run(env), await JOB.run(env)
    with pytest.raises(NotFoundError, match="was removed on"):
        await env.store.tickets.get("over")
    await release(env, "held", by=BOB, reason="it is settled")
    third = await JOB.run(env)

    assert isinstance(doubtful, Cancel)
    assert "the clock may be wrong" in doubtful.reason
    assert first == Done(
        "removed 1 tickets, 0 conversations, 0 dead letters, 0 audit days; 1 kept back"
    )
    assert second == Cancel("nothing is over for long enough; 1 kept back")
    assert isinstance(third, Done)
    assert list(env.store.tickets.ids()) == []
    told = env.store.audit.search_about("held").events
    assert [event.action for event in told[1:]] == [
        "legal_hold_placed",
        "legal_hold_released",
        "ticket_retired",
    ]
    assert [event.legal_hold for event in told] == [False, True, True, False]
    assert str(told[2].notes) == "Bob released ticket held for C-1: it is settled"


async def test_a_hold_for_the_same_matter_tells_who_has_it(env: Env) -> None:
    """The same wish again is harmless, another one is refused, another matter is another hold."""
    await stored(env, make_ticket())
    first = await hold(env, "ticket-1", by=ANN, reason="a claim", matter="C-1")

    assert await hold(env, "ticket-1", by=ANN, reason="a claim", matter="C-1") == first
    with pytest.raises(
        ConflictError, match=r"Ann holds ticket ticket-1 for C-1 already.*a claim"
    ):
        await hold(env, "ticket-1", by=BOB, reason="mine", matter="C-1")
    await hold(env, "ticket-1", by=BOB, reason="mine", matter="C-2")
    with pytest.raises(RejectedError, match="held for 2 matters") as several:
        await release(env, "ticket-1", by=BOB, reason="settled")
    with pytest.raises(NotFoundError, match="not held for C-3"):
        await release(env, "ticket-1", by=BOB, reason="settled", matter="C-3")

    assert several.value.suggested_values == ("C-1", "C-2")
    assert len(await env.store.legal_holds.list()) == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "two\nlines"}, "reason"),
        ({"matter": "\x1b"}, "matter"),
    ],
)
async def test_a_hold_that_says_nothing_readable_is_refused(
    env: Env, given: dict[str, str], field: str
) -> None:
    """A court may read it. Nothing was written, neither in the file nor in the log."""
    await stored(env, make_ticket())

    with pytest.raises(RejectedError) as refused:
        await hold(env, "ticket-1", **{"by": ANN, "reason": "a claim", **given})

    assert refused.value.field == field
    assert await env.store.legal_holds.list() == []


async def test_what_only_the_log_tells_is_held_can_be_released(env: Env) -> None:
    """A crash came between the event and the file, or the file was lost."""
    await stored(env, make_ticket())
    await hold(env, "ticket-1", by=ANN, reason="a claim", matter="C-1")
    env.store.quarantine.layout.legal_holds.unlink()
    [told] = await env.store.legal_holds.list()

    await release(env, "ticket-1", by=BOB, reason="settled")

    assert (told.matter, told.is_open) == ("C-1", True)
    assert [one.is_open for one in await env.store.legal_holds.list()] == [False]


def test_it_is_rung_for_every_night_behind_the_backup() -> None:
    """Whoever removes has the night's backup behind him."""
    rung = {entry.job: entry for entry in TIMETABLE}

    assert (RETENTION_AT.zone, rung["apply_retention"].when) == (BACKUP_AT.zone, RETENTION_AT)
    assert RETENTION_AT.at > BACKUP_AT.at
