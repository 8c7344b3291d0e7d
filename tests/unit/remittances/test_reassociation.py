"""Remittance and bank."""

from datetime import date

import pytest

from revcycle.domain.remittances.reassociation import Reassociation
from revcycle.edi.bank.deposits import read_deposits
from revcycle.rules.remittances.reassociation import deposit_due, reassociate, same_trace


@pytest.mark.parametrize(
    ("paid", "arrived", "state"),
    [
        (500, 500, Reassociation.MATCHED),
        (500, 400, Reassociation.AMOUNT_MISMATCH),
        (500, None, Reassociation.MISSING),
        (0, None, Reassociation.NOT_NEEDED),
    ],
)
def test_amounts_decide(paid: int, arrived: int | None, state: Reassociation) -> None:
    assert reassociate(paid, arrived) is state


def test_five_business_days_step_over_weekend_and_holiday() -> None:
    assert deposit_due(date(2026, 1, 14)) == date(2026, 1, 22)


def test_a_trace_number_posts_once() -> None:
    assert same_trace(()) == ()
    assert "R000001" in same_trace(("R000001",))[0].message


def test_a_bad_row_never_stops_the_bank_file() -> None:
    text = (
        "deposit_date,amount,eft_trace_number,payer_id\n"
        "2026-03-03,12.50,T1,PAY01\n"
        "2026-03-03,1e3,T2,PAY01\n"
        "03/03/2026,1,T3,PAY01\n"
        "2026-03-03,1,,PAY01\n"
        "2026-03-03\n"
    )
    file = read_deposits(text.encode())
    assert [(one.eft_trace_number, one.amount_cents) for one in file.credits] == [("T1", 1250)]
    assert [f.where for f in file.findings] == ["row 3", "row 4", "row 5", "row 6"]


def test_a_file_of_something_else_is_one_finding() -> None:
    assert [f.code for f in read_deposits(b"ISA*00*\xff").findings] == ["deposits.columns"]
