"""A real server that speaks S3, in a process of its own, and buckets in it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx2
from defusedxml.ElementTree import fromstring

from storage.bucket_address import BucketAddress

UP = re.compile(rb"Running on (http://127\.0\.0\.1:[0-9]+)")
# Where the server looks at no signature, it only wants to see one.
SIGNED = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/{}/aws4_request"
_numbers = count(1)


class Credentials(NamedTuple):
    """With what the server lets somebody in, where it looks at all."""

    access_key_id: str
    secret_access_key: str


ANYBODY = Credentials("AKIDOFANYBODY", "what-only-anybody-knows")


@dataclass(frozen=True)
class BucketServer:
    """Where it listens, and the process that it is."""

    url: str
    process: subprocess.Popen[bytes]

    def new_bucket(self, credentials: Credentials = ANYBODY) -> BucketAddress:
        """Make an empty bucket and return its address."""
        name = f"texas811-test-{next(_numbers)}"
        self._ask("PUT", f"/{name}")
        return self.address(name, credentials)

    def address(self, name: str, credentials: Credentials) -> BucketAddress:
        return BucketAddress(
            name=name,
            endpoint=self.url,
            access_key_id=credentials.access_key_id,
            secret_access_key=credentials.secret_access_key,
            prefix="office",
        )

    def objects(self, bucket: BucketAddress) -> dict[str, bytes]:
        """Return everything in a bucket, as the server has it."""
        listed = fromstring(self._ask("GET", f"/{bucket.name}?list-type=2").content)
        keys = [one.text or "" for one in listed.iter() if one.tag.endswith("}Key")]
        return {key: self._ask("GET", f"/{bucket.name}/{key}").content for key in sorted(keys)}

    def uploads(self, bucket: BucketAddress) -> dict[str, str]:
        """Return the uploads in parts that have begun and not ended, by their ids."""
        listed = fromstring(self._ask("GET", f"/{bucket.name}?uploads").content)
        ids = [one.text or "" for one in listed.iter() if one.tag.endswith("UploadId")]
        keys = [one.text or "" for one in listed.iter() if one.tag.endswith("}Key")]
        return dict(zip(ids, keys, strict=True))

    def put(self, bucket: BucketAddress, key: str, content: bytes) -> None:
        """Put an object there behind everybody's back."""
        self._ask("PUT", f"/{bucket.name}/{key}", content=content)

    def delete(self, bucket: BucketAddress, key: str) -> None:
        self._ask("DELETE", f"/{bucket.name}/{key}")

    def look_at_credentials(self) -> Credentials:
        """Let in from now on only who signs with a key that it has given out: this one."""
        told = self._of_iam("CreateUser") + self._of_iam("CreateAccessKey")
        allowed = (
            '{"Version":"2012-10-17","Statement":'
            '[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
        )
        self._of_iam("PutUserPolicy", PolicyName="all", PolicyDocument=allowed)
        self.look_no_more(after=0)
        return Credentials(*(_between(told, tag) for tag in ("AccessKeyId", "SecretAccessKey")))

    def look_no_more(self, after: float = float("inf")) -> None:
        """Let everybody in again."""
        plain = {"Content-Type": "text/plain"}
        self._ask("POST", "/moto-api/reset-auth", content=str(after).encode(), headers=plain)

    def _of_iam(self, action: str, **given: str) -> str:
        asked = {"Action": action, "Version": "2010-05-08", "UserName": "office", **given}
        form = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": SIGNED.format("iam"),
        }
        return self._ask("POST", "/", content=urlencode(asked).encode(), headers=form).text

    def _ask(self, method: str, path: str, **asked: Any) -> httpx2.Response:
        headers = {"Authorization": SIGNED.format("s3"), **asked.pop("headers", {})}
        with httpx2.Client(
            base_url=self.url, headers=headers, trust_env=False, verify=False
        ) as client:
            return client.request(method, path, **asked).raise_for_status()


@contextmanager
def bucket_server() -> Iterator[BucketServer]:
    """A server that lives while the block runs, on a port of its own, with nothing in it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    try:
        told = next(found for line in process.stderr if (found := UP.search(line)))
        yield BucketServer(told[1].decode(), process)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def _between(xml: str, tag: str) -> str:
    found = re.search(f"<{tag}>([^<]+)</{tag}>", xml)
    assert found, xml
    return found[1]
