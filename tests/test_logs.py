"""The logs: one JSON object a line, on stdout, with the ids of the work at hand."""

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
BEFORE = "import logging; from logs import bound, write_logs; write_logs('INFO')\n"
LOG = "log = logging.getLogger('jobs.some')\n"


def said_by(program: str) -> tuple[list[dict[str, Any]], str]:
    """Run a program in a process of its own; return its lines, and what came on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", BEFORE + LOG + program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]], done.stderr


def test_a_line_is_one_json_object_with_message_level_and_time() -> None:
    """The platform reads `message`, `level` and `time` from it, and searches the rest."""
    started = datetime.now(UTC)  # noqa: TID251 - compared with the time that the log gives
    [line], _errors = said_by("log.info('job %s: %s', 'done', 'fine', extra={'attempt': 2})")

    assert {name: line[name] for name in line if name != "time"} == {
        "message": "job done: fine",
        "level": "info",
        "logger": "jobs.some",
        "attempt": 2,
    }
    moment = datetime.fromisoformat(line["time"])
    assert timedelta(seconds=-1) < moment - started < timedelta(seconds=30)


@pytest.mark.parametrize(
    ("method", "level"),
    [("info", "info"), ("warning", "warn"), ("error", "error"), ("critical", "error")],
)
def test_levels_are_named_as_the_platform_names_them(method: str, level: str) -> None:
    """A level that it does not know is shown as an ordinary line."""
    [line], _errors = said_by(f"log.{method}('x')")

    assert line["level"] == level


def test_nothing_that_is_logged_comes_on_stderr() -> None:
    """The platform takes each line there for an error, and somebody would be woken."""
    lines, errors = said_by("log.error('bad'); log.warning('odd')")

    assert errors == ""
    assert len(lines) == 2


def test_a_warning_of_a_library_is_a_line_like_others() -> None:
    """Python itself would write it to stderr, in two lines."""
    [line], errors = said_by("import warnings\nwarnings.warn('old', DeprecationWarning, 1)")

    assert (line["level"], line["logger"], errors) == ("warn", "py.warnings", "")
    assert "old" in line["message"]


@pytest.mark.parametrize(
    "program",
    [
        "import threading\nt = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()",
        "import os, sys\ntry: 1 / 0\nexcept ZeroDivisionError: sys.excepthook(*sys.exc_info())",
    ],
    ids=["in a thread", "in the main thread"],
)
def test_what_nobody_has_caught_is_told_in_one_line(program: str) -> None:
    """The last words of a process are those that somebody looks for."""
    [line], errors = said_by(program)

    assert (line["level"], errors) == ("error", "")
    assert "ZeroDivisionError" in line["exception"]


def test_an_exception_stays_within_its_line() -> None:
    """A traceback of forty lines is forty entries without a context."""
    program = "try: 1 / 0\nexcept ZeroDivisionError: log.exception('job failed')"

    [line], errors = said_by(program)

    assert "ZeroDivisionError" in line["exception"]
    assert "Traceback" in line["exception"]
    assert line["message"] == "job failed"
    assert errors == ""


def test_line_ends_and_letters_of_others_do_not_break_a_line() -> None:
    """A file name from a client may hold anything; it must not forge a line."""
    [line], _errors = said_by(r"log.info('named %s', 'a\n{\"level\": \"x\"}\u2028Größe')")

    assert line["message"] == 'named a\n{"level": "x"}\u2028Größe'


def test_ids_are_bound_for_the_work_inside_and_for_no_other() -> None:
    """Who reads a line wants to know which order it is about; who wrote it should not care."""
    program = (
        "with bound(job='extract:1'):\n"
        "    log.info('a')\n"
        "    with bound(ticket='t-1'): log.info('b')\n"
        "    log.info('c')\n"
        "log.info('d')\n"
    )

    lines, _errors = said_by(program)

    ids = [{name: line[name] for name in ("job", "ticket") if name in line} for line in lines]
    assert ids == [
        {"job": "extract:1"},
        {"job": "extract:1", "ticket": "t-1"},
        {"job": "extract:1"},
        {},
    ]


def test_ids_of_jobs_at_the_same_time_do_not_mix() -> None:
    """Eight jobs share one process; each speaks for itself."""
    program = (
        "import asyncio\n"
        "async def work(name):\n"
        "    with bound(job=name):\n"
        "        for _ in range(3): await asyncio.sleep(0); log.info(name)\n"
        "async def main(): await asyncio.gather(*map(work, 'abc'))\n"
        "asyncio.run(main())\n"
    )

    lines, _errors = said_by(program)

    assert len(lines) == 9
    assert all(line["job"] == line["message"] for line in lines)


def test_what_others_tell_of_every_request_is_left_out() -> None:
    """Our own line per attempt says it with fields; twice is noise."""
    names = ("arq.worker", "httpx2", "uvicorn.access")
    program = "".join(
        f"logging.getLogger({name!r}).info('x'); logging.getLogger({name!r}).warning('y')\n"
        for name in names
    )

    lines, _errors = said_by(program)

    assert [(line["logger"], line["message"]) for line in lines] == [
        (name, "y") for name in names
    ]


def test_what_is_below_the_level_is_not_written() -> None:
    """LOG_LEVEL=INFO is meant."""
    lines, _errors = said_by("log.debug('small talk'); log.info('news')")

    assert [line["message"] for line in lines] == ["news"]


def test_a_value_that_json_does_not_know_is_written_as_its_text() -> None:
    """A log that fails while it reports a failure hides both."""
    [line], errors = said_by(
        "from pathlib import Path\nlog.info('x', extra={'place': Path('a')})"
    )

    assert line["place"] == "a"
    assert errors == ""


def test_the_formatter_keeps_its_hands_off_the_record() -> None:
    """Other handlers, such as a test's own, get the record as it was."""
    from logs import JsonLines

    record = logging.makeLogRecord({"msg": "a %s", "args": ("b",), "levelname": "WARNING"})
    before = dict(vars(record))

    JsonLines().format(record)

    assert vars(record) == before


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 512-555-0142 now", "call <phone> now"),
        ("call (512) 555-0142, x", "call <phone>, x"),
        ("at +1 512.555.0142", "at <phone>"),
        ("at +15125550142", "at <phone>"),
        ("to dana.ruiz+x@caprock.example.com.", "to <e-mail>."),
        ("with t811_0123456789ab_S-cr_et9", "with <key>"),
        ("The file session_gpt-9_x.json is bad.", "The file session_<key>.json is bad."),
    ],
    ids=["dashes", "parentheses", "dots", "international", "e-mail", "key", "conversation"],
)
def test_personal_data_and_keys_are_masked(text: str, shown: str) -> None:
    """More people read the logs than the tickets."""
    lines, _errors = said_by(
        f"log.warning({text!r}, extra={{'given': {text!r}}})\n"
        f"try: raise ValueError({text!r})\nexcept ValueError: log.exception('bad')"
    )

    assert (lines[0]["message"], lines[0]["given"]) == (shown, shown)
    assert f"ValueError: {shown}" in lines[1]["exception"]


@pytest.mark.parametrize(
    "text",
    [
        "ticket 7b0d0f1e-6a8e-4c55-8444-555555555555",
        "number 2547612345",
        "at 2026-11-23T08:00:00.123+00:00",
        "extract_ticket:1f0e-2345 took 312.4567 ms",
    ],
    ids=["uuid", "number of the center", "time", "job"],
)
def test_what_work_is_found_by_is_not_masked(text: str) -> None:
    """A line that hides its ticket helps nobody."""
    [line], _errors = said_by(f"log.info({text!r})")

    assert line["message"] == text
