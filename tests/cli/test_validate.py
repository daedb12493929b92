"""`texas811 validate`: what a ticket lacks, without a service and without a trace."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.validate import TICKET_BYTES_MAX
from tests.builders import NOW, STATED, customer_json, make_ticket
from tests.cli.commands import ROOT, Said, names_in, texas811

AT = ("--at", NOW.isoformat())
DATES = ("earliest_lawful_start", "response_due", "expires")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def written(folder: Path, value: Any) -> str:
    """Return the path of a file with this value as JSON, or with these bytes."""
    path = folder / "ticket.json"
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return str(path)


async def validate(folder: Path, value: Any, *options: str) -> Said:
    return await texas811("validate", written(folder, value), *AT, *options)


async def test_a_whole_ticket_is_valid_and_shows_the_dates_of_its_notice(folder: Path) -> None:
    """Nothing is asked, and a person sees when digging may begin."""
    said = await validate(folder, STATED)

    assert (said.status, said.error) == (0, "")
    assert "Valid, open gaps: 0" in said.out
    assert "If the notice is given Mon 2026-03-02 09:00 CST" in said.out
    assert "Thu 2026-03-05 00:00 CST" in said.out
    assert "251.151(a)" in said.out
    assert "Texas Independence Day does not count" in said.out


async def test_a_ticket_with_a_warning_alone_ends_well(folder: Path) -> None:
    """A script must go on where a submission may."""
    said = await validate(folder, {**STATED, "depth_inches": None})

    assert said.status == 0
    assert "Warning, open gaps: 1" in said.out
    assert "How deep will you dig" in said.out


async def test_an_invalid_ticket_ends_with_a_status_of_its_own(folder: Path) -> None:
    """2 would say that the file could not be read."""
    said = await validate(folder, {**STATED, "county": "Travis and Hays"})

    assert (said.status, said.error) == (6, "")
    assert "Which county is this ticket for" in said.out
    assert "Travis | Hays" in said.out
    assert "No date can be said" in said.out


async def test_a_program_gets_gaps_validity_and_dates(folder: Path) -> None:
    """The names are those of the ticket and of `texas811 deadlines --json`."""
    said = await validate(folder, {**STATED, "email": "dana"}, "--json")

    assert said.status == 6
    assert said.json["validation_status"] == "Invalid"
    assert said.json["gap_count"] == len(said.json["gaps"]) == 1
    assert said.json["gaps"][0]["field"] == "email"
    assert said.json["gaps"][0]["suggested_prompt"]
    assert {said.json["dates"][name]["reason"] != "" for name in DATES} == {True}


async def test_a_program_gets_no_dates_where_no_county_is_known(folder: Path) -> None:
    """A date by a guessed zone could be an hour off."""
    said = await validate(folder, {}, "--json")

    assert said.json["dates"] is None
    assert said.json["gap_count"] > 20


async def test_without_a_time_the_notice_would_be_given_now(folder: Path) -> None:
    """That is what a dispatcher wants to know."""
    said = await texas811("validate", written(folder, STATED), "--json")

    assert said.status == 6
    assert [gap["problem"] for gap in said.json["gaps"]] == ["before_lawful_start"]


async def test_our_own_ticket_keeps_its_answers_and_its_notice(folder: Path) -> None:
    """A stored no is an answer; a gap that was answered is not shown."""
    ours = {**make_ticket(is_boring=False).model_dump(mode="json"), "_meta": {"version": 3}}

    said = await validate(folder, ours, "--json")

    assert said.status == 0
    assert said.json["gaps"] == []


async def test_in_the_customers_ticket_a_no_may_be_silence(folder: Path) -> None:
    """Its model writes False where nobody has said anything: explosives are a legal statement."""
    said = await validate(folder, customer_json(), "--json")

    asked = {gap["field"] for gap in said.json["gaps"]}
    assert said.status == 6
    assert {"is_blasting", "is_boring", "white_lines_painted"} <= asked


async def test_what_extract_prints_can_be_validated(folder: Path) -> None:
    """One command's answer is the next one's question."""
    sample = ROOT / "samples" / "pole_replacement.txt"
    read = await texas811("extract", str(sample), "--json")

    said = await validate(folder, read.json)

    assert said.status == 6
    assert "planned start" in said.out


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (b"{company: Caprock}", ["file: The file is not JSON", "in UTF-8"]),
        (b"\xff\xfe{}", ["file: The file is not JSON"]),
        (b"[" * 100_000, ["file: The file is not JSON"]),
        (["company"], ["file: The file holds no JSON object", "names to values"]),
        (b" " * (TICKET_BYTES_MAX + 1), ["file: The file is larger than 4 MB"]),
        ({"compny": "Caprock"}, ["compny: A ticket has no field", "Did you mean company?"]),
        ({"zzz": 1}, ["zzz: A ticket has no field zzz.", "Leave it out."]),
        (
            {"depth_inches": "six feet", "is_boring": "maybe"},
            ["is_boring: ", "'maybe'", "Correct the value", "Also wrong: depth_inches."],
        ),
        (
            {"gps_coordinates": {"latitude": -97.74, "longitude": 30.27}},
            ["gps_coordinates.latitude: ", "Are the two swapped?"],
        ),
        (
            {"planned_start_at": "2026-03-06T08:00:00"},
            ["planned_start_at: ", "timezone", "Write date, time and offset"],
        ),
        ({"ticket_type": "Routine"}, ["ticket_type: ", "'Normal'"]),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_file_that_is_no_ticket_is_refused_by_field_problem_and_remedy(
    value: Any, words: list[str], folder: Path
) -> None:
    """Status 2, and a sentence that says what to change."""
    said = await validate(folder, value)

    assert (said.status, said.out) == (2, "")
    assert [word for word in words if word not in said.error] == []
    assert "Traceback" not in said.error


async def test_a_time_without_a_zone_is_refused(folder: Path) -> None:
    """It could be hours wrong, and the lawful start with it."""
    said = await texas811("validate", written(folder, STATED), "--at", "2026-03-02T09:00")

    assert said.status == 2
    assert "at: " in said.error
    assert "has no zone" in said.error


async def test_validating_leaves_nothing_behind(folder: Path) -> None:
    """Anybody may try a ticket out, on a machine where nothing is set up."""
    said = await texas811(
        *("validate", written(folder, b"\xef\xbb\xbf" + json.dumps(STATED).encode()), *AT),
        DATA_DIR=str(folder / "data"),
        REDIS_URL="redis://127.0.0.1:1",
    )

    assert said.status == 0
    assert names_in(folder) == ["ticket.json"]


async def test_the_help_tells_the_exit_statuses() -> None:
    """A script is written by whoever reads it."""
    said = await texas811("validate", "--help")

    assert said.status == 0
    assert "6 if it is Invalid" in " ".join(said.out.replace("│", " ").split())
