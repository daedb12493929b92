"""Reading, from bytes to an `Extraction`: the order of the stages and nothing else.

Same bytes, same result: no clock, no chance, no order that depends on hashing.
"""

from domain.extraction import (
    DocumentKind,
    Extraction,
    ExtractionWarning,
    Finding,
    WarningCode,
)
from domain.facts import TicketFacts
from extraction.candidates import candidates_of
from extraction.classify import kind_of
from extraction.compose import EXTENSION_RULE, composed, derived, extensions, with_its_phone
from extraction.document import Document
from extraction.finders import found_in
from extraction.limits import fitted
from extraction.own_fields import own_fields
from extraction.pairs import pairs_of
from extraction.places import coordinates_of
from extraction.placing import placed, with_roles
from extraction.reading.any import read_document
from extraction.resolve import resolved
from extraction.standing_in import standing_in
from extraction.warnings import Reading, warnings_of

READER_VERSION = "1"


def read(
    document: bytes, *, filename: str | None = None, media_type: str | None = None
) -> Extraction:
    """Return all that can be read from a document; bytes that cannot be read give a warning."""
    try:
        lines = read_document(document, filename=filename, media_type=media_type)
        return unreadable(_UNKNOWN_KIND) if lines is None else extracted(lines)
    except Exception as failure:  # noqa: BLE001 - the one border: PDF libraries raise anything
        return unreadable(f"The document could not be read ({type(failure).__name__}).")


_UNKNOWN_KIND = "The document is of no kind that is read here."


def unreadable(problem: str, *, code: WarningCode = WarningCode.UNREADABLE) -> Extraction:
    """Return the result for a document that cannot be read: no fields, one warning."""
    warning = ExtractionWarning(code=code, message=problem)
    return Extraction(
        reader_version=READER_VERSION, kind=DocumentKind.UNREADABLE, warnings=[warning]
    )


def extracted(document: Document) -> Extraction:
    """Return what the lines of a document say."""
    pairs = with_roles(pairs_of(document))
    kind = kind_of(document, pairs)
    labelled = [*candidates_of(pairs), *composed(pairs), *coordinates_of(document, pairs)]
    candidates = placed([*labelled, *found_in(document, pairs, kind)], pairs, kind)
    candidates += [*standing_in(candidates, pairs, kind)]
    candidates += [*extensions(candidates), *derived(candidates)]
    own = own_fields(document)
    if kind is DocumentKind.FIELDS:  # what was stated in our own words is not read again
        stated = {span.path for finding in own.values() for span in finding.spans}
        candidates = [
            c
            for c in candidates
            if c.rule in FOLLOWS or stated.isdisjoint(s.path for s in c.spans)
        ]
    findings = with_its_phone(resolved(candidates, kind)) | own
    fields, cut = fitted(_named(findings, is_field=True))
    extra = {
        name: found for name, found in _named(findings, is_field=False).items() if name in EXTRA
    }
    reading = Reading(document, pairs, candidates, kind, fields, extra)
    return Extraction(
        reader_version=READER_VERSION,
        kind=kind,
        fields=fields,
        extra=extra,
        warnings=[*document.warnings, *cut, *warnings_of(reading)],
    )


# What follows from a value that was stated, and takes nothing from it.
FOLLOWS = frozenset({"units_converted", "city_from_address", EXTENSION_RULE})

# What is worth keeping although the ticket has no field for it.
EXTRA = frozenset(
    [
        "source_ticket_number",
        "work_start_at",
        "expires_at",
        "document_created_at",
        "state",
        "member_name",
    ]
)


def _named(findings: dict[str, Finding], *, is_field: bool) -> dict[str, Finding]:
    """Return the findings that are, or are not, fields of a ticket, in the ticket's order."""
    if is_field:
        return {name: findings[name] for name in TicketFacts.model_fields if name in findings}
    return {
        name: found for name, found in findings.items() if name not in TicketFacts.model_fields
    }
