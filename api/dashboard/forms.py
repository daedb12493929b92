"""Forms: that one comes from our own page, who sent it, and why.

The forms of a page carry a token that only the pages of this visit have. The browser, too, says
where a form stood; what another site has sent is refused, whatever it carries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from fastapi import Request, status
from fastapi.responses import RedirectResponse

from api.bodies import USER_AGENT_CHARACTERS_MAX, way_of
from api.dashboard.rendering import desk_of, visit_of
from api.edge import DASHBOARD, is_of_dashboard
from api.visits import SIGN_IN, SignedOutError
from domain.audit import Actor, Author
from domain.errors import (
    ForbiddenError,
    MalformedError,
    RejectedError,
    TooLargeError,
    WrongKindError,
)

FORM_BYTES_MAX = 256 * 1024
FIELDS_MAX = 2_000
REASON_CHARACTERS_MAX = 500
NOTE_CHARACTERS_MAX = 600
LOCAL_CHARACTERS_MAX = 1_000
MEDIA_TYPE = "application/x-www-form-urlencoded"
CSRF = "csrf"

Fields = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person does by a form: who, why, and what the form says.

    `fields` has the first value of each field, `lists` all of them; both without the reason and
    the token.
    """

    by: Author
    reason: str
    fields: Mapping[str, str]
    lists: Fields


async def deed(request: Request) -> Deed:
    """Return what a form does. Raises RejectedError for one that is not ours or has no reason."""
    lists = dict(await own_form(request))
    reason = line_of(lists.pop("reason", [""])[0], "reason", REASON_CHARACTERS_MAX)
    fields = {name: values[0] for name, values in lists.items()}
    return Deed(author_of(request), reason, fields, lists)


async def own_form(request: Request) -> Fields:
    """Return what a form of this visit's own pages says, without its token.

    It is kept as `request.state.typed`, so that a refusal can give it back. Raises
    SignedOutError; ForbiddenError for a form that is not ours; what `read_form` raises.
    """
    visit = visit_of(request)
    if visit is None:
        raise SignedOutError("Nobody is signed in.", field="key", remedy=SIGN_IN)
    check_origin(request)
    lists = await read_form(request)
    token = lists.pop(CSRF, [""])[0]
    request.state.typed = lists
    if not visit.is_own_form(token):
        raise ForbiddenError(
            "This form does not come from a page of your sign-in.",
            field=CSRF,
            remedy="Nothing was done. Go back, load the page again, and send the form from there.",
        )
    return lists


async def read_form(request: Request) -> dict[str, list[str]]:
    """Return what a form says, field by field.

    Raises TooLargeError, WrongKindError, MalformedError.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MEDIA_TYPE:
        raise WrongKindError(
            "This is not a form.", field="Content-Type", remedy=f"Send {MEDIA_TYPE}."
        )
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > FORM_BYTES_MAX:
            raise TooLargeError(
                f"The form is larger than {FORM_BYTES_MAX // 1024} KB.",
                remedy="Choose fewer things at a time.",
            )
    try:
        return parse_qs(
            content.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
        )
    except ValueError as error:
        raise MalformedError(
            f"The form cannot be read: {error}.", remedy="Send it from the page itself."
        ) from None


def check_origin(request: Request) -> None:
    """Raise ForbiddenError for a form that stood on another site, as far as the browser says."""
    site, origin = (request.headers.get(name) for name in ("sec-fetch-site", "origin"))
    if site is not None:
        is_ours = site == "same-origin"
    else:
        is_ours = origin is None or _host_of(origin) == request.headers.get("host", "")
    if not is_ours:
        raise ForbiddenError(
            "This form was sent from another site.",
            field="Origin",
            remedy="Nothing was done. Open the dashboard itself, and send the form from there.",
        )


def _host_of(origin: str) -> str | None:
    """Return the host and port of an origin; None if it is none."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


def line_of(text: str, field: str, characters_max: int) -> str:
    """Return what was typed, as one line. Raises RejectedError if it is none, or too long."""
    text = text.strip()
    if not any(letter.isalnum() for letter in text) or not text.isprintable():
        raise RejectedError(
            f"The {field} is missing." if not text else f"The {field} is not one line of text.",
            field=field,
            remedy="Write it in a few words, on one line.",
        )
    if len(text) > characters_max:
        raise RejectedError(
            f"The {field} has {len(text)} characters; {characters_max} are the most.",
            field=field,
            remedy="Shorten it.",
        )
    return text


def author_of(request: Request) -> Author:
    """Return the person who is signed in, and by which way the request came."""
    visit = visit_of(request)
    return Author(
        actor=Actor.USER,
        name=visit.name if visit else None,
        ip_address=request.client.host if request.client else None,
        user_agent=request.headers.get("user-agent", "")[:USER_AGENT_CHARACTERS_MAX] or None,
        **way_of(request),
    )


def done(request: Request, to: str, said: str, *, tone: str = "ok") -> RedirectResponse:
    """Lead on to a page of ours, which will say what was done."""
    response = RedirectResponse(local(to), status.HTTP_303_SEE_OTHER)
    if visit := visit_of(request):
        said = said[:NOTE_CHARACTERS_MAX]
        desk_of(request).visits.leave_note(response, visit, said, tone)
    return response


def local(address: str) -> str:
    """Return this address if it leads to a page of the dashboard, else that of its first page."""
    path = urlsplit(address).path if address.startswith(DASHBOARD) else ""
    is_plain = address.isprintable() and not set(address) & set("\\ ")
    is_short = len(address) <= LOCAL_CHARACTERS_MAX
    leads_out = ".." in path.lower().replace("%2e", ".")
    is_page = is_of_dashboard(path) and not leads_out
    return address if is_plain and is_short and is_page else DASHBOARD
