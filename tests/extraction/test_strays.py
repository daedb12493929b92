"""What a picture of a page seems to say and does not: rules and specks read as letters."""

from extraction.ocr.found import PageWord
from extraction.ocr.strays import without_strays


def typed(
    text: str, left: float, top: float, height: float = 14, quality: float = 0.96
) -> PageWord:
    """Return a word in type of one width, 7.2 points a letter; a dot at its end takes no room."""
    right = left + 7.2 * (len(text.rstrip(".")) - 0.2)
    return PageWord(text, (left, top, right, top + height), quality, is_bold=False)


def test_rules_and_specks_that_were_read_as_letters() -> None:
    words = [
        typed(word, 50, 20 * at) for at, word in enumerate(["STONEHAVEN", "FENCE", "COMPANY"])
    ]
    words += [
        typed(word, 200, 20 * at)
        for at, word in enumerate(["WORK", "SITE", "FROM", "THE", "MILL"])
    ]
    strays = [
        typed("ea", 350, 5, 1.5),
        typed("wee", 380, 5, 2),
        PageWord("cope", (400, 0, 417, 14), 0.35, is_bold=False),
    ]
    speck = typed("WAVERLY.", 50, 200)
    dash = PageWord("-", (300, 7, 306, 8), 0.9, is_bold=False)

    kept = [word.text for word in without_strays([*words, *strays, speck, dash])]

    assert kept == [*(word.text for word in words), "WAVERLY", "-"]


def test_a_dot_that_takes_room_was_printed() -> None:
    words = [
        typed(word, 50, 20 * at)
        for at, word in enumerate(
            ["LEFT", "SIDE", "FROM", "THE", "REAR", "LINE", "TO", "THE", "LOT"]
        )
    ]
    printed = PageWord("INC.", (50, 300, 50 + 7.2 * 3.6, 314), 0.9, is_bold=False)
    assert without_strays([*words, printed])[-1].text == "INC."
