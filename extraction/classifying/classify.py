"""Classifying: what kind of document is this, and is it about digging at all?

Words of the trade are counted, not understood: the kind only decides how far values are
trusted and which number is which.
"""

import re

from domain.extraction import DocumentKind
from extraction.attribution.order_head import has_numbered_title
from extraction.classifying.centers import is_of_a_center, is_pushed, is_ticket
from extraction.classifying.papers import is_other_paper
from extraction.document import Document
from extraction.intake import Medium
from extraction.labels.concepts import own_names
from extraction.pairs import Pair
from extraction.reading.threads import is_thread
from extraction.roles import SILENT_ROLES, Role
from extraction.sentences.dispatch import dispatched
from extraction.sentences.letters import told_in
from extraction.sentences.prose import passages_of
from extraction.sentences.requests import asks_for_a_locate, is_noted, plans_to_dig
from extraction.values.alternatives import any_of
from extraction.values.normalise import plain_text

TEXT_CHARACTERS_MAX = 60_000
VALUES_MIN = 3  # fewer filled labels than this make no form
OWN_FIELDS_MIN = 2

WORDS: dict[DocumentKind, re.Pattern[str]] = {
    DocumentKind.LOCATE_TICKET: any_of(
        r"one[- ]?call|\b811\b|\blocate (?:request|ticket)|members? notified|operators? notified"
        r"|excavator|dig ?site|onecall|station code|positive response|legal (?:start|on)\b"
        r"|ticket ?(?:no|#|number|type)|white ?lined"
    ),
    DocumentKind.DISPATCH: any_of(
        r"\bdispatch|incident ?#|incident:|\bcad\b|event type|\bfire dep|\bnature:|\bloc:"
        r"|call type|\brespond|\bfd:|\bvfd:|\bems:|\bengine:|\bunits?:|time out:|alarm|\bcaller name:"
        r"|\bcross streets?:|\bdept\b|\brp\b|box:|\bpri(?:ority)?:|\bp[1-4] "
    ),
    DocumentKind.PERMIT: any_of(
        r"permit application|notice of proposed|right[- ]of[- ]way|hereby (?:given|certify)"
        r"|permittee|department of transportation|utility installation"
    ),
    DocumentKind.CORRESPONDENCE: any_of(
        r"\bdear\b|sincerely|regards|good (?:morning|afternoon)|\bfwd?:|please (?:call|contact|let) "
        r"|thank you|attached|\bre:|\bfrom:|\bsubject:"
    ),
    DocumentKind.WORK_ORDER: any_of(
        r"work ?order|work ?request|\bw\.?[or]\.? ?#|\bjob ?(?:no|#|number|site|id|name)|\bcrew|foreman"
        r"|\bpoles?\b|transformer|\bmeter\b|feeder|service ?order|contractor|trench|\bbor(?:e|ing)\b"
        r"|splice|make ?ready|street light|project|service request|install|replace"
    ),
}
# What a page that has nothing to do with digging never says often.
DIGGING = any_of(
    r"excavat|\bdig|trench|\bbor(?:e|ing)\b|locate|underground|pole|transformer|meter\b|gas (?:line|main|leak|odou?r|smell)|odou?r of gas|smell of gas"
    r"|water (?:line|main|service|leak|tap)|power ?lines?|sewer|conduit|fiber|cable|utility|service line|electric"
    r"|street light|arcing|work order|wires? down",
)
REPORT = r"(?:call |ticket |activity |locate )?(?:log|report|summary|recap)"
SUMMARY = any_of(
    r"end of day|transmission (?:list|summary|report|log)|audit (?:list|report|message)|nightly"
    r"|summary of tickets|ticket (?:summary|list) for|tickets? (?:sent|transmitted)|eod audit|daily audit"
    rf"|daily {REPORT}|weekly {REPORT}|monthly {REPORT}|total (?:calls|tickets)\b",
)
WORK_CONCEPTS = frozenset(
    [
        "type_of_work",
        "depth",
        "is_boring",
        "is_blasting",
        "white_lines",
        "marking",
        "work_activity",
        "scope",
    ]
)
PARTY_CONCEPTS = frozenset(["company", "caller", "contact", "onsite", "work_for"])
CALL_LINES_MAX = 12
CALL_WORDS_MIN = 8  # to a line: a dispatcher's line is long
ONLY_OF_AN_ORDER = frozenset(
    [
        "work_order",
        "work_request",
        "ticket",
        "ticket_type",
        "work_start_at",
        "depth",
        "job_type",
        "duration",
    ]
)
OF_AN_ORDER = ONLY_OF_AN_ORDER | {"company", "work_for"}
OF_A_JOB = frozenset({"depth_description", "pole_id", "meter_number", "work_order_ref"})
NAMED_ORDER = frozenset(["work_order", "work_request"])
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
    is_asked = asks_for_a_locate(text) or is_thread(document)
    kind = _likeliest(text, pairs, is_asked=is_asked)
    if kind is DocumentKind.DISPATCH and filled & ONLY_OF_AN_ORDER:
        kind = DocumentKind.WORK_ORDER  # a dispatcher's line names no company and no order
    if is_ticket(text, pairs, filled):
        kind = DocumentKind.LOCATE_TICKET
    elif kind is DocumentKind.LOCATE_TICKET and _is_before_it(filled, is_asked=is_asked):
        kind = DocumentKind.WORK_ORDER
    is_form = bool(filled & PLACE_CONCEPTS) and bool(filled & OF_AN_ORDER)
    if is_other_paper(text, pairs, filled, is_form=is_form):
        return DocumentKind.NOT_A_WORK_ORDER
    if is_pushed(pairs, filled) or _is_call(document, filled):
        return DocumentKind.DISPATCH
    return _if_told(kind, document, text, filled)


def _is_before_it(filled: set[str], *, is_asked: bool) -> bool:
    """Tell if a ticket is only to be asked for: by an order, or by a note without any label."""
    return bool(filled & NAMED_ORDER) or (is_asked and not filled & PLACE_CONCEPTS)


def _if_told(
    kind: DocumentKind, document: Document, text: str, filled: set[str]
) -> DocumentKind:
    if _is_about_work(kind, text, filled) or _is_told(document, text):
        return kind
    return DocumentKind.NOT_A_WORK_ORDER


def _is_call(document: Document, filled: set[str]) -> bool:
    """Is this the short line of a dispatcher: a danger of the trade, and an address?"""
    lines = [line for line in document.lines if line.label is None and line.text.strip()]
    is_short = 0 < len(lines) <= CALL_LINES_MAX and not is_thread(document)
    if not is_short or filled & ONLY_OF_AN_ORDER:
        return False
    if is_of_a_center(document.text):
        return False
    words = sum(len(line.text.split()) for line in lines)
    is_short = words / len(lines) >= CALL_WORDS_MIN or bool(filled & {"nature", "incident"})
    if not is_short or plans_to_dig(document.text):
        return False
    return {"address", "type_of_work"} <= {candidate.field for candidate in dispatched(lines)}


def _is_told(document: Document, text: str) -> bool:
    """Do sentences tell of work that is planned, and where?"""
    is_asked = asks_for_a_locate(text)
    is_texted = is_thread(document) or (is_asked and is_noted(document))
    is_planned = is_texted or plans_to_dig(text)
    if not DIGGING.search(text.lower()) or not (is_asked or is_planned):
        return False
    passages = [p for p in passages_of(document) if p.is_running or is_texted]
    told = {c.field for c in told_in(passages)}
    has_site = bool(told & {"address", "nearest_intersection"}) or {"city", "county"} <= told
    is_named = has_numbered_title(document) or (is_texted and bool(told & OF_A_JOB))
    if is_asked or "type_of_work" in told or is_named:
        return has_site
    return (
        "depth_description" in told and "address" in told and bool(told & {"company", "phone"})
    )


def _is_our_own(document: Document) -> bool:
    paths = {f"$.{name}" for name in own_names().values()}
    own = [line for line in document.lines if line.path in paths]
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


def _likeliest(text: str, pairs: list[Pair], *, is_asked: bool) -> DocumentKind:
    small = text.lower()  # faster than a pattern that ignores case
    scores = {kind: len(set(words.findall(small))) for kind, words in WORDS.items()}
    if len(pairs) > 2 * VALUES_MIN:
        scores[DocumentKind.CORRESPONDENCE] //= 3  # a form with a polite line is a form
    if is_asked:
        scores[DocumentKind.DISPATCH] = 0  # a dispatcher asks no excavator for anything
    best = max(scores.values())
    if not best:
        return DocumentKind.WORK_ORDER
    return next(kind for kind in WORDS if scores[kind] == best)


def _is_about_work(kind: DocumentKind, text: str, filled: set[str]) -> bool:
    small = text.lower()
    if SUMMARY.search(small) and len(filled & PLACE_CONCEPTS) < VALUES_MIN:
        return False
    if kind is DocumentKind.CORRESPONDENCE and (
        filled & PLACE_CONCEPTS or DIGGING.search(small)
    ):
        return True  # what it says is only taken if it asks for something
    if filled & PLACE_CONCEPTS and filled & WORK_CONCEPTS and filled & PARTY_CONCEPTS:
        return True  # who digs, what and where: whatever words it uses
    if not DIGGING.search(small):
        return len(filled) >= 2 * VALUES_MIN and bool(filled & PLACE_CONCEPTS)
    if kind is DocumentKind.DISPATCH:
        return True
    return len(filled) >= VALUES_MIN
