"""Words in a document that speak to whoever reads it: they are no evidence for anything.

A work order speaks of work. Where it says what a reader, a program or a model is to do or to
answer, somebody wants to be obeyed. To know such words is no wall: it is one more reason for
doubt, behind the bounds that hold for every answer of a model.
"""

import re
from collections.abc import Iterable, Sequence

from extraction.document import Line

REACH = 2  # lines above and below, up to a blank one: a sentence may run over several
SEEN_CHARACTERS_MAX = 2_000
ADDRESSED = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:above|previous|prior|preceding
        |earlier|before|instructions?|rules?|prompts?|everything|all)\b
    | \b(?:system|developer|assistant)[ ]{0,2}(?:prompt|message|note|instructions?)\b
    | ^\s{0,20}(?:(?:assistant|developer)\s{0,3}:|system\s{0,3}:\s{0,3}(?:you|the|this|answer|set)\b)
    | \b(?:instructions?|note|message)[ ](?:to|for)[ ](?:the[ ]|any[ ])?(?:model|assistant|ai|reader|parser|bot)\b
    | \b(?:language[ ]model|chat[ ]?bot|ai[ ](?:assistant|model|system|agent)|llms?|chatgpt)\b
    | \b(?:set|change|replace|overwrite|fill)\b.{0,40}\b(?:field|value|company|contact|phone|number
        |address|county|city)\b.{0,30}\b(?:to|with|as)\b
    | \byou[ ](?:are|must|should|will|shall)\b.{0,60}\b(?:answer|output|respond|reply|return|extract)\b
    | \b(?:answer|output|respond|reply)[ ](?:only|with|in)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def speaks_to_a_reader(lines: Sequence[Line], rows: Iterable[int]) -> bool:
    """Do these lines (by index), or those around them, say what a reader shall do?"""
    around = sorted({near for row in rows for near in _block(lines, row)})
    text = " ".join(lines[row].text.strip()[:SEEN_CHARACTERS_MAX] for row in around)
    single = (lines[row].text[:SEEN_CHARACTERS_MAX] for row in around)
    return any(ADDRESSED.search(one) for one in (text, *single))


def _block(lines: Sequence[Line], row: int) -> Iterable[int]:
    """Yield the lines around one, up to a blank line, another page or another part."""
    yield row
    for step in (-1, 1):
        for near in range(row + step, row + step * (REACH + 1), step):
            if not 0 <= near < len(lines) or not _is_beside(lines[near], lines[row]):
                break
            yield near


def _is_beside(line: Line, other: Line) -> bool:
    return bool(line.text.strip()) and (line.part, line.page) == (other.part, other.page)
