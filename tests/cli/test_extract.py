"""`texas811 extract`: what a document says, without a service and without a trace."""

import asyncio
import os
import re
from pathlib import Path

import pytest

from tests.cli.commands import ROOT, names_in, texas811
from tests.jobs.orders import DOCUMENT

SAMPLES = ROOT / "samples"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "order.txt"
    path.write_bytes(DOCUMENT)
    return path


async def test_a_document_is_shown_with_its_values_quotes_and_questions(document: Path) -> None:
    """A person decides by the quote whether the value is right."""
    said = await texas811("extract", str(document))

    assert (said.status, said.error) == (0, "")
    assert "Caprock Line Builders" in said.out
    assert re.search(r"Caprock Line Builders +0[.]\d\d +.*Caprock", said.out)
    assert "severity" in said.out


async def test_a_program_gets_one_flat_object(document: Path) -> None:
    """The names are the ticket's; what is known about the values stands under `_` names."""
    said = await texas811("extract", str(document), "--json")

    values = said.json
    facts = {name for name in values if not name.startswith("_")}
    assert set(values) - facts == {"_confidence", "_provenance", "_warnings", "_gaps"}
    assert values["company"] == "Caprock Line Builders"
    assert values["county"] == "Travis"
    assert set(values["_confidence"]) == set(values["_provenance"]) == facts
    assert all(0.6 <= sure <= 1 for sure in values["_confidence"].values())
    assert values["_provenance"]["company"][0]["quote"] in DOCUMENT.decode()
    assert all({"field", "problem", "severity"} <= set(gap) for gap in values["_gaps"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gas_service.eml", "gas_main_relocation.pdf"])
async def test_the_same_document_gives_the_same_bytes_in_every_run(name: str) -> None:
    """A reader that answers by chance cannot be tested, nor trusted."""
    runs = [
        await texas811("extract", str(SAMPLES / name), "--json", PYTHONHASHSEED=seed)
        for seed in ("1", "2")
    ]

    assert runs[0].status == 0
    assert runs[0].out == runs[1].out
    assert runs[0].json["_confidence"]


async def test_reading_needs_no_service_and_leaves_nothing(
    document: Path, tmp_path: Path
) -> None:
    """Anybody may try a document out, on a machine where nothing is set up."""
    data = tmp_path / "data"

    said = await texas811(
        "extract", str(document), DATA_DIR=str(data), REDIS_URL="redis://127.0.0.1:1"
    )

    assert said.status == 0
    assert names_in(tmp_path) == [document.name]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("order.exe", b"MZ\x90\x00" + bytes(100), "not read here"),
        ("half.pdf", b"%PDF-1.7\n1 0 obj\n", "no end"),
    ],
)
async def test_a_document_that_the_door_refuses_is_refused_here_with_status_2(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    """The same check as over HTTP, so that what works here works there."""
    (tmp_path / name).write_bytes(content)

    said = await texas811("extract", str(tmp_path / name))

    assert said.status == 2
    assert said.error.startswith("file: ")
    assert reason in said.error
    assert "Traceback" not in said.error
    assert said.out == ""


async def test_a_file_that_is_not_there_is_a_mistake_in_the_command(tmp_path: Path) -> None:
    """Status 2 and the name of the file, as every command line does it."""
    said = await texas811("extract", str(tmp_path / "gone.txt"))

    assert said.status == 2
    assert "gone.txt" in re.sub(r"[\s│]", "", said.error)


async def test_the_document_is_written_as_one_file_with_its_values_marked(
    document: Path, tmp_path: Path
) -> None:
    """It can be sent on: it has no script, and asks nothing of anybody."""
    said = await texas811("extract", str(document), "--html", str(tmp_path / "out.html"))

    html = (tmp_path / "out.html").read_text()
    assert (said.status, said.error) == (0, "")
    assert said.out.startswith(f"{tmp_path / 'out.html'}: ")
    assert names_in(tmp_path) == [document.name, "out.html"]
    assert re.search(r'<mark id="[^"]+" class="taken *"><a href="#field-company"', html)
    assert "Caprock Line Builders</a></mark>" in html
    assert "<script" not in html
    assert re.findall(r'(?:src|href)="(?!#)', html) == []


async def test_the_file_goes_to_standard_output_when_that_is_named(document: Path) -> None:
    said = await texas811("extract", str(document), "--html", "-")

    assert (said.status, said.error) == (0, "")
    assert said.out.startswith("<!doctype html>")
    assert said.out.endswith("</html>")


async def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left(
    document: Path, tmp_path: Path
) -> None:
    gone = await texas811("extract", str(document), "--html", str(tmp_path / "no" / "out.html"))
    both = await texas811("extract", str(document), "--json", "--html", "-")

    assert gone.status == 3
    assert "There is no directory" in gone.error
    assert both.status == 2
    assert names_in(tmp_path) == [document.name]


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """The same document under a name that is no UTF-8."""
    path = tmp_path / os.fsdecode(b"order-\xff.txt")
    path.write_bytes(DOCUMENT)
    return path


async def test_a_file_that_is_there_is_not_overwritten(document: Path, tmp_path: Path) -> None:
    """Neither another one nor the document itself, also by a second name of it."""
    there, link = tmp_path / "there.html", tmp_path / "link.html"
    there.write_bytes(b"mine")
    link.symlink_to(document)

    taken = await texas811("extract", str(document), "--html", str(there))
    itself = await texas811("extract", str(document), "--html", str(link))

    assert (taken.status, there.read_bytes()) == (4, b"mine")
    assert "The file there.html is there already." in taken.error
    assert (itself.status, link.read_bytes()) == (2, DOCUMENT)
    assert "is the document itself" in itself.error


async def test_a_name_that_is_no_text_keeps_no_document_from_being_read(odd: Path) -> None:
    """What cannot be decoded in it is shown replaced."""
    said = await texas811("extract", str(odd), "--html", "-")
    flat = await texas811("extract", str(odd), "--json")

    assert (said.status, said.error) == (0, "")
    assert "order-\N{REPLACEMENT CHARACTER}.txt" in said.out
    assert flat.json["company"] == "Caprock Line Builders"


async def test_a_pipe_is_written_to_and_nothing_else_is(document: Path, tmp_path: Path) -> None:
    """As in `--html /dev/stdout | lynx -stdin`."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = asyncio.create_task(asyncio.to_thread(pipe.read_text))

    said = await texas811("extract", str(document), "--html", str(pipe))

    assert (said.status, said.out, said.error) == (0, "", "")
    assert (await asyncio.wait_for(reading, 10)).endswith("</html>")
    assert pipe.is_fifo()
