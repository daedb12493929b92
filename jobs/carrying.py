"""What a job carries beside its arguments: in which trace, and for which request, it was rung for.

It lies in arq's message under names of its own, which a stock arq does not look at. A job that
nobody rang for in a trace, such as one of the schedule, carries none, and begins a new one.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from jobs import traces
from jobs.job import Job
from jobs.traces import Kind, Value
from logs import ids

TRACEPARENT, REQUEST_ID = "traceparent", "request_id"
REQUEST_ID_CHARACTERS_MAX = 128
SYSTEM = "redis"


@contextmanager
def ringing(queue: str, jobs: Sequence[Job]) -> Iterator[dict[str, str]]:
    """Be in the span of a ring, if we are in a trace; yields what these jobs carry."""
    request_id = ids().get(REQUEST_ID)
    carried = {REQUEST_ID: request_id} if request_id else {}
    if traces.current() is None:
        yield carried
        return
    with traces.span(f"send {queue}", Kind.PRODUCER, told=lambda: _told(queue, jobs)) as span:
        yield {TRACEPARENT: str(span.trace), **carried}


def trace_in(message: Mapping[str, object]) -> traces.Trace | None:
    """Return the trace that a job's message carries; anybody may have written it."""
    return traces.read(message.get(TRACEPARENT))


def request_in(message: Mapping[str, object]) -> str | None:
    """Return the id of the request that a job's message carries."""
    request_id = message.get(REQUEST_ID)
    if isinstance(request_id, str) and len(request_id) <= REQUEST_ID_CHARACTERS_MAX:
        return request_id
    return None


def _told(queue: str, jobs: Sequence[Job]) -> dict[str, Value]:
    """Return the attributes of a ring, by the semantic conventions for messaging."""
    told: dict[str, Value] = {
        "messaging.system": SYSTEM,
        "messaging.destination.name": queue,
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
    }
    if len(jobs) == 1:
        return {**told, "messaging.message.id": jobs[0].id}
    return {**told, "messaging.batch.message_count": len(jobs)}
