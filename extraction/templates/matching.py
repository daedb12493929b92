"""Matching: is this document of the layout that the template describes?"""

from extraction.templates.model import Match
from extraction.templates.patterns import Work, compiled
from extraction.templates.sheet import Sheet, squeezed


def matches(sheet: Sheet, match: Match, work: Work) -> bool:
    """Is everything true that the template says of its documents?"""
    return (
        (not match.media or sheet.medium in match.media)
        and all(path in sheet.paths for path in match.paths)
        and all(squeezed(words) in sheet.text for words in match.every)
        and (not match.some or any(squeezed(words) in sheet.text for words in match.some))
        and not any(squeezed(words) in sheet.text for words in match.none)
        and all(_is_on_a_line(pattern, sheet, work) for pattern in match.regex)
    )


def _is_on_a_line(pattern: str, sheet: Sheet, work: Work) -> bool:
    ready = compiled(pattern)
    return any(work.allows(line.text, ready) and ready.is_in(line.text) for line in sheet.lines)
