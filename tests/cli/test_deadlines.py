"""`texas811 deadlines`: the dates of one notice, without a service and without a store."""

import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from datetime import datetime

import pytest

from domain.deadlines import DATES
from domain.facts import TicketType
from tests.cli.commands import ROOT, texas811

CASES = ROOT / "tests" / "domain" / "deadline_cases.csv"
NOTICE = ("--at", "2026-12-07T10:00:00-06:00", "--county", "travis")
HEAVY = {"arq", "redis", "fastapi", "uvicorn", "shapely", "numpy", "pypdfium2", "httpx2"}


async def test_a_person_sees_every_date_with_its_rule_its_source_and_its_reason() -> None:
    """In the time of the site, because that is where the digging is."""
    said = await texas811("deadlines", *NOTICE)

    assert (said.status, said.error) == (0, "")
    for words in (
        "at the site (Travis, America/Chicago)",
        "Wed 2026-12-09 10:00:00 CST",
        "Mon 2026-12-28 23:59:59 CST",
        "Tex. Util. Code 251.151(a)",
        "48 countable hours at the site",
        "If the center skips December 24 and 26",
    ):
        assert words in said.out
    assert [name for name in DATES if name.replace("_", " ") not in said.out] == []


async def test_a_date_that_there_is_not_says_why() -> None:
    """An empty line could be taken for a start that is merely unknown."""
    said = await texas811("deadlines", *NOTICE, "--type", "survey/design")

    assert "never permits" in said.out
    assert "warning" not in said.out


async def test_a_program_gets_the_dates_in_utc_and_in_local_time() -> None:
    """The model as it is, and beside each instant what the clocks at the site show."""
    said = await texas811("deadlines", *NOTICE, "--json")

    found = said.json
    assert found["notice_at_local"] == "2026-12-07T10:00:00-06:00"
    assert (found["county"], found["ticket_type"]) == ("Travis", "Normal")
    assert found["earliest_lawful_start"]["at_local"] == "2026-12-09T10:00:00-06:00"
    assert found["earliest_lawful_start"]["policy_version"] == "2007-09"
    assert found["warnings"] == found["refresh_by"]["warnings"]
    for name in DATES:
        local, utc = (datetime.fromisoformat(found[name][key]) for key in ("at_local", "at"))
        assert local == utc


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("EMERGENCY", "Emergency"),
        ("no response", "No Response"),
        ("update & remark", "Update & Remark"),
        ("DigUp", "Dig Up"),
        ("survey-design", "Survey/Design"),
    ],
)
async def test_a_type_is_known_in_any_case(written: str, meant: str) -> None:
    """The center itself writes DigUp, the specification Dig Up."""
    said = await texas811("deadlines", *NOTICE, "--type", written, "--json")

    assert said.json["ticket_type"] == meant
    assert said.json["earliest_lawful_start"] is None or meant in {
        "Emergency",
        "Update & Remark",
    }


@pytest.mark.parametrize(
    ("arguments", "problem", "remedy"),
    [
        (
            ("--at", "2026-12-07T10:00:00", "--county", "Travis"),
            "at: '2026-12-07T10:00:00' has no zone",
            "Add the offset",
        ),
        (("--at", "now", "--county", "Travis"), "at: 'now' is not a time", "Write date, time"),
        (("--at", "1899-01-01T00:00Z", "--county", "Travis"), "at: '1899-01", "Write date"),
        (("--at", "0001-01-01T00:00+14:00", "--county", "Travis"), "at: '0001", "Write date"),
        (
            ("--at", "2001-01-01T00:00Z", "--county", "Travis"),
            "at: The rules of 2000-12-31",
            "a later",
        ),
        (
            ("--at", "2026-12-07T10:00Z", "--county", "Traviss"),
            "county: 'Traviss' is not a county of Texas",
            "Did you mean Travis",
        ),
        (
            (*NOTICE, "--type", "Rush"),
            "type: 'Rush' is not a ticket type",
            f"Take one of {', '.join(TicketType)}",
        ),
        (("--county", "Travis"), "Give --at and --county", "--batch"),
        (("--at", "2026-12-07T10:00Z"), "Give --at and --county", "--batch"),
        ((*NOTICE, "--batch", str(CASES)), "--batch takes its notices from the file", ""),
        (
            ("--at", "2026-12-07T10:00Z", "--batch", str(CASES)),
            "--batch takes",
            "from the file",
        ),
    ],
)
async def test_what_cannot_be_answered_is_named_with_its_remedy_and_status_2(
    arguments: tuple[str, ...], problem: str, remedy: str
) -> None:
    """A date that is wrong by hours is worse than none."""
    said = await texas811("deadlines", *arguments)

    assert (said.status, said.out) == (2, "")
    assert said.error.startswith(problem)
    assert remedy in said.error
    assert "Traceback" not in said.error


async def test_the_command_loads_nothing_that_it_does_not_need() -> None:
    """A line of cron that asks for a date should not wait for a web server to be imported."""
    process = await create_subprocess_exec(
        *(sys.executable, "-X", "importtime", "-m", "cli", "deadlines", *NOTICE, "--json"),
        stdout=PIPE,
        stderr=PIPE,
        cwd=ROOT,
    )
    _out, errors = await process.communicate()

    loaded = {line.rpartition("|")[2].strip() for line in errors.decode().splitlines()}
    assert process.returncode == 0
    assert "domain.deadlines" in loaded
    assert loaded & HEAVY == set()
