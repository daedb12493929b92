"""`texas811 audit`: by cron each night, and by hand on the day when somebody asks for proof."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from storage.audit_proof import proved
from storage.chain import Head, chained, parsed
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_ticket
from tests.cli.commands import texas811
from tests.storage.retention import ANN, retiring
from tests.storage.test_audit_anchor import days_told

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
async def data(tmp_path: Path) -> str:
    """Return a data directory with two events of one day and one of the next."""
    store = Store(tmp_path / "data")
    await store.open()
    created = await store.commit(make_change(make_ticket("t")))
    edited = await store.commit(make_change(created, now=LATER, city="Waco"))
    await store.commit(make_change(edited, now=TOMORROW, city="Hutto"))
    return str(tmp_path / "data")


def day_file(data: str, number: int) -> Path:
    """Return the file of the first (0) or the second day."""
    return sorted(Path(data, "audit").rglob("*.jsonl"))[number]


async def test_a_whole_log_tells_its_head_and_proves_it_later(data: str) -> None:
    """The head is noted elsewhere; whatever comes after it, the log still holds it."""
    first = await texas811("audit", "verify", "--json", DATA_DIR=data)
    head = first.json["head"]
    store = Store(Path(data))
    ticket = await store.tickets.get("t")
    await store.commit(make_change(ticket, now=TOMORROW, city="Manor"))

    later = await texas811("audit", "verify", "--since-head", head, DATA_DIR=data)

    assert (first.status, later.status) == (0, 0)
    assert (first.json["days"], first.json["lines"], first.json["is_whole"]) == (2, 3, True)
    assert (first.json["first_at"], head[:11]) == ("2026-03-02T15:00:00Z", "20260303/1:")
    assert "It holds the head that was noted" in later.out


def change_a_word(data: str) -> None:
    """Change a line and not its digest."""
    path = day_file(data, 0)
    path.write_bytes(path.read_bytes().replace(b"Waco", b"Paco"))


def take_a_line_out(data: str) -> None:
    """Remove the first line of a day."""
    path = day_file(data, 0)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])


def take_the_first_day_away(data: str) -> None:
    """Remove the day on which the next one hangs."""
    day_file(data, 0).unlink()


@pytest.mark.parametrize(
    ("spoil", "place", "believed_until", "follows"),
    [
        (change_a_word, ("audit_20260302.jsonl", 2), "2026-03-02T15:00:00Z", 1),
        (take_a_line_out, ("audit_20260302.jsonl", 1), None, 2),
        (take_the_first_day_away, ("audit_20260303.jsonl", 1), None, 1),
    ],
)
async def test_a_broken_chain_ends_with_status_1_and_says_where_and_since_when(
    data: str,
    spoil: Callable[[str], None],
    place: tuple[str, int],
    believed_until: str | None,
    follows: int,
) -> None:
    """The last event before the break, and how much is whole behind it."""
    spoil(data)

    told = await texas811("audit", "verify", "--json", DATA_DIR=data)
    shown = await texas811("audit", "verify", DATA_DIR=data)

    first = told.json["breaks"][0]
    assert (told.status, shown.status, told.json["is_whole"]) == (1, 1, False)
    assert (first["file"].rpartition("/")[2], first["line"]) == place
    assert first["believed_until"] == believed_until
    assert first["follows"] == follows
    assert "The chain is broken" in shown.out


def make_anew(data: str, *, without: bytes) -> None:
    """Write the whole log anew, without what somebody wants to be forgotten, each link right."""
    after, before = None, Head()
    for number in (0, 1):
        path, head, content = day_file(data, number), Head(0, before.sha256), b""
        for raw in path.read_bytes().splitlines():
            if without not in raw:
                event = parsed(raw, number=0).event.model_dump_json()
                line, head = chained(event, head, after=after)
                content, after = content + line + b"\n", None
        path.write_bytes(content)
        before, after = head, f"20260302/{head.number}"


async def test_a_log_made_anew_hangs_together_and_lacks_the_head_that_was_noted(
    data: str,
) -> None:
    """Whoever can write the files can forge the chain, and not what was noted elsewhere."""
    noted = (await texas811("audit", "verify", "--json", DATA_DIR=data)).json["head"]
    make_anew(data, without=b'"after":"Waco"')

    alone = await texas811("audit", "verify", DATA_DIR=data)
    compared = await texas811("audit", "verify", "--since-head", noted, DATA_DIR=data)
    wrong = await texas811("audit", "verify", "--since-head", noted[:-1], DATA_DIR=data)

    assert (alone.status, compared.status, wrong.status) == (0, 1, 2)
    assert f"It does not hold the head {noted}" in compared.out


async def test_a_log_whose_first_days_were_removed_proves_a_head_of_theirs(
    tmp_path: Path,
) -> None:
    """By the archive, and without it not at all: then it is not proven, and that is told."""
    store = Store(tmp_path)
    await store.open()
    await days_told(store, 1, until=NOW - timedelta(days=1))
    layout = Layout(tmp_path)
    head = str(proved(layout).head)
    await days_told(store, 2)
    [archive] = retiring(store, NOW + timedelta(days=400)).retire_now(ANN).archives
    data = {"DATA_DIR": str(tmp_path)}

    held = await texas811("audit", "verify", "--since-head", head, **data)
    layout.root.joinpath(archive).unlink()
    lost = await texas811("audit", "verify", "--since-head", head, **data)

    assert "It holds the head that was noted" in held.out
    assert "no archive in backups/retired/ holds it" in lost.out
    assert f"{archive}: It is not there" in lost.out
    assert lost.status == 1


async def test_events_are_shown_by_day_and_by_ticket(data: str) -> None:
    """As a table, a line each, or as the array that the specification has."""
    table = await texas811("audit", "show", "--ticket", "t", DATA_DIR=data)
    lines = await texas811("audit", "show", "--day", "2026-03-02", "--json", DATA_DIR=data)
    array = await texas811("audit", "show", "--day", "2026-03-03", "--array", DATA_DIR=data)
    neither = await texas811("audit", "show", DATA_DIR=data)
    no_day = await texas811("audit", "show", "--day", "monday", DATA_DIR=data)

    assert table.out.count("ticket_edited") == 2
    events = [json.loads(line) for line in lines.out.splitlines()]
    assert [event["action"] for event in events] == ["ticket_created", "ticket_edited"]
    assert [event["field_changes"]["city"]["after"] for event in array.json] == ["Hutto"]
    assert (neither.status, no_day.status) == (2, 2)

    change_a_word(data)
    damaged = await texas811("audit", "show", "--day", "2026-03-02", "--json", DATA_DIR=data)
    assert (damaged.status, len(damaged.out.splitlines())) == (1, 1)
    assert "audit_20260302.jsonl: line 2" in damaged.error
