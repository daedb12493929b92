"""From words to values: placeholders, people, phones, depths, durations, places."""

import pytest

from domain.extraction import WarningCode
from extraction.values.addresses import county_in, split_address
from extraction.values.coordinates import coordinate, point_of
from extraction.values.measures import days_of, inches_of
from extraction.values.normalise import normalise
from extraction.values.phones import extension_of, is_possible, phone_extension_of, phone_of
from tests.extraction.documents import codes, order


@pytest.mark.parametrize(
    "words",
    ["", "N/A", "none", "Not Supplied", "TBD", "--", "___", "0", "xxx", "<none>", "Unknown"],
)
@pytest.mark.parametrize("field", ["company", "county", "subdivision", "pole_id"])
def test_a_placeholder_is_empty(field: str, words: str) -> None:
    """What stands where nothing was filled in is a question, not an answer."""
    assert normalise(field, words) is None


@pytest.mark.parametrize(
    ("words", "inches"),
    [
        ("6 ft", 72),
        ("6'", 72),
        ("5 ft 6 in", 66),
        ("24-48 inches", 48),
        ('30"', 30),
        ("about four feet", 48),
        ("2.5 feet", 30),
        ("1 yard", 36),
        ("4", None),
        ("to frost line", None),
    ],
)
def test_a_depth_is_the_greatest_in_inches(words: str, inches: int | None) -> None:
    """A number without a unit may be feet or inches: it says nothing."""
    assert inches_of(words) == inches


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("2 days", 2),
        ("2-4 days", 4),
        ("three weeks", 21),
        ("1 month", 30),
        ("6 hours", 1),
        ("1 yr", 365),
        ("soon", None),
    ],
)
def test_a_duration_is_the_longest_in_days(words: str, days: int | None) -> None:
    """Weeks, months and hours become days; a part of a day is a day."""
    assert days_of(words) == days


@pytest.mark.parametrize(
    "words",
    [
        "30.2672, -97.7431",
        "-97.7431 30.2672",
        "30.2672/97.7431",
        "30.2672 N 97.7431 W",
        "30\u00b0 16' 01.92\" N, 97\u00b0 44' 35.16\" W",
        "30 16 01.92 N 97 44 35.16 W",
    ],
)
def test_a_coordinate_is_read_in_all_its_forms(words: str) -> None:
    """Decimal or in minutes and seconds, in either order, with or without the minus."""
    point = point_of(words)

    assert point is not None
    assert point == pytest.approx((30.2672, -97.7431), abs=1e-5)


@pytest.mark.parametrize("words", ["12.50, 3.75", "51.5074, -0.1278", "TX 78701", "1.5 x 2.5"])
def test_numbers_that_lie_nowhere_near_are_no_coordinate(words: str) -> None:
    """Prices and sizes come in pairs, too."""
    assert coordinate(words) is None


def test_exchanged_latitude_and_longitude_are_put_right_and_reported() -> None:
    """It is the most frequent mistake in exports."""
    reading = order("Latitude: -97.7431", "Longitude: 30.2672")

    finding = reading.fields["gps_coordinates"]
    assert finding.value == {"latitude": 30.2672, "longitude": -97.7431, "source": "extracted"}
    assert finding.confidence < 0.9
    assert WarningCode.LAT_LON_SWAPPED in codes(reading)


@pytest.mark.parametrize(
    ("words", "phone"),
    [
        ("(512) 555-0142", "512-555-0142"),
        ("+1 512.555.0142", "512-555-0142"),
        ("5125550142 x7", "512-555-0142"),
        ("555-0142", None),
        ("call me", None),
    ],
)
def test_a_phone_has_ten_digits_and_one_spelling(words: str, phone: str | None) -> None:
    """Seven digits reach nobody in another area."""
    assert phone_of(words) == phone


@pytest.mark.parametrize("words", ["512-555-0142 x7", "(512) 555-0142 ext. 7", "5125550142 #7"])
def test_an_extension_behind_a_phone_is_kept(words: str) -> None:
    """Without it the call ends at a switchboard."""
    assert phone_extension_of(words) == "7"


def test_an_extension_with_its_own_label_needs_a_digit_that_counts() -> None:
    """000 is what exports write for none."""
    assert (extension_of("ext 42"), extension_of("000")) == ("42", None)


def test_a_number_that_cannot_ring_is_told_from_one_that_can() -> None:
    """Numbers for examples in a real area are taken for real."""
    assert is_possible("512-555-0142")
    assert not is_possible("123-456-7890")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Raymond Tovar (Foreman)", "Raymond Tovar"),
        ("Luther Odom, crew 3", "Luther Odom"),
        ("Ana Ruiz - Project Manager", "Ana Ruiz"),
        ("Ana Ruiz 512-555-0142", "Ana Ruiz"),
        ("Mary-Jo O'Neil, Jr.", "Mary-Jo O'Neil, Jr."),
        ("(Foreman)", "(Foreman)"),
        ("07:30", None),
    ],
)
def test_a_person_is_named_without_what_stands_behind(words: str, name: str | None) -> None:
    """Title, crew and number are no part of a name."""
    assert normalise("contact_name", words) == name


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("410 Oak Ln, Lockhart, TX 78644", ("410 Oak Ln", "Lockhart", "TX", "78644")),
        ("410 Oak Ln Lockhart TX", ("410 Oak Ln", "Lockhart", "TX", None)),
        (
            "410 Oak Ln, Lockhart, Caldwell County, Texas",
            ("410 Oak Ln", "Lockhart", "TX", None),
        ),
        ("410 Oak Ln", ("410 Oak Ln", None, None, None)),
    ],
)
def test_an_address_is_split_where_its_street_ends(
    words: str, parts: tuple[str, str | None, str | None, str | None]
) -> None:
    """By commas, else behind the kind of street."""
    assert split_address(words) == parts


def test_the_county_in_an_address_is_found() -> None:
    """A street that is called County Road names none."""
    assert county_in("410 Oak Ln, Lockhart, Caldwell County, TX 78644") == "Caldwell County"
    assert county_in("410 County Road 318, Lockhart, TX") is None


@pytest.mark.parametrize(
    ("words", "ticket_type"),
    [
        ("ROUTINE", "Normal"),
        ("Non-Emergency", "Normal"),
        ("EMERGENCY - CREW ON SITE", "Emergency"),
        ("Update", "Update"),
        ("Update and remark", "Update & Remark"),
        ("2nd Request", "No Response"),
        ("Damage / Dig Up", "Dig Up"),
        ("Demolition", "Demolition"),
        ("Design", "Survey/Design"),
        ("Short notice", None),
    ],
)
def test_the_words_of_the_centers_become_our_kinds_of_ticket(
    words: str, ticket_type: str | None
) -> None:
    """What has no counterpart in Texas is not forced into one."""
    assert normalise("ticket_type", words) == ticket_type


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        ("is_boring", "Yes", True),
        ("is_boring", "[x]", True),
        ("is_boring", "N", False),
        ("is_boring", "see remarks", None),
        ("white_lines_painted", "Yes - white paint", True),
        ("white_lines_painted", "pink flags", None),
        ("priority_level", "RUSH", "Rush"),
        ("county", "mclennan co.", "McLennan"),
        ("city", "City of Waco, TX", "Waco"),
        ("work_order_ref", "# 60-417 ", "60-417"),
        ("work_order_ref", "03/02/2026", None),
        ("work_start_at", "03/02/26 4:05 PM", "2026-03-02T16:05"),
    ],
)
def test_each_kind_of_value_has_one_spelling(field: str, words: str, value: object) -> None:
    """Whoever reads the ticket should not have to guess."""
    assert normalise(field, words) == value


@pytest.mark.parametrize(
    "field", ["is_boring", "is_trenchless", "is_blasting", "white_lines_painted"]
)
def test_a_yes_or_no_that_nobody_stated_stays_open(field: str) -> None:
    """They are legal statements: silence is not a no."""
    assert field not in order("Method: trencher").fields
