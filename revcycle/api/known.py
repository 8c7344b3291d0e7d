"""Ids in filters: an unknown one is refused, because an empty list would read as an all-clear."""

from collections.abc import Callable

from revcycle.api.call import Call
from revcycle.api.errors import Refusal, RefusalCode, bad_input
from revcycle.db.claims import claims
from revcycle.db.denials import appeals, denials
from revcycle.db.engine import Tx
from revcycle.db.exchange import payers, submissions
from revcycle.db.patients import accounts
from revcycle.db.remittances import remittances
from revcycle.db.work import tasks
from revcycle.domain.nearest import one_of
from revcycle.domain.work import subjects

_LETTER = {"C": "claim", "A": "account", "R": "remittance", "B": "batch"}
"""By what letter an id begins, so that the id alone will do."""


def subject(call: Call, tx: Tx, said: str) -> str:
    """Return the subject meant by ``claim/C000001`` or ``C000001``; of a denial or an appeal, its claim.

    Raises Refusal for a kind that has no tasks, NoSuchClaim and the like for an id that is not there.
    """
    kind, slash, known_as = said.partition("/")
    if not slash:
        kind, known_as = _kind_of(said), said
    if kind == "submission":
        return _connection(call, known_as)
    look = _LOOKS.get(kind)
    if look is None:
        raise bad_input(
            "no task is about this kind of thing", "subject", one_of(kind, (*_LOOKS, "submission"))
        )
    return look(tx, known_as)


def payer(tx: Tx, payer_id: str) -> None:
    """Refuse a payer id that neither the directory nor any claim knows. Raises NoSuchPayer."""
    if payer_id and not claims.find(tx, payer_id=payer_id, limit=1):
        payers.load(tx, payer_id)


def account(tx: Tx, account_id: str) -> None:
    """Refuse an account id that is not there. Raises NoSuchAccount."""
    if account_id:
        accounts.guarantor(tx, account_id)


def last_and_first(name: str) -> str:
    """Return a name as it is searched for. Raises Refusal when it cannot be one: it would find nobody."""
    last, comma, first = (part.strip() for part in name.partition(","))
    if name and not (last and comma and first):
        raise bad_input("the name has no comma between last and first", "name", "write it as LAST,FIRST")
    return f"{last},{first}" if name else ""


def _kind_of(said: str) -> str:
    """Return what an id alone names: ``C000001``; ``C000001-1`` is a denial of it, ``C000001-1-2`` an appeal."""
    parts = said.count("-")
    if said[:1] == "C" and parts:
        return "denial" if parts == 1 else "appeal"
    return _LETTER.get(said[:1], said)


def _connection(call: Call, connection_id: str) -> str:
    if connection_id not in call.office.connections:
        raise Refusal(
            RefusalCode.NOT_FOUND,
            f"no connection {connection_id}",
            remedy=one_of(connection_id, call.office.connections),
        )
    return subjects.submission(connection_id)


def _claim(tx: Tx, claim_id: str) -> str:
    return subjects.claim(claims.load(tx, claim_id).claim_id)


def _account(tx: Tx, account_id: str) -> str:
    accounts.guarantor(tx, account_id)
    return subjects.account(account_id)


def _remittance(tx: Tx, remittance_id: str) -> str:
    return subjects.remittance(remittances.load(tx, remittance_id).remittance_id)


def _denial(tx: Tx, denial_id: str) -> str:
    return subjects.claim(denials.load(tx, denial_id).claim_id)


def _appeal(tx: Tx, appeal_id: str) -> str:
    return subjects.claim(appeals.load(tx, appeal_id).claim_id)


def _batch(tx: Tx, batch_id: str) -> str:
    about = f"batch/{batch_id}"
    if not submissions.claims_of_batch(tx, batch_id) and not tasks.find(tx, subject=about, open_only=False):
        raise Refusal(RefusalCode.NOT_FOUND, f"no batch {batch_id}", remedy="see `revcycle connection list`")
    return about


_LOOKS: dict[str, Callable[[Tx, str], str]] = {
    "claim": _claim,
    "account": _account,
    "remittance": _remittance,
    "denial": _denial,
    "appeal": _appeal,
    "batch": _batch,
}
