"""Policies over HTTP: which row counts, why, and the practice's own rows, dated and never overwritten."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from msgspec import Meta

from revcycle.access.roles import Permission
from revcycle.api.asked import Text
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, RefusalCode, bad_input
from revcycle.api.guard import Endpoint
from revcycle.db.practice import policies
from revcycle.db.practice.policies import FACT_OF, NoSuchPolicy, PolicyKind
from revcycle.domain.dated_policy import DatedPolicy
from revcycle.domain.exchange.policy import PayerPolicy
from revcycle.domain.patients.patient_policy import PatientPolicy, StateRule
from revcycle.domain.patients.poverty_guideline import PovertyGuideline
from revcycle.effects.practice import policies as effects
from revcycle.effects.practice.policies import OF_THE_CHANGE, PolicyChange, all_names, counting, known_scope
from revcycle.rules.dated_policy import in_force

P = TypeVar("P", bound=DatedPolicy)


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One row as it is listed. ``from_whom`` says in words whose rule it is."""

    reference: str
    scope: str
    from_whom: str
    effective_from: date
    effective_to: date | None
    source: str
    as_of: date
    confidence: str


@dataclass(frozen=True, slots=True)
class PolicyList:
    """The rows that count on a day, one a scope."""

    on: date
    policies: tuple[PolicyLine, ...]


@dataclass(frozen=True, slots=True)
class PayerPolicyShown:
    """The clocks and ladder of a payer that count, or the row that a reference names, whole."""

    reference: str
    from_whom: str
    policy: PayerPolicy


@dataclass(frozen=True, slots=True)
class PatientPolicyShown:
    """The practice's policy toward patients that counts, or the row that a reference names, whole."""

    reference: str
    from_whom: str
    policy: PatientPolicy


@dataclass(frozen=True, slots=True)
class StateRuleShown:
    """The rule of a state that counts, or the row that a reference names, whole."""

    reference: str
    from_whom: str
    policy: StateRule


@dataclass(frozen=True, slots=True)
class PovertyGuidelineShown:
    """The poverty guideline that counts, or the row that a reference names, whole."""

    reference: str
    from_whom: str
    policy: PovertyGuideline


@dataclass(frozen=True, slots=True)
class WrittenPolicy:
    """A row with who wrote it, when and why."""

    row: PolicyLine
    cause: str
    actor: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PolicyHistory:
    """Every row of a scope, oldest first."""

    scope: str
    rows: tuple[WrittenPolicy, ...]


@dataclass(frozen=True, slots=True)
class PolicyDayQuery:
    """What counts on a day; today when left out."""

    on: date | None = None


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The practice's own row: what counts on its first day (today when left out), with ``changes``.

    ``changes`` are fields and their values; a value inside a list is named by its place, from 1
    (``appeal_levels.1.file_days``). With ``dry_run`` nothing is written.
    """

    source: Text
    changes: Annotated[dict[str, Any], Meta(description="fields and their values")] = field(
        default_factory=dict
    )
    effective_from: date | None = None
    effective_to: date | None = None
    as_of: date | None = None
    confidence: str = ""
    dry_run: bool = False


def list_policies(call: Call, query: PolicyDayQuery) -> PolicyList:
    """Return the policies of a kind that count on a day, one for each scope."""
    kind, on = _kind(call), query.on or call.at.date()
    by_scope: dict[str, list[DatedPolicy]] = {}
    with call.office.db.read() as tx:
        for row in policies.rows(tx, FACT_OF[kind]):
            by_scope.setdefault(row.scope, []).append(row)
    found = (in_force(rows, on) for rows in by_scope.values())
    return PolicyList(on, tuple(_line(row) for row in found if row is not None))


def show_payer_policy(call: Call, query: PolicyDayQuery) -> PayerPolicyShown:
    """Return a payer's policy that counts for a scope on a day, or the row that a decision's reference names."""
    found = _found(call, query, PolicyKind.PAYER, PayerPolicy)
    return PayerPolicyShown(found.reference, found.from_whom, found)


def show_patient_policy(call: Call, query: PolicyDayQuery) -> PatientPolicyShown:
    """Return the policy toward patients that counts on a day, or the row that a decision's reference names."""
    found = _found(call, query, PolicyKind.PATIENT, PatientPolicy)
    return PatientPolicyShown(found.reference, found.from_whom, found)


def show_state_rule(call: Call, query: PolicyDayQuery) -> StateRuleShown:
    """Return a state's rule that counts on a day, or the row that a decision's reference names."""
    found = _found(call, query, PolicyKind.STATE, StateRule)
    return StateRuleShown(found.reference, found.from_whom, found)


def show_poverty_guideline(call: Call, query: PolicyDayQuery) -> PovertyGuidelineShown:
    """Return the poverty guideline that counts on a day, or the row that a decision's reference names."""
    found = _found(call, query, PolicyKind.POVERTY, PovertyGuideline)
    return PovertyGuidelineShown(found.reference, found.from_whom, found)


def _found(call: Call, query: PolicyDayQuery, kind: PolicyKind, of: type[P]) -> P:
    scope, on = call.path["scope"], query.on or call.at.date()
    with call.office.db.read() as tx:
        found = policies.by_reference(tx, scope) if "@" in scope else counting(tx, kind, scope, on)
    if not isinstance(found, of):
        raise NoSuchPolicy(f"no {kind} policy of {scope} on {on}")
    return found


def policy_history(call: Call) -> PolicyHistory:
    """Return every row of a scope, the published ones and the practice's own, with who wrote it and why."""
    kind, scope = _kind(call), known_scope(_kind(call), call.path["scope"])
    with call.office.db.read() as tx:
        scopes = all_names(tx, scope)
        rows = policies.rows(tx, FACT_OF[kind], scopes)
        why = policies.causes(tx, kind, scopes)
    return PolicyHistory(scope, tuple(WrittenPolicy(_line(row), *why[row.reference]) for row in rows))


def set_policy(call: Call, body: PolicySet) -> PolicyChange:
    """Write the practice's own row for a scope; a dry run only says what would change."""
    told = {name: value for name in OF_THE_CHANGE if (value := getattr(body, name))}
    if twice := sorted(set(body.changes) & told.keys()):
        raise bad_input(f"{', '.join(twice)} is given twice", "changes", "give it once")
    row = {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}
    with call.office.db.write() as tx:
        scope = call.path["scope"]
        return effects.set_policy(
            tx, call.actor, call.at, _kind(call), scope, row | body.changes, dry_run=body.dry_run
        )


def _kind(call: Call) -> PolicyKind:
    try:
        return PolicyKind(call.path["kind"])
    except ValueError:
        raise Refusal(
            RefusalCode.NOT_FOUND, "there is no such kind of policy", remedy=f"one of {', '.join(PolicyKind)}"
        ) from None


def _line(row: DatedPolicy) -> PolicyLine:
    return PolicyLine(
        reference=row.reference,
        scope=row.scope,
        from_whom=row.from_whom,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
        as_of=row.as_of,
        confidence=row.confidence,
    )


_READ, _MANAGE = Permission.POLICY_READ, Permission.POLICY_MANAGE
_SUBJECT = "policy/{kind}/{scope}"
ENDPOINTS = (
    Endpoint("GET", "/policies/{kind}", list_policies, _READ, "policy.list", "policy/{kind}"),
    Endpoint(
        "GET", "/policies/payer/{scope}", show_payer_policy, _READ, "policy.show", "policy/payer/{scope}"
    ),
    Endpoint(
        "GET",
        "/policies/patient/{scope}",
        show_patient_policy,
        _READ,
        "policy.show_patient",
        "policy/patient/{scope}",
    ),
    Endpoint(
        "GET", "/policies/state/{scope}", show_state_rule, _READ, "policy.show_state", "policy/state/{scope}"
    ),
    Endpoint(
        "GET",
        "/policies/poverty/{scope}",
        show_poverty_guideline,
        _READ,
        "policy.show_poverty",
        "policy/poverty/{scope}",
    ),
    Endpoint("GET", "/policies/{kind}/{scope}/history", policy_history, _READ, "policy.history", _SUBJECT),
    Endpoint("POST", "/policies/{kind}/{scope}", set_policy, _MANAGE, "policy.set", _SUBJECT),
)
