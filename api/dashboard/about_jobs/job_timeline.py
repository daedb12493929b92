"""The attempts at a job as bars over time: how long each waited, and how long it ran. Pure.

Across it is drawn in percent, so that its letters are as large on a telephone as on a desk.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from markupsafe import Markup

from api.dashboard.plots.axes import Unit, moments, told
from storage.telemetry_records import AttemptEnding, AttemptRecord

ROW, BAR = 22, 12  # pixels
TOP, BOTTOM = 6, 18  # pixels; BOTTOM: the room for the labels of time
LEFT, RIGHT = 9.0, 98.0  # percent
LABEL_ROOM = 20.0  # percent: the labels of both ends
SHORTEST = 0.6  # percent: or a short one could not be seen
MS = 1000
TONES = {
    None: "running",
    AttemptEnding.DONE: "ok",
    AttemptEnding.NOTHING_TO_DO: "quiet",
    AttemptEnding.HANDED_BACK: "quiet",
    AttemptEnding.RETRY: "warn",
    AttemptEnding.GIVEN_UP: "warn",
    AttemptEnding.BURIED: "bad",
    AttemptEnding.LOST: "bad",
}


def draw(attempts: Sequence[AttemptRecord], now: datetime) -> Markup:
    """Return the bars of these attempts, the earliest first; one that runs, runs until now."""
    if not attempts:
        return Markup()
    scale = _Scale(attempts, now)
    height = TOP + ROW * len(attempts) + BOTTOM
    begin = Markup(
        '<svg class="timeline" width="100%" height="{}" role="img" aria-label="{}">'
    ).format(height, " ".join(_in_words(one, now) for one in attempts))
    rows = [_row(one, place, scale) for place, one in enumerate(attempts)]
    return Markup().join([begin, *_axis(scale, height), *rows, Markup("</svg>")])


class _Scale:
    """Where moments lie, from when the first attempt was due to when the last one ended."""

    def __init__(self, attempts: Sequence[AttemptRecord], now: datetime) -> None:
        self.now = now
        self.starts_at = min(min(one.due_at, one.started_at) for one in attempts)
        self.ends_at = max(one.ended_at or now for one in attempts)
        self._seconds = max(0.001, (self.ends_at - self.starts_at).total_seconds())

    def x(self, moment: datetime) -> float:
        """Return how far from the left a moment lies (percent)."""
        share = (moment - self.starts_at).total_seconds() / self._seconds
        return round(LEFT + min(1.0, max(0.0, share)) * (RIGHT - LEFT), 1)


def _row(one: AttemptRecord, place: int, scale: _Scale) -> Markup:
    y, ended_at = TOP + place * ROW, one.ended_at or scale.now
    due, began, end = scale.x(one.due_at), scale.x(one.started_at), scale.x(ended_at)
    return Markup(
        '<text x="0" y="{}">{}</text><line class="wait" x1="{}%" y1="{}" x2="{}%" y2="{}"/>'
        '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"><title>{}</title></rect>'
    ).format(
        y + BAR - 1,
        one.number,
        due,
        y + BAR // 2,
        began,
        y + BAR // 2,
        TONES[one.ending],
        began,
        y,
        round(max(SHORTEST, end - began), 1),
        BAR,
        _in_words(one, scale.now),
    )


def _axis(scale: _Scale, height: int) -> Iterator[Markup]:
    """Yield when it begins, how long it lasts, and the round moments between."""
    for moment, label in moments(scale.starts_at, scale.ends_at):
        x = scale.x(moment)
        if LEFT + LABEL_ROOM <= x <= RIGHT - LABEL_ROOM:
            yield Markup(
                '<line class="tick" x1="{}%" y1="{}" x2="{}%" y2="{}"/>'
                '<text class="round" x="{}%" y="{}">{}</text>'
            ).format(x, TOP, x, height - BOTTOM, x, height - 4, label)
    lasts = told((scale.ends_at - scale.starts_at).total_seconds() * MS, Unit.MILLISECONDS)
    yield Markup(
        '<text x="{}%" y="{}">{}</text><text class="end" x="{}%" y="{}">{} later</text>'
    ).format(LEFT, height - 4, f"{scale.starts_at:%H:%M:%S} UTC", RIGHT, height - 4, lasts)


def _in_words(one: AttemptRecord, now: datetime) -> str:
    waited = told(one.wait.total_seconds() * MS, Unit.MILLISECONDS)
    took = told(
        ((one.ended_at or now) - one.started_at).total_seconds() * MS, Unit.MILLISECONDS
    )
    ending = f"{one.ending} after {took}" if one.ending else f"running for {took}"
    return f"Attempt {one.number}: waited {waited}, {ending}."
