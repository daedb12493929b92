"""What the pages of jobs and dead letters are made of."""
