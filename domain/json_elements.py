"""The elements of a JSON array that is too large to be held: one after the other, with its line.

The array is the whole text, or the member `features` of the object that is the whole text; an
object without such a member is the only element. What is wrong inside of an element is said of it
alone; where the array itself cannot be read on, nothing behind it can be found.
"""

from collections.abc import Iterable, Iterator
from json import JSONDecodeError, JSONDecoder
from typing import NamedTuple

from domain.errors import MalformedError, TooLargeError

MEMBER = "features"
MEMBERS_MAX = 1_000
_SPACE = " \t\r\n"


class Element(NamedTuple):
    """The text of an element, and the number of the line on which it begins."""

    line: int
    text: str


def elements(pieces: Iterable[str], *, characters_max: int) -> Iterator[Element]:
    """Yield the elements of a text that comes in pieces.

    Raises MalformedError where the text is no such JSON, and TooLargeError at an element that is
    longer than it may be.
    """
    text = _Text(pieces, characters_max)
    text.take("\ufeff")
    first = text.next_character()
    if first == "[":
        yield from _in_array(text)
    elif first == "{":
        yield from _in_object(text)
    else:
        raise text.malformed("It must begin with [ or {.")
    if text.next_character():
        raise text.malformed("Something follows the end.")


class _Text:
    """The text as far as it has come, the place in it, and the line of that place."""

    def __init__(self, pieces: Iterable[str], characters_max: int) -> None:
        self._pieces = iter(pieces)
        self._held, self._at = "", 0
        self._characters_max = characters_max
        self._decoder = JSONDecoder(parse_int=str, parse_float=str)  # only its end is wanted
        self.line = 1

    def next_character(self) -> str:
        """Return the next character that is no space, without taking it; "" at the end."""
        while True:
            while self._at < len(self._held):
                if self._held[self._at] not in _SPACE:
                    return self._held[self._at]
                self._pass(self._at + 1)
            if not self._more():
                return ""

    def take(self, character: str) -> bool:
        """Take this character if it is the next one; was it?"""
        if self.next_character() != character:
            return False
        self._pass(self._at + 1)
        return True

    def take_value(self) -> Element:
        """Take a value. Raises MalformedError, TooLargeError."""
        self.next_character()
        wanted = len(self._held) - self._at
        while True:
            try:
                _value, end = self._decoder.raw_decode(self._held, self._at)
            except JSONDecodeError as error:
                problem = f"{error.msg}."
            except RecursionError:
                raise self.malformed("Too many lists or objects within one another.") from None
            else:
                # A number may go on in what has not come yet.
                if end < len(self._held) or not self._more():
                    return self._taken(end)
                continue
            if len(self._held) - self._at > self._characters_max:
                raise self._too_large()
            wanted *= 2  # so that a long value is not begun anew with each piece
            if not self._more(wanted):
                raise self.malformed(problem)

    def check_size(self, parts: list[str]) -> None:
        """Raise TooLargeError for parts that are too long together, or too many."""
        if len(parts) > MEMBERS_MAX or sum(map(len, parts)) > self._characters_max:
            raise self._too_large()

    def malformed(self, problem: str) -> MalformedError:
        return MalformedError(
            f"Line {self.line}: this is not the JSON that is read here. {problem}",
            remedy="Mend the file, and import it again: what is there already is passed over.",
        )

    def _taken(self, end: int) -> Element:
        if end - self._at > self._characters_max:
            raise self._too_large()
        element = Element(self.line, self._held[self._at : end])
        self._pass(end)
        return element

    def _too_large(self) -> TooLargeError:
        return TooLargeError(
            f"Line {self.line}: this is longer than {self._characters_max} characters.",
            remedy="Split it. What stands before it was read.",
        )

    def _pass(self, end: int) -> None:
        self.line += self._held.count("\n", self._at, end)
        self._at = end

    def _more(self, characters: int = 1) -> bool:
        """Hold more of the text; let go of what was passed. Was there more?"""
        came: list[str] = []
        size = 0
        for piece in self._pieces:
            came.append(piece)
            size += len(piece)
            if size >= characters:
                break
        if size:
            self._held, self._at = self._held[self._at :] + "".join(came), 0
        return bool(size)


def _in_array(text: _Text) -> Iterator[Element]:
    text.take("[")
    if text.take("]"):
        return
    while True:
        yield text.take_value()
        if text.take("]"):
            return
        if not text.take(","):
            raise text.malformed("A comma or a ] is missing.")


def _in_object(text: _Text) -> Iterator[Element]:
    """Yield the elements of the member that is an array, or the whole object."""
    start = text.line
    members: list[str] = []
    found = False
    text.take("{")
    while not text.take("}"):
        if members and not text.take(","):
            raise text.malformed("A comma or a } is missing.")
        name = text.take_value().text
        if not text.take(":"):
            raise text.malformed("A colon is missing.")
        if name == f'"{MEMBER}"' and text.next_character() == "[":
            found = True
            members.append(f"{name}:[]")
            yield from _in_array(text)
        else:
            members.append(f"{name}:{text.take_value().text}")
        text.check_size(members)
    if not found:
        yield Element(start, f"{{{','.join(members)}}}")
