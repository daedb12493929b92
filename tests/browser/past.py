"""Tickets at every point of their lives, made by a service whose present was moved.

Each is brought as far as its story goes by what persons do over HTTP, at the days on which they
would have done it; so they stand, at the real present, as if the service had run for weeks.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from config import Config
from domain.deadlines import deadlines
from domain.facts import TicketType
from domain.texas import County, find_county
from jobs.wiring import make_env
from storage.clock import system_clock
from tests.conftest import serving
from tests.flows.site import CHECK, MEMBERS, Clock, Site
from worker.redis_server import start_server

DAYS_TO_DIG = 9  # after a notice so old the start has come, whatever holidays lie between
DAYS_TO_PLAN = 7  # from the notice to the planned start
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Story:
    """How far a ticket has come: where it is, how old its notice is, who has answered."""

    name: str
    county: str
    city: str
    latitude: float
    longitude: float
    work: str
    days: int | None = None  # since its notice; None: none was given
    answered: int = 0
    steps: tuple[tuple[str, dict[str, Any]], ...] = ()
    stated: dict[str, Any] = field(default_factory=dict)
    is_confirmed: bool = True

    def facts(self, notice: datetime) -> dict[str, Any]:
        """Return what is stated of it, planned for a lawful day."""
        planned = (notice + timedelta(days=DAYS_TO_PLAN)).replace(hour=15, minute=0, second=0)
        return {
            "county": self.county,
            "city": self.city,
            "gps_coordinates": {"latitude": self.latitude, "longitude": self.longitude},
            "type_of_work": self.work,
            "planned_start_at": planned.replace(microsecond=0).isoformat(),
            **self.stated,
        }


def stories(now: datetime) -> list[Story]:
    """Return one story for each status that a ticket can keep, and for what stops a dig."""
    return [
        Story("draft", "Hays", "Kyle", 29.9934, -97.8642, "Bore for primary electric",
              stated={"company": None, "phone": None, "contact_name": None}, is_confirmed=False),
        Story("pending", "Travis", "Austin", 30.2711, -97.7437, "Replace power pole",
              is_confirmed=False),
        Story("pending too", "Brazos", "Bryan", 30.6744, -96.3700, "Set a pole",
              is_confirmed=False),
        Story("ready", "Washington", "Brenham", 30.1893, -96.3821, "Set one down-guy anchor"),
        Story("submitted", "Nueces", "Corpus Christi", 27.7412, -97.4018, "Relocate gas main",
              days=0),
        Story("partial", "Ector", "Odessa", 31.8457, -102.3676, "Repair gas service",
              days=1, answered=1),
        Story("silent", "Lubbock", "Lubbock", 33.5779, -101.8552, "Trench for fiber",
              days=DAYS_TO_DIG, answered=1),
        Story("answered", "Dallas", "Coppell", 32.9546, -97.0150, "Pothole for fiber",
              days=1, answered=2),
        Story("diggable", "Bexar", "San Antonio", 29.4252, -98.4946, "Replace water main",
              days=DAYS_TO_DIG, answered=2, steps=(("check-site", CHECK),)),
        Story("expiring", "Harris", "Houston", 29.7604, -95.3698, "Underground secondary",
              days=days_to_expiring(now), answered=2, steps=(("check-site", CHECK),)),
        Story("expired", "El Paso", "El Paso", 31.7619, -106.4850, "Directional bore",
              days=40, answered=2, steps=(("check-site", CHECK),)),
        Story("cancelled", "McLennan", "Waco", 31.5493, -97.1467, "Pull old pole", days=1,
              steps=(("cancel", {"reason": "The job was put off.", "sent_to_center": True}),)),
        Story("damaged", "Midland", "Midland", 31.9973, -102.0779, "Trench for conduit",
              days=DAYS_TO_DIG, answered=2,
              steps=(("damage", {"place": "At the pole", "facility": "gas service"}),)),
    ]  # fmt: skip


def days_to_expiring(now: datetime) -> int:
    """Return how old a notice is whose last gap-free refresh is over and whose end is not."""
    county = find_county("Harris")
    assert county
    return next(days for days in range(12, 40) if _is_expiring(now, days, county))


def _is_expiring(now: datetime, days: int, county: County) -> bool:
    found = deadlines(now - timedelta(days=days), county, TicketType.NORMAL)
    assert found.refresh_by
    assert found.expires
    return found.refresh_by.at + AN_HOUR < now < found.expires.at - AN_HOUR


async def lived(config: Config) -> dict[str, str]:
    """Live through all stories in this data directory, which nobody uses; return id by story."""
    now = system_clock()
    async with moved(config) as site:
        told = {story.name: await _live(site, story, now) for story in stories(now)}
        for ticket_id in told.values():
            await site.time_passes(ticket_id, now)
    # What was seen of these days was seen by nobody: it would be told as the service's own past.
    await asyncio.to_thread(shutil.rmtree, config.root / "telemetry", ignore_errors=True)
    return told


@asynccontextmanager
async def moved(config: Config) -> AsyncIterator[Site]:
    """A service in this process whose present is moved, with a Redis of its own."""
    server = await start_server(config.redis_socket)
    clock = Clock()
    env = replace(make_env(config), clock=clock)
    try:
        await env.store.open()
        async with serving(config, env) as client:
            yield Site(env, client, clock)
    finally:
        await env.queue.close()
        server.terminate()
        await server.wait()


async def _live(site: Site, story: Story, now: datetime) -> str:
    notice = now - timedelta(days=story.days or 0, minutes=30)
    site.clock.now = notice - timedelta(minutes=20)
    ticket_id = await site.make(**story.facts(notice))
    if story.is_confirmed:
        await site.do(ticket_id, "confirm")
    if story.days is None:
        return ticket_id
    site.clock.now = notice + timedelta(minutes=5)
    number = f"26{notice:%m%d}{len(story.name):02}{abs(int(story.longitude * 100))}"
    await site.do(
        ticket_id,
        "submit",
        texas811_ticket_number=number,
        notice_at=notice.isoformat(),
        members=MEMBERS,
    )
    for member in MEMBERS[: story.answered]:
        site.clock.now += timedelta(minutes=5)
        answer = {"member_code": member["code"], "outcome": "Marked"}
        await site.do(ticket_id, "respond", **answer)
    for action, body in story.steps:
        when = {"occurred_at": site.clock.now.isoformat()} if action == "damage" else {}
        await site.do(ticket_id, action, **body, **when)
    return ticket_id
