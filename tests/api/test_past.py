"""A ticket as it was, made so again, and as a bundle: what an administrator has who has only HTTP."""

import io
import json
from zipfile import ZipFile

import httpx2
import pytest

from jobs.job import Env
from tests.builders import LATER, NOW, make_change, make_draft


@pytest.fixture
async def draft(env: Env) -> str:
    """The id of a draft in its second version, of the day after its first."""
    made = await env.store.commit(make_change(make_draft("edited", city="Waco")))
    await env.store.commit(make_change(made, now=LATER, city="Marfa"))
    return "edited"


async def test_a_ticket_is_shown_as_it_was(client: httpx2.AsyncClient, draft: str) -> None:
    """In a version, or at a moment; which of the two must be said, once."""
    path = f"/tickets/{draft}/past"

    first = await client.get(path, params={"version": 1})
    then = await client.get(path, params={"at": NOW.isoformat()})
    never = await client.get(path, params={"version": 7})
    neither, both = (
        await client.get(path),
        await client.get(path, params={"version": 1, "at": NOW.isoformat()}),
    )

    assert (first.json()["ticket"]["city"], first.json()["version"]) == ("Waco", 1)
    assert then.json() == first.json()
    assert first.json()["event"]["action"]
    assert [one.status_code for one in (never, neither, both)] == [404, 422, 422]


async def test_a_ticket_is_made_to_say_again_what_it_said(
    client: httpx2.AsyncClient, draft: str
) -> None:
    """As its next version, by a named person with a reason; not over somebody's newer one."""
    path, body = (
        f"/tickets/{draft}/revert",
        {"by": "Ann", "reason": "Wrong city.", "to_version": 1},
    )

    late = await client.post(path, json={**body, "version": 1})
    done = await client.post(path, json={**body, "version": 2})
    again = await client.post(path, json=body)

    assert [one.status_code for one in (late, done, again)] == [409, 200, 422]
    assert (done.json()["ticket"]["city"], done.json()["version"]) == ("Waco", 3)
    told = {event["action"]: event["notes"] for event in done.json()["history"]}
    assert told["ticket_reverted"].endswith("Reason: Wrong city.")


async def test_a_ticket_is_sent_as_a_bundle(client: httpx2.AsyncClient, draft: str) -> None:
    """The same as the command writes; of a ticket that never was there is none."""
    answer = await client.get(f"/tickets/{draft}/bundle")
    nothing = await client.get("/tickets/martian/bundle")

    assert (answer.headers["content-type"], nothing.status_code) == ("application/zip", 404)
    with ZipFile(io.BytesIO(answer.content)) as bundle:
        assert {"ticket.json", "report.html", "SHA256SUMS"} <= set(bundle.namelist())
        assert json.loads(bundle.read("versions/version_0001.json"))["city"] == "Waco"
