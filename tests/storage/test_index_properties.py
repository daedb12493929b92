"""Whatever happens to the tickets, the index finds what reading them all would find."""

import re
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import TicketFacts, TicketType
from domain.texas import county_key
from domain.ticket import Ticket, TicketStatus, ValidationStatus
from domain.urgency import due_at
from storage.entry import COLUMNS, Entry
from storage.files import write_atomic
from storage.layout import Layout
from storage.performance import Performance
from storage.queries import TicketQuery
from storage.store import Store
from storage.ticket_files import decode, encode
from tests.builders import NOW, make_change, make_draft, make_event

IDS = ["t0", "t1", "t2", "t3", "t4"]
MOMENTS = [NOW + timedelta(hours=hours) for hours in (0, 1, 700, 1500)]
COUNTIES = ["Travis", "TRAVIS County", "De Witt", "dewitt"]
COMPANIES = ["Caprock Line Builders", "caprock  linebuilders", "Straße & Söhne"]
STATUSES = [TicketStatus.DRAFT, TicketStatus.READY]
TYPES = [TicketType.NORMAL, TicketType.EMERGENCY]
VALIDATIONS = [ValidationStatus.VALID, ValidationStatus.INVALID]
TEXTS = ["pole", "Power Pole", "pole-barn 7", "Po Ñandú", "n\u0303andu\u0301", "x" * 70]

EDITS = st.fixed_dictionaries(
    {},
    optional={
        "county": st.none() | st.sampled_from(COUNTIES),
        "company": st.none() | st.sampled_from(COMPANIES),
        "status": st.sampled_from(STATUSES),
        "ticket_type": st.sampled_from(TYPES),
        "validation_status": st.sampled_from(VALIDATIONS),
        "expires_at": st.none() | st.sampled_from(MOMENTS),
        "planned_start_at": st.none() | st.sampled_from(MOMENTS),
        "address": st.none() | st.sampled_from(TEXTS),
        "pole_id": st.none() | st.sampled_from(["7", "pole"]),
    },
)
DETAILS = (st.sampled_from(IDS), st.sampled_from(MOMENTS), EDITS)
COMMITS = st.tuples(st.sampled_from(["committed", "committed elsewhere"]), *DETAILS)
OPENINGS = st.tuples(st.sampled_from(["recovered", "opened anew"]))
BY_HAND = st.tuples(st.just("written by hand"), *DETAILS)
REMOVALS = st.tuples(st.just("removed"), st.sampled_from(IDS))
EVENTS = st.one_of(COMMITS, OPENINGS, BY_HAND, REMOVALS)
QUERIES = st.builds(
    TicketQuery,
    status=st.none() | st.sampled_from([*STATUSES, tuple(STATUSES), (STATUSES[0],)]),
    ticket_type=st.none() | st.sampled_from(TYPES),
    validation_status=st.none() | st.sampled_from(VALIDATIONS),
    county=st.none() | st.sampled_from(["", *COUNTIES]),
    company=st.none() | st.sampled_from(["", *COMPANIES]),
    month=st.none() | st.sampled_from(["2026-03", "2026-04", "2026-05"]),
    expiring_before=st.none() | st.sampled_from(MOMENTS),
    due_before=st.none() | st.sampled_from(MOMENTS),
    text=st.none() | st.sampled_from(["", "po", "pole", "pol 7", "ñan", "xxx", "7"]),
)


class World:
    """A data directory, two processes that have it open, and the truth about it."""

    def __init__(self, root: Path, performance: Performance) -> None:
        self.layout = Layout(root)
        self.performance = performance
        self.here, self.elsewhere = self._opened(), self._opened()
        self.here._open()

    def happen(self, what: str, *details: Any) -> None:
        """Let an event come true."""
        if what == "removed":
            # With the note of its lock, or it would be taken for lost.
            self.layout.ticket_lock(details[0]).unlink(missing_ok=True)
            self.layout.ticket(details[0]).unlink(missing_ok=True)
        elif what == "recovered":
            self._opened()._recover()
        elif what == "opened anew":
            self.here = self._opened()
        else:
            self._write(what, *details)

    def truth(self) -> list[Ticket]:
        """Return all tickets, the latest change first."""
        paths = self.layout.tickets.glob("ticket_*.json")
        tickets = [decode(path.read_bytes(), name=path.name).ticket for path in paths]
        return sorted(tickets, key=lambda one: (one.updated_at, one.id), reverse=True)

    def check(self, query: TicketQuery) -> None:
        """Compare what the processes find with what is true."""
        truth = self.truth()
        wanted = [ticket for ticket in truth if fits(ticket, query)]
        for store in (self.here, self.elsewhere):
            page = store.index._find(query, limit=3, offset=1)
            assert [_line(entry) for entry in page.entries] == [*map(_line, wanted[1:4])]
            assert (page.total, page.damaged) == (len(wanted), [])
            assert len(store.index._find(TicketQuery()).entries) == len(truth)

    def _opened(self) -> Store:
        return Store(self.layout.root, self.performance)

    def _write(
        self, what: str, ticket_id: str, now: datetime, edits: Mapping[str, Any]
    ) -> None:
        found = {one.id: one for one in self.truth()}
        before = found.get(ticket_id, make_draft(ticket_id))
        if what == "written by hand":
            ticket = before.revised(now=now, **edits)
            ticket = ticket.model_copy(update={"version": before.version + 1})
            write_atomic(self.layout.ticket(ticket_id), encode(ticket, make_event(ticket)))
        else:
            store = self.here if what == "committed" else self.elsewhere
            store.commit_now(make_change(before.revised(now=now, **edits), now=now))


def fits(ticket: Ticket, query: TicketQuery) -> bool:
    """Is the ticket what was asked for? By reading it, and as simply as can be."""
    ends = ticket.expires_at
    due = due_at(
        ticket.status,
        ticket.ticket_type,
        ticket.county,
        lambda name: getattr(ticket, name),
        is_closed=ticket.closed_at is not None,
    )
    return (
        (not query.statuses or ticket.status in query.statuses)
        and query.ticket_type in {None, ticket.ticket_type}
        and query.validation_status in {None, ticket.validation_status}
        and query.county in {None, *_alike(ticket.county, query.county, county_key)}
        and query.company in {None, *_alike(ticket.company, query.company, _squeezed)}
        and query.month in {None, ticket.updated_at.isoformat()[:7]}
        and (query.due_before is None or bool(due and due < query.due_before))
        and (query.expiring_before is None or bool(ends and ends < query.expiring_before))
        and all(_says(ticket, word) for word in _words(query.text))
    )


def _line(one: Ticket | Entry) -> dict[str, Any]:
    """Return what both say."""
    names = [name for name in COLUMNS if name in Ticket.model_fields]
    return {name: getattr(one, name) for name in [*names, "updated_at"]}


def _alike(said: str | None, asked: str | None, key: Any) -> Iterator[str | None]:
    if asked is not None and key(said or "") == key(asked):
        yield asked


def _squeezed(name: str) -> str:
    return re.sub(r"\s", "", name).casefold()


def _words(text: str | None) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text or "").casefold())


def _says(ticket: Ticket, asked: str) -> bool:
    texts = [value for value in ticket.stated().values() if type(value) is str]
    said = [word for text in texts for word in _words(text)]
    return any(asked in word if len(asked) > 2 else asked == word for word in said)


def test_the_truth_knows_every_text_of_a_ticket() -> None:
    """Else it would be as blind as the index."""
    texts = [
        name for name, one in TicketFacts.model_fields.items() if "str" in str(one.annotation)
    ]
    assert {"company", "address", "pole_id", "driving_directions"} <= set(texts)
    for name in texts:
        with suppress(ValueError):
            assert _says(make_draft(**{name: "zebra zebra"}), "zebra")


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(EVENTS, QUERIES), max_size=14))
def test_the_index_agrees_with_the_tickets(
    steps: list[tuple[tuple[Any, ...], TicketQuery]],
) -> None:
    """In every process, in the middle of it all, whoever wrote what by whatever means."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder) / "data", Performance(cache_duration_seconds=0))
        for event, query in steps:
            world.happen(*event)
            world.check(query)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.one_of(COMMITS, OPENINGS), QUERIES), max_size=14))
def test_the_news_alone_is_enough_for_what_is_committed(
    steps: list[tuple[tuple[Any, ...], TicketQuery]],
) -> None:
    """Nobody has to look at the directory for it."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder) / "data", Performance(cache_duration_seconds=1e9))
        for event, query in steps:
            world.happen(*event)
            world.check(query)
