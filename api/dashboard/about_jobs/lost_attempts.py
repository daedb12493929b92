"""Why attempts were lost: how the worker of each has ended, as the process board tells."""

from collections.abc import Iterable, Mapping

from domain.errors import UnavailableError
from jobs.job import Env
from storage.telemetry_records import AttemptEnding, AttemptRecord


async def why_lost(env: Env, attempts: Iterable[AttemptRecord]) -> Mapping[int, str]:
    """Return by its token why each of these that was lost, was; nothing where nobody knows."""
    lost = [one for one in attempts if one.ending is AttemptEnding.LOST]
    if not lost:
        return {}
    earliest = min(one.started_at for one in lost)
    try:
        known = await env.store.telemetry.processes(ended_since=earliest)
    except UnavailableError:
        return {}
    ended = {one.id: one.ended_by for one in known if one.ended_by}
    return {
        one.token: _told(one.worker, ended[one.worker]) for one in lost if one.worker in ended
    }


def _told(worker: str, ended_by: str) -> str:
    verb = "ended with" if ended_by.startswith("exit") else "was"
    return f"its worker {worker.partition('.')[0]} {verb} {ended_by}"
