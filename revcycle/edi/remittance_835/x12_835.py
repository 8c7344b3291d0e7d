"""Remittance advice, 835 (005010X221A1): read what payers send; write it for the sandbox payer."""

from revcycle.edi.remittance_835.facts import RemittanceEnd, RemittanceFile, UnbalancedRemittance
from revcycle.edi.remittance_835.read import iter_remittances, read_remittances
from revcycle.edi.remittance_835.write import write_remittance

__all__ = [
    "RemittanceEnd",
    "RemittanceFile",
    "UnbalancedRemittance",
    "iter_remittances",
    "read_remittances",
    "write_remittance",
]
