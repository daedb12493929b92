"""A process that has imported the command line already, and forks itself for each command.

A command is run as `python -m cli` runs it, in a process of its own, with its own arguments,
environment, standard input and outputs; only the second that imports take is spent once.
`python -m tests.cli.warm`: requests come over the socket that is its standard input.
"""

import gc
import json
import os
import runpy
import signal
import socket
import sys
import time
from importlib import import_module

FIELDS_BYTES_MAX = 1 << 20
DESCRIPTORS = 4  # standard input, output and error of the command, and where its end is told


def preload() -> None:
    """Import what commands import; each then finds it there."""
    from cli.__main__ import COMMANDS

    for place in COMMANDS.values():
        import_module(place.partition(":")[0])
    for name in ("rich.table", "rich.progress", "httpx2", "jobs.wiring", "jobs.queue", "api"):
        import_module(name)
    gc.freeze()  # what is shared by all forks is not written to
    del sys.modules["cli.__main__"]  # that is run anew for each command


def serve(requests: socket.socket) -> list[str] | None:
    """Fork for each request; return its arguments in the process that is to run it."""
    while True:
        told, descriptors, _flags, _address = socket.recv_fds(
            requests, FIELDS_BYTES_MAX, DESCRIPTORS
        )
        if not told:
            return None
        if os.fork() == 0:
            requests.close()
            return attended(json.loads(told), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def attended(asked: dict[str, object], descriptors: list[int]) -> list[str] | None:
    """Run the command in a child and tell how it ended; returns in that child alone."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Who runs the tests in the background may have them ignore what the keyboard sends.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    *outputs, end = descriptors
    child = os.fork()
    if child == 0:
        os.close(end)
        for number, descriptor in enumerate(outputs):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.environ.clear()
        os.environ.update(asked["environ"])  # type: ignore[call-overload] - as JSON gives it
        time.tzset()
        return list(asked["arguments"])  # type: ignore[call-overload] - as JSON gives it
    for descriptor in outputs:
        os.close(descriptor)
    os.write(end, f"{child}\n".encode())
    _pid, status = os.waitpid(child, 0)
    os.write(end, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def main() -> None:
    preload()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that wait
    requests = socket.socket(fileno=os.dup(0))
    arguments = serve(requests)
    if arguments is not None:
        sys.argv[1:] = arguments
        runpy.run_module("cli", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
