"""The zip of a bundle: the same files give the same bytes, and each has its checksum in it."""

import hashlib
from collections.abc import Mapping
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell
FILE_MODE = 0o644 << 16
SUMS_FILE = "SHA256SUMS"


def write_zip(out: BinaryIO, files: Mapping[str, bytes]) -> None:
    """Write these files as a zip, and their checksums as the last one."""
    sums = "".join(f"{sha256_of(content)}  {name}\n" for name, content in files.items())
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in {**files, SUMS_FILE: sums.encode()}.items():
            info = ZipInfo(name, FIXED_TIME)
            info.external_attr = FILE_MODE
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 (hex) of these bytes."""
    return hashlib.sha256(content).hexdigest()
