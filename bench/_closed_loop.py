"""The most that an API accepts when each connection sends as soon as it was answered.

By wrk if it is on PATH, else by our own generator, which takes more of the processor for itself.
"""

import asyncio
import json
import re
import shutil
import tempfile
from typing import NamedTuple

from _load import Plan, load
from _served import Served

CONNECTIONS = 16
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class Most(NamedTuple):
    """How many were accepted a second, by whose loop, and how many were not."""

    by: str
    accepted_per_s: float
    p99_ms: float
    error_count: int


async def most(served: Served, seconds: float) -> Most:
    """Return the most that this API accepts over 16 connections."""
    if wrk := shutil.which("wrk"):
        return await _by_wrk(wrk, served, seconds)
    found = await load(Plan(served.port, served.request, 0, seconds, CONNECTIONS))
    return Most("our own loop", found.accepted_per_s, found.p99_ms, found.error_count)


async def _by_wrk(wrk: str, served: Served, seconds: float) -> Most:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_script(served))
        script.flush()
        process = await asyncio.create_subprocess_exec(
            *(wrk, "-t1", f"-c{CONNECTIONS}", f"-d{round(seconds)}s", "--latency"),
            *("-s", script.name, f"http://127.0.0.1:{served.port}/work-orders"),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
    said = out.decode()
    per_second = re.search(r"Requests/sec:\s*([\d.]+)", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", said)
    if process.returncode or not per_second or not p99:
        raise RuntimeError(f"wrk failed: {said}")
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: (.*)", said)
    errors = int(refused[1]) if refused else 0
    errors += sum(map(int, re.findall(r"\d+", broken[1]))) if broken else 0
    return Most("wrk", float(per_second[1]), float(p99[1]) * UNITS_MS[p99[2]], errors)


def _script(served: Served) -> str:
    """Return what tells wrk, in Lua, what to send. JSON's strings are Lua's, for what is here."""
    headers = [
        f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}"
        for name, value in served.headers.items()
    ]
    return "\n".join(['wrk.method = "POST"', f"wrk.body = {json.dumps(served.body)}", *headers])
