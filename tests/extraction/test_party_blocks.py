"""Blocks of a party below a heading, alone or side by side, and whose of two parties a value is."""

import pytest

from tests.extraction.pages import pdf
from tests.extraction.test_keys_together import taken

HEAD = "LLANO BEND ELECTRIC COOPERATIVE\nWORK ORDER 26-55817\n\n"
TAIL = "\n\nScope: bore under driveway and set 2 handholes, 36 in deep\nDuration: 3 days\n"
DIGGER = {
    "company": "Lone Pine Directional, Inc.",
    "contact_name": "Tammy Oakes",
    "address_line_1": "771 Spur 10",
    "city_state_zip": "Needville, TX 77461",
}
BESIDE = """\
CONTRACTOR                      OWNER
Lone Pine Directional, Inc.     Llano Bend Electric Coop
Tammy Oakes                     PO Box 88
771 Spur 10                     Llano, TX 78643
Needville, TX 77461             979-555-0110
979-555-0171

SITE                            FOREMAN
1200 Cottonwood School Rd       Rex Alvarado
Rosenberg, TX 77471             979-555-0172"""
DESIGNER = """\
ASSIGNED CONTRACTOR             UTILITY DESIGNER
Lone Pine Directional, Inc.     D. Marsh
771 Spur 10                     Rosenberg Service Ctr
Needville, TX 77461             Ofc 979-555-0141
Attn: Tammy Oakes               Fax 979-555-0142
Ph 979-555-0171                 Cell 979-555-0143
--------------------------------------------------
JOB SITE   1200 Cottonwood School Rd    CITY  Rosenberg    CNTY  Fort Bend
FOREMAN: Rex Alvarado     979-555-0172"""
LABELS = """\
CONTRACTOR                      JOB SITE
Lone Pine Directional, Inc.     Address: 1200 Cottonwood School Rd
771 Spur 10                     City: Rosenberg
Needville, TX 77461             County: Fort Bend
Ph: 979-555-0171                Cross: FM 723
Contact: Tammy Oakes            Foreman: Rex Alvarado 979-555-0172"""
ALONE = """\
CONTRACTOR

Lone Pine Directional, Inc.
771 Spur 10
Needville, TX 77461
Tammy Oakes 979-555-0171

JOB SITE
1200 Cottonwood School Rd
Rosenberg, TX 77471

Foreman: Rex Alvarado 979-555-0172"""
ASKED = """\
  Work performed by:              For:
  Lone Pine Directional, Inc.     Llano Bend Electric Cooperative
  771 Spur 10                     201 S Ave F
  Needville, TX 77461             Llano, TX 78643
  Tammy Oakes 979-555-0171        Planner: Max Oto 979-555-0190

  Site: 1200 Cottonwood School Rd, Rosenberg     County: Fort Bend
  Foreman: Rex Alvarado 979-555-0172"""


@pytest.mark.parametrize("blocks", [BESIDE, DESIGNER, LABELS, ALONE, ASKED])
def test_a_block_below_a_heading_is_that_party(blocks: str) -> None:
    """Each column belongs to its heading, and neither is a table; a designer digs nothing."""
    found = taken((HEAD + blocks + TAIL).encode())
    assert {field: found.get(field) for field in DIGGER} == DIGGER
    assert found["phone"] == "979-555-0171"
    assert found["onsite_contact_name"] == "Rex Alvarado"
    assert found["onsite_phone"] == "979-555-0172"
    assert found["address"] == "1200 Cottonwood School Rd"
    assert found["city"] == "Rosenberg"
    assert str(found["work_for"]).upper().startswith("LLANO BEND ELECTRIC")


def test_two_labels_over_two_values_stay_a_table() -> None:
    """No street, place or number stands below: these are cells, and no block of a party."""
    text = "WORK ORDER 44182\nCONTRACTOR            FOREMAN\nAlto Line LLC         Bo Sanders\n"
    found = taken((text + "Address: 22 Oak Ln, Bastrop TX" + TAIL).encode())
    assert (found["company"], found["onsite_contact_name"]) == ("Alto Line LLC", "Bo Sanders")


def test_a_page_gives_the_name_of_a_firm_without_its_office() -> None:
    """The block below a label of a page is a name, a street and a place, and not one name."""
    rows = [
        (72, 740, "WORK ORDER 26-55817"),
        (72, 700, "CONTRACTOR"),
        (330, 700, "OWNER"),
        (72, 686, "Lone Pine Directional, Inc."),
        (330, 686, "Llano Bend Electric Coop"),
        (72, 672, "771 Spur 10"),
        (330, 672, "PO Box 88"),
        (72, 658, "Needville, TX 77461"),
        (330, 658, "Llano, TX 78643"),
        (72, 620, "Job site: 1200 Cottonwood School Rd, Rosenberg"),
        (72, 606, "Scope: bore under driveway and set 2 handholes, 36 in deep"),
    ]
    found = taken(pdf([(left, 792 - up, words) for left, up, words in rows]))
    assert found["company"] == "Lone Pine Directional, Inc."
    assert found["address_line_1"] == "771 Spur 10"
    assert found["city_state_zip"] == "Needville, TX 77461"
    assert found["work_for"] == "Llano Bend Electric Coop"


CITY = """\
** AFTER HOURS EMERGENCY **   11/14/2026 22:41
CITY OF ABILENE / WATER UTILITIES
{numbers}
LOCATION: 1820 S 14TH ST
PROBLEM: SERVICE LINE LEAK, WATER RUNNING IN STREET
COMMENTS: {crew} ON SITE WILL DIG UP AT CURB. NEED EMERG LOCATES
CALL BACK: CREW LEADER T. MOSS 325-555-0161
"""


@pytest.mark.parametrize(
    "numbers",
    [
        "CSR 26-41773   WO 88213",
        "SR 26-41773 >> WO 88213   PRI 1   STATUS DISPATCHED",
        "INC 2026-8841 / WO 88213",
        "SR: 26-41773\nWO 88213",
    ],
)
def test_a_city_whose_crew_comes_digs_under_its_own_number(numbers: str) -> None:
    """The number of the order goes before that of the call; the city works in its streets."""
    text = CITY.format(numbers=numbers, crew="CREW 4")
    found = taken(text.encode())
    assert found["work_order_ref"] == "88213"
    assert str(found["company"]).upper() == "CITY OF ABILENE"
    assert str(found["city"]).upper() == "ABILENE"
    assert found["ticket_type"] == "Emergency"
    assert "LEAK" in str(found["type_of_work"])


def test_a_city_that_hires_somebody_does_not_dig() -> None:
    text = CITY.format(numbers="WO 88213", crew="CONTRACTOR CREW 4")
    assert "company" not in taken(text.encode())
