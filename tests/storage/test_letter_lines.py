"""The list of dead letters: as true as the files, and cheap when nothing has changed."""

import os
from pathlib import Path

import pytest

from domain.errors import NotFoundError
from storage.dead_letters import DeadLetters, Dropped
from storage.layout import Layout
from storage.letter_lines import LetterLines
from tests.builders import NOW
from tests.storage.test_dead_letters import make_letter

LONG_AGO = 1_000_000_000


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path)
    layout.dead_letters.mkdir(parents=True)
    return layout


async def test_the_list_follows_what_is_buried_rewritten_dropped_and_forgotten(
    layout: Layout,
) -> None:
    """Somebody who replays a letter looks whether it is gone."""
    letters, lines = DeadLetters(layout), LetterLines(layout)

    async def listed() -> list[tuple[str, int]]:
        return [(line.key, line.attempts) for line in (await lines.list()).lines]

    assert await listed() == []
    for key in ("a", "b", "c"):
        await letters.bury(make_letter(key))
    assert sorted(await listed()) == [("a", 5), ("b", 5), ("c", 5)]
    await letters.bury(make_letter("a").model_copy(update={"attempts": 6}))
    await letters.forget("extract_ticket", "b")
    await letters.drop("extract_ticket", "c", Dropped(by="Dana", at=NOW))
    assert await listed() == [("a", 6)]


async def test_what_nobody_has_changed_is_not_read_again(layout: Layout) -> None:
    """A page may be looked at every second, by fifty people."""
    letters, lines = DeadLetters(layout), LetterLines(layout)
    await letters.bury(make_letter("a"))
    before = (await lines.list()).lines
    os.utime(layout.dead_letters, ns=(LONG_AGO, LONG_AGO))

    first, second = await lines.list(), await lines.list()

    assert first is second
    assert first.lines[0] is before[0]


async def test_a_damaged_letter_is_named_and_hides_no_other(layout: Layout) -> None:
    """Nobody knows what it would do, and the rest must still be seen."""
    await DeadLetters(layout).bury(make_letter("a"))
    (layout.dead_letters / "extract_ticket-x.json").write_text('{"job"')

    listed = await LetterLines(layout).list()

    assert [line.key for line in listed.lines] == ["a"]
    assert [one.file for one in listed.damaged] == ["dead_letters/extract_ticket-x.json"]


async def test_a_directory_that_is_no_store_is_not_taken_for_one_without_letters(
    tmp_path: Path,
) -> None:
    """No letters, and the wrong DATA_DIR, are two different answers."""
    with pytest.raises(NotFoundError):
        await LetterLines(Layout(tmp_path)).list()
