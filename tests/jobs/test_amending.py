"""Amending: a letter whose arguments are wrong is replayed with others, and nobody wonders later."""

import pytest

from domain.errors import ConflictError, NotFoundError, RejectedError
from jobs.amending import replay_amended
from jobs.job import Env
from jobs.replaying import Fate
from tests.jobs.orders import queued
from tests.jobs.test_replaying import DANA, audited, kept

WHY = "the id was mistyped"


async def test_a_letter_is_replayed_with_other_arguments_which_it_has_from_then_on(
    env: Env,
) -> None:
    """If the queue loses the job, the wrong ones must not come back."""
    wrong = await kept(env, arguments={"ticket_id": "t-1", "colour": "red"})

    one = await replay_amended(env, wrong, {"ticket_id": "t-1"}, by=DANA, reason=WHY)

    assert one.fate is Fate.REPLAYED
    assert await queued(env) == {"validate_ticket:t-1"}
    [letter] = await env.store.dead_letters.list()
    assert letter.arguments == {"ticket_id": "t-1"}
    [event] = [one for one in await audited(env) if one.action == "dead_letter_amended"]
    assert event.field_changes["arguments"] == {
        "before": {"ticket_id": "t-1", "colour": "red"},
        "after": {"ticket_id": "t-1"},
    }
    assert WHY in (event.notes or "")


async def test_arguments_that_make_another_job_file_the_letter_as_that_one(env: Env) -> None:
    """Its success must be known by the job that has succeeded."""
    wrong = await kept(
        env, key="t-9", arguments={"ticket_id": "t-9"}, job_id="validate_ticket:t-9"
    )

    await replay_amended(env, wrong, {"ticket_id": "t-1"}, by=DANA, reason=WHY)

    assert await queued(env) == {"validate_ticket:t-1"}
    assert [one.id for one in await env.store.dead_letters.list()] == ["validate_ticket:t-1"]


async def test_what_will_not_do_is_refused_and_changes_nothing(env: Env) -> None:
    """The letter is all that is left of the job."""
    letter = await kept(env)
    await kept(env, key="t-2", arguments={"ticket_id": "t-2"})
    for arguments, refusal in (
        ({"ticket_id": 7}, RejectedError),
        ({"ticket_id": "t-1"}, RejectedError),  # as it is
        ({"ticket_id": "t-2"}, ConflictError),  # which has a letter of its own
    ):
        with pytest.raises(refusal):
            await replay_amended(env, letter, arguments, by=DANA, reason=WHY)
    await env.store.dead_letters.forget("validate_ticket", "t-1")
    with pytest.raises(NotFoundError):
        await replay_amended(env, letter, {"ticket_id": "t-3"}, by=DANA, reason=WHY)

    assert await queued(env) == set()
    assert await audited(env) == []
    assert [one.key for one in await env.store.dead_letters.list()] == ["t-2"]
