"""Ready to dig: each condition alone, and that nothing but all of them is enough."""

from datetime import datetime
from typing import Any

import pytest

from domain.facts import TicketType
from domain.readiness import (
    CONDITIONS,
    NO_DIGGING,
    SITE_CHECKS,
    Missing,
    at_site,
    county_of,
    why_not_ready,
)
from domain.responses import Outcome
from domain.ticket import Ticket, TicketStatus
from tests.builders import NOW, make_draft
from tests.domain.lives import (
    AFTER,
    AGREEMENT,
    CANCELLATION,
    CHECK,
    DAMAGE,
    DIGGING,
    EXPIRY,
    GAS,
    GROUND,
    LATE,
    RELEASED,
    SECOND,
    START,
    make_life,
    make_response,
)

WAITING = TicketStatus.RESPONSES_IN


def missing(now: datetime = DIGGING, **fields: Any) -> list[Missing]:
    """Return what is missing of a ticket that lacks nothing but what is given."""
    return why_not_ready(make_life(fields.pop("status", WAITING), **fields), now)


def test_a_ticket_that_lacks_nothing_is_ready() -> None:
    """From the lawful start to the last second of its life, both exact."""
    assert missing(START) == []
    assert missing(EXPIRY - SECOND) == []


# What is spoilt, and when: the condition that is not met then, why, and what would meet it.
SPOILT: list[tuple[dict[str, Any], datetime, Missing]] = [
    (
        {"notice_at": None, "earliest_lawful_start": START, "expires_at": EXPIRY},
        DIGGING,
        Missing(
            "notice_given",
            "The center has not been notified.",
            "Submit the ticket and record its number and the time of the notice.",
        ),
    ),
    (
        {"texas811_ticket_number": None},
        DIGGING,
        Missing(
            "notice_given",
            "The center has not been notified.",
            "Submit the ticket and record its number and the time of the notice.",
        ),
    ),
    (
        {"status": TicketStatus.CANCELLED, "cancellation": CANCELLATION},
        DIGGING,
        Missing("in_force", "The ticket was cancelled.", "Make a new ticket."),
    ),
    (
        {"closed_at": DIGGING},
        DIGGING,
        Missing("in_force", "The work was closed as finished.", "Make a new ticket."),
    ),
    (
        {"superseded_by_number": "2606100002"},
        DIGGING,
        Missing(
            "not_superseded",
            "The ticket was superseded by 2606100002.",
            "Dig on that ticket.",
        ),
    ),
    (
        {},
        START - SECOND,
        Missing(
            "lawful_start_reached",
            "Digging may not begin before Thu 2026-03-05 00:00 CST.",
            "Wait until then.",
        ),
    ),
    (
        {"earliest_lawful_start": None},
        DIGGING,
        Missing(
            "lawful_start_reached",
            "There is no lawful start for this ticket.",
            "Submit it: the start follows from the time of the notice.",
        ),
    ),
    (
        {},
        EXPIRY,
        Missing(
            "not_expired",
            "The ticket's life ended at Fri 2026-03-20 23:59 CDT.",
            "Give notice by a new ticket.",
        ),
    ),
    (
        {"status": TicketStatus.EXPIRED, "expires_at": AFTER},
        DIGGING,
        Missing(
            "not_expired",
            "The ticket's life ended at Sat 2026-03-21 00:59 CDT.",
            "Give notice by a new ticket.",
        ),
    ),
    (
        {"expires_at": None},
        DIGGING,
        Missing(
            "not_expired",
            "No end of the ticket's life is known.",
            "Give notice by a new ticket.",
        ),
    ),
    *(
        (
            {"members": members, "member_list_missing": is_missing},
            DIGGING,
            Missing(
                "member_list_known",
                "Which members were notified is not recorded.",
                "Record the members from the center's ticket.",
            ),
        )
        for members, is_missing in (([], False), ([], True), ([GAS], True))
    ),
    (
        {"member_responses": []},
        DIGGING,
        Missing(
            "members_closed", "ATM01 (gas) has not answered.", "Ask the member for its answer."
        ),
    ),
    (
        {"member_responses": [make_response(outcome=Outcome.OVERDUE)]},
        DIGGING,
        Missing(
            "members_closed", "ATM01 (gas) has not answered.", "Ask the member for its answer."
        ),
    ),
    (
        {"member_responses": [make_response(outcome=Outcome.DELAYED)]},
        DIGGING,
        Missing(
            "members_closed",
            "ATM01 (gas) answered Delayed, which does not close it.",
            "Ask the member for its answer.",
        ),
    ),
    (
        {"grounds": [GROUND]},
        DIGGING,
        Missing(
            "no_open_ground",
            "MarksLost, raised Fri 2026-03-06 09:00 CST, is not settled.",
            "Give a second notice; record its answer, and settle the ground.",
        ),
    ),
    (
        {"member_responses": [make_response(requires_standby=True)]},
        DIGGING,
        Missing(
            "standby_arranged",
            "ATM01 wants a person at the site.",
            "Arrange a time with the member and record it.",
        ),
    ),
    *(
        (
            {"site_check": CHECK.model_copy(update={name: False})},
            DIGGING,
            Missing(name, sentence, "Check it on the site and record the check."),
        )
        for name, sentence in SITE_CHECKS.items()
    ),
    (
        {"damages": [RELEASED, DAMAGE]},
        DIGGING,
        Missing(
            "no_damage_hold",
            "The damage of Fri 2026-03-06 09:00 CST is not released.",
            "Have the operator release the site and record it.",
        ),
    ),
    *(
        (
            {"ticket_type": kind, "earliest_lawful_start": START, "expires_at": EXPIRY},
            DIGGING,
            Missing(
                "type_permits_digging",
                f"A {kind} ticket permits no digging.",
                "Dig on a ticket of another type for this site.",
            ),
        )
        for kind in sorted(NO_DIGGING)
    ),
]


@pytest.mark.parametrize(("spoil", "now", "expected"), SPOILT, ids=str)
def test_one_condition_that_is_not_met_is_named_and_no_other(
    spoil: dict[str, Any], now: datetime, expected: Missing
) -> None:
    """Whoever stands at the site with a shovel is told why not, and what would help."""
    assert missing(now, **spoil) == [expected]


def test_every_condition_is_seen_not_to_be_met() -> None:
    """A condition that no test can spoil may as well not stand there."""
    unmet = {
        condition
        for spoil, now, _expected in SPOILT
        for condition in CONDITIONS
        if list(condition(make_life(**{"status": WAITING, **spoil}), now))
    }

    assert set(CONDITIONS) - unmet == set()


def test_a_site_that_nobody_looked_at_lacks_every_check() -> None:
    """They must precede every excavation (16 TAC 18.4(c)-(d))."""
    assert [one.condition for one in missing(site_check=None)] == list(SITE_CHECKS)


def test_everything_that_is_missing_is_told_at_once() -> None:
    """One call to the office, not six."""
    conditions = {one.condition for one in why_not_ready(make_draft(), NOW)}

    assert conditions == {
        "notice_given",
        "lawful_start_reached",
        "not_expired",
        "member_list_known",
        *SITE_CHECKS,
    }


@pytest.mark.parametrize(
    "kind",
    [TicketType.NORMAL, TicketType.UPDATE, TicketType.UPDATE_REMARK, TicketType.DEMOLITION],
)
def test_a_ticket_to_dig_by_permits_it(kind: TicketType) -> None:
    """The other types ask for something else than the right to excavate."""
    assert set(NO_DIGGING) == {"No Response", "Dig Up", "Survey/Design", "Recall"}
    assert missing(ticket_type=kind) == []
    assert {kind, TicketType.EMERGENCY} & NO_DIGGING == set()


# The clock of the site.


def test_a_moment_is_shown_by_the_clocks_of_the_site() -> None:
    """El Paso keeps Mountain time; where no county is known, the center's clock is shown."""
    assert at_site(make_draft(county="El Paso"), START) == "Wed 2026-03-04 23:00 MST"
    assert at_site(make_draft(county="Travis"), START) == "Thu 2026-03-05 00:00 CST"
    assert at_site(make_draft(), LATE) == "Thu 2026-03-19 10:00 CDT"
    assert at_site(make_draft(county="Bexer"), START) == "Thu 2026-03-05 00:00 CST"


def test_a_site_without_a_known_county_is_somewhere() -> None:
    """A damage is reported at once, whatever is misspelt."""
    nowhere = county_of(make_draft(county="Bexer"))

    assert (nowhere.name, nowhere.fips) == ("", "")
    assert county_of(make_draft(county="travis county")).name == "Travis"


def test_the_life_of_a_ticket_can_be_asked_about_at_any_moment() -> None:
    """What is a ticket like this worth next week?"""
    ticket: Ticket = make_life(WAITING, life_agreements=[AGREEMENT])

    assert why_not_ready(ticket, EXPIRY) == []
    assert why_not_ready(ticket, AGREEMENT.until - SECOND) == []
    assert [one.condition for one in why_not_ready(ticket, AGREEMENT.until)] == ["not_expired"]
