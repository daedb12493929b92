"""What the pages are dressed in: one style sheet and one script, each under a name of its own.

The name has the hash of the content, so a browser may keep it for ever; a new content comes
under a new name.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from api.edge import DASHBOARD
from api.routing import Router
from domain.errors import NotFoundError
from extraction.showing.rendering import style as style_of_documents

STATIC = Path(__file__).with_name("static")
STYLES = ("dashboard.css", "plots.css", "jobs.css", "map.css")
SCRIPTS = ("live.js",)
HASH_CHARACTERS = 12
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INDENT = re.compile(r"\s*\n\s*")
KEPT = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file for browsers, as it is and packed."""

    name: str
    media_type: str
    content: bytes
    packed: bytes

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"{DASHBOARD}/static/{self.name}"

    @classmethod
    def joined(cls, stem: str, suffix: str, media_type: str, names: tuple[str, ...]) -> "Asset":
        """Return one file made of several, without comments and indents."""
        text = "\n".join(
            (STATIC / name).read_text(encoding="utf-8")
            for name in names
            if (STATIC / name).exists()
        )
        return cls.of(stem, suffix, media_type, text)

    @classmethod
    def of(cls, stem: str, suffix: str, media_type: str, text: str) -> "Asset":
        """Return a text as a file, without comments and indents."""
        content = INDENT.sub("\n", COMMENT.sub("", text)).strip().encode()
        digest = hashlib.sha256(content).hexdigest()[:HASH_CHARACTERS]
        packed = gzip.compress(content, mtime=0)
        return cls(f"{stem}-{digest}{suffix}", media_type, content, packed)


STYLE = Asset.joined("dashboard", ".css", "text/css", STYLES)
SCRIPT = Asset.joined("live", ".js", "text/javascript", SCRIPTS)
# For the page of a document alone; the same that `texas811 extract --html` writes.
DOCUMENT_STYLE = Asset.of("document", ".css", "text/css", style_of_documents())
ASSETS = {asset.name: asset for asset in (STYLE, SCRIPT, DOCUMENT_STYLE)}


def routes() -> APIRouter:
    """Return the route that serves them, also to whoever is not signed in yet."""
    router = Router(include_in_schema=False)

    @router.get(f"{DASHBOARD}/static/{{name}}")
    async def get_asset(name: str, request: Request) -> Response:
        """Serve a file under the name that its content has given it."""
        asset = ASSETS.get(name)
        if asset is None:
            raise NotFoundError(
                f"There is no file {name[:80]!r}.", field="path", remedy="Load the page again."
            )
        headers = {"Cache-Control": KEPT, "Vary": "Accept-Encoding"}
        content = asset.content
        if "gzip" in request.headers.get("accept-encoding", ""):
            content, headers["Content-Encoding"] = asset.packed, "gzip"
        return Response(content, headers=headers, media_type=asset.media_type)

    return router
