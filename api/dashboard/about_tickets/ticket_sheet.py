"""Everything that the page of one ticket shows, put together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from api.dashboard.about_tickets import countdowns
from api.dashboard.about_tickets.countdowns import Countdown
from api.dashboard.about_tickets.move_table import offers
from api.dashboard.about_tickets.moves import Offer
from api.dashboard.about_tickets.plain_words import in_words
from api.dashboard.about_tickets.ticket_facts import FactSection, sections_of_facts
from api.dashboard.about_tickets.ticket_history import SHOWN_MAX, Happening, happenings
from api.dashboard.about_tickets.waits import ENDED, before_notice, ended, held_by, new_notice
from api.dashboard.maps.site_map import SiteMap, site_map
from api.dates import DateLine, dates_of
from domain.audit import Author
from domain.deadlines import Deadlines
from domain.errors import RejectedError
from domain.extraction import Extraction
from domain.moving import as_of
from domain.packet import PacketSection, as_text, packet_of, sections_of
from domain.readiness import Missing, at_site, county_of, why_not_ready
from domain.responses import Standing
from domain.start import deadlines_if_sent, notice_needed_by, waits_for_a_start
from domain.ticket import Ticket, TicketStatus
from domain.timestamps import deadlines_of
from domain.urgency import BEFORE_NOTICE
from jobs.acting import Scene
from jobs.job import Env
from jobs.turning import extraction_of
from storage.audit_reading import History

LABELS = {
    "earliest_lawful_start": "Lawful start",
    "response_due": "Answers",
    "no_mark_notice_due": "No-mark notice due",
    "refresh_by": "Update",
    "expires": "End of its life",
    "planned_start": "Planned start",
}


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date of a ticket: how long until or since, by both clocks, and why it is that one."""

    label: str
    countdown: Countdown
    local: str
    universal: str
    rule: str
    source: str
    reason: str
    warnings: tuple[str, ...]
    is_final: bool


@dataclass(frozen=True, slots=True)
class PacketSheet:
    """The packet in the portal's order; `text` is empty, and `refusal` says why, while a gap is open."""

    sections: tuple[PacketSection, ...]
    text: str
    refusal: str


@dataclass(frozen=True, slots=True)
class TicketSheet:
    """A ticket as its page shows it, at one moment.

    `before_notice` is what it waits for while the center knows nothing of it, `ended` how its life
    has ended, `held` what holds it if it is Damaged, `new_notice` what a missed update leads to;
    each is empty where it does not apply.
    """

    ticket: Ticket
    now: datetime
    zone_words: str
    dates: tuple[DateRow, ...]
    before_notice: str
    ended: str
    held: str
    new_notice: str
    missing: tuple[Missing, ...]
    standings: tuple[Standing, ...]
    facts: tuple[FactSection, ...]
    extraction: Extraction | None
    packet: PacketSheet
    history: tuple[Happening, ...]
    happened_count: int
    damaged_history: tuple[str, ...]
    offers: tuple[Offer, ...]
    site: SiteMap | None

    def at_site(self, moment: datetime) -> str:
        """Return a moment by the clocks of the site."""
        return at_site(self.ticket, moment)


async def sheet_of(
    env: Env, ticket_id: str, by: Author, *, is_whole_history: bool = False
) -> tuple[TicketSheet, History]:
    """Return a ticket's sheet, and its history.

    Nobody may read that digging is lawful because a worker is late: it is shown as time has left
    it. Raises NotFoundError, UnavailableError.
    """
    now = env.clock()
    stored = await env.store.tickets.get(ticket_id)
    ticket = as_of(stored, now)
    extraction = await extraction_of(env, ticket)
    history = await env.store.history(ticket_id)
    scene = Scene(ticket, extraction, now, by, env.codes)
    limit = None if is_whole_history else SHOWN_MAX
    missing = why_not_ready(ticket, now)
    sheet = TicketSheet(
        ticket=ticket.model_copy(update={"version": stored.version}),
        now=now,
        zone_words=f"by the clocks of {clocks_of(ticket)}",
        dates=tuple(_dates(ticket, now)),
        before_notice=before_notice(ticket),
        ended=ended(ticket) or _finished(ticket),
        held=held_by(ticket, missing, now),
        new_notice=new_notice(ticket, now),
        missing=tuple(missing),
        standings=tuple(ticket.standings),
        facts=tuple(sections_of_facts(ticket, extraction)),
        extraction=extraction,
        packet=_packet(ticket),
        history=tuple(happenings(ticket, history, limit=limit)),
        happened_count=len(history.events),
        damaged_history=tuple(
            f"{one.file}, line {one.number}: {one.problem}" for one in history.damaged
        ),
        offers=tuple(offers(scene)),
        site=site_map(ticket),
    )
    return sheet, history


def _packet(ticket: Ticket) -> PacketSheet:
    try:
        packet = packet_of(ticket)
    except RejectedError as refusal:
        return PacketSheet(sections_of(ticket), "", refusal.problem)
    return PacketSheet(packet.sections, as_text(packet), "")


def _dates(ticket: Ticket, now: datetime) -> Iterator[DateRow]:
    found = deadlines_of(ticket) or deadlines_if_sent(ticket, now)
    # What would follow from a notice given now is nothing to a ticket that has ended.
    lines = [one for one in dates_of(ticket, now) if one.is_final or ticket.status not in ENDED]
    rows = [_row(ticket, line, found, now) for line in lines]
    yield from sorted(rows, key=lambda row: row.countdown.at)


def _row(ticket: Ticket, line: DateLine, found: Deadlines | None, now: datetime) -> DateRow:
    deadline = found.dates.get(line.name) if found else None
    return DateRow(
        label=LABELS[line.name],
        countdown=_countdown(ticket, line, now)
        if _presses(ticket, line)
        else countdowns.other(LABELS[line.name], line.at, now),
        local=at_site(ticket, line.at),
        universal=f"{line.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        rule=line.rule,
        source=line.source,
        reason=deadline.reason if deadline else _reason(ticket, line, now),
        warnings=tuple(deadline.warnings if deadline else ()),
        is_final=line.is_final,
    )


def _countdown(ticket: Ticket, line: DateLine, now: datetime) -> Countdown:
    status = ticket.status
    match line.name:
        case "earliest_lawful_start":
            return countdowns.lawful_start(line.at, now, status)
        case "response_due":
            is_over = ticket.response_status not in countdowns.SILENT
            is_answered = is_over or status is not TicketStatus.SUBMITTED
            return countdowns.answers_due(line.at, now, is_answered=is_answered)
        case "refresh_by":
            return _quiet_if(not _is_followed(ticket), countdowns.update_by(line.at, now))
        case "expires":
            return _quiet_if(not _is_followed(ticket), countdowns.expiry(line.at, now))
        case _:
            told = countdowns.before_notice(line.at, ticket.county, ticket.ticket_type, now)
            return [*told][-1]


def _reason(ticket: Ticket, line: DateLine, now: datetime) -> str:
    """Return until when the notice for a planned start is needed; nothing of another date."""
    county = county_of(ticket)
    is_asked = line.name == "planned_start" and ticket.status in BEFORE_NOTICE
    if not is_asked or not county.name or not waits_for_a_start(ticket):
        return ""
    last = notice_needed_by(line.at, county, ticket.ticket_type)
    makes = "makes" if now <= last else "would have made"
    return f"a notice until {at_site(ticket, last)} {makes} it lawful"


def _finished(ticket: Ticket) -> str:
    """Return that the work is finished; a damage that nobody has released goes on."""
    if ticket.closed_at is None or ticket.status is TicketStatus.DAMAGED:
        return ""
    return f"The work was closed as finished, {at_site(ticket, ticket.closed_at)}."


def clocks_of(ticket: Ticket) -> str:
    """Return whose clocks the times in forms are meant by."""
    county = county_of(ticket)
    city = county.timezone.rpartition("/")[2]
    return f"{county.name} County" if county.name else f"the center, {city}"


def _presses(ticket: Ticket, line: DateLine) -> bool:
    """Is anything to be done about this date of the ticket?"""
    if ticket.status is TicketStatus.CANCELLED or ticket.closed_at:
        return False
    is_ahead = ticket.status in BEFORE_NOTICE
    return line.name != "no_mark_notice_due" and (is_ahead or line.name != "planned_start")


def _is_followed(ticket: Ticket) -> bool:
    return ticket.status in countdowns.ALIVE and not ticket.closed_at


def _quiet_if(is_quiet: object, countdown: Countdown) -> Countdown:
    return countdown.quieted() if is_quiet else countdown


def document_words(ticket: Ticket, extraction: Extraction | None) -> Sequence[str]:
    """Return what is known of the document that a ticket was read from."""
    if ticket.work_order_id is None:
        return ()
    name = ticket.work_order_filename or "Stated without a file"
    if extraction is None:
        return (name, "Nothing was read from it.")
    sure = f"{ticket.extraction_confidence:.0%}"
    return (
        name,
        f"{in_words(extraction.kind)}. The required fields were read with {sure} confidence.",
    )
