"""The line of a dispatcher, whatever system cut it: where it is, and what is the danger."""

import pytest

from domain.extraction import DocumentKind, Extraction
from extraction import read

SEMICOLONS = (
    "CAD:GAS LEAK OUTSIDE;2417 BUFFALO BEND LN;PEARLAND;BRAZORIA;CROSS: OILER DR / MCLEAN RD;"
    "MAP:612Q;UNITS: E5,L5;INC:2025-00031877;NOTES: STRONG SMELL OF GAS NEAR METER"
)
BRACKETS = (
    "[WIRES DOWN] [2417 BUFFALO BEND LN] [PEARLAND] [Brazoria County] [X: OILER DR & MCLEAN RD]"
    " [29.551220, -95.292110] [E4 M4] [06/14/2025 22:14:07] wire down in the roadway arcing"
)
STARS = (
    "POWER POLE STRUCK * 2417 BUFFALO BEND LN * PEARLAND * BRAZORIA CO * BTWN OILER DR AND MCLEAN RD"
    " * ENG1201,MED25 * 2025-118820 * 14:22 * VEH VS POLE, POLE 40817-22 SNAPPED AT THE BASE"
)
COMMAS = (
    "Call: GAS LINE CUT, 2417 BUFFALO BEND LN, PEARLAND, Brazoria, (ROSEBUD DAYCARE), OILER DR /"
    " MCLEAN RD, Ch 5, E3 E1 BC1, 2025-4417, Contractor cut 2 inch gas line with backhoe"
)
SLASHES = (
    "WATER MAIN BREAK/LOC:2417 BUFFALO BEND LN/PEARLAND/BRAZORIA COUNTY/X:OILER DR & MCLEAN RD"
    "/2025-0099112/STREET BUCKLING, WATER COMING UP THRU PAVEMENT/U:PW12"
)
UNCUT = (
    "MVA W/ POLE DOWN 2417 BUFFALO BEND LN PEARLAND BRAZORIA CO  CROSS OILER DR / MCLEAN RD"
    "  CFS# 25071833 UNITS E171 ENG11 PRIMARY LINES LOW OVER BOTH LANES"
)
LAYOUTS = (SEMICOLONS, BRACKETS, STARS, COMMAS, SLASHES, UNCUT)


def dispatch(text: str) -> Extraction:
    return read(text.encode(), filename="page.txt")


def said(reading: Extraction) -> dict[str, str]:
    return {name: str(value).lower() for name, value in reading.taken().items()}


@pytest.mark.parametrize("text", LAYOUTS)
def test_a_place_is_read_however_the_line_is_cut(text: str) -> None:
    """Each county has its own system; what a slot holds shows in its shape."""
    reading = dispatch(text)

    assert reading.kind is DocumentKind.DISPATCH
    assert said(reading)["address"] == "2417 buffalo bend ln"
    assert said(reading)["city"] == "pearland"
    assert said(reading)["county"] == "brazoria"
    assert "oiler dr" in said(reading)["nearest_intersection"]


@pytest.mark.parametrize("text", LAYOUTS)
def test_a_dispatch_is_an_emergency_that_says_why(text: str) -> None:
    """The ticket must give the danger; the line has nothing else to say."""
    reading = dispatch(text)

    assert reading.taken()["ticket_type"] == "Emergency"
    assert len(said(reading)["emergency_justification"]) > 15


@pytest.mark.parametrize("text", LAYOUTS)
def test_units_and_maps_fill_no_field(text: str) -> None:
    """Who responds and on which page it lies is no business of the ticket."""
    filled = dispatch(text).taken().keys()

    assert not filled & {
        "company",
        "contact_name",
        "phone",
        "email",
        "work_for",
        "meter_number",
    }


def test_who_calls_is_no_excavator() -> None:
    """A neighbour who smells gas will not dig."""
    reading = dispatch(
        "Incident Type: Electrical Hazard Address: 410 KELLY LN City: PFLUGERVILLE"
        " Caller: JANE DOE Caller Phone: 512-555-0100 Notes: LINE ON FENCE SPARKING, NO FIRE"
    )

    assert not reading.taken().keys() & {"contact_name", "phone", "company"}


def test_who_has_hit_the_line_himself_is_the_contact() -> None:
    """His crew is the one that dug, and will dig again."""
    reading = dispatch(
        "ALERT;NATURE=STRUCK GAS LINE;LOC=681 KOHLERS XING;CITY=KYLE;CALLER=RAMIRO ESCOTO;"
        "CB=512-555-0139;NOTE=RP ADV HIS CREW HIT A 2IN POLY LINE, BLOWING GAS"
    )

    assert reading.taken()["contact_name"] == "RAMIRO ESCOTO"
    assert reading.taken()["phone"] == "512-555-0139"


def test_two_roads_are_a_place() -> None:
    """Out in the county there is no house to name."""
    reading = dispatch(
        "SUGAR LAND FD|LIGHT POLE DOWN|HIGHWAY 6 & LEXINGTON BLVD|SUGAR LAND|FORT BEND"
        "|KEY MAP 568X|E73|2025060412|LIVE WIRES EXPOSED AT BASE OF POLE"
    )

    assert reading.taken()["address"] == "HIGHWAY 6 & LEXINGTON BLVD"
    assert reading.taken()["county"] == "Fort Bend"


def test_a_list_of_calls_is_no_dispatch() -> None:
    """A log of yesterday asks for nothing."""
    reading = dispatch(
        "SMITH COUNTY ESD 2 - DAILY CALL LOG 06/14/2025\n"
        "1310 GAS LEAK 212 OAK ST WHITEHOUSE\n1902 LINES DOWN 9911 CR 285 ARP\nTOTAL CALLS: 2"
    )

    assert reading.kind is DocumentKind.NOT_A_WORK_ORDER
    assert reading.taken() == {}


def test_a_shop_under_the_label_of_a_place_is_no_address() -> None:
    """The house stands in its own slot; the shop only says where on the lot."""
    text = (
        "PAGE;EVT F26041999;WIRES DOWN ARCING;PRI 1;1812 E 34TH ST LUBBOCK;"
        "XST AVE R/AVE S;LOC: TACO STAND REAR ALLEY;NOTES POLE HIT BY TRUCK, LINES ON FENCE"
    )
    found = read(text.encode(), filename="page.txt").fields
    assert found["address"].value == "1812 E 34TH ST"
    assert found["city"].value == "LUBBOCK"
    assert {found["nearest_intersection"].value, found["cross_street"].value} == {
        "AVE R",
        "AVE S",
    }


def test_half_a_town_and_a_word_of_the_notes_are_no_city() -> None:
    """Systems cut a long line short, and glue a key to the word before it."""
    text = (
        "P2 LOC: LAKE RD & FM 439 TEMP EVENT TYPE: GAS SubType: LINE HITComments: PLUMBER HIT "
        "SERVICE, HISSING, CREW EN ROUTE CALLER NAME: ANA CLRNUM: 254-555-0188 TIME: 10:20:51"
    )
    found = read(text.encode(), filename="call.txt").fields
    assert found["address"].value == "LAKE RD & FM 439"
    assert "city" not in found or not found["city"].is_taken
