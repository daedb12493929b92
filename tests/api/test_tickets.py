"""Tickets as the API shows them: listed, filtered, paged, and one with all that is known."""

from datetime import timedelta

import httpx2
import pytest

from config import Config
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from tests.builders import NOW, make_change, make_draft, make_ticket
from tests.jobs.orders import DOCUMENT, accepted, queued


async def five_tickets(env: Env) -> None:
    """Two drafts and three whole ones, in two counties, each changed an hour after the other."""
    counties = ["Travis", "Hays", "Travis", "Hays", "Travis"]
    for number, county in enumerate(counties):
        at = {"updated_at": NOW + timedelta(hours=number), "county": county}
        make = make_draft if number < 2 else make_ticket
        status = "Draft" if number < 2 else "ValidPendingConfirm"
        ticket = make(f"ticket-{number}", status=status, **at)
        await env.store.commit(make_change(ticket, now=at["updated_at"]))


async def listed(client: httpx2.AsyncClient, **asked: object) -> list[str]:
    page = (await client.get("/tickets", params=asked)).raise_for_status().json()
    return [ticket["id"] for ticket in page["tickets"]]


async def test_a_list_without_tickets_is_a_list(client: httpx2.AsyncClient) -> None:
    """The first thing that a new installation shows."""
    answer = await client.get("/tickets")

    assert answer.json() == {
        "tickets": [],
        "total": 0,
        "limit": 100,
        "next_cursor": None,
        "damaged": [],
    }


async def test_the_latest_change_is_listed_first(env: Env, client: httpx2.AsyncClient) -> None:
    """What moved last is what somebody is working on."""
    await five_tickets(env)

    assert await listed(client) == [f"ticket-{number}" for number in (4, 3, 2, 1, 0)]


async def test_a_list_is_narrowed_by_status_and_county(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """A dispatcher has one county and wants what is still open; how it is spelt is no matter."""
    await five_tickets(env)

    assert await listed(client, status="Draft") == ["ticket-1", "ticket-0"]
    assert await listed(client, county="hays") == ["ticket-3", "ticket-1"]
    assert await listed(client, county="TRAVIS", status="Draft") == ["ticket-0"]
    assert await listed(client, county="Bexar") == []


async def test_a_list_is_narrowed_by_company_month_end_and_words(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """What a dispatcher remembers of a ticket, and which end first; all of it must be true."""
    april, soon = NOW + timedelta(days=31), NOW + timedelta(days=2)
    await five_tickets(env)
    await env.store.commit(make_change(make_ticket("soon", expires_at=soon)))
    await env.store.commit(make_change(make_ticket("other", company="Acme"), now=april))

    assert await listed(client, company="CaprockLine builders", month="2026-03") == [
        *(f"ticket-{number}" for number in (4, 3, 2)),
        "soon",
    ]
    assert await listed(client, company="acme") == ["other"]
    assert await listed(client, month="2026-04") == ["other"]
    assert await listed(client, expiring_before="2026-03-04T09:00:01-06:00") == ["soon"]
    assert await listed(client, expiring_before="2026-03-04T09:00:00-06:00") == []
    assert await listed(client, text="bluebon ACME") == ["other"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("month", "March"),
        ("expiring_before", "2026-03-04T09:00:00"),
        ("status", "Lost"),
        ("validation_status", "Fine"),
        ("ticket_type", "Odd"),
        ("not_ready_because", "rain"),
        ("text", "x" * 201),
        ("limit", 101),
        ("offset", -1),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_by_its_name(
    client: httpx2.AsyncClient, field: str, value: object
) -> None:
    """An empty list would look like an answer."""
    answer = await client.get("/tickets", params={field: value})

    assert answer.status_code == 422
    assert answer.json()["field"] == field


async def test_a_long_list_is_turned_page_by_page(env: Env, client: httpx2.AsyncClient) -> None:
    """Every ticket on one page and on one only, and the total on each."""
    await five_tickets(env)

    pages = [await listed(client, limit=2, offset=offset) for offset in (0, 2, 4, 6)]

    total = (await client.get("/tickets", params={"limit": 1})).json()["total"]
    assert pages == [["ticket-4", "ticket-3"], ["ticket-2", "ticket-1"], ["ticket-0"], []]
    assert total == 5


async def test_a_line_of_the_list_says_what_a_dispatcher_looks_for(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Who, where, what, and how much is still missing."""
    await env.store.commit(make_change(make_ticket("ticket-1", work_order_ref="WO-7")))

    [line] = (await client.get("/tickets")).json()["tickets"]

    assert line == {
        "id": "ticket-1",
        "status": "Draft",
        "validation_status": "Invalid",
        "gap_count": 0,
        "extraction_confidence": 0.0,
        "company": "Caprock Line Builders",
        "county": "Travis",
        "city": "Austin",
        "type_of_work": "Replace power pole",
        "work_order_ref": "WO-7",
        "work_order_filename": None,
        "updated_at": "2026-03-02T15:00:00Z",
    }


async def test_a_damaged_file_is_named_and_hides_no_other(
    env: Env, client: httpx2.AsyncClient, config: Config
) -> None:
    """One bad block on a disk must not empty the list; and it must not go unseen."""
    await five_tickets(env)
    (config.root / "tickets" / "ticket_ticket-3.json").write_bytes(b'{"id": "ticket-3", "stat')

    page = (await client.get("/tickets")).json()
    one = await client.get("/tickets/ticket-3")

    assert page["damaged"] == ["ticket_ticket-3.json"]
    assert page["total"] == 4
    assert one.status_code == 503
    assert "ticket_ticket-3.json cannot be read" in one.json()["problem"]
    assert "check --restore ticket-3" in one.json()["remedy"]


async def test_a_ticket_is_shown_with_its_gaps_its_history_and_what_was_read(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """One request, and a person can decide: what it says, why, and what to ask next."""
    order = await accepted(env, DOCUMENT)
    await ExtractTicket(work_order_id=order.id).run(env)

    view = (await client.get(f"/tickets/{order.ticket_id}")).json()

    assert view["ticket"]["company"] == "Caprock Line Builders"
    assert view["version"] == 1
    assert [gap["field"] for gap in view["open_gaps"]]
    assert view["next_question"] == view["open_gaps"][0]["suggested_prompt"]
    assert [event["action"] for event in view["history"]] == ["ticket_created"]
    assert view["extraction"]["fields"]["county"]["value"] == "Travis"


async def test_a_ticket_that_came_from_elsewhere_is_shown_without_what_was_read(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """A ticket from the customer's own files has no document behind it."""
    await env.store.commit(make_change(make_ticket("imported")))

    view = (await client.get("/tickets/imported")).json()

    assert view["extraction"] is None
    assert view["next_question"] is None
    assert view["open_gaps"] == []


async def test_a_validation_is_answered_at_once_with_what_it_found(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Who asks is waiting for it: the gaps of today, and the version that they are in."""
    await env.store.commit(make_change(make_ticket("imported", email=None)))

    answer = await client.post("/tickets/imported/validate")

    assert answer.status_code == 200
    assert "email" in {gap["field"] for gap in answer.json()["open_gaps"]}
    assert answer.headers["ETag"] == '"2"'
    assert await queued(env) == set()


async def test_a_ticket_that_is_not_there_cannot_be_validated(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Said at once, and not by a dead letter a minute later."""
    answer = await client.post("/tickets/gone/validate")

    assert answer.status_code == 404
    assert await queued(env) == set()
