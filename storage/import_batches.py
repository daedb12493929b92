"""The lines of a file to import, put together where they can share their syncs."""

from collections.abc import Iterator

from domain.importing import Brought
from storage.import_items import Item
from storage.portable import TicketRecord

BATCH_MAX = 64  # each may hold a lock and a file open


def batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Yield items of one kind together, of tickets never two of the same id or number."""
    batch: list[Item] = []
    names: set[tuple[str, str]] = set()
    for item in items:
        its = _names_in(item)
        is_other = bool(batch) and type(batch[0].what) is not type(item.what)
        if batch and (is_other or len(batch) >= BATCH_MAX or not names.isdisjoint(its)):
            yield batch
            batch, names = [], set()
        batch.append(item)
        names |= its
    if batch:
        yield batch


def _names_in(item: Item) -> set[tuple[str, str]]:
    """Return what only one ticket can have: its id, and its number of the center."""
    match item.what:
        case TicketRecord(ticket=ticket):
            id_, number = ticket.id, ticket.texas811_ticket_number
        case Brought() as found:
            id_, number = found.id, found.number
        case _:
            return set()
    return {("id", id_)} | ({("number", number)} if number else set())
