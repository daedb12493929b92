"""Two kernels on one volume: the second is refused, and a dead one is in nobody's way."""

import errno
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import RejectedError, UnavailableError
from storage.boot import boot_id
from storage.clock import system_clock
from storage.hosts import HOST_BEAT_SECONDS, HOST_WATCH_SECONDS, Host, Pace, sole_host
from storage.layout import Layout
from tests.storage.trouble import fail

OURS, THEIRS = "boot-ours", "boot-theirs"
QUICK = Pace(beat_seconds=0.05, watch_seconds=0.5)
# For those who expect to see a beat: a slow disk must not pass for a dead host.
PATIENT = Pace(beat_seconds=0.05, watch_seconds=30)
# A pace at which nobody beats a second time, and every watch would be noticed.
SLOW = Pace(beat_seconds=60, watch_seconds=60)
SECONDS_MAX = 30


@pytest.fixture
def volume(layout: Layout) -> Layout:
    """A volume that nobody has used yet."""
    layout.root.mkdir()
    return layout


def host(**fields: object) -> Host:
    """Return another host that is alive, by its own word."""
    told = {"boot_id": THEIRS, "hostname": "theirs", "pid": 7, "beat": system_clock()}
    return Host.model_validate(told | fields)


def leave_behind(volume: Layout, content: bytes | Host) -> bytes:
    """Leave a host's word on the volume, as one that died would."""
    written = content.model_dump_json().encode() if isinstance(content, Host) else content
    volume.host.write_bytes(written)
    return written


def written(volume: Layout) -> Host:
    return Host.model_validate_json(volume.host.read_bytes())


def until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def live(root: Path) -> None:
    """Be another host, in a process of its own, until somebody kills it."""
    with sole_host(Layout(root), boot=THEIRS, pace=QUICK):
        time.sleep(SECONDS_MAX)


def test_a_host_says_who_it_is_and_leaves_nothing_behind(volume: Layout) -> None:
    """A person who finds the file knows whom to ask."""
    with sole_host(volume):
        told = written(volume)

    assert (told.boot_id, told.pid) == (boot_id(), os.getpid())
    assert told.hostname
    assert abs(system_clock() - told.beat) < timedelta(seconds=SECONDS_MAX)
    assert list(volume.root.iterdir()) == []


def test_a_host_beats_as_long_as_it_is_at_work(volume: Layout) -> None:
    """Its clock stands in the file anew each time."""
    with sole_host(volume, pace=QUICK):
        first = written(volume)
        until(lambda: written(volume).beat > first.beat)


def test_a_volume_on_which_another_host_works_is_refused(volume: Layout) -> None:
    """Two kernels would each believe their own cache, and lose what the other wrote."""
    other = multiprocessing.get_context("spawn").Process(target=live, args=(volume.root,))
    other.start()
    until(volume.host.exists)

    with (
        pytest.raises(RejectedError, match="is at work on") as refused,
        sole_host(volume, boot=OURS, pace=PATIENT),
    ):
        raise AssertionError
    theirs = written(volume)
    other.kill()
    other.join()
    with sole_host(volume, boot=OURS, pace=QUICK):
        ours = written(volume)

    assert theirs.hostname in refused.value.problem
    assert refused.value.remedy
    assert (theirs.boot_id, ours.boot_id) == (THEIRS, OURS)
    other.close()


def test_a_refused_host_leaves_the_others_word_alone(volume: Layout) -> None:
    """The one that is at work must go on undisturbed."""
    with sole_host(volume, boot=THEIRS, pace=QUICK):
        for _attempt in range(3):
            with pytest.raises(RejectedError), sole_host(volume, boot=OURS, pace=PATIENT):
                raise AssertionError

        assert written(volume).boot_id == THEIRS
    assert list(volume.root.iterdir()) == []


def test_a_host_that_died_is_replaced_after_a_watch(volume: Layout) -> None:
    """It wrote a moment ago and beats no more."""
    leave_behind(volume, host())
    began = time.monotonic()

    with sole_host(volume, boot=OURS, pace=QUICK):
        assert time.monotonic() - began >= QUICK.watch_seconds
        assert written(volume).boot_id == OURS


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=4000)], ids=str)
def test_a_beat_from_the_future_is_watched_like_any_other(
    volume: Layout, ahead: timedelta
) -> None:
    """Our clock may have been set back: their word is no less true for that."""
    leave_behind(volume, host(beat=system_clock() + ahead))
    began = time.monotonic()

    with sole_host(volume, boot=OURS, pace=QUICK):
        assert time.monotonic() - began >= QUICK.watch_seconds


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(None, id="nobody was there"),
        pytest.param(host(boot_id=OURS), id="it was our own kernel"),
        pytest.param(host(beat=datetime.fromisoformat("2026-01-01T00:00Z")), id="long ago"),
    ],
)
def test_nobody_waits_where_nobody_can_be_alive(volume: Layout, left: Host | None) -> None:
    """A start is quick; on the same kernel the lock has decided already."""
    if left:
        leave_behind(volume, left)
    began = time.monotonic()

    with sole_host(volume, boot=OURS, pace=SLOW):
        assert time.monotonic() - began < SECONDS_MAX
        assert written(volume).boot_id == OURS


def test_a_host_that_leaves_while_it_is_watched_is_not_waited_for(volume: Layout) -> None:
    """The end of a deployment meets the start of the next."""
    leave_behind(volume, host())
    leaving = threading.Timer(0.1, volume.host.unlink)
    leaving.start()
    began = time.monotonic()

    with sole_host(volume, boot=OURS, pace=PATIENT):
        assert time.monotonic() - began < PATIENT.watch_seconds / 2
    leaving.join()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"boot_id": "x"}'], ids=ascii)
def test_a_damaged_word_is_replaced_once_it_has_been_watched(
    volume: Layout, content: bytes
) -> None:
    """It may be that of a living host, which will write it anew."""
    leave_behind(volume, content)
    began = time.monotonic()

    with sole_host(volume, boot=OURS, pace=QUICK):
        assert time.monotonic() - began >= QUICK.watch_seconds
        assert written(volume).boot_id == OURS


def test_a_damaged_word_that_is_written_anew_is_that_of_a_living_host(volume: Layout) -> None:
    """Damage is no proof that nobody is there."""
    leave_behind(volume, b"{")
    writing = threading.Timer(0.1, leave_behind, (volume, host()))
    writing.start()

    with (
        pytest.raises(RejectedError, match="of another kernel is at work"),
        sole_host(volume, boot=OURS, pace=PATIENT),
    ):
        raise AssertionError
    writing.join()


def test_a_host_whose_own_word_is_damaged_writes_it_again(volume: Layout) -> None:
    """A bad block is not another host."""
    rivals: list[bool] = []

    with sole_host(volume, boot=OURS, pace=QUICK, on_rival=lambda: rivals.append(True)):
        leave_behind(volume, b"{")
        until(lambda: volume.host.read_bytes() != b"{")
        assert written(volume).boot_id == OURS

    assert rivals == []


def test_a_host_that_was_replaced_is_told_and_is_silent(
    volume: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    """A machine that was frozen for minutes wakes up: the volume has another owner now."""
    told = threading.Event()

    with sole_host(volume, boot=OURS, pace=QUICK, on_rival=told.set):
        theirs = leave_behind(volume, host())
        assert told.wait(SECONDS_MAX)
        time.sleep(3 * QUICK.beat_seconds)

    assert volume.host.read_bytes() == theirs
    assert "another host has taken the volume over" in caplog.text


def test_of_two_hosts_that_begin_at_once_one_is_told(volume: Layout) -> None:
    """Neither found anybody; the first beat finds out."""
    told: list[str] = []
    late = Pace(beat_seconds=0.5)

    with sole_host(volume, boot=OURS, pace=late, on_rival=lambda: told.append(OURS)):
        volume.host.unlink()
        with sole_host(volume, boot=THEIRS, pace=QUICK, on_rival=lambda: told.append(THEIRS)):
            until(lambda: bool(told))
            time.sleep(3 * QUICK.beat_seconds)

    assert told == [OURS]


def test_a_full_disk_does_not_end_a_host(
    volume: Layout, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It beats again as soon as it can."""
    with sole_host(volume, boot=OURS, pace=QUICK):
        with monkeypatch.context() as patch:
            fail(patch, "fsync", errno.ENOSPC, at=lambda path: "host.json" in path)
            until(lambda: "does not take the host's beat" in caplog.text)
        before = written(volume)

        until(lambda: written(volume).beat > before.beat)


def test_a_disk_that_does_not_take_our_word_is_unavailable(
    volume: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who cannot say that he is there must not begin."""
    fail(monkeypatch, "open", errno.EROFS, at=lambda path: "host.json" in path)

    with (
        pytest.raises(UnavailableError, match=r"did not take host\.json"),
        sole_host(volume, boot=OURS, pace=QUICK),
    ):
        raise AssertionError


def test_a_watch_is_long_enough_to_see_a_beat() -> None:
    """A slow disk may swallow one beat and the better part of another."""
    assert HOST_WATCH_SECONDS > 3 * HOST_BEAT_SECONDS
