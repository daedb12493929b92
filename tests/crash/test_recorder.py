"""The recorder: nothing that changes the disk passes it by, and no answer is noted too late."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.builders import make_change, make_ticket
from tests.crash.client import Claim, Client
from tests.crash.disk import Disk, Place, Remove, Sync, Write
from tests.crash.recording import record, written_out
from tests.crash.workloads import WORKLOADS, opened


def test_a_recording_makes_the_tree_that_is_really_there(tmp_path: Path) -> None:
    """`record` compares the two, and fails if they differ."""
    recording = record(WORKLOADS["first_start"].script, tmp_path / "data")

    assert "tickets/ticket_first.json" in Disk.after(recording.steps).tree()
    assert recording.call_count > 20


@pytest.mark.parametrize("name", ["there", "new"])
def test_a_change_that_the_recorder_does_not_know_is_a_failure(
    tmp_path: Path, name: str
) -> None:
    """Else a new way to write would be left out of every proof, and nobody would see it."""
    (tmp_path / "data").mkdir()

    async def script(client: Client) -> None:
        descriptor = os.open(client.root / "there", os.O_WRONLY | os.O_CREAT)
        os.write(descriptor, b"known")
        os.close(descriptor)
        (client.root / name).write_bytes(b"not known")

    with pytest.raises(RuntimeError, match=f"past the recorder: .*'{name}'"):
        record(script, tmp_path / "data")


def test_an_answer_that_comes_before_a_sync_is_noted_before_it(tmp_path: Path) -> None:
    """Else a store that answers too early would look as if it had waited."""
    loop_ends: list[asyncio.Future[None]] = []

    async def script(client: Client) -> None:
        loop = asyncio.get_running_loop()
        descriptor = os.open(client.root / "file", os.O_WRONLY | os.O_CREAT)
        os.write(descriptor, b"words")
        answered: asyncio.Future[None] = loop.create_future()
        loop_ends.append(answered)

        def answer_and_sync() -> None:
            loop.call_soon_threadsafe(answered.set_result, None)
            os.fsync(descriptor)

        with ThreadPoolExecutor(1) as thread:
            syncing = loop.run_in_executor(thread, answer_and_sync)
            await client._claimed(Claim("file", "file", 0, b"words"), asyncio.shield(answered))
            await syncing

    recording = record(script, tmp_path / "data")

    (claim,) = recording.ledger.claims
    assert claim.answered_at == 2
    assert [type(step) for step in recording.steps] == [Place, Write, Sync]


def test_a_process_dies_after_the_step_that_is_given(tmp_path: Path) -> None:
    """What it had begun is there, and the answers that it had been given."""
    whole = record(WORKLOADS["create"].script, tmp_path / "whole")

    killed = record(
        WORKLOADS["create"].script, tmp_path / "killed", die_after=whole.began_at + 5
    )

    assert len(killed.steps) == whole.began_at + 5
    assert list(map(type, killed.steps)) == list(map(type, whole.steps[: len(killed.steps)]))
    assert [claim.answered_at for claim in killed.ledger.claims] == [None]


def test_a_recording_can_go_on_where_another_process_was_killed(tmp_path: Path) -> None:
    """What was not durable then is not durable now: the kernel is the same."""

    async def script(client: Client) -> None:
        await opened(client, "first")

    async def successor(client: Client) -> None:
        client.begin()
        await client.commit(make_change(make_ticket("second")))

    before = record(script, tmp_path / "data")
    recording = record(successor, tmp_path / "data", before=before)

    assert recording.steps[: len(before.steps)] == before.steps
    assert [claim.key for claim in recording.ledger.claims] == ["first", "second"]
    lines = [step for step in Disk.after(recording.steps).pending if isinstance(step, Write)]
    assert any(b'"ticket_created"' in line.content for line in lines)


def test_a_batch_is_recorded_with_one_sync_for_all(tmp_path: Path) -> None:
    """The workload is named so: its changes must really have shared a sync."""
    recording = record(WORKLOADS["batch"].script, tmp_path / "data")

    steps = recording.steps[recording.began_at :]
    renames_between_syncs = [0]
    for step in steps:
        if step == Sync():
            renames_between_syncs.append(0)
        renames_between_syncs[-1] += isinstance(step, Place) and step.source is not None
    assert max(renames_between_syncs) >= 3


def test_a_tree_is_written_out_as_it_was(tmp_path: Path) -> None:
    """With the bytes and the times of change, and the inodes are told."""
    recording = record(WORKLOADS["update"].script, tmp_path / "data")
    tree = Disk.after(recording.steps).tree()

    inodes = written_out(tree, tmp_path / "again")

    path = "tickets/ticket_ticket-1.json"
    status, first = (tmp_path / "again" / path).stat(), (tmp_path / "data" / path).stat()
    assert status.st_mtime_ns == first.st_mtime_ns
    assert inodes[status.st_ino] == recording.inodes[first.st_ino]
    assert not any(isinstance(step, Remove) for step in recording.steps[-3:])
