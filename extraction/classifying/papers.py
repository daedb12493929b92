"""Papers that speak of digging and ask for none: invoices, invitations, minutes, newsletters."""

import re

from extraction.classifying.centers import has_number, is_of_a_center
from extraction.pairs import Pair
from extraction.values.alternatives import any_of

# Two words of one kind, or one at the very top.
OTHER_PAPERS: tuple[re.Pattern[str], ...] = (
    any_of(
        r"\binvoice\b|amount due|balance due|total due|past due|\bremit\b|payment terms|due upon receipt|sub-?total|\bunit price\b"
        r"|previous balance|new charges|billing period|autopay|account balance|statement date|late fee|\bkwh (?:used|usage)\b",
    ),
    any_of(
        r"\binvit(?:e|ed|ation)\b|luncheon|\brsvp\b|registration|\bbanquet\b|refreshments|save the date|sign up|seminar"
        r"|webinar|\btraining (?:class|session|event)|safety (?:day|breakfast|meeting)|will be served|no charge",
    ),
    any_of(
        r"\bminutes of\b|call(?:ed)? to order|\badjourn\w*|\bquorum\b|motion (?:by|was|carried)|\bseconded?\b by|\bagenda\b|council (?:meeting|members)|approval of (?:bills|minutes)",
    ),
    any_of(
        r"out of (?:the )?office|automatic reply|auto-?reply|on vacation|limited access to (?:my )?e-?mail|will return on|i am away",
    ),
    any_of(
        r"newsletter|view (?:this (?:e-?mail|message) )?in (?:your |a )?browser|in this issue|manage (?:your )?preferences|\bsubscribers?\b|press release|did you know"
        r"|dear (?:neighbou?rs?|members?|customers?|friends?)\b|annual meeting|safe digging month|\brecipes?\b|unsubscribe|bill assistance",
    ),
)
TOP_CHARACTERS = 400
OTHER_WORDS_MIN = 2
AT_TOP = re.compile(
    r"^\W{0,4}(?:.{0,60}\s)?(?:invoice|minutes of|newsletter|automatic reply|out of office|statement of account|agenda)\b",
    re.IGNORECASE | re.MULTILINE,
)
OF_A_DIG = frozenset({"work_start_at", "depth"})


def is_other_paper(text: str, pairs: list[Pair], filled: set[str], *, is_form: bool) -> bool:
    """Is this an invoice, an invitation, minutes, a reply of a machine or a newsletter?"""
    is_at_top = AT_TOP.search(text[:TOP_CHARACTERS]) is not None
    is_headed = is_at_top and not filled & OF_A_DIG
    if is_headed and _words_of_another(text) >= OTHER_WORDS_MIN:
        return True
    if ("ticket_type" in filled or has_number(pairs)) and is_of_a_center(text):
        return False
    return is_headed or _words_of_another(text) >= OTHER_WORDS_MIN + is_form


def _words_of_another(text: str) -> int:
    """Count the words that are those of one kind of other paper."""
    small = text.lower()
    return max(len(set(paper.findall(small))) for paper in OTHER_PAPERS)
