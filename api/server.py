"""The server of this process: uvicorn, which ends the streams of events when it is to stop."""

import socket

import uvicorn
from fastapi import FastAPI

from api.progress import end_streams


class Server(uvicorn.Server):
    """Waits at a stop for requests that are under way, and not for clients that only listen."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if isinstance(self.config.app, FastAPI):
            end_streams(self.config.app)
        await super().shutdown(sockets)
