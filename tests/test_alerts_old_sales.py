"""What became of old sales."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab import alerts

FIRST = pd.Timestamp("2025-01-01")


def ledger(seed, named):
    lot = np.random.default_rng(seed)
    date = FIRST + pd.to_timedelta(lot.integers(0, 300, 30), "D")
    bills = pd.DataFrame(
        {
            "invoice_id": [f"F{number}" for number in range(30)],
            "customer_id": lot.choice(["a", "b", "c"], 30),
            "date": date,
            "due": date + pd.to_timedelta(lot.integers(0, 40, 30), "D"),
            "amount": lot.integers(1, 200, 30).astype(float),
        }
    )
    paid = pd.DataFrame(
        {
            "customer_id": lot.choice(["a", "b", "c"], 40),
            "date": FIRST + pd.to_timedelta(lot.integers(0, 400, 40), "D"),
            "amount": lot.integers(1, 120, 40).astype(float),
        }
    )
    if named:
        which = lot.integers(0, 30, 40)
        paid["invoice_id"] = bills["invoice_id"].to_numpy()[which]
        paid["customer_id"] = bills["customer_id"].to_numpy()[which]
        paid.loc[lot.random(40) < 0.3, "invoice_id"] = None
    return bills, paid


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=40)
def test_what_is_lost_is_what_open_items_finds_open(seed, named):
    bills, paid = ledger(seed, named)
    old = alerts.old_sales(bills, paid, until="2026-02-28", due_by="2026-02-28")
    items = alerts.open_items(bills, paid, until="2026-02-28")
    assert old.lost == pytest.approx(items.table["open"].sum(), abs=1e-6)
    assert old["reached"].iloc[0] == bills["amount"].sum()
    assert (old["reached"].diff().dropna() <= 1e-9).all()
    assert old["loss_rate"].between(0, 1).all()


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_payments_without_a_name_pay_the_oldest_first_day_by_day(seed):
    bills, paid = ledger(seed, named=False)
    old = alerts.old_sales(bills, paid, until="2026-02-28", due_by="2025-06-30")
    followed = bills[bills["due"] <= "2025-06-30"]
    for name, edge in (("1-30 days", 0), ("over 90 days", 90)):
        left = 0.0
        for one in followed.itertuples():
            day = one.due + pd.Timedelta(days=edge)
            money = paid.loc[(paid.customer_id == one.customer_id) & (paid.date <= day), "amount"]
            same = bills[bills["customer_id"] == one.customer_id]
            same = same.sort_values(["due", "date"], kind="stable")
            before = same["amount"].cumsum().shift(fill_value=0.0)[one.Index]
            left += one.amount - np.clip(money.sum() - before, 0, one.amount)
        assert old["reached"][name] == pytest.approx(left)


def test_one_day_late_has_reached_the_first_bucket_and_paid_on_the_day_has_not():
    bills = pd.DataFrame(
        {
            "invoice_id": ["1", "2", "3"],
            "customer_id": ["a", "b", "c"],
            "date": "2025-01-01",
            "due": "2025-01-31",
            "amount": [100.0, 10.0, 1.0],
        }
    )
    paid = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "invoice_id": ["1", "2", "3"],
            "date": ["2025-01-31", "2025-02-01", "2025-03-03"],
            "amount": [100.0, 10.0, 1.0],
        }
    )
    old = alerts.old_sales(bills, paid, until="2025-12-31", due_by="2025-02-28")
    assert old["reached"].tolist() == [111, 11, 1, 0, 0]
    assert (old.lost, old["loss_rate"].sum()) == (0, 0)
    assert old.caption == "Of 111.00 sold 0.00 was never paid."


def test_the_interval_of_the_loss_draws_customers():
    bills = pd.DataFrame(
        {
            "invoice_id": [str(number) for number in range(100)],
            "customer_id": [f"c{number}" for number in range(100)],
            "date": "2025-01-01",
            "due": "2025-01-31",
            "amount": 10.0,
        }
    )
    paid = bills.iloc[20:].assign(date="2025-01-20").drop(columns="due")
    old = alerts.old_sales(bills, paid, until="2025-12-31", due_by="2025-06-30")
    loss = old.expected_loss(dict.fromkeys(old.table.index, 0.0) | {"not due": 1_000.0})
    assert loss["estimate"] == pytest.approx(200)
    assert loss["low"] == pytest.approx(200 - 1.96 * 40, abs=8)
    assert loss["high"] == pytest.approx(200 + 1.96 * 40, abs=8)
    narrow = old.expected_loss(
        dict.fromkeys(old.table.index, 0.0) | {"not due": 1_000.0}, confidence=0.5
    )
    assert loss["low"] < narrow["low"] < 200 < narrow["high"] < loss["high"]


def test_old_sales_refused():
    bills, paid = ledger(1, named=True)
    with pytest.raises(ValueError, match="due_by is 2026-03-01, after until"):
        alerts.old_sales(bills, paid, until="2026-02-28", due_by="2026-03-01")
    with pytest.raises(ValueError, match="No invoice was due by 2024-01-01"):
        alerts.old_sales(bills, paid, until="2026-02-28", due_by="2024-01-01")
    with pytest.raises(ValueError, match="balances has the buckets"):
        alerts.old_sales(bills, paid, until="2026-02-28", due_by="2025-06-30").expected_loss(
            {"x": 1}
        )
    unknown = paid.assign(invoice_id="F99")
    with pytest.raises(ValueError, match="name invoices that are not there"):
        alerts.old_sales(bills, unknown, until="2026-02-28", due_by="2025-06-30")


def test_nothing_was_ever_paid():
    bills, paid = ledger(1, named=False)
    old = alerts.old_sales(bills, paid.iloc[:0], until="2026-02-28", due_by="2026-02-28")
    assert old.lost == bills["amount"].sum()
    assert old["loss_rate"].tolist() == [1, 1, 1, 1, 1]


def test_no_loss_so_far_is_no_promise():
    bills, _ = ledger(1, named=False)
    paid = bills.assign(date=bills["due"])
    old = alerts.old_sales(bills, paid, until="2026-02-28", due_by="2026-02-28")
    loss = old.expected_loss(dict.fromkeys(old.table.index, 20.0))
    share = 1.959964**2 / (3 + 1.959964**2)  # Wilson, none of three customers
    assert loss.tolist() == pytest.approx([0, 0, 100 * share])
