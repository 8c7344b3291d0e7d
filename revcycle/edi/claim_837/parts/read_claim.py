"""Read one claim of an 837 from its CLM on, and join it with the parties above it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from revcycle.domain.claims.claim import Claim, Coverage, PriorPayment, Provider, ServiceLine, Statements
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Person
from revcycle.edi.claim_837.parts.guide import OF_ALL_LINES, Facts, Guide, Remarks
from revcycle.edi.claim_837.parts.loops import ClaimLoop, ClaimLoops, claim_loops
from revcycle.edi.claim_837.parts.read_cob import prior_payment, read_other_payer
from revcycle.edi.wire.elements import missing
from revcycle.edi.wire.quick import quick
from revcycle.edi.wire.segments import Segment

_CLAIM = quick(Claim)
_MOST_OTHERS = 10
_IN_LINE = {place: number for number, place in enumerate(Responsibility)}


@dataclass(slots=True)
class Above:
    """The levels above a claim. ``facts`` are the claim's fields that they state."""

    billing_provider: Provider
    coverage: Coverage
    patient: Person
    facts: Facts


def read_one_claim(
    guide: Guide, segments: Sequence[Segment], above: Above, remarks: Remarks
) -> tuple[Claim, tuple[PriorPayment, ...]]:
    """Read the segments of one claim, CLM first. Raises Unreadable with its first error."""
    loops = claim_loops(segments, guide.service)
    facts = guide.read_claim(loops.head, remarks)
    if not loops.lines:
        raise missing(segments[-1], f"The first service line (LX and {guide.service})")
    facts["lines"] = _lines(guide, loops.lines, facts, remarks)
    facts.pop(OF_ALL_LINES, None)
    coverages: tuple[Coverage, ...] = (above.coverage,)
    payments: tuple[PriorPayment, ...] = ()
    if loops.others:
        coverages, payments = _others(loops, facts, above, remarks)
    else:
        _unknown_payers(loops.lines, frozenset(), remarks)
    for misplaced in (*loops.head.drugs, *loops.head.adjudications):
        remarks.leave("2300", misplaced)
    claim = _CLAIM(
        **facts,
        **above.facts,
        kind=guide.kind,
        patient=above.patient,
        billing_provider=above.billing_provider,
        coverages=coverages,
    )
    return claim, payments


def _lines(
    guide: Guide, loops: Sequence[ClaimLoop], facts: Facts, remarks: Remarks
) -> tuple[ServiceLine, ...]:
    read = guide.read_line
    return tuple([read(loop, number, facts, remarks) for number, loop in enumerate(loops, 1)])


def _others(
    loops: ClaimLoops, facts: Facts, above: Above, remarks: Remarks
) -> tuple[tuple[Coverage, ...], tuple[PriorPayment, ...]]:
    statements = facts.get("statements", Statements())
    found = [
        read_other_payer(loop, above.patient, above.coverage, statements, remarks)
        for loop in loops.others[:_MOST_OTHERS]
    ]
    for loop in loops.others[_MOST_OTHERS:]:
        remarks.leave("2320", [*loop.own, *(segment for party in loop.parties for segment in party)])
    payers = [payer for payer in found if payer is not None]
    coverages = sorted(
        (above.coverage, *(payer.coverage for payer in payers)), key=lambda c: _IN_LINE[c.responsibility]
    )
    places = Counter(coverage.responsibility for coverage in coverages)
    payments = []
    for payer in payers:
        payment = prior_payment(facts, payer, loops.lines, remarks)
        if payment is not None and places[payment.responsibility] > 1:
            payment = replace(payment, payer_id=payer.coverage.payer_id)
        if payment is not None:
            payments.append(payment)
    _unknown_payers(loops.lines, frozenset(payer.coverage.payer_id for payer in payers), remarks)
    return tuple(coverages), tuple(payments)


def _unknown_payers(lines: Sequence[ClaimLoop], known: frozenset[str], remarks: Remarks) -> None:
    for loop in lines:
        for adjudication in loop.adjudications:
            if adjudication[0][1] not in known:
                remarks.leave("2430", adjudication)
