"""The anchor of the audit log: where the chain goes on after its oldest days were removed.

`audit/anchor.json` names the last line of the last day that was removed, and every line in the
removed days on which a day that is left hangs. It is believed only if a line of the log, of a later
day, says the same to the letter: whoever can write one file hides nothing with it. That line may
be removed itself by a later removal, whose anchor and line then stand for both.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Self
from uuid import uuid5

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from domain.audit import EVENT_NAMESPACE, AuditEvent
from domain.moment import Moment
from storage.chain import BrokenLineError, day_of, parsed
from storage.failures import DamagedFileError, damage_in
from storage.files import write_atomic
from storage.layout import Layout
from storage.lines import Lines

REMOVAL = "audit_days_retired"
UNTOLD = "no line of the log tells of the removal that it names"
LOST = "it is not there, and the log tells of a removal up to line {}, kept in {}"
BEHIND = "the log tells of a later removal than it, up to line {}, kept in {}"

log = logging.getLogger(__name__)


class AnchorLine(BaseModel):
    """A line that was removed: its UTC day (YYYYMMDD), its number there, its SHA-256 (hex)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: str = Field(pattern=r"^[0-9]{8}$")
    number: int = Field(ge=0)
    sha256: str

    @property
    def place(self) -> str:
        """How a first line of a later day names it."""
        return f"{self.day}/{self.number}"


class Anchor(BaseModel):
    """Up to where the log was removed, when, by whom, and the archive that holds the days.

    `first` is the first day that went this time. `held` are the other lines on which days that are
    left hang; `archive` is a path below the data directory. Days up to that of `last` are
    removed, also those whose files are still there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: str = Field(pattern=r"^[0-9]{8}$")
    last: AnchorLine
    held: list[AnchorLine]
    removed_at: Moment
    by: str
    archive: str
    archive_sha256: str

    @property
    def told(self) -> dict[str, JsonValue]:
        """What the line that tells of this removal says of it."""
        return self.model_dump(mode="json", exclude={"removed_at"})

    @property
    def event_id(self) -> str:
        """The id of the event that tells of this removal: told again, the same."""
        said = pydantic_core.to_json(self.told).decode()
        return str(uuid5(EVENT_NAMESPACE, f"{REMOVAL}/{said}"))

    @classmethod
    def told_by(cls, event: AuditEvent) -> Self | None:
        """Return the anchor that an event tells of, None if it tells of none."""
        told = event.field_changes.get("retired") if event.action == REMOVAL else None
        after = told.get("after") if isinstance(told, dict) else None
        if not isinstance(after, dict):
            return None
        said = {name: after.get(name) for name in cls.model_fields}
        try:
            anchor = cls.model_validate({**said, "removed_at": event.timestamp})
        except ValidationError:
            return None
        is_later = anchor.last.day < day_of(event.timestamp)
        return anchor if is_later and event.id == anchor.event_id else None

    def covers(self, day: str, after: str, previous: str) -> bool:
        """Need nobody look for the line on which this day hangs?

        It was removed, or the day itself was and its file is still there.
        """
        lines = [self.last, *self.held]
        is_proven = any((line.place, line.sha256) == (after, previous) for line in lines)
        return is_proven or day <= self.last.day


def believed_anchor(layout: Layout) -> Anchor | None:
    """Return the anchor if the log tells of it, else None. Blocks. Raises OSError."""
    anchor = read_anchor(layout)
    return anchor if anchor and is_told(layout, anchor) else None


def read_anchor(layout: Layout) -> Anchor | None:
    """Return what stands in the file, be it true or not; None if nothing can be read there.

    Blocks. Raises OSError.
    """
    with suppress(FileNotFoundError):
        content = layout.audit_anchor.read_bytes()
        try:
            return decode(content)
        except DamagedFileError as error:
            log.warning("audit log: %s", error.problem)
    return None


def is_told(layout: Layout, anchor: Anchor) -> bool:
    """Return whether a whole line of the log says what this anchor says. Blocks. Raises OSError."""
    path = layout.audit_file(day_of(anchor.removed_at))
    if not path.exists():
        return False
    wanted = f'{{"id":"{anchor.event_id}"'.encode()
    with Lines(path, is_read_only=True) as lines:
        for _start, line in lines.found_backwards(wanted):
            with suppress(BrokenLineError):
                told = Anchor.told_by(parsed(line, number=0).event)
                if told and told.told == anchor.told:
                    return True
    return False


def newest_removal(layout: Layout, told: Sequence[Anchor]) -> Anchor | None:
    """Return the newest of these removals that was begun: its first day is gone. Blocks."""
    begun = [one for one in told if not layout.audit_file(one.first).exists()]
    return begun[-1] if begun else None


def anchor_told(layout: Layout, told: Sequence[Anchor]) -> Anchor | None:
    """Return the anchor that these removals, or the one that is believed, make the true one. Blocks.

    Where the file is lost, only that is to be told, and not that the days hang on nothing.
    """
    if fault_of_anchor(layout, told):
        return newest_removal(layout, told)
    return believed_anchor(layout)


def fault_of_anchor(layout: Layout, told: Sequence[Anchor]) -> str | None:
    """Return what is wrong with the anchor, by all removals that the log tells of, in their order.

    Blocks. Raises OSError.
    """
    anchor = read_anchor(layout)
    if anchor and not is_told(layout, anchor):
        return UNTOLD
    newest = newest_removal(layout, told)
    if newest is None:
        return None
    if anchor is None:
        return LOST.format(newest.last.place, newest.archive)
    places = [one.told for one in told]
    later = places[places.index(newest.told) :]
    if anchor.told in places and anchor.told not in later:
        return BEHIND.format(newest.last.place, newest.archive)
    return None


def decode(content: bytes) -> Anchor:
    """Return what stands in the file. Raises DamagedFileError."""
    with damage_in("anchor.json", "the anchor of the audit log"):
        return Anchor.model_validate_json(content)


def write_anchor(layout: Layout, anchor: Anchor) -> None:
    """Make it durable, before a day is removed. Blocks. Raises OSError."""
    write_atomic(layout.audit_anchor, anchor.model_dump_json(indent=2).encode() + b"\n")
