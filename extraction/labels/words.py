"""The words of the trade: for each concept, the labels that documents use for it.

They stand in `words.toml`, between bars; what is done with them is in `labels`.
"""

import tomllib
from importlib.resources import files

ALIASES: dict[str, str] = tomllib.loads(
    files(__package__).joinpath("words.toml").read_text("utf-8")
)
