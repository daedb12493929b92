"""What a conversation is shown: enough for the next sentence, and never too much."""

import json
from datetime import timedelta
from typing import Any

import pytest

from api.dates import dates_of
from api.sentences import SENTENCES, View, sentence_for
from api.turns import GAPS_MAX, LINES_MAX, TURN_CHARACTERS_MAX, turn_of
from domain.extraction import Span
from domain.facts import FREE_TEXT_CHARACTERS_MAX, TicketFacts
from domain.taking import Refusal, Taken
from domain.ticket import Ticket, TicketStatus
from domain.validation import validated
from tests.builders import NOW, STATED, make_draft, make_extraction, make_finding, make_ticket
from tests.domain.lives import EXPIRY, START, make_life

POLYGON = [
    [[-97.7431 + one / 1e6, 30.2672 + (one % 7) / 1e6] for one in range(4_000)] + [[-97.7431, 30.2672]]
]  # fmt: skip


def largest(letter: str) -> Ticket:
    """A draft with the longest texts that its fields hold, of this letter."""
    texts: dict[str, Any] = {}
    for name, field in TicketFacts.model_fields.items():
        if field.annotation == str | None:
            [most] = [one.max_length for one in field.metadata if hasattr(one, "max_length")]
            texts[name] = letter * most
    shape = {
        "geometry_type": "Polygon",
        "geojson": {"type": "Polygon", "coordinates": POLYGON},
        "warnings": [letter * 5_000] * 50,
    }
    return make_draft(**texts, geometry=shape)


@pytest.mark.parametrize("letter", ["x", '"', "\u00e9", "\U0001f6a7", "\x01"])
def test_a_turn_is_small_whatever_the_ticket_holds(letter: str) -> None:
    """ChatGPT takes less than 100,000 characters, and a model remembers less."""
    ticket = validated(largest(letter), None, now=NOW)
    refused = [Refusal(field="city", problem=letter * 20_000)] * 200
    read = make_extraction(company=make_finding(letter * 200, 0.7))

    turn = turn_of(
        ticket, read, now=NOW, taken=Taken(refused=refused, left_open=[letter * 500] * 200)
    )

    assert len(turn.model_dump_json()) <= TURN_CHARACTERS_MAX
    assert "(cut; 20,000 characters)" in turn.facts["work_area_description"]
    assert turn.geometry
    assert turn.geometry.geojson is None


def test_what_fits_is_not_cut() -> None:
    """A usual work order is shown as it is."""
    text = "Trench from the pole to the meter. " * 20

    turn = turn_of(make_ticket(work_area_description=text), None, now=NOW)

    assert turn.facts["work_area_description"] == text.strip()
    assert len(text) < FREE_TEXT_CHARACTERS_MAX


def test_only_what_is_stated_is_shown_as_a_fact() -> None:
    """Null would read as if somebody had said nothing on purpose."""
    turn = turn_of(make_draft(city="Austin", is_boring=False), None, now=NOW)

    assert turn.facts == {
        "city": "Austin",
        "is_boring": False,
        "ticket_type": "Normal",
        "priority_level": "Standard",
    }


def test_the_required_questions_come_first_and_are_counted() -> None:
    """The list has an end; the count says how many there are."""
    turn = turn_of(validated(make_draft(), None, now=NOW), None, now=NOW)

    severities = [gap.severity for gap in turn.gaps]
    assert severities == sorted(severities, key=["required", "recommended", "warning"].index)
    assert len(turn.gaps) == GAPS_MAX < turn.gap_count
    assert turn.next_question == turn.gaps[0].prompt
    assert not turn.can_be_confirmed
    assert turn.gaps[0].label in turn.say


def test_a_value_that_was_read_with_doubt_is_shown_with_its_words() -> None:
    """So that a person can hold it against the document."""
    finding = make_finding("Austin", 0.7, spans=[Span(quote="Town: Austin")])

    turn = turn_of(make_ticket(), make_extraction(city=finding), now=NOW)

    assert [one.model_dump() for one in turn.low_confidence] == [
        {"field": "city", "value": "Austin", "confidence": 0.7, "quote": "Town: Austin"}
    ]
    assert turn.low_confidence_count == 1


def test_values_that_were_read_with_doubt_are_counted() -> None:
    """The list has an end."""
    names = sorted(set(STATED) & set(TicketFacts.model_fields) - {"planned_start_at"})
    weak = {name: make_finding(STATED[name], 0.7) for name in names}

    turn = turn_of(make_ticket(), make_extraction(**weak), now=NOW)

    assert len(turn.low_confidence) == LINES_MAX < turn.low_confidence_count


def test_before_the_notice_the_dates_are_not_final() -> None:
    """They are what a notice given now would have."""
    [start, *_others] = dates_of(make_ticket(), NOW)

    assert start.name == "earliest_lawful_start"
    assert start.at.isoformat() == "2026-03-05T00:00:00-06:00"
    assert start.in_chicago == "Thursday, March 5, 2026 at 12:00 AM CST"
    assert (start.rule, start.is_final) == ("A", False)
    assert dates_of(make_draft(), NOW) == []


def test_after_the_notice_the_dates_are_those_that_the_ticket_keeps() -> None:
    """Also where the center, or an agreement, has moved one."""
    later = START + timedelta(hours=8)
    ticket = make_life(TicketStatus.SUBMITTED).model_copy(
        update={"earliest_lawful_start": later}
    )

    dates = {line.name: line for line in dates_of(ticket, NOW)}

    assert dates["earliest_lawful_start"].at == later
    assert dates["expires"].at == EXPIRY
    assert all(line.is_final for line in dates.values())


def test_a_date_in_el_paso_is_told_by_both_clocks() -> None:
    """The site keeps Mountain time, the center does not."""
    [start, *_others] = dates_of(make_ticket(county="El Paso"), NOW)

    assert start.at.isoformat() == "2026-03-05T00:00:00-07:00"
    assert start.in_chicago == "Thursday, March 5, 2026 at 1:00 AM CST"


def test_every_status_has_its_sentence() -> None:
    """Somebody asks at every point of a life."""
    assert set(SENTENCES) == set(TicketStatus)
    for status in TicketStatus:
        ticket = make_ticket(status=status)
        assert sentence_for(View(ticket, dates_of(ticket, NOW), NOW)).endswith(".")


def test_the_packet_is_shown_as_far_as_it_is_filled() -> None:
    """A person reads it before everything is there; what is asked for stands there empty."""
    turn = turn_of(validated(make_draft(city="Austin"), None, now=NOW), None, now=NOW)

    lines = {line.label: line for part in turn.packet for line in part.lines}
    assert (lines["Place"].value, lines["Company"].value) == ("Austin", "")
    assert lines["Company"].is_required
    assert json.loads(turn.model_dump_json())["packet"][0]["title"] == "Caller and excavator"


def test_a_start_that_has_become_unlawful_cannot_be_confirmed() -> None:
    """It was lawful when it was said."""
    ticket = validated(make_ticket(status="ValidPendingConfirm"), None, now=NOW)

    later = turn_of(ticket, None, now=NOW + timedelta(days=3))

    assert turn_of(ticket, None, now=NOW).can_be_confirmed
    assert not later.can_be_confirmed
    assert later.say.startswith("It cannot be confirmed as it is now.")
    assert "confirm it" not in later.say
    assert later.next_question
    assert "When shall the digging start?" in later.next_question
