"""`texas811 queue`: how deep the queue is, and what was given up."""

import asyncio
import os
from typing import Annotated

import typer

from cli.tables import print_json, print_table
from config import Config


def queue(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Show how many jobs wait, run and were buried, and how many work orders are owed."""
    depth = asyncio.run(_depth(Config.from_env(os.environ)))
    if as_json:
        print_json(depth)
    else:
        print_table(tuple(depth), [tuple(str(value) for value in depth.values())])


async def _depth(config: Config) -> dict[str, float]:
    from jobs.wiring import make_env

    env = make_env(config)
    owed = len(await env.owed())
    depth = await env.queue.depth()
    await env.queue.close()
    return {
        "waiting": depth.waiting,
        "deferred": depth.deferred,
        "running": depth.running,
        "oldest_seconds": round(depth.oldest_seconds, 3),
        "owed": owed,
        "dead_letters": await env.store.dead_letters.count(),
    }
