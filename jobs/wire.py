"""Redis spoken over a socket, for a command that must start at once.

To import redis-py takes a tenth of a second of a processor, most of it for what is not needed
here. This is the protocol's second version: commands out, answers in, one at a time.
"""

import socket
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from domain.errors import RejectedError

REDIS_PORT = 6379
SCHEMES = ("redis", "rediss", "unix")

Reply = int | bytes | list[Any] | None


class RefusedError(OSError):
    """Redis has answered with an error."""


class Wire:
    """A connection to the Redis of a URL. Whatever goes wrong with it is an OSError."""

    def __init__(self, address: str, *, seconds_max: float) -> None:
        place, options = urlsplit(address), _options(address)
        self._socket = _connected(address, seconds_max)
        self._answers = self._socket.makefile("rb")
        try:
            if place.password:
                named = [unquote(place.username)] if place.username else []
                self.call("AUTH", *named, unquote(place.password))
            db = options.get("db") or (place.path.strip("/") if place.scheme != "unix" else "")
            if db:
                self.call("SELECT", db)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self.close()

    def call(self, *words: str | bytes, seconds_max: float | None = None) -> Reply:
        """Return what Redis answers to a command. Raises OSError, RefusedError if it says no."""
        if seconds_max is not None:
            self._socket.settimeout(seconds_max)
        encoded = [word.encode() if isinstance(word, str) else word for word in words]
        parts = [b"*%d\r\n" % len(encoded)]
        parts += [b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded]
        self._socket.sendall(b"".join(parts))
        return self._reply()

    def close(self) -> None:
        """Let go of the connection."""
        self._answers.close()
        self._socket.close()

    def _reply(self) -> Reply:
        line = self._answers.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("it has closed the connection")
        kind, said = line[:1], line[1:-2]
        if kind == b"-":
            raise RefusedError(said.decode(errors="replace"))
        if kind == b":":
            return int(said)
        if kind == b"$":
            return self._bulk(int(said))
        if kind == b"*":
            return None if said == b"-1" else [self._reply() for _ in range(int(said))]
        return said

    def _bulk(self, size: int) -> bytes | None:
        if size < 0:
            return None
        content = self._answers.read(size + 2)
        if len(content) < size + 2:
            raise ConnectionError("it has closed the connection")
        return content[:-2]


def checked(address: str) -> str:
    """Return this URL. Raises RejectedError if it is not that of a Redis."""
    try:
        place = urlsplit(address)
        known = place.scheme in SCHEMES and (place.port or True)
    except ValueError:
        known = False
    if not known:
        raise RejectedError(
            "This is not the URL of a Redis.",
            field="REDIS_URL",
            remedy="Write redis://, rediss:// or unix:// and where it is.",
        )
    return address


def _connected(address: str, seconds_max: float) -> socket.socket:
    place = urlsplit(address)
    if place.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(seconds_max)
            connection.connect(unquote(place.path))
        except BaseException:
            connection.close()
            raise
        return connection
    host = place.hostname or "localhost"
    plain = socket.create_connection((host, place.port or REDIS_PORT), seconds_max)
    return plain if place.scheme == "redis" else _encrypted(plain, host, _options(address))


def _encrypted(plain: socket.socket, host: str, options: Mapping[str, str]) -> socket.socket:
    import ssl  # noqa: PLC0415 - only who needs it waits for it

    context = ssl.create_default_context(cafile=options.get("ssl_ca_certs"))
    if options.get("ssl_cert_reqs") == "none":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def _options(address: str) -> dict[str, str]:
    """Return the options in a URL, those of other clients among them."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def words_of(error: Exception) -> str:
    """Return what a connection that failed says of itself, to end a sentence; else its kind."""
    return str(error).rstrip(".") or type(error).__name__
