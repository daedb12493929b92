"""The boxes of words, fitted to their ink: engines give some that are cut short or far too wide."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from extraction.ocr.engine import SeenWord
from extraction.ocr.found import Rule

ROW_GAP = 0.12  # of the height: a blank row between the parts of one letter, as of an i
ROW_GAP_PIXELS = 3
REACH = 0.22  # of the height: so near to a word is ink that was left out of its box
END_SHARE = 0.35  # of a word: so much of it may be a speck beyond a rule
STEP = 0.14  # of the height: blanks within what was left out

Ink = np.ndarray[Any, np.dtype[np.bool_]]


def fitted(words: Sequence[SeenWord], ink: Ink, uprights: Sequence[Rule]) -> list[SeenWord]:
    """Return the words with boxes around their ink, without those that have none.

    A word does not reach over an upright rule: what is beyond it is of another cell.
    """
    found = []
    for at, word in enumerate(words):
        before = words[at - 1] if at and words[at - 1].line == word.line else None
        after = words[at + 1] if at + 1 < len(words) else None
        after = after if after and after.line == word.line else None
        right = min(word.x1, after.x0) if after and after.x0 > word.x0 + 1 else word.x1
        shrunk = _shrunk(replace(word, x1=right), ink)
        if shrunk is not None:
            low = before.x1 if before and before.x1 < shrunk.x0 else 0
            high = max(after.x0, shrunk.x1) if after else ink.shape[1]
            found.append(_within(_grown(shrunk, ink, low, high), uprights))
    return found


def _within(word: SeenWord, uprights: Sequence[Rule]) -> SeenWord:
    """Return the word cut at the upright rule that crosses one of its ends."""
    middle, part = (word.top + word.bottom) / 2, END_SHARE * (word.x1 - word.x0)
    for rule in uprights:
        if rule.start <= middle <= rule.end and word.x0 < rule.at < word.x1:
            if rule.at <= word.x0 + part:
                word = replace(word, x0=rule.at + 1)
            elif rule.at >= word.x1 - part:
                word = replace(word, x1=rule.at - 1)
    return word


def _shrunk(word: SeenWord, ink: Ink) -> SeenWord | None:
    """Return the word with its box made as small as its ink, that of one line."""
    left, top = max(0, int(word.x0)), max(0, int(word.top))
    inside = ink[top : int(word.bottom), left : int(word.x1)]
    rows = np.flatnonzero(inside.any(axis=1))
    if not rows.size:
        return None
    gap = max(ROW_GAP_PIXELS, ROW_GAP * min(inside.shape[0], 3 * ROW_GAP_PIXELS / ROW_GAP))
    runs = np.split(rows, np.nonzero(np.diff(rows) > gap)[0] + 1)
    run = max(runs, key=lambda run: int(inside[run[0] : run[-1] + 1].sum()))
    columns = np.flatnonzero(inside[run[0] : run[-1] + 1].any(axis=0))
    return replace(
        word,
        x0=left + int(columns[0]),
        top=top + int(run[0]),
        x1=left + int(columns[-1]) + 1,
        bottom=top + int(run[-1]) + 1,
    )


def _grown(word: SeenWord, ink: Ink, low: float, high: float) -> SeenWord:
    """Return the word with what stands right beside its box: a letter or a comma cut off."""
    top, bottom = int(word.top), int(word.bottom)
    height = bottom - top
    reach, step = max(2, round(REACH * height)), max(1, round(STEP * height))
    left, right = int(word.x0), int(word.x1)
    bound = int(min(high, right + 2 * height))
    beyond = np.flatnonzero(ink[top:bottom, right:bound].any(axis=0))
    if beyond.size and beyond[0] <= reach:
        right += int(_first_run(beyond, step)[-1]) + 1
    bound = int(max(low, left - 2 * height))
    beyond = np.flatnonzero(ink[top:bottom, bound:left][:, ::-1].any(axis=0))
    if beyond.size and beyond[0] <= reach:
        left -= int(_first_run(beyond, step)[-1]) + 1
    return replace(word, x0=left, x1=right)


def _first_run(places: Any, step: int) -> Any:
    return np.split(places, np.nonzero(np.diff(places) > step)[0] + 1)[0]
