"""Files that a conversation client refers to, fetched at once: their links live five minutes.

ChatGPT fills a field of exactly this name, which must be described to it as strings, with objects
that carry a link each ("Sending and returning files with GPT Actions"). A link is a stranger's
word on where this service shall connect to. It is followed to the hosts that are named, at
public addresses, without redirects, within a size and a time.
"""

import asyncio
import hashlib
import logging
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Annotated

import httpx2
from pydantic import BaseModel, ConfigDict, Field

from domain.errors import RejectedError, TooLargeError, UnavailableError
from domain.work_order import plain_filename

FIELD = "openaiFileIdRefs"
FILE_HOSTS = ("*.oaiusercontent.com",)  # where ChatGPT keeps the files of its users
FILES_MAX = 10  # ChatGPT sends no more with one request
LINK_CHARACTERS_MAX = 8_192
DOWNLOAD_SECONDS_MAX = 15.0  # a third of the time that ChatGPT waits for an answer
CONNECT_SECONDS_MAX = 4.0  # to one address; there may be another
ADDRESSES_MAX = 4  # of one host, tried one after the other
ATTACH_AGAIN = "Ask the user to attach the file again, then send the request again."

IPAddress = IPv4Address | IPv6Address
# Global unicast (RFC 4291), and where IPv4 is reached from a network that has none (RFC 6052).
GLOBAL_UNICAST = IPv6Network("2000::/3")
TRANSLATED_IPV4 = IPv6Network("64:ff9b::/96")

# A link that was good once; what the storage answers after its five minutes.
EXPIRED = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
)
BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})

log = logging.getLogger(__name__)


class FileReference(BaseModel):
    """A file of the conversation, as ChatGPT describes it; what else it says is left alone."""

    model_config = ConfigDict(frozen=True)

    download_link: str = Field(max_length=LINK_CHARACTERS_MAX)
    name: str | None = Field(default=None, max_length=1_000)
    id: str | None = Field(default=None, max_length=255)
    mime_type: str | None = Field(default=None, max_length=255)


Link = Annotated[str, Field(max_length=LINK_CHARACTERS_MAX)]
FileReferences = Annotated[
    list[FileReference | Link],
    Field(
        max_length=FILES_MAX,
        description="The work order that the user attached: one file, as PDF, picture of a "
        "page, e-mail, text, HTML, JSON or XML.",
    ),
]


@dataclass(frozen=True)
class Document:
    """A file as it was fetched; `sha256` (hex) is that of its content."""

    content: bytes
    filename: str | None
    media_type: str | None
    sha256: str


def is_public(address: IPAddress) -> bool:
    """Is this an address of the public internet, whatever IPv4 address it may carry inside?"""
    if isinstance(address, IPv6Address):
        if address in TRANSLATED_IPV4:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address.sixtofour or address not in GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast


async def resolve(host: str) -> Sequence[IPAddress]:
    """Return the addresses of a host. Raises OSError if it has none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [ip_address(place[0]) for *_kind, place in found]


@dataclass(frozen=True)
class Downloader:
    """Fetches what a link leads to, from these hosts, up to this size.

    In a host, `*` stands for letters, digits and hyphens within one label: `*.example.com`
    admits `a.example.com`, and neither `a.b.example.com` nor `example.com`. What follows
    `seconds_max` is for a storage of one's own; left alone, it admits the public internet.
    """

    hosts: Sequence[str]
    bytes_max: int
    seconds_max: float = DOWNLOAD_SECONDS_MAX
    resolve: Callable[[str], Awaitable[Sequence[IPAddress]]] = resolve
    admits: Callable[[IPAddress], bool] = is_public
    port: int = 443
    ssl_context: ssl.SSLContext | None = None

    async def download(self, references: Sequence[FileReference | str]) -> Document:
        """Return the one document that is referred to.

        Raises RejectedError or TooLargeError for what the sender can mend, UnavailableError for
        what time may mend; nothing is kept then.
        """
        reference = _only(references)
        url = self._checked(reference.download_link)
        try:
            async with asyncio.timeout(self.seconds_max):
                content, media_type = await self._fetch(url)
        except TimeoutError:
            raise _unreachable(f"took more than {self.seconds_max:g} seconds") from None
        except (httpx2.TransportError, OSError) as error:
            log.warning("no document came from %s: %s", url.host, type(error).__name__)
            raise _unreachable("was interrupted") from None
        document = Document(
            content=content,
            filename=plain_filename(reference.name),
            media_type=media_type or reference.mime_type,
            sha256=hashlib.sha256(content).hexdigest(),
        )
        log.info(
            "document fetched",
            extra={
                "host": url.host,
                "size_bytes": len(content),
                "media_type": document.media_type,
                "sha256": document.sha256,
            },
        )
        return document

    def _checked(self, link: str) -> httpx2.URL:
        """Return the address in a link, or refuse it before anything is asked of a network."""
        if not link.startswith(("https://", "HTTPS://")):
            raise _rejected("This is no https link to a file.")
        try:
            # Other letters are refused before any parser could turn them into letters of a host.
            is_plain = (
                link.isascii() and link.isprintable() and not set(link) & set(' \\"<>^`{|}')
            )
            url = httpx2.URL(link) if is_plain else None
        except httpx2.InvalidURL:
            url = None
        if url is None or url.userinfo or url.port is not None:
            raise _rejected("The link to the file is malformed.")
        if not any(_pattern(host).fullmatch(url.host) for host in self.hosts):
            raise RejectedError(
                f"Files are not fetched from {url.host[:80]}.",
                field=FIELD,
                remedy="Attach the file in the conversation, where its link is made. If it was, "
                "whoever runs this service can add the host to FILE_HOSTS.",
            )
        return url

    async def _fetch(self, url: httpx2.URL) -> tuple[bytes, str | None]:
        addresses = await self._addresses(url.host)
        async with httpx2.AsyncClient(
            verify=self.ssl_context or True,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx2.Timeout(self.seconds_max, connect=CONNECT_SECONDS_MAX),
        ) as client:
            for address in addresses[:-1]:
                try:
                    return await self._read(client, url, address)
                except (httpx2.ConnectError, httpx2.ConnectTimeout):
                    continue
            return await self._read(client, url, addresses[-1])

    async def _addresses(self, host: str) -> Sequence[IPAddress]:
        try:
            found = await self.resolve(host)
        except OSError as error:
            if error.errno == socket.EAI_AGAIN:
                raise _unreachable("found nobody who knows addresses") from None
            found = ()
        if not found:
            log.warning("no address was found for %s", host)
            raise _rejected(f"{host[:80]} has no address, so the link leads nowhere.")
        if not all(self.admits(address) for address in found):
            log.warning("%s leads to an address that is not public", host)
            raise _rejected("The link leads to an address that is not public.")
        return found[:ADDRESSES_MAX]

    async def _read(
        self, client: httpx2.AsyncClient, url: httpx2.URL, address: IPAddress
    ) -> tuple[bytes, str | None]:
        """Read from the very address that was checked; its certificate must be the host's.

        Were the name looked up again for the connection, it could lead elsewhere by then.
        """
        async with client.stream(
            "GET",
            url.copy_with(host=str(address), port=self.port),
            headers={"Host": url.host, "Accept-Encoding": "identity"},
            extensions={"sni_hostname": url.host},
        ) as answer:
            _refuse_failure(answer)
            content = bytearray()
            async for part in answer.aiter_raw():
                content += part
                if len(content) > self.bytes_max:
                    raise _too_large(self.bytes_max)
        if not content:
            raise _rejected("The file is empty.")
        return bytes(content), answer.headers.get("content-type", "")[:255] or None


def _only(references: Sequence[FileReference | str]) -> FileReference:
    if len(references) != 1:
        raise RejectedError(
            f"One ticket is made of one document, not of {len(references)}.",
            field=FIELD,
            remedy="Send one file; for each further one, create a ticket of its own.",
        )
    [only] = references
    return only if isinstance(only, FileReference) else FileReference(download_link=only)


def _pattern(host: str) -> re.Pattern[str]:
    return re.compile(re.escape(host).replace(r"\*", "[a-z0-9-]+"))


def _refuse_failure(answer: httpx2.Response) -> None:
    status = answer.status_code
    if status in EXPIRED:
        raise _rejected("The link to the file has expired: it lives five minutes.")
    if status in BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _unreachable(f"was answered {status}")
    if status != HTTPStatus.OK:
        raise _rejected(f"The link does not lead to a file: it was answered {status}.")
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise _rejected("The file came compressed, which was not asked for.")


def _rejected(problem: str) -> RejectedError:
    return RejectedError(problem, field=FIELD, remedy=ATTACH_AGAIN)


def _too_large(bytes_max: int) -> TooLargeError:
    megabytes = bytes_max / (1024 * 1024)
    return TooLargeError(
        f"The file is larger than {megabytes:g} MB.",
        field=FIELD,
        remedy="Attach a smaller one: split it, or leave pictures out.",
    )


def _unreachable(what: str) -> UnavailableError:
    return UnavailableError(
        f"Fetching the file {what}; nothing was kept.",
        field=FIELD,
        remedy="Send the same request again; after five minutes, attach the file again.",
    )
