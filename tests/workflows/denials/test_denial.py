"""Denials from the remittance to their end, time skipped: nothing leaves the books without somebody's word."""

import base64
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from revcycle.access.roles import Role, may_answer
from revcycle.db import decisions, ledger
from revcycle.db.claims import claims, corrections
from revcycle.db.denials import appeals, denials
from revcycle.db.mail import documents
from revcycle.db.work import deadlines
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.claim import ClaimFrequency
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.denials.appeal import AppealKind, AppealOutcome
from revcycle.domain.denials.denial import DenialOutcome, DenialRouteKind, DenialState
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.work import subjects
from revcycle.domain.work.task_kinds import TaskKind
from tests.support.denials.denial_desk import Desk, denial_desk, say
from tests.support.remittances.remittance_book import (
    AT,
    balances,
    claim_facts,
    payment,
    payment_with,
    post,
    remittance,
)
from tests.support.temporal import start_time_skipping
from workflows.appeal import Appeal
from workflows.catalog import runner
from workflows.denial import Denial
from workflows.human_decision import HumanDecision

CHARGE = 10_000
FACTS = claim_facts(1)


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    async with await start_time_skipping() as started:
        yield started


@pytest.fixture
async def desk(env: WorkflowEnvironment, home: Path) -> AsyncIterator[Desk]:
    async with denial_desk(env, home) as opened:
        yield opened


async def start(desk: Desk, days_ago: int = 1, **adjusted: int) -> tuple[str, WorkflowHandle[Any, Any]]:
    claim_id = desk.charged(FACTS)
    remittance_id = await desk.denied(payment_with(FACTS, adjusted, "4"), days_ago)
    return claim_id, await desk.run(claim_id, remittance_id)


def insurance_cents(desk: Desk, claim_id: str) -> int:
    with desk.db.read() as tx:
        return ledger.claim_balance(tx, claim_id).insurance_cents


def clocks_of(desk: Desk, subject: str) -> list[tuple[str, DeadlineState]]:
    with desk.db.read() as tx:
        return [(one.name, one.state) for one in deadlines.of_subject(tx, subject)]


async def test_co16_is_corrected_and_goes_again_as_a_replacement(desk: Desk) -> None:
    claim_id, handle = await start(desk, CO_16=CHARGE)
    with desk.db.write() as tx:
        change = {"place_of_service": "22"}
        correction_id = corrections.propose(tx, claim_id, change, "wrong place", "bo", AT)
    desk.answers = {TaskKind.FIX_DENIAL: [say("corrected", correction_id)]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.CORRECTED
    assert insurance_cents(desk, claim_id) == CHARGE
    with desk.db.read() as tx:
        facts = claims.facts(tx, claim_id)
        assert (facts.place_of_service, facts.claim_frequency) == ("22", ClaimFrequency.REPLACEMENT)
        assert facts.payer_claim_control_number == "ICNP000001"
        denial = denials.load(tx, f"{claim_id}-1")
        assert (denial.state, denial.outcome) == (DenialState.ENDED, DenialOutcome.CORRECTED)
        states = {d.name: d.state for d in deadlines.of_subject(tx, subjects.denial(f"{claim_id}-1"))}
        assert states["corrected claim"] is states["denial work"] is DeadlineState.MET
    (task,) = desk.seen
    assert task.owner_role == "biller"
    assert task.due_at.date() < denial.correct_by - timedelta(days=7)


async def test_co197_is_appealed_by_itself_and_overturned(desk: Desk) -> None:
    desk.payer.decisions = {1: "overturned"}
    claim_id, handle = await start(desk, CO_197=CHARGE)
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert desk.seen == []
    ((filing, at),) = desk.payer.filed
    assert (filing.level, filing.kind, filing.appeal_key) == (1, "appeal", f"{claim_id}-1-1")
    assert insurance_cents(desk, claim_id) == CHARGE
    with desk.db.read() as tx:
        appeal = appeals.load(tx, f"{claim_id}-1-1")
        assert appeal.outcome is AppealOutcome.OVERTURNED
        assert at.date() <= appeal.file_by
        assert documents.content(tx, appeal.packet_document_id) == filing.document
        assert claims.load(tx, claim_id).stage is ClaimStage.APPEALED
        states = {d.name: d.state for d in deadlines.of_subject(tx, subjects.appeal(f"{claim_id}-1-1"))}
        assert states["appeal filing"] is states["appeal decision"] is DeadlineState.MET
        told = [d.outcome for d in decisions.of_subject(tx, subjects.claim(claim_id))]
        assert told[-5:] == ["appeal", "file", "ready", "filed", "overturned"]
        policies = {d.policy for d in decisions.of_subject(tx, subjects.claim(claim_id)) if d.policy}
        assert policies == {"commercial@2020-01-01.1"}
    packet = pypdf.PdfReader(io.BytesIO(filing.document))
    assert set(packet.attachments) == {"exhibit-A-claim-summary.txt", "exhibit-B-remittance-excerpt.txt"}
    assert b"CO-197" in packet.attachments["exhibit-B-remittance-excerpt.txt"][0]
    (letter,) = desk.mail_drop.iterdir()
    assert letter.name == f"appeal-{claim_id}-1-1.pdf"
    assert letter.stat().st_mode & 0o777 == 0o600


async def test_co50_is_upheld_twice_and_written_off_by_a_manager_only(desk: Desk) -> None:
    desk.payer.decisions = {1: "upheld:50", 2: "upheld:50"}
    desk.answers = {TaskKind.APPROVE_APPEAL: [say("approve")]}
    claim_id, handle = await start(desk, CO_50=CHARGE)
    for _ in range(110):
        await desk.turn()
    assert insurance_cents(desk, claim_id) == CHARGE, "no yes, no write-off, however long it takes"
    assert {task.owner_role for task in desk.open_tasks()} == {"manager"}
    desk.answers[TaskKind.APPROVE_WRITE_OFF] = [say("write_off", actor="mia")]
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF
    assert [filing.level for filing, _ in desk.payer.filed] == [1, 2]
    assert insurance_cents(desk, claim_id) == 0
    assert balances(desk.db)[LedgerAccount.ADMINISTRATIVE_WRITE_OFF] == CHARGE
    with desk.db.read() as tx:
        first, second = appeals.of_denial(tx, f"{claim_id}-1")
        assert first.decided_at is not None
        assert second.notice_date == first.decided_at.date()
        last = decisions.of_subject(tx, subjects.claim(claim_id))[-1]
        assert (last.outcome, last.actor, last.rule) == ("written_off", "mia", "person")


async def test_co29_is_answered_with_the_record_of_filing(desk: Desk) -> None:
    desk.payer.decisions = {1: "overturned"}
    claim_id = desk.charged(FACTS)
    desk.acknowledged(claim_id, datetime(2026, 2, 10, 12, tzinfo=UTC))
    remittance_id = await desk.denied(payment(FACTS, "4", CO_29=CHARGE))
    handle = await desk.run(claim_id, remittance_id)
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    ((filing, _),) = desk.payer.filed
    assert filing.kind == AppealKind.TIMELY_FILING_PROOF.value
    packet = pypdf.PdfReader(io.BytesIO(filing.document))
    record = packet.attachments["exhibit-C-filing-record.txt"][0].decode()
    assert "277CA accepted 2026-02-10" in record
    assert "a" * 64 in record
    assert "b" * 64 in record


async def test_co29_without_proof_is_brought_to_a_manager(desk: Desk) -> None:
    claim_id, handle = await start(desk, CO_29=CHARGE)
    desk.answers = {TaskKind.APPROVE_WRITE_OFF: [say("hold"), say("write_off")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF
    assert desk.payer.filed == []
    first, second = desk.seen
    assert {first.kind, second.kind} == {TaskKind.APPROVE_WRITE_OFF}
    assert second.created_at - first.created_at >= timedelta(days=30)
    assert clocks_of(desk, subjects.denial(f"{claim_id}-1")) == [
        ("denial work", DeadlineState.MET),
        ("write-off hold", DeadlineState.MET),
        ("denial work", DeadlineState.MET),
    ]


async def test_on_each_day_of_many_weeks_a_manager_may_answer_an_untouched_write_off(desk: Desk) -> None:
    _, handle = await start(desk, CO_29=CHARGE)
    for day in range(40):
        await desk.turn()
        waiting = [task for task in desk.open_tasks() if task.kind is TaskKind.APPROVE_WRITE_OFF]
        assert waiting, f"nobody is asked on day {day}"
        assert all(may_answer(Role.MANAGER, task.owner_role) for task in waiting)
    assert len({task.task_id for task in desk.seen}) > 2
    desk.answers = {TaskKind.APPROVE_WRITE_OFF: [say("write_off")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF


async def test_a_last_day_for_a_corrected_claim_that_passes_is_missed_and_told(desk: Desk) -> None:
    claim_id, handle = await start(desk, days_ago=170, CO_16=CHARGE)
    for _ in range(20):
        await desk.turn()
    subject = subjects.denial(f"{claim_id}-1")
    assert ("corrected claim", DeadlineState.MISSED) in clocks_of(desk, subject)
    told = [task for task in desk.seen if task.kind is TaskKind.FILING_LIMIT_PASSED]
    assert [task.owner_role for task in told] == ["manager"]
    assert "corrected claim" in told[0].reason
    with desk.db.read() as tx:
        missed = [
            d for d in decisions.of_subject(tx, subjects.claim(claim_id)) if d.outcome == "clock_missed"
        ]
    assert sum("corrected claim" in one.reason for one in missed) == 1
    desk.answers = {TaskKind.FIX_DENIAL: [say("write_off")], TaskKind.APPROVE_WRITE_OFF: [say("write_off")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF
    assert not [state for _, state in clocks_of(desk, subject) if state is DeadlineState.ARMED]


async def test_an_unknown_reason_goes_to_a_person_again_and_again(desk: Desk) -> None:
    claim_id, handle = await start(desk, CO_ZZZ=CHARGE)
    for _ in range(40):
        await desk.turn()
    assert len({task.task_id for task in desk.seen}) > 1
    desk.answers = {TaskKind.CLASSIFY_DENIAL: [say("bill_patient")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.PATIENT_DUE
    with desk.db.read() as tx:
        balance = ledger.claim_balance(tx, claim_id)
        assert (balance.insurance_cents, balance.patient_cents) == (0, CHARGE)
        denial = denials.load(tx, f"{claim_id}-1")
        assert denial.route is DenialRouteKind.BILL_PATIENT


async def test_a_wrong_payer_with_another_coverage_on_file_is_no_end(desk: Desk) -> None:
    facts = claim_facts(2, payers=2)
    claim_id = desk.charged(facts)
    remittance_id = await desk.denied(payment(facts, "4", CO_109=CHARGE))
    handle = await desk.run(claim_id, remittance_id)
    assert (await desk.ended(handle)).outcome is DenialOutcome.NEXT_PAYER
    with desk.db.read() as tx:
        row = claims.load(tx, claim_id)
        assert (row.payer_id, row.responsibility.value, row.stage) == ("PAY02", "S", ClaimStage.NEXT_PAYER)
    assert insurance_cents(desk, claim_id) == CHARGE


async def test_a_last_day_tomorrow_is_still_met(desk: Desk) -> None:
    desk.payer.decisions = {1: "overturned"}
    claim_id, handle = await start(desk, days_ago=179, CO_50=CHARGE)
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    with desk.db.read() as tx:
        states = {d.name: d.state for d in deadlines.of_subject(tx, subjects.appeal(f"{claim_id}-1-1"))}
        assert states["appeal filing"] is DeadlineState.MET


async def test_a_last_day_past_is_not_pretended_away(desk: Desk) -> None:
    _, handle = await start(desk, days_ago=200, CO_50=CHARGE)
    desk.answers = {TaskKind.APPROVE_WRITE_OFF: [say("appeal"), say("write_off")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF
    assert desk.payer.filed == []
    assert "the last day to file level 1 was" in desk.seen[0].reason


async def test_what_was_paid_meanwhile_is_not_written_off(desk: Desk) -> None:
    claim_id, handle = await start(desk, CO_29=CHARGE)
    await desk.turn()
    now = await desk.now()
    post(desk.db, remittance("PAID", payment(FACTS, CO_45=3_000), day=now.date()), now)
    desk.answers = {TaskKind.APPROVE_WRITE_OFF: [say("write_off")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert LedgerAccount.ADMINISTRATIVE_WRITE_OFF not in balances(desk.db)
    with desk.db.read() as tx:
        told = [d.outcome for d in decisions.of_subject(tx, subjects.claim(claim_id))]
    assert told[-1] == "nothing_open"


async def test_histories_replay(desk: Desk) -> None:
    desk.payer.decisions = {1: "upheld", 2: "overturned"}
    desk.answers = {TaskKind.APPROVE_APPEAL: [say("approve")]}
    claim_id, handle = await start(desk, CO_50=CHARGE)
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    replayer = Replayer(
        workflows=[Appeal, Denial, HumanDecision],
        data_converter=desk.client.data_converter,
        workflow_runner=runner(),
    )
    appeal_ids = [subjects.appeal(f"{claim_id}-1-{level}") for level in (1, 2)]
    for workflow_id in (subjects.denial(f"{claim_id}-1"), *appeal_ids):
        history = await desk.client.get_workflow_handle(workflow_id).fetch_history()
        await replayer.replay_workflow(history)


async def test_no_person_is_in_the_history(desk: Desk) -> None:
    desk.payer.decisions = {1: "overturned"}
    claim_id, handle = await start(desk, CO_197=CHARGE)
    await desk.ended(handle)
    codec = desk.client.data_converter.payload_codec
    assert codec is not None
    for workflow_id in (subjects.denial(f"{claim_id}-1"), subjects.appeal(f"{claim_id}-1-1")):
        history = await desk.client.get_workflow_handle(workflow_id).fetch_history()
        plain = await codec.decode(_payloads(json.loads(history.to_json())))
        told = b" ".join(payload.data for payload in plain)
        assert b"CO-197" in told or b"overturned" in told
        for marker in (b"JAN1", b"DOE", b"M0001", b"P000001", b"1980-01-01"):
            assert marker not in told


def _payloads(node: object) -> list[Payload]:
    """Every payload in a history's JSON."""
    if isinstance(node, list):
        return [found for item in node for found in _payloads(item)]
    if not isinstance(node, dict):
        return []
    if "metadata" in node and "data" in node:
        metadata = {name: base64.b64decode(value) for name, value in node["metadata"].items()}
        return [Payload(metadata=metadata, data=base64.b64decode(node["data"]))]
    return [found for item in node.values() for found in _payloads(item)]
