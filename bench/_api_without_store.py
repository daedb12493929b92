"""`python -m api`, but for one thing: an accepted work order goes nowhere.

The other side of `bench/api.py`. All else is the same: the key, its limit, the parsing, the ring
in Redis, the answer.
"""

import sys
from pathlib import Path

import api.__main__
from config import Config
from domain.work_order import WorkOrder
from jobs.job import Env
from jobs.wiring import make_env
from storage.layout import Layout
from storage.work_orders import WorkOrders


class Nowhere(WorkOrders):
    """Accepts work orders and forgets them."""

    def __init__(self, root: Path) -> None:
        super().__init__(Layout(root))
        self.accept = self._forget

    async def _forget(self, order: WorkOrder, _document: bytes) -> WorkOrder:
        return order

    def is_cancelled(self, _work_order_id: str) -> bool:
        return False


def make_env_without_store(config: Config) -> Env:
    """Return the Env of this installation, with an inbox that keeps nothing."""
    env = make_env(config)
    env.store.work_orders = Nowhere(config.root)
    return env


if __name__ == "__main__":
    api.__main__.make_env = make_env_without_store
    sys.exit(api.__main__.main())
