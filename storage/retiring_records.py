"""How conversations and dropped dead letters go: told of in one event, then removed one by one."""

from collections.abc import Sequence
from pathlib import Path

from storage.chain import entry
from storage.files import remove_file
from storage.layout import SESSION_FILE
from storage.retention_plan import Going, Kind
from storage.retired_archive import Removal, RetiredArchive
from storage.store import Store

PLACES = {Kind.CONVERSATION: "sessions/expired", Kind.DEAD_LETTER: "dead_letters"}


def retire_records(store: Store, going: Sequence[Going], removal: Removal) -> list[Going]:
    """Remove conversations or dead letters, all of one kind; return those that were as archived.

    Blocks. Raises OSError.
    """
    kind, before = going[0].kind, removal.plan.data_before
    notes = f"{len(going)} of {PLACES[kind]} were over before {before:%Y-%m-%d %H:%M} UTC."
    event = removal.event(f"{kind}s", [one.name for one in going], notes)
    if store.audit.find(event) is None:
        store.audit.renew()
        store.audit.append_durably(entry(event))
    with store.legal_holds.lock():
        held = {hold.ticket_id for hold in store.legal_holds.kept_now() if hold.is_open}
        return [
            one
            for one in going
            if one.about not in held and _remove(store, one, removal.archive)
        ]


def _remove(store: Store, going: Going, archive: RetiredArchive) -> bool:
    """Remove a file if it is as archived; was it?"""
    root, (file,) = store.quarantine.layout.root, going.files
    session = SESSION_FILE.fullmatch(Path(file).name)
    if going.kind is Kind.CONVERSATION and session:
        return store.sessions.forget_ended_now(session[1], archive.digests[file])
    if not archive.holds(root, file):
        return False
    remove_file(root / file)
    return True
