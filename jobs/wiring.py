"""Wiring: an `Env` made of real things, from the settings."""

from functools import partial

from config import Config
from domain.responses import OUTCOME_OF_CODE
from jobs.conversations import Conversations
from jobs.job import Env
from jobs.owed import owed_work, work_on
from jobs.progress_board import RedisBoard
from jobs.queue import ArqQueue, connect
from jobs.rates import RedisCounter
from jobs.reader import Readers
from jobs.session_copies import RedisCopies
from storage.clock import system_clock
from storage.store import Store


def make_env(config: Config) -> Env:
    """Return what jobs need, as this installation has it; nothing is opened yet."""
    store = Store(config.root)
    redis = connect(config.redis_address)
    board = RedisBoard(redis, system_clock)
    return Env(
        store=store,
        queue=ArqQueue(redis, system_clock, before_close=board.close),
        clock=system_clock,
        read=Readers().read,
        owed=partial(owed_work, store),
        work_on=work_on,
        board=board,
        sessions=Conversations(
            store.sessions, RedisCopies(redis), lasts=config.session_timeout
        ),
        codes=OUTCOME_OF_CODE | config.center_codes,
        keeping=config.keeping,
    )


def make_counter(config: Config) -> RedisCounter:
    """Return what counts the requests of every process of this installation."""
    return RedisCounter(connect(config.redis_address))
