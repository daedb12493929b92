"""The verdict: healthy, degraded or stuck, because ...; a function of what is seen, no more."""

from dataclasses import dataclass

from jobs.health.causes import Cause, Level, Rule
from jobs.health.said import clock, count, span
from jobs.health.seen import Seen
from jobs.health.store_rules import DISK_RULES, KEPT_RULES
from jobs.health.work_rules import WORK_RULES

__all__ = ["Cause", "Level", "Seen", "Verdict", "judge"]

RULES: tuple[Rule, ...] = (*DISK_RULES, *WORK_RULES, *KEPT_RULES)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How things stand, in a sentence; and every cause, the worst first."""

    level: Level
    sentence: str
    causes: tuple[Cause, ...]


def judge(seen: Seen) -> Verdict:
    """Return how things stand. Of causes at one level, those come first whose rule does."""
    causes = [cause for rule in RULES for cause in rule.causes(seen)]
    causes.sort(key=lambda cause: -cause.level.rank)
    wrong = [cause for cause in causes if cause.level is not Level.HEALTHY]
    if not wrong:
        return Verdict(Level.HEALTHY, f"Healthy: {_at_work(seen)}.", tuple(causes))
    worst = wrong[0]
    since = f" since {clock(worst.since, now=seen.at)}" if worst.since else ""
    more = f" And {len(wrong) - 1} more." if wrong[1:] else ""
    sentence = f"{worst.level.title()}{since}: {worst.said}{more}"
    return Verdict(worst.level, sentence, tuple(causes))


def _at_work(seen: Seen) -> str:
    """Return in numbers what goes on where nothing is wrong."""
    told = []
    if seen.ran is not None and seen.ran_since is not None:
        told.append(
            f"{count(seen.ran, 'job')} ran in the last {span(seen.at - seen.ran_since)}"
        )
    if running := sum(lane.running or 0 for lane in seen.lanes.values()):
        told.append(f"{count(running, 'job', 'is')} running")
    ready = sum(lane.ready or 0 for lane in seen.lanes.values())
    told.append(f"{count(ready, 'job', 'is')} ready" if ready else "nothing waits")
    return ", ".join(told)
