"""Group commit: the changes that wait are made true together and share their syncs.

Nobody is answered before his own bytes are durable. One thread does the work, so one hop takes
a change from the loop to the disk; other processes do the same beside it, kept apart by the
locks of the tickets.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock

from domain.audit import AuditEvent, Change
from domain.errors import UnavailableError
from domain.ticket import Ticket
from storage.commits import Commit
from storage.threads import in_writers_thread
from storage.writing import TicketWriter

BATCH_COMMITS_MAX = 64  # each holds two files open
LINGER_SECONDS = 0.05  # to wake a thread that waits is quicker than to start one


@dataclass(slots=True)
class _Waiting:
    """Somebody who waits for a change to be true. If he is cancelled, it is made all the same."""

    commit: Commit
    loop: asyncio.AbstractEventLoop
    answered: asyncio.Future[Ticket]

    def answer(self, answer: Ticket | BaseException) -> None:
        with suppress(RuntimeError):  # his loop may be closed
            self.loop.call_soon_threadsafe(self._set, answer)

    def _set(self, answer: Ticket | BaseException) -> None:
        if self.answered.done():
            return
        if isinstance(answer, BaseException):
            self.answered.set_exception(answer)
        else:
            self.answered.set_result(answer)


class Committer:
    """Takes changes from the loop to the disk, many at a time."""

    def __init__(self, writer: TicketWriter) -> None:
        self._writer = writer
        self._note = in_writers_thread(writer.note)
        self._waiting: SimpleQueue[_Waiting] = SimpleQueue()
        self._left: list[_Waiting] = []  # for the next batch; the thread's own
        self._thread = ThreadPoolExecutor(1, "commit")
        self._is_working = False
        self._is_closed = False
        self._starting = Lock()

    async def commit(self, change: Change) -> Ticket:
        """See `Store.commit`."""
        loop = asyncio.get_running_loop()
        if self._is_closed:
            raise UnavailableError(
                "The store is closed.", remedy="Send the same request again in a moment."
            )
        waiting = _Waiting(self._writer.begun(change), loop, loop.create_future())
        self._waiting.put(waiting)
        self._start_work()
        return await waiting.answered

    async def note(self, event: AuditEvent) -> None:
        """See `Store.note`."""
        await asyncio.shield(asyncio.ensure_future(self._note(event)))

    def commit_now(self, change: Change) -> Ticket:
        """Commit one change in this thread. Blocks."""
        commit = self._writer.begun(change)
        try:
            self._writer.commit([commit])
        finally:
            commit.let_go()
        answer = _answer(commit)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """Finish what was begun; take no more. Blocks."""
        self._is_closed = True
        self._thread.shutdown()

    def _start_work(self) -> None:
        """See that a thread is at work; if there can be none, those who wait are told."""
        if self._is_working:
            return
        with self._starting:
            if self._is_working:
                return
            try:
                self._thread.submit(self._work)
            except RuntimeError as error:
                self._refuse_those_who_wait(error)
                return
            self._is_working = True

    def _refuse_those_who_wait(self, error: RuntimeError) -> None:
        refusal = UnavailableError(
            f"The store takes no changes: {error}.", remedy="Send the same request again."
        )
        with suppress(Empty):
            while True:
                self._waiting.get_nowait().answer(refusal)

    def _work(self) -> None:
        """Commit batch after batch; give up the thread when nobody has come for a while."""
        while True:
            batch = self._next_batch()
            if batch:
                self._commit_batch(batch)
                continue
            with self._starting:
                # First say so, then look again: who comes in between must find a thread.
                self._is_working = False
                if self._waiting.empty():
                    return
                self._is_working = True

    def _next_batch(self) -> list[_Waiting]:
        """Take those who wait, but of those who want the same ticket or number the first."""
        arrived, self._left = self._left, []
        with suppress(Empty):
            if not arrived:
                arrived.append(self._waiting.get(timeout=LINGER_SECONDS))
            while len(arrived) < BATCH_COMMITS_MAX:
                arrived.append(self._waiting.get_nowait())
        batch: list[_Waiting] = []
        taken: set[str] = set()
        for waiting in arrived:
            ticket = waiting.commit.change.ticket
            wanted = {ticket.id, f"number {ticket.texas811_ticket_number or ticket.id}"}
            (self._left if wanted & taken else batch).append(waiting)
            taken |= wanted
        return batch

    def _commit_batch(self, batch: Sequence[_Waiting]) -> None:
        commits = [waiting.commit for waiting in batch]
        try:
            self._writer.commit(commits)
        except BaseException as error:  # noqa: BLE001 - nobody may wait for ever
            for waiting in batch:
                waiting.answer(error)
                waiting.commit.let_go()
            return
        for waiting in batch:
            waiting.answer(_answer(waiting.commit))
        for commit in commits:
            commit.let_go()


def _answer(commit: Commit) -> Ticket | Exception:
    return commit.answer or UnavailableError(f"{commit.path.name} was not written.")
