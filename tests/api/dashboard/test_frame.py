"""What holds for every page: what it may load, how it is built, how large it is."""

import gzip
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise

import pytest

from api.dashboard.assets import SCRIPT, STYLE
from api.dashboard.rendering import ago, number, span
from config import Config
from domain.access import Role
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from storage.clock import system_clock
from storage.telemetry_records import AttemptEnding, AttemptRecord
from tests.api.dashboard.signing import ANY_PAGE, Browser, signed_in, visiting
from tests.api.dashboard.walking import Anatomy, walk
from tests.jobs.orders import accepted, bury
from tests.keys import make_key

PAGES = {
    "/dashboard",
    "/dashboard/dead-letters",
    "/dashboard/jobs",
    "/dashboard/schedules",
    "/dashboard/storage",
    "/dashboard/tickets",
    "/dashboard/workers",
}
BYTES_MAX = 60 * 1024
SCRIPT_BYTES_MAX = 4 * 1024
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def attempt_at(work_order_id: str) -> AttemptRecord:
    """Return how its job is told to have been done."""
    started = system_clock() - timedelta(seconds=3)
    return AttemptRecord(
        token=1,
        job_id=f"extract_ticket:{work_order_id}",
        kind="extract_ticket",
        lane="within_1s",
        number=1,
        worker="worker-1.test",
        enqueued_at=started,
        due_at=started,
        started_at=started,
        ended_at=started + timedelta(seconds=1),
        ending=AttemptEnding.DONE,
        about=work_order_id,
        logs=['{"message": "<script>alert(1)</script>", "level": "info"}'],
    )


@pytest.fixture
async def browser(config: Config, env: Env) -> AsyncIterator[Browser]:
    """An administrator at a service with a ticket, a dead letter and an order that waits."""
    ticketed, buried, _waiting = [await accepted(env) for _each in range(3)]
    await ExtractTicket(work_order_id=ticketed.id).run(env)
    await bury(env, buried)
    env.store.telemetry.record_attempts_now([attempt_at(ticketed.id)])
    async with signed_in(config, env, Role.ADMIN) as browser:
        yield browser


async def test_every_page_is_whole_and_asks_nothing_of_anybody_else(browser: Browser) -> None:
    """All that can be reached by links, by who may do everything."""
    walked = [one async for one in walk(browser)]

    assert {path for path, _answer in walked} >= PAGES
    for kind in ("tickets", "jobs"):
        assert any(path.startswith(f"/dashboard/{kind}/") for path, _answer in walked)
    for path, answer in walked:
        assert answer.status_code == 200, path
        assert answer.headers["content-security-policy"] == CSP
        assert answer.headers["cache-control"] == "no-store"
        page = Anatomy.of(answer.text)
        assert page.inline == [], path
        assert [one for one in page.leads if not is_ours(one)] == [], path
        assert page.unlabelled == [], path
        assert page.unsigned == [], path
        assert [name for name, times in Counter(page.ids).items() if times > 1] == [], path
        assert page.headings.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(page.headings)), path


def is_ours(lead: str) -> bool:
    return bool(re.match(r"/(?!/)|[?#]|data:,$|mailto:|tel:", lead)) or not lead


async def test_all_pages_with_what_they_load_are_under_60_kb(browser: Browser) -> None:
    """As they go over the wire: somebody may stand in a field with one bar."""
    sizes = {"style": len(STYLE.packed), "script": len(SCRIPT.packed)}
    kinds = {"ticket": "/dashboard/tickets/", "job": "/dashboard/jobs/"}
    async for path, answer in walk(browser):
        if path in PAGES:
            sizes[path] = len(gzip.compress(answer.content, 6))
        for kind, start in kinds.items():
            if path.startswith(start):
                sizes.setdefault(kind, len(gzip.compress(answer.content, 6)))

    assert sum(sizes.values()) < BYTES_MAX, sizes
    assert len(SCRIPT.content) < SCRIPT_BYTES_MAX


async def test_a_page_goes_over_the_wire_packed(browser: Browser) -> None:
    packed = await browser.get()
    plain = await browser.get(headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"


async def test_style_and_script_are_kept_for_ever_under_the_name_of_their_content(
    config: Config, env: Env
) -> None:
    """Who is not signed in yet sees them too; an old name leads to nothing."""
    async with visiting(config, env) as browser:
        html = await browser.text("/dashboard/sign-in")
        named = re.findall(r'(?:href|src)="(/dashboard/static/[^"]+)"', html)
        answers = [await browser.get(one) for one in named]
        plain = await browser.get(named[0], headers={"Accept-Encoding": "identity"})
        old = await browser.get("/dashboard/static/dashboard-0123456789ab.css")

    assert [one.headers["content-type"].partition(";")[0] for one in answers] == [
        "text/css",
        "text/javascript",
    ]
    assert {one.headers["cache-control"] for one in answers} == {
        "public, max-age=31536000, immutable"
    }
    assert {one.headers["content-encoding"] for one in answers} == {"gzip"}
    assert plain.content == answers[0].content == STYLE.content
    assert old.status_code == 404


async def test_what_is_not_there_is_said_on_a_page(browser: Browser) -> None:
    """With the way back; a machine is still told in its own form."""
    answers = [
        await browser.get(ANY_PAGE),
        await browser.get("/dashboard/tickets/nobodys"),
        await browser.client.put("/dashboard"),
        await browser.get("/dashboard/no/such/page"),
    ]
    elsewhere = await browser.get("/nothing-here")

    assert [answer.status_code for answer in answers] == [404, 404, 405, 404]
    for answer in answers:
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert Anatomy.of(answer.text).headings == [1]
        assert ">Overview</a>" in answer.text
    assert elsewhere.headers["content-type"] == "application/problem+json"


async def test_a_page_is_found_with_a_slash_and_answers_a_look_at_its_head(
    config: Config, env: Env
) -> None:
    """As people type it, and as monitors ask."""
    async with signed_in(config, env) as browser:
        led = await browser.get("/dashboard/?period=24h")
        head = await browser.client.head("/dashboard/tickets")
        live = await browser.client.head("/dashboard/live")

    assert (led.status_code, led.headers["location"]) == (308, "/dashboard?period=24h")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/html")
    assert live.status_code == 405


async def test_too_many_requests_are_refused_on_a_page(config: Config, env: Env) -> None:
    """The key's limit holds for people, too."""
    async with visiting(config, env) as browser:
        await browser.sign_in(await make_key(env, requests_per_minute=3))
        answers = [await browser.get(ANY_PAGE) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "which is the limit" in answers[-1].text


async def test_a_viewer_is_shown_no_button_that_is_refused(config: Config, env: Env) -> None:
    """Each form that stands on a page may be sent by whoever sees it."""
    order = await accepted(env)
    await ExtractTicket(work_order_id=order.id).run(env)
    async with signed_in(config, env, Role.VIEWER) as browser:
        shown: set[str] = set()
        async for _path, answer in walk(browser):
            shown |= set(re.findall(r'<form method="post" action="([^"]+)"', answer.text))

    assert shown == {"/dashboard/sign-out"}


async def test_the_page_one_is_on_is_marked_for_who_does_not_see_it(browser: Browser) -> None:
    html = await browser.text("/dashboard/workers")

    assert re.findall(r'<a href="([^"]+)" aria-current="page">Workers', html) == [
        "/dashboard/workers"
    ]
    assert '<a class="skip" href="#main">' in html


def test_times_and_numbers_are_written_for_people() -> None:
    now = system_clock()
    spans = {0.2: "200 ms", 42: "42 s", 250: "4 min 10 s", 3_600: "1 h", 90_061: "1 d 1 h"}
    assert {seconds: span(seconds) for seconds in spans} == spans
    assert ago(now - timedelta(seconds=61), now) == "1 min 1 s ago"
    assert ago(now + timedelta(hours=3), now) == "in 3 h"
    assert [number(one) for one in (12345, 0.5, 3.0)] == ["12,345", "0.5", "3"]
