"""The page about the lifecycle says what the table says."""

from tests.domain.diagram import PAGE, page


def test_the_page_about_the_lifecycle_is_fresh() -> None:
    """A drawing that is wrong is worse than none: run `make diagram`."""
    assert PAGE.read_text(encoding="utf-8") == page()
