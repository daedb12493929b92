"""A few rounds of what `python -m tests.crash.kill_backup` does for long."""

from pathlib import Path

import pytest

from tests.crash.kill_backup import rounds
from tests.crash.places import fast_directory


@pytest.mark.slow
def test_whoever_is_killed_making_a_backup_leaves_no_false_one() -> None:
    """Each that is listed is what was answered before it, byte for byte; the next one works."""
    with fast_directory() as name:
        tally = rounds(Path(name), count=6, seed=3)

    assert tally.faults == []
    assert tally.rounds == 6
    assert tally.listed >= 6
    assert tally.answers
