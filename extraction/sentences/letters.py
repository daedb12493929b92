"""Letters, mails and notices: what their sentences say about a dig.

Each sentence of running text is asked for the parties, the work, the site and the numbers;
blocks of short lines, such as a letterhead or an addressee, are left to `signatures`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from extraction.candidates import Candidate
from extraction.places.sites import road_key
from extraction.sentences.briefly import briefly_told
from extraction.sentences.dangers import emergency_told
from extraction.sentences.designs import designs_told, with_designs
from extraction.sentences.numbers import REF, numbers_told
from extraction.sentences.on_the_job import on_the_job, own_number
from extraction.sentences.parties import companies_in, told_roles
from extraction.sentences.people import people_in
from extraction.sentences.prose import Passage
from extraction.sentences.site import counties_in, sites_in
from extraction.sentences.told import Told, candidate_of
from extraction.sentences.work import (
    area_told,
    measures_told,
    statements_told,
    work_told,
)

IN_REMARKS = 0.66  # the number of an order that a remark names
FOUND_MAX = 120
PARTIES = ("contractor", "actor", "owner", "work_for")
ORDERED = frozenset(
    {"address", "nearest_intersection", "cross_street", "city", "type_of_work", "contact_name"}
)
LATER_LOSS = 0.08
LATER_MAX = 3
PLACES = frozenset({"address", "nearest_intersection", "cross_street", "address_line_1"})


def told_in(passages: Sequence[Passage]) -> list[Candidate]:
    """Return all that the sentences of a document say."""
    told = (candidate for passage in passages for candidate in _passage(passage))
    found = list(islice(told, FOUND_MAX))
    return _first_sites(_with_parties(with_designs(_with_danger(found))))


def remarked_in(passages: Sequence[Passage]) -> list[Candidate]:
    """Return only what a remark states: boring, blasting, paint, depth, duration and numbers."""
    found = []
    for passage in passages:
        for start, end in passage.sentences():
            told = [*statements_told(passage.text, start, end)]
            told += measures_told(passage.text, start, end)
            told += [
                replace(one, strength=IN_REMARKS)
                for one in numbers_told(passage.text, start, end)
                if one.field == "work_order_ref" and one.strength >= REF
            ]
            found += [candidate_of(one, passage) for one in told]
    return found[:FOUND_MAX]


def numbered_in(passages: Sequence[Passage]) -> list[Candidate]:
    """Return only the numbers of poles, transformers, meters and claims."""
    found = [
        candidate_of(told, passage)
        for passage in passages
        for start, end in passage.sentences()
        for told in numbers_told(passage.text, start, end)
        if told.field != "work_order_ref"
    ]
    return found[:FOUND_MAX]


def _passage(passage: Passage) -> Iterator[Candidate]:
    for start, end in passage.sentences():
        for told in _sentence(passage.text, start, end):
            yield candidate_of(told, passage)


def _sentence(text: str, start: int, end: int) -> Iterator[Told]:
    companies = list(companies_in(text, start, end))
    sites = list(sites_in(text, start, end, frozenset(one.end for one in companies)))
    yield from companies
    yield from sites
    yield from counties_in(text, start, end)
    yield from people_in(text, start, end)
    yield from on_the_job(text, start, end)
    yield from own_number(text, start, end)
    yield from statements_told(text, start, end)
    work = [*measures_told(text, start, end), *work_told(text, start, end)]
    yield from work
    yield from briefly_told(text, start, end, {told.field for told in work})
    yield from numbers_told(text, start, end)
    yield from emergency_told(text, start, end)
    yield from designs_told(text, start, end)
    has_street = any(told.field in PLACES for told in sites)
    yield from area_told(text, start, end, has_street=has_street)


def _with_danger(found: list[Candidate]) -> list[Candidate]:
    """Let the first danger be the reason, where an emergency locate is asked for."""
    dangers = [c for c in found if c.field == "danger"]
    is_emergency = any(c.field == "ticket_type" for c in found)
    kept = [c for c in found if c.field != "danger"]
    if is_emergency and dangers:
        kept.append(replace(dangers[0], field="emergency_justification"))
    return kept


def _crossing_the_road(found: list[Candidate]) -> Iterator[Candidate]:
    """Yield the crossings without the road that the work is on: `at FM 530 and CR 147`."""
    roads = {road_key(c.raw) for c in found if c.field == "address"}
    is_on_road = {
        c.spans[0].line: c.spans
        for c in found
        if c.field == "nearest_intersection" and road_key(c.raw) in roads
    }
    for candidate in found:
        line = candidate.spans[0].line if candidate.spans else 0
        if candidate.field == "nearest_intersection" and road_key(candidate.raw) in roads:
            continue
        if candidate.field == "cross_street" and line in is_on_road:
            yield replace(candidate, field="nearest_intersection")
        else:
            yield candidate


def _first_sites(found: list[Candidate]) -> list[Candidate]:
    """Let the first place that is named go before the others; a road named again is left out."""
    seen: dict[str, list[str]] = {}
    kept = []
    for candidate in _crossing_the_road(found):
        if candidate.field in ORDERED:
            key = road_key(candidate.raw)
            before = seen.setdefault(candidate.field, [])
            if key in before:
                continue
            loss = LATER_LOSS * min(len(before), LATER_MAX)
            before.append(key)
            kept.append(replace(candidate, strength=round(candidate.strength - loss, 3)))
        else:
            kept.append(candidate)
    return kept


def _with_parties(found: list[Candidate]) -> list[Candidate]:
    """Put each company in the field that the others leave to it."""
    parties = [(c.field, c.raw, c.strength) for c in found if c.field in PARTIES]
    roles = told_roles(parties)
    diggers = {c.raw for c in found if roles.get(c.field) == "company"}
    placed = []
    for candidate in found:
        field = roles.get(candidate.field, candidate.field)
        if field == "work_for" and candidate.raw in diggers:
            continue
        placed.append(replace(candidate, field=field))
    return placed
