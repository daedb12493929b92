"""The secret of the dashboard's cookies: made once, the same for all, and nobody else's."""

import asyncio
import stat
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from storage.clock import system_clock
from storage.folders import folders
from storage.store import Store


@pytest.fixture
async def root(tmp_path: Path) -> Path:
    """A data directory that a service has opened."""
    await Store(tmp_path).open()
    return tmp_path


def file_in(root: Path) -> Path:
    return root / "config" / "cookie_secret"


async def test_whoever_comes_first_makes_the_secret_that_all_use(root: Path) -> None:
    """Each store stands for a process that has just started."""
    stores = [Store(root) for _each in range(20)]

    found = await asyncio.gather(*(store.cookie_secret.current() for store in stores))

    assert len(set(found)) == 1
    assert len(found[0]) == 32
    assert await Store(root).cookie_secret.current() == found[0]


async def test_nobody_else_on_the_machine_can_read_it(root: Path) -> None:
    await Store(root).cookie_secret.current()

    assert stat.S_IMODE(file_in(root).stat().st_mode) == 0o600
    assert [one.name for one in file_in(root).parent.iterdir()] == ["cookie_secret"]


async def test_who_takes_it_away_ends_what_was_signed_with_it(root: Path) -> None:
    """A process that knew it notices at once, and so does one that finds it damaged."""
    store = Store(root)
    first = await store.cookie_secret.current()
    file_in(root).unlink()
    second = await store.cookie_secret.current()
    file_in(root).write_text("not a secret\n")
    third = await store.cookie_secret.current()

    assert len({first, second, third}) == 3
    assert await Store(root).cookie_secret.current() == third


async def test_a_check_knows_the_file_and_tells_one_that_is_damaged(root: Path) -> None:
    await Store(root).cookie_secret.current()
    whole = [*folders(root, now=system_clock())]
    file_in(root).write_text("0" * 63 + "\n")
    damaged = [*folders(root, now=system_clock())]

    assert whole == []
    assert [one.file for one in damaged] == ["config/cookie_secret"]


async def test_without_a_place_for_it_nobody_can_sign(tmp_path: Path) -> None:
    """It is said as a trouble of the disk: wait, and try again."""
    with pytest.raises(UnavailableError, match="cookie_secret"):
        await Store(tmp_path / "nowhere").cookie_secret.current()
