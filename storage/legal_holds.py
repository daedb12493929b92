"""Legal holds: tickets that must not be removed, by whose word, since when, why, and for which matter.

They are kept in one file, `config/legal_holds.json`, also those that were released. A ticket of
which an event of the audit log says that it is held, and none later that it was released, is held
as well: whatever has become of the file. Where such an event names no ticket that can be, it is the
day of the log that is held, under the name `audit_<YYYYMMDD>`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Self

import aiofiles.os
from pydantic import BaseModel, ConfigDict, Field

from domain.audit import Actor, AuditEvent
from domain.moment import Moment
from storage.api_keys import Line
from storage.audit_reading import days_of
from storage.chain import BrokenLineError, parsed
from storage.failures import DamagedFileError, damage_in, disk_trouble, unreadable
from storage.file_locks import FileLock
from storage.files import write_atomic
from storage.layout import NAME, Layout

PLACED, RELEASED = "legal_hold_placed", "legal_hold_released"
REASON_CHARACTERS_MAX = 500
PERSON_CHARACTERS_MAX = 200
MATTER_CHARACTERS_MAX = 200
TICKET_ID_CHARACTERS_MAX = 64
DAY_HELD = "audit_{}"
HOLDS_MAX = 100_000
UNREADABLE = "what cannot be shown"
REMEDY = (
    "Nothing is removed until it can be read. Restore config/legal_holds.json from a backup; or "
    "remove it: what the audit log tells is held all the same."
)
# Of any line, also one of another tool's making.
_SAYS_HOLD = re.compile(rb'"legal_hold":\s*true')
_TICKET = re.compile(rb'"ticket_id":\s*"([A-Za-z0-9_-]{1,64})"')


class Release(BaseModel):
    """By whose word a hold has ended, when, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    by: Line = Field(max_length=PERSON_CHARACTERS_MAX)
    at: Moment
    reason: Line = Field(max_length=REASON_CHARACTERS_MAX)


class Hold(BaseModel):
    """A ticket that is held until somebody releases it; `matter` is the case that needs it.

    A ticket may be held for several matters, and is held as long as one of them is open.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    ticket_id: str = Field(min_length=1, max_length=TICKET_ID_CHARACTERS_MAX)
    by: Line = Field(max_length=PERSON_CHARACTERS_MAX)
    reason: Line = Field(max_length=REASON_CHARACTERS_MAX)
    matter: Line | None = Field(default=None, max_length=MATTER_CHARACTERS_MAX)
    since: Moment
    released: Release | None = None

    @property
    def is_open(self) -> bool:
        return self.released is None

    @property
    def what(self) -> str:
        """What is held, in words."""
        day = self.ticket_id.removeprefix(DAY_HELD.format(""))
        is_day = self.ticket_id == DAY_HELD.format(day)
        return f"the day {day} of the audit log" if is_day else f"ticket {self.ticket_id}"

    @classmethod
    def told_by(cls, event: AuditEvent, day: str) -> Self:
        """Return the hold that an event of a day of the log tells of, whoever wrote that."""
        about = _about(event, day)
        of = f" of {event.ticket_id}" if event.ticket_id not in {None, about} else ""
        return cls(
            ticket_id=about,
            by=event.actor,
            reason=_shown(
                f"The audit log tells it: {event.action}{of}.", REASON_CHARACTERS_MAX
            ),
            matter=_matter(event),
            since=event.timestamp,
        )


class _Holds(BaseModel):
    """What stands in the file."""

    model_config = ConfigDict(extra="forbid")

    holds: list[Hold] = Field(default=[], max_length=HOLDS_MAX)


class LegalHolds:
    """Places holds, releases them, and tells what is held."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._path = layout.legal_holds
        self.list = aiofiles.os.wrap(self.list_now)
        self.place = aiofiles.os.wrap(self._place)
        self.release = aiofiles.os.wrap(self._release)

    def lock(self) -> FileLock:
        """Return the lock under which nothing new is held: for whoever removes what is not."""
        return FileLock(self._layout.legal_holds_lock)

    def list_now(self) -> Sequence[Hold]:
        """Return every hold, the oldest first, also those that only the log tells of. Blocks.

        Raises UnavailableError if the disk fails, DamagedFileError if nobody can tell.
        """
        kept = self.kept_now()
        known = {(hold.ticket_id, hold.matter) for hold in kept if hold.is_open}
        with unreadable(self._layout.audit):
            told = [hold for hold in holds_told(self._layout) if _key(hold) not in known]
        return sorted([*kept, *told], key=lambda hold: (hold.since, hold.ticket_id))

    def kept_now(self) -> tuple[Hold, ...]:
        """Return what the file says. Blocks. Raises UnavailableError, DamagedFileError."""
        with unreadable(self._path):
            try:
                content = self._path.read_bytes()
            except FileNotFoundError:
                return ()
        try:
            with damage_in(self._path.name, "a list of legal holds"):
                return decode(content)
        except DamagedFileError as error:
            error.remedy = REMEDY
            raise

    def _place(self, hold: Hold) -> Hold:
        """Hold a ticket; return the hold, the earlier one if it is held for this matter already.

        Raises UnavailableError.
        """
        with disk_trouble(self._path), self.lock():
            holds = self.kept_now()
            if earlier := _open(holds, hold):
                return earlier
            self._write([*holds, hold])
        return hold

    def _release(self, hold: Hold, release: Release) -> Hold | None:
        """End this hold and return it as it ended; None if somebody else was faster.

        One that only the log tells of is noted here with its end. Raises UnavailableError.
        """
        ended = hold.model_copy(update={"released": release})
        with disk_trouble(self._path), self.lock():
            holds = self.kept_now()
            if hold in holds:
                self._write(ended if one == hold else one for one in holds)
            elif _open(holds, hold):
                return None
            else:
                self._write([*holds, ended])
        return ended

    def _write(self, holds: Iterable[Hold]) -> None:
        content = _Holds(holds=list(holds)).model_dump_json(indent=2, exclude_none=True)
        write_atomic(self._path, content.encode() + b"\n")


def decode(content: bytes) -> tuple[Hold, ...]:
    """Return what a file of holds says. Raises ValueError for one that cannot be believed."""
    return tuple(_Holds.model_validate_json(content).holds)


def holds_told(layout: Layout) -> list[Hold]:
    """Return the holds that are open by what the audit log tells. Blocks. Raises OSError.

    A line that cannot be read, and says that it holds, holds.
    """
    told: dict[tuple[str, str | None], Hold] = {}
    for day, event in _events(layout):
        if event.action == RELEASED:
            told.pop((_about(event, day), _matter(event)), None)
        else:
            hold = Hold.told_by(event, day)
            told.setdefault(_key(hold), hold)
    return list(told.values())


def _events(layout: Layout) -> Iterator[tuple[str, AuditEvent]]:
    """Yield the events that hold something or release it, as they were logged, with their days."""
    for day, path in days_of(layout):
        with path.open("rb") as lines:
            for line in lines:
                if not _SAYS_HOLD.search(line):
                    continue
                event = _event_in(line.removesuffix(b"\n"), day)
                # Deeper in it a client may have written anything.
                if event.legal_hold:
                    yield day, event


def _event_in(line: bytes, day: str) -> AuditEvent:
    try:
        return parsed(line, number=0).event
    except BrokenLineError:
        found = _TICKET.search(line)
        return AuditEvent(
            id=f"unreadable-{day}",
            ticket_id=found[1].decode() if found else None,
            timestamp=datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC),
            actor=Actor.SYSTEM,
            action="a line that cannot be read",
            legal_hold=True,
        )


def _matter(event: AuditEvent) -> str | None:
    """Return the matter that an event of ours names; that of another tool names none."""
    told = event.field_changes.get("legal_hold")
    for state in ("after", "before"):
        hold = told.get(state) if isinstance(told, dict) else None
        if isinstance(hold, dict) and isinstance(matter := hold.get("matter"), str):
            return _shown(matter, MATTER_CHARACTERS_MAX) if matter.strip() else None
    return None


def _about(event: AuditEvent, day: str) -> str:
    """Return what an event holds: its ticket, or the day in which it lies."""
    is_ticket = event.ticket_id is not None and NAME.fullmatch(event.ticket_id)
    return str(event.ticket_id) if is_ticket else DAY_HELD.format(day)


def _shown(text: str, characters_max: int) -> str:
    """Return what anybody wrote, fit for one line: a line of the log must stop nothing."""
    line = " ".join(text.split())
    line = "".join(one if one.isprintable() else "?" for one in line)[:characters_max].strip()
    return line if any(map(str.isalnum, line)) else UNREADABLE


def _key(hold: Hold) -> tuple[str, str | None]:
    return hold.ticket_id, hold.matter


def _open(holds: Iterable[Hold], like: Hold) -> Hold | None:
    """Return the open hold of this ticket for this matter."""
    return next((one for one in holds if one.is_open and _key(one) == _key(like)), None)
