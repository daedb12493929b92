"""`texas811`: every command, and what its exit status says.

Commands are imported when they are named, and the libraries that they need when they run, so
that a command of cron starts fast.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from domain.errors import (
    ConflictError,
    NotFoundError,
    RejectedError,
    Texas811Error,
    UnavailableError,
)

# 1 is left for accidents, so that a script can tell them from a no. 6 is no failure: `validate`
# ends with it for a ticket that is Invalid. 7: the job that was waited for has failed, 8: the work
# order was cancelled.
EXIT_STATUS_OF: dict[type[Texas811Error], int] = {
    RejectedError: 2,
    NotFoundError: 3,
    ConflictError: 4,
    UnavailableError: 5,
}

# Where each command is, in the order of the help. Only the one that is named is imported.
COMMANDS = {
    "up": "cli.up:up",
    "demo": "cli.demo:demo",
    "extract": "cli.extract:extract",
    "deadlines": "cli.deadlines:deadlines",
    "validate": "cli.validate:validate",
    "work-orders": "cli.work_orders:app",
    "queue": "cli.queue:app",
    "ring": "cli.ring:ring",
    "schedules": "cli.schedules:schedules",
    "check": "cli.check:check",
    "dead-letters": "cli.dead_letters:app",
    "tickets": "cli.tickets:app",
}


def make_app(arguments: Sequence[str]) -> typer.Typer:
    """Return the command line with the command that these arguments name, or else with all."""
    app = typer.Typer(
        name="texas811",
        help="Turns utility work orders into lawful Texas 811 locate tickets.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # with one command alone its name would not be expected
    named = [name for name in arguments[:1] if name in COMMANDS]
    for name in named or COMMANDS:
        module, _, what = COMMANDS[name].partition(":")
        command = getattr(import_module(module), what)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def main() -> None:
    """Run the command line; a named failure ends with its sentence and its status."""
    try:
        make_app(sys.argv[1:])()
    except Texas811Error as failure:
        place = f"{failure.field}: " if failure.field else ""
        sys.stderr.write(f"{place}{failure.problem}\n")
        if failure.remedy:
            sys.stderr.write(f"{failure.remedy}\n")
        kinds = type(failure).__mro__
        sys.exit(next(EXIT_STATUS_OF[kind] for kind in kinds if kind in EXIT_STATUS_OF))


if __name__ == "__main__":
    main()
