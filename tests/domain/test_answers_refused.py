"""Answers that are refused, and those that only look as if they should be."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.audit import Actor, Author, Change
from domain.errors import RejectedError
from domain.following import Answer, respond
from domain.lifecycle import KNOWN_TO_CENTER
from domain.responses import Member, Outcome
from domain.ticket import Ticket, TicketStatus
from tests.builders import NOW
from tests.domain.lives import (
    ANSWERED,
    DANA,
    GAS,
    NOTICE,
    POWER,
    SECOND,
    make_life,
)

Status = TicketStatus
SILENT: dict[str, Any] = {"members": [GAS, POWER], "member_responses": []}


def answered(ticket: Ticket, *, now: datetime = ANSWERED, **said: Any) -> Change:
    """Return the ticket with one answer, of the gas company if no other is named."""
    given = {"member_code": "ATM01", **said}
    return respond(ticket, Answer.model_validate(given), now=now, by=DANA)


def submitted(**fields: Any) -> Ticket:
    return make_life(Status.SUBMITTED, **{**SILENT, **fields})


UNMAPPED = (
    "Give the outcome alone, with the member's words as `response_text`; or add the code to "
    "CENTER_CODES."
)


@pytest.mark.parametrize("status", [one for one in Status if one not in KNOWN_TO_CENTER])
def test_nobody_answers_to_a_ticket_that_was_not_sent_or_was_given_up(
    status: TicketStatus,
) -> None:
    """There is nothing to answer."""
    with pytest.raises(RejectedError, match=f"Nobody answers to a {status} ticket") as no:
        answered(make_life(status), outcome="Clear")

    assert no.value.field == "status"
    assert no.value.remedy == (
        "This takes a ticket that is Damaged, Expired, Expiring, ReadyToDig, ResponsesIn, "
        "Submitted."
    )


REFUSED: list[tuple[dict[str, Any], str, str, str, tuple[str, ...]]] = [
    (
        {"member_code": "NOBODY", "outcome": "Clear"},
        "member_code",
        "NOBODY is not among the members that were notified.",
        "Correct the code, or record the member first.",
        ("ATM01", "ONC01"),
    ),
    (
        {"facility": "steam", "outcome": "Clear"},
        "facility",
        "ATM01 has no facility steam on this ticket.",
        "Name one of its facilities, or none for all of them.",
        ("gas",),
    ),
    (
        {"outcome": "Clear", "response_date": ANSWERED + SECOND},
        "response_date",
        "The answer cannot come from the future.",
        "Give the time at which the member answered.",
        (),
    ),
    (
        {"outcome": "Clear", "response_date": NOTICE - SECOND},
        "response_date",
        "The answer is older than the notice: it belongs to another ticket.",
        "Give the time at which the member answered.",
        (),
    ),
    (
        {},
        "outcome",
        "What the member answered is not said.",
        "Give the outcome, or the center's code as `center_code`.",
        tuple(Outcome),
    ),
    (
        {"center_code": " "},
        "outcome",
        "What the member answered is not said.",
        "Give the outcome, or the center's code as `center_code`.",
        tuple(Outcome),
    ),
    (
        {"center_code": "In Conflict", "outcome": "Clear"},
        "outcome",
        "In Conflict is InConflict, and not Clear.",
        "Ask the member what it answered, and give that alone.",
        (),
    ),
    (
        {"center_code": "All clear", "outcome": "Delayed"},
        "outcome",
        "All clear is Clear, and not Delayed.",
        "Ask the member what it answered, and give that alone.",
        (),
    ),
    *(
        (
            {"center_code": code, "outcome": "Marked"},
            "center_code",
            f"What {code} means is not known here: it may not be Marked.",
            UNMAPPED,
            (),
        )
        for code in ("Not located", "Code 7", "marked?")
    ),
]


@pytest.mark.parametrize(("said", "field", "problem", "remedy", "values"), REFUSED, ids=str)
def test_an_answer_that_cannot_be_is_refused_and_changes_nothing(
    said: dict[str, Any], field: str, problem: str, remedy: str, values: tuple[str, ...]
) -> None:
    """A clearance that nobody gave must not be recorded."""
    ticket = submitted()
    before = ticket.model_copy(deep=True)

    with pytest.raises(RejectedError) as no:
        answered(ticket, **said)

    assert (no.value.field, no.value.problem) == (field, problem)
    assert (no.value.remedy, no.value.suggested_values) == (remedy, values)
    assert ticket == before


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"center_code": "Code 7"}, Outcome.UNKNOWN),
        ({"center_code": "Code 7", "outcome": "Delayed"}, Outcome.DELAYED),
        ({"center_code": "Located", "outcome": "MarkedToMeter"}, Outcome.MARKED_TO_METER),
        ({"center_code": "Delayed", "outcome": "CannotLocate"}, Outcome.CANNOT_LOCATE),
    ],
    ids=str,
)
def test_what_we_are_told_counts_where_it_does_not_contradict_the_code(
    said: dict[str, Any], outcome: Outcome
) -> None:
    """A code that nobody has mapped stays open."""
    [response] = answered(submitted(), **said).ticket.member_responses

    assert (response.outcome, response.center_code) == (outcome, said["center_code"])


TWINS = ["Line 1.1", "Line 11", "main +", "main -", "Gas Main"]


@pytest.mark.parametrize("named", [*TWINS, "line  1.1", "MAIN -", "gas-main", "GAS_MAIN"])
def test_an_answer_is_about_one_facility_however_alike_others_are(named: str) -> None:
    """A sign is all that tells two lines apart, and one of them is not marked."""
    ticket = submitted(members=[Member(code="ATM01", facilities=TWINS)])

    change = answered(ticket, facility=named, outcome="Marked")

    closed = [row.facility for row in change.ticket.standings if row.is_closed]
    assert closed == [change.ticket.member_responses[0].facility]
    assert (closed[0] or "").casefold().split() == named.lower().replace("-m", " m").replace(
        "_", " "
    ).split()


@pytest.mark.parametrize("named", ["Line 1-1", "line1.1", "main", "main+", "Line 1 1"])
def test_a_name_that_may_be_anothers_is_refused_with_what_there_is(named: str) -> None:
    """To ask again costs a minute."""
    ticket = submitted(members=[Member(code="ATM01", facilities=TWINS)])

    with pytest.raises(RejectedError, match="has no facility") as no:
        answered(ticket, facility=named, outcome="Marked")

    assert no.value.suggested_values == tuple(TWINS)


def test_breaks_between_words_tell_two_facilities_apart_where_there_are_two() -> None:
    """Then neither is meant by a third spelling."""
    ticket = submitted(members=[Member(code="ATM01", facilities=["gas main", "gasmain"])])

    change = answered(ticket, facility="gas main", outcome="Marked")
    with pytest.raises(RejectedError, match="has no facility gas-main"):
        answered(ticket, facility="gas-main", outcome="Marked")

    assert [row.is_closed for row in change.ticket.standings] == [True, False]


def test_a_member_without_a_list_has_a_facility_for_each_name() -> None:
    """What closes the one leaves the conflict about the other."""
    ticket = submitted(members=[Member(code="ATM01")])
    ticket = answered(ticket, facility="Line 1.1", outcome="InConflict").ticket

    change = answered(ticket, facility="Line 11", outcome="Marked")

    assert [(row.facility, row.is_closed) for row in change.ticket.standings] == [
        ("Line 1.1", False),
        ("Line 11", True),
    ]


def test_a_code_of_the_installation_is_understood() -> None:
    """Texas811 publishes no list; what is learnt is configured."""
    answer = Answer(member_code="ATM01", center_code="007")

    change = respond(
        submitted(), answer, now=ANSWERED, by=DANA, codes={"007": Outcome.NO_MARK_NEEDED}
    )

    assert change.ticket.member_responses[0].outcome is Outcome.NO_MARK_NEEDED


def test_a_member_without_a_list_answers_about_what_it_names() -> None:
    """A blank facility is none: the answer is about all that it has."""
    ticket = submitted(members=[Member(code="ATM01")])

    named = answered(ticket, facility="steam", outcome="Marked")
    blank = answered(ticket, facility=" ", outcome="Marked")

    assert named.ticket.member_responses[0].facility == "steam"
    assert blank.ticket.member_responses[0].facility is None
    assert named.ticket.status is blank.ticket.status is Status.RESPONSES_IN


def test_an_answer_in_the_customers_shape_has_no_notice_to_be_older_than() -> None:
    """Where the notice is not known, no answer can be too old for it."""
    bare = submitted(notice_at=None)

    change = answered(bare, outcome="Marked", response_date=NOW - timedelta(days=1))

    assert len(change.ticket.member_responses) == 1


def test_somebody_records_an_answer_and_is_named() -> None:
    """Who typed it in is asked when it was wrong."""
    with pytest.raises(RejectedError, match="Nobody is named"):
        respond(
            submitted(),
            Answer(member_code="ATM01", outcome=Outcome.CLEAR),
            now=ANSWERED,
            by=Author(actor=Actor.USER),
        )


@pytest.mark.parametrize(
    "spoilt",
    [
        {"member_code": " "},
        {"member_code": "A" * 11},
        {"facility": "x" * 61},
        {"center_code": "x" * 301},
        {"outcome": "Fine"},
        {"response_date": "2026-03-04T10:00:00"},
        {"response_text": "x" * 2001},
        {"is_late": False},
    ],
    ids=lambda spoilt: next(iter(spoilt)) + str(len(str(spoilt))),
)
def test_an_answer_has_limits_and_no_time_without_a_zone(spoilt: dict[str, Any]) -> None:
    """What comes from outside is parsed once."""
    with pytest.raises(ValidationError):
        Answer.model_validate({"member_code": "ATM01", **spoilt})


def test_an_exact_answer_at_the_notice_is_taken() -> None:
    """Some members answer by machine, at once."""
    change = answered(submitted(), outcome="Clear", response_date=NOTICE)

    assert change.ticket.member_responses[0].response_date == NOTICE
