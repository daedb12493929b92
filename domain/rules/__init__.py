"""The rules of validation: one small function each, kept by what they look at.

`domain.validation` lists them all in `RULES`; a rule knows no other.
"""
