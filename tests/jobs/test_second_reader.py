"""An order read with a language model's help: it adds, it warns, and it never stands in the way."""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.audit import Actor, Author
from domain.extraction import Extraction, WarningCode
from domain.work_order import WorkOrder
from extraction import read_with_lines
from extraction.document import Line
from extraction.llm import ASKED_VERSION
from extraction.llm.question import WORTH_ASKING, excerpt
from jobs.cancelling import cancel_order
from jobs.extract_ticket import ExtractTicket
from jobs.job import Cancel, Done, Env
from jobs.llm_budget import TokenBudget
from jobs.llm_client import Endpoint, LlmClient
from jobs.reader import Readers
from jobs.second_reader import AWAY_SECONDS, FAILURES_MAX, SecondReader
from storage.clock import system_clock
from tests.extraction.documents import LUNCH
from tests.jobs.language_models import (
    ORDER,
    Recorded,
    Service,
    completion,
    facts,
    model_service,
)
from tests.jobs.orders import accepted

LOCKHART = facts(
    city=("Lockhart", "Lockhart is where the crew meets"),
    company=("Caprock", "Caprock has the digging of it"),
    phone=("512-555-0199", "call Dana Ruiz at 512-555-0199"),
)
LULING = facts(city=("Luling", "Luling has the keys"))
BROKEN = Recorded(completion("Lockhart, I believe."))
DOWN = Recorded({}, status=503, headers={"Retry-After": "0"})


async def read_here(
    document: bytes, filename: str | None, media_type: str | None
) -> tuple[Extraction, tuple[Line, ...]]:
    """Read as a child would, without one: that takes a second to start."""
    read, lines = read_with_lines(document, filename=filename, media_type=media_type)
    return read, excerpt(lines)


def helped_by(
    env: Env,
    service: Service,
    *,
    seconds_max: float = 5,
    clock: Callable[[], float] | None = None,
) -> Env:
    """Return the same with this model's help."""
    budget = TokenBudget(1_000_000, system_clock)
    client = LlmClient(Endpoint(service.url, "a-model"), budget, seconds_max=seconds_max)
    reader = SecondReader(
        read_here, client, seconds_max=seconds_max, **({"clock": clock} if clock else {})
    )
    return replace(env, read_helped=reader.read)


async def read_in(env: Env, document: str = ORDER, *stated: str) -> Extraction:
    assert env.read_helped
    return await env.read_helped(document.encode(), "order.txt", None, stated)


def problems(read: Extraction) -> list[str]:
    return [one.message for one in read.warnings if one.code is WarningCode.LLM_FAILED]


async def kept_for(env: Env, order: WorkOrder) -> Extraction:
    kept = await env.store.work_orders.extraction(order.id)
    assert kept
    return kept


async def test_a_model_fills_what_rules_left_open_and_a_person_is_asked(env: Env) -> None:
    """The whole way; what it made up is dropped, and who digs is only suggested."""
    order = await accepted(env, ORDER.encode())
    with model_service(LOCKHART) as service:
        outcome = await ExtractTicket(work_order_id=order.id).run(helped_by(env, service))

    ticket = await env.store.tickets.get(order.ticket_id)
    gaps = {gap.field: gap for gap in ticket.validation_gaps}
    assert isinstance(outcome, Done)
    assert (ticket.city, ticket.company, ticket.phone) == ("Lockhart", None, None)
    assert gaps["city"].problem == "please_confirm"
    assert gaps["company"].suggested_values == ["Caprock"]
    assert any(said.startswith("llm_ungrounded") for said in ticket.extraction_warnings)
    assert (await kept_for(env, order)).reader_version == ASKED_VERSION


async def test_where_nothing_that_is_needed_is_open_nobody_is_asked(env: Env) -> None:
    """It was stated, or there is no document at all, or it is no work order."""
    order = await accepted(env, company="Lone Star Boring")
    with model_service(LOCKHART) as service:
        there = helped_by(env, service)
        read = await read_in(there, ORDER, *WORTH_ASKING)
        lunch = await read_in(there, LUNCH)
        await ExtractTicket(work_order_id=order.id).run(there)

    assert service.asked == []
    assert read == (await read_here(ORDER.encode(), "order.txt", None))[0]
    assert lunch.fields == {}


async def test_what_was_stated_is_not_asked_for_and_stands(env: Env) -> None:
    order = await accepted(env, ORDER.encode(), city="Waco")
    with model_service(LOCKHART) as service:
        await ExtractTicket(work_order_id=order.id).run(helped_by(env, service))

    asked = json.loads(service.asked[0]["messages"][1]["content"])
    assert "city" not in asked["fields"]
    assert (await env.store.tickets.get(order.ticket_id)).city == "Waco"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (DOWN, "503"),
        (Recorded(completion(None, refusal="No.")), "declined"),
        (Recorded({}, seconds=0.6), "more than 0.2 s"),
        (BROKEN, "no JSON object, twice"),
    ],
    ids=["down", "refusal", "too late", "broken"],
)
async def test_a_model_that_fails_leaves_a_warning_and_the_ticket_is_made(
    env: Env, answer: Recorded, problem: str
) -> None:
    """As the rules alone would have made it."""
    order = await accepted(env, ORDER.encode())
    with model_service(answer) as service:
        there = helped_by(env, service, seconds_max=0.2)
        outcome = await ExtractTicket(work_order_id=order.id).run(there)

    kept = await kept_for(env, order)
    assert isinstance(outcome, Done)
    [message] = problems(kept)
    assert problem in message
    assert kept.fields == (await read_here(ORDER.encode(), "order.txt", None))[0].fields


async def test_a_broken_answer_is_asked_for_again_once(env: Env) -> None:
    """With what was wrong about it."""
    with model_service(BROKEN, LOCKHART) as service:
        read = await read_in(helped_by(env, service))

    assert read.fields["city"].value == "Lockhart"
    assert [len(asked["messages"]) for asked in service.asked] == [2, 4]
    assert service.asked[1]["messages"][2]["content"] == "Lockhart, I believe."


async def test_a_service_that_is_away_is_left_alone_for_a_while(env: Env) -> None:
    """Orders must not wait, one after the other, for somebody who is not there."""
    now = 1_000.0
    with model_service(DOWN) as service:
        there = helped_by(env, service, clock=lambda: now)
        for _order in range(FAILURES_MAX + 2):
            read = await read_in(there)
        asked = len(service.asked)
        service.answers = [LOCKHART]
        now += AWAY_SECONDS
        again = await read_in(there)

    assert asked == 2 * FAILURES_MAX
    assert "left alone" in problems(read)[0]
    assert again.fields["city"].value == "Lockhart"


async def test_a_model_that_declines_is_still_asked_about_the_next_order(env: Env) -> None:
    """That was about one document."""
    with model_service(Recorded(completion(None, refusal="No."))) as service:
        there = helped_by(env, service)
        for _order in range(FAILURES_MAX + 2):
            await read_in(there)
        declined = len(service.asked)
        service.answers = [DOWN]
        await read_in(there)
        service.answers = [LOCKHART]
        read = await read_in(there)

    assert declined == FAILURES_MAX + 2
    assert read.fields["city"].value == "Lockhart"


async def test_what_a_model_said_first_counts_when_the_job_runs_again(env: Env) -> None:
    """It died before the ticket; another answer would be another ticket."""
    order = await accepted(env, ORDER.encode())
    with model_service(LOCKHART, LULING) as service:
        there = helped_by(env, service)
        first = await read_in(there)
        await env.store.work_orders.keep_first(order.id, first)
        await ExtractTicket(work_order_id=order.id).run(there)

    assert len(service.asked) == 1
    assert (await env.store.tickets.get(order.ticket_id)).city == "Lockhart"
    assert await kept_for(env, order) == first


async def test_an_attempt_that_was_overtaken_makes_the_ticket_of_what_was_kept(
    env: Env,
) -> None:
    """Another was told something else meanwhile, and was first."""
    order = await accepted(env, ORDER.encode())
    with (
        model_service(LOCKHART) as service,
        model_service(replace(LULING, seconds=0.1)) as slow,
    ):
        first = await read_in(helped_by(env, service))
        late = ExtractTicket(work_order_id=order.id).run(helped_by(env, slow))
        running = asyncio.create_task(late)
        async with asyncio.timeout(5):
            while not slow.asked:
                await asyncio.sleep(0.01)
        await env.store.work_orders.keep_first(order.id, first)
        await running

    assert (await env.store.tickets.get(order.ticket_id)).city == "Lockhart"
    assert await kept_for(env, order) == first


async def test_two_attempts_at_once_make_the_ticket_of_what_is_kept(env: Env) -> None:
    """Each is told something else; the evidence beside the order is that of the ticket."""
    order = await accepted(env, ORDER.encode())
    with model_service(LOCKHART, LULING, LOCKHART, LULING) as service:
        there = helped_by(env, service)
        outcomes = await asyncio.gather(
            *(ExtractTicket(work_order_id=order.id).run(there) for _each in range(4))
        )

    ticket, kept = await env.store.tickets.get(order.ticket_id), await kept_for(env, order)
    assert len(service.asked) > 1
    assert [type(outcome) for outcome in outcomes].count(Done) == 1
    assert ticket.city == kept.taken()["city"]


async def test_an_order_that_is_cancelled_waits_for_no_model(env: Env) -> None:
    """The question is given up with it."""
    order = await accepted(env, ORDER.encode())
    with model_service(Recorded({}, seconds=1.0)) as service:
        there = helped_by(env, service, seconds_max=30)
        running = asyncio.create_task(ExtractTicket(work_order_id=order.id).run(there))
        async with asyncio.timeout(5):
            while not service.asked:
                await asyncio.sleep(0.01)
        by = Author(actor=Actor.USER, name="Dana Ruiz")
        await cancel_order(env, order.id, by=by, reason="The pole stays.")
        async with asyncio.timeout(0.8):
            outcome = await running

    assert outcome == Cancel("the work order was cancelled")
    assert await env.store.tickets.find(order.ticket_id) is None


async def test_the_log_tells_what_was_spent_and_nothing_of_the_document(
    env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """Logs are read by more people, and kept elsewhere."""
    with caplog.at_level(logging.DEBUG), model_service(LOCKHART) as service:
        await read_in(helped_by(env, service))

    [told] = [vars(one) for one in caplog.records if one.name == "jobs.second_reader"]
    assert (told["tokens"], told["answered"], told["ungrounded"]) == (1_200, 3, 1)
    said = str([vars(one) for one in caplog.records])
    assert not any(word in said for word in ("Caprock", "Lockhart", "512-555", "easement"))


@pytest.mark.slow  # a child starts
async def test_a_child_reads_the_same_and_gives_the_lines_to_ask_about() -> None:
    """What crosses the border between processes is all that is needed."""
    apart = await Readers().read_with_lines(ORDER.encode(), "order.txt", None)

    assert apart == await read_here(ORDER.encode(), "order.txt", None)
