"""Written: what letters, mails, notices and the free text of orders say, as candidates.

A letter that names no work at a site asks for nothing: what it says is only suggested.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.extraction import DocumentKind, Span
from extraction.candidates import Candidate
from extraction.document import Document
from extraction.labels.concepts import find_label
from extraction.pairs import Pair
from extraction.places.sites import listed_sites
from extraction.reading.threads import is_thread
from extraction.roles import SILENT_ROLES, Role
from extraction.sentences.greeted import greeted
from extraction.sentences.letters import told_in
from extraction.sentences.on_the_job import behind_the_writer
from extraction.sentences.prose import Passage, passages_of
from extraction.sentences.reporters import spans_of_reporters
from extraction.sentences.requests import asks_for_a_locate, is_noted, plans_to_dig
from extraction.sentences.subjects import subject_told
from extraction.sentences.texted import texted
from extraction.sentences.writers import parties_written, signed_lines
from extraction.values.trades import digs, owns

# `Route: N Elm St from 4th St to 9th St` is where the work is.
WHERE = re.compile(r"^.{0,60}\bfrom\b.{3,60}\bto\b.{3,40}$(?<!site)(?<!job)", re.IGNORECASE)
IN_A_FORM_LOSS = 0.04  # a form says by name what it means
SUGGESTED = 0.50
SENT = 0.72
PAIRS_OF_A_FORM_MIN = 6
OF_A_MAIL = frozenset({"nothing", "document_created_at", "name"})
WORK = frozenset({"type_of_work"})
SITE = frozenset({"address", "nearest_intersection", "city", "county"})
OF_A_WORK = frozenset({"type_of_work", "job_type", "scope", "description"})
OF_A_SITE = frozenset({"address", "service_address", "street", "extent"})


def told_by(document: Document, pairs: list[Pair], kind: DocumentKind) -> list[Candidate]:
    """Return what the running text of a document says."""
    silent = {
        (span.part, span.page, span.line)
        for pair in pairs
        if pair.role in SILENT_ROLES
        for span in pair.spans
    }
    others = [span for p in pairs if p.label.concept == "other_party" for span in p.spans]
    is_texted = is_thread(document) or is_noted(document)  # in few words, and all of it is told
    others += [span for spans in spans_of_reporters(pairs) for span in spans]
    passages = [
        p for p in passages_of(document) if (p.is_running or is_texted) and not _is_the_way(p)
    ]
    told = [
        c
        for c in told_in(passages)
        if silent.isdisjoint((s.part, s.page, s.line) for s in c.spans)
        and not any(_is_within(s, other) for s in c.spans for other in others)
    ]
    told += subject_told(document)
    told += parties_written(document, told)
    told += [*greeted(document), *texted(document)]
    told += [*listed_sites(document), *_transmitted(pairs), *signed_lines(document)]
    told = behind_the_writer(told, pairs)
    if kind is DocumentKind.CORRESPONDENCE and not _is_an_order(document, told, pairs):
        return [replace(c, strength=min(c.strength, SUGGESTED)) for c in told]
    return list(_weighed(told, pairs, kind))


def _is_an_order(document: Document, told: list[Candidate], pairs: list[Pair]) -> bool:
    """Tell if a letter names a site, and asks for a locate there or plans a work."""
    concepts = {pair.label.concept for pair in pairs if pair.value.strip()}
    fields = {c.field for c in told if c.strength > SUGGESTED}
    if not (fields & SITE or concepts & OF_A_SITE):
        return False
    if asks_for_a_locate(document.text):
        return True
    is_form = concepts & OF_A_SITE or len(_filled(pairs)) >= PAIRS_OF_A_FORM_MIN
    is_planned = is_form or plans_to_dig(document.text)
    return bool(is_planned) and bool(fields & WORK or concepts & OF_A_WORK)


def _filled(pairs: list[Pair]) -> list[Pair]:
    return [p for p in pairs if p.value.strip() and p.label.concept not in OF_A_MAIL]


def _is_the_way(passage: Passage) -> bool:
    """Is this the way to the site, which tells of roads on which nobody digs?"""
    label = find_label(passage.label) if passage.label else None
    return (
        label is not None and label.concept == "directions" and not WHERE.search(passage.text)
    )


def _transmitted(pairs: list[Pair]) -> Iterator[Candidate]:
    """Read `To:` and `From:` of an order: who digs is sent it, who owns the lines sends it."""
    for order, pair in enumerate(pairs):
        word, name = pair.words.strip(" :").lower(), pair.value.strip()
        rule = f"order_is_sent_{word}"
        if word == "to" and pair.role is not Role.MAIL and digs(name):
            yield Candidate("company", name, pair.spans, "finder", SENT, rule, order)
        elif word == "from" and pair.role is not Role.MAIL and owns(name):
            yield Candidate("work_for", name, pair.spans, "finder", SENT, rule, order)


def _weighed(
    told: list[Candidate], pairs: list[Pair], kind: DocumentKind
) -> Iterator[Candidate]:
    is_form = kind is DocumentKind.WORK_ORDER and len(_filled(pairs)) >= PAIRS_OF_A_FORM_MIN
    where = {
        (span.part, span.page, span.line)
        for pair in pairs
        if pair.label.concept == "extent"
        for span in pair.spans
    }
    for candidate in told:
        if is_form and not (candidate.field in SITE and _stands_in(candidate, where)):
            yield replace(candidate, strength=candidate.strength - IN_A_FORM_LOSS)
        else:
            yield candidate


def _is_within(span: Span, other: Span) -> bool:
    """Say whether this stands in the words of somebody whom the ticket has no field for?"""
    is_in_line = (span.part, span.page, span.line) == (other.part, other.page, other.line)
    return is_in_line and other.start <= span.start < other.end


def _stands_in(candidate: Candidate, places: set[tuple[str, int, int]]) -> bool:
    """Is this a road that the label for the area names: `Location: along Elm St from 4th`?"""
    return any((span.part, span.page, span.line) in places for span in candidate.spans)
