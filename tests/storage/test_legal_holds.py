"""Legal holds: kept durably with their ends, and held as well by what the audit log tells."""

from datetime import timedelta

import pytest

from domain.audit import Actor, AuditEvent
from storage.chain import entry
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.legal_holds import RELEASED, Hold, Release
from storage.retention_plan import Why
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_ticket
from tests.storage.retention import ANN, KEEPING, lived, over, retiring

YEARS = NOW + timedelta(days=800)
HOLD = Hold(ticket_id="ticket-1", by="Ann", reason="a claim", matter="C-1", since=NOW)
END = Release(by="Bob", at=LATER, reason="it is settled")


def told(action: str, **fields: object) -> AuditEvent:
    """Return an event that says that a ticket is held, as any tool might write it."""
    return AuditEvent.model_validate(
        {
            "id": f"{action}-1",
            "ticket_id": "ticket-1",
            "timestamp": NOW,
            "actor": Actor.USER,
            "action": action,
            "legal_hold": True,
            **fields,
        }
    )


async def test_a_hold_is_seen_by_every_process_and_its_end_is_kept(
    store: Store, layout: Layout
) -> None:
    """Who asks years later why it was removed must be told by whose word."""
    await store.legal_holds.place(HOLD)
    during = await Store(layout.root).legal_holds.list()
    ended = await store.legal_holds.release(HOLD, END)

    assert during == [HOLD]
    assert ended == HOLD.model_copy(update={"released": END})
    assert await Store(layout.root).legal_holds.list() == [ended]


async def test_a_ticket_is_held_for_each_matter_by_itself(store: Store) -> None:
    """The end of one case is not that of another."""
    other = HOLD.model_copy(update={"matter": "C-2"})
    await store.legal_holds.place(HOLD)
    await store.legal_holds.place(other)

    again = await store.legal_holds.place(HOLD.model_copy(update={"by": "Bob"}))
    await store.legal_holds.release(HOLD, END)

    assert again == HOLD
    assert [one for one in await store.legal_holds.list() if one.is_open] == [other]


async def test_what_the_log_tells_is_held_until_it_tells_of_a_release(
    store: Store, layout: Layout
) -> None:
    """Also where the file was lost, or a tool of somebody else's has written the event."""
    await store.commit(make_change(make_ticket()))
    await store.note(told("deposition_requested"))
    held = await store.legal_holds.list()
    await store.note(told(RELEASED))

    assert [(one.ticket_id, one.matter, one.is_open) for one in held] == [
        ("ticket-1", None, True)
    ]
    assert "deposition_requested" in held[0].reason
    assert await store.legal_holds.list() == []


async def test_a_line_that_holds_and_cannot_be_read_holds(store: Store, layout: Layout) -> None:
    """Who it was that spoilt the line must not have the ticket removed by that."""
    await store.commit(make_change(make_ticket()))
    await store.note(told("legal_hold_placed"))
    path = layout.audit_day(NOW)
    path.write_bytes(
        path.read_bytes().replace(
            b'"actor":"User","action":"legal', b'"actor":"Usor","action":"legal'
        )
    )

    assert [one.ticket_id for one in await store.legal_holds.list()] == ["ticket-1"]


async def test_what_a_client_has_written_holds_nothing(store: Store) -> None:
    """The words may stand in a note; the event says otherwise."""
    quoted = '"ticket_id":"ticket-1","legal_hold":true'
    await store.commit(make_change(make_ticket(marking_instructions=quoted)))

    assert await store.legal_holds.list() == []


async def test_while_the_holds_cannot_be_read_nothing_is_removed(
    store: Store, layout: Layout
) -> None:
    """Nobody knows then what is held."""
    ticket_id = await over(store, "a")
    layout.legal_holds.write_bytes(b'{"holds":[{"by":')

    with pytest.raises(DamagedFileError, match=r"legal_holds\.json") as refused:
        retiring(store).retire_now(ANN)

    assert "Restore config/legal_holds.json" in str(refused.value.remedy)
    assert layout.ticket(ticket_id).exists()


@pytest.mark.parametrize(
    "ticket_id", [None, "TX 811/55", "x" * 65], ids=["none", "no name", "too long"]
)
async def test_a_line_that_holds_no_ticket_that_can_be_holds_its_day(
    store: Store, ticket_id: str | None
) -> None:
    """It is listed, keeps its day of the log, and is released by the name of that day."""
    store.audit.append_durably(entry(told("preserve", ticket_id=ticket_id)))
    await lived(store, YEARS)

    [hold] = await store.legal_holds.list()
    kept = retiring(store, YEARS, KEEPING).plan_now()
    await store.note(told(RELEASED, ticket_id=hold.ticket_id, timestamp=YEARS))

    assert hold.ticket_id == f"audit_{NOW:%Y%m%d}"
    assert (kept.going, [one.why for one in kept.kept]) == ([], [Why.HELD])
    assert "the day 20260302 of the audit log" in kept.kept[0].problem
    assert await store.legal_holds.list() == []
    assert len(retiring(store, YEARS, KEEPING).plan_now().going) == 1


@pytest.mark.parametrize(
    "action", ["two\nlines\x1b", "a" * 600, "\u2028"], ids=["lines", "long", "nothing"]
)
async def test_what_another_tool_writes_of_a_hold_stops_nothing(
    store: Store, action: str
) -> None:
    """Its words are shortened and put on one line; and the ticket is held."""
    ticket_id = await over(store, "a")
    matter = {"legal_hold": {"before": None, "after": {"matter": action}}}
    await store.note(told(action, ticket_id=ticket_id, field_changes=matter))

    [hold] = await store.legal_holds.list()

    assert (hold.ticket_id, hold.reason.isprintable()) == (ticket_id, True)
    assert retiring(store).plan_now().going == []
