"""Told again: a person whom a label puts on the site is not the caller, where another is named.

`FOREMAN: Gus Lee 512-...` reads like a sentence too; it says nothing that its label has not.
"""

from collections.abc import Sequence

from domain.extraction import Span
from extraction.candidates import Candidate
from extraction.values.plain import plain_text

AGAIN = {"contact_name": "onsite_contact_name", "phone": "onsite_phone"}


def without_told_again(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates without those of sentences whose words a label has given the site."""
    labelled = [c for c in candidates if c.producer != "finder" and plain_text(c.raw)]
    fields = {c.field for c in labelled}
    taken = {
        field: [span for c in labelled if c.field == onsite for span in c.spans]
        for field, onsite in AGAIN.items()
        if field in fields
    }
    return [
        c
        for c in candidates
        if c.producer != "finder" or not _overlap(c.spans, taken.get(c.field, ()))
    ]


def _overlap(spans: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(
        (one.part, one.page, one.line, one.path)
        == (other.part, other.page, other.line, other.path)
        and one.start < other.end
        and other.start < one.end
        for one in spans
        for other in others
    )
