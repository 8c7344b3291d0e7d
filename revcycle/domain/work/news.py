"""News: what may wait in a process's inbox."""

from enum import StrEnum


class News(StrEnum):
    """The kinds of news, each with what its reference names."""

    ACKNOWLEDGED = "acknowledged"
    """To a claim: an acknowledgment (TA1, 999, 277CA) by its row."""
    POSTED = "posted"
    """To a claim: a remittance was posted to it."""
    RECORDS = "records"
    """To a claim: the payer asks for records, in a document."""
    RESUBMIT = "resubmit"
    """To a claim: a person ordered that it be sent again."""
    SETTLED = "settled"
    """To a claim: the patient's share is settled; the reference is the ending."""
    BALANCE_DUE = "balance_due"
    """To an account: a claim's patient share fell due."""
    BALANCE_CHANGED = "balance_changed"
    """To an account: a claim's patient share changed."""
    DEPOSIT = "deposit"
    """To a remittance: the bank took in money under its trace number."""
    APPEAL_DECISION = "appeal_decision"
    """To an appeal: the payer decided; the reference is the decision and its reason."""
