"""The pages of dead letters: by cause and age, a dry run first, then what was shown and no more."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from api.dashboard.about_jobs.letter_groups import ages_of, grouped
from config import Config
from domain.access import Role
from domain.audit import AuditEvent
from jobs.job import Env
from storage.clock import system_clock
from storage.dead_letters import DeadLetter, Ending
from storage.letter_lines import LetterLine
from tests.api.dashboard.signing import NAME, Browser, signed_in
from tests.builders import NOW
from tests.jobs.orders import queued

PAGE = "/dashboard/dead-letters"
MANY, FEW = "a" * 12, "b" * 12
HIDDEN = re.compile(r'<input type="hidden" name="(letter|group|all|until)" value="([^"]*)">')


def make_letter(key: str, fingerprint: str, **said: Any) -> DeadLetter:
    told = {"job": "validate_ticket", "key": key, "arguments": {"ticket_id": key}}
    ended = {"attempts": 5, "buried_at": system_clock(), "ending": Ending.FAILED}
    reason = f"ValueError: no {key}"
    return DeadLetter.model_validate(
        {**told, **ended, "reason": reason, "fingerprint": fingerprint, **said}
    )


@pytest.fixture
async def browser(config: Config, env: Env) -> AsyncIterator[Browser]:
    """A browser at a service with three letters of one cause, and one of another."""
    for key in ("a0", "a1", "a2"):
        await env.store.dead_letters.bury(make_letter(key, MANY))
    await env.store.dead_letters.bury(make_letter("b0", FEW))
    async with signed_in(config, env) as browser:
        yield browser


async def confirmed(browser: Browser, query: str, **said: Any) -> Any:
    """Look at the dry run of this, then do what its form does."""
    text = await browser.text(f"{PAGE}/plan?{query}")
    fields: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(text):
        fields.setdefault(name, []).append(value)
    do = "replay" if "do=replay" in query else "drop"
    return await browser.act(f"{PAGE}/{do}", **fields, **said)


async def audited(env: Env) -> list[AuditEvent]:
    history = await env.store.audit.on(system_clock().date())
    return [event for event in history.events if event.action.startswith("dead_letter")]


async def test_the_causes_are_listed_with_their_counts_and_newest_example(
    browser: Browser,
) -> None:
    """Four letters are two things to mend."""
    text = await browser.text(PAGE)

    assert text.index(f"causes/{MANY}") < text.index(f"causes/{FEW}")
    assert "ValueError: no a2" in text
    assert "ValueError: no a0" not in text


def test_each_letter_is_counted_in_one_age_and_one_cause() -> None:
    """What came in the last hour is what somebody is asking about."""
    ages = (timedelta(minutes=59), timedelta(hours=2), timedelta(days=6), timedelta(days=8))
    lines = [
        LetterLine.of(make_letter(f"k{place}", MANY, buried_at=NOW - age))
        for place, age in enumerate(ages)
    ]

    assert ages_of(lines, NOW) == [1, 1, 1, 1]
    assert ages_of(lines, NOW + timedelta(hours=1)) == [0, 2, 1, 1]
    assert [len(group.lines) for group in grouped(lines, NOW)] == [4]


async def test_a_letter_is_shown_in_full_masked_and_harmless(
    browser: Browser, env: Env
) -> None:
    """Its arguments came from outside, and more people read this than tickets."""
    letter = make_letter(
        "c0",
        FEW,
        arguments={"ticket_id": "c0", "said": "<b>call 512-555-0142</b>"},
        trace=["jobs.validate_ticket:ValidateTicket.run:20"],
    )
    await env.store.dead_letters.bury(letter)

    text = await browser.text(f"{PAGE}/letters/validate_ticket/c0")

    assert "jobs.validate_ticket:ValidateTicket.run:20" in text
    assert "/dashboard/tickets/c0" in text
    assert "512-555-0142" not in text
    assert "<b>call" not in text


async def test_a_dry_run_changes_nothing_and_names_what_would_be_refused(
    browser: Browser, env: Env
) -> None:
    """It is what one does when one is not sure."""
    await env.store.dead_letters.bury(make_letter("z", FEW, job="once_known"))

    text = await browser.text(f"{PAGE}/plan?do=replay&all=1")

    assert "Nothing has been done yet" in text
    assert "This release has no job &#39;once_known&#39;" in text
    assert "within_1s" in text
    assert await queued(env) == set()
    assert await audited(env) == []


async def test_what_was_looked_at_is_replayed_and_audited_with_person_reason_and_key(
    browser: Browser, env: Env
) -> None:
    """Each letter has its event: months later somebody asks about one."""
    chosen = "do=replay&letter=validate_ticket/a1&letter=validate_ticket/b0"
    answer = await confirmed(browser, chosen, reason="the rules are mended")

    assert answer.status_code == 303
    assert await queued(env) == {"validate_ticket:a1", "validate_ticket:b0"}
    events = await audited(env)
    assert len(events) == 2
    for event in events:
        assert event.action == "dead_letter_replayed"
        assert NAME in (event.notes or "")
        assert "the rules are mended" in (event.notes or "")
        assert event.key_id


async def test_a_cause_is_replayed_as_a_whole_and_then_all_that_is_left(
    browser: Browser, env: Env
) -> None:
    """One that waits already is not queued twice."""
    await confirmed(browser, f"do=replay&group={MANY}")
    assert await queued(env) == {f"validate_ticket:a{number}" for number in range(3)}

    await confirmed(browser, "do=replay&all=1")
    assert await queued(env) == {f"validate_ticket:{key}" for key in ("a0", "a1", "a2", "b0")}
    assert len(await audited(env)) == 7  # each time that somebody asked
    text = await browser.text(PAGE)
    assert "3 queued already" in text
    assert 'class="flash warn"' in text


async def test_what_was_given_up_after_the_dry_run_is_not_replayed_with_it(
    browser: Browser, env: Env
) -> None:
    """Nobody has seen it, and it may have another cause."""
    text = await browser.text(f"{PAGE}/plan?do=replay&group={MANY}")
    [until] = [value for name, value in HIDDEN.findall(text) if name == "until"]
    await env.store.dead_letters.bury(make_letter("a9", MANY))

    await browser.act(f"{PAGE}/replay", group=MANY, until=until)

    assert await queued(env) == {f"validate_ticket:a{number}" for number in range(3)}


async def test_what_is_dropped_is_no_task_any_more_and_says_who_and_why(
    browser: Browser, env: Env
) -> None:
    """It is kept out of sight, and holds its job down."""
    answer = await confirmed(browser, f"do=drop&group={MANY}", reason="tests of last week")

    assert answer.status_code == 303
    assert [letter.key for letter in await env.store.dead_letters.list()] == ["b0"]
    events = await audited(env)
    assert len(events) == 3
    assert all(event.action == "dead_letter_dropped" for event in events)
    assert all("tests of last week" in (event.notes or "") for event in events)


async def test_a_choice_that_means_nothing_is_refused(browser: Browser) -> None:
    """To take it for all letters would be the worst that could be done with it."""
    many = "&".join(f"letter=j/{number}" for number in range(501))
    wrong = {
        "do=replay": 422,
        "do=burn&all=1": 422,
        "do=replay&all=1&until=yesterday": 422,
        "do=replay&letter=validate_ticket/zz": 404,
        "do=drop&group=cccc": 404,
        f"do=replay&{many}": 422,
    }
    for query, status in wrong.items():
        assert (await browser.get(f"{PAGE}/plan?{query}")).status_code == status, query[:60]


async def test_without_a_choice_nothing_is_replayed(browser: Browser, env: Env) -> None:
    """A form that lost its fields on the way must not mean everything."""
    answer = await browser.act(f"{PAGE}/replay")

    assert answer.status_code == 422
    assert await queued(env) == set()


async def test_who_may_only_look_can_neither_replay_nor_drop(config: Config, env: Env) -> None:
    """A viewer sees what is wrong, and mends nothing."""
    await env.store.dead_letters.bury(make_letter("a0", MANY))
    async with signed_in(config, env, Role.VIEWER) as viewer:
        assert "Replay" not in await viewer.text(f"{PAGE}/letters/validate_ticket/a0")
        answers = [await viewer.act(f"{PAGE}/{act}", all="1") for act in ("replay", "drop")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert len(await env.store.dead_letters.list()) == 1
