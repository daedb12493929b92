"""Pages that show a document, taken apart again, and readings to be shown."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from domain.extraction import DocumentKind, Extraction, Finding, Span
from extraction.reader import read
from extraction.showing import showing
from extraction.showing.sheet import Asked


@dataclass
class Shown(HTMLParser):
    """The words of every line, the words of every mark, all ids and all links."""

    words: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    inline: list[str] = field(default_factory=list)
    _within: list[str] = field(default_factory=list)
    _mark: str | None = None
    _line: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.inline += [name for name in said if name == "style" or name.startswith("on")]
        self.ids += [said["id"]] if "id" in said else []
        self.links += [said["href"]] if "href" in said else []
        if tag == "li" and said.get("id", "").startswith("line-"):
            self._line = said["id"]
        if tag == "mark":
            self._mark = said["id"]
            self.marks[self._mark] = ""
        if tag == "span":
            self._within.append(said.get("class", ""))
            if said.get("class") == "words":
                self.words.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._within.pop()
        if tag == "mark":
            self._mark = None

    def handle_data(self, data: str) -> None:
        if "words" not in self._within or "cut" in self._within:
            return
        self.words[-1] += data
        self.lines[self._line] = self.lines.get(self._line, "") + data
        if self._mark:
            self.marks[self._mark] += data

    def marked_from(self, mark: str, length: int) -> str:
        """Return so many characters of the marks from this one on."""
        names = [*self.marks]
        return "".join(self.marks[name] for name in names[names.index(mark) :])[:length]

    @classmethod
    def of(cls, html: str) -> "Shown":
        shown = cls()
        shown.feed(html)
        shown.close()
        return shown


def shown(name: str, document: bytes, extraction: Extraction | None = None) -> str:
    reading = extraction or read(document, filename=name)
    return showing.fragment(Asked(document, reading, name), picture_path="/pictures")


def reading_of(*findings: Finding, **more: Finding) -> Extraction:
    named = {f"field_{number}": one for number, one in enumerate(findings)}
    return Extraction(
        reader_version="test", kind=DocumentKind.WORK_ORDER, fields={**named, **more}
    )


def finding(*spans: Span, value: str = "x", confidence: float = 0.95) -> Finding:
    return Finding(value=value, confidence=confidence, producer="label", spans=[*spans])
