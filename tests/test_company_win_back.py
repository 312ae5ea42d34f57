"""The win-back tables: a fair lot, returns and second lives as the data card says."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare, kstest

from crmlab.company import simulate
from crmlab.company.winning_back import COST, GIFT, OFFERS, REASONS

END = pd.Timestamp("2026-01-01")


@pytest.fixture(scope="module")
def lantern():
    return simulate()


@pytest.fixture(scope="module")
def larger():
    """Some 16,000 lost members with their truth."""
    tables = simulate(seed=5, customers=40_000)
    return tables["win_back"].merge(tables["truth_win_back"], on="customer_id")


def days(table, first, last):
    return (table[last] - table[first]).dt.days


def test_members_close_their_card_within_a_month_of_leaving(lantern):
    lost = lantern["win_back"].merge(lantern["truth"], on="customer_id")
    kind = lost["customer_id"].map(lantern["customers"].set_index("customer_id")["kind"])
    assert set(kind) == {"member"}
    assert days(lost, "left_on", "lost").between(1, 30).all()
    assert lost["lost"].is_monotonic_increasing
    assert lost["lost"].max() < pd.Timestamp("2025-11-01")
    assert lantern["truth_win_back"]["customer_id"].equals(lantern["win_back"]["customer_id"])


def test_the_lot_is_drawn_on_the_first_of_the_next_month(lantern):
    dealt = lantern["win_back"].dropna(subset="offered")
    next_month = dealt["lost"].dt.to_period("M").dt.start_time + pd.offsets.MonthBegin(1)
    assert dealt["offered"].eq(next_month).mean() > 0.99  # the first lot takes one month more
    assert (dealt["offered"] > dealt["lost"]).all()
    assert dealt["offered"].min() == pd.Timestamp("2024-03-01")
    assert dealt["offered"].max() == pd.Timestamp("2025-11-01")


def test_bad_debt_and_the_unprofitable_are_left_out_of_the_lot(lantern):
    lost = lantern["win_back"]
    out = (lost["bad_debt"] == 1) | (lost["first_margin"] <= 0)
    assert lost["offer"].isna().equals(out)
    later = ["offer", "offered", "offer_cost", "returned", "left_again", "gift", "spent", "margin"]
    assert lost.loc[out, later].isna().all(axis=None)
    assert (
        lost.loc[~out, ["offer", "offered", "offer_cost", "gift", "margin"]].notna().all(axis=None)
    )
    assert 50 < (lost["bad_debt"] == 1).sum() < 90


def test_first_margin_is_purchases_less_contacts(lantern):
    lost = lantern["win_back"].set_index("customer_id")["first_margin"]
    earned = lantern["transactions"].groupby("customer_id")["margin"].sum()
    spent = lantern["contacts"].groupby("customer_id")["cost"].sum()
    net = earned.sub(spent, fill_value=0)
    np.testing.assert_allclose(lost, net.reindex(lost.index), atol=0.006)


def test_the_lot_is_fair(larger):
    dealt = larger.dropna(subset="offer")
    assert chisquare(dealt["offer"].value_counts()).pvalue > 0.001
    for column in ("first_margin", "monthly_margin"):
        by_offer = dealt.groupby("offer")[column]
        error = dealt[column].std() / np.sqrt(by_offer.size())
        assert ((by_offer.mean() - dealt[column].mean()).abs() < 4 * error).all()
    share = pd.crosstab(dealt["offer"], dealt["reason"], normalize="index")
    assert (share.max() - share.min()).max() < 0.03


def test_costs_gifts_and_order_of_days(larger):
    dealt = larger.dropna(subset="offer")
    assert set(dealt["offer"]) == set(OFFERS)
    assert set(larger["reason"]) == set(REASONS)
    assert dealt["offer_cost"].eq(dealt["offer"].map(COST)).all()
    back = dealt["returned"].notna()
    assert dealt["gift"].eq(dealt["offer"].map(GIFT).where(back, 0.0)).all()
    assert (dealt.loc[~back, ["spent", "margin"]] == 0).all(axis=None)
    assert dealt.loc[~back, "left_again"].isna().all()
    assert (dealt.loc[back, "spent"] >= 1).all()
    assert (dealt["margin"] - 0.55 * dealt["spent"]).abs().max() < 0.006
    assert (days(dealt, "offered", "returned").dropna() >= 1).all()
    assert (days(dealt, "returned", "left_again").dropna() >= 1).all()
    assert dealt[["returned", "left_again"]].max().max() < END


@pytest.mark.parametrize("offer", OFFERS)
def test_returns_within_180_days_are_the_true_chances(larger, offer):
    dealt = larger[larger["offer"].eq(offer) & (larger["offered"] <= END - pd.Timedelta(days=182))]
    came = days(dealt, "offered", "returned") <= 181
    for _, group in dealt.groupby("reason"):
        chance, n = group[f"chance_{offer}"].iloc[0], len(group)
        assert came[group.index].mean() == pytest.approx(
            chance, abs=4 * np.sqrt(chance * (1 - chance) / n)
        )


def test_days_to_return_are_weibull(larger):
    early = larger[(larger["offered"] == "2024-03-01") | (larger["offered"] == "2024-04-01")]
    early = early[(early["offer"] == "discount") & (early["reason"] == "price")]
    wait = days(early, "offered", "returned").fillna(10_000)
    hazard = -np.log1p(-early["chance_discount"].iloc[0])
    seen = wait[wait <= 600]
    limit = 1 - np.exp(-hazard * (600 / 180) ** 0.7)
    law = 1 - np.exp(-hazard * ((seen - 1) / 180) ** 0.7)
    assert kstest(law / limit, "uniform").pvalue > 0.001


def test_second_lives_end_at_the_true_rates_and_gifts_draw_hunters(larger):
    back = larger.dropna(subset="returned")
    months = (back["left_again"].fillna(END) - back["returned"]).dt.days / (365.25 / 12)
    ended = back["left_again"].notna()
    rate = back["second_rate"] * back["offer"].map(
        {"none": 1, "discount": 1.3, "call": 1, "bundle": 1.3}
    )
    for key in ("offer", "reason"):
        for _, group in back.groupby(key):
            expected = (rate * months)[group.index].sum()  # the integrated hazard, up to rounding
            assert ended[group.index].sum() == pytest.approx(
                expected, abs=4 * np.sqrt(expected) + 0.03 * expected
            )


def test_margins_of_second_lives_are_the_true_means(larger):
    back = larger.dropna(subset="returned")
    months = (back["left_again"].fillna(END) - back["returned"]).dt.days / (365.25 / 12)
    expected = (back["monthly_margin"] * months).sum()
    assert back["margin"].sum() == pytest.approx(expected, rel=0.03)


def test_the_true_order_of_offers(lantern):
    lost, truth = lantern["win_back"], lantern["truth_win_back"]
    both = truth[lost["offer"].notna()].assign(reason=lost["reason"])
    profit = pd.DataFrame(
        {
            offer: both[f"chance_{offer}"] * (both[f"value_{offer}"] - GIFT[offer]) - COST[offer]
            for offer in OFFERS
        }
    )
    chance = pd.Series({offer: both[f"chance_{offer}"].mean() for offer in OFFERS})
    # the bundle wins most and pays least; price leavers return more, service leavers bring more
    assert chance.idxmax() == profit.mean().idxmin() == "bundle"
    assert profit.mean().idxmax() == "call"
    by_reason = both.groupby("reason")
    assert by_reason["chance_none"].mean().idxmax() == "price"
    assert by_reason["monthly_margin"].mean().idxmax() == "service"
    assert profit.groupby(both["reason"]).mean().idxmax(axis=1).to_dict() == {
        "price": "none",
        "service": "call",
        "moved": "none",
        "other": "none",
    }


@pytest.mark.parametrize("customers", [1, 3, 40])
def test_a_tiny_company_has_the_same_columns(customers):
    tiny, usual = simulate(seed=2, customers=customers), simulate(seed=1, customers=300)
    for name in ("win_back", "truth_win_back"):
        assert tiny[name].columns.equals(usual[name].columns)
        assert tiny[name].dtypes.equals(usual[name].dtypes), name
    short = simulate(seed=1, customers=300, months=15)["win_back"]
    assert short["offered"].max() < pd.Timestamp("2025-03-01")
