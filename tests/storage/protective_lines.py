"""The lines that protect what was accepted, and the tests that miss each: see `protections`."""

from typing import NamedTuple


class Protection(NamedTuple):
    """What protects, where it stands, what is put in its place, and the tests that shall notice."""

    name: str
    file: str
    line: str
    without: str
    tests: str


WRITING, FILES, AUDIT, CHAIN, CANCELLING = (
    f"storage/{name}.py" for name in ("writing", "files", "audit", "chain", "cancellations")
)
PROTECTIONS = (
    Protection(
        "what the note says of the log is looked up",
        WRITING,
        "            if note.line and not self._audit.tells(id_, note.line):\n",
        "            if False:\n",
        "test_audit_repair.py",
    ),
    Protection(
        "a file that is gone is not absent",
        "storage/tickets.py",
        "            if version := noted_version(self._layout.ticket_lock(ticket_id)):\n",
        "            if version := 0:\n",
        "test_taken_away.py",
    ),
    Protection(
        "other processes hear of a sync that failed",
        AUDIT,
        '            append_shared(self._suspects, "".join(f"{day}\\n" for day in days).encode())\n',
        "            pass\n",
        "test_audit_repair.py",
    ),
    Protection(
        "fsync of the file",
        FILES,
        "        if is_synced:\n            fsync(descriptor)\n",
        "",
        "test_files.py",
    ),
    Protection(
        "fsync of the directory",
        FILES,
        "    place(stage(path, content), path)\n"
        "    # The directory, not the file, remembers a rename: without this a power cut can bring\n"
        "    # the old file back.\n"
        "    sync_directory(path.parent)\n",
        "    place(stage(path, content), path)\n",
        "test_files.py",
    ),
    Protection(
        "fsync of tickets/ after the renames",
        WRITING,
        "            if placed:\n                sync_open_directory(directory)\n",
        "            pass\n",
        "test_committing.py",
    ),
    Protection(
        "the shared sync of a batch",
        WRITING,
        "                files.sync_filesystem(directory)\n",
        "",
        "test_committing.py",
    ),
    Protection(
        "the sync that covers the line before",
        WRITING,
        "(unsettled or len(commits) > 1)",
        "(len(commits) > 1)",
        "test_audit_repair.py",
    ),
    Protection(
        "the version check",
        WRITING,
        "        if commit.version != asked:\n",
        "        if False:\n",
        "test_store.py",
    ),
    Protection(
        "a cancelled order becomes no ticket",
        WRITING,
        "            refuse_cancelled(self._layout, commit.change.ticket)\n",
        "            pass\n",
        "test_cancellations.py",
    ),
    Protection(
        "an order that is a ticket is not cancelled",
        CANCELLING,
        "            layout.ticket(ticket).exists()\n            or noted_version(lock)\n",
        "            noted_version(lock)\n",
        "test_cancellations.py",
    ),
    Protection(
        "a decision and a ticket wait for each other",
        CANCELLING,
        "disk_trouble(folder / CANCELLED_FILE), TicketLock(lock):\n",
        "disk_trouble(folder / CANCELLED_FILE):\n",
        "test_cancellations.py",
    ),
    Protection(
        "a decision made again is durable",
        CANCELLING,
        "            sync_directory(folder)\n",
        "            pass\n",
        "test_cancellations.py",
    ),
    Protection(
        "a cancelled order is owed no more",
        "storage/work_orders.py",
        "            and not self.is_cancelled(order)\n",
        "",
        "test_cancellations.py",
    ),
    Protection(
        "the lock of a ticket",
        "storage/file_locks.py",
        "            fcntl.flock(self.descriptor, fcntl.LOCK_EX)\n",
        "            pass\n",
        "test_files_locks.py",
    ),
    Protection(
        "one order of locks",
        WRITING,
        "            in_order = sorted(commits, key=lambda commit: commit.ticket_id)\n",
        "            in_order = commits\n",
        "test_committing.py",
    ),
    Protection(
        "settling the event before",
        WRITING,
        "            self._settle(commits, directory)\n",
        "",
        "test_store_crashes.py",
    ),
    Protection(
        "settling at recovery",
        "storage/store.py",
        "sum(self._settle(ticket_id, told) for ticket_id in sorted(index.changed))",
        "0",
        "test_store_crashes.py",
    ),
    Protection(
        "the digest of a ticket",
        "storage/ticket_files.py",
        "        if not is_whole and (meta.format >= FIRST_PROVEN_FORMAT or meta.sha256):\n",
        "        if False:\n",
        "test_tickets.py",
    ),
    Protection(
        "the digest of a line",
        CHAIN,
        "        if end != DIGEST_FIELD + digest.encode() + LINE_TAIL:\n",
        "        if False:\n",
        "test_audit_chain.py",
    ),
    Protection(
        "the number of a line",
        CHAIN,
        "    if link.number != before.number + 1:\n",
        "    if False:\n",
        "test_audit_chain.py",
    ),
    Protection(
        "the link to the line before",
        CHAIN,
        "    if before.number and before.sha256 not in (link.previous, UNKNOWN):\n",
        "    if False:\n",
        "test_audit_chain.py",
    ),
    Protection(
        "the link to the day before",
        "storage/audit_reading.py",
        "            if (link.after, link.previous) in missing\n",
        "            if False\n",
        "test_audit_chain.py",
    ),
    Protection(
        "the line that tells of the anchor",
        "storage/audit_anchor.py",
        "    return anchor if anchor and is_told(layout, anchor) else None\n",
        "    return anchor\n",
        "test_audit_anchor_forged.py",
    ),
    Protection(
        "cutting a torn end",
        "storage/lines.py",
        "        if end != size:\n            self.cut(end)\n",
        "",
        "test_files_lines.py",
    ),
    Protection(
        "the day before is durable first",
        AUDIT,
        "                    lines.sync()\n                    known.durable_end = known.end\n",
        "                    known.durable_end = known.end\n",
        "test_audit_repair.py",
    ),
    Protection(
        "a refusal that cannot be synced is taken out",
        AUDIT,
        "                    lines.cut(position.offset)\n",
        "                    pass\n",
        "test_audit_repair.py",
    ),
    Protection(
        "days are written anew after a sync that failed",
        WRITING,
        "            self._audit.suspect()\n",
        "",
        "test_audit_repair.py",
    ),
    Protection(
        "a damaged ticket is not absent",
        "storage/tickets.py",
        "            if lost := self._quarantine.of_ticket(ticket_id):\n",
        "            if lost := None:\n",
        "test_faults.py",
    ),
    Protection(
        "a note of another boot is not believed",
        "storage/ticket_locks.py",
        "        return note if of_any_boot or boot == boot_id() else None\n",
        "        return note\n",
        "test_store_crashes.py",
    ),
    Protection(
        "a note speaks of the file as it lies there",
        "storage/ticket_locks.py",
        "        return note if note and note.identity == identity else None\n\n    def leave",
        "        return note\n\n    def leave",
        "test_store.py",
    ),
    Protection(
        "a swapped directory takes no changes",
        WRITING,
        "        if place_of(path) != self._place:\n",
        "        if False:\n",
        "test_faults.py",
    ),
    Protection(
        "names are checked",
        "storage/layout.py",
        "    if not NAME.fullmatch(name):\n",
        "    if False:\n",
        "test_faults.py",
    ),
)
