"""The verdict: what is wrong, in words, the worst first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs.health.seen import (
    AuditSeen,
    BackupsSeen,
    DeadSeen,
    DiskSeen,
    EntrySeen,
    LaneSeen,
    Lost,
    OwedSeen,
    RedisAnswer,
    Seen,
)
from jobs.health.verdict import RULES, Level, judge
from jobs.lanes import LANES, PATIENCE_SECONDS, Lane
from jobs.queue_state import Trouble
from storage.pauses import Pause
from storage.telemetry_records import ProcessKind, ProcessRecord

NOW = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
GIBIBYTE = 1024**3
DISK = DiskSeen(60 * GIBIBYTE, 100 * GIBIBYTE, 0.4, 0.1)
PAUSE = Pause(what="lane", name="whenever", reason="The disk is slow", by="Ana", since=NOW)
LETTERS = DeadSeen(5, 2, NOW - timedelta(minutes=3))


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def lanes(name: Lane = "within_1s", **seen: Any) -> dict[Lane, LaneSeen]:
    """Return lanes where nothing waits, but for what is said of one."""
    empty = {
        lane: LaneSeen(lane, PATIENCE_SECONDS[lane], 0, 0, 0, oldest_seconds=0.0)
        for lane in LANES
    }
    return {**empty, name: replace(empty[name], **seen)}


def a_process(**told: Any) -> ProcessRecord:
    usual = {"kind": ProcessKind.WORKER, "name": "worker-1", "pid": 7, "host": "vm"}
    times = {"started_at": ago(hours=1), "told_at": ago(seconds=3)}
    return ProcessRecord(id="worker-1.00", version="1", **{**usual, **times, **told})


GOOD_BACKUP = BackupsSeen("backup.tar.gz", ago(hours=5), ago(hours=4), is_scheduled=True)
HEALTHY = Seen(
    at=NOW,
    lanes=lanes(),
    alive=["worker-1.00"],
    disk=DISK,
    backups=GOOD_BACKUP,
    audit=AuditSeen(),
    owed=OwedSeen(0),
    dead=DeadSeen(0),
    ran=3,
    ran_since=ago(seconds=90),
)

SILENT = a_process(told_at=ago(seconds=12))
DIED = a_process(ended_at=ago(seconds=4), ended_by="killed by signal 9")
BEHIND = lanes(
    ready=40, oldest_seconds=9.0, in_per_s=2.0, out_per_s=4.0, empty_in_seconds=20.0,
    late_since=ago(seconds=8),
)  # fmt: skip
# What is seen -> the level, what it is about, a part of the sentence, and a part of what helps.
WRONG: dict[str, tuple[dict[str, Any], Level, str, str, str]] = {
    "redis away": (
        {"redis": RedisAnswer("Connection refused.", ago(minutes=1))},
        Level.STUCK, "redis", "accepted and kept, and none is dispatched", "REDIS_URL",
    ),
    "no worker": (
        {"alive": [], "lanes": lanes(ready=2)},
        Level.STUCK, "workers", "No worker is alive, and 2 jobs are ready", "texas811 up",
    ),
    "every worker stands still": (
        {"alive": [], "silent": [SILENT], "lanes": lanes(ready=2)},
        Level.STUCK, "workers", "Every worker stands still, and 2 jobs are ready", "kill -9 7` on vm",
    ),
    "no API": (
        {"is_unserved": True, "unserved_since": ago(seconds=35)},
        Level.STUCK, "api", "No API has told of itself for 35 s", "texas811 up",
    ),
    "no API ever": (
        {"is_unserved": True},
        Level.STUCK, "api", "No API has ever told of itself", "texas811 up",
    ),
    "a worker stands still": (
        {"silent": [SILENT]},
        Level.DEGRADED, "worker worker-1",
        "worker-1 has been silent for 12 s: its process stands still or its host is overloaded",
        "`kill -9 7` on vm",
    ),
    "nothing ends": (
        {"lanes": lanes(ready=1), "idle_since": ago(seconds=31)},
        Level.STUCK, "queue", "1 job is ready, and none has ended for 31 s", "restart the workers",
    ),
    "owed stands still": (
        {"owed": OwedSeen(7, ago(minutes=3))},
        Level.STUCK, "owed", "7 accepted orders have no ticket", "ring recover_work",
    ),
    "disk refuses": (
        {"disk": replace(DISK, problem="Read-only file system.")},
        Level.STUCK, "disk", "takes no writes, so nothing is accepted: Read-only", "writable",
    ),
    "disk full": (
        {"disk": DiskSeen(4096, GIBIBYTE, 1.0)},
        Level.STUCK, "disk", "The disk is full, with 4.0 KiB left", "Free space",
    ),
    "disk nearly full": (
        {"disk": DiskSeen(9 * GIBIBYTE, 90 * GIBIBYTE, 0.9)},
        Level.DEGRADED, "disk", "90 % full: 9.0 GiB of 90.0 GiB are free", "larger volume",
    ),
    "files nearly used up": (
        {"disk": replace(DISK, used_files_share=0.93)},
        Level.DEGRADED, "disk", "93 % of all the files", "larger volume",
    ),
    "worker died": (
        {"lost": [Lost(DIED, 2)]},
        Level.DEGRADED, "process worker-1",
        "worker-1 has died 4 s ago (killed by signal 9): 2 jobs of it run again", "its log",
    ),
    "lane late": (
        {"lanes": BEHIND},
        Level.DEGRADED, "lane within_1s",
        "waited for 9 s; it should begin within 1 s. 40 jobs are ready there, at this rate none in 20 s",
        "WORKERS",
    ),
    "schedule late": (
        {"schedule": [EntrySeen("recover_work", ago(seconds=40), 40.0, 15.0)]},
        Level.DEGRADED, "schedule recover_work", "was due 40 s ago", "keep the schedule",
    ),
    "paused": (
        {"pauses": [PAUSE]},
        Level.DEGRADED, "paused whenever", "paused by Ana: The disk is slow.",
        "queue resume whenever",
    ),
    "never backed up": (
        {"backups": BackupsSeen(needed_since=ago(hours=27), is_scheduled=True)},
        Level.DEGRADED, "backups", "never been a backup", "Make one now",
    ),
    "backup too old": (
        {"backups": BackupsSeen("b", ago(hours=27), ago(hours=27), is_scheduled=True)},
        Level.DEGRADED, "backups", "27 h old", "Make one now",
    ),
    "backup not read back": (
        {"backups": BackupsSeen("b.tar.gz", ago(hours=3))},
        Level.DEGRADED, "backups", "b.tar.gz, was not read back", "Make one now",
    ),
    "backup not copied": (
        {"backups": replace(GOOD_BACKUP, uncopied_since=ago(hours=37))},
        Level.DEGRADED, "backups", "has left the volume for 37 h", "texas811 backups copy",
    ),
    "backup not drilled": (
        {"backups": replace(GOOD_BACKUP, undrilled_since=ago(days=10))},
        Level.DEGRADED, "backups", "not tried for 10 d", "ring drill_restore",
    ),
    "backup not to be restored": (
        {"backups": replace(GOOD_BACKUP, drill_problem="a bad ticket")},
        Level.DEGRADED, "backups", "a bad ticket", "texas811 check",
    ),
    "audit chain broken": (
        {"audit": AuditSeen("audit_20261130.jsonl: the digest does not fit")},
        Level.DEGRADED, "audit", "chain of the audit log is broken: audit_20261130", "texas811 check",
    ),
    "check found something": (
        {"audit": AuditSeen(findings=3, said="a.json: gone", checked_at=ago(hours=9))},
        Level.DEGRADED, "check", "found 3 things wrong: a.json: gone", "ring check_store",
    ),
    "new dead letters": (
        {"dead": LETTERS},
        Level.DEGRADED, "dead letters", "2 jobs were given up in the last hour", "replay or drop",
    ),
    "part not told": (
        {"troubles": [Trouble(problem="The telemetry has not answered.", remedy=None)]},
        Level.DEGRADED, "unknown", "The telemetry has not answered.", "texas811 doctor",
    ),
}  # fmt: skip


NO_BACKUP = {"backups": BackupsSeen(needed_since=ago(days=9))}
LACKING = {"backups": replace(GOOD_BACKUP, left_out=2, left_out_first="config/my keys.json")}


@pytest.mark.parametrize("case", list(WRONG))
def test_each_thing_that_is_wrong_is_said_with_what_helps(case: str) -> None:
    """A person at night reads one line, and does what it says."""
    seen, level, about, said, remedy = WRONG[case]

    verdict = judge(replace(HEALTHY, **seen))

    cause = verdict.causes[0]
    assert (verdict.level, cause.level, cause.about) == (level, level, about)
    assert said in cause.said
    assert remedy in cause.remedy
    assert verdict.sentence.startswith(level.title())
    assert cause.said in verdict.sentence


def test_every_rule_is_tried_here() -> None:
    """One that nobody has seen strike may never do."""
    struck = {
        rule.finds
        for rule in RULES
        for seen in (*(seen for seen, *_said in WRONG.values()), NO_BACKUP, LACKING)
        if any(rule.causes(replace(HEALTHY, **seen)))
    }

    assert struck == {rule.finds for rule in RULES}


def test_a_healthy_service_says_in_numbers_what_it_does() -> None:
    """Green alone could as well be a screen that has frozen."""
    busy = replace(HEALTHY, lanes=lanes(ready=1, running=4))

    assert judge(HEALTHY).sentence == "Healthy: 3 jobs ran in the last 90 s, nothing waits."
    assert judge(HEALTHY).causes == ()
    assert judge(busy).sentence.endswith("4 jobs are running, 1 job is ready.")


def test_the_worst_comes_first_and_the_others_are_counted() -> None:
    """What is behind the others is to be mended first."""
    seen = replace(
        HEALTHY,
        dead=LETTERS,
        pauses=[PAUSE],
        alive=[],
        unmanned_since=ago(minutes=5),
        schedule=[EntrySeen("recover_work", ago(minutes=5), 300.0, 15.0)],
        redis=RedisAnswer("Connection refused.", ago(minutes=2)),
    )

    verdict = judge(seen)

    about = [cause.about for cause in verdict.causes]
    assert about == ["redis", "workers", "paused whenever", "dead letters", "dead letters"]
    assert verdict.sentence.startswith("Stuck since 13:58:00Z: Redis is away")
    assert verdict.sentence.endswith("And 3 more.")


def test_dead_letters_from_earlier_are_a_note() -> None:
    """Somebody knows them: they must not hide what is new."""
    verdict = judge(replace(HEALTHY, dead=DeadSeen(5)))

    assert verdict.level is Level.HEALTHY
    assert [(one.level, one.said) for one in verdict.causes] == [
        (Level.HEALTHY, "5 dead letters are still there from earlier.")
    ]


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param({"backups": BackupsSeen(needed_since=ago(hours=25))}, id="store of today"),
        pytest.param({"backups": BackupsSeen("b", ago(hours=1))}, id="backup being verified"),
        pytest.param(
            {"backups": replace(GOOD_BACKUP, uncopied_since=ago(hours=35))},
            id="backup being copied",
        ),
        pytest.param({"lanes": lanes(oldest_seconds=5.0, ready=9)}, id="burst"),
        pytest.param({"owed": OwedSeen(7, ago(minutes=1))}, id="orders that have just come"),
        pytest.param({"alive": None, "disk": None, "owed": None}, id="what nobody can tell"),
        pytest.param(
            {"schedule": [EntrySeen("recover_work", ago(seconds=9), 9.0, 15.0)]},
            id="a worker between two ticks",
        ),
    ],
)
def test_what_is_no_reason_to_wake_somebody_is_healthy(seen: dict[str, Any]) -> None:
    """A light that is often red for nothing is soon looked at by nobody."""
    assert judge(replace(HEALTHY, **seen)).level is Level.HEALTHY


def test_that_nothing_makes_backups_is_a_note() -> None:
    """Somebody has decided so: as a reason to wake somebody it would hide others."""
    verdict = judge(replace(HEALTHY, **NO_BACKUP))

    assert verdict.level is Level.HEALTHY
    [note] = verdict.causes
    assert note.said == "There is no backup, and none is made: BACKUP_ENABLED is false."
    assert "Unset BACKUP_ENABLED" in note.remedy


def test_what_is_in_no_backup_is_a_note_with_what_helps() -> None:
    """Nobody reads the log of the night."""
    verdict = judge(replace(HEALTHY, **LACKING))

    assert verdict.level is Level.HEALTHY
    [note] = verdict.causes
    assert note.said == "The last backup lacks 2 files, such as config/my keys.json."
    assert note.remedy.startswith("Rename them")
