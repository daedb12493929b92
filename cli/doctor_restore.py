"""What `texas811 doctor` thinks of a restore of everything that has not ended."""

from collections.abc import Iterator
from pathlib import Path

from cli.diagnosis import Diagnosis
from cli.doctor_checks import STORE
from domain.errors import Texas811Error

NAME = "restore"


def look_at_restore(root: Path) -> Iterator[Diagnosis]:
    """Yield that a restore is pending; whoever starts the service starts with that."""
    from storage.layout import Layout
    from storage.restore_journal import read_journal

    try:
        journal = read_journal(Layout(root))
    except Texas811Error as failure:
        yield STORE.failed(NAME, failure)
        return
    if journal is None:
        yield STORE.ok(NAME, "none is pending")
        return
    seen = (
        f"of {journal.filename} by {journal.by.name}, asked for at "
        f"{journal.asked_at:%Y-%m-%d %H:%M:%SZ}: {journal.phase}"
    )
    if journal.is_only_forward:
        remedy = "Start the service, or `texas811 backups restore --go-on`: it must be ended."
        yield STORE.wrong(NAME, seen, remedy)
    else:
        remedy = (
            "The next start does it. If nobody wants it: `texas811 backups restore --call-off`."
        )
        yield STORE.note(NAME, seen, remedy)
