"""What the synthetic practice's letters say of it."""

from revcycle.domain.practice import Practice
from revcycle.sandbox.practice.facts import BILLING_PROVIDER

_ADDRESS = BILLING_PROVIDER.address
assert _ADDRESS is not None, "the practice has an address"

PRACTICE = Practice(
    name="Cedar Hollow Family Medicine",
    address=_ADDRESS,
    phone="(614) 555-0100",
    npi=BILLING_PROVIDER.npi,
    tin=BILLING_PROVIDER.tin,
    website="cedarhollow.example",
    signer_name="Juniper Alder",
    payment_website="pay.cedarhollow.example",
    assistance_website="cedarhollow.example/help",
    office_hours="8:00–17:00",
    taxonomy_code=BILLING_PROVIDER.taxonomy_code,
)
