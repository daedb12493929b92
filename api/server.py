"""The server of this process: uvicorn, which ends the streams of events when it is to stop."""

import resource
import socket

import uvicorn
from fastapi import FastAPI

from api.connections import CONNECTIONS_MAX, Connection
from api.limits import HEAD_BYTES_MAX
from api.progress import end_streams

KEEP_ALIVE_SECONDS = 65  # longer than the platform's edge keeps an idle connection
FILES_BESIDE = 500  # what the store and the queue may have open


class Server(uvicorn.Server):
    """Waits at a stop for requests that are under way, and not for clients that only listen."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if isinstance(self.config.app, FastAPI):
            end_streams(self.config.app)
        await super().shutdown(sockets)


def server_of(app: FastAPI) -> Server:
    """Return the server that serves this application."""
    return Server(
        uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,  # the edge reads the platform's own header, and no other
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            h11_max_incomplete_event_size=HEAD_BYTES_MAX,
        )
    )


def make_room_for_connections() -> None:
    """Let this process have as many files open as its connections may need, if it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MAX + FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
