"""Hold everything in the store against everything, as `texas811 check` does, once a night."""

import asyncio
import logging
import signal
from pathlib import Path
from typing import ClassVar, NamedTuple

import anyio
import anyio.to_process
from anyio import BrokenWorkerProcess

from domain.errors import UnavailableError
from jobs.job import Done, Env, HouseJob, Outcome
from jobs.kinship import die_with_parent
from storage.checking import StoreCheck
from storage.store import Store

LOGGED_MAX = 100  # the command tells of all

log = logging.getLogger(__name__)


class Checked(NamedTuple):
    """What a check has come to: how many tickets and findings, and what it says of the first."""

    tickets: int
    findings: int
    told: list[str]


class CheckStore(HouseJob):
    """Look whether everything is as it should be, and say in the log what is not.

    It may take long, and is made in a process apart: it holds up no other job. What it finds is
    no failure of it, and is for a person to mend.
    """

    name: ClassVar[str] = "check_store"

    async def run(self, env: Env) -> Outcome:
        env.board.report(self.id, "looking", 0)
        checked = await _checked(env.store.quarantine.layout.root)
        for told in checked.told:
            log.error("found by the check of the store: %s", told)
        if checked.findings > len(checked.told):
            more = checked.findings - len(checked.told)
            log.error("and %d more: see `texas811 check --json`", more)
        env.board.report(self.id, "looked at everything", 100)
        return Done(f"{checked.tickets} tickets, {checked.findings} findings{_first(checked)}")


async def _checked(root: Path) -> Checked:
    """Return what a check finds that a process apart makes; it ends when we are cancelled.

    Raises UnavailableError if somebody has killed it.
    """
    # A limit of its own: the shared one counts the readers, whom nobody must wait for.
    alone = anyio.CapacityLimiter(1)
    try:
        return await anyio.to_process.run_sync(
            _check_in_child, root, cancellable=True, limiter=alone
        )
    except BrokenWorkerProcess:
        problem = "The process that checked the store has died."
        raise UnavailableError(problem) from None


def _check_in_child(root: Path) -> Checked:
    die_with_parent(signal.SIGKILL)
    report = asyncio.run(StoreCheck(Store(root)).run())
    found = [f"{one.file}: {one.problem} {one.remedy}" for one in report.damaged]
    found += [f"{one.file}: {one.problem} {one.remedy}" for one in report.findings]
    return Checked(report.tickets, len(found), found[:LOGGED_MAX])


def _first(checked: Checked) -> str:
    return f": {checked.told[0]}" if checked.told else ""
