"""Addressed: where a letter goes to the one who digs, its writer's office is not who calls.

The numbers, mailboxes and streets of a letterhead and a signature are then the writer's own.
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.extraction import Span
from extraction.candidates import Candidate
from extraction.document import Document
from extraction.sentences.messages import messages_of
from extraction.sentences.signatures import addressee_of, head_of, writer_of

OF_THE_WRITER = 0.50
OF_A_PARTY = frozenset(
    {"phone", "phone_extension", "email", "contact_name", "address_line_1", "city_state_zip"}
)
RULES = frozenset({"signature", "order_is_sent_to"})

Place = tuple[str, int, int]  # part, page, line


def without_writer(document: Document, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates; if the addressee digs, what is the writer's is only offered."""
    digger = max(
        (c for c in candidates if c.field == "company"), key=lambda c: c.strength, default=None
    )
    if digger is None or digger.rule not in RULES:
        return list(candidates)
    newest = messages_of(document)[0]
    addressee = addressee_of(newest.lines).parts
    if "company" not in addressee or _at(addressee["company"][1]) != _at(digger.spans[0]):
        return list(candidates)
    blocks = (head_of(newest.lines), writer_of(newest.lines, newest.sender))
    own = {_at(span) for _raw, span in addressee.values()}
    others = {_at(span) for block in blocks for _raw, span in block.parts.values()} - own
    return [
        replace(c, strength=min(c.strength, OF_THE_WRITER))
        if c.field in OF_A_PARTY and any(_at(span) in others for span in c.spans)
        else c
        for c in candidates
    ]


def _at(span: Span) -> Place:
    return span.part, span.page, span.line
