"""Who may do what here: each route names the permission that it needs.

The key itself was looked at by the door (`api/door.py`), before anything else.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.routing import RouteContext, iter_route_contexts
from fastapi.security import APIKeyHeader, HTTPBearer
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from api.door import PUBLIC
from api.problems import answer
from domain.access import GRANTED, Permission, may
from domain.errors import ForbiddenError
from storage.api_keys import ApiKey

_BEARER = HTTPBearer(
    scheme_name="bearer", description="An API key, `t811_...`.", auto_error=False
)
_HEADER = APIKeyHeader(
    name="X-API-Key", scheme_name="apiKey", description="The same key.", auto_error=False
)
# What any route that needs a key may answer, whatever it does.
REFUSALS = {
    "401": "No key came with the request, or none that is good.",
    "403": "The role of the key does not have the permission that this needs.",
    "429": "The key was used too often within a minute; `Retry-After` says when to ask again.",
}


class Needs:
    """Lets in only keys with this permission."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(
        self,
        request: Request,
        _bearer: Annotated[object, Depends(_BEARER)],
        _header: Annotated[object, Depends(_HEADER)],
    ) -> None:
        """Raise ForbiddenError for a key whose role is not granted what this needs."""
        self.check(request.state.key)

    def check(self, key: ApiKey) -> None:
        """Raise ForbiddenError for a key whose role is not granted what this needs."""
        if may(key.role, self.permission):
            return
        roles = [role.value for role in GRANTED if may(role, self.permission)]
        raise ForbiddenError(
            f"This needs the permission {self.permission}; the key {key.name} is of the role "
            f"{key.role}, which does not have it.",
            field="key",
            remedy=f"Use a key of the role {' or '.join(roles)}.",
            suggested_values=roles,
        )


def needs(permission: Permission) -> Any:
    """Return the dependency that lets in only keys with this permission."""
    return Depends(Needs(permission))


class Gate:
    """Refuses a key that may not do what its request is for before any of its body is read.

    A route would refuse it only after that. `routed` is the application whose routes are meant.
    """

    def __init__(self, app: ASGIApp, *, routed: FastAPI) -> None:
        self._app = app
        self._routed = routed
        self._guards: list[tuple[re.Pattern[str], frozenset[str], Needs]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = scope.get("state", {}).get("key")
        needs = self.needed(scope["method"], scope["path"]) if key else None
        try:
            if needs:
                needs.check(key)
        except ForbiddenError as refusal:
            await answer(refusal)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def needed(self, method: str, path: str) -> Needs | None:
        """Return what a request needs by the first route that takes it; None if none does."""
        self._guards = self._guards or [*_guards(self._routed)]
        return next(
            (
                needs
                for pattern, methods, needs in self._guards
                if method in methods and pattern.match(path)
            ),
            None,
        )


def unguarded(app: FastAPI) -> Iterator[str]:
    """Yield the path of each route that anybody could use, and that is not meant so."""
    for route in iter_route_contexts(app.routes):
        if route.path not in PUBLIC and not _needs_of(route):
            yield str(route.path)


def _guards(app: FastAPI) -> Iterator[tuple[re.Pattern[str], frozenset[str], Needs]]:
    """Yield what each route takes and needs, in the order in which they are tried."""
    for route in iter_route_contexts(app.routes):
        pattern, _format, _convertors = compile_path(str(route.path))
        for needs in _needs_of(route):
            yield pattern, frozenset(route.methods or ()), needs


def _needs_of(route: RouteContext) -> list[Needs]:
    named = (one.dependency for one in getattr(route, "dependencies", ()))
    return [needs for needs in named if isinstance(needs, Needs)]


def with_refusals(document: dict[str, Any]) -> dict[str, Any]:
    """Say in the API's document how a key is refused, at each operation that needs one."""
    for operations in document["paths"].values():
        for operation in operations.values():
            if "security" in operation:
                for status, description in REFUSALS.items():
                    problem = operation["responses"]["4XX"]["content"]
                    told = {"description": description, "content": problem}
                    operation["responses"].setdefault(status, told)
    return document
