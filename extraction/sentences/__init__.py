"""What running text says: letters, mails and what a dispatcher sends."""
