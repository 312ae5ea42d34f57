import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmlab as crm

pricing = crm.pricing
BANK = {"threshold": 5_000, "fee": 40, "fees_per_year": 12}


def test_break_even_rates_of_the_small_balance_fee():
    # 12 x 40 over the missing balance, threshold 5,000.
    rates = pricing.break_even_rate([0, 1_000, 2_500, 4_000, 5_000], **BANK)
    assert rates[:4].round(4).tolist() == [0.096, 0.12, 0.192, 0.48]
    assert np.isnan(rates[4])
    assert pricing.break_even_rate(0, **BANK) == pytest.approx(0.096)
    assert np.isnan(pricing.break_even_rate(6_000, **BANK))
    quarterly = pricing.break_even_rate(0, threshold=5_000, fee=40, fees_per_year=4)
    assert quarterly == pytest.approx(0.032)


def test_at_the_break_even_rate_the_rule_decides():
    accounts = pd.DataFrame({"balance": [1_000], "rate": [0.12]})
    pays = pricing.fee_response(accounts, **BANK)
    assert pays.table["response"].item() == "pay"
    tops = pricing.fee_response(accounts, **BANK, at_break_even="top up")
    assert tops.table["response"].item() == "top up"


def test_equal_is_equal_up_to_rounding():
    # 0.1 + 0.2 is the threshold; 3 x 0.1 a year is what topping up 1 at 30 % costs.
    accounts = pd.DataFrame({"balance": [0.1 + 0.2, 0.3], "rate": 0.1})
    found = pricing.fee_response(accounts, threshold=0.3, fee=1, fees_per_year=1)
    assert found.table["response"].tolist() == ["no fee", "no fee"]
    just = pricing.fee_response(
        pd.DataFrame({"balance": [0.0], "rate": [0.1 + 0.2]}),
        threshold=1,
        fee=0.1,
        fees_per_year=3,
        at_break_even="top up",
    )
    assert just.table["response"].item() == "top up"


@given(st.floats(0, 9_000), st.floats(0, 1), st.floats(0, 1_000))
def test_nobody_pays_more_than_the_cheapest_way_out(balance, rate, worth):
    accounts = pd.DataFrame({"balance": [balance], "rate": [rate], "worth": [worth]})
    row = pricing.fee_response(accounts, **BANK).table.iloc[0]
    due = balance < 5_000 * (1 - 1e-9)
    options = [480.0, (5_000 - balance) * rate, worth] if due else [0.0]
    assert row["cost"] == pytest.approx(min(options), rel=1e-8)
    assert (row["response"] == "no fee") == (not due)


FIVE = pd.DataFrame(
    {
        "balance": [20_000, 10_000, 1_000, 1_000, 500],
        "rate": [0.05, 0.05, 0.05, 0.20, 0.20],
        "worth": [900, 900, 900, 900, 100],
    }
)


def test_fee_ledger_by_hand():
    responses = pricing.fee_response(FIVE, **BANK)
    assert responses.caption == "Threshold 5,000: no fee 2, pay 1, top up 1, leave 1."
    got = pricing.fee_ledger(responses, spread=0.03, service_cost=100, spillover=0.25)
    assert got["fees"] == pytest.approx(480)
    assert got["margin_on_top_ups"] == pytest.approx(0.03 * 4_000)
    assert got["margin_lost"] == pytest.approx(-15)
    assert got["service_saved"] == pytest.approx(100)
    assert got["gain"] == pytest.approx(685)
    assert got["spillover_loss"] == pytest.approx(-0.25 * (0.03 * 30_000 - 200))
    assert got["net"] == pytest.approx(685 - 175)
    assert got["break_even_spillover"] == pytest.approx(685 / 700)


def test_the_ledger_tops_up_to_the_threshold_of_the_responses():
    responses = pricing.fee_response(FIVE, threshold=2_000, fee=40, fees_per_year=12)
    got = pricing.fee_ledger(responses, spread=0.03, service_cost=100)
    topped = responses.table.query("response == 'top up'")["balance"]
    assert got["margin_on_top_ups"] == pytest.approx(0.03 * (2_000 * len(topped) - topped.sum()))


def test_holders_are_told_by_their_id():
    accounts = FIVE.assign(customer_id=list("ABCDE"))
    assert pricing.fee_response(accounts, **BANK).table.index.tolist() == list("ABCDE")


def test_fee_map_lines():
    lines = pricing.fee_map(**BANK, worth=300)
    assert lines.table.loc[0, "leave_rate"] == pytest.approx(300 / 5_000)
    assert lines.above == "leave"
    # 300 over 5,000, 4,000, 2,500 and 1,000.
    assert lines.marks["rate"].tolist() == pytest.approx([0.06, 0.075, 0.12, 0.30])
    stays = pricing.fee_map(**BANK, worth=600)
    assert np.isinf(stays.table["leave_rate"]).all()
    assert stays.above == "pay the fee"
    assert stays.marks["rate"].tolist() == pytest.approx([0.096, 0.12, 0.192, 0.48])
    middle = stays.table.iloc[100]
    assert middle[["balance", "break_even_rate"]].tolist() == pytest.approx([2_500, 0.192])


def sentences(ax):
    return [ax.get_title(loc="left"), *(text.get_text() for text in ax.texts)]


@pytest.mark.parametrize(("worth", "word"), [(None, "pay the fee"), (300, "leave")])
def test_the_figure_says_what_the_map_says(worth, word):
    lines = pricing.fee_map(**BANK, worth=worth)
    ax = lines.plot()
    assert sentences(ax) == [
        "The cheapest answer to a fee on small balances",
        word,
        "top up",
        *(f"{rate:.1%}" for rate in lines.marks["rate"]),
    ]
    low, high = ax.collections[:2]  # what is filled below the line, and above it
    assert low.get_datalim(ax.transData).y0 == pytest.approx(0)
    assert high.get_datalim(ax.transData).y0 == pytest.approx(lines.line.min())
    top_up, above = (text for text in (ax.texts[1], ax.texts[0]))
    assert top_up.get_position()[1] < above.get_position()[1]
    x, y = ax.lines[0].get_data()
    assert y[0] == pytest.approx(lines.line.iloc[0])
    assert x[1] == pytest.approx(25)
    assert ax.get_xlabel() == "balance of the account"
    ax.figure.canvas.draw()


ACCOUNT = pd.DataFrame({"balance": [1.0], "rate": [0.1]})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: pricing.fee_response(pd.DataFrame({"balance": [1, -1], "rate": 0.1}), **BANK),
            "balance: 1 of 2 rows is below 0; first row 1: -1",
        ),
        (
            lambda: pricing.fee_response(ACCOUNT.assign(rate=np.nan), **BANK),
            "rate: 1 of 1 rows is empty; first row 0",
        ),
        (lambda: pricing.fee_response(ACCOUNT[["balance"]], **BANK), "lacks the column rate"),
        (lambda: pricing.fee_response([1], **BANK), "accounts is of type list"),
        (
            lambda: pricing.fee_response(ACCOUNT, **BANK, at_break_even="leave"),
            "at_break_even is 'leave'",
        ),
        (lambda: pricing.break_even_rate("100", **BANK), "balance is '100'"),
        (lambda: pricing.break_even_rate([], **BANK), "balance is empty"),
        (lambda: pricing.break_even_rate(0, **{**BANK, "threshold": 0}), "threshold is 0"),
        (lambda: pricing.break_even_rate(0, **{**BANK, "fee": "40"}), "fee is '40'"),
        (lambda: pricing.fee_map(**{**BANK, "fees_per_year": np.nan}), "fees_per_year is nan"),
        (lambda: pricing.fee_map(**BANK, worth=-1), "worth is -1"),
        (
            lambda: pricing.fee_ledger(ACCOUNT, spread=0.1, service_cost=1),
            "responses is of type DataFrame; give what fee_response returned",
        ),
        (
            lambda: pricing.fee_ledger(
                pricing.fee_response(FIVE, **BANK), spread=0.1, service_cost=1, spillover=25
            ),
            "spillover is 25",
        ),
        (lambda: pricing.plot_fee_map(ACCOUNT), "plot_fee_map draws a FeeMap"),
    ],
)
def test_fees_refuse(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_a_fee_of_nothing_is_paid():
    free = {**BANK, "fee": 0}
    assert pricing.fee_response(ACCOUNT, **free).table["response"].item() == "pay"
    pricing.fee_map(**free).plot()
