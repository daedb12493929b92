"""Spans sent to whoever collects them, by OpenTelemetry; it is the extra `traces`, and optional.

Nothing of it is imported where OTEL_EXPORTER_OTLP_ENDPOINT names nobody. It reads its other
settings (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, ...) from the environment by itself.
"""

import logging
from collections.abc import Mapping
from typing import Any

from jobs import traces
from jobs.traces import Kind, Span, Told, Trace

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
DISABLED, SERVICE_NAME = "OTEL_SDK_DISABLED", "OTEL_SERVICE_NAME"

log = logging.getLogger(__name__)


def send_spans(environ: Mapping[str, str], *, service: str) -> None:
    """Send the spans of this process, if the environment names who collects them.

    `service` is the name that stands in them unless OTEL_SERVICE_NAME gives another.
    """
    is_asked = any(environ.get(name) for name in ENDPOINTS)
    if not is_asked or environ.get(DISABLED, "").lower() == "true":
        return
    try:
        sender = OpenTelemetry(environ.get(SERVICE_NAME) or service)
    except ModuleNotFoundError as error:
        log.warning(
            "no spans are sent, for %s is missing: install the extra `traces`", error.name
        )
        return
    traces.use(sender)


class OpenTelemetry:
    """Begins spans, and sends those that have ended from a thread of its own, by OTLP over HTTP."""

    def __init__(self, service: str) -> None:
        # Half a second to import, which nobody pays who sends no spans.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - see above
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - see above
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - see above
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - see above

        self._provider = TracerProvider(resource=Resource.create({"service.name": service}))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("texas811")

    def begin(self, name: str, kind: Kind, parent: Trace | None, told: Told | None) -> Span:
        """See `traces.Sender`."""
        from opentelemetry.context import Context  # noqa: PLC0415 - imported by now
        from opentelemetry.trace import SpanKind, set_span_in_context  # noqa: PLC0415 - as above

        around = set_span_in_context(_remote(parent), Context()) if parent else Context()
        begun = _Sent(self._tracer.start_span(name, context=around, kind=SpanKind[kind]))
        if told:
            begun.say(told)
        return begun

    def close(self) -> None:
        """Send what is left. Blocks."""
        self._provider.shutdown()


class _Sent(Span):
    """A span that is sent when it has ended, unless its trace is not sampled."""

    def __init__(self, span: Any) -> None:
        own = span.get_span_context()
        super().__init__(
            Trace(f"{own.trace_id:032x}", f"{own.span_id:016x}", int(own.trace_flags))
        )
        self._span = span

    def name(self, name: str) -> None:
        self._span.update_name(name)

    def say(self, told: Told) -> None:
        self._span.set_attributes(
            {name: value for name, value in told().items() if value is not None}
        )

    def fail(self, kind: str) -> None:
        from opentelemetry.trace import StatusCode  # noqa: PLC0415 - imported by now

        # Not what the error says: that may name people.
        self._span.set_attribute("error.type", kind)
        self._span.set_status(StatusCode.ERROR)

    def end(self) -> None:
        self._span.end()


def _remote(parent: Trace) -> Any:
    """Return the parent as OpenTelemetry knows one that is in another process."""
    from opentelemetry.trace import (  # noqa: PLC0415 - imported by now
        NonRecordingSpan,
        SpanContext,
        TraceFlags,
    )

    return NonRecordingSpan(
        SpanContext(
            int(parent.trace_id, 16),
            int(parent.span_id, 16),
            is_remote=True,
            trace_flags=TraceFlags(parent.flags),
        )
    )
