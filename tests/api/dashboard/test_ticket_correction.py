"""The facts of a draft corrected in one form: what was changed is sent, and nothing else."""

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from api import actions, bodies
from config import Config
from domain.access import Role
from domain.ticket import Ticket, TicketStatus
from jobs.acting import act
from jobs.job import Env
from tests.api.dashboard.signing import Browser, signed_in
from tests.builders import NOW, make_ticket
from tests.domain.lives import DANA, make_life
from tests.jobs.clocks import at, stored

PAGE = "/dashboard/tickets/ticket-1"
FORM = f"{PAGE}/facts"
INPUT = re.compile(r'<input (?:type="[\w-]+" )?name="(\w+)" value="([^"]*)"')
TEXT = re.compile(r'<textarea name="(\w+)"[^>]*>\n([^<]*)</textarea>')
CHOICE = re.compile(r'<select name="(\w+)".*?</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected>')


@pytest.fixture
async def env(env: Env) -> Env:
    """Monday morning, and time stands still."""
    return at(env, NOW)


@pytest.fixture
async def browser(config: Config, env: Env) -> AsyncIterator[Browser]:
    async with signed_in(config, env, Role.CLIENT) as browser:
        yield browser


async def draft(env: Env, **facts: object) -> Ticket:
    return await stored(env, make_ticket(status=TicketStatus.DRAFT, **facts))


async def form_of(browser: Browser) -> dict[str, str]:
    """Return all that a browser would send of the form, as it is shown."""
    return shown_in(await browser.text(FORM))


def shown_in(html: str) -> dict[str, str]:
    chosen = {
        one[1]: found[1] if (found := CHOSEN.search(one[0])) else ""
        for one in CHOICE.finditer(html)
    }
    # A browser ends lines in its own way.
    texts = {name: text.replace("\n", "\r\n") for name, text in TEXT.findall(html)}
    found = {**dict(INPUT.findall(html)), **texts, **chosen}
    return {
        name: unescape(text) for name, text in found.items() if name not in {"csrf", "reason"}
    }


async def test_only_what_was_changed_is_sent_and_what_was_emptied_is_unsaid(
    browser: Browser, env: Env
) -> None:
    before = await draft(
        env, company="Caprock Line", work_for="Pedernales", marking_instructions="One\nTwo"
    )
    assert f'href="{FORM}"' in await browser.text(PAGE)
    form = await form_of(browser)
    assert form["marking_instructions"] == "One\r\nTwo"
    sent = {**form, "company": "Caprock & Sons", "work_for": "", "is_blasting": "true"}
    answer = await browser.act(FORM, reason="Misread.", **sent)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    after = await env.store.tickets.get("ticket-1")
    assert (after.company, after.work_for, after.is_blasting) == ("Caprock & Sons", None, True)
    event = (await env.store.history("ticket-1")).events[-1]
    assert event.notes == "Tess Tester stated company, is_blasting, work_for. Reason: Misread."
    assert after.planned_start_at == before.planned_start_at
    html = unescape(await browser.text(PAGE))
    assert "Corrected: Excavator company, Explosives. Unsaid: Client." in html


async def test_what_is_refused_comes_back_as_it_was_typed_and_nothing_is_changed(
    browser: Browser, env: Env
) -> None:
    await draft(env)
    form = await form_of(browser)
    nothing = await browser.act(FORM, **form)
    assert nothing.status_code == 422
    assert "Nothing was changed." in nothing.text
    typed = {**form, "depth_inches": "deep <b>", "gps_coordinates": "30.27"}
    answer = await browser.act(FORM, **typed)
    assert "A point has two numbers" in answer.text
    typed["gps_coordinates"] = "30.27, -97.74"
    answer = await browser.act(FORM, reason="By the map.", **typed)
    assert answer.status_code == 422
    assert "Depth (inches):</span> <strong>This is not a whole number.</strong>" in answer.text
    assert shown_in(answer.text) == typed
    assert 'value="By the map."' in answer.text
    assert (await env.store.tickets.get("ticket-1")).version == 1


async def test_a_form_of_an_older_version_turns_nothing_back_that_others_have_changed(
    browser: Browser, env: Env
) -> None:
    await draft(env, company="Caprock", city="Austin")
    typed = {**await form_of(browser), "city": "Manor"}
    body = bodies.Edit(company="Frontier")
    await act(env, "ticket-1", lambda scene: actions.edit_ticket(scene, body), by=DANA)
    answer = await browser.act(FORM, **typed)
    assert answer.status_code == 409
    assert "Changed since you opened the form (version 1 → 2)" in answer.text
    again = shown_in(answer.text)
    assert (again["company"], again["city"], again["version"]) == ("Frontier", "Manor", "2")
    assert (await browser.act(FORM, **again)).status_code == 303
    after = await env.store.tickets.get("ticket-1")
    assert (after.company, after.city) == ("Frontier", "Manor")


async def test_a_county_with_other_clocks_keeps_the_planned_start_at_the_hour_that_is_shown(
    browser: Browser, env: Env
) -> None:
    before = await draft(env, county="Travis")
    form = await form_of(browser)
    assert form["planned_start_at"] == "2026-03-06T08:00"
    await browser.act(FORM, **{**form, "county": "El Paso"})
    after = await env.store.tickets.get("ticket-1")
    assert before.planned_start_at
    assert after.planned_start_at
    assert (after.planned_start_at - before.planned_start_at).total_seconds() == 3600


async def test_a_confirmed_ticket_is_to_be_reopened_first_and_who_only_looks_has_no_form(
    config: Config, browser: Browser, env: Env
) -> None:
    await stored(env, make_life(TicketStatus.READY, notice_at=None, version=0))
    html = await browser.text(FORM)
    assert "Reopen it, edit it, and confirm it again." in html
    assert f'action="{FORM}"' not in html
    assert (await browser.act(FORM, company="Frontier")).status_code == 422
    async with signed_in(config, env, Role.VIEWER) as viewer:
        assert (await viewer.get(FORM)).status_code == 403
