"""What is agreed with one CAQH CORE partner: where, who, by which rule version, and under which payload types.

The defaults are vC2.2.0's, the version federal law adopts (45 CFR 162.1203). Partners that speak Phase IV say 4.0.0 and
use another namespace; companion guides also name payload types of their own, so each of these is a setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from revcycle.payers.core.envelope import RECEIPT_CONFIRMATION, Operation
from revcycle.payers.gateway import Capabilities

NAMESPACE = "http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd"
RULE_VERSION = "2.2.0"

REQUEST_TYPES: Mapping[str, str] = {
    "270": "X12_270_Request_005010X279A1",
    "276": "X12_276_Request_005010X212",
    "278": "X12_278_Request_005010X217E1_2",
    "837P": "X12_837_Request_005010X222A1",
    "837I": "X12_837_Request_005010X223A1_2",
    "837D": "X12_837_Request_005010X224A1_2",
    "275": "X12_275_Request_005010X210",
}
"""What we send, by transaction. 275 follows the pattern of the others; no published table has it."""

RESPONSE_TYPES: Mapping[str, str] = {
    "270": "X12_271_Response_005010X279A1",
    "276": "X12_277_Response_005010X212",
    "278": "X12_278_Response_005010X217E1_2",
}
"""What answers in real time, by transaction asked."""

REFUSED_TYPES = ("X12_999_Response", "X12_TA1_Response")
"""How the payload type begins when the payer could not read the inquiry: an acknowledgment in place of an answer."""

PROOF_TYPE = "X12_999_RetrievalRequest_005010X231A1"
"""Asks for the 999 of one submitted batch, by that batch's PayloadID."""


@dataclass(frozen=True, slots=True)
class Pickup:
    """One queue of files waiting at the payer: the conversation and payload type that ask for the next of them."""

    operation: Operation
    payload_type: str


PICKUPS = (
    Pickup(Operation.BATCH_SUBMIT_ACK_RETRIEVAL, "X12_005010_Request_Acks"),
    Pickup(Operation.BATCH_RESULTS_RETRIEVAL, "X12_005010_Request_BatchResultsMixed"),
)
"""Acknowledgments (TA1, 999, 277CA), then results (277, 835). A payer of vC2.2.0's letter has one type a file kind."""


CAPABILITIES = Capabilities(
    real_time=frozenset({"270", "276", "278"}), batch=frozenset({"837P", "837I", "837D"})
)


@dataclass(frozen=True, slots=True)
class CorePartner:
    """The settings of one connection. ``sender_id`` is ours, ``receiver_id`` the payer's.

    Who we are is proved by user name and password or by a client certificate (PEM files), as agreed. Passwords are
    never shown. ``answers_echo_payload_id``: whether the answer to an inquiry or submission bears its PayloadID;
    ``answers_have_check_sum``: whether a batch payload without CheckSum is refused. ``receipt_type`` confirms a file.
    """

    url: str
    sender_id: str
    receiver_id: str
    user_name: str = ""
    password: str = field(default="", repr=False)
    certificate_file: str = ""
    private_key_file: str = ""
    rule_version: str = RULE_VERSION
    namespace: str = NAMESPACE
    request_types: Mapping[str, str] = field(default_factory=dict)
    """Payload types that differ from REQUEST_TYPES."""
    pickups: tuple[Pickup, ...] = PICKUPS
    proof_type: str = PROOF_TYPE
    receipt_type: str = RECEIPT_CONFIRMATION
    answers_echo_payload_id: bool = True
    answers_have_check_sum: bool = True
    capabilities: Capabilities = CAPABILITIES

    def request_type(self, transaction: str) -> str:
        """Return the payload type under which the partner takes the transaction. Raises KeyError."""
        return self.request_types.get(transaction) or REQUEST_TYPES[transaction]
