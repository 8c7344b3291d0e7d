"""The payer's desk for CAQH CORE envelopes, however they come: checks the envelope, then does what is asked.

Every answer carries an error code, Success or not, and comes with HTTP 200, as payers do. Only X12 goes over this desk:
bank files and appeal decisions wait in the mailbox for another way.
"""

import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from revcycle.edi.wire.envelope import CannotWrite, NotX12
from revcycle.payers.core.envelope import (
    ENVELOPE_ERROR,
    RECEIPT_CONFIRMATION,
    SUCCESS,
    CoreEnvelope,
    Operation,
    ProcessingMode,
    check_sum,
    is_payload_id,
    read_time_stamp,
    time_stamp,
)
from revcycle.sandbox.payer.desks.realtime import NotAnInquiry
from revcycle.sandbox.payer.intake import NotClaims
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.payment_run import SANDBOX_ID

RULE_VERSION = "2.2.0"
USER_NAME = "revcycle"
_FILE_IDS = "c04ec04e-0000-5000-8000-"
_ACKNOWLEDGMENTS = frozenset({"TA1", "999", "277CA"})
_QUEUES = {
    "X12_005010_Request_Acks": _ACKNOWLEDGMENTS,
    "X12_005010_Request_BatchResultsMixed": frozenset({"835", "277", "271", "278"}),
    "X12_005010_Request_Batch_Results_271": frozenset({"271"}),
    "X12_005010_Request_Batch_Results_277": frozenset({"277"}),
    "X12_835_Request_005010X221A1": frozenset({"835"}),
}
_PROOFS = frozenset({"X12_999_RetrievalRequest_005010X231A1", "X12_TA1_RetrievalRequest_00501X231A1"})
_FILE_TYPES = {
    "TA1": "X12_TA1_Response_00501X231A1",
    "999": "X12_999_Response_005010X231A1",
    "277CA": "X12_277CA_Response_005010X214",
    "835": "X12_835_Response_005010X221A1",
    "271": "X12_271_Response_005010X279A1",
    "277": "X12_277_Response_005010X212",
    "278": "X12_278_Response_005010X217E1_2",
}
_ANSWERS = {"270": _FILE_TYPES["271"], "276": _FILE_TYPES["277"], "278": _FILE_TYPES["278"]}
_REQUIRED = (
    "PayloadType",
    "ProcessingMode",
    "PayloadID",
    "TimeStamp",
    "SenderID",
    "ReceiverID",
    "CORERuleVersion",
)


class EnvelopeRefused(ValueError):
    """The envelope or its payload is not taken; the text is the error code."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the caller says it is."""

    user_name: str
    password: str


class CoreDesk:
    """One payer's desk; ``password`` is what USER_NAME must give."""

    def __init__(self, office: Office, password: str) -> None:
        """Work over the office."""
        self._office = office
        self._password = password
        self._handed: dict[str, str] = {}
        self._work: dict[Operation, Callable[[CoreEnvelope, datetime], CoreEnvelope]] = {
            Operation.REAL_TIME: self._real_time,
            Operation.BATCH_SUBMIT: self._submit,
            Operation.BATCH_SUBMIT_ACK_RETRIEVAL: self._retrieve_acknowledgment,
            Operation.BATCH_RESULTS_RETRIEVAL: self._retrieve,
            Operation.BATCH_RESULTS_ACK_SUBMIT: self._confirm,
        }

    def answer(
        self, operation: Operation, asked: CoreEnvelope, credentials: Credentials, path: str
    ) -> CoreEnvelope:
        """Do what is asked, unless the script spoils it for that path, and say so."""
        try:
            at = self._check(operation, asked, credentials, path)
            with self._office.book.transaction():
                now = self._office.advance(at)
                told = self._work[operation](asked, now)
        except (NotX12, NotClaims, NotAnInquiry, CannotWrite):
            return self.refuse(operation, asked, "PayloadIllegal")
        except EnvelopeRefused as refused:
            return self.refuse(operation, asked, str(refused))
        return self._spoil(told, path)

    def refuse(self, operation: Operation, asked: CoreEnvelope, code: str) -> CoreEnvelope:
        """Return a refusal with that error code."""
        now = self._office.book.now()
        return CoreEnvelope(
            payload_type=ENVELOPE_ERROR,
            processing_mode=operation.mode,
            payload_id=_printable(asked.payload_id),
            time_stamp=time_stamp(now) if now else _printable(asked.time_stamp),
            sender_id=SANDBOX_ID,
            receiver_id=_printable(asked.sender_id),
            rule_version=RULE_VERSION,
            error_code=code,
            error_message=f"the payer does not take it: {code}",
        )

    def _check(
        self, operation: Operation, asked: CoreEnvelope, credentials: Credentials, path: str
    ) -> datetime:
        given = dict(asked.head())
        for name in _REQUIRED:
            if not given.get(name):
                raise EnvelopeRefused(f"{name}Required")
        if asked.rule_version != RULE_VERSION or self._office.faults.strikes("version_mismatch", path):
            raise EnvelopeRefused("VersionMismatch")
        self._authenticate(credentials, path)
        at = read_time_stamp(asked.time_stamp)
        wrong = {
            "ProcessingMode": asked.processing_mode != operation.mode,
            "PayloadID": not is_payload_id(asked.payload_id),
            "TimeStamp": at is None,
            "SenderID": asked.sender_id != _printable(asked.sender_id),
            "ReceiverID": asked.receiver_id != SANDBOX_ID,
            "PayloadLength": bool(asked.payload_length)
            and asked.payload_length != str(len(asked.payload or b"")),
        }
        for name, is_wrong in wrong.items():
            if is_wrong:
                raise EnvelopeRefused(f"{name}Illegal")
        self._check_sum(asked)
        assert at is not None
        return at

    def _authenticate(self, credentials: Credentials, path: str) -> None:
        known = hmac.compare_digest(credentials.password.encode(), self._password.encode())
        if (
            not known
            or credentials.user_name != USER_NAME
            or self._office.faults.strikes("unauthorized", path)
        ):
            raise EnvelopeRefused("UnAuthorized")

    def _check_sum(self, asked: CoreEnvelope) -> None:
        if asked.processing_mode != ProcessingMode.BATCH or asked.payload is None:
            return
        if not asked.check_sum:
            raise EnvelopeRefused("CheckSumRequired")
        if asked.check_sum.lower() != check_sum(asked.payload):
            raise EnvelopeRefused("ChecksumMismatched")

    def _real_time(self, asked: CoreEnvelope, now: datetime) -> CoreEnvelope:
        parts = asked.payload_type.split("_")
        if len(parts) < 4 or parts[1] not in _ANSWERS:
            raise EnvelopeRefused("PayloadTypeIllegal")
        answer = self._office.realtime.answer(asked.payload or b"", now)
        return self._reply(asked, now, _ANSWERS[parts[1]], answer)

    def _submit(self, asked: CoreEnvelope, now: datetime) -> CoreEnvelope:
        """Take the batch in, once for each PayloadID."""
        if not asked.payload_type.startswith("X12_"):
            raise EnvelopeRefused("PayloadTypeIllegal")
        if asked.payload is None:
            raise EnvelopeRefused("PayloadRequired")
        key = f"core {asked.payload_id.lower()}"
        if self._office.receipt(key) is None:
            self._office.intake.take(asked.payload, now)
            self._office.give_receipt(key)
        return self._reply(asked, now, RECEIPT_CONFIRMATION)

    def _retrieve_acknowledgment(self, asked: CoreEnvelope, now: datetime) -> CoreEnvelope:
        """By a batch's PayloadID say that it is here; otherwise give the next acknowledgment."""
        if asked.payload_type not in _PROOFS:
            return self._retrieve(asked, now)
        if self._office.receipt(f"core {asked.payload_id.lower()}") is None:
            raise EnvelopeRefused("PayloadIDIllegal")
        return self._reply(asked, now, RECEIPT_CONFIRMATION)

    def _retrieve(self, asked: CoreEnvelope, now: datetime) -> CoreEnvelope:
        """Give the file with that PayloadID; to a PayloadID of no file give the one after the last given."""
        kinds = _QUEUES.get(asked.payload_type)
        if kinds is None:
            raise EnvelopeRefused("PayloadTypeIllegal")
        waiting = sorted(i.id for i in self._office.mailbox.due(now, asked.sender_id) if i.kind in kinds)
        item_id = _item_id(asked.payload_id)
        if item_id is None:
            last = self._handed.get(asked.payload_type, "")
            item_id = next((one for one in waiting if one > last), waiting[0] if waiting else "")
            self._handed[asked.payload_type] = item_id
        elif item_id not in waiting:
            raise EnvelopeRefused("PayloadIDIllegal")
        found = self._office.mailbox.read(item_id)
        if found is None:
            none = "X12_NoBatchAckFile" if kinds is _ACKNOWLEDGMENTS else "X12_NoBatchResultsFile"
            return self._reply(asked, now, none)
        kind, body = found
        return replace(self._reply(asked, now, _FILE_TYPES[kind], body), payload_id=_file_id(item_id))

    def _confirm(self, asked: CoreEnvelope, now: datetime) -> CoreEnvelope:
        """Take the file whose receipt is confirmed out of the mailbox."""
        item_id = _item_id(asked.payload_id)
        if item_id is None or not self._office.mailbox.delete(item_id):
            raise EnvelopeRefused("PayloadIDIllegal")
        return self._reply(asked, now, RECEIPT_CONFIRMATION)

    def _reply(
        self, asked: CoreEnvelope, now: datetime, payload_type: str, payload: bytes | None = None
    ) -> CoreEnvelope:
        summed = payload if asked.processing_mode == ProcessingMode.BATCH else None
        return CoreEnvelope(
            payload_type=payload_type,
            processing_mode=asked.processing_mode,
            payload_id=asked.payload_id,
            time_stamp=time_stamp(now),
            sender_id=SANDBOX_ID,
            receiver_id=asked.sender_id,
            rule_version=RULE_VERSION,
            payload=payload,
            payload_length="" if summed is None else str(len(summed)),
            check_sum="" if summed is None else check_sum(summed),
            error_code=SUCCESS,
        )

    def _spoil(self, told: CoreEnvelope, path: str) -> CoreEnvelope:
        """Misbehave as the script asks: name another payload, or sum it wrongly."""
        if self._office.faults.strikes("wrong_payload_id", path):
            told = replace(told, payload_id=str(uuid.UUID(int=0)))
        if told.check_sum and self._office.faults.strikes("wrong_checksum", path):
            told = replace(told, check_sum="0" * 40)
        return told


def _printable(text: str) -> str:
    """Return what an answer may repeat of a question: no line ends, nothing that XML cannot carry."""
    return "".join(character for character in text if character.isprintable())


def _file_id(item_id: str) -> str:
    return f"{_FILE_IDS}{int(item_id.removeprefix('M')):012d}"


def _item_id(payload_id: str) -> str | None:
    """Return the mailbox item with that PayloadID; None when the PayloadID is of no file."""
    if not payload_id.lower().startswith(_FILE_IDS):
        return None
    number = payload_id[len(_FILE_IDS) :]
    return f"M{int(number):07d}" if number.isdecimal() else None
