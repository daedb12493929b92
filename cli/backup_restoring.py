"""`texas811 backups restore`: everything replaced by what a backup holds, gone on with, or called off."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cli import completing
from cli.backup_parts import AsJson, with_env
from cli.backup_places import IdentityFile, OfInstallation, fetched, filename_of
from cli.statuses import Status
from cli.tables import print_json
from domain.audit import Actor, Author
from domain.errors import UnavailableError

if TYPE_CHECKING:
    from jobs.job import Env
    from jobs.whole_restoring import Wish
    from storage.restorations import Restoration

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def restore(  # noqa: PLR0913 - each is an option of the command
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="Which, or latest.",
            autocompletion=completing.backups_or_latest,
        ),
    ] = None,
    *,
    by: Annotated[str, typer.Option(help="Who does this.")],
    reason: Annotated[str, typer.Option(help="Why; needed with NAME.")] = "",
    keep_orders: Annotated[
        bool,
        typer.Option(
            "--keep-orders", help="Work orders accepted after the backup are done again."
        ),
    ] = False,
    accept_faults: Annotated[
        bool,
        typer.Option("--accept-faults", help="Also a backup in which `check` finds faults."),
    ] = False,
    from_bucket: Annotated[
        bool, typer.Option("--from-bucket", help="Fetch it first; --identity opens it.")
    ] = False,
    identity: IdentityFile = None,
    installation: OfInstallation = None,
    call_off: Annotated[
        bool, typer.Option("--call-off", help="Leave all as it is: the one that is pending.")
    ] = False,
    go_on: Annotated[
        bool, typer.Option("--go-on", help="End the one that is pending, and was cut off.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask in a terminal.")] = False,
    as_json: AsJson = False,
) -> None:
    """Replace everything by what a backup holds; what is there now becomes a restore point.

    A service that runs must have nothing to do: all lanes paused, nothing running. It makes way
    and starts again. Until everything is put into its place, Ctrl-C or --call-off leaves it as it
    was; from there on it goes on to its end. Exit status: 2 or 3 if there is no such good backup,
    4 if the service works or a restore is pending, 5 if it failed and all is as before, 8 if it was
    not confirmed or was called off.
    """
    if [name is not None, call_off, go_on].count(True) != 1:
        raise typer.BadParameter("Name a backup, or give --call-off or --go-on.")
    asked = _Asked(
        name, Author(actor=Actor.USER, name=by), reason, keep_orders, accept_faults, yes
    )

    async def do(env: "Env") -> "Restoration":
        from jobs.whole_restoring import call_off as call_it_off

        if call_off:
            return await call_it_off(env, by=asked.by)
        if from_bucket and name:
            found = (await fetched(env, name, identity, installation)).filename
            return await _restored(env, asked._replace(name=found))
        return await _restored(env, asked)

    _tell(asyncio.run(with_env(do)), is_wanted=call_off, as_json=as_json)


class _Asked(NamedTuple):
    """What a person has decided; without a name to end what is pending."""

    name: str | None
    by: Author
    reason: str
    keeps_orders: bool
    accepts_faults: bool
    is_sure: bool


async def _restored(env: "Env", asked: _Asked) -> "Restoration":
    from jobs.whole_restoring import Wish, go_on, restore_everything

    wish = Wish()

    def tell(step: str) -> None:
        if sys.stderr.isatty() or wish.is_taken_back:
            sys.stderr.write(f"{step} ...\n")

    if asked.name is None:
        with _stopped_by_signals(wish):
            return await go_on(env, on_step=tell, wish=wish)
    filename = await filename_of(env, asked.name)
    if sys.stdin.isatty() and not (asked.is_sure or _is_confirmed(filename)):
        sys.stdout.write("Nothing was done.\n")
        raise typer.Exit(Status.CANCELLED)
    with _stopped_by_signals(wish):
        return await restore_everything(
            env,
            filename,
            by=asked.by,
            reason=asked.reason,
            keeps_orders=asked.keeps_orders,
            accepts_faults=asked.accepts_faults,
            on_step=tell,
            wish=wish,
        )


@contextmanager
def _stopped_by_signals(wish: "Wish") -> Iterator[None]:
    """Take the wish back when somebody asks to stop: what is half done would be done to its end."""

    def take_back() -> None:
        wish.take_back()
        sys.stderr.write("calling it off, if it can be ...\n")

    loop = asyncio.get_running_loop()
    for number in STOPPING:
        loop.add_signal_handler(number, take_back)
    try:
        yield
    finally:
        for number in STOPPING:
            loop.remove_signal_handler(number)


def _tell(ended: "Restoration", *, is_wanted: bool, as_json: bool) -> None:
    if ended.problem and not ended.is_called_off:
        raise UnavailableError(f"Nothing was restored: {ended.problem}", remedy=ended.remedy)
    if as_json:
        print_json(ended.model_dump(mode="json"))
    elif ended.is_called_off:
        sys.stdout.write(
            f"Nothing was restored from {ended.filename}: {ended.problem} "
            "Everything is as it was before.\n"
        )
    else:
        sys.stdout.write(
            f"Everything is restored from {ended.filename}: {ended.tickets} tickets.\n"
            f"What was there before is in {ended.restore_point}.\n{_later_orders(ended)}"
            "A service that has made way for it starts again now, and answers in a moment.\n"
        )
    if ended.is_called_off and not is_wanted:
        raise typer.Exit(Status.CANCELLED)


def _is_confirmed(filename: str) -> bool:
    try:
        return typer.confirm(f"Replace everything by {filename}?", err=True)
    except typer.Abort:  # Ctrl-C
        return False


def _later_orders(ended: "Restoration") -> str:
    if not ended.newer_orders:
        return ""
    kept = "are done again" if ended.keeps_orders else "are only there"
    return f"{len(ended.newer_orders)} work orders that were accepted later {kept}.\n"
