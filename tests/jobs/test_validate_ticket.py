"""Validation on request: only what is new is committed."""

import pytest

from domain.errors import NotFoundError
from domain.ticket import TicketStatus
from jobs.extract_ticket import ExtractTicket
from jobs.job import Cancel, Done, Env
from jobs.validate_ticket import ValidateTicket
from tests.builders import NOW, make_change, make_draft, make_ticket
from tests.jobs.clocks import at
from tests.jobs.orders import DOCUMENT, accepted


async def test_a_ticket_that_was_never_validated_gets_its_gaps(env: Env) -> None:
    """A ticket brought in from elsewhere has never met our rules."""
    await env.store.commit(make_change(make_draft("imported", company="Lone Star Boring")))

    outcome = await ValidateTicket(ticket_id="imported").run(env)

    ticket = await env.store.tickets.get("imported")
    history = (await env.store.history("imported")).events
    assert isinstance(outcome, Done)
    assert ticket.version == 2
    assert "county" in {gap.field for gap in ticket.open_gaps}
    assert [event.action for event in history] == ["ticket_created", "ticket_validated"]


async def test_a_whole_ticket_is_moved_on_to_confirmation(env: Env) -> None:
    """Nothing is missing: what is left to do is a person's word."""
    await env.store.commit(make_change(make_ticket("whole")))

    await ValidateTicket(ticket_id="whole").run(at(env, NOW))

    ticket = await env.store.tickets.get("whole")
    assert ticket.status is TicketStatus.VALID_PENDING_CONFIRM
    assert ticket.open_gaps == []


async def test_a_validation_that_finds_nothing_new_commits_nothing(env: Env) -> None:
    """An event that says nothing would bury the ones that do."""
    order = await accepted(env, DOCUMENT)
    await ExtractTicket(work_order_id=order.id).run(env)
    before = await env.store.tickets.get(order.ticket_id)

    outcome = await ValidateTicket(ticket_id=order.ticket_id).run(env)

    assert outcome == Cancel("validation finds nothing new")
    assert await env.store.tickets.get(order.ticket_id) == before
    assert len((await env.store.history(order.ticket_id)).events) == 1


async def test_validating_twice_changes_the_ticket_once(env: Env) -> None:
    """A job may be run again at any time."""
    await env.store.commit(make_change(make_draft("imported")))
    job = ValidateTicket(ticket_id="imported")
    await job.run(env)

    assert isinstance(await job.run(env), Cancel)

    assert (await env.store.tickets.get("imported")).version == 2


async def test_a_ticket_that_is_not_there_cannot_be_validated(env: Env) -> None:
    """It ends as a dead letter with this sentence, and not as a ticket out of nothing."""
    with pytest.raises(NotFoundError, match="There is no ticket gone"):
        await ValidateTicket(ticket_id="gone").run(env)
