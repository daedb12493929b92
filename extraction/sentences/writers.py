"""Writers: which of the parties of a letter or mail digs, and what that says about the ticket.

The text tells (`we will bore`: the writer; `your crew will`: the addressee); else the name of the
company. The other party is whom the work is done for, if it owns lines.
"""

import re
from collections.abc import Iterator, Sequence

from extraction.candidates import Candidate
from extraction.document import Document
from extraction.sentences.messages import Message, messages_of
from extraction.sentences.party_rules import DOES
from extraction.sentences.prose import FUNCTION
from extraction.sentences.requests import asks_for_a_locate
from extraction.sentences.signatures import (
    Block,
    addressee_of,
    city_written_to,
    head_of,
    writer_of,
)
from extraction.values.trades import digs, owns

SAID = 0.76  # the text says who digs
NAMED = 0.70  # only the name of his company does
SIGNER_LOSS = 0.10
CLIENT = 0.72
CITY = 0.66
ORDER = 25_000
TEXT_CHARACTERS_MAX = 20_000

WE = re.compile(
    rf"\b(?:we|our\s(?:crews?|men|company|forces|guys)|i)\b(?:'ll|\s(?:will|need\sto|plan\sto|are\s(?:going|planning)\sto|have\sto|are|want\sto))\s(?:\w+\s){{0,2}}?{DOES}"
    r"|(?<!your\s)\b(?:our\s|city\s|utility\s)?crews?\s(?:(?:is|are)\son\ssite\sand\s)?(?:wants\sto|needs\sto|is\sgoing\sto|will)\s(?:\w+\s){0,2}?(?:dig|bore|trench|auger|set|excavate)",
    re.IGNORECASE,
)
YOU = re.compile(
    rf"\b(?:your\s(?:crews?|company|firm|men)|you)\b\s(?:will|are\sto|shall|are\s(?:hereby\s)?(?:authorized|released|directed)\sto|may)\s(?:\w+\s){{0,2}}?{DOES}"
    rf"|\bplease\s(?:proceed|schedule|have\syour\screw|{DOES})",
    re.IGNORECASE,
)
CALLED_IN = re.compile(
    r"\b(?:call|get|put|turn)(?:ed)?\s(?:this|it|these|that|the\s\w+)\s(?:one\s)?(?:called\s)?in\b"
    r"|\b(?:need|request|order|set up|submit)\b[^.;]{0,20}\b(?:locates?|811|tickets?)\b",
    re.IGNORECASE,
)
SIGNED_CHARACTERS_MAX = 160
SIGNED = re.compile(
    r"^\s{0,8}(?:(?:Firm|Applicant|Utility Company|Company|Contractor)(?:\sName)?\s{1,8}(?P<company>[A-Z][\w&].{2,60})"
    r"|(?:By|Name|Printed\sName|Print\sName)\s{0,2}(?:\((?:Print|print|PRINT)(?:ed)?(?:\sName|\sname)?\))?\s{1,8}(?P<contact_name>[A-Z][a-z'.-]+(?:\s[A-Z][\w'.-]*){1,2}))\s{0,4}$"
)
PARTS = {
    "company": ("company",),
    "contact_name": ("name",),
    "phone": ("cell", "phone"),
    "email": ("email",),
    "address_line_1": ("street",),
    "city_state_zip": ("place",),
}


def parties_written(document: Document, told: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield what the blocks of a letter or mail say; `told` is what its sentences have said."""
    messages = messages_of(document)
    if not messages:
        return
    newest, text = messages[0], _text(messages[0])
    writer, head = writer_of(newest.lines, newest.sender), head_of(newest.lines)
    addressee = addressee_of(newest.lines)
    is_letter = bool(writer.parts or addressee.parts)
    owner = _with_company(writer, head) if is_letter else Block()
    told_names = [c.raw for c in told if c.field == "company"]
    digger, strength = _digger((owner, addressee), text, told_names)
    older = [writer_of(m.lines, m.sender) for m in messages[1:]]
    if digger is None and not told_names and _is_sent_on(owner, older, text):
        digger, strength = owner, NAMED
    if digger is not None:
        yield from _given(digger, strength, _named(told, newest))
        yield from _mailbox(document, digger, owner, strength)
    yield from _city(newest, told)
    if digger is None:
        yield from _forwarded(older, told_names, told)
    others = [owner, addressee] if digger is not None or told_names else []
    if not any(c.field == "work_for" for c in told):
        yield from _client([one for one in (*others, *older) if one is not digger], told_names)


def signed_lines(document: Document) -> Iterator[Candidate]:
    """Yield what stands at the foot of a form: `Firm ...`, `By (Print) ...`, without a mark."""
    for line in document.lines:
        match = SIGNED.match(line.text[:SIGNED_CHARACTERS_MAX]) if line.label is None else None
        if match and match.lastgroup and not FUNCTION.search(match[match.lastgroup]):
            span = (line.span(*match.span(match.lastgroup)),)
            field = match.lastgroup
            yield Candidate(field, span[0].quote, span, "finder", NAMED, "signed_form", ORDER)


def _forwarded(
    older: Sequence[Block], told_names: Sequence[str], told: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Yield the parts of the digger's own mail, where another has passed it on."""
    for party in older:
        name = party.name("company")
        if any(_is_one(name, one) for one in told_names) or (not told_names and digs(name)):
            yield from _given(party, NAMED, _named(told))
            return


def _named(told: Sequence[Candidate], message: Message | None = None) -> set[str]:
    """Return which of name and number the sentences give, and not only of who is on site."""
    met = {c.spans for c in told if c.field in ("onsite_contact_name", "onsite_phone")}
    lines = {(one.part, one.number) for one in message.lines} if message else set()
    return {
        c.field
        for c in told
        if c.field in ("contact_name", "phone")
        and c.spans not in met
        and (message is None or any((s.part, s.line) in lines for s in c.spans))
    }


def _text(message: Message) -> str:
    return " ".join(line.text for line in message.lines)[:TEXT_CHARACTERS_MAX]


def _with_company(writer: Block, head: Block) -> Block:
    """Return the writer with what only the letterhead says."""
    if writer.name("company") and _key(writer.name("company")) != _key(head.name("company")):
        return writer
    return Block({**{k: v for k, v in head.parts.items() if k != "name"}, **writer.parts})


def _digger(
    parties: tuple[Block, Block], text: str, told: Sequence[str]
) -> tuple[Block | None, float]:
    owner, addressee = parties
    for party in parties:
        if any(_is_one(party.name("company"), name) for name in told):
            return party, SAID
    if told:
        return None, 0.0
    for party, says_so in ((owner, WE), (addressee, YOU)):
        if party.name("company") and says_so.search(text):
            return party, SAID
    named = next((party for party in parties if digs(party.name("company"))), None)
    if named is None and owner.name("company") and asks_for_a_locate(text):
        named = owner  # who asks for it and names no other digs himself
    return named, NAMED if named else 0.0


def _is_sent_on(owner: Block, older: Sequence[Block], text: str) -> bool:
    """Tell if a firm has the order called in that a utility has sent it."""
    name = owner.name("company")
    senders = [party.name("company") for party in older if owns(party.name("company"))]
    is_another = any(not _is_one(name, sender) for sender in senders)
    return bool(name) and is_another and CALLED_IN.search(text) is not None


def _given(digger: Block, strength: float, told: set[str]) -> Iterator[Candidate]:
    """Yield the parts of a block; whom the text names as contact goes before who signs."""
    for field, parts in PARTS.items():
        part = next((one for one in parts if one in digger.parts), None)
        if part:
            raw, span = digger.parts[part]
            worth = strength - (SIGNER_LOSS if field in told else 0.0)
            yield Candidate(field, raw, (span,), "finder", worth, "signature", ORDER)


def _mailbox(
    document: Document, digger: Block, owner: Block, strength: float
) -> Iterator[Candidate]:
    """Yield the sender's mailbox, if it is he who digs."""
    line = next(
        (one for one in document.lines if one.label == "From" and one.part == "header"), None
    )
    if digger is owner and line is not None and "email" not in digger.parts:
        yield Candidate(
            "email", line.text, (line.span(),), "finder", strength, "signature", ORDER
        )


def _city(message: Message, told: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield the city that a letter goes to, if it names a road of the site and no other city."""
    fields = {c.field for c in told}
    office = city_written_to(message.lines)
    if office and "address" in fields and not fields & {"city", "service_city"}:
        raw, span = office
        yield Candidate("city", raw, (span,), "finder", CITY, "letter_to_the_city", ORDER)


def _client(others: Sequence[Block], told: Sequence[str]) -> Iterator[Candidate]:
    for party in others:
        name = party.name("company")
        if owns(name) and not any(_is_one(name, one) for one in told):
            raw, span = party.parts["company"]
            yield Candidate("work_for", raw, (span,), "finder", CLIENT, "signature", ORDER)
            return


def _is_one(left: str, right: str) -> bool:
    """Do two names mean one company, the legal form left out?"""
    one, other = _key(left), _key(right)
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def _key(name: str) -> str:
    plain = re.sub(r"[^a-z0-9 ]+", "", name.lower())
    return re.sub(r"\s(?:inc|llc|lp|ltd|co|corp|company|corporation)$", "", plain.strip())
