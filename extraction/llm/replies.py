"""An answer as text, made into answers by field, or found to be none."""

from collections.abc import Collection

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

QUOTE_CHARACTERS_MAX = 1_000
VALUE_CHARACTERS_MAX = 500


class Answer(BaseModel):
    """What a model says of one field: the value, the passage that shows it, and the line."""

    model_config = ConfigDict(frozen=True)

    value: str = Field(max_length=VALUE_CHARACTERS_MAX)
    quote: str = Field(max_length=QUOTE_CHARACTERS_MAX)
    line: int = 1


def answers_in(reply: str, fields: Collection[str]) -> dict[str, Answer | None] | None:
    """Return the answers for these fields, or None if the reply is no JSON object.

    Fields that were not asked for are left out. A field that is said in another form than was
    asked for has the answer None: it was given, and cannot be used.
    """
    # Without a schema, models like to put a fence or a polite word around the object.
    start, end = reply.find("{"), reply.rfind("}")
    if start < 0 or end < start:
        return None
    try:
        said = from_json(reply[start : end + 1])
    except ValueError:
        return None
    return {name: _answer(said[name]) for name in fields if said.get(name) is not None}


def _answer(said: object) -> Answer | None:
    try:
        return Answer.model_validate(said)
    except ValidationError:
        return None
