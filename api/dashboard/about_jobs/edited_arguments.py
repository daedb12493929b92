"""Arguments of a dead letter as a person corrects them, in JSON: masked, and put right again.

What is masked on the page and was left as it was shown is what it has been.
"""

import json
from collections.abc import Mapping
from typing import Any

import pydantic_core

from api.dashboard.about_jobs.arguments import HIDDEN, HIDDEN_NAME, shown
from domain.errors import RejectedError
from logs import masked

EDITED_CHARACTERS_MAX = 20_000  # what is longer, nobody corrects by hand


def for_editing(arguments: Mapping[str, Any]) -> str | None:
    """Return arguments as a person edits them; None if they are too long for that."""
    text = json.dumps(_masked(arguments), indent=2, ensure_ascii=False)
    return text if len(text) <= EDITED_CHARACTERS_MAX else None


def edited(text: str, before: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a person has made of the arguments that a letter had before.

    Raises RejectedError for what is no JSON object.
    """
    try:
        told = pydantic_core.from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise RejectedError(
            f"The arguments are no JSON: {error}.",
            field="arguments",
            remedy="Mind the quotation marks and commas.",
        ) from None
    if not isinstance(told, dict):
        raise RejectedError(
            "The arguments are no JSON object.", field="arguments", remedy='Write {"name": …}.'
        )
    return {name: _restored(one, _masked(before), before, name) for name, one in told.items()}


def _restored(told: Any, seen: Any, before: Any, place: Any) -> Any:
    """Return what was told at a place; where that is just what was seen, what was there before."""
    is_known = place in seen if isinstance(seen, dict) else place < len(seen)
    if not is_known:
        return told
    was_seen, was = seen[place], before[place]
    if told == was_seen:
        return was
    if isinstance(told, dict) and isinstance(was, dict):
        return {name: _restored(one, was_seen, was, name) for name, one in told.items()}
    if isinstance(told, list) and isinstance(was, list):
        return [_restored(one, was_seen, was, at) for at, one in enumerate(told)]
    return told


def _masked(value: Any) -> Any:
    """Return a value as it is shown, leaf by leaf, so that it stays JSON."""
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if HIDDEN_NAME.fullmatch(name) else _masked(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_masked(one) for one in value]
    if isinstance(value, str):
        return shown(value)
    text = json.dumps(value)
    return value if masked(text) == text else masked(text)
