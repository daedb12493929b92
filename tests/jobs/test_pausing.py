"""Pausing and resuming: by somebody, for a reason, audited, and never what must go on."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from config import Config
from domain.audit import Actor, AuditEvent, Author
from domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from jobs import LANE_OF
from jobs.job import Env
from jobs.lanes import LANES
from jobs.pausing import NEVER_PAUSED, also_held, pause, resume, what_is, what_of
from jobs.queue import ArqQueue, connect
from jobs.wiring import make_env
from storage.clock import system_clock
from storage.pauses import PERSON_CHARACTERS_MAX, REASON_CHARACTERS_MAX, Pause, What
from tests.builders import NOW

DANA = Author(actor=Actor.USER, name="Dana Ruiz", ip_address="192.0.2.7", user_agent="tests")
BOB = Author(actor=Actor.CUSTOM_GPT, name="Bob")
WHY = "the volume is full"


async def audited(env: Env) -> list[AuditEvent]:
    """Return what the log says of pauses and their ends."""
    history = await env.store.audit.on(system_clock().date())
    return [event for event in history.events if event.action.startswith("queue_")]


@pytest.mark.parametrize(("what", "name"), [("lane", "whenever"), ("job", "extract_ticket")])
async def test_what_is_paused_says_who_since_when_and_why(
    env: Env, what: What, name: str
) -> None:
    """Whoever finds work standing still must know whom to ask."""
    before = system_clock()
    paused = await pause(env, what, name, by=DANA, reason=f"  {WHY}\n now ")

    assert (paused.what, paused.name, paused.by) == (what, name, "Dana Ruiz")
    assert paused.reason == f"{WHY} now"
    assert before <= paused.since <= system_clock()
    assert await env.store.pauses.list() == (paused,)


async def test_a_pause_and_its_end_are_audited_with_who_and_why(env: Env) -> None:
    """Months later somebody asks why nothing was extracted that night."""
    paused = await pause(env, "lane", "whenever", by=DANA, reason=WHY)
    ended = await resume(env, "lane", "whenever", by=BOB, reason="it was enlarged")

    first, second = await audited(env)
    assert ended == paused
    assert (first.action, second.action) == ("queue_paused", "queue_resumed")
    assert first.notes == "Dana Ruiz paused the lane whenever: the volume is full"
    assert second.notes == "Bob resumed the lane whenever: it was enlarged"
    assert (first.actor, second.actor) == (Actor.USER, Actor.CUSTOM_GPT)
    assert (first.ip_address, first.user_agent) == ("192.0.2.7", "tests")
    told = paused.model_dump(mode="json")
    assert first.field_changes == {"pause": {"before": None, "after": told}}
    assert second.field_changes == {"pause": {"before": told, "after": None}}
    assert await env.store.pauses.list() == ()


async def test_the_same_wish_again_is_harmless_and_leaves_no_second_trace(env: Env) -> None:
    """Whoever lost our answer will ask again."""
    first = await pause(env, "lane", "whenever", by=DANA, reason=WHY)
    again = await pause(env, "lane", "whenever", by=DANA, reason=f"{WHY} ")

    assert again == first
    assert len(await audited(env)) == 1


@pytest.mark.parametrize(("by", "reason"), [(BOB, WHY), (DANA, "a deploy")])
async def test_what_is_paused_for_another_reason_says_by_whom_and_why(
    env: Env, by: Author, reason: str
) -> None:
    """To say yes would drop the second reason: the first could resume and know nothing of it."""
    first = await pause(env, "lane", "whenever", by=DANA, reason=WHY)

    with pytest.raises(ConflictError, match=f"Dana Ruiz has paused .*: {WHY}") as refused:
        await pause(env, "lane", "whenever", by=by, reason=reason)

    assert refused.value.remedy
    assert await env.store.pauses.list() == (first,)
    assert len(await audited(env)) == 1


async def test_of_two_who_pause_at_once_one_learns_of_the_other(
    env: Env, config: Config
) -> None:
    """They do it in two processes; each believes that nothing is paused."""
    other = make_env(config)
    wishes = [
        pause(env, "lane", "whenever", by=DANA, reason=WHY),
        pause(other, "lane", "whenever", by=BOB, reason="a deploy"),
    ]

    ends = await asyncio.gather(*wishes, return_exceptions=True)
    await other.queue.close()

    [kept] = await env.store.pauses.list()
    [done] = [end for end in ends if isinstance(end, Pause)]
    [refused] = [end for end in ends if isinstance(end, ConflictError)]
    assert done == kept
    assert kept.by in refused.problem
    assert f"{kept.by} paused the lane whenever: {kept.reason}" in {
        event.notes for event in await audited(env)
    }


async def test_two_who_pause_different_things_at_once_both_succeed(env: Env) -> None:
    """Neither overwrites what the other has just written."""
    await asyncio.gather(
        *(pause(env, "lane", lane, by=DANA, reason=WHY) for lane in LANES),
        pause(env, "job", "extract_ticket", by=BOB, reason="cursed documents"),
    )

    names = {one.name for one in await env.store.pauses.list()}
    assert names == {*LANES, "extract_ticket"}
    assert len(await audited(env)) == 4


async def test_of_two_who_resume_at_once_one_learns_of_the_other(env: Env) -> None:
    """Only one of them has ended it."""
    await pause(env, "lane", "whenever", by=DANA, reason=WHY)

    ends = await asyncio.gather(
        *(resume(env, "lane", "whenever", by=by) for by in (DANA, BOB)),
        return_exceptions=True,
    )

    assert sum(isinstance(end, Pause) for end in ends) == 1
    assert sum(isinstance(end, ConflictError | NotFoundError) for end in ends) == 1


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "neither": ({"name": "whatever"}, "name"),
    "unicode name": ({"name": "whenevér"}, "name"),
    "a path": ({"name": "../x"}, "name"),
    "no name": ({"name": ""}, "name"),
    "a lane as a job": ({"what": "job"}, "name"),
    "a job as a lane": ({"name": "extract_ticket"}, "name"),
    "the recovery": ({"what": "job", "name": "recover_work"}, "name"),
    "no reason": ({"reason": ""}, "reason"),
    "a blank reason": ({"reason": " \t\n\u3000"}, "reason"),
    "an invisible reason": ({"reason": "\u200b"}, "reason"),
    "a reason of a page": ({"reason": "x" * (REASON_CHARACTERS_MAX + 1)}, "reason"),
    "an escape in the reason": ({"reason": "full\x1b[2J"}, "reason"),
    "half a character": ({"reason": "full \udcff"}, "reason"),
    "nobody": ({"by": Author(actor=Actor.USER)}, "by"),
    "a blank name": ({"by": Author(actor=Actor.USER, name=" ")}, "by"),
    "an invisible name": ({"by": Author(actor=Actor.USER, name="\u200b")}, "by"),
    "a name of a page": (
        {"by": Author(actor=Actor.USER, name="D" * (PERSON_CHARACTERS_MAX + 1))},
        "by",
    ),
}


@pytest.mark.parametrize(("said", "field"), REFUSED.values(), ids=REFUSED)
async def test_a_pause_that_says_too_little_is_refused_and_changes_nothing(
    env: Env, said: dict[str, Any], field: str
) -> None:
    """A pause without a name or a reason is what nobody dares to end."""
    wish = {"what": "lane", "name": "whenever", "by": DANA, "reason": WHY} | said

    with pytest.raises(RejectedError) as refused:
        await pause(env, wish["what"], wish["name"], by=wish["by"], reason=wish["reason"])

    assert refused.value.field == field
    assert refused.value.remedy
    assert await env.store.pauses.list() == ()
    assert await audited(env) == []


@pytest.mark.parametrize("reason", ["Straße gesperrt 🚧", "x" * REASON_CHARACTERS_MAX, "7"])
async def test_a_reason_in_any_language_is_kept_as_it_is(env: Env, reason: str) -> None:
    """Crews write as they speak."""
    await pause(env, "lane", "whenever", by=DANA, reason=reason)

    assert (await env.store.pauses.list())[0].reason == reason


async def test_what_is_not_paused_cannot_be_resumed(env: Env) -> None:
    """Whoever resumes the wrong thing must not believe that it goes on now."""
    await pause(env, "lane", "whenever", by=DANA, reason=WHY)

    with pytest.raises(NotFoundError, match="The job extract_ticket is not paused"):
        await resume(env, "job", "extract_ticket", by=DANA)
    with pytest.raises(RejectedError):
        await resume(env, "job", "whatever", by=DANA)
    with pytest.raises(RejectedError):
        await resume(env, "job", "whenever", by=DANA)
    with pytest.raises(RejectedError):
        await resume(env, "lane", "whenever", by=Author(actor=Actor.USER))

    assert len(await audited(env)) == 1
    assert len(await env.store.pauses.list()) == 1


async def test_a_job_that_this_release_no_longer_has_can_be_resumed(env: Env) -> None:
    """Else its pause would stand in the list for ever."""
    old = Pause(what="job", name="mow_the_lawn", reason="rain", by="Ann", since=NOW)
    await env.store.pauses.pause(old)

    assert await what_of(env, "mow_the_lawn") == "job"
    assert await resume(env, "job", "mow_the_lawn", by=DANA) == old


async def test_a_pause_needs_no_redis(env: Env) -> None:
    """When everything burns is when somebody wants it to stop."""
    away = replace(env, queue=ArqQueue(connect("unix:///nowhere.sock"), system_clock))

    await pause(away, "lane", "within_1s", by=DANA, reason="Redis is being moved")

    assert len(await env.store.pauses.list()) == 1


async def test_where_the_pauses_cannot_be_read_nobody_pauses_or_resumes(
    env: Env, config: Config
) -> None:
    """The message names the file and what to do; the file is left as it was, and no event."""
    path = config.root / "config" / "pauses.json"
    path.write_text("{")

    for asked in (
        pause(env, "lane", "whenever", by=DANA, reason=WHY),
        resume(env, "lane", "whenever", by=DANA),
    ):
        with pytest.raises(UnavailableError, match=r"pauses\.json cannot be read") as told:
            await asked
        assert "Restore config/pauses.json" in (told.value.remedy or "")

    assert path.read_text() == "{"
    assert await audited(env) == []


async def test_where_the_log_takes_nothing_nothing_is_paused_or_resumed(
    env: Env, config: Config
) -> None:
    """Work that stands still, or goes on, without a trace of who wanted it is the worst end."""
    kept = await pause(env, "lane", "whenever", by=DANA, reason=WHY)
    audit = config.root / "audit"
    audit.rename(config.root / "audit.away")
    audit.write_text("no directory")

    for asked in (
        pause(env, "lane", "within_1s", by=DANA, reason=WHY),
        resume(env, "lane", "whenever", by=DANA),
    ):
        with pytest.raises(UnavailableError):
            await asked

    assert await env.store.pauses.list() == (kept,)


async def test_a_directory_that_is_no_store_is_left_alone(tmp_path) -> None:
    """A pause in the wrong place would hold nothing, and say that it did."""
    env = make_env(Config(data_dir=tmp_path / "none", redis_url="unix:///nowhere.sock"))

    with pytest.raises(NotFoundError):
        await pause(env, "lane", "whenever", by=DANA, reason=WHY)

    assert list(tmp_path.iterdir()) == []


def test_only_a_lane_that_holds_the_recovery_says_that_it_does() -> None:
    """Whoever pauses it asks what becomes of what was accepted."""
    lane = Pause(what="lane", name="within_1s", reason=WHY, by="Dana", since=NOW)

    assert "recover_work is held while its lane" in (also_held(lane) or "")
    assert also_held(lane.model_copy(update={"name": "whenever"})) is None
    assert also_held(lane.model_copy(update={"what": "job", "name": "extract_ticket"})) is None


def test_a_name_is_a_lane_or_a_job_and_never_both() -> None:
    """People name either by its name alone."""
    assert not set(LANES) & set(LANE_OF)
    assert {what_is(name) for name in LANES} == {"lane"}
    assert {what_is(name) for name in LANE_OF} == {"job"}
    assert set(NEVER_PAUSED) <= set(LANE_OF)
