"""The entries of the index, and how tickets are found among them.

All in memory: which files there are, and whether an entry still tells what its file does, is the
business of `storage/index.py`.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from heapq import nsmallest
from itertools import islice
from operator import attrgetter

from domain.texas import county_key
from storage.entry import EPOCH, MICROSECOND, Entry, microseconds
from storage.queries import Order, Place, TicketQuery
from storage.words import Words, words_in

KEYS_REMEMBERED_MAX = 10_000
BULK_TICKETS = 500  # from so many on it is quicker to sort the whole list than to insert each
STEPS_PER_SORTED = 8  # along the order, in the time in which one more entry is sorted
DAY_MICROSECONDS = timedelta(days=1) // MICROSECOND

_recency = attrgetter("updated_us", "id")
_urgency = attrgetter("due_us", "id")
_county_key = lru_cache(KEYS_REMEMBERED_MAX)(county_key)


class Entries:
    """The entries of all tickets, in the order of their last change, and on shelves.

    A shelf holds the ids of the tickets that are alike in one thing. Not for several threads at
    a time.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._ordered: list[Entry] = []  # the latest change last
        self._due: list[Place] = []  # of all tickets, the earliest due first
        self._shelves: dict[tuple[str, str], set[str]] = {}
        self._words: Words | None = None  # from the first search for text on
        self._sought: tuple[str, set[str] | None] | None = (
            None  # the last text, and who holds it
        )

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        """Yield all entries, the latest change last."""
        return iter(self._ordered)

    def ids(self) -> set[str]:
        return set(self._entries)

    def get(self, ticket_id: str) -> Entry | None:
        return self._entries.get(ticket_id)

    def put(self, entries: Sequence[Entry]) -> None:
        """Take in entries of different tickets, each in the place of the one before."""
        self._sought = None
        for entry in entries:
            before = self._entries.get(entry.id)
            if before:
                self._take_out(before)
            self._entries[entry.id] = entry
            for key in _keys_of(entry):
                self._shelves.setdefault(key, set()).add(entry.id)
            if self._words is not None:
                self._words.change(entry.id, before.words if before else "", entry.words)
        if len(entries) < BULK_TICKETS:
            for entry in entries:
                insort(self._ordered, entry, key=_recency)
                insort(self._due, entry.urgency)
        else:
            self._ordered += entries
            self._ordered.sort(key=_recency)
            self._due += [entry.urgency for entry in entries]
            self._due.sort()

    def drop(self, ticket_id: str) -> None:
        """Forget a ticket; one that is not known is as good as forgotten."""
        entry = self._entries.pop(ticket_id, None)
        self._sought = None
        if entry:
            self._take_out(entry)
            if self._words is not None:
                self._words.change(ticket_id, entry.words, "")

    def find(
        self,
        query: TicketQuery,
        *,
        offset: int,
        limit: int | None,
        after: Place | None = None,
        order: Order = Order.LATEST_CHANGE,
    ) -> tuple[list[Entry], int]:
        """Return a part of what is asked for, in this order, and how many there are.

        `after` is the place of the last one that was seen: what follows it is returned, whatever
        has happened since to those before it.
        """
        ids = self._ids_of(query)
        stop = offset + (len(ids) if limit is None else limit)
        if order is Order.URGENCY:
            return self._urgent(ids, after, stop)[offset:], len(ids)
        # Of many that are wanted the latest are soon met with; few are sooner sorted.
        found: Iterable[Entry]
        if stop * len(self._ordered) < STEPS_PER_SORTED * len(ids) ** 2:
            found = (entry for entry in self._back_from(after) if entry.id in ids)
        else:
            wanted = map(self._entries.__getitem__, ids)
            found = sorted(
                (entry for entry in wanted if after is None or entry.place < after),
                key=_recency,
                reverse=True,
            )
        return list(islice(found, offset, stop)), len(ids)

    def counts(self, query: TicketQuery, key: Callable[[Entry], str]) -> Counter[str]:
        """Return how many of the tickets that are asked for are alike in this."""
        return Counter(key(self._entries[one]) for one in self._ids_of(query))

    def _urgent(self, ids: Collection[str], after: Place | None, stop: int) -> list[Entry]:
        """Return the most urgent ones of these tickets after a place, `stop` at most."""
        wanted: Iterable[Entry] = map(self._entries.__getitem__, ids)
        if after is not None:
            wanted = (entry for entry in wanted if entry.urgency > after)
        return nsmallest(stop, wanted, key=_urgency)

    def _back_from(self, after: Place | None) -> Iterator[Entry]:
        """Yield the entries before a place in the order, the latest change first."""
        if after is None:
            return reversed(self._ordered)
        end = bisect_left(self._ordered, after, key=_recency)
        return (self._ordered[place] for place in range(end - 1, -1, -1))

    def _ids_of(self, query: TicketQuery) -> Collection[str]:
        """Return the ids of the tickets that a query asks for."""
        asked = sorted(self._asked_for(query), key=len)
        ids: Collection[str] = asked[0].intersection(*asked[1:]) if asked else self._entries
        entry_of = self._entries.__getitem__
        if query.expiring_before is not None:
            end = microseconds(query.expiring_before)
            ids = {
                one
                for one in ids
                if (ends_us := entry_of(one).expires_us) is not None and ends_us < end
            }
        return ids

    def _asked_for(self, query: TicketQuery) -> Iterator[set[str]]:
        """Yield for each thing that is asked the ids of the tickets that have it."""
        asked = {
            "validation_status": query.validation_status,
            "ticket_type": query.ticket_type,
            "county": None if query.county is None else _county_key(query.county),
            "company": None if query.company is None else _company_key(query.company),
            "month": query.month,
        }
        for name, key in asked.items():
            if key is not None:
                yield self._shelves.get((name, key), set())
        if query.statuses:
            shelves = (self._shelves.get(("status", one), set()) for one in query.statuses)
            yield set().union(*shelves)
        if query.due_before is not None:
            end = bisect_left(self._due, (microseconds(query.due_before), ""))
            yield {ticket_id for _due_us, ticket_id in self._due[:end]}
        if query.text:
            # A page asks for the same text in one list after the other.
            if self._sought is None or self._sought[0] != query.text:
                self._sought = query.text, self._holding(query.text)
            if self._sought[1] is not None:
                yield self._sought[1]

    def _holding(self, text: str) -> set[str] | None:
        """Return the tickets that hold every word of a text; None if that asks nothing of them."""
        found: list[set[str]] = []
        for word in words_in(text):
            if self._words is None:
                self._words = Words({entry.id: entry.words for entry in self._ordered})
            holders = self._words.holders(word)
            # What is in every ticket, as "pole" may be, narrows nothing down.
            if not any(len(ids) == len(self._entries) for ids in holders):
                found.append(set().union(*holders))
        return set.intersection(*sorted(found, key=len)) if found else None

    def _take_out(self, entry: Entry) -> None:
        """Take an entry out of the order and off its shelves."""
        place = bisect_left(self._ordered, _recency(entry), key=_recency)
        del self._ordered[place]
        del self._due[bisect_left(self._due, entry.urgency)]
        for key in _keys_of(entry):
            self._shelves[key].discard(entry.id)


def _keys_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return the shelves that an entry belongs on."""
    return (
        ("status", entry.status),
        ("validation_status", entry.validation_status),
        ("ticket_type", entry.ticket_type),
        ("county", _county_key(entry.county or "")),
        ("company", _company_key(entry.company or "")),
        ("month", _month_of_day(entry.updated_us // DAY_MICROSECONDS)),
    )


@lru_cache(KEYS_REMEMBERED_MAX)
def _company_key(name: str) -> str:
    """Reduce the spelling of a company to what tells it from others."""
    return "".join(name.split()).casefold()


@lru_cache(KEYS_REMEMBERED_MAX)
def _month_of_day(day: int) -> str:
    """Return the month of a day that is counted from the beginning of 1970."""
    return f"{EPOCH + timedelta(days=day):%Y-%m}"
