"""Who came to the dashboard, left it, or was refused: told in the log and the audit, and ended."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from config import Config
from domain.access import Role
from jobs.job import Env
from jobs.wiring import make_env
from logs import JsonLines
from storage.clock import system_clock
from storage.layout import Layout
from tests.api.dashboard.signing import ANY_PAGE, NAME, signed_in, visiting
from tests.keys import make_key


@contextmanager
def kept_lines() -> Iterator[list[dict[str, Any]]]:
    """The lines of the log as they are written while the block runs."""
    lines: list[dict[str, Any]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonLines().format(record)))

    kept = Kept()
    logging.getLogger().addHandler(kept)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(kept)


async def test_a_refused_sign_in_is_logged_with_the_address_and_whose_key_it_claims(
    config: Config, env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """The id is no secret; what was wrong about it is told to nobody."""
    key = await make_key(env)
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    with kept_lines() as lines, caplog.at_level(logging.INFO):
        async with visiting(config, env) as browser:
            await browser.sign_in(wrong)

    told = [one for one in lines if one["message"].startswith("sign-in refused")]
    told += [one for one in lines if one["message"] == "request"]
    assert len(told) == 2
    for one in told:
        assert one["claimed_key_id"] == key.split("_")[1]
        assert one["address"] == "127.0.0.1"
    assert wrong not in str(lines)


async def test_what_is_refused_to_a_person_is_logged_with_who_it_was(
    config: Config, env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """Who tries what he may not do leaves more than an address of the building."""
    async with signed_in(config, env, Role.VIEWER) as browser:
        with kept_lines() as lines, caplog.at_level(logging.INFO):
            answer = await browser.act("/dashboard/lanes/whenever/pause")
    (key,) = await env.store.api_keys.list()

    [request] = [one for one in lines if one["message"] == "request" and one["status"] == 403]
    assert answer.status_code == 403
    assert (request["key_id"], request["by"]) == (key.id, NAME)
    assert request["address"] == "127.0.0.1"


async def test_a_copy_of_the_cookie_ends_with_the_visit_in_every_process(
    config: Config, env: Env
) -> None:
    """Who signs out on a borrowed machine is out; who is signed in elsewhere stays in."""
    async with (
        signed_in(config, env) as browser,
        signed_in(config, env) as other,
        visiting(config, make_env(config)) as thief,
    ):
        for cookie in browser.client.cookies.jar:
            thief.client.cookies.set(cookie.name, cookie.value or "")
        before = await thief.get(ANY_PAGE)
        await browser.act("/dashboard/sign-out")
        answers = [await one.get(ANY_PAGE) for one in (thief, other)]

    assert before.status_code == 404
    assert [answer.status_code for answer in answers] == [303, 404]


async def test_where_the_disk_does_not_keep_a_sign_out_the_browser_forgets_it(
    config: Config, env: Env
) -> None:
    """And says that a copy of the cookie would still be good."""
    async with signed_in(config, env) as browser:
        Layout(config.root).ended_visits_lock.mkdir()
        answer = await browser.act("/dashboard/sign-out")
        after = await browser.get(ANY_PAGE)

    assert answer.status_code == 503
    assert "The disk did not take ended_visits.json" in answer.text
    assert after.status_code == 303


async def test_coming_and_leaving_are_audited(config: Config, env: Env) -> None:
    """With the person, the key and the address; a deed in between is then no riddle."""
    async with signed_in(config, env) as browser:
        await browser.act("/dashboard/sign-out")
    (key,) = await env.store.api_keys.list()

    events = (await env.store.audit.on(system_clock().date())).events
    assert [event.action for event in events] == ["signed_in", "signed_out"]
    for event in events:
        assert NAME in (event.notes or "")
        assert (event.key_id, event.ip_address) == (key.id, "127.0.0.1")


async def test_a_full_disk_keeps_nobody_from_coming_in_to_see_it(
    config: Config, env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    Layout(config.root).audit_day(system_clock()).mkdir(parents=True)
    async with signed_in(config, env) as browser:
        answer = await browser.get(ANY_PAGE)

    assert answer.status_code == 404
    assert f"does not tell that {NAME} signed in" in caplog.text


async def test_coming_and_leaving_stand_in_the_log_without_the_key(
    config: Config, env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    key = await make_key(env)
    with kept_lines() as lines, caplog.at_level(logging.DEBUG):
        async with visiting(config, env) as browser:
            await browser.sign_in(key)
            await browser.act("/dashboard/sign-out")
    secret = (config.root / "config" / "cookie_secret").read_text().strip()

    told = [one for one in lines if " the dashboard" in one["message"]]
    assert [one["by"] for one in told] == [NAME, NAME]
    said = str([record.__dict__ for record in caplog.records]) + str(lines)
    assert key not in said
    assert secret not in said
