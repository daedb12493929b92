"""kill -9, round after round, and what was promised is there exactly once."""

from pathlib import Path

import pytest

from tests.flows.kill import faults, rounds


@pytest.mark.slow
async def test_what_was_accepted_survives_every_kill(tmp_path: Path) -> None:
    """The promise of the whole product: no accepted order is lost, none takes effect twice."""
    data = tmp_path / "data"

    tally = await rounds(data, count=2, orders=5)

    assert faults(data, tally) == []
    assert len(tally.accepted) == 10
    assert tally.caught_running >= 1
