"""A real data directory for each test, opened and empty."""

from pathlib import Path

import pytest

from storage.layout import Layout
from storage.store import Store


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Where the things of `store` lie."""
    return Layout(tmp_path / "data")


@pytest.fixture
async def store(layout: Layout) -> Store:
    """An open store."""
    store = Store(layout.root)
    await store.open()
    return store
