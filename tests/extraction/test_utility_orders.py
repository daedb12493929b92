"""Orders of utilities: who digs when a crew of their own goes, and what their sheets say."""

import pytest

from domain.extraction import Extraction
from extraction import read

OWN = """SALADO BEND MUNICIPAL ELECTRIC
P.O. Box 48 * Salado, Texas 76571 * 254-555-0140

Service Order No. 26-00418
Address: 212 Rock Creek Dr, Salado 76571
County: Bell
Cross St: Mill Pond Rd
Crew Leader: Ana Villa
Crew Phone: 254-555-0177
New Pole: 45 ft class 3
Locates: called 3/4
Work: Set pole, trench 20 ft to pad, 36 in. deep
Days on job: 3
"""
HIRED = """ALTO PRAIRIE GAS, LP          CONSTRUCTION ORDER  AP-7-2241

+------------------------+--------------------+-------------+
| Address                | City / Zip         | County      |
| 88 Cedar Post Rd       | Wimberley 78676    | Hays        |
+------------------------+--------------------+-------------+
| Subdivision            | Lot / Blk          | Drop        |
| Cedar Post Sec 2       | Lot 6 Blk 1        |             |
+------------------------+--------------------+-------------+
Drawn by: P. Ochoa 512-555-0121
Assigned to: Contractor
Sub: Dry Comal Bore Co.
Sub PM: Ines Paz / 830-555-0133 / ines@drycomal.example.com
Sub yard: 14 Quarry Ln, New Braunfels, TX 78130
Lead: Otto R.   Lead cell: 830-555-0139
Customer: Blanco Storage LP
Scope: Install 2 in. main, bore Cedar Post Rd (48 in cover)
White lining: not done
"""


def _values(text: str) -> dict[str, object]:
    found: Extraction = read(text.encode(), filename="order.txt")
    return {name: one.value for name, one in found.fields.items() if one.confidence >= 0.6}


def test_a_crew_of_the_utility_digs_for_the_utility() -> None:
    values = _values(OWN)
    assert values["company"] == values["work_for"] == "SALADO BEND MUNICIPAL ELECTRIC"
    assert values["address_line_1"] == "P.O. Box 48"
    assert values["city_state_zip"] == "Salado, Texas 76571"
    assert values["phone"] == "254-555-0140"
    assert values["onsite_phone"] == "254-555-0177"
    assert (values["address"], values["city"]) == ("212 Rock Creek Dr", "Salado")
    assert values["duration_days"] == 3
    assert values["depth_inches"] == 36


def test_what_is_no_number_and_no_instruction_is_not_taken() -> None:
    values = _values(OWN)
    assert "pole_id" not in values
    assert "marking_instructions" not in values


@pytest.mark.parametrize("line", ["Contractor:", "Excavator: TBD"])
def test_an_order_that_leaves_open_who_is_hired_names_nobody(line: str) -> None:
    assert "company" not in _values(f"{OWN}{line}\n")


def test_the_people_and_the_yard_of_a_hired_firm_are_its_own() -> None:
    values = _values(HIRED)
    assert values["company"] == "Dry Comal Bore Co."
    assert values["work_for"] == "ALTO PRAIRIE GAS, LP"
    assert values["contact_name"] == "Ines Paz"
    assert values["phone"] == "830-555-0133"
    assert values["email"] == "ines@drycomal.example.com"
    assert values["address_line_1"] == "14 Quarry Ln"
    assert values["onsite_phone"] == "830-555-0139"


def test_the_work_tells_of_boring_and_depth_and_a_ruled_grid_of_the_lot() -> None:
    values = _values(HIRED)
    assert values["is_boring"] is True
    assert values["depth_inches"] == 48
    assert values["white_lines_painted"] is False
    assert values["subdivision"] == "Cedar Post Sec 2"
    assert values["lot_block"] == "Lot 6 Blk 1"
    assert values["city"] == "Wimberley"
    assert values["work_order_ref"] == "AP-7-2241"


def test_a_signature_in_one_line_names_the_firm_and_its_office() -> None:
    mail = (
        b"From: Desk <desk@altobore.example.com>\r\nTo: locates@altobore.example.com\r\n"
        b"Subject: FW: SO 441907 new service\r\n\r\nPlease call this one in.\r\n\r\n"
        b"Alto Bore Co.  |  9900 Elm Creek Rd  |  Elgin, TX 78621\r\n\r\n"
        b"SO: 441907\r\nService addr: 12 Pecan St, Elgin, TX 78621\r\nCounty: Bastrop\r\n"
        b"Work: Install 1 in. service, bore Pecan St\r\nWhite line: No\r\nKey map: 45\r\n"
    )
    found = read(mail, filename="order.eml")
    assert found.fields["company"].value == "Alto Bore Co."
    assert found.fields["address_line_1"].value == "9900 Elm Creek Rd"
