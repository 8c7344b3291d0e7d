"""A whole world on one machine: the outside that answers as payers, bank and people would."""
