"""Every move there is, in the order in which a ticket's life brings them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from api import actions
from api.dashboard.about_tickets.moves import REASON, Move, Offer, refusal_of
from domain.facts import TicketType
from domain.lifecycle import (
    CANCELLED,
    DAMAGED,
    EXPIRED,
    IN_FORCE,
    KNOWN_TO_CENTER,
    PENDING,
    READY,
)
from domain.readiness import county_of
from domain.texas import zone_named
from domain.ticket import Ticket, TicketStatus
from domain.urgency import BEFORE_NOTICE
from jobs.acting import Scene

SOMETHING = "x"


def offers(scene: Scene) -> list[Offer]:
    """Return the moves that are offered for a ticket; each that is refused says why."""
    return [*_offers(scene)]


def _offers(scene: Scene) -> Iterator[Offer]:
    for move in MOVES:
        if scene.ticket.status in move.offered_in and move.is_needed(scene.ticket):
            refusal = refusal_of(move, scene)
            yield Offer(move, () if refusal else move.fields(scene.ticket), refusal)


# Likely bodies.


def _receipt(_ticket: Ticket, now: datetime) -> Mapping[str, object]:
    return {"texas811_ticket_number": SOMETHING, "notice_at": now, "member_list_missing": True}


def _same_notice(ticket: Ticket, now: datetime) -> Mapping[str, object]:
    return {"notice_at": ticket.notice_at or now, "reason": SOMETHING}


def _code(ticket: Ticket) -> str:
    return ticket.members[0].code if ticket.members else SOMETHING


def _agreement(ticket: Ticket, now: datetime) -> Mapping[str, object]:
    zone = zone_named(county_of(ticket).timezone)
    return {
        "member_code": _code(ticket),
        "until": (ticket.expires_at or now) + timedelta(days=1),
        "signed_on": now.astimezone(zone).date(),
        "signed_by_excavator": SOMETHING,
        "signed_by_operator": "y",
        "document": SOMETHING,
    }


def _ground(ticket: Ticket, _now: datetime) -> Mapping[str, object]:
    ids = [one.id for one in ticket.open_grounds]
    return {"ground_id": ids[0], "settlement": SOMETHING, "was_a_mistake": True}


def _damage(ticket: Ticket, _now: datetime) -> Mapping[str, object]:
    return {
        "damage_id": ticket.open_damages[0].id,
        "released_by": SOMETHING,
        "dig_up_ticket_number": SOMETHING,
    }


FOLLOWED = IN_FORCE | {DAMAGED}

MOVES = (
    Move(
        actions.confirm,
        "Confirm the packet",
        "You answer for it that the packet is right. Its fields are locked from here on.",
        frozenset(BEFORE_NOTICE) - {READY},
        lambda _ticket, _now: {"emergency_attested": True},
    ),
    Move(
        actions.submit,
        "Record the submission",
        "The packet was keyed into the portal: what the center gave back.",
        frozenset({PENDING, READY}),
        _receipt,
    ),
    Move(
        actions.reopen,
        "Reopen",
        "Its fields are unlocked, and a confirmation is withdrawn.",
        frozenset({PENDING, READY}),
        lambda _ticket, _now: {"reason": SOMETHING},
        REASON,
    ),
    Move(
        actions.respond,
        "Record an answer",
        "What a member answered, as a result or by the center's own code.",
        KNOWN_TO_CENTER,
        lambda ticket, _now: {"member_code": _code(ticket), "outcome": "Unknown"},
    ),
    Move(
        actions.members,
        "Record members",
        "Members that the center notified, to add or to amend; an answer of each is waited for.",
        FOLLOWED,
        lambda _ticket, _now: {"members": [{"code": SOMETHING}]},
    ),
    Move(
        actions.standby,
        "Arrange a standby",
        "A member's person at the site, as agreed with the member.",
        FOLLOWED,
        lambda ticket, _now: {"member_code": _code(ticket), "contact": SOMETHING},
    ),
    Move(
        actions.check_site,
        "Record the site check",
        "What you have verified on the site before the digging (16 TAC 18.4).",
        FOLLOWED,
        lambda _ticket, _now: dict.fromkeys(
            (
                "ticket_copy_on_site",
                "place_verified",
                "white_lines_verified",
                "no_unmarked_lines_seen",
            ),
            True,
        ),
    ),
    Move(
        actions.begin_emergency,
        "Begin the emergency excavation",
        "Digging begins before the answers are in (251.155).",
        frozenset({TicketStatus.SUBMITTED}),
        is_grave=True,
        is_needed=lambda ticket: ticket.ticket_type is TicketType.EMERGENCY,
    ),
    Move(
        actions.second_notice,
        "Raise a ground for a second notice",
        "Digging stops until it is settled (16 TAC 18.4(e)).",
        FOLLOWED,
        lambda _ticket, _now: {"reason": "NoResponse", "notes": SOMETHING},
        is_grave=True,
    ),
    Move(
        actions.settle,
        "Settle a ground",
        "The second notice was answered, or there was no such ground.",
        FOLLOWED,
        _ground,
        is_needed=lambda ticket: bool(ticket.open_grounds),
    ),
    Move(
        actions.refresh,
        "Make a further ticket",
        "An update, a second notice or a recall for the same site; this ticket stays as it is.",
        KNOWN_TO_CENTER | {CANCELLED},
        lambda _ticket, _now: {"ticket_type": TicketType.NORMAL},
        is_needed=lambda ticket: bool(ticket.texas811_ticket_number),
    ),
    Move(
        actions.extend_life,
        "Record an agreement on a longer life",
        "Signed by both parties, for one operator (16 TAC 18.3(f)).",
        IN_FORCE,
        _agreement,
    ),
    Move(
        actions.correct_notice,
        "Correct the time of the notice",
        "Every date is computed anew.",
        IN_FORCE,
        _same_notice,
        REASON,
    ),
    Move(
        actions.supersede,
        "Record a newer ticket",
        "The center has another ticket in the place of this one: digging on this one stops.",
        IN_FORCE,
        lambda _ticket, _now: {"superseded_by_number": SOMETHING},
        is_grave=True,
    ),
    Move(
        actions.damage,
        "Report a damage",
        "A damage or an exposed line: the ticket is held until the operator releases the site.",
        FOLLOWED | {EXPIRED},
        lambda _ticket, now: {"occurred_at": now, "place": SOMETHING, "facility": SOMETHING},
        is_grave=True,
    ),
    Move(
        actions.release,
        "Record the release of a damage",
        "The operator has released the site.",
        frozenset({DAMAGED}),
        _damage,
        is_needed=lambda ticket: bool(ticket.open_damages),
    ),
    Move(
        actions.close,
        "Close the finished work",
        "Reminders are silenced from here on.",
        KNOWN_TO_CENTER,
    ),
    Move(
        actions.cancel,
        "Cancel the ticket",
        "It is given up for ever.",
        frozenset(BEFORE_NOTICE) | IN_FORCE,
        lambda _ticket, _now: {"reason": SOMETHING, "sent_to_center": False},
        REASON,
        is_grave=True,
    ),
)
MOVES_BY_NAME = {move.name: move for move in MOVES}
