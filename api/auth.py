"""Who may do what here: each route names the permission that it needs.

The key itself was looked at by the door (`api/door.py`), before anything else.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.routing import iter_route_contexts
from fastapi.security import APIKeyHeader, HTTPBearer

from api.door import PUBLIC
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
        key: ApiKey = request.state.key
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


def unguarded(app: FastAPI) -> Iterator[str]:
    """Yield the path of each route that anybody could use, and that is not meant so."""
    for route in iter_route_contexts(app.routes):
        if route.path in PUBLIC:
            continue
        dependant = getattr(route, "dependant", None)
        if not any(
            isinstance(one.call, Needs) for one in getattr(dependant, "dependencies", ())
        ):
            yield str(route.path)


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
