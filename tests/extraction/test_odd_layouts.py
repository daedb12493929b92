"""Layouts that are rarer: captions, double spacing, page edges, quotes, arrows, two languages."""

import pytest

from extraction import read
from extraction.document import Document, lines_of
from extraction.intake import Medium
from extraction.pairs import Pair, pairs_of
from extraction.roles import Role
from tests.extraction.documents import order
from tests.extraction.quoting import is_reproduced

ROWS = (
    ("Work Order No.", "WO-55120"),
    ("Contractor", "Lone Prairie Trenching LLC"),
    ("Contact", "Marta Quill"),
    ("Type of work", "Replace gas service line"),
    ("Site address", "1418 Colcord Ave"),
    ("City", "Waco"),
    ("County", "McLennan"),
    ("Nearest cross street", "N 15th St"),
    ("Equipment", "Mini excavator"),
)
EXPECTED = {
    "work_order_ref": "WO-55120",
    "company": "Lone Prairie Trenching LLC",
    "contact_name": "Marta Quill",
    "type_of_work": "Replace gas service line",
    "address": "1418 Colcord Ave",
    "city": "Waco",
    "county": "McLennan",
    "nearest_intersection": "N 15th St",
    "equipment_type": "Mini excavator",
}
SPANISH = (
    "Orden de trabajo no.",
    "Contratista",
    "Contacto",
    "Tipo de trabajo",
    "Dirección del sitio",
    "Ciudad",
    "Condado",
    "Calle transversal más cercana",
    "Equipo",
)


def pairs(text: str) -> list[Pair]:
    return pairs_of(Document(medium=Medium.TEXT, lines=lines_of(text)))


def said(text: str) -> dict[str, str]:
    """Return the value of each concept that this text gives; the first, if there are several."""
    found: dict[str, str] = {}
    for pair in pairs(text):
        if pair.value:
            found.setdefault(pair.label.concept, pair.value)
    return found


@pytest.mark.parametrize(
    "row",
    [
        "{label}\t{value}\n",
        "{label}\u00a0: {value}\n",
        "\u2022 {label} \u2013 {value}\n",
        "\u201c{label}\u201d: \u201c{value}\u201d\n",
        '"{label}","{value}"\n',
        "{label}: {value}\r\n",
        "{label}: {value}\r",
        "> > {label}: {value}\n",
        "{label}? {value}\n",
        "{label} ??  {value}\n",
        "{label}: {value}\n\n",
        "{label}\n\n{value}\n\n",
        "{label}\n{value}\n",
        "{value}\n________________________\n({label})\n\n",
        "__{value}__\n{label}\n\n",
        "{label} _______{value}______\n",
        "- **{label}** \u2014 {value}\n",
        "[{label}] {value}\n",
        "<{label}> {value}\n",
        "({label}) {value}\n",
        "{label} [{value}]\n",
        "{label}- {value}\n",
        "{label} ; {value}\n",
        "{label} \u2192 {value}\n",
        "{label}\uff1a{value}\n",
        "{label}:\u200b {value}\n",
        "{label}: {value}\n\n\x0cAnother County Water   Page 2 of 4\n\n",
    ],
)
def test_a_form_is_read_however_it_sets_off_its_values(row: str) -> None:
    """Blanks, signs, rules and pages between a label and its value change nothing."""
    text = "WORK ORDER\n\n" + "".join(row.format(label=a, value=b) for a, b in ROWS)
    read_back = read(text.encode(), filename="order.txt")

    assert {name: read_back.fields[name].value for name in EXPECTED} == EXPECTED
    assert all(is_reproduced(name, found) for name, found in read_back.fields.items())


@pytest.mark.parametrize(
    "form",
    ["{other}: {value}\n", "{label} / {other}: {value}\n", "{label} ({other}): {value}\n"],
)
def test_labels_may_be_spanish_or_in_two_languages(form: str) -> None:
    """Crews in Texas fill in forms of both languages; accents make no difference."""
    rows = zip(ROWS, SPANISH, strict=True)
    text = "".join(form.format(label=a, other=c, value=b) for (a, b), c in rows)
    read_back = read(text.encode(), filename="order.txt")

    assert {name: read_back.fields[name].value for name in EXPECTED} == EXPECTED


def test_captions_name_the_columns_written_above_them() -> None:
    """A form to be filled in has its labels below the lines to write on."""
    found = said(
        "Lone Prairie Trenching          254-555-0161\n"
        "____________________________    ____________________\n"
        "(Contractor)                    (Phone)\n\n"
        "__1418 Colcord Ave__            ____Waco____\n"
        "(Site address)                  (City)\n\n"
        "4 ft                            2 days\n"
        "____________________________    ____________________\n"
        "(Depth)                         (Duration)\n"
    )

    assert found["company"] == "Lone Prairie Trenching"
    assert (found["phone"], found["depth"]) == ("254-555-0161", "4 ft")
    assert (found["address"], found["city"]) == ("1418 Colcord Ave", "Waco")


def test_a_title_that_is_underlined_is_no_value() -> None:
    """Below the rule under a heading stand labels with their own values."""
    found = said("DIG SITE\n________\nCity\nWaco\n\nCounty\nMcLennan\n\nPhone\n254-555-0161\n")

    assert (found["city"], found["county"]) == ("Waco", "McLennan")


def test_rows_of_two_or_three_labels_above_their_values() -> None:
    """A row of labels need not all be known, if a value stands right below each."""
    found = said(
        "CALLER                RANK                BEST TIME\n"
        "D BOUCHARD            OFFICE MGR          M-F 7-3\n\n"
        "TELEPHONE             FAX                 E-MAIL\n"
        "254-555-0161          254-555-0162        d@example.com\n\n"
        "STATE                 CITY                COUNTY\n"
        "TX                    WACO                MCLENNAN\n"
    )

    assert (found["caller"], found["phone"]) == ("D BOUCHARD", "254-555-0161")
    assert (found["city"], found["county"]) == ("WACO", "MCLENNAN")


def test_a_table_whose_cells_stand_nowhere_near_its_labels_is_not_read() -> None:
    """Columns that have shifted would give each value to the wrong label."""
    found = said(
        "Company   Phone   City   County   Depth   Boring   Equipment\n"
        "    Lone Prairie Trenching LLC of Texas     and more words here      and others\n"
    )

    assert "city" not in found
    assert "depth" not in found


def test_addresses_side_by_side_below_their_parties() -> None:
    """Each column is the block of the party that heads it."""
    found = pairs(
        "CONTRACTOR                SITE                      CUSTOMER\n"
        "Acme Trenching LLC        1418 Colcord Ave          John Smith\n"
        "PO Box 12                 Waco, TX 76701            254-555-0101\n"
        "Hewitt, TX 76643          McLennan County           j@example.com\n"
    )
    told = {(pair.label.concept, pair.role, pair.value) for pair in found}
    companies = [pair.value for pair in found if pair.label.concept == "company"]

    assert companies == ["Acme Trenching LLC"]
    assert ("address", Role.EXCAVATOR, "PO Box 12") in told
    assert ("city_state_zip", Role.EXCAVATOR, "Hewitt, TX 76643") in told
    assert ("phone", Role.WORK_FOR, "254-555-0101") in told


def test_what_stands_behind_the_recipient_is_the_recipients() -> None:
    """A ticket is sent to a member, whose desk and number are not the caller's."""
    found = pairs("TO : EL70  ATTN: MARKOUT DESK   PHONE: 254-555-0140\nPHONE: 254-555-0141\n")

    assert [pair.role for pair in found if pair.label.concept == "phone"] == [
        Role.MEMBER,
        Role.NONE,
    ]


def test_a_colon_below_a_colon_goes_on_with_the_value() -> None:
    """Tickets of fixed columns begin a second line with the colon alone."""
    found = said("Co addr     : 88 PRAIRIE RD STE B\n            : WACO, TX 76701\nFax: x\n")
    assert found["address"] == "88 PRAIRIE RD STE B"
    assert found["city_state_zip"] == "WACO, TX 76701"


def test_a_line_that_is_full_goes_on_below() -> None:
    """Where text is set to a narrow width, the next line carries the value on."""
    found = said(
        "Contractor: Lone Prairie\nTrenching LLC\nType of work: Replace gas\nservice line\n"
        "Nearest intersection: N\n15th St and Colcord Ave\nCity: Waco\nCounty: McLennan\n"
    )

    assert found["company"] == "Lone Prairie Trenching LLC"
    assert found["type_of_work"] == "Replace gas service line"
    assert found["cross_1"] == "N 15th St and Colcord Ave"
    assert (
        "Trenching"
        not in said("Contractor: Lone Prairie\nTrenching ahead\nCity: Waco\n")["company"]
    )


def test_the_head_or_foot_of_a_page_only_interrupts_running_text() -> None:
    """What is said goes on behind it, and the page is no part of it."""
    found = said(
        "Remarks: Mark from the meter to\nPage 1 of 2\n\x0cWork Order 4410       Page 2 of 2\nthe alley\n"
    )
    assert found["remarks"] == "Mark from the meter to the alley"


def test_a_label_that_is_repeated_in_each_line_is_one() -> None:
    """Dispatch systems print the label of the comments before each line of them."""
    found = said("Comments: STRONG ODOR AT CURB\nComments: CREW WILL DIG\nCity: Waco\n")
    assert found["remarks"] == "STRONG ODOR AT CURB CREW WILL DIG"


@pytest.mark.parametrize(
    ("text", "concept", "value"),
    [
        ("Company: Oak Fiber Inc Type: Cont", "company", "Oak Fiber Inc"),
        ("Exp: N", "is_blasting", "N"),
        ("Exp: 04/24/2026", "expires_at", "04/24/2026"),
        ("Street address of pole: 29 Elm St", "address", "29 Elm St"),
        ("Is that all? The county clerk called", "county", None),
        ("Did you see the county? We did", "county", None),
        ("Ticket #: Y", "ticket", None),
        ("Phone: a@example.com", "email", "a@example.com"),
        ("Phone: 254-555-0100   Mark from here", "marking", None),
    ],
)
def test_a_value_tells_what_its_label_means(text: str, concept: str, value: str | None) -> None:
    """Short labels have two meanings, and a question in a sentence has none."""
    assert said(text).get(concept) == value


def test_a_contact_beside_a_caller_is_met_at_the_site() -> None:
    """The caller gave the notice; who else is named in the block is on site."""
    fields = order(
        "Ticket No: 262571234",
        "Company : TARWATER CABLE LLC",
        "Caller  : RENEE TARWATER          Phone: 254-555-0111",
        "Contact : LUIS OCAMPO             Phone: 254-555-0112",
    ).fields
    assert fields["contact_name"].value == "RENEE TARWATER"
    assert fields["phone"].value == "254-555-0111"
    assert fields["onsite_contact_name"].value == "LUIS OCAMPO"
    assert fields["onsite_phone"].value == "254-555-0112"


def test_the_contractors_own_contact_is_the_caller_not_the_engineer_who_asked() -> None:
    """`Requested by` names the utility's engineer where the contractor has a contact."""
    fields = order(
        "Requested by: A. Zuniga",
        "Contractor: Navasota Line Works LLC",
        "Contractor contact name: Marvin Teague",
    ).fields
    assert fields["contact_name"].value == "Marvin Teague"
