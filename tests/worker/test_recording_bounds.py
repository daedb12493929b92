"""What waits to be recorded stays small, and what cannot be recorded costs itself alone."""

import json
import tracemalloc

import pytest

from jobs.job import Env
from jobs.queue import encode
from jobs.telling import Teller
from storage.telemetry_records import AttemptEnding, ProcessKind
from tests.worker.errands import until
from tests.worker.test_recording import JOB_ID, put_in_the_way
from worker import recording
from worker.attempt_notes import CUT, ended, noting
from worker.claiming import Claim
from worker.recording import Recorder

ROOM = {"WAITING_MAX": 3, "WAITING_BYTES_MAX": 3 * recording.NOTES_BYTES + 1_000}


def recorder_of(env: Env) -> Recorder:
    return Recorder(env.store.telemetry, Teller(env.clock, ProcessKind.WORKER, id="worker-1"))


def note_attempt(
    recorder: Recorder, token: str, *, said: str = "", document: str | None = None
) -> None:
    """Make an attempt with this token that says this, at a message with this document."""
    given = {"ticket_id": "t1", "document": document} if document else {}
    claim = Claim(JOB_ID, token, 1, 1, "within_1s", "", encode(given))
    with noting(claim, "worker-1", recorder) as notes:
        notes.arguments = given
        ended(AttemptEnding.DONE, said)


@pytest.mark.parametrize("bound", ROOM)
async def test_what_cannot_be_written_for_long_takes_no_more_than_its_room(
    env: Env, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, bound: str
) -> None:
    """A disk that is full for a night must not fill the memory as well."""
    monkeypatch.setattr(recording, bound, ROOM[bound])
    recorder = recorder_of(env)
    put_in_the_way(env.store.telemetry.path)
    for number in range(5):
        note_attempt(recorder, str(number + 1))
    recorder.start()
    await until(lambda: "not recorded" in caplog.text)
    env.store.telemetry.path.rmdir()
    recorder.stop()

    kept = await env.store.telemetry.job(JOB_ID)
    assert [one.token for one in kept] == [3, 4, 5]
    assert "2 attempts were not recorded" in caplog.text


async def test_what_is_too_long_to_be_recorded_is_let_go_of_at_the_end_of_an_attempt(
    env: Env,
) -> None:
    """Whole documents stand in the messages of those jobs that fail when the disk is full."""
    recorder = recorder_of(env)
    tracemalloc.start()
    try:
        for number in range(20):
            note_attempt(recorder, str(number + 1), document=str(number) * 200_000)
        held, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    recorder.start()
    recorder.stop()

    recorded = await env.store.telemetry.job(JOB_ID)
    assert held < 1_000_000
    assert len(recorded) == 20
    assert recorded[-1].about == "t1"
    assert json.loads(recorded[-1].arguments) == {"ticket_id": "t1"} | CUT


async def test_an_attempt_that_cannot_be_recorded_costs_itself_alone(
    env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """What comes after it is recorded, and so is that the worker lives."""
    recorder = recorder_of(env)
    note_attempt(recorder, "1", said="bread bought")
    note_attempt(recorder, "no number")
    note_attempt(recorder, "2", said="caf\udce9")  # a name of a file that is not UTF-8
    recorder.start()
    recorder.stop()

    recorded = await env.store.telemetry.job(JOB_ID)
    assert [(one.token, one.said) for one in recorded] == [(1, "bread bought"), (2, "caf?")]
    assert [one.id for one in await env.store.telemetry.processes()] == ["worker-1"]
    assert "1 attempts were not recorded" in caplog.text
