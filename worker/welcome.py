"""What a person at the keyboard needs first: a key to ask with, or how to come by one."""

from datetime import timedelta

from config import Config
from domain.access import Role
from domain.audit import Actor, Author
from domain.errors import Texas811Error
from jobs.issuing import issue, terms_of
from jobs.job import Env
from jobs.wiring import make_env

KEY_LASTS = timedelta(days=1)
NAME = "make run"


async def how_to_get_in(config: Config, *, makes_key: bool) -> str:
    """Return the lines that say how the API lets a person in; nothing if he has keys already.

    With `makes_key` one of his own is made, for a day.
    """
    env = make_env(config)
    try:
        if makes_key:
            return await _with_new_key(env, config.url)
        keys = await env.store.api_keys.list()
    except Texas811Error as error:
        return f"    keys      {error.problem} {error.remedy or ''}\n"
    finally:
        await env.queue.close()
    if any(not key.has_ended(env.clock()) for key in keys):
        return ""
    return "    keys      none yet: texas811 keys create NAME --role client\n"


def banner(config: Config, redis_place: str, keys: str) -> str:
    """Return where everything is, for a person at a terminal."""
    url = config.url
    return (
        f"\n  Texas 811 is up at {url}\n"
        f"    dashboard {url}/dashboard    with a key and your name\n"
        f"    tickets   {url}/tickets    or: texas811 tickets list\n"
        f"    API       {url}/docs\n"
        f"    data      {config.root}\n"
        f"    Redis     {redis_place}\n"
        f"{keys}"
        f"  Stop with Ctrl-C.\n\n"
    )


async def _with_new_key(env: Env, url: str) -> str:
    now = env.clock()
    terms = terms_of(
        name=NAME, role=Role.ADMIN, created_at=now, created_by=NAME, expires_at=now + KEY_LASTS
    )
    _key, text = await issue(env, terms, by=Author(actor=Actor.USER, name=NAME))
    return (
        f"    key       {text}\n"
        f"              for a day, as admin, shown this once; try it:\n"
        f"              curl -H 'Authorization: Bearer {text}' {url}/tickets\n"
    )
