"""An entry of the schedule: its ids, and what it may say."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.recurrence import DailyAt, Every
from domain.timetable import Entry, Missed, Overlap, dated_run, stamp

DUE = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
NIGHTLY = DailyAt(time(2), "America/Chicago")


def test_the_id_of_a_run_names_its_job_and_its_instant() -> None:
    """Two schedulers that mean the same run say the same."""
    entry = Entry("backup", NIGHTLY)

    assert entry.job_id(DUE) == "backup:20261125T0800Z"
    assert dated_run("backup:20261125T0800Z") == ("backup", DUE)
    assert stamp(DUE.astimezone()) == "20261125T0800Z"


@pytest.mark.parametrize(
    "job_id",
    [
        "recover_work:owed",
        "recompute_timestamps:ticket-1-20260305T060000",
        "backup:20261325T0800Z",
        "backup:20261125T0800Z\n",
        "backup:\u0662\u0660\u0662\u06661125T0800Z",
        "20261125T0800Z",
    ],
)
def test_another_id_is_not_taken_for_that_of_a_dated_run(job_id: str) -> None:
    """A client makes ids as it likes; none may be refused for the date that it seems to have."""
    assert dated_run(job_id) is None


def test_what_is_due_soon_again_has_no_date() -> None:
    """A write to the disk every five seconds would remember nothing worth it."""
    assert not Entry("recover", Every(timedelta(seconds=5))).is_dated
    assert Entry("sweep", Every(timedelta(hours=1))).is_dated
    assert Entry("backup", NIGHTLY).is_dated


@pytest.mark.parametrize(
    "policy", [{"missed": Missed.ALL}, {"overlap": Overlap.QUEUE_ONE}], ids=str
)
def test_a_short_period_cannot_promise_what_it_does_not_remember(
    policy: dict[str, str],
) -> None:
    """To make up each run it would have to know them apart."""
    with pytest.raises(ValueError, match="too short"):
        Entry("recover", Every(timedelta(seconds=5)), **policy)  # type: ignore[arg-type]  # named by the test


def test_a_date_is_in_whole_minutes() -> None:
    """Two runs within a minute would have one id."""
    with pytest.raises(ValueError, match="whole minutes"):
        Entry("sweep", Every(timedelta(minutes=10, seconds=1)))


def test_to_make_up_no_run_is_to_skip() -> None:
    """There is a word for it."""
    with pytest.raises(ValueError, match="skip"):
        Entry("backup", NIGHTLY, missed=Missed.ALL, missed_max=0)
