"""A removal that fails or dies anywhere: everything is there, or in an archive and told of."""

import errno
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from storage.archive_reading import verify
from storage.audit import AuditLog
from storage.layout import Layout
from storage.store import Store
from storage.tombstones import tombstone_of
from tests.storage.retention import ANN, findings, over, retiring
from tests.storage.test_faults import Fault, litter_in
from tests.storage.trouble import Power, PowerCutError


def struck(layout: Layout, number: int, patch: pytest.MonkeyPatch) -> bool:
    """Run once, with trouble at the n-th changing call: an error, or the end of the machine."""
    if number % 2:
        power = Power(patch, calls_max=number)
        with suppress(PowerCutError):
            retiring(Store(layout.root)).retire_now(ANN)
        return power.is_off
    fault = Fault(patch, number, errno.EIO)
    try:
        retiring(Store(layout.root)).retire_now(ANN)
    except UnavailableError as failure:
        return bool(failure.remedy)
    return fault.struck is not None


def expect_kept(layout: Layout, ticket_ids: list[str]) -> None:
    """See that each of these which is gone lies in an archive that is whole, and is told of."""
    for ticket_id in ticket_ids:
        if not layout.ticket(ticket_id).exists():
            stone = tombstone_of(layout, ticket_id)
            assert stone
            assert verify(layout.root / stone.archive).tickets == len(ticket_ids)
            assert AuditLog(layout).find(stone.event())


@pytest.mark.slow
async def test_a_run_that_fails_or_dies_anywhere_loses_nothing_and_the_next_finishes_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the n-th call, for every n: what is not in its place is in an archive, and told of."""
    first = await over(store, "a")
    chain = [first, await over(store, "b", previous_ticket_id=first)]
    await store.recover()
    number, is_struck = 0, True
    while is_struck:
        layout = Layout(tmp_path / str(number))
        shutil.copytree(store.quarantine.layout.root, layout.root)
        with monkeypatch.context() as patch:
            is_struck = struck(layout, number, patch)
        expect_kept(layout, chain)
        again = Store(layout.root)
        await again.open()
        again_retired = retiring(again).retire_now(ANN)
        assert list(again.tickets.ids()) == []
        assert litter_in(layout.retired) == []
        told = [event.action for event in again.audit.search_about(first).events]
        assert told.count("ticket_retired") == 1
        number += 1

    assert number > 50
    assert again_retired.removed == []
    assert await findings(again) == []
