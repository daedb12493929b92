"""A paper that says little is an order if a template knows it, and only if it is filled in."""

import pytest

from domain.extraction import DocumentKind
from extraction import read
from tests.extraction.templates import HEAD, a_template

SPARSE = b"FEEDER SHEET\nMast 88-1\nOrt Brenham\nAuftrag 7741\n"
PLACES = (
    "[[fields]]\nfield = 'pole_id'\npattern = 'Mast (\\S+)'",
    "[[fields]]\nfield = 'city'\npattern = 'Ort (\\S+)'",
    "[[fields]]\nfield = 'work_order_ref'\npattern = 'Auftrag (\\S+)'",
)


def test_a_sparse_paper_of_a_known_layout_is_an_order() -> None:
    """Three words and no sentence: nothing else would take it for one."""
    alone = read(SPARSE)
    known = read(SPARSE, templates=[a_template(*PLACES)])

    assert (alone.kind, alone.taken()) == (DocumentKind.NOT_A_WORK_ORDER, {})
    assert known.kind is DocumentKind.WORK_ORDER
    assert known.taken().items() >= {"pole_id": "88-1", "city": "Brenham"}.items()


@pytest.mark.parametrize(
    ("document", "template"),
    [
        pytest.param(b"FEEDER SHEET\nMast\nOrt\nAuftrag\n", a_template(*PLACES), id="blank"),
        pytest.param(SPARSE, a_template(*PLACES[:2]), id="two values"),
        pytest.param(
            SPARSE,
            a_template(*PLACES[:2], "[constants]\nwork_for = 'A'\nstate = 'TX'"),
            id="two values and two constants",
        ),
        pytest.param(
            SPARSE,
            a_template(*PLACES, head=HEAD.replace("Feeder Sheet", "Other")),
            id="another layout",
        ),
    ],
)
def test_one_that_a_template_hardly_fills_is_none(document: bytes, template: object) -> None:
    """A blank form has the words of its layout too."""
    assert read(document, templates=[template]).kind is DocumentKind.NOT_A_WORK_ORDER
