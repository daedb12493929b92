"""Wiring: an `Env` made of real things, from the settings."""

from functools import partial

from config import Config
from domain.responses import OUTCOME_OF_CODE
from jobs.conversations import Conversations
from jobs.job import Env, HelpedReader
from jobs.llm_budget import TokenBudget
from jobs.llm_client import Endpoint, LlmClient
from jobs.owed import owed_work, work_on
from jobs.progress_board import RedisBoard
from jobs.queue import ArqQueue, connect
from jobs.rates import RedisCounter
from jobs.reader import Readers
from jobs.second_reader import SecondReader
from jobs.session_copies import RedisCopies
from jobs.templating import GoodTemplates
from storage.bucket import Bucket
from storage.bucket_address import BucketAddress
from storage.clock import system_clock
from storage.layout import Layout
from storage.store import Store


def make_env(config: Config) -> Env:
    """Return what jobs need, as this installation has it; nothing is opened yet."""
    store = Store(config.root)
    store.api_keys.give(config.api_keys, now=system_clock())
    redis = connect(config.redis_address)
    board = RedisBoard(redis, system_clock)
    readers = Readers(GoodTemplates(store.templates).contents)
    return Env(
        store=store,
        queue=ArqQueue(redis, system_clock, before_close=board.close),
        clock=system_clock,
        read=readers.read,
        owed=partial(owed_work, store),
        work_on=work_on,
        board=board,
        sessions=Conversations(
            store.sessions, RedisCopies(redis), lasts=config.session_timeout
        ),
        codes=OUTCOME_OF_CODE | config.center_codes,
        keeping=config.keeping,
        bucket=make_bucket(config),
        read_helped=make_helped(config, readers),
    )


def make_helped(config: Config, readers: Readers) -> HelpedReader | None:
    """Return how orders are read with a language model's help; None if no model is named."""
    if not (config.llm_base_url and config.llm_model):
        return None
    client = LlmClient(
        Endpoint(config.llm_base_url, config.llm_model, config.llm_api_key),
        TokenBudget(config.llm_tokens_per_day_max, system_clock),
        seconds_max=config.llm_seconds_max,
    )
    return SecondReader(
        readers.read_with_lines, client, seconds_max=config.llm_seconds_max
    ).read


def make_bucket(config: Config) -> Bucket | None:
    """Return where backups are kept off the volume; None if no bucket is named."""
    secret = config.backup_bucket_secret_access_key
    if not (config.backup_bucket_name and config.backup_bucket_access_key_id and secret):
        return None  # `Config.from_env` has refused half a bucket
    address = BucketAddress(
        name=config.backup_bucket_name,
        endpoint=config.backup_bucket_endpoint,
        region=config.backup_bucket_region,
        access_key_id=config.backup_bucket_access_key_id,
        secret_access_key=secret.get_secret_value(),
        prefix=config.backup_bucket_prefix,
    )
    return Bucket(address, config.backup_recipients, Layout(config.root))


def make_counter(config: Config) -> RedisCounter:
    """Return what counts the requests of every process of this installation."""
    return RedisCounter(connect(config.redis_address))
