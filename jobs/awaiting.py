"""Ringing for a job from outside, and waiting for how it ends: Redis is all that is needed.

For a command of cron, which cannot see the volume and must start at once: neither the jobs nor
arq nor redis-py are imported here. The payload is arq's, the keys are those of `jobs.lanes`.
"""

import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from domain.errors import RejectedError, UnavailableError
from domain.timetable import Entry, dated_run
from jobs import KEY_OF, LANE_OF
from jobs.lanes import QUEUES, RUNNING_KEY, WAKE_KEY, Lane
from jobs.wire import Wire, checked, words_of

PAYLOAD_SECONDS_MAX = 28 * 86_400  # as long as `jobs.queue` gives it
RING_SECONDS_MAX = 5.0
LISTEN_SECONDS = 2  # at a time: a Redis that has forgotten the job is rung again
ANSWER_SECONDS_MAX = 1.0
PAUSE_SECONDS = 0.2
SHARED = frozenset(f"{job}:{key}" for job, key in KEY_OF.items())
# What another program hands in and waits for, each job under an id of its own.
HANDED_IN = frozenset({"receive_work_order"})
RUNG = re.compile(r"[a-z0-9_]+:rung-[0-9a-f]{16}", re.ASCII)

# As `jobs.queue` rings, by Redis's own clock: not for a job that is queued or runs; nor for one
# that has just ended, unless whoever rings anew means the next run of it.
# KEYS: queue, wake list, running, payload, outcome. ARGV: job id, payload but for its end, which
# is the time, its life (ms), whether what was told of an earlier run is forgotten. Returns
# whether it is new.
RING_FROM_OUTSIDE = """
if ARGV[4] == '1' then redis.call('DEL', KEYS[5]) end
local clock = redis.call('TIME')
local now = string.format('%.0f', clock[1] * 1000 + math.floor(clock[2] / 1000))
if redis.call('EXISTS', KEYS[5]) == 0 and redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0
    and redis.call('ZADD', KEYS[1], 'NX', now, ARGV[1]) == 1 then
  redis.call('SET', KEYS[4], ARGV[2] .. now .. '}', 'PX', ARGV[3])
  redis.call('LPUSH', KEYS[2], '1')
  return 1
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job has ended, as its worker tells whoever waits for it."""

    succeeded: bool
    said: str

    @classmethod
    def parsed(cls, text: bytes) -> Self:
        told = json.loads(text)
        return cls(bool(told["succeeded"]), str(told["said"]))

    def __bytes__(self) -> bytes:
        return json.dumps({"succeeded": self.succeeded, "said": self.said}).encode()


@dataclass(frozen=True, slots=True)
class Ring:
    """A job that is to be run: its name, its id in the queue, and its arguments."""

    job: str
    id: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lane(self) -> Lane:
        return LANE_OF[self.job]


def ring_for(
    job: str,
    arguments: Mapping[str, Any] | None,
    *,
    timetable: Sequence[Entry],
    now: datetime,
) -> Ring:
    """Return what to ring for. Without arguments, a job with a date has its latest one.

    So whoever rings for the same date, a clock beside ours or ours, rings for the same run; and
    for one without arguments, for the one that the schedule rings for: there are never two.
    Raises RejectedError if there is no such job.
    """
    if job not in LANE_OF:
        raise RejectedError(
            f"There is no job {job[:80]!r}.", field="job", suggested_values=sorted(LANE_OF)
        )
    entry = next((one for one in timetable if one.job == job and one.is_dated), None)
    if entry and arguments is None:
        due_at = entry.when.latest_until(now)
        return Ring(job, entry.job_id(due_at), {"due_at": due_at.isoformat()})
    if not arguments and job in KEY_OF:
        return Ring(job, f"{job}:{KEY_OF[job]}")
    return Ring(job, f"{job}:rung-{secrets.token_hex(8)}", arguments or {})


def ring(address: str, what: Ring) -> bool:
    """Ring for a job; return whether it is new in the queue.

    Raises UnavailableError if Redis does not answer in time.
    """
    until = time.monotonic() + RING_SECONDS_MAX
    while True:
        try:
            with Wire(checked(address), seconds_max=ANSWER_SECONDS_MAX) as wire:
                return _rung(wire, what, is_anew=is_shared(what.id))
        except OSError as error:
            _pause(error, until)


def ring_and_wait(address: str, what: Ring, *, seconds: float) -> Ended:
    """Ring for a job, wait at most so long until it has ended, and return how.

    Of a job that the schedule rings for too it is the run that was rung for or, if one was queued
    or under way already, that one: the first to end from now on. A Redis that has forgotten the
    job, or comes back, is rung again. Raises UnavailableError if the job has not ended in time,
    or Redis does not answer.
    """
    until = time.monotonic() + seconds
    is_anew = is_shared(what.id)
    while True:
        try:
            with Wire(checked(address), seconds_max=ANSWER_SECONDS_MAX) as wire:
                while True:
                    _rung(wire, what, is_anew=is_anew)
                    is_anew = False
                    if ended := _told(wire, what.id, until - time.monotonic()):
                        return ended
                    if time.monotonic() >= until:
                        raise _not_ended(what, seconds)
        except OSError as error:
            _pause(error, until)


def outcome_key(job_id: str) -> str:
    """Return the list that holds how this job has ended, for as long as somebody may ask."""
    return f"texas811:outcome:{job_id}"


def is_awaited(job_id: str) -> bool:
    """May somebody wait for this job? Its id says so; for any other nobody is told."""
    return (
        is_shared(job_id)
        or job_id.partition(":")[0] in HANDED_IN
        or bool(RUNG.fullmatch(job_id))
        or dated_run(job_id) is not None
    )


def is_shared(job_id: str) -> bool:
    """Is this a job that comes again and again under the same id, whoever rings for it?"""
    return job_id in SHARED


def ring_command(what: Ring, *, is_anew: bool) -> list[str]:
    """Return the command to Redis that rings for a job which neither waits nor runs.

    Nor has it just ended, unless it is rung for anew. Redis answers 1 if so, else 0.
    """
    payload = f"arq:job:{what.id}"
    keys = [QUEUES[what.lane], WAKE_KEY, RUNNING_KEY, payload, outcome_key(what.id)]
    # As arq writes it down, in JSON; when it was queued, Redis says.
    job: dict[str, Any] = {"t": None, "f": what.job, "a": [], "k": {**what.arguments}}
    begun = f'{json.dumps(job)[:-1]}, "et": '
    given = [what.id, begun, str(PAYLOAD_SECONDS_MAX * 1000), str(int(is_anew))]
    return ["EVAL", RING_FROM_OUTSIDE, str(len(keys)), *keys, *given]


def listen_command(job_id: str, seconds: float) -> list[str]:
    """Return the command to Redis that waits so long for the outcome of a job.

    Redis answers with the outcome, which stays there for others who wait.
    """
    key = outcome_key(job_id)
    return ["BLMOVE", key, key, "LEFT", "LEFT", f"{seconds:.3f}"]


def _rung(wire: Wire, what: Ring, *, is_anew: bool) -> bool:
    """Ring for a job that is neither queued nor running nor has just ended; was it so?"""
    return bool(wire.call(*ring_command(what, is_anew=is_anew)))


def _told(wire: Wire, job_id: str, seconds_left: float) -> Ended | None:
    """Wait a while for the outcome of a job."""
    seconds = min(max(seconds_left, 0.01), LISTEN_SECONDS)
    told = wire.call(*listen_command(job_id, seconds), seconds_max=seconds + ANSWER_SECONDS_MAX)
    return Ended.parsed(told) if isinstance(told, bytes) else None


def _pause(error: OSError, until: float) -> None:
    """Wait before Redis is asked again. Raises UnavailableError if there is no time for it."""
    if time.monotonic() + PAUSE_SECONDS > until:
        raise UnavailableError(
            f"The queue does not answer: {words_of(error)}.",
            remedy="Look whether REDIS_URL names the Redis of the service.",
        ) from error
    time.sleep(PAUSE_SECONDS)


def _not_ended(what: Ring, seconds: float) -> UnavailableError:
    return UnavailableError(
        f"{what.id} has not ended within {seconds:g} s.",
        remedy="It is rung for, and runs as soon as a worker is free.",
    )
