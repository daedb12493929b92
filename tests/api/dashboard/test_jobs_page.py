"""The list of jobs, and the page of one: what is shown, found, hidden, and done."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from config import Config
from domain.access import Role
from domain.audit import AuditEvent
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from jobs.recompute_timestamps import RecomputeTimestamps
from jobs.validate_ticket import ValidateTicket
from storage.clock import system_clock
from storage.telemetry_records import AttemptEnding
from tests.api.dashboard.attempts import attempt
from tests.api.dashboard.signing import NAME, Browser, signed_in
from tests.api.dashboard.test_workers_page import process
from tests.conftest import working
from tests.jobs.orders import DOCUMENT, accepted, bury, forget_the_queue, queued
from tests.worker.errands import until

LIST = "/dashboard/jobs"


@pytest.fixture
async def browser(config: Config, env: Env) -> AsyncIterator[Browser]:
    async with signed_in(config, env) as browser:
        yield browser


async def audited(env: Env, action: str) -> list[AuditEvent]:
    history = await env.store.audit.on(system_clock().date())
    return [event for event in history.events if event.action == action]


async def test_a_list_is_found_by_each_of_its_filters(env: Env, browser: Browser) -> None:
    """Whoever looks for one job among a hundred thousand must not read them all."""
    lost = attempt("check_store:now", lane="whenever", ending=AttemptEnding.LOST)
    runs = attempt("validate_ticket:t-1", about="t-1", ended_at=None, ending=None)
    done = attempt("extract_ticket:o-1", about="o-1", said="ticket t is Draft")
    await env.store.telemetry.record_attempts([lost, runs, done])

    async def found(query: str) -> set[str]:
        text = await browser.text(f"{LIST}?{query}")
        return {one.job_id for one in (lost, runs, done) if f"{LIST}/{one.job_id}" in text}

    assert await found("") == {lost.job_id, runs.job_id, done.job_id}
    assert await found("state=lost") == {lost.job_id}
    assert await found("state=running") == {runs.job_id}
    assert await found("kind=extract_ticket") == {done.job_id}
    assert await found("lane=whenever") == {lost.job_id}
    assert await found("about=o-1") == {done.job_id}
    assert await found("job=check_store:now") == {lost.job_id}
    assert await found("state=lost&lane=within_1s") == set()


async def test_the_next_page_begins_where_the_first_one_ended(
    env: Env, browser: Browser
) -> None:
    """An attempt that is on no page might be the one that somebody looks for."""
    made = [attempt(f"validate_ticket:t-{number:03}") for number in range(60)]
    await env.store.telemetry.record_attempts(made)

    first = await browser.text(f"{LIST}?kind=validate_ticket")
    older = first.rpartition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = await browser.text(older)

    shown = [one.job_id in first for one in made], [one.job_id in second for one in made]
    assert shown == ([False] * 10 + [True] * 50, [True] * 10 + [False] * 50)


async def test_what_waits_and_what_is_scheduled_is_shown_from_the_queue(
    env: Env, browser: Browser
) -> None:
    """No attempt tells of them yet."""
    later = system_clock() + timedelta(hours=2)
    await env.queue.put(ValidateTicket(ticket_id="t-1"))
    await env.queue.put(RecomputeTimestamps(ticket_id="t-2", due_at=later), at=later)

    waiting = await browser.text(f"{LIST}?state=waiting")
    scheduled = await browser.text(f"{LIST}?state=scheduled&lane=within_30s")

    assert "validate_ticket:t-1" in waiting
    assert "t-2" not in waiting
    assert "recompute_timestamps:t-2" in scheduled


async def test_each_state_says_how_many_there_are(env: Env, browser: Browser) -> None:
    """Which of them is worth a look is seen before one looks."""
    await env.queue.put(ValidateTicket(ticket_id="t-1"))
    buried = [attempt(f"validate_ticket:t-{n}", ending=AttemptEnding.BURIED) for n in (2, 3)]
    await env.store.telemetry.record_attempts(buried)

    text = await browser.text(LIST)

    assert ">waiting <b>1</b>" in text
    assert ">buried <b>2</b>" in text
    assert ">done <b>0</b>" in text


async def test_a_lost_attempt_says_how_its_worker_ended(env: Env, browser: Browser) -> None:
    """Killed by signal 9 is no memory left; an exit is something else."""
    now, telemetry = system_clock(), env.store.telemetry
    await telemetry.tell_process(process("worker-2", id="worker-2.x"))
    runs = attempt("validate_ticket:t-1", worker="worker-2.x", ended_at=None, ending=None)
    await telemetry.record_attempts([runs])
    await telemetry.note_end("worker-2.x", now, "killed by signal 9")

    for address in (LIST, f"{LIST}/validate_ticket:t-1"):
        assert "its worker worker-2 was killed by signal 9" in await browser.text(address)


async def test_a_job_of_many_attempts_shows_the_last_and_one_in_full_when_asked(
    env: Env, browser: Browser
) -> None:
    """Five hundred with all their lines would be slow to read for everybody."""
    logs = [f'{{"message": "line-{n:03} {"y" * 900}"}}' for n in range(15)]
    made = [attempt("validate_ticket:t-1", number=n, logs=logs) for n in range(1, 31)]
    await env.store.telemetry.record_attempts(made)
    address = f"{LIST}/validate_ticket:t-1"

    text = await browser.text(address)
    whole = await browser.text(f"{address}?attempt={made[3].token}")
    unknown = [await browser.get(f"{address}?attempt={one}") for one in ("x", "999999")]

    assert text.count('aria-labelledby="attempt-') == 20
    assert "10 earlier ones" in text
    assert text.count("line-005") == 1  # of the latest
    assert text.count("line-012") == 20
    assert "line-004" not in text
    assert "y" * 900 not in text
    assert whole.count('aria-labelledby="attempt-') == 1
    assert "line-000 " + "y" * 900 in whole
    assert [answer.status_code for answer in unknown] == [404, 404]


async def test_what_nothing_can_be_found_by_is_refused(browser: Browser) -> None:
    """An empty list would say that there is no such job."""
    for query in ("state=gone", "kind=gone", "lane=fast", "before=x", "before=" + "9" * 30):
        assert (await browser.get(f"{LIST}?{query}")).status_code == 422, query


async def test_the_page_of_a_job_shows_its_attempts_what_they_did_and_what_they_said(
    env: Env, config: Config, browser: Browser
) -> None:
    """The whole way of an order that a real worker has made a ticket."""
    order = await accepted(env, DOCUMENT)
    job = ExtractTicket(work_order_id=order.id)
    async with working(config):
        await until(lambda: env.store.tickets.find(order.ticket_id))
        await until(lambda: _is_over(env, job.id))

    text = await browser.text(f"{LIST}/{job.id}")

    assert order.ticket_id in text
    assert f"/dashboard/tickets/{order.ticket_id}" in text
    assert "ticket_created" in text
    assert "Caprock Line Builders" in text  # of the diff
    assert "worker-1" in text
    assert '<svg class="timeline"' in text
    assert "512-555-0142" not in text
    assert "&lt;phone&gt;" in text


async def _is_over(env: Env, job_id: str) -> bool:
    made = await env.store.telemetry.job(job_id)
    return bool(made) and made[-1].ended_at is not None


async def test_a_job_of_which_nothing_is_known_is_no_page(browser: Browser) -> None:
    """A link from an old mail should not show an empty job."""
    for job_id in ("extract_ticket:nothing", "..%2f..%2fetc", "x" * 500, "%00"):
        answer = await browser.get(f"{LIST}/{job_id}")
        assert answer.status_code == 404, job_id


async def test_what_somebody_has_put_into_a_job_is_shown_and_never_run(
    env: Env, browser: Browser
) -> None:
    """Arguments come from outside."""
    evil = "<script>alert(1)</script>"
    line = {"time": "2026-11-29T09:30:01.250+00:00", "level": "warn", "message": evil}
    lines = [json.dumps(line), "no JSON"]
    made = attempt(
        "validate_ticket:x", arguments=f'{{"ticket_id": "{evil}"}}', said=evil, logs=lines
    )
    await env.store.telemetry.record_attempts([made])

    text = await browser.text(f"{LIST}/validate_ticket:x")

    assert "09:30:01.250" in text
    assert "no JSON" in text
    assert evil not in text
    assert "&lt;script&gt;" in text


async def test_to_run_it_again_is_audited_with_person_reason_and_key(
    env: Env, browser: Browser
) -> None:
    """Months later somebody asks why it ran twice."""
    job = ValidateTicket(ticket_id="t-1")
    made = attempt(job.id, arguments=job.model_dump_json())
    await env.store.telemetry.record_attempts([made])

    answer = await browser.act(f"{LIST}/{job.id}/run", reason="the rules were wrong")

    assert answer.status_code == 303
    assert await queued(env) == {job.id}
    [event] = await audited(env, "job_rung")
    assert NAME in (event.notes or "")
    assert "the rules were wrong" in (event.notes or "")
    assert event.key_id
    assert event.request_id


async def test_an_order_is_cancelled_from_the_page_of_its_job(
    env: Env, browser: Browser
) -> None:
    """Its letter is no task any more, and the decision says who and why."""
    order = await accepted(env)
    await bury(env, order)
    await forget_the_queue(env)
    job_id = ExtractTicket(work_order_id=order.id).id

    assert "Cancel the work order" in await browser.text(f"{LIST}/{job_id}")
    answer = await browser.act(f"{LIST}/{job_id}/cancel", reason="sent twice")

    assert answer.status_code == 303
    decided = await env.store.work_orders.cancellation(order.id)
    assert decided
    assert (decided.by, decided.reason) == (NAME, "sent twice")
    assert await env.store.dead_letters.list() == []
    assert "Cancel the work order" not in await browser.text(f"{LIST}/{job_id}")


async def test_who_may_only_look_is_shown_no_button_and_refused(
    config: Config, env: Env
) -> None:
    """A viewer's key must not run anything."""
    job = ValidateTicket(ticket_id="t-1")
    await env.store.telemetry.record_attempts(
        [attempt(job.id, arguments=job.model_dump_json())]
    )

    async with signed_in(config, env, Role.VIEWER) as viewer:
        assert "Run again" not in await viewer.text(f"{LIST}/{job.id}")
        answer = await viewer.act(f"{LIST}/{job.id}/run")

    assert answer.status_code == 403
    assert await queued(env) == set()
