"""Showing what was read: the document with each value marked at its place.

Pure as all reading: a document and what was read from it in, a sheet or HTML out. The page of
the dashboard and the one file of `texas811 extract --html` are made of the same parts.
"""
