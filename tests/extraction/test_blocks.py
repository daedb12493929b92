"""Whose block is this: sections, columns, and parties that a label opens."""

import pytest

from extraction import read
from extraction.labels.concepts import find_label
from extraction.lines.blocks import Block, Blocks
from extraction.roles import Role
from tests.extraction.documents import order, readings


def test_the_section_decides_which_phone_is_which() -> None:
    """Five companies with five phones stand on a ticket; one of them digs."""
    taken = readings()["ticket.txt"].taken()

    assert (taken["company"], taken["phone"]) == ("Mesa Trenching LLC", "512-555-0142")


def test_a_member_or_a_footer_fills_nothing_even_if_nobody_else_does() -> None:
    """The receiver of a ticket is never the excavator."""
    reading = order(
        "Members Notified",
        "Company: Brazos Water Supply",
        "Phone: 512-555-0133",
        "Disclaimer",
        "Contractor: Texas Safety Board",
    )

    assert reading.fields.keys().isdisjoint({"company", "phone", "work_for"})


@pytest.mark.parametrize("first", ["County: Travis", "Cross Street: Elm St", "Lat: 30.27"])
def test_a_place_after_a_label_that_only_a_site_has_is_of_the_site(first: str) -> None:
    """The contractor's label opened the block, but a county is never his."""
    reading = order(
        "Contractor: Mesa Trenching LLC", first, "City: Austin", "Address: 5 Oak Ln"
    )

    taken = reading.taken()
    assert (taken["city"], taken["address"]) == ("Austin", "5 Oak Ln")
    assert "address_line_1" not in taken


def test_a_place_right_below_the_company_is_the_companys() -> None:
    """Nothing speaks of the site before it."""
    reading = order(
        "Contractor: Mesa Trenching LLC",
        "Address: 12 Depot St",
        "City/State/Zip: Luling, TX 78648",
        "",
        "Site Address: 5 Oak Ln",
    )

    taken = reading.taken()
    assert (taken["address_line_1"], taken["city_state_zip"]) == (
        "12 Depot St",
        "Luling, TX 78648",
    )
    assert taken["address"] == "5 Oak Ln"


def test_a_city_with_a_county_below_the_company_is_asked_about() -> None:
    """A person would read it as the site, and may be wrong."""
    reading = order("Contractor: Mesa Trenching LLC", "City: Austin", "County: Travis")

    assert reading.fields["city"].value == "Austin"
    assert 0.6 <= reading.fields["city"].confidence < 0.9


def test_the_county_of_the_customer_is_asked_about() -> None:
    """A utility writes the place of the work into the block of its customer."""
    job = b"Work Order #: 60417\nType of Work: Set new pole\n\n"
    customer = b"CUSTOMER\nName: Ada Moreno\nCity: Luling\nCounty: Caldwell\n"

    reading = read(job + customer)

    assert reading.fields["county"].value == "Caldwell"
    assert 0.6 <= reading.fields["county"].confidence < 0.9


def test_a_blank_line_ends_what_a_label_has_opened() -> None:
    """A plain phone far below the foreman is not the foreman's."""
    reading = order("Contractor: Mesa", "Foreman: Bill Tate", "", "Phone: 512-555-0142")

    assert reading.taken()["phone"] == "512-555-0142"
    assert "onsite_phone" not in reading.fields


def test_headings_side_by_side_open_a_section_a_column() -> None:
    """What stands under SITE is the site's, be it level with the contractor's name."""
    blocks, city = Blocks(), label("City")
    blocks.head(Role.EXCAVATOR, at=40, level=90)
    blocks.head(Role.SITE, at=310, level=91)

    assert blocks.role_of(city, at=50)[0] is Role.EXCAVATOR
    assert blocks.role_of(city, at=320)[0] is Role.SITE


def test_a_heading_below_ends_all_columns() -> None:
    """The lower half of a form has its own sections."""
    blocks = Blocks()
    blocks.head(Role.EXCAVATOR, at=40, level=90)
    blocks.head(Role.SITE, at=310, level=90)
    blocks.head(Role.WORK_FOR, at=40, level=300)

    assert blocks.role_of(label("Phone"), at=320)[0] is Role.WORK_FOR


def test_a_list_of_members_ends_with_a_blank_line_and_a_caller() -> None:
    """A ticket may go on after its members without another heading."""
    members = Block(Role.MEMBER)

    assert members.opened_by(label("Caller")).section is Role.MEMBER
    assert members.closed().opened_by(label("Caller")).section is Role.NONE


def label(words: str):
    found = find_label(words)
    assert found is not None
    return found
