"""Arguments, reasons and other texts of a job as a page shows them: masked, and not too long.

Pages are read by more people than tickets are, and a job may hold a whole document.
"""

import json
import re
from typing import Any

from logs import masked

TEXT_CHARACTERS_MAX = 5_000  # a traceback is not cut
SHOWN_CHARACTERS = 200  # of what is
HIDDEN = "<hidden>"
# Who knows the key of a conversation can go on with it, whatever it looks like.
NAMES = r"(?:\w*_)?(?:password|token|secret|key)"
HIDDEN_NAME = re.compile(NAMES, re.IGNORECASE)
HIDDEN_PAIR = re.compile(rf'("{NAMES}"\s*:\s*)"(?:[^"\\]|\\.)*+"?', re.IGNORECASE)


def shown(value: Any) -> str:
    """Return a value as a person reads it.

    Without telephone numbers, e-mail addresses, keys, and whatever is named as a secret.
    """
    if isinstance(value, str):
        return masked(_cut(value))
    return masked(json.dumps(_cut(value), indent=2, ensure_ascii=False, default=str))


def _cut(value: Any) -> Any:
    """Return a value without what its names say is secret, its long texts cut."""
    if isinstance(value, dict):
        return {
            str(name): HIDDEN if HIDDEN_NAME.fullmatch(str(name)) else _cut(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_cut(one) for one in value]
    if isinstance(value, str):
        return HIDDEN_PAIR.sub(rf'\1"{HIDDEN}"', _shortened(value))
    return value


def _shortened(text: str) -> str:
    is_long = len(text) > TEXT_CHARACTERS_MAX
    return f"{text[:SHOWN_CHARACTERS]}… ({len(text):,} characters)" if is_long else text
