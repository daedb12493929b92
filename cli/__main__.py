"""`texas811`: every command, and what its exit status says.

Commands are imported when they are named, and the libraries that they need when they run, so
that a command of cron starts fast.
"""

import json
import sys
from collections import UserDict
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from cli.standard_output import end_when_unread
from cli.statuses import Status, status_of
from domain.errors import Texas811Error

# Where each command is, in the order of the help. Only the one that is named is imported.
COMMANDS = {
    "up": "cli.up:up",
    "demo": "cli.demo:demo",
    "extract": "cli.extract:extract",
    "templates": "cli.templates:app",
    "deadlines": "cli.deadlines:deadlines",
    "validate": "cli.validate:validate",
    "work-orders": "cli.work_orders:app",
    "queue": "cli.queue:app",
    "ring": "cli.ring:ring",
    "schedules": "cli.schedules:schedules",
    "status": "cli.status:status",
    "check": "cli.check:check",
    "doctor": "cli.doctor:doctor",
    "dead-letters": "cli.dead_letters:app",
    "backups": "cli.backups:app",
    "tickets": "cli.ticket_times:app",
    "export": "cli.porting:export",
    "import": "cli.porting:import_file",
    "responses": "cli.responses:app",
    "audit": "cli.audit:app",
    "migrate": "cli.migrate:migrate",
    "holds": "cli.holds:app",
    "retention": "cli.retention:retention",
    "keys": "cli.keys:app",
    "sessions": "cli.sessions:app",
}


NAME = "texas811"


class Imported(UserDict[str, Any]):
    """The commands by their names, each imported when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        module, _, what = self.data[name].partition(":")
        found = getattr(import_module(module), what)
        holder = typer.Typer(add_completion=False)
        holder.callback()(lambda: None)  # with one command alone its name would not be expected
        if isinstance(found, typer.Typer):
            holder.add_typer(found, name=name)
        else:
            holder.command(name)(found)
        group = typer.main.get_command(holder)
        return group.commands[name] if isinstance(group, TyperGroup) else group


class Commands(TyperGroup):
    """The command line, with every command in its order."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "commands": Imported(COMMANDS)})

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Complete a name by the names alone: whoever presses Tab waits for no import."""
        self.commands = {name: TyperCommand(name) for name in COMMANDS}
        return super().shell_complete(ctx, incomplete)


def make_app() -> typer.Typer:
    """Return the command line."""
    app = typer.Typer(
        name=NAME, cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False
    )
    app.callback()(_texas811)
    return app


def _print_version(is_asked: bool) -> None:  # noqa: FBT001 - typer gives it so
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"{NAME} {version(NAME)}")
        raise typer.Exit


def _texas811(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Turn utility work orders into lawful Texas 811 locate tickets."""


def main() -> None:
    """Run the command line; a named failure ends with its sentence and its status."""
    end_when_unread()
    status = run(sys.argv[1:])
    sys.stdout.flush()
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its status; what went wrong is told on standard error."""
    wants_json = "--json" in arguments
    try:
        status = make_app()(arguments, prog_name=NAME, standalone_mode=False) or Status.DONE
    except Texas811Error as failure:
        tell(failure, as_json=wants_json)
        return status_of(failure)
    except typer.TyperException as misuse:
        tell_of_misuse(misuse, as_json=wants_json)
        return misuse.exit_code
    except KeyboardInterrupt:
        status = Status.INTERRUPTED
    if status == Status.INTERRUPTED:
        sys.stderr.write("Interrupted. What was done until then is done.\n")
    return int(status)


def tell(failure: Texas811Error, *, as_json: bool) -> None:
    """Tell of a failure: a sentence for a person, or one JSON object on a line."""
    if as_json:
        told = {
            "problem": failure.problem,
            "field": failure.field,
            "remedy": failure.remedy,
            "suggested_values": failure.suggested_values,
            "exit_status": status_of(failure),
        }
        sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    place = f"{failure.field}: " if failure.field else ""
    sys.stderr.write(f"{place}{failure.problem}\n")
    if failure.remedy:
        sys.stderr.write(f"{failure.remedy}\n")


def tell_of_misuse(misuse: typer.TyperException, *, as_json: bool) -> None:
    """Tell of arguments that the command line does not take, in the same two ways."""
    if not as_json:
        from typer.rich_utils import rich_format_error

        rich_format_error(misuse)  # type: ignore[arg-type]  # the kind that is typer's own
        return
    context, parameter = getattr(misuse, "ctx", None), getattr(misuse, "param", None)
    told: dict[str, Any] = {
        "problem": misuse.format_message(),
        "field": parameter.name if parameter else None,
        "remedy": f"See `{context.command_path if context else NAME} --help`.",
        "suggested_values": [],
        "exit_status": misuse.exit_code,
    }
    sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
