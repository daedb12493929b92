"""Put aside the conversations that everybody has walked away from."""

import logging
from typing import ClassVar

from domain.errors import UnavailableError
from domain.session import session_fingerprint
from jobs.job import Cancel, Done, Env, Job, Outcome
from jobs.lanes import Lane

log = logging.getLogger(__name__)


class ExpireSessions(Job):
    """Find the conversations that have lapsed and put them aside: they are kept, not lost."""

    name: ClassVar[str] = "expire_sessions"
    lane: ClassVar[Lane] = "within_30s"
    seconds_max: ClassVar[float] = 60.0
    attempts_max: ClassVar[int] = 1
    is_buried: ClassVar[bool] = False  # the next minute is the next attempt

    @property
    def key(self) -> str:
        return "all"

    async def run(self, env: Env) -> Outcome:
        now = env.clock()
        lapsed = await env.store.sessions.lapsed(now=now)
        expired, failures = 0, list[UnavailableError]()
        for key in lapsed:
            # One that the disk does not take must not keep the others from ending.
            try:
                expired += await env.sessions.expire(key, now=now)
            except UnavailableError as error:
                log.warning(
                    "not put aside: %s",
                    error.problem,
                    extra={"session": session_fingerprint(key)},
                )
                failures.append(error)
        if failures:
            raise UnavailableError(
                f"{len(failures)} of {len(lapsed)} conversations could not be put aside: "
                f"{failures[0].problem}",
                remedy=failures[0].remedy,
            )
        if not expired:
            return Cancel("no conversation has lapsed")
        return Done(f"put {expired} conversations aside")
