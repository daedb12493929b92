"""The moves that a person can make from a ticket's page: the actions of the API, as forms.

Whether an action would be let through now is asked of the action itself: it is a function from a
ticket to a change, made here with a likely body, and its change is thrown away. Nothing is written.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel

from api import actions
from api.dashboard.about_tickets.form_fields import FormField, Option, form_fields
from domain.access import Permission
from domain.audit import Change
from domain.errors import RejectedError, Texas811Error
from domain.facts import TicketType
from domain.readiness import at_site
from domain.refreshing import FOLLOW_UPS
from domain.responses import code_key
from domain.ticket import Ticket, TicketStatus
from jobs.acting import Scene

Probe = Callable[[Ticket, datetime], Mapping[str, object]]
WHO = "Probing Person"  # stands in the body of an action that is only asked
REASON = frozenset({"reason"})


@dataclass(frozen=True, slots=True)
class Move:
    """An action as its page offers it.

    `offered_in` are the statuses in which it is shown at all. `probe` gives the fields of a likely
    body; `without` are fields of the body that its form does not ask.
    """

    action: Callable[[Scene, Any], Change]
    label: str
    said: str
    offered_in: frozenset[TicketStatus]
    probe: Probe = lambda _ticket, _now: {}
    without: frozenset[str] = frozenset()
    is_grave: bool = False
    is_needed: Callable[[Ticket], bool] = field(default=lambda _ticket: True)

    @property
    def name(self) -> str:
        """What the move is called in addresses, as in the API."""
        return self.action.__name__.replace("_", "-")

    @property
    def permission(self) -> Permission:
        return Permission.DRAFT if self.action in actions.BEFOREHAND else Permission.FOLLOW

    @property
    def body(self) -> type[BaseModel]:
        return _body_of(self.action)

    @property
    def takes_reason(self) -> bool:
        """Is the reason a field of the body itself, and kept with what is recorded?"""
        return self.without == REASON

    def fields(self, ticket: Ticket) -> tuple[FormField, ...]:
        """Return the inputs of its form, for this ticket."""
        without = self.without
        if self.action is actions.confirm and ticket.ticket_type is not TicketType.EMERGENCY:
            without |= {"emergency_attested"}
        body = self.body
        asked = CHOICES.keys() & body.model_fields.keys()
        options = {name: [*CHOICES[name](ticket)] for name in asked}
        return form_fields(body, without=without, options=options)


@cache
def _body_of(action: Callable[[Scene, Any], Change]) -> type[BaseModel]:
    hints = get_type_hints(action)
    kind: type[BaseModel] = hints.get("body") or hints["_body"]
    return kind


@dataclass(frozen=True, slots=True)
class Offer:
    """A move as it stands for a ticket: its form, or why it is refused now."""

    move: Move
    fields: tuple[FormField, ...]
    refusal: Texas811Error | None


def refusal_of(move: Move, scene: Scene) -> RejectedError | None:
    """Return why a move would be refused whatever was typed, or None. Nothing is written."""
    likely = {"by": scene.by.name or WHO, **move.probe(scene.ticket, scene.now)}
    try:
        move.action(scene, move.body.model_validate(likely))
    except RejectedError as refusal:
        return refusal
    except Texas811Error:
        return None  # what was only made up here is known already; something else may be typed
    return None


# What can be chosen, instead of typed, because the ticket knows it.


def _members(ticket: Ticket) -> Iterator[Option]:
    open_codes = {code_key(row.member.code) for row in ticket.standings if not row.is_closed}
    for member in sorted(ticket.members, key=lambda one: code_key(one.code) not in open_codes):
        name = f"{member.code}: {member.name}" if member.name else member.code
        is_open = code_key(member.code) in open_codes
        yield member.code, name if is_open else f"{name} (closed)"


def _grounds(ticket: Ticket) -> Iterator[Option]:
    for ground in ticket.open_grounds:
        yield ground.id, f"{ground.reason}, raised {at_site(ticket, ground.raised_at)}"


def _damages(ticket: Ticket) -> Iterator[Option]:
    for damage in ticket.open_damages:
        yield damage.id, f"{damage.facility}, {at_site(ticket, damage.occurred_at)}"


def _follow_ups(_ticket: Ticket) -> Iterator[Option]:
    return ((kind.value, kind.value) for kind in FOLLOW_UPS)


CHOICES: Mapping[str, Callable[[Ticket], Iterator[Option]]] = {
    "member_code": _members,
    "ground_id": _grounds,
    "damage_id": _damages,
    "ticket_type": _follow_ups,
}
