"""Long lists walked by cursor, lists of what may not be dug on and why, and histories."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from config import Config
from domain.conditions import ConditionName
from domain.statements import SiteCheck
from domain.ticket import TicketStatus
from jobs.job import Env
from tests.builders import NOW, make_change, make_draft, make_ticket
from tests.conftest import serving
from tests.domain.lives import ANSWERED, CHECK, DAMAGE, DIGGING, make_life
from tests.jobs.clocks import at, stored

Status = TicketStatus


@pytest.fixture
async def client(config: Config, env: Env) -> AsyncIterator[httpx2.AsyncClient]:
    """A client on the day of the digging."""
    async with serving(config, at(env, DIGGING)) as client:
        yield client


async def many(env: Env, count: int) -> list[str]:
    """Store tickets, some of them changed at the same moment; return their ids as listed."""
    for number in range(count):
        moment = NOW + timedelta(minutes=number // 2)
        await env.store.commit(make_change(make_draft(f"t{number:02}"), now=moment))
    return [f"t{number:02}" for number in reversed(range(count))]


async def listed(client: httpx2.AsyncClient, **asked: object) -> list[str]:
    page = (await client.get("/tickets", params=asked)).raise_for_status().json()
    return [ticket["id"] for ticket in page["tickets"]]


async def test_a_walk_by_cursor_meets_every_ticket_once(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """The total is on each page, and the last page leads nowhere."""
    ids = await many(env, 7)

    met, totals, cursor = [], set(), None
    for _page in range(4):
        asked = {"limit": 2, "status": "Draft", **({"cursor": cursor} if cursor else {})}
        page = (await client.get("/tickets", params=asked)).raise_for_status().json()
        met.append([ticket["id"] for ticket in page["tickets"]])
        totals.add((page["total"], page["limit"]))
        cursor = page["next_cursor"]

    assert met == [ids[0:2], ids[2:4], ids[4:6], ids[6:7]]
    assert totals == {(7, 2)}
    assert cursor is None


async def test_a_walk_shows_no_ticket_twice_while_tickets_change(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """What was shown and is changed comes to the front of a new walk; by offset it would shift."""
    ids = await many(env, 6)
    first = (await client.get("/tickets", params={"limit": 2})).json()
    shown, ahead = ids[1], ids[3]
    for number, ticket_id in enumerate((shown, ahead)):
        ticket = await env.store.tickets.get(ticket_id)
        later = NOW + timedelta(hours=number + 1)
        await env.store.commit(make_change(ticket, now=later, city="Waco"))
    new = make_draft("new")
    await env.store.commit(make_change(new, now=NOW + timedelta(hours=3)))

    rest = await listed(client, limit=10, cursor=first["next_cursor"])
    anew = await listed(client, limit=3)

    assert rest == [ids[2], *ids[4:]]
    assert anew == ["new", ahead, shown]


async def test_a_walk_goes_on_when_the_ticket_at_its_place_is_gone(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """The cursor is a place and no ticket."""
    ids = await many(env, 4)
    first = (await client.get("/tickets", params={"limit": 2})).json()
    ticket = await env.store.tickets.get(ids[1])
    await env.store.commit(make_change(ticket, now=NOW + timedelta(hours=1), city="Waco"))

    assert await listed(client, cursor=first["next_cursor"]) == ids[2:]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "AAAA",
        "bnVsbA",
        "WzEsMl0",
        "WzEsInQiLCJ4Il0=",
        "W3RydWUsInQwMSIsIngiXQ",
        "{}",
        "\u2603",
        "a" * 299,
        "_" * 8,
    ],
)
async def test_a_cursor_that_is_none_of_ours_is_refused(
    client: httpx2.AsyncClient, cursor: str
) -> None:
    """The first page in its place would be a walk that never ends."""
    answer = await client.get("/tickets", params={"cursor": cursor})

    assert answer.status_code == 422
    assert answer.json()["field"] == "cursor"
    assert (
        "next_cursor" in answer.json()["remedy"]
        or "without a cursor" in answer.json()["remedy"]
    )


async def test_a_cursor_belongs_to_what_was_asked(env: Env, client: httpx2.AsyncClient) -> None:
    """Of another list its place means nothing; another size of page is no other list."""
    ids = await many(env, 4)
    cursor = (await client.get("/tickets", params={"limit": 1})).json()["next_cursor"]

    other = await client.get("/tickets", params={"cursor": cursor, "status": "Draft"})
    both = await client.get("/tickets", params={"cursor": cursor, "offset": 1})
    larger = await listed(client, cursor=cursor, limit=3)

    assert (other.status_code, other.json()["field"]) == (422, "cursor")
    assert "something else was asked" in other.json()["problem"]
    assert (both.status_code, both.json()["field"]) == (422, "offset")
    assert larger == ids[1:]


async def test_a_list_is_narrowed_by_several_statuses_type_and_validation(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """What a dispatcher watches is never one status alone."""
    await env.store.commit(make_change(make_draft("draft")))
    await env.store.commit(make_change(make_ticket("ready", status="Ready")))
    emergency = {"ticket_type": "Emergency", "validation_status": "Valid"}
    await env.store.commit(make_change(make_ticket("urgent", status="Expired", **emergency)))

    both = await client.get("/tickets", params={"status": ["Draft", "Expired"]})

    assert {one["id"] for one in both.json()["tickets"]} == {"draft", "urgent"}
    assert await listed(client, ticket_type="Emergency") == ["urgent"]
    assert await listed(client, validation_status="Valid") == ["urgent"]
    assert await listed(client, validation_status="Valid", ticket_type="Normal") == []


async def lives(env: Env) -> None:
    """Store tickets that nobody may dig on, each for another reason, and one that is ready."""
    unchecked = CHECK.model_copy(update={"white_lines_verified": False})
    await stored(env, make_life(Status.READY_TO_DIG, id="ready"))
    await stored(env, numbered("silent", Status.SUBMITTED, member_responses=[]))
    await stored(env, numbered("unchecked", Status.RESPONSES_IN, site_check=unchecked))
    await stored(env, numbered("damaged", Status.DAMAGED, damages=[DAMAGE]))
    await stored(env, make_draft("draft"))


def numbered(ticket_id: str, status: TicketStatus, **fields: object):
    return make_life(status, id=ticket_id, texas811_ticket_number=ticket_id, **fields)


async def test_a_list_tells_which_tickets_wait_for_a_condition(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Whom to call, what to check: of what was submitted, unless a status is asked."""
    await lives(env)

    assert await listed(client, not_ready_because="members_closed") == ["silent"]
    assert await listed(client, not_ready_because="white_lines_verified") == ["unchecked"]
    assert await listed(client, not_ready_because="no_damage_hold") == ["damaged"]
    assert await listed(client, not_ready_because="notice_given") == []
    assert await listed(client, not_ready_because="notice_given", status="Draft") == ["draft"]


async def test_what_is_missing_depends_on_the_moment(config: Config, env: Env) -> None:
    """Two days before the digging all of them wait for the lawful start."""
    await lives(env)
    asked = {"not_ready_because": ConditionName.LAWFUL_START_REACHED}

    async with serving(config, at(env, ANSWERED)) as early:
        before = await listed(early, **asked)
    async with serving(config, at(env, DIGGING)) as late:
        after = await listed(late, **asked)

    assert set(before) == {"ready", "silent", "unchecked", "damaged"}
    assert after == []


async def test_what_waits_for_a_condition_is_walked_by_cursor_too(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """With its own total; and a damaged file hides no other."""
    nobody = SiteCheck.model_validate({**CHECK.model_dump(), "place_verified": False})
    for number in range(5):
        await stored(env, numbered(f"n{number}", Status.RESPONSES_IN, site_check=nobody))
    (env.store.tickets._layout.ticket("n2")).write_bytes(b"{")
    asked: dict[str, object] = {"not_ready_because": "place_verified", "limit": 3}

    first = (await client.get("/tickets", params=asked)).json()
    rest = await listed(client, **asked, cursor=first["next_cursor"])

    assert [one["id"] for one in first["tickets"]] == ["n4", "n3", "n1"]
    assert (first["total"], first["damaged"]) == (4, ["ticket_n2.json"])
    assert rest == ["n0"]


async def test_the_history_is_paged_and_narrowed(env: Env, client: httpx2.AsyncClient) -> None:
    """Who did what when, the oldest first or the newest."""
    ticket = await env.store.commit(make_change(make_draft("t")))
    for number in range(3):
        later = NOW + timedelta(hours=number + 1)
        ticket = await env.store.commit(make_change(ticket, now=later, city=f"City {number}"))

    async def told(**asked: object) -> tuple[list[str], int]:
        page = (await client.get("/tickets/t/history", params=asked)).raise_for_status().json()
        times = [event["timestamp"][11:13] for event in page["events"]]
        assert page["damaged"] == []
        return times, page["total"]

    assert await told() == (["15", "16", "17", "18"], 4)
    assert await told(order="newest_first", limit=2) == (["18", "17"], 4)
    assert await told(order="newest_first", limit=2, offset=2) == (["16", "15"], 4)
    assert await told(action="ticket_created") == (["15"], 1)
    assert await told(action="dug") == ([], 0)
    assert (await client.get("/tickets/gone/history")).status_code == 404
    assert (await client.get("/tickets/t/history?order=odd")).status_code == 422


def test_the_document_lists_every_condition_that_can_be_asked_for(
    description: dict[str, Any],
) -> None:
    """A program that is generated from it knows them."""
    assert description["components"]["schemas"]["ConditionName"]["enum"] == list(ConditionName)
