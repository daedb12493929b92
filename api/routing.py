"""Routes, put together as they are, and worked out when they are first asked for.

FastAPI works out each route as it is declared, and its `include_router` again in every router that
holds it. That would be most of the time that the application takes to start, after each crash too.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.routing import compile_path, get_name

from api.problems import RESPONSES


class LateRoute(APIRoute):
    """A route that knows at first only what it takes to be found, and to know what it needs."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        self._declared: tuple[str, Callable[..., Any], dict[str, Any]] | None
        self._declared = (path, endpoint, settings)
        self.path, self.endpoint = path, endpoint
        self.name = settings.get("name") or get_name(endpoint)
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.methods = {method.upper() for method in settings.get("methods") or ["GET"]}
        self.dependencies: list[Depends] = list(settings.get("dependencies") or [])
        self.include_in_schema = settings.get("include_in_schema", True)

    def within(self, router: APIRouter) -> "LateRoute":
        """Return this route with the prefix, tags and dependencies of a router that takes it in."""
        if self._declared is None:
            raise RuntimeError(f"{self.path} was worked out before it had its place")
        path, endpoint, settings = self._declared
        added = {
            name: [*getattr(router, name), *(settings.get(name) or ())]
            for name in ("tags", "dependencies")
        }
        return type(self)(router.prefix + path, endpoint, **{**settings, **added})

    def __getattr__(self, name: str) -> Any:
        """Work the route out, if this is what it does not know yet. Raises AttributeError."""
        declared = self.__dict__.get("_declared")
        if declared is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        path, endpoint, settings = declared
        super().__init__(path, endpoint, **settings)
        self._declared = None  # at last: who asks meanwhile, from a thread, works it out too
        return getattr(self, name)


class Router(APIRouter):
    """Routes that may all be refused in the one shape of error, and say so."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(responses=RESPONSES, route_class=LateRoute, **settings)

    def include_router(self, router: APIRouter, **settings: Any) -> None:
        """Take in the routes of another, with what is said of and needed by all of ours.

        Only where something else is to be added to them FastAPI does it, and works all of them out.
        """
        if settings:
            super().include_router(router, **settings)
            return
        self.routes.extend(
            route.within(self) if isinstance(route, LateRoute) else route
            for route in router.routes
        )
