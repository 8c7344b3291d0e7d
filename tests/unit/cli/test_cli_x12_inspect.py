"""``revcycle x12 inspect`` reads on this machine, prints totals, and refuses what is no X12 in plain words."""

import io
import json
from pathlib import Path

import pytest

from revcycle.cli.desk import Desk
from revcycle.cli.exits import Exit
from revcycle.cli.main import run

SAMPLE = (
    f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260105*0900*^*00501*000000001*0*T*:~"
    "GS*HC*S*R*20260105*0900*1*X*005010X222A1~ST*837*0001*005010X222A1~HL*2*1*22*0~NM1*IL*1*DOE*JANE~"
    "NM1*85*2*CLINIC\x1b[2J~CLM*C1*1234.5***11:B:1~LX*1~DTP*472*D8*20260102~SE*8*0001~GE*1*1~IEA*1*000000001~"
)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "claims.837"
    path.write_text(SAMPLE)
    return path


def test_people_read_totals_in_dollars(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["x12", "inspect", str(sample)], Desk()) == (Exit.OK, None)
    shown = capsys.readouterr().out
    for words in ("professional claims", "$1,234.50", "2026-01-02", "SENDER", "nothing wrong"):
        assert words in shown
    assert "DOE" not in shown
    assert "\x1b" not in shown


def test_patients_are_named_when_asked_for(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["x12", "inspect", "--people", str(sample)], Desk())
    assert "DOE, JANE" in capsys.readouterr().out


def test_machines_read_json_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SAMPLE.encode())))
    assert run(["x12", "inspect", "-", "--json"], Desk())[0] == Exit.OK
    answer = json.loads(capsys.readouterr().out)
    assert answer["totals"][0]["amounts"] == {"charge_cents": 123450}
    assert answer["envelopes"][0]["groups"] == ["HC 005010X222A1"]


def test_a_cut_file_is_shown_with_what_is_wrong(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample.write_text(SAMPLE[: SAMPLE.index("SE*8")])
    assert run(["x12", "inspect", str(sample)], Desk())[0] == Exit.FINDING
    assert "error: SE after segment 9" in capsys.readouterr().out


def test_what_is_no_x12_is_refused(sample: Path) -> None:
    sample.write_text("hello")
    code, failure = run(["x12", "inspect", str(sample)], Desk())
    assert code == Exit.REFUSED
    assert failure is not None
    assert failure.error["remedy"]
    assert run(["x12", "inspect", str(sample) + ".gone"], Desk())[0] == Exit.NOT_FOUND
