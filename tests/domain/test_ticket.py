"""The ticket as a value: read from the customer's files, revised, and counted."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.gaps import GapSeverity, ValidationGap
from domain.ticket import Ticket, TicketStatus
from tests.builders import LATER, NOW, customer_json, make_draft, make_ticket

AWARE = st.datetimes(
    min_value=datetime(2000, 1, 2),  # noqa: DTZ001 - hypothesis wants it naive, and adds a zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.integers(-12 * 60, 14 * 60).map(
        lambda minutes: timezone(timedelta(minutes=minutes))
    ),
)


def make_gap(number: int = 0, **fields: Any) -> ValidationGap:
    """Return an open, required gap."""
    return ValidationGap.model_validate(
        {
            "id": f"gap-{number}",
            "category": "required_field",
            "field": "company",
            "problem": "field_missing",
            "severity": "required",
            "created_at": NOW,
            **fields,
        }
    )


def test_a_ticket_of_the_customers_own_making_is_read() -> None:
    """The files that are there today must open tomorrow."""
    ticket = Ticket.model_validate(customer_json())

    assert ticket.company == "Caprock Line Builders"
    assert ticket.ticket_type == "Update & Remark"
    assert ticket.is_trenchless is False
    assert ticket.validation_gaps[0].id == "11111111-2222-4333-8444-555555555555"
    assert ticket.member_responses[0].clearance_granted is True
    assert ticket.version == 0


def test_a_time_without_a_zone_in_a_customers_file_is_utc() -> None:
    """The specification writes `str(utcnow())`: a blank for the T, and no zone."""
    ticket = Ticket.model_validate(customer_json())

    assert ticket.created_at == datetime(2025, 8, 31, 11, 59, 59, 123456, tzinfo=UTC)
    assert ticket.validation_gaps[1].resolved_at == datetime(2025, 8, 31, 13, tzinfo=UTC)
    assert ticket.member_responses[0].response_date == datetime(2025, 9, 2, 8, 15, tzinfo=UTC)


def test_the_gap_count_of_a_customers_file_is_counted_again() -> None:
    """The specification's code counts once, before gaps are resolved."""
    claimed = customer_json()

    ticket = Ticket.model_validate(claimed)

    assert claimed["gap_count"] == 2
    assert ticket.gap_count == 1


def test_a_draft_that_says_nothing_is_the_same_after_a_round_trip() -> None:
    """Even an unreadable document becomes a ticket that can be stored and completed."""
    draft = make_draft()

    assert Ticket.model_validate_json(draft.model_dump_json()) == draft


def test_the_version_is_not_a_field_of_the_tickets_json() -> None:
    """It belongs to the file, under `_meta`; the specification knows no such field."""
    assert "version" not in make_ticket(version=7).model_dump()


@given(AWARE)
def test_a_time_in_any_zone_is_the_same_instant_in_utc(moment: datetime) -> None:
    """Two tickets are compared by their deadlines, wherever these were written."""
    ticket = make_draft(expires_at=moment)

    assert ticket.expires_at == moment
    assert ticket.expires_at.tzinfo is UTC
    assert Ticket.model_validate_json(ticket.model_dump_json()) == ticket


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize(
    ("field", "template"),
    [
        ("extraction_confidence", None),
        ("gps_coordinates", "latitude"),
        ("gps_coordinates", "longitude"),
        ("gps_coordinates", "confidence"),
    ],
)
def test_a_number_that_json_cannot_write_is_refused(
    field: str, template: str | None, number: float
) -> None:
    """NaN in a file is a file that other readers cannot open."""
    with pytest.raises(ValidationError):
        make_draft(**{field: {template: number} if template else number})


def test_a_text_that_utf_8_cannot_write_is_refused() -> None:
    """Half a surrogate pair would only fail later, when the file is written."""
    with pytest.raises(ValidationError, match="unicode"):
        make_draft(company="\ud800")


def test_a_field_that_the_ticket_does_not_have_is_refused() -> None:
    """A misspelt name in a file must not cost a fact."""
    with pytest.raises(ValidationError, match="depth_inch"):
        make_draft(depth_inch=36)


def test_the_gap_count_is_the_number_of_open_gaps() -> None:
    """What is resolved stays in the history and is not counted."""
    gaps = [make_gap(1), make_gap(2), make_gap(3, resolved_at=NOW)]

    ticket = make_draft(validation_gaps=gaps, gap_count=99)

    assert ticket.gap_count == 2
    assert [gap.id for gap in ticket.open_gaps] == ["gap-1", "gap-2"]


@given(st.lists(st.booleans(), max_size=8), st.integers())
def test_no_claim_about_the_gap_count_is_believed(opened: list[bool], claim: int) -> None:
    """Count and gaps can then never disagree, in whatever form the gaps come."""
    gaps = [
        make_gap(number, resolved_at=None if is_open else NOW)
        for number, is_open in enumerate(opened)
    ]
    as_json = [gap.model_dump(mode="json") for gap in gaps]

    for given_gaps in (gaps, tuple(gaps), as_json):
        ticket = make_draft(validation_gaps=given_gaps, gap_count=claim)

        assert ticket.gap_count == sum(opened)


@pytest.mark.parametrize("gaps", [None, 7, "gap", [7], [None]])
def test_gaps_that_are_none_are_refused_as_gaps(gaps: Any) -> None:
    """A damaged file must fail at its damage, not in the counting."""
    with pytest.raises(ValidationError, match="validation_gaps"):
        make_draft(validation_gaps=gaps)


def test_what_is_no_object_is_no_ticket() -> None:
    """A file that holds a list is damaged, and says so."""
    with pytest.raises(ValidationError, match="valid dictionary"):
        Ticket.model_validate(["ticket"])


@pytest.mark.parametrize(
    ("severity", "resolved_at", "stops"),
    [
        (GapSeverity.REQUIRED, None, True),
        (GapSeverity.REQUIRED, NOW, False),
        (GapSeverity.RECOMMENDED, None, False),
        (GapSeverity.WARNING, None, False),
    ],
)
def test_only_an_open_required_gap_stops_a_ticket(
    severity: GapSeverity, resolved_at: datetime | None, *, stops: bool
) -> None:
    """A recommendation must not keep a crew from digging."""
    gap = make_gap(severity=severity, resolved_at=resolved_at)

    ticket = make_draft(validation_gaps=[gap])

    assert ticket.has_required_gap is stops


def test_a_revision_is_a_new_ticket_and_the_old_one_stays() -> None:
    """Before and after are both needed to explain a change."""
    before = make_ticket()

    after = before.revised(now=LATER, city="Dallas", status=TicketStatus.CANCELLED)

    assert (after.city, after.status, after.updated_at) == ("Dallas", "Cancelled", LATER)
    assert (before.city, before.status, before.updated_at) == ("Austin", "Draft", NOW)
    assert after.version == before.version


@pytest.mark.parametrize(
    "wrong", [{"phone": "123"}, {"county": "x" * 101}, {"status": "Lost"}, {"colour": "red"}]
)
def test_a_revision_is_checked_like_a_new_ticket(wrong: dict[str, str]) -> None:
    """An edit is the easiest way to bring in what no document could."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        make_ticket().revised(now=LATER, **wrong)


def test_a_revision_keeps_what_it_does_not_name() -> None:
    """An edit of the city must not cost the gaps or the answers of the members."""
    before = Ticket.model_validate(customer_json())

    after = before.revised(now=LATER, city="Dallas")

    same = set(Ticket.model_fields) - {"city", "updated_at"}
    assert after.model_dump(include=same) == before.model_dump(include=same)
