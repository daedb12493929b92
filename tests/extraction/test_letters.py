"""Letters, mails and notices: what their sentences and signatures say about a dig."""

import pytest

from domain.extraction import DocumentKind, Extraction, WarningCode
from extraction import read
from tests.extraction.documents import codes
from tests.extraction.quoting import is_reproduced

NOTICE = """NOTICE OF PROPOSED INSTALLATION

Formal notice is hereby given that Verde Creek Water Supply Corporation proposes to place a 6 inch PVC water
line within the right-of-way of County Road 532 in Medina County, Texas, beginning at FM 462 and extending east
2,300 feet along the south right-of-way line. The line will be laid in open trench 4 feet deep; the crossing will
be made by dry boring. All work shall be performed by our contractor, Frio Valley Utility Construction Co., 218
Avenue K, Hondo, TX 78861, contact Armando Reyna, 830-555-0177, areyna@example.com. The job should be finished in
15 days. Blasting is prohibited. If the line must be laid deeper than 60 inches, a safety plan is required.

Firm: Verde Creek Water Supply Corporation
"""
RELEASE = """PALO DURO COMMUNICATIONS COOPERATIVE
700 Route Street, Canyon, TX 79015

October 2, 2025

Oldham Directional Boring, Inc.
Attn: Rusty Felder
4410 W McCormick Rd
Amarillo, TX 79118

Dear Rusty,

Your crew will bore 1,140 ft of 2 inch HDPE along the north side of Western Street between Hollywood Rd and
SW 58th Ave in the City of Amarillo, Randall County, Texas, at a depth of 48 inches. Work is expected to take
three weeks. No blasting is planned. The route has been white lined. Our inspector is Dale Quintero, 806-555-0133.

Sincerely,

Marla Petty
Outside Plant Manager
"""
REQUEST = """From: Tina Vaughn <tvaughn@example.com>
To: Locate Desk <locates@example.com>
Subject: Locate needed - water service
Content-Type: text/plain; charset=utf-8

Please put in a locate for us. We need to dig up and replace a water service at 1208 Pecan Hollow Ct in
Burleson, Johnson County. Nearest cross street is Renfro St. We will trench about 60 feet, 30 inches deep.

Thanks,
Tina Vaughn
Dispatcher
Cross Timbers Plumbing LLC
1600 SW Wilshire Blvd, Burleson, TX 76028
Office: 817-555-0144
Fax: 817-555-0145
"""


def letter(text: str) -> Extraction:
    return read(text.encode(), filename="letter.txt")


def test_a_notice_names_the_contractor_and_whom_he_works_for() -> None:
    """Who signs a notice does not dig if he names a contractor."""
    taken = letter(NOTICE).taken()

    assert taken["company"] == "Frio Valley Utility Construction Co."
    assert taken["work_for"] == "Verde Creek Water Supply Corporation"
    assert taken["contact_name"] == "Armando Reyna"
    assert taken["phone"] == "830-555-0177"
    assert taken["address_line_1"] == "218 Avenue K"
    assert taken["city_state_zip"] == "Hondo, TX 78861"


def test_a_notice_tells_the_work_and_what_is_only_a_rule_is_left() -> None:
    """Sixty inches and blasting are what the county forbids, not what is planned."""
    reading = letter(NOTICE)

    assert "6 inch PVC water line" in str(reading.taken()["type_of_work"])
    assert reading.taken()["county"] == "Medina"
    assert reading.taken()["depth_inches"] == 48
    assert reading.taken()["is_boring"] is True
    assert "is_blasting" not in reading.taken()


def test_a_letter_that_releases_work_makes_the_addressee_the_excavator() -> None:
    """The letterhead is the client's; the inspector is nobody's contact."""
    taken = letter(RELEASE).taken()

    assert taken["company"] == "Oldham Directional Boring, Inc."
    assert taken["contact_name"] == "Rusty Felder"
    assert taken["address_line_1"] == "4410 W McCormick Rd"
    assert taken["work_for"] == "PALO DURO COMMUNICATIONS COOPERATIVE"
    assert "phone" not in taken


def test_a_letter_tells_the_place_the_depth_and_the_time() -> None:
    """All in one sentence, as people write."""
    taken = letter(RELEASE).taken()

    assert (taken["city"], taken["county"]) == ("Amarillo", "Randall")
    assert taken["depth_inches"] == 48
    assert taken["duration_days"] == 21
    assert taken["is_boring"] is True
    assert taken["is_blasting"] is False
    assert taken["white_lines_painted"] is True


def test_a_mail_whose_writer_digs_gives_his_signature() -> None:
    """`We will trench`: the company is the one in the signature, the fax is no phone."""
    taken = read(REQUEST.encode(), filename="order.eml").taken()

    assert taken["company"] == "Cross Timbers Plumbing LLC"
    assert taken["contact_name"] == "Tina Vaughn"
    assert taken["phone"] == "817-555-0144"
    assert taken["email"] == "tvaughn@example.com"
    assert taken["address"] == "1208 Pecan Hollow Ct"
    assert taken["nearest_intersection"] == "Renfro St"


@pytest.mark.parametrize("text", [NOTICE, RELEASE])
def test_what_a_sentence_says_is_quoted_from_it(text: str) -> None:
    """A person must be able to check it at a glance."""
    reading = letter(text)

    loose = [name for name, found in reading.fields.items() if not is_reproduced(name, found)]
    assert loose == []


def test_the_newest_mail_goes_before_those_it_quotes() -> None:
    """An older order is read, but what was corrected since is not."""
    reading = read(
        b"From: Gina Rolf <grolf@example.com>\nTo: tickets@example.com\n"
        b"Subject: FW: job 77-0912\nContent-Type: text/plain\n\n"
        b"See below, please call in. Crew will trench a sewer tap, 6 ft deep.\n\n"
        b"Gina Rolf\nBosque Sewer & Drain Services Inc.\n254-555-0129\n\n"
        b"-----Original Message-----\nFrom: Work Orders <wo@example.com>\n"
        b"Sent: Tuesday, June 3, 2025 4:40 PM\nTo: Gina Rolf\nSubject: job 77-0912\n\n"
        b"Job Number: 77-0912\nAddress: 981 Live Oak Dr\nCity: Hewitt\nCounty: McLennan\n"
        b"Depth: 4 ft\n\nOn Mon, Jun 2, 2025 at 9:00 AM Ann Orr <aorr@example.com> wrote:\n"
        b"> Is WO 5510912 at 4600 Oakwood Ln released?\n",
        filename="order.eml",
    )

    assert reading.taken()["company"] == "Bosque Sewer & Drain Services Inc."
    assert reading.taken()["address"] == "981 Live Oak Dr"
    assert reading.taken()["work_order_ref"] == "77-0912"


def test_a_mail_in_html_is_read_although_it_has_a_stub_of_text() -> None:
    """`Please use an HTML reader` is no order."""
    body = "<p>" + "</p><p>".join(["Address: 12 Oak St", "City: Waco", "County: McLennan"] * 4)
    reading = read(
        b"From: a@example.com\nSubject: order\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        b"This message is in HTML.\n--b\nContent-Type: text/html\n\n"
        + body.encode()
        + b"\n--b--\n",
        filename="order.eml",
    )

    assert reading.fields["city"].value == "Waco"


@pytest.mark.parametrize(
    "text",
    [
        (
            "MESA VISTA BORING LLC\nINVOICE 10233   Date: 05/02/2025\n\nBill To: Pecos Fiber, 400 N Main St\n"
            "Bore 2 inch HDPE under Nelson St   240 ft\n\nAmount Due 4,360.00\nPlease remit within 30 days."
        ),
        (
            "MINUTES OF THE REGULAR MEETING\n\nMr. Agnew reported that Concho Pipeline Contractors will replace the"
            " water main on Bluebonnet St between 2nd St and 5th St. Motion by Ruiz, carried. Adjourned at 7:12."
        ),
        (
            "THE LINE LOCATOR - Spring newsletter\n\nIn this issue: last month a crew hit a gas main on Ruiz St in"
            " Alice, Jim Wells County, while boring 400 ft of conduit at a depth of 36 inches."
        ),
        (
            "Subject: Automatic reply: WO 44120 locate request at 310 Elm St\n\nI am out of the office until Monday."
            " If you have an emergency dig, please call the main office at 210-555-0111."
        ),
        (
            "SAFETY BULLETIN\n\nBefore you dig, call 811. Boring crews must pothole every crossing. If you hit a gas"
            " line, leave the area. Questions: call Safety at 210-555-0150."
        ),
    ],
)
def test_a_paper_about_digging_that_orders_none_stays_empty(text: str) -> None:
    """It has every word of an order and is none."""
    reading = letter(text)

    assert reading.kind is DocumentKind.NOT_A_WORK_ORDER
    assert reading.taken() == {}


def test_a_question_about_digging_gives_nothing() -> None:
    """Whether somebody will bore is what the writer wants to know."""
    reading = letter(
        "Dear Ana,\n\nPlease advise whether you plan to bore or trench on Shady Ln. If boring is needed we may"
        " need a second permit. Do you have any utilities near Shady Ln and FM 1187?\n\nRegards,\nPaul"
    )

    assert reading.taken() == {}
    assert WarningCode.NOT_A_WORK_ORDER in codes(reading)
