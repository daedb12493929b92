"""Exports over HTTP: whole, named, filtered like a list, and open about what is not in them."""

import csv
from collections.abc import AsyncIterator

import httpx2
import pytest
from shapely.geometry import shape

from config import Config
from domain.access import Role
from domain.open_ticket.reading import read_open_ticket
from domain.ticket import TicketStatus
from jobs.job import Env
from tests.builders import make_change, make_draft, make_ticket
from tests.conftest import serving
from tests.domain.lives import ANSWERED, make_life
from tests.jobs.clocks import at, stored

HERE = {"latitude": 30.2672, "longitude": -97.7431, "source": "manual"}
COUNT = 250  # more than two parts


@pytest.fixture
async def client(config: Config, env: Env) -> AsyncIterator[httpx2.AsyncClient]:
    """A client with a key that may only read."""
    async with serving(config, at(env, ANSWERED), key=Role.VIEWER) as client:
        yield client


async def exported(client: httpx2.AsyncClient, **asked: object) -> httpx2.Response:
    answer = await client.get("/exports/tickets", params=asked)
    return answer.raise_for_status()


@pytest.mark.slow
async def test_many_tickets_are_streamed_in_the_order_of_the_list(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """However many there are, they are never all in memory; and no name is lost between parts."""
    for number in range(COUNT):
        await env.store.commit(make_change(make_draft(f"t{number:03}", company="=Acme")))

    table = await exported(client)
    objects = await exported(client, format="json")

    rows = list(csv.DictReader(table.text.splitlines()))
    ids = [f"t{number:03}" for number in reversed(range(COUNT))]
    assert [row["id"] for row in rows] == ids
    assert {row["company"] for row in rows} == {"'=Acme"}
    assert [one["id"] for one in objects.json()] == ids
    assert table.headers["transfer-encoding"] == "chunked"


async def test_an_export_has_its_type_its_name_and_its_mark(client: httpx2.AsyncClient) -> None:
    """A browser saves it, a spreadsheet opens it."""
    marked = await exported(client, bom=True)
    kinds = {
        name: (await exported(client, format=name)).headers
        for name in ("csv", "json", "open-ticket", "geojson")
    }

    assert marked.content.startswith(b"\xef\xbb\xbfid,")
    assert {name: one["content-type"] for name, one in kinds.items()} == {
        "csv": "text/csv; charset=utf-8",
        "json": "application/json",
        "open-ticket": "application/json",
        "geojson": "application/geo+json",
    }
    assert kinds["geojson"]["content-disposition"] == (
        'attachment; filename="tickets-20260304T150000Z.geojson"'
    )


async def test_an_export_is_narrowed_like_the_list(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """The same questions, by the same words."""
    await env.store.commit(make_change(make_draft("draft", county="Hays")))
    await env.store.commit(make_change(make_ticket("ready", status="Ready")))
    await stored(env, make_life(TicketStatus.SUBMITTED, id="silent", member_responses=[]))

    async def found(**asked: object) -> list[str]:
        return [one["id"] for one in (await exported(client, format="json", **asked)).json()]

    assert set(await found()) == {"draft", "ready", "silent"}
    assert await found(county="hays") == ["draft"]
    assert await found(status=["Ready", "Expired"]) == ["ready"]
    assert await found(not_ready_because="members_closed") == ["silent"]
    assert await found(text="nothing like it") == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"format": "xlsx"}, "format"),
        ({"month": "May"}, "month"),
        ({"status": "X"}, "status"),
    ],
    ids=["format", "month", "status"],
)
async def test_an_export_that_makes_no_sense_is_refused(
    client: httpx2.AsyncClient, asked: dict[str, str], field: str
) -> None:
    """Before the first byte of it."""
    answer = await client.get("/exports/tickets", params=asked)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_sites_and_open_tickets_tell_what_they_leave_out(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """A map names the tickets without a site; a list of documents counts those that are none."""
    await env.store.commit(make_change(make_draft("draft")))
    await stored(env, make_life(TicketStatus.SUBMITTED, id="whole", gps_coordinates=HERE))

    sites = (await exported(client, format="geojson")).json()
    documents = await exported(client, format="open-ticket")

    [feature] = sites["features"]
    assert (feature["id"], shape(feature["geometry"]).geom_type) == ("whole", "Point")
    assert feature["properties"]["number"] == "2606100001"
    assert [one["id"] for one in sites["left_out"]] == ["draft"]
    assert [read_open_ticket(one).number for one in documents.json()] == ["2606100001"]
    assert documents.headers["x-left-out-tickets"] == "1"


async def test_a_damaged_ticket_is_counted_and_hides_no_other(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Whoever takes the export for the whole is told that it is not."""
    for ticket_id in ("a", "b", "c"):
        await env.store.commit(make_change(make_draft(ticket_id)))
    (env.store.tickets._layout.ticket("b")).write_bytes(b"{")

    answer = await exported(client, format="json")

    assert [one["id"] for one in answer.json()] == ["c", "a"]
    assert answer.headers["x-damaged-tickets"] == "1"
