"""Statements: does a sentence say that there is boring, blasting or white paint, or that there is not?

A word alone says nothing: `no boring` denies it, `if boring is needed` leaves it open, a name
such as `Acme Boring LLC` is none. What is left open gives no value.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extraction.hinted import Hinted, hinted
from extraction.values.doubts import AREA_TO_MARK, is_left_open

CLAUSE_CHARACTERS_MAX = 400

SUBJECTS: dict[str, Hinted] = {
    "is_boring": hinted(
        "bor|drill|hdd",
        r"\b(?:(?:directional(?:ly)?|horizontal(?:ly)?|auger|jack(?:ing)?(?: and|/|&)?|missile|dry|mini)[\s-]){0,2}"
        r"(?:bor(?:e|es|ed|ing)\b(?! (?:log|sample|depth)s?)|drill(?:ing|ed|s)?(?= (?:under|beneath|across))|directional drill\w*)"
        r"|\bhdd\b|\b(?:directional(?:ly)?|horizontal(?:ly)?) drill\w*",
        re.IGNORECASE,
    ),
    "is_blasting": hinted(
        "blast|explosive",
        r"\b(?<!sand)(?<!sand )(?<!hydro)(?<!hydro )(?<!water )blast(?:s|ed|ing)?\b|\bexplosives?\b",
        re.IGNORECASE,
    ),
    "is_trenchless": hinted(
        "trenchless|burst|slip",
        r"\btrenchless\b|\bpipe[- ]?burst(?:ing)?\b|\bslip[- ]?lin(?:ed|ing)\b",
        re.IGNORECASE,
    ),
    "white_lines_painted": hinted(
        "white|painted",
        r"\bwhite[- ]?lin(?:ed|es|ing)\b|\b(?:pre-?)?marked (?:out )?(?:in|with) white(?: paint| flags)?\b"
        r"|\b(?:(?<=not )|(?<=n't ))(?:been )?painted\b(?! (?:by|white|in|with)\b)"
        r"|\b(?:painted|sprayed|flagged|marked|lined) (?:(?:it|that|them|everything|out|all|the \w+|off|up) ){0,3}(?:in )?white\b|\bin white paint\b|\bwhite paint(?:ed)? (?:is |on |down|(?:along )?the (?:whole|entire|full) )",
        re.IGNORECASE,
    ),
}
NOT_BEFORE = re.compile(
    r"\b(?:no|not|without|never|neither|nor|non|none|w/o|\w+n't|cannot|avoid(?:ing)?|rather than|instead of)\b(?:[^.;,!?]|,(?= (?:or|nor)\b)){0,45}$",
    re.IGNORECASE,
)
# `no boring, trenching or blasting`: a list goes on over its commas to the last of it.
NOT_IN_LIST = re.compile(r"\b(?:no|without|neither|nor)\b(?:\s\w+,?){1,4}\s?$", re.IGNORECASE)
LIST_GOES_ON = re.compile(r"^(?:,\s\w+){0,3},?\s(?:or|nor)\b", re.IGNORECASE)
NOT_BEHIND = re.compile(
    r"^[^.;,!?]{0,40}?\b(?:not|n't|never|no|none|n/a)\b"
    r"(?! (?:closer|nearer|less|more|fewer|deeper|shallower|longer|later|sooner|to exceed|exceed)\b)|^\s?[:=-]\s?(?:no|none|n)\b"
    r"|^\s(?:is|are|was|were)n't\b|^\swon't\b",
    re.IGNORECASE,
)
BUT = re.compile(r"\b(?:but|however|except|instead|only)\b", re.IGNORECASE)
CONDITION = re.compile(
    r"\b(?:if|whether|unless|in case|in the event|should (?:you|we|the)|would|advise|let (?:us|me) know)\b",
    re.IGNORECASE,
)
OPEN = re.compile(
    r"\b(?:if|whether|should|unless|in case|in the event|may|might|could|would|when(?:ever)?|where|any|each|every"
    r"|must|how to|before you|advise|let (?:us|me) know|confirm|prior to|permitted|allowed"
    r"|prohibited|subject to|do not|responsible|policy|either|or else|recommend\w*)\b(?!\s\d)",
    re.IGNORECASE,
)
STATED = re.compile(
    r"\b(?:is|are|was|were|has been|have been|already|yesterday|today|this morning|last night|i|i've|we've|been|site|area|crew|pits?|poles?|holes?|route|path|run|zone|limits|y|yes)\b|^\W{0,3}white",
    re.IGNORECASE,
)
LATER = re.compile(r"\b(?:will|to be|shall|going to|must|please|need)\b", re.IGNORECASE)
OF_A_NAME = re.compile(
    r"^\W{0,2}\s?(?:&\s\w+,?\s)?(?:\w+\s){0,2}(?:llc|l\.l\.c|inc|co|company|corp|ltd|lp|contractors?|services|specialists|solutions)\b",
    re.IGNORECASE,
)
# `[X] Open trench [ ] Bore`: options, which are read where boxes are.
EMPTY_BOX = re.compile(r"\[\s{0,3}\]|\(\s{1,3}\)|[\u2610\u25a1]")
CLAUSE = re.compile(r"[.;!?](?=\s|$)|\s//\s|,\s(?=but\b|however\b)")


@dataclass(frozen=True, slots=True)
class Statement:
    """What one clause says: the field, yes or no, and where its words stand."""

    field: str
    is_so: bool
    start: int
    end: int


def statements_in(text: str) -> Iterator[Statement]:
    """Yield what the clauses of a text state, in order; what they leave open is left out."""
    start = 0
    for match in [*CLAUSE.finditer(text), None]:
        end = match.start() + 1 if match else len(text)
        clause = text[start:end][:CLAUSE_CHARACTERS_MAX]
        small = clause.lower()
        for field, subject in SUBJECTS.items():
            said = _said(field, clause) if subject.may_be_in(small) else None
            if said is not None:
                yield Statement(
                    field, said.is_so, start + said.start, start + min(said.end, len(clause))
                )
        start = end


def stated(field: str, text: str) -> bool | None:
    """Return what a text states about this field; both yes and no state nothing."""
    if text.rstrip().endswith("?"):
        return None
    answers = {said.is_so for said in statements_in(text) if said.field == field}
    return answers.pop() if len(answers) == 1 else None


def _said(field: str, clause: str) -> Statement | None:
    if clause.rstrip().endswith("?") or EMPTY_BOX.search(clause):
        return None
    for match in SUBJECTS[field].pattern.finditer(clause):
        before, behind = clause[: match.start()], clause[match.end() :]
        if _is_name(clause, match):
            continue
        is_not = _is_denied(before, behind)
        is_open = _is_open(before, is_not=is_not) or is_left_open(field, before, behind)
        if is_open or (not is_not and _is_bound(behind)):
            continue
        if field == "white_lines_painted" and not is_not and not _is_painted(before, behind):
            continue
        # Negations stand up to some words away: the place shown holds them.
        return Statement(field, not is_not, *_place(clause, match, is_not=is_not))
    return None


def _is_open(before: str, *, is_not: bool) -> bool:
    """Do the words before leave it open: a condition anywhere, a rule in the same breath?"""
    breath = (before[:-46] if is_not else before).rpartition(",")[2]
    return CONDITION.search(before) is not None or OPEN.search(breath) is not None


def _is_denied(before: str, behind: str) -> bool:
    if _denial(before, behind) is not None:
        return True
    match = NOT_BEHIND.match(behind)
    return match is not None and not BUT.search(match[0])


def _denial(before: str, behind: str) -> re.Match[str] | None:
    """Return the words before that deny it."""
    denied = NOT_BEFORE.search(before)
    if denied is None and (LIST_GOES_ON.match(behind) or re.search(r"\b(?:or|nor)\s$", before)):
        denied = NOT_IN_LIST.search(before)
    return None if denied is None or BUT.search(denied[0]) else denied


def _is_bound(behind: str) -> bool:
    """Is it a rule for whoever bores (`boring must ...`), or a question?"""
    return (
        re.match(
            r"\W{0,3}(?:\w+\s){0,2}(?:must|shall|may|should|if|prohibited|forbidden|subject|allowed|permitted)\b",
            behind,
        )
        is not None
    )


def _is_painted(before: str, behind: str) -> bool:
    if LATER.search(before) or AREA_TO_MARK.search(f"{before}white lined{behind}"):
        return False
    return STATED.search(before) is not None or STATED.search(behind[:30]) is not None


def _is_name(clause: str, match: re.Match[str]) -> bool:
    """Is it part of a name: capital letters around it in a text that has small ones?"""
    if OF_A_NAME.match(clause[match.end() :]):
        return True
    is_mixed = re.search(r"[a-z]{3}", clause) is not None
    last = match[0].split()[-1]
    before = clause[: match.start()].split()
    is_after_name = bool(before) and before[-1][:1].isupper() and len(before) > 1
    return is_mixed and last[:1].isupper() and not last.isupper() and is_after_name


def _place(clause: str, match: re.Match[str], *, is_not: bool) -> tuple[int, int]:
    """Return the words that say it, so that they say it again when read alone."""
    before, behind = clause[: match.start()], clause[match.end() :]
    if not is_not:
        is_white = SUBJECTS["white_lines_painted"].pattern.fullmatch(match[0])
        told = STATED.search(behind[:30]) if is_white else None
        return (0 if is_white else match.start()), match.end() + (told.end() if told else 0)
    denied = _denial(before, behind)
    if denied is not None:
        is_list = LIST_GOES_ON.match(behind)
        return denied.start(), match.end() + (is_list.end() if is_list else 0)
    told = NOT_BEHIND.match(behind)
    return match.start(), match.end() + (told.end() if told else 0)
