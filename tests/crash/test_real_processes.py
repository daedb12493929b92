"""Real processes, killed, crowded and short of space: a small part of what the programs here do."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from storage.writing import TicketWriter
from tests.crash import full
from tests.crash.increments import counted
from tests.crash.kill import Answer, Tally, judge, killed_while_writing, rounds
from tests.crash.places import fast_directory


def test_writers_that_are_killed_lose_and_double_nothing_that_was_answered() -> None:
    """Whenever the kill comes, and whether or not anybody has recovered before the next write."""
    with fast_directory() as name:
        tally = rounds(Path(name), count=6, writers=3)

    assert (tally.lost, tally.doubled, tally.torn) == ([], [], [])
    assert tally.rounds == 6
    assert tally.answers > 30


def test_an_answer_that_is_not_kept_is_found_lost() -> None:
    """The judge can condemn: a version that was never written, and one that says another thing."""
    with fast_directory() as name:
        root = Path(name) / "data"
        answers = list(killed_while_writing(root, 0, 1, 0.15))
        first = answers[0]
        never = Answer(first.ticket_id, 1_000_000, "never")
        other = first._replace(mark="other")
        tally = Tally()
        judge(tally, root, [*answers, never, other])

    assert len(tally.lost) == 2
    assert len(tally.doubled) == 1


def test_two_processes_that_count_on_the_same_tickets_lose_no_increment() -> None:
    """Whoever is slower reads again; nobody's change is overwritten."""
    with fast_directory() as name:
        assert counted(Path(name) / "data", count=100, processes=2) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("owner", "line"), [(TicketWriter, "_compare_version"), (fcntl, "flock")]
)
def test_without_version_check_or_lock_increments_are_lost(
    monkeypatch: pytest.MonkeyPatch, owner: object, line: str
) -> None:
    """So the two really meet on the same tickets."""
    monkeypatch.setattr(owner, line, lambda *_args: None)

    with fast_directory() as name:
        try:
            faults = counted(Path(name) / "data", count=2_000, processes=2)
        except RuntimeError as error:  # one of them met what the other had half done
            faults = [str(error)]

    assert faults


def test_a_full_disk_refuses_and_breaks_no_promise() -> None:
    """Nothing half written is left, what was there stands, and all works when there is space."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.full"], capture_output=True, text=True, check=False
    )

    if done.returncode == full.NOT_TO_BE_HAD:
        pytest.skip(done.stdout)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
