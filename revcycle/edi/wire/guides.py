"""Which implementation guide a transaction set follows, and what people call it."""

NAMES = {
    "837P": "professional claims",
    "837I": "institutional claims",
    "837D": "dental claims",
    "837": "claims of an unnamed kind",
    "835": "remittance advice",
    "270": "eligibility inquiries",
    "271": "eligibility answers",
    "275": "attachments",
    "276": "claim status inquiries",
    "277": "claim status answers",
    "277CA": "claim acknowledgments",
    "277RFAI": "requests for additional information",
    "278": "prior authorization requests or answers",
    "820": "premium payments",
    "834": "enrollments",
    "997": "functional acknowledgments",
    "999": "implementation acknowledgments",
    "TA1": "interchange acknowledgments",
}
"""Guides in plain words; what is not here has no name with us."""

_BY_GUIDE = {
    "005010X222": "837P",
    "004010X098": "837P",
    "005010X223": "837I",
    "004010X096": "837I",
    "005010X224": "837D",
    "004010X097": "837D",
    "005010X213": "277RFAI",
    "006020X313": "277RFAI",
    "005010X214": "277CA",
}


def guide_of(kind: str, *versions: str) -> str:
    """Return ``837P``, ``277CA`` and so on from ST01 and ST03 or GS08; ST01 where the guide is unknown."""
    return next((_BY_GUIDE[v] for version in versions if (v := version.upper()[:10]) in _BY_GUIDE), kind)
