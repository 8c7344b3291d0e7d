"""What the sandbox payer does with each claim, as data: the payer's half of a synthetic practice.

A claim is recognised by its member id, first day of service and procedure codes, never by the patient
control number, which the sender mints anew. The three are hashed together, so the script itself holds no
identity beyond the wrong values it must recognise. A claim the script does not know is paid clean, so any
file works.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from revcycle.domain.claims.authorization import ReviewDecision
from revcycle.domain.claims.claim import Claim, Coverage

Json = dict[str, Any]

OVERTURNED, UPHELD = "overturned", "upheld"


def claim_key(member_id: str, service_date: date, procedure_codes: Iterable[str]) -> str:
    """Return the key under which the script knows a claim: stable over resubmission, blind to identity."""
    told = "|".join((member_id.upper(), service_date.isoformat(), *sorted(procedure_codes)))
    return "K" + hashlib.sha256(told.encode()).hexdigest()[:20]


def key_of(claim: Claim, coverage: Coverage) -> str:
    """Return the key of the claim as it goes to the payer of that coverage."""
    codes = (line.procedure_code or line.revenue_code for line in claim.lines)
    return claim_key(coverage.member_id, claim.service_date_from, codes)


def policy_key(payer_id: str, member_id: str) -> str:
    """Return the key of one policy at one payer."""
    return "P" + hashlib.sha256(f"{payer_id}|{member_id.upper()}".encode()).hexdigest()[:20]


def review_key(member_id: str, procedure_codes: Iterable[str]) -> str:
    """Return the key under which the script knows a request for prior authorization, blind to identity."""
    told = "|".join((member_id.upper(), *sorted(procedure_codes)))
    return "R" + hashlib.sha256(told.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value the payer will not take in a field of the claim (``diagnosis_codes[0]``)."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the payer treats one claim.

    ``rejection`` is the category and status (and entity) of the 277CA while a ``wrong`` value is there.
    ``denial_code`` and ``remark_code`` are the CO denial: while a ``wrong`` value is in the claim or, with no
    wrong value, until an appeal turns it. ``appeal_decisions`` go level by level; ``appeal_kind`` is the only
    kind of appeal heard, when stated. The patient's share is the deductible (at most what is allowed), then
    the copayment, then the coinsurance percentage of the rest. ``reversal_after_days`` counts from receipt;
    the claim is then repriced to ``repriced_percent`` of the first allowed amount. ``records_asked`` are LOINC
    codes: the payer asks for these records and does nothing until they come.
    """

    rejection: tuple[str, ...] = ()
    denial_code: str = ""
    remark_code: str = ""
    wrong: tuple[Wrong, ...] = ()
    appeal_decisions: tuple[str, ...] = ()
    appeal_kind: str = ""
    deductible_cents: int = 0
    copayment_cents: int = 0
    coinsurance_percent: int = 0
    silent: bool = False
    reversal_after_days: int = 0
    repriced_percent: int = 100
    records_asked: tuple[str, ...] = ()


PAID_CLEAN = Behaviour()


@dataclass(frozen=True, slots=True)
class ReviewBehaviour:
    """How the payer's review decides on one request for prior authorization (278).

    ``reasons`` are codes of HCR03; ``units_percent`` of what was asked is certified, for so many ``valid_days``.
    """

    decision: ReviewDecision = ReviewDecision.CERTIFIED
    reasons: tuple[str, ...] = ()
    units_percent: int = 100
    valid_days: int = 90


CERTIFIED = ReviewBehaviour()


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour, for ``count`` calls or items after the first ``skip`` of them.

    On calls, where ``target`` is a path (``/batch``) or ``sftp``: ``server_error`` (answers ``status``),
    ``slow_answer`` (waits ``hang_seconds``, then works) and ``timeout_after_accept`` (works, then hangs so long).
    On SFTP also ``drop_before_rename``, ``drop_after_rename``, ``truncated_download`` and ``changed_host_key``.
    On ``/core/soap`` and ``/core/mime`` also ``unauthorized`` and ``version_mismatch`` (refuse unread), and
    ``wrong_payload_id`` and ``wrong_checksum`` (work, then answer so).

    On items, where ``target`` is a mailbox kind (``835``): ``duplicate_item`` (comes again), ``late_item`` (comes
    only ``hours`` later), ``dialect_item`` (written in the ``dialect``); and ``truncated_item``, ``wrong_trailer``
    and ``wrong_reference``, after which the right file comes ``hours`` later, or never when that is 0.
    """

    kind: str
    target: str
    count: int = 1
    skip: int = 0
    hang_seconds: float = 30.0
    status: int = 503
    hours: float = 0.0
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Weeks in which nothing comes: what falls due from the first day on comes when so many days have passed."""

    first_day: date
    days: int


MILD_FAULTS = (
    Fault("server_error", "/realtime", count=2, skip=40),
    Fault("server_error", "/mailbox", count=3, skip=20),
    Fault("duplicate_item", "835", count=2, skip=3),
)
"""Bad days of an ordinary payer: what a sound practice takes without anyone noticing."""


@dataclass(frozen=True, slots=True)
class PayerScript:
    """All the payer knows beforehand.

    ``allowed_percent`` is by payer id; ``inactive`` and ``unknown`` hold policy keys. An appeal is decided
    ``appeal_days_min`` to ``appeal_days_max`` days after it came, a claim is paid ``payment_days_min`` to
    ``payment_days_max`` days after. A ``same_day`` payer
    acknowledges within the hour, not the next morning, and remits when the claim falls due, not at 8.
    """

    seed: int = 0
    claims: Mapping[str, Behaviour] = field(default_factory=dict)
    allowed_percent: Mapping[str, int] = field(default_factory=dict)
    inactive: Set[str] = frozenset()
    unknown: Set[str] = frozenset()
    appeal_days_min: int = 30
    appeal_days_max: int = 40
    payment_days_min: int = 10
    payment_days_max: int = 18
    same_day: bool = False
    faults: tuple[Fault, ...] = ()
    silences: tuple[Silence, ...] = ()
    reviews: Mapping[str, ReviewBehaviour] = field(default_factory=dict)

    def review(self, key: str) -> ReviewBehaviour:
        """Return what is decided on the request for prior authorization with that key."""
        return self.reviews.get(key, CERTIFIED)

    def behaviour(self, key: str) -> Behaviour:
        """Return what happens to the claim with that key."""
        return self.claims.get(key, PAID_CLEAN)

    def with_faults(self, *faults: Fault) -> "PayerScript":
        """Return the same script with these misbehaviours instead of its own."""
        return replace(self, faults=faults)

    def beside(self, *others: "PayerScript") -> "PayerScript":
        """Return the same script with what the others know of claims and policies."""
        claims, inactive, unknown = dict(self.claims), set(self.inactive), set(self.unknown)
        for other in others:
            claims |= other.claims
            inactive |= other.inactive
            unknown |= other.unknown
        return replace(self, claims=claims, inactive=frozenset(inactive), unknown=frozenset(unknown))

    def to_json(self) -> str:
        """Return the script as JSON text."""
        told = {
            "seed": self.seed,
            "claims": {key: _without_defaults(behaviour) for key, behaviour in self.claims.items()},
            "allowed_percent": dict(self.allowed_percent),
            "inactive": sorted(self.inactive),
            "unknown": sorted(self.unknown),
            "appeal_days_min": self.appeal_days_min,
            "appeal_days_max": self.appeal_days_max,
            "payment_days_min": self.payment_days_min,
            "payment_days_max": self.payment_days_max,
            "same_day": self.same_day,
            "faults": [asdict(fault) for fault in self.faults],
            "silences": [asdict(silence) for silence in self.silences],
            "reviews": {key: asdict(review) for key, review in self.reviews.items()},
        }
        return json.dumps(told, indent=1, sort_keys=True, default=date.isoformat)

    @classmethod
    def from_json(cls, text: str) -> "PayerScript":
        """Read what to_json wrote. Raises ValueError, KeyError or TypeError for anything else."""
        told: Json = json.loads(text)
        return cls(
            seed=told["seed"],
            claims={key: _behaviour(entry) for key, entry in told["claims"].items()},
            allowed_percent=told["allowed_percent"],
            inactive=frozenset(told["inactive"]),
            unknown=frozenset(told["unknown"]),
            appeal_days_min=told["appeal_days_min"],
            appeal_days_max=told["appeal_days_max"],
            payment_days_min=told["payment_days_min"],
            payment_days_max=told["payment_days_max"],
            same_day=told["same_day"],
            faults=tuple(Fault(**fault) for fault in told["faults"]),
            silences=tuple(
                Silence(date.fromisoformat(one["first_day"]), one["days"]) for one in told.get("silences", ())
            ),
            reviews={key: _review(entry) for key, entry in told.get("reviews", {}).items()},
        )


def _without_defaults(behaviour: Behaviour) -> Json:
    plain = asdict(PAID_CLEAN)
    return {name: value for name, value in asdict(behaviour).items() if value != plain[name]}


def _behaviour(entry: Json) -> Behaviour:
    told = dict(entry)
    told["wrong"] = tuple(Wrong(**wrong) for wrong in told.get("wrong", ()))
    told["rejection"] = tuple(told.get("rejection", ()))
    told["appeal_decisions"] = tuple(told.get("appeal_decisions", ()))
    told["records_asked"] = tuple(told.get("records_asked", ()))
    return Behaviour(**told)


def _review(entry: Json) -> ReviewBehaviour:
    decision = ReviewDecision(entry["decision"])
    return ReviewBehaviour(decision, tuple(entry["reasons"]), entry["units_percent"], entry["valid_days"])
