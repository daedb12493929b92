"""The secret of an API key: shown once, kept as a hash, proven by whoever presents it.

Source of the function: RFC 7914 (scrypt). A secret of ours cannot be guessed, so what one proof
costs matters less than with a password; it keeps a stolen file worthless all the same.
"""

import hashlib
import hmac
import re
import secrets
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

ID_BYTES = 6
SECRET_BYTES = 32
SALT_BYTES = 16
HASH_BYTES = 32
KEY_TEXT = re.compile(r"t811_([0-9a-f]{12})_([A-Za-z0-9_-]{43,86})")


class Cost(NamedTuple):
    """What one proof costs: 128 n r bytes of memory, and time in the measure of n r p."""

    n: int
    r: int
    p: int


COST = Cost(n=2**14, r=8, p=1)  # 16 MiB, and about 40 ms of one core


class Presented(NamedTuple):
    """A key as somebody presents it: the id is no secret."""

    id: str
    secret: str

    @classmethod
    def parsed(cls, text: str) -> Self | None:
        """Return the parts of a key; None for what cannot be one."""
        found = KEY_TEXT.fullmatch(text)
        return cls(*found.groups()) if found else None

    @classmethod
    def new(cls) -> Self:
        """Return a key that nobody has seen yet."""
        return cls(secrets.token_hex(ID_BYTES), secrets.token_urlsafe(SECRET_BYTES))

    @property
    def text(self) -> str:
        """The whole key, as it is shown once and then presented."""
        return f"t811_{self.id}_{self.secret}"


class HashedSecret(BaseModel):
    """What is kept of a secret, with what is needed to hold another against it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    salt: str = Field(pattern=r"^([0-9a-f]{2}){8,64}$")
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    n: int = Field(ge=2, le=2**16)
    r: int = Field(ge=1, le=16)
    p: int = Field(ge=1, le=4)

    @field_validator("n")
    @classmethod
    def _as_scrypt_takes_it(cls, n: int) -> int:
        if n & (n - 1):
            problem = "a power of two is needed"
            raise ValueError(problem)
        return n

    @classmethod
    def of(cls, secret: str, cost: Cost = COST) -> Self:
        """Return a secret's hash under a salt of its own. Blocks for as long as it costs."""
        salt = secrets.token_bytes(SALT_BYTES)
        hashed = _scrypt(secret, salt, cost)
        return cls(salt=salt.hex(), hash=hashed.hex(), **cost._asdict())

    def is_of(self, secret: str) -> bool:
        """Is this the hash of that secret? Blocks for as long as it costs."""
        hashed = _scrypt(secret, bytes.fromhex(self.salt), Cost(self.n, self.r, self.p))
        return hmac.compare_digest(hashed, bytes.fromhex(self.hash))


# What a key of nobody is held against, so that it takes as long as one whose secret is wrong.
NOBODY = HashedSecret(salt="00" * SALT_BYTES, hash="00" * HASH_BYTES, **COST._asdict())


def _scrypt(secret: str, salt: bytes, cost: Cost) -> bytes:
    return hashlib.scrypt(
        secret.encode(),
        salt=salt,
        **cost._asdict(),
        maxmem=256 * cost.n * cost.r * cost.p + 2**20,  # twice what it takes
        dklen=HASH_BYTES,
    )
