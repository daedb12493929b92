"""Candidates of templates: what a known layout says of its fields.

They only stand beside those of the other producers, a little stronger, and are normalised and
resolved like them. A form that has changed loses its template's candidates and keeps the rest.
"""

from collections.abc import Iterator, Sequence

from extraction.candidates import Candidate
from extraction.document import Document
from extraction.templates.loading import in_order
from extraction.templates.matching import matches
from extraction.templates.model import FieldRule, Template
from extraction.templates.patterns import Work
from extraction.templates.places import Finder, Found
from extraction.templates.sheet import Sheet, squeezed
from extraction.templates.transforms import TRANSFORMS

PRODUCER = "template"
TEMPLATE_STRENGTH = 0.96
CONSTANT_STRENGTH = 0.90  # the layout says it, not the document: what that says goes before
LATER_LOSS = 0.02  # for each template of a higher priority that matches, too
APPLIED_MAX = 3  # templates that one document may match
CONSTANT_RULE = "constant of"
FIELDS_OF_AN_ORDER_MIN = 3  # read where a layout has them: what has so many is filled in


def template_candidates(
    document: Document, templates: Sequence[Template] = ()
) -> list[Candidate]:
    """Return what the shipped templates and these say of a document, in a fixed order."""
    sheet, work = Sheet(document), Work()
    found: list[Candidate] = []
    applied = 0
    for template in in_order(templates):
        if applied < APPLIED_MAX and matches(sheet, template.match, work):
            found += candidates_by(sheet, template, work, loss=LATER_LOSS * applied)
            applied += 1
    return found


def is_filled_in_layout(candidates: Sequence[Candidate]) -> bool:
    """Is a document an order because the templates have read so much of it?

    Whoever wrote the template has said what such papers are. Constants prove nothing filled in.
    """
    read = {one.field for one in candidates if not (one.rule or "").startswith(CONSTANT_RULE)}
    return len(read) >= FIELDS_OF_AN_ORDER_MIN


def candidates_by(
    sheet: Sheet, template: Template, work: Work, *, loss: float = 0.0
) -> Iterator[Candidate]:
    """Yield what one template says of a document that it matches."""
    finder = Finder(sheet, template, work)
    rule = f"{template.name}@{template.version}"
    for field in template.fields:
        for raw, places in _values(finder, field):
            yield Candidate(
                field=field.field,
                raw=TRANSFORMS[field.transform](raw) if field.transform else raw,
                spans=tuple(span for place in places for span in place.spans),
                producer=PRODUCER,
                strength=TEMPLATE_STRENGTH - loss,
                rule=rule,
                order=places[0].line,
            )
    yield from _constants(sheet, template, rule, loss)


def _values(finder: Finder, field: FieldRule) -> Iterator[tuple[str, list[Found]]]:
    """Yield the value of a field, as written, with its places; nothing if a piece is missing."""
    pieces = [finder.values(place) for place in field.places]
    if not all(pieces):
        return
    flat = [found for piece in pieces for found in piece]
    yield field.joined([found.text for found in flat]), flat


def _constants(sheet: Sheet, template: Template, rule: str, loss: float) -> Iterator[Candidate]:
    """Yield what is true of every document of the layout; the words that prove it are shown."""
    if not template.constants:
        return
    proof = next(
        (
            (number, line)
            for number, line in enumerate(sheet.lines)
            if line.text.strip()
            and any(
                squeezed(words) in squeezed(f"{line.label or ''} {line.text}")
                for words in _proofs(template)
            )
        ),
        None,
    )
    if proof is None:  # nothing could be quoted for it
        return
    for field, value in template.constants.items():
        yield Candidate(
            field=field,
            raw=value,
            spans=(proof[1].span(),),
            producer=PRODUCER,
            strength=CONSTANT_STRENGTH - loss,
            rule=f"{CONSTANT_RULE} {rule}",
            order=proof[0],
        )


def _proofs(template: Template) -> tuple[str, ...]:
    return template.match.every + template.match.some
