"""Rules on what was read from the document: what it leaves open, and what a person must decide.

The reader says what it saw as warnings (`domain.extraction.WarningCode`); here each becomes a
question that closes it. Who answers states the field, and is not asked again. The questions on
a county that nobody has named are here as well: city and coordinate most often tell it.
"""

from collections.abc import Iterator

from domain.boundaries import county_at
from domain.extraction import STATED, ExtractionWarning, Finding, WarningCode
from domain.facts import REQUIRED_FIELDS, TicketFacts
from domain.gaps import GapCategory, GapSeverity
from domain.places import counties_of_town
from domain.questions import UNITS, label
from domain.rules.case import Case, Problem, Rule

# Any of these, said by a person, tells which of several sites is meant.
SAYS_WHICH_SITE = frozenset(
    {"address", "pole_id", "service_address", "gps_coordinates", "geometry"}
)
COUNTIES_NAMED_MAX = 3
OTHER_TICKET = "A second site needs a ticket of its own."
CANCEL_THE_DRAFT = "Which type of ticket shall be sent? If none, cancel this draft."


def one_of_several_sites_is_chosen(case: Case) -> Iterator[Problem]:
    """Ask which site is meant where the order names several; a ticket is for one."""
    found = warned(case, WarningCode.MULTIPLE_LOCATIONS)
    if found is None or SAYS_WHICH_SITE & set(case.ticket.confirmed_fields):
        return
    field = found.field if found.field in TicketFacts.model_fields else None
    count = str(len(found.spans)) if len(found.spans) > 1 else "several"
    named = case.suggestions(field or "address")
    # Who says `the second` must have seen in which order they stand.
    numbered = [f"{number}: {value}" for number, value in enumerate(named, 1)]
    shown_as = f" ({'; '.join(numbered)})" if len(named) > 1 else ""
    yield _required(
        field or "address",
        "several_locations",
        f"The order names {count} locations; a ticket is for one.",
        f"The job lists {count} locations. Which one is this ticket for?{shown_as} {OTHER_TICKET}",
        named,
    )


def one_of_several_counties_is_chosen(case: Case) -> Iterator[Problem]:
    """Ask for the county where the order names several; a name that holds two is asked elsewhere."""
    found = warned(case, WarningCode.MULTIPLE_COUNTIES)
    if found is None or case.county is None or is_confirmed(case, "county"):
        return
    named = case.suggestions("county")
    yield _required(
        "county",
        "several_counties",
        f"The order names {listed(named, 'and')}; a ticket is for one county.",
        f"Which county is this ticket for: {listed(named, 'or')}? Work in another county needs a "
        "ticket of its own.",
        named,
    )


def contradictions_are_settled(case: Case) -> Iterator[Problem]:
    """Ask what is right where the order says two things; a stated value has settled it."""
    asked: set[str] = set()
    for found in warnings_in(case, WarningCode.CONFLICTING_VALUES):
        field = found.field or ""
        finding = _unsettled(case, field)
        if finding is None or field in asked:
            continue
        asked.add(field)
        values = case.suggestions(field)
        unit = f" {UNITS[field]}" if field in UNITS else ""
        yield Problem(
            field=field,
            problem="conflicting_values",
            category=GapCategory.VALIDATION_RULE,
            severity=_severity(field),
            description=found.message,
            prompt=f"The order leaves the {label(field)} open: {listed(values, 'or')}{unit}. "
            "Which is right?"
            if len(values) > 1
            else f"{found.message} Which {label(field)} is right?",
            suggested_values=values,
        )


def the_site_is_in_texas(case: Case) -> Iterator[Problem]:
    """Doubt a county of Texas on an order for another state; without one the county is asked."""
    state = other_state(case)
    if state and case.county:
        yield _required(
            "county",
            "out_of_state",
            f"The order is for {state}; Texas811 takes sites in Texas only.",
            f"The order is for {state}; Texas811 takes sites in Texas only. In which Texas county is "
            "the site? If in none, cancel this draft.",
            case.suggestions("county"),
        )


def a_ticket_is_asked_for(case: Case) -> Iterator[Problem]:
    """Ask before a ticket is made of a test, or of the cancellation of one."""
    if is_confirmed(case, "ticket_type"):
        return
    for code, sentence in (
        (WarningCode.CANCELLATION, "The order cancels a ticket and asks for no new one."),
        (WarningCode.TEST_TICKET, "The order is marked as a test; nobody will dig."),
    ):
        if warned(case, code):
            yield _required(
                "ticket_type",
                code.value,
                sentence,
                f"{sentence} {CANCEL_THE_DRAFT}",
                (case.ticket.ticket_type.value,),
            )
            return


READING: tuple[Rule, ...] = (
    a_ticket_is_asked_for,
    the_site_is_in_texas,
    one_of_several_counties_is_chosen,
    one_of_several_sites_is_chosen,
    contradictions_are_settled,
)


def county_question(case: Case) -> tuple[str | None, tuple[str, ...]]:
    """Return the question for a county that nobody has named, and what is likely the answer.

    No question of its own (None) where neither state, coordinate nor city tells anything.
    """
    read = case.suggestions("county")
    state = other_state(case)
    if state:
        prompt = f"The order is for {state}; Texas811 takes sites in Texas only."
        return f"{prompt} In which Texas county is the site?", read
    lies_in = county_at(*case.point) if case.point else None
    told = (lies_in.name,) if lies_in else counties_of_town(case.said("city"))
    told = told[:COUNTIES_NAMED_MAX]
    likely = read or told
    if likely == told:
        return _where_it_lies(case, told, is_point=lies_in is not None), likely
    if len(likely) == 1:
        return f"The order seems to mean {likely[0]} County. Is that right?", likely
    return f"In which county is the site: {listed(likely, 'or')}?", likely


def _where_it_lies(case: Case, counties: tuple[str, ...], *, is_point: bool) -> str | None:
    city = case.said("city")
    if is_point:
        return f"The coordinates lie in {counties[0]} County. Is that right?"
    if len(counties) == 1:
        return f"{city} lies in {counties[0]} County. Is that right?"
    if counties:
        return f"{city} lies in {listed(counties, 'and')} County. In which is the site?"
    return None


def other_state(case: Case) -> str:
    """Return the state that the order names, if it is not Texas and no county was confirmed."""
    if warned(case, WarningCode.OUT_OF_STATE) is None or is_confirmed(case, "county"):
        return ""
    return case.read_beside("state") or "another state"


def warnings_in(case: Case, code: WarningCode) -> list[ExtractionWarning]:
    """Return what the reader warns of by this code."""
    found = case.extraction.warnings if case.extraction else []
    return [warning for warning in found if warning.code is code]


def warned(case: Case, code: WarningCode) -> ExtractionWarning | None:
    """Return the first warning of this code, if there is one."""
    return next(iter(warnings_in(case, code)), None)


def is_confirmed(case: Case, field: str) -> bool:
    """Has a person stated this field?"""
    return field in case.ticket.confirmed_fields


def listed(names: tuple[str, ...], joint: str) -> str:
    """Return names as a sentence lists them: `A, B and C`."""
    head, last = names[:-1], names[-1:]
    return f" {joint} ".join([*([", ".join(head)] if head else []), *last])


def _unsettled(case: Case, field: str) -> Finding | None:
    """Return what was read for a field, if it is in use and no person has stated it."""
    finding = case.extraction.fields.get(field) if case.extraction else None
    if finding is None or finding.producer == STATED or is_confirmed(case, field):
        return None
    in_use = case.ticket.model_dump(mode="json", include={field}).get(field)
    return finding if in_use in (None, "", finding.value) else None


def _severity(field: str) -> GapSeverity:
    return GapSeverity.REQUIRED if field in REQUIRED_FIELDS else GapSeverity.RECOMMENDED


def _required(
    field: str, problem: str, description: str, prompt: str, values: tuple[str, ...]
) -> Problem:
    return Problem(
        field=field,
        problem=problem,
        category=GapCategory.BUSINESS_RULE,
        severity=GapSeverity.REQUIRED,
        description=description,
        prompt=prompt,
        suggested_values=values,
    )
