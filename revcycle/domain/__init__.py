"""Facts: frozen, self-checking values. Standard library only; no clock, no I/O, no judgement."""
