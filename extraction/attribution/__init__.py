"""Whose a value is: who digs, who calls, who only pays, whose office; as the whole document tells."""
