"""When, as people in Texas say it: `12/1/2026 8am`, `tomorrow at 7:30`, `Tuesday 9 AM`, ISO 8601.

A time is read by the clocks at the site. From 7 to 11 without am or pm is the morning, when crews
begin; any other bare hour could be either and is asked again, as is a day without an hour, and a
weekday that could be two days. What has happened may have done so at any hour, but never in the
future. Every word must be understood: one that is left over could be the one that matters. Which
day is meant is in `domain.spoken_days`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from domain.errors import RejectedError
from domain.moment import YEAR_MAX, YEAR_MIN, spoken
from domain.spoken_ago import INEXACT, ago_said
from domain.spoken_clocks import PARTS, clocks_in
from domain.spoken_days import (
    DAY,
    WEEK,
    Here,
    Saying,
    Tense,
    days_in,
    example,
    refuse_passed,
    without,
)
from domain.spoken_sizes import in_digits
from domain.texas import CENTER_ZONE, zone_named

TEXT_CHARACTERS_MAX = 120
ZONES = {"c": CENTER_ZONE, "m": "America/Denver"}

# What is suggested where only the day was said, or only the part of it.
USUAL_STARTS = {
    None: (time(7), time(8)),
    "morning": (time(7), time(8)),
    "afternoon": (time(13), time(14)),
    "evening": (time(17), time(18)),
}
ZONE = re.compile(r"\b(?:(?P<first>[cm])[sd]?t|(?P<word>central|mountain)(?: time)?)\b")

# Words that change nothing, whatever stands beside them: of a start, of an end, of what happened.
FILLER = re.compile(
    r"\b(?:on|at|the|of|we|will|(?:would |'d )?like to|want to|plan(?:ning)? to|is|it|work|digging"
    r"|to (?:start|begin|dig)|start(?:s|ing)?|begin(?:s|ning)?|around|about|please|sharp|local|time"
    r"|(?:the |our )?crews?|yes|ok(?:ay)?|first thing)\b|@"
)
END_FILLER = re.compile(
    r"\b(?:end of (?:the )?day|on|at|by|the|of|we|will|be|is|it|work|digging|around|about|please|local|time|end|eod"
    r"|until|till|through|thru|no later than|finish(?:ed|es)?|done|complet(?:ed?|es|ion))\b|@"
)
PAST_FILLER = re.compile(
    r"\b(?:on|at|the|of|i|we|they|it|was|were|called(?: in)?|told|gave|given|took|taken|notice"
    r"|answered|responded|marked|submitted|filed|got|entered|exactly|sharp|local|time)\b|@"
)
ABOUT = re.compile(r"\b(?:around|about) (?=\d{1,2}(?::\d\d)?\b(?! (?:day|week)))")
PUNCTUATION = re.compile(r"[\s,.;:()!\"'“”-]*")
EARLIEST = re.compile(
    r"asap|a\.s\.a\.p\.?|(?:the )?(?:earliest|soonest)|(?:as soon as|(?:the )?earliest|soonest"
    r"|the first|first)(?: (?:legally |lawfully )?(?:possible|allowed|permitted|lawful|legal|time"
    r"|moment|start|the law allows|the law permits|(?:we |you )?(?:can|may)))+"
)
AT_ONCE = re.compile(r"(?:right )?now|right away|immediately|at once")


@dataclass(frozen=True, slots=True)
class Named:
    """The days and the times of day that a text may name, in which zone, and the part of the day."""

    days: tuple[date, ...]
    clocks: tuple[time, ...]
    zone: ZoneInfo
    part: str | None


def start_said(text: str, here: Here) -> datetime:
    """Return the moment at which the digging shall start (UTC).

    Raises RejectedError, saying what is missing, and for a day that has passed.
    """
    said = Saying(text, "planned_start_at", here)
    # About what time the crew begins is said, where the notice needs one: it is that one.
    plain = ABOUT.sub("at ", _plain(said))
    bare = _bare(plain, FILLER)
    if EARLIEST.fullmatch(plain) or EARLIEST.fullmatch(bare):
        return _earliest(said)
    if AT_ONCE.fullmatch(plain) or AT_ONCE.fullmatch(bare):
        return here.now.replace(second=0, microsecond=0)
    moment = _iso(said) or _one(_named(plain, said, FILLER), said)
    refuse_passed(moment.astimezone(here.zone).date(), said, moment)
    return moment


def center_start_said(text: str, here: Here) -> datetime:
    """Return the start that the center computed (UTC); it may lie on either side of now."""
    said = Saying(text, "center_start_at", here, Tense.EITHER)
    return _iso(said) or _one(_named(_plain(said), said, FILLER), said)


def past_moment_said(text: str, here: Here, *, field: str) -> datetime:
    """Return the moment at which something happened (UTC).

    Raises RejectedError, saying what is missing, for one in the future, and where the hour could
    be that of the morning or of the evening.
    """
    said = Saying(text, field, here, Tense.BEHIND)
    plain = _plain(said)
    if moment := _iso(said) or ago_said(_bare(plain, PAST_FILLER), here.now):
        found = [moment]
    else:
        if INEXACT.search(plain):
            raise said.refused(
                f"{said.quoted} is not exact, and legal dates follow from it.",
                f"Give the time as it is on record, like {_just_before(here)}.",
            )
        named = _named(plain, said, PAST_FILLER)
        if not named.clocks:
            raise said.refused(
                f"{said.quoted} does not say at what time of day.",
                f"Answer with date and time, like {_just_before(here)}.",
            )
        days = named.days or (here.today, here.today - DAY)
        walls = [datetime.combine(day, clock) for day in days for clock in named.clocks]
        found = [_instant(wall, named.zone, said) for wall in walls]
    behind = [moment for moment in found if moment <= here.now]
    if not behind:
        raise said.refused(
            f"{said.quoted} lies in the future: it is {spoken(here.now, here.zone)}.",
            "Give the time at which it happened.",
        )
    if len(behind) > 1:
        raise _which("Which of these was it?", behind, said)
    return behind[0]


def day_said(text: str, here: Here) -> date:
    """Return the day on which the work will be finished.

    Raises RejectedError if the text names no day, two, or one that has passed.
    """
    said = Saying(text, "expected_completion_on", here)
    if moment := _iso(said):
        days: tuple[date, ...] = (moment.astimezone(here.zone).date(),)
    else:
        days, rest = days_in(_plain(said), said)
        _clock, rest = clocks_in(PARTS.sub(" ", rest))
        if not days or _bare(rest, END_FILLER):
            raise _unread(said, (here.today + WEEK).isoformat())
    if len(days) > 1:
        shown = [day.isoformat() for day in days]
        raise said.refused(
            f"{said.quoted} could be two days.", f"Name the date, like {shown[0]}.", *shown
        )
    refuse_passed(days[0], said)
    return days[0]


def _named(plain: str, said: Saying, filler: re.Pattern[str]) -> Named:
    """Return what a text names. Raises RejectedError if it says anything else, or nothing."""
    zone, rest = _zone(plain, said.here.zone)
    days, rest = days_in(rest, said)
    parts = {found["part"] for found in PARTS.finditer(rest)}
    part = min(parts, default=None)
    clocks, rest = clocks_in(PARTS.sub(" ", rest), part, is_open=said.tense is Tense.BEHIND)
    if _bare(rest, filler) or len(parts) > 1 or not (days or clocks):
        if said.tense is Tense.BEHIND:
            raise _unread(said, _just_before(said.here))
        raise _unread(said, example(said.here), *_usual_starts(days, part, said))
    return Named(days, clocks, zone, part)


def _one(named: Named, said: Saying) -> datetime:
    """Return the one moment that is named. Raises RejectedError for a part of one, and for two."""
    today = said.here.today
    asks = "Which of these is meant?"
    if not named.clocks:
        asks = "At what time of day?"
        if named.days and said.tense is Tense.AHEAD:
            refuse_passed(named.days[0], said)
    elif not named.days:
        asks = "On which day?"
    days = named.days or (today + DAY, today + 2 * DAY)
    clocks = named.clocks or USUAL_STARTS[named.part]
    if named.days and named.clocks and len(days) == len(clocks) == 1:
        return _instant(datetime.combine(days[0], clocks[0]), named.zone, said)
    moments = [
        datetime.combine(day, clock, named.zone) for day in days[:2] for clock in clocks[:2]
    ]
    raise _which(asks, [one for one in moments if one > said.here.now] or moments, said)


def _usual_starts(days: Sequence[date], part: str | None, said: Saying) -> list[str]:
    """Return when a crew begins on the day that was read, as far as it is still ahead."""
    here = said.here
    moments = [
        datetime.combine(day, clock, here.zone)
        for day in days[:2]
        for clock in USUAL_STARTS[part]
    ]
    return [one.isoformat() for one in moments if one > here.now]


def _which(asks: str, moments: Sequence[datetime], said: Saying) -> RejectedError:
    zone = said.here.zone
    return said.refused(
        f"The time is not clear. {asks}",
        f"Answer with date and time, like {spoken(moments[0], zone)}.",
        *(moment.astimezone(zone).isoformat() for moment in moments),
    )


def _iso(said: Saying) -> datetime | None:
    written = said.text.strip()
    if not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d", written):
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    if not YEAR_MIN <= moment.year <= YEAR_MAX:
        return None
    if moment.tzinfo is None:
        return _instant(moment, said.here.zone, said)
    return moment.astimezone(UTC)


def _plain(said: Saying) -> str:
    if len(said.text) > TEXT_CHARACTERS_MAX:
        raise _unread(said, "the date and the time alone")
    plain = in_digits(said.text).replace(",", " ")
    plain = re.sub(r"\b(?:12(?::00)? ?)?noon\b", "12 pm", plain)
    plain = re.sub(r"\btonight\b", "this evening", plain)
    return " ".join(plain.strip("\"'“” ").rstrip(".!").split())


def _bare(plain: str, filler: re.Pattern[str]) -> str:
    """Return a text without the words that change nothing; empty if these were all."""
    rest = " ".join(filler.sub(" ", plain).split())
    return "" if PUNCTUATION.fullmatch(rest) else rest


def _zone(plain: str, zone: ZoneInfo) -> tuple[ZoneInfo, str]:
    found = ZONE.search(plain)
    if found is None:
        return zone, plain
    named = zone_named(ZONES[(found["first"] or found["word"])[0]])
    return named, without(plain, found)


def _instant(wall: datetime, zone: ZoneInfo, said: Saying) -> datetime:
    """Return the moment of a wall clock. Raises RejectedError in the nights when it is changed."""
    either = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = [one.astimezone(zone).replace(tzinfo=None) for one in either]
    if either[0] != either[1]:
        problem = "comes twice" if wall in shown else "does not exist"
        raise said.refused(
            f"{wall:%Y-%m-%d %H:%M} {problem} on that night's clocks.",
            "Choose one of these, or another time.",
            *(one.astimezone(zone).isoformat() for one in sorted(either)),
        )
    return either[0]


def _earliest(said: Saying) -> datetime:
    if said.here.earliest is None:
        raise said.refused(
            f"How early {said.quoted} is follows from the county, which is not known yet.",
            "State the county first, or name a date and a time.",
        )
    return said.here.earliest


def _just_before(here: Here) -> str:
    now = here.now.astimezone(here.zone)
    return f"{now.month}/{now.day}/{now.year} {now:%I:%M %p}"


def _unread(said: Saying, like: str, *suggested: str) -> RejectedError:
    problem = f"{said.quoted} cannot be read as a time."
    return said.refused(problem, f"Answer like {like}.", *suggested)
