"""A walk over the pages: what one consists of, and all that a person can reach by links."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

import httpx2

from tests.api.dashboard.signing import Browser

# Of pages that differ only in these, so many are seen: they come from one template.
ALIKE_MAX = 2
KINDS = re.compile(r"[?#].*|(?<=/jobs/).+|(?<=/tickets/).+|(?<=/dead-letters/).+")
LEADS = {"href", "src", "action", "formaction", "poster", "data", "srcset"}
ASKED = {"input", "select", "textarea"}


@dataclass
class Anatomy(HTMLParser):
    """What a page consists of, as far as it matters here."""

    leads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)  # outside of a label: by id, or by name
    unsigned: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _form: str | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._open.append(tag)
        self.leads += [said[name] for name in LEADS & said.keys()]
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        if tag == "style" or (tag == "script" and "src" not in said):
            self.inline.append(f"<{tag}>")
        self.inline += [name for name in said if name == "style" or name.startswith("on")]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in said:
            self.ids.append(said["id"])
        self._look_at_form(tag, said)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open and self._open.pop() != tag:
            pass
        if tag == "form" and self._form:
            self.unsigned.append(self._form)
            self._form = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def _look_at_form(self, tag: str, said: dict[str, str]) -> None:
        if tag == "form" and said.get("method", "get").lower() == "post":
            self._form = said.get("action", "")
        if tag == "input" and said.get("name") == "csrf" and said.get("value"):
            self._form = None
        if tag == "label":
            self.labels.add(said.get("for", ""))
        is_asked = tag in ASKED and said.get("type") not in ("hidden", "submit")
        if (
            is_asked
            and "label" not in self._open
            and not {"aria-label", "aria-labelledby"} & said.keys()
        ):
            self.asked.append(said.get("id") or said.get("name", tag))

    @property
    def unlabelled(self) -> list[str]:
        """What is asked for without a label."""
        return [one for one in self.asked if one not in self.labels]

    @classmethod
    def of(cls, html: str) -> "Anatomy":
        anatomy = cls()
        anatomy.feed(html)
        anatomy.close()
        return anatomy


async def walk(browser: Browser) -> AsyncIterator[tuple[str, httpx2.Response]]:
    """Yield each page that links lead to from the first, of those that are alike only some."""
    waiting, seen, alike = ["/dashboard"], {"/dashboard"}, dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        answer = await browser.get(path)
        yield path, answer
        for link in Anatomy.of(answer.text).links:
            address = urldefrag(urljoin(path, link)).url
            if not address.startswith("/dashboard") or address in seen:
                continue
            kind = KINDS.sub("", address)
            seen.add(address)
            if alike.setdefault(kind, 0) < ALIKE_MAX:
                alike[kind] += 1
                waiting.append(address)
