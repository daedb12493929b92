"""Places, hosts, codes and public keys, as they are given from outside."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import from_json

from domain.responses import Outcome, code_key

SECRET_KEY = "AGE-SECRET-KEY-"  # noqa: S105 - how age begins each of its secret keys
FOLDER_BYTES_MAX = 255  # Linux: NAME_MAX
PLACE_BYTES_MAX = 3_000  # Linux: PATH_MAX is 4,096, and what we keep has names of its own


def short_enough(place: Path) -> Path:
    """Return a path that has room for ours below it. Raises ValueError, which repeats nothing."""
    longest = max((len(os.fsencode(folder)) for folder in place.parts), default=0)
    if longest > FOLDER_BYTES_MAX or len(os.fsencode(place)) > PLACE_BYTES_MAX:
        problem = (
            f"a path of at most {PLACE_BYTES_MAX} bytes is needed, each name in it of at most "
            f"{FOLDER_BYTES_MAX}"
        )
        raise ValueError(problem)
    return place


def recipients(given: object) -> object:
    """Return the public keys in a text, apart by commas or blanks.

    Raises ValueError, which repeats nothing: somebody may have given the key that is secret.
    """
    if not isinstance(given, str):
        return given
    keys = given.replace(",", " ").split()
    if any(key.upper().startswith(SECRET_KEY) for key in keys):
        problem = "that is the secret key: give the public one (age1...)"
        raise ValueError(problem)
    if not keys:
        problem = "a public key is needed (age1...)"
        raise ValueError(problem)
    return keys


def sealable(recipient: str) -> str:
    """Return a public key that something can be sealed for. Raises ValueError for a wrong letter."""
    from storage.sealing import is_recipient  # noqa: PLC0415 - only who has one pays for its library

    if not is_recipient(recipient):
        problem = "a letter of that public key is wrong: copy it again (age1...)"
        raise ValueError(problem)
    return recipient


def codes_of_the_center(given: object) -> object:
    """Return response codes, as JSON text or as a mapping, under the keys they are sought by."""
    codes = from_json(given) if isinstance(given, str) else given
    if not isinstance(codes, Mapping):
        problem = "a JSON object of center code to outcome is needed"
        raise ValueError(problem)  # noqa: TRY004 - pydantic turns a ValueError into a refusal
    return {code_key(str(code)): outcome for code, outcome in codes.items()}


def host_names(given: object) -> object:
    """Return the names of hosts in a text, apart by commas or blanks."""
    return given.lower().replace(",", " ").split() if isinstance(given, str) else given


# Public keys of age, to whose owners a backup that leaves the volume is sealed.
Recipient = Annotated[
    str, Field(pattern=r"^age1[02-9ac-hj-np-z]{58}$"), AfterValidator(sealable)
]
Recipients = Annotated[tuple[Recipient, ...], BeforeValidator(recipients)]
DataDir = Annotated[Path, AfterValidator(short_enough)]
CenterCodes = Annotated[dict[str, Outcome], BeforeValidator(codes_of_the_center)]
# `*` stands for letters, digits and hyphens within one label, and never in the last two.
HostName = Annotated[str, Field(pattern=r"^([a-z0-9*-]+\.)*[a-z0-9-]+\.[a-z0-9-]+$")]
FileHosts = Annotated[tuple[HostName, ...], BeforeValidator(host_names), Field(min_length=1)]
PublicUrl = Annotated[
    str,
    Field(pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$"),
    AfterValidator(lambda url: url.rstrip("/")),
]
