"""What a member wrote beside its answer, where that denies it: `Marked`, but `not marked yet`.

Nobody digs on an outcome beside words that take it back. Only clear contradictions are found:
conditions (`do not dig within 2 ft by machine`) and what the member never marks (`private lines
are not marked`) deny nothing.
"""

import re
from collections.abc import Iterable

from domain.errors import RejectedError
from domain.responses import Outcome

CLAUSES = re.compile(r"[.;,\n()]|\bbut\b")
DAYS = r"(?:tomorrow|next week|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
NO = r"(?:not|never|cannot|unable to|\w+n't)"
DONE = r"(?:mark(?:ed)?|located?|finish(?:ed)?|completed?|done)"
# Of any answer that closes: it is still to come, it is only a part, or there is a conflict.
STILL_OPEN = re.compile(
    rf"\bnot (?:\w+ )?yet\b|\byet to (?:be )?{DONE}\b|^not done$"
    r"|(?:\b(?:will|going to|shall)|'ll) (?:be )?(?:mark(?:ed)?|located?|finish(?:ed)?)\b"
    rf"|\b(?:(?:be|come|coming) back|return(?:ing)?)\b.{{0,40}}\b{DAYS}\b"
    rf"|\b(?:mark(?:ing)?|locat(?:e|ing)|finish(?:ing)?) (?:(?:it|this|them|the rest|up|on) )*{DAYS}\b"
    rf"|\bpartial(?:ly)? (?:{DONE}|clear(?:ed)?|locates?|response)\b|^(?:only )?partial(?:ly)?$"
    rf"|\b(?:{DONE}|clear(?:ed)?) (?:only )?(?:partially|partly|in part)\b"
)
CONFLICT = re.compile(r"\bin conflict\b")
CONDITION = re.compile(r"\b(?:if|where|should|unless)\b")
DENIED = re.compile(rf"\b(?:no|none|nothing|without|{NO})\b")
# Of an answer that says that marks are there, and of one that says that nothing is there.
BETWEEN = r"(?:(?:be|been|yet|all|fully|completely) )*"
UNMARKED = re.compile(
    rf"\b{NO} {BETWEEN}(?:marked|located|finished|completed?)\b"
    rf"|\b(?:(?:did|could) not|(?:did|could|ca)n't|cannot|unable to) {DONE}\b"
)
UNCLEAR = re.compile(rf"\b{NO} {BETWEEN}clear(?:ed)?\b")
DENIES = {
    Outcome.MARKED: UNMARKED,
    Outcome.MARKED_TO_METER: UNMARKED,
    Outcome.CLEAR: UNCLEAR,
    Outcome.NO_MARK_NEEDED: UNCLEAR,
}
# Lines that the member never marks, or marks only when asked.
OF_OTHERS = re.compile(
    r"\b(?:private(?:ly)?|customers?|owners?|laterals?|services?|beyond|past|request|house lines?)\b"
)


def refuse_denied(outcome: Outcome, texts: Iterable[str | None]) -> None:
    """Raise RejectedError if words of the member deny an outcome that would close its facility."""
    if not outcome.is_closing:
        return
    for text in filter(None, texts):
        clauses = CLAUSES.split(text.lower().replace("\u2019", "'"))
        if any(_denies(outcome, " ".join(one.split())) for one in clauses):
            raise RejectedError(
                f"The answer is {outcome}, but the member wrote “{text[:80]}”.",
                field="outcome",
                remedy="Ask the member what it answered. What is not finished, or only in part, "
                "closes nothing.",
                suggested_values=[Outcome.DELAYED, Outcome.PARTIAL, Outcome.IN_CONFLICT],
            )


def _denies(outcome: Outcome, clause: str) -> bool:
    if CONDITION.search(clause):
        return False
    if CONFLICT.search(clause) and not DENIED.search(clause):
        return True
    if OF_OTHERS.search(clause):
        return False
    denial = DENIES.get(outcome)
    is_denied = denial is not None and denial.search(clause) is not None
    return is_denied or STILL_OPEN.search(clause) is not None
