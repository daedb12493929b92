"""A copy whose process is killed on the way: it never counts, and the next one does."""

import asyncio
import sys
from dataclasses import astuple
from pathlib import Path

import pytest

from storage.layout import Layout
from tests.buckets import bucket_server
from tests.storage.copies import OWNER, backup, bucket_at, found_in

# A process that copies one file, as another process of the service would.
KEEP = f"""
import asyncio, sys
from ast import literal_eval
from datetime import UTC, datetime
from pathlib import Path
from storage.backup_notes import BackupNote
from storage.bucket import Bucket
from storage.bucket_address import BucketAddress
from storage.layout import Layout
address, path, root = BucketAddress(*literal_eval(sys.argv[1])), Path(sys.argv[2]), sys.argv[3]
note = BackupNote(filename=path.name, created=datetime(2026, 11, 29, 12, 0, tzinfo=UTC))
asyncio.run(Bucket(address, ["{OWNER.public_key}"], Layout(Path(root))).keep(path, note))
"""


@pytest.mark.slow
async def test_a_copy_that_was_killed_on_its_way_is_no_backup_and_the_next_run_makes_it_one(
    layout: Layout, tmp_path: Path
) -> None:
    """kill -9 as soon as the server has begun to take it, again and again.

    Its parts stay there, unseen, until a rule of the bucket removes them: see docs/RUNBOOK.md.
    """
    with bucket_server() as server:
        address = server.new_bucket()
        bucket = bucket_at(address, layout)
        path, note = backup(tmp_path, content=bytes(range(256)) * 150_000)
        before = path.read_bytes()
        for number in range(2):
            process = await asyncio.create_subprocess_exec(
                *(
                    sys.executable,
                    "-c",
                    KEEP,
                    repr(astuple(address)),
                    str(path),
                    str(layout.root),
                ),
                cwd=Path(__file__).parents[2],
            )
            while len(server.uploads(address)) == number:
                assert process.returncode is None
                await asyncio.sleep(0.001)
            process.kill()
            await process.wait()

            assert await bucket.list() == []
            assert path.read_bytes() == before

        kept = await bucket.keep(path, note)

        assert await bucket.verify(note.filename) == kept
        assert len(server.uploads(address)) == 2
        assert list(server.objects(address)) == [
            f"office/backups/{kept.sealed_as}",
            f"office/backups/{note.filename}.json",
        ]
        assert found_in(layout.root, "*.tmp") == []
