"""Everything that the page of one ticket shows, put together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from api.dashboard.about_tickets import countdowns
from api.dashboard.about_tickets.countdowns import Countdown
from api.dashboard.about_tickets.move_table import offers
from api.dashboard.about_tickets.moves import Offer
from api.dashboard.about_tickets.ticket_facts import FactSection, sections_of_facts
from api.dashboard.about_tickets.ticket_history import SHOWN_MAX, Happening, happenings
from api.dashboard.about_tickets.waits import before_notice
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
from domain.start import deadlines_if_sent
from domain.ticket import Ticket, TicketStatus
from domain.timestamps import deadlines_of
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

    `before_notice` is what it waits for while the center knows nothing of it; empty from then on.
    """

    ticket: Ticket
    now: datetime
    zone_words: str
    dates: tuple[DateRow, ...]
    before_notice: str
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
    sheet = TicketSheet(
        ticket=ticket.model_copy(update={"version": stored.version}),
        now=now,
        zone_words=f"by the clocks of {_clocks_of(ticket)}",
        dates=tuple(_dates(ticket, now)),
        before_notice=before_notice(ticket),
        missing=tuple(why_not_ready(ticket, now)),
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
    sections = sections_of(ticket)
    try:
        return PacketSheet(sections, as_text(packet_of(ticket)), "")
    except RejectedError as refusal:
        return PacketSheet(sections, "", refusal.problem)


def _dates(ticket: Ticket, now: datetime) -> Iterator[DateRow]:
    found = deadlines_of(ticket) or deadlines_if_sent(ticket, now)
    rows = [_row(ticket, line, found, now) for line in dates_of(ticket, now)]
    yield from sorted(rows, key=lambda row: row.countdown.at)


def _row(ticket: Ticket, line: DateLine, found: Deadlines | None, now: datetime) -> DateRow:
    deadline = found.dates.get(line.name) if found else None
    return DateRow(
        label=LABELS[line.name],
        countdown=_countdown(ticket, line, now),
        local=at_site(ticket, line.at),
        universal=f"{line.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        rule=line.rule,
        source=line.source,
        reason=deadline.reason if deadline else "",
        warnings=tuple(deadline.warnings if deadline else ()),
        is_final=line.is_final,
    )


def _countdown(ticket: Ticket, line: DateLine, now: datetime) -> Countdown:
    status = ticket.status
    match line.name:
        case "earliest_lawful_start":
            is_waited_for = status in countdowns.WAITS_FOR_START
            return countdowns.lawful_start(line.at, now, is_waited_for=is_waited_for)
        case "response_due":
            is_over = ticket.response_status not in countdowns.SILENT
            is_answered = is_over or status is not TicketStatus.SUBMITTED
            return countdowns.answers_due(line.at, now, is_answered=is_answered)
        case "refresh_by":
            return _quiet_if(not _is_followed(ticket), countdowns.update_by(line.at, now))
        case "expires":
            return _quiet_if(not _is_followed(ticket), countdowns.expiry(line.at, now))
        case "planned_start":
            is_past = ticket.notice_at is not None
            return _quiet_if(is_past, countdowns.planned_start(line.at, now))
        case _:
            return countdowns.other(LABELS[line.name], line.at, now)


def _clocks_of(ticket: Ticket) -> str:
    """Return whose clocks the times in forms are meant by."""
    county = county_of(ticket)
    city = county.timezone.rpartition("/")[2]
    return f"{county.name} County" if county.name else f"the center, {city}"


def _is_followed(ticket: Ticket) -> bool:
    return ticket.status in countdowns.ALIVE and not ticket.closed_at


def _quiet_if(is_quiet: object, countdown: Countdown) -> Countdown:
    return countdown.quieted() if is_quiet else countdown


def document_words(ticket: Ticket, extraction: Extraction | None) -> Sequence[str]:
    """Return what is known of the document that a ticket was read from."""
    if ticket.work_order_id is None:
        return ()
    kind = f"a {extraction.kind.replace('_', ' ')}" if extraction else "not read"
    sure = f"{ticket.extraction_confidence:.0%} sure of the required fields"
    return (ticket.work_order_filename or "stated facts", kind, sure)
