"""The prior authorization desk: what the sandbox payer's review decides on a 278, as its script says."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from revcycle.domain.claims.authorization import (
    AuthorizationAnswer,
    AuthorizationRequest,
    Certification,
    CertificationType,
    RequestedService,
    ReviewDecision,
    ReviewLevel,
    ReviewRejection,
    ServiceDecision,
)
from revcycle.sandbox.payer import timing
from revcycle.sandbox.payer.script import PayerScript, ReviewBehaviour, policy_key, review_key

_SUBSCRIBER_NOT_FOUND, _NOT_ELIGIBLE = "75", "95"
_CORRECT_AND_RESUBMIT, _DO_NOT_RESUBMIT = "C", "N"
_NUMBERED = frozenset([ReviewDecision.CERTIFIED, ReviewDecision.CERTIFIED_IN_PART, ReviewDecision.MODIFIED])


def reviewed(request: AuthorizationRequest, script: PayerScript, today: date) -> AuthorizationAnswer:
    """Return the review's answer: the same each time, for the same request on the same day."""
    policy = policy_key(request.payer_id, request.member_id)
    if policy in script.unknown:
        return _refused(request, _SUBSCRIBER_NOT_FOUND, _CORRECT_AND_RESUBMIT)
    if policy in script.inactive:
        return _refused(request, _NOT_ELIGIBLE, _DO_NOT_RESUBMIT)
    key = review_key(request.member_id, (service.procedure_code for service in request.services))
    behaviour = script.review(key)
    if request.review is not None and request.review.certification is CertificationType.CANCEL:
        behaviour = ReviewBehaviour(ReviewDecision.CANCELLED)
    certification = _certification(request, behaviour, script.seed, today)
    return AuthorizationAnswer(
        asked=replace(_repeated(request), services=()),
        certification=certification,
        services=tuple(_decided(service, behaviour, certification) for service in request.services),
        more_to_follow=behaviour.decision is ReviewDecision.PENDED,
    )


def _repeated(request: AuthorizationRequest) -> AuthorizationRequest:
    """The payer repeats the request without its papers and notes."""
    return replace(request, attachments=(), message="", previous_reference="")


def _refused(request: AuthorizationRequest, code: str, follow_up: str) -> AuthorizationAnswer:
    asked = AuthorizationRequest(
        request.payer_id, request.payer_name, request.requester, request.member_id, request.subscriber, "", None,
        request.patient, request.relationship_code,
    )  # fmt: skip
    return AuthorizationAnswer(asked, None, (ReviewRejection(ReviewLevel.SUBSCRIBER, code, follow_up),))


def _certification(
    request: AuthorizationRequest, behaviour: ReviewBehaviour, seed: int, today: date
) -> Certification:
    drawn = timing.drawn(seed, f"review {request.member_id}|{request.trace_number}", 0, 99_999_999)
    pended = behaviour.decision is ReviewDecision.PENDED
    if behaviour.decision not in _NUMBERED:
        return Certification(
            behaviour.decision,
            reasons=behaviour.reasons,
            reference=f"REV{drawn:08d}" if pended else "",
        )
    days = [service.first for service in request.services if service.first is not None]
    begin = min(days, default=today)
    return Certification(
        behaviour.decision,
        f"AUTH{drawn:08d}",
        behaviour.reasons,
        issued_on=today,
        effective_from=begin,
        effective_to=begin + timedelta(behaviour.valid_days),
    )


def _decided(service: RequestedService, behaviour: ReviewBehaviour, event: Certification) -> ServiceDecision:
    units = service.units
    if units is not None and behaviour.decision in _NUMBERED:
        share = units * behaviour.units_percent / 100
        units = Decimal(share.to_integral_value(ROUND_CEILING))
    approved = replace(service, units=units, attachments=(), message="")
    return ServiceDecision(approved, Certification(event.decision, event.number, event.reasons))
