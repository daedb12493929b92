"""The bodies of a ticket's actions: what a named person states, parsed once."""

from typing import Annotated, Literal, Self

from fastapi import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain.audit import Actor, Author
from domain.digging import DamageFound, Release
from domain.facts import FREE_TEXT_CHARACTERS_MAX, TicketFacts, TicketType
from domain.following import Answer
from domain.moment import StatedMoment
from domain.responses import MEMBERS_MAX, Member
from domain.second_notices import GroundFound, Settlement
from domain.statements import LifeAgreement
from domain.submitting import CenterReceipt
from domain.taking import Said

REPLIES_MAX = 100  # more than a ticket has fields


def _says_something(text: str) -> str:
    """Refuse blanks, also the invisible ones: a letter or a digit must be there."""
    if not any(letter.isalnum() for letter in text):
        problem = "a letter or a digit must be there"
        raise ValueError(problem)
    return text


PersonName = Annotated[str, Field(max_length=200), AfterValidator(_says_something)]
Reason = Annotated[str, Field(max_length=2_000), AfterValidator(_says_something)]
# Who may act by a request; what the system does, it does itself.
Requester = Literal[Actor.USER, Actor.CUSTOM_GPT, Actor.TEXAS811_PORTAL]
USER_AGENT_CHARACTERS_MAX = 500


class Acting(BaseModel):
    """Who acts."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    by: PersonName
    actor: Requester = Actor.USER


class Action(Acting):
    """Who acts, and on which version of the ticket.

    Where `version` is given, an action on another version is refused; where it is not, the
    action is made on the newest.
    """

    version: int | None = Field(default=None, ge=1)


class Edit(TicketFacts):
    """The facts to change, flat; null unsays a fact."""

    by: PersonName | None = None
    actor: Requester = Actor.USER
    version: int | None = Field(default=None, ge=1)


class Reply(BaseModel):
    """An answer in a person's own words, to an open gap or for a ticket field."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    gap_id: str | None = Field(
        None, max_length=64, description="The id of the open gap; or give `field`."
    )
    field: str | None = Field(
        None, max_length=64, description="The ticket field, or `location`; or give `gap_id`."
    )
    answer: str = Field(
        max_length=FREE_TEXT_CHARACTERS_MAX,
        description="What the person said: yes, 4 ft, two weeks, 12/1/2026 8 AM, an address.",
    )

    @model_validator(mode="after")
    def _names_one_question(self) -> Self:
        if (self.gap_id is None) is (self.field is None):
            problem = "name either the gap_id or the field that this answers"
            raise ValueError(problem)
        return self

    @property
    def said(self) -> Said:
        return Said(self.gap_id or self.field or "", self.answer)


class Replies(BaseModel):
    """Answers, all taken at once; who gives them, and on which version of the ticket."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    answers: list[Reply] = Field(min_length=1, max_length=REPLIES_MAX)
    by: PersonName | None = None
    actor: Requester = Actor.USER
    version: int | None = Field(default=None, ge=1)

    @property
    def said(self) -> list[Said]:
        return [one.said for one in self.answers]


class Confirm(Action):
    """A named person's word that the packet is right."""

    emergency_attested: bool = False


class Reasoned(Action):
    """An action that needs its reason."""

    reason: Reason


class Cancel(Reasoned):
    """A ticket given up; once the center knows it, `sent_to_center` must be said."""

    sent_to_center: bool | None = None


class CorrectNotice(Reasoned):
    """Another time of the notice, with the reason for the correction."""

    notice_at: StatedMoment


class Submit(Action, CenterReceipt):
    """What the center gave back: its number, the time of the notice, the members."""


class Respond(Action, Answer):
    """What a member answered."""


class Members(Action):
    """Members that the center notified, to add or to amend."""

    members: list[Member] = Field(min_length=1, max_length=MEMBERS_MAX)
    is_whole_list: bool = Field(
        default=False, description="States that nobody else was notified."
    )


class ArrangeStandby(Action):
    """A member's person at the site, arranged by `by`."""

    member_code: str = Field(min_length=1, max_length=10)
    contact: PersonName
    meets_at: StatedMoment | None = None


class CheckSite(Action):
    """What `by` verified on the site (16 TAC 18.4(c)-(d))."""

    ticket_copy_on_site: bool
    place_verified: bool
    white_lines_verified: bool
    no_unmarked_lines_seen: bool


class RaiseGround(Action, GroundFound):
    """A ground for a second notice; digging stops."""


class SettleGround(Action, Settlement):
    """How a ground was settled, and the number of the second notice."""


class Agree(Action, LifeAgreement):
    """A signed agreement with one operator on a longer life."""


class ReportDamage(Action, DamageFound):
    """A damage or an exposed line."""


class ReleaseSite(Action, Release):
    """The operator's release of a damage."""


class Supersede(Action):
    """A newer ticket of the center in the place of this one."""

    superseded_by_number: str = Field(min_length=1, max_length=50)


class Refresh(Action):
    """A further ticket for the same site."""

    ticket_type: TicketType = TicketType.UPDATE


def author_of(request: Request, body: Acting | Edit | Replies) -> Author:
    """Return who acts, and by which way the request came."""
    return Author(
        actor=body.actor,
        name=body.by,
        ip_address=request.client.host if request.client else None,
        user_agent=request.headers.get("user-agent", "")[:USER_AGENT_CHARACTERS_MAX] or None,
        **way_of(request),
    )


def way_of(request: Request) -> dict[str, str | None]:
    """Return the ids of the request and of the key with which it came, as what it makes keeps them."""
    key = getattr(request.state, "key", None)
    return {"request_id": request.state.request_id, "key_id": key.id if key else None}
