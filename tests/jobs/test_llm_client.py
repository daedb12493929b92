"""A language model asked over HTTP: whatever its service does, there is an answer or a reason."""

import asyncio
import gzip
import json
import logging
import time
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from jobs import llm_client
from jobs.llm_budget import TokenBudget
from jobs.llm_client import (
    ANSWER_BYTES_MAX,
    ANSWER_TOKENS_MAX,
    Endpoint,
    LlmAwayError,
    LlmClient,
    LlmFailedError,
    Reply,
)
from tests.builders import NOW
from tests.jobs.language_models import (
    TOKENS,
    Recorded,
    Service,
    completion,
    model_service,
    refused,
)

KEY = "sk-of-nobody-7f3a"
ASKED = [{"role": "user", "content": "Dana Ruiz, 512-555-0142"}]
FORM = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
GOOD = Recorded(completion("{}"))


def client_of(
    service: Service, *, tokens: int = 1_000_000, seconds_max: float = 5.0
) -> LlmClient:
    endpoint = Endpoint(service.url, "a-model", SecretStr(KEY))
    return LlmClient(endpoint, TokenBudget(tokens, lambda: NOW), seconds_max=seconds_max)


async def failure_of(*answers: Recorded, **settings: Any) -> LlmFailedError:
    with model_service(*answers) as service, pytest.raises(LlmFailedError) as failed:
        await client_of(service, **settings).ask(ASKED, FORM)
    return failed.value


async def test_it_is_asked_as_any_such_service_is() -> None:
    """Held to the schema, without chance, without tools, bounded, with the key in its place."""
    with model_service(GOOD) as service:
        reply = await client_of(service).ask(ASKED, FORM)

    assert reply == Reply("{}", TOKENS)
    assert service.paths == ["/v1/chat/completions"]
    assert service.headers[0]["authorization"] == f"Bearer {KEY}"
    assert service.headers[0]["accept-encoding"] == "identity"
    form = {"name": "facts", "strict": True, "schema": FORM}
    assert service.asked == [
        {
            "model": "a-model",
            "messages": ASKED,
            "stream": False,
            "max_tokens": ANSWER_TOKENS_MAX,
            "response_format": {"type": "json_schema", "json_schema": form},
            "temperature": 0,
            "seed": 811,
        }
    ]


async def test_a_model_on_this_machine_needs_no_key() -> None:
    with model_service(GOOD) as service:
        client = LlmClient(
            Endpoint(service.url, "a-model"), TokenBudget(9_999, lambda: NOW), seconds_max=5
        )
        await client.ask(ASKED, FORM)

    assert "authorization" not in service.headers[0]


@pytest.mark.parametrize(
    ("refusals", "changed"),
    [
        (["response_format"], {"response_format": {"type": "json_object"}}),
        (["seed"], {"seed": None}),
        (
            ["max_tokens", "temperature"],
            {
                "max_tokens": None,
                "max_completion_tokens": ANSWER_TOKENS_MAX,
                "temperature": None,
                "seed": None,
            },
        ),
    ],
    ids=["no schema", "no seed", "a newer model"],
)
async def test_what_a_service_does_not_know_is_left_out_and_remembered(
    refusals: list[str], changed: dict[str, object]
) -> None:
    """Those that call themselves compatible differ; only the first order pays for it."""
    with model_service(*map(refused, refusals), GOOD) as service:
        client = client_of(service)
        await client.ask(ASKED, FORM)
        await client.ask(ASKED, FORM)

    plain, *_others, last, after = service.asked
    assert len(service.asked) == len(refusals) + 2
    assert last == after
    wanted = {name: one for name, one in (plain | changed).items() if one is not None}
    assert last == wanted


async def test_a_service_that_understands_nothing_is_asked_so_often_and_no_more() -> None:
    """And its words, which may repeat the document, are told to nobody."""
    with (
        model_service(refused("everything")) as service,
        pytest.raises(LlmFailedError) as failed,
    ):
        await client_of(service).ask(ASKED, FORM)

    assert len(service.asked) == 2
    assert str(failed.value) == "its service answered 400"
    assert not isinstance(failed.value, LlmAwayError)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_service_that_is_busy_is_asked_once_more_when_it_wants_to_be(
    status: int,
) -> None:
    busy = Recorded({}, status=status, headers={"Retry-After": "0"})
    with model_service(busy, GOOD) as service:
        reply = await client_of(service).ask(ASKED, FORM)

    assert reply.text == "{}"
    assert isinstance(await failure_of(busy), LlmAwayError)


async def test_a_service_that_wants_to_be_asked_too_late_is_not_waited_for() -> None:
    """The order would wait in vain."""
    started = time.monotonic()

    failed = await failure_of(Recorded({}, status=429, headers={"Retry-After": "3600"}))

    assert time.monotonic() - started < 2
    assert str(failed) == "its service answered 429, to be asked later"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Recorded(completion(None, refusal="I cannot help with that.")), "declined"),
        (Recorded(completion("")), "empty"),
        (Recorded(b"<html>Welcome to the proxy</html>"), "another form"),
        (Recorded({"choices": []}), "another form"),
        (Recorded(b'{"a":' * 9_999), "another form"),
        (Recorded(b"x" * (ANSWER_BYTES_MAX + 1)), "longer than 256 KiB"),
        (
            Recorded(gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"}),
            "compressed",
        ),
        (Recorded({}, status=307, headers={"Location": "http://127.0.0.1:9/"}), "307"),
        (Recorded({}, status=401), "401"),
    ],
    ids=[
        "refusal", "empty", "html", "no choice", "nested", "endless", "gzip", "redirect", "key",
    ],
)  # fmt: skip
async def test_what_is_no_answer_is_told_by_its_kind(answer: Recorded, problem: str) -> None:
    """Never by its words."""
    failed = await failure_of(answer)

    assert problem in str(failed)
    assert "cannot help" not in str(failed)


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_an_answer_that_was_cut_off_or_filtered_is_none(reason: str) -> None:
    body = completion('{"city": nu')
    body["choices"][0]["finish_reason"] = reason

    await failure_of(Recorded(body))


async def test_nobody_there_is_no_answer_and_costs_nothing() -> None:
    with model_service(GOOD) as service:
        pass
    budget = TokenBudget(1_000_000, lambda: NOW)

    with pytest.raises(LlmAwayError, match="cannot be reached"):
        await LlmClient(Endpoint(service.url, "m"), budget, seconds_max=5).ask(ASKED, FORM)

    assert budget.spent == 0


async def test_who_keeps_the_time_can_end_it_in_the_middle() -> None:
    """A service that says nothing holds up no order."""
    with model_service(Recorded({}, seconds=0.5)) as service, pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await client_of(service).ask(ASKED, FORM)


async def test_the_tokens_of_a_day_are_kept_to() -> None:
    """What the service counted is what is counted; the next day begins anew."""
    now = NOW
    budget = TokenBudget(ANSWER_TOKENS_MAX + 1_000, lambda: now)
    with model_service(GOOD) as service:
        client = LlmClient(Endpoint(service.url, "a-model"), budget, seconds_max=5)
        await client.ask(ASKED, FORM)
        spent = budget.spent
        with pytest.raises(LlmFailedError, match="tokens of this day"):
            await client.ask(ASKED, FORM)
        now += timedelta(days=1)
        await client.ask(ASKED, FORM)

    assert spent == TOKENS
    assert len(service.asked) == 2


async def test_who_asks_at_once_cannot_spend_the_same_tokens_twice() -> None:
    """What is about to be spent is taken before."""
    with model_service(Recorded(completion("{}"), seconds=0.05)) as service:
        client = client_of(service, tokens=int(1.5 * ANSWER_TOKENS_MAX))
        results = await asyncio.gather(
            *(client.ask(ASKED, FORM) for _each in range(3)), return_exceptions=True
        )

    assert [isinstance(one, Reply) for one in results].count(True) == 1
    assert len(service.asked) == 1


async def test_a_service_that_does_not_count_is_charged_by_estimate() -> None:
    """Else the limit would be none."""
    body = {name: one for name, one in completion("{}").items() if name != "usage"}
    budget = TokenBudget(1_000_000, lambda: NOW)
    with model_service(Recorded(body)) as service:
        await LlmClient(Endpoint(service.url, "m"), budget, seconds_max=5).ask(ASKED, FORM)

    assert budget.spent == len(json.dumps(service.asked[0], separators=(",", ":"))) // (
        llm_client.CHARACTERS_A_TOKEN
    ) + (ANSWER_TOKENS_MAX)


async def test_the_log_holds_neither_the_key_nor_the_document(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also where the service repeats what it was sent."""
    with caplog.at_level(logging.DEBUG):
        await failure_of(refused("everything"))
        await failure_of(Recorded({}, status=503, headers={"Retry-After": "0"}))

    told = str([vars(record) for record in caplog.records if record.name.startswith("jobs")])
    assert KEY not in caplog.text + told
    assert "Dana Ruiz" not in caplog.text + told
