"""A service of a language model that gives recorded answers, over real HTTP on a port of its own."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKENS = 1_200

# What a person understands and no rule does: who digs, and in which town.
ORDER = """WORK ORDER 77120
Pedernales Light & Power

Work Order #: 77120
Type of Work: Replace pole
Work Area: Rear easement behind the store
Pole #: 7781-A

Lockhart is where the crew meets the truck, and Caprock has
the digging of it. Luling has the keys.
"""


@dataclass(frozen=True)
class Recorded:
    """One answer of the service: the status, the body, headers, and how long it takes."""

    body: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def completion(content: str | None, **message: Any) -> dict[str, Any]:
    """Return the body that such services answer with, as recorded, with this content."""
    return {
        "id": "chatcmpl-9f2c",
        "object": "chat.completion",
        "created": 1772463600,
        "model": "a-model-2026-01",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, **message},
                "finish_reason": "stop",
                "logprobs": None,
            }
        ],
        "usage": {"prompt_tokens": 1_000, "completion_tokens": 200, "total_tokens": TOKENS},
    }


def facts(**said: tuple[str, str]) -> Recorded:
    """Return the answer that gives each field a value and its quote."""
    answer = {
        name: {"value": value, "quote": quote, "line": 1}
        for name, (value, quote) in said.items()
    }
    return Recorded(completion(json.dumps(answer)))


def refused(param: str) -> Recorded:
    """Return what a service says of a parameter that it does not know; it repeats what was sent."""
    message = f"Unsupported parameter: '{param}'. You sent: Dana Ruiz, 512-555-0142"
    return Recorded({"error": {"message": message, "param": param}}, status=400)


class Service:
    """What was asked of the service so far, and what it is going to answer."""

    def __init__(self, answers: list[Recorded]) -> None:
        self.answers = answers
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.url = ""

    def next(self) -> Recorded:
        """Return the next answer; the last one for ever."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def model_service(*answers: Recorded) -> Iterator[Service]:
    """Serve these answers, one after the other, while the block runs."""
    service = Service(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            service.paths.append(self.path)
            service.headers.append({k.lower(): v for k, v in self.headers.items()})
            length = int(self.headers["Content-Length"])
            service.asked.append(json.loads(self.rfile.read(length)))
            answer = service.next()
            time.sleep(answer.seconds)
            body = answer.body
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Say nothing on stderr."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                return  # who asked has gone, as the test wants

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
