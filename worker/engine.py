"""Our arq worker: woken at once, holding each job by a lease that its death lets go.

Stock arq looks every half second, and holds a job for the longest time limit of any function
plus ten seconds, however dead its worker is. Here a token in a list wakes the engine; one call
tells Redis what has ended and takes what is next; and the leases are renewed from a thread
while the jobs run. A Redis that is away is waited for.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any

from arq.connections import ArqRedis
from arq.utils import timestamp_ms
from arq.worker import Worker
from redis.exceptions import RedisError, ResponseError

from domain.errors import UnavailableError
from jobs.lanes import WAKE_KEY, Lane
from jobs.notices import Notices
from jobs.queue import disconnect, heed_cancellation
from storage.pauses import Pauses
from worker.attempt_notes import NOBODY, Watcher
from worker.claiming import Claim, Claims, Disposition, Limit, Turn, Wish
from worker.lanes import Paused, Places
from worker.leasing import Lease, LeaseKeeper, recall, release
from worker.performing import Performance, Unrun
from worker.tending import for_ever

# How long a token that was never laid down can delay a job. A look costs Redis six commands.
IDLE_SECONDS = 1.3
TICK_SECONDS = 0.001  # Redis counts in milliseconds: a look before the next would be too early
LEASE_SECONDS = 4.0  # with a look at the queue, what nobody renews runs again within five
RENEW_SECONDS = LEASE_SECONDS / 4
REDIS_PAUSE_SECONDS = 0.2
BROKEN_PAUSE_SECONDS = 30.0

log = logging.getLogger(__name__)


class Engine(Worker):
    """An arq worker that reacts in milliseconds. `name` tells it from its siblings.

    `on_forgotten` is called when Redis is back or turns out to have lost its memory: then
    what is owed must be rung for. `on_unrun` is called for each job that leaves the queue
    without having been begun, with what is left of its payload; while it raises
    UnavailableError the job is kept. `limits` are of kinds of which not all may run at once. The
    `watcher` is told of each attempt.
    """

    def __init__(  # noqa: PLR0913 - each is a part that a worker is made of
        self,
        *,
        name: str,
        waker: ArqRedis,
        keeper: LeaseKeeper,
        pauses: Pauses | None = None,
        on_forgotten: Callable[[], Awaitable[None]] | None = None,
        on_unrun: Unrun | None = None,
        limits: Mapping[str, Limit] = MappingProxyType({}),
        watcher: Watcher = NOBODY,
        **settings: Any,
    ) -> None:
        super().__init__(poll_delay=0, **settings)
        self.name = name
        self.in_progress_timeout_s = LEASE_SECONDS
        self._waker = waker
        self._keeper = keeper
        self._on_forgotten = on_forgotten
        self._on_unrun = on_unrun
        self._watcher = watcher
        self._claims = Claims(self.pool, name, LEASE_SECONDS, limits)
        self._places = Places(self.max_jobs)
        self._paused = Paused(pauses)
        self._held: dict[str, Claim] = {}
        self._ended: list[Disposition] = []
        self._awake = asyncio.Event()
        self._awake.set()
        self._has_room = asyncio.Event()
        self._rest_seconds = IDLE_SECONDS
        self._is_recall_due = True  # this version may know what an earlier one put off
        self._is_away = False
        self._has_asked = self._has_heeded = False
        self._notices = Notices()
        self._gone: dict[str, None] = {}

    async def main(self) -> None:
        await self._paused.look()  # before the first job is begun
        self._keeper.start(self._was_taken)
        beside = [
            asyncio.create_task(for_ever("listening", self._listen)),
            asyncio.create_task(for_ever("heeding pauses", self._heed_pauses)),
        ]
        try:
            await super().main()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def close(self) -> None:
        """Let go of everything, also when Redis is no longer there to be told.

        Jobs that are running end first: what they commit is true whether Redis hears of it
        or not.
        """
        shut_down, self.on_shutdown = self.on_shutdown, None
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        await asyncio.sleep(0)  # the last endings are noted
        self.allow_pick_jobs = False
        try:
            if self._has_asked:
                await self._take_turn()
                await release(self.pool, self.name, is_try_spent=False)
            await super().close()
        except (RedisError, OSError) as error:
            log.warning("Redis was not told of the end: %s", error)
        await asyncio.to_thread(self._keeper.stop)
        if shut_down:
            await shut_down(self.ctx)
        await disconnect(self._waker)

    async def _heed_pauses(self) -> None:
        await self._paused.heed(self._pauses_changed)

    async def _listen(self) -> None:
        """Take wake tokens as they come; a Redis that is away is waited for.

        Who has no room takes none, or gives it back: it was meant for a sibling.
        """
        while True:
            try:
                await self._has_room.wait()
                await self._waker.execute_command("BLPOP", WAKE_KEY, 0)
                if self._room():
                    self._awake.set()
                else:
                    self._has_room.clear()
                    await self._waker.execute_command("RPUSH", WAKE_KEY, "1")
            except (RedisError, OSError):
                await asyncio.sleep(REDIS_PAUSE_SECONDS)
            heed_cancellation()

    async def _poll_iteration(self) -> None:
        heed_cancellation()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._rest_seconds):
                await self._awake.wait()
        self._awake.clear()
        try:
            turn = await self._take_turn()
            self._begin_all(turn.claimed)
            await self._heed(turn)
            await self.heart_beat()
        except ResponseError as error:
            # It answers, and refuses: no waiting mends that, but another Redis behind the same
            # name might, after a failover.
            self._notices.say(f"Redis refuses to hand out jobs: {error}")
            await self._lose_redis()
        except (RedisError, OSError) as error:
            if not self._is_away:
                log.warning("waiting for Redis; what is accepted meanwhile is kept: %s", error)
            await self._lose_redis()

    async def _lose_redis(self) -> None:
        """Speak to Redis over new connections from now on: the old may never say a word again."""
        if not self._is_away:
            for client in (self.pool, self._waker):
                await client.connection_pool.disconnect()
        self._is_away = True
        self._rest_seconds = REDIS_PAUSE_SECONDS

    async def _take_turn(self) -> Turn:
        """Tell Redis what has ended and claim what is next. Raises RedisError or OSError."""
        self._has_asked = True
        ended, self._ended = self._ended, []
        try:
            turn = await self._claims.turn(self._wish(), ended, now_ms=timestamp_ms())
        except BaseException:
            self._ended = [*ended, *self._ended]  # to say it twice is harmless
            raise
        self._rest_seconds = IDLE_SECONDS
        if turn.wait_seconds is not None:
            self._rest_seconds = min(IDLE_SECONDS, turn.wait_seconds + TICK_SECONDS)
        return turn

    def _wish(self) -> Wish:
        paused = self._paused.kinds
        return Wish(
            free=self._room(),
            most=self._places.most(),
            kinds=[kind for kind in self.functions if kind not in paused],
            paused_kinds=paused,
            paused_lanes=self._paused.lanes,
        )

    def _room(self) -> int:
        return self._places.free if self.allow_pick_jobs else 0

    def _begin_all(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            self._begin(claim)
        if self._room():
            self._has_room.set()
        else:
            self._has_room.clear()

    def _begin(self, claim: Claim) -> None:
        is_running = claim.job_id in self._held
        self._held[claim.job_id] = claim
        self._keeper.hold([Lease(claim.job_id, claim.token)])
        if is_running:
            # Its lease had ended, or Redis forgot it, and nobody else was there: the attempt that
            # is under way goes on, by the new token.
            return
        self._places.take(claim.lane)
        self.job_counter += 1
        task = self.loop.create_task(self.run_job(claim.job_id, claim.due_ms))
        self.tasks[claim.job_id] = task
        task.add_done_callback(partial(self._end, claim.job_id, claim.lane))

    async def run_job(self, job_id: str, score: int) -> Disposition:  # type: ignore[override] # noqa: ARG002 - arq gives it, and no result is wanted
        claim, watcher = self._held[job_id], self._watcher
        return await Performance(self, claim, self._on_unrun, by=self.name, watcher=watcher)()

    def _end(self, job_id: str, lane: Lane, task: asyncio.Task[Disposition]) -> None:
        """Note how a job has ended: Redis hears of it with the next claim."""
        claim = self._held.pop(job_id)
        self._keeper.let_go(Lease(job_id, claim.token))
        del self.tasks[job_id]
        self._places.give_back(lane)
        self._release_sem_dec_counter_on_complete()
        if task.cancelled():  # before it had begun
            self._ended.append(Disposition(claim, "back"))
        elif error := task.exception():
            log.critical("the engine failed", exc_info=error, extra={"job": job_id})
            due_ms = timestamp_ms() + int(BROKEN_PAUSE_SECONDS * 1000)
            self._ended.append(Disposition(claim, "later", due_ms))
        else:
            self._ended.append(task.result()._replace(claim=claim))

    def _release_sem_dec_counter_on_complete(self) -> None:
        self.job_counter -= 1
        self._has_room.set()
        self._awake.set()  # a place is free: what waits in the queue may start

    async def _heed(self, turn: Turn) -> None:
        """Act on what Redis has told beside the claims, and say what a person should know."""
        if self._is_away:
            # A call whose answer never came may have claimed what nobody here has begun.
            # What has ended here is told with the next turn.
            held = [claim.token for claim in self._held.values()]
            held += [ending.claim.token for ending in self._ended]
            await release(self.pool, self.name, keeping=held, is_try_spent=False)
        if self._is_recall_due:
            await recall(self.pool)
            self._is_recall_due = False
        is_forgotten = self._is_away or (turn.forgot and self._has_heeded)
        self._is_away, self._has_heeded = False, True
        if is_forgotten and self._on_forgotten:
            log.warning("Redis is back, or was emptied: what is owed is rung for")
            await self._on_forgotten()
        for kind in set(turn.unknown):
            self._notices.say(
                f"no function here answers to {kind[:80]!r}: its jobs stay queued"
            )
        for what, job_ids in (
            ("the lease of a dead worker has ended; its job is queued again", turn.recovered),
            ("a job ended after another worker had taken it", turn.lost),
            ("a job had no payload", turn.gone),
        ):
            for job_id in job_ids:
                log.warning("%s", what, extra={"job": job_id})
        self._gone |= dict.fromkeys(turn.gone)
        await self._tell_of_the_gone()

    async def _tell_of_the_gone(self) -> None:
        """Tell of the jobs without a payload, which no queue keeps: again, if it is in vain."""
        while self._gone and self._on_unrun:
            try:
                await self._on_unrun(next(iter(self._gone)), None)
            except UnavailableError as error:
                self._notices.say(f"jobs without a payload are not buried yet: {error.problem}")
                return
            del self._gone[next(iter(self._gone))]

    def _pauses_changed(self) -> None:
        self._is_recall_due = True
        self._awake.set()

    def _was_taken(self, lease: Lease) -> None:
        """Stop working on a job that another worker has: only one of us can commit it."""
        claim = self._held.get(lease.job_id)
        if claim and claim.token == lease.token:
            self._watcher.taken(lease.job_id)
            self.tasks[lease.job_id].cancel()
