"""Conversations: the copy behind Redis, and what becomes of those that everybody has left."""

import asyncio
import errno
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import NotFoundError, RejectedError, UnavailableError
from domain.session import TicketSession, session_fingerprint
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.sessions import Sessions, decode
from tests.builders import LATER, NOW
from tests.saving import save_session
from tests.storage.trouble import Power, PowerCutError, fail, recorded


def make_session(key: str = "talk-1", **fields: Any) -> TicketSession:
    """Return a conversation that lapses an hour after it began."""
    times = {"created_at": NOW, "updated_at": NOW, "last_activity_at": NOW}
    return TicketSession.model_validate(
        {"session_key": key, "ticket_id": "ticket-1", **times, "expires_at": LATER, **fields}
    )


@pytest.fixture
def sessions(layout: Layout) -> Sessions:
    """The sessions of a data directory with nothing in it."""
    for directory in (layout.sessions, layout.expired_sessions, layout.locks):
        directory.mkdir(parents=True)
    return Sessions(layout)


def names(layout: Layout) -> tuple[list[str], list[str]]:
    """Return the names of the files under way, and of those put aside."""
    folders = (layout.sessions, layout.expired_sessions)
    first, second = ([path.name for path in one.iterdir() if path.is_file()] for one in folders)
    return first, second


async def test_a_saved_conversation_is_found_as_it_was(sessions: Sessions) -> None:
    """Its next turn may be answered by another process."""
    said = [{"role": "user", "content": "Poste en la calle Peña, ¿sí?"}]
    session = make_session(messages=said, completed_steps=["county"], current_step="address")

    await save_session(sessions, session)

    assert await sessions.find("talk-1") == session
    assert await sessions.find("talk-2") is None


async def test_a_conversation_that_goes_on_replaces_what_was_saved(
    sessions: Sessions, layout: Layout
) -> None:
    """One file a conversation, and nothing half written beside it."""
    await save_session(sessions, make_session())
    longer = make_session(current_step="county", updated_at=LATER)

    await save_session(sessions, longer)

    assert await sessions.find("talk-1") == longer
    assert names(layout) == (["session_talk-1.json"], [])


async def test_the_conversation_that_was_active_last_is_listed_first(
    sessions: Sessions,
) -> None:
    """Whoever helps a caller looks for the one that broke off just now."""
    for minutes, key in ((5, "a"), (9, "b"), (7, "c")):
        active_at = NOW + timedelta(minutes=minutes)
        await save_session(sessions, make_session(key, last_activity_at=active_at))

    found = (await sessions.survey()).sessions
    assert [session.session_key for session in found] == ["b", "c", "a"]


async def test_other_files_in_the_folder_are_no_conversations(
    sessions: Sessions, layout: Layout
) -> None:
    """A person may put a note there, and a writer may be at work."""
    for name in ("README.md", ".session_x.json.1.2.tmp", "session_a b.json", "session_.json"):
        (layout.sessions / name).write_bytes(b"{")

    assert (await sessions.survey()).sessions == []
    assert await sessions.lapsed(now=LATER) == []


async def test_a_folder_that_is_missing_is_not_an_empty_one(layout: Layout) -> None:
    """A volume that was not mounted must not look like a day without callers."""
    with pytest.raises(NotFoundError, match="is not a data directory"):
        await Sessions(layout).lapsed(now=NOW)


@pytest.mark.parametrize("key", ["../config/evil", "", "a/b", "x" * 65, "über"], ids=ascii)
async def test_a_key_that_cannot_be_a_name_is_refused(
    sessions: Sessions, layout: Layout, key: str
) -> None:
    """The key comes from a client."""
    for asked in (
        save_session(sessions, make_session(key)),
        sessions.find(key),
        sessions.expire(key),
    ):
        with pytest.raises(RejectedError) as refused:
            await asked
        assert refused.value.field == "session_key"

    assert names(layout) == ([], [])


@pytest.mark.parametrize(
    "content",
    [b"", b'{"session_key": "talk', b"[]", b"null", b'{"session_key": "talk-1"}'],
    ids=ascii,
)
async def test_a_damaged_conversation_is_named_and_left_where_it_is(
    sessions: Sessions, layout: Layout, content: bytes
) -> None:
    """A person must be told which file to look at; it is never taken for an absent one."""
    path = layout.session("talk-1")
    path.write_bytes(content)

    for asked in (sessions.find("talk-1"), sessions.expire("talk-1")):
        with pytest.raises(DamagedFileError, match=path.name):
            await asked

    assert path.read_bytes() == content
    assert names(layout) == ([path.name], [])


async def test_a_file_under_the_name_of_another_conversation_is_damage(
    sessions: Sessions, layout: Layout
) -> None:
    """Copied by hand: one caller must not be shown what another has said."""
    await save_session(sessions, make_session("talk-2"))
    layout.session("talk-2").rename(layout.session("talk-1"))

    with pytest.raises(DamagedFileError, match="holds the conversation talk-2"):
        await sessions.find("talk-1")


async def test_a_conversation_lapses_at_its_hour_and_not_before(sessions: Sessions) -> None:
    """Nobody is cut off early."""
    await save_session(sessions, make_session("short"))
    await save_session(sessions, make_session("long", expires_at=LATER + timedelta(days=1)))

    assert await sessions.lapsed(now=LATER - timedelta(microseconds=1)) == []
    assert await sessions.lapsed(now=LATER) == ["short"]


async def test_a_damaged_conversation_does_not_keep_the_others_from_ending(
    sessions: Sessions, layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    """It is reported, and the sweep goes on."""
    await save_session(sessions, make_session("talk-1"))
    layout.session("talk-0").write_bytes(b"{")

    assert await sessions.lapsed(now=LATER) == ["talk-1"]
    assert "session_talk-0.json" in caplog.text
    assert [vars(one)["session"] for one in caplog.records] == [session_fingerprint("talk-0")]


async def test_an_expired_conversation_is_put_aside_whole(
    sessions: Sessions, layout: Layout
) -> None:
    """It is over, and a person may still want to know what was said."""
    session = make_session(messages=[{"role": "user", "content": "hello"}])
    await save_session(sessions, session)

    assert await sessions.expire("talk-1")

    path = layout.expired_session("talk-1")
    assert await sessions.find("talk-1") is None
    assert decode(path.read_bytes(), name=path.name, key="talk-1") == session
    assert names(layout) == ([], [path.name])


async def test_to_expire_a_conversation_again_is_harmless(
    sessions: Sessions, layout: Layout
) -> None:
    """Two sweeps may meet, and a crash may have stopped one half way."""
    await save_session(sessions, make_session())
    await sessions.expire("talk-1")
    kept = layout.expired_session("talk-1").read_bytes()

    assert not await sessions.expire("talk-1")
    assert not await sessions.expire("never-was")

    assert layout.expired_session("talk-1").read_bytes() == kept


async def test_a_caller_who_has_come_back_is_not_put_aside(sessions: Sessions) -> None:
    """Between the look and the deed a conversation may have gone on."""
    await save_session(sessions, make_session())
    lapsed = await sessions.lapsed(now=LATER)
    back = make_session(expires_at=LATER + timedelta(hours=1))
    await save_session(sessions, back)

    assert lapsed == ["talk-1"]
    assert not await sessions.expire("talk-1", now=LATER)
    assert await sessions.find("talk-1") == back
    assert await sessions.expire("talk-1", now=LATER + timedelta(hours=1))


async def test_a_turn_that_comes_while_a_conversation_is_put_aside_is_not_lost(
    sessions: Sessions, layout: Layout
) -> None:
    """It is put aside with that turn, or goes on with it."""
    turns = [make_session(current_step=f"step {number}") for number in range(30)]

    for turn in turns:
        await asyncio.gather(save_session(sessions, turn), sessions.expire("talk-1"))
        path = layout.expired_session("talk-1")
        aside = decode(path.read_bytes(), name="", key="talk-1") if path.exists() else None
        assert turn in (await sessions.find("talk-1"), aside)


def test_the_copy_put_aside_is_durable_before_the_original_is_gone(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut could leave neither."""
    sessions._change("talk-1", lambda _before: make_session(), now=NOW)
    done = recorded(monkeypatch)

    sessions._expire("talk-1")

    synced_copy = [("fsync", "file"), ("replace", "file"), ("fsync", "directory")]
    assert done == [*synced_copy, ("fsync", "directory")]


def test_a_power_cut_while_a_conversation_is_put_aside_loses_nothing(
    sessions: Sessions, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it strikes, the sweep after it ends what was begun."""
    session = make_session()

    for calls_max in range(50):
        sessions._change("talk-1", lambda _before: session, now=NOW)
        layout.expired_session("talk-1").unlink(missing_ok=True)
        with monkeypatch.context() as patch:
            power = Power(patch, calls_max=calls_max)
            with suppress(PowerCutError):
                sessions._expire("talk-1")
        if not power.is_off:
            break
        aside = layout.expired_session("talk-1")
        assert sessions._find("talk-1") == session or aside.exists()
        sessions._expire("talk-1")
        assert sessions._find("talk-1") is None
        assert layout.expired_session("talk-1").exists()

    assert calls_max > 5


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
async def test_a_disk_that_does_not_take_a_conversation_is_unavailable(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """What was saved before still stands."""
    await save_session(sessions, make_session())
    with monkeypatch.context() as patch:
        fail(patch, call, errno.ENOSPC, at=lambda path: "/.session_" in path)
        with pytest.raises(UnavailableError, match=r"did not take session_talk-1\.json"):
            await save_session(sessions, make_session(current_step="county"))
        with pytest.raises(UnavailableError):
            await sessions.expire("talk-1")

    assert await sessions.find("talk-1") == make_session()
