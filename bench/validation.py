"""The price of the law: our validation beside the specification's own three checks, as ratios.

    python bench/validation.py [--rounds 2000]

Printed: the median time of one `validated` on one core for a whole ticket, one with a point and
a drawn site, an empty draft and a ticket that is wrong in everything; how often a second that is;
and the ratio to the three checks of the specification (seven required fields, address or point,
digits of the phone), written as it writes them.
"""

import argparse
import gc
import re
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from domain.facts import REQUIRED_FIELDS
from domain.gaps import GapCategory, GapSeverity, ValidationGap
from domain.geometry import circle_at
from domain.location import GPSCoordinate
from domain.ticket import Ticket
from domain.validation import validated

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
GOAL_MILLISECONDS = 1.0
DIGITS_MIN = 10

WHOLE: dict[str, Any] = {
    "company": "Caprock Line Builders",
    "contact_name": "Dana Ruiz",
    "phone": "512-555-0142",
    "email": "dana.ruiz@caprock.example.com",
    "address_line_1": "2200 Mesquite Rd",
    "city_state_zip": "Lubbock, TX 79401",
    "work_for": "Pedernales Light & Power",
    "type_of_work": "Replace power pole",
    "equipment_type": "Digger derrick",
    "county": "Travis",
    "city": "Austin",
    "address": "410 Bluebonnet Ln",
    "nearest_intersection": "Bluebonnet Ln and Pecan St",
    "work_area_description": "Within 10 ft of the pole in the rear easement",
    "marking_instructions": "Mark a 20 ft radius round the pole",
    "is_blasting": False,
    "is_boring": False,
    "white_lines_painted": True,
    "depth_inches": 72,
    "planned_start_at": "2026-03-06T14:00:00Z",
    "duration_days": 2,
}
PLACE = GPSCoordinate(latitude=30.27, longitude=-97.74)
# Nothing is said that is needed, and all that is said is wrong.
WRONG: dict[str, Any] = {
    "ticket_type": "Update",
    "priority_level": "Emergency",
    "company": "TBD",
    "phone": "111-111-1111",
    "onsite_phone": "111-111-1112",
    "work_for_phone": "n/a",
    "email": "dana",
    "city_state_zip": "Lubbock",
    "county": "Travis",
    "white_lines_painted": False,
    "planned_start_at": "2026-03-03T14:00:00Z",
    "expected_completion_on": "2026-03-01",
    "gps_coordinates": GPSCoordinate(latitude=29.42, longitude=-98.49),
    "geometry": circle_at(GPSCoordinate(latitude=29.42, longitude=-98.49), 50),
}


def ticket(**facts: Any) -> Ticket:
    """Return a ticket that says only this."""
    times = dict.fromkeys(("created_at", "updated_at", "requested_at"), NOW)
    return Ticket.model_validate({"id": "ticket-1", **times, **facts})


TICKETS = {
    "whole": ticket(**WHOLE),
    "whole, with point and circle": ticket(
        **WHOLE, gps_coordinates=PLACE, geometry=circle_at(PLACE, 50)
    ),
    "empty draft": ticket(),
    "every gap": ticket(**WRONG),
}


def three_checks(one: Ticket) -> list[ValidationGap]:
    """Return the gaps that the specification's own validator finds."""
    wrong = [name for name in REQUIRED_FIELDS if not getattr(one, name)]
    if not one.address and not one.gps_coordinates:
        wrong.append("location")
    if one.phone and len(re.sub(r"[^0-9]", "", one.phone)) < DIGITS_MIN:
        wrong.append("phone")
    return [
        ValidationGap(
            id=name,
            category=GapCategory.REQUIRED_FIELD,
            field=name,
            problem="field_missing",
            severity=GapSeverity.REQUIRED,
            created_at=NOW,
        )
        for name in wrong
    ]


def naively_validated(one: Ticket) -> Ticket:
    """Return the ticket as the specification's own code would leave it."""
    gaps = three_checks(one)
    return one.revised(
        now=NOW,
        validation_gaps=gaps,
        validation_status="Invalid" if gaps else "Valid",
        last_validated_at=NOW,
    )


def median_us(work: Callable[[], object], rounds: int) -> float:
    """Return the median time of one call, in microseconds."""
    work()
    gc.disable()
    spent = []
    for _round in range(rounds):
        started = time.perf_counter_ns()
        work()
        spent.append(time.perf_counter_ns() - started)
    gc.enable()
    return statistics.median(spent) / 1_000


def main(rounds: int) -> None:
    """Measure each ticket in turn and print the medians side by side."""
    print(f"{'median of one validation':32}{'gaps':>5}{'us':>7}{'a second':>10}", end="")
    print(f"{'3 checks':>11}{'ratio':>7}{'and kept':>10}{'ratio':>7}")
    slowest = 0.0
    for name, one in TICKETS.items():
        ours = median_us(lambda one=one: validated(one, None, now=NOW), rounds)
        checks = median_us(lambda one=one: three_checks(one), rounds)
        kept = median_us(lambda one=one: naively_validated(one), rounds)
        gap_count = validated(one, None, now=NOW).gap_count
        print(f"{name:32}{gap_count:5}{ours:7.0f}{1e6 / ours:10,.0f}", end="")
        print(f"{checks:11.1f}{ours / checks:6.0f}x{kept:10.1f}{ours / kept:6.1f}x")
        slowest = max(slowest, ours if name.startswith("whole") else 0.0)
    verdict = "met" if slowest < GOAL_MILLISECONDS * 1_000 else "missed"
    print(
        f"goal: a whole ticket under {GOAL_MILLISECONDS:g} ms: {verdict} ({slowest / 1_000:.2f} ms)"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2_000)
    main(parser.parse_args().rounds)
