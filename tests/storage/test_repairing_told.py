"""A repair says what it does before it does it, and afterwards what it has not done."""

import json
import os

import pytest

from domain.audit import AuditEvent
from storage.clock import system_clock
from storage.findings import Kind
from storage.layout import Layout
from storage.repairing import Repairing
from storage.store import Store
from tests.builders import make_change, make_ticket
from tests.storage.damage import NUMBER, checked
from tests.storage.trouble import Power, PowerCutError


async def told(store: Store) -> list[AuditEvent]:
    events = (await Store(store.quarantine.layout.root).audit.on(system_clock().date())).events
    return [one for one in events if one.action.startswith("store_repair")]


async def test_what_was_about_to_be_moved_is_told_of_whoever_is_killed(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A court may ask who has taken a file away, also if he did not come to the end."""
    for name in ("a.txt", "b.txt"):
        (layout.tickets / name).write_bytes(b"stray")
    found = await checked(store)

    with monkeypatch.context() as patch:
        Power(patch, last="rename")
        with pytest.raises(PowerCutError):
            await Repairing(Store(layout.root)).mend(found)

    assert not (layout.tickets / "a.txt").exists()
    (begun,) = await told(store)
    assert begun.action == "store_repair_begun"
    (repairs,) = begun.field_changes.values()
    assert "tickets/a.txt" in json.dumps(repairs)

    await Repairing(store).mend(await checked(store))

    assert [one.action for one in await told(store)] == [
        "store_repair_begun",
        "store_repair_begun",
        "store_repaired",
    ]


async def test_names_that_are_no_text_are_mended_and_told_all_the_same(
    store: Store, layout: Layout
) -> None:
    """Whatever unpacked an old archive there."""
    (layout.tickets / os.fsdecode(b"ticket_\xff.json")).write_bytes(b"what was in it")
    found = await checked(store)
    assert json.loads(found.model_dump_json())["findings"][0]["file"] == (
        r"tickets/ticket_\xff.json"
    )

    repairs = await Repairing(store).mend(found)

    assert [one.file for one in repairs.done] == [r"tickets/ticket_\xff.json"]
    (kept,) = store.quarantine.entries()
    assert store.quarantine.content(kept) == b"what was in it"
    assert json.loads(kept.model_dump_json())["file"] == r"tickets/ticket_\xff.json"
    assert (await checked(store)).is_clean
    assert r"ticket_\\xff" in (await told(store))[-1].model_dump_json()


async def test_a_pipe_is_moved_away_without_being_read(store: Store, layout: Layout) -> None:
    """The quarantine is read by everybody after it."""
    os.mkfifo(layout.ticket("pipe"))

    repairs = await Repairing(store).mend(await checked(store))

    assert (len(repairs.done), repairs.refused) == (1, [])
    assert (layout.quarantine / "tickets/ticket_pipe.json").is_fifo()
    assert (await checked(store)).is_clean


async def test_a_number_that_another_ticket_keeps_is_told_as_left(
    store: Store, layout: Layout
) -> None:
    """Two tickets with one number: nobody has mended that."""
    for name in ("a", "b"):
        ticket = make_ticket(name, texas811_ticket_number=NUMBER)
        layout.ticket(name).write_text(ticket.model_dump_json())
    store.numbers.path_of(NUMBER).write_text(json.dumps({"number": NUMBER, "ticket_id": "b"}))

    found = await checked(store)
    repairs = await Repairing(store).mend(found)

    assert Kind.NUMBER_UNCLAIMED in {one.kind for one in found.findings}
    assert repairs.done == []
    (refused,) = repairs.refused
    assert refused.endswith(f": The number {NUMBER} belongs to ticket b.")


async def test_what_is_refused_says_what_it_was(store: Store, layout: Layout) -> None:
    """The disk's own words do not name it."""
    folder = layout.tickets / "copies"
    folder.mkdir()
    (folder / "link").symlink_to("nowhere")

    repairs = await Repairing(store).mend(await checked(store))

    assert repairs.refused == ["tickets/copies: the disk refuses copies (Directory not empty)."]
    (_begun, ended) = await told(store)
    assert ended.field_changes["refused"]["after"] == repairs.refused


async def test_a_ticket_that_came_back_meanwhile_is_not_moved_away(
    store: Store, layout: Layout
) -> None:
    """It lies where the pipe was when the check looked."""
    os.mkfifo(layout.ticket("t"))
    found = await checked(store)
    layout.ticket("t").unlink()
    await store.commit(make_change(make_ticket("t")))

    await Repairing(store).mend(found)

    assert layout.ticket("t").is_file()
    assert store.quarantine.entries() == []
