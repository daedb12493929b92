"""`texas811 dead-letters`: what was given up, looked at, replayed, dropped."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from config import Config
from jobs.job import Env
from storage.dead_letters import DeadLetter, Ending
from tests.builders import NOW
from tests.cli.commands import Said, texas811
from tests.jobs.orders import queued
from tests.jobs.test_replaying import audited

NO_REDIS = "redis://127.0.0.1:1"
CAUSES = {"a" * 12: 3, "b" * 12: 1}


def at(config: Config, redis_url: str | None = None) -> dict[str, str]:
    return {"DATA_DIR": str(config.root), "REDIS_URL": redis_url or config.redis_address}


def letters() -> Iterator[DeadLetter]:
    """Yield four letters of two causes, the oldest first."""
    for fingerprint, count in CAUSES.items():
        for number in range(count):
            key = f"{fingerprint[0]}{number}"
            yield make_letter(key, fingerprint=fingerprint, reason=f"ValueError: no {key}")


def make_letter(key: str, **said: Any) -> DeadLetter:
    minutes = timedelta(minutes=int(key[1]) + 10 * (key[0] == "b"))
    told = {"job": "validate_ticket", "key": key, "arguments": {"ticket_id": key}}
    ended = {"attempts": 5, "buried_at": NOW + minutes, "ending": Ending.FAILED}
    return DeadLetter.model_validate({**told, **ended, "reason": "boom", **said})


@pytest.fixture
async def full(env: Env, config: Config) -> Config:
    """Settings of a store with these letters."""
    for letter in letters():
        await env.store.dead_letters.bury(letter)
    return config


async def dead_letters(*arguments: str, config: Config, redis_url: str | None = None) -> Said:
    said = await texas811("dead-letters", *arguments, **at(config, redis_url))
    assert "Traceback" not in said.error
    return said


async def test_the_list_shows_the_latest_first(full: Config) -> None:
    """What failed just now is what somebody is asking about."""
    listed = await dead_letters("list", "--json", config=full)
    shown = await dead_letters("list", config=full)

    assert [line["key"] for line in listed.json["letters"]] == ["b0", "a2", "a1", "a0"]
    assert listed.json["letters"][0]["reason"] == "ValueError: no b0"
    assert shown.out.index("b0") < shown.out.index("a2")


async def test_the_groups_show_each_cause_once_the_most_frequent_first(full: Config) -> None:
    """Four letters are two things to mend."""
    listed = await dead_letters("list", "--group", "--json", config=full)

    assert {one["fingerprint"]: one["letters"] for one in listed.json["groups"]} == CAUSES
    first = listed.json["groups"][0]
    assert (first["letters"], first["latest_reason"]) == (3, "ValueError: no a2")
    assert first["first_at"] < first["last_at"]


async def test_a_damaged_letter_is_named_passed_by_and_never_replayed(
    full: Config, env: Env
) -> None:
    """Nobody knows what it would do."""
    (full.root / "dead_letters" / "validate_ticket-a1.json").write_bytes(b'{"job"')

    listed = await dead_letters("list", "--json", config=full)
    replayed = await dead_letters("replay", "--all", config=full)

    assert len(listed.json["letters"]) == 3
    assert [one["file"] for one in listed.json["damaged"]] == [
        "dead_letters/validate_ticket-a1.json"
    ]
    for said in (listed, replayed):
        assert "validate_ticket-a1.json" in said.error
    assert replayed.status == 0
    assert await queued(env) == {f"validate_ticket:{key}" for key in ("a0", "a2", "b0")}


async def test_where_nothing_was_given_up_the_list_says_so(env: Env, config: Config) -> None:
    """An empty table would leave somebody wondering."""
    said = await dead_letters("list", config=config)

    assert (said.status, said.out) == (0, "There are no dead letters.\n")


async def test_a_directory_that_is_no_store_ends_with_status_3(config: Config) -> None:
    """No letters, and the wrong DATA_DIR, are two different answers."""
    said = await dead_letters("list", config=config)

    assert said.status == 3


async def test_a_letter_is_shown_with_all_that_it_says(full: Config) -> None:
    """Brackets in it are not taken for the markup of a table."""
    letter = make_letter("a9", reason="ValueError: [bold] no\nsecond line", trace=["x:y:1"])
    path = full.root / "dead_letters" / letter.file_name
    path.write_text(letter.model_dump_json())

    shown = await dead_letters("show", "validate_ticket", "a9", config=full)
    told = await dead_letters("show", "validate_ticket", "a9", "--json", config=full)
    missing = await dead_letters("show", "validate_ticket", "zz", config=full)

    assert "[bold] no" in shown.out
    assert "second line" in shown.out
    assert told.json["arguments"] == {"ticket_id": "a9"}
    assert told.json["fingerprint"] == letter.group
    assert missing.status == 3


async def test_a_dry_run_says_what_would_happen_and_does_nothing(
    full: Config, env: Env
) -> None:
    """It needs no Redis, so it can be done while everything else is broken."""
    for letter in (
        make_letter("c1", job="mow_the_lawn"),
        make_letter("c2", arguments={"ticket": 1}),
    ):
        await env.store.dead_letters.bury(letter)

    said = await dead_letters("replay", "--all", "--dry-run", config=full, redis_url=NO_REDIS)

    assert said.status == 2
    assert "mow_the_lawn c1  refused: This release has no job 'mow_the_lawn'." in said.out
    assert "validate_ticket c2  refused: Its arguments are not valid: ticket_id" in said.out
    assert said.out.endswith("In a replay: 4 replayed, 2 refused.\n")
    assert await queued(env) == set()
    assert await audited(env) == []


async def test_one_letter_is_replayed_by_its_name(full: Config, env: Env) -> None:
    """Twice is once, and who asked for it is in the log each time."""
    one = ("replay", "validate_ticket", "a1", "--by", "Dana")

    first, second = [await dead_letters(*one, config=full) for _ in range(2)]

    assert (first.status, first.out.splitlines()[-1]) == (0, "1 replayed.")
    assert (second.status, second.out.splitlines()[-1]) == (0, "1 queued already.")
    assert await queued(env) == {"validate_ticket:a1"}
    events = await audited(env)
    assert len(events) == 2
    for event in events:
        assert (event.notes or "").startswith("Dana: validate_ticket:a1 had ended so")


async def test_all_letters_of_a_cause_are_replayed_at_a_rate(full: Config, env: Env) -> None:
    """The cause was mended; the others' was not."""
    said = await dead_letters("replay", "--fingerprint", "a" * 12, "--rate", "50", config=full)
    none = await dead_letters("replay", "--fingerprint", "f" * 12, config=full)

    assert said.out.splitlines() == [
        *(f"validate_ticket a{number}  replayed" for number in range(3)),
        "3 replayed.",
    ]
    assert none.status == 3
    assert await queued(env) == {f"validate_ticket:a{number}" for number in range(3)}


async def test_a_replay_while_redis_is_away_ends_with_status_5(full: Config, env: Env) -> None:
    """5 means: wait and try again. Nothing was done; that somebody asked for it is audited."""
    said = await dead_letters("replay", "--all", config=full, redis_url=NO_REDIS)

    assert said.status == 5
    assert "The queue does not answer" in said.error
    assert "replayed" not in said.out
    assert len(await audited(env)) == 1
    assert await queued(env) == set()
    assert await env.store.dead_letters.count() == 4


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("validate_ticket",),
        ("validate_ticket", "a1", "--all"),
        ("--all", "--fingerprint", "x"),
    ],
    ids=" ".join,
)
async def test_which_letters_to_replay_must_be_said_in_one_way(
    full: Config, env: Env, arguments: tuple[str, ...]
) -> None:
    """All of them by mistake would be the worst of the answers."""
    said = await dead_letters("replay", *arguments, config=full)

    assert said.status == 2
    assert await queued(env) == set()


async def test_a_letter_is_dropped_by_somebody_and_kept_out_of_sight(
    full: Config, env: Env
) -> None:
    """Dropping is a decision, and a decision has a name."""
    one = ("drop", "validate_ticket", "a1")

    nobody = await dead_letters(*one, config=full)
    dropped = await dead_letters(
        *one, "--by", "Dana", "--reason", "a duplicate", config=full, redis_url=NO_REDIS
    )
    again = await dead_letters(*one, "--by", "Dana", config=full)
    listed = await dead_letters("list", "--dropped", "--json", config=full)

    assert (nobody.status, dropped.status, again.status) == (2, 0, 4)
    assert "validate_ticket:a1 is dropped" in dropped.out
    assert [line["key"] for line in listed.json["letters"]] == ["a1"]
    assert await env.store.dead_letters.count() == 3
    [event] = await audited(env)
    assert "a duplicate" in (event.notes or "")


@pytest.mark.slow
async def test_thousands_of_letters_are_listed_in_seconds(env: Env, config: Config) -> None:
    """A bad night leaves so many; that is when somebody looks."""
    for number in range(3_000):
        letter = make_letter("a0").model_copy(update={"key": f"k{number}"})
        (config.root / "dead_letters" / letter.file_name).write_text(letter.model_dump_json())

    listed = await dead_letters("list", config=config)
    grouped = await dead_letters("list", "--group", "--json", config=config)

    assert "And 2900 more: see --json." in listed.out
    assert [one["letters"] for one in grouped.json["groups"]] == [3_000]


async def test_what_became_of_each_letter_is_told_to_a_program_line_by_line(
    full: Config, env: Env
) -> None:
    """It may be long before the last one."""
    await env.store.dead_letters.bury(make_letter("c1", job="mow_the_lawn"))

    rehearsed = await dead_letters("replay", "--all", "--dry-run", "--json", config=full)
    replayed = await dead_letters("replay", "validate_ticket", "b0", "--json", config=full)
    dropped = await dead_letters(
        *("drop", "validate_ticket", "a1", "--by", "Dana", "--json"), config=full
    )

    lines = [json.loads(line) for line in rehearsed.out.splitlines()]
    assert [(one["key"], one["fate"]) for one in lines][-1] == ("b0", "replayed")
    assert {one["fate"] for one in lines if one["job"] == "mow_the_lawn"} == {"refused"}
    assert {one["is_rehearsal"] for one in lines} == {True}
    assert json.loads(replayed.out)["fate"] == "replayed"
    assert dropped.json["dropped"]["by"] == "Dana"


async def test_a_letter_that_holds_a_document_is_shown_on_a_screen(
    env: Env, config: Config
) -> None:
    """A megabyte of base64 hides why it was given up; a program gets all of it."""
    document = "QUJD" * 350_000
    order = {"id": "o1", "document": {"content": document, "filename": "order.pdf"}}
    said = {"job": "receive_work_order", "arguments": order, "trace": ["a.py:1 in run"] * 60}
    await env.store.dead_letters.bury(make_letter("a0", **said))

    shown = await dead_letters("show", "receive_work_order", "a0", config=config)
    told = await dead_letters("show", "receive_work_order", "a0", "--json", config=config)

    assert len(shown.out) < 50_000
    assert "1,400,000 characters" in "".join(shown.out.split("\n"))
    assert "order.pdf" in shown.out
    assert shown.out.count("a.py:1 in run") == 60
    assert told.json["arguments"] == order
