"""Role by role, operation by operation: who may do what, and what nobody may without a key."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.app import create_app
from api.auth import Needs, unguarded
from api.door import PUBLIC
from api.edge import is_of_dashboard
from api.rate_limits import RateLimits
from config import Config
from domain.access import GRANTED, Permission, Role, may
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from storage.clock import system_clock
from tests.conftest import serving
from tests.jobs.orders import accepted
from tests.keys import make_key, sent

# What each operation of a kind would take, so that it would do harm if it were let through.
BODY = {"by": "Mallory", "reason": "because", "county": "Travis", "company": "Mallory & Co."}
PATIENT = RateLimits(per_stranger=1_000_000)
METHODS = {"get", "put", "post", "patch", "delete"}
NO_SUCH_KEY = "t811_0123456789ab_" + "A" * 43
# What a key of each role is for, in the words of an operation.
FOR_INSTANCE = {
    ("get", "/tickets"): Permission.READ,
    ("get", "/tickets/{ticket_id}"): Permission.READ,
    ("get", "/tickets/{ticket_id}/packet"): Permission.READ,
    ("get", "/work-orders/{work_order_id}/events"): Permission.READ,
    ("get", "/deadlines"): Permission.READ,
    ("get", "/queue"): Permission.READ,
    ("post", "/work-orders"): Permission.DRAFT,
    ("post", "/work-orders/{work_order_id}/cancel"): Permission.DRAFT,
    ("patch", "/tickets/{ticket_id}"): Permission.DRAFT,
    ("post", "/tickets/{ticket_id}/validate"): Permission.DRAFT,
    ("post", "/tickets/{ticket_id}/confirm"): Permission.DRAFT,
    ("post", "/tickets/{ticket_id}/cancel"): Permission.DRAFT,
    ("post", "/tickets/{ticket_id}/submit"): Permission.FOLLOW,
    ("post", "/tickets/{ticket_id}/respond"): Permission.FOLLOW,
    ("post", "/tickets/{ticket_id}/damage"): Permission.FOLLOW,
    ("post", "/tickets/{ticket_id}/refresh"): Permission.FOLLOW,
    ("post", "/tickets/{ticket_id}/close"): Permission.FOLLOW,
    ("post", "/tickets/{ticket_id}/revert"): Permission.FOLLOW,
    ("get", "/tickets/{ticket_id}/bundle"): Permission.READ,
    ("get", "/tickets/{ticket_id}/past"): Permission.READ,
    ("put", "/queue/pauses/{name}"): Permission.OPERATE,
    ("delete", "/queue/pauses/{name}"): Permission.OPERATE,
    ("get", "/storage/damage"): Permission.OPERATE,
    ("get", "/keys"): Permission.ADMINISTER,
    ("delete", "/keys/{key_id}"): Permission.ADMINISTER,
}
SEES = {Role.VIEWER, Role.CLIENT, Role.OPERATOR, Role.ADMIN}
WORKS = SEES - {Role.VIEWER}
WHO_MAY = {
    Permission.READ: SEES,
    Permission.DRAFT: WORKS,
    Permission.FOLLOW: WORKS,
    Permission.OPERATE: {Role.OPERATOR, Role.ADMIN},
    Permission.ADMINISTER: {Role.ADMIN},
}


def application(config: Config, env: Env) -> FastAPI:
    return create_app(env, document_bytes_max=config.document_bytes_max)


def needed(app: FastAPI) -> dict[tuple[str, str], Permission]:
    """Return what each operation needs, by its method and path as the document names them.

    The dashboard takes no key but its own cookie: see `tests/api/dashboard/test_roles.py`.
    """
    found = {}
    for route in iter_route_contexts(app.routes):
        if is_of_dashboard(str(route.path)):
            continue
        for one in getattr(getattr(route, "dependant", None), "dependencies", ()):
            if isinstance(one.call, Needs):
                for method in route.methods or ():
                    found[method.lower(), str(route.path_format)] = one.call.permission
    return found


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for path, methods in description["paths"].items():
        if path not in PUBLIC:
            yield from ((method, path) for method in sorted(METHODS & methods.keys()))


class Scene:
    """A service with a ticket, an order that is none yet, and a key: all that a path may name."""

    def __init__(self, config: Config, env: Env, names: dict[str, str]) -> None:
        self.config, self.env = config, env
        self.app = application(config, env)
        self._names = names

    async def ask(
        self, client: httpx2.AsyncClient, operation: tuple[str, str], key: str | None
    ) -> httpx2.Response:
        method, path = operation
        asked: dict[str, Any] = {"params": {"by": "Mallory", "reason": "because"}}
        if method in ("post", "put", "patch"):
            asked["json"] = BODY
        url = path.format_map(self._names)
        async with client.stream(method, url, headers=sent(key), **asked) as answer:
            if not answer.is_success:  # what is let in may go on for as long as it likes
                await answer.aread()
        return answer

    @property
    def disk(self) -> dict[str, str]:
        """What lies in the data directory, apart from locks and from what is only news."""
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.config.root.rglob("*")
            if path.is_file() and not {"locks", "telemetry"} & set(path.parts)
        }


class _Named(dict[str, str]):
    """What a path names; a name that is not known here is that of nothing."""

    def __missing__(self, name: str) -> str:
        return "nothing-here"


@pytest.fixture
async def scene(config: Config, env: Env) -> Scene:
    key = await make_key(env, Role.VIEWER, name="bystander")
    ticketed, waiting = await accepted(env), await accepted(env)
    await ExtractTicket(work_order_id=ticketed.id).run(env)
    names = {
        "ticket_id": ticketed.ticket_id,
        "work_order_id": waiting.id,
        "name": "within_30s",
        "key_id": key.split("_")[1],
    }
    return Scene(config, env, _Named(names))


@pytest.fixture
async def client(config: Config, scene: Scene) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(config, scene.env, key=None) as client:
        yield client


def test_every_operation_names_what_it_needs(
    config: Config, env: Env, description: dict[str, Any]
) -> None:
    """One that does not cannot be served at all."""
    app = application(config, env)

    assert list(unguarded(app)) == []
    assert set(operations(description)) <= needed(app).keys()


@pytest.mark.parametrize("how", ["a route", "a mount", "an included router"])
async def test_a_route_that_is_open_to_all_stops_the_start(
    config: Config, env: Env, how: str
) -> None:
    """It is forgotten easily, and would not be missed by anybody."""
    from fastapi import APIRouter

    app, router = application(config, env), APIRouter()
    router.get("/open")(lambda: "everything")
    if how == "a route":
        app.get("/open")(lambda: "everything")
    elif how == "a mount":
        app.mount("/open", FastAPI())
    else:
        app.include_router(router)

    with pytest.raises(RuntimeError, match="/open"):
        app.build_middleware_stack()


def test_each_operation_needs_what_it_is_for(config: Config, env: Env) -> None:
    """What a key of a role can do is a promise to whoever hands it out."""
    found = needed(application(config, env))

    assert {operation: found[operation] for operation in FOR_INSTANCE} == FOR_INSTANCE


def test_who_only_sees_can_change_nothing(config: Config, env: Env) -> None:
    """Whatever is added later: a viewer's key is given to screens on walls."""
    found = needed(application(config, env))

    assert {method for (method, _path), needs in found.items() if needs is Permission.READ} == {
        "get"
    }


@pytest.mark.parametrize("permission", list(Permission))
def test_a_permission_is_granted_to_the_roles_that_it_is_meant_for(
    permission: Permission,
) -> None:
    """The whole table, written down a second time."""
    assert {role for role in Role if may(role, permission)} == WHO_MAY[permission]
    assert GRANTED.keys() == set(Role)


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_may_do_what_it_is_granted_and_nothing_else(
    scene: Scene, client: httpx2.AsyncClient, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every operation that there is; what is refused changes nothing."""
    monkeypatch.setattr("api.conversation.WAIT_SECONDS", 0.01)  # nobody is at work
    key = await make_key(scene.env, role)
    needs = needed(scene.app)
    before = scene.disk
    all_of_them = sorted(needs)
    refused = [one for one in all_of_them if role not in WHO_MAY[needs[one]]]

    for operation in refused:
        answer = await scene.ask(client, operation, key)
        assert (answer.status_code, operation) == (403, operation)
        problem = answer.json()
        assert role in problem["problem"]
        assert needs[operation] in problem["problem"]
        assert set(problem["suggested_values"]) == WHO_MAY[needs[operation]]
    assert scene.disk == before
    # The keys come last: else one of them could be that with which this asks.
    for operation in sorted(set(all_of_them) - set(refused), key=lambda one: "keys" in one[1]):
        answer = await scene.ask(client, operation, key)
        assert answer.status_code not in (401, 403), operation
        assert answer.status_code < 500, operation


async def bad_key(env: Env, kind: str) -> str | None:
    now = system_clock()
    if kind == "missing":
        return None
    if kind == "malformed":
        return "let me in"
    if kind == "unknown":
        return NO_SUCH_KEY
    if kind == "expired":
        return await make_key(
            env, created_at=now - timedelta(days=2), expires_at=now - timedelta(seconds=1)
        )
    key = await make_key(env)
    if kind == "revoked":
        await env.store.api_keys.revoke(key.split("_")[1], at=now, by="Bob")
        return key
    return key[:-8] + "AAAAAAAA"


async def test_without_a_good_key_nothing_can_be_read_or_written(scene: Scene) -> None:
    """Every operation that there is, with all that it would take to do harm."""
    kinds = ("missing", "malformed", "unknown", "wrong", "revoked", "expired")
    keys = {kind: await bad_key(scene.env, kind) for kind in kinds}
    before = scene.disk
    refusals = set()

    async with serving(scene.config, scene.env, key=None, limits=PATIENT) as client:
        for operation in sorted(needed(scene.app)):
            for kind, key in keys.items():
                answer = await scene.ask(client, operation, key)
                assert (answer.status_code, operation, kind) == (401, operation, kind)
                assert answer.headers["Content-Type"] == "application/problem+json"
                refusals.add(answer.json()["problem"])

    assert refusals == {
        "This request came without a key.",
        "This key is not known.",
        "This key was revoked.",
        "This key has expired.",
    }
    assert scene.disk == before


def test_the_document_says_how_to_come_in_and_how_one_is_refused(
    description: dict[str, Any],
) -> None:
    """A client that is generated from it sends the key, and knows what 401, 403 and 429 are."""
    schemes = description["components"]["securitySchemes"]

    assert (schemes["bearer"]["type"], schemes["bearer"]["scheme"]) == ("http", "bearer")
    assert (schemes["apiKey"]["in"], schemes["apiKey"]["name"]) == ("header", "X-API-Key")
    for path, methods in description["paths"].items():
        for operation in methods.values():
            if path in PUBLIC:
                assert "security" not in operation
                assert "401" not in operation["responses"]
            else:
                assert operation["security"] == [{"bearer": []}, {"apiKey": []}]
                assert {"401", "403", "429"} <= operation["responses"].keys()
