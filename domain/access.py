"""Who may do what: the roles of API keys, and what each is granted.

A key speaks for a program, never for a person: who acts is named in each request.
"""

from collections.abc import Mapping
from enum import StrEnum

REQUESTS_PER_MINUTE = 100  # of a key for which nothing else was said


class Role(StrEnum):
    """What a key is for."""

    CLIENT = "client"
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a request needs.

    `READ`: to see tickets, one, listed or exported, work orders, dates and the depth of the queue.
    `DRAFT`: to hand in work orders and bring a draft to its confirmed packet, or give it up.
    `FOLLOW`: what comes after the submission. `OPERATE`: the queue, the disk, every conversation.
    `ADMINISTER`: the keys.
    """

    READ = "read"
    DRAFT = "draft"
    FOLLOW = "follow"
    OPERATE = "operate"
    ADMINISTER = "administer"


_CLIENT = frozenset({Permission.READ, Permission.DRAFT, Permission.FOLLOW})

GRANTED: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.READ}),
    Role.CLIENT: _CLIENT,
    Role.OPERATOR: _CLIENT | {Permission.OPERATE},
    Role.ADMIN: frozenset(Permission),
}


def may(role: Role, permission: Permission) -> bool:
    """Is a key of this role granted that?"""
    return permission in GRANTED[role]
