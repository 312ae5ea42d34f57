"""Winning against keeping, against published ratios and a grid search."""

import numpy as np
import pytest

import crmlab as crm

ltv = crm.lifetime_value


WIN = ltv.Response(ceiling=0.40, speed=0.06)


@pytest.mark.parametrize(("speed", "ratio", "value"), [(0.12, 2.41, 115.96), (0.30, 4.83, 153.28)])
def test_at_the_optimum_marginal_costs_are_equal_and_average_costs_are_not(speed, ratio, value):
    # Pfeifer 2005, J. Targeting, Measurement and Analysis for Marketing 13: both marginal costs
    # equal the lifetime value. The ratio is recomputed from the inputs below by grid search.
    keep = ltv.Response(ceiling=0.80, speed=speed)
    best = ltv.best_spending(WIN, keep, margin=60, rate=0.15)
    assert best.average_ratio == pytest.approx(ratio, abs=0.005)
    assert best.lifetime_value == pytest.approx(value, abs=0.005)
    assert best.table["marginal_cost"].tolist() == pytest.approx([best.lifetime_value] * 2)
    spend, reached = best.table["spend"], best.table["rate"]
    assert best.table["average_cost"].tolist() == pytest.approx((spend / reached).tolist())
    assert reached.tolist() == [WIN.rate(spend.iloc[0]), keep.rate(spend.iloc[1])]
    assert best.caption.startswith(f"Lifetime value {value:.2f}, equity ")
    assert best.corner == ""
    if speed == 0.12:
        assert best.table.loc["acquisition", "spend"] == pytest.approx(17.06, abs=0.005)
        assert best.table.loc["retention", "spend"] == pytest.approx(20.08, abs=0.005)
    win, keeping = np.arange(0, 40, 0.05), np.arange(0, 40, 0.05)
    kept = 0.8 * (1 - np.exp(-speed * keeping))
    times = np.arange(200)[:, None]
    worth = (kept**times * (60 - keeping / 1.15) / 1.15**times).sum(axis=0)
    equity = np.outer(worth, 0.4 * (1 - np.exp(-0.06 * win))) - win
    row, column = np.unravel_index(equity.argmax(), equity.shape)
    assert best.table.loc["acquisition", "spend"] == pytest.approx(win[column], abs=0.05)
    assert best.table.loc["retention", "spend"] == pytest.approx(keeping[row], abs=0.05)
    assert best.customer_equity == pytest.approx(equity.max(), abs=1e-3)


def test_corners_are_reported():
    keep = ltv.Response(ceiling=0.8, speed=0.12)
    poor = ltv.best_spending(WIN, keep, margin=5, rate=0.15)
    assert poor.corner == "no spending on acquisition or retention"
    assert poor.customer_equity == 0
    assert np.isnan(poor.average_ratio)
    slow = ltv.best_spending(WIN, ltv.Response(0.01, 0.01), margin=100, rate=0.15)
    assert slow.corner == "no spending on retention"
    assert slow.lifetime_value == 100
    hard = ltv.best_spending(ltv.Response(0.01, 0.01), keep, margin=60, rate=0.15)
    assert hard.corner == "no spending on acquisition"


def test_response_goes_through_its_point_and_stays_below_its_ceiling():
    response = ltv.Response.through(10, 0.2, ceiling=0.4)
    assert response.rate(10) == pytest.approx(0.2)
    slope = (response.rate(10 + 1e-6) - response.rate(10)) / 1e-6
    assert response.marginal_cost(10) == pytest.approx(1 / slope, rel=1e-5)
    with pytest.raises(ValueError, match="not below its ceiling"):
        ltv.Response.through(10, 0.4, ceiling=0.4)
    with pytest.raises(ValueError, match="at most 1"):
        ltv.Response(1.2, 0.1)
    with pytest.raises(ValueError, match="no limit"):
        ltv.best_spending(WIN, ltv.Response(1, 0.1), margin=60, rate=0)
    with pytest.raises(ValueError, match="give a Response"):
        ltv.best_spending(0.4, WIN, margin=60, rate=0.15)
