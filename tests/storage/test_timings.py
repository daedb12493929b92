"""How long the disk was waited for: the last waits exactly, all of them by their size."""

import errno
import os
from pathlib import Path

import pytest

from storage import timings
from storage.files import write_atomic
from storage.timings import Timings


def test_waits_are_counted_by_their_size_and_the_last_are_remembered() -> None:
    """What a disk was like an hour ago must not hide what it is like now."""
    found = Timings(bounds=(0.001, 0.01), kept=4)
    for milliseconds in (900, 1, 2, 3, 4):
        found.note(milliseconds / 1000)

    spread = found.spread()
    assert (spread.counts, spread.count) == ((1, 3, 1), 5)
    assert spread.seconds == pytest.approx(0.91)
    assert found.percentiles_ms(0.5, 0.99) == pytest.approx([3.0, 4.0])


def test_without_a_wait_there_is_no_percentile() -> None:
    """Zero would look like a very good disk."""
    assert Timings().percentiles_ms(0.5, 0.99) == [None, None]


def test_a_durable_write_is_two_waits_also_if_the_disk_refuses_the_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file, and the directory that remembers its name."""
    found = Timings()
    monkeypatch.setattr(timings, "SYNCS", found)
    write_atomic(tmp_path / "file", b"content")
    assert found.spread().count == 2

    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, "it is ill")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="it is ill"):
        write_atomic(tmp_path / "file", b"other")
    assert found.spread().count == 3
