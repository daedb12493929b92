"""`texas811 backups new-key`: the pair of keys for which backups are sealed, and opened with."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.backup_parts import AsJson
from cli.tables import print_json


def new_key(
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Into a new file that only you can read."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key with which sealed backups are opened: print it, once, and the public key beside it.

    Keep it in a file away from this machine; set BACKUP_RECIPIENTS to the public key. Exit status:
    2 if there is such a file already, 5 if the disk does not take it.
    """
    from storage.clock import system_clock
    from storage.sealing import new_key as make_key
    from storage.sealing import write_identity

    key = make_key(system_clock())
    if output:
        write_identity(output, key)
        told = {"public_key": key.public_key, "output": str(output)}
        if as_json:
            print_json(told)
        else:
            sys.stdout.write(f"Public key: {key.public_key}\n")
        return
    if as_json:
        print_json({"public_key": key.public_key, "identity_file": key.identity_file})
        return
    sys.stdout.write(key.identity_file)
    sys.stderr.write(f"Public key: {key.public_key}\n")
