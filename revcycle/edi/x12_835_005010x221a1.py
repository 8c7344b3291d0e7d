"""Remittance advice, 835 (005010X221A1): read what payers send; write it for the sandbox payer."""

from revcycle.edi._835_facts import RemittanceFile, UnbalancedRemittance
from revcycle.edi._835_read import read_remittances
from revcycle.edi._835_write import write_remittance

__all__ = ["RemittanceFile", "UnbalancedRemittance", "read_remittances", "write_remittance"]
