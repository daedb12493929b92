"""`texas811 work-orders submit FILE...`: documents accepted as the API accepts them, from the disk.

It needs the data directory and not the service: an order that is durable is owed, and is rung for
whenever Redis is there.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.extract import name_of
from cli.tables import bar, print_json, print_table
from config import Config
from domain.errors import RejectedError, Texas811Error, TooLargeError

if TYPE_CHECKING:
    from domain.work_order import WorkOrder
    from jobs.job import Env

COLUMNS = ("file", "work order", "ticket")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What became of one file: the order that was accepted, or why there is none."""

    file: Path
    order: "WorkOrder | None" = None
    failure: RejectedError | None = None

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"file": str(self.file)}
        if self.order:
            return told | {"work_order_id": self.order.id, "ticket_id": self.order.ticket_id}
        failure = self.failure
        return told | {
            "problem": failure.problem if failure else None,
            "remedy": failure.remedy if failure else None,
        }


async def submit(files: Sequence[Path], *, key: str | None, as_json: bool) -> bool:
    """Hand in these documents, tell what became of each, and return whether all were accepted.

    Raises NotFoundError if there is no data directory, and UnavailableError if the disk does not
    take one; those before it are told of first.
    """
    from jobs.wiring import make_env

    config = Config.from_env(os.environ)
    env = make_env(config)
    handed_in: list[HandedIn] = []
    try:
        layout = env.store.quarantine.layout
        layout.existing(layout.work_orders)  # or an order would lie where nobody looks for it
        with bar("handing in", total=len(files), is_wanted=not as_json) as step:
            for file in files:
                handed_in.append(await _hand_in(env, file, key, config.document_bytes_max))
                step()
    finally:
        await env.queue.close()
        if handed_in:
            _tell(handed_in, as_json=as_json)
    return all(one.order for one in handed_in)


async def _hand_in(env: "Env", file: Path, key: str | None, bytes_max: int) -> HandedIn:
    """Hand in one document; a refusal of it does not keep the others from being read."""
    from domain.work_order import FILENAME_CHARACTERS_MAX, Submission, work_order_id_for
    from extraction import check
    from jobs.inbox import accept

    try:
        document = _read(file, bytes_max)
        name = name_of(file)[-FILENAME_CHARACTERS_MAX:]
        check(document, filename=name, media_type=None)
        submission = Submission(document=document, filename=name)
        # The same document is the same order, unless somebody says that it is another.
        said = ":".join(filter(None, (key, submission.fingerprint())))
        order = await accept(env, submission, work_order_id=work_order_id_for(said))
    except RejectedError as failure:
        return HandedIn(file, failure=failure)
    return HandedIn(file, order)


def _read(file: Path, bytes_max: int) -> bytes:
    try:
        with file.open("rb") as source:
            document = source.read(bytes_max + 1)
    except OSError as error:
        problem = f"It cannot be read: {error.strerror}."
        raise RejectedError(problem, field="file", remedy="Name a readable file.") from None
    if len(document) > bytes_max:
        raise TooLargeError(
            f"It is larger than {bytes_max // 1024**2} MB.",
            field="file",
            remedy="Send less of it, or raise MAX_FILE_SIZE_MB.",
        )
    return document


def _tell(handed_in: Sequence[HandedIn], *, as_json: bool) -> None:
    if as_json:
        print_json([one.as_json() for one in handed_in])
        return
    accepted = [(str(one.file), one.order) for one in handed_in if one.order]
    if accepted:
        rows = [(file, order.id, order.ticket_id) for file, order in accepted]
        print_table(COLUMNS, rows)
    for one in handed_in:
        if one.failure:
            sys.stderr.write(f"{one.file}: {_sentences(one.failure)}\n")


def _sentences(failure: Texas811Error) -> str:
    return " ".join(filter(None, (failure.problem, failure.remedy)))
