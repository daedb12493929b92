"""What became of a ticket, told in a conversation: the submission, and what members answered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from api.bodies import Action
from api.gpt_bodies import AnswerSaid, RecordSubmission
from config import Config
from domain.following import Answer
from domain.submitting import CenterReceipt
from domain.ticket import TicketStatus
from jobs.job import Env
from tests.builders import NOW, make_ticket
from tests.conftest import serving
from tests.domain.lives import ANSWERED, NOTICE, make_life
from tests.jobs.clocks import at, stored

VALID: dict[str, Any] = {"status": "ValidPendingConfirm", "last_validated_at": NOW}
DANA = {"by": "Dana Ruiz"}
SEEN = {**DANA, "version": 1}
RECEIPT: dict[str, Any] = {
    **DANA,
    "texas811_ticket_number": "2606100001",
    "notice_at": NOTICE.isoformat(),
    "members": [{"code": "ATM01", "name": "Atmos Energy", "facilities": ["gas"]}],
}


async def test_a_submission_makes_the_dates_final_and_may_be_sent_again(
    config: Config, env: Env
) -> None:
    """A conversation may die between the portal and the answer."""
    ticket = await stored(env, make_ticket("whole", **VALID))
    url = f"/gpt/tickets/{ticket.id}/submission"

    async with serving(config, at(env, NOTICE)) as client:
        await client.post(f"/gpt/tickets/{ticket.id}/confirm", json=SEEN)
        answers = [await client.post(url, json=RECEIPT) for _ in range(2)]
        other = await client.post(url, json={**RECEIPT, "texas811_ticket_number": "2"})

    turn = answers[0].json()
    assert [one.status_code for one in answers] == [200, 200]
    assert turn["status"] == "Submitted"
    assert turn["texas811_ticket_number"] == "2606100001"
    assert all(line["is_final"] for line in turn["dates"])
    assert answers[1].json()["version"] == turn["version"]
    assert other.status_code == 422


async def test_a_submission_that_is_told_again_with_more_members_keeps_them(
    config: Config, env: Env
) -> None:
    """The list is found later than the number; each member's answer is waited for."""
    ticket = await stored(env, make_ticket("whole", **VALID))
    url = f"/gpt/tickets/{ticket.id}/submission"
    new = {"code": "NEW", "name": "New Fiber"}
    first = {key: value for key, value in RECEIPT.items() if key != "members"}

    async with serving(config, at(env, NOTICE)) as client:
        await client.post(f"/gpt/tickets/{ticket.id}/confirm", json=SEEN)
        answers = [
            await client.post(url, json=body)
            for body in (
                {**first, "member_list_missing": True},
                RECEIPT,
                RECEIPT,
                {**RECEIPT, "members": [*RECEIPT["members"], new]},
                {**RECEIPT, "submission_confirmation": "C-7"},
                {**RECEIPT, "center_start_at": "3/5/2026 8 am"},
            )
        ]
    kept = await env.store.tickets.get(ticket.id)

    assert [one.status_code for one in answers] == [200, 200, 200, 200, 409, 409]
    assert [one.json()["version"] for one in answers[:4]] == [3, 4, 4, 5]
    assert [member.code for member in kept.members] == ["ATM01", "NEW"]
    assert not kept.member_list_missing
    assert any(
        "NEW" in one or "New Fiber" in one for one in answers[3].json()["missing_for_digging"]
    )


@pytest.mark.parametrize(
    ("county", "said", "told"),
    [
        ("Travis", "today at 10", "Monday, March 2, 2026 at 10:00 AM CST."),
        ("Travis", "3/2/2026 9:45 AM", "Monday, March 2, 2026 at 9:45 AM CST."),
        ("Travis", "2026-03-02T09:45", "Monday, March 2, 2026 at 9:45 AM CST."),
        ("Travis", "just now", "Monday, March 2, 2026 at 10:00 AM CST."),
        ("Travis", "I submitted it 15 minutes ago", "Monday, March 2, 2026 at 9:45 AM CST."),
        (
            "El Paso",
            "3/2/2026 8:45 AM",
            "Monday, March 2, 2026 at 8:45 AM MST (Monday, March 2, 2026 at 9:45 AM CST).",
        ),
    ],
)
async def test_the_notice_is_told_in_words_and_read_back(
    config: Config, env: Env, county: str, said: str, told: str
) -> None:
    """By the clocks of the site, and by those of the center where they differ."""
    ticket = await stored(env, make_ticket("whole", **VALID, county=county))

    async with serving(config, at(env, NOTICE)) as client:
        await client.post(f"/gpt/tickets/{ticket.id}/confirm", json=SEEN)
        answer = await client.post(
            f"/gpt/tickets/{ticket.id}/submission", json={**RECEIPT, "notice_at": said}
        )

    assert answer.status_code == 200, answer.json()
    assert f"The notice was given {told}" in answer.json()["say"]
    assert "ATM01 (gas) has not answered." in answer.json()["say"]


@pytest.mark.parametrize("said", ["tomorrow at 9 am", "today at 11 am", "around 9 am", "9", ""])
async def test_a_notice_in_the_future_or_in_the_dark_is_refused(
    config: Config, env: Env, said: str
) -> None:
    """The remedy is another answer, and never to leave it out."""
    ticket = await stored(env, make_ticket("whole", **VALID))

    async with serving(config, at(env, NOTICE)) as client:
        await client.post(f"/gpt/tickets/{ticket.id}/confirm", json=SEEN)
        answer = await client.post(
            f"/gpt/tickets/{ticket.id}/submission", json={**RECEIPT, "notice_at": said}
        )

    assert (answer.status_code, answer.json()["field"]) == (422, "notice_at")
    assert "out" not in answer.json()["remedy"].split()


async def test_when_a_member_answered_is_told_in_words(config: Config, env: Env) -> None:
    """A time that cannot be read refuses its own answer alone."""
    unanswered: dict[str, Any] = {"member_responses": []}
    ticket = await stored(env, make_life(TicketStatus.SUBMITTED).model_copy(update=unanswered))
    url = f"/gpt/tickets/{ticket.id}/responses"
    gas = {"member_code": "ATM01", "outcome": "Marked", "response_date": "yesterday at 4 pm"}
    power = {"member_code": "ONC01", "outcome": "Clear", "response_date": "tomorrow 9 am"}

    async with serving(config, at(env, ANSWERED)) as client:
        mixed = await client.post(url, json={**DANA, "responses": [gas, power]})
        none = await client.post(url, json={**DANA, "responses": [power]})

    [kept] = (await env.store.tickets.get(ticket.id)).member_responses
    assert str(kept.response_date) == "2026-03-03 22:00:00+00:00"
    assert mixed.json()["say"].startswith(
        "Recorded: ATM01 answered Marked, Tuesday, March 3, 2026 at 4:00 PM CST."
    )
    assert [one["field"] for one in mixed.json()["refused"]] == ["response_date"]
    assert (none.status_code, none.json()["field"]) == (422, "response_date")


def test_what_is_said_to_a_gpt_has_every_field_of_what_is_kept() -> None:
    """Else a field that is added later would be lost on this way."""
    assert set(AnswerSaid.model_fields) == set(Answer.model_fields)
    assert set(RecordSubmission.model_fields) == {
        *CenterReceipt.model_fields,
        *Action.model_fields,
        "session_key",
    }


@pytest.mark.parametrize(
    ("said", "kept"),
    [(AnswerSaid, Answer), (RecordSubmission, CenterReceipt)],
    ids=["answer", "receipt"],
)
def test_what_is_said_to_a_gpt_has_the_limits_of_what_is_kept(
    said: type[BaseModel], kept: type[BaseModel]
) -> None:
    """All but its times, which are said in words."""
    described, limits = fields_of(said), fields_of(kept)

    assert {name: described[name] for name in limits} == limits
    assert limits


def fields_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return what is allowed of each field but the times: its type, its limits, its default."""
    schema = model.model_json_schema()
    return {
        name: {word: one[word] for word in one if word not in ("description", "title")}
        for name, one in schema["properties"].items()
        if name not in ("notice_at", "center_start_at", "response_date")
    }


async def test_a_notice_of_just_now_may_be_sent_again(config: Config, env: Env) -> None:
    """Who heard no answer says the same words a little later; hours later they are other ones."""
    ticket = await stored(env, make_ticket("whole", **VALID))
    url = f"/gpt/tickets/{ticket.id}"
    said = {**RECEIPT, "notice_at": "10 minutes ago"}
    now, answers = [NOTICE], []

    async with serving(config, replace(env, clock=lambda: now[0])) as client:
        await client.post(f"{url}/confirm", json=SEEN)
        for later in (timedelta(0), timedelta(minutes=3), timedelta(hours=3)):
            now[0] = NOTICE + later
            answers.append(await client.post(f"{url}/submission", json=said))

    kept = await env.store.tickets.get(ticket.id)
    assert kept.notice_at == NOTICE - timedelta(minutes=10)
    assert [one.status_code for one in answers] == [200, 200, 422]
    assert answers[1].json()["version"] == answers[0].json()["version"]


async def test_an_answer_of_just_now_that_is_sent_again_is_a_copy(
    config: Config, env: Env
) -> None:
    """As one without a date is."""
    unanswered: dict[str, Any] = {"member_responses": []}
    ticket = await stored(env, make_life(TicketStatus.SUBMITTED).model_copy(update=unanswered))
    said = {"member_code": "ATM01", "outcome": "Marked", "response_date": "just now"}
    body = {**DANA, "responses": [said]}
    now, answers = [ANSWERED], []

    async with serving(config, replace(env, clock=lambda: now[0])) as client:
        for later in (timedelta(0), timedelta(minutes=3)):
            now[0] = ANSWERED + later
            answers.append(await client.post(f"/gpt/tickets/{ticket.id}/responses", json=body))

    [kept] = (await env.store.tickets.get(ticket.id)).member_responses
    assert kept.response_date == ANSWERED
    assert [one.status_code for one in answers] == [200, 409]


async def test_responses_are_taken_each_on_its_own(config: Config, env: Env) -> None:
    """One that cannot be taken is told; if none can be, the request is refused."""
    unanswered: dict[str, Any] = {"member_responses": []}
    ticket = await stored(env, make_life(TicketStatus.SUBMITTED).model_copy(update=unanswered))
    url = f"/gpt/tickets/{ticket.id}/responses"
    marked = {"member_code": "ATM01", "facility": "gas", "outcome": "Marked"}
    unknown = {"member_code": "NOBODY", "outcome": "Clear"}

    async with serving(config, at(env, ANSWERED)) as client:
        mixed = await client.post(url, json={**DANA, "responses": [marked, unknown]})
        none = await client.post(url, json={**DANA, "responses": [unknown]})

    assert mixed.status_code == 200
    assert [one["field"] for one in mixed.json()["refused"]] == ["member_code"]
    assert mixed.json()["version"] == 2
    assert none.status_code == 422
