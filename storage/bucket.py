"""Copies of the backups in a bucket, off the volume: sealed, proved, and never overwritten.

A volume that is wiped takes its backups along. So each is sealed for its owner, stored whole under
a name of its own, read back, and only then noted: the note makes it a backup. Whatever is cut off
on the way leaves an object that no note names, which `prune` removes a day later.
"""

import asyncio
import hashlib
import logging
from asyncio import to_thread
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import aiofiles

from domain.errors import ConflictError, NotFoundError, UnavailableError
from storage.backup_notes import BackupNote
from storage.bucket_address import BucketAddress
from storage.bucket_files import digest_of, forget, make_room, open_sealed, place
from storage.bucket_link import BucketLink, Stored
from storage.bucket_notes import (
    CHANGED_THERE,
    NOTE_BYTES_MAX,
    NOTE_SUFFIX,
    BucketCopy,
    BucketNote,
    Digest,
    Folder,
    note_name,
    note_on,
    parsed_note,
)
from storage.bucket_owners import past_their_time_of
from storage.clock import Clock, system_clock
from storage.failures import DamagedFileError, NewerFormatError, disk_trouble
from storage.files import temporary_beside
from storage.installation import Installation
from storage.layout import Layout
from storage.sealing import Identities, seal

NOTES_AT_ONCE = 8
# No copy takes as long: what no note names by then was cut off on its way.
CUT_OFF_AFTER = timedelta(days=1)

log = logging.getLogger(__name__)


class Bucket:
    """The copies in a bucket: made, listed, proved, fetched, and removed when their time is over.

    `recipients` are the public keys of those who can open what is copied from here on.
    """

    def __init__(
        self,
        address: BucketAddress,
        recipients: Sequence[str],
        layout: Layout,
        *,
        clock: Clock = system_clock,
    ) -> None:
        self.place = address.place
        self._key = address.key
        self._link = BucketLink(address)
        self._recipients = tuple(recipients)
        self._layout = layout
        self.installation = Installation(layout)
        self._clock = clock

    async def keep(
        self, path: Path, told: BackupNote, folder: Folder = "backups"
    ) -> BucketNote:
        """Copy a backup, unless it was copied before; return the note on its copy.

        One that was copied before is read back, and copied again if it is no longer what was put
        there. Raises DamagedFileError if the file is not what was noted, ConflictError if another
        backup of that name is there, UnavailableError if the bucket or the disk fails. Then nothing
        of it counts, here everything is as it was, and the same call may be made again.
        """
        archive = await to_thread(digest_of, path)
        if told.sha256 not in {None, archive.sha256}:
            raise DamagedFileError(
                f"{told.filename} is no longer what it was when it was made: it is not copied.",
                remedy="Make another backup, and look for what has changed this one.",
            )
        if earlier := await self._earlier(folder, told.filename, archive):
            return earlier
        note = await self._stored(folder, path, told, archive)
        if await self._link.put_new(self._note_key(folder, note.filename), note.written()):
            return note
        # Somebody else has copied it meanwhile.
        await self._link.remove(self._sealed_key(folder, note))
        return self._expected(await self.find(told.filename, folder), archive)

    async def list(self, folder: Folder = "backups") -> Sequence[BucketCopy]:
        """Return the copies, the oldest first, and what is wrong with those that are not whole.

        Raises UnavailableError.
        """
        copies, _leftovers = await self._look(folder)
        return copies

    async def find(self, filename: str, folder: Folder = "backups") -> BucketNote:
        """Return the note on a copy.

        Raises NotFoundError if there is none, DamagedFileError if it cannot be believed, and
        UnavailableError.
        """
        try:
            content = await self._link.read(self._note_key(folder, filename), NOTE_BYTES_MAX)
        except NotFoundError:
            raise NotFoundError(
                f"There is no {filename} in the bucket {self.place}.",
                field="filename",
                remedy="See `texas811 backups list --bucket`.",
            ) from None
        return parsed_note(note_name(filename), content)

    async def verify(self, filename: str, folder: Folder = "backups") -> BucketNote:
        """Read a copy back whole, and return the note that it fits.

        That a key opens it can only be seen with the key: `fetch`. Raises DamagedFileError if it was
        changed or is gone, NotFoundError and UnavailableError.
        """
        note = await self.find(filename, folder)
        async for _piece in self._proved(folder, note):
            pass
        return note

    async def fetch(
        self,
        filename: str,
        into: Path,
        identities: Identities,
        folder: Folder = "backups",
    ) -> BucketNote:
        """Fetch a copy, prove it, open it and read the backup in it to its end, all before it counts.

        Then it is the file `into`, durably. Raises RejectedError if no key fits, DamagedFileError
        if the copy was changed, NotFoundError, and UnavailableError; then there is no such file.
        """
        note = await self.find(filename, folder)
        await to_thread(make_room, into.parent)
        sealed, opened = Path(temporary_beside(into)), Path(temporary_beside(into))
        try:
            async with aiofiles.open(sealed, "xb") as file:
                async for piece in self._proved(folder, note):
                    with disk_trouble(sealed):
                        await file.write(piece)
            await to_thread(open_sealed, sealed, opened, identities, note)
            await to_thread(place, opened, into)
        finally:
            await to_thread(forget, sealed, opened)
        return note

    async def past_their_time(self, now: datetime) -> Sequence[BucketNote]:
        """Return our copies that have had their time, by the policy that holds for backups here.

        Archives of what was removed (`retired`) are kept for ever. Raises UnavailableError.
        """
        ours = await to_thread(self.installation.known_now)
        return past_their_time_of(ours, await self.list(), now)

    async def prune(self, now: datetime) -> Sequence[str]:
        """Remove our copies that have had their time, and what was cut off on its way long ago.

        Returns their names. Raises UnavailableError.
        """
        gone = await self.past_their_time(now)
        for note in gone:
            # The note first: without it the sealed file is no backup, and goes another day.
            await self._link.remove(self._note_key("backups", note.filename))
            await self._link.remove(self._sealed_key("backups", note))
        _copies, leftovers = await self._look("backups")
        for one in leftovers:
            if now - one.stored_at > CUT_OFF_AFTER:
                await self._link.remove(self._key("backups", one.name))
        return [note.filename for note in gone]

    async def _stored(
        self, folder: Folder, path: Path, told: BackupNote, archive: Digest
    ) -> BucketNote:
        """Seal the backup, store it, read it back; return the note that would make it one."""
        async with self._scratch(told.filename) as sealed:
            await to_thread(seal, path, sealed, self._recipients)
            note = note_on(
                told,
                archive,
                await to_thread(digest_of, sealed),
                installation=await to_thread(self.installation.own_now),
                copied_at=self._clock(),
            )
            await self._link.put_file(self._sealed_key(folder, note), sealed)
        try:
            async for _piece in self._proved(folder, note):
                pass
        except DamagedFileError as failure:
            await self._link.remove(self._sealed_key(folder, note))
            raise UnavailableError(
                failure.problem,
                remedy="It is tried again; if it stays so, take another bucket.",
            ) from failure
        return note

    @asynccontextmanager
    async def _scratch(self, filename: str) -> AsyncIterator[Path]:
        """Yield the name of a file on the volume that is gone afterwards."""
        folder = self._layout.backups
        path = Path(temporary_beside(folder / filename))
        await to_thread(make_room, folder)
        try:
            yield path
        finally:
            await to_thread(forget, path)

    async def _earlier(
        self, folder: Folder, filename: str, archive: Digest
    ) -> BucketNote | None:
        """Return the note on an earlier copy that is read back; that on a bad one is removed."""
        try:
            note = self._expected(await self.find(filename, folder), archive)
            async for _piece in self._proved(folder, note):
                pass
        except NotFoundError:
            return None
        except DamagedFileError as failure:
            log.error("it is copied again: %s", failure.problem)  # noqa: TRY400 - it says it all
            await self._link.remove(self._note_key(folder, filename))
            return None
        return note

    def _expected(self, note: BucketNote, archive: Digest) -> BucketNote:
        """Return a note that is one on this archive. Raises ConflictError if it is not."""
        if note.sha256 != archive.sha256:
            raise ConflictError(
                f"The bucket {self.place} has another backup of the name {note.filename}.",
                field="BACKUP_BUCKET_PREFIX",
                remedy="Give each installation a prefix of its own.",
            )
        return note

    async def _look(self, folder: Folder) -> tuple[Sequence[BucketCopy], Sequence[Stored]]:
        """Return the copies, the oldest first, and the sealed files that no note names.

        A note that cannot be believed, or is of a newer release, makes none; what it may name stays.
        """
        stored = await self._link.list(self._key(folder))
        names = [name for name in stored if name.endswith(NOTE_SUFFIX)]
        at_once, unread = asyncio.Semaphore(NOTES_AT_ONCE), set[str]()

        async def note_of(name: str) -> BucketNote | None:
            async with at_once:
                try:
                    return await self.find(name.removesuffix(NOTE_SUFFIX), folder)
                except NotFoundError:  # removed meanwhile
                    return None
                except (DamagedFileError, NewerFormatError) as failure:
                    log.warning("in the bucket %s: %s", self.place, failure.problem)
                    unread.add(f"{name.removesuffix(NOTE_SUFFIX)}.")
                    return None

        notes = [note for note in await asyncio.gather(*map(note_of, names)) if note]
        copies = [BucketCopy(note, note.problem_in(stored)) for note in notes]
        named = {*names, *(note.sealed_as for note in notes)}
        leftovers = [
            one
            for name, one in stored.items()
            if name not in named and not name.startswith(tuple(unread))
        ]
        return sorted(copies, key=lambda copy: copy.note.created), leftovers

    async def _proved(self, folder: Folder, note: BucketNote) -> AsyncIterator[bytes]:
        """Yield the sealed file piece by piece.

        Raises DamagedFileError, at the end at the latest, if it is not what the note says.
        """
        digest, size = hashlib.sha256(), 0
        try:
            async for piece in self._link.pieces(self._sealed_key(folder, note)):
                digest.update(piece)
                size += len(piece)
                if size > note.sealed_bytes:
                    break
                yield piece
        except NotFoundError:
            size = 0
        if size != note.sealed_bytes or digest.hexdigest() != note.sealed_sha256:
            raise DamagedFileError(
                f"The copy of {note.filename} in the bucket {self.place} is not what was put there.",
                remedy=CHANGED_THERE,
            )

    def _note_key(self, folder: Folder, filename: str) -> str:
        return self._key(folder, note_name(filename))

    def _sealed_key(self, folder: Folder, note: BucketNote) -> str:
        return self._key(folder, note.sealed_as)
