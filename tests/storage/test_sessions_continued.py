"""Conversations that go on: one turn after the other, and what a copy of one is worth."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest

from domain.errors import NotFoundError, RejectedError
from domain.session import TicketSession
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.sessions import Kept, Sessions, decode, encode
from storage.store import Store
from tests.builders import LATER, NOW
from tests.saving import save_session
from tests.storage.test_sessions import make_session
from tests.storage.trouble import Power, PowerCutError, recorded

KEY = "talk-1"


@pytest.fixture
async def sessions(layout: Layout) -> Sessions:
    """The sessions of a data directory with nothing in it."""
    store = Store(layout.root)
    await store.open()
    return store.sessions


def add(said: str, before: TicketSession | None) -> TicketSession:
    """One turn in which something is said; the first begins the conversation."""
    session = before or make_session(messages=[])
    return session.model_copy(
        update={"messages": [*session.messages, {"text": said}], "version": session.version + 1}
    )


def texts(session: TicketSession | None) -> list[object]:
    return [said["text"] for said in session.messages] if session else []


async def test_turns_at_the_same_time_are_all_kept(layout: Layout) -> None:
    """Two processes, forty turns, none overtaken: nobody comes between a look and its deed."""
    stores = [Store(layout.root), Store(layout.root)]
    await stores[0].open()
    turns = [
        stores[number % 2].sessions.change(KEY, partial(add, str(number)), now=NOW)
        for number in range(40)
    ]

    kept = await asyncio.gather(*turns)

    found = await stores[0].sessions.find(KEY)
    assert sorted(texts(found), key=str) == sorted(map(str, range(40)))
    assert sorted(one.session.version for one in kept) == list(range(2, 42))


async def test_a_step_that_changes_nothing_writes_nothing(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that is sent again must not cost a sync."""
    first = await sessions.change(KEY, partial(add, "a"), now=NOW)
    with monkeypatch.context() as patch:
        done = recorded(patch)
        again = await sessions.change(KEY, lambda before: before or make_session(), now=NOW)

    assert done == []
    assert again == first


async def test_a_step_that_is_refused_leaves_the_conversation_as_it_was(
    sessions: Sessions,
) -> None:
    """And the next one finds nobody in its way."""
    first = await sessions.change(KEY, partial(add, "a"), now=NOW)

    def refuse(_before: TicketSession | None) -> TicketSession:
        raise RejectedError("no")

    with pytest.raises(RejectedError):
        await sessions.change(KEY, refuse, now=NOW)

    assert await sessions.current(KEY) == first
    assert (await sessions.change(KEY, partial(add, "b"), now=NOW)).session.version == 3


async def test_what_has_lapsed_is_put_aside_before_the_next_begins(
    sessions: Sessions, layout: Layout
) -> None:
    """What was said in the first does not appear in the second, and is not lost."""
    await sessions.change(KEY, partial(add, "old"), now=NOW)

    await sessions.change(KEY, partial(add, "new"), now=LATER)

    assert texts(await sessions.find(KEY)) == ["new"]
    assert texts(await sessions.find_ended(KEY)) == ["old"]
    assert layout.expired_session(KEY).exists()


async def test_a_copy_is_believed_only_of_the_very_file(
    sessions: Sessions, layout: Layout
) -> None:
    """Another writing is another file, also with the same bytes, also put back by hand."""
    copy = await sessions.change(KEY, partial(add, "a"), now=NOW)
    assert await sessions.current(KEY, copy) is copy

    await save_session(sessions, copy.session)
    again = await sessions.current(KEY, copy)
    assert again == (copy.session, again.identity if again else None)
    assert again is not copy

    layout.session(KEY).unlink()
    layout.session(KEY).write_bytes(encode(add("b", copy.session)))
    restored = await sessions.current(KEY, again)
    assert restored
    assert texts(restored.session) == ["a", "b"]

    layout.session(KEY).unlink()
    assert await sessions.current(KEY, restored) is None


async def test_every_writing_has_its_own_identity(sessions: Sessions) -> None:
    """Many in a row, of the same size: an inode may be used again, its nanosecond not."""
    seen: list[Kept] = []
    for number in range(60):
        session = make_session(current_step=f"{number:03}")
        seen.append(await sessions.change(KEY, lambda _before, one=session: one, now=NOW))

    assert len({kept.identity for kept in seen}) == 60
    for stale in seen[:-1]:
        found = await sessions.current(KEY, stale)
        assert found
        assert found.session.current_step == "059"


async def test_a_survey_tells_what_is_there_and_what_is_damaged(
    sessions: Sessions, layout: Layout
) -> None:
    """One bad file must not hide the others."""
    for minutes, key in ((5, "a"), (9, "b"), (7, "c")):
        active_at = NOW + timedelta(minutes=minutes)
        await save_session(sessions, make_session(key, last_activity_at=active_at))
    await sessions.expire("c")
    layout.session("d").write_bytes(b"{")
    layout.expired_session("e").write_bytes(b"")

    living, ended = await sessions.survey(), await sessions.survey(ended=True)

    assert [one.session_key for one in living.sessions] == ["b", "a"]
    assert [one.session_key for one in ended.sessions] == ["c"]
    assert (living.damaged, ended.damaged) == (["session_d.json"], ["session_e.json"])


async def test_a_survey_of_no_data_directory_is_no_empty_one(layout: Layout) -> None:
    """A volume that was not mounted."""
    for ended in (False, True):
        with pytest.raises(NotFoundError, match="is not a data directory"):
            await Sessions(layout).survey(ended=ended)


async def test_a_damaged_conversation_is_not_continued(
    sessions: Sessions, layout: Layout
) -> None:
    """Or the next turn would overwrite what a person could still mend."""
    layout.session(KEY).write_bytes(b'{"session_key": "talk')

    with pytest.raises(DamagedFileError, match=r"session_talk-1\.json"):
        await sessions.change(KEY, partial(add, "a"), now=NOW)

    assert layout.session(KEY).read_bytes() == b'{"session_key": "talk'


async def test_a_file_of_an_earlier_release_is_read_as_the_first_version(
    sessions: Sessions, layout: Layout
) -> None:
    """It knew no versions."""
    content = encode(make_session()).replace(b',\n  "version": 1', b"")
    layout.session(KEY).write_bytes(content)

    found = await sessions.find(KEY)

    assert b"version" not in content
    assert found == make_session()
    assert decode(content, name="", key=KEY).version == 1


def test_a_power_cut_in_a_turn_leaves_the_one_before_it_or_this(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it strikes; and what was answered is there."""
    before = sessions._change(KEY, partial(add, "a"), now=NOW).session
    for calls_max in range(50):
        sessions._change(KEY, lambda _before: before, now=NOW)
        with monkeypatch.context() as patch:
            power = Power(patch, calls_max=calls_max)
            with suppress(PowerCutError):
                sessions._change(KEY, partial(add, "b"), now=NOW)
        if not power.is_off:
            break
        assert texts(sessions._find(KEY)) in (["a"], ["a", "b"])

    assert calls_max > 5
    assert texts(sessions._find(KEY)) == ["a", "b"]
