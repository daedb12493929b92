"""`texas811 check`: found by cron at night, mended by a person in the morning."""

from pathlib import Path

import pytest

from storage.store import Store
from tests.builders import LATER, make_change, make_ticket
from tests.cli.commands import names_in, texas811


@pytest.fixture
async def data(tmp_path: Path) -> str:
    """A data directory with a ticket in its second version, and another one."""
    store = Store(tmp_path / "data")
    await store.open()
    created = await store.commit(make_change(make_ticket("t")))
    await store.commit(make_change(created, now=LATER, city="Waco"))
    await store.commit(make_change(make_ticket("other")))
    return str(tmp_path / "data")


def spoil(data: str, ticket_id: str = "t") -> bytes:
    """Spoil a ticket's file; return what it was."""
    path = Path(data) / "tickets" / f"ticket_{ticket_id}.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    return whole


def keep_first_line(data: str) -> None:
    """Cut the audit log off, as a power cut may."""
    (log,) = Path(data).glob("audit/*/*.jsonl")
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0])


async def test_a_store_that_is_whole_ends_with_status_0(data: str) -> None:
    """Cron is silent about it."""
    said = await texas811("check", "--documents", DATA_DIR=data)

    assert (said.status, said.error) == (0, "")
    assert said.out == "2 tickets: everything is as it should be.\n"


async def test_damage_ends_with_status_1_and_says_what_mends_it(data: str) -> None:
    """File, problem, remedy: the command can be copied from there."""
    spoil(data)

    for _time in range(2):
        said = await texas811("check", DATA_DIR=data)
        assert said.status == 1
        for word in ("tickets/ticket_t.json", "--restore t", "version 2"):
            assert word in " ".join(said.out.split())
        assert "Traceback" not in said.error


async def test_of_very_many_findings_the_first_are_shown(data: str) -> None:
    """A lost day of the log is told by every ticket of that day."""
    for number in range(105):
        (Path(data) / "tickets" / f"odd {number}.json").write_text("{}")

    said = await texas811("check", DATA_DIR=data)

    assert said.status == 1
    assert said.out.count("tickets/odd") == 100
    assert "And 5 more: see --json." in said.out


async def test_a_program_is_told_the_same_as_json(data: str) -> None:
    """An alarm can be made of it."""
    spoil(data)
    (Path(data) / "tickets" / "ticket_a b.json").write_text("{}")

    said = await texas811("check", "--json", DATA_DIR=data)

    assert said.status == 1
    assert said.json["tickets"] == 1
    assert said.json["damaged"][0]["ticket_id"] == "t"
    assert said.json["damaged"][0]["version"] == 2
    assert [one["file"] for one in said.json["findings"]] == ["tickets/ticket_a b.json"]


async def test_a_damaged_ticket_is_restored_in_the_name_of_a_person(data: str) -> None:
    """As it was, and everybody can see who did it."""
    whole = spoil(data)

    said = await texas811("check", "--restore", "t", "--by", "Dana Ruiz", DATA_DIR=data)

    assert said.status == 0
    assert said.out == "Ticket t is whole: version 2, Draft, from the audit trail.\n"
    assert (Path(data) / "tickets" / "ticket_t.json").read_bytes() == whole
    shown = await texas811("tickets", "show", "t", "--json", DATA_DIR=data)
    told = shown.json["history"][-1]
    assert told["action"] == "ticket_restored"
    assert told["notes"].startswith("Dana Ruiz restored version 2 ")
    assert (await texas811("check", DATA_DIR=data)).status == 0


async def test_a_version_is_lost_only_if_a_person_says_so(data: str) -> None:
    """A script that restores whatever it finds must stop here."""
    spoil(data)
    keep_first_line(data)

    refused = await texas811("check", "--restore", "t", DATA_DIR=data)
    said = await texas811("check", "--restore", "t", "--accept-older", DATA_DIR=data)

    assert refused.status == 2
    assert "there was version 2" in refused.error
    assert said.status == 0
    assert "version 1" in said.out


@pytest.mark.parametrize(
    ("ticket_id", "status", "problem"),
    [
        ("other", 2, "is whole, at version 1"),
        ("nobody", 3, "There was no ticket nobody."),
        ("../../etc/passwd", 2, "cannot be a ticket id"),
    ],
)
async def test_what_cannot_be_restored_is_refused(
    data: str, ticket_id: str, status: int, problem: str
) -> None:
    """Nothing is made by asking for it."""
    before = names_in(Path(data) / "tickets")

    said = await texas811("check", "--restore", ticket_id, DATA_DIR=data)

    assert said.status == status
    assert problem in said.error
    assert names_in(Path(data) / "tickets") == before


async def test_a_file_that_nobody_misses_is_dismissed(data: str) -> None:
    """Then the check is quiet about it."""
    (Path(data) / "tickets" / "ticket_stray.json").write_text("{}")
    assert (await texas811("check", DATA_DIR=data)).status == 1

    said = await texas811("check", "--dismiss", "tickets/ticket_stray.json", DATA_DIR=data)

    assert said.status == 0
    assert "stay in the quarantine" in said.out
    assert (await texas811("check", DATA_DIR=data)).status == 0


async def test_what_is_no_data_directory_ends_with_status_3(tmp_path: Path) -> None:
    """A clean report of nothing would hide that DATA_DIR is wrong."""
    said = await texas811("check", DATA_DIR=str(tmp_path))

    assert said.status == 3
    assert said.error.startswith("DATA_DIR: ")
    assert "is not a data directory" in said.error
    assert names_in(tmp_path) == []


async def test_what_was_restored_is_told_to_a_program(data: str) -> None:
    """Version, status, and where it comes from."""
    spoil(data)

    said = await texas811("check", "--restore", "t", "--json", DATA_DIR=data)

    assert said.json == {
        "restored": "t",
        "version": 2,
        "status": "Draft",
        "source": "audit trail",
    }


async def test_what_is_safe_to_mend_is_mended_and_told(data: str) -> None:
    """First what would be, then what was; what a person must decide ends with status 1."""
    whole = spoil(data)
    (Path(data) / "tickets" / "notes.txt").write_text("remember")

    dry = await texas811("check", "--repair", "--dry-run", DATA_DIR=data)
    said = await texas811("check", "--repair", "--by", "Dana Ruiz", "--json", DATA_DIR=data)
    again = await texas811("check", "--repair", DATA_DIR=data)

    assert (dry.status, said.status, again.status) == (1, 0, 0)
    assert "version 2 is put back, from the audit trail" in " ".join(dry.out.split())
    assert dry.out.endswith("Nothing would be left for a person.\n")
    assert [one["kind"] for one in said.json["done"]] == ["damaged_ticket", "foreign"]
    assert said.json["left"]["findings"] == said.json["left"]["damaged"] == []
    assert again.out == "2 tickets: everything is as it should be.\n"
    assert (Path(data) / "tickets" / "ticket_t.json").read_bytes() == whole
    assert (Path(data) / "quarantine" / "tickets" / "notes.txt").read_text() == "remember"
