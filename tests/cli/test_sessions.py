"""`texas811 sessions`: conversations, looked at, extended, ended."""

from datetime import timedelta

import pytest

from config import Config
from domain.session import SessionUpdate
from jobs.job import Env
from jobs.session_copies import PREFIX
from tests.cli.commands import Said, names_in, texas811

KEY = "talk-1"


async def sessions(config: Config, *arguments: str, redis: str | None = None) -> Said:
    address = redis or config.redis_address
    return await texas811("sessions", *arguments, DATA_DIR=str(config.root), REDIS_URL=address)


async def begin(env: Env, key: str, said: str = "hello") -> None:
    """A conversation in which something was said."""
    await env.sessions.create(key, ticket_id=None, now=env.clock())
    turn = SessionUpdate(messages=[{"role": "user", "text": said}], current_step="county")
    await env.sessions.update(key, turn, now=env.clock())


async def test_conversations_are_listed_for_people_and_programs(
    env: Env, config: Config
) -> None:
    """The one that was active last first; a damaged one is named beside them."""
    for key in ("talk-1", "talk-2"):
        await begin(env, key)
    (config.root / "sessions" / "session_talk-3.json").write_bytes(b"{")

    table, told = await sessions(config, "list"), await sessions(config, "list", "--json")

    assert (table.status, told.status) == (0, 0)
    assert table.out.index("talk-2") < table.out.index("talk-1")
    assert "county" in table.out
    assert [row["session_key"] for row in told.json["sessions"]] == ["talk-2", "talk-1"]
    assert told.json["sessions"][0]["messages"] == 1
    assert told.json["damaged"] == ["session_talk-3.json"]
    assert "session_talk-3.json" in table.error


async def test_an_empty_list_says_so_and_a_missing_directory_is_no_empty_one(
    env: Env, config: Config
) -> None:
    """Somebody has mistyped it."""
    empty = await sessions(config, "list")
    missing = await texas811("sessions", "list", DATA_DIR=str(config.root / "no"))

    assert (empty.status, empty.out) == (0, "There are no conversations.\n")
    assert (missing.status, missing.out) == (3, "")
    assert missing.error.startswith("DATA_DIR: ")


async def test_a_conversation_is_shown_whole_and_what_was_said_is_not_obeyed(
    env: Env, config: Config
) -> None:
    """What a client has written is text, also where a terminal would obey it."""
    await begin(env, KEY, said="[red]stop[/red] \x1b[2J ¿Sí?")

    table, told = (
        await sessions(config, "show", KEY),
        await sessions(config, "show", KEY, "--json"),
    )

    assert "[red]stop[/red]" in table.out
    assert "\x1b" not in table.out
    assert told.json["messages"][0]["text"] == "[red]stop[/red] \x1b[2J ¿Sí?"
    assert told.json["version"] == 2


async def test_a_conversation_is_extended_and_its_copy_too(env: Env, config: Config) -> None:
    """From now on, by whoever promises it."""
    await begin(env, KEY)

    said = await sessions(config, "extend", KEY, "--hours", "24")

    session = await env.sessions.get(KEY, now=env.clock())
    assert said.status == 0
    assert f"{session.expires_at:%Y-%m-%dT%H:%M:%SZ}" in said.out
    assert session.expires_at - env.clock() > timedelta(hours=23)
    assert await env.queue._redis.ttl(PREFIX + KEY) > 23 * 3600


@pytest.mark.slow
async def test_a_conversation_is_ended_kept_and_shown_among_the_ended(
    env: Env, config: Config
) -> None:
    """Its copy is gone with it; to end it again is a no."""
    await begin(env, KEY)

    ended = await sessions(config, "expire", KEY)
    again = await sessions(config, "expire", KEY)
    shown = await sessions(config, "show", KEY)
    listed = await sessions(config, "list", "--expired", "--json")
    kept = await sessions(config, "show", KEY, "--expired", "--json")

    assert (ended.status, again.status, shown.status) == (0, 3, 3)
    assert names_in(config.root / "sessions" / "expired") == ["session_talk-1.json"]
    assert not await env.queue._redis.exists(PREFIX + KEY)
    assert [row["session_key"] for row in listed.json["sessions"]] == [KEY]
    assert kept.json["messages"][0]["text"] == "hello"


@pytest.mark.slow
async def test_the_commands_work_while_redis_is_away(env: Env, config: Config) -> None:
    """From the files alone."""
    await begin(env, KEY)

    extended = await sessions(config, "extend", KEY, "--hours", "24", redis="unix:///no.sock")
    ended = await sessions(config, "expire", KEY, redis="unix:///no.sock")

    assert (extended.status, ended.status) == (0, 0)
    assert names_in(config.root / "sessions") == ["expired"]


@pytest.mark.slow
async def test_odd_keys_and_hours_are_refused(env: Env, config: Config) -> None:
    """With the status of a request that has to be mended."""
    await begin(env, KEY)
    odd = [
        await sessions(config, "show", "../evil"),
        await sessions(config, "expire", "a/b"),
        await sessions(config, "extend", KEY, "--hours", "0"),
        await sessions(config, "extend", KEY, "--hours", "1000"),
        await sessions(config, "extend", KEY, "--hours", "many"),
    ]

    assert [said.status for said in odd] == [2] * 5
    assert all(said.error for said in odd)
