"""Checks of the repository; `./run check` runs them."""
