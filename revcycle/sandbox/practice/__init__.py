"""A synthetic practice: providers, families, visits, a script for everyone outside. Nobody in it is real."""
