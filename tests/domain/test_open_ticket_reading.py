"""An Open Ticket read: in any spelling, nothing invented, never a crash."""

import json
from typing import Any

import pytest
from hypothesis import given

from domain.errors import RejectedError
from domain.facts import PriorityLevel, TicketFacts, TicketType
from domain.location import PROVENANCE_FIELDS
from domain.open_ticket.format import OpenTicketError
from domain.open_ticket.reading import facts_of_open_ticket, is_open_ticket, read_open_ticket
from domain.open_ticket.writing import URGENT, open_ticket_of
from domain.ticket import Ticket
from tests.builders import NOW
from tests.domain.stated import facts_that_state, make_submitted

NEEDED = (
    "company", "contact_name", "phone", "address_line_1", "city_state_zip", "type_of_work",
    "city", "cross_street", "is_blasting", "is_boring", "gps_coordinates",
)  # fmt: skip

TRIANGLE = "POLYGON((-97.75 30.25,-97.74 30.25,-97.74 30.26,-97.75 30.25))"

# A ticket as centers wrote it before the text was settled; everything in it is invented.
OLDER: dict[str, Any] = {
    "Header": {"formatVersion": ".3", "ticketNumber": "26-001", "type": "EXCAVATION/ROUTINE",
               "standardType": "Normal", "priority": "Compliant"},
    "worksite": {"county": "TRAVIS", "place": "AUSTIN", "fullAddress": "",
                 "addressNumber": "410", "addressPrefix": "N", "addressStreetName": "Pecan",
                 "addressStreetType": "St", "addressSuffix": "", "intersection": "Oak St"},
    "geography": {"srid": 4326, "workSiteWkt": [TRIANGLE]},
    "locateInformation": {"isWhiteLined": "True", "locateInstructions": "Rear of the lot",
                          "remarks": None, "drivingDirections": " "},
    "timeLine": {"createdOn": "2026-03-02T09:00:00-06:00", "workOn": "2026/03/05T08:00:00"},
    "project": {"workType": "Septic field", "duration": "2 weeks", "isExplosives": False},
    "excavator": {"name": "Lone Star Septic", "city": "Austin", "state": "TX",
                  "callerName": "Dana Ruiz", "callerPhone": "(512) 555-0142",
                  "callerEmail": "", "contactName": "Sam Ortiz", "contactPhone": "5125550143"},
    "customFieldGroups": [{"groupName": "reference", "fields": [
        {"fieldName": "previousTicketNumber", "value": "25-900"},
        {"fieldName": "DepthInches", "value": "48"}, {"fieldName": "riskScore", "value": 7}]}],
    "members": [{"memberId": "potx01", "memberName": "Power Co", "facilityTypes": ["Electric"]},
                {"memberId": "POTX01", "facilityTypes": ["Fiber", "Electric", ""]},
                {"memberId": ""}, "nobody"],
}  # fmt: skip


def read_with(section: str, **slots: Any) -> Any:
    """Return what is read from a ticket that says nothing but this."""
    return read_open_ticket({"header": {"formatVersion": "1.0"}, section: slots})


def carried(ticket: Ticket) -> dict[str, Any]:
    """Return the facts of a ticket as they look after the way there and back."""
    facts = plain(ticket)
    for name in ("phone", "onsite_phone"):
        # A number that has a slot travels as digits; beside it is a custom field.
        if name in facts and (name == "phone" or "onsite_contact_name" in facts):
            facts[name] = facts[name].replace("-", "")
    levels = list(PriorityLevel)
    urgent = URGENT.get(ticket.ticket_type, levels[0])
    facts["priority_level"] = max(ticket.priority_level, urgent, key=levels.index)
    return facts


def plain(facts: TicketFacts) -> dict[str, Any]:
    """Return the stated facts without how they came to be known."""
    stated = facts.stated()
    point, shape = facts.gps_coordinates, facts.geometry
    if point:
        stated["gps_coordinates"] = point.model_dump(exclude=set(PROVENANCE_FIELDS))
    if shape:
        stated["geometry"] = json.loads(json.dumps(shape.geojson))
    return {name: value for name, value in stated.items() if name in TicketFacts.model_fields}


@given(facts=facts_that_state(*NEEDED))
def test_what_was_written_is_read_again(facts: dict[str, Any]) -> None:
    """Two systems of ours that exchange a ticket mean the same dig."""
    ticket = make_submitted(**facts)

    read = read_open_ticket(open_ticket_of(ticket))

    assert plain(read.facts) == carried(ticket)
    assert (read.number, read.notice_at, read.warnings) == ("2606112345", NOW, ())


def test_the_members_come_back_with_their_facilities() -> None:
    """An answer is given for a facility."""
    member = {"code": "POTX01", "name": "Power Co", "facilities": ["Electric", "Fiber"]}
    ticket = make_submitted(members=[member])

    assert list(read_open_ticket(open_ticket_of(ticket)).members) == ticket.members


def test_an_older_ticket_is_read_under_all_its_names() -> None:
    """Most tickets in use are older than the text of the specification."""
    read = read_open_ticket(OLDER)

    assert read.facts.stated().keys() == {
        "ticket_type", "company", "contact_name", "phone", "city_state_zip",
        "onsite_contact_name", "onsite_phone", "type_of_work", "is_blasting", "depth_inches",
        "duration_description", "county", "city", "address", "nearest_intersection",
        "work_area_description", "geometry", "white_lines_painted", "previous_ticket_number",
    }  # fmt: skip
    assert read.facts.address == "410 N Pecan St"
    assert read.facts.city_state_zip == "Austin, TX"
    assert read.facts.white_lines_painted is True
    assert read.facts.depth_inches == 48
    assert read.facts.is_boring is None
    assert [(one.code, one.facilities) for one in read.members] == [
        ("POTX01", ["Electric", "Fiber"])
    ]
    assert [(one.field, one.code) for one in read.warnings] == [
        ("planned_start_at", "INVALID_DATA_TYPE")
    ]


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (OLDER, True),
        ({"header": {"formatVersion": "1.0"}}, True),
        ({"header": {"ticketNumber": "1"}, "members": []}, True),
        ({"header": {"ticketNumber": "1"}, "members": "none"}, False),
        ({"header": {"ticketNumber": "1"}}, False),
        ({"header": "formatVersion"}, False),
        ({"company": "Lone Star", "project": {}}, False),
        ([OLDER], False),
        (None, False),
    ],
)
def test_an_open_ticket_is_known_by_its_header(value: Any, *, is_one: bool) -> None:
    """Flat facts have no header; an unknown field must still be refused."""
    assert is_open_ticket(value) is is_one


@pytest.mark.parametrize(
    "version", [".3", "0.3", "0.4", "0.5", "1.0", 1.0, 1, " 1.0 ", "1.0.2"], ids=repr
)
def test_every_version_that_is_in_use_is_read(version: Any) -> None:
    """Centers change their version when it suits them."""
    read = read_open_ticket({"header": {"formatVersion": version}})

    assert read.warnings == ()


@pytest.mark.parametrize("version", ["2.0", 2, "2.1.3", "10"], ids=repr)
def test_a_later_version_is_refused(version: Any) -> None:
    """In it a name may mean another thing."""
    with pytest.raises(RejectedError, match="is not known here") as caught:
        facts_of_open_ticket({"header": {"formatVersion": version}})

    assert isinstance(caught.value, OpenTicketError)
    assert [fault.code for fault in caught.value.errors] == ["UNSUPPORTED_VERSION"]


@pytest.mark.parametrize("version", [None, "", "one", True, [1], 20_260_101], ids=repr)
def test_a_version_that_is_none_is_only_said(version: Any) -> None:
    """The rest of the ticket speaks for itself."""
    read = read_open_ticket({"header": {"formatVersion": version}})

    assert [fault.code for fault in read.warnings] == ["INVALID_FORMAT_VERSION"]


@pytest.mark.parametrize(
    ("section", "slots", "field", "code"),
    [
        ("excavator", {"name": "x" * 201}, "company", "FIELD_TOO_LONG"),
        ("excavator", {"name": ["Lone Star"]}, "company", "INVALID_DATA_TYPE"),
        ("excavator", {"callerPhone": "555-0142"}, "phone", "INVALID_PHONE_FORMAT"),
        ("project", {"isExplosives": 0}, "is_blasting", "INVALID_DATA_TYPE"),
        ("project", {"isExplosives": "no idea"}, "is_blasting", "INVALID_DATA_TYPE"),
        ("timeline", {"workOn": 1772719200}, "planned_start_at", "INVALID_DATA_TYPE"),
        ("timeline", {"workOn": "2026-03-05T08:00"}, "planned_start_at", "INVALID_DATA_TYPE"),
        ("timeline", {"createdOn": "2026-03-02"}, "timeline.createdOn", "INVALID_DATE_FORMAT"),
        ("timeline", {"createdOn": "2026-03-02T09:00"}, "timeline.createdOn", "INVALID_DATE_FORMAT"),
        ("header", {"ticketNumber": "1" * 51}, "header.ticketNumber", "INVALID_DATA_TYPE"),
        ("header", {"ticketNumber": 26}, "header.ticketNumber", "INVALID_DATA_TYPE"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_left_out_and_said(
    section: str, slots: dict[str, Any], field: str, code: str
) -> None:
    """A cut text says another thing; a zero is no answer about explosives."""
    header = {"formatVersion": "1.0"}
    value = (
        {"header": header | slots}
        if section == "header"
        else {"header": header, section: slots}
    )

    read = read_open_ticket(value)

    assert [(fault.field, fault.code) for fault in read.warnings] == [(field, code)]
    assert (read.facts.stated(), read.number, read.notice_at) == ({}, None, None)


@pytest.mark.parametrize(
    "fields",
    [
        [{"fieldName": "depthInches", "value": True}],
        [{"fieldName": "depthInches", "value": 1.5}],
        [{"fieldName": "depthInches", "value": 12_001}],
        [{"fieldName": "expectedCompletionOn", "value": "soon"}],
        [{"fieldName": "gpsCoordinates", "value": "here"}],
        [{"fieldName": "gpsCoordinates", "value": "97.0, 30.0"}],
    ],
    ids=str,
)
def test_a_custom_field_that_does_not_fit_is_left_out_and_said(fields: Any) -> None:
    """It comes from whoever handled the ticket before."""
    groups = [{"groupName": "project", "fieldList": fields}]
    header = {"formatVersion": "1.0"}

    read = read_open_ticket({"header": header, "customFieldGroupList": groups})

    assert read.facts.stated() == {}
    assert [fault.code for fault in read.warnings] == ["INVALID_DATA_TYPE"]


@pytest.mark.parametrize(
    ("said", "kind", "level"),
    [
        ({"standardType": "Damage", "type": "DigUp"}, TicketType.DIG_UP, None),
        ({"standardType": "Remark", "type": "Update"}, TicketType.UPDATE_REMARK, None),
        ({"standardType": "Cancel", "type": "Survey/Design"}, TicketType.SURVEY_DESIGN, None),
        ({"standardType": "Normal", "type": "DEMOLITION"}, TicketType.DEMOLITION, None),
        ({"standardType": "Short Notice", "priority": "rush"}, None, PriorityLevel.RUSH),
        ({"standardType": 7, "priority": "Normal "}, None, PriorityLevel.STANDARD),
    ],
)
def test_a_type_is_read_in_the_words_of_the_nation_or_of_the_center(
    said: dict[str, Any], kind: TicketType | None, level: PriorityLevel | None
) -> None:
    """A word that is not known decides nothing."""
    facts = facts_of_open_ticket({"header": {"formatVersion": "1.0", **said}})

    assert (facts.ticket_type, facts.priority_level) == (kind, level)


def test_a_caller_who_is_not_called_so_is_the_one_who_is_not_on_site() -> None:
    """Centers have many words for the caller."""
    contacts = [{"contactType": "Field Contact", "Name": "Sam"}, {"Name": "Dana"}, 7]

    facts = read_with("excavator", contactList=contacts).facts

    assert (facts.contact_name, facts.onsite_contact_name) == ("Dana", "Sam")


def test_members_that_do_not_fit_are_left_out_and_said() -> None:
    """A cut code would be that of another member."""
    long, many = [{"memberId": "x" * 11}], [{"memberId": f"M{at}"} for at in range(201)]
    for members in (long, many):
        read = read_open_ticket({"header": {"formatVersion": "1.0"}, "memberList": members})

        assert read.members == ()
        assert [fault.code for fault in read.warnings] == ["FIELD_TOO_LONG"]
