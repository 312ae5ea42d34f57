"""The wholesale tables: money that adds up, causes that act as the data card says."""

import numpy as np
import pandas as pd
import pytest

from crmlab.company import simulate


@pytest.fixture(scope="module")
def lantern():
    return simulate()


@pytest.fixture(scope="module")
def larger():
    """Some 600 accounts."""
    return simulate(seed=5, customers=40_000)


def owed(tables):
    """What each invoice still lacks."""
    paid = tables["payments"].groupby("invoice_id")["amount"].sum()
    invoices = tables["invoices"].set_index("invoice_id")
    return invoices, (invoices["amount"] - paid.reindex(invoices.index, fill_value=0)).round(2)


def test_every_wholesale_order_is_billed_once_within_ten_days_or_not_yet(lantern):
    orders = lantern["transactions"].query("channel == 'account' and amount > 0")
    both = orders.merge(lantern["invoices"], on="order_id", how="left", suffixes=("", "_billed"))
    billed = both["invoice_id"].notna()
    wait = (both["date_billed"] - both["date"]).dt.days[billed]
    assert wait.between(1, 10).all()
    assert (both["amount"] == both["amount_billed"])[billed].all()
    assert (both.loc[~billed, "date"] >= "2025-12-22").all()
    assert (lantern["invoices"]["due"] - lantern["invoices"]["date"]).dt.days.eq(30).all()


def test_no_invoice_is_paid_twice_and_payments_follow_it(lantern):
    invoices, rest = owed(lantern)
    assert (rest >= 0).all()
    payments = lantern["payments"].merge(invoices, on="invoice_id", suffixes=("", "_of"))
    assert (payments["customer_id"] == payments["customer_id_of"]).all()
    assert (payments["date"] >= payments["date_of"]).all()
    assert (payments["amount"] > 0).all()


def test_credit_notes_are_the_refunds(lantern):
    refunds = lantern["transactions"].query("channel == 'account' and amount < 0")
    notes = lantern["payments"].query("kind == 'credit note'")
    assert len(notes) > 5
    assert notes["amount"].sum() == pytest.approx(-refunds["amount"].sum(), rel=0.25)
    assert set(notes["customer_id"]) <= set(refunds["customer_id"])


def test_the_failing_pay_later_before_they_stop_buying(larger):
    invoices, _ = owed(larger)
    truth = larger["truth_accounts"].set_index("customer_id")
    first = larger["payments"].query("kind == 'payment'").groupby("invoice_id")["date"].min()
    late = (first - invoices["due"]).dt.days
    trouble = invoices["customer_id"].map(truth["trouble_from"])
    failed = invoices["customer_id"].map(truth["failed"]) == 1
    before, during = (invoices["due"] < trouble) & failed, (invoices["due"] >= trouble) & failed
    own = late.groupby(invoices["customer_id"])
    gap = (
        late[during].groupby(invoices["customer_id"]).mean()
        - late[before].groupby(invoices["customer_id"]).mean()
    )
    assert own.ngroups > 300
    # up to 45 days more, rising evenly; the last are hardly ever paid
    assert 8 < gap.mean() < 22
    orders = larger["transactions"].query("channel == 'account' and amount > 0")
    last = orders.groupby("customer_id")["date"].max()
    gone = truth["left_on"].notna()
    assert (last[truth.index[gone]] <= truth["left_on"][gone]).all()


def test_only_the_failing_leave_bills_unpaid(larger):
    invoices, rest = owed(larger)
    truth = larger["truth_accounts"].set_index("customer_id")
    failed = invoices["customer_id"].map(truth["failed"]) == 1
    old = invoices["due"] < pd.Timestamp("2025-08-01")
    assert (rest[old & ~failed] == 0).all()
    left = invoices["customer_id"].map(truth["left_on"])
    lost = old & failed & (invoices["due"] >= left - pd.Timedelta(days=29))
    n = lost.sum()
    share = ((rest > 0) & lost).sum() / n
    assert share == pytest.approx(0.85, abs=4 * np.sqrt(0.85 * 0.15 / n))


def test_weak_accounts_show_it_and_fail_more(larger):
    both = larger["accounts"].merge(larger["truth_accounts"], on="customer_id")
    left = both[both["left_on"].notna()]
    weak = left["equity_ratio"] < left["equity_ratio"].median()
    assert left["failed"][weak].mean() > left["failed"][~weak].mean() + 0.15
    assert both["credit_limit"].isna().mean() == pytest.approx(0.06, abs=0.04)


def test_plans_start_after_the_first_order_and_swing_with_the_season(larger):
    plans = larger["plans"]
    first = larger["transactions"].groupby("customer_id")["date"].min()
    assert (plans["month"] > plans["customer_id"].map(first)).all()
    assert plans["month"].dt.day.eq(1).all()
    ratio = plans["expense_budget"].sum() / plans["planned_sales"].sum()
    assert ratio == pytest.approx(0.06, abs=0.001)
    whole = plans.groupby(["customer_id", plans["month"].dt.year])["month"].transform("size") == 12
    by_month = plans[whole].groupby(plans["month"].dt.month)["planned_sales"].sum()
    assert by_month[12] / by_month[6] == pytest.approx(1.15 / 0.85, rel=0.06)


def test_each_account_has_one_lead_before_it_and_methods_win_at_their_rates(larger):
    from crmlab.company.leads import METHODS

    leads, customers = larger["leads"], larger["customers"].set_index("customer_id")
    won = leads[leads["won"] == 1]
    accounts = customers.index[customers["kind"] == "wholesale"]
    assert sorted(won["became"]) == sorted(accounts)
    assert leads.loc[leads["won"] == 0, "became"].isna().all()
    assert (won["approached"] <= won["became"].map(customers["joined"])).all()
    web = won["became"].map(customers["channel"]) == "web"
    assert (won["method"] == "internet").equals(web)
    for method, (cost, chance, share) in METHODS.items():
        own = leads[leads["method"] == method]
        if share == 0:
            continue
        assert own["cost"].mean() == pytest.approx(cost, rel=4 * np.sqrt(1 / 6 / len(own)))
        # the leads that failed are drawn around what the wins ask for
        fails = own["won"].sum() * (1 - chance) / chance
        assert (own["won"] == 0).sum() == pytest.approx(fails, abs=4 * np.sqrt(max(fails, 1)) + 1)


def test_pool_fails_at_the_chances_of_the_truth(lantern):
    pool = lantern["credit_pool"].merge(lantern["truth_pool"], on="account_id")
    chance = pool["chance_to_fail"]
    for part in (pool.index, pool.index[chance < 0.08], pool.index[chance > 0.15]):
        p, n = chance[part].mean(), len(part)
        sd = np.sqrt((chance[part] * (1 - chance[part])).sum()) / n
        assert pool["failed"][part].mean() == pytest.approx(p, abs=3.5 * sd)
    log_odds = np.log(chance / (1 - chance))
    whole = pool.dropna().assign(
        young=lambda t: np.exp(-t["age_of_firm"] / 4),
        over=lambda t: np.maximum(t["limit_use"] - 0.7, 0) / 0.3,
        sector=lambda t: t["sector"].map({"cafe": 0.5, "office": -0.6, "shop": 0.0, "hotel": 0.1}),
    )
    causes = whole[["sector", "young", "equity_ratio", "days_late", "over", "owner_birth_year"]]
    design = np.column_stack([np.ones(len(whole)), causes])
    found = np.linalg.lstsq(design, log_odds[whole.index], rcond=None)[0]
    assert found[1:] == pytest.approx([1, 0.8, -2.5, 0.07, 1.2, 0], abs=0.06)


def test_croissants_add_up_and_follow_the_cups(lantern):
    cups = lantern["cups"]
    asked = cups["sold"] + cups["asked_in_vain"]
    assert (cups["sold"] <= cups["baked"]).all()
    assert ((cups["asked_in_vain"] == 0) | (cups["sold"] == cups["baked"])).all()
    total = cups["cups"].sum()
    assert asked.sum() / total == pytest.approx(0.32, abs=4 * np.sqrt(0.32 * 0.68 / total))
    assert (cups["baked"] % 10 == 0).all()
    assert len(cups) == 731 * 4
    by_day = cups.groupby(cups["date"].dt.day_of_week)["cups"].mean()
    assert by_day[4] / by_day[6] == pytest.approx(1.2 / 0.75, rel=0.05)
