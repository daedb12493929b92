"""`texas811 queue`: one row a lane for people, all of it for programs; pause and resume."""

import json
import re

import pytest

from config import Config
from jobs.job import Env
from jobs.lanes import LANES
from storage.clock import system_clock
from tests.cli.commands import Said, texas811
from tests.jobs.orders import accepted, bury

NO_REDIS = "redis://127.0.0.1:1"
WHY = "the volume is [full]"


async def queue(*arguments: str, config: Config, redis_url: str | None = None) -> Said:
    environ = {"DATA_DIR": str(config.root), "REDIS_URL": redis_url or config.redis_address}
    said = await texas811("queue", *arguments, **environ)
    assert "Traceback" not in said.error
    return said


async def pause(name: str, config: Config, by: str = "Dana", reason: str = WHY) -> Said:
    return await queue("pause", name, "--reason", reason, "--by", by, config=config)


async def test_the_queue_tells_what_waits_and_what_was_given_up(
    env: Env, config: Config
) -> None:
    """The first look when somebody asks where a ticket is; scripts know the keys of the totals."""
    buried, _waiting, _too = [await accepted(env) for _ in range(3)]
    await bury(env, buried)

    said = await queue("--json", config=config)

    state = said.json
    assert said.status == 0
    totals = {name: state[name] for name in ("waiting", "deferred", "running")}
    assert totals == {"waiting": 3, "deferred": 0, "running": 0}
    assert state["oldest_seconds"] >= 0
    assert (state["owed"], state["dead_letters"]) == (2, 1)
    assert [(one["lane"], one["waiting"]) for one in state["lanes"]] == [
        ("within_1s", 3),
        ("within_30s", 0),
        ("whenever", 0),
    ]
    assert (state["paused"], state["troubles"]) == ([], [])


async def test_the_queue_is_shown_as_a_table_to_people(env: Env, config: Config) -> None:
    """A row a lane and their total; what is paused is said only where something is."""
    await accepted(env)

    said = await queue(config=config)

    assert [
        name for name in LANES if re.search(rf"^\s*{name}\s+\d+\s", said.out, re.MULTILINE)
    ] == [*LANES]
    assert re.search(r"^\s*total\s+1\s+0\s+0\s+[\d.]+\s+1\s+0\s*$", said.out, re.MULTILINE)
    assert "paused" not in said.out


async def test_what_is_paused_is_shown_with_who_since_when_and_why(
    env: Env, config: Config
) -> None:
    """Brackets in a reason are not taken for the markup of a table."""
    for name in ("whenever", "extract_ticket"):
        said = await pause(name, config)
        assert said.status == 0
        assert f"{name} is paused by Dana since " in said.out

    shown = await queue(config=config)
    told = await queue("--json", config=config)

    assert re.search(r"^\s*whenever \(paused\)\s+0\s", shown.out, re.MULTILINE)
    year = f"{system_clock():%Y}"
    for line in (rf"whenever\s+lane\s+{year}", rf"extract_ticket\s+job\s+{year}"):
        assert re.search(rf"{line}.*Z\s+Dana\s+the volume is \[full\]", shown.out)
    assert {(one["what"], one["name"], one["by"]) for one in told.json["paused"]} == {
        ("lane", "whenever", "Dana"),
        ("job", "extract_ticket", "Dana"),
    }


async def test_what_is_resumed_says_who_had_paused_it_and_why(env: Env, config: Config) -> None:
    """Whoever resumes reads it at the last moment at which it helps."""
    await pause("whenever", config)

    said = await queue("resume", "whenever", "--by", "Bob", config=config)
    again = await queue("resume", "whenever", "--by", "Bob", config=config)

    assert said.status == 0
    assert said.out.startswith("The lane whenever is resumed. Dana had paused it since ")
    assert WHY in said.out
    assert await env.store.pauses.list() == ()
    assert (again.status, again.out) == (3, "")
    assert "The lane whenever is not paused." in again.error


async def test_what_is_paused_already_ends_with_status_4_unless_it_is_the_same(
    env: Env, config: Config
) -> None:
    """A script that is run again is no failure; a second reason that nobody keeps is one."""
    first, again, other = [
        await pause("whenever", config, by=by) for by in ("Dana", "Dana", "Bob")
    ]

    assert (first.status, again.status, other.status) == (0, 0, 4)
    assert first.out == again.out
    assert "Dana has paused the lane whenever already" in other.error
    assert WHY in other.error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("pause", "whatever", "--reason", "x", "--by", "Dana"),
            "name: There is neither a lane",
        ),
        (("pause", "recover_work", "--reason", "x", "--by", "Dana"), "must never be paused"),
        (("pause", "whenever", "--reason", " ", "--by", "Dana"), "reason: The reason says"),
        (("pause", "whenever", "--reason", "x" * 501, "--by", "Dana"), "500 are the most"),
        (("pause", "whenever", "--reason", "x", "--by", " "), "by: Nobody is named"),
        (("pause", "whenever", "--reason", "x"), "--by"),
        (("pause", "whenever", "--by", "Dana"), "--reason"),
        (("resume", "whatever", "--by", "Dana"), "name: There is neither a lane"),
        (("resume", "whenever"), "--by"),
        (("stop", "whenever"), "stop"),
    ],
)
async def test_a_bad_command_ends_with_status_2_and_changes_nothing(
    env: Env, config: Config, arguments: tuple[str, ...], said: str
) -> None:
    """It says what is wrong with which part."""
    ended = await queue(*arguments, config=config)

    assert ended.status == 2
    assert said in ended.error
    assert await env.store.pauses.list() == ()


async def test_a_reason_in_bytes_that_are_no_text_is_refused(env: Env, config: Config) -> None:
    """A terminal with another encoding sends such."""
    ended = await pause("whenever", config, reason="voll \udcff")

    assert ended.status == 2
    assert "cannot be shown" in ended.error


async def test_a_queue_that_is_away_ends_with_status_5_and_the_rest_is_told(
    env: Env, config: Config
) -> None:
    """5 means: wait and try again. What is owed is on the disk, and is not zero."""
    await accepted(env)
    await pause("whenever", config)

    shown = await queue(config=config, redis_url=NO_REDIS)
    told = await queue("--json", config=config, redis_url=NO_REDIS)

    assert (shown.status, told.status) == (5, 5)
    assert "The queue does not answer" in shown.error
    assert re.search(r"^\s*total\s+\?\s+\?\s+\?\s+\?\s+1\s+0\s*$", shown.out, re.MULTILINE)
    assert json.loads(told.error)["exit_status"] == 5
    assert (told.json["waiting"], told.json["owed"], len(told.json["paused"])) == (None, 1, 1)


async def test_a_pause_is_made_and_ended_while_redis_is_away(env: Env, config: Config) -> None:
    """When everything burns is when somebody wants it to stop."""
    by = ("--by", "Dana")

    paused = await queue(
        "pause", "within_1s", "--reason", WHY, *by, config=config, redis_url=NO_REDIS
    )
    held = await env.store.pauses.list()
    resumed = await queue("resume", "within_1s", *by, config=config, redis_url=NO_REDIS)

    assert (paused.status, resumed.status) == (0, 0)
    assert [one.name for one in held] == ["within_1s"]


async def test_pauses_that_cannot_be_read_end_with_status_5(env: Env, config: Config) -> None:
    """The file is named, and what helps; the depth is told all the same."""
    path = config.root / "config" / "pauses.json"
    path.write_text("{")

    ended = [await queue(config=config), await pause("whenever", config)]

    assert [one.status for one in ended] == [5, 5]
    assert all("The file pauses.json cannot be read" in one.error for one in ended)
    assert all("Restore config/pauses.json" in one.error for one in ended)
    assert re.search(r"^\s*total\s+0\s", ended[0].out, re.MULTILINE)
    assert path.read_text() == "{"


async def test_a_directory_that_is_no_store_ends_with_status_3(config: Config) -> None:
    """A pause in the wrong place would hold nothing, and say that it did."""
    ended = [await queue(config=config), await pause("whenever", config)]

    assert [one.status for one in ended] == [3, 3]
    assert not config.root.exists()


async def test_a_pause_and_its_end_are_told_to_a_program(env: Env, config: Config) -> None:
    """Who, when and why."""
    paused = await queue(
        *("pause", "whenever", "--reason", WHY, "--by", "Dana", "--json"), config=config
    )
    resumed = await queue("resume", "whenever", "--by", "Bob", "--json", config=config)

    assert (paused.json["name"], paused.json["by"], paused.json["reason"]) == (
        "whenever",
        "Dana",
        WHY,
    )
    assert resumed.json == {"resumed": paused.json}
