"""Open Ticket, the format in which centers hand tickets on: written strictly, read leniently.

`writing` gives a ticket in version 1.0, `reading` takes what older centers send.
"""
