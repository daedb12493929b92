"""Routes are worked out when they are first asked for, and are then what FastAPI makes of them."""

import pytest
from fastapi.routing import APIRoute

from api.app import create_app
from api.auth import unguarded
from api.routing import LateRoute
from config import Config
from jobs.job import Env


def _is_worked_out(route: LateRoute) -> bool:
    return "dependant" in vars(route)


async def test_an_application_starts_without_having_worked_out_its_routes(
    config: Config, env: Env
) -> None:
    app = create_app(env, document_bytes_max=config.document_bytes_max)
    routes = [route for route in app.routes if isinstance(route, LateRoute)]
    app.build_middleware_stack()
    assert not list(unguarded(app))
    assert routes
    assert not any(map(_is_worked_out, routes))

    first, *others = routes
    assert first.dependant.call is first.endpoint
    assert _is_worked_out(first)
    assert not any(map(_is_worked_out, others))


def test_a_late_route_is_what_an_early_one_is_and_has_nothing_else() -> None:
    async def tell(number: int) -> str:
        """Tell a number."""
        return str(number)

    early, late = APIRoute("/{number}", tell), LateRoute("/{number}", tell)

    assert late.body_field is early.body_field is None
    known = vars(late)
    known.pop("_declared")
    assert known.keys() == vars(early).keys()
    for name in ("path", "path_format", "name", "methods", "unique_id", "description"):
        assert known[name] == vars(early)[name]
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = late.nothing_such
