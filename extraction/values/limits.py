"""The limits of the ticket's fields: what does not fit is cut or only suggested."""

from functools import cache

from pydantic import JsonValue, ValidationError

from domain.extraction import CONFIRM_CONFIDENCE, ExtractionWarning, Finding, WarningCode
from domain.facts import TicketFacts

CUTTABLE = frozenset(
    [
        "type_of_work",
        "work_area_description",
        "marking_instructions",
        "driving_directions",
        "address",
        "emergency_justification",
        "additional_references",
        "work_area_size_description",
        "duration_description",
        "depth_description",
        "service_address",
    ]
)
SUGGESTED = CONFIRM_CONFIDENCE - 0.05


def fitted(
    fields: dict[str, Finding],
) -> tuple[dict[str, Finding], list[ExtractionWarning]]:
    """Return the findings whose values a ticket can hold, and what had to be cut."""
    kept: dict[str, Finding] = {}
    warnings = []
    for name, finding in fields.items():
        if fits(name, finding.value):
            kept[name] = finding
        elif name in CUTTABLE and isinstance(finding.value, str):
            kept[name] = _cut(name, finding, finding.value)
            warnings.append(_cut_warning(name, finding))
        else:
            confidence = min(finding.confidence, SUGGESTED)
            kept[name] = finding.model_copy(update={"confidence": confidence})
    return kept, warnings


def fits(name: str, value: JsonValue) -> bool:
    """Can the ticket's field hold this value?"""
    try:
        TicketFacts.model_validate({name: value})
    except ValidationError:
        return False
    return True


@cache
def longest(name: str) -> int:
    """Return how many characters a field of text may have."""
    schema = TicketFacts.model_json_schema()["properties"][name]
    return max(int(part.get("maxLength", 0)) for part in schema.get("anyOf", [schema]))


def _cut(name: str, finding: Finding, value: str) -> Finding:
    return finding.model_copy(
        update={"value": value[: longest(name)].rstrip(), "rule": finding.rule or "cut_to_fit"}
    )


def _cut_warning(name: str, finding: Finding) -> ExtractionWarning:
    return ExtractionWarning(
        code=WarningCode.TRUNCATED,
        message=f"The document says more for {name} than a ticket can hold; the rest was cut.",
        field=name,
        spans=finding.spans,
    )
