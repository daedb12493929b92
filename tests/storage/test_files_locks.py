"""Locks: one holder at a time, among threads and among processes."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from storage.file_locks import FileLock, sole_owner

HOLD = """
import fcntl, sys
held = open(sys.argv[1], "a")
fcntl.flock(held, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_elsewhere(lock: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Let another process hold the lock while the block runs, or until it is killed."""
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def waits_for(lock: Path) -> tuple[Thread, Event]:
    """Start a thread that wants the lock; return it and the event that it has got it."""
    got = Event()

    def take() -> None:
        with FileLock(lock):
            got.set()

    thread = Thread(target=take)
    thread.start()
    return thread, got


def test_threads_that_count_under_the_lock_lose_no_count(tmp_path: Path) -> None:
    """A lock that threads share would lock nobody out."""
    count = tmp_path / "count"
    count.write_text("0")

    def increment(_number: int) -> None:
        with FileLock(tmp_path / "lock"):
            count.write_text(str(int(count.read_text()) + 1))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(increment, range(200)))

    assert count.read_text() == "200"


def test_a_process_that_holds_the_lock_keeps_others_waiting(tmp_path: Path) -> None:
    """API and worker are two processes over one directory."""
    lock = tmp_path / "lock"

    with held_elsewhere(lock):
        thread, got = waits_for(lock)
        was_kept_out = not got.wait(0.2)

    thread.join(10)
    assert was_kept_out
    assert got.is_set()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """A worker that dies must not lock its ticket for ever."""
    lock = tmp_path / "lock"

    with held_elsewhere(lock) as process:
        process.kill()

    thread, got = waits_for(lock)
    thread.join(10)
    assert got.is_set()


def test_an_error_under_the_lock_lets_it_go(tmp_path: Path) -> None:
    """A conflict is an everyday thing and must not block the next attempt."""
    lock = tmp_path / "lock"

    with suppress(ZeroDivisionError), FileLock(lock):
        _ = 1 / 0

    thread, got = waits_for(lock)
    thread.join(10)
    assert got.is_set()


def test_a_sole_owner_is_told_and_so_is_the_one_who_is_not(tmp_path: Path) -> None:
    """Whoever comes second does not wait: it ends with a sentence."""
    lock = tmp_path / "lock"

    with sole_owner(lock) as first, sole_owner(lock) as second:
        answers = (first, second)

    assert answers == (True, False)


def test_ownership_is_free_again_when_its_owner_is_gone(tmp_path: Path) -> None:
    """A restart must find the directory free."""
    lock = tmp_path / "lock"

    with held_elsewhere(lock), sole_owner(lock) as is_free:
        was_free = is_free

    with sole_owner(lock) as is_free:
        assert is_free
    assert not was_free
