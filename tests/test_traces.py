"""One trace from the request through the queue to the jobs, told to whoever collects it."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from arq.jobs import deserialize_job
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from jobs import traces
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from jobs.queue import decode
from logs import bound
from tests.builders import STATED
from tests.flows.service import Service, free_port

TRACE_ID, SPAN_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
GIVEN = f"00-{TRACE_ID}-{SPAN_ID}-01"
# Source: the examples and rules of https://www.w3.org/TR/trace-context/, section 3.2.
VALID = {
    "sampled": (GIVEN, 1),
    "not sampled": (f"00-{TRACE_ID}-{SPAN_ID}-00", 0),
    "flags that nobody knows yet": (f"00-{TRACE_ID}-{SPAN_ID}-f9", 1),
    "a later version with more behind it": (f"cc-{TRACE_ID}-{SPAN_ID}-01-what-comes", 1),
}
INVALID = {
    "nothing": "",
    "no version": f"ff-{TRACE_ID}-{SPAN_ID}-01",
    "no trace": f"00-{'0' * 32}-{SPAN_ID}-01",
    "no span": f"00-{TRACE_ID}-{'0' * 16}-01",
    "capitals": GIVEN.upper(),
    "more behind a version that has no more": f"{GIVEN}-what",
    "too short": f"00-{TRACE_ID}-{SPAN_ID}",
    "a line end": f"{GIVEN}\n",
    "no text": 7,
}


@pytest.mark.parametrize(("text", "flags"), VALID.values(), ids=VALID)
def test_a_valid_traceparent_is_continued(text: str, flags: int) -> None:
    """Whoever began the trace must find all of it under its id."""
    trace = traces.read(text)

    assert trace == traces.Trace(TRACE_ID, SPAN_ID, flags)
    assert traces.read(str(trace)) == trace


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID)
def test_what_is_no_traceparent_is_not_believed(text: object) -> None:
    """Anybody may send one."""
    assert traces.read(text) is None


async def carried(client: httpx2.AsyncClient, env: Env, *given: str) -> dict[str, Any]:
    """Hand in an order with these headers; return the message of the job that is rung for it."""
    headers = [("traceparent", one) for one in given]
    answer = await client.post("/work-orders", json=STATED, headers=headers)
    job = ExtractTicket(work_order_id=answer.raise_for_status().json()["work_order_id"])
    payload = await env.queue._redis.get(f"arq:job:{job.id}")
    # A stock arq reads it as ever.
    assert deserialize_job(payload, deserializer=decode).kwargs == job.model_dump(mode="json")
    return {"answered": answer.headers["X-Request-Id"], **decode(payload)}


async def test_the_trace_of_a_request_lies_beside_the_jobs_that_it_rings_for(
    client: httpx2.AsyncClient, env: Env
) -> None:
    """The worker is another process, maybe next week; nothing else could tell it."""
    message = await carried(client, env, GIVEN)

    trace = traces.read(message["traceparent"])
    assert trace
    assert trace.trace_id == TRACE_ID
    assert trace.span_id != SPAN_ID
    assert message["request_id"] == message["answered"]


@pytest.mark.parametrize(
    "given", [(), (INVALID["capitals"],), (GIVEN, GIVEN)], ids=["none", "invalid", "two"]
)
async def test_a_request_without_one_valid_trace_begins_its_own(
    client: httpx2.AsyncClient, env: Env, given: tuple[str, ...]
) -> None:
    """Two headers are as good as none: nobody can say which is meant."""
    trace = traces.read((await carried(client, env, *given))["traceparent"])

    assert trace
    assert trace.trace_id != TRACE_ID


async def test_what_nobody_rings_for_in_a_trace_carries_none(env: Env) -> None:
    """All that a schedule rings for would else be one endless trace."""
    with bound():
        await env.queue.put(ExtractTicket(work_order_id="order-1"))

    message = decode(await env.queue._redis.get("arq:job:extract_ticket:order-1"))
    assert set(message) == {"t", "f", "a", "k", "et"}


class Collector:
    """A real collector of OTLP over HTTP, which keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Any]] = []  # service name, span
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.take(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_given: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def take(self, request: ExportTraceServiceRequest) -> None:
        for resource in request.resource_spans:
            name = next(
                one.value.string_value
                for one in resource.resource.attributes
                if one.key == "service.name"
            )
            for scope in resource.scope_spans:
                self.spans += [(name, span) for span in scope.spans]

    def of_trace(self, trace_id: str) -> dict[str, tuple[str, Any]]:
        return {
            span.name: (service, span)
            for service, span in self.spans
            if span.trace_id.hex() == trace_id
        }


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield collector
    finally:
        collector.server.shutdown()
        thread.join()
        collector.server.server_close()


def attributes(span: Any) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


@pytest.mark.slow
async def test_one_trace_spans_the_request_the_ring_and_the_attempt(tmp_path: Path) -> None:
    """Two processes and a queue between them; a person sees one picture."""
    with collecting() as collector:
        service = await Service.up(
            tmp_path / "data",
            port=free_port(),
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
            OTEL_BSP_SCHEDULE_DELAY="100",
        )
        answer = await service.client.post(
            "/work-orders", json=STATED, headers={"traceparent": GIVEN}, params={"wait": 20}
        )
        async with asyncio.timeout(10):
            while len(found := collector.of_trace(TRACE_ID)) < 3:
                await asyncio.sleep(0.05)
        await service.stop()

    receipt = answer.raise_for_status().json()
    api, asked = found["POST /work-orders"]
    _api, rung = found["send texas811:queue"]
    worker, made = found["process extract_ticket"]
    assert (api, worker) == ("texas811-api", "texas811-worker")
    assert asked.parent_span_id.hex() == SPAN_ID
    assert rung.parent_span_id == asked.span_id
    assert made.parent_span_id == rung.span_id
    told = attributes(made)
    assert told["messaging.message.id"] == f"extract_ticket:{receipt['work_order_id']}"
    assert told["messaging.operation.type"] == "process"
    assert told["texas811.job.ending"] == "done"
    assert attributes(asked)["http.response.status_code"] == 200
    logged = [json.loads(one) for one in service.lines if one.startswith("{")]
    assert {"request", "job begun"} <= {
        one["message"] for one in logged if one.get("trace_id") == TRACE_ID
    }


@pytest.mark.slow
def test_who_sends_no_spans_does_not_load_what_sends_them() -> None:
    """It takes half a second and ten megabytes, in every process."""
    code = (
        "import sys, api.__main__, worker.command\n"
        "from jobs.span_sending import send_spans\n"
        "send_spans({}, service='x')\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', "
        "'opentelemetry.exporter'))])"  # the bare API is FastAPI's own wish
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert said.stdout == b"[]\n"
