"""The socket that the API listens on: made by its process, and tried by the supervisor before it."""

import errno
import os
import socket

from domain.errors import RejectedError

BACKLOG = 2048
OF_THE_PORT = frozenset({errno.EADDRINUSE, errno.EACCES})


def listen(address: str | None, port: int) -> socket.socket:
    """Return a socket that listens there; for None on every address, IPv4 and IPv6.

    uvicorn's own `--host ::` would listen on IPv6 alone. Raises RejectedError if the address is
    none of this machine, or the port is taken.
    """
    try:
        listening = _listening(address, port)
    except (OSError, UnicodeError) as error:
        raise _refused(address, port, error) from None
    # Each connection inherits it. asyncio sets it on sockets of its own making alone, and without
    # it the second part of an answer waits 40 ms for the client to acknowledge the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _listening(address: str | None, port: int) -> socket.socket:
    if address:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return socket.create_server((address, port), family=family, backlog=BACKLOG)
    if socket.has_dualstack_ipv6():
        return socket.create_server(
            ("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG
        )
    return socket.create_server(("", port), backlog=BACKLOG)


def _refused(address: str | None, port: int, error: OSError | UnicodeError) -> RejectedError:
    number = error.errno if isinstance(error, OSError) and error.errno else 0
    # What is below 0 comes of looking up a name, and has no text of its own here.
    why = os.strerror(number) if number > 0 else "Nobody has this name"
    if number in OF_THE_PORT:
        return RejectedError(
            f"Cannot listen on port {port}: {why}.",
            field="PORT",
            remedy="Stop what listens there, or set PORT to another.",
        )
    return RejectedError(
        f"Cannot listen at {address or 'every address'}: {why}.",
        field="HOST",
        remedy="Set it to an address of this machine, or to * for all of them.",
    )
