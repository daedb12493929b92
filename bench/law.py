"""The price of the law, by pytest-benchmark: a set of dates, a validation, a move, a turn.

    python bench/law.py

The goals: a full set of dates under 0.2 ms and a full validation under 1 ms at the median.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

sys.path.insert(0, str(Path(__file__).parents[1]))

from domain.deadlines import deadlines
from domain.facts import TicketType
from domain.lifecycle import advance
from domain.moving import next_turn
from domain.texas import required_county
from domain.ticket import TicketStatus
from domain.validation import validated
from tests.builders import NOW, make_draft, make_extraction, make_ticket
from tests.domain.lives import NOTICE, START, make_life

CIRCLE: dict[str, Any] = {
    "gps_coordinates": {"latitude": 30.27, "longitude": -97.74},
    "geometry": {
        "geometry_type": "Polygon",
        "geojson": {
            "type": "Polygon",
            "coordinates": [
                [[-97.74, 30.27], [-97.73, 30.27], [-97.73, 30.28], [-97.74, 30.27]]
            ],
        },
    },
}
TRAVIS = required_county("Travis")
WHOLE, PLACED = make_ticket(), make_ticket(**CIRCLE)
DRAFT, READ = make_draft(), make_extraction(0.7)
WAITING = make_life(TicketStatus.RESPONSES_IN)

WORK: dict[str, Callable[[], object]] = {
    "a full set of dates": lambda: deadlines(NOTICE, TRAVIS, TicketType.NORMAL),
    "a validation, nothing missing": lambda: validated(WHOLE, None, now=NOW),
    "a validation, with point and shape": lambda: validated(PLACED, None, now=NOW),
    "a validation, everything missing": lambda: validated(DRAFT, READ, now=NOW),
    "a guarded move": lambda: advance(WAITING, TicketStatus.READY_TO_DIG, now=START),
    "a turn that time has made": lambda: next_turn(WAITING, START),
}


@pytest.mark.parametrize("work", WORK)
def test_the_price_of(benchmark: BenchmarkFixture, work: str) -> None:
    """Measured, and never asserted: another machine has another clock."""
    benchmark(WORK[work])


if __name__ == "__main__":
    shown = ["--benchmark-columns=median,iqr,ops,rounds", "--benchmark-sort=name"]
    sys.exit(pytest.main([__file__, "-q", "--no-header", "-p", "no:cacheprovider", *shown]))
