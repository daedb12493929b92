"""The customer's templates: one TOML file each in `templates/`, added, removed and read.

What a template means, and whether it can be used, is the reader's business; here it is a name
and bytes. A file that was put there by hand counts like one that was added.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiofiles.os

from domain.errors import ConflictError, RejectedError
from storage.failures import DamagedFileError, disk_trouble, unreadable
from storage.file_locks import FileLock
from storage.files import Identity, identity_at, make_directory, remove_file, write_atomic
from storage.layout import Layout
from storage.plain_files import read_plain
from storage.restore_gate import RestoreGate

TEMPLATE_FILE = re.compile(r"([a-z0-9][a-z0-9_-]{0,63})\.toml")
TEMPLATES_MAX = 200
TEMPLATE_BYTES_MAX = 64 * 1024

Seen = tuple[tuple[str, Identity], ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What lies in the folder: the bytes of each template by its name, and what is left out."""

    contents: Mapping[str, bytes] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    beyond: int = 0  # how many of those left out are so because there are too many


class TemplateFiles:
    """Keeps the templates of one data directory."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._folder = layout.templates
        # One value, because several threads may look at once: the files, and what stood in them.
        self._seen: tuple[Seen, Shelf] = ((), Shelf())
        self.shelf = aiofiles.os.wrap(self.shelf_now)
        self.put = aiofiles.os.wrap(self._put)
        self.remove = aiofiles.os.wrap(self._remove)

    def shelf_now(self) -> Shelf:
        """Return what lies there; the same object until a file changes. Blocks.

        No folder is an empty one. Raises UnavailableError.
        """
        seen, shelf = self._seen
        with unreadable(self._folder):
            found = self._look()
            if found != seen:
                shelf = self._read(found)
                self._seen = (found, shelf)
        return shelf

    def _look(self) -> Seen:
        try:
            names = sorted(filter(TEMPLATE_FILE.fullmatch, os.listdir(self._folder)))  # noqa: PTH208 - names are enough
        except FileNotFoundError:
            return ()
        return tuple((name, identity_at(self._folder / name)) for name in names)

    def _read(self, found: Seen) -> Shelf:
        contents: dict[str, bytes] = {}
        left_out: dict[str, str] = {}
        for filename, identity in found:
            name = filename.removesuffix(".toml")
            try:
                problem = self._problem(identity.size, len(contents))
                if problem is None:
                    contents[name] = read_plain(self._folder / filename)
            except FileNotFoundError:
                continue
            except DamagedFileError as error:
                problem = error.problem
            if problem is not None:
                left_out[name] = problem
        return Shelf(contents, left_out, _beyond(left_out))

    @staticmethod
    def _problem(size: int, count: int) -> str | None:
        if size > TEMPLATE_BYTES_MAX:
            return f"It has {size:,} bytes, more than {TEMPLATE_BYTES_MAX:,}."
        if count >= TEMPLATES_MAX:
            return _too_many()
        return None

    def _put(self, name: str, content: bytes, *, seen: bytes | None) -> None:
        """Write a template, durably, in the place of the one of its name.

        `seen` is what the caller saw there; ConflictError if it is not that any more. Raises
        RejectedError if there are too many, NotFoundError if this is no data directory, and
        UnavailableError.
        """
        path = self._path(name)
        with disk_trouble(path):
            make_directory(self._folder)
            with RestoreGate(self._layout), FileLock(self._layout.templates_lock):
                self._expect(name, seen)
                if seen is None and len(self.shelf_now().contents) >= TEMPLATES_MAX:
                    raise RejectedError(
                        f"There are {TEMPLATES_MAX} templates already.",
                        field="file",
                        remedy="Remove one that no document needs any more.",
                    )
                write_atomic(path, content)

    def _remove(self, name: str, *, seen: bytes) -> None:
        """Remove a template, durably. Raises ConflictError if it is not what was seen."""
        path, lock = self._path(name), FileLock(self._layout.templates_lock)
        with disk_trouble(path), RestoreGate(self._layout), lock:
            self._expect(name, seen)
            remove_file(path)

    def _expect(self, name: str, seen: bytes | None) -> None:
        if self.shelf_now().contents.get(name) != seen:
            raise ConflictError(
                f"Somebody else has just changed the template {name}.",
                field="name",
                remedy="See `texas811 templates list` for what there is now.",
            )

    def _path(self, name: str) -> Path:
        self._layout.existing(self._layout.config)
        filename = f"{name}.toml"
        if not TEMPLATE_FILE.fullmatch(filename):
            raise RejectedError(
                f"{name[:80]!r} cannot be the name of a template.",
                field="name",
                remedy="Use 1 to 64 small letters, digits, hyphens or underscores.",
            )
        return self._folder / filename


def _too_many() -> str:
    return f"There are more than {TEMPLATES_MAX} templates."


def _beyond(left_out: Mapping[str, str]) -> int:
    return list(left_out.values()).count(_too_many())


def decode(content: bytes) -> None:
    """Raise ValueError if this is no TOML."""
    try:
        tomllib.loads(content.decode("utf-8-sig"))
    except RecursionError:
        problem = "its brackets are too deep"
        raise ValueError(problem) from None
