"""A language model as the environment names it: where it answers, and with what it is asked.

The document's text is sent there. So it goes over TLS, or to this very machine.
"""

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

KEY_CHARACTERS_MAX = 4_096
URL = r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?$"


def _stripped(given: object) -> object:
    return given.strip() if isinstance(given, str) else given


def _reachable(url: str) -> str:
    """Return a URL without the slash at its end. Raises ValueError, which repeats nothing."""
    try:
        parts = urlsplit(url)
        host, is_complete = parts.hostname or "", bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        problem = f"it is no URL: {error}"
        raise ValueError(problem) from None
    if not is_complete:
        problem = "it is no URL with a host"
        raise ValueError(problem)
    if parts.scheme != "https" and not _is_here(host):
        problem = (
            "https is needed: http is spoken with this machine alone (127.0.0.1, localhost)"
        )
        raise ValueError(problem)
    return url.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sendable(key: object) -> object:
    """Return a key that a header can carry. Raises ValueError, which repeats nothing."""
    text = key.strip() if isinstance(key, str) else key
    if not isinstance(text, str) or not text:
        return text
    is_plain = text.isascii() and text.isprintable() and " " not in text
    if not is_plain or len(text) > KEY_CHARACTERS_MAX:
        problem = f"a key is up to {KEY_CHARACTERS_MAX} plain letters without a blank"
        raise ValueError(problem)
    return text


LlmUrl = Annotated[
    str,
    BeforeValidator(_stripped),
    Field(pattern=URL, max_length=300),
    AfterValidator(_reachable),
]
LlmKey = Annotated[SecretStr, BeforeValidator(_sendable)]
LlmModel = Annotated[str, BeforeValidator(_stripped), Field(pattern=r"^[\x21-\x7e]{1,200}$")]
