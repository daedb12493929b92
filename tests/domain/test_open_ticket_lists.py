"""The lists of an Open Ticket, and its faults: custom fields, members, answers, limits."""

from typing import Any

import pytest

from domain.errors import RejectedError
from domain.facts import TicketFacts
from domain.open_ticket.facts import CORE
from domain.open_ticket.format import CUSTOM_GROUPS, RULES, Fault, OpenTicketError, faults_in
from domain.open_ticket.lists import RESPONSE_CODE_CHARACTERS_MAX, SHORT_CODES
from domain.open_ticket.writing import open_ticket_of
from domain.responses import Outcome
from domain.statements import Confirmation
from tests.builders import LATER, NOW, make_draft
from tests.domain.stated import SQUARE, custom, faults_of, make_submitted, polygon, section

# What the sections of the format hold by themselves, beside `CORE`.
IN_SECTIONS = {
    "ticket_type",
    "priority_level",
    "contact_name",
    "phone",
    "phone_extension",
    "email",
    "city_state_zip",
    "geometry",
}


def make_answer(code: str = "POTX01", **more: Any) -> dict[str, Any]:
    answered = {"member_code": code, "member_name": "Power Co", "response_type": "Clear"}
    return {"id": "1", **answered, "response_date": NOW, "received_at": NOW, **more}


def test_every_fact_of_a_ticket_has_a_slot_or_a_custom_field() -> None:
    """What has neither would be lost between two systems, and nobody would know."""
    in_custom = {name for names in CUSTOM_GROUPS.values() for name in names}

    assert set(CORE) | in_custom | IN_SECTIONS == set(TicketFacts.model_fields)


def test_a_fact_without_a_slot_is_a_custom_field_with_its_limits() -> None:
    """The receiver must know how to store it."""
    groups = section(
        "customFieldGroupList",
        lot_block="Lot 4",
        expected_completion_on="2026-03-09",
        is_trenchless=True,
        service_address="12 Elm St",
    )
    found = {one["fieldName"]: one for group in groups for one in group["fieldList"]}

    assert [group["isCenterCreated"] for group in groups] == [False] * len(groups)
    assert found["lotBlock"] == {
        "fieldName": "lotBlock",
        "displayName": "Lot block",
        "type": "String",
        "value": "Lot 4",
        "max": 100,
    }
    kinds = {name: (one["type"], one["max"]) for name, one in found.items()}
    assert kinds["depthInches"] == ("Integer", 12_000)
    assert kinds["isTrenchless"] == ("Boolean", None)
    assert kinds["serviceAddress"] == ("Text", None)
    assert (found["expectedCompletionOn"]["value"], kinds["expectedCompletionOn"]) == (
        "2026-03-09",
        ("String", 10),
    )


def test_a_fact_that_shares_its_slot_is_also_said_by_itself() -> None:
    """Two fields of ours go into one slot; the reader has to tell them apart again."""
    shared = {"cross_street": "Oak St", "geometry": polygon([SQUARE])}

    found = custom(**shared, is_trenchless=False)

    assert found["crossStreet"] == "Oak St"
    assert found["nearestIntersection"] == "Yaupon St"
    assert found["isBoring"] is found["isTrenchless"] is False
    assert found["gpsCoordinates"] == "30.267200, -97.743100"
    assert (
        custom(marking_instructions=None)
        .keys()
        .isdisjoint(
            {
                "crossStreet",
                "nearestIntersection",
                "workAreaDescription",
                "isBoring",
                "gpsCoordinates",
            }
        )
    )


def test_members_are_listed_with_their_facilities_and_colors() -> None:
    """Who digs must know which lines to look for, and in which color."""
    members = section(
        "memberList",
        members=[
            {"code": "POTX01", "name": "Power Co", "facilities": ["Electric", "Fiber", "Gas"]},
            {"code": "COWBOY01"},
        ],
        member_responses=[
            make_answer(facility="electric", marking_color="red"),
            make_answer(facility="Fiber"),
        ],
    )

    assert members[0]["memberName"] == "Power Co"
    assert members[0]["facilityTypeList"] == [
        {"typeName": "Electric", "attributes": {"color": "red"}},
        {"typeName": "Fiber", "attributes": {}},
        {"typeName": "Gas", "attributes": {}},
    ]
    assert members[1]["memberName"] == "COWBOY01"


def test_answers_are_listed_by_member_and_facility_with_their_history() -> None:
    """A later answer takes the place of an earlier one; both are part of the record."""
    history = section(
        "responseHistory",
        members=[{"code": "POTX01", "facilities": ["Electric", "Fiber"]}],
        member_responses=[
            make_answer(facility="Electric", outcome="Delayed"),
            make_answer(facility="electric", center_code="LOCATED", response_date=LATER),
            make_answer(response_text="No lines here"),
            make_answer("GONE", member_name="", center_code="Clear - no conflict"),
        ],
    )

    assert [one["facilityTypeList"] for one in history] == [
        ["electric"],
        ["Electric", "Fiber"],
        [],
    ]
    codes = [one["responseCode"] for row in history for one in row["responseList"]]
    assert codes == ["Delayed", "LOCATED", "Clear", "Clear"]
    assert history[0]["responseList"][1]["responseDate"] == "2026-03-02T10:00:00.000-06:00"
    assert history[1]["responseList"][0]["note"] == "No lines here"
    assert history[2]["memberName"] == "GONE"
    assert history[2]["responseList"][0]["responseDescription"] == "Clear - no conflict"


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_code_that_fits(outcome: Outcome) -> None:
    """The format takes ten characters."""
    assert len(SHORT_CODES.get(outcome, outcome.value)) <= RESPONSE_CODE_CHARACTERS_MAX


# The faults.


def test_a_ticket_that_nobody_confirmed_is_not_handed_on() -> None:
    """And everything else that is in the way is said in the same answer."""
    found = faults_of(make_draft())

    assert found["header"] == "NOT_CONFIRMED"
    assert found["header.ticketNumber"] == "MISSING_REQUIRED_FIELD"
    assert found["geometry"] == "MISSING_GEOMETRY"
    assert found["excavator.postalCode"] == "MISSING_REQUIRED_FIELD"
    assert len(found) == 16


def test_a_confirmed_ticket_without_a_number_lacks_only_the_number() -> None:
    """It is right; the center has not taken it yet."""
    said = Confirmation(confirmed_at=NOW, confirmed_by="Dana", packet_fingerprint="0" * 64)

    found = faults_of(make_submitted(texas811_ticket_number=None, confirmation=said))

    assert found == {"header.ticketNumber": "MISSING_REQUIRED_FIELD"}


def test_the_faults_are_one_refusal_that_a_person_can_read() -> None:
    """The doors know how to show a refusal; a program reads the list."""
    with pytest.raises(RejectedError) as caught:
        open_ticket_of(make_submitted(city=None, company=None))

    assert isinstance(caught.value, OpenTicketError)
    assert caught.value.field == "workSite.place"
    assert "workSite.place is missing. excavator.name is missing." in caught.value.problem
    assert [fault.code for fault in caught.value.errors] == ["MISSING_REQUIRED_FIELD"] * 2


@pytest.mark.parametrize(
    ("stated", "field", "code"),
    [
        ({"type_of_work": "x" * 301}, "project.workType", "FIELD_TOO_LONG"),
        ({"work_for": "x" * 101}, "project.workDoneFor", "FIELD_TOO_LONG"),
        ({"address": "x" * 371}, "workSite.fullAddress", "FIELD_TOO_LONG"),
        ({"city": "x" * 76}, "workSite.place", "FIELD_TOO_LONG"),
        ({"texas811_ticket_number": "1" * 26}, "header.ticketNumber", "FIELD_TOO_LONG"),
        ({"members": [{"code": "A", "facilities": ["x" * 41]}]},
         "memberList[0].facilityTypeList[0].typeName", "FIELD_TOO_LONG"),
        ({"phone": "ask the office"}, "excavator.contactList[0].phone", "INVALID_PHONE_FORMAT"),
        ({"phone": None}, "excavator.contactList[0].phone", "MISSING_REQUIRED_FIELD"),
        ({"email": "dana@office"}, "excavator.contactList[0].email", "INVALID_EMAIL_FORMAT"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_a_fault_and_is_not_cut(
    stated: dict[str, Any], field: str, code: str
) -> None:
    """Half an address could be another address."""
    found = faults_of(make_submitted(**stated))

    assert found[field] == code
    assert set(found.values()) == {code}


def test_a_document_of_others_is_measured_by_the_same_rules() -> None:
    """Types and numbers can be wrong only there; ours come from fields that have types."""
    document: dict[str, Any] = {
        "header": {"priority": "Compliant", "memberIds": ["POTX01", 7], "source": True},
        "workSite": "Austin",
        "geometry": {"srid": 3857, "longitude": True, "latitude": 30},
        "excavator": {"contactList": [], "postalCode": "787"},
        "responseHistory": [{"facilityTypeList": ["x" * 41]}],
    }

    found = {fault.field: fault.code for fault in faults_in(document)}

    assert found["header.priority"] == "INVALID_ENUM_VALUE"
    assert found["header.memberIds[1]"] == found["header.source"] == "INVALID_DATA_TYPE"
    assert found["workSite"] == "INVALID_DATA_TYPE"
    assert found["geometry.srid"] == "INVALID_SRID"
    assert found["geometry.longitude"] == "INVALID_DATA_TYPE"
    assert found["excavator.contactList"] == "MISSING_REQUIRED_FIELD"
    assert found["excavator.postalCode"] == "INVALID_POSTAL_CODE"
    assert found["responseHistory[0].facilityTypeList[0]"] == "FIELD_TOO_LONG"
    assert "geometry.latitude" not in found


def test_of_a_missing_section_only_that_is_said() -> None:
    """Ten slots that cannot be there say no more than one section."""
    required = [path for path, rule in RULES.items() if "." not in path and rule.is_required]

    assert [fault.field for fault in faults_in({})] == required
    assert Fault("geometry", "MISSING_GEOMETRY", "geometry is missing.") in faults_in({})
