"""`texas811`: every command, and what its exit status says.

Libraries that a command needs are imported when it runs, so that a command of cron starts
fast.
"""

import sys

import typer

from cli import check, deadlines, demo, extract, queue, tickets, up, validate
from domain.errors import (
    ConflictError,
    NotFoundError,
    RejectedError,
    Texas811Error,
    UnavailableError,
)

# 1 is left for accidents, so that a script can tell them from a no. 6 is no failure: `validate`
# ends with it for a ticket that is Invalid.
EXIT_STATUS_OF: dict[type[Texas811Error], int] = {
    RejectedError: 2,
    NotFoundError: 3,
    ConflictError: 4,
    UnavailableError: 5,
}

app = typer.Typer(
    name="texas811",
    help="Turns utility work orders into lawful Texas 811 locate tickets.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("extract")(extract.extract)
app.command("deadlines")(deadlines.deadlines)
app.command("validate")(validate.validate)
app.command("queue")(queue.queue)
app.command("check")(check.check)
app.add_typer(tickets.app, name="tickets")


def main() -> None:
    """Run the command line; a named failure ends with its sentence and its status."""
    try:
        app()
    except Texas811Error as failure:
        place = f"{failure.field}: " if failure.field else ""
        sys.stderr.write(f"{place}{failure.problem}\n")
        if failure.remedy:
            sys.stderr.write(f"{failure.remedy}\n")
        kinds = type(failure).__mro__
        sys.exit(next(EXIT_STATUS_OF[kind] for kind in kinds if kind in EXIT_STATUS_OF))


if __name__ == "__main__":
    main()
