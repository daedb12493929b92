"""What `texas811 doctor` thinks of the machine: its clock, its time zones, what is installed on it."""

import platform
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cli.diagnosis import Diagnosis, Group
from extraction.ocr.engine import EngineFailedError, EngineUnavailableError
from extraction.ocr.tesseract import LANGUAGE, Tesseract

CLOCK = Group("clock")
VERSIONS = Group("versions")

FIRST_YEAR = 2026  # before it this release was not written
LAST_YEAR = 2100
JUMP_SECONDS_MAX = 0.5
AHEAD_SECONDS_MAX = 60.0  # so far may the last event lie ahead of a clock that is right
# Both zones of Texas, and their hours behind UTC in winter. In summer it is one less.
ZONES = {"America/Chicago": 6, "America/Denver": 7}
SPRING, AUTUMN = (
    (3, 2),
    (11, 1),
)  # the second Sunday of March, the first of November: 15 U.S.C. 260a
SHOWN_PACKAGES = ("texas811", "arq", "redis", "pydantic", "fastapi", "typer")
# A pin of a lock that holds on every machine; others have their condition behind `;`.
PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[^\]]*\])?==([^\s;]+) *\\?$", re.MULTILINE)
DIFFERING_SHOWN = 5


def clock(
    now: datetime, *, jumped_seconds: float, logged_at: datetime | None
) -> Iterator[Diagnosis]:
    """Yield whether the clock can be right. What it is set by cannot be seen from here.

    `jumped_seconds` is by how much more it went on than time did while we looked, `logged_at` when
    the last event happened.
    """
    ntp = "Set the clock of this machine by NTP: every lawful date is counted from it."
    seen = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    is_sane = FIRST_YEAR <= now.year < LAST_YEAR
    yield CLOCK.unless(None if is_sane else f"{seen}: no such year.", "now", seen, ntp)
    jump = f"went {jumped_seconds:+.3f} s more than time did"
    trouble = jump if abs(jumped_seconds) > JUMP_SECONDS_MAX else None
    yield CLOCK.unless(trouble, "steady", jump, ntp)
    if logged_at and (logged_at - now).total_seconds() > AHEAD_SECONDS_MAX:
        behind = f"The last event happened at {logged_at:%Y-%m-%d %H:%M:%S} UTC, after now."
        yield CLOCK.wrong("history", behind, ntp)


def zones(year: int, zone_named: Callable[[str], ZoneInfo] = ZoneInfo) -> Iterator[Diagnosis]:
    """Yield whether the zones of Texas are known, with their summer times of this year."""
    for name, hours in ZONES.items():
        try:
            zone = zone_named(name)
        except (ZoneInfoNotFoundError, OSError, ValueError):
            yield CLOCK.wrong(name, "This zone is not known.", "Install the package tzdata.")
            continue
        begins, ends = sunday(year, *SPRING), sunday(year, *AUTUMN)
        is_right = _changes(zone, begins, hours) and _changes(zone, ends, hours, is_back=True)
        seen = f"summer time from {begins} to {ends}"
        trouble = None if is_right else f"Its {seen} is not known: dates would be an hour off."
        yield CLOCK.unless(trouble, name, seen, "Update the package tzdata.")


def sunday(year: int, month: int, number: int) -> date:
    """Return the first, second ... Sunday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))


def _changes(zone: ZoneInfo, day: date, hours: int, *, is_back: bool = False) -> bool:
    """Are clocks changed at two of this day, from winter to summer or back?"""
    winter, summer = timedelta(hours=-hours), timedelta(hours=1 - hours)
    before, after = (summer, winter) if is_back else (winter, summer)
    change = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) - before
    second = timedelta(seconds=1)
    offsets = [(at.astimezone(zone)).utcoffset() for at in (change - second, change)]
    return offsets == [before, after]


def versions(lock: str | None, installed: Callable[[str], str | None]) -> Iterator[Diagnosis]:
    """Yield what is installed, and where that is not what the lock (its text) says."""
    yield VERSIONS.ok("Python", f"{platform.python_version()} on {platform.system()}")
    told = {name: installed(name) for name in SHOWN_PACKAGES}
    missing = [name for name, found in told.items() if found is None]
    seen = ", ".join(f"{name} {found}" for name, found in told.items() if found)
    trouble = f"Not installed: {', '.join(missing)}." if missing else None
    yield VERSIONS.unless(trouble, "packages", seen, "Install the project: see README.md.")
    zones_of = installed("tzdata")
    remedy = "Install the package tzdata: the system may have no zones, or old ones."
    yield VERSIONS.unless(None if zones_of else "none", "tzdata", f"{zones_of}", remedy)
    if lock is not None:
        yield _against_lock(pins_of(lock), installed)


def _against_lock(pins: Mapping[str, str], installed: Callable[[str], str | None]) -> Diagnosis:
    differing = [
        f"{name} {found or 'missing'}, not {pin}"
        for name, pin in pins.items()
        if (found := installed(name)) != pin
    ]
    if not differing:
        return VERSIONS.ok("lock", f"{len(pins)} packages are as locked")
    more = len(differing) - DIFFERING_SHOWN
    shown = "; ".join(differing[:DIFFERING_SHOWN]) + (f"; {more} more" if more > 0 else "")
    remedy = "Install what was tested: pip install --require-hashes -r requirements/run.lock"
    return VERSIONS.note("lock", shown, remedy)


def pictures(engine: Tesseract) -> Iterator[Diagnosis]:
    """Yield whether pictures and scans can be read: without tesseract they become drafts."""
    try:
        version, languages = engine.version(), engine.languages()
    except EngineUnavailableError:
        seen = "Not installed: pictures and scans are not read."
        yield VERSIONS.note("tesseract", seen, "Debian: apt install tesseract-ocr")
        return
    except EngineFailedError:
        seen = "It does not say its version: pictures and scans are not read."
        yield VERSIONS.wrong("tesseract", seen, "Debian: apt reinstall tesseract-ocr")
        return
    told = f"{version}: {', '.join(languages) or 'no languages'}"
    trouble = None if LANGUAGE in languages else f"{told}; {LANGUAGE} is needed."
    yield VERSIONS.unless(trouble, "tesseract", told, f"apt install tesseract-ocr-{LANGUAGE}")


def pins_of(lock: str) -> dict[str, str]:
    """Return the packages that a lock wants on every machine, and their versions."""
    return dict(PIN.findall(lock))


def installed_version(name: str) -> str | None:
    """Return the version of a package here, None if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
