"""A disk in memory that forgets what was not synced: bytes and names apart.

A sync of a file makes its bytes durable and not its name, a sync of a directory the names in
it, a sync of the file system everything. A change that is not durable yet may be lost whatever
came after it; only a rename is one thing, done or not. File systems keep more than this, and
nobody has promised it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = 0


class Name(NamedTuple):
    """A name in a directory, which is given by its inode."""

    directory: int
    name: str


class File(NamedTuple):
    """The bytes of an inode, and the time of change if somebody has set it."""

    content: bytes = b""
    mtime_ns: int | None = None
    inode: int = ROOT


Names = dict[Name, int]
Files = dict[int, File]
Tree = dict[str, File | None]  # path -> file, None for a directory


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes put somewhere into a file; a gap before them reads as zeros."""

    inode: int
    offset: int
    content: bytes

    def apply(self, names: Names, files: Files) -> None:
        old = files[self.inode].content.ljust(self.offset, b"\0")
        end = self.offset + len(self.content)
        new = old[: self.offset] + self.content + old[end:]
        files[self.inode] = File(new, None, self.inode)

    def torn(self) -> Iterator["Write | Lengthen"]:
        """Yield what may be there of it: half, all but one byte, or room without bytes."""
        for length in sorted({len(self.content) // 2, len(self.content) - 1} - {0}):
            yield Write(self.inode, self.offset, self.content[:length])
        yield Lengthen(self.inode, self.offset + len(self.content))


@dataclass(frozen=True, slots=True)
class Lengthen:
    """The size of a file grown, and no bytes."""

    inode: int
    size: int

    def apply(self, names: Names, files: Files) -> None:
        content = files[self.inode].content.ljust(self.size, b"\0")
        files[self.inode] = File(content, None, self.inode)


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file cut, or lengthened by zeros."""

    inode: int
    size: int

    def apply(self, names: Names, files: Files) -> None:
        content = files[self.inode].content[: self.size].ljust(self.size, b"\0")
        files[self.inode] = File(content, None, self.inode)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The time of change of a file, set."""

    inode: int
    mtime_ns: int

    def apply(self, names: Names, files: Files) -> None:
        files[self.inode] = File(files[self.inode].content, self.mtime_ns, self.inode)


@dataclass(frozen=True, slots=True)
class Place:
    """An inode given a name: made, linked, or renamed if it had another (`source`)."""

    name: Name
    inode: int
    source: Name | None = None
    is_new: bool = False
    is_directory: bool = False

    def apply(self, names: Names, files: Files) -> None:
        if self.source and names.get(self.source) == self.inode:
            del names[self.source]
        names[self.name] = self.inode


@dataclass(frozen=True, slots=True)
class Remove:
    """A name taken away from an inode."""

    name: Name
    inode: int

    def apply(self, names: Names, files: Files) -> None:
        if names.get(self.name) == self.inode:
            del names[self.name]


@dataclass(frozen=True, slots=True)
class Sync:
    """What is pending of a file or a directory made durable; without an inode, everything."""

    inode: int | None = None


DataChange = Write | Lengthen | Truncate | Stamp
NameChange = Place | Remove
Change = DataChange | NameChange
Step = Change | Sync


@dataclass
class Disk:
    """What is durable, and what is pending in the order in which it was done."""

    names: Names = field(default_factory=dict)
    files: Files = field(default_factory=dict)
    directories: set[int] = field(default_factory=lambda: {ROOT})
    pending: list[Change] = field(default_factory=list)

    @classmethod
    def after(cls, steps: Iterable[Step]) -> "Disk":
        disk = cls()
        for step in steps:
            disk.do(step)
        return disk

    def do(self, step: Step) -> None:
        """Do one step; nothing but a sync makes anything durable."""
        if isinstance(step, Sync):
            self._sync(step.inode)
            return
        if isinstance(step, Place) and step.is_new:
            if step.is_directory:
                self.directories.add(step.inode)
            else:
                self.files[step.inode] = File(inode=step.inode)
        self.pending.append(step)

    def tree(self, kept: Iterable[Change] | None = None) -> Tree:
        """Return what is found when of all that is pending only this was kept (None: all)."""
        names, files = self.names.copy(), self.files.copy()
        for change in self.pending if kept is None else kept:
            change.apply(names, files)
        return reachable(names, files, self.directories)

    def live_names(self) -> Names:
        """Return the names as a running program sees them."""
        names, files = self.names.copy(), self.files.copy()
        for change in self.pending:
            change.apply(names, files)
        return names

    def _sync(self, inode: int | None) -> None:
        left: list[Change] = []
        moved: set[tuple[Name, int]] = set()
        for change in self.pending:
            if inode is not None and _subject(change) != inode:
                left.append(change)
                continue
            change.apply(self.names, self.files)
            if isinstance(change, Place) and change.source:
                moved.add((change.source, change.inode))
        # A durable rename out of another directory takes the name there with it.
        self.pending = [
            change
            for change in left
            if not (isinstance(change, Place) and (change.name, change.inode) in moved)
        ]


def _subject(change: Change) -> int:
    """Return the inode whose sync makes this change durable."""
    return change.name.directory if isinstance(change, NameChange) else change.inode


def reachable(names: Mapping[Name, int], files: Files, directories: set[int]) -> Tree:
    """Return what can be reached from the root."""
    children: dict[int, list[tuple[str, int]]] = {}
    for (directory, name), inode in names.items():
        children.setdefault(directory, []).append((name, inode))
    tree: Tree = {}
    ahead = [(ROOT, "")]
    while ahead:
        directory, prefix = ahead.pop()
        for name, inode in children.get(directory, ()):
            path = prefix + name
            tree[path] = None if inode in directories else files[inode]
            if inode in directories:
                ahead.append((inode, f"{path}/"))
    return tree


def steps_to(tree: Tree) -> Iterator[Step]:
    """Yield the steps that make this tree, durably, on an empty disk.

    The inodes of the files are kept, so that whoever remembers one knows it again.
    """
    inodes = {"": ROOT}
    free = 1 + max((file.inode for file in tree.values() if file), default=ROOT)
    for path in sorted(tree):
        file = tree[path]
        parent, _, name = path.rpartition("/")
        inodes[path] = file.inode if file else (free := free + 1)
        place = Name(inodes[parent], name)
        yield Place(place, inodes[path], is_new=True, is_directory=file is None)
        if file:
            yield Write(file.inode, 0, file.content)
        if file and file.mtime_ns is not None:
            yield Stamp(file.inode, file.mtime_ns)
    yield Sync()


def real_tree(root: Path) -> dict[str, bytes | None]:
    """Return what really lies below a directory: path to bytes, None for a directory."""
    return {
        str(path.relative_to(root)): None if path.is_dir() else path.read_bytes()
        for path in root.rglob("*")
    }
