"""The reader of Open Tickets against JSON that nobody would write: it never fails by accident."""

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RejectedError
from domain.facts import TicketFacts
from domain.open_ticket.reading import facts_of_open_ticket, is_open_ticket, read_open_ticket
from domain.open_ticket.slots import SECTION_NAMES


def test_a_number_of_thousands_of_digits_is_only_left_out() -> None:
    """It is lawful JSON, and Python refuses to write it down."""
    endless = 10**5_000
    feature = {"properties": {"objectType": "excavationSite"}, "geometry": {"type": endless}}
    site = {"geoJson": {"features": [feature]}, "longitude": endless, "latitude": endless}
    fields = [{"fieldName": "depthInches", "value": endless}, {"fieldName": endless}]

    read = read_open_ticket(
        {
            "header": {"formatVersion": endless, "ticketNumber": endless, "type": endless},
            "timeline": {"createdOn": endless, "workOn": endless},
            "excavator": {"contactList": [{"contactType": endless, "phone": endless}]},
            "geometry": {**site, "workSiteArea": [endless], "srid": endless},
            "customFieldGroupList": [{"fieldList": fields}],
            "memberList": [{"memberId": endless, "facilityTypeList": [endless]}],
        }
    )

    assert read.facts.stated() == {}
    assert len(read.warnings) == 7


KEYS = st.sampled_from(
    [name for names in SECTION_NAMES.values() for name in names]
    + ["formatVersion", "name", "contactList", "fieldList", "value", "fieldName", "features"]
    + ["geoJson", "properties", "objectType", "geometry", "type", "coordinates", "workSiteArea"]
    + ["memberId", "facilityTypeList", "typeName", "createdOn", "workOn", "isExplosives"]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["Polygon", "excavationSite", "POINT (1 2)", "1.0", "depthInches"])
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6)
)


@given(value=ANYTHING)
def test_no_json_makes_the_reader_fail_in_a_way_of_its_own(value: Any) -> None:
    """Whatever a client sends is read, or refused in a sentence."""
    assert is_open_ticket(value) in {True, False}
    with suppress(RejectedError):
        facts = facts_of_open_ticket(value)
        assert TicketFacts.model_validate(facts.model_dump()) == facts
