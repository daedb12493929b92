"""The state of the disk: what is damaged, and what mends it."""

from fastapi import APIRouter

from api.auth import needs
from api.routing import Router
from domain.access import Permission
from jobs.job import Env
from storage.restoring import Damage, Restoring

DAMAGED_MAX = 20  # an answer that a CustomGPT can take in


def routes(env: Env) -> APIRouter:
    """Return the routes of the disk over this store."""
    router = Router(tags=["storage"], dependencies=[needs(Permission.OPERATE)])
    restoring = Restoring(env.store, clock=env.clock)

    @router.get("/storage/damage")
    async def get_damage() -> Damage:
        """Tell which files are damaged, and which good version of a ticket can be restored."""
        return await restoring.damage(limit=DAMAGED_MAX)

    return router
