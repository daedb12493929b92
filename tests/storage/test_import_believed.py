"""What an import believes: only a file that is whole, and tickets that are what their events tell."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ConflictError, RejectedError
from storage.arrivals import Arrived
from storage.import_items import ImportFormat, items_of
from storage.portable import Seal
from storage.store import Store
from tests.builders import LATER, make_change, make_ticket
from tests.storage.damage import filled
from tests.storage.porting import exported, files_in, opened, take
from tests.storage.retention import ANN, over, retiring

Change = Callable[[dict[str, Any]], None]


def changed(content: bytes, change: Change) -> bytes:
    """Return an export whose records were changed by somebody who knows how its tail is made."""
    seal, lines = Seal(), []
    for line in content.splitlines()[:-1]:
        record = json.loads(line)
        change(record)
        lines.append(json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode())
        seal.add(record["kind"], lines[-1])
    return b"\n".join([*lines, seal.tail().model_dump_json().encode()])


def expire_later(record: dict[str, Any]) -> None:
    """Change a date that the event of the version does not tell, an earlier one did."""
    if record["kind"] == "ticket" and record["ticket"]["id"] == "edited":
        record["ticket"]["expires_at"] = "2027-01-01T00:00:00Z"


def start_sooner(record: dict[str, Any]) -> None:
    """Change a date of which no event has told."""
    if record["kind"] == "ticket" and record["ticket"]["id"] == "edited":
        record["ticket"]["earliest_lawful_start"] = "2026-03-01T00:00:00Z"


def move_on(record: dict[str, Any]) -> None:
    """Change what the event of the version itself tells."""
    if record["kind"] == "ticket" and record["ticket"]["id"] == "edited":
        record["ticket"]["city"] = "Laredo"


async def edited(root: Path) -> Store:
    store = await opened(root)
    made = make_ticket("edited", expires_at=LATER)
    await store.commit(make_change(made))
    await store.commit(make_change(await store.tickets.get("edited"), now=LATER, city="Marfa"))
    return store


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (expire_later, "expires_at"),
        (start_sooner, "earliest_lawful_start"),
        (move_on, "city"),
    ],
)
async def test_a_ticket_that_its_events_contradict_is_refused(
    store: Store, tmp_path: Path, change: Change, field: str
) -> None:
    """Whoever changed it made a new tail, too; its events stay out with it."""
    content = changed(exported(await edited(tmp_path / "ours")), change)

    _report, problems = await take(store, content)

    assert field in problems[0].failure.problem
    assert (len(problems), files_in(store)) == (3, {})


@pytest.mark.parametrize(("change", "taken_in"), [(move_on, 0), (lambda _record: None, 1)])
async def test_a_ticket_whose_log_is_over_is_held_against_its_own_event(
    store: Store, tmp_path: Path, change: Change, taken_in: int
) -> None:
    """That one is always with it; where days of the log are gone, nothing else is told."""
    lines = exported(await edited(tmp_path / "ours")).splitlines()
    kept = b"\n".join(line for line in lines if b'"kind":"event"' not in line)

    report, problems = await take(store, changed(kept, change))

    assert report.counts["ticket", Arrived.WRITTEN] == taken_in
    assert [one.failure.field for one in problems] == ["city"] * (1 - taken_in)


async def test_a_file_that_a_program_only_opened_and_saved_is_whole(
    store: Store, tmp_path: Path
) -> None:
    """With the mark of UTF-8 and line ends of Windows nothing was changed of what it says."""
    ours = await filled(await opened(tmp_path / "ours"))
    content = b"\xef\xbb\xbf" + exported(ours).replace(b"\n", b"\r\n")

    _report, problems = await take(store, content)

    assert (problems, files_in(store)) == ([], files_in(ours))


async def test_a_file_from_a_pipe_is_taken_as_it_comes(tmp_path: Path) -> None:
    """It cannot be read twice: the tail is held against it at the end, and says what was done."""
    lines = exported(await edited(tmp_path / "ours")).splitlines(keepends=True)

    items = list(items_of(io.BytesIO(b"".join(lines[:-1])), ImportFormat.NDJSON))

    assert "cut off" in str(items[-1].what)


async def test_a_number_goes_to_one_ticket_only(store: Store) -> None:
    """Also where all of them come together: the first one has it."""
    tickets = [make_ticket(f"t{n}", texas811_ticket_number="2606100009") for n in range(5)]
    lines = [
        json.dumps(
            {"kind": "ticket", "ticket": one.model_dump(mode="json"), "version": 1}
        ).encode()
        for one in tickets
    ]

    for how in ({"is_dry": True}, {}):
        report, problems = await take(store, b"\n".join(lines), **how)

        assert report.counts == {("ticket", Arrived.WRITTEN): 1}
        assert [type(one.failure) for one in problems] == [ConflictError] * 4
    _report, problems = await take(store, lines[1], is_dry=True)
    assert [one.failure.field for one in problems] == ["texas811_ticket_number"]
    assert await store.numbers.owner("2606100009") == "t0"


async def test_the_number_of_a_ticket_that_is_over_stays_its_own(
    store: Store, tmp_path: Path
) -> None:
    """As it did where it comes from; done again, a claim that was lost is made again."""
    ours = await opened(tmp_path / "ours")
    ticket_id = await over(ours, "a", texas811_ticket_number="2612345678")
    await retiring(ours).retire(ANN)
    content = exported(ours)

    for _time in range(2):
        _report, problems = await take(store, content)

        assert problems == []
        assert await store.numbers.owner("2612345678") == ticket_id
        with pytest.raises(ConflictError, match="belongs to ticket"):
            await store.commit(
                make_change(make_ticket("new", texas811_ticket_number="2612345678"))
            )
        store.numbers.path_of("2612345678").unlink()


async def test_a_table_with_line_ends_of_another_age_is_refused_in_words(store: Store) -> None:
    """A single carriage return ends no line."""
    with pytest.raises(RejectedError, match="do not end as they should"):
        await take(store, b"id,city\ra,Waco\rb,Marfa\r", "t.csv")
