"""`texas811 audit bundle`: one ticket for a regulator, in one file."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cli import completing
from cli.statuses import Status
from cli.tables import print_json, print_table
from config import Config


def bundle(
    ticket_id: Annotated[
        str,
        typer.Argument(
            help="The id, or its first characters.", autocompletion=completing.tickets
        ),
    ],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.zip", help="Where to.")
    ],
    with_chain: Annotated[
        bool,
        typer.Option("--with-chain", help="With the tickets before and after it, whole."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write a ticket as a zip that can be checked without this program, with a report to be read.

    Exit status: 0 if it was written and the audit log is whole, 1 if it was written and the log is
    not, 3 if there is no such ticket, 5 if the ticket is damaged or the disk fails.
    """
    from cli.tickets import whole_id
    from storage.bundling import Bundling
    from storage.clock import system_clock
    from storage.store import Store

    store = Store(Config.from_env(os.environ).root)
    made = Bundling(store).bundle(
        whole_id(store, ticket_id), output, now=system_clock(), with_chain=with_chain
    )
    told = {
        "file": str(made.path),
        "files": made.files,
        "size_bytes": made.size_bytes,
        "sha256": made.sha256,
        "first_line": made.proof.first,
        "head": made.proof.head,
        "faults": list(made.proof.faults),
    }
    if as_json:
        print_json(told)
    else:
        rows = [(name.replace("_", " "), str(value)) for name, value in told.items() if value]
        print_table(("bundle", ""), rows)
    if made.proof.faults:
        raise typer.Exit(Status.FOUND)
