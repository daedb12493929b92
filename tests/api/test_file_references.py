"""Files that a conversation refers to, from a real server with a real certificate."""

import hashlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from api.file_references import FileReference, FileReferences
from domain.errors import RejectedError
from tests.api.file_host import HOST, ORDER, SIGNED, Storage, file_host, reference


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with file_host(tmp_path) as storage:
        yield storage


async def test_the_attached_file_is_fetched_with_its_name_its_type_and_its_hash(
    storage: Storage,
) -> None:
    """The very link is asked for, at the host's name, and under its certificate."""
    fetched = await storage.downloader().download(
        reference(name="orders/WO 2041.pdf", id="file-s5nX7o4", mime_type="text/plain")
    )

    assert fetched.content == ORDER
    assert fetched.filename == "WO 2041.pdf"
    assert fetched.media_type == "application/pdf"
    assert fetched.sha256 == hashlib.sha256(ORDER).hexdigest()
    [asked] = storage.asked
    assert asked.startswith(f"GET {SIGNED} HTTP/1.1\r\n")
    assert f"\r\nhost: {HOST}\r\n" in asked.lower()
    assert storage.names == [HOST]


async def test_a_type_that_the_storage_does_not_say_is_taken_from_the_conversation(
    storage: Storage,
) -> None:
    storage.says("200 OK", body=[ORDER])

    fetched = await storage.downloader().download(reference(mime_type="message/rfc822"))

    assert fetched.media_type == "message/rfc822"
    assert fetched.filename is None


@pytest.mark.parametrize("host", [HOST, HOST.upper(), f"{HOST}:443"])
async def test_a_bare_link_is_as_good_as_an_object(storage: Storage, host: str) -> None:
    """The document that ChatGPT reads declares strings; another client may take it at its word."""
    fetched = await storage.downloader().download([f"https://{host}{SIGNED}"])

    assert fetched.content == ORDER


async def test_the_log_tells_the_hash_and_never_the_link(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has the link has the document, for as long as it lives."""
    with caplog.at_level(logging.INFO, logger="api.file_references"):
        await storage.downloader().download(reference())

    [record] = [record for record in caplog.records if record.name == "api.file_references"]
    assert record.__dict__["sha256"] == hashlib.sha256(ORDER).hexdigest()
    assert record.__dict__["size_bytes"] == len(ORDER)
    assert "sig=" not in str(vars(record))


def test_chatgpt_may_send_objects_or_strings_and_say_more_than_we_know() -> None:
    given = [{"download_link": "https://a.test/", "id": "file-1", "luminosity": 3}, "file-2"]

    parsed = TypeAdapter(FileReferences).validate_python(given)

    assert parsed == [FileReference(download_link="https://a.test/", id="file-1"), "file-2"]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([{"download_link": "https://a.test/"}] * 11, id="eleven files"),
        pytest.param("https://a.test/", id="no list"),
        pytest.param({"download_link": "https://a.test/"}, id="one object"),
        pytest.param([None], id="null"),
        pytest.param([7], id="a number"),
        pytest.param([["https://a.test/"]], id="a list in the list"),
        pytest.param([{}], id="no link"),
        pytest.param([{"download_link": 7}], id="a number for a link"),
        pytest.param([{"download_link": None}], id="null for a link"),
        pytest.param([{"download_link": "https://" + "a" * 9_000}], id="a link without end"),
        pytest.param(["https://" + "a" * 9_000], id="a string without end"),
        pytest.param(
            [{"download_link": "https://a.test/", "name": ["x"]}], id="a list for a name"
        ),
    ],
)
def test_what_is_no_list_of_files_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(FileReferences).validate_python(given)


@pytest.mark.parametrize("count", [0, 2, 10])
async def test_one_ticket_is_made_of_one_document(storage: Storage, count: int) -> None:
    """To take the first in silence would lose the others."""
    with pytest.raises(RejectedError, match=f"not of {count}") as refused:
        await storage.downloader().download(reference() * count)

    assert "a ticket of its own" in str(refused.value.remedy)
    assert storage.asked == []


@pytest.mark.parametrize(
    "said", ["file-s5nX7o4junn2ig0J84r8Q0Ew", "WO-2041.pdf", "", "http://"]
)
async def test_a_string_that_is_no_link_is_refused_with_what_to_do(
    storage: Storage, said: str
) -> None:
    """A model that was told of strings may write the id of the file, or its name."""
    with pytest.raises(RejectedError, match="no https link") as refused:
        await storage.downloader().download([said])

    assert refused.value.field == "openaiFileIdRefs"
    assert "attach the file again" in str(refused.value.remedy)
