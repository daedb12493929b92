"""`python -m api`: serve the application."""

import argparse
import asyncio
import os
import socket
import sys

from api.app import create_app
from api.file_references import FILE_HOSTS, Downloader
from api.rate_limits import RateLimits
from api.server import make_room_for_connections, server_of
from config import EVERY_ADDRESS, EXIT_REFUSED, Config, refusal
from domain.errors import RejectedError
from jobs.kinship import end_after
from jobs.span_sending import send_spans
from jobs.wiring import make_counter, make_env
from logs import write_logs

BACKLOG = 2048


def main() -> int:
    """Serve until a signal asks to stop; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serve the application.")
    parser.add_argument("--supervisor", type=int, help=argparse.SUPPRESS)
    if supervisor := parser.parse_args().supervisor:
        end_after(supervisor)
    try:
        config = Config.from_env(os.environ)
        write_logs(config.log_level)
        send_spans(os.environ, service="texas811-api")
        env = make_env(config)
        listening = listen(config.host, config.port)
    except RejectedError as error:
        sys.stderr.write(refusal(error))
        return EXIT_REFUSED
    app = create_app(
        env,
        document_bytes_max=config.document_bytes_max,
        is_behind_proxy=config.is_on_railway,
        public_url=config.public_url,
        files=Downloader(config.file_hosts or FILE_HOSTS, config.document_bytes_max),
        limits=RateLimits(make_counter(config), per_key=config.rate_limit_per_minute),
        sync_wait_seconds=config.sync_wait_seconds,
    )
    make_room_for_connections()
    asyncio.run(server_of(app).serve(sockets=[listening]))
    return 0


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; for `*` on every address, IPv4 and IPv6.

    uvicorn's own `--host ::` would listen on IPv6 alone. Raises RejectedError if the port is
    taken.
    """
    try:
        listening = _listening(host, port)
    except OSError as error:
        raise RejectedError(
            f"Cannot listen on port {port}: {error.strerror}.",
            field="PORT",
            remedy="Stop what listens there, or set PORT to another.",
        ) from None
    # Each connection inherits it. asyncio sets it on sockets of its own making alone, and without
    # it the second part of an answer waits 40 ms for the client to acknowledge the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _listening(host: str, port: int) -> socket.socket:
    if host != EVERY_ADDRESS:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    if socket.has_dualstack_ipv6():
        return socket.create_server(
            ("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG
        )
    return socket.create_server(("", port), backlog=BACKLOG)


if __name__ == "__main__":
    sys.exit(main())
