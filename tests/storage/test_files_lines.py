"""Lines that are added one by one, each of them whole."""

import errno
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.lines import Lines
from tests.storage.trouble import Power, PowerCutError, fail

LINES = st.binary(max_size=50).filter(lambda line: b"\n" not in line)


def append_line(path: Path, line: bytes) -> None:
    """Add a line as the log does."""
    with Lines(path) as lines:
        lines.append(line + b"\n", end=lines.cut_torn_end())


def test_lines_are_found_from_their_start_and_from_their_end(tmp_path: Path) -> None:
    """A history is walked backwards, and a file from its end."""
    written = [b"", b"x" * 70_000, b"last"]
    (tmp_path / "log").write_bytes(b"".join(line + b"\n" for line in written) + b"torn")

    with Lines(tmp_path / "log") as lines:
        ends = [1, 70_002, 70_007]
        assert lines.end_of_last_line(lines.identity.size) == ends[-1]
        assert [lines.line_before(end) for end in ends] == written
        assert [lines.line_from(start) for start in [0, *ends]] == [*written, b""]
        assert [lines.count_before(end) for end in ends] == [1, 2, 3]


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


def test_a_line_that_did_not_fit_is_not_there_after_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller was told that it failed, and will add it again."""
    log = tmp_path / "log"
    append_line(log, b"first")
    with monkeypatch.context() as patch:
        fail(patch, "pwrite", errno.ENOSPC)
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
