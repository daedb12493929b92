"""Whoever asks for a locate in words of his own is heard; who only speaks of digging is not."""

import pytest

from domain.extraction import DocumentKind, Extraction, WarningCode
from extraction import read
from extraction.sentences.requests import asks_for_a_locate, plans_to_dig
from tests.extraction.quoting import is_reproduced

MAIL = (
    "From: Joe Marsh <jmarsh@example.com>\nTo: desk@example.com\nSubject: {subject}\n\n{body}\n"
)
PLACE = "418 Cypress Ln, Boerne, Kendall County"


def heard(text: str, name: str = "note.txt") -> tuple[Extraction, dict[str, object]]:
    reading = read(text.encode(), filename=name)
    assert all(is_reproduced(name, one) for name, one in reading.fields.items())
    return reading, {name: one.value for name, one in reading.fields.items() if one.is_taken}


@pytest.mark.parametrize(
    "words",
    [
        "Please put in another one for us.",
        "Dig ticket needed by Friday.",
        "We ask that existing underground facilities be marked.",
        "Kindly schedule line locates for the full width.",
        "Could someone come out and mark the lines?",
        "We'd like everything marked within 25 feet.",
        "Please have the utilities spotted before then.",
        "need EMERGENCY 811 now b4 backhoe",
        "We need our marks refreshed.",
        "can you call in a ticket for tomorrow",
        "need a fresh one called in for the alley",
    ],
)
def test_a_request_is_one_in_any_wording(words: str) -> None:
    assert asks_for_a_locate(words)


@pytest.mark.parametrize(
    "words",
    [
        "Remember to call 811 before you dig to have lines marked for free.",
        "How much would it cost to have a line located?",
        "The locates have been requested.",
        "Locates are to be requested by others.",
        "Thank you for requesting a locate.",
        "The applicant agrees to notify the one-call center at 811.",
        "Learn how to request a locate ticket.",
        "Work Order\nLocate date",
    ],
)
def test_what_is_said_to_everybody_asks_for_nothing(words: str) -> None:
    assert not asks_for_a_locate(words)


@pytest.mark.parametrize(
    ("words", "is_plan"),
    [
        ("City crew has to replace a leaking service.", True),
        ("We've got to tap the main.", True),
        ("You are hereby authorized to begin relocating the main.", True),
        ("The City hereby requests that your company relocate the main.", True),
        ("Installation of 300 feet of gas main is scheduled for April 6.", True),
        ("We finished the tap; the trench is backfilled.", False),
        ("If you plan to dig, call first.", False),
    ],
)
def test_a_plan_is_told_from_a_report(words: str, *, is_plan: bool) -> None:
    assert plans_to_dig(words) is is_plan


@pytest.mark.parametrize(
    "body",
    [
        f"Please put in another one for us. We have to replace a water service at {PLACE}.\n\nThanks,\nJoe Marsh\nCity of Boerne\n830-555-0141",
        f"New dig ticket please. {PLACE}. We are setting 22 fence posts, 3 feet deep.\n\nJoe\nBandera Fence Co\n830-555-0141",
    ],
)
def test_a_mail_that_asks_is_an_order_of_its_writer(body: str) -> None:
    reading, found = heard(MAIL.format(subject="one more", body=body), "mail.eml")

    assert reading.kind is not DocumentKind.NOT_A_WORK_ORDER
    assert (found["address"], found["city"], found["county"]) == (
        "418 Cypress Ln",
        "Boerne",
        "Kendall",
    )
    assert found["company"] in ("City of Boerne", "Bandera Fence Co")
    assert found["phone"] == "830-555-0141"
    assert "type_of_work" in found


@pytest.mark.parametrize(
    "text",
    [
        f"NOTICE TO RESIDENTS\nOn April 8 we will be repairing a main at {PLACE}. Your water service will be\ninterrupted. We apologize for the inconvenience.\n",
        "TRAFFIC ALERT\nMotorists should expect delays on Elm St from 4th St to 6th St while crews will install a water line.\n",
        f"Thank you for the opportunity to quote. We propose to install 400 feet of sewer main at {PLACE}\nfor the lump sum price of $31,400. Price is good for 30 days.\n",
        "We are now hiring operators in Odessa. You will dig trenches and install conduit. Apply at 900 W 2nd St.\nFull benefits.\n",
        "Dear neighbors, contractors will be boring conduit along Oak Run Dr from Mesa Blvd to Ridge Rd. Please\nflag sprinkler heads. Annual meeting is May 4.\n",
        "Our crews will trench and bore your conduit anywhere in Travis County. Mention this email and get 10%\noff. Call today for a free quote. 1400 Industrial Blvd.\n",
        "PUBLIC HEARING\nThe city proposes to replace 4,000 feet of main along Austin St. Comments go to the city secretary.\n",
    ],
)
def test_papers_for_the_public_give_nothing(text: str) -> None:
    reading, found = heard(text)

    assert reading.kind is DocumentKind.NOT_A_WORK_ORDER
    assert found == {}


def test_what_is_done_and_asked_for_by_nobody_is_only_offered() -> None:
    body = f"We finished the tap at {PLACE} yesterday. Trench was 4 feet deep.\n\nJoe Marsh\nGuadalupe Plumbing"
    _reading, found = heard(MAIL.format(subject="done", body=body), "mail.eml")

    assert set(found) <= {"email"}


def test_lines_marked_for_a_design_are_asked_for_by_who_designs() -> None:
    letter = """\
Brushy Creek Engineers, LLC
400 Main Street, Suite 210, Georgetown, TX 78626

July 7, 2026

Re: Ronald Reagan Blvd, City of Leander, Williamson County

To whom it may concern:

Brushy Creek Engineers has been hired by the City of Leander to design a reclaimed water main along
Ronald Reagan Blvd. Please mark your lines for design purposes from Hero Way north 2,000 feet. Our
party chief is Omar Diaz, 512-555-0119. Please call the undersigned at 512-555-0111.

Respectfully,

Joan Pell, P.E.

cc: Ray Orr, City of Leander, 512-555-0102
"""
    _reading, found = heard(letter)

    assert found["ticket_type"] == "Survey/Design"
    assert found["type_of_work"] == "design a reclaimed water main"
    assert found["company"] == "Brushy Creek Engineers"
    assert found["work_for"] == "City of Leander"
    assert (found["contact_name"], found["phone"]) == ("Joan Pell", "512-555-0111")
    assert (found["onsite_contact_name"], found["onsite_phone"]) == (
        "Omar Diaz",
        "512-555-0119",
    )
    assert (found["city"], found["nearest_intersection"]) == ("Leander", "Hero Way")


def test_a_chat_is_put_right_by_its_next_message() -> None:
    chat = """\
[5/2/26, 8:01 AM] Rosa Lund: hey can you call in a ticket for tomorrow
[5/2/26, 8:02 AM] Office: sure what's the address
[5/2/26, 8:03 AM] Rosa Lund: 218 Bluebonnet Ln Smithville. oops 281 Bluebonnet Ln not 218
[5/2/26, 8:03 AM] Office: cross street?
[5/2/26, 8:04 AM] Rosa Lund: Gazley St. county is Bastrop
[5/2/26, 8:05 AM] Office: how deep
[5/2/26, 8:05 AM] Rosa Lund: 30 inches, replacing the sewer line from the house to the alley
[5/2/26, 8:06 AM] Office: ok I'll put it under Lund Plumbing with you as the contact, your number still 512-555-0177?
[5/2/26, 8:06 AM] Rosa Lund: no its 512-555-0178
"""
    reading, found = heard(chat)

    assert WarningCode.MULTIPLE_LOCATIONS not in {one.code for one in reading.warnings}
    assert (found["address"], found["city"]) == ("281 Bluebonnet Ln", "Smithville")
    assert (found["nearest_intersection"], found["county"]) == ("Gazley St", "Bastrop")
    assert (found["depth_inches"], found["company"]) == (30, "Lund Plumbing")
    assert (found["contact_name"], found["phone"]) == ("Rosa Lund", "512-555-0178")


def test_each_line_of_a_terse_note_that_asks_is_heard() -> None:
    note = """\
EASTEX WATER CO -> CREW 3
ORD 5502041
Need emergency 811 now. 118 Pine St, Lufkin, btw Oak and Elm
8in main blowing water into road
dig 8x8 in street 5 ft deep, repair main
not white lined. no bore
crew 3 lead D. Moss 936-555-0144
811 caller: Tina Cole, loc desk, 936-555-0140
rp: mailman Mr Hays 936-555-0107
"""
    _reading, found = heard(note)

    assert (found["company"], found["work_order_ref"]) == ("EASTEX WATER CO", "5502041")
    assert (found["ticket_type"], found["type_of_work"]) == ("Emergency", "repair main")
    assert (found["contact_name"], found["phone"]) == ("Tina Cole", "936-555-0140")
    assert (found["onsite_contact_name"], found["onsite_phone"]) == ("D. Moss", "936-555-0144")
    assert (found["is_boring"], found["white_lines_painted"]) == (False, False)
    assert found["address"] == "118 Pine St"
    assert "address_line_1" not in found


def test_a_point_far_outside_of_texas_is_warned_of() -> None:
    page = "INC: 2026-004471\nTYP: GAS LEAK OUTSIDE\nLOC: 1420 S MUSTANG RD\nCTY: {town}\nLL: {point}\nUNITS: E3 BC1\n"

    def codes(town: str, point: str) -> set[WarningCode]:
        text = page.format(town=town, point=point)
        return {one.code for one in read(text.encode()).warnings}

    assert WarningCode.OUT_OF_STATE in codes("YUKON", "35.45127,-97.72382")
    assert WarningCode.OUT_OF_STATE not in codes("AMARILLO", "35.19920,-101.84530")
