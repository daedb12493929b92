"""Which names may become a path."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RejectedError
from storage.layout import NAME, Layout, checked_name
from storage.store import Store
from tests.builders import make_order

EVIL = {
    "parent": "../x",
    "empty": "",
    "too long": "x" * 65,
    "unicode": "Straße",
    "digit of another script": "\u0661",
    "nul": "a\0b",
    "slash": "a/b",
    "absolute": "/etc/passwd",
    "dot": ".",
    "dots": "..",
    "hidden": ".lock",
    "line end": "abc\n",
    "blank": "a b",
    "backslash": "..\\x",
    "escaped": "%2e%2e",
}

ROOT = Layout(Path("data"))
PLACES = {
    "ticket_id": [ROOT.ticket, ROOT.ticket_lock],
    "work_order_id": [ROOT.work_order],
    "job": [lambda name: ROOT.dead_letter(name, "key")],
    "key": [lambda name: ROOT.dead_letter("job", name)],
}


@pytest.mark.parametrize("name", EVIL.values(), ids=EVIL.keys())
@pytest.mark.parametrize("field", PLACES)
def test_a_name_that_could_leave_the_data_directory_is_refused(field: str, name: str) -> None:
    """An id comes from outside: nothing beyond data/ may be reached through it."""
    for place in PLACES[field]:
        with pytest.raises(RejectedError) as refused:
            place(name)

        assert refused.value.field == field
        assert refused.value.remedy


@given(st.text())
def test_any_name_is_either_refused_or_stays_one_step_below_its_folder(name: str) -> None:
    """Whatever the name, the path is where it should be."""
    try:
        path = ROOT.work_order(name)
    except RejectedError:
        return

    assert path.parent == ROOT.work_orders
    assert NAME.fullmatch(path.name)
    assert path.name.isascii()


@given(st.from_regex(NAME, fullmatch=True))
def test_a_name_of_letters_digits_and_hyphens_is_taken_as_it_is(name: str) -> None:
    """Ids of the customer's own making stay valid: `001`, or a uuid."""
    assert checked_name("ticket_id", name) == name


@pytest.mark.parametrize("name", EVIL.values(), ids=EVIL.keys())
async def test_an_evil_name_leaves_nothing_on_the_disk(
    store: Store, layout: Layout, name: str
) -> None:
    """It is refused before anything is opened."""
    before = sorted(layout.root.rglob("*"))
    order = make_order().model_copy(update={"id": name})

    for asked in (store.work_orders.accept(order, b"x"), store.tickets.get(name)):
        with pytest.raises(RejectedError):
            await asked

    assert sorted(layout.root.rglob("*")) == before
    assert list(layout.root.parent.iterdir()) == [layout.root]


def test_an_event_lies_in_its_utc_day_and_month() -> None:
    """Half past six in the evening of October in Texas is November in Greenwich."""
    evening = datetime(2026, 10, 31, 18, 30, tzinfo=timezone(timedelta(hours=-6)))

    path = ROOT.audit_day(evening)

    assert path == Path("data/audit/2026-11/audit_20261101.jsonl")


def test_everything_lies_where_the_customer_looks_for_it() -> None:
    """The layout is the specification's: their tools read these paths."""
    assert ROOT.ticket("001") == Path("data/tickets/ticket_001.json")
    assert ROOT.work_order("abc") == Path("data/work_orders/abc")
    assert ROOT.dead_letter("extract_ticket", "abc") == Path(
        "data/dead_letters/extract_ticket-abc.json"
    )
    assert ROOT.session("k1") == Path("data/sessions/session_k1.json")
    assert ROOT.expired_session("k1") == Path("data/sessions/expired/session_k1.json")
    assert {path.parents[-2] for path in ROOT.directories} == {Path("data")}
