"""What the professional guide (005010X222A1) has in its loops: codes, how often, in which form; both ways."""

from collections.abc import Mapping

from revcycle.domain.claims.claim_details import ProviderRole
from revcycle.edi.claim_837.parts.guide import ProviderLoop

CLAIM_REFERENCES: Mapping[str, int] = dict.fromkeys(
    ["4N", "F5", "EW", "9F", "X4", "9A", "9C", "LX", "D9", "EA", "P4", "1J"], 1
)
"""REF in 2300; G1 and F8 have fields of their own."""

LINE_REFERENCES: Mapping[str, int] = {
    **dict.fromkeys(["9B", "9D", "EW", "X4", "F4", "BT"], 1),
    "G1": 5,
    "9F": 5,
}
"""REF in 2400; 6R has a field of its own."""

_DAY = ("D8",)
CLAIM_DATES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(["431", "454", "304", "453", "439", "484", "455", "471"], _DAY),
    **dict.fromkeys(["314", "360", "361"], ("D8", "RD8")),
    **dict.fromkeys(["297", "296", "435", "096", "090", "091", "444", "050"], _DAY),
}
LINE_DATES: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ["471", "607", "463", "461", "304", "738", "739", "011", "455", "454"], _DAY
)
"""DTP in 2400 beside the date of service, 472."""

CLAIM_NOTES: Mapping[str, int] = dict.fromkeys(["ADD", "CER", "DCP", "DGN", "TPO"], 1)
ONE_CLAIM_NOTE = frozenset(CLAIM_NOTES)
LINE_NOTES: Mapping[str, int] = dict.fromkeys(["ADD", "DCP", "TPO"], 1)
ONE_LINE_NOTE = frozenset(["ADD", "DCP"])
CLAIM_CONDITIONS: Mapping[str, int] = {"07": 3, "E1": 1, "E2": 1, "E3": 1, "75": 1, "ZZ": 1}
LINE_CONDITIONS: Mapping[str, int] = {"07": 3, "70": 1, "09": 1}

_ANY_ID = ("0B", "1G", "G2", "LU")
_PERSON_ID = ("0B", "1G", "G2")

CLAIM_PROVIDERS: Mapping[ProviderRole, ProviderLoop] = {
    ProviderRole.REFERRING: ProviderLoop("2310A", "1", "", _PERSON_ID, 3),
    ProviderRole.PRIMARY_CARE: ProviderLoop("2310A", "1", "", _PERSON_ID, 3),
    ProviderRole.RENDERING: ProviderLoop("2310B", "", "PE", _ANY_ID, 4),
    ProviderRole.SERVICE_FACILITY: ProviderLoop("2310C", "2", "", ("0B", "G2", "LU"), 3, "must", True),
    ProviderRole.SUPERVISING: ProviderLoop("2310D", "1", "", _ANY_ID, 4),
}
LINE_PROVIDERS: Mapping[ProviderRole, ProviderLoop] = {
    ProviderRole.RENDERING: ProviderLoop("2420A", "", "PE", _ANY_ID, 20),
    ProviderRole.PURCHASED_SERVICE: ProviderLoop("2420B", "", "", _PERSON_ID, 20, named=False),
    ProviderRole.SERVICE_FACILITY: ProviderLoop("2420C", "2", "", ("G2", "LU"), 3, "must"),
    ProviderRole.SUPERVISING: ProviderLoop("2420D", "1", "", _ANY_ID, 20),
    ProviderRole.ORDERING: ProviderLoop("2420E", "1", "", _PERSON_ID, 20, "may", True),
    ProviderRole.REFERRING: ProviderLoop("2420F", "1", "", _PERSON_ID, 20),
    ProviderRole.PRIMARY_CARE: ProviderLoop("2420F", "1", "", _PERSON_ID, 20),
}
"""In the order of the guide's loops, which is the order they are written in."""
