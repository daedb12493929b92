"""API keys that are given from outside, by the environment, and are kept nowhere.

They are good while they are given: who takes one away and starts the service anew has ended it.
They have the form of our own keys, so that logs mask them and a guess is as hopeless.
"""

import re
from typing import Annotated, NamedTuple, Self

from pydantic import BeforeValidator, SecretStr

from domain.access import Role
from storage.key_secrets import Presented

GIVEN_BY = "API_KEYS"
GIVEN_MAX = 20
ONE = re.compile(r"([^:,\s][^:,\n]{0,98}[^:,\s]|[^:,\s]):([a-z]+):([A-Za-z0-9_-]+)")
HOW = (
    'NAME:ROLE:KEY is needed for each, a comma between them; a key is "t811_", 12 hex digits, "_", '
    "and a secret of 43 to 86 letters and digits"
)


class GivenKey(NamedTuple):
    """What a key is for, as what it may act, and its whole text."""

    name: str
    role: Role
    text: SecretStr

    @classmethod
    def parsed(cls, given: str) -> Self:
        """Return the key that `NAME:ROLE:KEY` says. Raises ValueError, which repeats nothing."""
        found = ONE.fullmatch(given)
        if not (found and found[1].isprintable() and Presented.parsed(found[3])):
            raise ValueError(HOW)
        if found[2] not in set(Role):
            problem = f"a role is one of {', '.join(Role)}"
            raise ValueError(problem)
        return cls(found[1], Role(found[2]), SecretStr(found[3]))

    @property
    def presented(self) -> Presented:
        """Its parts, as somebody presents them."""
        return Presented(*self.text.get_secret_value().removeprefix("t811_").split("_", 1))


def given_keys(given: object) -> object:
    """Return the keys in a text, apart by commas. Raises ValueError."""
    if not isinstance(given, str):
        return given
    keys = tuple(GivenKey.parsed(one.strip()) for one in given.split(",") if one.strip())
    if not keys:
        raise ValueError(HOW)
    if len(keys) > GIVEN_MAX or len({key.presented.id for key in keys}) < len(keys):
        problem = f"at most {GIVEN_MAX} keys are needed, each with an id of its own"
        raise ValueError(problem)
    return keys


GivenKeys = Annotated[tuple[GivenKey, ...], BeforeValidator(given_keys)]
