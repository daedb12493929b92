"""Pausing: a person holds a lane or a kind of job, and lets it go again; by whom and why is audited.

Jobs that run go on; those that wait keep their places, and new ones are queued behind them. The
workers heed a pause, and its end, within half a second.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid5

from pydantic import JsonValue

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import ConflictError, NotFoundError, RejectedError
from domain.one_line import on_one_line
from jobs import LANE_OF
from jobs.job import Env
from jobs.lanes import LANES
from storage.pauses import PERSON_CHARACTERS_MAX, REASON_CHARACTERS_MAX, Pause, What

NAME_CHARACTERS_MAX = 80
# Jobs that nobody may pause by themselves, and why. A lane holds all of its jobs, the recovery
# among them, but then also those that it would ring for: nothing is left undone that would have
# been done.
NEVER_PAUSED: Mapping[str, str] = {
    "recover_work": "Without it work that was accepted would be forgotten while Redis is empty.",
}
NOTHING_LOST = (
    "what it would ring for waits in the same lane, and it rings for all of that afterwards"
)


def what_is(name: str) -> What:
    """Return whether this is a lane or a kind of job. Raises RejectedError if it is neither."""
    if name in LANES:
        return "lane"
    if name in LANE_OF:
        return "job"
    raise RejectedError(
        f"There is neither a lane nor a job {name[:NAME_CHARACTERS_MAX]!r}.",
        field="name",
        remedy=f"Name a lane ({', '.join(LANES)}) or a job ({', '.join(sorted(LANE_OF))}).",
        suggested_values=[*LANES, *sorted(LANE_OF)],
    )


async def what_of(env: Env, name: str) -> What:
    """Return what this name is; of a pause, what is paused under it.

    Raises RejectedError if it is neither lane nor job, and UnavailableError.
    """
    found = await env.store.pauses.find(name)
    return found.what if found else what_is(name)


async def pause(env: Env, what: What, name: str, *, by: Author, reason: str) -> Pause:
    """Pause a lane or a kind of job until somebody resumes it, and return the pause.

    The same person's same wish again is harmless: the pause that there is, is returned. Another
    one is a ConflictError that tells who paused it, when and why: his reason may still hold when
    yours no longer does. Raises RejectedError for a name, a person or a reason that will not do,
    or what must never be paused, and UnavailableError.
    """
    _check(what, name)
    wanted = Pause(
        what=what,
        name=name,
        reason=on_one_line("reason", reason, REASON_CHARACTERS_MAX),
        by=on_one_line("by", named(by), PERSON_CHARACTERS_MAX),
        since=env.clock(),
    )
    earlier = await env.store.pauses.find(name)
    if earlier is None:
        # First the event: work that stands still without a trace of why is worse than a trace
        # too many, which is what a crash leaves, or somebody who was faster.
        notes = f"{wanted.by} paused the {what} {name}: {wanted.reason}"
        event = _event("queue_paused", notes, by, wanted.since, before=None, after=wanted)
        await env.store.note(event)
        earlier = await env.store.pauses.pause(wanted)
    if (earlier.by, earlier.reason) != (wanted.by, wanted.reason):
        raise ConflictError(
            f"{earlier.by} has paused the {what} {name} already, "
            f"since {earlier.since:%Y-%m-%d %H:%M} UTC: {earlier.reason}",
            field="name",
            remedy="It is paused; your reason was not written down. Tell whoever paused it, or "
            "resume it and pause it anew.",
        )
    return earlier


async def resume(
    env: Env, what: What, name: str, *, by: Author, reason: str | None = None
) -> Pause:
    """Let go what was paused, whoever paused it, and return the pause that has ended.

    Also what this release no longer knows can be resumed. Raises RejectedError for a name or a
    person that will not do, NotFoundError if it is not paused, ConflictError if it was resumed
    and paused anew in this very moment, and UnavailableError.
    """
    person = on_one_line("by", named(by), PERSON_CHARACTERS_MAX)
    why = on_one_line("reason", reason, REASON_CHARACTERS_MAX) if reason else None
    found = await env.store.pauses.find(name)
    if found is None or found.what != what:
        _check_kind(what, name)
        raise NotFoundError(
            f"The {what} {name} is not paused.",
            field="name",
            remedy="See `texas811 queue` or GET /queue for what is.",
        )
    notes = f"{person} resumed the {what} {name}{f': {why}' if why else '.'}"
    event = _event("queue_resumed", notes, by, env.clock(), before=found, after=None)
    await env.store.note(event)
    if await env.store.pauses.resume(what, name, seen=found) is None:
        raise ConflictError(
            f"Somebody else has just resumed the {what} {name}.",
            field="name",
            remedy="See `texas811 queue` or GET /queue for how it is now.",
        )
    return found


def also_held(pause: Pause) -> str | None:
    """Return what is said of the jobs that a paused lane holds although nobody may pause them."""
    held = [kind for kind in NEVER_PAUSED if LANE_OF[kind] == pause.name]
    if pause.what != "lane" or not held:
        return None
    return f"{' and '.join(held)} is held while its lane is paused; nothing is lost: {NOTHING_LOST}."


def _check(what: What, name: str) -> None:
    """Raise RejectedError for what is not known as this, or must never be paused."""
    _check_kind(what, name)
    if name in NEVER_PAUSED:
        raise RejectedError(
            f"The job {name} must never be paused by itself. {NEVER_PAUSED[name]}",
            field="name",
            remedy="Pause the jobs that it rings for, such as extract_ticket.",
        )


def _check_kind(what: What, name: str) -> None:
    if what_is(name) != what:
        raise RejectedError(
            f"{name} is a {what_is(name)} and not a {what}.",
            field="name",
            remedy=f"Name it as a {what_is(name)}.",
        )


def _event(
    action: str, notes: str, by: Author, now: datetime, **states: Pause | None
) -> AuditEvent:
    """Return the event of a pause, or of its end: what was paused before, and is after."""
    told: dict[str, JsonValue] = {
        state: pause.model_dump(mode="json") if pause else None
        for state, pause in states.items()
    }
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, f"{action}/{notes}/{now.isoformat()}")),
        timestamp=now,
        actor=by.actor,
        action=action,
        changed_fields=["pause"],
        field_changes={"pause": told},
        notes=notes,
        compliance_relevant=True,
        **by.way,
    )
