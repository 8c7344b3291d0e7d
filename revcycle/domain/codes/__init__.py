"""Code tables: dated data with its source, in our own words."""
