"""Subjects: what news, decisions and clocks are about. A subject is also the id of its workflow, safe to read aloud."""


def claim(claim_id: str) -> str:
    """``claim/C000001``: also the subject of its inbox, decisions and deadlines."""
    return f"claim/{claim_id}"


def account(account_id: str) -> str:
    """``account/A000001``: workflow id of PatientAccount and subject of everything about the account."""
    return f"account/{account_id}"


def remittance(remittance_id: str) -> str:
    """``remittance/R000001``."""
    return f"remittance/{remittance_id}"


def denial(denial_id: str) -> str:
    """``denial/C000001-1``."""
    return f"denial/{denial_id}"


def appeal(appeal_id: str) -> str:
    """``appeal/C000001-1-2``: the denial's id and the level."""
    return f"appeal/{appeal_id}"


def task(task_id: str) -> str:
    """``task/C000001-fix_rejection-1``."""
    return f"task/{task_id}"


def submission(connection_id: str) -> str:
    """``submission/clearinghouse``."""
    return f"submission/{connection_id}"


def mailbox(connection_id: str) -> str:
    """``mailbox/clearinghouse``."""
    return f"mailbox/{connection_id}"
