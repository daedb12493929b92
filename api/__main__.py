"""`python -m api`: serve the application."""

import asyncio
import os
import socket
import sys

import uvicorn

from api.app import create_app
from config import Config
from domain.errors import RejectedError, Texas811Error
from jobs.wiring import make_env
from logs import write_logs

EXIT_REFUSED = 2  # these settings cannot work; starting again would not help
KEEP_ALIVE_SECONDS = 65  # longer than the platform's edge keeps an idle connection


def main() -> int:
    """Serve until a signal asks to stop; return the exit status."""
    try:
        config = Config.from_env(os.environ)
        write_logs(config.log_level)
        listening = listen(config.host, config.port)
    except Texas811Error as error:
        sys.stderr.write(f"{error.field}: {error.problem} {error.remedy}\n")
        return EXIT_REFUSED
    app = create_app(make_env(config), document_bytes_max=config.document_bytes_max)
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, timeout_keep_alive=KEEP_ALIVE_SECONDS
        )
    )
    asyncio.run(server.serve(sockets=[listening]))
    return 0


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; with no host, on every address, IPv4 and IPv6.

    uvicorn's own `--host ::` would listen on IPv6 alone. Raises RejectedError if the port is
    taken.
    """
    try:
        if host:
            return socket.create_server((host, port), backlog=2048)
        if socket.has_dualstack_ipv6():
            return socket.create_server(
                ("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=2048
            )
        return socket.create_server(("", port), backlog=2048)
    except OSError as error:
        raise RejectedError(
            f"Cannot listen on port {port}: {error.strerror}.",
            field="PORT",
            remedy="Stop what listens there, or set PORT to another.",
        ) from None


if __name__ == "__main__":
    sys.exit(main())
