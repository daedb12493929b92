"""The storage page: what lies on the volume, what is damaged and mended, which backups there are."""

import asyncio
import html
import json
import resource
from dataclasses import replace
from pathlib import Path

import pytest

from config import Config
from domain.access import Role
from jobs.health.store_rules import NO_BACKUP, NO_BACKUP_REMEDY
from jobs.job import Env
from storage.clock import system_clock
from storage.failures import DamagedFileError
from tests.api.dashboard.signing import NAME, signed_in
from tests.builders import make_change, make_draft
from tests.jobs.orders import queued

PAGE = "/dashboard/storage"
SECONDS_MAX = 20.0


async def notes(env: Env) -> list[str]:
    """Return what the audit log says of today, but for keys and who came and left."""
    history = await env.store.audit.on(system_clock().date())
    return [
        event.notes or ""
        for event in history.events
        if "key" not in event.action and not event.action.startswith("signed_")
    ]


def spoil(config: Config, ticket_id: str) -> Path:
    """Spoil a ticket's file; return where it is."""
    path = config.root / "tickets" / f"ticket_{ticket_id}.json"
    path.write_bytes(path.read_bytes()[:100])
    return path


async def test_the_page_tells_what_lies_there_and_that_there_is_no_backup_yet(
    config: Config, env: Env
) -> None:
    await env.store.commit(make_change(make_draft()))

    async with signed_in(config, env, Role.VIEWER) as browser:
        page = html.unescape(await browser.text(PAGE))
        refused = await browser.act(f"{PAGE}/check")
    env = replace(env, keeping=replace(env.keeping, makes_backups=False))
    async with signed_in(config, env, Role.VIEWER) as browser:
        without = html.unescape(await browser.text(PAGE))

    assert "<dt>tickets</dt><dd>1</dd>" in page
    assert "There is no backup yet; the nightly one is due" in page
    assert f"{NO_BACKUP} {NO_BACKUP_REMEDY}" in without  # as the verdict says it
    assert "No file had to be set aside" in page
    assert "of at most 268.4 MB" in page or "of at most 256.0 MB" in page
    assert "Check now" not in page
    assert refused.status_code == 403


@pytest.mark.slow
async def test_whether_it_takes_writes_is_of_now_though_what_lies_there_is_of_before(
    config: Config, env: Env
) -> None:
    """The page stands under a line that says so: two answers on one page help nobody."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with signed_in(config, env) as browser, asyncio.timeout(SECONDS_MAX):
        while "What lies in it" not in (page := await browser.text(PAGE)):
            await asyncio.sleep(0.1)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2048, before[1]))  # less than the probe has
        try:
            while "takes no writes" not in (after := await browser.text(PAGE)):
                await asyncio.sleep(0.2)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert ">takes writes<" in page
    assert ">takes writes<" not in after
    assert "File too large" in after
    assert "What lies in it" in after


async def test_a_damaged_ticket_is_shown_and_put_back_by_its_form_with_who_and_why(
    config: Config, env: Env
) -> None:
    change = make_change(make_draft())
    await env.store.commit(change)
    path = spoil(config, change.ticket.id)
    with pytest.raises(DamagedFileError):
        await env.store.tickets.get(change.ticket.id)

    async with signed_in(config, env) as browser:
        page = html.unescape(await browser.text(PAGE))
        answer = await browser.act(
            f"{PAGE}/restore", reason="the disk was full", ticket_id=change.ticket.id
        )
        after = html.unescape(await browser.text(PAGE))
        again = await browser.act(f"{PAGE}/restore", ticket_id=change.ticket.id)
        elsewhere = await browser.act(f"{PAGE}/restore", ticket_id="../audit")

    assert f"<code>tickets/{path.name}</code>" in page
    assert "Restore version 1" in page
    assert answer.status_code == 303
    assert "No file had to be set aside" in after
    assert again.status_code == 422  # it is whole
    assert elsewhere.status_code == 422
    assert (await env.store.tickets.get(change.ticket.id)).version == 1
    asked, restored, _again = await notes(env)
    assert asked == f"{NAME} wants ticket {change.ticket.id} restored: the disk was full"
    assert restored.startswith(f"{NAME} restored version 1")


async def test_a_file_that_nobody_misses_counts_as_seen_to_and_its_bytes_stay(
    config: Config, env: Env
) -> None:
    path = config.root / "tickets" / "ticket_never-was.json"
    path.write_bytes(b"no ticket")
    with pytest.raises(DamagedFileError):
        await env.store.tickets.get("never-was")

    async with signed_in(config, env) as browser:
        page = html.unescape(await browser.text(PAGE))
        answer = await browser.act(
            f"{PAGE}/dismiss", reason="a test", file=f"tickets/{path.name}"
        )
        after = await browser.text(PAGE)

    assert "Seen to" in page
    assert answer.status_code == 303
    assert "No file had to be set aside" in after
    assert (config.root / "quarantine" / "tickets" / path.name).read_bytes() == b"no ticket"
    assert f"{NAME} wants tickets/{path.name} dismissed: a test" in await notes(env)


async def test_a_check_by_hand_is_queued_once_and_audited(config: Config, env: Env) -> None:
    async with signed_in(config, env) as browser:
        for _time in range(2):
            answer = await browser.act(f"{PAGE}/check", reason="after the power cut")
            assert answer.status_code == 303

    checks = [job_id for job_id in await queued(env) if job_id.startswith("check_store")]
    assert len(checks) == 1
    assert all("after the power cut" in note for note in await notes(env))
    assert len(await notes(env)) == 2


async def test_the_backups_that_are_noted_are_listed_the_newest_first(
    config: Config, env: Env
) -> None:
    folder = config.root / "backups"
    folder.mkdir(exist_ok=True)
    noted = [
        {
            "filename": "first.tar.gz",
            "created": "2026-11-27T08:00:00Z",
            "size_bytes": 2_000_000,
        },
        {
            "filename": "second.tar.gz",
            "created": "2026-11-28T08:00:00Z",
            "size_bytes": 3_000_000,
            "verified_at": "2026-11-28T08:05:00Z",
        },
    ]
    (folder / "metadata.json").write_text(json.dumps({"backups": noted}), encoding="utf-8")

    async with signed_in(config, env) as browser:
        page = await browser.text(PAGE)
        (folder / "metadata.json").write_text("{", encoding="utf-8")
        damaged = await browser.text(PAGE)

    assert page.index("second.tar.gz") < page.index("first.tar.gz")
    assert page.count("not read back") == 1
    assert "There is no backup yet" not in page + damaged
    assert "second.tar.gz" not in damaged
