"""Keys issued and revoked: by somebody, audited, and never with what is secret."""

from datetime import timedelta
from typing import Any

import pytest

from domain.access import Role
from domain.audit import Actor, AuditEvent, Author
from domain.errors import NotFoundError, RejectedError
from jobs.issuing import issue, revoke, terms_of
from jobs.job import Env
from storage.api_keys import KeyTerms
from storage.clock import system_clock

DANA = Author(actor=Actor.USER, name="Dana Ruiz", ip_address="192.0.2.7", user_agent="tests")
BOB = Author(actor=Actor.CUSTOM_GPT, name="Bob")


def terms(env: Env, **given: Any) -> KeyTerms:
    usual = {"name": "office", "role": Role.CLIENT, "created_by": "Dana Ruiz"}
    return terms_of(**{**usual, "created_at": env.clock(), **given})


async def audited(env: Env) -> list[AuditEvent]:
    history = await env.store.audit.on(system_clock().date())
    return [event for event in history.events if event.action.startswith("api_key_")]


async def test_a_key_and_its_end_are_audited_with_who_and_when(env: Env) -> None:
    """A year later somebody asks who had let that program in."""
    key, _text = await issue(env, terms(env), by=DANA)
    ended = await revoke(env, key.id, by=BOB)

    created, revoked = await audited(env)
    assert (created.action, revoked.action) == ("api_key_created", "api_key_revoked")
    assert (created.actor, revoked.actor) == (Actor.USER, Actor.CUSTOM_GPT)
    assert created.ip_address == "192.0.2.7"
    assert created.compliance_relevant
    assert revoked.compliance_relevant
    assert created.timestamp == key.created_at
    assert revoked.timestamp == ended.revoked_at
    assert "Dana Ruiz made the API key office" in str(created.notes)
    assert "Bob revoked the API key office" in str(revoked.notes)
    told = revoked.field_changes["api_key"]
    assert isinstance(told, dict)
    assert told["before"] == {**told["after"], "revoked_at": None, "revoked_by": None}


async def test_the_log_holds_nothing_that_is_secret(env: Env) -> None:
    """It is exported, backed up and shown."""
    key, text = await issue(env, terms(env), by=DANA)
    await revoke(env, key.id, by=BOB)

    log = "".join(event.model_dump_json() for event in await audited(env))
    assert key.id in log
    assert text.rpartition("_")[2] not in log
    assert key.secret.hash not in log
    assert key.secret.salt not in log


async def test_to_revoke_it_again_changes_nothing(env: Env) -> None:
    """The first decision stands, and is told once."""
    key, _text = await issue(env, terms(env), by=DANA)
    first = await revoke(env, key.id, by=BOB)

    assert await revoke(env, key.id, by=DANA) == first
    assert len(await audited(env)) == 2


async def test_a_key_that_is_not_there_is_not_audited(env: Env) -> None:
    """A slip of the pen is no event."""
    with pytest.raises(NotFoundError):
        await revoke(env, "000000000000", by=BOB)
    assert await audited(env) == []


@pytest.mark.parametrize("name", [None, "", "  "])
async def test_nobody_revokes_without_a_name(env: Env, name: str | None) -> None:
    """Else nobody could be asked."""
    key, _text = await issue(env, terms(env), by=DANA)

    with pytest.raises(RejectedError) as refused:
        await revoke(env, key.id, by=Author(actor=Actor.USER, name=name))
    assert refused.value.field == "by"
    assert not (await env.store.api_keys.find(key.id)).has_ended(env.clock())


async def test_a_key_that_would_have_ended_already_is_refused(env: Env) -> None:
    """A date that was mistyped."""
    gone = env.clock() - timedelta(days=1)

    with pytest.raises(RejectedError) as refused:
        await issue(env, terms(env, expires_at=gone), by=DANA)
    assert refused.value.field == "expires_at"
    assert await env.store.api_keys.list() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "\n"), ("created_by", ""), ("role", "king"), ("requests_per_minute", 0)],
)
async def test_terms_that_will_not_do_are_refused_by_their_name(
    env: Env, field: str, value: object
) -> None:
    """In a sentence, and not as an accident."""
    with pytest.raises(RejectedError) as refused:
        terms(env, **{field: value})
    assert refused.value.field == field
    assert "Value error" not in refused.value.problem
