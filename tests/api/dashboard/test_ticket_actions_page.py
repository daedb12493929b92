"""A ticket moved by forms alone: what is refused comes back as typed, each reason is kept."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import httpx2
import pytest

from api import actions, bodies
from config import Config
from domain.access import Role
from domain.audit import AuditEvent
from domain.facts import TicketType
from domain.replay import versions_in
from domain.ticket import Ticket, TicketStatus
from jobs.acting import act
from jobs.job import Env
from tests.api.dashboard.signing import Browser, signed_in, visiting
from tests.builders import NOW, make_ticket
from tests.domain.lives import ANSWERED, DANA, make_life
from tests.jobs.clocks import at, stored
from tests.keys import make_key

NAME = "Dana Ruiz"
PAGE = "/dashboard/tickets/ticket-1"
INPUT = re.compile(r'name="([\w.-]+)" value="([^"]*)"')


@pytest.fixture
async def env(env: Env) -> Env:
    """Monday morning, and time stands still."""
    return at(env, NOW)


@pytest.fixture
async def browser(config: Config, env: Env) -> AsyncIterator[Browser]:
    """A person who may do all that is done to tickets; the law wants a whole name."""
    async with visiting(config, env) as browser:
        await browser.sign_in(await make_key(env, Role.CLIENT), name=NAME)
        yield browser


async def moved(
    browser: Browser, env: Env, move: str, reason: str = "The crew waits.", **fields: Any
) -> Ticket:
    """Send the form of a move as the page shows it now, and return the ticket that it made."""
    answer = await browser.act(f"{PAGE}/{move}", reason=reason, **fields)
    assert answer.status_code == 303, unescape(answer.text)
    assert answer.headers["location"] == PAGE
    return await env.store.tickets.get("ticket-1")


async def last_event(env: Env) -> AuditEvent:
    return (await env.store.history("ticket-1")).events[-1]


def form_of(html: str, move: str) -> str:
    """Return the form of a move, which must be there."""
    found = re.search(rf'<form method="post" action="{PAGE}/{move}".*?</form>', html, re.DOTALL)
    assert found, move
    return found[0]


async def test_a_draft_becomes_submitted_and_answered_by_forms_alone(
    browser: Browser, env: Env
) -> None:
    await stored(env, make_ticket(status=TicketStatus.DRAFT, work_for=None))
    html = await browser.text(PAGE)
    assert "disabled" in html  # it cannot be confirmed as it is
    await moved(browser, env, "validate", "All was asked.")
    await moved(browser, env, "confirm", "Checked against the drawing.")
    event = await last_event(env)
    assert (event.to_status, event.actor) == ("Ready", "User")
    assert event.notes is not None
    assert event.notes.startswith(f"{NAME} confirms the packet")
    assert event.notes.endswith("Reason: Checked against the drawing.")
    assert event.key_id
    form = form_of(await browser.text(PAGE), "submit")
    assert "by the clocks of Travis County" in form
    submitted = await moved(
        browser,
        env,
        "submit",
        version=dict(INPUT.findall(form))["version"],
        texas811_ticket_number="2606100001",
        notice_at="2026-03-02T09:00",  # 15:00 UTC
        members="ATM01; Atmos Energy; gas\nONC01;Oncor;",
    )
    assert (submitted.status, submitted.notice_at) == (TicketStatus.SUBMITTED, NOW)
    assert [one.facilities for one in submitted.members] == [["gas"], []]
    await moved(browser, env, "respond", member_code="ATM01", outcome="Marked")
    answered = await moved(browser, env, "respond", member_code="ONC01", center_code="Clear")
    assert answered.status is TicketStatus.RESPONSES_IN
    html = await browser.text(PAGE)
    assert "Reason: The crew waits." in html
    assert "Submitted → Answers in" in html


async def test_a_look_at_the_page_writes_nothing_and_a_refused_move_says_what_would_help(
    browser: Browser, env: Env
) -> None:
    await stored(env, make_ticket(status=TicketStatus.DRAFT, company=None))
    await moved(browser, env, "validate")
    before = await env.store.history("ticket-1")
    html = unescape(await browser.text(PAGE))
    assert re.search(r"<button type=\"button\" disabled[^>]*>Confirm the packet</button>", html)
    assert "The packet is not complete." in html
    assert (await env.store.history("ticket-1")).events == before.events


async def test_the_questions_of_a_draft_are_answered_and_what_is_refused_comes_back(
    browser: Browser, env: Env
) -> None:
    await stored(env, make_ticket(status=TicketStatus.DRAFT, company=None, phone=None))
    draft = await moved(browser, env, "validate")
    ids = {gap.field: f"answer.{gap.id}" for gap in draft.open_gaps}
    answers = {ids["company"]: "Caprock <i>Line</i>", ids["phone"]: "call me"}
    answer = await browser.act(f"{PAGE}/answers", reason="He said so.", **answers)
    assert answer.status_code == 422
    assert f'value="{answers[ids["phone"]]}"' in answer.text
    assert "<i>Line</i>" not in answer.text
    ticket = await env.store.tickets.get("ticket-1")
    assert ticket.company == answers[ids["company"]]
    assert "Reason: He said so." in ((await last_event(env)).notes or "")


async def test_a_refusal_gives_the_form_back_as_it_was_typed_and_is_audited(
    browser: Browser, env: Env
) -> None:
    await stored(env, make_life(TicketStatus.READY, notice_at=None, version=0))
    typed = {"texas811_ticket_number": "26<script>", "notice_at": "2031-01-01T08:00"}
    answer = await browser.act(f"{PAGE}/submit", reason="Keyed in.", **typed)
    assert answer.status_code == 422
    form = unescape(form_of(answer.text, "submit"))
    assert {**dict(INPUT.findall(form))}.items() >= {**typed, "reason": "Keyed in."}.items()
    assert "The notice must have been given after the ticket was made" in answer.text
    assert "26<script>" not in answer.text
    refused = (await env.store.history("ticket-1")).events[-1]
    assert refused.action == "step_refused"
    assert refused.notes is not None
    assert refused.notes.endswith("Reason: Keyed in.")
    listed = await browser.act(f"{PAGE}/submit", **{**typed, "members": "A1; One\nB2\n; Three"})
    assert "Member 3:</span> <strong>The code is missing.</strong>" in listed.text
    odd = await browser.act(f"{PAGE}/submit", **{**typed, "notice_at": "2026-03-08T02:30"})
    assert "the clocks of the site skip this hour" in odd.text


async def test_a_validation_that_finds_nothing_new_is_audited_with_its_reason(
    browser: Browser, env: Env
) -> None:
    """Somebody looked, and why; the ticket is as it was, and its versions are whole."""
    await stored(env, make_ticket(status=TicketStatus.DRAFT))
    first = await moved(browser, env, "validate", "All was asked.")
    second = await moved(browser, env, "validate", "Once more, before the call.")
    event = await last_event(env)
    assert second == first
    assert (event.action, event.to_status) == ("validation_asked", None)
    assert event.notes == (
        f"{NAME}: validated, nothing changed. Reason: Once more, before the call."
    )
    assert event.key_id
    events = (await env.store.history("ticket-1")).events
    assert len(versions_in(events)) == first.version == len(events) - 1


async def test_a_ticket_that_was_changed_since_is_not_touched_and_the_page_says_how(
    browser: Browser, env: Env
) -> None:
    await stored(env, make_life(TicketStatus.SUBMITTED, version=0, member_responses=[]))
    seen = await env.store.tickets.get("ticket-1")
    later = at(env, ANSWERED)
    body = bodies.Cancel(by="Lee Park", reason="The job is off.", sent_to_center=True)
    await act(later, "ticket-1", lambda scene: actions.cancel(scene, body), by=DANA)
    answer: httpx2.Response = await browser.act(
        f"{PAGE}/respond", version=seen.version, member_code="ATM01", outcome="Marked"
    )
    assert answer.status_code == 409
    assert f"Changed since you opened the form (version {seen.version} → 2)" in answer.text
    assert "Ticket cancelled" in answer.text
    assert "<dd>Marked</dd>" in answer.text  # its form is gone; what was typed is not
    assert (await env.store.tickets.get("ticket-1")).status is TicketStatus.CANCELLED


async def test_a_further_ticket_has_its_own_page_and_who_may_only_look_has_no_form(
    config: Config, browser: Browser, env: Env
) -> None:
    await stored(env, make_life(TicketStatus.SUBMITTED, version=0))
    answer = await browser.act(f"{PAGE}/refresh", ticket_type=TicketType.UPDATE.value)
    assert answer.status_code == 303
    made = await browser.text(answer.headers["location"])
    assert "Update of 2606100001" in made
    async with signed_in(config, env, Role.VIEWER) as viewer:
        html = await viewer.text(PAGE)
        assert f'action="{PAGE}' not in html
        assert (await viewer.act(f"{PAGE}/close")).status_code == 403
