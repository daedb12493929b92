"""Where a link may lead: to the named hosts, at public addresses, and nowhere else."""

import socket
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest

from api.file_references import IPAddress, is_public, resolve
from domain.errors import RejectedError, UnavailableError
from tests.api.file_host import HOST, LOOPBACK, ORDER, Storage, file_host, reference


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with file_host(tmp_path) as storage:
        yield storage


@pytest.mark.parametrize(
    "link",
    [
        f"http://{HOST}/a",
        f"ftp://{HOST}/a",
        f"file://{HOST}/etc/passwd",
        f"//{HOST}/a",
        f"https:{HOST}/a",
        f" https://{HOST}/a",
        f"https://{HOST}.evil.test/a",
        f"https://evil.test/#{HOST}",
        f"https://evil.test#@{HOST}/a",
        f"https://evil.test?@{HOST}/a",
        f"https://evil.test/{HOST}",
        f"https://evil.test\\@{HOST}/a",
        f"https://{HOST}@evil.test/a",
        f"https://{HOST}:443@evil.test/a",
        f"https://user:secret@{HOST}/a",
        f"https://{HOST}:8443/a",
        f"https://{HOST}:80/a",
        f"https://{HOST}:99999/a",
        f"https://{HOST}./a",
        f"https://{HOST}%2eevil.test/a",
        f"https://{HOST}%00.evil.test/a",
        f"https://evil-{HOST.replace('.', '-')}/a",
        "https://oaiusercontent.com/a",
        "https://xoaiusercontent.com/a",
        "https://a.b.oaiusercontent.com/a",
        "https://.oaiusercontent.com/a",
        "https://*.oaiusercontent.com/a",
        "https://a_b.oaiusercontent.com/a",
        "https://xn--80ak6aa92e.com/a",
        "https://files.oaiusercontent\u3002com/a",
        "https://files.\u043eaiusercontent.com/a",
        "https://files.oaiusercontent.\uff43om/a",
        f"https://{HOST}\u2028.evil.test/a",
        f"https://evil.test\r\nHost: {HOST}/a",
        f"https://{HOST}/a\r\nX-Evil: 1",
        f"https://{HOST}/a\tb",
        "https://127.0.0.1/a",
        "https://2130706433/a",
        "https://0x7f000001/a",
        "https://0177.0.0.1/a",
        "https://127.1/a",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://[fd12::1]/a",
        "https://[::1/a",
        "https://localhost/a",
        "https://redis.railway.internal/a",
        "https:///a",
        "https://",
    ],
)
async def test_a_link_to_anywhere_else_is_refused_before_its_name_is_looked_up(
    storage: Storage, link: str
) -> None:
    looked_up = []

    async def looking_up(host: str) -> Sequence[IPAddress]:
        looked_up.append(host)
        return [LOOPBACK]

    with pytest.raises(RejectedError) as refused:
        await storage.downloader(resolve=looking_up).download(reference(link))

    assert refused.value.remedy
    assert looked_up == storage.asked == []


@pytest.mark.parametrize(
    ("hosts", "link"),
    [
        (("files.example.com",), "https://files.example.com/a"),
        (("oaisdmntpr*.blob.example.com",), "https://oaisdmntprwest.blob.example.com/a"),
        (("*.example.com",), "https://a-1.example.com/a"),
    ],
    ids=["exactly", "within a label", "a whole label"],
)
async def test_hosts_can_be_named_by_whoever_runs_the_service(
    storage: Storage, hosts: tuple[str, ...], link: str
) -> None:
    """The name passes; the certificate is another's, which is seen before anything is said."""
    with pytest.raises(UnavailableError, match="interrupted"):
        await storage.downloader(hosts=hosts).download(reference(link))

    assert storage.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - an address that must be refused, not one to listen on
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_inside_some_network_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "20.60.1.1", "2606:4700::1111", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


async def test_a_name_that_leads_into_our_own_network_is_refused(storage: Storage) -> None:
    """With the real look-up and the real rule: the name is admitted, where it leads is not."""
    strict = storage.downloader(hosts=("localhost",), resolve=resolve, admits=is_public)

    with pytest.raises(RejectedError, match="not public"):
        await strict.download(reference("https://localhost/a"))

    assert storage.asked == []


async def test_one_private_address_among_public_ones_refuses_the_name(storage: Storage) -> None:
    """Otherwise it were a matter of chance which of them is asked."""

    async def both(host: str) -> Sequence[IPAddress]:
        return [ip_address("8.8.8.8"), ip_address("10.0.0.1")]

    with pytest.raises(RejectedError, match="not public"):
        await storage.downloader(resolve=both, admits=is_public).download(reference())


async def test_the_connection_goes_to_the_address_that_was_checked(storage: Storage) -> None:
    """A name server that answers twice, differently, gets nothing by it: it is asked once."""
    answers = [[LOOPBACK], [ip_address("127.0.0.66")]]
    checked = []

    async def changing(host: str) -> Sequence[IPAddress]:
        return answers.pop(0)

    def admits(address: IPAddress) -> bool:
        checked.append(address)
        return True

    fetched = await storage.downloader(resolve=changing, admits=admits).download(reference())

    assert fetched.content == ORDER
    assert checked == [LOOPBACK]
    assert len(answers) == 1


async def test_an_address_where_nobody_listens_gives_way_to_the_next(storage: Storage) -> None:
    """A service without IPv6 is told of IPv6 addresses all the same."""

    async def two(host: str) -> Sequence[IPAddress]:
        return [ip_address("127.0.0.2"), LOOPBACK]

    assert (await storage.downloader(resolve=two).download(reference())).content == ORDER


@pytest.mark.parametrize(
    "code", [socket.EAI_NONAME, None], ids=["no such host", "an empty list"]
)
async def test_a_host_that_has_no_address_is_a_matter_of_the_link(
    storage: Storage, code: int | None
) -> None:
    """Whoever sends the link named the host: to wait mends nothing, and it is not our trouble."""

    async def nowhere(host: str) -> Sequence[IPAddress]:
        if code is None:
            return []
        raise socket.gaierror(code, "Name or service not known")

    with pytest.raises(RejectedError, match="has no address") as refused:
        await storage.downloader(resolve=nowhere).download(reference())
    assert refused.value.field == "openaiFileIdRefs"


async def test_to_learn_of_no_address_at_all_is_a_matter_of_waiting(storage: Storage) -> None:
    """Then it is ours that nobody answers."""

    async def dumb(host: str) -> Sequence[IPAddress]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with pytest.raises(UnavailableError, match="nobody who knows addresses"):
        await storage.downloader(resolve=dumb).download(reference())


async def test_nobody_at_home_is_a_matter_of_waiting(storage: Storage) -> None:
    with pytest.raises(UnavailableError, match="interrupted") as failed:
        await storage.downloader(port=1).download(reference())

    assert "same request again" in str(failed.value.remedy)


async def test_a_certificate_that_nobody_vouches_for_is_not_believed(storage: Storage) -> None:
    with pytest.raises(UnavailableError, match="interrupted"):
        await storage.downloader(ssl_context=None).download(reference())

    assert storage.asked == []
