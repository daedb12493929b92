"""What lies in the store before it is asked: keys of each role, orders, tickets in every status."""

from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from config import Config
from domain.access import Role
from domain.ticket import TicketStatus
from jobs.lanes import LANES
from jobs.wiring import make_env
from tests.builders import STATED, make_change, make_draft
from tests.domain.lives import make_life
from tests.keys import make_key

NOBODY = "none"
COPIES = 4  # of a ticket in each status, because an action may end it
ORDERS = 12


@dataclass
class Seeds:
    """The keys by role, and ids that exist, by the name that they have in a path."""

    keys: dict[str, str | None] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)

    def headers(self, role: str) -> dict[str, str]:
        key = self.keys[role]
        return {"Authorization": f"Bearer {key}"} if key else {}


async def seed_store(data: Path) -> Seeds:
    """Fill a store that nobody serves yet."""
    env = make_env(Config(data_dir=data, redis_url="unix:///nowhere.sock"))
    await env.store.open()
    seeds = Seeds(keys={NOBODY: None})
    for role in Role:
        seeds.keys[role.value] = await make_key(env, role)
    doomed = [await make_key(env, Role.VIEWER, name=f"doomed {n}") for n in range(COPIES)]
    seeds.ids["key_id"] = [text.split("_")[1] for text in doomed]
    seeds.ids["ticket_id"] = []
    for status in TicketStatus:
        for copy in range(COPIES):
            ticket_id = f"{status.value.lower()}-{copy}"
            number = f"26{len(seeds.ids['ticket_id']):08d}"
            ticket = make_life(status, id=ticket_id)
            if ticket.texas811_ticket_number:
                ticket = ticket.model_copy(update={"texas811_ticket_number": number})
            await env.store.commit(make_change(ticket))
            seeds.ids["ticket_id"].append(ticket_id)
    await env.store.commit(make_change(make_draft("empty-draft")))
    seeds.ids["ticket_id"].append("empty-draft")
    await env.store.close()
    await env.queue.close()
    return seeds


async def seed_service(client: httpx2.AsyncClient, seeds: Seeds) -> None:
    """Hand in orders, have them become tickets, and begin conversations."""
    seeds.ids["work_order_id"] = []
    client.headers.update(seeds.headers(Role.ADMIN))
    for number in range(ORDERS):
        stated = {**STATED, "work_order_ref": f"WO-{number}"}
        answer = await client.post("/work-orders", json=stated, params={"wait": 20})
        receipt = answer.raise_for_status().json()
        seeds.ids["work_order_id"].append(receipt["work_order_id"])
        seeds.ids["ticket_id"].append(receipt["ticket_id"])
    for number in range(COPIES):
        begun = await client.post("/sessions", json={"session_key": f"conversation-{number}"})
        begun.raise_for_status()
    seeds.ids["session_key"] = [f"conversation-{number}" for number in range(COPIES)]
    seeds.ids["name"] = list(LANES)
