"""Restoring everything by a command: what is pending first, and what happens to whoever waits."""

import asyncio
from pathlib import Path

import pytest

from domain.errors import ConflictError, UnavailableError
from jobs import whole_restoring
from jobs.extract_ticket import ExtractTicket
from jobs.job import Cancel, Env
from jobs.lanes import LANES
from jobs.pausing import pause
from jobs.whole_restoring import Wish, call_off, go_on, restore_everything
from storage.layout import Layout
from storage.restore_journal import read_journal
from storage.whole_restore import WholeRestore
from tests.builders import make_change, make_draft
from tests.jobs.orders import accepted
from tests.storage.restores import DANA, REASON


def root_of(env: Env) -> Path:
    return env.store.quarantine.layout.root


async def backed_up(env: Env) -> str:
    await env.store.open()
    await env.store.commit(make_change(make_draft("ticket-a")))
    return (await env.store.backups.make("asked")).filename


async def asked(env: Env, filename: str) -> WholeRestore:
    """Ask for a restore, as somebody who was killed then."""
    restoring = WholeRestore(Layout(root_of(env)))
    await asyncio.to_thread(restoring.ask_now, filename, by=DANA, reason="The first")
    return restoring


async def test_a_restore_that_is_pending_is_not_carried_out_by_the_next_who_asks(
    env: Env,
) -> None:
    filename = await backed_up(env)
    restoring = await asked(env, filename)

    with pytest.raises(ConflictError, match=f"{filename} by Dana Ruiz is pending") as refused:
        await restore_everything(env, filename, by=DANA, reason=REASON)

    assert "--call-off" in (refused.value.remedy or "")
    journal = restoring.pending_now()
    assert journal
    assert (journal.reason, journal.tries) == ("The first", 0)


async def test_what_is_pending_is_called_off_or_gone_on_with(env: Env) -> None:
    filename = await backed_up(env)
    restoring = await asked(env, filename)
    (root_of(env) / f".restore-{'x' * 8}").mkdir()  # what the dead one has left

    called_off = await call_off(env, by=DANA)
    await asked(env, filename)
    ended = await go_on(env)

    assert called_off.is_called_off
    assert (ended.problem, ended.reason) == (None, "The first")
    assert restoring.pending_now() is None
    assert list(root_of(env).glob(".restore-*")) == []


@pytest.mark.parametrize(("at", "is_off"), [("unpacking", True), ("putting", False)])
async def test_a_wish_that_is_taken_back_counts_until_everything_is_put_into_its_place(
    env: Env, at: str, *, is_off: bool
) -> None:
    """From there on it goes on to its end, and the outcome says that."""
    filename, wish = await backed_up(env), Wish()

    def on_step(step: str) -> None:
        if step.startswith(at):
            wish.take_back()

    ended = await restore_everything(
        env, filename, by=DANA, reason=REASON, on_step=on_step, wish=wish
    )

    assert ended.is_called_off == is_off
    assert (ended.problem is None) == (not is_off)
    assert read_journal(Layout(root_of(env))) is None


async def test_who_waits_is_told_if_the_service_has_died(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lock is held by us, but nobody says that he is alive."""
    monkeypatch.setattr(whole_restoring, "LOOK_SECONDS", 0.01)
    filename = await backed_up(env)
    for lane in LANES:
        await pause(env, "lane", lane, by=DANA, reason=REASON)
    with env.store.owned():
        Layout(root_of(env)).host.unlink()
        with pytest.raises(UnavailableError, match="has died") as told:
            await restore_everything(env, filename, by=DANA, reason=REASON)
    assert "Start the service: it goes on" in (told.value.remedy or "")


async def test_a_job_of_an_order_that_a_restore_has_left_behind_is_cancelled(env: Env) -> None:
    """An external Redis knows jobs of a past that there is no longer; it is no damage."""
    filename = await backed_up(env)
    order = await accepted(env)
    ended = await restore_everything(env, filename, by=DANA, reason=REASON)

    outcome = await ExtractTicket(work_order_id=order.id).run(env)

    assert isinstance(outcome, Cancel)
    assert filename in outcome.reason
    assert (ended.restore_point or "?") in outcome.reason
