"""A file host on loopback, certified as one of ChatGPT's, and a downloader that may reach it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.file_references import Downloader, FileReference, IPAddress

HOST = "files.oaiusercontent.com"
HOSTS = ("*.oaiusercontent.com",)
LOOPBACK = ip_address("127.0.0.1")
# The shape of a real link: its signature is lost if a letter of it changes.
SIGNED = (
    "/file-s5nX7o4?se=2024-03-11T20%3A29%3A52Z&rscd=attachment%3B%20filename%3D2023%2520Book.pdf"
    "&sig=Ivhviy%2BrgoyUjxZ%2BingpwtUwsA4%2BWaRfXy8ru9AfcII%3D"
)
ORDER = b"Work order WO-2041: set a pole at 100 Main Street, Austin"
BYTES_MAX = 64 * 1024
VALID_FROM, VALID_UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2124, 1, 1, tzinfo=UTC)


class Storage:
    """A server that answers each connection with the bytes it was told, and tells what it heard."""

    def __init__(self) -> None:
        self.head = (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nConnection: close\r\n\r\n"
        )
        self.body: Sequence[bytes] = [ORDER]
        self.pause_seconds = 0.0
        self.asked: list[str] = []
        self.names: list[str | None] = []
        self.port = 0
        self.context = ssl.create_default_context()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(self.head)
            for part in self.body:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(self.pause_seconds)
        writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    def says(self, status: str, *headers: str, body: Sequence[bytes] = ()) -> None:
        lines = [f"HTTP/1.1 {status}", *headers, "Connection: close", "", ""]
        self.head, self.body = "\r\n".join(lines).encode(), body

    def downloader(self, **given: object) -> Downloader:
        """A strict one in all but this: the host's name leads here, and here is admitted."""

        async def here(host: str) -> Sequence[IPAddress]:
            return [LOOPBACK]

        settings = {
            "hosts": HOSTS,
            "bytes_max": BYTES_MAX,
            "resolve": here,
            "admits": lambda address: address.is_loopback,
            "port": self.port,
            "ssl_context": self.context,
        }
        return Downloader(**(settings | given))  # type: ignore[arg-type]  # given on as it came


def reference(link: str = f"https://{HOST}{SIGNED}", **said: str) -> list[FileReference | str]:
    """A file of the conversation, as ChatGPT refers to it."""
    return [FileReference.model_validate({"download_link": link} | said)]


@asynccontextmanager
async def file_host(directory: Path) -> AsyncIterator[Storage]:
    """A server that runs while the block does, vouched for by an authority of our own."""
    authority, chain = certify(directory, HOST)
    storage = Storage()
    storage.context.load_verify_locations(authority)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain)
    serving.sni_callback = lambda _socket, name, _context: storage.names.append(name)
    server = await asyncio.start_server(storage.answer, "127.0.0.1", 0, ssl=serving)
    storage.port = server.sockets[0].getsockname()[1]
    yield storage
    server.close()
    await server.wait_closed()


def certify(directory: Path, name: str) -> tuple[Path, Path]:
    """Return an authority's certificate, and the chain and key of the host of this name."""
    issuer, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority, chain = directory / "authority.pem", directory / "chain.pem"
    authority.write_bytes(certificate("Tests", key=issuer, issuer=issuer))
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    chain.write_bytes(certificate(name, key=key, issuer=issuer) + secret)
    return authority, chain


def certificate(
    name: str, *, key: ec.EllipticCurvePrivateKey, issuer: ec.EllipticCurvePrivateKey
) -> bytes:
    """Return a certificate in PEM, whole enough for the strictest reader of RFC 5280."""
    is_authority = key is issuer
    unused = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    usage = dict.fromkeys((*unused, "encipher_only", "decipher_only"), False)
    builder = (
        x509.CertificateBuilder(
            issuer_name=_named("Tests"),
            subject_name=_named(name),
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=VALID_FROM,
            not_valid_after=VALID_UNTIL,
        )
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                **usage,
            ),
            critical=True,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()),
            critical=False,
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    )
    return builder.sign(issuer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
