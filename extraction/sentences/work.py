"""The work, as sentences tell it: what is done, how deep, how long, and what is to be marked."""

import re
from collections.abc import Iterator

from extraction.hinted import Hinted, hinted
from extraction.sentences.party_rules import DOES, PLANS
from extraction.sentences.prose import is_open_question
from extraction.sentences.told import Told
from extraction.values.measures import EXCEPTION
from extraction.values.statements import statements_in

STATEMENT = 0.74
WORK = 0.72
WORK_OF = 0.70
NO_THING_LOSS = 0.05  # only how it is dug is told
DEPTH = 0.74
EXCEPTED = 0.54
DURATION = 0.74
MARKING = 0.74
AREA = 0.70
AREA_OF_YARD = 0.64  # sides and ends, and no street
WORK_CHARACTERS_MIN = 10

N = r"(?:\d{1,4}(?:,\d{3})?(?:\.\d{1,2})?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty|thirty-six|forty|forty-two|forty-eight|fifty|sixty|seventy-two)"
UNIT = r"(?:feet|foot|ft\b\.?|['\u2019\u2032]|inch(?:es)?|in\b\.?|met(?:er|re)s?|cm\b|\"|\u201d|\u2033|yards?)"
# `sixty (60) inches`, `six and a half feet`: a number said twice, or with a part.
PART = rf"(?:\s?\({N}\)|\sand\s(?:a|one)[\s-]half|[\s-]\d/\d)?"
LEFT_OVER = r"(?:\d|1[01])(?:\.\d{1,2})?(?!\d)"  # inches: twelve are a foot, and a measure anew
INCH = r"(?:inch(?:es)?|in\b\.?|\"|\u201d|\u2033|['\u2019]{2})"
LENGTH = rf"{N}{PART}(?:\s?(?:-|to|\u2013)\s?{N})?[\s-]?{UNIT}(?:\s?{LEFT_OVER}\s?{INCH})?"
ABOUT = r"(?:\s(?:of|is|are|will\sbe|be|to|about|approximately|approx\.?|around|roughly|at|least|up|an?|minimum|maximum|min\.?|max\.?|the|average|over)){0,6}"
DEPTHS = (
    hinted(
        "depth|cover", rf"\b(?:depths?|cover)\b:?{ABOUT}\s(?P<value>{LENGTH})", re.IGNORECASE
    ),
    hinted(
        "deep|depth|cover|below",
        rf"(?P<value>{LENGTH}(?:\s|-)(?:deep|in\sdepth|(?:of\s)?cover\b|(?:minimum|min\.?)\s(?:cover|depth)|below\s(?:the\s)?(?:ditch|grade|ground|surface|existing|natural|pavement|road|street|sidewalk|slab|finish|final|proposed|top\sof\s(?:the\s)?curb)\w*))",
        re.IGNORECASE,
    ),
    hinted(
        "bury|buried",
        rf"\b(?:bury|buried|burying)\b(?:\s(?:[a-z]{{2,12}}|a|min\.|approx\.)){{0,6}}?\s(?P<value>{LENGTH})(?!\s(?:of|long|from|x|by|off|away|behind|inside|in\s?side|(?:north|south|east|west)\w*)\b)",
        re.IGNORECASE,
    ),
    hinted("deep", rf"\bdeep\s?(?:-|:)\s?(?P<value>{LENGTH})", re.IGNORECASE),
    hinted(  # inches alone: as many feet are a length
        "trench|dig|bor|plow",
        r"\b(?:trench|dig|bor|plow)(?:e|ing)?\s(?P<value>(?:\d{1,2}|twelve|eighteen|twenty-four|thirty|thirty-six)[\s-]?(?:inch(?:es)?|in\.?|\"))(?!\s(?:of|long|wide|from|x|by|off|away|pipe|casing|conduit|main|line|trench|water|sewer|gas|pvc|hdpe|steel|poly)\b)",
        re.IGNORECASE,
    ),
    hinted(
        "down",
        rf"\b(?:go|going|goes|dig|digging)\s(?:\w+\s)?down{ABOUT}\s(?P<value>{LENGTH})",
        re.IGNORECASE,
    ),
)
COVER_RULE = "cover_in_a_sentence"
COVER = re.compile(r"\bcover\b", re.IGNORECASE)
RULE_OF_DEPTH = re.compile(
    r"\b(?:deeper than|exceed\w*|more than|less than|greater than|if|requires? (?:an?|shoring)|tolerance|hand dig within|call 811|osha|within \d)\b",
    re.IGNORECASE,
)
# `Existing main is 3 ft deep`: how deep it lies, not how deep the digging goes.
EXISTING = re.compile(
    r"\b(?:existing|old|present|current|abandoned|live|their|your|facility|facilities|records?\s(?:show|indicate)s?)\b[^.;]{0,60}\b(?:is|are|lies?|runs?|sits?|was|at|shown?)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
REACHES = re.compile(
    r"\bside of\b.{3,80}\b(?:between|from)\b.{3,80}\b(?:and|to)\b", re.IGNORECASE
)
ORDERED = re.compile(
    r"\W{0,3}(?:trench|bore|dig|excavate|install|place|plow|bury|set|start|begin|run|replace|hand dig)\s",
    re.IGNORECASE,
)
PERIOD = rf"(?:{N}{PART}(?:\s?(?:-|to|or|\u2013)\s?{N})?[\s-](?:(?:working|business|calendar|consecutive|full|work)[\s-])?(?:hours?|hrs?|days?|weeks?|wks?|months?|mos?)\b)"
DURATIONS = (
    hinted(
        "hour|hr|day|week|wk|mo",
        rf"\b(?:tak(?:e|es|ing)|last(?:s|ing)?|requires?|duration|(?:be|no)(?=\s(?:more|longer)\sthan)|(?:complet|finish)\w*(?:\s(?:it|them|this|(?:the|this|all|your)\s(?:work|job|project)))?\s(?:in|within)|span|continue|be\scomplete\w*\s(?:in|within))\b:?(?:\s(?:is|of|the\swork|the\sproject|work|project|will\sbe|for|us|about|approximately|approx\.?|around|up\sto|roughly|an?|estimated|at|the|only|(?:more|longer)\sthan|another|in|within)){{0,4}}\s(?P<value>(?:about\s)?{PERIOD})",
        re.IGNORECASE,
    ),
    hinted(
        "hour|hr|day|week|wk|mo",
        rf"\b(?:est(?:imated)?|allow|figure|expect|plan\son|count\son)\b\.?\s(?:about\s|it\sto\stake\s)?(?P<value>{PERIOD})",
        re.IGNORECASE,
    ),
    hinted(
        "hour|hr|day|week|wk|mo",
        rf"\b(?P<value>{PERIOD})(?=\s(?:job|project|of\swork|to\scomplete|duration|start\sto\sfinish)\b)",
        re.IGNORECASE,
    ),
    hinted(
        "hour|hr|day|week|wk|mo",
        rf"\b(?:work|job|project|construction|dig)\b[^.;]{{0,40}}?\b(?:for|over)\s(?:about\s|approximately\s|the\snext\s)?(?P<value>{PERIOD})",
        re.IGNORECASE,
    ),
)
RULE_OF_TIME = re.compile(
    r"\b(?:notice|advance|before|prior|ahead|valid|expire\w*|for (?:the )?locat\w*|comments?|respond|reply|within \w+ days of|invoice|payment)\b",
    re.IGNORECASE,
)
THING_END = (
    r"(?=\s(?:within|along|in\sfront|at|on|from|between|under|beginning|starting|by|near|behind|to\sserve|across|inside|beneath|parallel"
    r"|adjacent|approximately\s\d+\s(?:working\s)?days|in\s(?:the|a|an|or|your|our|their)|in\s[A-Z][a-z]+(?:,|\s[A-Z])|and\swill|is\b|are\b|will\b|should\b|so\b|because\b|before\b|starting\b|over\s(?:the|a))\b"
    r"|,(?!\d)|\.(?=\s?$)|(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bSt)(?<!\bft)(?<!\bin)(?<!\bRd)\.(?!\d)|[;:]|\((?!\d{1,4}\))|(?<!\d)\)|\s-\s|\s?$)"
)
WORKS: tuple[tuple[float, Hinted], ...] = (
    (
        WORK,
        hinted(
            " ",
            rf"\b(?:{PLANS}|\bto|going\sto|gonna|need(?:s|ed)?(?:\sy'?all|\syou|\sthem)?\sto|(?:we'll|they'll|crews?\s(?:is|are|will))(?:\sbe)?|please|(?:is|are|(?:we|they|you|i)['\u2019](?:re|m))(?=\s\w{{3,14}}ing\s))\s(?P<value>{DOES}\s?\w[^\n]{{3,160}}?){THING_END}",
            re.IGNORECASE,
        ),
    ),
    (
        WORK,
        hinted(
            "consist|include|involve|is to ",
            rf"\b(?:work|project|job|scope)(?:\sof\swork)?\s(?:consists?\sof|includes?|involves?|will\s(?:consist\sof|include|involve)|is\sto)\s(?P<value>[\w][^\n]{{5,160}}?){THING_END}",
            re.IGNORECASE,
        ),
    ),
    (
        WORK,
        hinted(
            "for ",
            rf"\b(?:for\sthe\spurpose\sof|for)\s(?P<value>(?:replacing|installing|repairing|placing|boring|trenching|relocating|constructing|setting|burying|removing|extending)\s[^\n]{{5,140}}?){THING_END}",
            re.IGNORECASE,
        ),
    ),
    (
        WORK_OF,
        hinted(
            " of ",
            rf"\b(?P<value>(?:installation|replacement|construction|relocation|repair|excavation|boring|trenching|removal|placement|extension|abandonment|lowering|upgrade)\sof\s[^\n]{{5,140}}?){THING_END}",
            re.IGNORECASE,
        ),
    ),
)
DIGS = re.compile(
    r"\b(?:bor(?:es?|ing)|open[- ]?cut|trench\w*|excavat\w*|dig(?:ging)?|install\w*|plac(?:e|ing)|replac\w*|relocat\w*|auger\w*|set(?:ting)?|repair\w*|bury|buried"
    r"|construct\w*|plow\w*|pothol\w*|drill\w*|lay(?:ing)?|anchors?|poles?|conduit|main|service\sline|cable|duct|pipe|culvert|drop|sewer|hdpe|pvc)\b",
    re.IGNORECASE,
)
THING = re.compile(
    r"\b(?:lines?|mains?|poles?|cables?|conduits?|services?|pipes?|pipelines?|ducts?|culverts?|drops?|sewers?|anchors?|hdpe|pvc|fib(?:er|re)|transformers?|handholes?"
    r"|pedestals?|vaults?|valves?|hydrants?|meters?|signs?|fences?|taps?|facilities|holes?|footings?|piers?|guys?|laterals?|manholes?|septic|foundation|trench(?:es)?|wires?|posts?|laterals?|tanks?|pools?|sidewalks?|driveways?|sprinklers?|irrigation)\b",
    re.IGNORECASE,
)
BREAKS_GROUND = re.compile(
    r"(?:bor(?:e|ing)|trench(?:ing)?|auger(?:ing)?|excavat(?:e|ing)|plow(?:ing)?|pothol(?:e|ing)|directional\w*)\b",
    re.IGNORECASE,
)
NOT_PLANNED = re.compile(
    r"\b(?:if|whether|unless|in case|may|might|could|would|not|never|any|\w+n't|how|should you|do you|are you|must|when)\b(?!\s\d)[^.;]{0,45}$",
    re.IGNORECASE,
)
VAGUE = re.compile(
    r"^\w+(?:\sof)?\s(?:this|the|any|all|such|a)\s(?:line|project|facility|facilities|work|locate|request|permit|order|call)\b|^\w+ or \w+$",
    re.IGNORECASE,
)
LONG = re.compile(
    r"\b\d{1,3}(?:,?\d{3})?\s?(?:feet|foot|ft|lf|linear feet|miles?|yards)\b", re.IGNORECASE
)
POSITION = re.compile(
    r"\b(?:side|front|rear|behind|between|along|corner|easement|alley|driveway|curb|fence|shoulder|ditch|row|right[- ]of[- ]way|property\sline"
    r"|parkway|median|backyard|yard|meter|lot|intersection|parking|north|south|east|west)\b",
    re.IGNORECASE,
)
MARK = re.compile(
    r"\b(?:please\s(?:have\s[^.;]{3,80}?\s(?:marked|located)|(?:mark|locate|flag|spot)\b)|(?:mark|locate)\s(?:both|entire|from|the\s(?:entire|front|rear|whole|area)|all|a\s\d+|\d+|full|front|rear|radius|north|south|east|west))",
    re.IGNORECASE,
)
MARK_EXTENT = re.compile(
    r"\b(?:from|to|entire|both|side|ft|feet|front|rear|row|right[- ]of[- ]way|easement|between|along|radius|property|lot|area|all|around|wide|corner|line)\b",
    re.IGNORECASE,
)


def statements_told(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield what a sentence states about boring, blasting and white paint."""
    for said in statements_in(text[start:end]):
        yield Told(
            said.field, start + said.start, start + said.end, STATEMENT, "stated_in_a_sentence"
        )


def measures_told(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield the depth and the duration that a sentence gives; what is only a rule gives none."""
    sentence = text[start:end]
    small = sentence.lower()
    depth = next((m for one in DEPTHS if (m := one.search(sentence, small))), None)
    if (
        depth
        and not RULE_OF_DEPTH.search(
            sentence[: depth.start()][-25:] + sentence[depth.end() :][:30]
        )
        and not EXISTING.search(sentence[: depth.start("value")])
    ):
        is_cover = COVER.search(depth[0]) is not None
        rule = COVER_RULE if is_cover else "depth_in_a_sentence"
        yield _told("depth_description", start, depth, DEPTH, rule)
        yield from _excepted(text, start + depth.end(), end)
    period = next((m for one in DURATIONS if (m := one.search(sentence, small))), None)
    if period and not is_a_rule_of_time(sentence, period):
        yield _told("duration_description", start, period, DURATION, "duration_in_a_sentence")


def is_a_rule_of_time(sentence: str, period: re.Match[str]) -> bool:
    """Tell if a period is that of a notice, a payment or the like, and not of the work."""
    around = (sentence[period.end() :][:30], sentence[: period.start()][-30:])
    return any(RULE_OF_TIME.search(words) for words in around)


def _excepted(text: str, behind: int, end: int) -> Iterator[Told]:
    """Yield the depth of an exception behind the plain one, which is only offered."""
    exception = EXCEPTION.search(text, behind, end)
    rest = text[exception.start() : end] if exception else ""
    depth = next((m for one in DEPTHS if (m := one.search(rest, rest.lower()))), None)
    if exception and depth:
        yield _told("depth_description", exception.start(), depth, EXCEPTED, "depth_excepted")


def work_told(text: str, start: int, end: int) -> Iterator[Told]:
    """Yield the work of a sentence: the words behind `will`, or `installation of ...`."""
    sentence = text[start:end]
    if is_open_question(sentence):
        return
    small = sentence.lower()
    found = [
        (strength, match)
        for strength, pattern in WORKS
        for match in pattern.finditer(sentence, small)
        if not NOT_PLANNED.search(sentence[: match.start("value")]) and is_work(match["value"])
    ]
    # `to excavate in the street to repair a sewer`: what is worked on tells more than the digging.
    best = next((one for one in found if THING.search(one[1]["value"])), None)
    if found:
        strength, match = best or (round(found[0][0] - NO_THING_LOSS, 2), found[0][1])
        yield _told("type_of_work", start, match, strength, "work_in_a_sentence")


def is_work(value: str) -> bool:
    """Return whether these words name a work: on a thing of the trade, or one that breaks ground."""
    is_meant = THING.search(value) is not None or BREAKS_GROUND.match(value) is not None
    return len(value) >= WORK_CHARACTERS_MIN and is_meant and VAGUE.match(value) is None


def area_told(text: str, start: int, end: int, *, has_street: bool) -> Iterator[Told]:
    """Yield the sentence as a description of the area, or as an instruction to mark it."""
    sentence = text[start:end]
    mark = MARK.search(sentence)
    if mark and MARK_EXTENT.search(sentence[mark.start() :]) and not is_open_question(sentence):
        yield Told("marking_instructions", start + mark.start(), end, MARKING, "please_mark")
    elif (
        DIGS.search(sentence)
        or LONG.search(sentence)
        or (has_street and REACHES.search(sentence))
    ) and not NOT_PLANNED.search(sentence):
        ends = {word.lower() for word in POSITION.findall(sentence)}
        if ends and (has_street or len(ends) > 1):
            is_ordered = ORDERED.match(sentence) is not None
            strength = AREA if has_street or is_ordered else AREA_OF_YARD
            yield Told("work_area_description", start, end, strength, "area_in_a_sentence")


def _told(field: str, start: int, match: re.Match[str], strength: float, rule: str) -> Told:
    return Told(field, start + match.start("value"), start + match.end("value"), strength, rule)
