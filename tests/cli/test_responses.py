"""`texas811 responses`: answers listed, added and imported, with no service and no Redis."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.ticket import Ticket, TicketStatus
from storage.store import Store
from tests.builders import make_change
from tests.cli.commands import Said, texas811
from tests.domain.lives import GAS, POWER, make_life

ID = "7b0d0f1e-ticket"
GAS_MARKED: dict[str, Any] = {
    "ticketNumber": "2606100001",
    "memberCode": "ATM01",
    "facilityList": ["gas"],
    "action": "MARKED",
}
POWER_CLEAR = {**GAS_MARKED, "memberCode": "ONC01", "facilityList": ["electric", "fiber"]}
NOBODY = {**GAS_MARKED, "memberCode": "NOBODY"}
MARKED = ("--member", "ATM01", "--facility", "gas", "--outcome", "Marked", "--by", "Dana Ruiz")
AT = ("--at", "2026-03-04T09:00:00-06:00")


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A data directory with a submitted ticket that nobody has answered to."""
    store = Store(tmp_path / "data")
    await store.open()
    ticket = make_life(TicketStatus.SUBMITTED, id=ID, members=[GAS, POWER], member_responses=[])
    await store.commit(make_change(ticket, now=ticket.updated_at))
    return tmp_path / "data"


async def responses(data: Path, *arguments: str, **settings: str) -> Said:
    """Run the command while Redis is away."""
    away = "redis://127.0.0.1:1"
    settings = {"DATA_DIR": str(data), "REDIS_URL": away, **settings}
    return await texas811("responses", *arguments, **settings)


async def imported(data: Path, content: str | bytes, *options: str, **settings: str) -> Said:
    file = data.parent / "responses.json"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    given = ("import", str(file), "--by", "Dana Ruiz", *options)
    return await responses(data, *given, **settings)


async def ticket_in(data: Path) -> Ticket:
    return await Store(data).tickets.get(ID)


async def test_an_answer_is_added_once_and_listed(data: Path) -> None:
    """A person has it on the telephone; typed in twice, it is a conflict."""
    first = await responses(data, "add", "7b0d", *MARKED, *AT, "--text", "Flags")
    again = await responses(data, "add", ID, *MARKED, *AT, "--json")
    listed = await responses(data, "list", ID)
    told = await responses(data, "list", ID, "--json")

    assert (first.status, again.status, listed.status) == (0, 4, 0)
    assert json.loads(again.error)["field"] == "response_date"
    assert "ATM01 (gas)" in listed.out
    assert "ONC01 (fiber)" in listed.out
    [one] = told.json
    assert (one["outcome"], one["response_text"], one["is_late"]) == ("Marked", "Flags", False)


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (
            (ID, *MARKED[:4], "--by", "Dana"),
            2,
            "outcome: What the member answered is not said.",
        ),
        ((ID, *MARKED, "--at", "noon"), 2, "at: 'noon' is not a moment."),
        ((ID, "--member", "X" * 11, *MARKED[4:]), 2, "member_code: "),
        ((ID, "--member", "X", *MARKED[4:]), 2, "member_code: X is not among the members"),
        (("beef", *MARKED), 3, "There is no ticket beef."),
    ],
    ids=["no outcome", "no moment", "a long code", "a stranger", "no ticket"],
)
async def test_an_answer_that_cannot_be_taken_ends_with_its_status(
    data: Path, options: tuple[str, ...], status: int, said: str
) -> None:
    """And changes nothing."""
    ended = await responses(data, "add", *options)

    assert ended.status == status
    assert said in ended.error
    assert (await ticket_in(data)).member_responses == []


async def test_a_file_is_imported_and_again_without_harm(data: Path) -> None:
    """The night's file of a member, fetched twice."""
    batch = json.dumps([GAS_MARKED, POWER_CLEAR])

    first = await imported(data, batch)
    again = await imported(data, batch, "--json")

    assert (first.status, again.status) == (0, 4)
    assert first.out.count("taken") == 2
    assert [one["fared"] for one in again.json] == ["duplicate", "duplicate"]
    assert len((await ticket_in(data)).member_responses) == 3


@pytest.mark.parametrize(
    ("batch", "status", "fared"),
    [
        ([GAS_MARKED, NOBODY], 2, ["taken", "rejected"]),
        ([GAS_MARKED, GAS_MARKED], 4, ["taken", "duplicate"]),
        ([GAS_MARKED, GAS_MARKED, NOBODY], 2, ["taken", "duplicate", "rejected"]),
        ({"responses": [{**GAS_MARKED, "action": "ZZ9"}]}, 0, ["taken in part"]),
        ({**GAS_MARKED, "ticketnum": 1}, 2, ["malformed"]),
    ],
    ids=["a stranger", "twice", "both", "an unknown action", "an unknown field"],
)
async def test_each_response_of_a_file_is_told_and_the_status_is_that_of_what_failed(
    data: Path, batch: Any, status: int, fared: list[str]
) -> None:
    """What was taken is recorded, whatever became of the others."""
    said = await imported(data, json.dumps(batch), "--json")

    assert said.status == status
    assert [one["fared"] for one in said.json] == fared
    taken = sum(one.startswith("taken") for one in fared)
    assert len((await ticket_in(data)).member_responses) == taken


async def test_a_code_of_the_center_is_known_to_the_import_as_it_is_to_the_service(
    data: Path,
) -> None:
    """The installation says what it means: nothing is told to be open that is closed."""
    batch = json.dumps({**GAS_MARKED, "action": "ZZ9"})

    said = await imported(data, batch, "--json", CENTER_CODES='{"ZZ9": "Clear"}')

    [one] = said.json
    assert (one["fared"], one["told"]) == ("taken", "")
    [recorded] = (await ticket_in(data)).member_responses
    assert recorded.outcome == "Clear"


@pytest.mark.parametrize("content", ["", "{", "[]", "7", b"\xff"], ids=repr)
async def test_a_file_that_holds_no_responses_is_refused(
    data: Path, content: str | bytes
) -> None:
    """With a sentence, and without a trace of ours."""
    said = await imported(data, content)

    assert said.status == 2
    assert said.error.startswith("file: ")
    assert "Traceback" not in said.error
