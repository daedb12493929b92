"""The conditions of lawful digging by their names, as `domain.readiness` tells what is missing."""

from enum import StrEnum


class ConditionName(StrEnum):
    """One condition of lawful digging."""

    TYPE_PERMITS_DIGGING = "type_permits_digging"
    NOTICE_GIVEN = "notice_given"
    IN_FORCE = "in_force"
    NOT_SUPERSEDED = "not_superseded"
    LAWFUL_START_REACHED = "lawful_start_reached"
    NOT_EXPIRED = "not_expired"
    MEMBER_LIST_KNOWN = "member_list_known"
    MEMBERS_CLOSED = "members_closed"
    NO_OPEN_GROUND = "no_open_ground"
    STANDBY_ARRANGED = "standby_arranged"
    TICKET_COPY_ON_SITE = "ticket_copy_on_site"
    PLACE_VERIFIED = "place_verified"
    WHITE_LINES_VERIFIED = "white_lines_verified"
    NO_UNMARKED_LINES_SEEN = "no_unmarked_lines_seen"
    NO_DAMAGE_HOLD = "no_damage_hold"
