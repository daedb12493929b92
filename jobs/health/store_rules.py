"""What can be wrong with what is kept: the disk, the backups, the audit log."""

from collections.abc import Iterator
from datetime import timedelta

from jobs.health.causes import Found, Level, Rule
from jobs.health.said import count, share, size, span
from jobs.health.seen import DiskSeen, Seen

FREE_BYTES_MIN = 4 * 1024 * 1024  # with less not even one order can be counted on
USED_SHARE_MAX = 0.90
BACKUP_AGE_MAX = timedelta(hours=26)  # one a day, and two hours to make it
VERIFIED_WITHIN = timedelta(hours=2)
COPIED_WITHIN = timedelta(hours=36)  # the next night has tried it again
DRILLED_WITHIN = timedelta(days=9)  # once a week, and two days to see why not
NO_BACKUP = "There is no backup, and none is made: BACKUP_ENABLED is false."
NO_BACKUP_REMEDY = "Unset BACKUP_ENABLED, or see that the volume is copied by other means."


def takes_nothing(disk: DiskSeen) -> bool:
    """Can nothing be written?"""
    return bool(disk.problem) or (disk.total_bytes > 0 and disk.free_bytes < FREE_BYTES_MIN)


def is_nearly_full(disk: DiskSeen) -> bool:
    """Is it time to make room?"""
    return max(disk.used_share, disk.used_files_share or 0.0) >= USED_SHARE_MAX


def _disk_refuses(seen: Seen) -> Iterator[Found]:
    disk = seen.disk
    if disk and disk.problem:
        yield Found(
            f"The disk takes no writes, so nothing is accepted: {disk.problem}", disk.since
        )
    elif disk and takes_nothing(disk):
        said = f"The disk is full, with {size(disk.free_bytes)} left"
        yield Found(f"{said}: nothing can be accepted.", disk.since)


def _disk_nearly_full(seen: Seen) -> Iterator[Found]:
    disk = seen.disk
    if disk is None or takes_nothing(disk):
        return
    if disk.used_share >= USED_SHARE_MAX:
        free = f"{size(disk.free_bytes)} of {size(disk.total_bytes)} are free"
        yield Found(f"The disk is {share(disk.used_share)} full: {free}.", disk.since)
    if disk.used_files_share is not None and disk.used_files_share >= USED_SHARE_MAX:
        used = share(disk.used_files_share)
        yield Found(f"The disk has {used} of all the files that it can hold.", disk.since)


def _backup(seen: Seen) -> Iterator[Found]:
    made = seen.backups
    if made is None:
        return
    if made.problem:
        yield Found(f"Nobody can tell which backups there are: {made.problem}")
    elif made.created_at is None:
        if (
            made.is_scheduled
            and made.needed_since
            and seen.at - made.needed_since > BACKUP_AGE_MAX
        ):
            yield Found("There has never been a backup.", made.needed_since)
    elif made.is_scheduled and (age := seen.at - made.created_at) > BACKUP_AGE_MAX:
        yield Found(f"The last backup is {span(age)} old.", made.created_at + BACKUP_AGE_MAX)
    elif made.verified_at is None and seen.at - made.created_at > VERIFIED_WITHIN:
        said = (
            f"The last backup, {made.filename}, was not read back: nobody knows if it is good."
        )
        yield Found(said, made.created_at)


def _backup_not_copied(seen: Seen) -> Iterator[Found]:
    since = seen.backups.uncopied_since if seen.backups else None
    if since and (age := seen.at - since) > COPIED_WITHIN:
        said = (
            f"No backup has left the volume for {span(age)}: it would be lost with the volume."
        )
        yield Found(said, since + COPIED_WITHIN)


def _backup_not_drilled(seen: Seen) -> Iterator[Found]:
    since = seen.backups.undrilled_since if seen.backups else None
    if since and (age := seen.at - since) > DRILLED_WITHIN:
        said = f"It was not tried for {span(age)} whether a backup can be restored."
        yield Found(said, since + DRILLED_WITHIN)


def _left_out(seen: Seen) -> Iterator[Found]:
    made = seen.backups
    if made and made.left_out:
        said = f"The last backup lacks {count(made.left_out, 'file')}, such as"
        yield Found(f"{said} {made.left_out_first}.", made.created_at)


def _backup_cannot_be_restored(seen: Seen) -> Iterator[Found]:
    if seen.backups and seen.backups.drill_problem:
        yield Found(f"A restore was tried, and would have failed: {seen.backups.drill_problem}")


def _no_backup_yet(seen: Seen) -> Iterator[Found]:
    made = seen.backups
    if (
        made
        and not (made.problem or made.created_at or made.is_scheduled)
        and made.needed_since
    ):
        yield Found(NO_BACKUP, made.needed_since)


def _audit_broken(seen: Seen) -> Iterator[Found]:
    if seen.audit and seen.audit.problem:
        yield Found(f"The chain of the audit log is broken: {seen.audit.problem.rstrip('.')}.")


def _check_found(seen: Seen) -> Iterator[Found]:
    audit = seen.audit
    if audit and audit.findings:
        said = f"The last check of the store has found {count(audit.findings, 'thing')}"
        yield Found(
            f"{said} wrong: {audit.said}",
            audit.checked_at,
        )


DISK_RULES: tuple[Rule, ...] = (
    Rule(
        "disk",
        Level.STUCK,
        _disk_refuses,
        "Free space, take a larger volume, or mount it writable. What was accepted is kept.",
    ),
    Rule(
        "disk",
        Level.DEGRADED,
        _disk_nearly_full,
        "Free space, or take a larger volume: without space nothing is accepted.",
    ),
)

KEPT_RULES: tuple[Rule, ...] = (
    Rule(
        "audit",
        Level.DEGRADED,
        _audit_broken,
        "Run `texas811 check`: it names each line and what mends it.",
    ),
    Rule(
        "check",
        Level.DEGRADED,
        _check_found,
        "Run `texas811 check`, mend what it names, then `texas811 ring check_store`.",
    ),
    Rule(
        "backups",
        Level.DEGRADED,
        _backup,
        "Make one now, and see in the log why it was not made.",
    ),
    Rule(
        "backups",
        Level.DEGRADED,
        _backup_not_copied,
        "Run `texas811 backups copy`: it says why the bucket does not take it.",
    ),
    Rule(
        "backups",
        Level.DEGRADED,
        _backup_not_drilled,
        "Run `texas811 ring drill_restore`, and see in the log what it says.",
    ),
    Rule(
        "backups",
        Level.DEGRADED,
        _backup_cannot_be_restored,
        "Run `texas811 check` and mend what it names; make a backup, then `texas811 backups drill`.",
    ),
    Rule("backups", Level.HEALTHY, _no_backup_yet, NO_BACKUP_REMEDY),
    Rule(
        "backups",
        Level.HEALTHY,
        _left_out,
        "Rename them to letters, digits, `-`, `_` and `.`, or move them out of the data directory.",
    ),
)
