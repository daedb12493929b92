"""Ringing from outside: what is rung for, and for whom an outcome is kept."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.errors import RejectedError, UnavailableError
from domain.recurrence import DailyAt, Every
from domain.timetable import Entry
from jobs import awaiting
from jobs.awaiting import Ended, Ring, is_awaited, ring, ring_for

NOON = datetime(2026, 11, 25, 12, 3, tzinfo=UTC)
# Stands for an entry that has a date; of the job only the name is needed.
NIGHTLY = Entry("recover_work", DailyAt(time(2), "America/Chicago"))
OFTEN = Entry("recover_work", Every(timedelta(seconds=5)))


def test_a_job_with_a_date_is_rung_for_its_latest_one() -> None:
    """Whoever comes minutes late means the run that has been due."""
    what = ring_for("recover_work", None, timetable=[NIGHTLY], now=NOON)

    assert what == Ring(
        "recover_work", "recover_work:20261125T0800Z", {"due_at": "2026-11-25T08:00:00+00:00"}
    )
    assert is_awaited(what.id)


@pytest.mark.parametrize("given", [None, {}], ids=["none", "empty"])
@pytest.mark.parametrize("timetable", [[], [OFTEN]], ids=["none", "often"])
def test_a_job_without_a_date_is_the_one_that_the_schedule_rings_for(
    timetable: list[Entry], given: dict[str, str] | None
) -> None:
    """Under another id two sweeps could run at once."""
    what = ring_for("recover_work", given, timetable=timetable, now=NOON)

    assert what == Ring("recover_work", "recover_work:owed")
    assert is_awaited(what.id)


def test_a_job_that_needs_arguments_is_rung_for_under_an_id_of_its_own() -> None:
    """By that its outcome is known."""
    first, second = (ring_for("extract_ticket", None, timetable=[], now=NOON) for _ in range(2))

    assert first.id != second.id
    assert is_awaited(first.id)
    assert first.arguments == {}


def test_a_job_with_arguments_is_rung_for_now_though_it_has_a_date() -> None:
    """Somebody wants this very run."""
    what = ring_for("recover_work", {"a": 1}, timetable=[NIGHTLY], now=NOON)

    assert ":rung-" in what.id
    assert what.arguments == {"a": 1}


def test_a_job_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    """It would lie in the queue for ever."""
    with pytest.raises(RejectedError) as refused:
        ring_for("recover_wrok", None, timetable=[], now=NOON)

    assert "recover_work" in refused.value.suggested_values


@pytest.mark.parametrize(
    "job_id",
    ["recover_work:x", "extract_ticket:rung-1", "x:rung-0123456789abcdef\n", "4f0c"],
)
def test_nobody_can_wait_for_a_job_of_another_id(job_id: str) -> None:
    """Jobs by the thousand pay nothing for those that somebody waits for."""
    assert not is_awaited(job_id)


def test_an_outcome_is_read_as_it_was_told() -> None:
    """Through Redis, as JSON that a person can read there."""
    ended = Ended(succeeded=False, said='buried: "boom" in the café')

    assert Ended.parsed(bytes(ended)) == ended


def test_a_redis_that_is_away_is_asked_again_for_some_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may be restarting; then whoever rings is told what to look at."""
    monkeypatch.setattr(awaiting, "RING_SECONDS_MAX", 0.3)

    with pytest.raises(UnavailableError, match="does not answer"):
        ring("redis://127.0.0.1:1", Ring("recover_work", "recover_work:x"))


def test_what_is_no_redis_is_refused_at_once() -> None:
    """To try again would not help."""
    for address in ("http://example.com", "redis", "redis://host:port", ""):
        with pytest.raises(RejectedError) as refused:
            ring(address, Ring("recover_work", "recover_work:x"))

        assert refused.value.field == "REDIS_URL"
