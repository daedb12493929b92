"""What the store must be told when it lies on a disk that is not the one it remembers.

For processes that live only to record or to check: nothing is put back.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

import storage.boot
import storage.files

NEW_INODES = 1 << 40


def replace_everywhere(original: object, replacement: object) -> None:
    """Replace a function of the store under every name by which its modules know it."""
    modules = [
        module for name, module in sys.modules.items() if name.split(".")[0] == "storage"
    ]
    for module in modules:
        for name, value in list(vars(module).items()):
            if value is original:
                setattr(module, name, replacement)


def use_boot_id(boot_id: str) -> None:
    """Run under a kernel that was started under this id."""
    replace_everywhere(storage.boot.boot_id, lambda: boot_id)


def know_inodes(inodes: Mapping[int, int]) -> None:
    """Give the inodes of the real file system the numbers that they had on the modelled disk.

    A tree that is written out anew has other inodes, and what remembers files by their inode
    would remember none. The mapping may still grow.
    """
    real = storage.files.Identity.of.__func__  # type: ignore[attr-defined]  # what a class method hides

    def of(cls: Any, status: os.stat_result) -> Any:
        identity = real(cls, status)
        inode = inodes.get(identity.inode, identity.inode + NEW_INODES)
        return identity._replace(inode=inode)

    storage.files.Identity.of = classmethod(of)  # type: ignore[method-assign,assignment]  # what a class method hides
