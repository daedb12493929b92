"""What is over goes, archived and told of; what is held, needed or damaged stays; whatever fails."""

import tarfile
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import ConflictError, NotFoundError
from domain.facts import TicketType
from domain.keeping import Keeping
from domain.work_order import Submission, work_order_id_for
from storage.archive_reading import unpack
from storage.dead_letters import Dropped
from storage.file_locks import FileLock
from storage.index import TicketQuery
from storage.layout import Layout
from storage.legal_holds import Hold
from storage.retention_doubt import ClockDoubtError
from storage.retention_plan import Kind, Why
from storage.retiring import Retired, Retiring
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_ticket
from tests.jobs.conversations import conversation
from tests.saving import save_session
from tests.storage.retention import (
    ANN,
    DOCUMENT,
    KEEPING,
    MUCH_LATER,
    findings,
    id_for,
    lived,
    ordered,
    over,
    retiring,
    stored,
)
from tests.storage.test_dead_letters import make_letter


def hold_on(ticket_id: str) -> Hold:
    return Hold(ticket_id=ticket_id, by="Ann", reason="a claim", matter="C-1", since=NOW)


async def test_of_a_mixed_store_exactly_the_right_ones_go_and_once(store: Store) -> None:
    """Each kind of ticket; then the check is content, nothing is owed, and a second run is idle."""
    gone = {
        await over(store, "expired"),
        await over(store, "cancelled", status="Cancelled"),
        await over(store, "closed", status="ReadyToDig", closed_at=LATER),
        await over(store, "first", texas811_ticket_number="1"),
        await over(store, "second", previous_ticket_id=id_for("first")),
    }
    stay = {
        await over(store, "draft", status="Draft"),
        await over(store, "lives on", status="ReadyToDig"),
        await over(store, "of late", expires_at=MUCH_LATER - timedelta(days=89)),
        await over(store, "held"),
        await over(store, "of one chain", texas811_ticket_number="3"),
        await over(store, "follows", status="Submitted", previous_ticket_number="3"),
        await over(store, "buried"),
    }
    await store.legal_holds.place(hold_on(id_for("held")))
    await store.dead_letters.bury(make_letter(work_order_id_for("buried")))
    await ordered(store, "owed")

    retired = await retiring(store).retire(ANN)
    again = await retiring(store).retire(ANN)

    assert {one.name for one in retired.removed} == gone
    assert set(store.tickets.ids()) == stay
    assert {one.name: one.why for one in retired.kept} == {
        id_for("held"): Why.HELD,
        id_for("of one chain"): Why.CHAIN,
        id_for("buried"): Why.WAITS,
    }
    assert again == Retired(removed=[], changed=[], kept=retired.kept, archives=[])
    assert await store.work_orders.owed() == [work_order_id_for("owed")]
    assert await findings(store) == []


async def test_a_ticket_that_went_is_answered_with_where_it_is_kept(
    store: Store, layout: Layout, tmp_path: Path
) -> None:
    """Its bytes, its document and the lines about it; by any tar, and by ours."""
    ticket_id = await over(store, "a")
    before = layout.ticket(ticket_id).read_bytes()
    lines = [event.id for event in store.audit.search_about(ticket_id).events]

    retired = await retiring(store).retire(ANN)

    [archive] = retired.archives
    with pytest.raises(NotFoundError, match="was removed on 2026-06-10") as answer:
        await store.tickets.get(ticket_id)
    assert archive in str(answer.value.remedy)
    unpack(layout.root / archive, tmp_path / "aside")
    assert (tmp_path / "aside/tickets" / layout.ticket(ticket_id).name).read_bytes() == before
    order = f"work_orders/{work_order_id_for('a')}"
    assert (tmp_path / "aside" / order / "document").read_bytes() == DOCUMENT
    with tarfile.open(layout.root / archive) as plain:
        told = plain.extractfile(f"audit/events/ticket_{ticket_id}.jsonl")
        assert told is not None
        assert [line[7:43].decode() for line in told] == lines
    assert [path.name for path in (layout.root / order).iterdir()] == ["order.json"]
    event = store.audit.search_about(ticket_id).events[-1]
    assert (event.action, event.compliance_relevant) == ("ticket_retired", True)
    assert archive in str(event.notes)


async def test_what_went_does_not_come_back_and_its_key_and_number_are_taken(
    store: Store,
) -> None:
    """The same order is answered as before; neither its ticket nor its number is given again."""
    ticket_id = await over(store, "a", texas811_ticket_number="2612345678")
    await retiring(store).retire(ANN)
    again = Submission(document=DOCUMENT, idempotency_key="a")
    order = again.as_work_order(work_order_id=work_order_id_for("a"), now=MUCH_LATER)
    # What is derived may be lost at any time.
    layout = store.quarantine.layout
    for path in (*layout.numbers.iterdir(), *layout.locks.iterdir()):
        path.unlink()
    store = Store(layout.root)
    await store.open()
    await store.recover()

    accepted = await store.work_orders.accept(order, DOCUMENT)

    assert (accepted.ticket_id, accepted.received_at) == (ticket_id, NOW)
    assert await store.work_orders.owed() == []
    with pytest.raises(ConflictError, match="was removed when its time was over"):
        await store.commit(make_change(make_ticket(ticket_id)))
    twin = make_ticket("twin", texas811_ticket_number="2612345678")
    with pytest.raises(ConflictError, match=f"belongs to ticket {ticket_id}"):
        await store.commit(make_change(twin))
    assert (await store.index.find(TicketQuery())).total == 0


async def test_a_damaged_ticket_stays_and_keeps_its_chain(store: Store, layout: Layout) -> None:
    """What it was is known from the log alone: the ticket before it is needed, too."""
    before, other = await over(store, "before"), await over(store, "other")
    damaged = await over(store, "damaged", previous_ticket_id=before)
    layout.ticket(damaged).write_bytes(b"{")

    retired = await retiring(store).retire(ANN)

    assert [one.name for one in retired.removed] == [other]
    assert [(one.name, one.why) for one in retired.kept] == [(before, Why.DAMAGED)]
    assert layout.ticket(before).exists()


async def test_what_changes_or_is_held_after_the_plan_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan is made minutes before the deed; each ticket is looked at under its lock."""
    changed, held = await over(store, "changed"), await over(store, "held")
    at_work = retiring(store)
    plan = at_work.plan_now()
    ticket = await store.tickets.get(changed)
    await store.commit(make_change(ticket, now=MUCH_LATER, city="Waco"))
    await store.legal_holds.place(hold_on(held))
    monkeypatch.setattr(at_work, "plan_now", lambda: plan)

    retired = await at_work.retire(ANN)

    assert {one.name for one in plan.going} == {changed, held}
    assert retired.removed == []
    assert {one.name for one in retired.changed} == {changed, held}
    assert set(store.tickets.ids()) == {changed, held}


async def test_conversations_and_dropped_letters_go_and_those_of_what_is_held_stay(
    store: Store, layout: Layout
) -> None:
    """A letter that is no task any more, but still keeps its order from being made, stays too."""
    held = await over(store, "held", status="Draft")
    await store.legal_holds.place(hold_on(held))
    for key, ticket_id in {"old": None, "of-held": held}.items():
        spoken = conversation(key, expires_at=NOW).model_copy(update={"ticket_id": ticket_id})
        await save_session(store.sessions, spoken)
        await store.sessions.expire(key)
    await ordered(store, "given up")
    dropped = Dropped(by="Ann", at=NOW)
    for key in (work_order_id_for("given up"), "gone"):
        await store.dead_letters.bury(make_letter(key))
        await store.dead_letters.drop("extract_ticket", key, dropped)
    await store.dead_letters.bury(make_letter("waits"))

    retired = await retiring(store).retire(ANN)

    assert [path.name for path in layout.expired_sessions.iterdir()] == ["session_of-held.json"]
    assert [one.name for one in retired.removed[1:]] == ["extract_ticket:gone"]
    assert [one.why for one in retired.kept] == [Why.HELD, Why.NEEDED]
    assert retired.count(Kind.CONVERSATION) == 1
    assert await store.work_orders.owed() == [work_order_id_for("given up")]
    assert len(list(layout.dead_letters.iterdir())) == 2
    assert await findings(store) == []


async def test_a_backup_that_is_being_made_is_waited_for(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has listed what it will read, and must find it."""
    await over(store, "a")
    monkeypatch.setattr("storage.retiring.WAIT_SECONDS_MAX", 0)

    with FileLock(layout.backups_lock), pytest.raises(ConflictError, match="backup is being"):
        retiring(store).retire_now(ANN)

    assert layout.ticket(id_for("a")).exists()


async def test_a_plan_changes_nothing(store: Store, layout: Layout) -> None:
    """A dry run says what would go, and a conversation's key, which opens it, is not in it."""
    ticket_id = await over(store, "a")
    await save_session(store.sessions, conversation("secret-key", expires_at=NOW))
    await store.sessions.expire("secret-key")
    before = {path: path.stat().st_mtime_ns for path in layout.root.rglob("*")}

    plan = await retiring(store).plan()

    assert [one.name for one in plan.of(Kind.TICKET)] == [ticket_id]
    assert len(plan.of(Kind.CONVERSATION)) == 1
    assert "secret-key" not in plan.model_dump_json()
    assert {path: path.stat().st_mtime_ns for path in layout.root.rglob("*")} == before


async def test_what_is_kept_for_longer_stays_for_longer(store: Store) -> None:
    """DATA_RETENTION_DAYS is counted from the end of what is over, to the second."""
    ticket_id = await over(store, "a")
    ended_at = (await store.tickets.get(ticket_id)).updated_at
    for days in (1, 90, 730):
        keeping = Keeping(data_days=days)
        at_the_end = ended_at + timedelta(days=days)
        assert retiring(store, at_the_end, keeping).plan_now().going == []
        a_second_later = retiring(store, at_the_end + timedelta(seconds=1), keeping).plan_now()
        assert [one.name for one in a_second_later.going] == [ticket_id]


async def test_numbers_orders_and_digups_bind_a_chain(store: Store) -> None:
    """Whichever way one names the other: while one lives, none goes."""
    await over(store, "old", texas811_ticket_number="7", superseded_by_number="8")
    await stored(store, "new", texas811_ticket_number="8", status="Submitted")
    await over(store, "one order")
    order = work_order_id_for("one order")
    await stored(store, "recall", ticket_type=TicketType.RECALL, work_order_id=order)

    plan = await retiring(store, keeping=KEEPING).plan()

    assert plan.going == []
    assert {one.name for one in plan.kept} == {id_for("old"), id_for("one order")}


async def test_a_clock_that_has_jumped_removes_nothing(store: Store) -> None:
    """Nor when something was written by it; a log that lives on bears the clock out."""
    ticket_id = await over(store, "a")
    at_work = Retiring(store, KEEPING, clock=lambda: MUCH_LATER)
    await lived(store, MUCH_LATER)
    await lived(store, MUCH_LATER + timedelta(days=700))

    plan = at_work.plan_now()
    with pytest.raises(ClockDoubtError, match="the clock may be wrong") as refused:
        at_work.retire_now(ANN)
    await lived(store, MUCH_LATER - timedelta(days=4))

    assert "no line from 20260510 to 20260607" in str(plan.doubt)
    assert "--although-idle" in str(refused.value.remedy)
    assert at_work.plan_now().doubt is None
    assert [one.name for one in at_work.retire_now(ANN).removed] == [ticket_id]


async def test_a_ticket_that_names_a_planned_one_meanwhile_keeps_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was not there when the plan was made: the chain has become longer."""
    planned, other = await over(store, "a"), await over(store, "b")
    at_work = retiring(store)
    plan = at_work.plan_now()
    follows = make_ticket("follows", previous_ticket_id=planned)
    await store.commit(make_change(follows, now=MUCH_LATER))
    monkeypatch.setattr(at_work, "plan_now", lambda: plan)

    retired = at_work.retire_now(ANN)

    assert [one.name for one in retired.removed] == [other]
    assert [one.name for one in retired.changed] == [planned]
