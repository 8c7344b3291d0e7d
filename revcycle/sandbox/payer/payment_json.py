"""A claim payment as JSON text and back, for the book."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from revcycle.domain.remittance import Adjustment, AdjustmentGroup, ClaimPayment, ServicePayment

Json = dict[str, Any]


def write_payment(payment: ClaimPayment) -> str:
    """Return the payment as JSON text."""
    return json.dumps(asdict(payment), default=date.isoformat)


def read_payment(text: str) -> ClaimPayment:
    """Read what write_payment wrote."""
    told: Json = json.loads(text)
    told["adjustments"] = _adjustments(told["adjustments"])
    told["services"] = tuple(_service(service) for service in told["services"])
    told["remark_codes"] = tuple(told["remark_codes"])
    return ClaimPayment(**told)


def _adjustments(told: list[Json]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(**{**one, "group": AdjustmentGroup(one["group"])}) for one in told)


def _service(told: Json) -> ServicePayment:
    told["adjustments"] = _adjustments(told["adjustments"])
    told["modifiers"] = tuple(told["modifiers"])
    told["remark_codes"] = tuple(told["remark_codes"])
    told["service_date"] = date.fromisoformat(told["service_date"]) if told["service_date"] else None
    return ServicePayment(**told)
