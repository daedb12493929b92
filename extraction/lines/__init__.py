"""Labels and values in lines: where labels stand, how far a value reaches, what it tells of its label."""
