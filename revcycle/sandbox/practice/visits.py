"""What happens at a family medicine and orthopaedics practice: diagnoses, procedures, modifiers and fees.

Each visit passes sane scrubbing as it stands: pointers in range, units within the medically unlikely limits,
the modifier 25 or 59 where a pair of codes needs one.
"""

from dataclasses import dataclass

_FEES_CENTS = {
    "99202": 13500,
    "99203": 19500,
    "99204": 28500,
    "99212": 9500,
    "99213": 15500,
    "99214": 22500,
    "99393": 18500,
    "99396": 24500,
    "20610": 18500,
    "36415": 1800,
    "71046": 8500,
    "73030": 7800,
    "73562": 8200,
    "80053": 4200,
    "80061": 4600,
    "81002": 1500,
    "83036": 3800,
    "85025": 3200,
    "87880": 4500,
    "90471": 4500,
    "90686": 4800,
    "93000": 6500,
    "96372": 5500,
    "97110": 6200,
    "97140": 5800,
    "97161": 16500,
    "97530": 6600,
    "J0696": 1600,
    "J1100": 250,
    "J1885": 900,
    "J3301": 1200,
}


@dataclass(frozen=True, slots=True)
class Procedure:
    """One line of a visit; ``pointers`` count the visit's diagnoses from 1."""

    code: str
    pointers: tuple[int, ...] = (1,)
    modifiers: tuple[str, ...] = ()
    units: int = 1

    @property
    def charge_cents(self) -> int:
        """The practice's fee for the units."""
        return _FEES_CENTS[self.code] * self.units


@dataclass(frozen=True, slots=True)
class Visit:
    """A reason to come. Ages in years, inclusive; ``orthopaedic`` visits go to an orthopaedist."""

    name: str
    diagnosis_codes: tuple[str, ...]
    procedures: tuple[Procedure, ...]
    age_from: int = 18
    age_to: int = 120
    orthopaedic: bool = False

    @property
    def charge_cents(self) -> int:
        """The total charge."""
        return sum(procedure.charge_cents for procedure in self.procedures)

    def suits(self, age: int) -> bool:
        """Tell whether somebody of that age may come for it."""
        return self.age_from <= age <= self.age_to


P = Procedure

VISITS = (
    Visit("blood pressure check", ("I10",), (P("99213"),)),
    Visit(
        "blood pressure with labs",
        ("I10", "E785"),
        (P("99214", (1, 2)), P("36415", (1,)), P("80053", (1, 2))),
    ),
    Visit(
        "diabetes visit",
        ("E119", "I10"),
        (P("99214", (1, 2)), P("36415", (1,)), P("83036", (1,)), P("80061", (2,))),
    ),
    Visit("chest pain", ("R079", "I10"), (P("99214", (1, 2), ("25",)), P("93000", (1,)), P("71046", (1,)))),
    Visit("cough", ("R059",), (P("99213"), P("71046"))),
    Visit("cold", ("J069",), (P("99212"),), age_from=1),
    Visit("sore throat", ("J020",), (P("99213"), P("87880", (1,), ("QW",))), age_from=3, age_to=64),
    Visit("urinary complaint", ("R300",), (P("99213"), P("81002"))),
    Visit("new patient", ("E785",), (P("99203"), P("36415"), P("85025"), P("80053"))),
    Visit("new patient, many complaints", ("E119", "I10", "E785"), (P("99204", (1, 2, 3)), P("36415", (1,)))),
    Visit("fatigue", ("R5383",), (P("99213"), P("36415"), P("85025"))),
    Visit(
        "flu shot with visit",
        ("I10", "Z23"),
        (P("99213", (1,), ("25",)), P("90471", (2,)), P("90686", (2,))),
        age_to=64,
    ),
    Visit(
        "child well visit",
        ("Z00129", "Z23"),
        (P("99393", (1,), ("25",)), P("90471", (2,)), P("90686", (2,))),
        5,
        11,
    ),
    Visit("child cold", ("J069",), (P("99213"),), 1, 17),
    Visit("injection for infection", ("J189",), (P("99214", (1,), ("25",)), P("96372"), P("J0696", units=4))),
    Visit(
        "back pain with injection",
        ("M5450",),
        (P("99213", (1,), ("25",)), P("96372"), P("J1885", units=2)),
    ),
    Visit(
        "knee injection",
        ("M1711",),
        (P("99213", (1,), ("25",)), P("20610", (1,), ("RT",)), P("J3301", units=4)),
        orthopaedic=True,
    ),
    Visit("knee pain", ("M25562",), (P("99203"), P("73562", (1,), ("LT",))), orthopaedic=True),
    Visit("shoulder pain", ("M25511",), (P("99213"), P("73030", (1,), ("RT",))), orthopaedic=True),
    Visit("therapy", ("M25561",), (P("97110", units=2), P("97140")), orthopaedic=True),
    Visit(
        "therapy, two goals",
        ("M5450", "M25512"),
        (P("97140", (1,)), P("97530", (2,), ("59",)), P("97110", (1, 2), units=2)),
        orthopaedic=True,
    ),
    Visit("therapy evaluation", ("M25511",), (P("97161"), P("97110")), orthopaedic=True),
)

KNEE_INJECTION = next(visit for visit in VISITS if visit.name == "knee injection")
KNEE_PAIN = next(visit for visit in VISITS if visit.name == "knee pain")
COSTLY = tuple(visit for visit in VISITS if visit.charge_cents >= 28_000 and visit.age_from >= 18)
"""Visits whose charge leaves a patient with a deductible something to pay by instalments."""
