"""Whether this process answers, and whether it can accept: for a platform, without a key."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from api.routing import Router
from domain.errors import UnavailableError
from jobs.health.causes import Level
from jobs.health.store_rules import DISK_RULES
from jobs.health.watching import Watch

REDIS_AWAY = "Redis is away: orders are accepted and kept, and none is dispatched."


class Alive(BaseModel):
    """That this process answers; it says nothing about the disk, Redis or the workers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """That orders can be accepted. `notes`: what does not work and does not hinder that."""

    status: Literal["ready"] = "ready"
    notes: list[str]


def routes(watch: Watch) -> APIRouter:
    """Return the routes that are open to all, so what they say names no place and no person."""
    router = Router(tags=["health"])

    @router.get("/livez")
    async def livez() -> Alive:
        """Tell that this process answers. If it does not, it should be started again."""
        return Alive()

    @router.get("/readyz")
    async def readyz() -> Ready:
        """Tell whether orders can be accepted; 503 with the reason if not.

        A Redis that is away hinders nobody: it is noted, and what was accepted waits.
        """
        seen = await watch.look()
        for rule in DISK_RULES:
            for cause in rule.causes(seen):
                if cause.level is Level.STUCK:
                    raise UnavailableError(cause.said, remedy=cause.remedy)
        return Ready(notes=[REDIS_AWAY] if seen.redis.problem else [])

    return router
