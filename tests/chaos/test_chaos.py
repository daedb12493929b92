"""One short seed of the chaos: whatever is killed, what was accepted is there exactly once."""

from pathlib import Path

import pytest

from tests.chaos.seed import run_seed

SEED = 4  # has a killed supervisor among its first faults
SECONDS = 12


@pytest.mark.slow
async def test_what_was_acknowledged_is_there_once_whatever_was_killed(tmp_path: Path) -> None:
    """The promise of the whole product, as its clients see it."""
    outcome = await run_seed(SEED, SECONDS, tmp_path)

    assert outcome.verdict.all == []
    assert len(outcome.receipts.accepted) > 10
    assert len(outcome.receipts.edited) > 3
    assert sum(outcome.faults.values()) > SECONDS
