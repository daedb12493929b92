"""Who may do what on the dashboard: every route of it, for each role and for nobody."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.app import create_app
from api.auth import Needs
from api.door import is_public
from api.edge import is_of_dashboard
from config import Config
from domain.access import GRANTED, Permission, Role, may
from jobs.job import Env
from tests.api.dashboard.signing import signed_in, visiting

SIGN_OUT = "/dashboard/sign-out"  # which whoever has come in may


def application(config: Config, env: Env) -> FastAPI:
    return create_app(env, document_bytes_max=config.document_bytes_max)


def routes(app: FastAPI) -> Iterator[tuple[str, str, Permission]]:
    """Yield each route of the dashboard that is not for all: how it is asked, what it needs."""
    for route in iter_route_contexts(app.routes):
        path = str(route.path_format)
        if is_of_dashboard(path) and not is_public(path):
            needs = [
                one.call.permission
                for one in route.dependant.dependencies
                if isinstance(one.call, Needs)
            ]
            strictest = next(one for one in reversed(Permission) if one in needs)
            address = re.sub(r"\{[^}]+\}", "nothing-here", path)
            yield from ((method, address, strictest) for method in sorted(route.methods or ()))


def test_what_changes_something_needs_more_than_to_look(config: Config, env: Env) -> None:
    """A viewer's key is given to screens on walls."""
    for method, path, needs in routes(application(config, env)):
        assert method == "GET" or needs is not Permission.READ or path == SIGN_OUT, path


async def test_nobody_sees_or_changes_anything_without_signing_in(
    config: Config, env: Env
) -> None:
    async with visiting(config, env) as browser:
        for method, path, _needs in routes(application(config, env)):
            answer = await browser.client.request(method, path)
            if method == "POST" or path == "/dashboard/live":
                assert answer.status_code == 401, path
            else:
                assert answer.status_code == 303, path
                assert answer.headers["location"].startswith("/dashboard/sign-in?next="), path


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_may_do_on_the_dashboard_what_it_may_do_elsewhere(
    config: Config, env: Env, role: Role
) -> None:
    """A button that is not shown can still be sent; the form is refused before it is read."""
    asked = [one for one in routes(application(config, env)) if one[0] == "POST"]
    async with signed_in(config, env, role) as browser:
        for _method, path, needs in asked:
            answer = await browser.client.post(path, data={"reason": "why not"})
            assert answer.status_code == 403, path
            if may(role, needs):  # let through, up to the token that it did not bring
                assert "does not come from a page of your sign-in" in answer.text, path
            else:
                assert f"permission {needs}" in answer.text, path
                assert any(one in answer.text for one in GRANTED if may(one, needs)), path
    assert asked
