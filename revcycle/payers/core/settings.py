"""How a CORE partner is defined in the file of connections: the table ``[connection.core]``, all of it optional."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from revcycle.payers.core.envelope import RECEIPT_CONFIRMATION
from revcycle.payers.core.partner import (
    CAPABILITIES,
    NAMESPACE,
    PICKUPS,
    PROOF_TYPE,
    RULE_VERSION,
    CorePartner,
    Pickup,
)
from revcycle.payers.gateway import Capabilities


@dataclass(frozen=True, slots=True)
class CoreSettings:
    """What a partner's companion guide may say; the defaults are vC2.2.0's.

    ``sender_id`` and ``receiver_id`` are those of the envelope when they differ from those of the X12 file.
    ``certificate_file`` is our client certificate (PEM; its key is the connection's key_file), ``trusted_file`` the
    partner's authority when no public one vouches for it. ``real_time`` and ``batch`` are what it takes. The other
    names are CorePartner's.
    """

    sender_id: str = ""
    receiver_id: str = ""
    certificate_file: Path | None = None
    trusted_file: Path | None = None
    rule_version: str = RULE_VERSION
    namespace: str = NAMESPACE
    request_types: Mapping[str, str] = field(default_factory=dict)
    pickups: tuple[Pickup, ...] = PICKUPS
    proof_type: str = PROOF_TYPE
    receipt_type: str = RECEIPT_CONFIRMATION
    answers_echo_payload_id: bool = True
    answers_have_check_sum: bool = True
    real_time: frozenset[str] = CAPABILITIES.real_time
    batch: frozenset[str] = CAPABILITIES.batch
    batch_seconds: float = 60.0

    def partner(self, url: str, names: tuple[str, str], login: tuple[str, str, Path | None]) -> CorePartner:
        """Return the partner at that URL.

        ``names`` are our id and theirs in the X12 file, ``login`` is user name, password and private key.
        """
        sender_id, receiver_id = names
        user_name, password, key_file = login
        return CorePartner(
            url=url,
            sender_id=self.sender_id or sender_id,
            receiver_id=self.receiver_id or receiver_id,
            user_name=user_name,
            password=password,
            certificate_file=str(self.certificate_file or ""),
            private_key_file=str(key_file or ""),
            rule_version=self.rule_version,
            namespace=self.namespace,
            request_types=self.request_types,
            pickups=self.pickups,
            proof_type=self.proof_type,
            receipt_type=self.receipt_type,
            answers_echo_payload_id=self.answers_echo_payload_id,
            answers_have_check_sum=self.answers_have_check_sum,
            capabilities=Capabilities(self.real_time, self.batch),
        )
