"""A language model asked over HTTP, as OpenAI's services are: one question, one answer, bounded.

Any service that speaks so will do (`POST {base}/chat/completions`). The log tells what was spent,
and never a word of the document, of the answer, of a refusal, or the key.
"""

import asyncio
import logging
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

import httpx2
from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_core import to_json

from jobs.llm_budget import TokenBudget
from jobs.llm_dialect import Dialect

ANSWER_TOKENS_MAX = 4_000
ANSWER_BYTES_MAX = 256 * 1024
CHARACTERS_A_TOKEN = 3  # a cautious guess, until the service says what it has counted
CONNECT_SECONDS_MAX = 5.0
RETRY_SECONDS = 1.0  # where the service does not say after how long to come again
DIALECTS_MAX = 4
UNUSABLE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})

log = logging.getLogger(__name__)


class LlmFailedError(Exception):
    """There is no answer; the words say why, without anything that was sent or received."""


class LlmAwayError(LlmFailedError):
    """There is no answer, and another question would now fare no better."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model answers, which one it is, and with what key it is asked."""

    base_url: str
    model: str
    key: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model has said, and what it has cost in tokens."""

    text: str
    tokens: int


class _Usage(BaseModel):
    total_tokens: int = Field(ge=0)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


class LlmClient:
    """Asks one model; what its service understands is remembered as long as the process lives."""

    def __init__(self, endpoint: Endpoint, budget: TokenBudget, *, seconds_max: float) -> None:
        self._endpoint = endpoint
        self._budget = budget
        self._seconds_max = seconds_max
        self._dialect = Dialect()

    async def ask(
        self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, object]
    ) -> Reply:
        """Return the model's answer. The caller keeps the time, `seconds_max`.

        Raises LlmFailedError, also before anything is sent if the day's tokens are spent.
        """
        dialect = self._dialect
        async with self._connected() as client:
            for _way in range(DIALECTS_MAX):
                body = dialect.body(self._endpoint.model, messages, schema, ANSWER_TOKENS_MAX)
                status, answer = await self._patiently(client, to_json(body))
                if status not in UNUSABLE:
                    break
                plainer = dialect.after(answer.decode("utf-8", "replace"))
                if plainer is None:
                    break
                dialect = plainer
        if status != HTTPStatus.OK:
            is_refused = status in UNUSABLE
            raise (LlmFailedError if is_refused else LlmAwayError)(
                f"its service answered {status}"
            )
        self._dialect = dialect
        return _reply(answer, _estimate(to_json(body)))

    def _connected(self) -> httpx2.AsyncClient:
        key = self._endpoint.key
        headers = {"Accept-Encoding": "identity", "Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key.get_secret_value()}"
        return httpx2.AsyncClient(
            headers=headers,
            verify=_trusted(),
            trust_env=False,
            follow_redirects=False,  # it would take the document and the key somewhere else
            timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS_MAX),
        )

    async def _patiently(self, client: httpx2.AsyncClient, body: bytes) -> tuple[int, bytes]:
        """Ask, and once more if the service is busy or broken, when it wants to be asked again."""
        status, answer, wait = await self._once(client, body)
        is_passing = status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}
        if is_passing or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            if wait >= self._seconds_max:
                raise LlmAwayError(f"its service answered {status}, to be asked later")
            await asyncio.sleep(wait)
            status, answer, _wait = await self._once(client, body)
        return status, answer

    async def _once(self, client: httpx2.AsyncClient, body: bytes) -> tuple[int, bytes, float]:
        """Return the status, the body, and the seconds after which to come again."""
        taken = _estimate(body)
        if not self._budget.take(taken):
            raise LlmFailedError("the tokens of this day are spent (LLM_TOKENS_PER_DAY_MAX)")
        try:
            async with client.stream(
                "POST", f"{self._endpoint.base_url}/chat/completions", content=body
            ) as answer:
                content = await _bounded(answer)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            self._budget.settle(taken, 0)
            raise LlmAwayError("its service cannot be reached") from None
        except httpx2.TransportError:
            raise LlmAwayError("its service broke off") from None
        is_told = answer.status_code == HTTPStatus.OK
        self._budget.settle(taken, _spent(content, taken) if is_told else 0)
        return answer.status_code, content, _seconds_in(answer.headers)


async def _bounded(answer: httpx2.Response) -> bytes:
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise LlmFailedError("its answer came compressed, which was not asked for")
    content = bytearray()
    async for part in answer.aiter_raw():
        content += part
        if len(content) > ANSWER_BYTES_MAX:
            raise LlmFailedError(f"its answer is longer than {ANSWER_BYTES_MAX >> 10} KiB")
    return bytes(content)


def _reply(answer: bytes, estimate: int) -> Reply:
    """Return what the model says. Raises LlmFailedError if it says nothing, or not all of it."""
    try:
        completion = _Completion.model_validate_json(answer)
    except ValidationError:
        raise LlmFailedError("its service gave an answer of another form") from None
    choice = completion.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise LlmFailedError("it declined to answer")
    if choice.finish_reason == "length":
        raise LlmFailedError("its answer was cut off")
    if not choice.message.content:
        raise LlmFailedError("its answer is empty")
    tokens = completion.usage.total_tokens if completion.usage else estimate
    return Reply(choice.message.content, tokens)


def _spent(answer: bytes, estimate: int) -> int:
    """Return the tokens that an answer says were spent; the estimate if it does not say."""
    try:
        usage = _Completion.model_validate_json(answer).usage
    except ValidationError:
        return estimate
    return usage.total_tokens if usage else estimate


def _estimate(body: bytes) -> int:
    """Return how many tokens a question may cost at most, its answer included."""
    return len(body) // CHARACTERS_A_TOKEN + ANSWER_TOKENS_MAX


def _seconds_in(headers: Mapping[str, str]) -> float:
    """Return after how many seconds a service wants to be asked again."""
    told = headers.get("retry-after", "").strip()
    return float(told) if told.isascii() and told.isdecimal() else RETRY_SECONDS


@cache
def _trusted() -> ssl.SSLContext:
    """Return whom we trust; to read the certificates of the world takes a while."""
    return httpx2.create_ssl_context(trust_env=False)
