"""Claim forms as PDFs: every fact can be read in them, in its place, with the form drawn around it or without."""

import io
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from pypdf import PdfReader

from revcycle.edi.claim_837.x12_837 import ClaimToSend
from revcycle.forms.claim_forms import print_claim, refusal
from revcycle.press.typesetter import UnprintableText
from tests.support.claims.form_claims import ON, institutional, professional, secondary
from tests.support.edi import institutional_facts, professional_facts

PROFESSIONAL = (
    "GOOD HEALTH PLAN|PO BOX 4400|COLUMBUS OH 43216-4400|GH123456789|DELGADO-RUIZ, ROSA, M|DELGADO JR, JOAQUIN|"
    "1234 NORTH MAIN STREET APT 5|SPRINGFIELD|62701-0001|S-4411|SECOND MUTUAL|GRP-7788|ACME TOOLS PPO|431|439|"
    "MARCUS J WELBY|IL036123|PATIENT SEEN AFTER COLLISION|PWKOZFXAC4711|E119|I10|J45909|Z7901|M25511|ICN20260311007|"
    "PA-2026-0091|N400409379501 ML1.5|7TIME 95 MINUTES|ZZUNLISTED EVALUATION, ROBOTIC ASSIST|99214|J1885|00790|"
    "371234567|C000412-1|2845|OKAFOR|SPRINGFIELD SURGERY CENTER|GOOD CLINIC OF SPRINGFIELD|(217) 555-0143|207Q00000X"
)
INSTITUTIONAL = (
    "GOOD SAMARITAN HOSPITAL|I00000000|MR-77120|0111|04-2103580|DELGADO-RUIZ, ROSA, M|2 ELM ST|05061940|MEDICARE A|"
    "SECOND MUTUAL|SM998877|GRP-7788|PA-2026-0091|N400002751001ML2.5|1480.00|85025|J189|I509|R0602|W010XXA|0BH17EZ|"
    "02703DZ|WELBY|KILDARE|MA12345|SECOND ADMISSION|282N00000X|14753|032026"
)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text.replace("\u00a0", ""))


def text_of(pdf: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


@pytest.mark.parametrize("overlay", [False, True])
@pytest.mark.parametrize(
    ("sent", "facts", "caption"),
    [
        (professional(), PROFESSIONAL.replace("OKAFOR|", ""), "23. PRIOR AUTHORIZATION NUMBER"),
        (institutional(), INSTITUTIONAL, "63 TREATMENT AUTHORIZATION CODES"),
    ],
)
def test_every_fact_is_read_with_the_form_and_without(
    sent: ClaimToSend, facts: str, caption: str, overlay: bool
) -> None:
    printed = print_claim(sent, ON, overlay)
    text = text_of(printed.content)
    assert [fact for fact in facts.split("|") if squeezed(fact) not in text] == []
    assert (squeezed(caption) in text) is not overlay
    assert len(PdfReader(io.BytesIO(printed.content)).pages) == printed.pages == 2


def _places(pdf: bytes) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}

    def seen(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip():
            found.setdefault(text.strip(), (round(matrix[4], 1), round(matrix[5], 1)))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=seen)
    return found


def test_the_data_stand_on_the_grid_whether_the_form_is_drawn_or_not() -> None:
    drawn, bare = (_places(print_claim(professional(), ON, overlay).content) for overlay in (False, True))
    assert bare
    assert {text: drawn.get(text) for text in bare} == bare


@pytest.mark.parametrize("sent", [professional(), institutional()])
def test_a_form_is_tagged_and_always_the_same_file_and_tells_nobody_in_its_properties(
    sent: ClaimToSend,
) -> None:
    printed = print_claim(sent, ON)
    assert print_claim(sent, ON).content == printed.content
    reader = PdfReader(io.BytesIO(printed.content))
    assert "/StructTreeRoot" in reader.root_object
    assert b"<pdfuaid:part>1<" in printed.content
    assert "DELGADO" not in str(reader.metadata).upper()
    assert {(page.mediabox.width, page.mediabox.height) for page in reader.pages} == {(612, 792)}


def test_what_the_first_payer_paid_stands_on_the_second_one_s_form() -> None:
    assert squeezed("1025 00") in text_of(print_claim(secondary(), ON).content)


def test_a_name_our_fonts_lack_is_refused_and_not_told() -> None:
    patient = replace(professional().claim.patient, first_name="王小明")
    with pytest.raises(UnprintableText, match="form cms1500") as refused:
        print_claim(replace(professional(), claim=replace(professional().claim, patient=patient)), ON)
    assert "王小明" not in str(refused.value)


FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(professional_facts.full_claims_to_send(1))
def test_printing_a_professional_claim_never_crashes(sent: ClaimToSend) -> None:
    if not refusal(sent, ON):
        assert print_claim(sent, ON).pages


@FEW
@given(institutional_facts.claims_to_send())
def test_printing_an_institutional_claim_never_crashes(sent: ClaimToSend) -> None:
    if not refusal(sent, ON):
        assert print_claim(sent, ON).pages
