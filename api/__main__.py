"""`python -m api`: serve the application."""

import argparse
import asyncio
import os
import socket
import sys

import uvicorn

from api.app import create_app
from api.server import Server
from config import EVERY_ADDRESS, EXIT_REFUSED, Config, refusal
from domain.errors import RejectedError
from jobs.kinship import end_after
from jobs.wiring import make_env
from logs import write_logs

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 65  # longer than the platform's edge keeps an idle connection


def main() -> int:
    """Serve until a signal asks to stop; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serve the application.")
    parser.add_argument("--supervisor", type=int, help=argparse.SUPPRESS)
    if supervisor := parser.parse_args().supervisor:
        end_after(supervisor)
    try:
        config = Config.from_env(os.environ)
        write_logs(config.log_level)
        env = make_env(config)
        listening = listen(config.host, config.port)
    except RejectedError as error:
        sys.stderr.write(refusal(error))
        return EXIT_REFUSED
    app = create_app(env, document_bytes_max=config.document_bytes_max)
    server = Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, timeout_keep_alive=KEEP_ALIVE_SECONDS
        )
    )
    asyncio.run(server.serve(sockets=[listening]))
    return 0


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; for `*` on every address, IPv4 and IPv6.

    uvicorn's own `--host ::` would listen on IPv6 alone. Raises RejectedError if the port is
    taken.
    """
    try:
        if host != EVERY_ADDRESS:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return socket.create_server((host, port), family=family, backlog=BACKLOG)
        if socket.has_dualstack_ipv6():
            return socket.create_server(
                ("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG
            )
        return socket.create_server(("", port), backlog=BACKLOG)
    except OSError as error:
        raise RejectedError(
            f"Cannot listen on port {port}: {error.strerror}.",
            field="PORT",
            remedy="Stop what listens there, or set PORT to another.",
        ) from None


if __name__ == "__main__":
    sys.exit(main())
