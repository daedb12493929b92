"""Exports of vendors: short tags, people in lists, flags beside names, owners of things."""

import pytest

from tests.extraction.test_keys_together import taken

SHORT = """<tkt><hd><no>26104088{n}</no><ty>UPD</ty><oldNum>260730517</oldNum></hd>
<{exc}><co>Paint Creek Grading Co</co><ad1>5110 Paris Rd</ad1><cty>Haskell</cty><st>TX</st><zip>79521</zip>
<ph>940-555-0129</ph><clr><nm>Jo Ash</nm></clr><fld><nm>Bud Kemp</nm><ph>940-555-0188</ph></fld></{exc}>
<wrk><desc>Storm sewer installation</desc><jobNo>P-24-19</jobNo><exp>N</exp><wl>Y</wl></wrk>
<loc><cnty>Haskell</cnty><plc>Haskell</plc>{house}<x1>E Richland Rd</x1><sub>Old Hawthorn</sub>
<txt>Mark both sides of the road from Richland Rd south 400 ft</txt></loc></tkt>"""


@pytest.mark.parametrize(
    ("exc", "house"),
    [
        ("exc", "<hse>3801</hse><str>E Rolling Hills Rd</str>"),
        ("excv", "<hno>3801</hno><strt>E Rolling Hills Rd</strt>"),
        ("cntrctr", "<AddrNum>3801</AddrNum><StPre>E</StPre><StNm>Rolling Hills Rd</StNm>"),
    ],
)
def test_short_tags_are_read_as_the_words_they_stand_for(exc: str, house: str) -> None:
    """A road is no section of land, whatever it is called; `sub` of a site is a subdivision."""
    values = taken(SHORT.format(n=2, exc=exc, house=house).encode())

    assert {
        "ticket_type": "Update",
        "previous_ticket_number": "260730517",
        "company": "Paint Creek Grading Co",
        "address_line_1": "5110 Paris Rd",
        "contact_name": "Jo Ash",
        "onsite_contact_name": "Bud Kemp",
        "onsite_phone": "940-555-0188",
        "address": "3801 E Rolling Hills Rd",
        "nearest_intersection": "E Richland Rd",
        "subdivision": "Old Hawthorn",
        "is_blasting": False,
        "white_lines_painted": True,
    }.items() <= values.items()
    assert "section_township_range" not in values


MANAGER = {"name": "Glen Sather", "tel": "903-555-0111"}
ASKER = {"name": "Tam Brous", "tel": "903-555-0116"}
FOREMAN = {"name": "Chuy Alva", "tel": "430-555-0139"}


@pytest.mark.parametrize(
    ("holder", "people"),
    [
        (
            "people",
            [
                MANAGER | {"role": "PROJECT_MANAGER"},
                ASKER | {"role": "LOCATE_REQUESTER"},
                FOREMAN | {"role": "FIELD_FOREMAN"},
            ],
        ),
        (
            "contacts",
            [
                MANAGER | {"contactType": "PROJECT_MANAGER"},
                ASKER | {"contactType": "TICKET_CALLER"},
                FOREMAN | {"contactType": "SITE_SUPERVISOR"},
            ],
        ),
        (
            "personnel",
            [
                MANAGER | {"jobTitle": "Estimator"},
                ASKER | {"jobTitle": "Permits & Locates Coordinator"},
                FOREMAN | {"jobTitle": "General Foreman"},
            ],
        ),
        (
            "contacts",
            [
                ASKER | {"kind": "office", "callsTickets": True, "onSite": False},
                FOREMAN | {"kind": "pusher", "onSite": True},
            ],
        ),
        ("reps", [ASKER | {"func": "locates"}, FOREMAN | {"func": "field"}]),
        (
            "contacts",
            [
                MANAGER | {"role": "Billing", "primary": True},
                ASKER | {"role": "Dispatcher", "primary": True},
                FOREMAN | {"role": "Foreman"},
            ],
        ),
    ],
)
def test_of_people_in_a_list_the_one_who_gives_the_notice_is_called(
    holder: str, people: list[dict[str, object]]
) -> None:
    """Roles, titles and flags; who manages the whole goes behind who asks for locates."""
    firm = {"name": "Redland Underground LLC", "city": "Tyler", holder: people}
    values = taken({"job": {"jobId": "TY-0447", "title": "Install duct", "excavator": firm}})

    assert values["contact_name"] == "Tam Brous"
    assert values["phone"] == "903-555-0116"
    assert values["onsite_contact_name"] == "Chuy Alva"
    assert values["onsite_phone"] == "430-555-0139"


def test_a_flag_of_the_whole_order_makes_nobody_of_it() -> None:
    """`ON_SITE: true` names no person, and gives no party the fields beside it."""
    order = {"WO_NUM": "7-44", "WO_DESC": "Bore for gas main", "VENDOR_NM": "Pecan Pipeline Co"}
    values = taken(
        order
        | {"ON_SITE": "true", "VENDOR_PH": "254-555-0171", "foreman": "yes", "contact": "N"}
    )

    assert values["phone"] == "254-555-0171"
    assert not {"onsite_contact_name", "contact_name"} & values.keys()


@pytest.mark.parametrize("wrap", ["v", "val", "-Imported", "_"])
def test_the_only_member_of_an_object_is_its_value(wrap: str) -> None:
    """A job is called by its number, and a tag's company is whose pole it is."""
    attributes = {
        "job_county": "Frio",
        "construction_contractor": "Boxley Pole Inc",
        "locate_caller": "Wes Tram",
        "locate_caller_phone": "830-555-0144",
        "description": "Replace pole",
    }
    node = {
        "kind": "pole",
        "lat": 28.88214,
        "lng": -99.09063,
        "tags": [{"company": "Frio Electric", "tag": "FV-31877"}],
    }
    wires = [{"owner": "Frio Electric"}, {"company": "Leon Cable"}]
    values = taken(
        {
            "result": [
                {
                    "name": "OZK-MR-2217",
                    "attributes": {key: {wrap: told} for key, told in attributes.items()},
                    "nodes": {"n1": node},
                    "connections": {"c1": {"wires": wires}},
                }
            ]
        }
    )

    assert values["work_order_ref"] == "OZK-MR-2217"
    assert values["company"] == "Boxley Pole Inc"
    assert values["contact_name"] == "Wes Tram"
    assert values["pole_id"] == "FV-31877"


OIL = {
    "no": "TD-88213",
    "type": "FLOWLINE",
    "afe": "26-0417",
    "scope": "Lay one 4-inch poly flowline to the tank battery",
    "vendor": {"name": "Saragosa Roustabout Services", "phone": "432-555-0137"},
    "companyMan": {"name": "Mitch Drake", "phone": "432-555-0108"},
    "site": {"lease": "State 34", "county": "Reeves"},
}


@pytest.mark.parametrize("operator", [{"name": "Toyah Operating LLC"}, {"companyName": "Toyah Operating LLC"}])  # fmt: skip
def test_the_operator_of_a_well_has_the_work_done(operator: dict[str, str]) -> None:
    """What sorts the order is not the work where a scope stands; a budget is no order."""
    values = taken({"order": OIL | {"operator": operator}})

    assert values["work_for"] == "Toyah Operating LLC"
    assert values["work_order_ref"] == "TD-88213"
    assert str(values["type_of_work"]).startswith("Lay one 4-inch")


def test_the_operator_of_a_ticket_is_a_clerk_or_a_member() -> None:
    """Without a well nobody works for the operator."""
    ticket = {
        key: told for key, told in OIL.items() if key not in ("afe", "site", "companyMan")
    }
    values = taken({"order": ticket | {"operator": {"name": "Toyah Operating LLC"}}})

    assert "work_for" not in values


def test_sections_and_items_with_attributes_are_read_as_what_they_are_called() -> None:
    """`<Section title="Site"><Item key="City" val="Kyle"/>`."""
    values = taken(
        b'<F><Section title="Contractor"><Item key="Name" val="Oak Drilling"/>'
        b'<Item key="City" val="Giddings"/><Item key="Phone" val="979-555-0131"/></Section>'
        b'<Section title="Site"><Item key="County" val="Lee"/><Item key="City" val="Lexington"/>'
        b'</Section><Section title="Work"><Item key="Type" val="Set meter pole"/>'
        b'<Item key="WO" val="BB-60114"/></Section></F>'
    )

    assert values["company"] == "Oak Drilling"
    assert values["city"] == "Lexington"
    assert values["type_of_work"] == "Set meter pole"


ORDER = {"orderNumber": "NT-1187", "workType": "Bore and place duct", "county": "Wichita"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        # The number of a `contractor contact` is called `contact phone`, and is no other's.
        (
            {"Contractor Contact": "Peg Hale", "Contact Phone": "903-555-0150"},
            {"contact_name": "Peg Hale", "phone": "903-555-0150"},
        ),
        # Whoever calls has a number of his own beside that of the company.
        (
            {"ExcavatorName": "Trinity Bore", "ExcavatorPhone": "214-555-0119"}
            | {"ContactName": "Lou Ames", "ContactPhone": "214-555-0120"},
            {"company": "Trinity Bore", "phone": "214-555-0120"},
        ),
        # A login names nobody; a name of one word does.
        ({"supervisor": "TKING", "foreman": "CHRIS"}, {"onsite_contact_name": "CHRIS"}),
        # In a list of participants each says what he is, and the owner has his people.
        (
            {
                "participants": [
                    {"role": "Project Owner", "company": "Ring Fiber", "person": "Al Fox"},
                    {
                        "role": "Prime Contractor",
                        "company": "Ellis Bore Co",
                        "person": "Cy Dow",
                    },
                ]
            },
            {"company": "Ellis Bore Co", "work_for": "Ring Fiber", "contact_name": "Cy Dow"},
        ),
        # Who asks is the home owner; the office of the installer handles the locates.
        (
            {
                "requestor": {"name": "Lila Reyes", "title": "Homeowner"},
                "installer": {
                    "company": "Ellis Bore Co",
                    "office": {"name": "Kit Dunn", "handlesLocates": "Y"},
                },
            },
            {"work_for": "Lila Reyes", "contact_name": "Kit Dunn"},
        ),
        # Roads that cross, in keys that only name their ends.
        (
            {"site": {"roadway": "Culebra Rd", "from": "NW 24th St", "to": "NW 26th St"}},
            {"nearest_intersection": "NW 24th St", "cross_street": "NW 26th St"},
        ),
        (
            {"digsite": {"intersections": {"street": ["Bronte Ave", "Phillips Ave"]}}},
            {"nearest_intersection": "Bronte Ave", "cross_street": "Phillips Ave"},
        ),
        # The tag of a thing is in the object of its tags.
        (
            {"poleTags": {"owner": "Frio Electric", "value": "AM-20117"}},
            {"pole_id": "AM-20117"},
        ),
        # A question names its unit.
        ({"How many days will it take?": "2"}, {"duration_days": 2}),
    ],
)
def test_an_object_tells_what_its_keys_mean(
    more: dict[str, object], expected: dict[str, object]
) -> None:
    """One property of exports each."""
    assert expected.items() <= taken(ORDER | more).items()
