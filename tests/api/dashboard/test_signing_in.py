"""A person comes into the dashboard with a key and a name, and is out when either ends."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from api.dashboard.forms import local
from api.rate_limits import RateLimits
from config import Config
from jobs.job import Env
from storage.clock import system_clock
from tests.api.dashboard.signing import ANY_PAGE, NAME, Browser, signed_in, visiting
from tests.keys import make_key

UNKNOWN = "t811_0123456789ab_" + "A" * 43


@pytest.fixture
async def stranger(config: Config, env: Env) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    async with visiting(config, env) as browser:
        yield browser


async def test_a_page_leads_to_the_sign_in_and_from_there_back(
    env: Env, stranger: Browser
) -> None:
    """A link in a message at night still leads where it should, with its query."""
    led = await stranger.get("/dashboard/jobs?kind=ExtractTicket&n=2")
    asked = await stranger.text(led.headers["location"])
    answer = await stranger.sign_in(
        await make_key(env), next="/dashboard/jobs?kind=ExtractTicket&n=2"
    )

    assert led.status_code == 303
    assert led.headers["location"].startswith("/dashboard/sign-in?next=%2Fdashboard%2Fjobs%3F")
    assert 'name="next" value="/dashboard/jobs?kind=ExtractTicket&amp;n=2"' in asked
    assert answer.status_code == 303
    assert answer.headers["location"] == "/dashboard/jobs?kind=ExtractTicket&n=2"
    assert NAME in (await stranger.get(ANY_PAGE)).text


async def test_the_cookie_is_for_this_site_and_out_of_reach_of_scripts(
    config: Config, env: Env, stranger: Browser
) -> None:
    """Behind https it also never goes another way, nor to another host."""
    plain = (await stranger.sign_in(await make_key(env))).headers["set-cookie"]
    async with visiting(config, env, is_behind_proxy=True) as browser:
        secure = (await browser.sign_in(await make_key(env))).headers["set-cookie"]

    assert plain.startswith("texas811=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(plain.split("; "))
    assert "Secure" not in plain
    assert secure.startswith("__Host-texas811=")
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= set(secure.split("; "))


@pytest.mark.parametrize(
    ("key", "name", "problem"),
    [
        (UNKNOWN, NAME, "This key is not known."),
        ("hunter2", NAME, "This key is not known."),
        ("", NAME, "This key is not known."),
        ("good", "", "The name is missing."),
        ("good", "\u200b", "The name is not one line"),
    ],
    ids=["unknown", "no key", "empty", "no name", "invisible name"],
)
async def test_a_refused_sign_in_says_why_and_keeps_the_name_but_not_the_key(
    env: Env, stranger: Browser, key: str, name: str, problem: str
) -> None:
    good = await make_key(env)

    answer = await stranger.sign_in(good if key == "good" else key, name)

    assert answer.status_code in (401, 422)
    assert problem in answer.text
    assert "set-cookie" not in answer.headers
    assert f'name="name" value="{name}"' in answer.text
    assert good not in answer.text
    assert key not in answer.text or key in ("", "good")


async def test_who_tries_many_keys_is_told_to_wait(config: Config, env: Env) -> None:
    """The form is no way round what the door does; a good key from there still comes in."""
    good = await make_key(env)
    async with visiting(config, env, limits=RateLimits(per_stranger=2)) as browser:
        answers = [await browser.sign_in(UNKNOWN) for _time in range(4)]
        let_in = await browser.sign_in(good)

    assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "which is the limit" in answers[-1].text
    assert let_in.status_code == 303


@pytest.mark.parametrize("origin", ["http://[", "https://evil.example"], ids=["none", "other"])
async def test_who_sends_nonsense_is_refused_and_counted_like_any_stranger(
    config: Config, env: Env, origin: str
) -> None:
    """An accident for each of them would fill the log; nothing at all would cost them nothing."""
    async with visiting(config, env, limits=RateLimits(per_stranger=2)) as browser:
        answers = [
            await browser.client.post("/dashboard/sign-in", headers={"Origin": origin})
            for _time in range(3)
        ]

    assert [answer.status_code for answer in answers] == [403, 403, 429]


async def test_each_sign_in_counts_as_a_use_of_its_key(config: Config, env: Env) -> None:
    """It is written down, and a key must not fill the audit log with it."""
    key = await make_key(env, requests_per_minute=2)
    async with visiting(config, env) as browser:
        answers = [await browser.sign_in(key) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 429]


async def test_a_visit_ends_with_its_key_at_once(config: Config, env: Env) -> None:
    """Who was let go must not stay in because he was in."""
    async with signed_in(config, env) as browser:
        before = await browser.get(ANY_PAGE)
        (key,) = await env.store.api_keys.list()
        await env.store.api_keys.revoke(key.id, at=system_clock(), by="Tess")
        after = await browser.get(ANY_PAGE)
        acted = await browser.client.post("/dashboard/sign-out", data={"csrf": "x"})

    assert before.status_code == 404
    assert after.status_code == 303
    assert acted.status_code == 401
    assert "The key of this sign-in has ended." in acted.text


async def test_a_visit_lasts_twelve_hours(config: Config, env: Env) -> None:
    """A browser left open in an office is not a key for the weekend."""
    moment = [system_clock()]
    aging = replace(env, clock=lambda: moment[0])
    async with signed_in(config, aging) as browser:
        moment[0] += timedelta(hours=11, minutes=59)
        late = await browser.get(ANY_PAGE)
        moment[0] += timedelta(minutes=2)
        too_late = await browser.get(ANY_PAGE)

    assert (late.status_code, too_late.status_code) == (404, 303)


async def test_signing_out_forgets_who_was_here(config: Config, env: Env) -> None:
    async with signed_in(config, env) as browser:
        answer = await browser.act("/dashboard/sign-out")
        after = await browser.get(ANY_PAGE)

    assert answer.headers["location"] == "/dashboard/sign-in"
    assert after.status_code == 303


async def test_a_forged_cookie_opens_nothing(config: Config, env: Env) -> None:
    """Neither one that was changed, nor what was signed for another use."""
    async with signed_in(config, env) as browser:
        (real,) = browser.client.cookies.jar
        browser.client.cookies.clear()
        half = len(real.value or "") // 2
        forged = [
            "",
            "nonsense",
            f"{(real.value or '')[:half]}x{(real.value or '')[half:]}",
            (await browser.client.get(ANY_PAGE)).headers["location"],
        ]
        answers = [
            await browser.client.get(ANY_PAGE, headers={"Cookie": f"texas811={one}"})
            for one in forged
        ]

    assert {answer.status_code for answer in answers} == {303}


async def test_a_key_in_a_header_does_not_open_the_dashboard(config: Config, env: Env) -> None:
    """A program has no name that could stand in the audit trail."""
    key = await make_key(env)
    async with visiting(config, env) as browser:
        answer = await browser.get(ANY_PAGE, headers={"X-API-Key": key})

    assert answer.status_code == 303


async def test_a_cookie_does_not_open_the_api(config: Config, env: Env) -> None:
    """Another site could make a browser send it there, where no form has a token."""
    async with signed_in(config, env) as browser:
        answer = await browser.get("/tickets")

    assert answer.status_code == 401


async def test_every_process_takes_the_cookies_of_every_other(config: Config, env: Env) -> None:
    """They share one secret; with another secret nobody is signed in any more."""
    async with signed_in(config, env) as first, visiting(config, env) as second:
        for cookie in first.client.cookies.jar:
            second.client.cookies.set(cookie.name, cookie.value or "")
        shared = await second.get(ANY_PAGE)
        (config.root / "config" / "cookie_secret").unlink()
        ended = await second.get(ANY_PAGE)

    assert shared.status_code == 404
    assert ended.status_code == 303


async def test_who_comes_from_another_site_is_let_in_once_more_from_ours(
    config: Config, env: Env
) -> None:
    """A browser keeps the cookie back where a link was followed from a chat or a mail."""
    async with visiting(config, env) as browser:
        answer = await browser.get(
            "/dashboard/sign-in?next=/dashboard/tickets",
            headers={"Sec-Fetch-Site": "cross-site"},
        )

    assert '<meta http-equiv="refresh" content="0; url=/dashboard/tickets">' in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/dashboard",
        "//evil.example/dashboard",
        "/\\evil.example",
        "/dashboard\\..\\..",
        "/dashboard/../keys",
        "/dashboard/%2e%2e/keys",
        "/dashboardevil",
        "/tickets",
        "javascript:alert(1)",
        "/dashboard\r\nSet-Cookie: a=b",
        "/dashboard/" + "a" * 1_000,
        "",
    ],
    ids=lambda address: address[:24].encode("unicode_escape").decode() or "nothing",
)
def test_a_sign_in_leads_nowhere_but_to_our_pages(address: str) -> None:
    assert local(address) == "/dashboard"


def test_a_sign_in_leads_to_any_page_of_ours() -> None:
    kept = ["/dashboard", "/dashboard?period=24h", "/dashboard/jobs/extract-ticket:a//b?x=%2F"]

    assert [local(address) for address in kept] == kept


def problem(answer: httpx2.Response) -> tuple[int, str]:
    """Return the status of a page, and its kind."""
    return answer.status_code, answer.headers["content-type"]


async def test_without_any_key_the_sign_in_says_how_to_make_one(stranger: Browser) -> None:
    """The first evening with the service should not end at a locked door."""
    answer = await stranger.get("/dashboard/sign-in")

    assert problem(answer) == (200, "text/html; charset=utf-8")
    assert "texas811 keys create" in answer.text
