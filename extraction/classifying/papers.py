"""Papers that speak of digging and ask for none: invoices, invitations, minutes, newsletters, notices, offers."""

import re

from extraction.classifying.centers import has_number, is_of_a_center
from extraction.pairs import Pair
from extraction.sentences.requests import asks_for_a_locate
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
        r"|how did we do|\b(?:take|complete|fill out) (?:our|this|the|a) (?:\w+ ){0,3}survey\b|your feedback|rate your experience|hoa (?:update|news)"
        r"|dear (?:neighbou?rs?|members?|customers?|friends?)\b|annual meeting|safe digging month|\brecipes?\b|unsubscribe|bill assistance",
    ),
    any_of(  # to those who live there or drive by
        r"\bresidents (?:should|may|will|are|can|on|along|in the)\b|(?:notice|attention) (?:to )?(?:all )?(?:residents|customers)|motorists|drivers (?:should|may|will|can)|traffic alert|expect (?:delays|lane|short|some|noise)"
        r"|detour signs?|service will be (?:interrupted|restored|off)|without (?:water|power|gas|service) (?:from|for|on|between)|apologi[sz]e for|(?:any|the) inconvenience|your patience|boil water|discolou?red water|(?:cold|kitchen) taps?\b"
        r"|your neighbou?rhood|sprinkler heads|door ?hangers?|police said|officials? (?:said|say|reminded)|nobody was hurt|no injuries|no one was (?:hurt|injured)|spokes(?:man|woman|person)|public hearing|city secretary|(?:are|is) being upgraded",
    ),
    any_of(  # what is on offer: prices, services, places to work
        r"\b\d{1,2} ?% off\b|free (?:quote|estimate|consultation)s?\b|call (?:us )?(?:today|now) (?:for|to)|our showroom|special offer|limited[- ]time|our services include|mention this|coupon|\bdiscounts?\b|low price|book (?:now|today|online)"
        r"|now hiring|\bapply (?:at|online|in person|now)\b|equal opportunity|\bcdl\b|(?:full|great) benefits|years'? experience|hourly wage|pay range",
    ),
    any_of(
        r"lump[- ]sum|(?:price|quote|proposal|bid|estimate) is (?:good|valid|firm)|opportunity to (?:quote|bid|propose)|sign and return|sealed bids?|pre-?bid|bid bond|acceptance of (?:this )?proposal|total (?:bid|price)|for the sum of"
        r"|request for (?:bids|proposals|qualifications)|\bquotation\b|bids? (?:will be|are) (?:opened|received|due)|we propose to\b",
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
    """Is this an invoice, an invitation, minutes, a newsletter, a notice to residents, an offer?"""
    is_at_top = AT_TOP.search(text[:TOP_CHARACTERS]) is not None
    is_headed = is_at_top and not filled & OF_A_DIG
    if is_headed and _words_of_another(text) >= OTHER_WORDS_MIN:
        return True
    if ("ticket_type" in filled or has_number(pairs)) and is_of_a_center(text):
        return False
    is_order = is_form or asks_for_a_locate(text)
    return is_headed or _words_of_another(text) >= OTHER_WORDS_MIN + is_order


def _words_of_another(text: str) -> int:
    """Count the words that are those of one kind of other paper."""
    small = " ".join(text.lower().split())  # a phrase may go on in the next line
    return max(len(set(paper.findall(small))) for paper in OTHER_PAPERS)
