"""Habits of orders and jobs: who digs and who owns, what is a list and what is one work."""

import json

import pytest

from domain.extraction import WarningCode
from extraction import read
from tests.extraction.test_keys_together import taken


def make_ready(
    owner: str, attacher: str, contractor: str, tag: tuple[str, str], **more: object
) -> dict[str, object]:
    """Return a job of three poles with three parties, each with people of its own."""
    poles = [
        {
            tag[0]: {tag[1]: f"GC 4041{number}", "owner": "Geronimo Creek EC"},
            "lat": 29.58 + number / 1000,
            "lon": -97.96,
        }
        for number in range(3)
    ]
    return {
        "export": {"tool": "PoleBook", "generatedBy": "k.alvarado@example.com"},
        "job": {
            "jobNumber": "MRJ-1",
            owner: {"name": "Geronimo Creek Electric Cooperative", "phone": "830-555-0171"},
            attacher: {
                "name": "Lantana Fiber",
                "projectManager": "Ivy Koss",
                "phone": "512-555-0172",
            },
            contractor: {
                "name": "Tres Rios Pole Line Contractors",
                "contactName": "Benita Salas",
                "contactPhone": "830-555-0173",
                "contactEmail": "bsalas@example.com",
            },
            "workDescription": "Replace pole and reset down guy anchor",
            "site": {"address": "1120 N Guadalupe St", "city": "Seguin", "state": "TX"},
            "poles": poles,
            "comments": [{"at": "2026-07-14", "text": "Owner approved the estimate."}],
            **more,
        },
    }


@pytest.mark.parametrize(
    "job",
    [
        make_ready(
            "poleOwner", "attachingCompany", "constructionContractor", ("poleTag", "tagText")
        ),
        make_ready("pole_owner", "attacher", "contractor", ("pole_tag", "tag_no")),
        make_ready(
            "hostUtility", "attaching_entity", "lineContractor", ("poleNumber", "number")
        ),
        make_ready(
            "owner", "Attacher", "Contractor", ("PoleTag", "TagText"), projectManager="Zed Omar"
        ),
    ],
)
def test_who_digs_goes_before_who_owns_and_who_attaches(job: dict[str, object]) -> None:
    found = taken(job)
    assert found["company"] == "Tres Rios Pole Line Contractors"
    assert found["contact_name"] == "Benita Salas"
    assert (found["phone"], found["email"]) == ("830-555-0173", "bsalas@example.com")
    assert found["work_for"] == "Geronimo Creek Electric Cooperative"
    assert found["pole_id"] == "GC 40410"
    assert not {"nearest_intersection", "work_area_description"} & set(found)


def test_several_poles_in_a_list_are_several_places() -> None:
    job = make_ready("poleOwner", "attacher", "contractor", ("poleTag", "tagText"))
    codes = {warning.code for warning in read(json.dumps(job).encode()).warnings}
    assert WarningCode.MULTIPLE_LOCATIONS in codes


def test_keys_of_places_that_hold_a_date() -> None:
    site = {"houseNumber": "12", "street": "Elm St", "city": "Waco", "crossing": "W Oak Ave"}
    ticket = {
        "ticketNo": "12345678",
        "prior_tkt": "87654321",
        "taken_at": "2026-09-09T09:14",
        "legal_at": "2026-09-11T09:15:00-05:00",
        "at": "2026-09-09 10:00",
        "company": "Redbud Underground LLC",
        "site": site,
        "markings": "Mark from the pedestal at the NW corner to the alley",
        "remarks": "Still digging. Please refresh marks.",
    }
    found = taken({"ticket": ticket})
    assert (found["address"], found["nearest_intersection"]) == ("12 Elm St", "W Oak Ave")
    assert found["previous_ticket_number"] == "87654321"
    assert found["work_area_description"] == ticket["markings"]
    railway = taken({"ticket": ticket | {"site": site | {"crossing": "RAILROAD"}}})
    assert "nearest_intersection" not in railway


ORDER = """BRAZOS FORK ELECTRIC COOPERATIVE        OUTAGE MANAGEMENT
{number}        STATUS ...... ASSIGNED

-- {heading} ------------------------------------------------
ACCOUNT ............. 3340018-02            NAME ........ M. VRANA
SERVICE ADDRESS ..... 9318 FM 1236 RD, NEEDVILLE TX 77461
HOME ................ 979-555-0106          CELL ........ 979-555-0107
METER ............... 61 403 377

-- WORK --------------------------------------------------------------
JOB DESCRIPTION ..... REPLACE BROKEN POLE
LOCATION ............ NORTH SIDE OF FM 1236, 300 FT EAST OF BUSHNELL RD
DIG CONTRACTOR ...... COTTONWOOD POWERLINE SERVICES LLC
"""


@pytest.mark.parametrize(
    ("number", "ref"),
    [
        ("TROUBLE ORDER ....... TO-2026-077415", "TO-2026-077415"),
        ("OUTAGE ORDER NO ..... 77415", "77415"),
        ("REPAIR ORDER ........ R-88121", "R-88121"),
    ],
)
@pytest.mark.parametrize("heading", ["CUSTOMER OF RECORD", "CUSTOMER", "ACCOUNT HOLDER"])
def test_a_trouble_order_is_for_the_utility(number: str, ref: str, heading: str) -> None:
    reading = read(ORDER.format(number=number, heading=heading).encode())
    found = reading.taken()
    assert found["work_for"] == "BRAZOS FORK ELECTRIC COOPERATIVE"
    assert "work_for_phone" not in found
    assert (found["work_order_ref"], found["meter_number"]) == (ref, "61 403 377")
    assert found["city"] == "NEEDVILLE"
    assert WarningCode.MULTIPLE_LOCATIONS not in {w.code for w in reading.warnings}


def test_the_steps_of_a_table_are_not_the_work() -> None:
    steps = "".join(
        f"<tr><td>{at}</td><td>{work}</td></tr>"
        for at, work in enumerate(["SET POLE", "TRANSFER", "PULL POLE"])
    )
    page = (
        "<html><body><table><tr><td>Ticket Type</td><td>Transfer - Pole Replaced</td></tr>"
        "<tr><td>Job / WO #</td><td>WR-4402917</td></tr>"
        "<tr><td>Address</td><td>1604 LARKSPUR RD</td></tr></table><h4>Steps</h4>"
        f"<table><tr><th>Step</th><th>Job Type</th></tr>{steps}</table></body></html>"
    )
    assert taken(page.encode())["type_of_work"] == "Transfer - Pole Replaced"
