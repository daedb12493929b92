"""Classifying: what kind of document is this, and is it about digging at all?

Words of the trade are counted, not understood: the kind only decides how far values are
trusted and which number is which.
"""

import re

from domain.extraction import DocumentKind
from extraction.document import Document
from extraction.intake import Medium
from extraction.labels import own_names
from extraction.normalise import plain_text
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES, Role

TEXT_CHARACTERS_MAX = 60_000
VALUES_MIN = 3  # fewer filled labels than this make no form
OWN_FIELDS_MIN = 2

WORDS: dict[DocumentKind, re.Pattern[str]] = {
    DocumentKind.LOCATE_TICKET: re.compile(
        r"one[- ]?call|\b811\b|\blocate (?:request|ticket)|members? notified|operators? notified"
        r"|excavator|dig ?site|onecall|station code|positive response|legal (?:start|on)\b"
        r"|ticket ?(?:no|#|number|type)|white ?lined",
        re.IGNORECASE,
    ),
    DocumentKind.DISPATCH: re.compile(
        r"\bdispatch|incident ?#|incident:|\bcad\b|event type|\bfire dep|\bnature:|\bloc:"
        r"|call type|\brespond|\b(?:fd|vfd|ems|engine|units?):|time out:|alarm|\bcaller name:"
        r"|\bcross streets?:|\bdept\b|\brp\b|box:|\bpri(?:ority)?:|\bp[1-4] ",
        re.IGNORECASE,
    ),
    DocumentKind.PERMIT: re.compile(
        r"permit application|notice of proposed|right[- ]of[- ]way|hereby (?:given|certify)"
        r"|permittee|department of transportation|utility installation",
        re.IGNORECASE,
    ),
    DocumentKind.CORRESPONDENCE: re.compile(
        r"\bdear\b|sincerely|regards|good (?:morning|afternoon)|\bfwd?:|please (?:call|contact|let) "
        r"|thank you|attached|\bre:|\bfrom:|\bsubject:",
        re.IGNORECASE,
    ),
    DocumentKind.WORK_ORDER: re.compile(
        r"work ?order|work ?request|\bw\.?[or]\.? ?#|\bjob ?(?:no|#|number|site|id|name)|\bcrew|foreman"
        r"|\bpoles?\b|transformer|\bmeter\b|feeder|service ?order|contractor|trench|\bbor(?:e|ing)\b"
        r"|splice|make ?ready|street light|project|service request|install|replace",
        re.IGNORECASE,
    ),
}
# What a page that has nothing to do with digging never says often.
DIGGING = re.compile(
    r"excavat|\bdig|trench|\bbor(?:e|ing)\b|locate|underground|pole|transformer|meter\b|gas (?:line|main|leak)"
    r"|water (?:line|main)|power ?lines?|sewer|conduit|fiber|cable|utility|service line|electric"
    r"|street light|arcing|work order|wires? down",
    re.IGNORECASE,
)
FILLED_NOTICE = re.compile(r"hereby given that\s{1,4}[A-Z][\w&]")
SUMMARY = re.compile(
    r"end of day|transmission (?:list|summary|report|log)|audit (?:list|report|message)|nightly"
    r"|summary of tickets|ticket (?:summary|list) for|tickets? (?:sent|transmitted)|eod audit|daily audit",
    re.IGNORECASE,
)
OF_A_CENTER = re.compile(
    r"one[- ]?call|\b811\b|excavator|members? notified|operators? notified|members:",
    re.IGNORECASE,
)
PLACE_CONCEPTS = frozenset(
    {
        "address",
        "street",
        "city",
        "county",
        "service_address",
        "latitude",
        "point",
        "extent",
        "cross_1",
    }
)


def kind_of(document: Document, pairs: list[Pair]) -> DocumentKind:
    """Return what kind of document this is."""
    if document.is_unreadable or not any(line.text.strip() for line in document.lines):
        return DocumentKind.UNREADABLE
    if _is_our_own(document):
        return DocumentKind.FIELDS
    text = document.text[:TEXT_CHARACTERS_MAX]
    filled = {pair.label.concept for pair in pairs if _says_something(pair)}
    kind = _likeliest(text, pairs)
    if _is_ticket(text, filled):
        kind = DocumentKind.LOCATE_TICKET
    return kind if _is_about_work(kind, text, filled) else DocumentKind.NOT_A_WORK_ORDER


def _is_ticket(text: str, filled: set[str]) -> bool:
    """Is there the number of a ticket, and are there words that only a center uses?"""
    return "ticket" in filled and OF_A_CENTER.search(text) is not None


def _is_our_own(document: Document) -> bool:
    names = own_names().values()
    own = [line for line in document.lines if line.path in {f"$.{name}" for name in names}]
    return document.medium is Medium.JSON and len(own) >= max(
        OWN_FIELDS_MIN, len(document.lines) // 2
    )


def _says_something(pair: Pair) -> bool:
    silent = (*SILENT_ROLES, Role.MAIL)
    return (
        pair.role not in silent
        and plain_text(pair.value) is not None
        and (pair.label.concept not in ("nothing", "document_created_at", "name"))
    )


def _likeliest(text: str, pairs: list[Pair]) -> DocumentKind:
    scores = {
        kind: len({match.lower() for match in words.findall(text)})
        for kind, words in WORDS.items()
    }
    if len(pairs) > 2 * VALUES_MIN:
        scores[DocumentKind.CORRESPONDENCE] //= 3  # a form with a polite line is a form
    best = max(scores.values())
    return next(kind for kind in WORDS if scores[kind] == best)


def _is_about_work(kind: DocumentKind, text: str, filled: set[str]) -> bool:
    if SUMMARY.search(text) and len(filled & PLACE_CONCEPTS) < VALUES_MIN:
        return False
    if kind is DocumentKind.CORRESPONDENCE:
        return True
    if not DIGGING.search(text):
        return len(filled) >= 2 * VALUES_MIN and bool(filled & PLACE_CONCEPTS)
    if kind is DocumentKind.DISPATCH or (
        kind is DocumentKind.PERMIT and FILLED_NOTICE.search(text)
    ):
        return True
    return len(filled) >= VALUES_MIN
