"""What the API says of itself, and that it is alive."""

import json
from importlib.metadata import version
from typing import Any

import httpx2

ACTIONS = (
    "begin-emergency cancel check-site close confirm correct-notice damage extend-life members "
    "refresh release reopen respond second-notice settle standby submit supersede validate"
)
PATHS = {
    "/deadlines": {"get"},
    "/queue": {"get"},
    "/queue/pauses/{name}": {"put", "delete"},
    "/keys": {"get"},
    "/keys/{key_id}": {"delete"},
    "/storage/damage": {"get"},
    "/healthz": {"get"},
    "/livez": {"get"},
    "/readyz": {"get"},
    "/metrics": {"get"},
    "/tickets": {"get"},
    "/tickets/{ticket_id}": {"get", "patch"},
    **{f"/tickets/{{ticket_id}}/{action}": {"post"} for action in ACTIONS.split()},
    **{
        f"/tickets/{{ticket_id}}/{view}": {"get"}
        for view in ("bundle", "history", "open-ticket", "packet", "past", "readiness")
    },
    "/tickets/{ticket_id}/revert": {"post"},
    "/tickets/{ticket_id}/answers": {"post"},
    "/tickets/{ticket_id}/responses": {"post"},
    "/positive-responses": {"post"},
    "/positive-responses/batch": {"post"},
    "/exports/tickets": {"get"},
    "/gpt/tickets": {"get", "post"},
    "/gpt/tickets/{ticket_id}": {"get", "patch"},
    **{
        f"/gpt/tickets/{{ticket_id}}/{step}": {"post"}
        for step in ("answers", "validate", "confirm", "cancel", "submission", "responses")
    },
    "/sessions": {"get", "post"},
    "/sessions/{session_key}": {"get", "patch", "delete"},
    "/sessions/{session_key}/extend": {"post"},
    "/work-orders": {"post"},
    "/work-orders/{work_order_id}": {"get"},
    "/work-orders/{work_order_id}/cancel": {"post"},
    "/work-orders/{work_order_id}/events": {"get"},
    "/work-orders/{work_order_id}/progress": {"get"},
}


async def test_the_health_check_answers_without_asking_anybody(
    client: httpx2.AsyncClient,
) -> None:
    """The platform takes a service out of use by it; a slow neighbour must not do that."""
    answer = await client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": version("texas811")}


async def test_the_description_lists_every_route(
    client: httpx2.AsyncClient, description: dict[str, Any]
) -> None:
    """A client is generated from it; what is not there cannot be called."""
    document = json.loads((await client.get("/openapi.json")).text)

    assert document == description  # which all tests after this one look at
    assert document["openapi"].startswith("3.")
    assert document["info"]["version"] == version("texas811")
    described = {path: set(methods) for path, methods in document["paths"].items()}
    assert described == PATHS


def test_the_description_says_what_an_order_may_hold(description: dict[str, Any]) -> None:
    """The body is parsed by hand, so its description could drift without anybody seeing it."""
    body = description["paths"]["/work-orders"]["post"]["requestBody"]["content"]
    fields = body["application/json"]["schema"]["properties"]
    assert body["multipart/form-data"]["schema"]["required"] == ["file"]
    assert {"company", "county", "work_area_description", "requested_at"} <= set(fields)
    assert "status" not in fields


def test_every_action_says_what_it_does_and_what_it_takes(description: dict[str, Any]) -> None:
    """The actions are registered from a table: each must still have its own body and sentence."""
    bodies = {}
    for action in ACTIONS.replace("validate", "").split():
        operation = description["paths"][f"/tickets/{{ticket_id}}/{action}"]["post"]
        assert operation["description"]
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        bodies[action] = description["components"]["schemas"][reference.rpartition("/")[2]]
    assert all("by" in body["required"] for body in bodies.values())
    assert "member_code" in bodies["respond"]["properties"]
    assert "texas811_ticket_number" in bodies["submit"]["required"]


def test_every_reference_in_the_description_leads_somewhere(
    description: dict[str, Any],
) -> None:
    """A generator stops at the first that does not, and so does a CustomGPT."""
    for reference in set(_references(description)):
        place: Any = description
        for step in reference.removeprefix("#/").split("/"):
            assert step in place, reference
            place = place[step]


def _references(value: object) -> list[str]:
    if isinstance(value, list):
        return [found for one in value for found in _references(one)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for one in value.values() for found in _references(one)]


async def test_the_description_can_be_read_by_people(client: httpx2.AsyncClient) -> None:
    """`up` prints the address; something should be there."""
    answer = await client.get("/docs")

    assert answer.status_code == 200
    assert "text/html" in answer.headers["content-type"]
