"""What sentences tell in few words, and whose a letter's and a system's names and numbers are."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from extraction.values.normalise import normalise
from tests.extraction.test_keys_together import taken


@pytest.mark.parametrize(
    ("words", "inches"),
    [
        ("about 85 ft. 24 inches deep", 24),
        ("6 ft 6 in.", 78),
        ("6'6\"", 78),
        ("5\u2019 below grade", 60),
        ("about eight feet below the pavement", 96),
        ("6 ft, 3.5 in", 76),
    ],
)
def test_inches_behind_feet_are_less_than_a_foot(words: str, inches: int) -> None:
    """A length and a depth that stand beside each other are two measures."""
    assert normalise("depth_inches", words) == inches


LETTER = """\
                 TRI-COUNTY WATER SUPPLY CORPORATION
            410 Depot Street, Lott, Texas 76656  \u2022  Office 254-555-0101

October 12, 2026

{addressee}

RE: Notice to Proceed - 6-inch main relocation, County Road 4004
    TCWSC Work Order 26-0188

Dear Mr. Delgado:

You are hereby authorized to begin relocating approximately 400 feet of 6-inch water
main along County Road 4004, between FM 935 and County Road 4010, in Falls County.
The bottom of the trench will be about six feet below the road. Please complete the work
within ten (10) working days.{caller}

Questions about the plans may be directed to me at 254-555-0102 or to our inspector,
Ms. Dana Krupp, at 254-555-0107.

Sincerely,

Walt Jurek
General Manager
"""
FIRM = "Delgado Pipeline & Boring, Inc.\n1903 FM 935\nChilton, Texas 76632"
CALLER = (
    " You told us that Ms. Ana Kott of your office arranges the locates\n"
    "and can be reached at 254-555-0158."
)


@pytest.mark.parametrize(
    ("addressee", "caller", "who"),
    [
        (f"Mr. Hector Delgado\n{FIRM}", "", ("Hector Delgado", None)),
        (
            FIRM.replace("\n", "\nAttention: Mr. Hector Delgado\n", 1),
            "",
            ("Hector Delgado", None),
        ),
        (f"Mr. Hector Delgado\n{FIRM}", CALLER, ("Ana Kott", "254-555-0158")),
    ],
)
def test_the_addressee_who_digs_is_not_called_at_the_writer(
    addressee: str, caller: str, who: tuple[str, str | None]
) -> None:
    """The firm written to digs; the numbers of the letterhead, the signer and the inspector are not his."""
    found = taken(LETTER.format(addressee=addressee, caller=caller).encode())
    assert found["company"] == "Delgado Pipeline & Boring, Inc."
    assert found["address_line_1"] == "1903 FM 935"
    assert (found["contact_name"], found.get("phone")) == who
    assert (found["depth_inches"], found["duration_days"]) == (72, 10)
    assert str(found["work_for"]).upper().startswith("TRI-COUNTY WATER")


FORWARDED = """\
Can you call this in? Beto Ruiz runs the crew, 956-555-0128. Open cut, 36" deep, two days.

Trina Solis
{firm}
3012 N 10th St, McAllen, TX 78501
Office 956-555-0120

---------- Forwarded message ---------
From: Ken Ames <kames@example.com>
Date: Mon, Nov 16, 2026 at 4:40 PM
Subject: FW: conduit to pump station
To: Trina Solis <tsolis@example.com>

Trina - yours.

Ken Ames, Engineering Tech
Magic Valley Electric Cooperative - Mission District
Desk 956-555-0140

> From: Lori Vance
> Sent: Friday, November 13, 2026 8:01 AM
> To: Ken Ames
> Subject: conduit to pump station
>
> WO #: 77410-B
> Address: 4401 Mile 7 Rd, Mission, Hidalgo County
> Closest cross: Bentsen Palm Dr
> Work: trench 140 ft of 4" conduit to the pump station pad
> Ped / XF: padmount T-40881
"""


@pytest.mark.parametrize("firm", ["Ruiz Brothers Electric LLC", "Alto Boring, Inc."])
def test_what_was_sent_on_twice_is_dug_by_who_has_it_called_in(firm: str) -> None:
    """The innermost mail is the order, the utility in between the client, its office nobody's."""
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"] = "Trina Solis <tsolis@example.com>", "tickets@example.com"
    letter["Subject"] = "FW: FW: conduit to pump station"
    letter.set_content(FORWARDED.format(firm=firm))
    found = taken(letter.as_bytes())
    assert found["company"] == firm
    assert (found["contact_name"], found["phone"]) == ("Trina Solis", "956-555-0120")
    assert (found["onsite_contact_name"], found["onsite_phone"]) == (
        "Beto Ruiz",
        "956-555-0128",
    )
    assert found["work_for"] == "Magic Valley Electric Cooperative"
    assert found["work_order_ref"] == "77410-B"
    assert found["nearest_intersection"] == "Bentsen Palm Dr"
    assert "40881" in str(found["transformer_id"])
    assert (found["depth_inches"], found["duration_days"]) == (36, 2)


def test_the_headline_of_a_system_is_no_firm_and_no_person() -> None:
    """A portal names its partner by a label; what heads its mail is a kind of paper."""
    text = (
        "Bluestem Fiber - Partner Portal\n\nWork Order\nOSP Lateral Build - Directional Bore\n"
        "Account Phone\n281-555-0175\n\nWork Order Number: WO-00318842\n"
        "Address: 14010 Lexington Blvd, Sugar Land, TX 77478\nPartner: {firm}\n"
        "Partner Contact: Thuy Delacroix\nCrew Foreman: Omar Benavides\n"
    )
    found = taken(text.format(firm="Bayou Directional, Inc.").encode())
    assert (found["company"], found["contact_name"]) == (
        "Bayou Directional, Inc.",
        "Thuy Delacroix",
    )
