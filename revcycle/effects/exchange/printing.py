"""The printer of paper connections: payers put pages into the mail, letters set them, and neither knows the other."""

from datetime import date

from revcycle.edi.claim_837.x12_837 import ClaimToSend
from revcycle.forms.claim_forms import print_claim
from revcycle.forms.transmittal import TransmittalLine, print_transmittal
from revcycle.forms.values import FormRefused
from revcycle.payers.paper import CannotPrint, Enclosed, Printed
from revcycle.press.typesetter import RenderFailed


class PaperPrinter:
    """Sets claims on their forms, and transmittal sheets."""

    def claim(self, sent: ClaimToSend, on: date, overlay: bool = False) -> Printed:
        """Return the claim on its form, only the data of it with ``overlay``. Raises CannotPrint."""
        try:
            printed = print_claim(sent, on, overlay)
        except (FormRefused, RenderFailed) as refused:
            raise CannotPrint(str(refused)) from None
        return Printed(printed.content, printed.pages, printed.left_out)

    def transmittal(self, key: str, enclosed: tuple[Enclosed, ...], on: date) -> Printed:
        """Return the sheet that lists what belongs to one delivery. Raises CannotPrint."""
        lines = tuple(
            TransmittalLine(
                one.name,
                one.about,
                one.pages,
                one.payer_id,
                one.payer_name,
                one.payer_address.lines if one.payer_address else (),
            )
            for one in enclosed
        )
        try:
            printed = print_transmittal(key, lines, on)
        except RenderFailed as refused:
            raise CannotPrint(str(refused)) from None
        return Printed(printed.content, printed.pages)
