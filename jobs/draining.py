"""Draining: a person has one worker finish what it holds and be started anew; by whom is audited.

The worker is asked as any stop asks it: it takes no more jobs, ends those that it runs, hands back
those that take too long, and its supervisor starts another. A signal goes to a process only when it
is certain that it is that very worker.
"""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid5

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import ConflictError, NotFoundError
from domain.one_line import REASON_CHARACTERS_MAX, on_one_line
from jobs.job import Env
from storage.telemetry_records import ProcessKind, ProcessRecord


async def drain(env: Env, incarnation: str, *, by: Author, reason: str) -> ProcessRecord:
    """Ask a worker to finish and be started anew, and return what it last told of itself.

    Raises NotFoundError if no such worker has told of itself, ConflictError if it does not live
    on this machine, is draining already, or would not be started anew, RejectedError if nobody
    is named or no reason given, and UnavailableError.
    """
    person, why = named(by), on_one_line("reason", reason, REASON_CHARACTERS_MAX)
    worker = await _worker(env, incarnation)
    if not await asyncio.to_thread(env.store.incarnations.is_alive, incarnation):
        raise _not_here(worker)
    with _process(worker) as process:
        # First the event: a worker that ended without a trace of why is worse than a trace too
        # many.
        notes = f"{person} drained {worker.name} ({incarnation}): {why}"
        await env.store.note(_event(env, notes, by))
        try:
            signal.pidfd_send_signal(process, signal.SIGTERM)
        except ProcessLookupError:
            raise _not_here(worker) from None
    return worker


async def _worker(env: Env, incarnation: str) -> ProcessRecord:
    processes = await env.store.telemetry.processes()
    found = next((one for one in processes if one.id == incarnation), None)
    if found is None or found.kind is not ProcessKind.WORKER:
        raise NotFoundError(
            f"There is no worker {incarnation[:120]!r} that lives.",
            field="worker",
            remedy="See the page of the workers for those that there are.",
            suggested_values=[one.id for one in processes if one.kind is ProcessKind.WORKER],
        )
    if found.is_draining:
        raise ConflictError(
            f"{found.name} is draining already.",
            field="worker",
            remedy="It ends when its jobs have, after 20 seconds at the latest.",
        )
    return found


@contextmanager
def _process(worker: ProcessRecord) -> Iterator[int]:
    """Yield a descriptor of the worker's process; it stands for no other, even if that ends.

    Raises ConflictError if the process that has this id is not that worker.
    """
    try:
        descriptor = os.pidfd_open(worker.pid)
    except (OSError, AttributeError) as error:
        raise _not_here(worker) from error
    try:
        try:
            command = Path(f"/proc/{worker.pid}/cmdline").read_bytes().split(b"\0")
        except OSError as error:
            raise _not_here(worker) from error
        if worker.id.encode() not in command:
            raise ConflictError(
                f"{worker.name} was not started by `texas811 up`, so nobody would start it anew.",
                field="worker",
                remedy=f"Where it runs, stop it (its process is {worker.pid}) and start another.",
            )
        yield descriptor
    finally:
        os.close(descriptor)


def _not_here(worker: ProcessRecord) -> ConflictError:
    return ConflictError(
        f"{worker.name} does not live any more, or not on this machine.",
        field="worker",
        remedy="What it held runs again by itself; look at the workers that there are now.",
    )


def _event(env: Env, notes: str, by: Author) -> AuditEvent:
    now = env.clock()
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, f"worker_drained/{notes}/{now.isoformat()}")),
        timestamp=now,
        actor=by.actor,
        action="worker_drained",
        notes=notes,
        compliance_relevant=True,
        **by.way,
    )
