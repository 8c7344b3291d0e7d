"""One question to a CORE partner and what its answer amounts to: taken, refused, not taken in, or nobody can tell.

Answers lie at three levels: HTTP, SOAP fault, envelope. A refusal often comes with HTTP 200, an acceptance never comes
without an envelope that fits the question.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum

from revcycle.payers.core.envelope import (
    ENVELOPE_ERROR,
    CoreEnvelope,
    ErrorCode,
    FieldFault,
    Operation,
    check_sum,
    read_error,
)
from revcycle.payers.core.partner import CorePartner

_BUSY = 429
_UNDECIDED = (408, 409)
_REFUSING_SUBCODES = (
    "FailedAuthentication",
    "FailedCheck",
    "InvalidSecurity",
    "InvalidSecurityToken",
    "SecurityTokenUnavailable",
    "UnsupportedSecurityToken",
)
"""WS-Security 1.0 section 12: they stand below Sender, but some stacks put them below Receiver or alone."""
_REFUSING_FAULTS = ("Sender", "VersionMismatch", "MustUnderstand", "DataEncodingUnknown", "Client")
_HOLDING = ("e1", "e2")
"""Claim status categories that some payers answer as the error code: system down, no answer in time."""


@dataclass(frozen=True, slots=True)
class Message:
    """An HTTP message's content."""

    content_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back over HTTP, read to its end."""

    status: int
    content_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault: code and subcodes without their prefixes."""

    code: str
    subcodes: tuple[str, ...] = ()


class BadAnswer(ValueError):
    """What came back is no answer to the question. Says which rule it breaks, never what it says."""


class Verdict(StrEnum):
    """What an answer amounts to."""

    TAKEN = "taken"
    REFUSED = "refused"
    """A no that asking again does not change; nothing was done."""
    NOT_TAKEN = "not_taken"
    """Certainly not looked at (no connection, too many requests); ask again later."""
    UNCLEAR = "unclear"
    """Silence, failure over there, or an answer that does not fit: it may or may not have been done."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict, in plain words without contents, and the envelope when it was taken."""

    verdict: Verdict
    reason: str = ""
    envelope: CoreEnvelope | None = None
    payload_id_refused: bool = False
    """It is the PayloadID that the payer will not have: unknown when asked for, perhaps known when sent again."""
    reached: bool = True


class Codec(ABC):
    """One way to carry envelopes over HTTP."""

    __slots__ = ()

    @abstractmethod
    def write(self, operation: Operation, envelope: CoreEnvelope) -> Message:
        """Return the request. Raises ValueError when this way cannot carry the payload."""

    @abstractmethod
    def read(self, operation: Operation, content_type: str, body: bytes) -> CoreEnvelope | Fault:
        """Return the answer. Raises BadAnswer."""


def judge(
    partner: CorePartner,
    codec: Codec,
    operation: Operation,
    asked: CoreEnvelope,
    answer: HttpAnswer,
    *,
    echo: bool,
) -> Outcome:
    """Return what the answer amounts to; ``echo``: whether it must bear the PayloadID asked."""
    if answer.status == _BUSY:
        return Outcome(Verdict.NOT_TAKEN, "the payer takes no more requests now (429)")
    try:
        told = codec.read(operation, answer.content_type, answer.body)
        if isinstance(told, Fault):
            return _judge_fault(told)
        failed = _judge_error(told)
        if failed:
            return failed
        if 200 <= answer.status < 300:
            check_answer(partner, asked, told, echo=echo)
            return Outcome(Verdict.TAKEN, envelope=told)
    except BadAnswer as bad:
        if 200 <= answer.status < 300:
            return Outcome(Verdict.UNCLEAR, f"the payer's answer was not accepted: {bad}")
    return _judge_status(answer.status)


def _judge_status(status: int) -> Outcome:
    if 400 <= status < 500 and status not in _UNDECIDED:
        return Outcome(Verdict.REFUSED, f"the payer refused with {status}")
    return Outcome(Verdict.UNCLEAR, f"the payer answered {status}")


def _judge_fault(fault: Fault) -> Outcome:
    if any(subcode in _REFUSING_SUBCODES for subcode in (fault.code, *fault.subcodes)):
        return Outcome(Verdict.REFUSED, "the payer refused our credentials (SOAP fault)")
    if fault.code in _REFUSING_FAULTS:
        return Outcome(Verdict.REFUSED, f"the payer refused the message (SOAP fault {fault.code})")
    return Outcome(Verdict.UNCLEAR, "the payer failed (SOAP fault)")


def _judge_error(told: CoreEnvelope) -> Outcome | None:
    """Return what the envelope's error amounts to; None when there is none."""
    error = read_error(told.error_code)
    if error.code is ErrorCode.SUCCESS and told.payload_type != ENVELOPE_ERROR:
        return None
    if not told.error_code and told.payload_type != ENVELOPE_ERROR:
        raise BadAnswer("no error code, not even Success")
    if error.code is ErrorCode.RECEIVER or told.error_code.strip().lower() in _HOLDING:
        return Outcome(Verdict.UNCLEAR, "the payer cannot process the message now (Receiver)")
    if error.field:
        words = {
            "Illegal": "holds a wrong value",
            "Required": "is missing",
            "NotUnderstood": "was not understood",
        }
        reason = f"the payer refused the envelope: {error.field} {words[str(error.fault)]}"
        refused = error.field == "PayloadID" and error.fault is FieldFault.ILLEGAL
        return Outcome(Verdict.REFUSED, reason, payload_id_refused=refused)
    known = str(error.code) if error.code else "an error code we do not know"
    return Outcome(Verdict.REFUSED, f"the payer refused the envelope: {known}")


def check_answer(partner: CorePartner, asked: CoreEnvelope, told: CoreEnvelope, *, echo: bool) -> None:
    """Hold a good answer against the question. Raises BadAnswer."""
    if echo and told.payload_id.lower() != asked.payload_id.lower():
        raise BadAnswer("another PayloadID than asked")
    if not told.payload_id:
        raise BadAnswer("no PayloadID")
    if told.receiver_id != partner.sender_id:
        raise BadAnswer("meant for another ReceiverID")
    if told.sender_id != partner.receiver_id:
        raise BadAnswer("from another SenderID")
    if told.processing_mode != asked.processing_mode:
        raise BadAnswer("another ProcessingMode than asked")
    if told.rule_version != partner.rule_version:
        raise BadAnswer("another CORERuleVersion than agreed")
    if told.payload is not None and told.processing_mode == "Batch":
        _check_payload(partner, told, told.payload)


def _check_payload(partner: CorePartner, told: CoreEnvelope, payload: bytes) -> None:
    if told.payload_length and told.payload_length != str(len(payload)):
        raise BadAnswer("PayloadLength does not fit the payload")
    if not told.check_sum and partner.answers_have_check_sum:
        raise BadAnswer("no CheckSum")
    if told.check_sum and told.check_sum.lower() != check_sum(payload):
        raise BadAnswer("CheckSum does not fit the payload")
