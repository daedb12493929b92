"""Recording: what a worker does is told to the telemetry, beside the work and never in its way.

The loop only notes; a thread gathers for a moment and writes what has come together. What cannot
be written waits, up to a bound; beyond it the oldest is forgotten, and no job knows.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from domain.errors import Texas811Error
from jobs.notices import Notices
from jobs.telling import TELL_SECONDS, Teller
from storage.telemetry import Telemetry
from worker.attempt_logs import AttemptLogs, Lines
from worker.attempt_notes import TICKS, Notes, notes_here

# What a worker had begun so shortly before it was killed leaves no trace but the next attempt.
GATHER_SECONDS = 0.1
PAUSE_SECONDS = 0.5  # after a failure to write
WAITING_MAX = 5_000  # attempts that have ended and are not written: some 5 MB
BATCH_MAX = 1_000
STOP_SECONDS_MAX = 5.0  # a disk that hangs must not hold up a stop for longer

log = logging.getLogger(__name__)


class Recorder:
    """Tells of every attempt of one worker, and once a second of the worker itself.

    `is_draining` says whether it takes no more jobs.
    """

    def __init__(self, telemetry: Telemetry, teller: Teller) -> None:
        self._telemetry = telemetry
        self._teller = teller
        self.is_draining: Callable[[], bool] = lambda: False
        self._under_way: dict[str, Notes] = {}  # by job: no worker runs one twice at a time
        self._untold: dict[str, Notes] = {}  # begun, and not told of yet
        self._ended: deque[Notes] = deque(maxlen=WAITING_MAX)
        self._forgotten = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._news = threading.Event()
        self._thread: threading.Thread | None = None
        self._logs = AttemptLogs(self._lines_here)
        self._notices = Notices()

    def start(self) -> None:
        """Begin to write, in the loop that runs."""
        self._teller.pulse.start()
        logging.getLogger().addHandler(self._logs)
        self._stopping.clear()
        self._thread = threading.Thread(target=self._keep, name="recorder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is left and end the thread. Blocks."""
        if self._thread is None:
            return
        self._teller.pulse.stop()
        self._stopping.set()
        self._news.set()
        self._thread.join(STOP_SECONDS_MAX)
        logging.getLogger().removeHandler(self._logs)
        self._thread = None

    @property
    def is_at_work(self) -> bool:
        return self._thread is not None

    def begun(self, notes: Notes) -> None:
        with self._lock:
            self._under_way[notes.claim.job_id] = notes
            self._untold[notes.claim.job_id] = notes
        self._has_news()

    def over(self, notes: Notes) -> None:
        with self._lock:
            self._under_way.pop(notes.claim.job_id, None)
            self._untold.pop(notes.claim.job_id, None)  # its end says it all
            self._forgotten += len(self._ended) == WAITING_MAX
            self._ended.append(notes)
        self._has_news()

    def taken(self, job_id: str) -> None:
        if notes := self._under_way.get(job_id):
            notes.is_taken = True

    def _has_news(self) -> None:
        if not self._news.is_set():  # to ask is cheap, to say it is not
            self._news.set()

    def _lines_here(self) -> Lines | None:
        notes = notes_here()
        if notes is None or notes.worker != self._teller.id:
            return None
        notes.lines = notes.lines or Lines()
        return notes.lines

    def _keep(self) -> None:
        """Write whenever there is news, and tell once a second; at the stop once more."""
        is_last, tell_at = False, time.monotonic()
        while not is_last:
            self._news.wait(max(0.0, tell_at - time.monotonic()))
            is_last = self._stopping.wait(GATHER_SECONDS)
            try:
                self._news.clear()
                self._write_attempts()
                if is_last or time.monotonic() >= tell_at:
                    tell_at = time.monotonic() + TELL_SECONDS - GATHER_SECONDS
                    self._tell()
            except Texas811Error as error:
                self._notices.say(f"what is done here is not recorded: {error.problem}")
                self._news.set()
                is_last = self._stopping.wait(PAUSE_SECONDS) and is_last
            except Exception:
                log.critical("the recorder failed; it goes on", exc_info=True)
                self._stopping.wait(PAUSE_SECONDS)

    def _write_attempts(self) -> None:
        """Write what has ended and what was begun. Raises Texas811Error, keeping what can be."""
        while True:
            ended, begun = self._next_batch()
            if not (ended or begun):
                break
            try:
                records = [notes.record() for notes in (*ended, *begun)]
                self._telemetry.record_attempts_now(records, passing=TICKS)
            except BaseException:
                self._put_back(ended, begun)
                raise
        if self._forgotten:
            log.error("%d attempts were not recorded", self._forgotten)
            self._forgotten = 0

    def _next_batch(self) -> tuple[Sequence[Notes], Sequence[Notes]]:
        with self._lock:
            count = min(BATCH_MAX, len(self._ended))
            ended = [self._ended.popleft() for _ in range(count)]
            begun, self._untold = list(self._untold.values()), {}
        return ended, begun

    def _put_back(self, ended: Sequence[Notes], begun: Sequence[Notes]) -> None:
        """Keep what was not written for the next time, as far as there is room."""
        with self._lock:
            room = WAITING_MAX - len(self._ended)
            self._forgotten += max(0, len(ended) - room)
            self._ended.extendleft(reversed(ended[max(0, len(ended) - room) :]))
            for notes in begun:
                if self._under_way.get(notes.claim.job_id) is notes:
                    self._untold.setdefault(notes.claim.job_id, notes)

    def _tell(self) -> None:
        with self._lock:
            running = sorted(self._under_way)
        told = self._teller.record(running=running, is_draining=self.is_draining())
        self._telemetry.tell_process_now(told)
