"""A claim on its paper form: CMS-1500 (02/12) for professional, UB-04 (CMS-1450) for institutional claims."""

from dataclasses import dataclass
from datetime import date

from revcycle.domain.claims.claim import ClaimKind
from revcycle.edi.claim_837.x12_837 import ClaimToSend
from revcycle.forms.cms1500 import cms1500
from revcycle.forms.left_out import left_out
from revcycle.forms.ub04 import ub04
from revcycle.forms.values import FormRefused
from revcycle.press.typesetter import press
from revcycle.press.words import environment


@dataclass(frozen=True, slots=True, repr=False)
class PrintedForm:
    """A form as a PDF, tagged like every letter (PDF/UA-1), how many sheets it takes, and what it could not say."""

    content: bytes
    pages: int
    left_out: tuple[str, ...] = ()


def print_claim(sent: ClaimToSend, on: date, overlay: bool = False) -> PrintedForm:
    """Return the claim on its form. ``on`` is the day it is made; the same claim on the same day is the same file.

    ``overlay`` prints only the data, for the pre-printed red form. Raises FormRefused, RenderFailed; neither holds
    a value of the claim.
    """
    kind = sent.claim.kind
    if kind is ClaimKind.PROFESSIONAL:
        return _printed("form/cms1500.en.jinja", cms1500(sent, on), sent, on, overlay)
    if kind is ClaimKind.INSTITUTIONAL:
        return _printed("form/ub04.en.jinja", ub04(sent, on), sent, on, overlay)
    raise FormRefused(
        "paper", "takes no dental claims: the ADA form is not printed here; send it electronically"
    )


def refusal(sent: ClaimToSend, on: date) -> str:
    """Return in plain words why the claim cannot go on paper; empty when it can."""
    try:
        if sent.claim.kind is ClaimKind.DENTAL:
            print_claim(sent, on)
        form = cms1500 if sent.claim.kind is ClaimKind.PROFESSIONAL else ub04
        form(sent, on)
    except FormRefused as refused:
        return str(refused)
    return ""


def _printed(
    words: str, pages: tuple[object, ...], sent: ClaimToSend, on: date, overlay: bool
) -> PrintedForm:
    template = environment("en").get_template(words)
    name = words.removeprefix("form/").partition(".")[0]
    content = press(template.render(pages=pages, overlay=overlay), f"form {name}", on)
    return PrintedForm(content, len(pages), left_out(sent))
