"""A form does something only if it comes from our own page, with a reason, from who is signed in."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from api.dashboard.forms import FORM_BYTES_MAX
from config import Config
from domain.access import Role
from jobs.job import Env
from tests.api.dashboard.signing import NAME, TOKEN, Browser, signed_in, visiting
from tests.keys import make_key

PAUSE = "/dashboard/lanes/whenever/pause"  # stands for every form


@pytest.fixture
async def browser(config: Config, env: Env) -> AsyncIterator[Browser]:
    """An operator who is signed in."""
    async with signed_in(config, env) as browser:
        yield browser


async def is_paused(env: Env) -> bool:
    return bool(await env.store.pauses.list())


async def send(browser: Browser, **sending: object) -> httpx2.Response:
    data = {"csrf": await browser.csrf(), "reason": "the center is closed"}
    return await browser.client.post(PAUSE, **{"data": data, **sending})


async def test_what_is_done_bears_the_name_and_the_reason(env: Env, browser: Browser) -> None:
    """The next page says what was done, once."""
    answer = await browser.act(PAUSE, reason="the center is closed")
    first, second = await browser.text(), await browser.text()

    (pause,) = await env.store.pauses.list()
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")
    assert (pause.by, pause.reason) == (NAME, "the center is closed")
    assert 'class="flash ok"' in first
    assert 'class="flash' not in second


async def test_each_page_has_another_token_and_each_of_them_is_good(
    env: Env, browser: Browser
) -> None:
    """What stays the same in a page that is packed can be guessed by its length."""
    first, second = await browser.csrf(), await browser.csrf()

    answer = await send(browser, data={"csrf": first, "reason": "the center is closed"})

    assert first != second
    assert answer.status_code == 303
    assert await is_paused(env)


@pytest.mark.parametrize(
    "token",
    ["", "x", "{chance}.", "{chance}.{chance}", "0{token}", "{token}0"],
    ids=["none", "nonsense", "unsigned", "signed by itself", "other chance", "longer"],
)
async def test_a_form_without_a_token_of_ours_does_nothing(
    env: Env, browser: Browser, token: str
) -> None:
    real = await browser.csrf()
    forged = token.format(token=real, chance=real.partition(".")[0])

    answer = await send(browser, data={"csrf": forged, "reason": "mine"})

    assert answer.status_code == 403
    assert "Nothing was done" in answer.text
    assert not await is_paused(env)


async def test_the_token_of_another_sign_in_does_nothing(
    config: Config, env: Env, browser: Browser
) -> None:
    """Also if it is of the same person with the same key."""
    async with visiting(config, env) as other:
        await other.sign_in(await make_key(env))
        token = await other.csrf()

    answer = await send(browser, data={"csrf": token, "reason": "mine"})

    assert answer.status_code == 403
    assert not await is_paused(env)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=["cross-site", "another port", "another origin", "hidden origin"],
)
async def test_a_form_that_stood_elsewhere_does_nothing_even_with_a_token(
    env: Env, browser: Browser, headers: dict[str, str]
) -> None:
    answer = await send(browser, headers=headers)

    assert answer.status_code == 403
    assert "sent from another site" in answer.text
    assert not await is_paused(env)


async def test_a_form_of_ours_may_say_where_it_stood(env: Env, browser: Browser) -> None:
    origin = str(browser.client.base_url).rstrip("/")

    answer = await send(browser, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 303
    assert await is_paused(env)


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        ("", "The reason is missing."),
        (" \t ", "The reason is missing."),
        ("...", "The reason is not one line of text."),
        ("two\nlines", "The reason is not one line of text."),
        ("r" * 501, "The reason has 501 characters; 500 are the most."),
    ],
    ids=["none", "blanks", "dots", "lines", "too long"],
)
async def test_nothing_is_done_without_a_reason_on_one_line(
    env: Env, browser: Browser, reason: str, problem: str
) -> None:
    """The refusal has the form once more, with what was typed, to be sent again."""
    answer = await browser.act(PAUSE, reason=reason, note="do not lose me")

    assert answer.status_code == 422
    assert problem in answer.text
    assert f'<form method="post" action="{PAUSE}"' in answer.text
    assert 'value="do not lose me"' in answer.text
    assert not await is_paused(env)


async def test_a_refusal_leads_back_to_the_page_that_it_was_asked_on(browser: Browser) -> None:
    """A browser says where the form stood; what is no page of ours is not led to."""
    token = {"csrf": await browser.csrf()}
    from_ours = await browser.client.post(
        PAUSE, data=token, headers={"Referer": "http://x/dashboard/workers?a=1"}
    )
    from_elsewhere = await browser.client.post(
        PAUSE, data=token, headers={"Referer": "https://evil.example/"}
    )

    assert '<a href="/dashboard/workers?a=1">Back' in from_ours.text
    assert '<a href="/dashboard">Back' in from_elsewhere.text


async def test_a_body_that_is_no_form_of_ours_is_refused(env: Env, browser: Browser) -> None:
    """As a page, with the status that says what was wrong."""
    token = await browser.csrf()
    too_large = {"csrf": token, "reason": "r", "more": "m" * FORM_BYTES_MAX}
    too_many = {"csrf": token, "reason": "r", "more": ["m"] * 2_001}

    answers = [
        await send(browser, data=too_large),
        await send(browser, data=too_many),
        await send(browser, data=None, json={"csrf": token, "reason": "r"}),
        await send(browser, data={"csrf": token}, files={"more": b"m"}),
        await send(
            browser, data=None, content=b"\xff=1", headers={"Content-Type": "text/plain"}
        ),
    ]

    assert [answer.status_code for answer in answers] == [413, 400, 415, 415, 415]
    assert {answer.headers["content-type"] for answer in answers} == {
        "text/html; charset=utf-8"
    }
    assert not await is_paused(env)


async def test_a_message_cannot_be_forged(config: Config, env: Env, browser: Browser) -> None:
    """Nobody can make our pages say something, not even with a note of another person."""
    async with signed_in(config, env, Role.OPERATOR) as other:
        await other.act(PAUSE)
        notes = [one.value for one in other.client.cookies.jar if one.name.endswith("note")]
    browser.client.cookies.set("texas811-note", notes[0] or "")

    assert 'class="flash' not in await browser.text()


async def test_the_sign_in_is_not_taken_from_another_site(config: Config, env: Env) -> None:
    """Who is signed in as somebody else unknowingly acts under that name."""
    async with visiting(config, env) as browser:
        answer = await browser.client.post(
            "/dashboard/sign-in",
            data={"key": await make_key(env), "name": "Mallory"},
            headers={"Sec-Fetch-Site": "cross-site"},
        )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_what_a_person_types_is_text_and_never_html(config: Config, env: Env) -> None:
    """Names and reasons come back on many pages."""
    name = '<img src=x onerror="alert(1)"> & co'
    async with visiting(config, env) as browser:
        await browser.sign_in(await make_key(env, Role.OPERATOR), name)
        token = await browser.csrf()
        answer = await browser.client.post(
            PAUSE, data={"csrf": token, "reason": f"{name} 1", "<b>": "<i>"}
        )
        page = await browser.text()

    assert answer.status_code == 303
    assert TOKEN.search(page)
    assert "<img" not in page
    assert "&lt;img" in page
