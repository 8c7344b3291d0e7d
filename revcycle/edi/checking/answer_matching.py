"""Do acknowledgments answer the file that was sent: its interchange (TA1), its groups and transactions (999)?"""

from collections.abc import Iterable, Iterator

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.mail.acknowledgment import ImplementationAcknowledgment, InterchangeAcknowledgment
from revcycle.edi.checking.validation import Validation

_ASK = "Ask the payer which file this answers, and look for the answer to yours."
_WAIT = "Wait for the rest of the answer, and ask the payer for it when it stays out."


def match_interchanges(sent: Validation, answers: Iterable[InterchangeAcknowledgment]) -> Iterator[Finding]:
    """Compare TA101 with ISA13. A TA1 is owed only where ISA14 asks for one."""
    numbers = {_number(seen.control_number) for seen in sent.interchanges}
    answered = {_number(answer.interchange_control_number) for answer in answers}
    if answered - numbers:
        yield _strange("TA101", "A TA1 answers an interchange that is not in the file sent.")
    owed = {_number(seen.control_number) for seen in sent.interchanges if seen.acknowledge}
    if answered and owed - answered:
        yield _missing("TA101", "An interchange that asked for a TA1 has none here.")


def match_groups(sent: Validation, answers: Iterable[ImplementationAcknowledgment]) -> Iterator[Finding]:
    """Compare AK101 and AK102 with GS01 and GS06, AK202 with ST02."""
    sets: dict[tuple[str, str], set[str]] = {}
    for transaction in sent.transactions:
        key = (transaction.group.functional_id, _number(transaction.group.control_number))
        sets.setdefault(key, set()).add(transaction.control_number)
    seen: set[tuple[str, str]] = set()
    for answer in answers:
        key = (answer.functional_id, _number(answer.group_control_number))
        seen.add(key)
        if key not in sets:
            yield _strange("AK102", "A 999 answers a group that is not in the file sent.")
            continue
        told = {transaction.transaction_set_control_number for transaction in answer.transactions}
        if told - sets[key]:
            yield _strange("AK202", "A 999 answers a transaction that is not in the group sent.")
        if told and sets[key] - told:
            yield _missing("AK202", "A 999 leaves a transaction of its group unanswered.")
    if seen and sets.keys() - seen:
        yield _missing("AK102", "A group that was sent has no 999 here.")


def _number(text: str) -> str:
    return text.strip().lstrip("0")


def _strange(where: str, message: str) -> Finding:
    return Finding("answer.not_ours", where, message, _ASK)


def _missing(where: str, message: str) -> Finding:
    return Finding("answer.incomplete", where, message, _WAIT, Severity.WARNING)
