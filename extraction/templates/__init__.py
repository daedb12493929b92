"""Templates: layouts as data files. They only add candidates, and their patterns run on RE2.

This package opens no file but those that come with it; the customer's are given as bytes.
Whoever learns a template or proves one imports `learning` or `proving`.
"""

from extraction.templates.loading import load, loaded, shipped
from extraction.templates.model import Template
from extraction.templates.producing import is_filled_in_layout, template_candidates

__all__ = [
    "Template",
    "is_filled_in_layout",
    "load",
    "loaded",
    "shipped",
    "template_candidates",
]
