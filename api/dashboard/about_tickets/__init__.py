"""What the pages of tickets are made of."""
