"""What the API says of damage: short, with the way out, and never that there is no ticket."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from config import Config
from domain.errors import UnavailableError
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from storage.restoring import Restoring
from tests.conftest import serving
from tests.flows.site import Clock, Site, submitted

ANSWER_BYTES_MAX = 50_000


@pytest.fixture
async def site(config: Config, env: Env) -> AsyncIterator[Site]:
    """A service whose present is the test's clock."""
    clock = Clock()
    timed = replace(env, clock=clock)
    async with serving(config, timed) as client:
        yield Site(timed, client, clock)


def spoil(config: Config, ticket_id: str) -> bytes:
    """Spoil a ticket's file; return what it was."""
    path = config.root / "tickets" / f"ticket_{ticket_id}.json"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return whole


async def test_where_nothing_is_damaged_nothing_is_told(client: httpx2.AsyncClient) -> None:
    """A dashboard asks every minute."""
    answer = await client.get("/storage/damage")

    assert answer.status_code == 200
    assert answer.json() == {"damaged": [], "total": 0}


async def test_a_damaged_ticket_is_told_with_the_version_that_can_be_restored(
    site: Site, config: Config
) -> None:
    """Which ticket, what is wrong, which version there is, and what to do."""
    ticket_id = await submitted(site)
    version = (await site.see(ticket_id))["version"]
    spoil(config, ticket_id)
    await site.see(ticket_id)

    found = (await site.client.get("/storage/damage")).json()

    assert found["total"] == 1
    (told,) = found["damaged"]
    assert (told["ticket_id"], told["version"], told["source"]) == (
        ticket_id,
        version,
        "audit trail",
    )
    assert told["is_newest"] is True
    assert f"texas811 check --restore {ticket_id}" in told["remedy"]
    assert told["problem"]
    assert told["found_at"]
    assert str(config.root) not in str(found)


async def test_a_damaged_ticket_is_unavailable_and_never_not_found(
    site: Site, config: Config, env: Env
) -> None:
    """Nor is it made anew from its work order, nor changed by anybody."""
    ticket_id = await submitted(site)
    spoil(config, ticket_id)

    for _time in range(2):
        answers = [
            await site.client.get(f"/tickets/{ticket_id}"),
            await site.client.get(f"/tickets/{ticket_id}/packet"),
            await site.client.post(f"/tickets/{ticket_id}/close", json={"by": "Dana Ruiz"}),
            await site.state(ticket_id, city="Waco"),
        ]
        assert [answer.status_code for answer in answers] == [503] * 4
        assert all(answer.json()["remedy"] for answer in answers)
    page = (await site.client.get("/tickets")).json()
    assert (page["total"], page["damaged"]) == (0, [f"ticket_{ticket_id}.json"])
    (order,) = (config.root / "work_orders").iterdir()
    with pytest.raises(UnavailableError):
        await ExtractTicket(work_order_id=order.name).run(env)
    assert await env.owed() == []
    assert not (config.root / "tickets" / f"ticket_{ticket_id}.json").exists()


async def test_a_ticket_is_restored_as_if_nothing_had_happened(
    site: Site, config: Config
) -> None:
    """Its file is the same to the byte, and its life goes on."""
    ticket_id = await submitted(site)
    before = await site.see(ticket_id)
    whole = spoil(config, ticket_id)

    await Restoring(site.env.store, clock=site.clock).restore(ticket_id)

    assert (config.root / "tickets" / f"ticket_{ticket_id}.json").read_bytes() == whole
    after = await site.see(ticket_id)
    assert after | {"history": []} == before | {"history": []}
    assert [event["action"] for event in after["history"][-2:]] == [
        "ticket_submitted",
        "ticket_restored",
    ]
    assert (await site.client.get("/storage/damage")).json()["total"] == 0
    view = await site.do(ticket_id, "respond", member_code="ATM01", outcome="Marked")
    assert view["version"] == before["version"] + 1


async def test_an_answer_stays_small_however_much_is_damaged(
    site: Site, config: Config
) -> None:
    """A CustomGPT cannot take in a hundred kilobytes."""
    for _number in range(25):
        ticket_id = await site.make()
        spoil(config, ticket_id)
        await site.see(ticket_id)

    answer = await site.client.get("/storage/damage")

    assert (len(answer.json()["damaged"]), answer.json()["total"]) == (20, 25)
    assert len(answer.content) < ANSWER_BYTES_MAX


def test_the_description_says_what_is_told(description: dict[str, Any]) -> None:
    """A CustomGPT picks its actions by name and sentence."""
    operation = description["paths"]["/storage/damage"]["get"]
    assert operation["operationId"]
    assert operation["summary"] == "Get Damage"
    assert operation["description"].startswith("Tell which files are damaged")
