"""What a model's answers are worth, beside what the rules have found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from domain.extraction import (
    ACCEPT_CONFIDENCE,
    CONFIRM_CONFIDENCE,
    Alternative,
    Extraction,
    ExtractionWarning,
    Finding,
    Span,
    WarningCode,
)
from extraction.deciding.confidence import CEILINGS
from extraction.deciding.plausible import is_plausible
from extraction.deciding.resolve import ALTERNATIVES_MAX, UNCONTESTED
from extraction.llm.addressed import speaks_to_a_reader
from extraction.llm.grounding import Ground, Passage
from extraction.llm.question import Question
from extraction.llm.replies import Answer
from extraction.reader import READER_VERSION
from extraction.values.limits import fits
from extraction.values.normalise import is_placeholder, normalise

# What an extraction says its reader was when a model was asked: it may say otherwise next time.
ASKED_VERSION = f"{READER_VERSION}+llm1"
PRODUCER = "llm"
ADDRESSED_RULE = "speaks_to_a_reader"

HIGHEST = ACCEPT_CONFIDENCE - 0.01  # whatever a model has a part in, a person is asked about
ALONE = 0.70  # nobody but the model has found it
SUGGESTED = CONFIRM_CONFIDENCE - 0.05
LOWEST = 0.05
AGREEMENT_GAIN = 0.10
CONFLICT_LOSS = 0.12
CONTAINED_CHARACTERS_MIN = 4  # shorter words stand within too much to agree with it

# Who digs, for whom, and how they are reached: who is named there answers for the dig.
ONLY_SUGGESTED = frozenset(
    {"company", "contact_name", "phone", "email", "onsite_contact_name", "onsite_phone"}
    | {"work_for"}
)
EXACT = frozenset(
    {"phone", "onsite_phone", "email", "depth_inches", "duration_days", "county"}
    | {"pole_id", "transformer_id", "meter_number", "work_order_ref"}
)
# Two may be told at length, in other words, and both be right.
NOT_CONTRADICTED = UNCONTESTED | {"driving_directions", "work_area_size_description"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that our rules read where a model has pointed."""

    value: JsonValue
    spans: list[Span]
    is_addressed: bool  # the words there speak to whoever reads them

    def confidence(self, field: str, extraction: Extraction) -> float:
        is_bound = self.is_addressed or field in ONLY_SUGGESTED
        ceiling = CEILINGS.get(extraction.kind, HIGHEST)
        return min(SUGGESTED if is_bound else ALONE, ceiling)


def judged(
    extraction: Extraction, question: Question, answers: Mapping[str, Answer | None]
) -> Extraction:
    """Return what the rules have found, with what the answers add to it and take from it."""
    ground = Ground(question.lines)
    fields, warnings = dict(extraction.fields), list(extraction.warnings)
    for name in question.fields:
        if name not in answers:
            continue
        answer = answers[name]
        if answer is not None and is_placeholder(answer.value):
            continue  # a way to say that the document does not say it
        read = _read(name, answer, ground) if answer else None
        if read is None:
            warnings.append(_ungrounded(name))
        elif fits(name, read.value) and is_plausible(name, read.value):
            fields[name] = _weighed(name, read, extraction)
    return extraction.model_copy(
        update={"reader_version": ASKED_VERSION, "fields": fields, "warnings": warnings}
    )


def failed(extraction: Extraction, problem: str) -> Extraction:
    """Return what the rules have found, with the warning that a model was asked in vain."""
    warning = ExtractionWarning(
        code=WarningCode.LLM_FAILED,
        message=f"The language model was of no help: {problem}. The rules alone read this.",
    )
    return extraction.model_copy(
        update={
            "reader_version": ASKED_VERSION,
            "warnings": [*extraction.warnings, warning],
        }
    )


def _ungrounded(name: str) -> ExtractionWarning:
    # Not with the value: what the document does not say is not repeated.
    return ExtractionWarning(
        code=WarningCode.LLM_UNGROUNDED,
        message=f"A language model gave a value for {name} that the document does not show; "
        "it was dropped.",
        field=name,
    )


def _read(name: str, answer: Answer, ground: Ground) -> Reading | None:
    """Return what our rules read in the words that were quoted; None if they do not say it."""
    quote = ground.find(answer.quote, near=answer.line)
    if quote is None:
        return None
    exactly = ground.within(answer.value, quote)
    spans = ground.spans(exactly or quote)
    value = normalise(name, " ".join(span.quote for span in spans))
    if value is None or value == "":
        return None
    if exactly is None and _key(value) != _key(normalise(name, answer.value)):
        return None
    return Reading(value, spans, _is_addressed(ground, quote))


def _is_addressed(ground: Ground, passage: Passage) -> bool:
    return speaks_to_a_reader(ground.lines, ground.rows(passage))


def _weighed(name: str, read: Reading, extraction: Extraction) -> Finding:
    """Return the finding of a field after a model's word on it."""
    known = extraction.fields.get(name)
    confidence = read.confidence(name, extraction)
    if known is None:
        return Finding(
            value=read.value,
            confidence=confidence,
            producer=PRODUCER,
            rule=ADDRESSED_RULE if read.is_addressed else None,
            spans=read.spans,
        )
    if is_same(name, known.value, read.value):
        return known if read.is_addressed else _confirmed(name, known, extraction)
    is_doubt = not (read.is_addressed or name in NOT_CONTRADICTED)
    lowered = max(LOWEST, known.confidence - CONFLICT_LOSS) if is_doubt else known.confidence
    other = Alternative(value=read.value, confidence=min(confidence, lowered), spans=read.spans)
    return known.model_copy(
        update={
            "confidence": round(min(lowered, known.confidence), 3),
            "alternatives": _with(name, known, other),
        }
    )


def _confirmed(name: str, known: Finding, extraction: Extraction) -> Finding:
    """Return a finding that a model has come to as well; a value that is no good stays so."""
    if not (fits(name, known.value) and is_plausible(name, known.value)):
        return known
    highest = min(HIGHEST, CEILINGS.get(extraction.kind, HIGHEST))
    raised = min(highest, known.confidence + AGREEMENT_GAIN)
    return known.model_copy(update={"confidence": round(max(known.confidence, raised), 3)})


def _with(name: str, known: Finding, other: Alternative) -> list[Alternative]:
    """Return the alternatives with one more, unless it is among them or there are enough."""
    if any(is_same(name, one.value, other.value) for one in known.alternatives):
        return known.alternatives
    return [*known.alternatives, other][:ALTERNATIVES_MAX]


def is_same(name: str, left: JsonValue, right: JsonValue) -> bool:
    """Do two values of a field say the same, or does the longer say what the shorter does?"""
    one, two = sorted((_key(left), _key(right)), key=len)
    if one == two or name in EXACT:
        return one == two
    return len(one) >= CONTAINED_CHARACTERS_MIN and f" {one} " in f" {two} "


def _key(value: JsonValue) -> str:
    return re.sub(r"[^\w.-]+", " ", str(value).lower()).strip(" .-")
