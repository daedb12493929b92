"""Reading, from bytes to an `Extraction`: the order of the stages and nothing else.

Same bytes, same result: no clock, no chance, no order that depends on hashing.
"""

from collections.abc import Sequence

from domain.extraction import (
    DocumentKind,
    Extraction,
    ExtractionWarning,
    Finding,
    WarningCode,
)
from domain.facts import TicketFacts
from extraction.attribution.addressed import without_writer
from extraction.attribution.billed import with_billed
from extraction.attribution.corrections import as_corrected, with_corrections
from extraction.attribution.covered import without_cover
from extraction.attribution.offices import with_offices
from extraction.attribution.order_head import with_head
from extraction.attribution.placing import placed, with_roles
from extraction.attribution.standing_in import standing_in
from extraction.candidates import Candidate, candidates_of
from extraction.classifying.classify import kind_of
from extraction.deciding.confidence import Evidence
from extraction.deciding.conflicts import asked_about
from extraction.deciding.resolve import Source, decided
from extraction.deciding.taken_back import without_what_is_denied
from extraction.deciding.warnings import Reading, warnings_of
from extraction.document import Document, Line
from extraction.finding.compose import (
    EXTENSION_RULE,
    composed,
    derived,
    extensions,
    with_its_phone,
)
from extraction.finding.finders import found_in
from extraction.finding.own_fields import own_fields
from extraction.finding.parted import parted
from extraction.pairs import Pair, pairs_of
from extraction.places.agreement import agreed, disagreements
from extraction.places.geocoding import OFFLINE, Geocoder, with_suggested_point
from extraction.places.localities import FOLLOWING, locality_of
from extraction.places.points import coordinates_of
from extraction.reading.any import read_document
from extraction.reading.threads import with_threads
from extraction.remembered import forgetting
from extraction.templates import Template, is_filled_in_layout, template_candidates
from extraction.values.limits import fitted

READER_VERSION = "3"


def read(
    document: bytes,
    *,
    filename: str | None = None,
    media_type: str | None = None,
    templates: Sequence[Template] = (),
    geocoder: Geocoder = OFFLINE,
) -> Extraction:
    """Return all that can be read from a document; bytes that cannot be read give a warning.

    `templates` are the customer's own; those that come with the program are always heard.
    `geocoder` is asked for a point if the document gives none; its answer stays a suggestion.
    """
    return read_with_lines(
        document,
        filename=filename,
        media_type=media_type,
        templates=templates,
        geocoder=geocoder,
    )[0]


@forgetting
def read_with_lines(
    document: bytes,
    *,
    filename: str | None = None,
    media_type: str | None = None,
    templates: Sequence[Template] = (),
    geocoder: Geocoder = OFFLINE,
) -> tuple[Extraction, tuple[Line, ...]]:
    """Return the same with the lines that it was read from; none if it could not be read."""
    try:
        lines = read_document(document, filename=filename, media_type=media_type)
        return (
            (unreadable(_UNKNOWN_KIND), ())
            if lines is None
            else (extracted(lines, templates, geocoder), lines.lines)
        )
    except Exception as failure:  # noqa: BLE001 - the one border: PDF libraries raise anything
        return unreadable(f"The document could not be read ({type(failure).__name__})."), ()


_UNKNOWN_KIND = "The document is of no kind that is read here."


def unreadable(problem: str, *, code: WarningCode = WarningCode.UNREADABLE) -> Extraction:
    """Return the result for a document that cannot be read: no fields, one warning."""
    warning = ExtractionWarning(code=code, message=problem)
    return Extraction(
        reader_version=READER_VERSION, kind=DocumentKind.UNREADABLE, warnings=[warning]
    )


def extracted(
    document: Document,
    templates: Sequence[Template] = (),
    geocoder: Geocoder = OFFLINE,
) -> Extraction:
    """Return what the lines of a document say."""
    return weighed(document, templates, geocoder)[0]


@forgetting
def weighed(
    document: Document,
    templates: Sequence[Template] = (),
    geocoder: Geocoder = OFFLINE,
) -> tuple[Extraction, dict[str, Evidence]]:
    """Return what the lines of a document say, and the evidence for each field."""
    document = as_corrected(with_threads(document))
    pairs = with_roles(with_offices(_pairs(document)))
    of_templates = template_candidates(document, templates)
    kind = _kind(kind_of(document, pairs), of_templates)
    labelled = [*candidates_of(pairs), *of_templates]
    told = _candidates(document, pairs, kind, labelled)
    locality = locality_of(told, pairs, document.text)
    candidates = agreed(told, locality)
    own = own_fields(document, is_ours=kind is DocumentKind.FIELDS)
    if kind is DocumentKind.FIELDS:
        candidates = _not_again(candidates, own)
    decisions = decided(candidates, Source.of(document, kind, locality.state))
    findings = with_its_phone({name: d.finding for name, d in decisions.items()}) | own
    fields, cut = fitted(_named(findings, is_field=True))
    extra = {
        name: found for name, found in _named(findings, is_field=False).items() if name in EXTRA
    }
    warnings = warnings_of(Reading(document, pairs, told, kind, fields, extra))
    fields = asked_about(fields, warnings)
    if kind is not DocumentKind.NOT_A_WORK_ORDER:
        fields = _named(with_suggested_point(fields, locality, geocoder), is_field=True)
    extraction = Extraction(
        reader_version=READER_VERSION,
        kind=kind,
        fields=fields,
        extra=extra,
        warnings=[*document.warnings, *cut, *warnings, *disagreements(locality, warnings)],
    )
    evidence = {
        name: decisions[name].evidence
        for name in fields
        if name in decisions and name not in own
    }
    return extraction, evidence


def _pairs(document: Document) -> list[Pair]:
    """Return the pairs as they stand, what they correct and whose they are told by their line."""
    return with_billed(with_corrections(pairs_of(document)), document)


def _kind(kind: DocumentKind, of_templates: list[Candidate]) -> DocumentKind:
    """Return the kind; a sparse paper is an order if a template knows it."""
    is_order = kind is DocumentKind.NOT_A_WORK_ORDER and is_filled_in_layout(of_templates)
    return DocumentKind.WORK_ORDER if is_order else kind


def _not_again(candidates: list[Candidate], own: dict[str, Finding]) -> list[Candidate]:
    """Return the candidates without those from words that were stated under our own names."""
    stated = {span.path for finding in own.values() for span in finding.spans}
    return [
        c for c in candidates if c.rule in FOLLOWS or stated.isdisjoint(s.path for s in c.spans)
    ]


def _candidates(
    document: Document, pairs: list[Pair], kind: DocumentKind, labelled: list[Candidate]
) -> list[Candidate]:
    """Return what every producer offers, each in the field that it is meant for."""
    labelled = [*labelled, *composed(pairs), *coordinates_of(document, pairs)]
    candidates = placed([*labelled, *found_in(document, pairs, kind)], pairs, kind)
    candidates = without_writer(document, candidates)
    candidates = with_head(document, candidates, pairs, kind)
    candidates = without_what_is_denied(document, without_cover(candidates))
    candidates += [*standing_in(candidates, pairs, kind)]
    return [*candidates, *extensions(candidates), *parted(candidates), *derived(candidates)]


# What follows from a value that was stated, and takes nothing from it.
FOLLOWS = frozenset({"units_converted", "city_from_address", EXTENSION_RULE, *FOLLOWING})

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
