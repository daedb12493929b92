"""Yes and no, as people answer a question that has legal weight, or whether something is right.

Only what is written here is a yes or a no: a text is split into its clauses, and each of them must
be a known one. `No` before anything else (no problem, no choice but to blast) says nothing.
"""

import re
from enum import StrEnum
from functools import cache

SHORT_ANSWER_CHARACTERS_MAX = 200

YES = frozenset(
    {
        "y", "yes", "yeah", "yep", "yup", "yessir", "sure", "true", "affirmative", "si", "sí",
        "absolutely", "definitely", "certainly", "indeed",
    }
)  # fmt: skip
NO = frozenset({"n", "no", "nope", "nah", "false", "negative", "none", "never"})
# These agree to what was said before, which may have been a no; the others deny it.
AGREES = frozenset({"ok", "okay", "correct", "right", "confirmed", "good", "fine", "exactly"})
DENIES = frozenset({"wrong", "incorrect"})
NOT = frozenset({"not", "isn't", "isnt", "aren't", "arent"})
POLITE = frozenset({"sir", "ma'am", "maam", "thanks", "thank", "you", "please", "that's", "thats",
                    "that", "it's", "its", "it", "is", "looks", "sounds", "all"})  # fmt: skip

PAUSE = re.compile(r"\s*[,.;:!]+\s*|\s+[-\u2013\u2014]+\s+")
COURTESY = re.compile(r"\b(?:sir|ma'?am|thanks|thank you|please)\b")
# Contractions, written out: what follows then needs one form only.
WRITTEN_OUT = (
    (re.compile(r"\bwon'?t\b"), "will not"),
    (re.compile(r"\b(is|are|do|does|has|have)n'?t\b"), r"\1 not"),
    (re.compile(r"(?<=\w)'ll\b"), " will"),
    (re.compile(r"(?<=\w)'re\b"), " are"),
    (re.compile(r"(?<=\w)'ve\b"), " have"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\b(it|there|that)'s\b"), r"\1 is"),
)

WHO = r"(?:we|i|they|it|the crew)"
WILL = r"(?:will|are|am|is|do|does)(?: be)?"
WILL_NOT = r"(?:will|are|am|is|do|does) not(?: be| going to)?"
IN_USE = r"(?:used|needed|planned|involved|done|required)"
HERE = r"(?: here| on this (?:job|one|site))?"
HERE_ALONE = r" (?:here|on this (?:job|one|site))"
NEVER_EVER = r"not at all|(?:of course|absolutely|definitely|certainly) not"

# Alone these could also mean that what was read is right, or is not.
IT_IS = r"it is|it will|they are|they will|there (?:is|are|will be)"
IT_IS_NOT = r"(?:it|they) (?:is|are|will|has|have) not(?: be)?"

# What each question is about; nothing else may stand beside its yes or no.
SUBJECTS = {
    "is_blasting": r"(?:explosives?|blasting|dynamite)",
    "is_boring": r"(?:(?:directional |horizontal )*(?:boring|bores?|drilling)|hdd)",
    "is_trenchless": r"(?:trenchless(?: work| methods?)?)",
}
DOINGS = {
    "is_blasting": r"(?:blast|blasting)",
    "is_boring": r"(?:bore|(?:directional )?boring)",
    "is_trenchless": r"(?:going trenchless|go trenchless)",
}
# What is done in place of it may follow a no.
MACHINE = r"(?:backhoe|trencher|(?:mini )?excavator|track ?hoe|hand tools|shovels?|hydro ?vac|vac(?:uum)? truck)"
ANOTHER_WAY = (
    r"(?:only |just |all )?(?:(?:it is |it will be |we are |we will be )?(?:hand dig(?:ging)?"
    rf"|open (?:cut|trench)(?:ing)?)|(?:(?:we are |we will be )?using )?(?:an? |the )?{MACHINE})(?: only)?"
)
# Below what one bores, and how that is called.
UNDER = (
    r"under (?:the |a )?(?:road(?:way)?|street|highway|driveway|drive|creek|railroad|tracks?"
    r"|sidewalk|parking lot)"
)
ROAD_BORE = r"(?:(?:a )?(?:road|street|highway|driveway|creek|railroad) bor(?:e|es|ing))"

PAINTED = r"(?:painted|(?:pre-?)?marked)(?: in white| white)?(?: paint)?"
LINES = r"(?:it|they|the site|the dig site|the area|(?:the )?(?:white )?lines)"
BEFORE = r"(?:this morning|yesterday|already|last (?:night|week))"
WITH_WHITE = r"white (?:paint|flags?|stakes?|lines|whiskers)(?: and (?:white )?(?:paint|flags?|stakes?|lines))?"
LATER = (
    r"(?:tomorrow|later|soon|first|this afternoon|next week|before (?:we dig|the notice)"
    r"|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)


class Clause(StrEnum):
    """What one clause of an answer says; the last two say nothing alone."""

    YES = "yes"
    NO = "no"
    AFTER_A_YES = "after a yes"
    AFTER_A_NO = "after a no"


def yes_or_no(text: str, field: str) -> bool | None:
    """Return what a text answers to the question of this legal statement; None if neither.

    A text with a clause that is not known is neither, and so is one that says both.
    """
    said = _clauses(text)
    clauses = {_clause(one, field) for one in said}
    if clauses <= {Clause.YES, Clause.AFTER_A_YES} and Clause.YES in clauses:
        return True
    if clauses <= {Clause.NO, Clause.AFTER_A_NO} and Clause.NO in clauses:
        return False
    return None


def agreed_or_denied(text: str) -> bool | None:
    """Return whether a text is a yes or a no and nothing more; None for one that says more."""
    spoken = frozenset(_words(text))
    if not spoken or "?" in text or spoken - (YES | NO | AGREES | DENIES | NOT | POLITE):
        return None
    denies = bool(spoken & (NO | DENIES | NOT))
    # `Not right` denies, and does not say both.
    agrees = bool(spoken & (YES if spoken & NOT else YES | AGREES))
    return None if agrees == denies else agrees


def says_yes_or_no(text: str) -> bool:
    """Return whether one of the words means a yes or a no, whatever the others do to it."""
    return bool(frozenset(_words(text)) & (YES | NO))


def _words(text: str) -> list[str]:
    if len(text) > SHORT_ANSWER_CHARACTERS_MAX:
        return []
    return re.sub(r"[^\w']+", " ", text.lower().replace("\u2019", "'")).split()


def _clauses(text: str) -> list[str]:
    """Return the clauses of a short text, in small letters and without courtesies."""
    if len(text) > SHORT_ANSWER_CHARACTERS_MAX:
        return []
    plain = " ".join(text.lower().replace("\u2019", "'").split())
    for short, whole in WRITTEN_OUT:
        plain = short.sub(whole, plain)
    spoken = (" ".join(COURTESY.sub(" ", one).split()) for one in PAUSE.split(plain))
    return [one for one in spoken if one]


def _clause(said: str, field: str) -> Clause | None:
    for clause, pattern in _known(field):
        if pattern.fullmatch(said):
            return clause
    return None


@cache
def _known(field: str) -> tuple[tuple[Clause, re.Pattern[str]], ...]:
    """Return the clauses that are understood of a legal statement."""
    yes, no = "|".join(sorted(YES)), "|".join(sorted(NO))
    if field == "white_lines_painted":
        is_so, is_not, after_yes, after_no = _of_white_lines()
    else:
        is_so, is_not, after_yes, after_no = _of_work(SUBJECTS[field], DOINGS[field])
    if field == "is_boring":
        # It is the method: who names it, uses it.
        is_so = rf"(?:{is_so})(?: {UNDER})?|{after_yes}(?: {UNDER})?|{ROAD_BORE}"
        after_yes = rf"(?:{after_yes} )?{UNDER}|{after_yes}|{ROAD_BORE}"
    patterns = {
        Clause.YES: rf"(?:{yes})(?: (?:{yes}))*(?: (?:{is_so}|{after_yes}|{IT_IS}))?|{is_so}",
        Clause.NO: rf"(?:{no})(?: (?:{no}))*(?: (?:{is_not}|{IT_IS_NOT}))?|{is_not}",
        Clause.AFTER_A_YES: rf"{after_yes}|{IT_IS}",
        Clause.AFTER_A_NO: rf"{after_no}|{IT_IS_NOT}",
    }
    return tuple((clause, re.compile(pattern)) for clause, pattern in patterns.items())


def _of_work(subject: str, doing: str) -> tuple[str, str, str, str]:
    """Return how people say that something is done, that it is not, and what may follow."""
    subject = rf"{subject}(?: (?:or|and|nor) {subject})?"
    doing = rf"(?:{doing}|(?:use|using|do|doing) (?:any |some )?{subject})"
    is_so = (
        rf"(?:we|i) (?:will|are|do)|{WHO} {WILL} {doing}|there {WILL} (?:some )?{subject}"
        rf"|{subject} (?:will be|is|are) {IN_USE}|of course"
    )
    is_not = (
        rf"no {subject}(?: at all)?(?: (?:(?:will be|is|are) )?{IN_USE})?{HERE}|{NEVER_EVER}"
        rf"|(?:we|i) (?:will|are|do) not|{WHO} {WILL_NOT} {doing}"
        rf"|{WHO} {WILL} (?:use|using|do|doing) no {subject}"
        rf"|there {WILL_NOT}(?: any)? {subject}|there {WILL} no {subject}"
        rf"|(?:{subject}|it|they) {WILL_NOT} {IN_USE}|not {doing}"
        rf"|will not(?: be)? {doing}|no way|not{HERE_ALONE}"
        rf"|none (?:at all|will be used|are used|needed)"
    )
    return is_so, is_not, subject, ANOTHER_WAY


def _of_white_lines() -> tuple[str, str, str, str]:
    """Return the same of white lines: they are there now, or they are not."""
    is_so = (
        rf"(?:already )?{PAINTED}(?: {BEFORE})?|{LINES} (?:is|are) there"
        rf"|{LINES} (?:is|are|has been|have been)(?: all| already)? {PAINTED}(?: {BEFORE})?"
        rf"|(?:we|i|they|the crew) (?:have |has )?{PAINTED}(?: it| them| the site)?(?: {BEFORE})?"
    )
    is_not = (
        rf"not (?:yet|{PAINTED}|yet {PAINTED}|{PAINTED} yet)|{NEVER_EVER}"
        r"|no (?:white )?(?:lines|paint|markings|marks)(?: yet| at all)?"
        rf"|{LINES} (?:is|are|has|have) not (?:(?:been )?(?:{PAINTED}|there)(?: yet)?|yet)"
    )
    will_paint = (
        rf"(?:(?:we|i|they|the crew|our crew) will|will be|to be|they will be|it will be) "
        rf"(?:paint|mark|{PAINTED})(?: it| them| the site)?(?: in white)?(?: {LATER})?"
    )
    return is_so, is_not, rf"{BEFORE}|{WITH_WHITE}", will_paint
