"""Tickets and audit log agree, or it is told where they do not."""

from pathlib import Path

import pytest

from storage.agreement import Agreement
from storage.layout import Layout
from storage.restoring import Restoring
from storage.store import Store
from storage.trail import histories
from tests.builders import LATER, make_change, make_ticket
from tests.storage.damage import checked, filled, log_of, the_finding
from tests.storage.processes import dig_deeper


@pytest.fixture
async def full(store: Store) -> Store:
    """A store with something of everything in it."""
    return await filled(store)


def without_line(path: Path, number: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[number - 1]
    path.write_bytes(b"".join(lines))


async def test_a_line_that_is_missing_in_the_log_is_told_with_the_version(
    full: Store, layout: Layout
) -> None:
    """Both the chain and the ticket notice it."""
    without_line(log_of(layout, "20260303"), 1)

    report = await checked(full)

    assert "does not tell version 3" in str(report.findings)
    assert any(finding.file.startswith("audit/2026-03/") for finding in report.findings)


async def test_an_event_that_is_not_logged_yet_is_told_until_it_is(
    full: Store, layout: Layout
) -> None:
    """A crash came between the ticket and its line: nothing is lost, the ticket has it."""
    log_of(layout, "20260304").unlink()

    file, problem = await the_finding(full)

    assert file.startswith("tickets/ticket_")
    assert "event of version 4 is not in the audit log" in problem


async def test_a_line_that_was_altered_is_told(full: Store, layout: Layout) -> None:
    """The chain proves it; and what it told is missing now."""
    path = log_of(layout, "20260303")
    path.write_bytes(path.read_bytes().replace(b'"after":1', b'"after":7'))

    report = await checked(full)

    assert "audit/2026-03/audit_20260303.jsonl" in {one.file for one in report.findings}
    assert "it is not what its digest says" in str(report.findings)


async def test_an_event_that_stands_twice_in_the_log_is_told(
    store: Store, layout: Layout
) -> None:
    """A history that says it twice is wrong once."""
    from storage.chain import entry

    change = make_change(make_ticket())
    await store.commit(change)
    store.audit.append([entry(change.event)])

    _file, problem = await the_finding(store)

    assert problem == "The audit log tells version 1 2 times."


async def test_an_event_that_is_another_one_in_the_log_is_told(
    store: Store, layout: Layout
) -> None:
    """Somebody wrote the log anew with everything in order but what it says."""
    from storage.chain import Head, chained

    change = make_change(make_ticket())
    await store.commit(change)
    altered = change.event.model_copy(update={"notes": "Nothing happened."})
    line, _head = chained(altered.model_dump_json(), Head())
    log_of(layout).write_bytes(line + b"\n")

    _file, problem = await the_finding(store)

    assert problem == "The event of version 1 is another one in the audit log."


async def test_a_ticket_that_was_put_back_to_an_older_version_is_told(
    store: Store, layout: Layout
) -> None:
    """A restored backup of one file undoes what was answered since."""
    created = await store.commit(make_change(make_ticket()))
    old = layout.ticket("ticket-1").read_bytes()
    await store.commit(make_change(created, now=LATER, city="Waco"))
    layout.ticket("ticket-1").write_bytes(old)

    _file, problem = await the_finding(store)

    assert problem == "The audit log tells of version 2; the file holds version 1."
    await Restoring(store).restore("ticket-1")
    assert (await checked(store)).is_clean


async def test_a_ticket_that_is_gone_is_told(full: Store, layout: Layout) -> None:
    """Somebody removed its file: the log still knows of it."""
    layout.ticket("numbered").unlink()

    file, problem = await the_finding(full)

    assert file == "tickets/ticket_numbered.json"
    assert problem == "The audit log tells of version 1; the file is not there."


async def test_a_ticket_that_moves_on_between_two_looks_is_no_finding(
    store: Store, layout: Layout
) -> None:
    """It was read, then changed, then the log was read."""
    await store.commit(make_change(make_ticket("t")))
    agreement = Agreement(layout, store.tickets)
    agreement.see("t")
    assert agreement.see("new") is None
    await dig_deeper(store, "t")
    await store.commit(make_change(make_ticket("new")))

    assert list(agreement.disagreements()) == []
    assert len(agreement) == 1


async def test_a_ticket_that_moves_on_while_it_is_looked_at_again_is_no_finding(
    store: Store, layout: Layout
) -> None:
    """The log tells of a version that the ticket had not when it was read."""
    await store.commit(make_change(make_ticket("t")))
    agreement = Agreement(layout, store.tickets)
    stored = store.tickets.read("t")
    await dig_deeper(store, "t")

    told = histories(layout, ["t"])["t"]

    assert list(agreement._problems("t", stored, told)) == []
