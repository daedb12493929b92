"""Shapes: what a value shows by how it is written, where its key is as good as silent.

`WO0020417` under `number` is an order, `ann@example.com` under `address` a mailbox.
"""

import re
from collections.abc import Callable

from extraction.labels.concepts import Label
from extraction.values.addresses import DIRECTION
from extraction.values.names import EMAIL
from extraction.values.roads import two_roads
from extraction.values.streets import IS_STREET

# `WO0020417` under `number`: the letters say of what.
ORDER = re.compile(r"(?:[A-Z]?WO|WOT|SVO)[-_ #]?\d{3,12}(?:-\d{1,4})?")
NAMES_OF_RECORDS = frozenset(
    ["#", "id", "name", "title", "key", "code", "display id", "record #", "doc #", "document #"]
)
ISSUE = re.compile(r"[A-Z]{2,10}-\d{2,8}")  # of a tracker of tasks
TITLES = frozenset(["title", "subject", "headline"])
LINES_OF_AN_ORDER = frozenset(["item text", "line text", "item description", "line item"])
TITLE_WORDS_MIN = 3
WORK = re.compile(
    r"\b(?:bore|boring|trench\w*|excavat\w*|dig|install\w*|plac(?:e|ing)|replac\w*|relocat\w*|set(?:ting)?|repair\w*"
    r"|bury|buried|plow\w*|renew\w*|new|tap|extend|remove|removal|repl|inst|underground)\b",
    re.IGNORECASE,
)
NO_WORK = re.compile(
    r"\b(?:foreman|manager|supervisor|coordinator|engineer|director|lineman|superintendent|ticket|requests?|orders?"
    r"|wo|report|notice|form|survey|list|map|package|project)\b",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"(?:between|btwn|btw|betw|bet\.?)\s", re.IGNORECASE)
# Of a road or of a railway, a pipe, a river: only the name of a street tells.
CROSSINGS = frozenset(
    ["crossing", "crosses", "crossed by", "intersects with", "intersected by"]
)
TASKS = frozenset(["job", "task", "order"])
WORDS = re.compile(r"[A-Za-z]{3,20}(?:[ /&-]{1,3}[A-Za-z]{2,20}){1,12}")
YES_OR_NO = re.compile(r"(?:yes|no|y|n|true|false)\.?", re.IGNORECASE)
TIME_SPAN = re.compile(
    r"\d{1,3}(?:\.\d)?\s?(?:hours?|hrs?|days?|weeks?|wks?|months?|mos?)\.?", re.IGNORECASE
)


def shown_by(label: Label | None, name: str, value: str) -> Label | None:
    """Return what a value is whose key, of this name, meant as much as `label`."""
    concept = label.concept if label else "nothing"
    for concepts, names, is_so, shown in SHAPES:
        if concept in concepts and (not names or name in names) and is_so(value):
            role = label.role if label and shown.concept == "email" else None
            return Label(shown.concept, role, shown.is_guessed)
    return None


def _is_work(value: str) -> bool:
    """Return whether a title says what is done, and not who someone is or what paper this is."""
    is_told = len(value.split()) >= TITLE_WORDS_MIN and NO_WORK.search(value) is None
    return is_told and WORK.search(value) is not None


def _has_words(value: str) -> bool:
    return " " in value.strip()  # `Co` of one word may be a county


def _is_between(value: str) -> bool:
    """Return whether this names two roads between which something lies."""
    return BETWEEN.match(value) is not None and two_roads(value) is not None


Test = Callable[[str], object]
SILENT = frozenset(["nothing"])
# What a key means at best, its names if only some will do, how the value looks, what it is.
SHAPES: tuple[tuple[frozenset[str], frozenset[str], Test, Label], ...] = (
    (SILENT, frozenset(), EMAIL.fullmatch, Label("email", is_guessed=True)),
    (frozenset({"address"}), frozenset(), EMAIL.fullmatch, Label("email")),
    (
        SILENT | {"number", "id", "name"},
        NAMES_OF_RECORDS,
        ORDER.fullmatch,
        Label("work_order", is_guessed=True),
    ),
    (SILENT, TITLES, _is_work, Label("type_of_work", is_guessed=True)),
    (
        SILENT | {"remarks", "description"},
        LINES_OF_AN_ORDER,
        _is_work,
        Label("type_of_work", is_guessed=True),
    ),
    (SILENT, frozenset(["key"]), ISSUE.fullmatch, Label("work_order", is_guessed=True)),
    (
        frozenset(["work_order"]),
        TASKS,
        WORDS.fullmatch,
        Label("type_of_work", is_guessed=True),
    ),
    (SILENT, frozenset(["co"]), _has_words, Label("company")),
    (SILENT | {"reference"}, frozenset(), _is_between, Label("cross_1")),
    (SILENT, CROSSINGS, IS_STREET.fullmatch, Label("cross_1")),
    (SILENT | {"at"}, frozenset(["x1", "x 1"]), IS_STREET.fullmatch, Label("cross_1")),
    (SILENT, frozenset(["x2", "x 2"]), IS_STREET.fullmatch, Label("cross_2")),
    (SILENT | {"recipient"}, frozenset(["from"]), IS_STREET.fullmatch, Label("cross_1")),
    (SILENT | {"recipient"}, frozenset(["to"]), IS_STREET.fullmatch, Label("cross_2")),
    (
        SILENT | {"directions"},
        frozenset(["dir", "direction"]),
        re.compile(DIRECTION, re.IGNORECASE).fullmatch,
        Label("street_before"),
    ),
    (frozenset(["str"]), frozenset(), IS_STREET.fullmatch, Label("street")),
    (SILENT, frozenset(["wl"]), YES_OR_NO.fullmatch, Label("white_lines")),
    (frozenset(["expires_at"]), frozenset(["exp"]), YES_OR_NO.fullmatch, Label("is_blasting")),
    (SILENT | {"size"}, frozenset(["length"]), TIME_SPAN.fullmatch, Label("duration")),
)
