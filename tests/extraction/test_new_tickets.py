"""Tickets of a layout that nobody has seen: the words that only their row completes."""

import pytest

from tests.extraction.test_keys_together import taken

TICKET = """LOCATE MESSAGE                                SEQ 00417
TICKET.: 26031200417-00   KIND.: NEW / STANDARD

WHO IS DIGGING
  FIRM.....: MESA POOLS & SPAS     TYPE.: CONTRACTOR
  MAILING..: 2115 W APACHE TRL STE 9 / ABILENE TX 79601
  PLACED BY: DEE LATTIMORE                 TEL..: (325) 555-0114

WHERE
  ST..: TX   {county}   PLACE..: ABILENE    ZIP..: 79601
  SITE: 1374 E TREASURE COVE DR

WHAT
  JOB.....: EXCAVATE FOR INGROUND POOL          PERMIT.: N/A
  CONTRACTOR W/O.: NONE GIVEN
  EXPLOSIVES: NO   BORE/TUNNEL: NO
  PREMARKED IN WHITE: YES (PAINT)

NOTIFIED
  CODE   MEMBER                          PHONE
  APSGI  EXAMPLE ELECTRIC        325-555-0101
  CXGIL  CACTUS CABLE                    325-555-0102
"""


@pytest.mark.parametrize("county", ["CO..: TAYLOR", "CO: TAYLOR", "CNTY.: TAYLOR"])
def test_a_ticket_of_a_new_vendor_is_a_ticket(county: str) -> None:
    """`CO` beside a state is a county; the number of a ticket is no order."""
    values = taken(TICKET.format(county=county).encode())

    assert values["county"] == "Taylor"
    assert values["contact_name"] == "DEE LATTIMORE"
    assert values["address_line_1"] == "2115 W APACHE TRL"
    assert values["type_of_work"] == "EXCAVATE FOR INGROUND POOL"
    assert "work_order_ref" not in values


def test_a_company_is_no_county() -> None:
    """`CO: ACME BORING INC` beside a town stays what it was."""
    values = taken(TICKET.format(county="CO..: ACME BORING INC").encode())

    assert "county" not in values or values["county"] != "Acme Boring Inc"
