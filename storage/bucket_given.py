"""A bucket as the environment names it: each part such that a request can be made of it.

Blanks and line ends round a value are none of it. What the client could not send is refused here,
where the variable has a name.
"""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

ENDPOINT = r"^https?://[A-Za-z0-9.:\[\]-]+(/[a-z0-9.-]*)?$"
# Names between slashes, each begun by a letter, a digit or `_`: none is empty, `.` or `..`.
PREFIX = r"^([A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*)?$"


def _stripped(given: object) -> object:
    return given.strip() if isinstance(given, str) else given


def _without_ends(given: object) -> object:
    return given.strip().strip("/") if isinstance(given, str) else given


def _reachable(endpoint: str) -> str:
    try:
        parts = urlsplit(endpoint)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        problem = f"it is no URL: {error}"
        raise ValueError(problem) from None
    if not is_complete:
        problem = "it is no URL with a host"
        raise ValueError(problem)
    return endpoint


Stripped = BeforeValidator(_stripped)
BucketName = Annotated[str, Stripped, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$")]
# Where the service wants the bucket in the path and not in the host, it ends with `/<bucket>`.
BucketEndpoint = Annotated[
    str, Stripped, Field(pattern=ENDPOINT, max_length=300), AfterValidator(_reachable)
]
BucketRegion = Annotated[str, Stripped, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
BucketPrefix = Annotated[
    str, BeforeValidator(_without_ends), Field(pattern=PREFIX, max_length=300)
]
AccessKeyId = Annotated[str, Stripped, Field(pattern=r"^[A-Za-z0-9._~+=@:-]{1,256}$")]
SecretKey = Annotated[SecretStr, Stripped]
