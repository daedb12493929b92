"""What we built on in arq, word for word: a new arq fails here, loudly, and not in production.

Where one of these fails: read what the new arq does there, then `worker/engine.py` and
`jobs/queue.py` against it, then put the new hash here.
"""

import hashlib
import inspect
from typing import Any

import arq.constants
import arq.jobs
import pytest
from arq.connections import ArqRedis
from arq.worker import Retry, Worker

from jobs.queue import QUEUE_NAME, RING
from worker.engine import Engine

# Of each: its parameters, and the first 16 digits of the SHA-256 of its source.
OVERRIDDEN: dict[str, tuple[str, str]] = {
    "__init__": (
        "self functions queue_name cron_jobs redis_settings redis_pool burst on_startup on_shutdown on_job_start on_job_end after_job_end handle_signals job_completion_wait max_jobs job_timeout keep_result keep_result_forever poll_delay queue_read_limit max_tries health_check_interval health_check_key ctx retry_jobs allow_abort_jobs max_burst_jobs job_serializer job_deserializer expires_extra_ms timezone log_results",
        "edfb0cd7e05e77cf",
    ),
    "_poll_iteration": ("self", "f8d39d823a0a59f2"),
    "_release_sem_dec_counter_on_complete": ("self", "0ed101482e942c33"),
    "close": ("self", "5bcc9cb356680829"),
    "main": ("self", "45ca1591c9717466"),
    "run_job": ("self job_id score", "589a19059ff84ee7"),
}
# Not ours, but they lay down and take away the keys that we count on, or end the worker.
RELIED_ON: dict[str, tuple[str, str]] = {
    "async_run": ("self", "f3434c3dd359b31b"),
    "finish_failed_job": ("self job_id result_data", "3e16087f318a7acf"),
    "finish_job": (
        "self job_id finish result_data result_timeout_s keep_result_forever incr_score keep_in_progress",
        "903f09c92830d3fd",
    ),
    "handle_sig": ("self signum", "985ff7ba01aa8f04"),
    "handle_sig_wait_for_completion": ("self signum", "8f161d86834cc74e"),
    "start_jobs": ("self job_ids", "b45797cfa40bed7f"),
}
FUNCTIONS: dict[str, tuple[Any, str, str]] = {
    "serialize_job": (
        arq.jobs.serialize_job,
        "function_name args kwargs job_try enqueue_time_ms serializer",
        "1fc854cc50e16e5c",
    ),
    "deserialize_job_raw": (arq.jobs.deserialize_job_raw, "r deserializer", "f330dfaff8e2160f"),
    "ArqRedis.__init__": (
        ArqRedis.__init__,
        "self pool_or_conn job_serializer job_deserializer default_queue_name expires_extra_ms kwargs",
        "2e8bd7e180d895c8",
    ),
    "ArqRedis.enqueue_job": (
        ArqRedis.enqueue_job,
        "self function args _job_id _queue_name _defer_until _defer_by _expires _job_try kwargs",
        "7da8706a747c1171",
    ),
    "Retry.__init__": (Retry.__init__, "self defer", "9c03e679028cf11f"),
}
KEYS = {
    "default_queue_name": "arq:queue",
    "job_key_prefix": "arq:job:",
    "in_progress_key_prefix": "arq:in-progress:",
    "retry_key_prefix": "arq:retry:",
    "result_key_prefix": "arq:result:",
}
ADVICE = (
    "arq has changed in {name}: read it, then worker/engine.py and jobs/queue.py against it"
)


def seal(function: Any) -> tuple[str, str]:
    """Return the names of a function's parameters, and the hash of its source."""
    source = inspect.getsource(function).encode()
    return " ".join(inspect.signature(function).parameters), _hash(source)


def _hash(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()[:16]


def test_every_method_of_arq_that_we_override_is_under_contract() -> None:
    """Whoever overrides one more has to look at it here."""
    overridden = {name for name in vars(Engine) if callable(getattr(Worker, name, None))}

    assert overridden - {"__doc__", "__module__"} == set(OVERRIDDEN)


@pytest.mark.parametrize("name", [*OVERRIDDEN, *RELIED_ON])
def test_the_methods_of_arq_are_as_we_read_them(name: str) -> None:
    """An override of something that has changed its meaning fails in no visible way."""
    agreed = {**OVERRIDDEN, **RELIED_ON}[name]

    assert seal(getattr(Worker, name)) == agreed, ADVICE.format(name=f"Worker.{name}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_functions_of_arq_are_as_we_read_them(name: str) -> None:
    """They decide what a queued job looks like, and when it comes back."""
    function, *agreed = FUNCTIONS[name]

    assert list(seal(function)) == agreed, ADVICE.format(name=name)


@pytest.mark.parametrize("name", KEYS)
def test_the_names_of_the_keys_are_as_we_write_them(name: str) -> None:
    """Our script writes arq's keys; under another name nobody would find the jobs."""
    assert getattr(arq.constants, name) == KEYS[name], ADVICE.format(name=f"constants.{name}")


def test_our_script_writes_the_keys_of_arq() -> None:
    """Lua does not know Python's constants; this is where the two meet."""
    assert f"'{arq.constants.job_key_prefix}'" in RING
    assert "redis.call('ZADD', KEYS[1]" in RING


def test_our_queue_is_not_the_one_that_every_arq_application_has() -> None:
    """Another application on this Redis would take our jobs, and fail what it does not know."""
    assert arq.constants.default_queue_name != QUEUE_NAME
