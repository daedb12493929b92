"""A service whose present is a test's clock, and one person who acts on its tickets."""

from datetime import datetime, timedelta
from typing import Any

import httpx2

from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from jobs.recompute_timestamps import RecomputeTimestamps
from tests.builders import NOW, STATED
from tests.domain.lives import NOTICE

DANA = {"by": "Dana Ruiz"}
MEMBERS = [
    {"code": "ATM01", "name": "Atmos Energy", "facilities": ["gas"]},
    {"code": "ONC01", "name": "Oncor"},
]
CHECK = {
    "ticket_copy_on_site": True,
    "place_verified": True,
    "white_lines_verified": True,
    "no_unmarked_lines_seen": True,
}


class Clock:
    """A clock that shows what the test says."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Site:
    """The service, its client and its clock; `time_passes` is what the worker does."""

    def __init__(self, env: Env, client: httpx2.AsyncClient, clock: Clock) -> None:
        self.env = env
        self.client = client
        self.clock = clock

    async def make(self, **facts: Any) -> str:
        """Hand in a work order and have it made a ticket."""
        stated = {
            name: value for name, value in {**STATED, **facts}.items() if value is not None
        }
        answer = await self.client.post("/work-orders", json=stated)
        receipt = answer.raise_for_status().json()
        await ExtractTicket(work_order_id=receipt["work_order_id"]).run(self.env)
        return str(receipt["ticket_id"])

    async def do(self, ticket_id: str, action: str, **body: Any) -> dict[str, Any]:
        """Do something to a ticket that must succeed; return the view of it."""
        answer = await self.client.post(f"/tickets/{ticket_id}/{action}", json={**DANA, **body})
        assert answer.is_success, answer.text
        view: dict[str, Any] = answer.json()
        return view

    async def refused(self, ticket_id: str, action: str, **body: Any) -> str:
        """Do something to a ticket that must be refused and change nothing; return why."""
        before = await self.env.store.tickets.get(ticket_id)
        answer = await self.client.post(f"/tickets/{ticket_id}/{action}", json={**DANA, **body})
        assert answer.status_code == 422, answer.text
        assert answer.json()["remedy"]
        assert await self.env.store.tickets.get(ticket_id) == before
        return str(answer.json()["problem"])

    async def state(self, ticket_id: str, **body: Any) -> httpx2.Response:
        return await self.client.patch(f"/tickets/{ticket_id}", json={**DANA, **body})

    async def time_passes(self, ticket_id: str, until: datetime) -> dict[str, Any]:
        """Let the timer of this ticket ring at this moment; return the view."""
        self.clock.now = until
        await RecomputeTimestamps(ticket_id=ticket_id).run(self.env)
        return await self.see(ticket_id)

    async def see(self, ticket_id: str) -> dict[str, Any]:
        view: dict[str, Any] = (await self.client.get(f"/tickets/{ticket_id}")).json()
        return view

    async def missing(self, ticket_id: str) -> set[str]:
        """Return the conditions of lawful digging that are not met now."""
        readiness = (await self.client.get(f"/tickets/{ticket_id}/readiness")).json()
        assert readiness["is_ready"] == (not readiness["missing"])
        return {one["condition"] for one in readiness["missing"]}


async def submit(site: Site, ticket_id: str) -> dict[str, Any]:
    """Give notice of a confirmed ticket; return the view of it."""
    site.clock.now = NOTICE + timedelta(minutes=5)
    return await site.do(
        ticket_id,
        "submit",
        texas811_ticket_number="2606100001",
        notice_at=NOTICE.isoformat(),
        members=MEMBERS,
    )


async def submitted(site: Site) -> str:
    """Bring a ticket as far as the center; return its id."""
    ticket_id = await site.make()
    await site.do(ticket_id, "confirm")
    await submit(site, ticket_id)
    return ticket_id


def status(view: dict[str, Any]) -> str:
    return str(view["ticket"]["status"])
