"""Keys over HTTP: listed without what is secret, and revoked by somebody."""

import httpx2
import pytest

from config import Config
from domain.access import Role
from jobs.job import Env
from storage.clock import system_clock
from tests.conftest import serving
from tests.keys import make_key, sent


async def test_keys_are_listed_without_what_is_secret(
    client: httpx2.AsyncClient, env: Env
) -> None:
    """Neither a hash nor its salt: nobody needs them."""
    text = await make_key(env, Role.VIEWER, name="screen on the wall")
    answer = await client.get("/keys")
    [newest, _own] = answer.json()["keys"]
    key = await env.store.api_keys.find(newest["id"])

    assert newest["name"] == "screen on the wall"
    assert newest["role"] == "viewer"
    assert newest["is_good"] is True
    assert newest["revoked_at"] is None
    assert "secret" not in newest
    for secret in (text, text.rpartition("_")[2], key.secret.hash, key.secret.salt):
        assert secret not in answer.text


async def test_a_key_that_was_revoked_opens_nothing_and_says_by_whom(
    client: httpx2.AsyncClient, env: Env
) -> None:
    """The log says so too, with the key that was used for it."""
    text = await make_key(env, Role.CLIENT)
    key_id = text.split("_")[1]
    before = await client.get("/tickets", headers=sent(text))

    revoked = await client.delete(f"/keys/{key_id}", params={"by": "Bob"})
    again = await client.delete(f"/keys/{key_id}", params={"by": "Carol"})
    after = await client.get("/tickets", headers=sent(text))

    assert (before.status_code, revoked.status_code, after.status_code) == (200, 200, 401)
    assert revoked.json()["revoked_by"] == "Bob"
    assert revoked.json()["is_good"] is False
    assert again.json() == revoked.json()
    history = await env.store.audit.on(system_clock().date())
    [event] = [event for event in history.events if event.action == "api_key_revoked"]
    assert "Bob" in str(event.notes)
    assert event.key_id == client.headers["Authorization"].split("_")[1]


@pytest.mark.parametrize(
    ("path", "params", "status", "field"),
    [
        ("/keys/000000000000", {"by": "Bob"}, 404, "key_id"),
        ("/keys/..%2f..%2fpauses", {"by": "Bob"}, 404, "key_id"),
        ("/keys/%00", {"by": "Bob"}, 404, "key_id"),
        ("/keys/{own}", {}, 422, "by"),
        ("/keys/{own}", {"by": " "}, 422, "by"),
        ("/keys/{own}", {"by": "x" * 300}, 422, "by"),
    ],
    ids=["unknown", "a path", "NUL", "nobody", "blank", "long"],
)
async def test_a_revocation_that_will_not_do_is_refused(
    client: httpx2.AsyncClient, path: str, params: dict[str, str], status: int, field: str
) -> None:
    """And the key is as good as it was."""
    own = client.headers["Authorization"].split("_")[1]

    answer = await client.delete(path.format(own=own), params=params)

    assert answer.status_code == status
    assert answer.json()["field"] == field
    assert (await client.get("/keys")).json()["keys"][0]["is_good"]


async def test_a_key_cannot_be_made_over_http(config: Config, env: Env) -> None:
    """Whoever steals an admin's key must not be able to leave one of his own behind."""
    async with serving(config, env) as client:
        answers = [await client.request(method, "/keys") for method in ("POST", "PUT")]

    assert {answer.status_code for answer in answers} == {405}
