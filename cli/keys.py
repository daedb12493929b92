"""`texas811 keys`: API keys made, listed and revoked, where the service runs."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cli.tables import print_json, print_table
from config import Config
from domain.access import Role
from domain.audit import Actor, Author

if TYPE_CHECKING:
    from jobs.job import Env
    from storage.api_keys import ApiKey

COLUMNS = ("id", "name", "role", "state", "a minute", "created", "by", "expires", "revoked by")
STAMP = "%Y-%m-%d %H:%M:%SZ"
DAYS_MAX = 3_650

app = typer.Typer(help="Make API keys, list them, and revoke them.", no_args_is_help=True)

By = Annotated[str, typer.Option(envvar="USER", help="Who does this.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
T = TypeVar("T")


@app.command("create")
def create_key(  # noqa: PLR0913 - each is an option of the command
    name: Annotated[str, typer.Argument(help="What it is for.")],
    *,
    role: Annotated[Role, typer.Option(help="What it may do.")],
    by: By = "the command line",
    expires_in: Annotated[
        int | None, typer.Option(min=1, max=DAYS_MAX, metavar="DAYS", help="By default never.")
    ] = None,
    requests_per_minute: Annotated[
        int | None, typer.Option(min=1, help="By default RATE_LIMIT_PER_MINUTE.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the key alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it: this once, for only its hash is kept.

    Roles: viewer (sees and exports tickets, sees work orders), client (also makes and follows
    tickets), operator (also the queue, the disk, every conversation), admin (also the keys).

    Exit status: 3 if this is no data directory.
    """
    wanted = {"name": name, "role": role, "requests_per_minute": requests_per_minute}
    lasts = timedelta(days=expires_in) if expires_in else None
    key, text = asyncio.run(_with_env(lambda env: _issue(env, wanted, by, lasts)))
    if as_json:
        print_json({**_told(key), "key": text})
    elif quiet:
        sys.stdout.write(f"{text}\n")
    else:
        end = f"until {key.expires_at:{STAMP}}" if key.expires_at else "until it is revoked"
        sys.stdout.write(
            f"The key {key.name} is made: {key.role}, {end}. It is shown this once:\n\n"
            f"  {text}\n\n"
            f"Send it with each request as `Authorization: Bearer <key>`.\n"
            f"To end it: texas811 keys revoke {key.id} --by NAME\n"
        )


@app.command("list")
def list_keys(*, as_json: AsJson = False) -> None:
    """List the keys that are good and those that have ended last, the newest first."""
    keys, now = asyncio.run(_with_env(_list))
    if as_json:
        print_json([{**_told(key), "is_good": not key.has_ended(now)} for key in keys])
    elif keys:
        print_table(COLUMNS, [_row(key, now) for key in keys])
    else:
        sys.stdout.write("There is no key. Make one: texas811 keys create NAME --role client\n")


@app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="Of which key; see `keys list`.")],
    *,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Revoke a key: no request that comes from now on is let in with it.

    To revoke it again changes nothing. Exit status: 3 if there is no such key.
    """
    from jobs.issuing import revoke

    author = Author(actor=Actor.USER, name=by)
    key = asyncio.run(_with_env(lambda env: revoke(env, key_id, by=author)))
    if as_json:
        print_json(_told(key))
    else:
        sys.stdout.write(
            f"The key {key.name} ({key.id}) was revoked by {key.revoked_by} at "
            f"{key.revoked_at:{STAMP}}.\n"
        )


async def _issue(
    env: "Env", wanted: dict[str, Any], by: str, lasts: timedelta | None
) -> "tuple[ApiKey, str]":
    from jobs.issuing import issue, terms_of

    layout = env.store.quarantine.layout
    layout.existing(layout.config)  # a mistyped DATA_DIR must not become a new one
    now = env.clock()
    end = now + lasts if lasts else None
    terms = terms_of(**wanted, created_at=now, created_by=by, expires_at=end)
    return await issue(env, terms, by=Author(actor=Actor.USER, name=by))


async def _list(env: "Env") -> "tuple[list[ApiKey], datetime]":
    return await env.store.api_keys.list(), env.clock()


async def _with_env(use: "Callable[[Env], Awaitable[T]]") -> T:
    from jobs.wiring import make_env

    env = make_env(Config.from_env(os.environ))
    try:
        return await use(env)
    finally:
        await env.queue.close()


def _told(key: "ApiKey") -> dict[str, Any]:
    return key.model_dump(mode="json", exclude={"secret"})


def _row(key: "ApiKey", now: datetime) -> tuple[str, ...]:
    state = "revoked" if key.revoked_at else "expired" if key.has_ended(now) else "good"
    return (
        key.id,
        key.name,
        key.role,
        state,
        str(key.requests_per_minute or ""),
        f"{key.created_at:{STAMP}}",
        key.created_by,
        f"{key.expires_at:{STAMP}}" if key.expires_at else "never",
        key.revoked_by or "",
    )
