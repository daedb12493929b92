"""Prints with leaders of dots, tables of people, portals, and permits of two parties."""

import pytest

from extraction import read
from extraction.lines.marks import marks_in
from extraction.values.normalise import normalise
from tests.extraction.pages import pdf
from tests.extraction.test_keys_together import taken

PRINT = """\
PECAN FORK ELECTRIC COOPERATIVE, INC.
SERVICE ORDER
W.O. NBR{x}26-03318-C      STATUS{x}REL TO CONTRACTOR
CONTRACTOR{x}HOLLIS LINE CONSTRUCTION    LOCATE CALLER{x}MARLA QUINTERO
FOREMAN{x}CURT DOBROWSKI   979-555-0142
SVC ADDR{x}2214 COUNTY ROAD 223       CITY{x}GIDDINGS
COUNTY{x}LEE                          NEAREST X-RD{x}CR 226
WORK{x}SET 45-3 POLE NEXT TO EXISTING
DIGGER TRUCK      DEPTH 7 FT    BORING N
REMARKS: DOG IN YARD. CALL IN NEW TICKET. CALL AHEAD BEFORE ENTRY 979-555-0166"""


@pytest.mark.parametrize("leader", [" . . ", " . ", " .. ", " .  .  . ", " \u00b7 \u00b7 "])
def test_short_leaders_divide_labels_from_values(leader: str) -> None:
    found = taken(PRINT.format(x=leader).encode())
    assert found["work_order_ref"] == "26-03318-C"
    assert found["company"] == "HOLLIS LINE CONSTRUCTION"
    assert found["contact_name"] == "MARLA QUINTERO"
    assert found["onsite_contact_name"] == "CURT DOBROWSKI"
    assert found["address"] == "2214 COUNTY ROAD 223"
    assert found["nearest_intersection"] == "CR 226"
    assert "phone" not in found  # the remarks name nobody


@pytest.mark.parametrize(
    "text",
    [
        "It takes 10 working days . Blasting will not be used.",
        "Meet at 12 Elm St , Elgin . Call the foreman ... he knows",
    ],
)
def test_a_dot_that_stands_apart_in_a_sentence_leads_nothing(text: str) -> None:
    assert not [mark for mark in marks_in(text) if mark.label]


PEOPLE = [
    ("Gas company coordinator", "Ellis Warfield", "254-555-0110", "ew@example.com"),
    ("Your locate contact", "Shawna Teague", "254-555-0158", "st@example.com"),
    ("Crew leader", "Ray Millican", "254-555-0177", ""),
]
HEADS = ("Name", "Phone", "E-mail")
CALLED = {
    "company": "Bosque Bluff Contracting",
    "contact_name": "Shawna Teague",
    "phone": "254-555-0158",
    "email": "st@example.com",
    "onsite_contact_name": "Ray Millican",
    "onsite_phone": "254-555-0177",
    "address": "2721 Morrow Ave",
}


def portal(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"""<html><body><h1>Assignment accepted</h1>
<p>Thank you. You accepted assignment <b>HBG-2026-05531</b> on 03/24/2026 at 2:40 PM.</p>
<dl><dt>Task</dt><dd>Install new 2-inch PE main</dd><dt>Premises</dt><dd>2721 Morrow Ave<br>
Waco, TX 76707</dd><dt>Meter to be removed</dt><dd>00417733</dd>
<dt>Customer</dt><dd>J. Lattner (bill to: 14 Elm St, Hewitt), 254-555-0103</dd></dl>
<table><tr>{"".join(f"<th>{head}</th>" for head in heads)}</tr>{table}</table>
<p>Our company: Bosque Bluff Contracting</p>
<p>White lining: not entered yet. Blasting: not stated. Boring: not yet decided.</p>
<footer>&copy; 2026 Heart of Brazos Gas, 3300 Bagby Ave, Waco</footer></body></html>""".encode()


@pytest.mark.parametrize(
    ("heads", "rows"),
    [
        (("", *HEADS), PEOPLE),
        (("Role", *HEADS), PEOPLE),
        (("Name", "Role", *HEADS[1:]), [(row[1], row[0], *row[2:]) for row in PEOPLE]),
    ],
)
def test_a_table_of_people_tells_whose_each_row_is(
    heads: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    found = taken(portal(heads, rows))
    assert CALLED.items() <= found.items()
    assert (found["work_order_ref"], found["meter_number"]) == ("HBG-2026-05531", "00417733")
    assert found["work_for"] == "Heart of Brazos Gas"
    assert not {"white_lines_painted", "is_blasting", "is_boring"} & found.keys()


@pytest.mark.parametrize("head", ["Role", "", "Contact type"])
def test_a_table_of_people_in_text(head: str) -> None:
    rows = [(head, *HEADS), *PEOPLE]
    table = "\n".join("".join(f"{cell:26}" for cell in row).rstrip() for row in rows)
    order = (
        "SERVICE ORDER 4471-22\nWork: install new gas main\nCompany: Bosque Bluff Contracting"
    )
    found = taken(f"{order}\nSite address: 2721 Morrow Ave\n\n{table}\n\nDepth: 4 ft".encode())
    assert CALLED.items() <= found.items()


@pytest.mark.parametrize("bold", ["*", ""])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("head", ["Role", ""])
def test_a_table_of_people_on_a_page(head: str, order: tuple[int, int], bold: str) -> None:
    if not head and order == (1, 0):
        order = (0, 1)  # without a head, who it is stands first
    form = [
        ("Work", "install new gas main"),
        ("Company", "Bosque Bluff Contracting"),
        ("Site address", "2721 Morrow Ave"),
        ("City", "Waco"),
    ]
    words = [(40, 60, "SERVICE ORDER 4471-22*")]
    for n, (label, value) in enumerate(form):
        words += [(40, 90 + 15 * n, f"{label}{bold}"), (120, 90 + 15 * n, value)]
    heads = tuple(f"{name}{bold}" if name else "" for name in (head, *HEADS))
    for n, row in enumerate([heads, *PEOPLE]):
        cells = (row[order[0]], row[order[1]], *row[2:])
        places = zip((40, 180, 300, 400), cells, strict=True)
        words += [(left, 170 + 14 * n, cell) for left, cell in places if cell]
    assert CALLED.items() <= taken(pdf(words)).items()


PERMIT = """\
{head}

1. {permittee}
Name: Organ Mesa Telephone Cooperative
Representative: Patrice Lovato
Telephone: 575-555-0112

2. {contractor}
Company: Mesilla Directional Boring LLC
Contact: Arturo Sedillo
Telephone: 575-555-0146

3. WORK
Description of work: Bore under roadway and place conduit
Site address: 5525 Dripping Springs Rd
"""


@pytest.mark.parametrize(
    ("permittee", "contractor"),
    [
        ("PERMITTEE (FACILITY OWNER)", "CONTRACTOR PERFORMING EXCAVATION"),
        ("PERMITTEE", "CONTRACTOR"),
        ("APPLICANT", "CONTRACTOR DOING THE WORK"),
        ("Applicant (utility)", "Excavator"),
    ],
)
def test_the_permittee_that_owns_the_line_is_not_who_digs(
    permittee: str, contractor: str
) -> None:
    head = "HAYS COUNTY ROAD & BRIDGE\nPERMIT 88-1201"
    text = PERMIT.format(head=head, permittee=permittee, contractor=contractor)
    found = taken(text.encode())
    assert found["company"] == "Mesilla Directional Boring LLC"
    assert (found["contact_name"], found["phone"]) == ("Arturo Sedillo", "575-555-0146")
    assert found["work_for"] == "Organ Mesa Telephone Cooperative"
    assert found["work_for_phone"] == "575-555-0112"


@pytest.mark.parametrize(
    ("head", "county"),
    [
        ("HAYS COUNTY ROAD & BRIDGE\nPERMIT 88-1201", "Hays"),
        ("COUNTY OF TRAVIS\nPERMIT 88-1201", "Travis"),
        (
            "DO\u00d1A ANA COUNTY \u2014 ENGINEERING SERVICES\nLas Cruces, NM 88007",
            "DO\u00d1A ANA",
        ),
        ("Hays County Electric Cooperative\nWork order 88-1201", None),
        ("Tri-County Construction Inc.\nWork order 88-1201", None),
    ],
)
def test_the_county_that_heads_a_permit_is_that_of_the_site(
    head: str, county: str | None
) -> None:
    text = PERMIT.format(head=head, permittee="PERMITTEE", contractor="CONTRACTOR")
    finding = read(text.encode()).fields.get("county")
    assert (finding.value if finding else None) == county


@pytest.mark.parametrize(
    ("first", "second", "number"),
    [
        ("Mobile", "Office (optional)", "0171"),
        ("Office phone (if any)", "Cell", "0172"),
        ("Phone", "Mobile (optional)", "0171"),
        ("Phone (optional)", "Fax", "0171"),
    ],
)
def test_an_optional_number_goes_behind_one_that_is_asked_for(
    first: str, second: str, number: str
) -> None:
    text = (
        "Locate request\nYour company: Plains Fence LLC\nYour name: Omar Delacruz\n"
        f"{first}: 512-555-0171\n{second}: 512-555-0172\nStreet address of the job: 4021 Links Ln\n"
        "City: Round Rock\nIs the area marked with white paint or flags? Yes - flags\n"
    )
    found = taken(text.encode())
    assert found["phone"] == f"512-555-{number}"
    assert found["white_lines_painted"] is True


@pytest.mark.parametrize("raw", ["not entered yet", "not yet decided", "not been provided"])
def test_what_is_not_entered_is_no_answer(raw: str) -> None:
    for field in ("white_lines_painted", "is_boring", "is_blasting"):
        assert normalise(field, raw) is None
