"""`texas811 deadlines --batch`: a CSV file of notices in, a CSV file of dates out."""

import csv
import json
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import Awaitable
from pathlib import Path

import pytest

from cli.deadlines import records_of
from tests.cli.commands import ROOT, Said, texas811

CASES = ROOT / "tests" / "domain" / "deadline_cases.csv"
ASKED = ("submitted_at", "county", "ticket_type")
DATES_OF_A_ROW = ("earliest_lawful_start", "response_due", "expires_at")
HEADER = ",".join((*ASKED, *DATES_OF_A_ROW, "rule"))
GOOD = "2026-12-07T10:00:00-06:00,Travis,Normal"
GOOD_ANSWER = (
    f"{GOOD},2026-12-09T10:00:00-06:00,2026-12-09T10:00:00-06:00,2026-12-28T23:59:59-06:00,"
    "A: 48 countable hours at the site after the notice (Tex. Util. Code 251.151(a))"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notices.csv"


def answered(file: Path, content: bytes) -> Awaitable[Said]:
    file.write_bytes(content)
    return texas811("deadlines", "--batch", str(file))


def batch(file: Path, *lines: str) -> Awaitable[Said]:
    return answered(file, "\n".join((",".join(ASKED), *lines)).encode())


async def test_a_file_is_answered_row_by_row_with_its_values_as_they_were() -> None:
    """The worked examples, as a customer would hand them in: further columns are ignored."""
    said = await texas811("deadlines", "--batch", str(CASES))

    answers = list(csv.DictReader(said.out.splitlines()))
    cases = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines()))
    names = (*ASKED, *DATES_OF_A_ROW)
    assert (said.status, said.error) == (0, "")
    assert said.out.startswith(f"{HEADER}\n")
    assert [[row[name] for name in names] for row in answers] == [
        [row[name] for name in names] for row in cases
    ]
    assert all(
        row["rule"].startswith(f"{case['rule']}: ")
        for row, case in zip(answers, cases, strict=True)
    )


async def test_standard_input_is_a_file_too(file: Path) -> None:
    """So that the command stands in a pipe."""
    process = await create_subprocess_exec(
        *(sys.executable, "-m", "cli", "deadlines", "--batch", "-"),
        stdin=PIPE,
        stdout=PIPE,
        cwd=ROOT,
    )
    out, _error = await process.communicate(f"{','.join(ASKED)}\n{GOOD}\n".encode())

    assert (process.returncode, out.decode()) == (0, f"{HEADER}\n{GOOD_ANSWER}\n")


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{','.join(ASKED)}\r\n{GOOD}\r\n",  # as Excel saves it
        f'"submitted_at","county","ticket_type"\n"{GOOD.replace(",", chr(34) + "," + chr(34))}"\n',
        f" Submitted_At,COUNTY,Ticket_Type ,note\n\n{GOOD},\n\n",
        f"{','.join(ASKED)}\r{GOOD}",  # an old Mac, and no last line end
    ],
)
async def test_a_file_of_excel_is_read_as_any_other(content: str, file: Path) -> None:
    """Byte order mark, quotes, blank lines and line ends carry no meaning."""
    said = await answered(file, content.encode())

    assert (said.status, said.error) == (0, "")
    assert said.out == f"{HEADER}\n{GOOD_ANSWER}\n"


async def test_values_are_given_back_as_they_were_written(file: Path) -> None:
    """Who joins the answers with a table of their own needs the same words."""
    said = await batch(file, ' 2026-12-07 16:00Z ,"de  witt, county",NORMAL')

    assert said.status == 0
    assert said.out.splitlines()[1].startswith(' 2026-12-07 16:00Z ,"de  witt, county",NORMAL,')


@pytest.mark.parametrize(
    ("row", "problem", "remedy"),
    [
        (
            "2026-12-07T10:00:00,Travis,Normal",
            "submitted_at: '2026-12-07T10:00:00' has no zone",
            "-06:00",
        ),
        ("yesterday,Travis,Normal", "submitted_at: 'yesterday' is not a time", "Write"),
        (
            "1999-12-07T10:00Z,Travis,Normal",
            "submitted_at: '1999-12-07T10:00Z' is not",
            "Write",
        ),
        (
            "2007-08-01T10:00Z,Travis,Normal",
            "submitted_at: The rules of 2007-08-01",
            "later time",
        ),
        (",Travis,Normal", "submitted_at: There is no value", "Fill it in"),
        ("2026-12-07T10:00Z,Haris,Normal", "county: 'Haris' is not", "Did you mean Harris"),
        ("2026-12-07T10:00Z,  ,Normal", "county: There is no value", "Fill it in"),
        (
            "2026-12-07T10:00Z,Travis,Rush",
            "ticket_type: 'Rush' is not",
            "one of Normal, Emergency",
        ),
        ("2026-12-07T10:00Z,Travis", "ticket_type: There is no value", "Fill it in"),
        ('2026-12-07T10:00Z,"Travis"x,Normal', "row: ", "quotes"),
    ],
)
async def test_a_bad_row_is_named_and_the_good_ones_are_answered(
    row: str, problem: str, remedy: str, file: Path
) -> None:
    """One typing mistake must not cost the other hundred answers."""
    said = await batch(file, GOOD, "", row, GOOD)

    assert said.status == 2
    assert said.out == f"{HEADER}\n{GOOD_ANSWER}\n{GOOD_ANSWER}\n"
    line, total = said.error.splitlines()
    assert line.startswith(f"line 4, {problem}")
    assert remedy in line
    assert total == "Rows without an answer: 1."


async def test_everything_that_is_wrong_with_a_row_is_named_at_once(file: Path) -> None:
    """So that it is mended in one go; the line is that on which the row begins."""
    said = await batch(file, f'{GOOD},"two\nlines"', "soon,Mexico,Rush")

    fields = [line.split(":")[0] for line in said.error.splitlines()]
    assert fields[:3] == ["line 4, submitted_at", "line 4, county", "line 4, ticket_type"]
    assert len(said.out.splitlines()) == 2


async def test_an_open_quote_hides_no_row_in_silence(file: Path) -> None:
    """It swallows the rest of the file; somebody must hear of it."""
    said = await batch(file, GOOD, '2026-12-07T10:00Z,"Travis,Normal', GOOD)

    assert said.status == 2
    assert said.out == f"{HEADER}\n{GOOD_ANSWER}\n"
    assert said.error.startswith("line 3, row: unexpected end of data. Mend its quotes")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no column submitted_at and no column county and no column ticket_type"),
        (b"submitted_at;county;ticket_type\n", "no column submitted_at"),
        (b"submitted_at,ticket_type\n2026-12-07T10:00Z,Normal\n", "names no column county."),
        ("submitted_at,county\n".encode("utf-16"), "no column submitted_at"),
        (b'"submitted_at\n', "unexpected end of data"),
    ],
)
async def test_a_file_without_its_columns_is_refused_as_a_whole(
    content: bytes, problem: str, file: Path
) -> None:
    """Nothing is guessed from the order of the columns."""
    said = await answered(file, content)

    assert (said.status, said.out) == (2, "")
    assert problem in said.error
    assert "Traceback" not in said.error


async def test_a_byte_that_is_not_utf_8_spoils_only_its_own_value(file: Path) -> None:
    """A remark in another encoding is ignored like any other remark."""
    said = await answered(file, f"{','.join(ASKED)},note\n{GOOD},Se".encode() + b"\xf1or\n")

    assert (said.status, said.out) == (0, f"{HEADER}\n{GOOD_ANSWER}\n")


def test_rows_beyond_the_limit_are_not_read_and_that_is_said() -> None:
    """A limit that is reached is an answer, not an accident; blank lines are no rows."""
    lines = ["a\n", "1\n", "\n", "2\n", "3\n", "4\n"]

    within, beyond = (
        list(records_of(lines[:4], rows_max=2)),
        list(records_of(lines, rows_max=2)),
    )

    assert [record.line for record in beyond] == [1, 2, 4, 5]
    assert within == beyond[:3]
    assert beyond[3].failure is not None
    assert beyond[3].failure.problem.startswith("There are more than 2 rows")
    assert beyond[3].failure.remedy == "Split the file."


async def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Status 2, as every command line does it."""
    said = await texas811("deadlines", "--batch", str(tmp_path / "gone.csv"))

    assert said.status == 2
    assert "gone.csv" in said.error.replace("\n", "")


async def test_a_program_gets_an_object_for_each_row(file: Path) -> None:
    """With the line of the file on which it stands; a date that there is not is null."""
    rows = (GOOD, "noon,Travis,Normal", "2026-12-07T10:00:00-06:00,Travis,Survey/Design")
    await batch(file, *rows)

    said = await texas811("deadlines", "--batch", str(file), "--json")

    told = [json.loads(line) for line in said.out.splitlines()]
    assert said.status == 2
    assert [one["line"] for one in told] == [2, 4]
    assert told[1]["earliest_lawful_start"] is None
    assert ",".join(list(told[0].values())[1:]) == GOOD_ANSWER
    assert "line 3, submitted_at: " in said.error
    assert json.loads(said.error.splitlines()[-1])["exit_status"] == 2
