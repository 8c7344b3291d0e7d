"""What only a dentist's claim says (837D): teeth, and orthodontic treatment."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ToothStatus:
    """A tooth that is missing (M) or to be extracted (E) (DN2)."""

    tooth: str
    status: str


@dataclass(frozen=True, slots=True)
class Orthodontics:
    """Orthodontic treatment (DN1): how many months it takes, and how many are left where another dentist began it.

    Without either, all that is said is that the services belong to such a treatment.
    """

    months: Decimal | None = None
    months_remaining: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DentalClaim:
    """The dental part of a claim.

    ``predetermination``: a price is asked for, nothing has been done (CLM19 PB), so that its lines have no date of
    service (``date.min``).
    """

    teeth: tuple[ToothStatus, ...] = ()
    orthodontics: Orthodontics | None = None
    predetermination: bool = False


@dataclass(frozen=True, slots=True)
class Tooth:
    """A treated tooth and its surfaces (TOO): M, O, D, B, L, F, I."""

    number: str
    surfaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DentalService:
    """The dental part of a line (SV304, SV305, TOO). ``placement`` is I initial or R replacement."""

    teeth: tuple[Tooth, ...] = ()
    oral_cavity_codes: tuple[str, ...] = ()
    placement: str = ""
