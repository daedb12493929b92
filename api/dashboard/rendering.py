"""Pages as HTML: the templates, and what each page is given besides its own values."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.types import Receive, Scope, Send

from api.dashboard.assets import SCRIPT, STYLE
from api.dashboard.desk import Desk
from api.edge import DASHBOARD
from api.visits import Visit
from domain.access import Permission, may

TEMPLATES = Path(__file__).with_name("templates")
MINUTE, HOUR, DAY = 60, 3_600, 86_400


class Entry(NamedTuple):
    """An entry of the navigation, and whether the page lies under it."""

    label: str
    path: str
    is_current: bool


# In the order in which they are needed at night.
NAVIGATION = (
    ("Overview", DASHBOARD),
    ("Jobs", f"{DASHBOARD}/jobs"),
    ("Dead letters", f"{DASHBOARD}/dead-letters"),
    ("Workers", f"{DASHBOARD}/workers"),
    ("Schedules", f"{DASHBOARD}/schedules"),
    ("Tickets", f"{DASHBOARD}/tickets"),
    ("Storage", f"{DASHBOARD}/storage"),
)


class Page(HTMLResponse):
    """A page, rendered when it is sent: how the service stands is asked for then."""

    def __init__(
        self, request: Request, template: str, values: Mapping[str, Any], status: int
    ) -> None:
        super().__init__(status_code=status)
        self._request = request
        self._template = template
        self._values = values

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = visit_of(self._request)
        verdict = await desk_of(self._request).watch.verdict() if visit else None
        values = {**self._frame(visit), "verdict": verdict, **self._values}
        self.body = _environment.get_template(self._template).render(values).encode()
        self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)

    def _frame(self, visit: Visit | None) -> dict[str, Any]:
        """Return what the frame of each page shows."""
        request, desk = self._request, desk_of(self._request)
        note = desk.visits.note(request.headers, visit) if visit else None
        if note:
            desk.visits.drop_note(self)
        name = self._template.removesuffix(".html")
        return {
            "visit": visit,
            "nav": navigation(request.url.path),
            "csrf": visit.csrf_token() if visit else "",
            "may": lambda permission: bool(
                visit and may(visit.key.role, Permission(permission))
            ),
            "now": desk.env.clock(),
            "flash": note,
            "page": name,
            "is_live": name in request.app.state.live and "still" not in request.query_params,
            "still_url": f"?{request.url.include_query_params(still=1).query}",
            "version": desk.version,
            "style_url": STYLE.url,
            "script_url": SCRIPT.url,
        }


def page(
    request: Request, template: str, *, status: int = HTTPStatus.OK, **values: Any
) -> HTMLResponse:
    """Return a page of this template; `values` are its own, beside those of the frame.

    The frame gives `visit`, `csrf`, `may(permission)`, `now`, `verdict`, `flash`, `nav`.
    """
    return Page(request, template, values, status)


def fragment(template: str, **values: Any) -> str:
    """Return the HTML of a template with these values alone: a region that is sent live."""
    return _environment.get_template(template).render(values)


def desk_of(request: Request) -> Desk:
    """Return the desk of the application that a request came to."""
    desk: Desk = request.app.state.desk
    return desk


def visit_of(request: Request) -> Visit | None:
    """Return who is signed in, if the door has let somebody in."""
    visit: Visit | None = getattr(request.state, "visit", None)
    return visit


def navigation(path: str) -> list[Entry]:
    """Return the entries, the one under which this path lies being current."""
    current = max(
        (
            start
            for _label, start in NAVIGATION
            if path == start or path.startswith(f"{start}/")
        ),
        key=len,
        default=None,
    )
    return [Entry(label, start, start == current) for label, start in NAVIGATION]


# What the templates write with.


def iso(moment: datetime) -> str:
    """Return a moment for machines, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc(moment: datetime) -> str:
    """Return a moment for people, in UTC: `29 Nov 2026, 09:30:00 UTC`."""
    return f"{moment.astimezone(UTC):%-d %b %Y, %H:%M:%S} UTC"


def span(length: timedelta | float) -> str:
    """Return a length of time in its two largest units: `4 min 10 s`."""
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    whole = round(abs(seconds))
    if whole < 1:
        return f"{abs(seconds) * 1000:.0f} ms"
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return _pair(whole, MINUTE, "min", "s")
    if whole < DAY:
        return _pair(whole // MINUTE, HOUR // MINUTE, "h", "min")
    return _pair(whole // HOUR, DAY // HOUR, "d", "h")


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was, or in how long it will be."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"{span(seconds)} ago" if seconds > 0 else f"in {span(seconds)}"


def number(value: float) -> str:
    """Return a number as people read it: `12,345`, `0.25`."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0")


def _pair(whole: int, each: int, large: str, small: str) -> str:
    many, rest = divmod(whole, each)
    return f"{many} {large} {rest} {small}" if rest else f"{many} {large}"


_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_environment.filters.update(iso=iso, utc=utc, span=span, ago=ago, number=number)
