"""The legal timestamps of a ticket, computed from what it holds."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.counting import DAY
from domain.deadlines import deadlines
from domain.errors import NotFoundError, RejectedError
from domain.policy import POLICIES
from domain.responses import Outcome, ResponseStatus
from domain.texas import required_county
from domain.ticket import Ticket, TicketStatus
from domain.timestamps import (
    deadlines_of,
    extended_until,
    last_refresh_before,
    later,
    missing_answers,
    response_status_of,
    timestamps_of,
)
from tests.builders import NOW, make_draft
from tests.domain.lives import (
    AGREEMENT,
    DIGGING,
    EXPIRY,
    GAS,
    NOTICE,
    POWER,
    REFRESH_BY,
    SECOND,
    START,
    make_life,
    make_response,
)

[POLICY] = POLICIES
CENTRAL = "America/Chicago"
DUE = START
POWER_AGREES = AGREEMENT.model_copy(
    update={"member_code": "ONC01", "until": AGREEMENT.until - DAY}
)


def submitted(**fields: Any) -> Ticket:
    return make_life(TicketStatus.SUBMITTED, **fields)


# Where the dates come from.


def test_a_ticket_carries_every_date_that_follows_from_its_notice() -> None:
    """They are dates of the notice and of nothing else."""
    assert timestamps_of(submitted()) == {
        "policy_version": "2007-09",
        "earliest_lawful_start": START,
        "response_due_at": DUE,
        "no_mark_notice_due_at": NOTICE + timedelta(hours=48),
        "refresh_by_at": REFRESH_BY,
        "expires_at": EXPIRY,
        "marking_expires_at": EXPIRY,
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"notice_at": None},
        {"county": None},
        {"county": "Bexer"},
    ],
    ids=str,
)
def test_a_ticket_without_notice_or_county_has_nothing_computed(fields: dict[str, Any]) -> None:
    """A file in the customer's own shape keeps the dates that it has."""
    ticket = make_draft(**{"notice_at": NOTICE, "county": "Travis", **fields})

    assert deadlines_of(ticket) is None
    assert timestamps_of(ticket) == {}


def test_no_answer_of_a_member_moves_a_date() -> None:
    """Old tools counted the life from the last answer: they dug on expired tickets."""
    answers = [make_response(outcome=outcome, at=DIGGING) for outcome in Outcome]

    assert timestamps_of(submitted(member_responses=answers)) == timestamps_of(submitted())


def test_a_ticket_keeps_the_policy_of_its_notice() -> None:
    """A law that changes later must not move the dates of a ticket in the ground."""
    kept = deadlines_of(submitted())

    assert kept is not None
    assert kept.policy_version == POLICY.version
    older = make_draft(county="Travis", notice_at=NOTICE.replace(year=2006))
    with pytest.raises(RejectedError, match="The rules of 2006-03-02 are not known"):
        deadlines_of(older)
    assert deadlines_of(older.revised(now=NOW, policy_version=POLICY.version)) is not None
    with pytest.raises(NotFoundError, match="There is no policy 2031-01"):
        deadlines_of(make_draft(county="Travis", notice_at=NOTICE, policy_version="2031-01"))


def test_a_type_without_a_start_or_a_life_has_none_computed() -> None:
    """A second notice is answered within hours; it is no right to dig."""
    found = timestamps_of(submitted(ticket_type="No Response", life_agreements=[AGREEMENT]))

    assert found["response_due_at"] == NOTICE + timedelta(hours=4)
    assert [name for name, at in found.items() if at is None] == [
        "earliest_lawful_start",
        "no_mark_notice_due_at",
        "refresh_by_at",
        "expires_at",
        "marking_expires_at",
    ]


def test_the_later_of_our_start_and_the_centers_holds() -> None:
    """The center may know of a holiday that we do not; it cannot shorten the law."""
    assert timestamps_of(submitted(center_start_at=DIGGING))["earliest_lawful_start"] == DIGGING
    assert timestamps_of(submitted(center_start_at=NOTICE))["earliest_lawful_start"] == START
    assert later(START, None) == START
    assert later(None, START) is None


# A longer life.


def test_a_life_is_extended_as_far_as_every_member_agreed() -> None:
    """One signature of two binds one of two (16 TAC 18.3(f))."""
    both = {"members": [GAS, POWER]}

    assert extended_until(submitted()) is None
    assert extended_until(submitted(members=[], life_agreements=[AGREEMENT])) is None
    assert extended_until(submitted(**both, life_agreements=[AGREEMENT])) is None
    assert extended_until(submitted(life_agreements=[AGREEMENT])) == AGREEMENT.until
    for order in permutations([AGREEMENT, POWER_AGREES]):
        agreed = submitted(**both, life_agreements=list(order))
        assert extended_until(agreed) == POWER_AGREES.until


def test_the_agreement_signed_last_is_the_one_with_a_member() -> None:
    """A member and the excavator may agree anew."""
    shorter = AGREEMENT.model_copy(update={"until": AGREEMENT.until - DAY})
    lower = AGREEMENT.model_copy(update={"member_code": "atm01"})

    assert extended_until(submitted(life_agreements=[AGREEMENT, shorter])) == shorter.until
    assert extended_until(submitted(life_agreements=[shorter, lower])) == AGREEMENT.until


def test_an_extended_life_moves_its_end_and_its_last_refresh() -> None:
    """Friday 2026-04-03 17:00 at the site: a notice of Wednesday 17:00 can begin then."""
    found = timestamps_of(submitted(life_agreements=[AGREEMENT]))

    assert found["expires_at"] == found["marking_expires_at"] == AGREEMENT.until
    assert found["refresh_by_at"] == datetime(2026, 4, 1, 22, 0, tzinfo=UTC)
    assert found["earliest_lawful_start"] == START


@pytest.mark.parametrize("until", [EXPIRY, EXPIRY - SECOND])
def test_an_agreement_that_ends_earlier_shortens_no_life(until: datetime) -> None:
    """It agrees to more days, never to fewer."""
    short = AGREEMENT.model_copy(update={"until": until})

    assert timestamps_of(submitted(life_agreements=[short])) == timestamps_of(submitted())


@pytest.mark.parametrize(
    ("until", "refresh_by"),
    [
        # A Saturday and a Sunday: the last countable second is Friday's.
        (
            datetime(2026, 3, 28, 18, 0, tzinfo=UTC),
            datetime(2026, 3, 26, 4, 59, 59, tzinfo=UTC),
        ),
        (
            datetime(2026, 3, 29, 18, 0, tzinfo=UTC),
            datetime(2026, 3, 26, 4, 59, 59, tzinfo=UTC),
        ),
        # A Tuesday: Monday and Friday are counted back, the weekend is not.
        (datetime(2026, 3, 31, 18, 0, tzinfo=UTC), datetime(2026, 3, 27, 18, 0, tzinfo=UTC)),
        # Tuesday after Memorial Day.
        (datetime(2026, 5, 26, 18, 0, tzinfo=UTC), datetime(2026, 5, 21, 18, 0, tzinfo=UTC)),
        # Memorial Day itself.
        (
            datetime(2026, 5, 25, 18, 0, tzinfo=UTC),
            datetime(2026, 5, 21, 4, 59, 59, tzinfo=UTC),
        ),
        # Across the night on which the clocks go forward.
        (datetime(2026, 3, 10, 17, 0, tzinfo=UTC), datetime(2026, 3, 6, 18, 0, tzinfo=UTC)),
    ],
)
def test_the_last_refresh_is_two_countable_days_before_the_end(
    until: datetime, refresh_by: datetime
) -> None:
    """By the clocks at the site, which daylight saving moves."""
    found = last_refresh_before(until, CENTRAL, POLICY)

    assert (found, found.tzinfo) == (refresh_by, UTC)


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW + minutes * timedelta(minutes=1)),
    st.sampled_from(["Travis", "El Paso"]),
)
def test_a_refresh_in_time_leaves_no_gap(until: datetime, name: str) -> None:
    """The new ticket may be dug on before the old one ends."""
    county = required_county(name)
    refresh_by = last_refresh_before(until, county.timezone, POLICY)

    start = deadlines(refresh_by, county, submitted().ticket_type).earliest_lawful_start
    assert start is not None
    assert start.at <= until
    assert until - refresh_by < timedelta(days=8)


# What the answers amount to.


def test_a_missing_answer_is_overdue_from_its_instant_on() -> None:
    """At the 48th countable hour, not a second earlier."""
    ticket = submitted(member_responses=[])

    assert response_status_of(ticket, DUE - SECOND) is ResponseStatus.PENDING
    assert response_status_of(ticket, DUE) is ResponseStatus.NO_RESPONSE


def test_a_member_with_an_extension_is_overdue_later() -> None:
    """It declared extraordinary circumstances (251.158); the others did not."""
    extended = GAS.model_copy(update={"extended_until": DIGGING})
    ticket = submitted(members=[extended, POWER], member_responses=[])

    assert list(missing_answers(ticket)) == [
        ("ATM01 (gas)", DIGGING),
        ("ONC01 (electric)", DUE),
        ("ONC01 (fiber)", DUE),
    ]
    answered = ticket.revised(now=NOW, member_responses=[make_response("ONC01", None)])
    assert response_status_of(answered, DIGGING - SECOND) is ResponseStatus.PARTIAL
    assert response_status_of(answered, DIGGING) is ResponseStatus.NO_RESPONSE


def test_an_answer_that_only_says_that_none_came_stays_missing() -> None:
    """The center's own "Response Overdue" must not silence the alarm."""
    ticket = submitted(member_responses=[make_response(outcome=Outcome.OVERDUE)])
    open_answer = submitted(member_responses=[make_response(outcome=Outcome.DELAYED)])

    assert response_status_of(ticket, DUE) is ResponseStatus.NO_RESPONSE
    assert list(missing_answers(open_answer)) == []
    assert response_status_of(open_answer, DUE) is ResponseStatus.PARTIAL


def test_an_emergency_has_no_answer_that_could_be_overdue() -> None:
    """The law gives its operators no hours."""
    ticket = submitted(
        ticket_type="Emergency", emergency_justification="Leak", member_responses=[]
    )

    assert list(missing_answers(ticket)) == []
    assert response_status_of(ticket, EXPIRY) is ResponseStatus.PENDING


@pytest.mark.parametrize(
    "unlisted",
    [
        {"members": []},
        {"member_list_missing": True},
        {"members": [], "member_list_missing": True},
    ],
    ids=str,
)
def test_answers_are_never_complete_while_the_members_are_not_known(
    unlisted: dict[str, Any],
) -> None:
    """Who was not listed was not heard."""
    assert response_status_of(submitted(**unlisted), EXPIRY) is ResponseStatus.PARTIAL
    silent = submitted(**unlisted, member_responses=[])
    assert response_status_of(silent, EXPIRY) is ResponseStatus.PENDING


def test_a_damaged_ticket_says_so_whatever_was_answered() -> None:
    """The specification has a word of its own for it."""
    held = make_life(TicketStatus.DAMAGED)

    assert response_status_of(held, DIGGING) is ResponseStatus.DAMAGED
    assert response_status_of(submitted(), DIGGING) is ResponseStatus.COMPLETE
