"""What is wrong, if anything: looked at once a second, judged by tables of rules, said in words."""
