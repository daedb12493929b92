"""The contract with arq: all that we override, call or import of it, word for word.

A new arq fails here, loudly and with a word on what to look at, and not in production. Where
something fails: read what the new arq does there, then what is named beside it, then seal it
anew: `python -m tests.worker.test_contract` writes `arq_seals.json`.
"""

import ast
import hashlib
import inspect
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import arq.constants
import pytest
from arq.worker import Worker

from jobs import lanes, queue
from worker import claim_script, leasing
from worker.engine import Engine

ROOT = Path(__file__).parents[2]
SEALS = Path(__file__).with_name("arq_seals.json")  # of each: its parameters, its source's hash
OUR_PACKAGES = ("jobs", "worker")

# Of each method of Worker that we override: what depends on it.
OVERRIDDEN = {
    "__init__": "arq's settings are handed through by Engine.__init__ and worker.settings",
    "_poll_iteration": "Engine._poll_iteration takes its place: claims, aborts, reaping, heartbeat",
    "_release_sem_dec_counter_on_complete": "Engine counts places by worker.lanes.Places",
    "close": "Engine.close calls it in the middle, with on_shutdown taken away",
    "main": "Engine.main wraps it: on_startup, then poll(0) and _poll_iteration for ever",
    "run_job": "worker.performing does it anew: order of checks, context, Retry, cancellation",
}
# Of each that we do not override and count on: what for.
CALLED = {
    "async_run": "worker.command runs it, and it sets main_task",
    "heart_beat": "called at the end of each of our turns",
    "record_health": "called by heart_beat: the only command that we do not give ourselves",
    "run_cron": "called by heart_beat; we have no cron jobs",
    "handle_sig": "close and the tests call it; it cancels `tasks`",
    "handle_sig_wait_for_completion": "SIGTERM: it sets allow_pick_jobs, which Engine._room heeds",
    "_wait_for_tasks_to_complete": "waits for `tasks`, which Engine._end empties",
    "_sleep_until_tasks_complete": "looks at `tasks`, which Engine._end empties",
    "_add_signal_handler": "worker.command relies on the loop's own handlers",
    "pool": "the client of every one of our calls",
    # Not called any more: where they change, ours should perhaps do the same.
    "start_jobs": "the script in worker.claim_script does it, with the same keys",
    "finish_job": "the script in worker.claim_script does it, with the same keys",
    "finish_failed_job": "worker.performing throws out what cannot be run",
    "_cancel_aborted_jobs": "not called: allow_abort_jobs is off",
}
# Of each other thing that our modules import from arq: what for.
IMPORTED = {
    "arq.Retry": "worker.run raises it",
    "arq.connections.ArqRedis": "jobs.queue.connect makes one",
    "arq.jobs.SerializationError": "worker.performing throws such a job out",
    "arq.jobs.deserialize_job_raw": "worker.performing reads payloads with it",
    "arq.jobs.serialize_job": "jobs.queue writes payloads; the Lua in claim_script reads `f`",
    "arq.jobs.serialize_result": "worker.performing writes what a stock client reads",
    "arq.typing.WorkerCoroutine": "the type of worker.run.runner",
    "arq.utils.ms_to_datetime": "worker.performing gives it to jobs as enqueue_time",
    "arq.utils.timestamp_ms": "the clock of scores",
    "arq.worker.Function": "what worker.settings registers: timeout_s, max_tries, keep_result_s",
    "arq.worker.Retry": "worker.performing reads its defer_score",
    "arq.worker.RetryJob": "worker.performing treats it as Retry without a time",
    "arq.worker.func": "worker.settings makes functions with it",
}
# What a stock client does, by which our workers must be able to run what it hands in.
CLIENT = {
    "arq.connections.ArqRedis.__init__": "serializers, queue and life of payloads",
    "arq.connections.ArqRedis.enqueue_job": "the keys that it looks at and writes",
    "arq.jobs.Job.status": "it looks at the in-progress key before the queue",
    "arq.jobs.Job.result_info": "it reads what worker.performing writes",
    "arq.utils.poll": "arq's main loop goes by it, with no pause",
    "arq.connections.log_redis_info": "the first commands of a worker",
}
KEYS = {
    "default_queue_name": "arq:queue",
    "job_key_prefix": "arq:job:",
    "in_progress_key_prefix": "arq:in-progress:",
    "retry_key_prefix": "arq:retry:",
    "result_key_prefix": "arq:result:",
    "abort_jobs_ss": "arq:abort",
    "health_check_key_suffix": ":health-check",
}
PROMISES = {
    **{f"arq.worker.Worker.{name}": why for name, why in {**OVERRIDDEN, **CALLED}.items()},
    **IMPORTED,
    **CLIENT,
}


def seal(name: str) -> list[str]:
    """Return the parameters of something in arq, and the first digits of its source's hash."""
    subject = named(name)
    subject = subject.fget if isinstance(subject, property) else subject
    takes = vars(subject).get("__init__") if inspect.isclass(subject) else subject
    parameters = " ".join(inspect.signature(takes).parameters) if takes else ""
    source = inspect.getsource(subject).encode()
    return [parameters, hashlib.sha256(source).hexdigest()[:16]]


def named(name: str) -> Any:
    """Return what has this dotted name."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = inspect.getattr_static(found, part)
        return found
    raise ModuleNotFoundError(name)


def imported_from_arq() -> Iterator[str]:
    """Yield all that our modules import from arq, by its dotted name."""
    for package in OUR_PACKAGES:
        for path in (ROOT / package).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.ImportFrom)
                    and (node.module or "").split(".")[0] == "arq"
                ):
                    yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("name", PROMISES)
def test_arq_is_as_we_read_it(name: str) -> None:
    """An override of something that has changed its meaning fails in no visible way."""
    assert seal(name) == json.loads(SEALS.read_bytes())[name], (
        f"arq has changed in {name}. What we do with it: {PROMISES[name]}. "
        "Read the new source, then ours, then seal it anew."
    )


def test_every_method_of_arq_that_we_override_is_under_contract() -> None:
    """Whoever overrides one more has to look at it here."""
    ours = Engine.__mro__[: Engine.__mro__.index(Worker)]
    overridden = {
        name
        for kind in ours
        for name in vars(kind)
        if name in vars(Worker) and name not in {"__doc__", "__module__"}
    }

    assert overridden == set(OVERRIDDEN)


def test_nothing_of_ours_hides_something_of_arq_by_chance() -> None:
    """An attribute of the same name would be written by both."""
    tree = ast.parse(inspect.getsource(Worker))
    theirs = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    engine = ast.parse(inspect.getsource(Engine))
    ours = {
        node.attr
        for node in ast.walk(engine)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }

    assert ours & theirs == {
        "allow_pick_jobs",
        "in_progress_timeout_s",
        "job_counter",
        "on_shutdown",
    }


def test_all_that_we_import_from_arq_is_under_contract() -> None:
    """What is used and not sealed is what will change."""
    method_by_method = {"arq.worker.Worker"}

    assert set(imported_from_arq()) - set(PROMISES) - method_by_method == set()


@pytest.mark.parametrize("name", KEYS)
def test_the_names_of_the_keys_are_as_we_write_them(name: str) -> None:
    """Our scripts write arq's keys; under another name nobody would find the jobs."""
    assert getattr(arq.constants, name) == KEYS[name], f"arq.constants.{name} has changed"


@pytest.mark.parametrize(
    "script", [queue.RING, claim_script.TURN, leasing.RENEW, leasing.RELEASE]
)
def test_our_scripts_know_no_other_keys_of_arq(script: str) -> None:
    """Lua does not know Python's constants; this is where the two meet."""
    words = {word.split("'")[0] for word in script.split("'arq:")[1:]}

    assert words
    assert {f"arq:{word}" for word in words} <= set(KEYS.values())


def test_our_queue_is_not_the_one_that_every_arq_application_has() -> None:
    """Another application on this Redis would take our jobs, and fail what it does not know."""
    assert arq.constants.default_queue_name not in lanes.QUEUES.values()


if __name__ == "__main__":
    sealed = {promised: seal(promised) for promised in sorted(PROMISES)}
    SEALS.write_text(json.dumps(sealed, indent=2) + "\n", encoding="utf-8")
