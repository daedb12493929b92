"""What each ticket waits for, told in a few words and remembered as long as it cannot change.

To work it out means to read the ticket and to bring it up to the present, about 1.5 ms; but between
two commits it changes only at one of the ticket's own instants.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.guards import every_damage_is_released
from domain.moment import as_site_time
from domain.moving import as_of, turning_points
from domain.readiness import SITE_CHECKS, Missing, at_site, why_not_ready
from domain.start import start_if_told
from domain.texas import find_county
from domain.ticket import Ticket, TicketStatus
from domain.timestamps import missing_answers
from domain.urgency import BEFORE_NOTICE
from storage.entry import Entry, moment_of
from storage.store import Store

REMEMBERED_MAX = 2_000
SAID_MAX = 2
INSTANTS = ("earliest_lawful_start", "response_due_at", "refresh_by_at", "expires_at")
SITE_UNCHECKED = "The site has not been checked."
# What is told first, and what last: the countdown beside it says it, too.
RANKS = {"no_damage_hold": 0, "no_open_ground": 0, "lawful_start_reached": 2}
ENDED = frozenset({TicketStatus.EXPIRED, TicketStatus.CANCELLED})
# By whether the center was told of a cancellation.
SENT = {
    True: "The center was told.",
    False: "The center was not told.",
    None: "The center never knew of it.",
}
BEFORE = {
    TicketStatus.EXTRACTING: "The reading of its work order",
    TicketStatus.VALIDATING_FIELDS: "Its validation",
    TicketStatus.DRAFT: "Answers to its questions",
    TicketStatus.VALID_PENDING_CONFIRM: "A person who confirms it",
    TicketStatus.READY: "To be keyed into the portal",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a ticket waits for; `held` says of a Damaged one what holds it, in a few words."""

    words: str = ""
    held: str = ""


@dataclass(frozen=True, slots=True)
class _Said:
    """What was worked out, and the span of time for which it holds."""

    version: int
    told: Told
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

    async def of(self, entries: Sequence[Entry], now: datetime) -> dict[str, Told]:
        """Return by id what each of these tickets waits for; nothing where nothing is missing."""
        told: dict[str, Told] = {}
        followed: list[Entry] = []
        for entry in entries:
            if entry.status in BEFORE_NOTICE:
                told[entry.id] = Told(before_notice(entry))
            elif entry.status == TicketStatus.EXPIRING and not entry.is_closed:
                told[entry.id] = Told(_new_notice_of(entry, now))
            elif entry.status not in ENDED:
                followed.append(entry)
        unknown = [one.id for one in followed if not self._known(one, now)]
        if unknown:
            self._remember(await self._worked_out(unknown, now))
        for entry in followed:
            said = self._said.get(entry.id)
            told[entry.id] = said.told if said else Told()
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
    present = as_of(ticket, now)
    missing = why_not_ready(present, now)
    is_over = bool(ended(present)) or present.closed_at is not None
    words = in_few_words(_told(missing)) if not is_over or present.open_damages else ""
    return _Said(ticket.version, Told(words, held_by(present, missing, now)), now, until)


def before_notice(entry: Entry | Ticket) -> str:
    """Return what a ticket waits for of which the center knows nothing yet."""
    words = BEFORE.get(TicketStatus(entry.status), "")
    if entry.status == TicketStatus.DRAFT and entry.gap_count:
        questions = "question" if entry.gap_count == 1 else "questions"
        return f"{entry.gap_count} {questions} to be answered"
    return words


def held_by(ticket: Ticket, missing: Sequence[Missing], now: datetime) -> str:
    """Return what holds a Damaged ticket; empty for every other."""
    if ticket.status is not TicketStatus.DAMAGED:
        return ""
    if ticket.open_damages:
        return "Damage: the site is held"
    for objection in every_damage_is_released(ticket, now):
        return f"Damage released, still held: {objection.problem}"
    conditions = {one.condition for one in missing}
    if not conditions.isdisjoint(SITE_CHECKS):
        return "Damage released: the site check holds it"
    return f"Damage released, still held: {missing[0].problem}" if missing else ""


def new_notice(ticket: Ticket, now: datetime) -> str:
    """Return what a missed update leads to; empty where none was missed."""
    is_missed = ticket.status is TicketStatus.EXPIRING and not ticket.closed_at
    return _new_notice(ticket.county, ticket.expires_at, now) if is_missed else ""


def ended(ticket: Ticket) -> str:
    """Return how the life of a ticket has ended, and what may follow; empty while it lives."""
    given_up, end = ticket.cancellation, ticket.expires_at
    if ticket.status is TicketStatus.CANCELLED and given_up:
        told = SENT[given_up.sent_to_center]
        at = at_site(ticket, given_up.cancelled_at)
        return f"Cancelled by {given_up.cancelled_by}, {at}: {given_up.reason} {told}"
    if ticket.status is TicketStatus.CANCELLED:
        return "The ticket was cancelled."
    if ticket.status is TicketStatus.EXPIRED:
        at = f" {at_site(ticket, end)}" if end else ""
        return f"Its life ended{at}. Whoever digs here again gives notice by a new ticket."
    return ""


def in_few_words(problems: Sequence[str]) -> str:
    """Return the first of these sentences, and how many there are beside them, each once."""
    said = list(dict.fromkeys(problems))
    more = len(said) - SAID_MAX
    return " ".join([*said[:SAID_MAX], *([f"And {more} more."] if more > 0 else [])])


def _new_notice_of(entry: Entry, now: datetime) -> str:
    ends_at = None if entry.expires_us is None else moment_of(entry.expires_us)
    return _new_notice(entry.county, ends_at, now)


def _new_notice(county: str | None, ends_at: datetime | None, now: datetime) -> str:
    """Return what a notice given now would allow, where one came too late to leave no gap."""
    site = find_county(county or "")
    if site is None or ends_at is None:
        return "A new notice."
    ends = as_site_time(ends_at, site.timezone)
    begins = as_site_time(start_if_told(now, site), site.timezone)
    return (
        f"A new notice: given now, it allows digging from {begins} on. On this ticket digging "
        f"ends {ends}, unless each operator agrees in writing on a longer life."
    )


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
