"""Many dead letters replayed at once: it takes its time, tells how far it is, and can be stopped.

At most so many a second, so that what waits is not pushed aside. Whatever ends it half way has
lost nothing: a letter stays until its job has succeeded, and to begin again is harmless. Who wanted
it, and what came of it, is audited also where not one letter was replayed.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid5

from pydantic import JsonValue

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import ConflictError, NotFoundError, UnavailableError
from jobs.job import Env
from jobs.replaying import PER_SECOND, Fate, Replay, replay
from storage.dead_letters import DeadLetter

Filed = tuple[str, str]  # the job and the key under which a letter is filed

AT_ONCE = 50  # letters in memory: one may hold a whole document
TOLD_MAX = 20  # of the letters that were not replayed
NAMED_MAX = 500  # letters in the event of a batch; what is replayed has an event of its own
PATIENCE_SECONDS = 1.0


@dataclass(slots=True)
class Batch:
    """A replay of many: who wanted it and why, how far it is, and why it ended early if it did.

    `untold` are the first letters that were not replayed, and what became of them.
    """

    total: int
    by: str
    reason: str
    began_at: datetime
    fates: Counter[Fate] = field(default_factory=Counter)
    untold: list[Replay] = field(default_factory=list)
    ended_at: datetime | None = None
    trouble: str | None = None

    @property
    def seen(self) -> int:
        """How many letters have been looked at."""
        return self.fates.total()

    @property
    def is_clean(self) -> bool:
        """Has every letter so far been replayed?"""
        return self.trouble is None and self.seen == self.fates[Fate.REPLAYED]

    @property
    def counts(self) -> str:
        """What has become of how many letters."""
        parts = [f"{self.fates[fate]} {fate}" for fate in Fate if self.fates[fate]]
        return ", ".join(parts) or "none yet"

    def tell(self, one: Replay) -> None:
        """Note what became of a letter."""
        self.fates[one.fate] += 1
        if one.fate is not Fate.REPLAYED and len(self.untold) < TOLD_MAX:
            self.untold.append(one)


class Replays:
    """Replays one batch of letters after another, for one process."""

    def __init__(self, env: Env, *, per_second: float = PER_SECOND) -> None:
        self._env = env
        self._per_second = per_second
        self._task: asyncio.Task[None] | None = None
        self.latest: Batch | None = None

    async def begin(
        self,
        filed: Sequence[Filed],
        *,
        by: Author,
        reason: str,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> Batch:
        """Begin to replay the letters that are filed so, wait a little, and tell how far it is.

        Raises RejectedError if nobody is named, and ConflictError while another batch is under
        way.
        """
        name = named(by)
        if self._task and not self._task.done():
            raise ConflictError(
                "Other dead letters are being replayed.",
                field="letters",
                remedy="Wait until that is done, or stop it.",
            )
        batch = self.latest = Batch(len(filed), name, reason, self._env.clock())
        self._task = asyncio.create_task(self._replay(batch, filed, by))
        await asyncio.wait({self._task}, timeout=patience_seconds)
        if self._task.done() and not self._task.cancelled():
            self._task.result()  # an accident is not passed over
        return batch

    async def stop(self, *, by: Author, reason: str) -> Batch:
        """Stop the batch that is under way, and return how far it has come.

        Raises RejectedError if nobody is named, NotFoundError if there is none, and
        UnavailableError if the disk does not take the event.
        """
        name = named(by)
        batch, task = self.latest, self._task
        if batch is None or task is None or task.done():
            raise NotFoundError(
                "No dead letters are being replayed.",
                field="letters",
                remedy="What was replayed is in the queue.",
            )
        task.cancel()
        await asyncio.wait({task})
        now = self._env.clock()
        batch.trouble = f"{name} stopped it: {reason}"
        notes = f"{name} stopped a replay after {batch.seen} of {batch.total} letters ({batch.counts}): {reason}"
        await self._env.store.note(_event("replay_stopped", notes, by, now))
        return batch

    async def _replay(self, batch: Batch, filed: Sequence[Filed], by: Author) -> None:
        try:
            await self._env.store.note(_begun(batch, filed, by))  # or nothing is rung for
            try:
                await self._replay_all(batch, filed, by)
            except UnavailableError as error:
                batch.trouble = error.problem
            await self._env.store.note(_ended(batch, by, self._env.clock()))
        except UnavailableError as error:
            batch.trouble = batch.trouble or error.problem
        finally:
            batch.ended_at = self._env.clock()

    async def _replay_all(self, batch: Batch, filed: Sequence[Filed], by: Author) -> None:
        for start in range(0, len(filed), AT_ONCE):
            letters = await self._read(batch, filed[start : start + AT_ONCE])
            replayed = replay(
                self._env, letters, by=by, reason=batch.reason, per_second=self._per_second
            )
            async for one in replayed:
                batch.tell(one)

    async def _read(self, batch: Batch, filed: Sequence[Filed]) -> list[DeadLetter]:
        """Return these letters; what is gone meanwhile is noted as that."""
        found = [await self._env.store.dead_letters.find(job, key) for job, key in filed]
        letters = [letter for letter in found if letter]
        if gone := len(found) - len(letters):
            batch.fates[Fate.GONE] += gone
        return letters


def _begun(batch: Batch, filed: Sequence[Filed], by: Author) -> AuditEvent:
    notes = f"{batch.by} asked for a replay of dead letters ({batch.total}): {batch.reason}"
    named: list[JsonValue] = ["/".join(one) for one in filed[:NAMED_MAX]]
    return _event("replay_begun", notes, by, batch.began_at, letters=named)


def _ended(batch: Batch, by: Author, now: datetime) -> AuditEvent:
    of_them = f"{batch.seen} of {batch.total} letters: {batch.counts}."
    notes = " ".join(
        filter(None, (f"The replay of {batch.by} ended after", of_them, batch.trouble))
    )
    return _event("replay_ended", notes, by, now)


def _event(
    action: str,
    notes: str,
    by: Author,
    now: datetime,
    *,
    letters: list[JsonValue] | None = None,
) -> AuditEvent:
    """Return the event of a batch; of its beginning, with the letters that are meant."""
    told: dict[str, JsonValue] = {"letters": {"before": letters, "after": None}}
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, f"{action}/{by.request_id}/{notes}/{now.isoformat()}")),
        timestamp=now,
        actor=by.actor,
        action=action,
        changed_fields=[*told] if letters else [],
        field_changes=told if letters else {},
        notes=notes,
        compliance_relevant=True,
        **by.way,
    )
