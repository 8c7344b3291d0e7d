"""The caller's side of the sandbox payer in tests: a clock, a token, and the mailbox, read."""

import base64
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx

from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.claim_status import StatusAnswer, StatusInquiry
from revcycle.domain.claims.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.mail.acknowledgment import ClaimAcknowledgment
from revcycle.domain.remittances.remittance import AdjustmentGroup, ClaimPayment, Remittance
from revcycle.edi.acknowledgment import x12_277ca
from revcycle.edi.claim_837.x12_837 import ClaimToSend, write_claims
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.remittance_835 import x12_835
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.script import PayerScript
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import SyntheticPractice, generate

TOKEN = "letmein"
FIRST_DAY = date(2026, 1, 12)
MONDAY = datetime(2026, 1, 12, 15, 0, tzinfo=UTC)


@dataclass
class PayerClient:
    """One practice connected to the payer; ``now`` is the business time it tells."""

    http: httpx.AsyncClient
    now: datetime = MONDAY
    sent: int = 0

    def _headers(self, **more: str) -> dict[str, str]:
        return {"Date": format_datetime(self.now, usegmt=True), **more}

    def after(self, days: float) -> "PayerClient":
        self.now += timedelta(days=days)
        return self

    def file(self, *claims: ClaimToSend) -> bytes:
        self.sent += 1
        envelope = Envelope("OURPRACTICE", "SANDBOX", self.sent, self.now)
        submitter = Party("OUR PRACTICE", "OURPRACTICE", contact_name="BILLING", contact_phone="6145550100")
        return write_claims(envelope, submitter, Party("SANDBOX", "SANDBOX"), claims)

    async def submit(self, *claims: Claim | ClaimToSend, key: str = "") -> str:
        to_send = [
            claim if isinstance(claim, ClaimToSend) else ClaimToSend(claim, Responsibility.PRIMARY)
            for claim in claims
        ]
        data = self.file(*to_send)
        headers = self._headers(**{"Idempotency-Key": key or f"batch-{self.sent}"})
        answer = await self.http.post("/batch", content=data, headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["receipt"])

    async def mail(self, kind: str) -> list[bytes]:
        """Fetch and delete all due items of the kind."""
        listing = (await self.http.get("/mailbox", headers=self._headers())).json()
        bodies = []
        for item in listing:
            if item["kind"] == kind:
                bodies.append((await self.http.get(f"/mailbox/{item['id']}")).content)
                assert (await self.http.delete(f"/mailbox/{item['id']}")).status_code == 204
        return bodies

    async def kinds(self) -> list[str]:
        return [item["kind"] for item in (await self.http.get("/mailbox", headers=self._headers())).json()]

    async def answers(self) -> list[ClaimAcknowledgment]:
        return [claim for body in await self.mail("277CA") for claim in x12_277ca.read_acknowledgments(body)]

    async def remittances(self) -> list[Remittance]:
        return [
            remittance
            for body in await self.mail("835")
            for remittance in x12_835.read_remittances(body).remittances
        ]

    async def payments(self) -> list[ClaimPayment]:
        return [claim for remittance in await self.remittances() for claim in remittance.claims]

    async def appeal(self, payment: ClaimPayment, level: int = 1, kind: str = "appeal") -> None:
        body = {
            "appeal_key": f"{payment.payer_claim_control_number}-{level}",
            "patient_control_number": payment.patient_control_number,
            "payer_claim_control_number": payment.payer_claim_control_number,
            "level": level,
            "kind": kind,
            "document_base64": base64.b64encode(b"%PDF-1.7 letter").decode(),
        }
        answer = await self.http.post("/appeals", json=body, headers=self._headers())
        assert answer.status_code == 202, answer.text

    async def decisions(self) -> list[str]:
        return [json.loads(body)["decision"] for body in await self.mail("appeal_decision")]

    async def status(self, claim: Claim) -> StatusAnswer:
        coverage = claim.coverages[0]
        inquiry = StatusInquiry(
            payer_id=coverage.payer_id,
            payer_name=coverage.payer_name,
            provider_npi=claim.billing_provider.npi,
            provider_name=claim.billing_provider.last_or_organization_name,
            patient_control_number=claim.patient_control_number,
            member_id=coverage.member_id,
            last_name=coverage.subscriber.last_name,
            first_name=coverage.subscriber.first_name,
            birth_date=coverage.subscriber.birth_date,
            sex="F",
            charge_cents=claim.charge_cents,
            service_date=claim.service_date_from,
            trace_number="T1",
        )
        envelope = Envelope("OURPRACTICE", "SANDBOX", 900, self.now)
        receiver = Party("SANDBOX", "SANDBOX")
        body = x12_276.write_inquiry(envelope, receiver, inquiry)
        answer = await self.http.post("/realtime", content=body, headers=self._headers())
        assert answer.status_code == 200, answer.text
        return x12_277.read_answers(answer.content)[0]

    async def eligibility(self, claim: Claim) -> EligibilityAnswer:
        coverage = claim.coverages[0]
        dependent = claim.patient if coverage.relationship_code != "18" else None
        inquiry = EligibilityInquiry(
            payer_id=coverage.payer_id,
            payer_name=coverage.payer_name,
            provider_npi=claim.billing_provider.npi,
            provider_name=claim.billing_provider.last_or_organization_name,
            member_id=coverage.member_id,
            last_name=coverage.subscriber.last_name,
            first_name=coverage.subscriber.first_name,
            birth_date=coverage.subscriber.birth_date,
            service_date=claim.service_date_from,
            trace_number="T2",
            dependent_last_name=dependent.last_name if dependent else "",
            dependent_first_name=dependent.first_name if dependent else "",
            dependent_birth_date=dependent.birth_date if dependent else None,
        )
        envelope = Envelope("OURPRACTICE", "SANDBOX", 901, self.now)
        body = x12_270.write_inquiry(envelope, Party("SANDBOX", "SANDBOX"), inquiry)
        answer = await self.http.post("/realtime", content=body, headers=self._headers())
        assert answer.status_code == 200, answer.text
        return x12_271.read_answers(answer.content)[0]


class PayerWorld:
    """Payers opened in folders of one test, closed together."""

    def __init__(self, folder: Path) -> None:
        """Keep the payers' records below the folder."""
        self._folder = folder
        self._opened: list[tuple[httpx.AsyncClient, Office]] = []

    def open(self, script: PayerScript, name: str = "payer") -> PayerClient:
        """Open the payer of that name, again if it was open before, and connect to it."""
        office = Office(self._folder / name, script)
        http = httpx.AsyncClient(
            transport=httpx.ASGITransport(make_app(office, TOKEN)),
            base_url="http://payer",
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        self._opened.append((http, office))
        return PayerClient(http)

    async def close(self) -> None:
        """Close everything opened."""
        for http, office in self._opened:
            await http.aclose()
            office.close()


def story(life: Life, claims: int = 1, seed: int = 5) -> SyntheticPractice:
    return generate(seed, claims, FIRST_DAY, {life: 1})


def right_claim(practice: SyntheticPractice, claim: Claim) -> Claim:
    """The claim as staff correct it; only the fields these lives need."""
    for right in practice.people.claims[claim.source_control_number].corrections:
        match right.path.split("[")[0]:
            case "rendering_provider.npi":
                provider = claim.rendering_provider
                assert provider is not None
                claim = replace(claim, rendering_provider=replace(provider, npi=right.value))
            case "diagnosis_codes":
                claim = replace(claim, diagnosis_codes=(right.value, *claim.diagnosis_codes[1:]))
            case "coverages":
                claim = claim.with_coverage(replace(claim.coverages[0], member_id=right.value))
            case "lines":
                place = int(right.path.split("[")[1].split("]")[0])
                line = replace(claim.lines[place], modifiers=tuple(right.value.split(",")))
                claim = replace(claim, lines=(*claim.lines[:place], line, *claim.lines[place + 1 :]))
            case other:
                raise AssertionError(other)
    return claim


def amounts(payment: ClaimPayment, group: AdjustmentGroup) -> dict[str, int]:
    told: dict[str, int] = {}
    for adjustment in payment.all_adjustments:
        if adjustment.group is group:
            told[adjustment.reason_code] = told.get(adjustment.reason_code, 0) + adjustment.amount_cents
    return told
