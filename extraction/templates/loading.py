"""Loading: from the bytes of a TOML file to a `Template`, or to what is wrong with it."""

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from domain.errors import RejectedError, TooLargeError
from extraction.templates.model import Template

TEMPLATE_BYTES_MAX = 64 * 1024
TEMPLATES_MAX = 200  # of one customer
SHOWN_CHARACTERS_MAX = 200

REMEDIES = {
    "extra_forbidden": "Remove it, or mend its spelling.",
    "missing": "Add it.",
    "too_long": "Make two templates of it.",
    "string_too_long": "Shorten it.",
    "string_pattern_mismatch": "Use 1 to 64 small letters, digits, hyphens and underscores.",
}
OTHERWISE = "See docs/TEMPLATES.md for what may stand there."


def load(content: bytes) -> Template:
    """Return the template that these bytes describe.

    Raises TooLargeError, and RejectedError that names the field, the problem and the remedy.
    """
    if len(content) > TEMPLATE_BYTES_MAX:
        raise TooLargeError(
            f"The template has {len(content):,} bytes, more than {TEMPLATE_BYTES_MAX:,}.",
            field="file",
            remedy="Leave out what is no template; long test documents can be shortened.",
        )
    try:
        return Template.model_validate(_parsed(content), by_alias=True)
    except ValidationError as error:
        raise _refused(error) from None


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        problem = str(error).partition("\n")[0][:SHOWN_CHARACTERS_MAX]
        raise RejectedError(
            f"The template is not TOML: {problem}.",
            field="file",
            remedy="Mend the file at that place; a pattern is best quoted 'so'.",
        ) from None


def _refused(error: ValidationError) -> RejectedError:
    first = error.errors(include_url=False, include_input=False)[0]
    place = _place(first["loc"])
    remedy = first.get("ctx", {}).get("remedy") or REMEDIES.get(first["type"], OTHERWISE)
    problem = first["msg"][:1].lower() + first["msg"][1 : 2 * SHOWN_CHARACTERS_MAX]
    return RejectedError(
        f"The template cannot be used: {problem.rstrip('.')}.",
        field=place or "template",
        remedy=str(remedy),
    )


def _place(location: Iterable[int | str]) -> str:
    """Return where it is, as a person counts: `fields.3.pattern` is that of the third field."""
    steps = [step + 1 if isinstance(step, int) else step for step in location]
    return ".".join(str(step)[:SHOWN_CHARACTERS_MAX] for step in steps if step != "[key]")


@cache
def shipped() -> tuple[Template, ...]:
    """Return the templates that come with the program, by name."""
    found = sorted(files("extraction.templates").iterdir(), key=lambda file: file.name)
    return tuple(load(file.read_bytes()) for file in found if file.name.endswith(".toml"))


@lru_cache(maxsize=4)
def loaded(contents: tuple[bytes, ...]) -> tuple[Template, ...]:
    """Return the templates of these files: the same bytes are parsed once in a process."""
    return tuple(load(content) for content in contents)


def in_order(customers: Sequence[Template]) -> list[Template]:
    """Return all templates, the one to believe first in front.

    A customer's template takes the place of a shipped one of its name.
    """
    named = {template.name: template for template in (*shipped(), *customers[:TEMPLATES_MAX])}
    return sorted(named.values(), key=lambda one: (-one.priority, one.name))
