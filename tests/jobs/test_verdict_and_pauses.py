"""What a pause excuses in the verdict, and what it does not."""

from dataclasses import replace

from jobs.health.seen import EntrySeen, OwedSeen
from jobs.health.verdict import judge
from tests.jobs.test_verdict import BEHIND, HEALTHY, PAUSE, ago


def test_a_pause_excuses_nothing_but_what_it_holds() -> None:
    """What does not wait because of it is told."""
    checks = PAUSE.model_copy(update={"what": "job", "name": "check_store"})
    validate = PAUSE.model_copy(update={"what": "job", "name": "validate_ticket"})
    seen = replace(HEALTHY, owed=OwedSeen(3, ago(minutes=9)), lanes=BEHIND)

    told = {one.about: one for one in judge(replace(seen, pauses=[checks, validate])).causes}

    assert set(told) == {
        "owed",
        "lane within_1s",
        "paused check_store",
        "paused validate_ticket",
    }
    assert "validate_ticket there is paused" in told["lane within_1s"].remedy


def test_the_recovery_is_said_to_be_held_with_its_lane_and_is_not_late() -> None:
    """Nobody may pause it by itself, and no ticket waits for longer because of it."""
    pause = PAUSE.model_copy(update={"name": "within_1s"})
    late = EntrySeen("recover_work", ago(minutes=5), 300.0, 15.0, paused=pause)

    [cause] = judge(replace(HEALTHY, schedule=[late], pauses=[pause])).causes

    assert cause.about == "paused within_1s"
    assert "recover_work is held while its lane is paused; nothing is lost" in cause.said


def test_what_waits_because_its_lane_is_paused_is_told_once() -> None:
    """The pause says it all; nobody shall look for a worker that hangs."""
    pause = PAUSE.model_copy(update={"name": "within_1s"})
    late = replace(BEHIND["within_1s"], paused=pause)

    verdict = judge(
        replace(
            HEALTHY,
            lanes={**BEHIND, "within_1s": late},
            pauses=[pause],
            idle_since=ago(minutes=2),
            owed=OwedSeen(3, ago(minutes=9)),
        )
    )

    assert [cause.about for cause in verdict.causes] == ["paused within_1s"]
