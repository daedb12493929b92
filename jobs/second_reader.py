"""The second reader: a document is read by rules, and a language model asked about the rest.

Whatever becomes of the question, the document has been read: the answer adds to it or leaves a
warning (`llm_failed`). After some failures of its service in a row it is left alone for a while, so that
orders do not wait, one after the other, for somebody who is away.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection

from domain.extraction import Extraction, WarningCode
from extraction.document import Line
from extraction.llm import (
    Answer,
    Question,
    answers_in,
    failed,
    judged,
    messages,
    question_of,
    repair,
    schema,
)
from jobs.llm_client import LlmAwayError, LlmClient, LlmFailedError

FAILURES_MAX = 3  # in a row
AWAY_SECONDS = 60.0

RuleReader = Callable[
    [bytes, str | None, str | None], Awaitable[tuple[Extraction, tuple[Line, ...]]]
]
"""Reads a document by rules, and gives its first lines with what they say."""

log = logging.getLogger(__name__)


class SecondReader:
    """Reads documents, with a model's help where the rules left something open.

    `seconds_max` is for the model alone, with every repetition. `clock` is in seconds, and never
    goes back.
    """

    def __init__(
        self,
        read_with_lines: RuleReader,
        client: LlmClient,
        *,
        seconds_max: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read_with_lines = read_with_lines
        self._client = client
        self._seconds_max = seconds_max
        self._clock = clock
        self._failures = 0
        self._away_until = clock()

    async def read(
        self,
        document: bytes,
        filename: str | None,
        media_type: str | None,
        stated: Collection[str],
    ) -> Extraction:
        """Return what the document says; fields that are `stated` are not asked about."""
        read, lines = await self._read_with_lines(document, filename, media_type)
        question = question_of(read, lines, stated=stated)
        return read if question is None else await self._helped(read, question)

    async def _helped(self, read: Extraction, question: Question) -> Extraction:
        started = self._clock()
        if started < self._away_until:
            return failed(read, "it has failed several times and is left alone for a while")
        try:
            async with asyncio.timeout(self._seconds_max):
                answers, tokens = await self._answers(question)
        except TimeoutError:
            return self._in_vain(
                read, f"it took more than {self._seconds_max:g} s", is_away=True
            )
        except LlmFailedError as error:
            is_away = isinstance(error, LlmAwayError)
            return self._in_vain(read, str(error), is_away=is_away)
        self._failures = 0
        helped = judged(read, question, answers)
        log.info(
            "a language model was asked",
            extra={
                "fields": len(question.fields),
                "characters": question.characters,
                "answered": len(answers),
                "ungrounded": _ungrounded(helped),
                "tokens": tokens,
                "seconds": round(self._clock() - started, 3),
            },
        )
        return helped

    async def _answers(self, question: Question) -> tuple[dict[str, Answer | None], int]:
        """Return the answers and what they cost. Raises LlmFailedError."""
        asked, form = messages(question), schema(question)
        first = await self._client.ask(asked, form)
        answers = answers_in(first.text, question.fields)
        if answers is not None:
            return answers, first.tokens
        second = await self._client.ask([*asked, *repair(first.text)], form)
        answers = answers_in(second.text, question.fields)
        if answers is None:
            raise LlmFailedError("its answer is no JSON object, twice")
        return answers, first.tokens + second.tokens

    def _in_vain(self, read: Extraction, problem: str, *, is_away: bool) -> Extraction:
        self._failures = self._failures + 1 if is_away else 0
        if is_away and self._failures >= FAILURES_MAX:
            self._away_until = self._clock() + AWAY_SECONDS
        log.warning("a language model was asked in vain: %s", problem)
        return failed(read, problem)


def _ungrounded(read: Extraction) -> int:
    return sum(one.code is WarningCode.LLM_UNGROUNDED for one in read.warnings)
