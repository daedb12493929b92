"""Recording: what a worker does is told to the telemetry, beside the work and never in its way.

The loop only notes; a thread gathers for a moment and writes what has come together. What cannot
be written waits, up to a bound of many and of bytes; beyond it the oldest is forgotten, and no job
knows. What nobody foresaw about one attempt costs that one alone.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from domain.errors import Texas811Error
from jobs.notices import Notices
from jobs.telling import TELL_SECONDS, Teller
from storage.attempt_rows import WORDS_CHARACTERS_MAX
from storage.telemetry import Telemetry
from worker.attempt_logs import AttemptLogs, Lines
from worker.attempt_notes import ABOUT, CUT, MESSAGE_BYTES_MAX, TICKS, Notes, notes_here

# What a worker had begun so shortly before it was killed leaves no trace but the next attempt.
GATHER_SECONDS = 0.1
PAUSE_SECONDS = 0.5  # after a failure to write
WAITING_MAX = 5_000  # attempts that have ended and are not written
WAITING_BYTES_MAX = 16 * 1_048_576  # of them, about
NOTES_BYTES = 3_000  # of one with nothing in it, about
ID_CHARACTERS_MAX = 200
BATCH_MAX = 1_000
STOP_SECONDS_MAX = 1.0  # a disk that hangs must not hold up a stop for longer

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
        self._ended: deque[Notes] = deque()
        self._bytes = self._forgotten = 0
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
        self._has_news()

    def over(self, notes: Notes) -> None:
        _shorten(notes)
        with self._lock:
            self._under_way.pop(notes.claim.job_id, None)
            self._ended.append(notes)
            self._bytes += notes.bytes_about
            self._forget_beyond()
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
            self._news.clear()
            is_well = self._tried(self._write_attempts)
            if is_last or time.monotonic() >= tell_at:
                tell_at = time.monotonic() + TELL_SECONDS - GATHER_SECONDS
                is_well = self._tried(self._tell) and is_well
            if not is_well:
                self._news.set()
                is_last = self._stopping.wait(PAUSE_SECONDS) and is_last

    def _tried(self, work: Callable[[], None]) -> bool:
        """Do this, and say in the log what kept us from it."""
        try:
            work()
        except Texas811Error as error:
            self._notices.say(f"what is done here is not recorded: {error.problem}")
            return False
        except Exception:
            log.critical("the recorder failed; it goes on", exc_info=True)
            return False
        return True

    def _write_attempts(self) -> None:
        """Write what has ended and what was begun. Raises Texas811Error, keeping what can be."""
        is_more = True
        while is_more:  # what comes meanwhile is gathered for the next time
            ended, begun = self._next_batch()
            is_more = len(ended) == BATCH_MAX
            try:
                self._write((*ended, *begun))
            except BaseException:
                self._put_back(ended, begun)
                raise
        if self._forgotten:
            log.error("%d attempts were not recorded", self._forgotten)
            self._forgotten = 0

    def _write(self, attempts: Sequence[Notes]) -> None:
        """Write these; where that fails as nobody foresaw, all but those that make it fail."""
        try:
            rows = [notes.row() for notes in attempts]
            logs = {
                int(one.claim.token): one.lines.kept()
                for one in attempts
                if one.lines and one.ended_ms
            }
            self._telemetry.record_rows_now(rows, logs, passing=TICKS)
        except Texas811Error:
            raise
        except Exception:
            if len(attempts) > 1:
                for one in attempts:
                    self._write((one,))
                return
            log.critical("an attempt cannot be recorded", exc_info=True)
            self._forgotten += 1

    def _next_batch(self) -> tuple[Sequence[Notes], Sequence[Notes]]:
        with self._lock:
            count = min(BATCH_MAX, len(self._ended))
            ended = [self._ended.popleft() for _ in range(count)]
            self._bytes -= sum(notes.bytes_about for notes in ended)
            begun = [notes for notes in self._under_way.values() if not notes.is_told]
        for notes in begun:
            notes.is_told = True
        return ended, begun

    def _put_back(self, ended: Sequence[Notes], begun: Sequence[Notes]) -> None:
        """Keep what was not written for the next time, as far as there is room."""
        with self._lock:
            self._ended.extendleft(reversed(ended))
            self._bytes += sum(notes.bytes_about for notes in ended)
            self._forget_beyond()
        for notes in begun:
            notes.is_told = False

    def _forget_beyond(self) -> None:
        """Forget the oldest beyond what may wait. Under the lock."""
        while len(self._ended) > WAITING_MAX or self._bytes > WAITING_BYTES_MAX:
            self._bytes -= self._ended.popleft().bytes_about
            self._forgotten += 1

    def _tell(self) -> None:
        with self._lock:
            running = sorted(self._under_way)
        told = self._teller.record(running=running, is_draining=self.is_draining())
        self._telemetry.tell_process_now(told)


def _shorten(notes: Notes) -> None:
    """Let go of what is too long to be recorded, and note about how much is left."""
    if len(notes.claim.payload) > MESSAGE_BYTES_MAX:
        given = ((name, notes.arguments.get(name)) for name in ABOUT)
        kept = {
            name: told for name, told in given if told and len(str(told)) <= ID_CHARACTERS_MAX
        }
        notes.arguments = kept | CUT
        notes.claim = notes.claim._replace(payload=b"")
    if len(notes.said) > WORDS_CHARACTERS_MAX:
        notes.said = notes.said[:WORDS_CHARACTERS_MAX]
    notes.bytes_about = NOTES_BYTES + len(notes.said) + 2 * len(notes.claim.payload)
    if notes.lines:
        notes.bytes_about += notes.lines.bytes_held
