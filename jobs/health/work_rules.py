"""What can be wrong with the work: Redis, the workers, the lanes, the schedule, what was given up."""

from collections.abc import Iterator
from datetime import timedelta

from jobs import LANE_OF
from jobs.health.causes import Found, Level, Rule
from jobs.health.said import count, span
from jobs.health.seen import LaneSeen, Seen

STUCK_AFTER = timedelta(seconds=30)  # jobs are ready, and none has ended for so long
OWED_AFTER = timedelta(minutes=2)  # orders wait, and their number did not go down for so long
TROUBLE_REMEDY = "See `texas811 doctor`, and the log of the service."
LETTERS_REMEDY = "See `texas811 dead-letters list --group`, then replay or drop them."


def _no_worker(seen: Seen) -> Iterator[Found]:
    if seen.alive is not None and not seen.alive:
        ready = sum(lane.ready or 0 for lane in seen.lanes.values())
        wait = f", and {count(ready, 'job', 'is')} ready" if ready else ""
        yield Found(f"No worker is alive{wait}: nothing gets done.", seen.unmanned_since)


def _redis_away(seen: Seen) -> Iterator[Found]:
    if seen.redis.problem:
        said = "Redis is away: orders are accepted and kept, and none is dispatched."
        yield Found(f"{said} {seen.redis.problem}", seen.redis.since)


def _nothing_ends(seen: Seen) -> Iterator[Found]:
    if not seen.alive or seen.redis.problem or seen.idle_since is None:
        return
    idle = seen.at - seen.idle_since
    ready = sum(lane.ready or 0 for lane in seen.lanes.values() if not _is_held(seen, lane))
    if ready and idle >= STUCK_AFTER:
        said = f"{count(ready, 'job', 'is')} ready, and none has ended for {span(idle)}."
        yield Found(said, seen.idle_since)


def _owed_stands_still(seen: Seen) -> Iterator[Found]:
    owed = seen.owed
    # What is paused, or cannot be dispatched, has its cause already.
    if not owed or owed.unmoved_since is None or seen.pauses or seen.redis.problem:
        return
    if owed.count and seen.at - owed.unmoved_since >= OWED_AFTER:
        said = f"{count(owed.count, 'accepted order', 'has')} no ticket, and none was"
        yield Found(
            f"{said} made for {span(seen.at - owed.unmoved_since)}.", owed.unmoved_since
        )


def _died(seen: Seen) -> Iterator[Found]:
    for lost in seen.lost:
        process, at = lost.process, lost.process.ended_at or seen.at
        how = process.ended_by or "it is not known how"
        again = f": {count(lost.jobs_again, 'job')} of it run again" if lost.jobs_again else ""
        said = f"{process.name} has died {span(seen.at - at)} ago ({how}){again}."
        yield Found(said, at, process.name)


def _lane_late(seen: Seen) -> Iterator[Found]:
    for lane in seen.lanes.values():
        if lane.late_since and not _is_held(seen, lane):
            yield Found(_lateness(lane), lane.late_since, lane.lane)


def _lateness(lane: LaneSeen) -> str:
    waited, target = (
        timedelta(seconds=one or 0) for one in (lane.oldest_seconds, lane.target_seconds)
    )
    said = f"A job of {lane.lane} has waited for {span(waited)}; it should begin within {span(target)}"
    if lane.ready:
        said += f". {count(lane.ready, 'job', 'is')} ready there"
    if lane.empty_in_seconds is None:
        return f"{said}."
    return f"{said}, at this rate none in {span(timedelta(seconds=lane.empty_in_seconds))}."


def _schedule_late(seen: Seen) -> Iterator[Found]:
    if seen.alive is not None and not seen.alive:
        return  # it is the workers who keep it
    for entry in seen.schedule:
        if entry.late_seconds > entry.late_seconds_max:
            late = timedelta(seconds=entry.late_seconds)
            said = f"{entry.job} was due {span(late)} ago, and nobody has rung for it."
            yield Found(said, entry.due_at, entry.job)


def _paused(seen: Seen) -> Iterator[Found]:
    for pause in seen.pauses:
        said = f"{pause.name} is paused by {pause.by}: {pause.reason.rstrip('.')}."
        yield Found(said, pause.since, pause.name)


def _new_letters(seen: Seen) -> Iterator[Found]:
    if seen.dead and seen.dead.new:
        said = f"{count(seen.dead.new, 'job', 'was')} given up in the last hour."
        yield Found(said, seen.dead.newest_at)


def _old_letters(seen: Seen) -> Iterator[Found]:
    if seen.dead and seen.dead.count > seen.dead.new:
        old = seen.dead.count - seen.dead.new
        yield Found(f"{count(old, 'dead letter', 'is')} still there from earlier.")


def _untold(seen: Seen) -> Iterator[Found]:
    for trouble in seen.troubles:
        yield Found(trouble.problem, remedy=trouble.remedy or TROUBLE_REMEDY)


def _is_held(seen: Seen, lane: LaneSeen) -> bool:
    """Is the lane paused, or a kind of its jobs? Then what waits there waits because of that."""
    return any(lane.lane in (pause.name, LANE_OF.get(pause.name)) for pause in seen.pauses)


# What is behind the other things stands first: while Redis is away, everything else follows.
WORK_RULES: tuple[Rule, ...] = (
    Rule(
        "redis",
        Level.STUCK,
        _redis_away,
        "Start it, or correct REDIS_URL; `texas811 up` starts one of its own if there is none.",
    ),
    Rule(
        "workers",
        Level.STUCK,
        _no_worker,
        "Start the service with `texas811 up`; if it runs, its log says why they died.",
    ),
    Rule(
        "queue",
        Level.STUCK,
        _nothing_ends,
        "See which jobs run, and restart the workers: what they hold is run again.",
    ),
    Rule(
        "owed",
        Level.STUCK,
        _owed_stands_still,
        "Ring for it with `texas811 ring recover_work`; then see the log of the workers.",
    ),
    Rule(
        "process",
        Level.DEGRADED,
        _died,
        "Nothing now: it is started again. If it comes back, its log says why.",
    ),
    Rule(
        "lane", Level.DEGRADED, _lane_late, "If it does not catch up by itself, raise WORKERS."
    ),
    Rule(
        "schedule",
        Level.DEGRADED,
        _schedule_late,
        "The workers keep the schedule: see that one is alive, and its log.",
    ),
    Rule(
        "paused",
        Level.DEGRADED,
        _paused,
        "When the reason is gone: `texas811 queue resume {name} --by YOU`.",
    ),
    Rule("dead letters", Level.DEGRADED, _new_letters, LETTERS_REMEDY),
    Rule("unknown", Level.DEGRADED, _untold, TROUBLE_REMEDY),
    Rule("dead letters", Level.HEALTHY, _old_letters, LETTERS_REMEDY),
)
