"""`texas811 export` and `texas811 import`: out of one data directory, into another."""

import json
from pathlib import Path

import pytest

from storage.store import Store
from tests.cli.commands import names_in, texas811
from tests.storage.damage import damaged, filled


@pytest.fixture
async def data(tmp_path: Path) -> str:
    """A data directory with something of everything."""
    store = Store(tmp_path / "data")
    await store.open()
    await filled(store)
    return str(tmp_path / "data")


def tickets_in(data: str) -> list[str]:
    return [name for name in names_in(Path(data, "tickets")) if name.startswith("ticket_")]


def mode_of(file: str) -> int:
    return Path(file).stat().st_mode & 0o777


async def test_everything_goes_from_one_directory_to_another(data: str, tmp_path: Path) -> None:
    """A command at each end; done again it finds all of it there."""
    file, new = str(tmp_path / "all.ndjson"), str(tmp_path / "new")
    exported = await texas811("export", "-o", file, DATA_DIR=data)

    imported = await texas811("import", file, "--by", "Lee Park", "--json", DATA_DIR=new)
    again = await texas811("import", file, "--by", "Lee Park", "--json", DATA_DIR=new)

    assert (exported.status, imported.status, again.status) == (0, 0, 0)
    assert (mode_of(file), exported.out) == (0o600, "")
    assert tickets_in(new) == tickets_in(data)
    assert {one["what"] for one in imported.json["taken"]} == {"written"}
    assert {one["what"] for one in again.json["taken"]} == {"there already"}
    assert [one["number"] for one in again.json["taken"]] == [
        one["number"] for one in imported.json["taken"]
    ]
    checked = await texas811("check", "--json", DATA_DIR=new)
    assert checked.status == 0, checked.out


@pytest.mark.parametrize("written_as", ["json", "csv", "open-ticket", "geojson"])
async def test_each_format_goes_to_standard_output(data: str, written_as: str) -> None:
    """To be piped on; what a format cannot hold is told, and shows in the status."""
    said = await texas811(
        "export", "--format", written_as, "--ticket", "numbered", DATA_DIR=data
    )

    assert said.status == (1 if written_as in {"geojson", "open-ticket"} else 0)
    assert ("numbered is left out" in said.error) is (said.status == 1)
    if written_as == "csv":
        assert len(said.out.splitlines()) == 2
    else:
        assert json.loads(said.out) is not None


async def test_refused_lines_are_told_by_their_numbers(tmp_path: Path) -> None:
    """With field and remedy; the others are taken; without a service, into a new directory."""
    file = tmp_path / "tickets.csv"
    file.write_text("id,city,is_boring\na,Waco,true\nb,Waco,maybe\n../c,Waco,\nd,Waco,\n")
    data = str(tmp_path / "data")

    dry = await texas811("import", str(file), "--by", "Lee", "--dry-run", DATA_DIR=data)
    said = await texas811("import", str(file), "--by", "Lee", DATA_DIR=data)
    programs = await texas811("import", str(file), "--by", "Lee", "--json", DATA_DIR=data)

    assert (dry.status, said.status, programs.status) == (2, 2, 2)
    assert "line 3: is_boring: 'maybe' is neither yes nor no." in said.error
    assert "line 4: id: '../c' cannot be a id." in said.error
    assert dry.error == said.error
    assert names_in(tmp_path / "data" / "tickets") == ["ticket_a.json", "ticket_d.json"]
    assert [json.loads(line)["line"] for line in programs.error.splitlines()] == [3, 4]


async def test_what_cannot_be_done_is_said(data: str, tmp_path: Path) -> None:
    """No such file, no such ticket, no way to tell how it is written, no room to write it."""
    nothing = await texas811("import", "none.csv", "--by", "Lee", DATA_DIR=data)
    unknown = await texas811("export", "--ticket", "martian", DATA_DIR=data)
    nameless = await texas811("import", "file.xls", "--by", "Lee", DATA_DIR=data)
    nowhere = await texas811("export", "-o", str(tmp_path / "no" / "all.ndjson"), DATA_DIR=data)

    assert [one.status for one in (nothing, unknown, nameless, nowhere)] == [3, 3, 2, 3]
    assert "There is no directory" in nowhere.error
    assert "--format" in nameless.error


async def test_what_is_damaged_is_left_out_and_told(data: str) -> None:
    """The rest is exported; a script sees by the status that something is missing."""
    store = Store(Path(data))
    await damaged(store, store.quarantine.layout.ticket("numbered"))

    said = await texas811("export", DATA_DIR=data)

    assert said.status == 1
    assert "ticket numbered is left out" in said.error
    assert json.loads(said.out.splitlines()[-1])["counts"]["left_out"] == 1
