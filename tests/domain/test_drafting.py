"""From a work order to a ticket that a person can confirm."""

from typing import Any

import pytest

from domain.audit import Actor, event_id
from domain.drafting import open_ticket, revalidate
from domain.extraction import ExtractionWarning, WarningCode
from domain.ticket import Ticket, TicketStatus, ValidationStatus
from tests.builders import LATER, NOW, make_draft, make_extraction, make_finding, make_order
from tests.domain.lives import DANA

BEFORE_CONFIRMATION = {
    TicketStatus.DRAFT,
    TicketStatus.EXTRACTING,
    TicketStatus.VALIDATING_FIELDS,
    TicketStatus.VALID_PENDING_CONFIRM,
}


def opened(**values: Any) -> Ticket:
    """Return the stored ticket of an order whose document says all, changed in what is given."""
    change = open_ticket(make_order(), make_extraction(**values), now=NOW)
    return change.ticket.model_copy(update={"version": 1})


def test_a_whole_work_order_becomes_a_ticket_that_waits_for_a_person() -> None:
    """Nothing is submitted that nobody confirmed."""
    change = open_ticket(make_order(), make_extraction(), now=LATER)

    ticket = change.ticket
    assert ticket.status is TicketStatus.VALID_PENDING_CONFIRM
    assert ticket.validation_status is ValidationStatus.VALID
    assert (ticket.company, ticket.depth_inches) == ("Caprock Line Builders", 72)
    assert (ticket.created_at, ticket.requested_at) == (LATER, NOW)
    assert ticket.last_validated_at == LATER


def test_a_work_order_that_lacks_a_required_fact_becomes_a_draft() -> None:
    """It is asked about and never thrown away."""
    change = open_ticket(make_order(), make_extraction(county=None), now=NOW)

    assert change.ticket.status is TicketStatus.DRAFT
    assert change.ticket.validation_status is ValidationStatus.INVALID


def test_a_ticket_remembers_where_it_came_from() -> None:
    """The way back to the evidence must not need a search."""
    warning = ExtractionWarning(code=WarningCode.OCR_USED, message="Pictures.")
    read = make_extraction().model_copy(update={"warnings": [warning]})
    order = make_order()

    ticket = open_ticket(order, read, now=NOW).ticket

    assert (ticket.id, ticket.work_order_id) == (order.ticket_id, order.id)
    assert ticket.work_order_filename == "order.pdf"
    assert ticket.extraction_confidence == read.confidence
    assert ticket.extraction_warnings == ["ocr_used: Pictures."]
    assert ticket.version == 0


def test_a_value_that_is_not_sure_enough_is_asked_and_not_filled_in() -> None:
    """A wrong county sends the notice to the wrong operators."""
    read = make_extraction(county=make_finding("Travis", 0.59))

    ticket = open_ticket(make_order(), read, now=NOW).ticket

    assert ticket.county is None
    assert [gap.suggested_values for gap in ticket.open_gaps] == [["Travis"]]


def test_the_creation_is_explained_by_an_event() -> None:
    """Who made this ticket, when, from what?"""
    order = make_order(actor=Actor.CUSTOM_GPT)

    change = open_ticket(order, make_extraction(), now=LATER)

    event = change.event
    assert event.id == event_id(order.ticket_id, 1)
    assert (event.ticket_id, event.timestamp) == (order.ticket_id, LATER)
    assert (event.actor, event.action) == (Actor.CUSTOM_GPT, "ticket_created")
    assert (event.from_status, event.to_status) == (None, "ValidPendingConfirm")
    assert event.changed_fields == list(event.field_changes)
    assert event.field_changes["city"] == {"before": None, "after": "Austin"}
    assert event.notes == "Created from work order order-1 (order.pdf)"


def test_an_order_without_a_file_is_noted_without_one() -> None:
    """Facts can be stated without any document."""
    change = open_ticket(make_order(filename=None), make_extraction(), now=NOW)

    assert change.event.notes == "Created from work order order-1"


def test_the_same_order_opens_the_same_ticket_in_every_run() -> None:
    """A job that is done twice must find its own work there."""
    first = open_ticket(make_order(), make_extraction(city=None), now=NOW)

    assert open_ticket(make_order(), make_extraction(city=None), now=NOW) == first


@pytest.mark.parametrize("missing", [{}, {"county": None}, {"depth_inches": None}], ids=str)
def test_a_validation_that_finds_nothing_new_changes_nothing(missing: dict[str, Any]) -> None:
    """A nightly run must not fill the history with the same sentence."""
    read = make_extraction(**missing)
    ticket = opened(**missing)

    assert revalidate(ticket, read, now=LATER) is None


def test_a_ticket_that_was_never_validated_is_validated_even_if_whole() -> None:
    """Valid must mean that somebody looked."""
    whole = opened().model_copy(update={"last_validated_at": None})

    change = revalidate(whole, make_extraction(), now=LATER)

    assert change is not None
    assert change.ticket.last_validated_at == LATER


def test_a_validity_that_its_gaps_belie_is_corrected() -> None:
    """The customer's own files may call a ticket Invalid that has no gap."""
    whole = opened().model_copy(update={"validation_status": ValidationStatus.INVALID})

    change = revalidate(whole, make_extraction(), now=LATER)

    assert change is not None
    assert change.ticket.validation_status is ValidationStatus.VALID


def test_an_answered_question_moves_the_draft_on() -> None:
    """The last required answer makes the ticket ready for its confirmation."""
    draft = opened(county=None).revised(now=NOW, county="Travis")

    change = revalidate(draft, make_extraction(county=None), now=LATER, by=DANA)

    assert change is not None
    assert change.ticket.status is TicketStatus.VALID_PENDING_CONFIRM
    assert (change.event.action, change.event.actor) == ("ticket_validated", Actor.USER)
    assert (change.event.from_status, change.event.to_status) == (
        "Draft",
        "ValidPendingConfirm",
    )
    assert change.event.id == event_id(draft.id, 2)
    assert change.event.notes is None


def test_a_fact_that_is_withdrawn_moves_the_ticket_back() -> None:
    """A ticket that waits for confirmation must be whole when it is confirmed."""
    waiting = opened().revised(now=NOW, county=None)

    change = revalidate(waiting, None, now=LATER)

    assert change is not None
    assert change.ticket.status is TicketStatus.DRAFT
    assert change.event.actor is Actor.SYSTEM


def test_a_validation_offers_what_was_read_before_and_after_the_confirmation() -> None:
    """Whoever is asked for the city sees what the document says about it."""
    for status in (TicketStatus.DRAFT, TicketStatus.READY):
        unsaid = opened().revised(now=NOW, city=None, status=status)

        change = revalidate(unsaid, make_extraction(), now=LATER)

        assert change is not None
        [gap] = [gap for gap in change.ticket.open_gaps if gap.field == "city"]
        assert gap.suggested_values == ["Austin"]


@pytest.mark.parametrize(
    "status",
    [
        one
        for one in TicketStatus
        if one not in {"Draft", "Extracting", "ValidatingFields", "ValidPendingConfirm"}
    ],
)
def test_a_confirmed_ticket_keeps_its_status_whatever_is_found(status: TicketStatus) -> None:
    """Its facts are with the center already; only the gaps are shown."""
    confirmed = opened().revised(now=NOW, county="Bexer", status=status)

    change = revalidate(confirmed, None, now=LATER)

    assert change is not None
    assert change.ticket.status is status
    assert change.ticket.validation_status is ValidationStatus.INVALID
    assert "unknown_county" in [gap.problem for gap in change.ticket.open_gaps]


def test_a_ticket_without_a_document_is_validated_by_its_facts() -> None:
    """Files of the customer's own making have no extraction beside them."""
    change = revalidate(make_draft(), None, now=LATER)

    assert change is not None
    assert change.ticket.status is TicketStatus.DRAFT
    assert change.ticket.gap_count > 0
