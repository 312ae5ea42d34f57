import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

pricing, segments, tiers = crm.pricing, crm.segments, crm.tiers

# ---------------------------------------------------------------- fees


def test_break_even_rates_of_the_small_balance_fee():
    # 12 x 40 over the missing balance, threshold 5,000.
    rates = pricing.break_even_rate([0, 1_000, 2_500, 4_000, 5_000])
    assert rates[:4].round(4).tolist() == [0.096, 0.12, 0.192, 0.48]
    assert np.isnan(rates[4])
    assert pricing.break_even_rate(0) == pytest.approx(0.096)


def test_at_the_break_even_rate_the_rule_decides():
    accounts = pd.DataFrame({"balance": [1_000], "rate": [0.12]})
    assert pricing.fee_response(accounts)["response"].item() == "pay"
    assert pricing.fee_response(accounts, at_break_even="top up")["response"].item() == "top up"


@settings(deadline=None)
@given(st.floats(0, 9_000), st.floats(0, 1), st.floats(0, 1_000))
def test_nobody_pays_more_than_the_cheapest_way_out(balance, rate, worth):
    accounts = pd.DataFrame({"balance": [balance], "rate": [rate], "worth": [worth]})
    row = pricing.fee_response(accounts).iloc[0]
    options = [480.0, (5_000 - balance) * rate, worth] if balance < 5_000 else [0.0]
    assert row["cost"] == pytest.approx(min(options))
    assert (row["response"] == "no fee") == (balance >= 5_000)


def test_fee_ledger_by_hand():
    accounts = pd.DataFrame(
        {
            "balance": [20_000, 10_000, 1_000, 1_000, 500],
            "rate": [0.05, 0.05, 0.05, 0.20, 0.20],
            "worth": [900, 900, 900, 900, 100],
        }
    )
    got = pricing.fee_ledger(
        pricing.fee_response(accounts), spread=0.03, service_cost=100, spillover=0.25
    )
    assert got["fees"] == pytest.approx(480)
    assert got["margin_on_top_ups"] == pytest.approx(0.03 * 4_000)
    assert got["margin_lost"] == pytest.approx(-15)
    assert got["service_saved"] == pytest.approx(100)
    assert got["gain"] == pytest.approx(685)
    assert got["spillover_loss"] == pytest.approx(-0.25 * (0.03 * 30_000 - 200))
    assert got["break_even_spillover"] == pytest.approx(685 / 700)


def test_fee_map_lines():
    lines = pricing.fee_map(worth=300, points=6)
    assert lines.loc[0, "leave_rate"] == pytest.approx(300 / 5_000)
    assert np.isinf(pricing.fee_map(worth=600)["leave_rate"]).all()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            {"balance": [1, -1], "rate": [0.1, 0.1]},
            "balance: 1 of 2 rows is below 0; first row 1: -1",
        ),
        ({"balance": [1], "rate": [np.nan]}, "rate: 1 of 1 rows is empty; first row 0"),
        ({"balance": [1]}, "lacks the column rate"),
    ],
)
def test_fees_refuse(table, message):
    with pytest.raises(ValueError, match=message):
        pricing.fee_response(pd.DataFrame(table))
