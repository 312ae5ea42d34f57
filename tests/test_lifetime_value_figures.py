"""Every figure says and shows what its result holds."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import crmlab as crm
from crmlab import style

ltv = crm.lifetime_value
PLAN = pd.DataFrame({"margin": [100.0, 100, 20], "service_cost": [10.0, 10, 30]})
CASH = ltv.cash_table(PLAN, acquisition=80, rate=0.10, first="end")
VALUES = ltv.retention_table(100, [0.9, 0.5, 0.8], rate=0.1, first="start", acquisition=50)
OBSERVED = ltv.renewals_from_survivors([1000, 631, 468, 382])


@pytest.fixture
def ax():
    mpl.use("Agg")
    figure, ax = plt.subplots()
    yield ax
    figure.canvas.draw()
    plt.close(figure)


def title(ax):
    return ax.get_title(loc="left")


def words(ax):
    return [text.get_text() for text in ax.texts]


def colour(artist):
    get = getattr(artist, "get_facecolor", None) or artist.get_color
    return mpl.colors.to_hex(get(), keep_alpha=False).upper()


def test_cash_flows(ax):
    assert CASH.plot(ax=ax) is ax
    assert [bar.get_height() for bar in ax.patches] == [-80, 90, 90, -10]
    assert [bar.get_x() + bar.get_width() / 2 for bar in ax.patches] == [0, 1, 2, 3]
    good, cost = style.COLOURS["good"], style.COLOURS["cost"]
    assert [colour(bar) for bar in ax.patches] == [cost, good, good, cost]
    today, plain = ax.lines[:2]
    # -80 + 90/1.1 + 90/1.21 - 10/1.331
    assert today.get_ydata()[-1] == pytest.approx(68.685, abs=5e-4)
    assert plain.get_ydata().tolist() == [-80, 10, 100, 90]
    assert (colour(today), colour(plain)) == (style.COLOURS["value"], style.COLOURS["neutral"])
    assert words(ax) == ["money of today\n69", "plain sum\n90", "paid back after 0.978"]
    assert ax.lines[-1].get_xdata()[0] == pytest.approx(80 / (90 / 1.1))
    assert title(ax) == "One customer: 90 in money, worth 69 today"
    assert CASH.caption == "Worth 68.69 today at 0.1 a period; paid back after 0.978 periods."
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Time (periods)", "Money")


def test_cash_flows_without_rate_or_payback_say_less(ax):
    poor = ltv.cash_table(PLAN, acquisition=500, rate=0, first="start")
    ltv.plot_cash_flows(poor, ax)
    assert words(ax) == ["money of today\n-330"]
    assert len(ax.lines) == 2  # the running total and the line of zero
    assert title(ax) == "One customer: -330 in money"


def test_bridge(ax):
    bridge = CASH.bridge()
    assert bridge.plot(ax=ax) is ax
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        *("margin", "service\ncost", "acquisition", "discounting", "value\ntoday"),
    ]
    # 220 - 50 - 80 = 90, of which waiting costs 90 - 68.69
    bottoms = [bar.get_y() for bar in ax.patches]
    tops = [bar.get_y() + bar.get_height() for bar in ax.patches]
    assert bottoms == pytest.approx([0, 170, 90, 68.685, 0], abs=5e-4)
    assert tops == pytest.approx([220, 220, 170, 90, 68.685], abs=5e-4)
    good, cost, value = (style.COLOURS[name] for name in ("good", "cost", "value"))
    assert [colour(bar) for bar in ax.patches] == [good, cost, cost, cost, value]
    assert words(ax) == ["220", "-50", "-80", "-21.3", "68.7"]
    joins = [line.get_ydata()[0] for line in ax.lines[:4]]
    assert joins == pytest.approx([220, 170, 90, 68.685], abs=5e-4)
    assert title(ax) == "Of 220 in margins, 69 is the value today"


def test_bridge_leaves_out_steps_of_zero_and_goes_below_it(ax):
    plan = pd.DataFrame({"margin": [30.0]})
    ltv.plot_bridge(ltv.cash_table(plan, acquisition=80, rate=0, first="end").bridge(), ax)
    assert words(ax) == ["30", "-80", "-50"]
    assert [bar.get_y() for bar in ax.patches] == [0, -50, -50]
    assert ax.get_ylim()[0] < -50
    assert title(ax) == "Of 30 in margins, -50 is the value today"
    nothing = ltv.cash_table(pd.DataFrame({"margin": [0]}), acquisition=0, rate=0, first="end")
    assert nothing.bridge().shown.index.tolist() == ["value today"]


def test_value_by_retention(ax):
    assert VALUES.plot(ax=ax, mark=0.8) is ax
    line, mark = ax.lines
    assert line.get_xdata().tolist() == [0.5, 0.8, 0.9]
    # 100 x 1.1 / (1.1 - r) - 50
    assert line.get_ydata() == pytest.approx(110 / (1.1 - np.array([0.5, 0.8, 0.9])) - 50)
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == pytest.approx((0.8, 110 / 0.3 - 50))
    assert words(ax) == ["at 80%: 317,\n3.7 margins"]
    assert title(ax) == "A customer is worth 1.83 margins\nat 50% retention, 5.5 at 90%"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Retention per period", "Lifetime value (money)")
    assert VALUES.caption == "Margin 100, rate 0.1, acquisition 50."
    with pytest.raises(ValueError, match=r"retention 0.7 is not in the table; it has 0.9, 0.5, 0."):
        ltv.plot_value_by_retention(VALUES, mark=0.7)


BEST = ltv.best_spending(ltv.Response(0.4, 0.06), ltv.Response(0.8, 0.12), margin=60, rate=0.15)


def test_spending(ax):
    assert BEST.plot(ax=ax, won=10, kept=5) is ax
    won, won_today, kept, kept_today, worth = ax.lines
    for line, ceiling, speed in ((won, 0.4, 0.06), (kept, 0.8, 0.12)):
        spends = line.get_xdata()
        exact = np.exp(speed * spends) / (ceiling * speed)
        assert line.get_ydata() == pytest.approx(exact)
    assert won.get_xdata()[-1] == pytest.approx(1.05 * 17.06, abs=0.01)
    assert kept.get_xdata()[-1] == pytest.approx(1.05 * 20.08, abs=0.01)
    assert (colour(won), colour(kept)) == (style.COLOURS["value"], style.COLOURS["cost"])
    assert won_today.get_xydata()[0] == pytest.approx([10, np.exp(0.6) / 0.024])
    assert kept_today.get_xydata()[0] == pytest.approx([5, np.exp(0.6) / 0.096])
    assert worth.get_ydata()[0] == pytest.approx(115.96, abs=0.01)
    assert words(ax) == ["one more won", "one more kept", "worth: 116"]
    assert title(ax) == "One more won costs 76, one more kept 19"
    assert ax.get_xlabel() == "Spent on each person (points: today)"
    assert ax.get_ylabel() == "Cost of one more customer"
    assert ax.get_ylim() == pytest.approx((0, 1.25 * BEST.lifetime_value))


def test_survival(ax):
    fitted = pd.DataFrame({"estimate": [1, 0.6], "low": [1, 0.5], "high": [1, 0.8]})
    constant = ltv.survival(0.63, periods=2)
    assert OBSERVED.plot(ax=ax, fitted=fitted, constant=constant) is ax
    dashed, model, points = ax.lines[:3]
    assert dashed.get_ydata() == pytest.approx([1, 0.63, 0.63**2])
    assert (dashed.get_linestyle(), colour(dashed)) == ("--", style.COLOURS["cost"])
    assert model.get_ydata().tolist() == [1, 0.6]
    assert colour(model) == style.COLOURS["value"]
    assert points.get_ydata().tolist() == pytest.approx([1, 0.631, 0.468, 0.382])
    band = ax.collections[0].get_paths()[0].vertices
    assert {0.5, 0.8} <= set(band[:, 1])
    bars = ax.collections[1].get_segments()
    table = OBSERVED.table
    for age, ((_, low), (_, high)) in enumerate(bars):
        assert (low, high) == pytest.approx(
            (table["survival_low"][age], table["survival_high"][age])
        )
    assert words(ax) == ["constant rate", "fitted"]
    assert title(ax) == "60% still there after 1 renewal, not 63% as at one rate"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Renewals since the start", "Share of customers")
    assert OBSERVED.caption == "1,000 customers: 618 lost, 382 still there; intervals of 0.95."


def test_survival_alone_joins_its_points(ax):
    ltv.plot_survival(OBSERVED, ax)
    assert len(ax.lines) == 2
    assert title(ax) == "38% still there after 3 renewals (points: counted)"
    assert ax.lines[-1].get_ydata().tolist() == pytest.approx([1, 0.631, 0.468, 0.382])


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda: ltv.plot_cash_flows(CASH.table), "plot_cash_flows draws a CashFlows"),
        (lambda: ltv.plot_bridge(CASH), "plot_bridge draws a Bridge; bridge is a CashFlows"),
        (lambda: ltv.plot_survival(OBSERVED.table), "plot_survival draws a Renewals"),
        (lambda: ltv.plot_value_by_retention(None), "draws a RetentionTable"),
        (lambda: ltv.plot_spending(CASH, won=1, kept=1), "plot_spending draws a Spending"),
        (lambda: BEST.plot(won=-1, kept=1), "spend is -1"),
        (lambda: OBSERVED.plot(fitted=[1, 2]), "fitted is of type list"),
        (lambda: OBSERVED.plot(fitted=OBSERVED.table), "fitted lacks the column estimate"),
        (lambda: OBSERVED.plot(constant=0.5), "constant is 0.5; give a row of numbers"),
        (lambda: VALUES.plot(mark="0.8"), "retention is '0.8'; give one number"),
    ],
)
def test_figures_refuse_what_they_do_not_draw(draw, says):
    before = plt.get_fignums()
    with pytest.raises(ValueError, match=says):
        draw()
    assert plt.get_fignums() == before
