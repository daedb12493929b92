"""`texas811 sessions`: conversations, looked at, extended, ended."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.tables import print_json, print_table
from config import Config
from domain.errors import NotFoundError
from domain.session import TicketSession
from storage.sessions import Survey
from storage.store import Store

if TYPE_CHECKING:
    from jobs.job import Env

ROWS_MAX = 100
HOURS_MAX = 168.0
STAMP = "%Y-%m-%dT%H:%M:%SZ"

app = typer.Typer(help="List, show, extend and end conversations.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Ended = Annotated[bool, typer.Option("--expired", help="Those that were put aside.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The key of the conversation.")]


@app.command("list")
def list_sessions(*, ended: Ended = False, as_json: AsJson = False) -> None:
    """List conversations, the one that was active last first; damaged ones are named.

    Times are in UTC. Exit status: 3 if there is no such data directory.
    """
    survey = asyncio.run(_survey(ended=ended))
    rows = [_line(one) for one in survey.sessions]
    if as_json:
        print_json({"sessions": rows, "damaged": survey.damaged})
    elif rows:
        shown = [[_shown(value) for value in row.values()] for row in rows[:ROWS_MAX]]
        print_table(tuple(rows[0]), shown)
        if len(rows) > ROWS_MAX:
            sys.stdout.write(f"And {len(rows) - ROWS_MAX} more: see --json.\n")
    else:
        sys.stdout.write("There are no conversations.\n")
    for name in survey.damaged:
        sys.stderr.write(f"{name} cannot be read: see `texas811 check`.\n")


@app.command("show")
def show_session(key: Key, *, ended: Ended = False, as_json: AsJson = False) -> None:
    """Show all that a conversation holds. Exit status: 3 if there is none."""
    told = asyncio.run(_find(key, ended=ended)).model_dump(mode="json")
    if as_json:
        print_json(told)
    else:
        print_table(("field", "value"), [(name, _shown(told[name])) for name in told])


@app.command("extend")
def extend_session(
    key: Key,
    *,
    hours: Annotated[float, typer.Option(min=0.01, max=HOURS_MAX, help="From now.")],
    as_json: AsJson = False,
) -> None:
    """Let a conversation wait so long for its next turn; it is never cut short."""

    async def extend(env: "Env") -> TicketSession:
        return await env.sessions.extend(key, now=env.clock(), lasts=timedelta(hours=hours))

    session = asyncio.run(_with_env(extend))
    if as_json:
        print_json(_line(session))
    else:
        sys.stdout.write(f"{key} waits until {session.expires_at:{STAMP}}.\n")


@app.command("expire")
def expire_session(key: Key, *, as_json: AsJson = False) -> None:
    """End a conversation: it is put aside, and kept."""

    async def end(env: "Env") -> TicketSession:
        return await env.sessions.delete(key, now=env.clock())

    session = asyncio.run(_with_env(end))
    if as_json:
        print_json(_line(session))
    else:
        sys.stdout.write(f"{key} has ended. It is kept: see show --expired.\n")


async def _survey(*, ended: bool) -> Survey:
    return await _store().sessions.survey(ended=ended)


async def _find(key: str, *, ended: bool) -> TicketSession:
    sessions = _store().sessions
    found = await (sessions.find_ended(key) if ended else sessions.find(key))
    if found is None:
        raise NotFoundError(
            f"There is no conversation {key} {'put aside' if ended else 'under way'}.",
            field="session_key",
            remedy=f"See `texas811 sessions list{' --expired' if ended else ''}`.",
        )
    return found


async def _with_env(act: "Callable[[Env], Awaitable[TicketSession]]") -> TicketSession:
    from jobs.wiring import make_env

    env = make_env(Config.from_env(os.environ))
    try:
        return await act(env)
    finally:
        await env.queue.close()


def _store() -> Store:
    return Store(Config.from_env(os.environ).root)


def _line(session: TicketSession) -> dict[str, Any]:
    return {
        "session_key": session.session_key,
        "ticket_id": session.ticket_id,
        "state": session.conversation_state,
        "step": session.current_step,
        "messages": len(session.messages),
        "last_activity_at": f"{session.last_activity_at:{STAMP}}",
        "expires_at": f"{session.expires_at:{STAMP}}",
    }


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
