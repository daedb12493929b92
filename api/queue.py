"""The queue: how deep each lane is, what is owed and given up; and pauses, made and ended."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from api.auth import needs
from api.bodies import Acting, Reason, author_of
from api.routing import Router
from domain.access import Permission
from jobs.job import Env
from jobs.pausing import pause, resume, what_is, what_of
from jobs.queue_state import QueueState, QueueWatch
from storage.pauses import REASON_CHARACTERS_MAX, Pause

PauseReason = Annotated[Reason, Field(max_length=REASON_CHARACTERS_MAX)]


class Pausing(Acting):
    """Who pauses, and why."""

    reason: PauseReason


class Resuming(Acting):
    """Who resumes, and why if he says so."""

    reason: PauseReason | None = None


def routes(env: Env) -> APIRouter:
    """Return the routes of the queue over this store and queue."""
    router = Router(tags=["queue"])
    watch = QueueWatch(env)

    @router.get("/queue", dependencies=[needs(Permission.READ)])
    async def get_queue() -> QueueState:
        """Tell how deep each lane of the queue is, what is owed, given up, and paused.

        It answers also while Redis is away: what is not known is null, and `troubles` says why.
        """
        return await watch.look()

    @router.put("/queue/pauses/{name:path}", dependencies=[needs(Permission.OPERATE)])
    async def put_pause(name: str, body: Pausing, request: Request) -> Pause:
        """Pause a lane or a kind of job; what runs goes on, what waits keeps its place.

        The same again is harmless. What somebody else has paused is a 409 that says who and why.
        """
        by = author_of(request, body)
        return await pause(env, what_is(name), name, by=by, reason=body.reason)

    @router.delete("/queue/pauses/{name:path}", dependencies=[needs(Permission.OPERATE)])
    async def delete_pause(
        name: str, resuming: Annotated[Resuming, Query()], request: Request
    ) -> Pause:
        """Resume a lane or a kind of job; answers with the pause that has ended."""
        by, what = author_of(request, resuming), await what_of(env, name)
        return await resume(env, what, name, by=by, reason=resuming.reason)

    return router
