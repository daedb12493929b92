"""What can be wrong with the work: Redis, the workers, the lanes, the schedule, what was given up."""

from collections.abc import Iterator
from datetime import timedelta

from jobs import LANE_OF
from jobs.health.causes import Found, Level, Rule
from jobs.health.memory import MAKES_TICKETS
from jobs.health.said import count, span
from jobs.health.seeing import holds
from jobs.health.seen import LaneSeen, Seen
from jobs.pausing import also_held
from storage.telemetry_records import ProcessRecord

STUCK_AFTER = timedelta(seconds=30)  # jobs are ready, and none has ended for so long
OWED_AFTER = timedelta(minutes=2)  # orders wait, and their number did not go down for so long
TROUBLE_REMEDY = "See `texas811 doctor`, and the log of the service."
LETTERS_REMEDY = "See `texas811 dead-letters list --group`, then replay or drop them."


def _no_worker(seen: Seen) -> Iterator[Found]:
    if seen.alive is not None and not seen.alive:
        ready = sum(lane.ready or 0 for lane in seen.lanes.values())
        wait = f", and {count(ready, 'job', 'is')} ready" if ready else ""
        if seen.silent:
            said = f"Every worker stands still{wait}: nothing gets done."
            yield Found(said, seen.unmanned_since, remedy=_end_it(*seen.silent))
        else:
            yield Found(f"No worker is alive{wait}: nothing gets done.", seen.unmanned_since)


def _no_api(seen: Seen) -> Iterator[Found]:
    if not seen.is_unserved:
        return
    if seen.unserved_since:
        silent = span(seen.at - seen.unserved_since)
        said = f"No API has told of itself for {silent}: nothing can be accepted."
    else:
        said = "No API has ever told of itself: nothing can be accepted."
    yield Found(said, seen.unserved_since)


def _stands_still(seen: Seen) -> Iterator[Found]:
    if seen.alive is not None and not seen.alive:
        return  # all of them do, and that is told
    for one in seen.silent:
        said = f"{one.name} has been silent for {span(seen.at - one.told_at)}"
        yield Found(
            f"{said}: its process stands still or its host is overloaded.",
            one.told_at,
            one.name,
            _end_it(one),
        )


def _end_it(*silent: ProcessRecord) -> str:
    """Return what helps where processes stand still."""
    where = " and ".join(f"`kill -9 {one.pid}` on {one.host}" for one in silent)
    return f"If it stays so, {where}: what dies is started anew, and what it held is run again."


def _redis_away(seen: Seen) -> Iterator[Found]:
    if seen.redis.problem:
        said = "Redis is away: orders are accepted and kept, and none is dispatched."
        yield Found(f"{said} {seen.redis.problem}", seen.redis.since)


def _nothing_ends(seen: Seen) -> Iterator[Found]:
    if not seen.alive or seen.redis.problem or seen.idle_since is None:
        return
    idle = seen.at - seen.idle_since
    # Ticks end all the time, so that a kind is paused explains nothing; unless they are held, too.
    are_ticks_held = any(holds(pause, "recover_work") for pause in seen.pauses)
    ready = sum(
        lane.ready or 0
        for lane in seen.lanes.values()
        if not lane.paused and not (are_ticks_held and _paused_kinds(seen, lane))
    )
    if ready and idle >= STUCK_AFTER:
        said = f"{count(ready, 'job', 'is')} ready, and none has ended for {span(idle)}."
        yield Found(said, seen.idle_since)


def _owed_stands_still(seen: Seen) -> Iterator[Found]:
    owed = seen.owed
    # What is paused, or cannot be dispatched, has its cause already.
    is_held = any(holds(pause, MAKES_TICKETS) for pause in seen.pauses)
    if not owed or owed.unmoved_since is None or is_held or seen.redis.problem:
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
        if lane.late_since and not lane.paused:
            kinds = _paused_kinds(seen, lane)
            held = f"{' and '.join(kinds)} there is paused, and waits; " if kinds else ""
            remedy = f"{held}if others wait, too, raise WORKERS." if kinds else ""
            yield Found(_lateness(lane), lane.late_since, lane.lane, remedy)


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
        if entry.late_seconds > entry.late_seconds_max and not entry.paused:
            late = timedelta(seconds=entry.late_seconds)
            said = f"{entry.job} was due {span(late)} ago, and nobody has rung for it."
            yield Found(said, entry.due_at, entry.job)


def _paused(seen: Seen) -> Iterator[Found]:
    for pause in seen.pauses:
        said = f"{pause.name} is paused by {pause.by}: {pause.reason.rstrip('.')}."
        held = f" {also}" if (also := also_held(pause)) else ""
        yield Found(f"{said}{held}", pause.since, pause.name)


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


def _paused_kinds(seen: Seen, lane: LaneSeen) -> list[str]:
    """Return the kinds of job of this lane that are paused by themselves."""
    return [
        pause.name
        for pause in seen.pauses
        if pause.what == "job" and LANE_OF.get(pause.name) == lane.lane
    ]


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
        "api",
        Level.STUCK,
        _no_api,
        "Start the service with `texas811 up`. If it runs, see its log; end an API that stands still "
        "with `kill -9`: it is started anew.",
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
    Rule("worker", Level.DEGRADED, _stands_still, ""),
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
