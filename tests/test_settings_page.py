"""`docs/SETTINGS.md` against the program: what is not told of is not found."""

from pathlib import Path

from config import VARIABLES, Config

ROOT = Path(__file__).parents[1]


def test_the_page_of_settings_tells_of_every_variable_and_no_other() -> None:
    """With its default, as the program has it."""
    page = (ROOT / "docs" / "SETTINGS.md").read_text("utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    told = {row[0].strip("| `"): row[1].strip() for row in rows}

    assert set(told) == set(VARIABLES)
    for variable, name in VARIABLES.items():
        default = Config.model_fields[name].get_default(call_default_factory=True)
        assert told[variable].split(";")[0] == shown(default), variable


def shown(default: object) -> str:
    """Return a default as the page writes it."""
    if default in (None, "", (), {}):
        return "none"
    if isinstance(default, bool):
        return "`true`" if default else "`false`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
