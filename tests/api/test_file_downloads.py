"""What a file host may answer, and that nothing but a whole document is taken."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.errors import RejectedError, TooLargeError, UnavailableError
from tests.api.file_host import BYTES_MAX, HOST, ORDER, Storage, file_host, reference


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with file_host(tmp_path) as storage:
        yield storage


@pytest.mark.parametrize(
    "place",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/",
        f"https://{HOST}/elsewhere",
    ],
)
@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See", "307 There", "308 Ever"]
)
async def test_a_redirect_is_not_followed(storage: Storage, status: str, place: str) -> None:
    storage.says(status, f"Location: {place}", "Content-Length: 0")

    with pytest.raises(RejectedError, match="does not lead to a file"):
        await storage.downloader().download(reference())

    assert len(storage.asked) == 1


@pytest.mark.parametrize("status", ["401 Who", "403 Forbidden", "404 Not Found", "410 Gone"])
async def test_an_expired_link_says_so(storage: Storage, status: str) -> None:
    """The five minutes have passed; only the user can make a new link."""
    storage.says(status, "Content-Length: 5", body=[b"<xml>"])

    with pytest.raises(RejectedError, match="has expired") as refused:
        await storage.downloader().download(reference())

    assert "attach the file again" in str(refused.value.remedy)


@pytest.mark.parametrize(
    "status", ["408 Slow", "429 Too Many", "500 Ouch", "502 Bad", "503 Busy", "504 Late"]
)
async def test_a_storage_in_trouble_is_a_matter_of_waiting(
    storage: Storage, status: str
) -> None:
    storage.says(status, "Content-Length: 0")

    with pytest.raises(UnavailableError, match=status[:3]):
        await storage.downloader().download(reference())


@pytest.mark.parametrize(
    "status", ["201 Made", "204 Nothing", "206 Part", "400 Bad", "418 Tea"]
)
async def test_an_answer_that_is_no_file_is_refused(storage: Storage, status: str) -> None:
    """Half a document under 206 would be taken for a whole one."""
    storage.says(status, "Content-Length: 0")

    with pytest.raises(RejectedError, match="does not lead to a file"):
        await storage.downloader().download(reference())


async def test_a_body_without_end_is_cut_off_at_the_limit(storage: Storage) -> None:
    storage.says("200 OK", body=[b"x" * 4_096] * 1_000_000)

    with pytest.raises(TooLargeError, match=r"0\.0625 MB"):
        await storage.downloader().download(reference())


@pytest.mark.parametrize("declared", [0, 10**12])
async def test_a_size_that_is_claimed_is_not_believed(storage: Storage, declared: int) -> None:
    """The limit is on what comes; HTTP itself ends a body where its header says it ends."""
    storage.says("200 OK", f"Content-Length: {declared}", body=[b"x" * 4_096] * 1_000)

    with pytest.raises(RejectedError, match="empty" if declared == 0 else "larger"):
        await storage.downloader().download(reference())


async def test_a_document_of_exactly_the_limit_is_taken(storage: Storage) -> None:
    storage.says("200 OK", body=[b"x" * BYTES_MAX])

    assert len((await storage.downloader().download(reference())).content) == BYTES_MAX


async def test_half_a_document_is_no_document(storage: Storage) -> None:
    storage.says("200 OK", "Content-Length: 1000", body=[ORDER])

    with pytest.raises(UnavailableError, match="nothing was kept"):
        await storage.downloader().download(reference())


async def test_a_compressed_answer_is_not_unpacked(storage: Storage) -> None:
    """A few bytes may unpack to gigabytes."""
    storage.says("200 OK", "Content-Encoding: gzip", body=[b"\x1f\x8b" + bytes(50)])

    with pytest.raises(RejectedError, match="compressed"):
        await storage.downloader().download(reference())


async def test_an_empty_file_is_refused(storage: Storage) -> None:
    storage.says("200 OK", "Content-Length: 0")

    with pytest.raises(RejectedError, match="empty"):
        await storage.downloader().download(reference())


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["silence", "a trickle"]
)
async def test_a_slow_storage_is_left_when_the_time_is_over(
    storage: Storage, head: bytes
) -> None:
    """One byte now and then keeps every limit between two bytes, and none on the whole."""
    storage.head, storage.body, storage.pause_seconds = head, [b"x" if head else b""] * 40, 0.02

    with pytest.raises(UnavailableError, match=r"more than 0\.2 seconds"):
        await storage.downloader(seconds_max=0.2).download(reference())


async def test_what_is_not_http_is_a_matter_of_waiting(storage: Storage) -> None:
    storage.head = b"SSH-2.0-OpenSSH_9.6\r\n\r\n"

    with pytest.raises(UnavailableError, match="interrupted"):
        await storage.downloader().download(reference())


async def test_what_is_not_tls_is_a_matter_of_waiting(storage: Storage) -> None:
    """Nothing is asked for in the clear, whatever answers there."""
    heard = []

    async def in_the_clear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(4_096))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nWO-20")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(in_the_clear, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(UnavailableError, match="interrupted"):
            await storage.downloader(port=port).download(reference())

    assert len(heard) == 1
    assert b"GET" not in heard[0]


async def test_a_storage_that_hangs_up_has_given_nothing(storage: Storage) -> None:
    storage.says("200 OK", "Transfer-Encoding: chunked", body=[b"5\r\nWO-20\r\n"])

    with pytest.raises(UnavailableError, match="interrupted"):
        await storage.downloader().download(reference())
