"""The CORE envelopes that tests compare with: the rule's examples, with other ids."""

from revcycle.payers.core.envelope import CoreEnvelope, check_sum, read_envelope
from revcycle.payers.core.partner import CorePartner

PARTNER = CorePartner("https://payer.test/core", "OURS", "THEIRS", "user<1>", "p&ss")
NAMESPACE = "http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
ID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
X12 = b"ISA*00*~ST*270*0001~NM1*1P*2*SMITH & <SONS>~IEA*1*1~"
HEAD = (
    ("PayloadType", "X12_270_Request_005010X279A1"),
    ("ProcessingMode", "RealTime"),
    ("PayloadID", ID),
    ("TimeStamp", "2007-08-30T10:20:34Z"),
    ("SenderID", "OURS"),
    ("ReceiverID", "THEIRS"),
    ("CORERuleVersion", "2.2.0"),
)
"""The real-time example of the rule and of published partners, in its order, with other ids."""
BATCH_HEAD = (
    ("PayloadType", "X12_837_Request_005010X222A1"),
    ("ProcessingMode", "Batch"),
    ("PayloadID", ID),
    ("PayloadLength", "52"),
    ("TimeStamp", "2007-08-30T10:20:34Z"),
    ("SenderID", "OURS"),
    ("ReceiverID", "THEIRS"),
    ("CORERuleVersion", "2.2.0"),
    ("CheckSum", check_sum(X12)),
)


def an_envelope(head: tuple[tuple[str, str], ...], payload: bytes | None = X12) -> CoreEnvelope:
    """The envelope of these fields."""
    return read_envelope(dict(head), payload)
