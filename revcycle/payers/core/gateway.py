"""The PayerGateway over CAQH CORE envelopes, whichever way they are carried.

A batch's PayloadID follows from its idempotency key, so a payer recognises a repeated delivery and can be asked by that
same PayloadID whether it has it. The mailbox has no listing in CORE: the next waiting file of each queue is asked for
until one comes again or none waits; a file stays there until its receipt is confirmed.
"""

import uuid
from datetime import datetime

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.edi.wire.envelope import NotX12, sniff
from revcycle.payers.core.envelope import (
    CoreEnvelope,
    Operation,
    check_sum,
    payload_id,
    read_time_stamp,
    time_stamp,
)
from revcycle.payers.core.exchange import Codec, Outcome, Verdict, judge
from revcycle.payers.core.http import CoreHttp, NoAnswer, NoConnection
from revcycle.payers.core.partner import REFUSED_TYPES, CorePartner, Pickup
from revcycle.payers.gateway import (
    AppealFiling,
    Capabilities,
    Delivery,
    MailItem,
    PayerRefused,
    PayerUnavailable,
)
from revcycle.payers.mail_kind import HEAD_BYTES, kind_of

_MOST_FILES = 200
"""Of one queue in one listing; the rest comes with the next."""
_ACKNOWLEDGMENTS = ("TA1", "999")
_OUTCOMES = {
    Verdict.TAKEN: DeliveryOutcome.SENT,
    Verdict.REFUSED: DeliveryOutcome.NOT_SENT,
    Verdict.NOT_TAKEN: DeliveryOutcome.NOT_SENT,
    Verdict.UNCLEAR: DeliveryOutcome.UNKNOWN,
}


class CoreGateway:
    """A PayerGateway. Its subclasses choose the codec: SOAP or MIME."""

    def __init__(self, partner: CorePartner, codec: Codec, http: CoreHttp) -> None:
        """Talk to the partner in the codec's way."""
        self._partner = partner
        self._codec = codec
        self._http = http

    @property
    def capabilities(self) -> Capabilities:
        """What was agreed with the partner; never appeals, for which CORE has no envelope."""
        return self._partner.capabilities

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def ask(self, inquiry: bytes, at: datetime) -> bytes:
        """RealTimeTransaction. An acknowledgment in place of the answer is a refusal."""
        transaction = _sniffed(inquiry)
        if transaction not in self.capabilities.real_time:
            raise PayerRefused("this connection does not carry such an inquiry in real time")
        asked = self._envelope(
            Operation.REAL_TIME, self._partner.request_type(transaction), _new_id(), at, inquiry
        )
        told = await self._call(Operation.REAL_TIME, asked, at, echo=self._partner.answers_echo_payload_id)
        answer = told.payload or b""
        answered = _sniffed(answer)
        if told.payload_type.startswith(REFUSED_TYPES) or answered in _ACKNOWLEDGMENTS:
            raise PayerRefused("the payer could not read the inquiry and answered with an acknowledgment")
        if not answered:
            raise PayerUnavailable("the payer answered something that is no X12")
        return answer

    async def submit(self, batch: bytes, key: str, at: datetime) -> Delivery:
        """BatchSubmitTransaction under the PayloadID that the key gives; the receipt is that PayloadID, confirmed.

        A payer may refuse a PayloadID that it has already, so such a refusal is settled by the proof.
        """
        transaction = _sniffed(batch)
        if transaction not in self.capabilities.batch:
            reason = "this connection takes no such files" if transaction else "the file is no X12"
            return Delivery(DeliveryOutcome.NOT_SENT, reason=reason)
        asked = self._envelope(
            Operation.BATCH_SUBMIT, self._partner.request_type(transaction), self._delivery_id(key), at, batch
        )
        outcome = await self._exchange(
            Operation.BATCH_SUBMIT, asked, at, echo=self._partner.answers_echo_payload_id
        )
        if outcome.payload_id_refused:
            return await self._settle(key, outcome, at)
        receipt = asked.payload_id if outcome.verdict is Verdict.TAKEN else ""
        return Delivery(_OUTCOMES[outcome.verdict], receipt, outcome.reason, outcome.reached)

    async def _settle(self, key: str, refused: Outcome, at: datetime) -> Delivery:
        """Tell whether a batch refused for its PayloadID is one that came before, say by a worker that died."""
        proof = await self.prove(key, at)
        if proof.outcome is DeliveryOutcome.NOT_SENT:
            return Delivery(DeliveryOutcome.NOT_SENT, reason=refused.reason)
        return proof

    async def prove(self, key: str, at: datetime) -> Delivery:
        """BatchSubmitAckRetrievalTransaction by PayloadID: an answer bearing it proves that the batch is there.

        An illegal PayloadID proves that it is not. That no acknowledgment waits proves nothing.
        """
        operation = Operation.BATCH_SUBMIT_ACK_RETRIEVAL
        asked = self._envelope(operation, self._partner.proof_type, self._delivery_id(key), at)
        outcome = await self._exchange(operation, asked, at, echo=True)
        if outcome.envelope is not None and not outcome.envelope.nothing_waits:
            return Delivery(DeliveryOutcome.SENT, receipt=asked.payload_id)
        if outcome.payload_id_refused:
            reason = "the payer has no delivery with that PayloadID"
            return Delivery(DeliveryOutcome.NOT_SENT, reason=reason)
        reason = outcome.reason or "the payer has no acknowledgment of it yet"
        return Delivery(DeliveryOutcome.UNKNOWN, reason=reason, reached=outcome.reached)

    async def list_mailbox(self, at: datetime) -> tuple[MailItem, ...]:
        """Ask for the next file of each queue until it is one we have seen, or none."""
        found = [item for pickup in self._partner.pickups for item in await self._queue(pickup, at)]
        return tuple(sorted(found, key=lambda item: (item.received_at, item.item_id)))

    async def _queue(self, pickup: Pickup, at: datetime) -> list[MailItem]:
        """List one queue. A payer that gives the same file under ever new PayloadIDs is seen through."""
        found: list[MailItem] = []
        seen: set[str] = set()
        for _ in range(_MOST_FILES):
            asked = self._envelope(pickup.operation, pickup.payload_type, _new_id(), at)
            told = await self._call(pickup.operation, asked, at, echo=False)
            if told.payload is None or told.nothing_waits:
                break
            marks = {told.payload_id, check_sum(told.payload)}
            if seen & marks:
                break
            seen |= marks
            kind = kind_of(told.payload[:HEAD_BYTES])
            received_at = read_time_stamp(told.time_stamp) or at
            found.append(MailItem(f"{pickup.payload_type}:{told.payload_id}", kind, received_at))
        return found

    async def fetch(self, item_id: str, at: datetime) -> bytes:
        """Ask for the file by its PayloadID."""
        pickup, file_id = self._find(item_id)
        asked = self._envelope(pickup.operation, pickup.payload_type, file_id, at)
        told = await self._call(pickup.operation, asked, at, echo=True)
        if told.payload is None:
            raise PayerRefused("the payer has no such file any more")
        return told.payload

    async def remove(self, item_id: str, at: datetime) -> None:
        """BatchResultsAckSubmitTransaction: confirm the receipt; a file already gone is fine."""
        operation = Operation.BATCH_RESULTS_ACK_SUBMIT
        asked = self._envelope(operation, self._partner.receipt_type, self._find(item_id)[1], at)
        try:
            await self._call(operation, asked, at, echo=self._partner.answers_echo_payload_id)
        except PayerRefused:
            return

    async def file_appeal(self, appeal: AppealFiling, at: datetime) -> Delivery:
        """Refuse: there is no CORE envelope for a letter."""
        reason = "this connection carries no letters; send the appeal by another channel"
        return Delivery(DeliveryOutcome.NOT_SENT, reason=reason)

    def _delivery_id(self, key: str) -> str:
        return payload_id("batch", self._partner.sender_id, self._partner.receiver_id, key)

    def _find(self, item_id: str) -> tuple[Pickup, str]:
        payload_type, _, file_id = item_id.rpartition(":")
        for pickup in self._partner.pickups:
            if pickup.payload_type == payload_type:
                return pickup, file_id
        return self._partner.pickups[-1], file_id

    def _envelope(
        self,
        operation: Operation,
        payload_type: str,
        message_id: str,
        at: datetime,
        payload: bytes | None = None,
    ) -> CoreEnvelope:
        summed = payload if operation is not Operation.REAL_TIME else None
        return CoreEnvelope(
            payload_type=payload_type,
            processing_mode=operation.mode,
            payload_id=message_id,
            time_stamp=time_stamp(at),
            sender_id=self._partner.sender_id,
            receiver_id=self._partner.receiver_id,
            rule_version=self._partner.rule_version,
            payload=payload,
            payload_length="" if summed is None else str(len(summed)),
            check_sum="" if summed is None else check_sum(summed),
        )

    async def _call(
        self, operation: Operation, asked: CoreEnvelope, at: datetime, *, echo: bool
    ) -> CoreEnvelope:
        """Return the answer. Raises PayerUnavailable, PayerRefused."""
        outcome = await self._exchange(operation, asked, at, echo=echo)
        if outcome.envelope is not None:
            return outcome.envelope
        if outcome.verdict is Verdict.REFUSED:
            raise PayerRefused(outcome.reason)
        raise PayerUnavailable(outcome.reason)

    async def _exchange(
        self, operation: Operation, asked: CoreEnvelope, at: datetime, *, echo: bool
    ) -> Outcome:
        try:
            message = self._codec.write(operation, asked)
        except ValueError as unwritable:
            return Outcome(Verdict.REFUSED, str(unwritable))
        try:
            answer = await self._http.post(message, operation.mode, at)
        except NoConnection as nobody:
            return Outcome(Verdict.NOT_TAKEN, str(nobody), reached=False)
        except NoAnswer as silence:
            return Outcome(Verdict.UNCLEAR, str(silence))
        return judge(self._partner, self._codec, operation, asked, answer, echo=echo)


def _sniffed(data: bytes) -> str:
    """Return what the file is, "" when it is no X12."""
    try:
        return sniff(data[:HEAD_BYTES])
    except NotX12:
        return ""


def _new_id() -> str:
    return str(uuid.uuid4())
