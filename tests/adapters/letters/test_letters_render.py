"""Letters as PDFs: the words a reader finds in them, their pages, their tags, what a hostile value can do.

The expected text of every specimen lies in ``tests/samples/letters``. After a change of words on purpose,
run this file as a program to write them anew, and read the difference.
"""

import io
import re
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from revcycle.domain.money import parse_cents
from revcycle.letters import render as render_module
from revcycle.letters.catalog import CATALOG, LetterKind
from revcycle.letters.contexts_appeal import AppealArgument, AppealContext
from revcycle.letters.contexts_statement import Aging, LadderStep, StatementContext, StatementLine, Visit
from revcycle.letters.render import MissingValue, RenderFailed, UnknownLetter, UnprintableText, render
from revcycle.letters.specimens import DAY, specimen
from revcycle.press.words import environment, printable

GOLDEN = Path(__file__).resolve().parents[2] / "samples" / "letters"
LETTERS = [(kind, language) for kind in LetterKind for language in CATALOG[kind].languages]
NO_BREAK = str.maketrans("", "", "\u200b")


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """The letter's text, page by page, as copied out of a reader."""
    return "\f".join(page.extract_text() for page in opened(pdf).pages).translate(NO_BREAK)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def statement(**changes: object) -> StatementContext:
    context = specimen(LetterKind.STATEMENT)
    assert isinstance(context, StatementContext)
    return replace(context, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def long_statement(line_count: int) -> StatementContext:
    line = StatementLine(description="Physical therapy, 15 minutes", charge_cents=9_900, balance_cents=9_900)
    visits = tuple(
        Visit(
            service_date=date(2026, 8, 1) + timedelta(days=day),
            patient_first_name="Mateo",
            provider_name="Dr. Alan Okafor",
            lines=(line,) * 4,
        )
        for day in range(line_count // 4)
    )
    return statement(visits=visits, balance_cents=9_900 * line_count, aging=None)


@pytest.mark.parametrize(("kind", "language"), LETTERS)
def test_a_specimen_says_what_it_should(kind: LetterKind, language: str) -> None:
    expected = (GOLDEN / f"{kind}.{language}.txt").read_text(encoding="utf-8")
    assert text_of(render(kind, specimen(kind), language)) == expected.removesuffix("\n")


@pytest.mark.parametrize(("kind", "language"), LETTERS)
def test_a_letter_is_tagged_and_always_the_same_file(kind: LetterKind, language: str) -> None:
    pdf = render(kind, specimen(kind), language)
    assert render(kind, specimen(kind), language) == pdf
    reader = opened(pdf)
    root = reader.root_object
    assert "/StructTreeRoot" in root
    assert b"/Marked true" in pdf
    assert str(root["/Lang"]) == language
    assert b"<pdfuaid:part>1<" in pdf
    assert reader.metadata is not None
    assert reader.metadata.creation_date == datetime(2026, 11, 20, 12, tzinfo=UTC)
    pages = len(reader.pages)
    word, of = ("Página", "de") if language == "es" else ("Page", "of")
    for number, page in enumerate(reader.pages, start=1):
        assert f"{word} {number} {of} {pages}" in page.extract_text()
        assert (page.mediabox.width, page.mediabox.height) == (612, 792)


def test_no_letter_s_properties_tell_who_it_is_about() -> None:
    for kind, language in LETTERS:
        told = str(opened(render(kind, specimen(kind), language)).metadata)
        assert not re.search("Delgado|Mateo|Rosa|A000118|C000412", told)


def test_only_our_fonts_are_used_and_all_are_embedded() -> None:
    names = set(re.findall(rb"/BaseFont/([\w+-]+)", render(LetterKind.STATEMENT, statement())))
    assert names
    assert all(b"+LiberationSans" in name for name in names)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("step", LadderStep)
def test_a_statement_of_one_visit_fits_one_page(language: str, step: LadderStep) -> None:
    context = statement(step=step, referral_on=date(2027, 1, 15))
    assert len(opened(render(LetterKind.STATEMENT, context, language)).pages) == 1


@pytest.mark.parametrize(("language", "service"), [("en", "Service"), ("es", "Servicio")])
def test_a_long_statement_repeats_its_header_and_ends_in_its_total(language: str, service: str) -> None:
    context = long_statement(40)
    pages = [page.extract_text() for page in opened(render(LetterKind.STATEMENT, context, language)).pages]
    rows = [page.count("Physical therapy") for page in pages]
    assert sum(rows) == 40
    assert len(pages) >= 2
    assert all(service in page for page, count in zip(pages, rows, strict=True) if count)
    assert [page.count("Total $3,960.00") for page in pages if "Physical" in page][-1] == 1
    assert "A000118-S000731" in pages[-1]
    assert "Patient billing" not in "".join(pages)


def test_the_lines_printed_come_to_the_total_printed() -> None:
    text = text_of(render(LetterKind.STATEMENT, long_statement(24)))
    balances = re.findall(r"\$99\.00 -?\$0\.00 -?\$0\.00 -?\$0\.00 (\$[\d.,]+)", text)
    total = re.search(r"Total .* (\$[\d.,]+)\n", text)
    assert total is not None
    assert sum(parse_cents(amount[1:].replace(",", "")) for amount in balances) == 237_600
    assert parse_cents(total[1][1:].replace(",", "")) == 237_600


@pytest.mark.parametrize("step", LadderStep)
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_step_of_the_ladder_has_its_message(step: LadderStep, language: str) -> None:
    context = statement(step=step, referral_on=date(2027, 1, 15))
    text = text_of(render(LetterKind.STATEMENT, context, language))
    referral = "January 15, 2027" if language == "en" else "15 de enero de 2027"
    assert (referral in " ".join(text.split())) is (step is LadderStep.FINAL)


@pytest.mark.parametrize(("balance_cents", "words"), [(0, "You do not owe anything"), (-2_500, "credit")])
def test_nothing_due_asks_for_nothing(balance_cents: int, words: str) -> None:
    amounts = {"balance_cents": balance_cents, "unapplied_payment_cents": -balance_cents}
    context = statement(visits=(), aging=None, **amounts)
    text = text_of(render(LetterKind.STATEMENT, context))
    assert words in text
    assert "Payment slip" not in text
    assert text.count("Thank you,") == 1
    assert "Due date" not in text


@pytest.mark.parametrize("argument", AppealArgument)
@pytest.mark.parametrize("authorization", ["", "PA1"])
def test_every_argument_can_be_made_at_any_level(argument: AppealArgument, authorization: str) -> None:
    context = specimen(LetterKind.APPEAL)
    assert isinstance(context, AppealContext)
    context = replace(
        context,
        argument=argument,
        prior_authorization_number=authorization,
        exhibits=(),
        supporting_facts=(),
        level_name="second-level appeal",
        prior_decision_date=date(2026, 10, 30),
        letter_date=date(2027, 4, 1),
    )
    text = " ".join(text_of(render(LetterKind.APPEAL, context)).split())
    assert "Second-level appeal of a denied claim" in text
    assert "decision of October 30, 2026" in text
    assert "for good cause" in text
    assert "enclosed" not in text.lower()


HOSTILE = st.text(
    st.one_of(
        st.sampled_from(list("#\"\\[]$@*_`~<>={}();/'-+ \n\t&%^|!?.:")),
        st.characters(min_codepoint=0x20, max_codepoint=0x24F, exclude_categories=("Cc", "Cf", "Zs")),
        st.characters(min_codepoint=0x400, max_codepoint=0x45F),
    ),
    min_size=1,
    max_size=300,
).filter(lambda text: printable(text) != "")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE)
@example('#panic("x")')
@example('"; #read("/etc/passwd") //')
@example('\\"#[$@<label> *b* _i_ `r` = h\n- l\n+ e\n/ t: d https://x.example ~ -- ---')
@example("<< letter >> <% if %> {{ x }}")
@example("x" * 2_000)
def test_a_hostile_value_is_only_ever_text(text: str) -> None:
    line = StatementLine(description=text, charge_cents=100, balance_cents=100)
    visit = Visit(service_date=DAY, patient_first_name=text[:40], provider_name="X", lines=(line,))
    context = statement(visits=(visit,), balance_cents=100, aging=Aging(current_cents=100))
    found = squeezed(text_of(render(LetterKind.STATEMENT, context)))
    assert squeezed(printable(text)) in found


@pytest.mark.parametrize("name", ["王小明", "محمد", "Rosa 😀"])
def test_a_name_our_fonts_lack_is_refused_and_not_told(name: str) -> None:
    with pytest.raises(UnprintableText) as refused:
        render(LetterKind.STATEMENT, statement(guarantor_name=name))
    assert name not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_what_is_not_in_the_catalog_is_refused() -> None:
    with pytest.raises(UnknownLetter):
        render("postcard", statement())  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(UnknownLetter):
        render(LetterKind.STATEMENT, statement(), "fr")
    with pytest.raises(UnknownLetter):
        render(LetterKind.APPEAL, statement())


@pytest.mark.parametrize(
    ("source", "failure"),
    [
        ("<< letter.nickname >>", MissingValue),
        ("<< 1 // 0 >>", RenderFailed),
        ("<% if %>", RenderFailed),
        ("<< letter.referral_on | day >>", RenderFailed),
        ("#panic([<< letter.guarantor_name >>])", RenderFailed),
    ],
)
def test_a_broken_template_fails_by_name_without_the_context(
    source: str, failure: type[Exception], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "statement").mkdir()
    (tmp_path / "statement" / "statement.en.jinja").write_text(source)
    monkeypatch.setattr(render_module, "environment", lambda language: environment(language, tmp_path))
    with pytest.raises(failure, match="letter statement") as refused:
        render(LetterKind.STATEMENT, statement())
    assert not re.search("Rosa|Delgado|Maple", str(refused.value))
    assert refused.value.__suppress_context__


def test_threads_write_the_same_letters() -> None:
    expected = {pair: render(pair[0], specimen(pair[0]), pair[1]) for pair in LETTERS}
    failures: list[object] = []

    def write() -> None:
        for pair, letter in expected.items():
            if render(pair[0], specimen(pair[0]), pair[1]) != letter:
                failures.append(pair)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for each_kind, each_language in LETTERS:
        words = text_of(render(each_kind, specimen(each_kind), each_language))
        (GOLDEN / f"{each_kind}.{each_language}.txt").write_text(words + "\n", encoding="utf-8")
