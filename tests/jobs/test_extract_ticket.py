"""From an order to its ticket: once, whatever happens twice."""

import asyncio
import json

import pytest

from config import Config
from domain.errors import NotFoundError
from domain.extraction import STATED, DocumentKind, Extraction
from domain.work_order import WorkOrder
from jobs.extract_ticket import ExtractTicket
from jobs.job import Cancel, Done, Env
from tests.builders import tickets_in
from tests.jobs.orders import DOCUMENT, accepted


async def made_from(env: Env, order: WorkOrder) -> tuple[int, list[str]]:
    """Return the version of the order's ticket, and what its history says was done."""
    ticket = await env.store.tickets.get(order.ticket_id)
    history = (await env.store.history(order.ticket_id)).events
    return ticket.version, [event.action for event in history]


async def test_an_order_becomes_a_ticket_with_what_its_document_says(env: Env) -> None:
    """The whole purpose, without the doors."""
    order = await accepted(env, DOCUMENT)

    outcome = await ExtractTicket(work_order_id=order.id).run(env)

    ticket = await env.store.tickets.get(order.ticket_id)
    assert isinstance(outcome, Done)
    assert order.ticket_id in outcome.note
    assert (ticket.company, ticket.county) == ("Caprock Line Builders", "Travis")
    assert (ticket.work_order_id, ticket.work_order_filename) == (order.id, "order.txt")


async def test_an_order_done_twice_makes_one_ticket_and_one_event(env: Env) -> None:
    """A job may run again after every crash; the second time there is nothing to do."""
    order = await accepted(env, company="Lone Star Boring")
    job = ExtractTicket(work_order_id=order.id)
    await job.run(env)

    again = await job.run(env)

    assert again == Cancel("the ticket exists already")
    assert await made_from(env, order) == (1, ["ticket_created"])


async def test_an_order_done_twice_at_once_makes_one_ticket_and_one_event(env: Env) -> None:
    """A lease can end while its worker still works; only one of the two may take effect."""
    order = await accepted(env, company="Lone Star Boring")
    job = ExtractTicket(work_order_id=order.id)

    outcomes = await asyncio.gather(*(job.run(env) for _ in range(5)))

    assert [type(outcome) for outcome in outcomes].count(Done) == 1
    assert [type(outcome) for outcome in outcomes].count(Cancel) == 4
    assert await made_from(env, order) == (1, ["ticket_created"])


async def test_what_was_read_is_kept_beside_the_order(env: Env, config: Config) -> None:
    """Whoever doubts a value can see where it stood, for as long as the order is kept."""
    order = await accepted(env, DOCUMENT)

    await ExtractTicket(work_order_id=order.id).run(env)

    kept = json.loads((config.root / "work_orders" / order.id / "extraction.json").read_text())
    assert kept == (await env.read(DOCUMENT, "order.txt", None)).model_dump(mode="json")
    assert "Caprock Line Builders" in kept["fields"]["company"]["spans"][0]["quote"]


async def test_the_order_itself_is_never_changed(env: Env, config: Config) -> None:
    """It is the evidence of what was asked, byte for byte."""
    order = await accepted(env, DOCUMENT)
    folder = config.root / "work_orders" / order.id
    before = {name: (folder / name).read_bytes() for name in ("order.json", "document")}

    await ExtractTicket(work_order_id=order.id).run(env)

    assert {name: (folder / name).read_bytes() for name in before} == before
    assert before["document"] == DOCUMENT


async def test_what_was_stated_stands_above_what_was_read(env: Env) -> None:
    """Who sends the order knows better than its paper; but the difference is worth a look."""
    order = await accepted(env, DOCUMENT, county="Hays", city="Austin")

    await ExtractTicket(work_order_id=order.id).run(env)

    ticket = await env.store.tickets.get(order.ticket_id)
    read = await env.store.work_orders.extraction(order.id)
    assert read
    assert ticket.county == "Hays"
    assert read.fields["county"].producer == STATED
    assert [other.value for other in read.fields["county"].alternatives] == ["Travis"]
    assert [
        warning.field for warning in read.warnings if warning.code == "conflicting_values"
    ] == ["county"]
    assert any("Travis" in warning for warning in ticket.extraction_warnings)


async def test_facts_alone_need_no_reader(env: Env) -> None:
    """A conversation client sends no document; nothing is guessed beyond what it said."""
    order = await accepted(env, company="Lone Star Boring", is_blasting=False)

    await ExtractTicket(work_order_id=order.id).run(env)

    ticket = await env.store.tickets.get(order.ticket_id)
    read = await env.store.work_orders.extraction(order.id)
    assert read
    assert read.kind is DocumentKind.FIELDS
    assert set(read.fields) == {"company", "is_blasting"}
    assert ticket.is_blasting is False
    assert ticket.is_boring is None


async def test_a_document_that_cannot_be_read_still_becomes_a_ticket(env: Env) -> None:
    """A draft that says so is seen by a person; an error in a log is not."""
    order = await accepted(env, b"\x00\x01\x02 nothing that anybody could read \xff" * 50)

    await ExtractTicket(work_order_id=order.id).run(env)

    ticket = await env.store.tickets.get(order.ticket_id)
    assert ticket.status == "Draft"
    assert ticket.extraction_confidence == 0
    assert ticket.extraction_warnings


async def test_an_order_that_nobody_accepted_makes_no_ticket(env: Env) -> None:
    """A ring alone is no order."""
    with pytest.raises(NotFoundError):
        await ExtractTicket(work_order_id="nobody-sent-this").run(env)

    assert await tickets_in(env.store) == []


async def test_a_rerun_after_a_crash_reads_the_same_again(env: Env) -> None:
    """Reading left its result and died before the ticket: the rerun must not differ."""
    order = await accepted(env, company="Lone Star Boring")
    left = Extraction(reader_version=STATED, kind=DocumentKind.FIELDS).with_stated(order.stated)
    await env.store.work_orders.keep_extraction(order.id, left)

    outcome = await ExtractTicket(work_order_id=order.id).run(env)

    assert isinstance(outcome, Done)
    assert await env.store.work_orders.extraction(order.id) == left
