"""Control charts, open invoices, money that is collected or lost, and a credit score."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab import alerts
from crmlab.company import simulate

# Montgomery & Runger, Applied Statistics and Probability for Engineers, exercise 16-6
CONCENTRATION = [
    *(102.0, 94.8, 98.3, 98.4, 102.0, 98.5, 99.0, 97.7, 100.0, 98.1),
    *(101.3, 98.7, 101.1, 98.4, 97.0, 96.7, 100.3, 101.4, 97.2, 101.0),
]
HIGH = [2, 0, 0, 0, 2, 0.5, 0, 0, 0, 0, 1.3, 0, 1.1, 0, 0, 0, 0.3, 1.7, 0, 1.0]
LOW = [0, 3.2, 2.9, 2.5, 0, 0, 0, 0.3, 0, 0, 0, 0, 0, 0, 1.0, 2.3, 0, 0, 0.8, 0]


def test_cusum_as_published():
    chart = alerts.cusum(CONCENTRATION, target=99, slack=1, limit=10)
    assert chart["high"].round(9).tolist() == HIGH
    assert chart["low"].round(9).tolist() == LOW
    assert chart.first is None
    assert chart.title == "No alarm"


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=40),
    st.floats(0.01, 100),
    st.floats(-1000, 1000),
)
def test_cusum_does_not_depend_on_the_unit_or_the_origin(values, factor, shift):
    base = np.array(values)
    one = alerts.cusum(base, target=1, slack=0.5, limit=4)
    moved = alerts.cusum(
        base * factor + shift, target=factor + shift, slack=0.5 * factor, limit=4 * factor
    )
    assert moved["high"].to_numpy() / factor == pytest.approx(one["high"].to_numpy(), abs=1e-6)
    turned = alerts.cusum(-base, target=-1, slack=0.5, limit=4)
    assert turned["low"].to_numpy() == pytest.approx(one["high"].to_numpy())


def test_a_sum_that_only_reaches_the_limit_is_no_alarm():
    chart = alerts.cusum([0.1, 0.2, 0.3], target=0, slack=0, limit=0.6)
    assert not chart["alarm"].any()
    assert alerts.cusum([0.1, 0.2, 0.31], target=0, slack=0, limit=0.6).first == 2


def test_ewma_by_hand_and_its_limits():
    chart = alerts.ewma([10, 14, 9], target=10, sd=1, weight=0.5, width=2)
    assert chart["average"].tolist() == [10, 12, 10.5]
    reach = [2 * (0.5 * (1 - 0.5 ** (2 * t)) / 1.5) ** 0.5 for t in (1, 2, 3)]
    assert (chart["upper"] - 10).tolist() == pytest.approx(reach)
    assert (10 - chart["lower"]).tolist() == pytest.approx(reach)
    assert chart["alarm"].tolist() == [False, True, False]


def test_ewma_alarms_as_rarely_as_its_width_says():
    rng = np.random.default_rng(1)
    late = [
        alerts.ewma(rng.normal(0, 1, 60), target=0, sd=1, width=2)["average"].iloc[-1]
        for _ in range(800)
    ]
    assert np.std(late) == pytest.approx((0.2 / 1.8) ** 0.5, rel=0.08)


def test_control_chart_figures():
    index = pd.period_range("2025-01", periods=3, freq="M").to_timestamp()
    chart = alerts.cusum(pd.Series([1.0, 5, 9], index), target=1, slack=0, limit=3)
    ax = chart.plot()
    assert ax.get_title(loc="left") == "First alarm: 2025-02-01"
    assert ax.lines[0].get_ydata().tolist() == [0, 4, 12]
    bounds = {line.get_ydata()[0] for line in ax.lines if line.get_linestyle() == "--"}
    assert bounds == {3, -3}
    low = alerts.cusum([1, -5], target=1, slack=0, limit=3).plot()
    assert [line.get_ydata().tolist() for line in low.lines if line.get_label()[:5] == "below"] == [
        [0, -6]
    ]
    smooth = alerts.ewma([10, 12], target=10, sd=1).plot()
    assert smooth.get_title(loc="left") == "No alarm"


@pytest.mark.parametrize(
    "call",
    [
        lambda: alerts.cusum([1, None], target=0, slack=1, limit=5),
        lambda: alerts.cusum([1], target=0, slack=-1, limit=5),
        lambda: alerts.cusum([1], target=0, slack=1, limit=0),
        lambda: alerts.ewma([1], target=0, sd=0),
        lambda: alerts.ewma([1], target=0, sd=1, weight=1.5),
        lambda: alerts.ewma("many", target=0, sd=1),
    ],
)
def test_charts_that_cannot_be_drawn(call):
    with pytest.raises(ValueError, match=r"values|slack|limit|sd|weight"):
        call()


# ---------------------------------------------------------------- open invoices


def bills(**change):
    table = {
        "invoice_id": ["1", "2", "3", "4"],
        "customer_id": ["Ann", "Ann", "Bo", "Bo"],
        "date": ["2025-01-01", "2025-02-01", "2025-01-10", "2025-04-01"],
        "due": ["2025-01-31", "2025-03-03", "2025-02-09", "2025-05-01"],
        "amount": [100.0, 50, 80, 70],
    }
    return pd.DataFrame(table | change)


def paid(*rows):
    return pd.DataFrame(rows, columns=["invoice_id", "customer_id", "date", "amount"])


def test_open_items_by_hand():
    payments = paid(
        ("1", "Ann", "2025-02-15", 30.0),
        (None, "Ann", "2025-02-20", 90.0),  # 70 close the first, 20 go to the second
        ("3", "Bo", "2025-03-01", 100.0),  # 20 too much
        ("2", "Ann", "2025-03-20", 5.0),  # after the day
    )
    items = alerts.open_items(bills(), payments, until="2025-03-10")
    assert items["open"].to_dict() == {"2": 30.0}
    assert items["days_late"].to_dict() == {"2": 7}
    assert items.credit.to_dict() == {"Bo": 20.0}
    assert items.by_bucket.to_dict() == {
        **{"not due": 0, "1-30 days": 30, "31-60 days": 0, "61-90 days": 0, "over 90 days": 0}
    }
    assert items.caption == "2025-03-10: 30.00 open, 30.00 late. Paid beyond invoices: 20.00."
    later = alerts.open_items(bills(), payments, until="2025-04-02")
    assert later["open"].to_dict() == {"2": 25.0, "4": 50.0}
    assert later.credit.empty


@pytest.mark.parametrize(
    ("late", "bucket"),
    [(0, "not due"), (1, "1-30 days"), (30, "1-30 days"), (31, "31-60 days"), (91, "over 90 days")],
)
def test_buckets_end_on_their_last_day(late, bucket):
    day = pd.Timestamp("2025-01-31") + pd.Timedelta(days=late)
    items = alerts.open_items(bills().head(1), paid(), until=day)
    assert items["bucket"].tolist() == [bucket]
    assert items.ageing.loc["Ann", bucket] == items.ageing.loc["Ann", "total"] == 100


def test_ageing_adds_up_on_the_sample_company_and_money_is_not_lost():
    tables = simulate()
    invoices, payments = tables["invoices"], tables["payments"]
    for day in ("2024-06-30", "2025-12-31"):
        items = alerts.open_items(invoices, payments, until=day)
        billed = invoices.loc[invoices["date"] <= day, "amount"].sum()
        came = payments.loc[payments["date"] <= day, "amount"].sum()
        assert items["open"].sum() - items.credit.sum() == pytest.approx(billed - came)
        assert items.ageing["total"].sum() == pytest.approx(items["open"].sum())
        assert items.by_bucket.sum() == pytest.approx(items["open"].sum())
        mixed = alerts.open_items(
            invoices.sample(frac=1, random_state=1),
            payments.sample(frac=1, random_state=2),
            until=day,
        )
        assert mixed.table.sort_index()["open"].equals(items.table.sort_index()["open"])


def test_exposure_and_alerts():
    items = alerts.open_items(bills(), paid(), until="2025-04-30")
    table = alerts.exposure(
        items, {"Ann": 187.5, "Bo": 150, "Cy": 10, "Di": None}, unbilled={"Cy": 2, "Di": 1}
    )
    assert table["use"].round(3).to_dict() == {"Bo": 1.0, "Ann": 0.8, "Cy": 0.2} | {
        "Di": pytest.approx(np.nan, nan_ok=True)
    }
    assert table["alert"].to_dict() == {
        **{"Bo": "red", "Ann": "amber", "Cy": "none", "Di": "no limit set"}
    }
    assert table["days_late"].to_dict() == {"Bo": 80, "Ann": 89, "Cy": 0, "Di": 0}


def test_ageing_figure():
    items = alerts.open_items(bills(), paid(), until="2025-03-10")
    ax = items.plot()
    assert ax.get_title(loc="left") == "100% of the open money is late"
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == items.by_bucket.tolist() == [0, 130, 100, 0, 0]
    assert [text.get_text() for text in ax.texts] == ["0", "130", "100", "0", "0"]


@pytest.mark.parametrize(
    ("change", "payments", "said"),
    [
        ({"invoice_id": ["1", "1", "3", "4"]}, paid(), "invoices.invoice_id: 1 of 4 rows is there"),
        ({"due": ["2025-01-31", None, "2025-02-09", "2025-05-01"]}, paid(), "invoices.due: 1 of 4"),
        ({"amount": [-1, 2, 3, 4]}, paid(), "invoices.amount: 1 of 4"),
        ({}, paid(("9", "Ann", "2025-02-01", 1.0)), "payments.invoice_id: 1 of 1 rows names"),
        ({}, paid(("1", "Ann", "2025-13-01", 1.0)), "payments.date: 1 of 1"),
        ({}, pd.DataFrame({"customer_id": []}), "payments"),
    ],
)
def test_invoices_that_cannot_be_read(change, payments, said):
    with pytest.raises(ValueError, match=said):
        alerts.open_items(bills(**change), payments, until="2025-03-10")


def test_buckets_and_limits_that_cannot_be_used():
    with pytest.raises(ValueError, match="rising days"):
        alerts.open_items(bills(), paid(), until="2025-03-10", buckets=(0, 60, 30))
    items = alerts.open_items(bills(), paid(), until="2025-03-10")
    with pytest.raises(ValueError, match="limits: 1 of 1 row"):
        alerts.exposure(items, {"Ann": 0})


# ---------------------------------------------------------------- collection


def test_days_outstanding_and_effectiveness_as_computed_by_hand():
    assert alerts.days_sales_outstanding(450, 1200, days=90) == 33.75
    assert alerts.collection_effectiveness(
        1000, 800, closing=900, closing_current=700
    ) == pytest.approx(900 / 1100)
    assert np.isnan(alerts.collection_effectiveness(0, 100, closing=100, closing_current=100))
    assert alerts.count_back(450, [600, 300, 300], [31, 28, 31]) == 31 + 28 / 2
    assert alerts.count_back(0, [600, 300], [31, 28]) == 0
    assert alerts.count_back(900, [600, 0, 300], [31, 28, 31]) == 90
    with pytest.raises(ValueError, match="exceed the sales of all 2 months"):
        alerts.count_back(901, [600, 300], [31, 28])


def test_provision_matrix_as_published():
    # IFRScommunity, simplified approach: 27,567
    buckets = ["not due", "1-30", "31-60", "61-90", "over 90"]
    reached = pd.Series([100_000, 50_000, 23_000, 8_000, 2_000], buckets)
    rates = alerts.loss_rates(reached, lost=2_000)
    balances = pd.Series([300_000, 140_000, 60_000, 23_000, 5_000], buckets)
    loss = alerts.expected_loss(balances, rates)
    assert loss["loss"].round(2).tolist() == [6_000, 5_600, 5_217.39, 5_750, 5_000]
    assert round(loss.total) == 27_567
    # the same as the product of the roll rates
    rolls = (reached.shift(-1) / reached).fillna(1)
    assert rates.tolist() == pytest.approx(rolls[::-1].cumprod()[::-1].tolist())


@given(st.lists(st.floats(1, 1e6), min_size=3, max_size=3), st.floats(0, 1e6))
def test_a_payment_never_raises_the_expected_loss(balances, payment):
    names = ["not due", "late", "very late"]
    rates = pd.Series([0.01, 0.1, 0.6], names)
    before = pd.Series(balances, names)
    after = before.copy()
    after["late"] = max(after["late"] - payment, 0)
    assert alerts.expected_loss(after, rates).total <= alerts.expected_loss(before, rates).total


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: alerts.loss_rates([100, 50, 60], lost=1), "grows at 2"),
        (lambda: alerts.loss_rates([100, 50], lost=60), "only 50.00 reached"),
        (lambda: alerts.expected_loss({"a": 1}, {"b": 0.1}), r"buckets \['a'\] and rates \['b'\]"),
        (lambda: alerts.expected_loss({"a": 1}, {"a": 1.2}), "rates"),
        (lambda: alerts.days_sales_outstanding(1, 0, days=30), "sales"),
        (lambda: alerts.collection_effectiveness(1, 1, closing=3, closing_current=0), "closing"),
    ],
)
def test_money_that_does_not_add_up(call, said):
    with pytest.raises(ValueError, match=said):
        call()


# ---------------------------------------------------------------- the score


SCALE = {"points": 600, "odds": 50, "double": 20}
CAUSES = ["sector", "age_of_firm", "equity_ratio", "days_late", "limit_use"]


@pytest.fixture(scope="module")
def pool():
    tables = simulate()
    return tables["credit_pool"].merge(tables["truth_pool"], on="account_id")


def test_points_scale_as_published():
    factor, offset = alerts.points_scale(**SCALE)
    assert (round(factor, 4), round(offset, 3)) == (28.8539, 487.123)
    assert offset + factor * np.log(50) == pytest.approx(600)
    assert offset + factor * np.log(100) == pytest.approx(620)


def test_weight_of_evidence_by_hand():
    accounts = pd.DataFrame({"sector": ["a"] * 10 + ["b"] * 10, "failed": [1] * 4 + [0] * 15 + [1]})
    card = alerts.score_card(accounts, "failed", columns=["sector"], scale=SCALE)
    # good 6.5 and 9.5 of 16, bad 4.5 and 1.5 of 6
    expected = [np.log((6.5 / 16) / (4.5 / 6)), np.log((9.5 / 16) / (1.5 / 6))]
    assert card["weight_of_evidence"].tolist() == pytest.approx(expected)
    assert card.information["sector"] == pytest.approx(
        (6.5 / 16 - 4.5 / 6) * expected[0] + (9.5 / 16 - 1.5 / 6) * expected[1]
    )
    # one column of two classes fits the two shares exactly
    chance = card.score(accounts)["chance"]
    assert chance.iloc[[0, -1]].tolist() == pytest.approx([0.4, 0.1], abs=1e-6)


def test_score_agrees_with_a_logistic_regression_by_another_library(pool):
    from sklearn.linear_model import LogisticRegression

    card = alerts.score_card(pool, "failed", columns=CAUSES, scale=SCALE)
    evidence = {}
    for name in CAUSES:
        values = pool[name]
        if name in card.cuts:
            names = card.table.loc[name].index
            edges = [-np.inf, *card.cuts[name], np.inf]
            values = pd.cut(values, edges).cat.rename_categories(
                [label for label in names if label.startswith("up")]
                and [*[f"up to {edge:g}" for edge in card.cuts[name]], f"above {edges[-2]:g}"]
            )
            values = values.astype(object).where(pool[name].notna(), "missing")
        evidence[name] = values.map(card.table.loc[name, "weight_of_evidence"]).astype(float)
    model = LogisticRegression(C=1e9, tol=1e-10, max_iter=1000)
    model.fit(pd.DataFrame(evidence), pool["failed"])
    other = model.predict_proba(pd.DataFrame(evidence))[:, 1]
    assert card.score(pool)["chance"].to_numpy() == pytest.approx(other, abs=1e-4)


def test_a_score_of_one_year_tells_the_next_nearly_as_well_as_the_truth(pool):
    first, later = pool[pool["year"] == 2023], pool[pool["year"] == 2024]
    card = alerts.score_card(first, "failed", columns=CAUSES, scale=SCALE)
    chance = card.score(later)["chance"]
    own = alerts.score_test(chance, later["failed"])
    best = alerts.score_test(later["chance_to_fail"], later["failed"])
    assert best.auc["estimate"] - 0.1 < own.auc["estimate"] < best.auc["estimate"] + 0.03
    assert own.auc["low"] < own.auc["estimate"] < own.auc["high"]
    assert np.corrcoef(chance, later["chance_to_fail"])[0, 1] > 0.5
    assert list(card.information.index) == CAUSES
    points = card.score(later)["points"]
    assert np.corrcoef(points.rank(), chance.rank())[0, 1] == pytest.approx(-1)


def test_auc_and_ks_agree_with_other_libraries(pool):
    from scipy.stats import ks_2samp
    from sklearn.metrics import roc_auc_score

    chance = pool["chance_to_fail"].round(2)
    found = alerts.score_test(chance, pool["failed"])
    assert found.auc["estimate"] == pytest.approx(roc_auc_score(pool["failed"], chance))
    bad = pool["failed"] == 1
    assert found.ks == pytest.approx(ks_2samp(chance[bad], chance[~bad]).statistic)


def test_interval_of_auc_covers_as_it_says():
    from scipy.stats import norm

    rng, truth, held = np.random.default_rng(3), norm.cdf(1 / 2**0.5), []
    failed = np.repeat([1, 0], [40, 160])
    for _ in range(500):
        score = norm.cdf(np.where(failed, rng.normal(1, 1, 200), rng.normal(0, 1, 200)))
        auc = alerts.score_test(score, failed).auc
        held.append(auc["low"] <= truth <= auc["high"])
    assert 0.925 < np.mean(held) < 0.975


def test_calibration_by_hand_and_figure():
    chance = [0.1, 0.1, 0.2, 0.6, 0.6, 0.8]
    found = alerts.score_test(chance, [0, 0, 1, 0, 1, 1], classes=2)
    assert found["expected"].tolist() == pytest.approx([0.4 / 3, 2 / 3])
    assert found["actual"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert found["accounts"].tolist() == [3, 3]
    ax = found.plot()
    assert ax.get_title(loc="left") == "The chance lies in the interval of 2 of 2 classes"
    dots = ax.containers[0].lines[0]
    assert dots.get_xdata().tolist() == pytest.approx([0.4 / 3, 2 / 3])
    assert dots.get_ydata().tolist() == pytest.approx([1 / 3, 2 / 3])


def test_perfect_separation_has_an_interval_below_one():
    auc = alerts.score_test([0.1] * 10 + [0.9] * 10, [0] * 10 + [1] * 10).auc
    assert auc["estimate"] == auc["high"] == 1
    assert 0.6 < auc["low"] < 0.8


@settings(max_examples=20)
@given(st.integers(0, 100))
def test_score_does_not_depend_on_the_order_of_rows(pool, seed):
    part = pool.head(400)
    one = alerts.score_card(part, "failed", columns=CAUSES, scale=SCALE)
    other = alerts.score_card(
        part.sample(frac=1, random_state=seed), "failed", columns=CAUSES, scale=SCALE
    )
    pd.testing.assert_frame_equal(one.table, other.table)


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({}, {"columns": ["none"]}, "none"),
        ({}, {"columns": []}, "name at least one column"),
        ({}, {"columns": ["x", "failed"]}, "not 'failed'"),
        ({"failed": [0, 0, 0, 0]}, {}, "0 of 4; a score needs both kinds"),
        ({"failed": [0, 2, 0, 1]}, {}, "not True or False"),
        ({"x": [1, 1, 1, 1]}, {}, "accounts.x has one class only"),
        ({"x": list("abab"), "failed": [0, 0, 1, 1]}, {}, "accounts.x: its classes fail alike"),
        ({"x": list("aabb"), "failed": [0, 0, 1, 1]}, {}, "tell failed accounts from others"),
        ({}, {"scale": {"points": 600, "odds": 0, "double": 20}}, "odds"),
    ],
)
def test_accounts_that_cannot_be_scored(change, options, said):
    table = pd.DataFrame({"x": [1, 2, 3, 4], "failed": [0, 1, 1, 0]} | change)
    with pytest.raises(ValueError, match=said):
        alerts.score_card(table, "failed", **{"columns": ["x"], "scale": SCALE} | options)


def test_a_class_that_the_card_has_not_seen_is_refused():
    accounts = pd.DataFrame(
        {"sector": ["a", "b"] * 6, "failed": [1, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]}
    )
    card = alerts.score_card(accounts, "failed", columns=["sector"], scale=SCALE)
    with pytest.raises(ValueError, match=r"accounts.sector: 1 of 2 rows is a class that the card"):
        card.score(pd.DataFrame({"sector": ["a", "c"]}))
