"""Calls: what has happened, as the slots of a dispatcher tell it: the call, its number, the notes."""

import re
from collections.abc import Iterator, Sequence

from domain.extraction import Span
from extraction.candidates import Candidate
from extraction.sentences.slots import CALL_WORDS, Kind, Slot, is_city
from extraction.sentences.whereabouts import no_surer
from extraction.values.streets import IS_ADDRESS

KEYED = 0.80
SHAPED = 0.74
BEHIND = 0.70
NOTES = 0.70
NARRATED = 0.64
NARRATIVE_CHARACTERS_MIN = 15
ORDER = 20_000
SHORT = 4  # characters of a code
CALL_NUMBER = re.compile(r"^#?(?=\S{0,30}\d{4})\S{5,30}")
NOTE_WITH_ADDRESS_WORDS_MIN = 12


def made(
    slot: Slot, field: str, strength: float, span: tuple[int, int] | None = None
) -> Candidate:
    """Return a candidate for what stands in a slot, or in a piece of it."""
    start, end = span or (slot.start, slot.end)
    place = slot.line.span(start, end)
    order = ORDER + slot.line.number
    return Candidate(
        field, place.quote, (place,), "finder", strength, "slot_of_dispatch", order
    )


def call_told(slots: Sequence[Slot]) -> Iterator[Candidate]:
    """Read what the call is, its number and the point."""
    call = next(
        (slot for slot in slots if slot.kind is Kind.CALL and CALL_WORDS.search(slot.text)),
        None,
    )
    if call:
        yield made(call, "type_of_work", KEYED if call.is_keyed else SHAPED)
    for slot in slots:
        number = CALL_NUMBER.match(slot.text) if slot.kind is Kind.NUMBER else None
        if number:
            place = (slot.start, slot.start + number.end())
            yield made(slot, "incident_number", KEYED if slot.is_keyed else BEHIND, place)
            return


def notes_told(slots: Sequence[Slot]) -> Iterator[Candidate]:
    """Tell what happened: the longest run of notes, and what the call is."""
    runs: list[list[Slot]] = []
    for before, slot in zip([None, *slots], slots, strict=False):
        if not _is_note(slot):
            continue
        is_next = before is not None and _is_note(before) and runs and runs[-1][-1] is before
        if is_next and slot.line is runs[-1][-1].line:
            runs[-1].append(slot)
        else:
            runs.append([slot])
    call = next((slot for slot in slots if slot.kind is Kind.CALL), None)
    longest = max(runs, key=lambda run: run[-1].end - run[0].start, default=None)
    if longest and longest[-1].end - longest[0].start >= NARRATIVE_CHARACTERS_MIN:
        span = longest[0].line.span(longest[0].start, longest[-1].end)
        spans = (
            (call.line.span(call.start, call.end), span)
            if call and call not in longest
            else (span,)
        )
        worth = NOTES if longest[0].is_keyed else NARRATED
        yield no_surer(_told("work_area_description", (span,), worth))
        yield _told("emergency_justification", spans, NOTES)
    elif call:
        yield _told(
            "emergency_justification", (call.line.span(call.start, call.end),), NARRATED
        )


def _is_note(slot: Slot) -> bool:
    if slot.kind is Kind.NOTE and slot.is_keyed:
        return True
    is_short = len(slot.text.split()) < NOTE_WITH_ADDRESS_WORDS_MIN
    if slot.is_keyed or (is_short and IS_ADDRESS.search(slot.text)):
        return False
    is_short = slot.kind in (None, Kind.CALL) and not slot.is_boxed and len(slot.text) > SHORT
    return slot.kind is Kind.NOTE or (is_short and " " in slot.text and not is_city(slot.text))


def _told(field: str, spans: Sequence[Span], strength: float) -> Candidate:
    raw = " ".join(span.quote for span in spans)
    return Candidate(
        field, raw, tuple(spans), "finder", strength, "narrative_of_dispatch", 30_000
    )
