"""The practice itself: who bills and who sees patients."""

from revcycle.domain.claims.claim import Provider
from revcycle.domain.person import Address
from revcycle.sandbox.practice.identity import npi

_FAMILY_MEDICINE, _ORTHOPAEDICS, _GROUP = "207Q00000X", "207X00000X", "261QP2300X"

BILLING_PROVIDER = Provider(
    last_or_organization_name="CEDAR HOLLOW FAMILY MEDICINE",
    npi=npi(99_000_001),
    taxonomy_code=_GROUP,
    tin="990000001",
    address=Address("100 Cedar Hollow Rd", "Fernhollow", "OH", "430030001"),
    phone="6145550100",
)
FAMILY_PHYSICIANS = (
    Provider("BOXWOOD", npi(99_000_002), first_name="HOLLY", taxonomy_code=_FAMILY_MEDICINE),
    Provider("JUNEBERRY", npi(99_000_003), first_name="MARTIN", taxonomy_code=_FAMILY_MEDICINE),
    Provider("SPICEBUSH", npi(99_000_004), first_name="ROSA", taxonomy_code=_FAMILY_MEDICINE),
)
ORTHOPAEDISTS = (
    Provider("HORNBEAM", npi(99_000_005), first_name="CLAY", taxonomy_code=_ORTHOPAEDICS),
    Provider("SWEETGUM", npi(99_000_006), first_name="ADA", taxonomy_code=_ORTHOPAEDICS),
)
SUBMITTER_ID = "CEDARHOLLOW"
CLEARINGHOUSE_NAME, CLEARINGHOUSE_ID = "SANDBOX CLEARINGHOUSE", "SANDBOX"
