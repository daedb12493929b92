"""A page stays live: all at first, then what has changed, the same bytes for all who watch."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import httpx2
import pytest

from api import progress
from api.app import create_app
from api.dashboard import broadcast
from api.dashboard.broadcast import Broadcast, Regions
from api.server import server_of
from config import Config
from domain.errors import UnavailableError
from jobs.job import Env
from jobs.listening import listen
from storage.clock import system_clock
from tests.api.dashboard.signing import Browser, signed_in
from tests.builders import STATED
from tests.keys import make_key, sent

LIVE = "/dashboard/live?page=overview"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "LOOK_SECONDS", 0.02)


class Sight:
    """What can be seen, and how often somebody has looked."""

    def __init__(self) -> None:
        self.regions = {"lanes": "<p>3</p>", "plots": "<svg/>"}
        self.looks = 0
        self.trouble: Exception | None = None

    async def look(self) -> Regions:
        self.looks += 1
        if self.trouble:
            raise self.trouble
        return dict(self.regions)


def said(event: bytes | None) -> dict[str, str]:
    """Return the regions of an event."""
    assert event
    kind, data, *_end = event.decode().split("\n")
    assert kind == "event: regions"
    return dict(json.loads(data.removeprefix("data: ")))


async def first(editions: AsyncIterator[bytes | None]) -> bytes:
    """Return the next edition that has something in it."""
    async with asyncio.timeout(5):
        return await anext(one async for one in editions if one)


async def test_everything_comes_first_and_then_what_has_changed() -> None:
    sight = Sight()
    async with aclosing(Broadcast(sight.look).editions()) as editions:
        whole = await first(editions)
        sight.regions["lanes"] = "<p>4</p>"
        change = await first(editions)

    assert said(whole) == {"lanes": "<p>3</p>", "plots": "<svg/>"}
    assert said(change) == {"lanes": "<p>4</p>"}


async def test_all_who_watch_share_one_look_and_the_same_bytes() -> None:
    """Fifty screens on walls must not cost fifty times as much."""
    sight = Sight()
    shown = Broadcast(sight.look)
    watching = [shown.editions() for _viewer in range(50)]
    wholes = await asyncio.gather(*(first(one) for one in watching))
    before = sight.looks
    sight.regions["lanes"] = "<p>5</p>"
    changes = await asyncio.gather(*(first(one) for one in watching))
    looks = sight.looks - before
    for one in watching:
        await one.aclose()

    assert len({id(one) for one in wholes}) == 1
    assert len({id(one) for one in changes}) == 1
    assert looks < 10


async def test_who_comes_late_or_is_slow_is_shown_everything() -> None:
    sight = Sight()
    shown = Broadcast(sight.look)
    async with aclosing(shown.editions()) as slow, aclosing(shown.editions()) as quick:
        await first(slow)
        await first(quick)
        for number in range(3):
            sight.regions["lanes"] = f"<p>again {number}</p>"
            await first(quick)
        assert said(await first(slow)) == sight.regions
        async with aclosing(shown.editions()) as late:
            assert said(await first(late)) == sight.regions


async def test_nobody_looks_while_nobody_watches() -> None:
    sight = Sight()
    shown = Broadcast(sight.look)
    async with aclosing(shown.editions()) as editions:
        await first(editions)
    looks = sight.looks
    await asyncio.sleep(0.1)
    assert sight.looks == looks

    sight.regions["lanes"] = "<p>later</p>"
    async with aclosing(shown.editions()) as editions:  # and nothing old is shown
        assert said(await first(editions)) == sight.regions


async def test_a_page_that_cannot_be_looked_at_stays_as_it_was() -> None:
    """The disk may be away for a moment; an accident in a page is not passed over."""
    sight = Sight()
    async with aclosing(Broadcast(sight.look).editions()) as editions:
        await first(editions)
        sight.trouble = UnavailableError("The disk is away.")
        assert await anext(editions) is None
        sight.trouble = None
        sight.regions["lanes"] = "<p>back</p>"
        assert said(await first(editions)) == {"lanes": "<p>back</p>"}
        sight.trouble = KeyError("lane")
        with pytest.raises(KeyError):
            await first(editions)


@asynccontextmanager
async def watching(browser: Browser) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of a live page."""
    async with browser.client.stream("GET", LIVE) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in answer.headers
        yield answer.aiter_lines()


async def next_event(lines: AsyncIterator[str]) -> str:
    async with asyncio.timeout(10):
        return await anext(
            one.removeprefix("event: ") async for one in lines if "event:" in one
        )


async def test_a_page_is_sent_over_the_wire_with_the_verdict(config: Config, env: Env) -> None:
    async with signed_in(config, env) as browser, watching(browser) as lines:
        assert await next_event(lines) == "regions"
        data = json.loads((await anext(lines)).removeprefix("data: "))

    assert "<strong>" in data["verdict"]


async def test_who_was_shut_out_does_not_go_on_watching(
    config: Config, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "KEY_LOOK_SECONDS", 0.05)
    async with signed_in(config, env) as browser, watching(browser) as lines:
        await next_event(lines)
        (key,) = await env.store.api_keys.list()
        await env.store.api_keys.revoke(key.id, at=system_clock(), by="Tess")
        while (event := await next_event(lines)) != "ended":
            assert event == "regions"
        assert [line async for line in lines if "regions" in line] == []


@pytest.mark.parametrize("how", ["signed out", "without the secret"])
async def test_who_is_signed_in_no_more_does_not_go_on_watching(
    config: Config, env: Env, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(broadcast, "KEY_LOOK_SECONDS", 0.05)
    async with signed_in(config, env) as browser, watching(browser) as lines:
        await next_event(lines)
        if how == "signed out":
            await browser.act("/dashboard/sign-out")
        else:
            (config.root / "config" / "cookie_secret").unlink()
        while (event := await next_event(lines)) != "ended":
            assert event == "regions"


async def test_a_stop_ends_the_live_pages(config: Config, env: Env) -> None:
    """A browser on a wall would hold up a deploy for ever."""
    app = create_app(env, document_bytes_max=config.document_bytes_max)
    listening = listen("127.0.0.1", 0)
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server = server_of(app)
    async with httpx2.AsyncClient(base_url=base, trust_env=False) as client:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        browser = Browser(client)
        await browser.sign_in(await make_key(env))
        async with watching(browser) as lines:
            await next_event(lines)
            server.should_exit = True
            async with asyncio.timeout(5):
                rest = [line async for line in lines]
                await serving

    assert "event: ended" not in rest  # so that the browser comes back to the next process


async def test_too_many_who_watch_are_refused_with_a_status(
    config: Config, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "VIEWERS_MAX", 1)
    async with signed_in(config, env) as browser, watching(browser) as lines:
        await next_event(lines)
        answer = await browser.get(LIVE)

    assert answer.status_code == httpx2.codes.SERVICE_UNAVAILABLE
    assert "are open and watched" in answer.json()["problem"]


async def test_nobody_takes_the_places_of_all(
    config: Config, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also not who asks for many at once; whose key is another has a place as ever."""
    monkeypatch.setattr(broadcast, "VIEWERS_OF_KEY_MAX", 3)
    async with signed_in(config, env) as browser, signed_in(config, env) as other:

        async def status() -> int:
            async with browser.client.stream("GET", LIVE) as answer:
                statuses.append(answer.status_code)
                await all_are_told.wait()
                return answer.status_code

        statuses: list[int] = []
        all_are_told = asyncio.Event()
        asking = [asyncio.create_task(status()) for _time in range(12)]
        async with asyncio.timeout(10):
            while len(statuses) < len(asking):
                await asyncio.sleep(0.01)
        async with watching(other) as lines:
            assert await next_event(lines) == "regions"
        all_are_told.set()
        await asyncio.gather(*asking)
        async with asyncio.timeout(10):  # who has gone leaves a place
            while (await looked(browser)) != httpx2.codes.OK:
                await asyncio.sleep(0.01)

    assert sorted(statuses) == [200] * 3 + [503] * 9


async def looked(browser: Browser) -> int:
    async with browser.client.stream("GET", LIVE) as answer:
        return answer.status_code


async def test_who_watches_takes_no_place_of_the_streams_of_orders(
    config: Config, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client waits for its ticket while many look at the dashboard."""
    monkeypatch.setattr(progress, "STREAMS_MAX", 1)
    async with signed_in(config, env) as browser, watching(browser) as lines:
        await next_event(lines)
        key = sent(await make_key(env))
        receipt = await browser.client.post("/work-orders", json=STATED, headers=key)
        where = f"/work-orders/{receipt.json()['work_order_id']}/events"
        async with browser.client.stream("GET", where, headers=key) as answer:
            assert answer.status_code == httpx2.codes.OK
