"""The index and files that cannot be read: each is named to everybody, and hides no other."""

import errno
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from domain.ticket import Ticket
from storage.files import write_atomic
from storage.index import TicketQuery
from storage.layout import Layout
from storage.performance import Performance
from storage.store import Store
from storage.ticket_files import encode
from tests.builders import LATER, make_change, make_event, make_ticket
from tests.storage.trouble import fail

BAD = ["ticket_bad.json"]


@pytest.fixture
async def tickets(store: Store) -> dict[str, Ticket]:
    """Two tickets, one of which will be damaged."""
    names = ("bad", "good")
    return {name: await store.commit(make_change(make_ticket(name))) for name in names}


@pytest.fixture
def damaged(tickets: dict[str, Ticket], layout: Layout) -> Path:
    """The file that is damaged."""
    path = layout.ticket("bad")
    path.write_bytes(path.read_bytes()[:200])
    return path


def resealed(content: bytes) -> bytes:
    """Return a file with the digest that it should have."""
    body = content.rpartition(b', "sha256"')[0]
    return body + b', "sha256": "%s"}\n}\n' % hashlib.sha256(body).hexdigest().encode()


async def listed(store: Store, **asked: Any) -> tuple[list[str], list[str]]:
    """Return the ids that a query finds, and the files that could not be read."""
    page = await store.index.find(TicketQuery(**asked))
    return [entry.id for entry in page.entries], page.damaged


async def test_a_damaged_ticket_is_named_whatever_is_asked_and_the_others_are_shown(
    damaged: Path, layout: Layout
) -> None:
    """By every process, again and again, before and after the file was set aside."""
    one, other = Store(layout.root), Store(layout.root)

    answers = [await listed(reader) for reader in (one, other, one, Store(layout.root))]

    assert answers == [(["good"], BAD)] * 4
    assert await listed(one, county="Hays") == ([], BAD)
    assert not layout.ticket("bad").exists()


async def test_a_ticket_that_is_damaged_under_an_open_index_is_named_when_it_is_shown(
    store: Store, tickets: dict[str, Ticket], layout: Layout
) -> None:
    """Its line is looked at before it is given out."""
    before = await listed(store)
    layout.ticket("bad").write_bytes(b"")

    after = await listed(store)

    assert before == (["good", "bad"], [])
    assert after == (["good"], BAD)


async def test_a_ticket_that_another_process_set_aside_is_named_by_the_next_look(
    tickets: dict[str, Ticket], layout: Layout
) -> None:
    """Also where it would not have been shown."""
    watchful = Store(layout.root, Performance(cache_duration_seconds=0))
    await listed(watchful)
    layout.ticket("bad").write_bytes(b"")
    await listed(Store(layout.root))

    assert await listed(watchful, county="Hays") == ([], BAD)


async def test_a_ticket_that_was_restored_is_listed_again(
    store: Store, tickets: dict[str, Ticket], damaged: Path
) -> None:
    """At once, however its file came back."""
    await listed(store)
    write_atomic(damaged, encode(tickets["bad"], make_event(tickets["bad"])))

    assert await listed(store) == (["good", "bad"], [])


async def test_a_file_of_a_newer_format_is_named_and_left_alone(
    store: Store, tickets: dict[str, Ticket], layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    """An older release beside a newer one must not set its files aside."""
    ticket = make_ticket("bad", version=1)
    content = encode(ticket, make_event(ticket))
    newer = resealed(content.replace(b'"format": 3', b'"format": 9'))
    write_atomic(layout.ticket("bad"), newer)

    answers = [await listed(store) for _again in range(3)]

    assert answers == [(["good"], BAD)] * 3
    assert layout.ticket("bad").read_bytes() == newer
    assert caplog.text.count("has format 9") == 1


async def test_a_file_that_the_disk_does_not_give_is_tried_again(
    store: Store, tickets: dict[str, Ticket], layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether it is damaged, so it is named and nothing is set aside."""
    other = Store(layout.root)
    with monkeypatch.context() as patch:
        fail(patch, "open", errno.EIO, at=lambda path: path == str(layout.ticket("bad")))
        ill = [await listed(other) for _again in range(2)]

    assert ill == [(["good"], BAD)] * 2
    assert await listed(other) == (["good", "bad"], [])


async def test_a_file_of_which_the_disk_does_not_tell_hides_no_other(
    store: Store, tickets: dict[str, Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one is on a bad block, the others are not."""
    await listed(store)
    with monkeypatch.context() as patch:
        fail(patch, "stat", errno.EIO, at=lambda path: path.endswith(BAD[0]))
        ill = [await listed(store) for _again in range(2)]

    assert ill == [(["good"], BAD)] * 2
    assert await listed(store) == (["good", "bad"], [])


async def test_a_directory_under_a_tickets_name_is_named(
    store: Store, tickets: dict[str, Ticket], layout: Layout
) -> None:
    """It is no ticket, and should not be there."""
    layout.ticket("odd").mkdir()

    assert await listed(store) == (["good", "bad"], ["ticket_odd.json"])


async def test_only_tickets_are_taken_for_tickets(store: Store, layout: Layout) -> None:
    """The customer keeps an index there, a crash leaves half a file, and a file may vanish."""
    for name in ("index.json", ".ticket_a.json.1.0.tmp", "ticket_a b.json", "ticket_.json"):
        (layout.tickets / name).write_bytes(b"{}")
    layout.ticket("vanished").symlink_to("nowhere")

    assert await listed(store) == ([], [])


async def test_a_file_without_a_digest_must_fit_the_schema(
    store: Store, layout: Layout
) -> None:
    """Other tools write what they like; what is listed must be a ticket."""
    raw = make_ticket("bad").model_dump(mode="json")
    layout.ticket("bad").write_text(json.dumps({**raw, "status": "Lost"}))
    layout.ticket("good").write_text(json.dumps({**raw, "id": "good", "gap_count": 7}))

    page = await store.index.find(TicketQuery())

    assert [(entry.id, entry.gap_count) for entry in page.entries] == [("good", 0)]
    assert page.damaged == BAD


async def test_a_whole_file_that_says_less_than_today_is_read_as_a_ticket(
    store: Store, layout: Layout
) -> None:
    """An earlier release of the same format may not have known every field."""
    ticket = make_ticket("good", version=1)
    content = encode(ticket, make_event(ticket)).replace(b'  "gap_count": 0,\n', b"")
    write_atomic(layout.ticket("good"), resealed(content))

    assert b"gap_count" not in content
    assert await listed(store) == (["good"], [])


async def test_a_file_under_another_tickets_name_is_named(
    store: Store, tickets: dict[str, Ticket], layout: Layout
) -> None:
    """A copy made by hand must not answer for a ticket that it is not."""
    layout.ticket("bad").write_bytes(layout.ticket("good").read_bytes())

    assert await listed(store) == (["good"], BAD)


async def test_a_change_of_the_others_is_seen_while_one_is_damaged(
    store: Store, tickets: dict[str, Ticket], damaged: Path
) -> None:
    """Life goes on."""
    await listed(store)

    await store.commit(make_change(tickets["good"], now=LATER, county="Hays"))

    assert await listed(store, county="Hays") == (["good"], BAD)
