"""The sheet on top of a delivery by post: what belongs to it, how many sheets, and where each envelope goes.

It is for the mail house: control numbers and payers, nobody's name.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from revcycle.forms.claim_forms import PrintedForm
from revcycle.press.typesetter import press
from revcycle.press.words import environment


@dataclass(frozen=True, slots=True)
class TransmittalLine:
    """One file. ``pages`` is 0 where we did not count them; ``address`` is empty where the claim has none."""

    name: str
    about: str
    pages: int
    payer_id: str
    payer_name: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes to one payer at one address."""

    payer_id: str
    payer_name: str
    address: tuple[str, ...]
    lines: tuple[TransmittalLine, ...]


def print_transmittal(key: str, lines: tuple[TransmittalLine, ...], on: date) -> PrintedForm:
    """Return the sheet, one part for each payer. Raises RenderFailed."""
    template = environment("en").get_template("form/transmittal.en.jinja")
    source = template.render(key=key, on=on, envelopes=_envelopes(lines), lines=lines)
    content = press(source, "the transmittal sheet", on)
    return PrintedForm(content, _pages(content))


def _envelopes(lines: tuple[TransmittalLine, ...]) -> tuple[Envelope, ...]:
    ordered = sorted(lines, key=_where)
    return tuple(Envelope(*where, tuple(of_it)) for where, of_it in groupby(ordered, key=_where))


def _where(line: TransmittalLine) -> tuple[str, str, tuple[str, ...]]:
    return line.payer_id, line.payer_name, line.address


def _pages(content: bytes) -> int:
    """How many sheets a PDF of ours takes: its pages are plain objects."""
    return len(re.findall(rb"/Type\s*/Page\b", content))
