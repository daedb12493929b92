"""Pauses: kept durably, told from one process to the next, and never half written."""

import asyncio

import pytest

from domain.errors import NotFoundError, UnavailableError
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.pauses import Pause, Pauses
from storage.store import Store
from tests.builders import LATER, NOW

PAUSE = Pause(what="lane", name="whenever", reason="the volume is full", by="Ann", since=NOW)


@pytest.fixture
def layout(tmp_path) -> Layout:
    layout = Layout(tmp_path)
    layout.locks.mkdir()
    layout.config.mkdir()
    return layout


async def test_nothing_is_paused_where_nobody_paused_anything(layout: Layout) -> None:
    """A new installation has no such file, and a worker asks before there is a directory."""
    assert await Pauses(layout).list() == ()
    assert await Pauses(Layout(layout.root / "none")).list() == ()


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


async def test_a_pause_lies_with_what_the_customer_sets_up(layout: Layout) -> None:
    """Whoever backs up `config/` has the pauses too; a person can read the file."""
    store = Store(layout.root)

    await store.pauses.pause(PAUSE.model_copy(update={"reason": "Straße gesperrt 🚧"}))

    text = (layout.root / "config" / "pauses.json").read_text(encoding="utf-8")
    assert "Straße gesperrt 🚧" in text
    assert (await Pauses(layout).list())[0].reason == "Straße gesperrt 🚧"


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


async def test_a_pause_that_nobody_has_read_is_not_ended(layout: Layout) -> None:
    """It may have come in the place of the one that was read, with a reason of its own."""
    pauses = Pauses(layout)
    newer = PAUSE.model_copy(update={"by": "Bob", "since": LATER})
    await pauses.pause(newer)

    assert await pauses.resume("lane", "whenever", seen=PAUSE) is None
    assert await pauses.resume("lane", "whenever", seen=newer) == newer


async def test_a_pause_is_found_by_its_name(layout: Layout) -> None:
    """In a directory that holds no store nobody can know of one."""
    await Pauses(layout).pause(PAUSE)

    assert await Pauses(layout).find("whenever") == PAUSE
    assert await Pauses(layout).find("within_1s") is None
    with pytest.raises(NotFoundError, match="not a data directory"):
        await Pauses(Layout(layout.root / "none")).find("whenever")


async def test_many_who_pause_at_once_lose_nothing(layout: Layout) -> None:
    """Two people may see the same trouble in the same second."""
    wanted = [PAUSE.model_copy(update={"what": "job", "name": f"job-{n}"}) for n in range(12)]

    await asyncio.gather(*(Pauses(layout).pause(pause) for pause in wanted))

    assert sorted(await Pauses(layout).list(), key=str) == sorted(wanted, key=str)


async def test_many_who_look_while_it_changes_all_see_the_last(layout: Layout) -> None:
    """One process answers many requests; none may keep an older state for good."""
    looking, pausing = Pauses(layout), Pauses(layout)

    for number in range(20):
        named = PAUSE.model_copy(update={"what": "job", "name": f"job-{number}"})
        looks = [asyncio.create_task(looking.list()) for _ in range(8)]
        await pausing.pause(named)
        await asyncio.gather(*looks)

        assert named in await looking.list()


@pytest.mark.parametrize("content", ["", "{", '{"pauses": [{"what": "all"}]}', "\x00"])
async def test_a_file_that_cannot_be_believed_is_said_to_be_damaged(
    layout: Layout, content: str
) -> None:
    """To take it for empty would begin what a person has stopped."""
    pauses = Pauses(layout)
    layout.pauses.write_text(content)

    for asked in (
        pauses.list(),
        pauses.find("whenever"),
        pauses.pause(PAUSE),
        pauses.resume("lane", "whenever"),
    ):
        with pytest.raises(DamagedFileError, match=r"pauses\.json") as told:
            await asked
        assert "Restore config/pauses.json" in (told.value.remedy or "")

    assert layout.pauses.read_text() == content


async def test_a_file_that_is_mended_is_believed_again(layout: Layout) -> None:
    """No restart is needed for that."""
    pauses = Pauses(layout)
    await pauses.pause(PAUSE)
    whole = layout.pauses.read_bytes()
    layout.pauses.write_text("{")
    with pytest.raises(UnavailableError):
        await pauses.list()

    layout.pauses.write_bytes(whole)

    assert await pauses.list() == (PAUSE,)
