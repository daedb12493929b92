"""API keys: who may come in, as what, until when.

They are kept in one file, `config/api_keys.json`, without their secrets. Whoever asks looks
whether the file has changed, so a key that one process revokes opens nothing in another from
the next request on. Beside them stand those that the environment gives (`storage.given_keys`):
they are kept nowhere, unless they are revoked, and then as what they were.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock
from typing import Annotated, Self

import aiofiles.os
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain.access import Role
from domain.errors import ConflictError, NotFoundError
from domain.moment import Moment
from storage.failures import DamagedFileError, damage_in, disk_trouble, unreadable
from storage.file_locks import FileLock
from storage.files import NO_FILE, Identity, identity_at, write_atomic
from storage.given_keys import GIVEN_BY, GivenKey
from storage.key_secrets import COST, Cost, HashedSecret, Presented
from storage.layout import Layout

NAME_CHARACTERS_MAX = 100
PERSON_CHARACTERS_MAX = 200
REQUESTS_PER_MINUTE_MAX = 1_000_000
KEYS_MAX = 1_000
ENDED_MAX = 200  # kept for people to see; the audit log has them all
REMEDY = (
    "Nobody is let in until it can be read. Restore config/api_keys.json from a backup; or remove "
    "it, which ends every key, and make new ones with `texas811 keys create`."
)


def _readable(text: str) -> str:
    if not (text.isprintable() and any(letter.isalnum() for letter in text)):
        problem = "one line that can be read is needed"
        raise ValueError(problem)
    return text


Line = Annotated[str, AfterValidator(_readable)]


class KeyTerms(BaseModel):
    """What a key is for, how long and how often it may be used, and who says so.

    A key without `expires_at` is good until it is revoked; one without `requests_per_minute` has
    the limit of the installation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: Line = Field(max_length=NAME_CHARACTERS_MAX)
    role: Role
    created_at: Moment
    created_by: Line = Field(max_length=PERSON_CHARACTERS_MAX)
    expires_at: Moment | None = None
    requests_per_minute: int | None = Field(default=None, ge=1, le=REQUESTS_PER_MINUTE_MAX)


class ApiKey(KeyTerms):
    """A key, without its secret."""

    id: str = Field(pattern=r"^[0-9a-f]{12}$")
    secret: HashedSecret = Field(repr=False)
    revoked_at: Moment | None = None
    revoked_by: str | None = None  # whoever it was: the file must stay readable

    @classmethod
    def made(cls, terms: KeyTerms, cost: Cost = COST) -> tuple[Self, str]:
        """Return a new key, and the text that is shown once. Blocks for as long as it costs."""
        new = Presented.new()
        secret = HashedSecret.of(new.secret, cost)
        return cls(**dict(terms), id=new.id, secret=secret), new.text

    @classmethod
    def of(cls, given: GivenKey, *, now: datetime) -> Self:
        """Return a key that the environment gives. Blocks for as long as a proof costs."""
        presented = given.presented
        return cls(
            name=given.name,
            role=given.role,
            created_at=now,
            created_by=GIVEN_BY,
            id=presented.id,
            secret=HashedSecret.of(presented.secret),
        )

    def has_ended(self, now: datetime) -> bool:
        """Is it good for nothing any more?"""
        return self.revoked_at is not None or (
            self.expires_at is not None and now >= self.expires_at
        )


class _Keys(BaseModel):
    """What stands in the file."""

    model_config = ConfigDict(extra="forbid")

    keys: list[ApiKey] = Field(default=[], max_length=KEYS_MAX + ENDED_MAX)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({key.id for key in self.keys}) < len(self.keys):
            problem = "two keys have the same id"
            raise ValueError(problem)
        return self


class ApiKeys:
    """Keeps keys and revokes them."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._path = layout.api_keys
        # One value, because several threads may look at once: a file, and what stood in it.
        self._seen: tuple[Identity, dict[str, ApiKey]] = (NO_FILE, {})
        self._given: tuple[Sequence[GivenKey], datetime] | None = None
        self._given_known: dict[str, ApiKey] = {}
        self._given_lock = Lock()
        self.make = aiofiles.os.wrap(ApiKey.made)
        self.list = aiofiles.os.wrap(self._list)
        self.find = aiofiles.os.wrap(self._find)
        self.add = aiofiles.os.wrap(self._add)
        self.revoke = aiofiles.os.wrap(self._revoke)
        self.known = aiofiles.os.wrap(self._known)

    def give(self, keys: Sequence[GivenKey], *, now: datetime) -> None:
        """Let these open the API, too, until this process ends, unless they are revoked."""
        self._given = (keys, now) if keys else None

    def _list(self) -> list[ApiKey]:
        """Return every key, the newest first. Raises UnavailableError, DamagedFileError."""
        return sorted(self._known().values(), key=lambda key: key.created_at, reverse=True)

    def _find(self, key_id: str) -> ApiKey:
        """Return the key of this id.

        Raises UnavailableError; NotFoundError if there is none, or this is no data directory.
        """
        self._layout.existing(self._layout.config)
        return _of(self._known(), key_id)

    def _add(self, key: ApiKey, *, now: datetime) -> None:
        """Keep a new key; of those that have ended, the last ones are kept too.

        Raises UnavailableError; ConflictError if there are too many; NotFoundError if this is no
        data directory.
        """
        self._layout.existing(self._layout.config)
        with disk_trouble(self._path), FileLock(self._layout.api_keys_lock):
            known = sorted(self._read().values(), key=lambda key: key.created_at)
            ended = [one for one in known if one.has_ended(now)][-ENDED_MAX:]
            good = [one for one in known if not one.has_ended(now)]
            if len(good) >= KEYS_MAX or key.id in {one.id for one in known}:
                raise ConflictError(
                    f"There are {len(good)} keys; {KEYS_MAX} are the most.",
                    remedy="Revoke those that nobody uses, then try again.",
                )
            self._write([*ended, *good, key])

    def _revoke(self, key_id: str, *, at: datetime, by: str) -> ApiKey:
        """End a key and return it; one that was revoked before is returned as it was.

        Raises UnavailableError; NotFoundError if there is none.
        """
        self._layout.existing(self._layout.config)
        with disk_trouble(self._path), FileLock(self._layout.api_keys_lock):
            known = {**self._given_now(), **self._read()}
            key = _of(known, key_id)
            if key.revoked_at is None:
                key = key.model_copy(update={"revoked_at": at, "revoked_by": by})
                kept = {**self._read(), key_id: key}
                self._write(kept.values())
        return key

    def _known(self) -> dict[str, ApiKey]:
        """Return the keys by id; looks at the file's name only, unless it has changed."""
        seen, known = self._seen
        with unreadable(self._path):
            found = identity_at(self._path)
            if found != seen:
                known = self._read()
                self._seen = (found, known)
        # One of them that was revoked stands in the file, too.
        return {**given, **known} if (given := self._given_now()) else known

    def _given_now(self) -> dict[str, ApiKey]:
        """Return the keys that are given; their hashes are made when they are first asked for."""
        with self._given_lock:
            if self._given:
                keys, now = self._given
                self._given_known = {key.presented.id: ApiKey.of(key, now=now) for key in keys}
                self._given = None
            return self._given_known

    def _read(self) -> dict[str, ApiKey]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            with damage_in(self._path.name, "a list of API keys"):
                return decode(content)
        except DamagedFileError as error:
            error.remedy = REMEDY
            raise

    def _write(self, keys: Iterable[ApiKey]) -> None:
        content = _Keys(keys=list(keys)).model_dump_json(indent=2)
        write_atomic(self._path, content.encode() + b"\n")


def decode(content: bytes) -> dict[str, ApiKey]:
    """Return what a file of keys says, by id. Raises ValueError if it cannot be believed."""
    return {key.id: key for key in _Keys.model_validate_json(content).keys}


def _of(known: dict[str, ApiKey], key_id: str) -> ApiKey:
    if key_id not in known:
        raise NotFoundError(
            f"There is no key {key_id[:80]!r}.",
            field="key_id",
            remedy="See `texas811 keys list` or GET /keys for which there are.",
        )
    return known[key_id]
