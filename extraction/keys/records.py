"""Records: the number of an order that stands as its name, where nothing is called a number.

`{"name": "OZK-MR-2217", "attributes": {..}}`: programs for drawings call a job by its number.
"""

import re
from dataclasses import replace

from extraction.keys.leaf import Leaf
from extraction.keys.owners import Rule, Told
from extraction.labels.concepts import Label
from extraction.roles import Role

NUMBER = re.compile(r"[A-Z]{2,6}(?:-[A-Z0-9]{1,6}){0,3}-\d{2,8}")
ORDERS = frozenset(["work_order", "work_request", "ticket", "incident"])
OUTERMOST = 1  # names around it: those of a list of results


def named_records(told: Told) -> Rule | None:
    """Take the name of the outermost object for the number of the order, if it looks like one."""
    if any(leaf.label.concept in ORDERS for leaf in told):
        return None
    names = [leaf for leaf in told if _is_name_of_a_record(leaf)]
    if len(names) != 1:
        return None
    record = names[0]

    def rule(leaf: Leaf) -> Leaf:
        label = Label("work_order", is_guessed=True)
        return replace(leaf, label=label) if leaf is record else leaf

    return rule


def _is_name_of_a_record(leaf: Leaf) -> bool:
    return (
        leaf.label.concept == "name"
        and leaf.role in (Role.NONE, Role.JOB)
        and len(leaf.line.trail) <= OUTERMOST
        and NUMBER.fullmatch(leaf.value) is not None
    )
