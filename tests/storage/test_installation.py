"""Which installation this is: decided once, by whoever needs it first, and never guessed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.failures import DamagedFileError
from storage.installation import Installation
from storage.layout import Layout


def test_it_is_decided_once_whoever_asks(layout: Layout) -> None:
    assert Installation(layout).known_now() is None

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _each: Installation(layout).own_now(), range(8)))

    assert set(told) == {Installation(layout).known_now()}
    assert Installation(Layout(layout.root / "another")).own_now() not in told


def test_one_that_cannot_be_believed_is_nobodys_and_not_made_anew(layout: Layout) -> None:
    """Else all copies of it would be another's from then on."""
    Installation(layout).own_now()
    layout.installation.write_bytes(b'{"format":1,"id":"office"}')

    for asking in (Installation(layout).known_now, Installation(layout).own_now):
        with pytest.raises(DamagedFileError, match="the id of an installation") as damaged:
            asking()

    assert "backups list --bucket" in (damaged.value.remedy or "")
