"""The packet of an appeal: the letter, written from the claim, and this claim's exhibits."""

from datetime import datetime

from revcycle.db.claims import claims
from revcycle.db.denials import appeals, denials
from revcycle.db.denials.appeals import AppealRow, ExhibitRow
from revcycle.db.denials.denials import DenialRow
from revcycle.db.engine import Tx
from revcycle.db.mail import acknowledgments, documents
from revcycle.db.mail.acknowledgments import FilingProof
from revcycle.db.practice import practices
from revcycle.db.remittances import remittances
from revcycle.db.remittances.remittances import StoredClaimPayment
from revcycle.domain.claims.claim import Claim, Coverage
from revcycle.domain.codes.carc import carc
from revcycle.domain.denials.appeal import AppealKind
from revcycle.effects.denials import exhibits
from revcycle.effects.denials.facts import denial_payments, filing_limit, policy_of
from revcycle.letters.catalog import LetterKind
from revcycle.letters.contexts_appeal import AppealArgument, AppealContext, DenialLine, Exhibit
from revcycle.letters.contexts_timely_filing import FilingProof as ProofLine
from revcycle.letters.contexts_timely_filing import ProofEvent, TimelyFilingContext
from revcycle.letters.enclosures import Enclosure
from revcycle.letters.letterhead import Letterhead
from revcycle.rules.denials import appeal as appeal_rule
from revcycle.rules.denials.denial_routing import denied

LABELS = "ABCDEFGH"


class NoDenialOnFile(LookupError):
    """The remittance of the denial is not in the database: nothing to appeal from."""


def collect_exhibits(tx: Tx, appeal: AppealRow, at: datetime) -> tuple[ExhibitRow, ...]:
    """Store this claim's exhibits and name them in the packet; return them."""
    denial = denials.load(tx, appeal.denial_id)
    payments = denial_payments(tx, appeal.claim_id, denial.remittance_id)
    texts = {appeal_rule.CLAIM_SUMMARY: exhibits.claim_summary(claims.facts(tx, appeal.claim_id))}
    if payments:
        whole = remittances.load(tx, payments[0].remittance_id).document_id
        texts[appeal_rule.REMITTANCE_EXCERPT] = exhibits.remittance_excerpt(payments, whole)
    if appeal.kind is AppealKind.TIMELY_FILING_PROOF and (proofs := _accepted(tx, appeal.claim_id)):
        texts[appeal_rule.FILING_RECORD] = exhibits.filing_record(proofs)
    rows = tuple(
        ExhibitRow(label, kind, _store(tx, appeal.appeal_id, kind, text, at))
        for label, (kind, text) in zip(LABELS, texts.items(), strict=False)
    )
    appeals.put_exhibits(tx, appeal.appeal_id, rows)
    return rows


def letter_for(
    tx: Tx, appeal: AppealRow, enclosed: tuple[ExhibitRow, ...], at: datetime
) -> tuple[LetterKind, AppealContext | TimelyFilingContext]:
    """Return the letter's kind and its facts. Raises NoDenialOnFile, NoPractice, MissingValue."""
    denial = denials.load(tx, appeal.denial_id)
    payments = denial_payments(tx, appeal.claim_id, denial.remittance_id)
    if not payments:
        raise NoDenialOnFile("the remittance of this denial is not on file")
    if appeal.kind is AppealKind.TIMELY_FILING_PROOF:
        return LetterKind.TIMELY_FILING_PROOF, _timely_filing(tx, appeal, denial, payments, at)
    return LetterKind.APPEAL, _appeal(tx, appeal, denial, payments, enclosed, at)


def enclosures_of(tx: Tx, enclosed: tuple[ExhibitRow, ...]) -> tuple[Enclosure, ...]:
    """Return the exhibits as the letter encloses them."""
    return tuple(
        Enclosure(
            label=row.label, title=row.kind.capitalize(), text=documents.content(tx, row.document_id).decode()
        )
        for row in enclosed
    )


def _appeal(
    tx: Tx,
    appeal: AppealRow,
    denial: DenialRow,
    payments: tuple[StoredClaimPayment, ...],
    enclosed: tuple[ExhibitRow, ...],
    at: datetime,
) -> AppealContext:
    claim, practice = claims.facts(tx, appeal.claim_id), practices.load(tx)
    coverage = _coverage(tx, appeal, claim)
    lines = _denied_lines(claim, payments)
    return AppealContext(
        letterhead=Letterhead.of(practice),
        letter_date=at.date(),
        payer_name=coverage.payer_name,
        payer_address_lines=_payer_address(coverage),
        level_name=appeal.level_name,
        patient_name=claim.patient.full_name,
        member_id=coverage.member_id,
        patient_control_number=claim.patient_control_number,
        payer_claim_control_number=payments[0].payment.payer_claim_control_number,
        service_date=claim.service_date_from,
        charge_cents=claim.charge_cents,
        denied_cents=sum(line.denied_cents for line in lines),
        lines=lines,
        denial_reason=f"{denial.code} {_meaning(denial)}",
        argument=AppealArgument(appeal_rule.argument_for(denial.category)),
        requested_action="reverse this denial and pay the claim under the member's benefits",
        deadline=appeal.last_day,
        signer_name=practice.signer_name,
        signer_title=practice.signer_title,
        exhibits=tuple(
            Exhibit(label=e.label, title=f"{e.kind.capitalize()}, attached to this PDF") for e in enclosed
        ),
        supporting_facts=_facts(tx, appeal, claim),
        prior_authorization_number=claim.prior_authorization_number,
        denial_date=denial.notice_date,
        prior_decision_date=appeal.notice_date if appeal.level > 1 else None,
    )


def _facts(tx: Tx, appeal: AppealRow, claim: Claim) -> tuple[str, ...]:
    """Return what our files say for this claim, each in a sentence a reader can check."""
    told = []
    if accepted := _accepted(tx, appeal.claim_id):
        first = accepted[0]
        on = first.accepted_277ca_at
        told.append(
            f"The claim was sent on {first.sent_at:%m/%d/%Y} and your acknowledgment (277CA) accepted it on "
            f"{on:%m/%d/%Y}."
        )
    if claim.prior_authorization_number:
        told.append("The authorization number stands on the claim as it was billed (Exhibit A).")
    if appeal.level > 1:
        told.append(
            f"The level before this one was decided on {appeal.notice_date:%m/%d/%Y}; we ask for a new review."
        )
    return tuple(told)


def _timely_filing(
    tx: Tx, appeal: AppealRow, denial: DenialRow, payments: tuple[StoredClaimPayment, ...], at: datetime
) -> TimelyFilingContext:
    row, claim, practice = (
        claims.load(tx, appeal.claim_id),
        claims.facts(tx, appeal.claim_id),
        practices.load(tx),
    )
    coverage = _coverage(tx, appeal, claim)
    return TimelyFilingContext(
        letterhead=Letterhead.of(practice),
        letter_date=at.date(),
        payer_name=coverage.payer_name,
        payer_address_lines=_payer_address(coverage),
        level_name=appeal.level_name,
        patient_name=claim.patient.full_name,
        member_id=coverage.member_id,
        patient_control_number=claim.patient_control_number,
        payer_claim_control_number=payments[0].payment.payer_claim_control_number,
        service_date=claim.service_date_from,
        charge_cents=claim.charge_cents,
        denied_cents=denial.value_cents,
        denial_reason=f"{denial.code} {_meaning(denial)}",
        requested_action="withdraw the timely-filing denial and process the claim on its merits",
        filing_deadline=filing_limit(tx, row, claim, policy_of(tx, denial)),
        deadline=appeal.last_day,
        proofs=tuple(line for proof in _accepted(tx, appeal.claim_id) for line in _proof_lines(proof)),
        signer_name=practice.signer_name,
        signer_title=practice.signer_title,
        denial_date=denial.notice_date,
    )


def _accepted(tx: Tx, claim_id: str) -> tuple[FilingProof, ...]:
    """Return the filings a 277CA accepted; those without one prove nothing for a single claim."""
    return tuple(p for p in acknowledgments.proof_of_filing(tx, claim_id) if p.accepted_277ca_at is not None)


def _proof_lines(proof: FilingProof) -> tuple[ProofLine, ...]:
    number = f"ISA13 {proof.interchange_control_number:09d}"
    lines = [
        ProofLine(
            event=ProofEvent.CLAIM_SENT,
            occurred_at=proof.sent_at,
            control_numbers=number,
            document_sha256=proof.document_id_837,
        )
    ]
    if proof.accepted_999_at:
        lines.append(
            ProofLine(
                event=ProofEvent.FILE_ACCEPTED,
                occurred_at=proof.accepted_999_at,
                control_numbers=number,
                document_sha256=proof.document_id_999,
                status="A, accepted",
            )
        )
    if proof.accepted_277ca_at:
        lines.append(
            ProofLine(
                event=ProofEvent.CLAIM_ACCEPTED,
                occurred_at=proof.accepted_277ca_at,
                control_numbers=number,
                document_sha256=proof.document_id_277ca,
                status=f"{proof.status}, accepted",
                payer_claim_control_number=proof.payer_claim_control_number,
            )
        )
    return tuple(lines)


def _denied_lines(claim: Claim, payments: tuple[StoredClaimPayment, ...]) -> tuple[DenialLine, ...]:
    lines = []
    for stored in payments:
        on, payment = stored.payment_date, stored.payment
        parts = [("Whole claim", claim.charge_cents, payment.adjustments)]
        parts += [
            (" ".join((s.procedure_code, *s.modifiers)), s.charge_cents, s.adjustments)
            for s in payment.services
        ]
        for procedure, charge_cents, adjustments in parts:
            for adjustment in denied(adjustments):
                known = carc(adjustment.reason_code, on)
                lines.append(
                    DenialLine(
                        procedure=procedure,
                        description=f"Service of {claim.service_date_from:%m/%d/%Y}",
                        charge_cents=charge_cents,
                        denied_cents=adjustment.amount_cents,
                        code=f"{adjustment.group.value}-{adjustment.reason_code}",
                        meaning=known.meaning if known else "No meaning given",
                    )
                )
    return tuple(lines)


def _meaning(denial: DenialRow) -> str:
    known = carc(denial.code.partition("-")[2], denial.notice_date)
    return known.meaning if known else "no reason known to us"


def _coverage(tx: Tx, appeal: AppealRow, claim: Claim) -> Coverage:
    """Return the coverage of the payer that denied."""
    payer_id = denials.load(tx, appeal.denial_id).payer_id
    return next((c for c in claim.coverages if c.payer_id == payer_id), claim.coverages[0])


def _payer_address(coverage: Coverage) -> tuple[str, ...]:
    return ("Provider Appeals", f"Filed electronically, payer id {coverage.payer_id}")


def _store(tx: Tx, appeal_id: str, kind: str, text: str, at: datetime) -> str:
    return documents.store(
        tx, "appeal_exhibit", text.encode(), f"appeal {appeal_id}: {kind}", at, "text/plain"
    )
