"""Templates of the customer: given to the readers, added and removed; who did it is audited first.

What is read changes with them, so that an addition says what was there before and what after.
"""

import asyncio
import logging
from hashlib import sha256
from uuid import uuid5

from pydantic import JsonValue

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import NotFoundError, RejectedError
from domain.one_line import PERSON_CHARACTERS_MAX, on_one_line
from extraction.templates import Template, load
from extraction.templates.proving import Failure, failures_of
from jobs.job import Env
from storage.templates import Shelf, TemplateFiles

ADDED, REPLACED, REMOVED = "template_added", "template_replaced", "template_removed"

TOLD_MAX = 5

log = logging.getLogger(__name__)


class GoodTemplates:
    """What the readers are given of the customer's templates: the bytes of those that are good."""

    def __init__(self, files: TemplateFiles) -> None:
        self._files = files
        # One value, because several documents may be read at once.
        self._known: tuple[Shelf, tuple[bytes, ...]] = (Shelf(), ())

    async def contents(self) -> tuple[bytes, ...]:
        """Return them in the order of their names; looks at the folder alone until it changes.

        One that cannot be used is left out and logged: documents are read all the same. Raises
        UnavailableError.
        """
        shelf = await self._files.shelf()
        known, good = self._known
        if shelf is not known:
            faults = await asyncio.to_thread(faults_in, shelf)
            _tell_of(faults)
            good = tuple(shelf.contents[name] for name in shelf.contents if name not in faults)
            self._known = (shelf, good)
        return good


def _tell_of(faults: dict[str, str]) -> None:
    """Log in one line what is left out: of hundreds the first, and how many there are."""
    if faults:
        first = list(faults.items())[:TOLD_MAX]
        said = "; ".join(f"{name}: {problem}" for name, problem in first)
        more = f"; and {len(faults) - len(first)} more" if len(faults) > len(first) else ""
        log.warning("templates left out: %d (%s%s)", len(faults), said, more)


def faults_in(shelf: Shelf) -> dict[str, str]:
    """Return why templates of the folder cannot be used, by their names."""
    faults = dict(shelf.left_out)
    for name, content in shelf.contents.items():
        try:
            own_name = load(content).name
        except RejectedError as error:
            faults[name] = f"{error.field}: {error.problem}"
        else:
            if own_name != name:
                faults[name] = (
                    f"It calls itself {own_name}; its file has to be called the same."
                )
    return dict(sorted(faults.items()))


def proven(content: bytes) -> Template:
    """Return the template that these bytes are, if it keeps what its own tests say.

    Raises RejectedError for one that cannot be used, or fails a test of its own.
    """
    template = load(content)
    failures = failures_of(template)
    if failures:
        raise RejectedError(
            f"The template fails {_count(failures)} of its own: {told(failures[0])}.",
            field=f"tests.{failures[0].test}",
            remedy="Mend the rule of that field, or what the test expects.",
        )
    return template


def told(failure: Failure) -> str:
    """Return what a failure says, in words."""
    if failure.field == "match":
        return "the document matches" if failure.found else "the document does not match"
    return f"{failure.field} is {failure.found!r}, and {failure.expected!r} was expected"


def _count(failures: list[Failure]) -> str:
    count = len({failure.test for failure in failures})
    return f"{count} test{'s' if count > 1 else ''}"


async def add(env: Env, content: bytes, *, by: Author) -> tuple[Template, bool]:
    """Add a template, in the place of the one of its name; return it, and whether it is news.

    The same bytes again are harmless. Raises RejectedError for a template or a person that will
    not do, NotFoundError if this is no data directory, ConflictError if somebody else was
    faster, and UnavailableError.
    """
    person = on_one_line("by", named(by), PERSON_CHARACTERS_MAX)
    template = await asyncio.to_thread(proven, content)
    before = (await env.store.templates.shelf()).contents.get(template.name)
    if before == content:
        return template, False
    # First the event: a layout that is read otherwise without a trace of why is worse than a
    # trace too many, which is what a crash leaves.
    action = ADDED if before is None else REPLACED
    notes = f"{person} {action.removeprefix('template_')} the template {template.name}."
    await env.store.note(_event(env, action, notes, by, before=before, after=content))
    await env.store.templates.put(template.name, content, seen=before)
    return template, True


async def remove(env: Env, name: str, *, by: Author) -> None:
    """Remove a template of the customer, also one that cannot be used.

    Raises RejectedError for a person that will not do, NotFoundError if there is none of this
    name, ConflictError if somebody else has changed it, and UnavailableError.
    """
    person = on_one_line("by", named(by), PERSON_CHARACTERS_MAX)
    shelf = await env.store.templates.shelf()
    if name not in {*shelf.contents, *shelf.left_out}:
        raise NotFoundError(
            f"There is no template {name[:80]!r} of yours.",
            field="name",
            remedy="See `texas811 templates list`; those that come with the program stay.",
            suggested_values=sorted({*shelf.contents, *shelf.left_out}),
        )
    before = shelf.contents.get(name)
    notes = f"{person} removed the template {name}."
    await env.store.note(_event(env, REMOVED, notes, by, before=before, after=None))
    await env.store.templates.remove(name, seen=before)


def _event(env: Env, action: str, notes: str, by: Author, **states: bytes | None) -> AuditEvent:
    """Return the event of a template: the digests of what was there before, and is after."""
    now = env.clock()
    digests: dict[str, JsonValue] = {
        state: {"sha256": sha256(content).hexdigest()} if content else None
        for state, content in states.items()
    }
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, f"{action}/{notes}/{now.isoformat()}")),
        timestamp=now,
        actor=by.actor,
        action=action,
        changed_fields=["template"],
        field_changes={"template": digests},
        notes=notes,
        compliance_relevant=True,
        **by.way,
    )


def usable(shelf: Shelf) -> list[Template]:
    """Return the templates of the folder that can be used, by name."""
    faults = faults_in(shelf)
    return [load(content) for name, content in shelf.contents.items() if name not in faults]
