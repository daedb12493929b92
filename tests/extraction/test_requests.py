"""Requests in people's own words: mails and letters that ask for a locate.

All invented; telephone numbers come from the block that is kept for fiction.
"""

import pytest

from domain.extraction import DocumentKind, Extraction, WarningCode
from extraction import read
from tests.extraction.documents import codes

ASKED = """\
From: Teri Boswell <tboswell@example.com>
To: tickets@example.com
Subject: need a locate - Hondo
Content-Type: text/plain

Hi,

Please turn in a locate for us (Boswell Irrigation LLC) at 1204 Avenue M here in Hondo,
it's in Medina County. We're trenching a new 2 inch water line for Dr. Salinas from the
meter to the barn, and we'll be digging down about two and a half feet. I sprayed it white
yesterday. No boring. Job # on our side is 26-118.

Ramiro will be on site, his cell is 830-555-0144. Put my cell down, 830-555-0141. That was a
different job last week, 902 Water Street.

Thanks,
Teri

--
Teri Boswell | Boswell Irrigation LLC
330 CR 421, Hondo, TX 78861
office 830-555-0140 | fax 830-555-0149
"""
NOTICE = """\
                    PALO DURO TRENCHING CO.
         88 Industrial Blvd  *  Canyon, Texas 79015
                  Phone (806) 555-0130

                                          September 8, 2025

Mr. L. Tate, P.E.
City Engineer, City of Canyon
301 16th Street
Canyon, Texas 79015

     Re:  Notice of Proposed Work / Our Project No. PD-2217

Dear Mr. Tate:

Palo Duro Trenching Co., acting on behalf of Llano Gas Cooperative (the "Owner"),
intends to install two (2) 4 inch steel mains beneath Fifth Avenue, beginning at the
corner of its intersection with Palo Street, in Randall County, Texas. The trench will
be at a minimum depth of forty-two (42) inches. Duration of work is 15 working days.

You may reach our project manager, Ms. Dana Whitley, at 806-555-0131. In an emergency
after hours call our superintendent, Theo Marsh, 806-555-0133.

                         Respectfully,

                         Milo Prather
"""
MENDED = """\
From: Teri Boswell <tboswell@example.com>
To: Ana Cantu <acantu@example.com>
Subject: RE: locate for Oak
Content-Type: text/plain

Sorry, it is 410 Oak Street, not 401. And make it 4 feet deep. The rest is right.

On Tue, Feb 3, 2026 at 9:15 AM Teri Boswell <tboswell@example.com> wrote:
> Ana, please call in a locate for Boswell Irrigation LLC. We will be
> replacing the sewer line at 401 Oak Street in Hondo, Medina County,
> from the house to the alley, 3 feet deep. Work will take two days.
"""
FORWARDED = """\
From: Hector Salas <hsalas@example.com>
To: Kim Dorsey <kdorsey@example.com>
Subject: Fwd: 811 for the Bluebell job
Content-Type: text/plain

Kim, see below, can you call it in today?

---------- Forwarded message ---------
From: Wes Kocurek <wkocurek@example.com>
Subject: 811 for the Bluebell job
To: Hector Salas <hsalas@example.com>

The job for Bluebell Water Supply Corp is at 3310 FM 50 near Independence, Washington County.
Lone Oak Boring & Utilities will bore 120 feet of 6 inch water main under FM 50, 8 feet deep.
Foreman is Chuy, 979-555-0155.

Wes Kocurek
Lone Oak Boring & Utilities, Inc.
1500 Old Mill Creek Rd, Brenham, TX 77833
c 979-555-0156
"""


def mail(text: str) -> Extraction:
    return read(text.encode(), filename="request.eml")


def taken(found: Extraction) -> dict[str, object]:
    return {name: one.value for name, one in found.fields.items() if one.confidence >= 0.5}


def test_a_mail_that_asks_for_a_locate_is_read_as_an_order() -> None:
    """The office that gets it shall not type it in again."""
    found = taken(mail(ASKED))
    assert found["company"] == "Boswell Irrigation LLC"
    assert found["address"] == "1204 Avenue M"
    assert (found["city"], found["county"]) == ("Hondo", "Medina")
    assert found["work_for"] == "Dr. Salinas"
    assert (found["depth_inches"], found["white_lines_painted"]) == (30, True)
    assert found["work_order_ref"] == "26-118"
    assert WarningCode.NOT_A_WORK_ORDER not in codes(mail(ASKED))


def test_who_is_on_the_job_may_have_a_first_name_only() -> None:
    """His number is not the writer's, who gives his own for the ticket."""
    found = taken(mail(ASKED))
    assert (found["onsite_contact_name"], found["onsite_phone"]) == ("Ramiro", "830-555-0144")
    assert (found["contact_name"], found["phone"]) == ("Teri Boswell", "830-555-0141")
    assert found["address_line_1"] == "330 CR 421"


def test_a_letter_tells_who_acts_for_whom() -> None:
    """Who acts on behalf of another digs; the other is whom the work is for."""
    found = taken(read(NOTICE.encode(), filename="notice.txt"))
    assert found["company"] == "Palo Duro Trenching Co."
    assert found["work_for"] == "Llano Gas Cooperative"
    assert found["type_of_work"] == "install two (2) 4 inch steel mains"
    assert (found["depth_inches"], found["duration_days"]) == (42, 15)
    assert (found["address"], found["city"]) == ("Fifth Avenue", "Canyon")


def test_the_number_for_the_work_goes_before_that_of_the_letterhead() -> None:
    """Nor is it the number that is answered at night."""
    found = taken(read(NOTICE.encode(), filename="notice.txt"))
    assert (found["contact_name"], found["phone"]) == ("Dana Whitley", "806-555-0131")
    assert found["address_line_1"] == "88 Industrial Blvd"


def test_a_reply_that_mends_a_request_leaves_the_rest_of_it() -> None:
    """What is mended is taken from the reply, all else from the mail that it quotes."""
    found = mail(MENDED).fields
    assert found["address"].value == "410 Oak Street"
    assert [other.value for other in found["address"].alternatives] == ["401 Oak Street"]
    assert found["depth_inches"].value == 48
    assert found["city"].value == "Hondo"
    assert found["city"].is_taken


def test_a_mail_that_is_passed_on_gives_the_digger_by_his_own_signature() -> None:
    """Who passes it on does not dig."""
    found = taken(mail(FORWARDED))
    assert found["contact_name"] == "Wes Kocurek"
    assert found["address_line_1"] == "1500 Old Mill Creek Rd"
    assert found["onsite_contact_name"] == "Chuy"
    assert found["work_for"] == "Bluebell Water Supply Corp"


BILL = """\
INVOICE 4471
Bill to: Lone Plains Telecom
Locate ticket 2631145567, 4411 Elm St
Trenching standby 6 hrs
Balance due: $840.00
Call 811
"""
ORDER = """\
Work Order: 5512
Company: Mesa Trenching LLC
Address: 410 Oak St
City: Luling
Type of Work: trench
811 Ticket: ________ (call 811)
"""
TICKET = """\
Miss Utility Center
Ticket No: 26512288
Address: 110 Street: E PATRICK ST
Company: ACME DIGGING
Type of Work: sewer
County: HAYS
"""
PUSHED = """\
{"event": {"cadNumber": "26-441820", "nature": "GAS LEAK", "units": ["E12"],
"dispatchTime": "10:00", "agency": "TYLER FD", "location": {"address": "2100 S BROADWAY AVE"}}}
"""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (BILL, DocumentKind.NOT_A_WORK_ORDER),
        (ORDER, DocumentKind.WORK_ORDER),
        (TICKET, DocumentKind.LOCATE_TICKET),
        (PUSHED, DocumentKind.DISPATCH),
    ],
    ids=["bill", "order", "ticket", "pushed"],
)
def test_a_document_is_of_the_kind_that_its_use_makes_it(text: str, kind: DocumentKind) -> None:
    """A number of a ticket makes no order a ticket if it is blank, and no bill one if it is there."""
    assert read(text.encode()).kind is kind


def test_words_that_nobody_writes_tell_of_a_bad_scan() -> None:
    """One slip is none."""
    clean = f"{ORDER}Remarks: Installation of the line from Elm St in 2017"
    bad = clean.replace("Inst", "lnst").replace("2017", "2O17").replace("from", "frorn")
    bad = bad.replace("line", "regu1ation")
    assert WarningCode.LOW_TEXT_QUALITY in codes(read(bad.encode()))
    assert WarningCode.LOW_TEXT_QUALITY not in codes(read(clean.encode()))


def test_only_equally_placed_values_contradict_each_other() -> None:
    """A number of a job and one of a call are two things."""
    same = b"Contractor: Mesa Trenching\nJob No: 5512\nType of Work: trench\nJob No: 7714"
    other = b"Contractor: Mesa Trenching\nJob No: 5512\nType of Work: trench\nIncident No: 7714"
    assert WarningCode.CONFLICTING_VALUES in codes(read(same))
    assert WarningCode.CONFLICTING_VALUES not in codes(read(other))
