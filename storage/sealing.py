"""Backups sealed for their owner: files in the age format, which any tool for it opens.

A machine that makes backups knows public keys (`age1...`) alone, and can seal but not open. The key
that opens lies with the owner, in an identity file as `age-keygen` writes it. Everything blocks.
"""

import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pyrage  # type: ignore[import-untyped]  # it ships no types
from pyrage.x25519 import Identity, Recipient  # type: ignore[import-untyped]  # nor this

from domain.errors import RejectedError, UnavailableError
from domain.moment import as_utc
from storage.failures import DamagedFileError, disk_trouble, unreadable
from storage.files import sync_directory, unlink
from storage.timings import fsync

ONLY_OURS = 0o600  # what comes out of a seal is personal data
IDENTITY_BYTES_MAX = 65_536
_ERRNO = re.compile(r"\[Errno (\d+)\]")
_ENCRYPTED = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
_AS_PRINTED = "Give the file that `texas811 backups new-key` or `age-keygen` has printed."
_ANOTHER_KEY = "Give the identity file of one of the keys in BACKUP_RECIPIENTS, as it was then."


class NewKey(NamedTuple):
    """A new pair of keys: what the owner keeps in a file of his own, and what he may show."""

    identity_file: str
    public_key: str


@dataclass(frozen=True, slots=True, repr=False)
class Identities:
    """The secret keys of an owner, of which one may open a backup; shown nowhere."""

    keys: Sequence[Any]


def new_key(now: datetime) -> NewKey:
    """Return a new pair of keys; nobody keeps the secret one but who is given it."""
    identity = Identity.generate()
    public_key = str(identity.to_public())
    lines = (f"# created: {as_utc(now):%Y-%m-%dT%H:%M:%SZ}", f"# public key: {public_key}")
    return NewKey("\n".join((*lines, str(identity), "")), public_key)


def read_identities(path: Path) -> Identities:
    """Return the keys of an identity file: one a line, beside comments that begin with `#`.

    Raises RejectedError if there is no such file, or no key in it; none of it is ever repeated.
    """
    content = _content_of(path)
    if content.startswith(_ENCRYPTED):
        raise _no_identities(path, "it is encrypted itself", "Decrypt it first: `age -d`.")
    lines = [line.strip() for line in content.decode("utf-8", "replace").splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys:
        raise _no_identities(path, "there is no key in it")
    try:
        return Identities([Identity.from_str(key) for key in keys])
    except pyrage.IdentityError:
        raise _no_identities(path, "a line is not a secret key of age") from None


def _content_of(path: Path) -> bytes:
    """Return what a plain file begins with; nobody is waited for who would write to a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _no_identities(path, "it is no plain file")
            return file.read(IDENTITY_BYTES_MAX)
    except OSError as error:
        raise _no_identities(path, f"it cannot be read: {error.strerror}") from None


def _no_identities(path: Path, why: str, remedy: str = _AS_PRINTED) -> RejectedError:
    return RejectedError(
        f"{path.name} is no identity file: {why}.", field="identity", remedy=remedy
    )


def write_identity(path: Path, key: NewKey) -> None:
    """Keep a new key in a new file that only its owner can read, durably.

    Raises RejectedError if there is such a file already: the key in it may open something.
    UnavailableError if the disk does not take it; then there is none.
    """
    try:
        with _new_file(path) as file:
            file.write(key.identity_file.encode())
            file.flush()
            fsync(file.fileno())
    except UnavailableError as failure:
        if isinstance(failure.__cause__, FileExistsError):
            raise RejectedError(
                f"There is a file {path.name} already.",
                field="output",
                remedy="Name another: the key in that one may be needed.",
            ) from None
        raise
    with disk_trouble(path):
        sync_directory(path.parent)


def is_recipient(public_key: str) -> bool:
    """Can something be sealed for the owner of this key? A letter that is wrong is noticed."""
    try:
        Recipient.from_str(public_key)
    except pyrage.RecipientError:
        return False
    return True


def seal(path: Path, to: Path, recipients: Sequence[str]) -> None:
    """Seal a file, piece by piece, so that the owner of any of these public keys can open it.

    Raises RejectedError for what is no public key or for none at all, UnavailableError if the
    disk fails; then there is no file at `to`. Until it has ended, there may be a part of one.
    """
    try:
        keys = [Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError:
        keys = []
    if not keys:
        raise RejectedError(
            "A backup is sealed for the owner of a public key, and there is none.",
            field="BACKUP_RECIPIENTS",
            remedy="Make one with `texas811 backups new-key`, or name one that begins with age1.",
        )
    with _opened(path) as source, _new_file(to) as target:
        try:
            pyrage.encrypt_io(source, target, keys)
        except pyrage.EncryptError as error:
            raise _of_the_disk(error) from error


def unseal(path: Path, to: Path, identities: Identities) -> None:
    """Open a sealed file, piece by piece, into a new one that only its owner can read; durably.

    Raises RejectedError if none of the keys fits, DamagedFileError if the file was cut off or
    changed, UnavailableError if the disk fails; then there is no file at `to`.
    """
    with _opened(path) as source, _new_file(to) as target:
        try:
            pyrage.decrypt_io(source, target, identities.keys)
            target.flush()
            fsync(target.fileno())
        except pyrage.DecryptError:
            raise RejectedError(
                "None of these keys opens the backup, or it is no sealed backup.",
                field="identity",
                remedy=_ANOTHER_KEY,
            ) from None
        except OSError as error:
            if error.errno is None:  # not the disk: what was read is not what was sealed
                problem = f"The sealed backup was cut off or changed: {error}."
                raise DamagedFileError(
                    problem, remedy="Take another copy, or an older one."
                ) from error
            raise


def _of_the_disk(error: pyrage.EncryptError) -> OSError:
    """Return what the disk has said: it comes as `OSError: [Errno 28] No space left on device`."""
    told = _ERRNO.search(str(error))
    number = int(told[1]) if told else errno.EIO
    return OSError(number, os.strerror(number))


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with unreadable(path):
        file = path.open("rb")
    with file:
        yield file


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file that nobody else can read; after an error it is gone."""
    with disk_trouble(path):
        descriptor = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, ONLY_OURS
        )
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
        except BaseException:
            unlink(path)
            raise
