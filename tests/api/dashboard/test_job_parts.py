"""The parts of a job's page that need no service: its bars over time, and what it did."""

from datetime import timedelta
from typing import Any

from api.dashboard.about_jobs.arguments import shown
from api.dashboard.about_jobs.job_attempts import lines_of, told_of
from api.dashboard.about_jobs.job_effects import effects_of
from api.dashboard.about_jobs.job_timeline import draw
from domain.audit import Actor, AuditEvent
from storage.clock import system_clock
from storage.telemetry_records import AttemptEnding
from tests.api.dashboard.attempts import attempt
from tests.builders import NOW


def event(action: str, at: timedelta, **said: Any) -> AuditEvent:
    told: dict[str, Any] = {"id": action, "ticket_id": "t-1", "timestamp": NOW + at}
    return AuditEvent(**{**told, "actor": Actor.SYSTEM, "action": action, **said})


def test_each_attempt_is_a_bar_and_one_that_runs_lasts_until_now() -> None:
    """A job that hangs must be seen to hang."""
    first = attempt("x:1", ago=timedelta(minutes=10), ending=AttemptEnding.LOST)
    runs = attempt("x:1", ago=timedelta(minutes=5), number=2, ended_at=None, ending=None)

    drawn = str(draw([first, runs], system_clock()))

    assert drawn.count("<rect") == 2
    assert 'class="bad"' in drawn
    assert "Attempt 2: waited 20 ms, running for 5 min." in drawn
    assert "style=" not in drawn
    assert draw([], NOW) == ""


def test_only_what_a_job_wrote_while_it_ran_is_its_effect() -> None:
    """What a person did in the same second would be blamed on it."""
    second = timedelta(seconds=1)
    made = attempt("x:1", started_at=NOW, ended_at=NOW + second)
    change = {
        "status": {"before": "Draft", "after": "Ready"},
        "call": {"after": "512-555-0142"},
    }
    history = [
        event("too_late", 2 * second),
        event("time_passed", second / 2, field_changes=change),
        event("ticket_confirmed", second / 2, actor=Actor.USER),
        event("ticket_created", second / 4, actor=Actor.CUSTOM_GPT),
        event("too_early", -second),
    ]

    created, passed = effects_of(made, history, NOW + second)

    assert (created.event.action, passed.event.action) == ("ticket_created", "time_passed")
    told = [(one.field, one.before, one.after) for one in passed.differences]
    assert told == [("status", "Draft", "Ready"), ("call", "", "<phone>")]


def test_the_steps_of_an_attempt_say_how_long_after_the_first_each_came() -> None:
    """`a minute later` is read at a glance; two timestamps are not."""
    retried = attempt(
        "x:1",
        enqueued_at=NOW,
        due_at=NOW + timedelta(seconds=60),
        started_at=NOW + timedelta(seconds=61),
        ended_at=NOW + timedelta(seconds=62),
        ending=AttemptEnding.RETRY,
        retry_at=NOW + timedelta(seconds=90),
        lost_workers=2,
    )

    [told] = told_of([retried], [], NOW)

    assert [step.later for step in told.steps] == [
        "",
        "+1 min",
        "+1 min 1 s",
        "+1 min 2 s",
        "+1 min 30 s",
    ]
    assert "after a wait of 1 s" in told.steps[2].said
    assert "2 workers died" in told.steps[2].more


def test_a_line_of_the_log_is_shown_whatever_it_is() -> None:
    """A line that cannot be parsed may be the one that says why."""
    made = attempt("x:1", logs=['{"message": "hm", "level": "error", "n": 3}', "torn {", "[1]"])

    lines = lines_of(made)

    assert [line.message for line in lines] == ["hm", "torn {", "[1]"]
    assert (lines[0].tone, lines[0].more) == ("bad", {"n": "3"})


def test_what_is_named_as_a_secret_is_shown_in_no_argument() -> None:
    """Nothing in it tells that it is one; also in what could not be read as a message."""
    hidden = {"password": "hunter2", "api_token": "s3", "session_key": "abc", "key": [1, "def"]}
    raw = '{"k": {"Secret" : "x\\"yz", "session_key": "cut-off-at'

    assert all(f'"{name}": "<hidden>"' in shown({"a": [hidden]}) for name in hidden)
    assert shown({"monkey": "m", "keys": 2}) == '{\n  "monkey": "m",\n  "keys": 2\n}'
    assert shown(raw) == '{"k": {"Secret" : "<hidden>", "session_key": "<hidden>"'
