"""Checks of the repository by itself; `./run check` runs them."""
