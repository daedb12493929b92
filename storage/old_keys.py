"""The API keys of the specification's program: what is kept of them, and never a secret.

The specification says that they are hashed, and not how they lie in their file. None of them opens
anything here, because a key of ours has another form: new ones are made. Of the file a copy is kept
in which every text that might be a secret has given way to its hash.
"""

import json
import re
from typing import Any

from storage.key_secrets import HashedSecret
from storage.old_json import json_of

# Words of a file of keys, and values that cannot be a secret: the rest is taken for one.
FIELDS = re.compile(
    "api_keys|active|clients?|created(_at|_by)?|description|disabled|enabled|expires(_at)?"
    "|hash(_algorithm)?|hashed_key|id|is_active|is_revoked|keys?|key_hash|label|last_used(_at)?"
    "|name|notes|owner|permissions|prefix|rate_limit|revoked(_at)?|roles?|salt|scopes|secret"
    "|secret_hash|status|token|type|updated_at|user|version"
)
PLAIN_FIELDS = re.compile(
    "client|created(_at|_by)?|description|expires(_at)?|hash_algorithm|label|last_used(_at)?|name"
    "|owner|permissions|revoked_at|roles?|scopes|status|type|updated_at|user"
)
NAME_FIELDS = ("name", "label", "client", "owner", "user", "description")
# Hexadecimal digests, and what passlib and its like write.
HASH = re.compile(
    r"(?:sha(?:1|224|256|384|512)[:$])?(?:[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})"
    r"|\$(?:2[abxy]|argon2(?:id?|d)|scrypt|pbkdf2[\w-]*|5|6)\$.+"
    r"|(?:pbkdf2|scrypt)[\w:.]*\$.+",
    re.IGNORECASE,
)


def without_secrets(content: bytes) -> bytes:
    """Return a file of keys with each text that may be a secret replaced by its hash. Blocks.

    Raises ValueError for what is no JSON: nobody can tell then where its secrets are.
    """
    return (
        json.dumps(_hashed(json_of(content).value, is_plain=False), indent=2).encode() + b"\n"
    )


def names_in(content: bytes) -> list[str]:
    """Return what the keys of such a copy are called, as far as they have names."""
    return list(_names(json_of(content).value))


def _hashed(value: Any, *, is_plain: bool) -> Any:
    match value:
        case dict():
            return {
                _field(name): _hashed(inner, is_plain=bool(PLAIN_FIELDS.fullmatch(name)))
                for name, inner in value.items()
            }
        case list():
            return [_hashed(inner, is_plain=is_plain) for inner in value]
        case str() if not (is_plain or HASH.fullmatch(value)):
            return HashedSecret.of(value).model_dump()
        case int() | float() if not isinstance(value, bool) and not is_plain:
            return value if abs(value) < 10**6 else HashedSecret.of(str(value)).model_dump()
    return value


def _field(name: str) -> str:
    """Return the name of a field; one that may be a key itself, as in a map of keys, is hashed."""
    if FIELDS.fullmatch(name) or HASH.fullmatch(name):
        return name
    secret = HashedSecret.of(name)
    return f"scrypt:{secret.n}:{secret.r}:{secret.p}:{secret.salt}:{secret.hash}"


def _names(value: Any) -> list[str]:
    match value:
        case dict():
            own = [value[name] for name in NAME_FIELDS if isinstance(value.get(name), str)]
            return own[:1] + [one for inner in value.values() for one in _names(inner)]
        case list():
            return [one for inner in value for one in _names(inner)]
    return []
