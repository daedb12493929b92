"""The engine: arq lives here, and so does everything about how work is run.

What the work is stands in `jobs`.
"""
