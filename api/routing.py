"""Routes, put together as they are.

FastAPI's own `include_router` works out each route again in every router that holds it, which
makes up more than half of the time that the application takes to start.
"""

from typing import Any

from fastapi import APIRouter

from api.problems import RESPONSES


class Router(APIRouter):
    """Routes that may all be refused in the one shape of error, and say so."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(responses=RESPONSES, **settings)

    def include_router(self, router: APIRouter, **settings: Any) -> None:
        """Take in the routes of another; where something of ours is added to them, FastAPI does."""
        if settings or self.prefix or self.tags or self.dependencies:
            super().include_router(router, **settings)
        else:
            self.routes.extend(router.routes)
