"""The telemetry: attempts, processes and marks as they are told and asked for."""

from dataclasses import replace

import pytest

from domain.errors import RejectedError
from storage import attempts
from storage.store import Store
from storage.telemetry_records import AttemptEnding, Mark, MarkKind
from tests.storage.telemetries import MINUTE, NOON, SECOND, attempt, process

DONE, RETRY, LOST = AttemptEnding.DONE, AttemptEnding.RETRY, AttemptEnding.LOST
NOTHING = AttemptEnding.NOTHING_TO_DO


async def test_an_attempt_is_found_as_it_was_told_with_its_log(store: Store) -> None:
    """Every field of it: a person reads them at night."""
    told = attempt(
        7,
        AttemptEnding.BURIED,
        enqueued_at=NOON - MINUTE,
        said="no such county: Travís",
        error="RejectedError",
        fingerprint="f" * 12,
        retry_at=NOON + MINUTE,
        lost_workers=2,
        about="ticket-1",
        arguments='{"work_order_id": "order-1"}',
        request_id="r-1",
        trace_id="t" * 32,
        logs=('{"message": "begun"}', '{"message": "failed"}'),
    )
    await store.telemetry.record_attempts([told])

    assert await store.telemetry.job(told.job_id) == [told]
    assert await store.telemetry.attempts() == [replace(told, logs=())]


async def test_an_attempt_that_ended_stays_ended_in_whatever_order_it_is_told(
    store: Store,
) -> None:
    """What was begun is told by another batch, which may have had to wait."""
    await store.telemetry.record_attempts([attempt(1, DONE)])
    await store.telemetry.record_attempts([attempt(1)])

    (found,) = await store.telemetry.attempts()
    assert found.ending == DONE
    assert await store.telemetry.attempts(is_running=True) == []


@pytest.mark.parametrize(
    ("asked", "tokens"),
    [
        ({}, [9, 8, 5, 4, 3, 2, 1]),
        ({"limit": 2}, [9, 8]),
        ({"before": 5}, [4, 3, 2, 1]),
        ({"kind": "check_store"}, [9, 2]),
        ({"kind": "check_store", "lane": "within_1s"}, [2]),
        ({"lane": "whenever"}, [9, 8]),
        ({"lane": "whenever", "ending": DONE}, [9]),
        ({"kind": "none"}, []),
        ({"ending": RETRY}, [5, 3]),
        ({"ending": RETRY, "kind": "extract_ticket", "before": 5}, [3]),
        ({"about": "order-1"}, [4, 3]),
        ({"about": "order-1", "ending": RETRY}, [3]),
        ({"job_id": "j"}, [5, 3]),
        ({"is_running": True}, [8, 1]),
        ({"is_running": True, "lane": "within_1s"}, [1]),
        ({"is_running": False, "limit": 3}, [9, 5, 4]),
        ({"is_running": False, "kind": "check_store"}, [9, 2]),
    ],
    ids=str,
)
async def test_attempts_are_found_by_whatever_is_asked_the_newest_first(
    store: Store, asked: dict[str, object], tokens: list[int]
) -> None:
    """By every way through the indexes."""
    await store.telemetry.record_attempts(
        [
            attempt(1),
            attempt(2, DONE, kind="check_store"),
            attempt(3, RETRY, about="order-1", job_id="j"),
            attempt(4, DONE, about="order-1"),
            attempt(5, RETRY, job_id="j"),
            attempt(8, lane="whenever"),
            attempt(9, DONE, kind="check_store", lane="whenever"),
        ]
    )

    found = await store.telemetry.attempts(**asked)  # type: ignore[arg-type] - each has its own type

    assert [one.token for one in found] == tokens


async def test_a_job_that_failed_is_retrying_until_its_next_attempt_begins(
    store: Store,
) -> None:
    """Also if both are told in one batch; and not when it is due, because then it is ready."""
    telemetry, later = store.telemetry, {"retry_at": NOON + MINUTE}
    await telemetry.record_attempts(
        [
            attempt(1, RETRY, job_id="a", **later),
            attempt(2, RETRY, job_id="b", lane="whenever", **later),
            attempt(3, RETRY, job_id="c", **later),
            attempt(4, job_id="c", number=2),
        ]
    )
    before = await telemetry.retrying(NOON)
    await telemetry.record_attempts([attempt(5, job_id="a", number=2)])

    assert before == {"within_1s": 1, "whenever": 1}
    assert await telemetry.retrying(NOON) == {"whenever": 1}
    assert await telemetry.retrying(NOON + MINUTE) == {}


async def test_what_a_process_had_begun_is_lost_when_it_ends(store: Store) -> None:
    """And nobody else's. How it ended is told with it."""
    telemetry = store.telemetry
    await telemetry.tell_process(process("worker-1.a", running=("extract_ticket:1",)))
    await telemetry.tell_process(process("worker-2.b"))
    await telemetry.record_attempts([attempt(1), attempt(2, worker="worker-2.b")])
    await telemetry.note_end("worker-1.a", NOON + SECOND, "killed by signal 9")

    (lost,) = await telemetry.attempts(ending=LOST)
    assert (lost.token, lost.ended_at) == (1, NOON + SECOND)
    assert [one.token for one in await telemetry.attempts(is_running=True)] == [2]
    assert [one.id for one in await telemetry.processes()] == ["worker-2.b"]
    ended, living = await telemetry.processes(ended_since=NOON)
    assert (ended.ended_at, ended.ended_by) == (NOON + SECOND, "killed by signal 9")
    assert living == process("worker-2.b")


async def test_a_second_attempt_shows_that_the_first_was_lost_and_is_a_recovery(
    store: Store,
) -> None:
    """The machine that would have told of the worker's end may be gone with it."""
    telemetry = store.telemetry
    place, _told = await telemetry.ended_after(None)
    await telemetry.record_attempts([attempt(1, job_id="a")])
    await telemetry.record_attempts([attempt(2, job_id="a", started_at=NOON + MINUTE)])
    await telemetry.record_attempts([attempt(2, DONE, job_id="a")])

    first, second = await telemetry.job("a")
    assert (first.ending, first.ended_at, second.ending) == (LOST, NOON + MINUTE, DONE)
    _place, told = await telemetry.ended_after(place)
    assert [one.ending for one in told] == [LOST, None, DONE]


async def test_a_process_that_was_only_silent_lives_again_when_it_tells(store: Store) -> None:
    """A laptop was closed, a machine suspended; but what was told before its end is no life."""
    telemetry = store.telemetry
    await telemetry.tell_process(process())
    silent = await telemetry.note_silent(NOON + SECOND, NOON + MINUTE, "not heard of")
    await telemetry.tell_process(process(told_at=NOON + SECOND))
    still_ended = await telemetry.processes()
    await telemetry.tell_process(process(told_at=NOON + 2 * MINUTE))

    assert silent == ["worker-1.a"]
    assert still_ended == []
    assert [one.id for one in await telemetry.processes()] == ["worker-1.a"]


async def test_what_found_nothing_to_do_is_only_counted_where_that_is_no_news(
    store: Store,
) -> None:
    """A sweep comes every few seconds: it would push everything else out."""
    telemetry, passing = store.telemetry, {"recover_work"}
    await telemetry.record_attempts([attempt(1, kind="recover_work")], passing=passing)
    await telemetry.record_attempts(
        [
            attempt(1, NOTHING, kind="recover_work"),
            attempt(2, DONE, kind="recover_work"),
            attempt(3, NOTHING),
        ],
        passing=passing,
    )

    assert [one.token for one in await telemetry.attempts()] == [3, 2]
    assert await telemetry.tallies(NOON - MINUTE, NOON + MINUTE, MINUTE) == {
        ("recover_work", NOTHING): [0, 1],
        ("recover_work", DONE): [0, 1],
        ("extract_ticket", NOTHING): [0, 1],
    }


async def test_an_attempt_that_is_told_twice_is_counted_once(store: Store) -> None:
    """A batch whose answer was lost is written again."""
    for _time in range(2):
        await store.telemetry.record_attempts([attempt(1, DONE), attempt(2, RETRY)])

    assert await store.telemetry.tallies(NOON, NOON + MINUTE, MINUTE) == {
        ("extract_ticket", DONE): [1],
        ("extract_ticket", RETRY): [1],
    }


async def test_tallies_by_the_hour_are_those_by_the_minute(store: Store) -> None:
    """A week is counted by other rows than a day."""
    hour = 60 * MINUTE
    ends = [NOON + minutes * MINUTE for minutes in (0, 59, 60, 61, 200)]
    await store.telemetry.record_attempts(
        [attempt(token, DONE, ended_at=at) for token, at in enumerate(ends)]
    )

    by_hour = await store.telemetry.tallies(NOON, NOON + 4 * hour, hour)
    by_minute = await store.telemetry.tallies(NOON, NOON + 4 * hour, 30 * MINUTE)
    with pytest.raises(RejectedError):
        await store.telemetry.tallies(NOON, NOON, hour)

    assert by_hour == {("extract_ticket", DONE): [2, 2, 0, 1]}
    assert by_minute == {("extract_ticket", DONE): [1, 1, 2, 0, 0, 0, 1, 0]}


async def test_marks_are_found_by_their_time(store: Store) -> None:
    """The earliest first, with the plots that they explain."""
    marks = [Mark(NOON + at * MINUTE, MarkKind.START, f"start {at}") for at in (2, 0, 1)]
    for mark in marks:
        await store.telemetry.mark(mark)

    found = await store.telemetry.marks(NOON, NOON + MINUTE)
    window = await store.telemetry.window(NOON, NOON + MINUTE)

    assert [mark.said for mark in found] == ["start 0", "start 1"]
    assert window.marks == found


async def test_the_lines_of_a_log_are_kept_from_the_last_one_back(store: Store) -> None:
    """What went wrong stands at the end."""
    lines = [f'{{"line": {number}, "said": "{"x" * 500}"}}' for number in range(100)]
    await store.telemetry.record_attempts([attempt(1, DONE, logs=lines)])

    (found,) = await store.telemetry.job("extract_ticket:1")

    assert 20 < len(found.logs) < 100
    assert list(found.logs) == lines[-len(found.logs) :]
    assert sum(map(len, found.logs)) <= attempts.LOG_CHARACTERS_MAX
