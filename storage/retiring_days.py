"""How the oldest days of the audit log go: told of, the anchor written, then their files removed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from storage.audit_anchor import Anchor, AnchorLine, believed_anchor, write_anchor
from storage.chain import Head, Line, Link, entry
from storage.file_locks import FileLock
from storage.files import remove_file, sync_directory
from storage.layout import Layout
from storage.log_lines import days_of, links_between, read_lines
from storage.retention_plan import Going
from storage.retired_archive import Removal, RetiredArchive
from storage.store import Store


def retire_days(store: Store, going: Sequence[Going], removal: Removal) -> Sequence[Going]:
    """Remove the oldest days, up to the first that is not as archived; return them. Blocks.

    None goes if one was changed after that was told: then the next run sees to it. Raises OSError;
    days whose files are left then are removed by the next run.
    """
    layout = store.quarantine.layout
    with FileLock(layout.audit_lock):
        going = _as_archived(layout, going, removal.archive)
        anchor = _anchor(layout, going, removal) if going else None
    if anchor is None:
        return ()
    days = [one.name for one in going]
    notes = (
        f"{len(days)} days of the audit log, {days[0]} to {days[-1]}, are older than "
        f"{removal.plan.audit_before} and tell of nothing that is there."
    )
    event = removal.event("audit_days", days, notes, anchor)
    if store.audit.find(event) is None:
        store.audit.renew()
        store.audit.append_durably(entry(event))
    with FileLock(layout.audit_lock):
        if _as_archived(layout, going, removal.archive) != going:
            return ()
        write_anchor(layout, anchor)
        for one in going:
            remove_file(layout.root / one.files[0])
        _remove_empty_months(layout, days)
    return going


def _remove_empty_months(layout: Layout, days: Sequence[str]) -> None:
    """Remove the folders in which no day is left. The caller holds the lock of the log."""
    for folder in sorted({layout.audit_file(day).parent for day in days}):
        with suppress(OSError):  # something is left in it
            folder.rmdir()
    sync_directory(layout.audit)


def _as_archived(
    layout: Layout, going: Sequence[Going], archive: RetiredArchive
) -> Sequence[Going]:
    """Return the days up to the first to which a late event came since it was archived."""
    for number, one in enumerate(going):
        if not archive.holds(layout.root, one.files[0]):
            return going[:number]
    return going


def _anchor(layout: Layout, going: Sequence[Going], removal: Removal) -> Anchor:
    """Return the anchor that stands for these days, and for all that were removed before."""
    earlier = believed_anchor(layout)
    days = [one.name for one in going]
    last = AnchorLine(day=days[-1], number=0, sha256=Head().sha256)
    wanted = _links_of(layout, after=days[-1])
    held = {line.place: line for line in ([*earlier.held, earlier.last] if earlier else [])}
    for day in days:
        for line in read_lines(layout.audit_file(day)):
            if not isinstance(line, Line):
                continue
            last = AnchorLine(day=day, number=line.head.number, sha256=line.head.sha256)
            if last.place in wanted:
                held[last.place] = last
    if earlier and earlier.last.day > last.day:
        last = earlier.last
    return Anchor(
        first=days[0],
        last=last,
        # Only what proves something: what hangs on another line stays broken.
        held=[
            held[after]
            for after, link in sorted(wanted.items())
            if after in held and held[after].sha256 == link.previous and after != last.place
        ],
        removed_at=removal.plan.made_at,
        by=removal.who,
        archive=removal.archive.name,
        archive_sha256=removal.archive.sha256,
    )


def _links_of(layout: Layout, *, after: str) -> Mapping[str, Link]:
    """Return how the first lines of later days hang on earlier ones, by what they hang on."""
    later = [(day, path) for day, path in days_of(layout) if day > after]
    return {str(link.after): link for _day, link in links_between(later)}
