"""Actions at the door: bad bodies are named and change nothing, good ones are told who acted."""

from typing import Any

import httpx2
import pytest

from config import Config
from domain.ticket import TicketStatus
from jobs.job import Env
from tests.builders import make_ticket
from tests.conftest import serving
from tests.domain.lives import ANSWERED, make_life
from tests.jobs.clocks import at, stored

DANA = {"by": "Dana Ruiz"}
ANSWER = {**DANA, "member_code": "ATM01"}
WHERE = {**DANA, "place": "At the pole", "facility": "gas"}

# The action, the body, the status, and the field that the answer names.
BAD: dict[str, tuple[str, Any, int, str | None]] = {
    "nobody acts": ("confirm", {}, 422, "by"),
    "an empty name": ("confirm", {"by": "  "}, 422, "by"),
    "an invisible name": ("confirm", {"by": "\u200b"}, 422, "by"),
    "the system itself": ("close", {**DANA, "actor": "System"}, 422, "actor"),
    "an invisible reason": ("cancel", {**DANA, "reason": "\u200b"}, 422, "reason"),
    "a newer ticket that is itself": (
        "supersede",
        {**DANA, "superseded_by_number": "2606100001"},
        422,
        "superseded_by_number",
    ),
    "a meeting in the past": (
        "standby",
        {**DANA, "member_code": "ATM01", "contact": "Lee", "meets_at": "2001-01-01T00:00:00Z"},
        422,
        "meets_at",
    ),
    "a damage before the ticket": (
        "damage",
        {**WHERE, "occurred_at": "2010-01-01T00:00:00Z"},
        422,
        "occurred_at",
    ),
    "a call before the damage": (
        "damage",
        {
            **WHERE,
            "occurred_at": "2026-03-04T12:00:00Z",
            "called_911_at": "2026-03-04T11:00:00Z",
        },
        422,
        "called_911_at",
    ),
    "a name of a page": ("confirm", {"by": "D" * 201}, 422, "by"),
    "no object": ("confirm", ["Dana"], 422, None),
    "an unknown field": ("close", {**DANA, "why": "done"}, 422, "why"),
    "a version of zero": ("close", {**DANA, "version": 0}, 422, "version"),
    "a version that is gone": ("close", {**DANA, "version": 7}, 409, "version"),
    "an unknown actor": ("close", {**DANA, "actor": "Robot"}, 422, "actor"),
    "no reason": ("cancel", {**DANA, "reason": " "}, 422, "reason"),
    "no outcome": ("respond", ANSWER, 422, "outcome"),
    "an outcome of our own": ("respond", {**ANSWER, "outcome": "Fine"}, 422, "outcome"),
    "a member that was not notified": (
        "respond",
        {**DANA, "member_code": "NOBODY", "outcome": "Clear"},
        422,
        "member_code",
    ),
    "a member without a code": ("respond", {**DANA, "outcome": "Clear"}, 422, "member_code"),
    "a facility that it has not": (
        "respond",
        {**ANSWER, "outcome": "Clear", "facility": "sewer"},
        422,
        "facility",
    ),
    "an answer from the future": (
        "respond",
        {**ANSWER, "outcome": "Clear", "response_date": "2099-01-01T00:00:00Z"},
        422,
        "response_date",
    ),
    "an answer without a zone": (
        "respond",
        {**ANSWER, "outcome": "Clear", "response_date": "2026-03-04T10:00:00"},
        422,
        "response_date",
    ),
    "no members": ("members", {**DANA, "members": []}, 422, "members"),
    "a member twice": (
        "members",
        {**DANA, "members": [{"code": "A1"}, {"code": "a1"}]},
        409,
        "members",
    ),
    "a code that is too long": (
        "members",
        {**DANA, "members": [{"code": "A" * 11}]},
        422,
        "members.0.code",
    ),
    "a damage in the future": (
        "damage",
        {**WHERE, "occurred_at": "2099-01-01T00:00:00Z"},
        422,
        "occurred_at",
    ),
    "a damage without a time": ("damage", WHERE, 422, "occurred_at"),
    "a ground that is none": (
        "second-notice",
        {**DANA, "reason": "Bored", "notes": "-"},
        422,
        "reason",
    ),
    "no open ground": (
        "settle",
        {**DANA, "ground_id": "g", "settlement": "Done."},
        422,
        "ground_id",
    ),
    "no open damage": ("release", {**DANA, "released_by": "Lee"}, 422, "damage_id"),
    "half a site check": ("check-site", {**DANA, "place_verified": True}, 422, None),
    "a refresh into an emergency": (
        "refresh",
        {**DANA, "ticket_type": "Emergency"},
        422,
        "ticket_type",
    ),
    "a second submission": (
        "submit",
        {**DANA, "texas811_ticket_number": "1", "notice_at": "2026-03-02T16:00:00Z"},
        422,
        "status",
    ),
}


async def test_each_bad_action_is_named_and_changes_nothing(config: Config, env: Env) -> None:
    """Each answer says field, problem and remedy."""
    ticket = await stored(env, make_life(TicketStatus.SUBMITTED))

    wrong = {}
    async with serving(config, at(env, ANSWERED)) as client:
        for case, (action, body, status, field) in BAD.items():
            answer = await client.post(f"/tickets/{ticket.id}/{action}", json=body)
            said = answer.json()
            named = answer.status_code == status and said["problem"] and said["remedy"]
            if not named or said["field"] != (field or said["field"]):
                wrong[case] = said

    assert wrong == {}
    assert await env.store.tickets.get(ticket.id) == ticket


@pytest.mark.parametrize("body", ["", "{", '{"by": NaN}', "null"])
async def test_a_body_that_is_no_json_object_is_refused(
    env: Env, client: httpx2.AsyncClient, body: str
) -> None:
    """A client that was cut off in the middle has asked for nothing."""
    ticket = await stored(env, make_ticket())

    answer = await client.post(
        f"/tickets/{ticket.id}/confirm",
        content=body,
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 422
    assert body != "{" or answer.json()["field"] == "body"
    assert await env.store.tickets.get(ticket.id) == ticket


@pytest.mark.parametrize("ticket_id", ["nobody", "..%2f..%2fetc%2fpasswd", "x" * 65, "\u2603"])
async def test_an_action_on_no_ticket_is_not_taken(
    client: httpx2.AsyncClient, ticket_id: str
) -> None:
    """An id that cannot be one is refused, one that is nobody's is not found."""
    for method, path in (("POST", "/close"), ("POST", "/refresh"), ("PATCH", "")):
        answer = await client.request(method, f"/tickets/{ticket_id}{path}", json=DANA)

        assert answer.status_code in (404, 422)
        assert answer.json()["remedy"]


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"compny": "Acme"}, "compny"),
        ({"status": "Ready"}, "status"),
        ({"depth_inches": "deep"}, "depth_inches"),
        ({"ticket_type": None}, "ticket_type"),
        ({"planned_start_at": "2026-03-06T08:00:00"}, "planned_start_at"),
        ({"planned_start_at": 1767000000}, "planned_start_at"),
        ({"expected_completion_on": "soon"}, "expected_completion_on"),
        ({}, None),
    ],
    ids=str,
)
async def test_a_bad_edit_is_named_and_changes_nothing(
    env: Env, client: httpx2.AsyncClient, edit: dict[str, Any], field: str | None
) -> None:
    """The other fields of the same edit are not taken either."""
    ticket = await stored(env, make_ticket())

    answer = await client.patch(f"/tickets/{ticket.id}", json={**edit, **DANA})

    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert await env.store.tickets.get(ticket.id) == ticket


async def test_an_edit_is_told_with_who_made_it_and_from_where(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """The history is read in a dispute: unicode names and all."""
    ticket = await stored(env, make_ticket())

    answer = await client.patch(
        f"/tickets/{ticket.id}",
        json={
            "city": "Peñitas",
            "depth_inches": None,
            "by": "José Núñez",
            "actor": "CustomGPT",
        },
        headers={"User-Agent": "gpt/1"},
    )

    event = answer.json()["history"][-1]
    assert answer.json()["ticket"]["city"] == "Peñitas"
    assert answer.json()["ticket"]["depth_inches"] is None
    assert (event["actor"], event["user_agent"], event["ip_address"]) == (
        "CustomGPT",
        "gpt/1",
        "127.0.0.1",
    )
    assert event["notes"] == "José Núñez stated city, depth_inches."
    assert event["field_changes"]["city"] == {"before": "Austin", "after": "Peñitas"}


async def test_the_dates_of_a_notice_can_be_asked_for(client: httpx2.AsyncClient) -> None:
    """Before anything is handed in: when could we start, and why?"""
    asked = {"at": "2026-12-23T10:00:00-06:00", "county": "travis county"}

    dates = (await client.get("/deadlines", params=asked)).json()

    start = dates["earliest_lawful_start"]
    assert start["at"] == "2026-12-28T16:00:00Z"
    assert (start["rule"], start["source"]) == ("A", "Tex. Util. Code 251.151(a)")
    assert "December 24" in start["warnings"][0]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"at": "2026-12-23T10:00:00", "county": "Travis"}, "at"),
        ({"at": "soon", "county": "Travis"}, "at"),
        ({"county": "Travis"}, "at"),
        ({"at": "2026-12-23T10:00:00Z", "county": "Bexer"}, "county"),
        ({"at": "2026-12-23T10:00:00Z", "county": ""}, "county"),
        ({"at": "2026-12-23T10:00:00Z", "county": "Travis", "ticket_type": "X"}, "ticket_type"),
        ({"at": "2001-12-23T10:00:00Z", "county": "Travis"}, "at"),
    ],
    ids=str,
)
async def test_dates_that_cannot_be_told_are_refused_with_the_reason(
    client: httpx2.AsyncClient, asked: dict[str, str], field: str
) -> None:
    """A guess would be a date that somebody digs by."""
    answer = await client.get("/deadlines", params=asked)

    assert answer.status_code == 422
    assert answer.json()["field"] == field


async def test_readiness_can_be_asked_about_another_moment(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Could we dig on Thursday? The ticket is not changed by the question."""
    ticket = await stored(env, make_life(TicketStatus.RESPONSES_IN))
    address = f"/tickets/{ticket.id}/readiness"

    early = (await client.get(address, params={"at": "2026-03-04T12:00:00-06:00"})).json()
    due = (await client.get(address, params={"at": "2026-03-05T12:00:00-06:00"})).json()

    assert (early["is_ready"], due["is_ready"]) == (False, True)
    assert [one["condition"] for one in early["missing"]] == ["lawful_start_reached"]
    assert await env.store.tickets.get(ticket.id) == ticket
