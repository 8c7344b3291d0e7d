"""The CAQH CORE message envelope: its fields, its five conversations, its identifiers and its error codes.

Source: CAQH CORE Connectivity Rule vC2.2.0 (Phase II CORE 270), section 4; the names of elements and operations are
those of its WSDL. Both ways to carry an envelope, SOAP and MIME multipart, use these types.
"""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

_NAMES = uuid.UUID("6f1c2f0e-5d0b-5c1e-9a53-2c1a8d1d7c40")
"""Namespace of our PayloadIDs; a changed one would make payers take repeated deliveries for new ones."""

SUCCESS = "Success"
ENVELOPE_ERROR = "CoreEnvelopeError"
RECEIPT_CONFIRMATION = "X12_BatchReceiptConfirmation"
_NOTHING_WAITS = ("NoBatchResultsFile", "NoBatchAckFile")


class ProcessingMode(StrEnum):
    """How the payer treats the payload: answered at once, or taken in and answered later."""

    REAL_TIME = "RealTime"
    BATCH = "Batch"


class Operation(StrEnum):
    """One conversation of the rule, named as in the WSDL; the name is also the SOAP action."""

    REAL_TIME = "RealTimeTransaction"
    BATCH_SUBMIT = "BatchSubmitTransaction"
    BATCH_SUBMIT_ACK_RETRIEVAL = "BatchSubmitAckRetrievalTransaction"
    BATCH_RESULTS_RETRIEVAL = "BatchResultsRetrievalTransaction"
    BATCH_RESULTS_ACK_SUBMIT = "BatchResultsAckSubmitTransaction"

    @property
    def mode(self) -> ProcessingMode:
        """RealTime for the one, Batch for the others."""
        return ProcessingMode.REAL_TIME if self is Operation.REAL_TIME else ProcessingMode.BATCH

    @property
    def request_element(self) -> str:
        """The element in the SOAP body that asks."""
        return _ELEMENTS[self][0]

    @property
    def response_element(self) -> str:
        """The element in the SOAP body that answers."""
        return _ELEMENTS[self][1]


_ELEMENTS = {
    Operation.REAL_TIME: ("COREEnvelopeRealTimeRequest", "COREEnvelopeRealTimeResponse"),
    Operation.BATCH_SUBMIT: ("COREEnvelopeBatchSubmission", "COREEnvelopeBatchSubmissionResponse"),
    Operation.BATCH_SUBMIT_ACK_RETRIEVAL: (
        "COREEnvelopeBatchSubmissionAckRetrievalRequest",
        "COREEnvelopeBatchSubmissionAckRetrievalResponse",
    ),
    Operation.BATCH_RESULTS_RETRIEVAL: (
        "COREEnvelopeBatchResultsRetrievalRequest",
        "COREEnvelopeBatchResultsRetrievalResponse",
    ),
    Operation.BATCH_RESULTS_ACK_SUBMIT: (
        "COREEnvelopeBatchResultsAckSubmission",
        "COREEnvelopeBatchResultsAckSubmissionResponse",
    ),
}


@dataclass(frozen=True, slots=True)
class CoreEnvelope:
    """One envelope as it is on the wire; times and numbers are still text when it was read.

    ``payload`` is None when there is none; ``payload_length`` (bytes) and ``check_sum`` (SHA-1, hex) belong to a batch
    with a payload. ``error_code`` and ``error_message`` stand in answers only. The payload is never shown.
    """

    payload_type: str
    processing_mode: str
    payload_id: str
    time_stamp: str
    sender_id: str
    receiver_id: str
    rule_version: str
    payload: bytes | None = field(default=None, repr=False)
    payload_length: str = ""
    check_sum: str = ""
    error_code: str = ""
    error_message: str = field(default="", repr=False)

    @property
    def nothing_waits(self) -> bool:
        """Whether the answer says that there is no such file; vC2.2.0 and vC3.1.0 spell it differently."""
        return self.payload_type.endswith(_NOTHING_WAITS)

    def head(self) -> tuple[tuple[str, str], ...]:
        """Return the fields before the payload, in the rule's order, without those that are absent."""
        fields = (
            ("PayloadType", self.payload_type),
            ("ProcessingMode", self.processing_mode),
            ("PayloadID", self.payload_id),
            ("PayloadLength", self.payload_length),
            ("TimeStamp", self.time_stamp),
            ("SenderID", self.sender_id),
            ("ReceiverID", self.receiver_id),
            ("CORERuleVersion", self.rule_version),
            ("CheckSum", self.check_sum),
        )
        return tuple((name, value) for name, value in fields if value)

    def tail(self) -> tuple[tuple[str, str], ...]:
        """Return the fields after the payload; both stand in every answer, even when there is no message."""
        if not self.error_code:
            return ()
        return (("ErrorCode", self.error_code), ("ErrorMessage", self.error_message))


def read_envelope(fields: dict[str, str], payload: bytes | None) -> CoreEnvelope:
    """Return the envelope with these fields; what is missing is empty."""
    return CoreEnvelope(
        payload_type=fields.get("PayloadType", ""),
        processing_mode=fields.get("ProcessingMode", ""),
        payload_id=fields.get("PayloadID", ""),
        time_stamp=fields.get("TimeStamp", ""),
        sender_id=fields.get("SenderID", ""),
        receiver_id=fields.get("ReceiverID", ""),
        rule_version=fields.get("CORERuleVersion", ""),
        payload=payload,
        payload_length=fields.get("PayloadLength", ""),
        check_sum=fields.get("CheckSum", ""),
        error_code=fields.get("ErrorCode", ""),
        error_message=fields.get("ErrorMessage", ""),
    )


def payload_id(*told: str) -> str:
    """Return the UUID that stands for these words: the same words give the same PayloadID, today and next year."""
    return str(uuid.uuid5(_NAMES, "|".join(told)))


def is_payload_id(text: str) -> bool:
    """Tell whether the text is a UUID in its usual form (RFC 4122), as the rule wants a PayloadID."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def time_stamp(at: datetime) -> str:
    """Return the instant as the rule writes it: UTC, whole seconds, ``2026-03-02T15:04:05Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_time_stamp(text: str) -> datetime | None:
    """Return the instant, UTC; a stamp without zone is UTC by the rule. None when it is no time."""
    try:
        told = datetime.fromisoformat(text.strip())
        return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def check_sum(payload: bytes) -> str:
    """Return the payload's CheckSum: SHA-1 in hexadecimal, over the bytes before any transfer encoding."""
    return hashlib.sha1(payload, usedforsecurity=False).hexdigest()


class ErrorCode(StrEnum):
    """The error codes of the rule that stand for themselves; the others name a field (``PayloadIDIllegal``)."""

    SUCCESS = SUCCESS
    SENDER = "Sender"
    """The message is wrong in a way no other code says."""
    RECEIVER = "Receiver"
    """The payer could not process the message, through no fault of it: ask again later."""
    UNAUTHORIZED = "UnAuthorized"
    VERSION_MISMATCH = "VersionMismatch"
    CHECKSUM_MISMATCHED = "ChecksumMismatched"


class FieldFault(StrEnum):
    """What is wrong with the field that an error code begins with."""

    ILLEGAL = "Illegal"
    REQUIRED = "Required"
    NOT_UNDERSTOOD = "NotUnderstood"


FIELDS = (
    "PayloadType",
    "ProcessingMode",
    "PayloadID",
    "PayloadLength",
    "TimeStamp",
    "SenderID",
    "ReceiverID",
    "CORERuleVersion",
    "CheckSum",
    "Payload",
    "UserName",
    "Password",
)


@dataclass(frozen=True, slots=True)
class CoreError:
    """An error code, read: ``code`` for the six, ``field`` and ``fault`` for a field's, nothing for a stranger."""

    code: ErrorCode | None = None
    field: str = ""
    fault: FieldFault | None = None


def read_error(text: str) -> CoreError:
    """Read an error code; capitals do not matter, since payers differ in them."""
    told = text.strip().lower()
    for code in ErrorCode:
        if told == code.lower():
            return CoreError(code)
    for name in FIELDS:
        for fault in FieldFault:
            if told == f"{name}{fault}".lower():
                return CoreError(field=name, fault=fault)
    return CoreError()
