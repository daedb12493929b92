"""What kind of paper this is, and whether it can be read at all."""
