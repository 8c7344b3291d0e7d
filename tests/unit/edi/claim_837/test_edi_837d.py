"""Dental claims: what is written is read back, stands in the guide's order, and is refused where it cannot stand."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from revcycle.domain.claims.claim import Claim, ClaimFrequency, ClaimKind, NamedProvider, Statements
from revcycle.domain.claims.claim_details import DatedEvent, Note, ProviderRole, Reference
from revcycle.domain.claims.dental import DentalClaim, DentalService, Orthodontics, Tooth, ToothStatus
from revcycle.domain.claims.institutional import Stay
from revcycle.edi.claim_837.x12_837 import ClaimToSend, read_claims, refusal, write_claims
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import CannotWrite, sniff
from revcycle.edi.wire.interchange import read_file
from revcycle.edi.wire.segments import Segment
from tests.support.edi.dental_facts import claims_to_send, realistic
from tests.support.edi.edi_facts import ENVELOPE, RECEIVER, SUBMITTER
from tests.support.edi.judges import judge_of_claims
from tests.support.edi.segment_order import in_order

JUDGE = judge_of_claims()
SAMPLES = Path(os.environ.get("REVCYCLE_CORPUS") or Path(__file__).parents[5] / "shared" / "corpus")
TREATED = DentalService((Tooth("14", ("M", "O")), Tooth("15")), ("10",), "R")

# 005010X224A2, loop by loop: what may stand there, in the guide's order
PARTY = "NM1 PRV N3 N4 REF PER DTP"
LOOPS = {
    "2300": "CLM DTP DN1 DN2 PWK CN1 AMT*F5 REF K3 NTE*ADD HI",
    "2310": "NM1*DN NM1*P3 NM1*82 NM1*77 NM1*DD NM1*DQ",
    "2320": "SBR CAS AMT*D AMT*A8 AMT*EAF OI MOA",
    "2330": "NM1*IL NM1*PR",
    "2400": "LX SV3 TOO DTP CN1 REF K3",
    "2420": "NM1*82 NM1*DD NM1*DQ NM1*77",
    "2430": "SVD CAS DTP*573 AMT*EAF",
}
NUMBERS = {
    "2300": {"G3", "4N", "F8", "9F", "G1", "9A", "9C", "D9"},
    "2400": {"G3", "G1", "6R", "9B", "9D", "9F"},
}
DATES = {"2300": {"439", "452", "472", "050"}, "2400": {"472", "441", "452", "446", "196", "198"}}


def claim_loops(data: bytes) -> Iterator[tuple[str, list[Segment]]]:
    """Cut what stands behind each CLM into its loops; names (2310, 2330, 2420) go to a loop of their own kind."""
    name = ""
    loop: list[Segment] = []
    for segment in read_file(data).transactions[0].segments:
        if segment.id in ("HL", "CLM", "SBR", "LX", "SVD", "NM1"):
            if name:
                yield name, loop
            below = {
                "2300": "2310",
                "2310": "2310",
                "2320": "2330",
                "2330": "2330",
                "2400": "2420",
                "2420": "2420",
            }
            opened = {"CLM": "2300", "SBR": "2320" if name else "", "LX": "2400", "SVD": "2430", "HL": ""}
            name, loop = opened.get(segment.id, below.get(name, "")), []
        loop.append(segment)
    if name:
        yield name, loop


def check_order(data: bytes) -> None:
    """Every loop of every claim has only what the guide has there, in the guide's order."""
    names: list[Segment] = []
    last = ""
    for name, loop in claim_loops(data):
        if name in ("2310", "2330", "2420"):
            names = [*names, loop[0]] if last == name else [loop[0]]
            assert in_order(names, LOOPS[name]), name
            assert in_order(loop, PARTY), name
        else:
            assert in_order(loop, LOOPS[name]), name
        for segment in loop:
            if segment.id == "REF" and name in NUMBERS:
                assert segment[1] in NUMBERS[name]
            if segment.id == "DTP" and name in DATES:
                assert segment[1] in DATES[name]
        last = name


def written(*sends: ClaimToSend) -> bytes:
    return write_claims(ENVELOPE, SUBMITTER, RECEIVER, sends)


def one(number: int = 1) -> ClaimToSend:
    return list(realistic(number + 1))[number]


def changed(**change: object) -> ClaimToSend:
    sent = one()
    return replace(sent, claim=replace(sent.claim, **change))  # type: ignore[arg-type]  # fields of their own types


def with_line(**change: object) -> ClaimToSend:
    line = replace(one().claim.lines[0], **change)  # type: ignore[arg-type]  # fields of their own types
    return changed(lines=(line,), charge_cents=line.charge_cents)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(claims_to_send())
def test_a_claim_written_is_the_claim_read(sent: ClaimToSend) -> None:
    data = written(sent)
    file = read_claims(data)
    assert (file.findings, file.quarantined) == ((), ())
    assert [read.claim for read in file.claims] == [sent.claim]
    assert [read.prior_payments for read in file.claims] == [sent.prior_payments]
    check_order(data)


@pytest.mark.skipif(
    JUDGE is None, reason="no judge here (set REVCYCLE_CORPUS to the folder of samples beside it)"
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(claims_to_send())
def test_a_claim_written_passes_the_independent_judge(tmp_path: Path, sent: ClaimToSend) -> None:
    assert JUDGE is not None
    assert JUDGE(written(sent), tmp_path) == []


def test_a_dentists_file_is_recognised_and_comes_back_whole() -> None:
    sends = list(realistic(40))
    data = written(*sends)
    assert sniff(data) == "837D"
    assert data.count(b"005010X224A2") == 2
    assert [read.claim for read in read_claims(data).claims] == [sent.claim for sent in sends]
    check_order(data)


def test_a_line_says_teeth_surfaces_and_placement() -> None:
    data = written(with_line(dental=TREATED, units=Decimal(2)))
    assert b"SV3*AD:D2391*180**10*R*2*****1~\nTOO*JP*14*M:O~\nTOO*JP*15~\n" in data


def test_lines_of_one_day_share_the_date_of_the_claim() -> None:
    first, second = one().claim.lines
    assert written(one()).count(b"DTP*472*D8*20260106~") == 1
    later = replace(second, service_date=date(2026, 1, 9))
    data = written(changed(lines=(first, later)))
    assert data.index(b"DTP*472*D8*20260106~") > data.index(b"LX*1~")
    assert data.index(b"DTP*472*D8*20260109~") > data.index(b"LX*2~")


def test_a_predetermination_has_no_date_of_service() -> None:
    asked = replace(one().claim.lines[0], service_date=NOT_STATED)
    sent = changed(dental=DentalClaim(predetermination=True), lines=(asked,), charge_cents=asked.charge_cents)
    data = written(sent)
    assert b"11:B:1*Y*A*Y*Y**********PB~" in data
    assert b"DTP*" not in data
    assert read_claims(data).claims[0].claim == sent.claim


def test_orthodontics_and_missing_teeth() -> None:
    status = (ToothStatus("1", "M"), ToothStatus("17", "E"))
    for treatment, segment in (
        (Orthodontics(Decimal(36), Decimal(27)), b"DN1*36*27~"),
        (Orthodontics(), b"DN1****Y~"),
    ):
        data = written(changed(dental=DentalClaim(status, treatment)))
        assert segment + b"\nDN2*1*M****JP~\nDN2*17*E****JP~" in data


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (changed(stay=Stay("11", date(2026, 1, 1), date(2026, 1, 2), "01")), "CLM05"),
        (changed(place_of_service=""), "CLM05-1"),
        (changed(claim_frequency=ClaimFrequency.LATE_CHARGES), "CLM05-3"),
        (changed(statements=Statements(accepts_assignment="B")), "CLM07"),
        (changed(special_program_code="09"), "CLM12"),
        (changed(dental=DentalClaim((ToothStatus("1", "I"),))), "DN202"),
        (with_line(dental=DentalService((), (), "X")), "SV305"),
        (with_line(dental=DentalService((Tooth("1", ("Q",)),))), "TOO03"),
        (changed(patient_is_pregnant=True), "PAT09"),
        (changed(condition_codes=("AA",)), "HI"),
        (changed(statements=Statements(signed_for_patient=True)), "CLM10"),
        (changed(diagnosis_codes=("K029",) * 5), "HI05"),
        (changed(references=(Reference("EW", "1"),)), "REF01"),
        (changed(dates=(DatedEvent("431", date(2026, 1, 1)),)), "DTP01"),
        (changed(notes=(Note("ADD", "A"),) * 6), "NTE01"),
        (changed(dental=DentalClaim((ToothStatus("1", "M"),) * 36)), "DN201"),
        (changed(dental=DentalClaim(predetermination=True)), "DTP01"),
        (changed(lines=one().claim.lines * 26), "LX01"),
        (changed(providers=(NamedProvider(ProviderRole.ATTENDING, one().claim.billing_provider),)), "NM101"),
        (with_line(procedure_qualifier="HC"), "SV301-1"),
        (with_line(procedure_code=""), "SV301-2"),
        (with_line(unit="MJ"), "SV306"),
        (with_line(epsdt=True), "SV3"),
        (with_line(service_date=NOT_STATED), "DTP03"),
        (with_line(modifiers=("A1",) * 5), "SV301-7"),
        (with_line(diagnosis_pointers=(1,) * 5), "SV311-5"),
        (with_line(dental=DentalService((Tooth("1"),) * 33)), "TOO01"),
        (with_line(dental=DentalService((Tooth("1", tuple("MODBLF")),))), "TOO03-6"),
        (with_line(dental=DentalService((), ("10",) * 6)), "SV304-6"),
        (with_line(notes=(Note("ADD", "A"),)), "NTE01"),
    ],
)
def test_what_a_dental_claim_cannot_say_is_refused_by_element(sent: ClaimToSend, field: str) -> None:
    with pytest.raises(CannotWrite) as refused:
        written(sent)
    assert refused.value.field == field
    finding = refusal(sent)
    assert finding is not None
    assert (finding.code, finding.where) == ("837d.cannot_write", field)


def test_what_no_fact_holds_is_named() -> None:
    data = (
        written(one()).replace(b"HI*ABK", b"HCP*00*100~\nHI*ABK").replace(b"REF*6R", b"AMT*GT*5~\nREF*6R", 1)
    )
    findings = read_claims(data).findings
    assert {f.code for f in findings if "segment" in f.where} >= {"837d.not_carried"}
    assert len([f for f in findings if f.code == "837d.not_carried"]) == 2


def test_a_claim_without_any_date_is_put_aside() -> None:
    data = written(one()).replace(b"DTP*472*D8*20260106~\n", b"")
    file = read_claims(data)
    assert [f.code for q in file.quarantined for f in q.findings] == ["x12.missing_segment"]


def test_an_appliance_gives_its_day_where_no_other_is() -> None:
    data = written(one()).replace(b"DTP*472*D8*20260106~", b"DTP*452*D8*20260106~")
    file = read_claims(data)
    assert {line.service_date for line in file.claims[0].claim.lines} == {date(2026, 1, 6)}
    assert "837d.service_date" in {f.code for f in file.findings}


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="no corpus of samples here (set REVCYCLE_CORPUS to its folder)"
)
def test_dental_samples_of_other_projects_are_read() -> None:
    samples = [
        path
        for path in sorted(SAMPLES.rglob("*.edi"))
        if b"005010X224A2" in path.read_bytes() and path.with_name(path.name + ".expected.json").exists()
    ]
    assert len(samples) >= 5
    put_aside: list[str] = []
    for sample in samples:
        expected = json.loads(sample.with_name(sample.name + ".expected.json").read_text())
        file = read_claims(sample.read_bytes())
        assert len(file.claims) + len(file.quarantined) == expected["n_claims"], sample.name
        told = {claim["claim"]: claim for claim in expected["claims"]}
        for read in file.claims:
            check_sample(read.claim, told[read.claim.patient_control_number])
        put_aside += [finding.where for part in file.quarantined for finding in part.findings]
    assert put_aside == ["SV302 in segment 25"]  # the one sample whose line has no charge


def check_sample(claim: Claim, told: dict[str, object]) -> None:
    assert claim.kind is ClaimKind.DENTAL
    assert claim.patient_control_number == told["claim"]
    assert claim.charge_cents == Decimal(str(told["charge"])) * 100
    assert [line.charge_cents for line in claim.lines] == [Decimal(c) * 100 for c in told["lines"]]  # type: ignore[attr-defined]  # a list
    assert len(claim.coverages) - 1 == told["cob"]
