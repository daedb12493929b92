"""So many requests a minute and no more: of each key by itself, and of each stranger."""

from dataclasses import replace

import httpx2
import pytest

from api.rate_limits import STRANGERS_PER_MINUTE, RateLimits
from config import Config
from domain.access import REQUESTS_PER_MINUTE, Role
from jobs.job import Env
from jobs.queue import connect
from jobs.rates import LocalCounter, RedisCounter
from jobs.wiring import make_counter
from tests.conftest import serving
from tests.keys import make_key, sent

WRONG = "t811_0123456789ab_" + "A" * 43


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy with tests answers late."""
    monkeypatch.setattr("jobs.rates.ANSWER_SECONDS_MAX", 10.0)


async def asked(client: httpx2.AsyncClient, times: int, **how: object) -> list[int]:
    return [(await client.get("/tickets", **how)).status_code for _ in range(times)]  # type: ignore[arg-type]  # given on as it came


async def test_a_key_that_asks_too_often_is_told_when_to_ask_again(
    config: Config, env: Env
) -> None:
    """In the status, in the headers, and in a sentence."""
    key = await make_key(env, requests_per_minute=3)
    async with serving(config, env, key=key) as client:
        answers = [await client.get("/tickets") for _ in range(4)]

    *granted, refused = answers
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == list("2100")
    assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"3"}
    assert all(1 <= int(answer.headers["RateLimit-Reset"]) <= 61 for answer in answers)
    assert not any("Retry-After" in answer.headers for answer in granted)
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["status"] == 429
    assert refused.headers["Retry-After"] in refused.json()["remedy"]


async def test_one_key_is_not_held_up_by_another(config: Config, env: Env) -> None:
    """A program that runs wild stops itself alone."""
    wild = await make_key(env, requests_per_minute=2)
    calm = await make_key(env, requests_per_minute=2)
    async with serving(config, env, key=None) as client:
        of_wild = await asked(client, 5, headers=sent(wild))
        of_calm = await asked(client, 2, headers=sent(calm))

    assert of_wild == [200, 200, 429, 429, 429]
    assert of_calm == [200, 200]


async def test_what_is_refused_has_done_nothing(config: Config, env: Env) -> None:
    """The client sends it again; it must not be there twice."""
    key = await make_key(env, requests_per_minute=1)
    async with serving(config, env, key=key) as client:
        first = await client.post("/work-orders", json={"company": "Caprock"})
        second = await client.post("/work-orders", json={"company": "Mesa"})

    assert (first.status_code, second.status_code) == (202, 429)
    assert len(list((config.root / "work_orders").iterdir())) == 1


async def test_a_key_that_names_no_limit_has_that_of_the_installation(
    config: Config, env: Env
) -> None:
    """RATE_LIMIT_PER_MINUTE, and one hundred if that is not set."""
    key = await make_key(env, requests_per_minute=None)
    async with serving(config, env, key=key, limits=RateLimits(per_key=7)) as client:
        set_here = (await client.get("/tickets")).headers["RateLimit-Limit"]
    async with serving(config, env, key=key) as client:
        usual = (await client.get("/tickets")).headers["RateLimit-Limit"]

    assert (set_here, usual) == ("7", "100")
    assert REQUESTS_PER_MINUTE == Config().rate_limit_per_minute == 100


async def test_two_processes_share_the_limit_of_a_key(config: Config, env: Env) -> None:
    """Else a limit of a hundred would be two hundred with two of them."""
    key = await make_key(env, requests_per_minute=5)
    limits = [RateLimits(make_counter(config)) for _ in range(2)]
    async with (
        serving(config, env, key=key, limits=limits[0]) as one,
        serving(config, replace(env), key=key, limits=limits[1]) as other,
    ):
        told = [await asked(client, 3) for client in (one, other)]

    assert told == [[200, 200, 200], [200, 200, 429]]


async def test_without_redis_the_limit_holds_all_the_same(config: Config, env: Env) -> None:
    """Each process counts for itself, and nobody waits for what does not answer."""
    key = await make_key(env, requests_per_minute=4)
    limits = RateLimits(RedisCounter(connect("unix:///nowhere/redis.sock")))
    async with serving(config, env, key=key, limits=limits) as client:
        assert await asked(client, 6) == [200] * 4 + [429] * 2


async def test_who_tries_keys_is_soon_refused_without_a_look(config: Config, env: Env) -> None:
    """Each try would cost a core."""
    good = await make_key(env)
    async with serving(config, env, key=None) as client:
        known = await asked(client, 1, headers=sent(good))
        tries = await asked(client, STRANGERS_PER_MINUTE + 3, headers=sent(WRONG))
        last = await client.get("/tickets", headers=sent(WRONG))
        still = await asked(client, 1, headers=sent(good))
        public = (await client.get("/healthz")).status_code

    assert (known, still, public) == ([200], [200], 200)
    assert tries == [401] * STRANGERS_PER_MINUTE + [429] * 3
    assert int(last.headers["Retry-After"]) >= 1
    assert last.headers["RateLimit-Limit"] == str(STRANGERS_PER_MINUTE)


@pytest.mark.parametrize("wrong", ["of nobody", "of another", "of this"])
async def test_who_tries_keys_does_not_shut_out_a_good_key_from_his_address(
    config: Config, env: Env, wrong: str
) -> None:
    """After a restart no key is proven yet, and behind one address there may be a whole office."""
    good, other = await make_key(env), await make_key(env)
    known = {"of nobody": WRONG, "of another": other, "of this": good}[wrong]
    tries = [f"{known[:-8]}{number:08}" for number in range(5)]
    async with serving(config, env, key=None, limits=RateLimits(per_stranger=3)) as client:
        refused = [(await asked(client, 1, headers=sent(one)))[0] for one in tries]
        came_in = await asked(client, 2, headers=sent(good))

    assert refused == [401] * 3 + [429] * 2
    assert came_in == [200, 200]


async def test_of_one_key_only_so_many_are_proven_from_an_address_that_tries_keys(
    config: Config, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who knows an id could cost us a core with it; from elsewhere its key is proven all the same."""
    monkeypatch.setattr("api.rate_limits.PROOFS_PER_MINUTE", 2)
    good = await make_key(env)
    limits = RateLimits(per_stranger=1)
    here, there = {"X-Real-IP": "192.0.2.1"}, {"X-Real-IP": "192.0.2.2"}
    async with serving(config, env, key=None, limits=limits, is_behind_proxy=True) as client:
        for number in range(4):
            await asked(client, 1, headers={**here, **sent(f"{good[:-8]}{number:08}")})
        from_here = await asked(client, 1, headers={**here, **sent(good)})
        from_there = await asked(client, 1, headers={**there, **sent(good)})

    assert (from_here, from_there) == ([429], [200])


async def test_nobody_gets_another_limit_by_naming_another_address(
    config: Config, env: Env
) -> None:
    """Only the platform's edge is believed, and only by the header that it sets itself."""
    await make_key(env)
    async with serving(config, env, key=None, limits=RateLimits(per_stranger=2)) as client:
        told = [
            await asked(client, 1, headers={name: f"192.0.2.{number}"})
            for number, name in enumerate(["X-Forwarded-For", "X-Real-IP"] * 2)
        ]

    assert told == [[401], [401], [429], [429]]


async def test_one_stranger_does_not_shut_out_another(config: Config, env: Env) -> None:
    """By the address that the platform's edge names; of IPv6 a whole network is one."""
    await make_key(env)
    limits = RateLimits(per_stranger=2)
    addresses = ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]
    async with serving(config, env, key=None, limits=limits, is_behind_proxy=True) as client:
        told = [await asked(client, 2, headers={"X-Real-IP": address}) for address in addresses]
        again = await asked(client, 1, headers={"X-Real-IP": "192.0.2.1"})

    assert told == [[401, 401], [401, 401], [401, 401], [429, 429], [401, 401]]
    assert again == [429]


async def test_public_paths_are_not_counted_and_say_nothing_of_limits(
    config: Config, env: Env
) -> None:
    """The platform asks for the health of a service as often as it likes."""
    limits = RateLimits(LocalCounter(), per_key=1, per_stranger=1)
    async with serving(config, env, key=None, limits=limits) as client:
        answers = [await client.get("/healthz") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}
    assert not any("RateLimit-Limit" in answer.headers for answer in answers)


async def test_a_refusal_for_the_role_counts_as_a_request(config: Config, env: Env) -> None:
    """It costs as much as any other."""
    key = await make_key(env, Role.VIEWER, requests_per_minute=2)
    async with serving(config, env, key=key) as client:
        told = [(await client.get("/keys")).status_code for _ in range(3)]

    assert told == [403, 403, 429]


async def test_a_stranger_who_asks_too_often_costs_no_look_at_the_keys(
    config: Config, env: Env
) -> None:
    """With keys that cannot be read, whoever is still let to look is told so."""
    async with serving(config, env, key=None) as client:
        (config.root / "config" / "api_keys.json").write_bytes(b"{")
        answers = [await client.get("/tickets") for _ in range(STRANGERS_PER_MINUTE + 1)]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [503] * STRANGERS_PER_MINUTE + [429]
    assert answers[0].headers["Retry-After"]
