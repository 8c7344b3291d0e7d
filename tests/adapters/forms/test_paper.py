"""Paper: the contract of all connections as far as a mail folder can keep it, then what only paper has to get right."""

import asyncio
import hashlib
import io
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from revcycle.domain.claims.claim import ClaimKind
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.edi.claim_837.x12_837 import ClaimToSend, write_claims
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.effects.exchange.printing import PaperPrinter
from revcycle.payers.connections import read_connections
from revcycle.payers.gateway import AppealFiling, Delivery, PayerRefused
from revcycle.payers.paper import CannotPrint, Enclosed, PaperMail
from revcycle.payers.switchboard import open_all
from tests.adapters.exchange.payer_contract import KEY, DropContract
from tests.support.claims.form_claims import ON, institutional, professional, secondary
from tests.support.exchange.other_side import AT, IDENTITY, OtherSide, a_batch
from tests.support.exchange.paper_side import PaperSide

SENT, NOT_SENT, UNKNOWN = DeliveryOutcome.SENT, DeliveryOutcome.NOT_SENT, DeliveryOutcome.UNKNOWN


@pytest.fixture
def side(tmp_path: Path) -> PaperSide:
    """A mail folder of its own."""
    return PaperSide(tmp_path / "mail", 0.5)


class TestPaper(DropContract):
    """The contract. What it says of a mailbox and of a line that can be called is said anew for paper."""

    @pytest.fixture
    def side(self, tmp_path: Path) -> PaperSide:
        """A mail folder of its own."""
        return PaperSide(tmp_path / "mail", 0.5)

    async def test_no_connection_is_not_sent_after_at_most_three_tries(
        self, side: OtherSide, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await side.gateway.submit(a_batch(), "B000000", AT)
        await side.go_down()
        delivery = await side.gateway.submit(a_batch(), KEY, AT)
        assert (delivery.outcome, delivery.reached, bool(delivery.reason)) == (NOT_SENT, False, True)
        assert (await side.gateway.prove("B000000", AT)).outcome is UNKNOWN
        await side.recover()
        assert (await side.gateway.prove("B000000", AT)).outcome is SENT
        assert (await side.gateway.submit(a_batch(), KEY, AT)).outcome is SENT

    async def test_a_silent_payer_ends_within_the_set_time(self, side: OtherSide) -> None:
        side.go_silent()
        sending, proving = side.gateway.submit(a_batch(), KEY, AT), side.gateway.prove(KEY, AT)
        sent, proved = await asyncio.wait_for(asyncio.gather(sending, proving), 20)
        assert (sent.outcome, proved.outcome) == (NOT_SENT, UNKNOWN)
        assert "another delivery" in sent.reason

    async def test_a_payer_that_is_down_is_unavailable(self, side: OtherSide) -> None:
        await side.go_down()
        assert await side.gateway.list_mailbox(AT) == ()

    async def test_the_mailbox_is_listed_fetched_and_emptied(self, side: OtherSide) -> None:
        await side.gateway.submit(a_batch(), KEY, AT)
        assert await side.gateway.list_mailbox(AT) == ()

    async def test_each_item_is_itself(self, side: OtherSide) -> None:
        await side.gateway.remove("M0000001", AT)

    async def test_what_is_gone_is_refused_to_a_reader_and_no_matter_to_a_remover(
        self, side: OtherSide
    ) -> None:
        with pytest.raises(PayerRefused, match="no mailbox"):
            await side.gateway.fetch("M9999999", AT)

    async def test_an_appeal_is_sent_once_or_refused_with_words(self, side: OtherSide) -> None:
        filing = AppealFiling("C000001-1-1", "P1", "ICN1", 1, "appeal", b"%PDF-1.7")
        first, second = [await side.gateway.file_appeal(filing, AT) for _ in range(2)]
        assert first == second == Delivery(SENT, first.receipt)
        assert side.filings() == 1
        assert await side.gateway.prove("C000001-1-1", AT) == first
        wrong = await side.gateway.file_appeal(replace(filing, appeal_key="C2", document=b"<html>"), AT)
        assert (wrong.outcome, wrong.reason) == (NOT_SENT, "the letter is no PDF; print it again")


def _file(*sent: ClaimToSend) -> bytes:
    party = Party("OUR PRACTICE", "OURPRACTICE", contact_name="BILLING", contact_phone="6145550100")
    return write_claims(Envelope("OURPRACTICE", "PAPER", 1, AT), party, Party("PAPER", "PAPER"), sent)


def _text(path: Path) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(path.read_bytes())).pages)


async def test_every_claim_is_a_file_and_the_sheet_and_the_log_list_them(side: PaperSide) -> None:
    two = (professional(), secondary())
    sent = tuple(
        replace(one, claim=replace(one.claim, patient_control_number=f"C00041{n}-1"))
        for n, one in enumerate(two)
    )
    assert (await side.gateway.submit(_file(*sent), KEY, AT)).outcome is SENT
    (entry,) = side.entries()
    assert [file.about for file in entry.files] == ["C000410-1", "C000411-1", "transmittal"]
    assert [file.payer_id for file in entry.files] == ["PAY01", "PAY02", ""]
    assert [file.pages for file in entry.files] == [2, 2, 1]
    assert ["enclose their remittance" in "".join(file.left_out) for file in entry.files] == [
        False,
        True,
        False,
    ]
    for file in entry.files:
        path = side.folder / file.name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert len(PdfReader(path).pages) == file.pages
    listed = _text(side.folder / entry.files[-1].name)
    for words in ("2 documents", "C000410-1", "C000411-1", "PO BOX 4400", "SECOND MUTUAL", KEY):
        assert words in listed
    shown = listed + side.log.read_text() + " ".join(path.name for path in side.folder.iterdir())
    assert not any(name in shown for name in ("DELGADO", "ROSA", "GH123456789", "SM99887766"))


def test_a_long_transmittal_counts_its_own_sheets() -> None:
    enclosed = tuple(Enclosed(f"{n:04d}.pdf", f"C{n}", 1, f"P{n % 3}", "GOOD HEALTH") for n in range(90))
    printed = PaperPrinter().transmittal(KEY, enclosed, ON)
    assert printed.pages == len(PdfReader(io.BytesIO(printed.content)).pages) > 1


async def test_institutional_claims_go_on_a_ub_04(side: PaperSide) -> None:
    assert (await side.gateway.submit(_file(institutional()), KEY, AT)).outcome is SENT
    (path,) = side.folder.glob("*0001.pdf")
    assert "UB-04" in _text(path)


async def test_a_claim_that_does_not_fit_stops_its_batch_before_anything_is_put_down(side: PaperSide) -> None:
    long = replace(professional().claim, patient_control_number="C0000000000000001")
    delivery = await side.gateway.submit(_file(professional(), replace(professional(), claim=long)), KEY, AT)
    assert (delivery.outcome, delivery.reached) == (NOT_SENT, True)
    assert delivery.reason.startswith("claim 2 of the batch (C0000000000000001): box 26 has room for 14")
    assert [path.name for path in side.folder.iterdir()] == [side.log.name]


def test_the_printer_refuses_dental_claims_and_foreign_letters() -> None:
    dental = replace(professional().claim, kind=ClaimKind.DENTAL)
    with pytest.raises(CannotPrint, match="no dental claims"):
        PaperPrinter().claim(replace(professional(), claim=dental), ON)
    patient = replace(professional().claim.patient, first_name="王小明")
    with pytest.raises(CannotPrint, match="our fonts lack") as refused:
        PaperPrinter().claim(
            replace(professional(), claim=replace(professional().claim, patient=patient)), ON
        )
    assert "王小明" not in str(refused.value)


async def test_a_crash_before_the_log_is_absent_and_the_next_attempt_overwrites(side: PaperSide) -> None:
    await side.gateway.submit(a_batch(), KEY, AT)
    names = sorted(path.name for path in side.folder.iterdir())
    side.log.write_bytes(b"")
    (claim,) = side.folder.glob("*0001.pdf")
    claim.write_bytes(b"half")
    assert (await side.gateway.prove(KEY, AT)).outcome is NOT_SENT
    assert (await side.gateway.submit(a_batch(), KEY, AT)).outcome is SENT
    assert sorted(path.name for path in side.folder.iterdir()) == names
    assert claim.read_bytes().startswith(b"%PDF-")


async def test_a_torn_line_hides_no_other(side: PaperSide) -> None:
    await side.gateway.submit(a_batch(), "B000000", AT)
    side.lose_delivery()
    assert (await side.gateway.submit(a_batch(), KEY, AT)).outcome is UNKNOWN
    await side.recover()
    assert (await side.gateway.submit(a_batch(), KEY, AT)).outcome is SENT
    assert [(await side.gateway.prove(key, AT)).outcome for key in ("B000000", KEY)] == [SENT, SENT]


async def test_a_folder_whose_log_is_gone_proves_nothing(side: PaperSide) -> None:
    await side.gateway.submit(a_batch(), KEY, AT)
    side.log.unlink()
    proof = await side.gateway.prove(KEY, AT)
    assert (proof.outcome, "log is gone" in proof.reason) == (UNKNOWN, True)


async def test_a_key_is_never_used_for_another_file(side: PaperSide) -> None:
    await side.gateway.submit(a_batch(), KEY, AT)
    other = await side.gateway.submit(_file(professional()), KEY, AT)
    assert (other.outcome, "another file" in other.reason, side.filings()) == (NOT_SENT, True, 1)


async def test_senders_of_one_delivery_at_once_print_it_once(side: PaperSide) -> None:
    gateways = [PaperMail(side.folder, PaperPrinter(), 20) for _ in range(4)]
    deliveries = await asyncio.gather(*(one.submit(a_batch(), KEY, AT) for one in gateways))
    assert (len(set(deliveries)), deliveries[0].outcome, side.filings()) == (1, SENT, 1)


async def test_a_paper_connection_is_opened_from_its_definition(tmp_path: Path) -> None:
    table = {
        "id": "paper",
        "kind": "paper",
        "folder": "mail",
        "sender_id": "REVCYCLE",
        "receiver_id": "PAPER",
    }
    red = {**table, "id": "red", "folder": "red", "overlay": True}
    switchboard = open_all(read_connections({"connection": [table, red]}, tmp_path), PaperPrinter())
    gateway = switchboard.of("paper").gateway
    assert (gateway.capabilities.batch, gateway.capabilities.appeals) == (frozenset({"837P", "837I"}), True)
    assert (await gateway.prove(KEY, AT)).outcome is NOT_SENT
    assert (await gateway.submit(a_batch(), KEY, AT)).outcome is SENT
    assert (tmp_path / "mail" / "mail-log.jsonl").is_file()
    assert (await switchboard.of("red").gateway.submit(a_batch(), KEY, AT)).outcome is SENT
    drawn = ["PRIOR AUTHORIZATION" in _text(*(tmp_path / name).glob("*0001.pdf")) for name in ("mail", "red")]
    assert drawn == [True, False]
    await switchboard.close()


async def test_no_file_name_holds_what_a_key_should_not(side: PaperSide) -> None:
    await side.gateway.submit(a_batch(), f"../{IDENTITY}/x", AT)
    assert all(IDENTITY not in path.name for path in side.folder.iterdir())
    assert len(list(side.folder.iterdir())) == 3
