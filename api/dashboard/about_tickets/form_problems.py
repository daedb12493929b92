"""What is wrong with a form, in words for whoever filled it in: no name of a field, no type."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.dashboard.about_tickets.form_fields import FormField
from api.problems import FieldProblem
from domain.errors import Texas811Error
from domain.questions import label

# Kind of error -> the end of its sentence; the values in it are those of the error.
SAID = {
    "missing": "is missing",
    "string_too_short": "is too short: {min_length} characters are the least",
    "string_too_long": "is too long: {max_length} characters are the most",
    "too_long": "has too many: {max_length} are the most",
    "greater_than_equal": "is too small: {ge} is the least",
    "less_than_equal": "is too large: {le} is the most",
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "float_parsing": "is not a number",
    "date_from_datetime_parsing": "is not a date",
    "enum": "is none of the possible ones",
    "literal_error": "is none of the possible ones",
}
OF_PYDANTIC = "Value error, "  # before the words of our own checks


def problems_of(
    failure: ValidationError | Texas811Error, fields: Sequence[FormField]
) -> list[FieldProblem]:
    """Return what is wrong with a form that has these inputs."""
    labels = {one.field: one.label for one in fields}
    if isinstance(failure, ValidationError):
        return [_problem(error, labels) for error in failure.errors()]
    return [
        FieldProblem(
            field=_named(failure.field, labels),
            problem=failure.problem,
            remedy=failure.remedy,
            suggested_values=list(failure.suggested_values),
        )
    ]


def _problem(error: ErrorDetails, labels: Mapping[str, str]) -> FieldProblem:
    name, *inside = error["loc"] or ("",)
    where, what = labels.get(str(name), label(str(name))), "this"
    match inside:
        case [int(place), *deeper]:
            # Of a list the person knows the line, and what stands in it.
            where = f"{'Member' if name == 'members' else where} {place + 1}"
            what = f"the {label(str(deeper[0]))}" if deeper else what
        case [str(part), *_]:
            what = f"the {label(part)}"
        case _:
            pass
    return FieldProblem(
        field=where if name else None,
        problem=f"{what[0].upper()}{what[1:]} {_said(error)}.",
        remedy="Correct it, or leave it blank where it is optional.",
    )


def _said(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_too_short" and not error["input"]:
        return SAID["missing"]
    if kind in SAID:
        return SAID[kind].format(**context)
    return f"cannot be taken: {error['msg'].removeprefix(OF_PYDANTIC)}"


def _named(field: str | None, labels: Mapping[str, str]) -> str | None:
    """Return what a person calls a field; the status of a ticket was typed by nobody."""
    if field is None or field == "status":
        return None
    return labels.get(field, label(field))
