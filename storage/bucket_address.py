"""Where a bucket is, and how it is spoken to: any that understands S3."""

import ipaddress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config, S3Credential

CONNECT_SECONDS_MAX = 10
SILENCE_SECONDS_MAX = 60
REQUEST_SECONDS_MAX = 3600  # the body included: a large backup on a slow line
# A request that fails is tried again at once so often; the job that asks comes again later.
RETRIES_MAX = 3
RETRY_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """A bucket, and with what it lets us in; everything of ours lies in it below `prefix`.

    `endpoint` is a URL. Most services, and Railway's, want the bucket's name in the host, and it is
    put there; if the endpoint ends with `/<bucket>`, or is an IP address or a name without a dot, it
    is put into the path. None is Amazon's own endpoint of the region.
    """

    name: str
    endpoint: str | None
    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)
    region: str = "auto"
    prefix: str = ""

    @property
    def place(self) -> str:
        """Where it is, in words: never with what is secret."""
        host = urlsplit(self.endpoint).netloc if self.endpoint else f"Amazon, {self.region}"
        return f"{self.name} at {host}"

    def key(self, *names: str) -> str:
        """Return the name in the bucket of what lies below these folders."""
        return "/".join((*self.prefix.strip("/").split("/"), *names)).strip("/")

    def client(self) -> S3Store:
        """Return what speaks to it; nothing is opened yet."""
        url, is_in_host = self._url()
        options: ClientConfig = {
            "allow_http": url is not None and url.startswith("http://"),
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS_MAX),
            "read_timeout": timedelta(seconds=SILENCE_SECONDS_MAX),
            "timeout": timedelta(seconds=REQUEST_SECONDS_MAX),
        }
        retries: RetryConfig = {
            "max_retries": RETRIES_MAX,
            "retry_timeout": timedelta(seconds=RETRY_SECONDS_MAX),
        }
        config: S3Config = {"endpoint": url} if url else {}
        return S3Store(
            self.name,
            config=config,
            region=self.region,
            virtual_hosted_style_request=is_in_host,
            client_options=options,
            retry_config=retries,
            # So no AWS_SESSION_TOKEN of the environment is mixed with these.
            credential_provider=self._credential,
        )

    def _credential(self) -> "S3Credential":
        return {
            "access_key_id": self.access_key_id,
            "secret_access_key": self.secret_access_key,
            "token": None,
            "expires_at": None,
        }

    def _url(self) -> tuple[str | None, bool]:
        """Return the endpoint as the client wants it, and whether the bucket is in its host."""
        if self.endpoint is None:
            return None, True
        parts = urlsplit(self.endpoint)
        base = f"{parts.scheme}://{parts.netloc}"
        if parts.netloc.startswith(f"{self.name}."):
            return base, True
        if parts.path.strip("/") == self.name or not _takes_names(parts.hostname or ""):
            return base, False
        return f"{parts.scheme}://{self.name}.{parts.netloc}", True


def _takes_names(host: str) -> bool:
    """Can a name be put before this host?"""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host
    return False
