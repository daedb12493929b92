"""Work orders of our own wording, in each medium, and what makes small ones.

All invented; telephone numbers come from the block that is kept for fiction.
"""

import json
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from domain.extraction import Extraction, WarningCode
from extraction import read

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
LEFT_OUT = {".md", ".png"}  # a scan takes a second to read: `test_ocr.py` reads it once
SHARED = ROOT.parent / "shared" / "samples"  # lies beside the repository on some machines

PRINTED = """\
PECAN VALLEY ELECTRIC                                        WORK ORDER 60417
Issued: 03/02/2026

Contractor: Mesa Trenching LLC
Requested By: Ana Ruiz
Phone: (512) 555-0142 ext 7
Email: ana.ruiz@example.com
Foreman: Bill Tate
Cell: 512-555-0177

Job Site
Address: 410 Bluebonnet Ln
City: Lockhart
County: Caldwell
Nearest Intersection: Mockingbird Ln
Subdivision: Mesquite Flats

Type of Work: Set new pole and trench secondary
Depth: 6 ft
Duration: 2 weeks
Boring: No
Blasting: No
White Lined: Yes
Pole #: 7781-A
Work Area: Within 10 ft of the stake in the rear easement
"""

COLUMNS = """\
SECONDARY SERVICE ORDER

CONTRACTOR                              JOB SITE
Company: Mesa Trenching LLC             Address: 410 Bluebonnet Ln
Contact: Ana Ruiz                       City: Lockhart
Phone: (512) 555-0142 ext 7             County: Caldwell
Email: ana.ruiz@example.com             Cross Street: Mockingbird Ln
Address: PO Box 12                      Subdivision: Mesquite Flats
City: Luling   State: TX  Zip: 78648    Pole #: 7781-A

Work Order #: 60417
Type of Work: Set new pole and trench secondary
Depth: 6 ft    Duration: 2 weeks
"""

CAPITALS = """\
ORDER NO: 60417
TYPE OF WORK: SET NEW POLE AND TRENCH SECONDARY
EXCAVATOR: MESA TRENCHING LLC
CALLER: ANA RUIZ      PHONE: 512-555-0142
FOREMAN: BILL TATE    CELL: 512-555-0177
ADDRESS: 410 BLUEBONNET LN  CITY: LOCKHART  COUNTY: CALDWELL
WORK AREA: REAR EASEMENT, 10 FT AROUND THE STAKE
DEPTH: 6 FT   DURATION: 2 WEEKS   BORING: N   EXPLOSIVES: N
"""

DISPATCH = """\
CAD INCIDENT: 26-00417
NATURE: GAS LEAK OUTSIDE
LOC: 1200 PECAN ST
CITY: ABILENE
COUNTY: TAYLOR
XST: N 12TH ST
NOTES: ODOR AT THE METER, CREW ON SCENE, STREET CLOSED
"""

TICKET = """\
ONE CALL LOCATE REQUEST
Ticket No: 2661234567         Ticket Type: Normal

Member Operator
Member Name: Pecan Valley Electric
Contact: Olga Marsh
Phone: 512-555-0110

Excavator Information
Company: Mesa Trenching LLC
Contact: Ana Ruiz
Phone: 512-555-0142
Email: ana.ruiz@example.com

Work Site
County: Caldwell
City: Lockhart
Address: 410 Bluebonnet Ln
Work Type: Set new pole

Members Notified
Company: Brazos Water Supply
Phone: 512-555-0133

Additional Information
Company: Texas Safety Board
Phone: 512-555-0100
"""

HTML = """\
<!DOCTYPE html><html><head><style>td {color: red}</style></head><body>
<h1>Service order</h1><table>
<tr><td>Work Order No.</td><td>60417</td></tr>
<tr><td>Company</td><td>Mesa Trenching LLC</td></tr>
<tr><td>Caller</td><td>Ana Ruiz</td></tr>
<tr><td>Phone</td><td>(512) 555-0142</td></tr>
<tr><td>Type of Work</td><td>Set new pole</td></tr>
<tr><td>Address</td><td>410 Bluebonnet Ln, Lockhart, TX 78644</td></tr>
<tr><td>County</td><td></td></tr>
<tr><td>Cross Street</td><td>Mockingbird Ln</td></tr>
</table></body></html>
"""

NESTED_JSON = json.dumps(
    {
        "workOrder": {"number": "60417", "typeOfWork": "Set new pole"},
        "excavator": {
            "companyName": "Mesa Trenching LLC",
            "contactName": "Ana Ruiz",
            "phone": "5125550142",
        },
        "siteContact": {"name": "Bill Tate", "phone": "5125550177"},
        "members": [{"name": "Brazos Water Supply", "phone": "5125550133"}],
        "workSite": {
            "county": "Caldwell",
            "city": "Lockhart",
            "address": "410 Bluebonnet Ln",
            "latitude": 29.88,
            "longitude": -97.67,
        },
    }
)

OWN_JSON = json.dumps(
    {
        "company": "Mesa Trenching LLC",
        "contact_name": "Ana Ruiz",
        "phone": "512-555-0142",
        "is_boring": False,
        "depth_inches": 36,
        "duration_description": "two weeks",
        "county": "Caldwell",
        "gps_coordinates": {"latitude": 29.88, "longitude": -97.67},
    }
)

XML = """\
<?xml version="1.0" encoding="utf-8"?>
<w:WorkOrder xmlns:w="urn:example:orders" xmlns:p="urn:example:people">
  <w:WorkOrderNumber>60417</w:WorkOrderNumber>
  <w:TypeOfWork>Set new pole</w:TypeOfWork>
  <p:Excavator><p:Company>Mesa Trenching LLC</p:Company><p:Phone>5125550142</p:Phone></p:Excavator>
  <p:Caller><p:Name>Ana Ruiz</p:Name></p:Caller>
  <w:Site><w:County>Caldwell</w:County><w:City>Lockhart</w:City>
    <w:Address>410 Bluebonnet Ln</w:Address></w:Site>
</w:WorkOrder>
"""

BLANK_FORM = """\
REQUEST FOR EXCAVATION

Company:
Contact:
Phone:
Address:
City:                County:
Type of Work:
"""

LUNCH = "Lunch menu\nMonday: soup of the day\nTuesday: tacos with rice\n"


def mail(*attachments: tuple[str, str, str]) -> bytes:
    """Return a mail with parts given as subtype of text, file name and content."""
    message = EmailMessage()
    message["From"] = "Ana Ruiz <ana.ruiz@example.com>"
    message["To"] = "locates@example.com"
    message["Subject"] = "Locate for work order 60417"
    message.set_content("Please put in the locate, the order is attached.\n\nThanks, Ana\n")
    for subtype, name, content in attachments:
        message.add_attachment(content, subtype=subtype, filename=name)
    return message.as_bytes()


def forwarded(inner: bytes) -> bytes:
    """Return a mail that has another attached."""
    head = b"From: a@example.com\nTo: b@example.com\nSubject: Fwd\nMIME-Version: 1.0\n"
    head += b'Content-Type: multipart/mixed; boundary="cut%d"\n\n' % len(inner)
    begin, end = b"--cut%d\n" % len(inner), b"\n--cut%d--\n" % len(inner)
    note = b"Content-Type: text/plain\n\nsee below\n"
    return head + begin + note + begin + b"Content-Type: message/rfc822\n\n" + inner + end


@cache
def own_documents() -> dict[str, bytes]:
    """Return the documents above by name, with those of the repository's samples/."""
    texts = {
        "printed.txt": PRINTED,
        "columns.txt": COLUMNS,
        "capitals.txt": CAPITALS,
        "dispatch.txt": DISPATCH,
        "ticket.txt": TICKET,
        "table.html": HTML,
        "nested.json": NESTED_JSON,
        "own.json": OWN_JSON,
        "order.xml": XML,
        "blank.txt": BLANK_FORM,
        "lunch.txt": LUNCH,
    }
    own = {name: text.encode() for name, text in texts.items()}
    own["order.eml"] = mail(("html", "order.html", HTML), ("plain", "more.txt", CAPITALS))
    own["forwarded.eml"] = forwarded(own["order.eml"])
    return own | {f.name: f.read_bytes() for f in files_in(SAMPLES) if f.suffix not in LEFT_OUT}


def shared_documents() -> dict[str, bytes]:
    """Return the documents beside the repository, none where there are none."""
    if not SHARED.is_dir():
        print(f"{SHARED.name}: no documents beside the repository")  # noqa: T201 - it is run by hand
        return {}
    sides = (".expected.json", ".py", ".md")
    return {f.name: f.read_bytes() for f in files_in(SHARED) if not f.name.endswith(sides)}


def is_scan(name: str) -> bool:
    """Is this a picture of paper, by its name? Recognising its letters takes seconds."""
    return name.endswith((".png", "_scan.pdf"))


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


@cache
def readings() -> dict[str, Extraction]:
    """Return what was read from every document at hand but scans, read once for all tests."""
    shared = {name: one for name, one in shared_documents().items() if not is_scan(name)}
    documents = own_documents() | shared
    return {name: read(document, filename=name) for name, document in documents.items()}


def order(*lines: str) -> Extraction:
    """Return what is read from a work order that has these lines beside its usual ones."""
    usual = ("Work Order #: 60417", "Type of Work: Set new pole", "County: Caldwell", "")
    return read("\n".join((*usual, *lines)).encode())


def codes(reading: Extraction) -> set[WarningCode]:
    return {warning.code for warning in reading.warnings}
