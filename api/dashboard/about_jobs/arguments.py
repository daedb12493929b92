"""Arguments, reasons and other texts of a job as a page shows them: masked, and not too long.

Pages are read by more people than tickets are, and a job may hold a whole document.
"""

import json
from typing import Any

from logs import masked

TEXT_CHARACTERS_MAX = 5_000  # a traceback is not cut
SHOWN_CHARACTERS = 200  # of what is


def shown(value: Any) -> str:
    """Return a value as a person reads it, without telephone numbers, e-mail addresses and keys."""
    if isinstance(value, str):
        return masked(_cut(value))
    return masked(json.dumps(_cut(value), indent=2, ensure_ascii=False, default=str))


def _cut(value: Any) -> Any:
    """Return a value whose texts are cut where they are longer than a person reads."""
    if isinstance(value, dict):
        return {str(name): _cut(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_cut(one) for one in value]
    if isinstance(value, str) and len(value) > TEXT_CHARACTERS_MAX:
        return f"{value[:SHOWN_CHARACTERS]}… ({len(value):,} characters)"
    return value
