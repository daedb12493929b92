"""Where the site is: its point, what city, ZIP code and point say of the county, one site or several."""
