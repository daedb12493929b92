"""Everything out of one store and into another: the same there, and twice is once."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ConflictError, RejectedError
from domain.ticket import Ticket
from storage.arrivals import Arrived
from storage.audit_reading import days_of
from storage.checking import StoreCheck
from storage.portability import Portability, Selection
from storage.portable import sealed
from storage.store import Store
from tests.builders import LATER, make_change, make_draft, make_order, make_ticket
from tests.domain.random_lives import ANSWERS, ENDS, PROGRESS, TICKETS, TROUBLE, WAITS, lived
from tests.domain.stated import facts_that_state
from tests.storage.damage import damaged, filled
from tests.storage.porting import THERE, exported, files_in, opened, take, told_in

STEPS = st.lists(
    st.tuples(WAITS, st.one_of(PROGRESS, PROGRESS, ANSWERS, TROUBLE, ENDS)), max_size=8
)
STATED = st.lists(facts_that_state("county"), min_size=1, max_size=4)


@pytest.mark.parametrize("name", ["all.ndjson", "all.json"])
@settings(max_examples=8, deadline=None)
@given(start=TICKETS, steps=STEPS, stated=STATED, document=st.binary(max_size=80))
def test_everything_exported_and_imported_is_the_same(
    name: str, start: Ticket, steps: Any, stated: list[dict[str, Any]], document: bytes
) -> None:
    """Every file byte for byte, every event once and in its order, the chain whole; twice is once."""

    async def prove(root: Path) -> None:
        ours, theirs = await opened(root / "ours"), await opened(root / "theirs")
        order = make_order(start.work_order_id, document=document)
        await ours.work_orders.accept(order, document)
        await ours.commit(make_change(start))
        *_before, life = lived(start.model_copy(update={"version": 1}), steps)
        for _ticket, change in life.changes:
            await ours.commit(change)
        for number, facts in enumerate(stated):
            with suppress(ConflictError):  # a number that another has
                await ours.commit(make_change(make_ticket(f"stated-{number}", **facts)))
        content = exported(ours, is_array=name == "all.json")

        report, problems = await take(theirs, content, name)

        assert problems == []
        assert files_in(theirs) == files_in(ours)
        assert told_in(theirs) == told_in(ours)
        assert list(theirs.audit.verify_all()) == []
        assert (await theirs.history(start.id)).events == (await ours.history(start.id)).events
        assert await theirs.numbers.owner("2606100001") == await ours.numbers.owner(
            "2606100001"
        )
        assert report.written == sum(report.counts.values())
        again, _none = await take(theirs, content, name)
        assert {what for _kind, what in again.counts} == {THERE}
        assert told_in(theirs) == told_in(ours)

    with tempfile.TemporaryDirectory() as root:
        asyncio.run(prove(Path(root)))


async def test_what_was_imported_goes_on_as_before(store: Store, tmp_path: Path) -> None:
    """Something of everything comes over, nothing is found wrong, and the next change is the next version."""
    ours = await filled(await opened(tmp_path / "ours"))

    report, problems = await take(store, exported(ours))

    assert problems == []
    assert {kind for kind, _what in report.counts} == {
        *("dead_letter", "event", "session", "ticket", "work_order")
    }
    assert files_in(store) == files_in(ours)
    assert (await StoreCheck(Store(store.quarantine.layout.root)).run()).is_clean
    ticket = await store.tickets.get(make_order().ticket_id)
    await store.commit(make_change(ticket, now=LATER, city="Marfa"))
    assert len((await store.history(ticket.id)).events) == ticket.version + 1
    log = "".join(path.read_text() for _day, path in days_of(store.quarantine.layout))
    assert log.count('"action":"data_imported"') == 1
    assert (await StoreCheck(Store(store.quarantine.layout.root)).run()).is_clean


async def test_an_import_that_was_cut_off_goes_on_from_there(
    store: Store, tmp_path: Path
) -> None:
    """Whatever line it came to: done again it ends where it would have ended at once."""
    ours = await filled(await opened(tmp_path / "ours"))
    whole = exported(ours)
    lines = whole.splitlines(keepends=True)
    with pytest.raises(RejectedError, match="cut off"):
        await take(store, b"".join(lines[:-1]))
    assert files_in(store) == {}
    for end in range(1, len(lines)):
        part = b"".join(lines[:end])
        _report, problems = await take(store, part, accepts_changed=True)
        assert [one.failure.problem for one in problems] == [
            "The file ends without its tail: it was cut off."
        ]

    _report, problems = await take(store, whole)

    assert problems == []
    assert files_in(store) == files_in(ours)
    assert sorted(told_in(store)) == sorted(told_in(ours))
    assert (await StoreCheck(Store(store.quarantine.layout.root)).run()).is_clean


async def test_what_is_here_is_never_overwritten(store: Store, tmp_path: Path) -> None:
    """Newer here is passed over; what contradicts is a conflict, and its events stay out."""
    ours = await filled(await opened(tmp_path / "ours"))
    old = exported(ours)
    await take(store, old)
    number = await store.tickets.get("numbered")
    await store.commit(make_change(number, now=LATER, city="Marfa"))
    before = files_in(store), told_in(store)

    report, problems = await take(store, old)

    assert problems == []
    assert report.counts["ticket", Arrived.NEWER] == 1
    other = await ours.tickets.get("numbered")
    await ours.commit(make_change(other, now=LATER, city="Waco"))
    _report, problems = await take(store, exported(ours))
    assert [type(one.failure) for one in problems] == [
        ConflictError,
        RejectedError,
        RejectedError,
    ]
    assert "Another ticket numbered is here" in problems[0].failure.problem
    assert (files_in(store), told_in(store)) == before


async def test_a_dry_run_says_the_same_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    """What would become of it, with not one file more than before."""
    content = exported(await filled(await opened(tmp_path / "ours")))
    root = store.quarantine.layout.root
    before = {path for path in root.rglob("*") if "locks" not in path.parts}

    dry, _problems = await take(store, content, is_dry=True)

    assert {path for path in root.rglob("*") if "locks" not in path.parts} == before
    report, _problems = await take(store, content)
    assert dry.counts == report.counts


async def test_what_cannot_be_read_is_told_on_both_sides(store: Store, tmp_path: Path) -> None:
    """A damaged ticket does not stop the export, and is not lost in silence."""
    ours = await filled(await opened(tmp_path / "ours"))
    await damaged(ours, ours.quarantine.layout.ticket("numbered"))

    _report, problems = await take(store, exported(ours))

    assert [one.failure.problem.partition(".")[0] for one in problems] == [
        "It was not exported: ticket numbered"
    ]


async def test_what_changes_while_it_is_exported_does_not_contradict_itself(
    store: Store, tmp_path: Path
) -> None:
    """An event of a version that came after its ticket was read is passed over."""
    ours = await filled(await opened(tmp_path / "ours"))
    lines: list[bytes] = []
    for line in sealed(Portability(ours).records()):
        lines.append(line + b"\n")
        if b'"kind":"ticket"' in line and b'"id":"numbered"' in line:
            ticket = await ours.tickets.get("numbered")
            await ours.commit(make_change(ticket, now=LATER, city="Marfa"))
            await ours.commit(make_change(make_draft("born-meanwhile"), now=LATER))

    report, problems = await take(store, b"".join(lines))

    assert problems == []
    assert report.counts["event", Arrived.LATER] == 1
    assert (await StoreCheck(Store(store.quarantine.layout.root)).run()).is_clean


async def test_some_tickets_go_with_their_orders_and_their_history(
    store: Store, tmp_path: Path
) -> None:
    """And with nothing else."""
    ours = await filled(await opened(tmp_path / "ours"))
    ticket = make_order().ticket_id

    report, problems = await take(store, exported(ours, Selection((ticket,))))

    assert problems == []
    assert {kind for kind, _what in report.counts} == {"event", "ticket", "work_order"}
    assert [*store.tickets.ids()] == [ticket]
    assert (await store.history(ticket)).events == (await ours.history(ticket)).events
    since = Portability(ours).records(Selection(since=LATER))
    assert [record.kind for record in since].count("ticket") == 1
