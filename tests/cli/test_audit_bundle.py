"""`texas811 audit bundle`: one ticket for a regulator, to be checked without this program."""

import hashlib
import json
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from domain import replay
from domain.audit import AuditEvent
from domain.keeping import Keeping
from domain.ticket import Ticket
from storage.bundling import Bundling, document_name
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_order, make_ticket
from tests.cli.commands import texas811
from tests.domain.lives import make_life, taken
from tests.storage.damage import DOCUMENT, filled
from tests.storage.retention import ANN, over, retiring
from tests.storage.retention import DOCUMENT as RETIRED_DOCUMENT

EVIL = '<script>alert("x")</script><img src=x onerror=y>'
TICKET = make_order().ticket_id


@pytest.fixture
async def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "data")
    await store.open()
    return await filled(store)


class Tags(HTMLParser):
    """Which tags there are, and all that they point to."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _value in attrs}


async def test_a_bundle_holds_all_of_a_ticket_and_its_checksums(
    store: Store, tmp_path: Path
) -> None:
    """The ticket and the lines of the log as they lie, each version, the document as it was received."""
    layout, file = store.quarantine.layout, tmp_path / "bundle.zip"
    said = await texas811(
        "audit", "bundle", TICKET, "-o", str(file), "--json", DATA_DIR=str(layout.root)
    )

    assert (said.status, said.json["faults"]) == (0, [])
    assert said.json["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    with ZipFile(file) as bundle:
        bundle.extractall(tmp_path / "out")
    out = tmp_path / "out"
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=out, check=False)  # noqa: S607, ASYNC221 - as a regulator would
    assert checked.returncode == 0
    assert (out / "ticket.json").read_bytes() == layout.ticket(TICKET).read_bytes()
    assert (out / "work_order" / "document-order.pdf").read_bytes() == DOCUMENT
    log = b"".join(path.read_bytes() for path in sorted(layout.audit.glob("*/*.jsonl")))
    lines = (out / "events.jsonl").read_bytes().splitlines()
    assert len(lines) == 4
    assert all(line in log for line in lines)
    for line in lines:
        body, _, end = line.rpartition(b',"sha256":"')
        assert hashlib.sha256(body).hexdigest().encode() == end[:64]
    versions = sorted((out / "versions").iterdir())
    ticket = await store.tickets.get(TICKET)
    assert len(versions) == ticket.version == 4
    assert json.loads(versions[-1].read_bytes()) == ticket.model_dump(mode="json")
    assert (out / "packet.txt").exists()


async def test_the_report_is_read_by_itself_and_obeys_nobody(
    store: Store, tmp_path: Path
) -> None:
    """Each date with its rule and source, who did what; no script, nothing from elsewhere."""
    ticket = make_life("Submitted", company=EVIL, work_order_filename=f"../{EVIL}.pdf")
    created = make_change(ticket)
    ticket = await store.commit(
        make_change(
            make_ticket(
                "evil",
                **ticket.model_dump(exclude={"id", "gap_count", "texas811_ticket_number"}),
            )
        )
    )
    assert taken(created).version == 1

    Bundling(store).bundle("evil", tmp_path / "b.zip", now=LATER)

    with ZipFile(tmp_path / "b.zip") as bundle:
        page = bundle.read("report.html").decode()
        names = bundle.namelist()
    tags = Tags()
    tags.feed(page)
    assert not tags.names & {"script", "img", "link", "iframe", "object", "a"}
    assert not tags.attributes & {"src", "href", "onerror", "action"}
    assert "&lt;script&gt;" in page
    assert "251.151" in page
    assert "Thu 2026-03-05 00:00 CST" in page
    assert "Yes. Each line of the audit log" in page
    assert "ATM01" in page
    assert all(".." not in name and not name.startswith("/") for name in names)


async def test_the_same_ticket_gives_the_same_bytes(store: Store, tmp_path: Path) -> None:
    """Two people who make a bundle at the same moment can compare them by one number."""
    one = Bundling(store).bundle(TICKET, tmp_path / "1.zip", now=NOW)
    two = Bundling(store).bundle(TICKET, tmp_path / "2.zip", now=NOW)

    assert one.sha256 == two.sha256


async def test_a_log_that_was_changed_is_told(store: Store, tmp_path: Path) -> None:
    """In the report, in the manifest, and by the status."""
    layout = store.quarantine.layout
    path = min(layout.audit.glob("*/*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b"Austin", b"Laredo", 1))
    file = tmp_path / "bundle.zip"

    said = await texas811(
        "audit", "bundle", TICKET[:8], "-o", str(file), DATA_DIR=str(layout.root)
    )

    assert said.status == 1
    with ZipFile(file) as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
        page = bundle.read("report.html").decode()
    assert not manifest["audit"]["is_whole"]
    assert "is not as it was written" in page
    assert manifest["remarks"] == [
        "Not every version can be made again: The history does not tell version 1."
    ]


async def test_the_tickets_before_and_after_are_named_and_added(
    store: Store, tmp_path: Path
) -> None:
    """By their ids; whole if that is asked for."""
    old = make_ticket("old", superseded_by_number="2606100001")
    await store.commit(make_change(old))
    await store.commit(
        make_change(
            make_ticket("mid", previous_ticket_id="old", superseded_by_number="2606100001")
        )
    )

    Bundling(store).bundle("mid", tmp_path / "b.zip", now=NOW, with_chain=True)

    with ZipFile(tmp_path / "b.zip") as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
        assert (manifest["tickets_before"], manifest["tickets_after"]) == (
            ["old"],
            ["numbered"],
        )
        assert (
            bundle.read("related/ticket_old.json")
            == store.quarantine.layout.ticket("old").read_bytes()
        )


async def test_a_ticket_that_is_over_is_bundled_from_its_archive(
    store: Store, tmp_path: Path
) -> None:
    """Its file, its document, its lines also of days that are over; the report says where from."""
    layout, file = store.quarantine.layout, tmp_path / "b.zip"
    ticket_id = await over(store, "a", previous_ticket_id="older")
    raw = layout.ticket(ticket_id).read_bytes()
    retired = await retiring(store, keeping=Keeping(data_days=30, audit_months=1)).retire(ANN)
    said = await texas811(
        "audit", "bundle", ticket_id, "-o", str(file), DATA_DIR=str(layout.root)
    )

    assert said.status == 0, said.error
    with ZipFile(file) as bundle:
        assert bundle.read("ticket.json") == raw
        assert bundle.read("work_order/document") == RETIRED_DOCUMENT
        actions = [json.loads(line)["action"] for line in bundle.open("events.jsonl")]
        assert actions[-1] == "ticket_retired"
        assert "versions/version_0002.json" in bundle.namelist()
        page = bundle.read("report.html").decode()
        assert retired.archives[0] in json.loads(bundle.read("manifest.json"))["remarks"][0]
    assert "was removed from the store on" in page
    (layout.root / retired.archives[0]).unlink()
    gone = await texas811(
        "audit", "bundle", ticket_id, "-o", str(file), DATA_DIR=str(layout.root)
    )
    assert (gone.status, "Bring the archive back" in gone.error) == (3, True)


async def test_each_version_is_made_once(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the one before it: a ticket with thousands of edits costs thousands of steps."""
    ticket = await store.tickets.get(TICKET)
    for number in range(20):
        ticket = await store.commit(make_change(ticket, now=LATER, city=f"Town {number}"))
    made: list[int] = []

    def counted(event: AuditEvent, version: int, before: Ticket | None) -> Ticket:
        made.append(version)
        return step(event, version, before)

    step = replay._made_by
    monkeypatch.setattr(replay, "_made_by", counted)

    Bundling(store).bundle(TICKET, tmp_path / "b.zip", now=NOW)

    assert made == [*range(1, ticket.version + 1)]
    with ZipFile(tmp_path / "b.zip") as bundle:
        last = json.loads(bundle.read(f"versions/version_{ticket.version:04}.json"))
    assert last == ticket.model_dump(mode="json")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "document-passwd"),
        ("C:\\a\\..\\b c.pdf", "document-b_c.pdf"),
        ("...", "document"),
        ("\u202efdp.exe", "document-fdp.exe"),
        ("x" * 300 + ".pdf", "document-" + "x" * 96 + ".pdf"),
        (None, "document"),
    ],
    ids=range(6),
)
def test_no_name_of_a_document_leads_elsewhere(name: str | None, safe: str) -> None:
    """It comes from whoever sent it."""
    assert document_name(name) == safe
