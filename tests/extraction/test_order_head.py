"""What the first lines of a work order tell: who gave it, and its number."""

import pytest

from extraction import read

HEAD = "{title}\n\n{digger}\nCustomer: Bob Hill\nSite address: 12 Oak St\nCity: Llano\nWork to be done: replace pole\n"


@pytest.mark.parametrize(
    ("title", "digger", "name", "value"),
    [
        (
            "EMERGENCY ORDER EO 77-0031",
            "Contractor: Mesa Line LLC",
            "work_order_ref",
            "EO 77-0031",
        ),
        ("Bury Drop #BD-77120 ASSIGNED", "Contractor: Mesa", "work_order_ref", "BD-77120"),
        (
            "Job 26-0188\nLLANO POWER & LIGHT",
            "Done by: Mesa LLC",
            "work_for",
            "LLANO POWER & LIGHT",
        ),
        ("LLANO WATER - REPAIR ORDER", "Work done by: Own crew", "company", "LLANO WATER"),
        ("REPAIR ORDER 2026", "Contractor: Mesa LLC", "work_order_ref", None),
        ("REPAIR ORDER", "Contractor: Mesa LLC", "work_for", "Bob Hill"),
    ],
)
def test_the_head_of_an_order_tells_who_gave_it_and_its_number(
    title: str, digger: str, name: str, value: str | None
) -> None:
    """The utility stands in the head, and a customer is only where the work is done."""
    found = read(HEAD.format(title=title, digger=digger).encode(), filename="order.txt")
    said = found.fields.get(name)
    assert (said.value if said and said.confidence >= 0.6 else None) == value
