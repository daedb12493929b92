"""What would become of dead letters, told before it is done: small, honest, and also amended."""

import html
import pickle
from collections.abc import AsyncIterator

import pytest

from api.dashboard.about_jobs.edited_arguments import edited, for_editing
from api.dashboard.about_jobs.letter_plans import Act, Choice, plan
from api.dashboard.dead_letters import drop_all
from config import Config
from domain.access import Role
from domain.errors import RejectedError, UnavailableError
from jobs.job import Env
from jobs.pausing import pause
from jobs.replaying import drop
from storage.layout import Layout
from tests.api.dashboard.signing import Browser, signed_in
from tests.api.dashboard.test_dead_letters_page import MANY, PAGE, make_letter
from tests.jobs.orders import queued
from tests.jobs.test_replaying import DANA


@pytest.fixture
async def browser(config: Config, env: Env) -> AsyncIterator[Browser]:
    async with signed_in(config, env) as browser:
        yield browser


async def bury(env: Env, *keys: str, **said: object) -> None:
    for key in keys:
        await env.store.dead_letters.bury(make_letter(key, MANY, **said))


async def test_a_dry_run_keeps_none_of_the_letters_that_it_looked_at(env: Env) -> None:
    """Two hundred that hold whole documents would not fit."""
    await bury(env, "a0", "a1", arguments={"ticket_id": "x", "document": 100_000 * "x"})

    planned = await plan(env, Act.REPLAY, Choice())

    assert planned.fates == {"refused": 2}
    assert len(pickle.dumps(planned)) < 10_000


async def test_a_dry_run_says_what_would_wait_because_it_is_paused(
    env: Env, browser: Browser
) -> None:
    """Who replays wants it done, and would look for it in vain."""
    await bury(env, "a0")
    await pause(env, "lane", "within_1s", by=DANA, reason="the line is down")
    await pause(env, "job", "expire_sessions", by=DANA, reason="of another kind")

    text = await browser.text(f"{PAGE}/plan?do=replay&all=1")

    assert "within_1s is paused by Dana Ruiz" in text
    assert "the line is down" in text
    assert "of another kind" not in text.partition("<main")[2]


async def test_who_may_replay_nothing_needs_no_dry_run(config: Config, env: Env) -> None:
    """It reads many letters."""
    await bury(env, "a0")
    async with signed_in(config, env, Role.VIEWER) as viewer:
        answer = await viewer.get(f"{PAGE}/plan?do=replay&all=1")

    assert answer.status_code == 403


async def test_a_drop_that_ends_half_way_tells_how_far_it_came(
    config: Config, env: Env
) -> None:
    """Who is told of nothing but the trouble believes that nothing was dropped."""
    await bury(env, "a0", "a1", "a2", "a3")
    planned = await plan(env, Act.DROP, Choice())
    await drop(env, "validate_ticket", "a1", by=DANA, reason="faster")
    Layout(config.data_dir).dead_letter("validate_ticket", "a3").write_text("{ torn")

    with pytest.raises(UnavailableError, match="2 of 4 letters were dropped"):
        await drop_all(env, planned, DANA, "tests")


async def test_a_letter_is_replayed_with_corrected_arguments_after_a_dry_run(
    env: Env, browser: Browser
) -> None:
    """To write them into the queue by hand is what one would do without it."""
    arguments = {"ticket_id": "a0", "said": "call 512-555-0142"}
    await bury(env, "a0", arguments=arguments)
    letter = f"{PAGE}/letters/validate_ticket/a0"
    page = html.unescape(await browser.text(letter))
    mended = '{"ticket_id": "a0"}'

    refused = await browser.act(f"{letter}/amend/plan", arguments='{"ticket_id": "a0", "x": 1}')
    torn = await browser.act(f"{letter}/amend/plan", arguments='{"ticket_id"')
    planned = await browser.act(f"{letter}/amend/plan", arguments=mended, reason="no such word")

    assert '"said": "call <phone>"' in page
    assert (refused.status_code, torn.status_code, planned.status_code) == (422, 422, 200)
    assert "Its arguments are not valid: x:" in html.unescape(refused.text)
    assert "Nothing has been done yet" in planned.text
    assert await queued(env) == set()

    done = await browser.act(f"{letter}/amend", arguments=mended, reason="no such word")

    assert done.status_code == 303
    assert await queued(env) == {"validate_ticket:a0"}


def test_what_was_masked_and_left_alone_is_what_it_was() -> None:
    """Else a corrected address would turn each telephone number into a word."""
    before = {
        "call": "512-555-0142",
        "session_key": "abc",
        "parts": [{"call": "512-555-0143"}, "x"],
        "n": 1,
    }
    shown = for_editing(before)

    assert shown
    assert "512" not in shown
    assert "abc" not in shown
    assert edited(shown, before) == before
    assert edited(shown.replace('"n": 1', '"n": 2'), before) == {**before, "n": 2}
    assert for_editing({"long": ["x" * 4_000] * 6}) is None
    with pytest.raises(RejectedError):
        edited("[1]", before)
