"""The audit log as the trail of each ticket: every line is seen, only what is wanted is parsed.

Nothing is proved here but a line by itself. Whether one is missing is told by the ids of events,
and whether somebody has altered the log by its chain: see `AuditLog.verify_all`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.audit import AuditEvent
from storage.audit_reading import days_of
from storage.chain import BrokenLineError, Position, parsed
from storage.layout import Layout

# A line begins so. Deeper in it a client may have written anything.
START = re.compile(
    rb'\{"id":"([\w-]+)","ticket_id":"([A-Za-z0-9_-]{1,64})","timestamp":"[^"]*",'
    rb'"actor":"[^"]*","action":"[^"]*","from_status":(?:null|"[^"]*"),"to_status":(null|")'
)
CHAIN = b',"_chain":'


class TrailLine(NamedTuple):
    """A line about a ticket: the id of its event, the ticket, and whether it made a version."""

    event_id: str
    ticket_id: str
    made_version: bool
    content: bytes
    position: Position

    @property
    def event_json(self) -> bytes:
        """The event as it was logged, without its place in the chain."""
        event, found, _chain = self.content.rpartition(CHAIN)
        return event + b"}" if found else self.content


@dataclass(frozen=True, slots=True)
class Places:
    """Where lines begin: those of events, and the last one about each ticket."""

    of_events: dict[str, Position] = field(default_factory=dict)
    last: dict[str, Position] = field(default_factory=dict)


def places(layout: Layout, since: Mapping[str, int]) -> Places:
    """Return where the lines are that were appended since each day had this length. Blocks."""
    found = Places()
    for line in trail(layout, since):
        found.of_events[line.event_id] = line.position
        found.last[line.ticket_id] = line.position
    return found


def trail(layout: Layout, since: Mapping[str, int] | None = None) -> Iterator[TrailLine]:
    """Yield every line about a ticket, the oldest day first. Blocks.

    `since` gives the length (bytes) up to which a day is passed over. A last line that is still
    being written is no line yet.
    """
    for day, path in days_of(layout):
        with path.open("rb") as lines:
            offset = lines.seek((since or {}).get(day, 0))
            for line in lines:
                match = START.match(line)
                if match and line.endswith(b"\n"):
                    event_id, ticket_id, status = match.groups()
                    yield TrailLine(
                        event_id.decode(),
                        ticket_id.decode(),
                        status != b"null",
                        line[:-1],
                        Position(day, offset),
                    )
                offset += len(line)


def histories(layout: Layout, ticket_ids: Collection[str]) -> dict[str, list[AuditEvent]]:
    """Return what is told of each of these tickets; a line that is not as written tells nothing.

    Blocks.
    """
    told: dict[str, list[AuditEvent]] = {ticket_id: [] for ticket_id in ticket_ids}
    for line in trail(layout):
        if line.ticket_id in told:
            with suppress(BrokenLineError):
                told[line.ticket_id].append(parsed(line.content, number=0).event)
    return told
