"""Visits that were ended by hand: for every process, as long as somebody could go on with them."""

from datetime import timedelta
from pathlib import Path

import pytest

from storage import ended_visits
from storage.clock import system_clock
from storage.ended_visits import VISIT_LASTS, EndedVisits
from storage.folders import folders
from storage.store import Store
from tests.builders import NOW

NONCE, OTHER = "0" * 32, "1" * 32
FILE = "config/ended_visits.json"


@pytest.fixture
async def root(tmp_path: Path) -> Path:
    """A data directory that a service has opened."""
    await Store(tmp_path).open()
    return tmp_path


async def test_a_visit_that_was_ended_in_one_process_has_ended_in_all(root: Path) -> None:
    """Also in one that has looked before, and in one that starts later."""
    here, there = Store(root), Store(root)
    before = await there.visit_ends.known()
    await here.visit_ends.end(NONCE, NOW, NOW)

    assert not before.have(NONCE, NOW)
    for store in (here, there, Store(root)):
        known = await store.visit_ends.known()
        assert known.have(NONCE, NOW)
        assert not known.have(OTHER, NOW)


async def test_what_has_lasted_its_time_is_kept_no_longer(root: Path) -> None:
    """Nobody comes in with it anyway; the file must not grow for ever."""
    ends = Store(root).visit_ends
    await ends.end(NONCE, NOW, NOW)
    await ends.end(OTHER, NOW + VISIT_LASTS, NOW + VISIT_LASTS)

    assert set((await ends.known()).begun_at) == {OTHER}


def test_where_too_many_were_ended_nobody_is_let_back_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who came in as early as they did signs in again; who came later goes on."""
    monkeypatch.setattr(ended_visits, "KEPT_MAX", 4)
    ended, begun = EndedVisits(), [NOW + timedelta(minutes=each) for each in range(5)]
    for number, moment in enumerate(begun):
        ended = ended.and_also(str(number), moment, now=begun[-1])

    assert set(ended.begun_at) == {"3", "4"}
    assert all(ended.have(str(number), moment) for number, moment in enumerate(begun))
    assert ended.have("who went on", begun[0])
    assert not ended.have("who went on", begun[4])


async def test_a_damaged_file_lets_nobody_back_in_and_locks_nobody_out(root: Path) -> None:
    """Everybody signs in again; a check tells of it, until the next visit is ended."""
    store, now = Store(root), system_clock()
    await store.visit_ends.end(NONCE, now, now)
    (root / FILE).write_text('{"begun_at": ')
    damaged = await store.visit_ends.known()
    found = [one.file for one in folders(root, now=now)]
    await store.visit_ends.end(OTHER, now, now)
    mended = await store.visit_ends.known()

    for known in (damaged, mended):
        assert known.have(NONCE, now - timedelta(seconds=1))
        assert known.have("who was in", now - timedelta(seconds=1))
        assert not known.have("who comes", now + timedelta(minutes=1))
    assert found == [FILE]
    assert [*folders(root, now=now)] == []
