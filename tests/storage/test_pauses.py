"""Pauses: kept durably, told from one process to the next, and never half written."""

import asyncio

import pytest

from domain.errors import UnavailableError
from storage.layout import Layout
from storage.pauses import Pause, Pauses
from tests.builders import NOW

PAUSE = Pause(what="lane", name="whenever", reason="the volume is full", by="Ann", since=NOW)


@pytest.fixture
def layout(tmp_path) -> Layout:
    layout = Layout(tmp_path)
    layout.locks.mkdir()
    return layout


async def test_nothing_is_paused_where_nobody_paused_anything(layout: Layout) -> None:
    """A new installation has no such file."""
    assert await Pauses(layout).list() == ()


async def test_a_pause_is_seen_by_every_process(layout: Layout) -> None:
    """Who pauses is the command line; who heeds are the workers."""
    heeding, pausing = Pauses(layout), Pauses(layout)
    before = await heeding.list()
    await pausing.pause(PAUSE)
    during = await heeding.list()
    ended = await pausing.resume("lane", "whenever")

    assert (before, during) == ((), (PAUSE,))
    assert ended == PAUSE
    assert await heeding.list() == ()


async def test_who_paused_first_and_why_is_kept(layout: Layout) -> None:
    """The second has to read the reason of the first before he resumes."""
    pauses = Pauses(layout)
    await pauses.pause(PAUSE)

    again = await pauses.pause(PAUSE.model_copy(update={"by": "Bob"}))

    assert again == PAUSE
    assert await pauses.list() == (PAUSE,)


async def test_what_is_not_paused_cannot_be_resumed(layout: Layout) -> None:
    """And a lane is not a job of the same name."""
    pauses = Pauses(layout)
    await pauses.pause(PAUSE)

    assert await pauses.resume("job", "whenever") is None
    assert await pauses.list() == (PAUSE,)


async def test_many_who_pause_at_once_lose_nothing(layout: Layout) -> None:
    """Two people may see the same trouble in the same second."""
    wanted = [PAUSE.model_copy(update={"what": "job", "name": f"job-{n}"}) for n in range(12)]

    await asyncio.gather(*(Pauses(layout).pause(pause) for pause in wanted))

    assert sorted(await Pauses(layout).list(), key=str) == sorted(wanted, key=str)


@pytest.mark.parametrize("content", ["", "{", '{"pauses": [{"what": "all"}]}', "\x00"])
async def test_a_file_that_cannot_be_believed_is_said_to_be_damaged(
    layout: Layout, content: str
) -> None:
    """To take it for empty would begin what a person has stopped."""
    pauses = Pauses(layout)
    (layout.root / "pauses.json").write_text(content)

    with pytest.raises(UnavailableError, match=r"pauses\.json"):
        await pauses.list()
    with pytest.raises(UnavailableError):
        await pauses.pause(PAUSE)

    assert (layout.root / "pauses.json").read_text() == content
