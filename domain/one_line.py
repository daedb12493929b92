"""What a person says of a deed, such as who he is and why: short, on one line, and readable."""

import unicodedata

from domain.errors import RejectedError

REASON_CHARACTERS_MAX = 500
PERSON_CHARACTERS_MAX = 200
# What cannot be shown on one line: control characters, and halves of characters.
UNSHOWABLE = frozenset({"Cc", "Cs"})


def on_one_line(field: str, text: str, characters_max: int) -> str:
    """Return a text as it is written down. Raises RejectedError for one that will not do."""
    line = " ".join(text.split())
    if not any(character.isalnum() for character in line):
        raise RejectedError(
            f"The {field} says nothing.",
            field=field,
            remedy="Whoever reads it later must be able to understand it.",
        )
    if any(unicodedata.category(character) in UNSHOWABLE for character in line):
        raise RejectedError(
            f"The {field} has characters that cannot be shown.",
            field=field,
            remedy="Write it in plain text.",
        )
    if len(line) > characters_max:
        raise RejectedError(
            f"The {field} has {len(line)} characters; {characters_max} are the most.",
            field=field,
            remedy="Shorten it.",
        )
    return line
