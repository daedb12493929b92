"""Two directories exchange their places: in one step, or by renames that can each be the last."""

from contextlib import suppress
from pathlib import Path

import pytest

from storage import exchange as exchanging
from storage.exchange import exchange
from storage.files import place_of
from tests.storage.trouble import Power, PowerCutError


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """The directory that lies in its place, and the new one aside."""
    place, aside = tmp_path / "place", tmp_path / "aside" / "place"
    for path, content in ((place, "old"), (aside, "new")):
        path.mkdir(parents=True)
        (path / "file").write_text(content)
    return place, aside


def contents(places: tuple[Path, Path]) -> list[str]:
    return [(path / "file").read_text() for path in places]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_the_new_one_comes_to_its_place_and_the_old_one_aside(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, *, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr(exchanging, "_libc", object())
    new = place_of(places[1])

    for _time in range(3):
        exchange(*places, new=new)
        assert contents(places) == ["new", "old"]

    assert sorted(places[1].parent.iterdir()) == [places[1]]


@pytest.mark.parametrize("calls", range(4))
def test_renames_that_were_cut_off_are_gone_on_with(
    calls: int, places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "_libc", object())
    new = place_of(places[1])
    with monkeypatch.context() as patch, suppress(PowerCutError):
        Power(patch, calls_max=calls)
        exchange(*places, new=new)

    exchange(*places, new=new)

    assert contents(places) == ["new", "old"]
    assert sorted(places[1].parent.iterdir()) == [places[1]]


def test_a_place_that_is_missing_is_filled(places: tuple[Path, Path]) -> None:
    place, aside = places
    (place / "file").unlink()
    place.rmdir()

    exchange(place, aside, new=place_of(aside))

    assert (place / "file").read_text() == "new"
    assert not aside.exists()


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_new_one_that_is_gone_is_an_error_and_the_old_one_stays(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, *, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr(exchanging, "_libc", object())
    place, aside = places
    new = place_of(aside)
    aside.rename(aside.with_name("elsewhere"))

    with pytest.raises(FileNotFoundError):
        exchange(place, aside, new=new)

    assert (place / "file").read_text() == "old"
