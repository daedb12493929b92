"""The snapshot of the index: believed to the byte or not at all, and never missed."""

import hashlib
import json
from pathlib import Path

import pytest

from domain.ticket import Ticket
from storage.files import write_atomic
from storage.index import Index, TicketQuery
from storage.index_file import Snapshot, read_snapshot
from storage.layout import Layout
from storage.store import Store
from storage.ticket_files import encode
from tests.builders import LATER, make_change, make_event, make_ticket
from tests.whole import positions

ENDS = {"20260302": 4988}


def an_index(store: Store) -> Index:
    """Return an index that another process would open."""
    return Store(store._layout.root).index


def listed(index: Index) -> dict[str, str | None]:
    """Return the city of every ticket."""
    return {entry.id: entry.city for entry in index._find(TicketQuery()).entries}


@pytest.fixture
async def tickets(store: Store) -> list[Ticket]:
    """Three tickets; the snapshot has seen them."""
    cities = {"a": "Austin", "b": "Buda", "c": "Cañon\n\u2028"}
    tickets = [
        await store.commit(make_change(make_ticket(name, city=city)))
        for name, city in cities.items()
    ]
    store.index.load()
    store.index.save(ENDS)
    return tickets


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of ticket files that are read from now on."""
    names: list[str] = []
    real = Path.read_bytes

    def read(path: Path) -> bytes:
        names.append(path.name)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    return names


async def test_what_the_snapshot_has_seen_is_not_read_again(
    store: Store, tickets: list[Ticket], reads: list[str]
) -> None:
    """Opening twenty thousand tickets takes less than a second."""
    index = an_index(store)

    index.load()

    assert listed(index) == {"a": "Austin", "b": "Buda", "c": "Cañon"}
    assert list(index._entries) == list(store.index._entries)
    assert (index.changed, index.audit_ends) == (set(), ENDS)
    assert not [name for name in reads if name.startswith("ticket_")]


async def test_what_has_changed_since_is_read_and_named(
    store: Store, tickets: list[Ticket], layout: Layout
) -> None:
    """Changed, new or gone: what a recovery has to look at."""
    await store.commit(make_change(tickets[0], now=LATER, city="Waco"))
    layout.ticket("b").unlink()
    await store.commit(make_change(make_ticket("d", city="Dallas")))
    index = an_index(store)

    index.load()

    assert listed(index) == {"a": "Waco", "c": "Cañon", "d": "Dallas"}
    assert index.changed == {"a", "b", "d"}


async def test_a_file_that_was_put_back_is_not_the_one_that_was_seen(
    store: Store, tickets: list[Ticket], layout: Layout
) -> None:
    """Restored from a backup, with the same name, size and content, it may be an older one."""
    path = layout.ticket("a")
    older = path.read_bytes().replace(b"Austin", b"Dallas")
    ticket = tickets[0].model_copy(update={"city": "Dallas"})
    write_atomic(path, encode(ticket, make_event(tickets[0])))
    assert len(path.read_bytes()) == len(older)
    index = an_index(store)

    index.load()

    assert listed(index)["a"] == "Dallas"
    assert index.changed == {"a"}


async def test_a_snapshot_is_json_that_a_person_can_read(
    store: Store, tickets: list[Ticket], layout: Layout
) -> None:
    """An entry a line, under the names of its columns."""
    text = layout.index.read_text()

    read = json.loads(text)
    row = dict(zip(read["columns"], read["entries"][0], strict=True))
    assert (row["id"], row["city"], row["version"]) == ("a", "Austin", 1)
    assert len(text.splitlines()) >= 5
    assert read["audit_ends"] == ENDS


async def test_an_empty_store_has_a_snapshot_too(store: Store, layout: Layout) -> None:
    """A new installation is recovered like any other."""
    store.index.load()
    store.index.save({})
    index = an_index(store)

    index.load()

    assert json.loads(layout.index.read_text())["entries"] == []
    assert listed(index) == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\0" * 4096,
        b"[]",
        b"null\n",
        b"\xff\xfe",
        b'{"by_status": {"Draft": ["a"]}, "by_county": {}}',
        b'{\n  "by_status": {}\n}',
        b'{"format":3,"columns":[],"audit_ends":{},"entries":[\n],"sha256":""}\n',
    ],
    ids=range(9),
)
async def test_a_snapshot_of_another_kind_is_ignored_and_written_anew(
    store: Store,
    tickets: list[Ticket],
    layout: Layout,
    caplog: pytest.LogCaptureFixture,
    content: bytes,
) -> None:
    """Left behind by an older release, a newer one, or the customer's own program."""
    layout.index.write_bytes(content)
    index = an_index(store)

    index.load()
    index.save(ENDS)

    assert listed(index) == {"a": "Austin", "b": "Buda", "c": "Cañon"}
    assert (index.changed, index.audit_ends) == ({"a", "b", "c"}, {})
    assert "index.json is ignored" in caplog.text
    again = an_index(store)
    again.load()
    assert again.changed == set()


async def test_a_snapshot_of_another_format_is_ignored_though_it_is_whole(
    store: Store, tickets: list[Ticket], layout: Layout
) -> None:
    """Its entries may mean something else, under the same names."""
    lines = (
        layout.index.read_bytes()
        .replace(b'"format":3', b'"format":1')
        .splitlines(keepends=True)
    )
    digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    layout.index.write_bytes(b"".join(lines[:-1]) + b'],"sha256":"%s"}\n' % digest.encode())

    assert read_snapshot(layout.index) == Snapshot()


async def test_a_snapshot_that_is_not_there_is_not_missed(
    store: Store, tickets: list[Ticket], layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    """It may be deleted at any time."""
    layout.index.unlink()

    assert listed(an_index(store)) == {"a": "Austin", "b": "Buda", "c": "Cañon"}
    assert "index.json" not in caplog.text


@pytest.mark.slow
async def test_a_snapshot_cut_or_changed_at_any_byte_is_ignored(
    store: Store, tickets: list[Ticket], layout: Layout
) -> None:
    """A county that a bad block has changed would send a dispatcher elsewhere."""
    content = layout.index.read_bytes()
    whole = read_snapshot(layout.index)
    nothing = Snapshot()
    spoilt = layout.root / "spoilt.json"
    believed = []

    for place in positions(content, stride=7):
        flipped = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        for change in (content[:place], flipped):
            spoilt.write_bytes(change)
            if read_snapshot(spoilt) != nothing:
                believed.append(place)

    assert len(whole.entries) == 3
    assert believed == []


async def test_a_snapshot_by_another_process_meanwhile_does_no_harm(
    store: Store, tickets: list[Ticket], layout: Layout
) -> None:
    """Each is whole, and an older one costs some reading, no more."""
    older = an_index(store)
    older.load()
    await store.commit(make_change(tickets[0], now=LATER, city="Waco"))
    store.index._find(TicketQuery())
    store.index.save(ENDS)

    older.save({"20260302": 1})

    index = an_index(store)
    assert listed(index)["a"] == "Waco"
    assert (index.changed, index.audit_ends) == ({"a"}, {"20260302": 1})
