"""Code tables and payer policies: dated data with its source, in our own words."""
