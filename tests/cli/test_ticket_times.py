"""`texas811 tickets at, revert, restore`: as a person uses them, with no service and no Redis."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.drafting import edit, open_ticket
from storage.backup import Backups
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, NOW, make_extraction, make_order
from tests.cli.commands import Said, texas811
from tests.domain.lives import DANA
from tests.storage.damage import checked

READ = make_extraction(0.7, county=None)
BY = ("--by", "Lee Park", "--reason", "Wrong county.")


@pytest.fixture
async def data(tmp_path: Path) -> Layout:
    """A data directory with a ticket in its third version, and a backup of its second."""
    layout = Layout(tmp_path / "data")
    store = Store(layout.root)
    await store.open()
    order = await store.work_orders.accept(make_order(), b"")
    await store.work_orders.keep_extraction(order.id, READ)
    ticket = await store.commit(open_ticket(order, READ, now=NOW))
    ticket = await store.commit(edit(ticket, {"county": "Travis"}, READ, now=LATER, by=DANA))
    Backups(layout).make_now("asked")
    later = LATER + timedelta(hours=1)
    await store.commit(edit(ticket, {"county": "Bexar"}, READ, now=later, by=DANA))
    return layout


async def tickets(data: Layout, *arguments: str) -> Said:
    """Run the command while Redis is away."""
    away = "redis://127.0.0.1:1"
    return await texas811("tickets", *arguments, DATA_DIR=str(data.root), REDIS_URL=away)


def only_ticket(data: Layout) -> str:
    (path,) = data.tickets.glob("ticket_*.json")
    return path.stem.removeprefix("ticket_")


def only_backup(data: Layout) -> str:
    (path,) = data.daily_backups.glob("backup_*.tar.gz")
    return path.name


async def test_a_ticket_is_shown_as_it_was(data: Layout) -> None:
    """At a moment with its zone, in a version, in a backup; with the event and who."""
    ticket = only_ticket(data)
    moment = (LATER + timedelta(minutes=59)).isoformat()

    at = await tickets(data, "at", ticket[:6], "--at", moment, "--json")
    version = await tickets(data, "at", ticket, "--version", "2", "--json")
    backup = await tickets(data, "at", ticket, "--from", only_backup(data), "--json")
    early = await tickets(data, "at", ticket, "--at", (NOW - timedelta(1)).isoformat())
    naive = await tickets(data, "at", ticket, "--at", "2026-11-20T10:00")

    assert (at.json["county"], at.json["version"]) == ("Travis", 2)
    assert (at.json["event"]["action"], at.json["event"]["actor"]) == ("ticket_edited", "User")
    assert at.json == version.json == backup.json
    assert (early.status, naive.status) == (3, 2)
    assert "There was no ticket yet" in early.error


async def test_a_history_that_is_not_complete_says_where_else_to_look(data: Layout) -> None:
    """The log of a day is lost; a backup was made after it."""
    for day in data.audit.glob("*/*.jsonl"):
        day.unlink()

    said = await tickets(data, "at", only_ticket(data), "--version", "3")

    assert said.status == 2
    assert "The history is not complete." in said.error
    assert f"--from {only_backup(data)}" in said.error


async def test_a_ticket_is_reverted_by_one_version_more(data: Layout) -> None:
    """Nothing of its history is changed by it, and the store is whole."""
    ticket = only_ticket(data)

    said = await tickets(data, "revert", ticket, "--to-version", "2", *BY)
    again = await tickets(data, "revert", ticket, "--to-version", "2", *BY)
    both = await tickets(data, "revert", ticket, "--to-version", "2", "--at", "x", *BY)

    assert (said.status, said.error) == (0, "")
    assert said.out.startswith(f"Ticket {ticket} is reverted: version 4, ")
    assert (again.status, both.status) == (2, 2)
    assert "There is nothing to revert" in again.error
    shown = (await tickets(data, "show", ticket, "--json")).json
    assert (shown["county"], shown["version"]) == ("Travis", 4)
    made = [one for one in shown["history"] if one["to_status"]]
    assert [one["action"] for one in made][2:] == ["ticket_edited", "ticket_reverted"]
    assert (await checked(Store(data.root))).is_clean


@pytest.mark.parametrize("is_damaged", [False, True], ids=["whole", "damaged"])
async def test_a_ticket_is_put_back_as_a_backup_holds_it(
    data: Layout,
    is_damaged: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Also one that is whole but wrong; a damaged one is made whole first."""
    ticket = only_ticket(data)
    if is_damaged:
        data.ticket(ticket).write_bytes(b"{")

    said = await tickets(data, "restore", ticket, "--from", only_backup(data), *BY, "--json")

    assert said.json == {
        "reverted": True,
        "version": 4,
        "status": said.json["status"],
        "source": "audit trail" if is_damaged else None,
        "work_order_restored": False,
        "ticket_id": ticket,
    }
    store = Store(data.root)
    assert (await store.tickets.get(ticket)).county == "Travis"
    assert (await checked(store)).is_clean
