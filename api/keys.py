"""API keys: shown without what is secret, and revoked. They are made where the service runs."""

from typing import Annotated, Self

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from api.auth import needs
from api.bodies import Acting, author_of
from api.routing import Router
from domain.access import Permission, Role
from domain.moment import Moment
from jobs.issuing import revoke
from jobs.job import Env
from storage.api_keys import ApiKey


class KeyLine(BaseModel):
    """A key, without what proves it. One without `requests_per_minute` has the usual limit."""

    id: str
    name: str
    role: Role
    is_good: bool
    created_at: Moment
    created_by: str
    expires_at: Moment | None
    revoked_at: Moment | None
    revoked_by: str | None
    requests_per_minute: int | None

    @classmethod
    def of(cls, key: ApiKey, now: Moment) -> Self:
        told = key.model_dump(exclude={"secret"})
        return cls(**told, is_good=not key.has_ended(now))


class KeyList(BaseModel):
    """Every key that is good, and those that have ended last; the newest first."""

    keys: list[KeyLine]


def routes(env: Env) -> APIRouter:
    """Return the routes of keys over this store."""
    router = Router(tags=["keys"], dependencies=[needs(Permission.ADMINISTER)])

    @router.get("/keys")
    async def list_keys() -> KeyList:
        """List the API keys, without what is secret."""
        now = env.clock()
        return KeyList(keys=[KeyLine.of(key, now) for key in await env.store.api_keys.list()])

    @router.delete("/keys/{key_id:path}")
    async def revoke_key(
        key_id: str, revoking: Annotated[Acting, Query()], request: Request
    ) -> KeyLine:
        """Revoke a key: no request that comes from now on is let in with it.

        To revoke it again changes nothing; the first decision is shown.
        """
        key = await revoke(env, key_id, by=author_of(request, revoking))
        return KeyLine.of(key, env.clock())

    return router
