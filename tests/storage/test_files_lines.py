"""Lines that are added one by one, each of them whole."""

import errno
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.files import append_line
from tests.storage.trouble import Power, PowerCutError, fail, recorded

LINES = st.binary(max_size=50).filter(lambda line: b"\n" not in line)


def test_lines_stand_in_the_order_they_were_added(tmp_path: Path) -> None:
    """The log is a history."""
    append_line(tmp_path / "log", b"first")
    append_line(tmp_path / "log", b"second")

    assert (tmp_path / "log").read_bytes() == b"first\nsecond\n"


@pytest.mark.parametrize("length", [1, 4095, 4096, 4097, 8192, 20_000])
@pytest.mark.parametrize("whole", [b"", b"first\n", b"first\nsecond\n", b"\n"])
def test_a_torn_line_is_cut_off_before_the_next_is_added(
    tmp_path: Path, whole: bytes, length: int
) -> None:
    """It was never acknowledged, and would spoil the line that follows it."""
    log = tmp_path / "log"
    log.write_bytes(whole + b"x" * length)

    append_line(log, b"next")

    assert log.read_bytes() == whole + b"next\n"


@given(st.lists(LINES, max_size=5), LINES, LINES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_tail_whatever_spoils_the_lines_around_it(
    tmp_path: Path, lines: list[bytes], tail: bytes, line: bytes
) -> None:
    """A crash can stop a write after any byte."""
    log = tmp_path / "log"
    log.write_bytes(b"".join(one + b"\n" for one in lines) + tail)

    append_line(log, line)

    assert log.read_bytes() == b"".join(one + b"\n" for one in [*lines, line])


def test_a_line_is_durable_and_so_is_the_name_of_a_new_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first event of a day needs its file to be remembered, the second does not."""
    done = recorded(monkeypatch)

    append_line(tmp_path / "log", b"first")
    append_line(tmp_path / "log", b"second")

    assert done == [("fsync", "file"), ("fsync", "directory"), ("fsync", "file")]


def test_a_line_that_did_not_fit_is_not_there_after_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller was told that it failed, and will add it again."""
    log = tmp_path / "log"
    append_line(log, b"first")
    with monkeypatch.context() as patch:
        fail(patch, "write", errno.ENOSPC)
        with pytest.raises(OSError, match="No space left"):
            append_line(log, b"lost")

    append_line(log, b"second")

    assert log.read_bytes() == b"first\nsecond\n"


def test_a_power_cut_at_any_moment_keeps_every_earlier_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was acknowledged once is never lost to a later write."""
    for calls_max in range(20):
        log = tmp_path / str(calls_max)
        log.write_bytes(b"first\ntorn")
        with monkeypatch.context() as patch:
            power = Power(patch, calls_max=calls_max)
            with suppress(PowerCutError):
                append_line(log, b"second")
        assert log.read_bytes().split(b"\n")[:-1] in ([b"first"], [b"first", b"second"])
        if not power.is_off:
            break

    append_line(log, b"third")
    assert log.read_bytes() == b"first\nsecond\nthird\n"


def test_a_line_that_could_not_be_synced_cannot_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen, it would be taken for durable, and the event would never be written again."""
    log = tmp_path / "log"
    append_line(log, b"first")
    fail(monkeypatch, "fsync", errno.EIO)

    with pytest.raises(OSError, match="Input/output error"):
        append_line(log, b"second")

    assert log.read_bytes() == b"first\n"
