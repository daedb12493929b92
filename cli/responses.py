"""`texas811 responses`: what the members answered, listed, added by hand, imported from a file."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from pydantic_core import from_json

from cli.statuses import Status, status_of
from cli.tables import bar, print_json, print_table
from cli.tickets import TicketId, open_store, stated_moment, whole_id
from config import Config
from domain.audit import Actor, Author
from domain.errors import MalformedError, RejectedError, Texas811Error, TooLargeError
from domain.following import Answer
from domain.positive_response import PositiveResponse, read_positive_response
from domain.responding import Respondent
from domain.responses import MemberResponse, Outcome
from domain.ticket import Ticket

if TYPE_CHECKING:
    from jobs.job import Env
    from jobs.responding import Fate

FILE_BYTES_MAX = 64 * 1024 * 1024
RESPONSES_AT_ONCE = 50
NOT_SAID = "-"
T = TypeVar("T")

app = typer.Typer(help="List, add and import the members' answers.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
By = Annotated[str, typer.Option(help="Who hands this in.")]


@app.command("list")
def list_responses(ticket_id: TicketId, *, as_json: AsJson = False) -> None:
    """List who was notified of a ticket, and what each answered; silence is listed too."""
    ticket = asyncio.run(_read(ticket_id))
    if as_json:
        print_json([one.model_dump(mode="json") for one in ticket.member_responses])
        return
    rows = [(row.name, *_told(row.latest)) for row in ticket.standings]
    print_table(("member", "counts now", "answered (UTC)", "late"), rows)
    answers = [
        (one.member_code, one.facility or NOT_SAID, *_told(one), one.response_text or "")
        for one in ticket.member_responses
    ]
    print_table(("member", "facility", "answer", "answered (UTC)", "late", "text"), answers)


@app.command("add")
def add_response(  # noqa: PLR0913 - an option for each thing that an answer says
    ticket_id: TicketId,
    *,
    member: Annotated[str, typer.Option(help="The member's code.")],
    by: By,
    outcome: Annotated[Outcome | None, typer.Option(help="What it answered.")] = None,
    code: Annotated[str | None, typer.Option(help="Or in the center's words.")] = None,
    facility: Annotated[str | None, typer.Option(help="Of this facility alone.")] = None,
    at: Annotated[
        str | None, typer.Option(help="When it answered, with its zone; now, if not said.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="What else it said.")] = None,
    standby: Annotated[
        bool, typer.Option("--standby", help="It wants a person of its own at the site.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Record what a member answered.

    Exit status: 2 if it cannot be taken, 3 if there is no such ticket, 4 if it is recorded already.
    """
    answer = _answer(
        member_code=member,
        outcome=outcome,
        center_code=code,
        facility=facility,
        response_date=stated_moment(at, "at") if at else None,
        response_text=text,
        requires_standby=standby,
    )
    result = asyncio.run(_with_env(lambda env: _add(env, ticket_id, answer, by)))
    if isinstance(result, Texas811Error):
        raise result
    if as_json:
        print_json(result.model_dump(mode="json"))
        return
    print_table(("member", "answer", "answered (UTC)", "late"), [(member, *_told(result))])


@app.command("import")
def import_responses(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="Open Positive Responses, as JSON."),
    ],
    *,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Record a file of Open Positive Responses, each on its own, and tell how each fared.

    The same file can be imported again: what is recorded stands. Exit status: 0 if all were taken,
    else that of what was refused, 4 for one that was recorded already; 2 if they differ.
    """
    listed = _listed(_content_of(file))
    fared = asyncio.run(_with_env(lambda env: _import(env, listed, by)))
    if as_json:
        print_json([_line(place, one) for place, one in enumerate(fared)])
    else:
        columns = ("", "ticket number", "member", "fared", "told")
        print_table(columns, (tuple(_line(*one).values()) for one in enumerate(fared)))
    failures = [one for each in fared for one in each.results if isinstance(one, Texas811Error)]
    statuses = {status_of(failure) for failure in failures} or {Status.DONE}
    raise typer.Exit(statuses.pop() if len(statuses) == 1 else Status.REJECTED)


class ImportedResponse:
    """A response of the file, as far as it could be read, and what became of its answers."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.response: PositiveResponse | None = None
        self.results: list[Fate] = []
        self.not_applied: list[str] = []
        try:
            self.response = read_positive_response(value)
        except Texas811Error as refusal:
            self.results = [refusal]

    def named(self, name: str) -> str:
        """Return what the file says under this name, whether it could be read or not."""
        said = self.value.get(name) if isinstance(self.value, dict) else None
        return said if isinstance(said, str) else NOT_SAID


async def _import(env: "Env", listed: list[Any], by: str) -> list[ImportedResponse]:
    """Record the responses in their order, some at a time, and return what became of each."""
    from jobs.responding import record_responses

    author = Author(actor=Actor.USER, name=by)
    imported = [ImportedResponse(value) for value in listed]
    with bar("responses", total=len(imported)) as advance:
        for start in range(0, len(imported), RESPONSES_AT_ONCE):
            part = imported[start : start + RESPONSES_AT_ONCE]
            good = [(one, one.response) for one in part if one.response]
            said = [
                (
                    response.ticket_number,
                    [Respondent(each, author) for each in response.answers()],
                )
                for _one, response in good
            ]
            found = await record_responses(env, said, by=author)
            for (one, response), fates in zip(good, found, strict=True):
                one.results = fates
                one.not_applied = [*response.not_applied(env.codes)]
            for _one in part:
                advance()
    return imported


def _line(place: int, imported: ImportedResponse) -> dict[str, str]:
    failures = [one for one in imported.results if isinstance(one, Texas811Error)]
    told = [*(one.problem for one in failures), *(imported.not_applied if not failures else ())]
    is_taken = len(failures) < len(imported.results)
    in_part = "taken in part" if told else "taken"
    return {
        "place": str(place + 1),
        "ticket_number": imported.named("ticketNumber"),
        "member_code": imported.named("memberCode"),
        "fared": in_part if is_taken else _kind(failures[0]),
        "told": " ".join(told),
    }


def _kind(failure: Texas811Error) -> str:
    return type(failure).__name__.removesuffix("Error").lower()


def _told(response: MemberResponse | None) -> tuple[str, str, str]:
    if response is None:
        return (NOT_SAID, NOT_SAID, "")
    late = "late" if response.is_late else ""
    return (response.outcome, f"{response.response_date:%Y-%m-%d %H:%M}", late)


def _answer(**said: Any) -> Answer:
    try:
        return Answer.model_validate(said)
    except ValidationError as refusal:
        fault = refusal.errors(include_url=False, include_input=False)[0]
        raise RejectedError(
            f"{fault['msg']}.", field=str(fault["loc"][0]), remedy="Correct it."
        ) from None


def _content_of(path: Path) -> bytes:
    with path.open("rb") as source:
        content = source.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise TooLargeError(
            f"The file is larger than {FILE_BYTES_MAX // 1024**2} MB.",
            field="file",
            remedy="Import it in parts.",
        )
    return content


def _listed(content: bytes) -> list[Any]:
    """Return the responses of a file: one, a list, or an object with a list as `responses`."""
    try:
        given = from_json(content.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except ValueError as error:
        raise MalformedError(
            f"The file is not JSON: {error}.", field="file", remedy="Give JSON in UTF-8."
        ) from None
    if isinstance(given, dict):
        given = given["responses"] if given.keys() == {"responses"} else [given]
    if not isinstance(given, list) or not given:
        raise MalformedError(
            "The file holds no responses.",
            field="file",
            remedy="Give one Open Positive Response, or a JSON array of them.",
        )
    return given


async def _add(env: "Env", start: str, answer: Answer, by: str) -> "Fate":
    from jobs.responding import record_answers

    author = Author(actor=Actor.USER, name=by)
    ticket_id = whole_id(env.store, start)
    [result] = await record_answers(env, ticket_id, [Respondent(answer, author)], by=author)
    return result


async def _read(start: str) -> Ticket:
    store = open_store()
    return await store.tickets.get(whole_id(store, start))


async def _with_env(use: "Callable[[Env], Awaitable[T]]") -> T:
    from jobs.wiring import make_env

    env = make_env(Config.from_env(os.environ))
    try:
        return await use(env)
    finally:
        await env.queue.close()
