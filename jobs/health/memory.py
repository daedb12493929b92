"""Since when something is so: as this process has seen it begin, or as the samples tell."""

from datetime import datetime, timedelta

from jobs.health.history import Asked, History, beyond, not_falling
from jobs.health.seen import LaneSeen
from storage.telemetry_records import AttemptEnding

# What was not so at the last look, if that was so short a time ago, begins now.
LOOKED_LATELY = timedelta(seconds=5)
# A job that waits a moment longer than its lane promises is no news: a burst does that. From this
# on the lane is late, and is so until the promise is kept again: else it would flap.
LATE_SECONDS_BEYOND = 5.0
MAKES_TICKETS = "extract_ticket"


class Memory:
    """Remembers from one look to the next. Whoever looks for the first time asks the samples."""

    def __init__(self) -> None:
        self._began: dict[str, datetime | None] = {}
        self._owed = 0
        self._looked_at: datetime | None = None

    def looked(self, at: datetime) -> None:
        """Note that everything was looked at."""
        self._looked_at = at

    async def since(
        self,
        what: str,
        history: History,
        *,
        is_so: bool,
        asked: Asked | None = None,
        latest: datetime | None = None,
    ) -> datetime | None:
        """Return since when it is so; None if it is not, or if nobody knows since when.

        `asked` is what is asked of the samples. By `latest` it is known to have begun.
        """
        if not is_so:
            self._began.pop(what, None)
        elif what not in self._began:
            self._began[what] = await self._beginning(history, asked, latest)
        return self._began.get(what)

    async def late_since(self, lane: LaneSeen, history: History) -> datetime | None:
        """Return since when the lane does not keep its promise."""
        what, waited = f"late {lane.lane}", lane.oldest_seconds or 0.0
        grace = 0.0 if what in self._began else LATE_SECONDS_BEYOND
        return await self.since(
            what,
            history,
            is_so=waited > lane.target_seconds + grace,
            asked=beyond(f"oldest_s:{lane.lane}", lane.target_seconds),
            latest=history.at - timedelta(seconds=max(0.0, waited - lane.target_seconds)),
        )

    async def owed_unmoved_since(
        self, owed: int, history: History, *, made_some: bool
    ) -> datetime | None:
        """Return since when what is owed has not become less, and no ticket was made."""
        has_moved = made_some or owed < self._owed
        self._owed = owed
        if has_moved:
            self._began.pop("owed", None)
        if has_moved or not owed or "owed" in self._began:
            latest = history.at if has_moved else None
            return await self.since("owed", history, is_so=owed > 0, latest=latest)
        since = await self.since("owed", history, is_so=True, asked=not_falling("owed"))
        made_at = await history.last_ended(MAKES_TICKETS, AttemptEnding.DONE)
        if since and made_at:
            self._began["owed"] = max(since, made_at)
        return self._began["owed"]

    async def _beginning(
        self, history: History, asked: Asked | None, latest: datetime | None
    ) -> datetime | None:
        if self._looked_at:
            latest = latest or history.at
            if timedelta(0) <= history.at - self._looked_at <= LOOKED_LATELY:
                return latest
        sampled = await history.since(asked) if asked else None
        return min((one for one in (sampled, latest) if one), default=None)
