"""The guides there are: by the kind of a claim, and by the version a transaction set names."""

from revcycle.domain.claims.claim import ClaimKind
from revcycle.edi.claim_837.dental.guide import GUIDE as DENTAL
from revcycle.edi.claim_837.institutional.guide import GUIDE as INSTITUTIONAL
from revcycle.edi.claim_837.parts.guide import Guide
from revcycle.edi.claim_837.professional.guide import GUIDE as PROFESSIONAL
from revcycle.edi.wire.errors import CannotWrite

GUIDES: tuple[Guide, ...] = (PROFESSIONAL, INSTITUTIONAL, DENTAL)

_BY_KIND = {guide.kind: guide for guide in GUIDES}
_BY_VERSION = {version: guide for guide in GUIDES for version in guide.reads}


def guide_of(kind: ClaimKind) -> Guide:
    """Return the guide that claims of the kind follow. Raises CannotWrite when there is none."""
    guide = _BY_KIND.get(kind)
    if guide is None:
        raise CannotWrite("GS08", "has no guide for claims of this kind")
    return guide


def guide_for(version: str) -> Guide | None:
    """Return the guide of a transaction set's version (ST03, else GS08); without one it is professional."""
    return _BY_VERSION.get(version[:10], None if version else PROFESSIONAL)
