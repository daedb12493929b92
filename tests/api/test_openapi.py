"""What the API says of itself, and that it is alive."""

import json
from importlib.metadata import version

import httpx2

PATHS = {
    "/healthz": {"get"},
    "/tickets": {"get"},
    "/tickets/{ticket_id}": {"get"},
    "/tickets/{ticket_id}/validate": {"post"},
    "/work-orders": {"post"},
    "/work-orders/{work_order_id}": {"get"},
}


async def test_the_health_check_answers_without_asking_anybody(
    client: httpx2.AsyncClient,
) -> None:
    """The platform takes a service out of use by it; a slow neighbour must not do that."""
    answer = await client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": version("texas811")}


async def test_the_description_lists_every_route(client: httpx2.AsyncClient) -> None:
    """A client is generated from it; what is not there cannot be called."""
    document = json.loads((await client.get("/openapi.json")).text)

    assert document["openapi"].startswith("3.")
    assert document["info"]["version"] == version("texas811")
    described = {path: set(methods) for path, methods in document["paths"].items()}
    assert described == PATHS


async def test_the_description_says_what_an_order_may_hold(client: httpx2.AsyncClient) -> None:
    """The body is parsed by hand, so its description could drift without anybody seeing it."""
    document = (await client.get("/openapi.json")).json()

    body = document["paths"]["/work-orders"]["post"]["requestBody"]["content"]
    fields = body["application/json"]["schema"]["properties"]
    assert body["multipart/form-data"]["schema"]["required"] == ["file"]
    assert {"company", "county", "work_area_description", "requested_at"} <= set(fields)
    assert "status" not in fields


async def test_every_reference_in_the_description_leads_somewhere(
    client: httpx2.AsyncClient,
) -> None:
    """A generator stops at the first that does not, and so does a CustomGPT."""
    text = (await client.get("/openapi.json")).text
    document = json.loads(text)

    for reference in set(_references(document)):
        place = document
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
