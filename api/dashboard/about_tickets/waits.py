"""What each ticket waits for, told in a few words and remembered as long as it cannot change.

To work it out means to read the ticket and to bring it up to the present, about 1.5 ms; but between
two commits it changes only at one of the ticket's own instants.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.moving import as_of, turning_points
from domain.readiness import SITE_CHECKS, Missing, why_not_ready
from domain.ticket import Ticket, TicketStatus
from domain.timestamps import missing_answers
from domain.urgency import BEFORE_NOTICE
from storage.entry import Entry
from storage.store import Store

REMEMBERED_MAX = 2_000
SAID_MAX = 2
INSTANTS = ("earliest_lawful_start", "response_due_at", "refresh_by_at", "expires_at")
SITE_UNCHECKED = "The site has not been checked."
# What is told first, and what last: the countdown beside it says it, too.
RANKS = {"no_damage_hold": 0, "no_open_ground": 0, "lawful_start_reached": 2}
ENDED = frozenset({TicketStatus.EXPIRED, TicketStatus.CANCELLED})

BEFORE = {
    TicketStatus.EXTRACTING: "The reading of its work order",
    TicketStatus.VALIDATING_FIELDS: "Its validation",
    TicketStatus.DRAFT: "Answers to its questions",
    TicketStatus.VALID_PENDING_CONFIRM: "A person who confirms it",
    TicketStatus.READY: "To be keyed into the portal",
}


@dataclass(frozen=True, slots=True)
class _Said:
    """What was worked out, and the span of time for which it holds."""

    version: int
    words: str
    since: datetime
    until: datetime | None

    def holds(self, version: int, now: datetime) -> bool:
        is_in_time = self.since <= now and (self.until is None or now < self.until)
        return self.version == version and is_in_time


class Waits:
    """Tells what tickets wait for. One for each process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._said: OrderedDict[str, _Said] = OrderedDict()

    async def of(self, entries: Sequence[Entry], now: datetime) -> dict[str, str]:
        """Return by id what each of these tickets waits for; nothing where nothing is missing."""
        told = {entry.id: before_notice(entry) for entry in entries}
        followed = [entry for entry in entries if entry.status not in BEFORE_NOTICE]
        unknown = [one.id for one in followed if not self._known(one, now)]
        if unknown:
            self._remember(await self._worked_out(unknown, now))
        for entry in followed:
            said = self._said.get(entry.id)
            told[entry.id] = said.words if said else ""
        return told

    def _known(self, entry: Entry, now: datetime) -> bool:
        said = self._said.get(entry.id)
        return said is not None and said.holds(entry.version, now)

    async def _worked_out(self, ids: Sequence[str], now: datetime) -> dict[str, _Said]:
        """Return what is said of these tickets; it is found out beside the loop."""
        found: dict[str, _Said] = {}

        def work_out(ticket: Ticket) -> bool:
            found[ticket.id] = _said_of(ticket, now)
            return False  # only its words are wanted

        await self._store.tickets.select(ids, work_out)
        return found

    def _remember(self, found: Mapping[str, _Said]) -> None:
        self._said |= found
        while len(self._said) > REMEMBERED_MAX:
            self._said.popitem(last=False)


def _said_of(ticket: Ticket, now: datetime) -> _Said:
    until = min((at for at in _instants(ticket) if at > now), default=None)
    missing = why_not_ready(as_of(ticket, now), now)
    words = "" if ticket.status in ENDED else in_few_words(_told(missing))
    return _Said(ticket.version, words, now, until)


def before_notice(entry: Entry | Ticket) -> str:
    """Return what a ticket waits for of which the center knows nothing yet."""
    words = BEFORE.get(TicketStatus(entry.status), "")
    if entry.status == TicketStatus.DRAFT and entry.gap_count:
        questions = "question" if entry.gap_count == 1 else "questions"
        return f"{entry.gap_count} {questions} to be answered"
    return words


def in_few_words(problems: Sequence[str]) -> str:
    """Return the first of these sentences, and how many there are beside them, each once."""
    said = list(dict.fromkeys(problems))
    more = len(said) - SAID_MAX
    return " ".join([*said[:SAID_MAX], *([f"And {more} more."] if more > 0 else [])])


def _told(missing: Sequence[Missing]) -> list[str]:
    """Return what is missing, what stops everything first, the checks of the site as one."""
    ordered = sorted(missing, key=lambda one: RANKS.get(one.condition, 1))
    return [SITE_UNCHECKED if one.condition in SITE_CHECKS else one.problem for one in ordered]


def _instants(ticket: Ticket) -> Iterator[datetime]:
    """Yield every instant at which what is missing may be another."""
    yield from (at for name in INSTANTS if (at := getattr(ticket, name)))
    yield from (at for _name, at in missing_answers(ticket))
    yield from (one.meets_at for one in ticket.standbys if one.meets_at)
    yield from turning_points(ticket)
