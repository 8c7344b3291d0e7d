"""The mailbox: each file is kept before it is removed; what nobody can read is put aside and stops nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from activities.denial import DenialActivities
from activities.mailbox import MailboxActivities
from activities.submission import SubmissionActivities
from revcycle.db.claims import claims
from revcycle.db.denials import appeals
from revcycle.db.engine import Database
from revcycle.db.exchange import submissions
from revcycle.db.mail import acknowledgments, documents, quarantine
from revcycle.db.practice import practices
from revcycle.db.work import inbox, outbox
from revcycle.domain.mail.progress import MailCollected
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.news import News
from revcycle.effects.claims.intake import CONNECTION
from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.payers.gateway import PayerUnavailable
from revcycle.sandbox.practice.profile import PRACTICE
from revcycle.sandbox.practice.synthetic import generate
from tests.support.databases import BOTH, database
from tests.support.denials.appeals import appeal_row, denial_act
from tests.support.exchange.switchboards import with_one
from tests.support.remittances.remittance_book import (
    AT,
    charge,
    claim_facts,
    open_book,
    payment,
    post,
    remittance,
)

ISA = (
    "ISA*00*          *00*          *ZZ*CLEARINGHOUSE  *ZZ*REVCYCLE       *260302*1500*^*00501*{0:09d}*0*P*:~"
)
FILED = generate(3, 1, AT.date()).claims[0]
CLAIM, ACCEPTED, NUMBER = "claim/C000001", "A2:20", 1


def ta1(number: int | str = NUMBER, code: str = "A") -> bytes:
    return (ISA.format(7) + f"TA1*{number:>09}*260302*1500*{code}*000~IEA*0*000000007~").encode()


def syntax(number: int | str = NUMBER, code: str = "A") -> bytes:
    told = f"GS*FA*A*B*20260302*1500*7*X*005010X231A1~ST*999*0001*005010X231A1~AK1*HC*{number}*005010X222A1~"
    told += f"AK2*837*0001*005010X222A1~IK5*{code}~AK9*{code}*1*1*{int(code == 'A')}~SE*6*0001~GE*1*7~"
    return (ISA.format(7) + told + "IEA*1*000000007~").encode()


def claim_answer(status: str = "A2:20", control_number: str = "P000001", icn: str = "ICN1") -> bytes:
    """A 277CA that answers one claim."""
    segments = (
        "GS*HN*A*B*20260302*1500*7*X*005010X214",
        "ST*277*0001*005010X214",
        "BHT*0085*08*7*20260302*1500*TH",
        "HL*1**20*1",
        "NM1*PR*2*GOOD HEALTH*****PI*PAY01",
        "TRN*1*7",
        "DTP*050*D8*20260302",
        "DTP*009*D8*20260302",
        "HL*2*1*21*1",
        "NM1*41*2*GOOD CLINIC*****46*REVCYCLE",
        "TRN*2*1",
        "STC*A1:19*20260302*WQ*100",
        "HL*3*2*19*1",
        "NM1*85*2*GOOD CLINIC*****XX*1234567893",
        "HL*4*3*PT",
        "NM1*QC*1*DOE*JAN1****MI*M0001P",
        f"TRN*2*{control_number}",
        f"STC*{status}*20260302*WQ*100",
        f"REF*1K*{icn}",
        "SE*19*0001",
        "GE*1*7",
        "IEA*1*000000007",
    )
    return (ISA.format(7) + "~".join(segments) + "~").encode()


def two_answers(known: str, unknown: str) -> bytes:
    """A 277CA that answers two claims."""
    text = claim_answer(control_number=known).decode()
    more = f"HL*5*3*PT~NM1*QC*1*DOE*JAN2****MI*M0002P~TRN*2*{unknown}~STC*A7:562*20260302*U*100~"
    return text.replace("SE*19*0001", more + "SE*23*0001").encode()


class Letterbox:
    """The clearinghouse's side of the mailbox."""

    def __init__(self, *items: tuple[str, bytes]) -> None:
        """Lay these files in, each of a kind."""
        self.items = {str(n): item for n, item in enumerate(items, start=1)}
        self.removed: list[str] = []
        self.away = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer as the clearinghouse does."""
        item = request.url.path.removeprefix("/mailbox").strip("/")
        if self.away and item and request.method == "DELETE":
            self.away -= 1
            return httpx.Response(503)
        if not item:
            listed = [
                {"id": key, "kind": kind, "received_at": AT.isoformat()}
                for key, (kind, _) in self.items.items()
                if key not in self.removed
            ]
            return httpx.Response(200, json=listed)
        if item in self.removed:
            return httpx.Response(404)
        if request.method == "DELETE":
            self.removed.append(item)
            return httpx.Response(204)
        return httpx.Response(200, content=self.items[item][1])

    @property
    def house(self) -> Clearinghouse:
        """The connection to it."""
        return Clearinghouse("https://payer.test", "token", httpx.MockTransport(self))


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        yield opened


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Database]:
    """Most of what nobody can read never comes near a database; one is enough."""
    opened = open_book(f"sqlite:///{tmp_path / 'book.db'}")
    yield opened
    opened.close()


def sent(db: Database) -> str:
    """One claim on its way in batch B000001, of which nobody knows whether it arrived."""
    with db.write() as tx:
        practices.save(tx, PRACTICE)
        claim_id = charge(tx, replace(FILED, patient_control_number="P000001"))
        submissions.queue(tx, claim_id, 1, "P", CONNECTION, AT.date(), AT)
    unused = Letterbox().house
    act = Act("k", subjects.submission(CONNECTION), AT)
    prepared, _ = SubmissionActivities(db, with_one(unused)).prepare_batch(act, CONNECTION)
    assert (prepared.batch_id, prepared.claims) == ("B000001", 1)
    with db.write() as tx:
        submissions.set_batch_state(tx, prepared.batch_id, submissions.UNKNOWN, "", AT)
        outbox.done(tx, outbox.take(tx, 100, AT))
    return claim_id


async def collect(db: Database, box: Letterbox) -> MailCollected:
    act = Act("look", subjects.mailbox(CONNECTION), AT + timedelta(days=1))
    return await MailboxActivities(db, with_one(box.house)).collect_mail(act, CONNECTION)


@pytest.mark.parametrize("content", [ta1(), syntax(), claim_answer()], ids=["TA1", "999", "277CA"])
async def test_any_answer_proves_that_the_batch_arrived(db: Database, content: bytes) -> None:
    sent(db)
    kind = {ta1(): "TA1", syntax(): "999", claim_answer(): "277CA"}[content]
    assert await collect(db, Letterbox((kind, content))) == MailCollected(1, 0)
    with db.read() as tx:
        assert submissions.load_batch(tx, "B000001").state == submissions.SENT
        (kept,) = acknowledgments.of_batch(tx, "B000001")
        assert (kept.kind, kept.accepted) == (kind, True)
        assert documents.content(tx, kept.document_id) == content
        assert inbox.has(tx, CLAIM, News.ACKNOWLEDGED) == (kind == "277CA")


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("TA1", ta1(code="R"), "R:the interchange:TA104 R"),
        ("999", syntax(code="R"), "R"),
        ("277CA", claim_answer("A7:164"), "A7:164"),
    ],
)
async def test_a_refusal_is_told_to_every_claim_in_the_file(
    db: Database, kind: str, content: bytes, code: str
) -> None:
    sent(db)
    await collect(db, Letterbox((kind, content)))
    with db.write() as tx:
        (told,) = inbox.take(tx, CLAIM)
        row = acknowledgments.load(tx, int(told.reference))
        assert (row.kind, row.accepted, row.code) == (kind, False, code)
        assert [one.workflow_id for one in outbox.take(tx, 9, AT)] == [CLAIM]


async def test_an_answer_for_no_claim_of_ours_is_kept_and_named(db: Database) -> None:
    """The known claim is told; the unknown one is put before a person, by its place in the file alone."""
    sent(db)
    content = two_answers("P000001", "NOBODYS1")
    assert await collect(db, Letterbox(("277CA", content))) == MailCollected(1, 1)
    with db.read() as tx:
        assert inbox.has(tx, CLAIM, News.ACKNOWLEDGED)
        (aside,) = quarantine.list_(tx)
        (finding,) = aside.findings
        assert quarantine.raw(tx, aside.quarantine_id) == content
    assert finding.code == "acknowledgment.no_claim"
    assert finding.where == "TRN02 of claim answer 2 in the file"
    assert "did not take" in finding.message
    assert "A7:562" in finding.message
    assert not {"NOBODYS1", "DOE", "M0002P"} & set(f"{finding.message} {finding.remedy}".split())


async def test_the_same_item_twice_is_one_piece_of_news(db: Database) -> None:
    """A look that broke off after keeping, before removing, finds the item again."""
    sent(db)
    box = Letterbox(("277CA", claim_answer()))
    box.away = 1
    with pytest.raises(PayerUnavailable):
        await collect(db, box)
    assert await collect(db, box) == MailCollected(1, 0)
    assert box.removed == ["1"]
    with db.write() as tx:
        assert len(inbox.take(tx, CLAIM)) == 1
        assert len(acknowledgments.of_batch(tx, "B000001")) == 1


async def test_the_proof_of_filing_names_documents_and_days(db: Database) -> None:
    claim_id = sent(db)
    await collect(db, Letterbox(("999", syntax()), ("277CA", claim_answer())))
    with db.read() as tx:
        (proof,) = acknowledgments.proof_of_filing(tx, claim_id)
        assert proof.payer_claim_control_number == "ICN1"
        assert proof.status == ACCEPTED
        assert proof.accepted_277ca_at == proof.accepted_999_at == AT + timedelta(days=1)
        for key in (proof.document_id_837, proof.document_id_999, proof.document_id_277ca):
            assert documents.exists(tx, key)


UNREADABLE = {
    "not x12": ("999", b"<html>Service unavailable</html>"),
    "empty": ("835", b""),
    "ta1 for no batch of ours": ("TA1", ta1(999)),
    "999 for no batch of ours": ("999", syntax(999)),
    "999 with letters for a number": ("999", syntax("ABC")),
    "999 with a number too long for any batch": ("999", syntax("9" * 30)),
    "unknown kind": ("gossip", b"hello"),
    "appeal decision that is no json": ("appeal_decision", b"overturned"),
    "appeal decision without a key": ("appeal_decision", b'{"decision": "upheld"}'),
    "appeal decision of no known kind": (
        "appeal_decision",
        b'{"appeal_key": "C000001-1-1", "decision": "maybe"}',
    ),
    "appeal decision that is a list": ("appeal_decision", b"[]"),
    "appeal decision that is null": ("appeal_decision", b"null"),
    "appeal decision that is a text": ("appeal_decision", b'"upheld"'),
    "deposits without their columns": ("deposits", b"a,b\n1,2\n"),
    "deposits with a broken amount": (
        "deposits",
        b"deposit_date,amount,eft_trace_number,payer_id\n2026-03-02,1e9,T1,PAY01\n",
    ),
    "deposits with a broken day": (
        "deposits",
        b"deposit_date,amount,eft_trace_number,payer_id\nsoon,1.00,T1,PAY01\n",
    ),
    "deposits in another encoding": ("deposits", b"\xff\xfe\x00d"),
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_an_unreadable_file_is_put_aside_and_the_next_is_read(lite: Database, name: str) -> None:
    sent(lite)
    kind, content = UNREADABLE[name]
    box = Letterbox((kind, content), ("277CA", claim_answer()))
    assert await collect(lite, box) == MailCollected(2, 1)
    assert box.removed == ["1", "2"]
    with lite.read() as tx:
        (row,) = quarantine.list_(tx)
        assert (row.kind, quarantine.raw(tx, row.quarantine_id)) == (kind, content)
        (finding,) = row.findings
        assert finding.where
        assert finding.message
        assert finding.remedy
        assert inbox.has(tx, CLAIM, News.ACKNOWLEDGED)
        assert acknowledgments.of_batch(tx, "B000001")


async def test_a_number_too_long_for_a_column_is_put_aside_on_both(db: Database) -> None:
    sent(db)
    box = Letterbox(("999", syntax("9" * 12)), ("TA1", ta1("9" * 12)))
    assert await collect(db, box) == MailCollected(2, 2)
    assert box.removed == ["1", "2"]


@pytest.mark.parametrize("text", ["P\x00", "P" * 5_000, "Ω"])
async def test_a_strange_number_in_an_answer_stops_nothing(db: Database, text: str) -> None:
    sent(db)
    strange = claim_answer(control_number=text, icn=text)
    box = Letterbox(("277CA", strange), ("277CA", claim_answer(icn=f"I{text}")))
    assert (await collect(db, box)).files == 2
    assert box.removed == ["1", "2"]


async def test_an_appeal_decision_waits_for_its_process(db: Database) -> None:
    said = {
        "appeal_key": "C000001-1-1",
        "decision": "upheld",
        "decided_on": "2026-03-02",
        "reason_code": "50",
    }
    facts = claim_facts(1)
    with db.write() as tx:
        claim_id = charge(tx, facts)
    remittance_id = post(db, remittance("T1", payment(facts, "4", CO_50=10_000)))
    DenialActivities(db).classify_denial(
        denial_act(claim_id, "classify"), claim_id, f"{claim_id}-1", remittance_id
    )
    with db.write() as tx:
        assert appeals.insert(tx, appeal_row(claim_id))
    await collect(db, Letterbox(("appeal_decision", json.dumps(said).encode())))
    with db.write() as tx:
        (told,) = inbox.take(tx, subjects.appeal("C000001-1-1"))
        assert (told.kind, told.reference) == ("appeal_decision", "upheld:50")


async def test_a_decision_on_an_appeal_we_never_filed_is_put_aside(db: Database) -> None:
    said = {"appeal_key": "C000001/../x", "decision": "upheld"}
    found = await collect(db, Letterbox(("appeal_decision", json.dumps(said).encode())))
    assert found.quarantined == 1
    with db.read() as tx:
        assert inbox.unread_subjects(tx) == ()


async def test_a_claims_stage_is_not_the_mailboxs_to_change(db: Database) -> None:
    claim_id = sent(db)
    with db.read() as tx:
        before = claims.load(tx, claim_id)
    await collect(db, Letterbox(("277CA", claim_answer("A7:164"))))
    with db.read() as tx:
        assert claims.load(tx, claim_id) == before
