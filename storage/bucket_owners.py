"""Whose the copies in a bucket are, where more than one installation has put some there."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.errors import NotFoundError, RejectedError
from storage.backup_retention import past_their_time
from storage.bucket_notes import BucketCopy, BucketNote

STAMP = "%Y-%m-%d %H:%MZ"


def by_owner(copies: Sequence[BucketCopy]) -> Mapping[str, Sequence[BucketCopy]]:
    """Return the copies of each installation, by its id."""
    owners = dict.fromkeys(copy.note.installation for copy in copies)
    return {one: [copy for copy in copies if copy.note.installation == one] for one in owners}


def said_of(owners: Mapping[str, Sequence[BucketCopy]]) -> str:
    """Return which installations there are, each with what its newest copy holds."""
    newest = [(one, copies[-1].note) for one, copies in owners.items()]
    return "; ".join(
        f"{one} (newest {note.created:{STAMP}}, {note.tickets} tickets)" for one, note in newest
    )


def owner_of(copies: Sequence[BucketCopy], wanted: str | None) -> str | None:
    """Return whose copies are meant; None if there is no copy at all.

    Raises RejectedError if there are those of several and none is named, NotFoundError if there
    are none of the one that is.
    """
    owners = by_owner(copies)
    if wanted is not None and wanted not in owners:
        raise NotFoundError(
            f"The bucket holds nothing of the installation {wanted}.",
            field="installation",
            remedy=f"There is: {said_of(owners) or 'nothing'}.",
            suggested_values=list(owners),
        )
    if wanted is None and len(owners) > 1:
        raise RejectedError(
            f"The bucket holds backups of {len(owners)} installations: {said_of(owners)}.",
            field="installation",
            remedy="Name the one that is meant: --installation ID.",
            suggested_values=list(owners),
        )
    return wanted or next(iter(owners), None)


def past_their_time_of(
    owner: str | None, copies: Sequence[BucketCopy], now: datetime
) -> Sequence[BucketNote]:
    """Return the good copies of this installation that have had their time, and nobody else's."""
    good = {
        copy.note.filename: copy.note
        for copy in copies
        if copy.problem is None and copy.note.installation == owner
    }
    told = [note.as_backup() for note in good.values()]
    return [good[one.filename] for one in past_their_time(told, now)]
