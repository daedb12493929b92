"""What the commands on backups share."""

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from config import Config
from domain.errors import RejectedError

if TYPE_CHECKING:
    from jobs.job import Env
    from storage.bucket import Bucket

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
T = TypeVar("T")


async def with_env(use: "Callable[[Env], Awaitable[T]]") -> T:
    """Use the store, the bucket and the rest of this installation."""
    from jobs.wiring import make_env

    env = make_env(Config.from_env(os.environ))
    try:
        return await use(env)
    finally:
        await env.queue.close()


def bucket_of(env: "Env") -> "Bucket":
    """Return where backups are kept off the volume. Raises RejectedError if no bucket is named."""
    if env.bucket is None:
        raise RejectedError(
            "No bucket is named.",
            field="BACKUP_BUCKET_NAME",
            remedy="Set BACKUP_BUCKET_NAME and the other variables that begin so; see docs/CLI.md.",
        )
    return env.bucket


def said_size(count: int) -> str:
    """Return a number of bytes as a person reads it."""
    from jobs.health.said import size

    return size(count)
