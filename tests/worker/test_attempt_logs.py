"""The lines of an attempt: its own, the last of them, masked as all logs are."""

import asyncio
import json
import logging
from typing import Any, ClassVar

import pytest

from config import Config
from jobs.job import Done, Env, Job, Outcome
from logs import JsonLines
from storage.telemetry_records import AttemptEnding
from tests.worker.errands import Errand, at_work, errand_that, until
from worker.attempt_logs import Lines
from worker.attempt_notes import TICKS
from worker.recording import Recorder

log = logging.getLogger(__name__)


def line(text: str, **more: str) -> str:
    return json.dumps({"message": text, **more}, ensure_ascii=False)


def messages(lines: Lines) -> list[str]:
    return [json.loads(one)["message"] for one in lines.kept()]


def test_of_too_many_lines_the_last_are_kept() -> None:
    """How an attempt ended is told at its end."""
    lines = Lines(lines_max=3)
    for number in range(5):
        lines.add(line(str(number)))

    assert messages(lines) == ["2", "3", "4"]


def test_of_too_much_text_the_last_is_kept() -> None:
    """A hundred lines may be long ones, and there are many attempts."""
    lines = Lines(bytes_max=1_000)
    for number in range(9):
        lines.add(line(f"{number} {'ü' * 150}"))  # two bytes each

    assert [one[0] for one in messages(lines)] == ["6", "7", "8"]


def test_a_line_that_is_too_long_is_cut_and_still_says_what_happened() -> None:
    """A traceback may be longer than all lines together may be; its end names the error."""
    lines = Lines()
    lines.add(line("job failed", exception=f"{'frame ' * 9_000}ZeroDivisionError: no loaf"))

    [kept] = map(json.loads, lines.kept())
    assert kept["message"] == "job failed"
    assert kept["exception"].endswith("ZeroDivisionError: no loaf")
    assert len(kept["exception"]) < 3_000


class Talker(Errand):
    """Says where it is, twice, and lets another speak in between."""

    place: str

    async def run(self, _env: Env) -> Outcome:
        log.info("in %s, call 512-555-0142", self.place)
        await asyncio.sleep(0.02)
        await asyncio.gather(self._listen())
        return Done("said")

    async def _listen(self) -> None:
        log.info("still in %s", self.place)


async def test_each_attempt_has_its_own_lines_also_those_of_its_tasks(
    config: Config, env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """Eight jobs speak at once; whoever reads of one must not read of another."""
    caplog.set_level(logging.INFO)
    places = ("town", "market")
    async with at_work(config, Talker) as engine:
        assert isinstance(engine._watcher, Recorder)
        engine._watcher.start()
        await env.queue.put(*(Talker(place=place) for place in places))
        await until(lambda: engine.jobs_complete == len(places))

    for place in places:
        [attempt] = await env.store.telemetry.job(f"errand:{place}")
        assert attempt.ending is AttemptEnding.DONE
        told = [json.loads(one) for one in attempt.logs]
        assert [one["message"] for one in told] == [
            "job begun",
            f"in {place}, call <phone>",
            f"still in {place}",
            "job done: said",
        ]
        assert {one["job"] for one in told} == {f"errand:{place}"}


class Tick(Job):
    """It comes by the clock."""

    name: ClassVar[str] = "recover_work"
    is_buried: ClassVar[bool] = False

    @property
    def key(self) -> str:
        return "owed"

    async def run(self, _env: Env) -> Outcome:
        return Done("rang")


@pytest.mark.parametrize(
    "kind", [errand_that(Talker(place="town").run), Tick], ids=["work", "tick"]
)
async def test_each_turn_of_a_job_is_one_line_with_all_that_is_asked_of_it(
    config: Config,
    env: Env,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Job],
) -> None:
    """What comes every five seconds does not say that it begins: it would drown the rest."""
    caplog.set_level(logging.INFO)
    lines: list[dict[str, Any]] = []
    formatted = JsonLines().format  # where it is logged: the ids are those of the place
    monkeypatch.setattr(
        caplog.handler, "emit", lambda record: lines.append(json.loads(formatted(record)))
    )
    async with at_work(config, kind) as engine:
        await env.queue.put(kind())
        await until(lambda: engine.jobs_complete)

    turns = [one for one in lines if one["message"].startswith("job ")]
    assert [one["message"].partition(":")[0] for one in turns] == [
        *(["job begun"] if kind.name not in TICKS else []),
        "job done",
    ]
    for turn in turns:
        assert (turn["kind"], turn["lane"]) == (kind.name, "within_1s")
        assert (turn["job"], turn["worker"]) == (kind().id, "worker-1")
        assert turn["attempt"] == 1
        assert turn["wait_ms"] >= 0
        assert turn["ms"] >= 0
        assert len(turn["trace_id"]) == 32
