"""Corrections: what is said anew goes before what was said, and who pays does not dig."""

import pytest

from domain.extraction import Extraction
from extraction import read
from tests.extraction.quoting import is_reproduced

HEAD = "TICKET CORRECTION\nCompany: Hillcrest Boring LLC\n\n"
DUG = "Type of work: Install fiber drop\nCounty: Dallas\nCompany: Hillcrest Boring LLC\n"
ORDER = """\
WORK ORDER 5512
Contractor: Hillcrest Boring LLC
Foreman: Dana Wick
{line}
Type of work: Install water service
Address: 818 E Main St
City: Seguin
"""


def told(reading: Extraction, *names: str) -> list[object]:
    return [reading.fields[name].value for name in names]


COLUMNS = """\
Field            Was                 Now
-----            -----               -----
Address          412 Oak St          418 Oak St
City             Garland             (no change)
Work Type        Fiber drop          Water service
"""
BARS = """\
Item            | Existing          | Corrected
Address         | 412 Oak St        | 418 Oak St
City            | Garland           | Garland
Work Type       | Fiber drop        | Water service
"""
TURNED = """\
                 New                 Old
Address          418 Oak St          412 Oak St
City             Garland             Mesquite
Work Type        Water service       Fiber drop
"""
HTML = """<p>Company: Hillcrest Boring LLC</p><table><tr><th>Field</th><th>Was</th><th>Now</th></tr>
<tr><td>Address</td><td>412 Oak St</td><td>418 Oak St</td></tr>
<tr><td>City</td><td>Mesquite</td><td>Garland</td></tr>
<tr><td>Work Type</td><td>Fiber drop</td><td>Water service</td></tr></table>"""
ROWS = """{"contractor": "Hillcrest Boring LLC", "changes": [
{"field": "Site Address", "old": "412 Oak St", "new": "418 Oak St"},
{"field": "City", "old": "Mesquite", "new": "Garland"},
{"field": "Work Type", "old": "Fiber drop", "new": "Water service"}]}"""
OBJECTS = """{"contractor": "Hillcrest Boring LLC", "city": {"old": "Mesquite", "new": "Garland"},
"site_address": {"old": "412 Oak St", "new": "418 Oak St"},
"work_type": {"old": "Fiber drop", "new": "Water service"}}"""


@pytest.mark.parametrize(
    "text", [HEAD + COLUMNS, HEAD + BARS, HEAD + TURNED, HTML, ROWS, OBJECTS]
)
def test_a_table_of_what_was_and_is_speaks_by_what_is(text: str) -> None:
    """What was is no rival either; what has not changed holds."""
    reading = read(text.encode())

    assert told(reading, "address", "city", "type_of_work") == [
        "418 Oak St",
        "Garland",
        "Water service",
    ]
    assert reading.fields["address"].alternatives == []
    assert all(
        is_reproduced(name, reading.fields[name]) for name in ("address", "type_of_work")
    )


def test_a_row_of_assets_under_existing_and_new_is_no_correction() -> None:
    """A pole is replaced by another: its number names no field."""
    line = "Item     Existing   New\nP-10441  35/5       40/4"

    assert read(ORDER.format(line=line).encode()).fields["address"].value == "818 E Main St"


@pytest.mark.parametrize(
    "words",
    [
        "Use this one instead of the Garland address below.\nNew location: 818 E Centerville Rd\n",
        "The address was wrong.\nCorrected address: 818 E Centerville Rd\n",
        "Please dig at 818 E Centerville Rd instead of the address below.\n",
    ],
)
def test_an_address_that_is_said_anew_goes_before_the_one_that_it_corrects(words: str) -> None:
    """The old one is shown beside it, and never as sure."""
    mail = f"From: dana@example.com\nSubject: locate\n\n{words}\nAddress: 4100 Broadway Blvd\n{DUG}"
    finding = read(mail.encode()).fields["address"]

    assert finding.value == "818 E Centerville Rd"
    assert [one.value for one in finding.alternatives] == ["4100 Broadway Blvd"]
    assert finding.alternatives[0].confidence < 0.9


@pytest.mark.parametrize(
    "line",
    [
        "Member phone: 830-555-0122",
        "Coop member: Lena Ortiz  Phone: 830-555-0122",
        "Bill to: Palmetto Water Supply  Ph 830-555-0122",
        "Bill to Palmetto Water Supply  Ph 830-555-0122",
        "Bill to: Palmetto Water Supply\nPhone: 830-555-0122",
        "Billing phone: 830-555-0122",
        "Customer Lena Ortiz   Ph: 830-555-0122",
    ],
)
def test_the_number_of_who_pays_is_not_that_of_who_digs(line: str) -> None:
    """A call about the dig has to reach the digger."""
    fields = read(ORDER.format(line=line).encode()).fields

    assert not {"phone", "onsite_phone"} & fields.keys()


def test_the_number_of_the_digger_behind_who_pays_is_the_diggers() -> None:
    """Only what stands in the line of the payer is the payer's."""
    line = "Bill to Palmetto Water Supply  Ph 830-555-0122\nContractor phone: 830-555-0199"

    assert read(ORDER.format(line=line).encode()).fields["phone"].value == "830-555-0199"
