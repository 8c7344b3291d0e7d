"""Tables fit: columns go by priority, sentences wrap, ids and amounts are never cut; CSV has every field."""

import csv
import io
from typing import Any

import pytest
from rich.console import Console

from revcycle.cli.listing import write_csv
from revcycle.cli.tables import Column, Columns, Kind, facts, table

ROWS = [
    {
        "task_id": "C000001-fix_registration-1",
        "reason": "The payer says that the coverage had ended before the day of service; ask for the new card.",
        "amount_cents": -1_234_567,
        "due_at": "2026-01-09T17:00:00+00:00",
        "state": "escalated",
        "overdue": True,
        "payer_id": "SBX01",
        "choices": ["corrected", "write_off"],
        "position": 7,
    }
]
COLUMNS = (
    Column("task_id"),
    Column("amount_cents", 3),
    Column("due_at", 2),
    Column("overdue", 2, Kind.FLAG),
    Column("reason"),
    Column("payer_id", 4),
    Column("choices", 5),
)


def drawn(columns: Columns, width: int = 80, rows: list[dict[str, Any]] = ROWS) -> list[str]:
    out = Console(width=width, file=io.StringIO(), color_system=None)
    table(out, rows, columns, "nothing")
    file = out.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [30, 40, 60, 80, 132])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, drawn(COLUMNS, width))) <= width


def test_the_reason_wraps_and_every_word_of_it_is_there() -> None:
    lines = drawn(COLUMNS)
    assert len(lines) > 2
    text = " ".join(lines)
    for word in str(ROWS[0]["reason"]).split():
        assert word in text


@pytest.mark.parametrize("width", [60, 80, 132])
def test_ids_and_amounts_are_whole(width: int) -> None:
    text = "\n".join(drawn(COLUMNS, width))
    assert "C000001-fix_registration-1" in text
    if "amount" in text:
        assert "-$12,345.67" in text


def test_the_least_important_column_goes_first_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(drawn(COLUMNS, 90))
    assert "choices" not in text
    assert "amount" in text
    assert "choices" in capsys.readouterr().err


def test_a_column_without_a_value_is_left_out_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert "ending" not in drawn(("task_id", "ending"))[0]
    assert capsys.readouterr().err == ""


def test_what_must_stay_and_does_not_fit_becomes_a_list_of_fields() -> None:
    whole = (Column("task_id"), Column("amount_cents"), Column("state"), Column("payer_id"))
    lines = drawn(whole, 44)
    assert lines[0].split() == ["task_id".replace("_", " ").split()[0], "id", "C000001-fix_registration-1"]
    assert any("-$12,345.67" in line for line in lines)


def test_amounts_and_numbers_stand_to_the_right() -> None:
    heads, row = drawn(("position", "amount_cents", "payer_id"))
    assert row.index("-$12,345.67") + len("-$12,345.67") == heads.index("amount") + len("amount")
    assert row.split()[0] == "7"


def test_urgency_is_a_word_first_and_a_colour_on_a_terminal_only() -> None:
    assert "yes" in drawn((Column("overdue", kind=Kind.FLAG),))[1]
    out = Console(width=80, file=io.StringIO(), force_terminal=True, color_system="standard", no_color=False)
    table(out, ROWS, ("state", Column("overdue", kind=Kind.FLAG)), "")
    file = out.file
    assert isinstance(file, io.StringIO)
    assert "\x1b[33mescalated" in file.getvalue()
    assert "\x1b[1;31myes" in file.getvalue()
    assert "\x1b" not in "".join(drawn(("state",)))


def test_facts_wrap_too() -> None:
    out = Console(width=80, file=io.StringIO(), color_system=None)
    facts(out, ROWS[0])
    file = out.file
    assert isinstance(file, io.StringIO)
    assert max(map(len, file.getvalue().splitlines())) <= 80


def test_csv_has_every_field_in_the_answers_order_and_reads_back() -> None:
    out = io.StringIO()
    write_csv(out, ROWS)
    assert out.getvalue().startswith("task_id,reason,amount_dollars,due_at,")
    assert out.getvalue().endswith("\r\n")
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert row["amount_dollars"] == "-12345.67"
    assert row["reason"] == ROWS[0]["reason"]
    assert row["choices"] == "corrected; write_off"
    assert row["overdue"] == "yes"


def test_csv_of_no_rows_still_says_its_columns() -> None:
    out = io.StringIO()
    write_csv(out, [], ("claim_id", "charge_cents"))
    assert out.getvalue() == "claim_id,charge_dollars\r\n"


def test_what_holds_commas_quotes_and_lines_is_quoted() -> None:
    out = io.StringIO()
    said = 'He said "no", twice,\nand left.'
    write_csv(out, [{"reason": said}])
    assert next(csv.DictReader(io.StringIO(out.getvalue(), newline="")))["reason"] == said
