"""`texas811 templates`: layouts as data files listed, shown, tried, added, removed and learned."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.backup_parts import with_env
from cli.tables import print_json, print_table
from cli.tickets import open_store
from domain.audit import Actor, Author
from domain.errors import NotFoundError, RejectedError

if TYPE_CHECKING:
    from extraction.templates import Template
    from storage.templates import Shelf

COLUMNS = ("name", "version", "whose", "priority", "fields", "tests", "state")
SHIPPED, YOURS = "shipped", "yours"

app = typer.Typer(
    help="Teach the reader layouts: templates that say where values stand.",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
By = Annotated[str, typer.Option(envvar="USER", help="Who does this.")]
File = Annotated[
    Path,
    typer.Argument(
        exists=True,
        dir_okay=False,
        readable=True,
        metavar="FILE",
        help="The template, as TOML.",
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the template.")]


@app.command("list")
def list_templates(*, as_json: AsJson = False) -> None:
    """List the templates: those that come with the program, and yours, also the faulty ones."""
    rows = _rows(_shelf())
    if as_json:
        print_json(rows)
    elif not rows:
        sys.stdout.write("There is no template. Learn one: texas811 templates learn --help\n")
    else:
        print_table(COLUMNS, [tuple(str(row[name]) for name in COLUMNS) for row in rows])


@app.command("show")
def show_template(name: Name, *, as_json: AsJson = False) -> None:
    """Print a template; yours as it lies there. Exit status: 3 if there is none of this name."""
    from extraction.templates import load, shipped
    from extraction.templates.writing import to_toml

    own = _shelf().contents.get(name)
    known = {template.name: template for template in shipped()}
    if own is None and name not in known:
        raise NotFoundError(
            f"There is no template {name[:80]!r}.",
            field="name",
            remedy="See `texas811 templates list`.",
            suggested_values=sorted(known),
        )
    if as_json:
        print_json(_told(load(own) if own is not None else known[name]))
    else:
        sys.stdout.write(own.decode("utf-8", "replace") if own else to_toml(known[name]))


@app.command("check")
def check_template(file: File, *, as_json: AsJson = False) -> None:
    """Look whether a template can be used and passes the tests in it; nothing is changed.

    Exit status: 2 if not, with the field, the problem and the remedy.
    """
    from jobs.templating import proven

    template = proven(_read(file))
    if as_json:
        print_json({"name": template.name, "tests": len(template.tests), "good": True})
    else:
        count = len(template.tests)
        tests = f"passes its {count} tests" if count else "has no tests"
        sys.stdout.write(f"The template {template.name} can be used; it {tests}.\n")


@app.command("add")
def add_template(file: File, *, by: By, as_json: AsJson = False) -> None:
    """Add a template, in the place of the one of its name; documents that come are read by it.

    Exit status: 2 if it cannot be used or fails a test of its own.
    """
    from jobs.templating import add

    author = Author(actor=Actor.USER, name=by)
    content = _read(file)
    template, is_news = asyncio.run(with_env(lambda env: add(env, content, by=author)))
    if as_json:
        print_json({"name": template.name, "version": template.version, "is_news": is_news})
    else:
        what = "is added" if is_news else "was there already, the same"
        sys.stdout.write(f"The template {template.name} {what}.\n")


@app.command("remove")
def remove_template(name: Name, *, by: By, as_json: AsJson = False) -> None:
    """Remove a template of yours. Exit status: 3 if there is none of this name."""
    from jobs.templating import remove

    author = Author(actor=Actor.USER, name=by)
    asyncio.run(with_env(lambda env: remove(env, name, by=author)))
    if as_json:
        print_json({"name": name, "removed": True})
    else:
        sys.stdout.write(f"The template {name} is removed.\n")


@app.command("learn")
def learn_template(
    document: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="A document."),
    ],
    ticket: Annotated[
        str,
        typer.Argument(help="Its confirmed ticket: an id, or a JSON file of ticket fields."),
    ],
    *,
    name: Annotated[str, typer.Option(help="What the template is called.")] = "learned",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A new file for it; else it is printed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose a template from a document and its confirmed ticket; nothing is added.

    What is proposed holds words of the layout and no value of the document; words in it that
    are not known as layout are named: look at them. Each rule reads the confirmed value again.

    Exit status: 2 if nothing could be learned, 3 if there is no such ticket, 4 if FILE is there.
    """
    from cli.learning import learned, write_new

    proposal, text = learned(document, ticket, name)
    if out is not None:
        write_new(out, text)
    if as_json:
        print_json(
            {
                "template": None if out else text,
                "output": str(out) if out else None,
                "placed": proposal.placed,
                "unplaced": proposal.unplaced,
                "look_at": list(proposal.doubtful),
            }
        )
        return
    if out is None:
        sys.stdout.write(text)
    _tell_of(proposal.unplaced, proposal.doubtful, len(proposal.placed))


def _tell_of(unplaced: dict[str, str], doubtful: tuple[str, ...], placed: int) -> None:
    """Tell a person, beside the file, what was placed, what was not, and what to look at."""
    sys.stderr.write(f"{placed} fields were placed, {len(unplaced)} were not.\n")
    for field, reason in unplaced.items():
        sys.stderr.write(f"{field}: {reason}.\n")
    if doubtful:
        words = ", ".join(doubtful)
        sys.stderr.write(f"Look whether these are words of the layout: {words}.\n")


def _shelf() -> "Shelf":
    store = open_store()
    layout = store.quarantine.layout
    layout.existing(layout.config)  # a mistyped DATA_DIR is not one without templates
    return store.templates.shelf_now()


def _rows(shelf: "Shelf") -> list[dict[str, Any]]:
    from extraction.templates import shipped
    from jobs.templating import faults_in, usable

    faults = faults_in(shelf)
    own = usable(shelf)
    hidden = {template.name for template in own}
    rows = [_row(one, SHIPPED, "replaced" if one.name in hidden else "") for one in shipped()]
    rows += [_row(one, YOURS, "") for one in own]
    faulty = dict.fromkeys(COLUMNS, "")
    rows += [
        faulty | {"name": name, "whose": YOURS, "state": problem}
        for name, problem in faults.items()
    ]
    return rows


def _row(template: "Template", whose: str, state: str) -> dict[str, Any]:
    return {
        "name": template.name,
        "version": template.version,
        "whose": whose,
        "priority": template.priority,
        "fields": len({rule.field for rule in template.fields} | set(template.constants)),
        "tests": len(template.tests),
        "state": state or "good",
    }


def _told(template: "Template") -> dict[str, Any]:
    return template.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _read(file: Path) -> bytes:
    from storage.templates import TEMPLATE_BYTES_MAX

    try:
        with file.open("rb") as source:
            return source.read(TEMPLATE_BYTES_MAX + 1)
    except OSError as error:
        problem = f"It cannot be read: {error.strerror}."
        raise RejectedError(problem, field="file", remedy="Name a readable file.") from None
