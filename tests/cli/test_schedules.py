"""`texas811 schedules`: what is rung for by itself."""

from datetime import UTC, datetime, time, timedelta

from cli.schedules import row_of
from config import Config
from domain.recurrence import DailyAt, Every
from domain.runs import EntryState, Run
from domain.timetable import Entry, Missed, Overlap
from jobs.job import Env
from tests.builders import NOW
from tests.cli.commands import texas811
from worker.schedule import ScheduleKeeper

NIGHTLY = Entry(
    "backup",
    DailyAt(time(2), "America/Chicago"),
    missed=Missed.ALL,
    missed_max=3,
    overlap=Overlap.QUEUE_ONE,
)
LAST = datetime(2026, 3, 2, 8, tzinfo=UTC)


async def test_each_entry_is_listed_with_what_was_and_what_will_be(
    env: Env, config: Config
) -> None:
    """What somebody asks who wonders whether it still works."""
    await ScheduleKeeper(env).look()

    said = await texas811("schedules", "--json", DATA_DIR=str(config.root))

    rows = {row["job"]: row for row in said.json}
    assert (said.status, said.error) == (0, "")
    for dated in ("nightly_backup", "check_store", "apply_retention", "drill_restore"):
        row = rows.pop(dated)
        assert (row["last_run"], row["last_run_at"]) == ("never", None)
    often = {"recover_work", "expire_sessions", "recompute_timestamps", "copy_backups"}
    assert set(rows) == often
    for row in rows.values():
        assert row["last_run"] == "rung"
        assert row["last_run_at"] < row["next_due_at"]
        assert row["missed"] == 0


async def test_the_list_is_a_table_to_people_before_anything_was_run(
    env: Env, config: Config
) -> None:
    """Nobody has worked yet: it says so."""
    said = await texas811("schedules", DATA_DIR=str(config.root))

    assert said.status == 0
    assert "recover_work" in said.out
    assert "every 5 s" in said.out
    assert "never" in said.out


async def test_a_directory_that_is_none_is_named(config: Config) -> None:
    """Somebody has mistyped it, and would believe that nothing was ever run. It makes nothing."""
    said = await texas811("schedules", DATA_DIR=str(config.root))

    assert said.status == 3
    assert said.error.startswith("DATA_DIR: ")
    assert "never" not in said.out
    assert not config.root.exists()


async def test_a_file_that_cannot_be_believed_is_named(env: Env, config: Config) -> None:
    """A list that said "never" would be a lie."""
    (config.root / "config" / "schedule.json").write_bytes(b"{")

    said = await texas811("schedules", DATA_DIR=str(config.root))

    assert said.status == 5
    assert "schedule.json" in said.error


def test_a_dated_entry_tells_how_its_last_run_ended() -> None:
    """By its latest date, and with all its policies in words."""
    earlier = Run(due_at=LAST - timedelta(days=1), rung_at=LAST)
    last = Run(due_at=LAST, rung_at=LAST).ended(succeeded=False, said="buried: boom", now=NOW)
    progress = EntryState(decided_until=LAST, missed=2, runs=(last, earlier))

    assert row_of(NIGHTLY, progress, NOW) == {
        "job": "backup",
        "when": "daily at 02:00 America/Chicago",
        "next_due_at": "2026-03-03 08:00:00Z",
        "last_run_at": "2026-03-02 08:00:00Z",
        "last_run": "buried: boom",
        "missed": 2,
        "policy": "missed: all up to 3; overlap: queue one; no such time: next; twice: first",
    }


def test_a_dated_entry_that_runs_or_has_never_run_is_told_so() -> None:
    """Under way since, or not yet."""
    running = EntryState(decided_until=LAST, runs=(Run(due_at=LAST, rung_at=LAST),))

    assert row_of(NIGHTLY, running, NOW)["last_run"] == "under way"
    assert row_of(NIGHTLY, EntryState(decided_until=LAST), NOW)["last_run"] == "never"
    assert row_of(NIGHTLY, None, NOW)["last_run_at"] is None


def test_a_short_period_tells_when_it_was_rung_for() -> None:
    """How it ended nobody remembers."""
    entry = Entry("recover_work", Every(timedelta(seconds=5)))

    row = row_of(entry, EntryState(decided_until=NOW), NOW + timedelta(seconds=3))

    assert (row["last_run_at"], row["last_run"]) == ("2026-03-02 15:00:00Z", "rung")
    assert row["policy"] == "missed: once; overlap: skip"
