"""Tickets on the disk: each file is read as it was meant, or named as damaged."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotFoundError, RejectedError
from domain.ticket import TicketStatus
from domain.validation import validated
from storage.failures import DamagedFileError, NewerFormatError
from storage.index import TicketQuery
from storage.layout import Layout
from storage.store import Store
from storage.ticket_files import decode, encode
from tests.builders import (
    NOW,
    customer_json,
    make_change,
    make_draft,
    make_event,
    make_extraction,
    make_ticket,
)
from tests.whole import positions

GAPPY = validated(make_ticket(county="Bexer", version=3), make_extraction(0.7), now=NOW)
CONTENT = encode(GAPPY, make_event(GAPPY))
STRIDE = 7  # of the positions that a run takes; `tests/whole.py` says how to have all
END = b', "sha256": "' + b"0" * 64 + b'"}\n}\n'
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def file_with(**fields: Any) -> bytes:
    """Return a ticket's file as an earlier release wrote it, without a digest, spoilt."""
    raw = json.loads(CONTENT)
    meta = {**raw["_meta"], "format": 1}
    del meta["sha256"]
    return json.dumps({**raw, "_meta": meta, **fields}).encode()


def resealed(content: bytes) -> bytes:
    """Return a file with a digest that fits what somebody has made of it."""
    body = content[: -len(END)]
    return body + END.replace(b"0" * 64, hashlib.sha256(body).hexdigest().encode())


def test_a_file_gives_back_ticket_version_and_event() -> None:
    """All three were written by one rename."""
    stored = decode(CONTENT, name="ticket_1.json")

    assert stored.ticket == GAPPY
    assert stored.ticket.version == 3
    assert stored.event == make_event(GAPPY)


def test_a_file_is_the_tickets_json_with_meta_beside_it() -> None:
    """The customer's tools read the names of the specification at the top."""
    raw = json.loads(CONTENT)

    meta = raw.pop("_meta")
    assert raw == GAPPY.model_dump(mode="json")
    assert (meta["format"], meta["version"]) == (3, 3)
    assert len(meta["sha256"]) == 64
    assert meta["event"]["action"] == "ticket_created"
    assert CONTENT.startswith(b"{\n  ")
    assert CONTENT.endswith(b"}\n")


def test_a_draft_that_says_nothing_can_be_stored() -> None:
    """Even an unreadable document becomes a ticket."""
    draft = make_draft(version=1)

    assert decode(encode(draft, make_event(draft)), name="x").ticket == draft


def test_a_file_of_the_customers_own_making_is_version_one_without_an_event() -> None:
    """The files that are there today must open tomorrow."""
    content = json.dumps(customer_json(), indent=2).encode()

    stored = decode(content, name="ticket_1.json")

    assert stored.event is None
    assert stored.ticket.version == 1
    assert stored.ticket.gap_count == 1
    assert stored.ticket.created_at == datetime(2025, 8, 31, 11, 59, 59, 123456, tzinfo=UTC)


def test_a_file_cut_off_at_any_byte_is_named_as_damaged() -> None:
    """A copy that broke off must never pass for a ticket, nor bring down the reader."""
    for end in positions(CONTENT, STRIDE):
        with pytest.raises(DamagedFileError, match=r"ticket_1\.json"):
            decode(CONTENT[:end], name="ticket_1.json")


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80, 0xFF])
def test_a_file_with_any_byte_changed_is_named_as_damaged(mask: int) -> None:
    """A bit that falls over in a date may send a crew onto a gas line."""
    for at in positions(CONTENT, STRIDE):
        spoilt = bytearray(CONTENT)
        spoilt[at] ^= mask
        with pytest.raises(DamagedFileError, match=r"ticket_1\.json"):
            decode(bytes(spoilt), name="ticket_1.json")


@given(st.integers(0, len(CONTENT)), st.binary(max_size=4), st.integers(0, 4))
def test_a_file_in_which_anything_was_put_or_left_out_is_named(
    at: int, put: bytes, left_out: int
) -> None:
    """A bad sector is no reason for a traceback."""
    spoilt = CONTENT[:at] + put + CONTENT[at + left_out :]

    if spoilt == CONTENT:
        assert decode(spoilt, name="ticket_1.json").ticket == GAPPY
        return
    with pytest.raises(DamagedFileError, match=r"ticket_1\.json"):
        decode(spoilt, name="ticket_1.json")


def test_a_file_of_an_earlier_release_is_read_by_its_schema_alone() -> None:
    """It has no digest; the next change gives it one."""
    assert decode(file_with(), name="ticket_1.json") == decode(CONTENT, name="ticket_1.json")


@given(ANYTHING)
def test_a_file_that_holds_any_other_json_is_named_as_damaged(value: Any) -> None:
    """Somebody may save another file under this name."""
    with pytest.raises(DamagedFileError, match=r"ticket_1\.json"):
        decode(json.dumps(value).encode(), name="ticket_1.json")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"\0" * 4096,
        b"[" * 10_000,
        file_with(_meta=None),
        file_with(_meta={"version": 0}),
        file_with(_meta={"version": "three"}),
        file_with(_meta={"event": {"id": "e"}}),
        file_with(status="Lost"),
        file_with(extraction_confidence=float("nan")),
        file_with(colour="red"),
    ],
    ids=range(11),
)
def test_a_file_that_cannot_be_believed_is_named_with_its_fault(content: bytes) -> None:
    """It is for a person to mend, who must know where to look."""
    with pytest.raises(DamagedFileError, match=r"The file ticket_1\.json") as damaged:
        decode(content, name="ticket_1.json")

    assert damaged.value.remedy
    assert "\n" not in damaged.value.problem


async def test_a_file_of_a_newer_format_is_refused_and_not_touched(
    store: Store, layout: Layout
) -> None:
    """An older program that writes a newer file destroys what it does not know."""
    newer = resealed(CONTENT.replace(b'"format": 3', b'"format": 4, "new": true'))
    path = layout.ticket("ticket-1")
    path.write_bytes(newer)

    with pytest.raises(NewerFormatError, match=r"ticket_ticket-1\.json has format 4"):
        await store.tickets.get("ticket-1")
    with pytest.raises(NewerFormatError, match="reads up to 3"):
        await store.commit(make_change(make_ticket(version=3), city="Waco"))

    assert path.read_bytes() == newer


async def test_a_ticket_that_is_not_there_is_none_or_not_found(store: Store) -> None:
    """A job asks whether, a person asks for it."""
    assert await store.tickets.find("ticket-9") is None
    with pytest.raises(NotFoundError, match="no ticket ticket-9") as missing:
        await store.tickets.get("ticket-9")

    assert missing.value.field == "ticket_id"


async def test_an_id_that_cannot_be_one_is_rejected(store: Store) -> None:
    """It is the request that is wrong, not the ticket that is missing."""
    with pytest.raises(RejectedError):
        await store.tickets.find("../../etc/passwd")


async def test_the_latest_change_is_listed_first(store: Store) -> None:
    """What moved last is what somebody is working on."""
    for number, minutes in enumerate([5, 30, 10, 10]):
        ticket = make_ticket(f"t{number}")
        await store.commit(make_change(ticket, now=NOW + timedelta(minutes=minutes)))

    listing = await store.index.find(TicketQuery())

    assert [entry.id for entry in listing.entries] == ["t1", "t3", "t2", "t0"]
    assert listing.damaged == []


async def test_tickets_are_listed_by_status_and_by_county(store: Store) -> None:
    """A dispatcher looks after some counties, and after what waits."""
    for name, county, status in [
        ("a", "Travis", "Draft"),
        ("b", "TRAVIS", "Ready"),
        ("c", "Bexar", "Draft"),
        ("d", None, "Draft"),
    ]:
        await store.commit(make_change(make_ticket(name, county=county, status=status)))

    async def listed(**wanted: Any) -> str:
        page = await store.index.find(TicketQuery(**wanted))
        return "".join(sorted(entry.id for entry in page.entries))

    assert await listed() == "abcd"
    assert await listed(status=TicketStatus.DRAFT) == "acd"
    assert await listed(county="travis") == "ab"
    assert await listed(county="Travis", status=TicketStatus.DRAFT) == "a"
    assert await listed(county="Hays") == ""


async def test_a_damaged_ticket_is_listed_as_damaged_and_the_others_are_shown(
    store: Store, layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    """One bad file hides neither itself nor the rest."""
    await store.commit(make_change(make_ticket("whole")))
    for name in ("bad2", "bad1"):
        layout.ticket(name).write_bytes(CONTENT[:100])

    listing = await store.index.find(TicketQuery())

    assert [entry.id for entry in listing.entries] == ["whole"]
    assert listing.damaged == ["ticket_bad1.json", "ticket_bad2.json"]
    assert "ticket_bad1.json" in caplog.text


async def test_only_tickets_are_taken_for_tickets(store: Store, layout: Layout) -> None:
    """The customer keeps an index there, a crash leaves half a file, and a file may vanish."""
    for name in ("index.json", ".ticket_a.json.1.0.tmp", "ticket_a b.json", "ticket_.json"):
        (layout.tickets / name).write_bytes(b"{}")
    layout.ticket("vanished").symlink_to("nowhere")

    listing = await store.index.find(TicketQuery())

    assert (listing.entries, listing.damaged) == ([], [])


async def test_a_place_without_tickets_is_not_an_empty_list(layout: Layout) -> None:
    """A wrong DATA_DIR must not look as if all tickets were lost."""
    with pytest.raises(NotFoundError, match="not a data directory") as missing:
        await Store(layout.root).index.find(TicketQuery())

    assert missing.value.field == "DATA_DIR"


async def test_a_file_under_another_tickets_name_is_not_believed(
    store: Store, layout: Layout
) -> None:
    """A copy made by hand would otherwise answer for a ticket that it is not."""
    layout.ticket("stranger").write_bytes(CONTENT)

    with pytest.raises(DamagedFileError, match=r"ticket_stranger\.json holds the ticket"):
        await store.tickets.get("stranger")


async def test_the_county_is_found_in_any_spelling(store: Store, layout: Layout) -> None:
    """People write De Witt County and DEWITT."""
    content = file_with(county="DeWitt")
    layout.ticket(GAPPY.id).write_bytes(content)

    listing = await store.index.find(TicketQuery(county="de witt county"))

    assert [entry.id for entry in listing.entries] == [GAPPY.id]
