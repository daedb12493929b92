"""Habits of tickets, notices and orders: each in several layouts, none of them anybody's own."""

import pytest

from extraction.values.moments import is_moment
from extraction.values.normalise import normalise
from extraction.values.statements import stated
from tests.extraction.pages import Word, box, pdf
from tests.extraction.test_keys_together import taken

TICKET = """LOCATE REQUEST  Ticket No: 123456789   Type: NORMAL
County: TRAVIS    City: AUSTIN
Address: 705 W JEFFERSON ST
{}
Company: HACKBERRY LINE SERVICE INC
{}
Nature of Work: REPLACE POLE
"""
CALLER = "Caller: RITA POOL  Phone: 512-555-0118"


@pytest.mark.parametrize(
    "lines",
    [
        "Nearest Intersection: 1 -- GRAND AVE\n              2ND INT -- MONROE ST",
        "Nearest Intersection: 1) GRAND AVE\n                      2) MONROE ST",
        "Intersection 1: GRAND AVE   Intersection 2: MONROE ST",
        "Cross Street: 1. GRAND AVE 2. MONROE ST",
        "1ST INT: GRAND AVE\n2ND INT: MONROE ST",
        "Cross: #1 - GRAND AVE; #2 - MONROE ST",
    ],
)
def test_roads_that_are_counted(lines: str) -> None:
    found = taken(TICKET.format(lines, CALLER).encode())
    assert (found["nearest_intersection"], found["cross_street"]) == ("GRAND AVE", "MONROE ST")


def test_a_number_that_belongs_to_a_road_stays() -> None:
    found = taken(TICKET.format("Cross Street: 4TH ST", CALLER).encode())
    assert found["nearest_intersection"] == "4TH ST"
    assert "cross_street" not in found


@pytest.mark.parametrize(
    "lines",
    [
        (
            "Caller: RENATA OCHOA   Caller Phone: 512-555-0118\n"
            "Contact: CLYDE BURGESS  Contact Phone: 512-555-0177"
        ),
        (
            "Caller: RENATA OCHOA   Contact: CLYDE BURGESS\n"
            "Caller Phone: 512-555-0118  Contact Phone: 512-555-0177"
        ),
        "Caller: RENATA OCHOA\nPhone: 512-555-0118\nContact: CLYDE BURGESS\nContact Cell: 512-555-0177",
        (
            "Caller Name: RENATA OCHOA\nCaller Phone: 512-555-0118\n"
            "Contact Name: CLYDE BURGESS\nContact Phone: 512-555-0177"
        ),
    ],
)
def test_the_number_of_a_contact_beside_a_caller(lines: str) -> None:
    found = taken(TICKET.format("Cross: ELM ST", lines).encode())
    assert (found["contact_name"], found["phone"]) == ("RENATA OCHOA", "512-555-0118")
    assert (found["onsite_contact_name"], found["onsite_phone"]) == (
        "CLYDE BURGESS",
        "512-555-0177",
    )


def test_a_contact_alone_is_who_called() -> None:
    lines = "Contact: CLYDE BURGESS\nContact Phone: 512-555-0177"
    found = taken(TICKET.format("Cross: ELM ST", lines).encode())
    assert (found["contact_name"], found["phone"]) == ("CLYDE BURGESS", "512-555-0177")
    assert "onsite_phone" not in found


@pytest.mark.parametrize("behind", ["", "                       Fax: 972-555-0119"])
def test_a_place_below_a_street_that_has_a_label_behind_it(behind: str) -> None:
    order = f"""Company: HACKBERRY LINE SERVICE INC
Address:  4410 S INTERSTATE 35 E                  Lead Time: N
          RED OAK, TX 75154{behind}
Caller: RITA POOL

Work address: 12 ELM ST
City: WAXAHACHIE
Type of work: BORE
Ticket: 123456789
"""
    assert taken(order.encode())["city_state_zip"] == "RED OAK, TX 75154"


NOTICE = """From: Responses <replies@center.example.com>
To: Dora Whitlock <dora@example.com>
Subject: {subject}
Date: Mon, 09 Nov 2026 07:30:02 -0600

{text}

{quoted}
"""


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            (
                "Dear DORA WHITLOCK,\n\nThese members have answered locate request 569130774, which\n"
                "you entered for PECAN GROVE BORES. You must wait for all of them."
            ),
            (
                "> Work at      12450 LARKSPUR RD, SAN ANTONIO, BEXAR COUNTY\n"
                "> Cross street BUDDING BLVD\n> Work type    BORE FOR FIBER DROP"
            ),
        ),
        (
            (
                "Hello Dora Whitlock:\n\nThank you for your dig request. It was submitted online for"
                " Pecan Grove Bores today. Members are told."
            ),
            (
                "| > Work Location  12450 LARKSPUR RD\n| > City           SAN ANTONIO\n"
                "| > County         BEXAR\n| > Cross street   BUDDING BLVD\n| > Nature of work BORE"
            ),
        ),
        (
            "All members have answered the locate ticket 569130774.",
            (
                "> Company: PECAN GROVE BORES\n> Caller: DORA WHITLOCK\n> Address: 12450 LARKSPUR RD\n"
                "> City: SAN ANTONIO  County: BEXAR\n> Cross: BUDDING BLVD\n> Type of work: BORE"
            ),
        ),
    ],
)
def test_a_notice_quotes_the_ticket_that_it_is_about(text: str, quoted: str) -> None:
    notice = NOTICE.format(subject="Locate 569130774", text=text, quoted=quoted)
    found = taken(notice.encode())
    assert str(found["company"]).upper() == "PECAN GROVE BORES"
    assert str(found["contact_name"]).upper() == "DORA WHITLOCK"
    assert str(found["address"]).startswith("12450 LARKSPUR RD")
    assert (found["city"], found["nearest_intersection"]) == ("SAN ANTONIO", "BUDDING BLVD")


@pytest.mark.parametrize(
    "text",
    [
        (
            "Dear Customer,\n\nYou have submitted the ticket 1234567 for ALAMO LIGHTWAVE and it is on"
            " its way to all of the members."
        ),
        (
            "Dear Bob Harker,\n\nPlease place a line locate at 12 Elm St in Waco, and tell us when"
            " it is done. Pole 77120 is to be replaced."
        ),
    ],
)
def test_who_is_greeted_has_not_always_asked(text: str) -> None:
    notice = NOTICE.format(subject="Locate", text=text, quoted="")
    assert not {"contact_name", "company"} & set(taken(notice.encode()))


@pytest.mark.parametrize(
    ("site", "kind", "lasts", "white"),
    [
        ("On site", "Kind", "Lasts", "Pre-marked white"),
        ("On-site", "Type of ticket", "Will last", "Premarked in white?"),
        ("In the field", "Kind of ticket", "Work will take", "Area pre marked"),
        ("Onsite person", "Kind", "Job lasts", "Marked white by caller"),
    ],
)
def test_labels_of_a_page_in_plain_words(site: str, kind: str, lasts: str, white: str) -> None:
    rows = {
        "Company": "WASATCH RIDGE PLUMBING",
        "Called in by": "SVEN ALDER",
        site: "MINDY CROFT",
        kind: "NORMAL",
        lasts: "4 DAYS",
        white: "YES",
        "County": "TOOELE",
        "Work": "REPAIR SEWER LATERAL",
    }
    cells = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows.items())
    page = f"<html><body><h3>Ticket B62830455</h3><table>{cells}</table></body></html>"
    found = taken(page.encode())
    assert (found["contact_name"], found["onsite_contact_name"]) == (
        "SVEN ALDER",
        "MINDY CROFT",
    )
    assert (found["ticket_type"], found["duration_days"]) == ("Normal", 4)
    assert found["white_lines_painted"] is True


@pytest.mark.parametrize(
    "heading", ["3. LOCATION AND WORK", "C. LOCATION", "3. WORK SITE", "III. SITE AND WORK"]
)
def test_a_numbered_heading_ends_the_section_of_who_digs(heading: str) -> None:
    rows: list[list[tuple[str, str]]] = [
        [("CONTRACTOR", "Balcones Trenchless Inc.")],
        [("MAILING ADDRESS", "6700 FM 1863"), ("CITY, STATE, ZIP", "Bulverde, TX 78163")],
        [("CONTACT PERSON", "Rigo Cantu"), ("PHONE", "830-555-0166")],
        [],
        [("ROAD / STREET ADDRESS", "1740 Larkspur Rd"), ("CROSS STREET", "Deer Creek Dr")],
        [("COMMUNITY", "Spring Branch"), ("BLASTING", "No")],
    ]
    words: list[Word] = [(54, 90, "1. CONTRACTOR*")]
    drawn, top = "", 100.0
    for row in rows:
        if not row:
            words.append((54, top + 16, f"{heading}*"))
            top += 24
        for at, (name, value) in enumerate(row):
            left = 50 + 260 * at
            drawn += box(left, top, left + 260, top + 27)
            words += [(left + 4, top + 9, name, 7), (left + 4, top + 22, value)]
        top += 27 if row else 0
    found = taken(pdf(words, strokes=drawn))
    assert (found["company"], found["address_line_1"]) == (
        "Balcones Trenchless Inc.",
        "6700 FM 1863",
    )
    assert (found["address"], found["city"]) == ("1740 Larkspur Rd", "Spring Branch")
    assert found["nearest_intersection"] == "Deer Creek Dr"


def test_what_is_nothing_but_a_date() -> None:
    dates = ["14-OCT-26", "2026-09-11T09:15:00-05:00", "Oct 14, 2026 8:00 AM", "13:05"]
    roads = ["W 4TH ST", "10 May St", "FM 1236", "Sunday Dr", "CR 1-2-26", "March Ave"]
    assert all(map(is_moment, dates))
    assert not any(map(is_moment, roads))
    assert [normalise("nearest_intersection", road) for road in roads] == roads


def test_a_rule_about_pits_denies_no_boring() -> None:
    assert stated("is_boring", "Bore pits shall be no closer than 10 feet.") is None
    assert stated("is_boring", "Boring is not planned.") is False
