"""Words of the field, explained at the command line."""

from difflib import get_close_matches
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Verb
from revcycle.cli.exits import Exit, Failure

WORDS: dict[str, str] = {
    "270": "Eligibility inquiry: is this person covered on this day?",
    "271": "Eligibility response, the answer to a 270.",
    "276": "Claim status inquiry: what has become of the claim?",
    "277": "Claim status response, the answer to a 276.",
    "277CA": "Claim acknowledgment: A2 accepted into adjudication, A3 unprocessable, A6 to A8 rejected.",
    "278": "Prior authorization request and response.",
    "835": "Remittance advice: what the payer pays, adjusts and leaves to the patient.",
    "837": "The claim itself: 837P professional, 837I institutional, 837D dental.",
    "999": "Implementation acknowledgment: whether the file's syntax was accepted.",
    "TA1": "Interchange acknowledgment: whether the envelope of a file was accepted.",
    "adjudicate": "What a payer does with an accepted claim: decide what to pay.",
    "adjustment group": "CO contractual obligation, PR patient responsibility, OA other, PI payer initiated.",
    "allowed amount": "What the payer deems payable before the patient's share.",
    "appeal": "Ask the payer to decide again, level by level, inside its deadlines.",
    "bad debt": "The patient could pay and did not. The opposite of charity care.",
    "CARC": "Claim adjustment reason code: why an amount was not paid as charged.",
    "charge amount": "What we billed for.",
    "charity care": "The patient cannot pay and was granted financial assistance.",
    "clearinghouse": "The company between us and the payers.",
    "coinsurance": "The patient's percentage of the allowed amount (PR-2).",
    "contractual adjustment": "What nobody pays of a charge, by contract (CO-45); not the patient either.",
    "copayment": "The patient's fixed amount a visit (PR-3).",
    "crossover": "The primary payer forwards the claim to the secondary itself.",
    "deductible": "What the patient pays each year before the plan pays (PR-1).",
    "deny": "Refuse to pay after adjudication, in an 835: appeal or correct. Not to reject.",
    "EFT": "Electronic funds transfer: the bank payment that belongs to an 835.",
    "frequency code": "1 original, 7 replacement, 8 void (CLM05-3).",
    "guarantor": "Who owes the patient's share.",
    "NPI": "National provider identifier.",
    "patient control number": "Our number for a claim on the wire; the payer returns it.",
    "payer claim control number": "The payer's number for a claim (ICN, DCN, TCN).",
    "pend": "The payer has the claim and has not decided.",
    "PLB": "Provider level adjustment of an 835: outside any claim, for instance a recoupment (WO).",
    "RARC": "Remittance advice remark code: more words to a CARC.",
    "reassociate": "Match an 835 with the bank payment it announces, by its trace number.",
    "recoup": "The payer takes money back from a later payment (PLB WO).",
    "reject": "Refuse a claim before adjudication (999, 277CA): correct and send again. Not to deny.",
    "remit": "Send money with a remittance advice.",
    "reversal": "An earlier payment is taken back whole (CLP02 22), usually followed by a correction.",
    "scrub": "Check a claim before it is sent.",
    "small-balance write-off": "A balance too small to bill, by policy.",
    "subscriber": "Who holds the policy.",
    "timely filing": "The last day a payer must have received a claim.",
    "administrative write-off": "Given up because of our own failure; needs approval.",
}


def _show(out: Console, found: Any) -> None:
    for word, meaning in found.items():
        out.print(Text.assemble((word, "bold"), f"  {meaning}"))


@click.command(cls=Verb, show=_show)
@click.argument("term", nargs=-1)
def glossary(term: tuple[str, ...]) -> Any:
    """Say what TERM means; without one, list all words."""
    wanted = " ".join(term).lower()
    if not wanted:
        return dict(sorted(WORDS.items(), key=lambda item: item[0].lower()))
    folded = {word.lower(): word for word in WORDS}
    found = {word: WORDS[word] for fold, word in folded.items() if wanted in fold}
    if not found:
        near = ", ".join(folded[word] for word in get_close_matches(wanted, folded, 3, 0.5))
        raise Failure.of(
            Exit.NOT_FOUND, "that word is not in the glossary", remedy=f"near: {near}" if near else ""
        )
    return found
