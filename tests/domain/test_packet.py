"""The packet: complete, in the portal's words, and known by its fingerprint."""

import json
import string
import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.errors import RejectedError
from domain.facts import TicketFacts, TicketType
from domain.packet import NOT_STATED, SECTIONS, Packet, PacketEntry, as_text, packet_of
from domain.ticket import Ticket, TicketStatus
from domain.validation import validated
from tests.builders import LATER, NOW, make_draft, make_ticket
from tests.domain.stated import facts_that_state, values_of

EVERY_FACT = {name: values_of(name) for name in TicketFacts.model_fields}
ALWAYS_SAID = {"ticket_type", "priority_level"}


def entries(ticket: Ticket) -> dict[str, PacketEntry]:
    """Return the packet's entries by their labels."""
    packet = packet_of(ticket)
    return {entry.label: entry for section in packet.sections for entry in section.entries}


def fingerprint(facts: dict[str, Any]) -> str:
    return packet_of(make_draft(**facts)).fingerprint


def test_a_whole_ticket_is_keyed_in_from_the_caller_to_the_dates() -> None:
    """A person goes down the form of the portal once, and down the packet beside it."""
    packet = packet_of(make_ticket())

    assert [section.title for section in packet.sections] == [
        "Caller and excavator",
        "Work",
        "Location",
        "Map and marking",
        "Dates",
    ]
    assert (packet.ticket_id, packet.ticket_type, packet.center_type) == (
        "ticket-1",
        TicketType.NORMAL,
        "Normal",
    )


def test_every_fact_of_a_ticket_has_its_slot() -> None:
    """What has none would be confirmed, and never reach the center."""
    slots = {name for slots in SECTIONS.values() for slot in slots for name in slot.fields}

    assert slots == set(TicketFacts.model_fields)


@pytest.mark.parametrize(
    ("label", "kind", "is_required"),
    [
        ("Emergency justification", "Emergency", True),
        ("Previous ticket number", "No Response", True),
        ("Previous ticket number", "Recall", True),
        ("Start", "Normal", True),
        ("Start", "Emergency", False),
        ("Emergency justification", "Normal", False),
        ("Previous ticket number", "Normal", False),
    ],
)
def test_an_empty_slot_is_shown_if_the_law_or_the_center_asks_for_it(
    label: str, kind: str, *, is_required: bool
) -> None:
    """Who keys it in must see what to ask for, and what may be passed over."""
    ticket = make_ticket(ticket_type=kind, planned_start_at=None)

    entry = entries(ticket).get(label)

    assert (entry is not None and entry.is_required and not entry.value) is is_required


def test_an_entry_names_the_fields_that_say_it_or_could() -> None:
    """From an entry a person must get to the field, also to the one that is still empty."""
    said = entries(make_ticket(cross_street="Oak St", nearest_intersection=None))
    unsaid = entries(make_ticket(address_line_1=None, address_line_2=None))

    assert said["Nearest intersection"].fields == ("cross_street",)
    assert unsaid["Company address"].fields == ("address_line_1", "address_line_2")


@pytest.mark.parametrize("kind", TicketType)
def test_what_the_packet_requires_nobody_confirms_without(kind: TicketType) -> None:
    """A slot that is marked as required and empty would be found out at the portal only."""
    unsaid = dict.fromkeys(set(TicketFacts.model_fields) - {"ticket_type", "priority_level"})
    ticket = validated(make_ticket(ticket_type=kind, **unsaid), None, now=NOW)
    asked = {gap.field for gap in ticket.open_gaps if gap.severity == "required"}

    slots = [slot for section in SECTIONS.values() for slot in section]
    required = [slot for slot in slots if slot.is_required(ticket)]

    assert [
        slot.label
        for slot in required
        if not asked & set(slot.fields) and slot.fields != ("ticket_type",)
    ] == []


def test_a_ticket_with_open_required_gaps_has_no_packet() -> None:
    """All that is missing is named at once, and the first question is asked."""
    ticket = validated(make_ticket(company=None, county="Haris"), None, now=NOW)

    with pytest.raises(RejectedError) as caught:
        packet_of(ticket)

    assert "excavator company is missing" in caught.value.problem
    assert "Haris is not a county" in caught.value.problem
    assert caught.value.field == "company"
    assert caught.value.remedy == "Which company will do the digging?"


def test_a_gap_without_words_is_named_by_its_field() -> None:
    """Gaps in files of the customer have neither a description nor a question."""
    gaps = [gap.model_copy(update={"user_friendly_description": None, "suggested_prompt": None})
            for gap in validated(make_ticket(city=None), None, now=NOW).open_gaps]  # fmt: skip

    with pytest.raises(RejectedError, match=r"city: field_missing") as caught:
        packet_of(make_ticket(city=None, validation_gaps=gaps))

    assert caught.value.remedy == "State the city."


def test_a_packet_cannot_be_changed_and_reads_back_as_it_was() -> None:
    """What was confirmed is a fact; where it is kept or sent, it stays the same."""
    packet = packet_of(make_ticket())

    assert Packet.model_validate_json(packet.model_dump_json()) == packet
    with pytest.raises(ValidationError):
        packet.ticket_id = "another"  # type: ignore[misc]  # the point of the test


def test_the_text_shows_each_entry_on_one_line_to_copy() -> None:
    """A terminal beside the portal is enough to key a ticket in."""
    packet = packet_of(make_ticket(work_area_description="From pole\nto pole", email=None))

    lines = as_text(packet).splitlines()

    assert lines[0] == "Packet of ticket ticket-1: Normal"
    assert "CALLER AND EXCAVATOR" in lines
    assert any(line.split("Work area ")[-1].strip() == "From pole; to pole" for line in lines)
    assert sum(line.endswith(NOT_STATED) for line in lines) >= 2
    assert lines[-1] == f"Fingerprint {packet.fingerprint}"


def test_the_fingerprint_is_the_same_in_every_run() -> None:
    """A confirmation must hold after a restart, and on another machine."""
    first = packet_of(make_ticket()).fingerprint

    assert first == packet_of(make_ticket("another")).fingerprint
    assert len(first) == 64
    assert set(first) <= set(string.hexdigits.lower())


@pytest.mark.parametrize("status", TicketStatus)
def test_the_fingerprint_depends_on_nothing_but_the_facts(status: TicketStatus) -> None:
    """Else a confirmed ticket could not be submitted an hour later."""
    ticket = make_ticket()
    looked_at = validated(ticket, None, now=LATER)

    moved = looked_at.revised(
        now=LATER + timedelta(days=3),
        status=status,
        notice_at=LATER,
        earliest_lawful_start=LATER,
        edited_at=LATER,
        confirmed_fields=["company"],
        extraction_warnings=["faint"],
        texas811_ticket_number="2606112345",
    )

    assert packet_of(moved).fingerprint == packet_of(ticket).fingerprint


@given(facts=facts_that_state(), name=st.sampled_from(list(EVERY_FACT)), data=st.data())
def test_the_fingerprint_changes_when_a_fact_does_and_only_then(
    facts: dict[str, Any], name: str, data: st.DataObject
) -> None:
    """Nothing may be slipped in between the confirmation and the center."""
    others = EVERY_FACT[name] if name in ALWAYS_SAID else st.none() | EVERY_FACT[name]
    other = data.draw(others)
    before, after = make_draft(**facts), make_draft(**{**facts, name: other})

    is_same = getattr(before, name) == getattr(after, name)

    assert (fingerprint(facts) == fingerprint({**facts, name: other})) is is_same


ODD_TEXTS = (
    "company",
    "contact_name",
    "email",
    "type_of_work",
    "city",
    "address",
    "work_area_description",
)
ANY_TEXT = st.none() | st.text(max_size=40)
ANY_SHAPE = st.none() | st.dictionaries(
    st.sampled_from(["type", "coordinates"]),
    st.recursive(st.floats(allow_nan=False, allow_infinity=False) | st.text(), st.lists),
)


@given(texts=st.fixed_dictionaries(dict.fromkeys(ODD_TEXTS, ANY_TEXT)), shape=ANY_SHAPE)
def test_any_ticket_without_required_gaps_has_a_packet(
    texts: dict[str, str | None], shape: dict[str, Any] | None
) -> None:
    """However odd the words, the ticket that validation lets pass can be keyed in."""
    geometry = None if shape is None else {"geometry_type": "Point", "geojson": shape}
    ticket = validated(make_ticket(**texts, geometry=geometry), None, now=NOW)
    if ticket.has_required_gap:
        with pytest.raises(RejectedError):
            packet_of(ticket)
        return

    keyed = [entry.value for entry in entries(ticket).values()]

    assert {unicodedata.category(mark) for text in keyed for mark in text} & {
        "Cc",
        "Cf",
    } == set()
    assert json.dumps(keyed)
