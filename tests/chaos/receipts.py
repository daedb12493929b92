"""What the clients were answered: the only thing beside the final store that the checker knows."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.work_order import ticket_id_for, work_order_id_for


class Accepted(NamedTuple):
    """An order that was answered by 202 or 200."""

    work_order_id: str
    ticket_id: str


class Edited(NamedTuple):
    """An edit that was answered by 200: the version that it made, and what it wrote."""

    ticket_id: str
    version: int
    mark: str


@dataclass
class Receipts:
    """All that was asked and all that was acknowledged.

    `asked` holds the keys of orders that were sent at all, `tried` the marks of edits that were:
    what was never answered may have taken effect or not. `broken` tells of answers that broke a
    promise by themselves.
    """

    asked: set[str] = field(default_factory=set)
    accepted: dict[str, Accepted] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    edited: list[Edited] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    statuses: Counter[int | str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def accept(self, key: str, told: Accepted) -> None:
        """Keep the receipt of an order; the same key must give the same one for ever."""
        earlier = self.accepted.setdefault(key, told)
        if earlier != told:
            self.broken.append(f"key {key} was answered {earlier}, then {told}")

    def edit(self, edited: Edited) -> None:
        """Keep the receipt of an edit."""
        self.edited.append(edited)
        self.see(edited.ticket_id, edited.version)

    def see(self, ticket_id: str, version: int) -> None:
        """Keep the highest version that anybody was shown."""
        self.versions[ticket_id] = max(version, self.versions.get(ticket_id, 0))

    @property
    def possible_tickets(self) -> set[str]:
        """The tickets that there may be: of all that was asked, answered or not."""
        return {ticket_id_for(work_order_id_for(key)) for key in self.asked}
