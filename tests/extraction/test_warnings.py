"""What a person should know first: each condition and its code."""

import pytest

from domain.extraction import WarningCode
from domain.facts import TicketFacts
from extraction import read
from extraction.values.limits import CUTTABLE, fits, longest
from tests.extraction.documents import codes, order


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("Site Address: 12 Main St, Hobbs, NM 88240",), WarningCode.OUT_OF_STATE),
        (("Caller: Ana Ruiz", "Phone: 123-456-7890"), WarningCode.INVALID_PHONE),
        (("City: Not Supplied", "Pole No: TBD"), WarningCode.PLACEHOLDER_VALUES),
        (("County: Hays",), WarningCode.MULTIPLE_COUNTIES),
        (("Ticket Type: Cancellation",), WarningCode.CANCELLATION),
        (("Ticket Type: Short Notice",), WarningCode.UNMAPPED_TICKET_TYPE),
        (("Ticket Type: Emergency",), WarningCode.EMERGENCY_WITHOUT_JUSTIFICATION),
        (("Remarks: this is a test",), WarningCode.TEST_TICKET),
        (("City: Lockhart",), WarningCode.MISSING_COMPANY),
        (
            ("Site Address: 12 Oak St, Waco, TX 76701", "GPS: 40.7128, -74.0060"),
            WarningCode.ADDRESS_GPS_MISMATCH,
        ),
        (
            (
                "Contractor: Mesa",
                "City/State/Zip: Luling, TX 10001",
                "",
                "Site Address: 5 Elm St",
            ),
            WarningCode.ZIP_STATE_MISMATCH,
        ),
    ],
)
def test_a_condition_is_reported_by_its_code(lines: tuple[str, ...], code: WarningCode) -> None:
    """Programs act on codes, people on the sentence."""
    warnings = {warning.code: warning for warning in order(*lines).warnings}

    assert code in warnings
    assert warnings[code].message.endswith(".")


def test_an_order_without_fault_has_no_warning() -> None:
    """A warning that always comes is not read."""
    reading = order(
        "Contractor: Mesa Trenching LLC",
        "Caller: Ana Ruiz",
        "Phone: 512-555-0142",
        "Site Address: 410 Oak Ln, Lockhart, TX 78644",
    )

    assert reading.warnings == []


def test_an_impossible_phone_is_given_with_doubt_and_not_lost() -> None:
    """Whoever corrects it wants to see what was written."""
    reading = order("Caller: Ana Ruiz", "Phone: 123-456-7890")

    assert reading.fields["phone"].value == "123-456-7890"
    assert reading.fields["phone"].confidence < 0.9


def test_the_state_of_the_site_is_kept_beside_the_fields() -> None:
    """A ticket has no field for it; the reader of a warning wants it."""
    reading = order("Site Address: 12 Main St, Hobbs, NM 88240")

    assert reading.extra["state"].value == "NM"


def test_a_text_longer_than_its_field_is_cut_and_reported() -> None:
    """The beginning is kept, and somebody is told that there is more."""
    reading = order("Excavation Size: " + "long " * 60)

    value = reading.fields["work_area_size_description"].value
    assert isinstance(value, str)
    assert 190 < len(value) <= longest("work_area_size_description")
    assert WarningCode.TRUNCATED in codes(reading)


def test_a_name_longer_than_its_field_is_only_suggested() -> None:
    """Half a company is another company."""
    reading = order("Contractor: " + "Mesa " * 60)

    assert "company" not in reading.taken()
    assert reading.fields["company"].confidence < 0.6


def test_what_may_be_cut_is_text_of_the_ticket() -> None:
    """A field that was renamed would never be cut."""
    assert TicketFacts.model_fields.keys() >= CUTTABLE
    assert fits("depth_inches", 36)
    assert not fits("depth_inches", 10**9)


def test_an_empty_text_is_unreadable() -> None:
    """Blank pages are no order."""
    assert codes(read(b"   \n \n")) == {WarningCode.UNREADABLE}
