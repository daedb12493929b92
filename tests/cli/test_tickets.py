"""`texas811 tickets`: read from the disk, whether a service runs or not."""

import csv
from pathlib import Path

import pytest

from config import Config
from jobs.job import Env
from storage.store import Store
from tests.builders import NOW, make_change, make_draft, make_ticket
from tests.cli.commands import names_in, texas811

WHOLE, DRAFT, OTHER = "7b0d0f1e-whole", "7b0d9999-draft", "c0ffee00-other"


@pytest.fixture
async def data(tmp_path: Path) -> str:
    """A data directory with three tickets, two of which begin alike."""
    store = Store(tmp_path / "data")
    await store.open()
    await store.commit(make_change(make_ticket(WHOLE, status="ValidPendingConfirm")))
    await store.commit(make_change(make_draft(DRAFT, county="Hays")))
    await store.commit(make_change(make_ticket(OTHER, county="Bexar")))
    return str(tmp_path / "data")


async def test_tickets_are_listed_as_a_table(data: str) -> None:
    """A glance: which, where, whose, and how much is missing."""
    said = await texas811("tickets", "list", DATA_DIR=data)

    assert said.status == 0
    assert all(ticket_id[:8] in said.out for ticket_id in (WHOLE, DRAFT, OTHER))
    assert "Caprock Line Builders" in said.out
    assert "Bexar" in said.out


async def test_tickets_are_listed_as_json_for_programs(data: str) -> None:
    """Whole ids and whole tickets, to be piped on."""
    said = await texas811("tickets", "list", "--json", DATA_DIR=data)

    assert {ticket["id"] for ticket in said.json} == {WHOLE, DRAFT, OTHER}


async def test_the_list_is_narrowed_as_over_http(data: str) -> None:
    """The same words mean the same at both doors."""
    drafts = await texas811("tickets", "list", "--status", "Draft", "--json", DATA_DIR=data)
    hays = await texas811("tickets", "list", "--county", "hays", "--json", DATA_DIR=data)

    assert {ticket["id"] for ticket in drafts.json} == {DRAFT, OTHER}
    assert [ticket["id"] for ticket in hays.json] == [DRAFT]


async def test_several_questions_narrow_the_list_together(data: str) -> None:
    """Company, month, the end of a ticket's life, words: as over HTTP."""
    ending = make_ticket("7b0d1111-ending", expires_at=NOW, company="Acme")
    await Store(Path(data)).commit(make_change(ending))
    month = ("--month", "2026-03", "--company", "ACME")
    end = ("--expiring-before", "2026-03-02T10:00:00-06:00")

    said = await texas811(
        "tickets", "list", *month, *end, "--text", "bluebonnet", "--json", DATA_DIR=data
    )
    later = await texas811("tickets", "list", "--month", "2026-04", "--json", DATA_DIR=data)

    assert [ticket["id"] for ticket in said.json] == ["7b0d1111-ending"]
    assert later.json == []


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--month", "March", "month: 'March' is not a month."),
        ("--expiring-before", "2026-03-02T10:00:00", "is not a moment"),
        ("--expiring-before", "tomorrow", "expiring_before: 'tomorrow' is not a moment."),
    ],
)
async def test_a_question_that_makes_no_sense_ends_with_status_2(
    data: str, option: str, value: str, problem: str
) -> None:
    """An empty list would look like an answer."""
    said = await texas811("tickets", "list", option, value, DATA_DIR=data)

    assert said.status == 2
    assert problem in said.error
    assert said.out == ""


async def test_the_list_is_narrowed_by_several_statuses_and_by_what_is_missing(
    data: str,
) -> None:
    """Whatever can be asked over HTTP can be asked here."""
    both = ("--status", "Draft", "--status", "ValidPendingConfirm")

    said = await texas811("tickets", "list", *both, "--json", DATA_DIR=data)
    missing = await texas811(
        "tickets",
        "list",
        *("--not-ready-because", "notice_given", "--status", "Draft", "--json"),
        DATA_DIR=data,
    )
    typed = await texas811(
        "tickets", "list", "--ticket-type", "Recall", "--json", DATA_DIR=data
    )

    assert {ticket["id"] for ticket in said.json} == {WHOLE, DRAFT, OTHER}
    assert {ticket["id"] for ticket in missing.json} == {DRAFT, OTHER}
    assert typed.json == []


async def test_tickets_are_exported_and_what_is_left_out_is_told_beside(data: str) -> None:
    """Standard output is the file, whatever else there is to say."""
    (Path(data) / "tickets" / f"ticket_{OTHER}.json").write_text("{")

    table = await texas811("tickets", "export", "--county", "hays", DATA_DIR=data)
    sites = await texas811("tickets", "export", "--format", "geojson", DATA_DIR=data)
    whole = await texas811("tickets", "export", "--json", DATA_DIR=data)

    assert [row["id"] for row in csv.DictReader(table.out.splitlines())] == [DRAFT]
    assert sites.json["features"] == []
    assert f"{WHOLE} is left out: " in sites.error
    assert {ticket["id"] for ticket in whole.json} == {WHOLE, DRAFT}
    assert f"ticket_{OTHER}.json" in whole.error
    assert {said.status for said in (table, sites, whole)} == {0}


async def test_the_history_is_shown_from_either_end(data: str) -> None:
    """Who did what, and why."""
    store = Store(Path(data))
    ticket = await store.tickets.get(DRAFT)
    await store.commit(make_change(ticket, city="Kyle"))

    newest = await texas811("tickets", "history", "7b0d9", "--newest-first", DATA_DIR=data)
    one = await texas811(
        "tickets", "history", DRAFT, "--action", "ticket_created", "--json", DATA_DIR=data
    )

    assert newest.out.index("ticket_edited") < newest.out.index("ticket_created")
    assert [event["action"] for event in one.json] == ["ticket_created"]


async def test_a_damaged_file_is_named_beside_the_list(data: str) -> None:
    """On stderr, so that a program still gets its JSON and a person still sees it."""
    (Path(data) / "tickets" / f"ticket_{OTHER}.json").write_text("{")

    said = await texas811("tickets", "list", "--json", DATA_DIR=data)

    assert {ticket["id"] for ticket in said.json} == {WHOLE, DRAFT}
    assert f"ticket_{OTHER}.json" in said.error
    assert said.status == 0


async def test_a_ticket_is_shown_by_the_first_letters_of_its_id(data: str) -> None:
    """Nobody types thirty-six characters."""
    said = await texas811("tickets", "show", "7b0d9", DATA_DIR=data)

    assert said.status == 0
    assert "Hays" in said.out
    assert "ticket_created" in said.out


async def test_a_ticket_is_shown_as_json_with_its_version_and_history(data: str) -> None:
    """All that is known, for a program."""
    said = await texas811("tickets", "show", WHOLE, "--json", DATA_DIR=data)

    assert said.json["id"] == WHOLE
    assert said.json["version"] == 1
    assert [event["action"] for event in said.json["history"]] == ["ticket_created"]


async def test_a_beginning_that_fits_several_tickets_is_refused_with_their_ids(
    data: str,
) -> None:
    """The wrong ticket shown is worse than none."""
    said = await texas811("tickets", "show", "7b0d", DATA_DIR=data)

    assert said.status == 2
    assert WHOLE in said.error
    assert DRAFT in said.error
    assert said.out == ""


async def test_an_id_that_is_a_beginning_of_another_is_still_found(data: str) -> None:
    """Whoever gives the whole id means that one."""
    store = Store(Path(data))
    await store.commit(make_change(make_ticket("7b0d", city="Waco")))

    said = await texas811("tickets", "show", "7b0d", "--json", DATA_DIR=data)

    assert said.json["city"] == "Waco"


async def test_a_ticket_that_is_not_there_ends_with_status_3(data: str) -> None:
    """A script can tell "there is none" from "it went wrong"."""
    said = await texas811("tickets", "show", "beef", DATA_DIR=data)

    assert said.status == 3
    assert "There is no ticket beef." in said.error
    assert "Traceback" not in said.error


async def test_a_directory_that_holds_no_data_ends_with_status_3(tmp_path: Path) -> None:
    """An empty list would hide that DATA_DIR is wrong."""
    said = await texas811("tickets", "list", DATA_DIR=str(tmp_path))

    assert said.status == 3
    assert said.error.startswith("DATA_DIR: ")
    assert names_in(tmp_path) == []


async def test_tickets_are_listed_while_redis_is_away(env: Env, config: Config) -> None:
    """In an outage somebody will want to look."""
    await env.store.commit(make_change(make_ticket("ticket-1")))

    said = await texas811(
        "tickets", "list", DATA_DIR=str(config.root), REDIS_URL="redis://127.0.0.1:1"
    )

    assert said.status == 0
    assert "ticket-1" in said.out
