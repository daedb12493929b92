"""Who takes part in `bench/engine.py`, and the environment that each peer is given.

Everybody has one process, and is set as its own documents advise for many short jobs; nobody
keeps results, and nobody logs each job.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

PLACES = 100
SCRIPTS = Path(__file__).parent / "peers"
MADE = "made"  # a file in an environment that is complete
INSTALL_SECONDS_MAX = 600


class Peer(NamedTuple):
    """One who takes part.

    `script` enqueues; `work` is the command of the worker, of the environment's `bin`. `batch`
    says how it enqueues many, `setting` how its worker is set, `survives` what becomes of a job
    whose worker is killed by signal 9, by default, as the code of this version says.
    """

    name: str
    requirements: Sequence[str]
    script: str
    work: Sequence[str]
    batch: str
    setting: str
    survives: str
    variables: Mapping[str, str] = MappingProxyType({})


OURS, ALONE = "ours", "engine alone"
DRAMATIQ = ("dramatiq[redis]==2.2.1", "hiredis==3.5.0")

PEERS = (
    Peer(
        OURS,
        (),
        "ours.py",
        ("python", "ours.py", "work"),
        "put(*jobs)",
        f"{PLACES} places; the real wrapper round a real job, the store open, attempts recorded",
        "yes, when its lease ends: 4 s; at once where the supervisor reaps the worker",
    ),
    Peer(
        ALONE,
        (),
        "ours.py",
        ("python", "ours.py", "work-alone"),
        "put(*jobs)",
        f"{PLACES} places; a bare arq function, without the wrapper",
        "as ours",
    ),
    Peer(
        "stock arq",
        ("arq==0.28.0", "hiredis==3.5.0"),
        "with_arq.py",
        ("arq", "with_arq.WorkerSettings"),
        "100 side by side",
        f"max_jobs={PLACES}, keep_result=0",
        "yes, after the longest time limit of any function + 10 s: 310 s",
    ),
    Peer(
        "SAQ",
        ("saq[redis]==0.26.4", "typing-extensions==4.15.0", "hiredis==3.5.0"),
        "with_saq.py",
        ("saq", "--quiet", "with_saq.settings"),
        "100 side by side",
        f"concurrency={PLACES}, ttl=-1",
        "no: with retries=1 a sweep (60 s) marks it aborted",
    ),
    Peer(
        "taskiq-redis",
        ("taskiq[uv]==0.13.0", "taskiq-redis==1.2.4", "uvloop==0.23.0", "hiredis==3.5.0"),
        "with_taskiq.py",
        (
            "taskiq", "worker", "with_taskiq:broker", "--workers", "1",
            "--max-async-tasks", str(PLACES), "--log-level", "WARNING",
        ),
        "100 side by side",
        f"RedisStreamBroker (it acknowledges), 1 worker, {PLACES} async tasks, uvloop",
        "yes, after 600 s idle",
    ),
    Peer(
        "streaQ",
        ("streaq==7.2.0", "uvloop==0.23.0"),
        "with_streaq.py",
        ("streaq", "run", "with_streaq:worker"),
        "enqueue_many",
        f"concurrency={PLACES}, ttl=0, uvloop",
        "yes, after 60 s idle",
    ),
    Peer(
        "dramatiq",
        DRAMATIQ,
        "with_dramatiq.py",
        ("dramatiq", "with_dramatiq", "--processes", "1", "--threads", "16"),
        "group (sends one by one)",
        f"1 process, 16 threads, dramatiq_queue_prefetch={PLACES}",
        "yes, after 60 s without heartbeat, by a maintenance that 1 command in 1,000 begins",
        {"dramatiq_queue_prefetch": str(PLACES)},
    ),
    Peer(
        "dramatiq plain",
        DRAMATIQ,
        "with_dramatiq.py",
        ("dramatiq", "with_dramatiq", "--processes", "1"),
        "as above",
        "1 process and else its defaults: 8 threads, 16 messages in hand",
        "as above",
    ),
    Peer(
        "RQ",
        ("rq==3.0.0", "hiredis==3.5.0"),
        "with_rq.py",
        ("rq", "worker", "--quiet", "--worker-class", "rq.SimpleWorker", "--url", "{url}"),
        "enqueue_many",
        "SimpleWorker (no fork per job), result_ttl=0",
        "no: without Retry it is moved to the failed jobs",
    ),
    Peer(
        "Celery",
        ("celery[redis]==5.7.0", "hiredis==3.5.0"),
        "with_celery.py",
        ("celery", "--app", "with_celery", "worker", "--pool", "solo", "--loglevel", "WARNING"),
        "group (sends one by one)",
        "pool solo, ignore_result",
        "no: acknowledged before it is run (acks_late is off)",
    ),
)  # fmt: skip


def binaries(peer: Peer) -> Path:
    """Return the `bin` of the peer's environment, which is made if there is none yet.

    Raises OSError or CalledProcessError if it cannot be made.
    """
    if not peer.requirements:
        return Path(sys.executable).parent
    wanted = "\n".join([sys.version, *peer.requirements])
    digest = hashlib.sha256(wanted.encode()).hexdigest()[:12]
    home = _cache() / digest
    if not (home / MADE).exists():
        shutil.rmtree(home, ignore_errors=True)
        print(f"installing {', '.join(peer.requirements)} ...", file=sys.stderr)
        _call([sys.executable, "-m", "venv", str(home)])
        _call([str(home / "bin/python"), "-m", "pip", "install", "--quiet", *peer.requirements])
        (home / MADE).touch()
    return home / "bin"


def environ(peer: Peer, socket: Path, folder: Path) -> dict[str, str]:
    """Return the environment variables for the processes of a peer, whose files go into a folder."""
    return {
        **os.environ,
        **peer.variables,
        "BENCH_SOCKET": str(socket),
        "BENCH_NOTES": str(folder / "notes"),
        "BENCH_DATA": str(folder / "data"),
        "BENCH_PLACES": str(PLACES),
        "PYTHONPATH": os.pathsep.join([str(SCRIPTS), str(SCRIPTS.parents[1])]),
        "PYTHONUNBUFFERED": "1",
    }


def _cache() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "texas811-bench"


def _call(command: Sequence[str]) -> None:
    subprocess.run(  # noqa: S603 - our own words
        command, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX
    )
