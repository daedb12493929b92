"""The file store does what any store must do."""

from functools import partial
from pathlib import Path

import pytest

from storage.store import Store
from tests.storage.any_store import AnyStore, Opener

pytest.register_assert_rewrite("tests.storage.conformance_keeping", "tests.storage.conformance")
from tests.storage.conformance import StoreConformance  # noqa: E402 - after the line above


async def open_file_store(root: Path) -> AnyStore:
    """Open one more handle on a data directory."""
    store = Store(root)
    await store.open()
    return store


class TestFileStore(StoreConformance):
    """Plain files under one directory."""

    @pytest.fixture
    def opener(self, tmp_path: Path) -> Opener:
        return partial(open_file_store, tmp_path / "data")
