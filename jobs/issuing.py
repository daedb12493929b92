"""API keys issued and revoked: by whom, as what and until when is audited, and never the secret."""

from datetime import datetime
from uuid import uuid5

from pydantic import JsonValue, ValidationError

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import RejectedError
from jobs.job import Env
from storage.api_keys import ApiKey, KeyTerms


def terms_of(**given: object) -> KeyTerms:
    """Return the terms of a key. Raises RejectedError for what will not do."""
    try:
        return KeyTerms.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise RejectedError(
            f"{first['msg'].removeprefix('Value error, ').capitalize()}.",
            field=str(first["loc"][0]),
            remedy="Write it on one line, in plain text, and not longer than it needs to be.",
        ) from None


async def issue(env: Env, terms: KeyTerms, *, by: Author) -> tuple[ApiKey, str]:
    """Keep a new key of these terms; return it, and its text, which nobody can show again.

    Raises RejectedError for a key that would have ended before it begins, ConflictError if there
    are too many, NotFoundError if this is no data directory, and UnavailableError.
    """
    if terms.expires_at and terms.expires_at <= terms.created_at:
        raise RejectedError(
            "It would expire before it is made.",
            field="expires_at",
            remedy="Say a later time, or none.",
        )
    key, text = await env.store.api_keys.make(terms)
    # First the event, as with a pause: a key without a trace of who made it is worse than a
    # trace of a key that a crash kept from being there.
    end = f"until {key.expires_at:%Y-%m-%d %H:%M} UTC" if key.expires_at else "without an end"
    notes = f"{key.created_by} made the API key {key.name} ({key.id}): {key.role}, {end}."
    await env.store.note(
        _event("api_key_created", notes, by, key.created_at, before=None, after=key)
    )
    await env.store.api_keys.add(key, now=env.clock())
    return key, text


async def revoke(env: Env, key_id: str, *, by: Author) -> ApiKey:
    """End a key, also for every request that comes from now on, and return it.

    One that was revoked before is returned as it was. Raises RejectedError if nobody is named,
    NotFoundError if there is no such key, and UnavailableError.
    """
    person = named(by)
    key = await env.store.api_keys.find(key_id)
    if key.revoked_at:
        return key
    now = env.clock()
    ended = key.model_copy(update={"revoked_at": now, "revoked_by": person})
    notes = f"{person} revoked the API key {key.name} ({key.id})."
    await env.store.note(_event("api_key_revoked", notes, by, now, before=key, after=ended))
    return await env.store.api_keys.revoke(key_id, at=now, by=person)


def _event(
    action: str, notes: str, by: Author, now: datetime, **states: ApiKey | None
) -> AuditEvent:
    """Return the event of a key: what it was before, and is after, without its hash."""
    told: dict[str, JsonValue] = {
        state: key.model_dump(mode="json", exclude={"secret"}) if key else None
        for state, key in states.items()
    }
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, f"{action}/{notes}/{now.isoformat()}")),
        timestamp=now,
        actor=by.actor,
        action=action,
        changed_fields=["api_key"],
        field_changes={"api_key": told},
        notes=notes,
        compliance_relevant=True,
        **by.way,
    )
