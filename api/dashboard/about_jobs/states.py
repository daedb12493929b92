"""The states of a job as the pages name them, and the tone of each."""

from collections.abc import Mapping, Sequence

from jobs.waiting import QueuedState
from storage.telemetry_records import AttemptEnding

RUNNING, WAITING, SCHEDULED = "running", "waiting", "scheduled"
STATES: Sequence[str] = (RUNNING, *AttemptEnding, WAITING, SCHEDULED)
TONES: Mapping[str, str] = {
    RUNNING: "quiet",
    AttemptEnding.DONE: "ok",
    AttemptEnding.NOTHING_TO_DO: "quiet",
    AttemptEnding.RETRY: "warn",
    AttemptEnding.HANDED_BACK: "quiet",
    AttemptEnding.BURIED: "bad",
    AttemptEnding.GIVEN_UP: "warn",
    AttemptEnding.LOST: "bad",
    QueuedState.WAITING: "quiet",
    QueuedState.SCHEDULED: "quiet",
    QueuedState.PUT_OFF: "warn",
}
