"""Wiring: an `Env` made of real things, from the settings."""

from functools import partial

from config import Config
from domain.responses import OUTCOME_OF_CODE
from jobs.job import Env
from jobs.owed import owed_work
from jobs.progress_board import RedisBoard
from jobs.queue import ArqQueue, connect
from jobs.reader import Readers
from storage.clock import system_clock
from storage.store import Store


def make_env(config: Config) -> Env:
    """Return what jobs need, as this installation has it; nothing is opened yet."""
    store = Store(config.root)
    redis = connect(config.redis_address)
    return Env(
        store=store,
        queue=ArqQueue(redis, system_clock),
        clock=system_clock,
        read=Readers().read,
        owed=partial(owed_work, store),
        board=RedisBoard(redis, system_clock),
        codes=OUTCOME_OF_CODE | config.center_codes,
    )
