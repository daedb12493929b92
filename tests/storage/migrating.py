"""A migration as the command makes it, and what lies there afterwards."""

from datetime import datetime
from pathlib import Path

from domain.audit import Actor, Author
from storage.migration import Migration
from storage.migration_notes import MigrationReport
from storage.store import Store
from tests.builders import NOW

ANA = Author(actor=Actor.USER, name="Ana Ruiz")
KEPT = Path("migrated", f"{NOW:%Y%m%d_%H%M%S}")


async def migrated(root: Path, *, now: datetime = NOW) -> MigrationReport:
    """Migrate a directory as the command does."""
    store = Store(root)
    await store.open()
    report = await Migration(store, lambda: now).run(ANA)
    await store.close()
    return report


def files_in(root: Path) -> dict[str, bytes]:
    """Return what lies below a directory, but for what is derived and what writers left."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and path.relative_to(root).parts[0] not in {"locks", "numbers"}
        and path != root / "tickets" / "index.json"
        and not path.name.startswith(".")
    }
