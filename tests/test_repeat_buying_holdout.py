"""Actual against expected, and the figures."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmlab import repeat_buying as rb

DATA = Path(__file__).parents[1] / "data" / "cdnow"


@pytest.fixture(scope="module")
def sample():
    log = pd.read_csv(DATA / "transactions.csv", dtype={"customer_id": str}, parse_dates=["date"])
    customers = pd.read_csv(DATA / "customers.csv", dtype=str)
    return log[
        log["customer_id"].isin(customers.loc[customers["sample_id"].notna(), "customer_id"])
    ]


@pytest.fixture(scope="module")
def both(sample):
    return rb.split(sample, calibration_end="1997-09-30", until="1998-06-30")


@pytest.fixture(scope="module")
def model(both):
    return rb.BGNBD.fit(both)


def test_tracking_adds_up_to_the_totals(model, sample, both):
    tracked = rb.tracking(model, sample, until="1998-06-30", calibration_end="1997-09-30")
    table = tracked.table
    assert len(table) == 78
    assert (tracked.unit, tracked.seen, tracked.new_customers) == ("week", 39, 0)
    assert tracked.title == "Repeat purchases: 4,339 came, 4,161 were expected"
    assert tracked.caption == "periods of one week; the model has seen until 1997-09-30"
    assert str(table["end"].iloc[38]) == "1997-09-30"
    assert table["cumulative"].iloc[38] == both["frequency"].sum() == 2457
    assert table["purchases"].iloc[39:].sum() == both["frequency_holdout"].sum() == 1882
    want = sum(model.expected_purchases_new(both["T"].unique(), confidence=None)["estimate"]
               * both["T"].value_counts().reindex(both["T"].unique()).to_numpy())  # fmt: skip
    assert table["estimate"].iloc[38] == pytest.approx(want)
    assert (table["low"] < table["estimate"]).all()
    assert table["expected"].sum() == pytest.approx(table["estimate"].iloc[-1])


def test_tracking_leaves_out_new_customers_and_says_so():
    log = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "b", "b"],
            "date": pd.to_datetime(
                ["2024-01-01", "2024-01-10", "2024-01-20", "2024-01-21", "2024-01-21"]
            ),
        }
    )
    model = rb.BGNBD(0.2, 4, 0.8, 2.4, unit="week")
    for frame in (log, pl.from_pandas(log)):
        early = rb.tracking(model, frame, until="2024-01-28", calibration_end="2024-01-15")
        assert early.table["purchases"].tolist() == [0, 1, 0, 0]
        assert early.new_customers == 1
        every = rb.tracking(model, frame, until="2024-01-28")
        assert every.table["purchases"].tolist() == [0, 1, 1, 0]
        ages = np.array([27 / 7, 8 / 7])
        want = model.expected_purchases_new(ages)["estimate"].sum()
        assert every.table["estimate"].iloc[-1] == pytest.approx(want)
    with pytest.raises(ValueError, match="less than one week"):
        rb.tracking(model, log.head(1), until="2024-01-03")
    with pytest.raises(rb.UnitError):
        rb.tracking(rb.BGNBD(1, 1, 1, 1), log, until="2024-01-28")


def test_by_frequency(model, both):
    found = rb.by_frequency(model, both)
    assert found.title == "Purchases in 39 weeks by purchases before"
    table = found.table
    assert table.index.tolist() == ["0", "1", "2", "3", "4", "5", "6", "7+"]
    assert table["customers"].sum() == 2357
    assert (table["customers"] * table["actual"]).sum() == pytest.approx(1882)
    expected = model.expected_purchases(both, periods=39)["estimate"]
    assert (table["customers"] * table["estimate"]).sum() == pytest.approx(expected.sum())
    assert table["estimate"].iloc[0] == pytest.approx(0.225, abs=0.005)


def test_alive_map_and_history(model, sample):
    chances = rb.alive_map(model, T=39, most=5, steps=13).table
    want = model.p_alive({"frequency": 5, "recency": 39, "T": 39})["estimate"].iloc[0]
    assert chances.loc[5].iloc[-1] == want
    one = sample[sample["customer_id"] == "00004"]
    found = rb.alive_history(model, one, until="1997-09-30")
    history = found.table
    assert found.customer_id == "00004"
    assert found.title == f"P(alive) of 00004: {history['estimate'].iloc[-1]:.0%} on the last day"
    assert history["purchase"].sum() == 3
    summary = rb.summarise(one, until="1997-09-30", later="ignore")
    last = model.p_alive(summary).iloc[0]
    assert history["estimate"].iloc[-1] == pytest.approx(last["estimate"])
    assert history["high"].iloc[-1] == pytest.approx(last["high"])
    with pytest.raises(ValueError, match="one customer"):
        rb.alive_history(model, sample.head(50), until="1997-09-30")


def texts(ax):
    """Title, labels of the axes, and the legend's entries."""
    legend = ax.get_legend()
    shown = [] if legend is None else [one.get_text() for one in legend.get_texts()]
    return [ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel(), *shown]


def lines(ax):
    return {line.get_label(): line.get_ydata() for line in ax.lines}


def test_tracking_figure(model, sample):
    tracked = rb.tracking(model, sample, until="1998-06-30", calibration_end="1997-09-30")
    table = tracked.table
    for cumulative, actual, expected, what in (
        (True, "cumulative", "estimate", "purchases since the start"),
        (False, "purchases", "expected", "purchases per week"),
    ):
        ax = tracked.plot(cumulative=cumulative)
        assert texts(ax) == [
            "Repeat purchases: 4,339 came, 4,161 were expected",
            "weeks since the first customer came",
            what,
            "actual",
            "expected",
        ]
        assert (lines(ax)["actual"] == table[actual]).all()
        assert (lines(ax)["expected"] == table[expected]).all()
        assert ax.get_ylim()[1] >= table[[actual, expected]].to_numpy().max()
        assert [one.get_text() for one in ax.texts] == [" not seen by the model"]
        assert ax.texts[0].get_position()[0] == 39
        if cumulative:
            band = ax.collections[0].get_paths()[0].vertices
            at_end = band[band[:, 0] == 78][:, 1]
            assert sorted({at_end.min(), at_end.max()}) == [table["low"][78], table["high"][78]]
        ax.figure.canvas.draw()
        plt.close(ax.figure)
    hand = rb.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
    _, ax = plt.subplots()
    given = rb.tracking(hand, sample, until="1998-06-30")
    assert given.plot(ax) is ax
    assert given.seen is None
    assert not ax.texts
    plt.close(ax.figure)


def drawn_intervals(container):
    """Centre, lower and upper end of each bar of errors."""
    marks, _, (bars,) = container
    ends = np.array([path.vertices[:, 1] for path in bars.get_paths()])
    return np.asarray(marks.get_ydata(), float), ends.min(axis=1), ends.max(axis=1)


def test_by_frequency_figure(model, both):
    found = rb.by_frequency(model, both)
    ax = found.plot()
    assert texts(ax) == [
        "Purchases in 39 weeks by purchases before",
        "repeat purchases in calibration",
        "purchases per customer",
        "actual",
        "expected",
    ]
    columns = (("actual", "actual_low", "actual_high"), ("estimate", "low", "high"))
    for container, names in zip(ax.containers, columns, strict=True):
        for shown, name in zip(drawn_intervals(container), names, strict=True):
            np.testing.assert_allclose(shown, found.table[name])
    assert [one.get_text() for one in ax.get_xticklabels()] == found.table.index.tolist()
    ax.figure.canvas.draw()
    plt.close(ax.figure)


def test_alive_figures(model, sample):
    found = rb.alive_map(model, T=39, most=6, steps=8)
    ax = found.plot()
    assert texts(ax) == [
        "P(alive) at the age of 39 weeks",
        "recency: age at the last purchase, weeks",
        "frequency: repeat purchases",
    ]
    shown = ax.collections[0].get_array()
    assert (np.asarray(shown).reshape(6, 8) == found.table.to_numpy()).all()
    assert ax.get_ylim()[0] < 1 < 6 < ax.get_ylim()[1]
    plt.close(ax.figure)
    one = sample[sample["customer_id"] == "00004"]
    history = rb.alive_history(model, one, until="1997-09-30")
    ax = history.plot()
    assert texts(ax) == ["P(alive) of 00004: 73% on the last day", "", "P(alive)"]
    curve, bought = ax.lines
    assert (curve.get_ydata() == history.table["estimate"]).all()
    assert list(bought.get_xdata()) == list(history.table.index[history.table["purchase"]])
    ax.figure.canvas.draw()
    plt.close(ax.figure)


def test_a_figure_says_what_it_draws(both):
    for plot in (rb.plot_tracking, rb.plot_by_frequency, rb.plot_alive_map, rb.plot_alive_history):
        with pytest.raises(ValueError, match=r"draws a \w+; \w+ is a Summary"):
            plot(both)


def test_tracking_in_days_starts_at_nothing(sample):
    daily = rb.MBGNBD.fit(rb.summarise(sample, until="1997-09-30", unit="day", later="ignore"))
    table = rb.tracking(daily, sample, until="1997-01-31", calibration_end="1997-09-30").table
    assert table.loc[1, ["estimate", "low", "high"]].tolist() == [0, 0, 0]
    assert table[["estimate", "low", "high"]].notna().all(axis=None)
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()
    # the same days counted in weeks, by a model of the same customers in weeks
    r, alpha, a, b = daily.theta
    weekly = rb.MBGNBD(r, alpha / 7, a, b, unit="week")
    weeks = rb.tracking(weekly, sample, until="1997-01-31", calibration_end="1997-09-30").table
    np.testing.assert_allclose(weeks["estimate"], table["estimate"].iloc[6::7], rtol=1e-9)
    assert weeks["cumulative"].tolist() == table["cumulative"].iloc[6::7].tolist()


def test_tracking_does_not_depend_on_the_order_of_rows(model, sample):
    want = rb.tracking(model, sample, calibration_end="1997-09-30")
    for log in (sample[::-1], sample.sample(frac=1, random_state=4)):
        assert rb.tracking(model, log, calibration_end="1997-09-30") == want


def groups(counts, before=1):
    """A split summary of customers with these purchases in a holdout of 10 weeks."""
    return pd.DataFrame(
        {
            "frequency": before,
            "recency": 4.0,
            "T": 10.0,
            "frequency_holdout": counts,
            "T_holdout": 10.0,
        }
    )


def test_means_of_few_customers_have_intervals():
    hand = rb.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")

    def ends(counts):
        row = rb.by_frequency(hand, groups(counts)).table.iloc[0]
        return [row["actual_low"], row["actual"], row["actual_high"]]

    # Garwood 1936: 0 of a Poisson total 0 to 3.689, 2 of it 0.242 to 7.225
    assert ends([0] * 5) == pytest.approx([0, 0, 3.689 / 5], abs=1e-3)
    assert ends([2]) == pytest.approx([0.242, 2, 7.225], abs=1e-3)
    # Student: mean 5, standard deviation 5, t of 3 degrees of freedom 3.182
    counts = [0, 0, 10, 10]
    reach = 3.1824 * np.std(counts, ddof=1) / 2
    assert ends(counts) == pytest.approx([0, 5, 5 + reach], abs=1e-3)
    with pytest.raises(ValueError, match="holdouts of different length"):
        rb.by_frequency(hand, groups([1, 2]).assign(T_holdout=[10.0, 12.0]))


def test_means_are_covered_as_often_as_promised():
    hand = rb.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(400):
        row = rb.by_frequency(hand, groups(rng.negative_binomial(2, 0.4, 60)), confidence=0.8)
        hits += row.table["actual_low"].iloc[0] <= 3 <= row.table["actual_high"].iloc[0]
    assert 0.74 < hits / 400 < 0.86


def test_calibration_counts_by_hand():
    ids = list("abcdef")
    predicted = pd.Series([0.0, 0.04, 0.1, 0.35, 1.0, 1.0], index=ids)
    happened = pd.Series([True, True, False, True, False, False], index=list("fedcba"))
    found = rb.calibration(predicted, happened)
    assert found.title == "Forecast for 42%, came true for 50%"
    table = found.table
    assert table.index.tolist() == [0.1, 0.4, 1.0]
    assert table["customers"].tolist() == [3, 1, 2]
    assert table["predicted"].tolist() == pytest.approx([0.14 / 3, 0.35, 1.0])
    assert table["estimate"].tolist() == pytest.approx([1 / 3, 0.0, 1.0])
    # Wilson 1927: 1 of 3
    assert table[["low", "high"]].iloc[0].tolist() == pytest.approx([0.0615, 0.7923], abs=1e-4)


def test_the_figure_names_the_model_and_the_group_that_are_farthest_off():
    happened = pd.Series([True, False, True, False, False])
    near = rb.calibration(pd.Series([0.55, 0.55, 0.95, 0.05, 0.05]), happened)
    far = rb.calibration(pd.Series([0.55, 0.55, 0.75, 0.05, 0.95]), happened)
    assert far.farthest[["predicted", "estimate", "gap"]].tolist() == pytest.approx([0.95, 0, 0.95])
    for shown in ({"near": near, "far": far}, {"far": far, "near": near}):
        ax = rb.plot_calibration(shown)
        assert ax.get_title("left") == "far is farthest off: forecast 95%, true 0%"
        plt.close(ax.figure)


def test_a_model_is_calibrated_on_its_own_world():
    world = rb.ParetoNBD(0.6, 10.6, 0.6, 11.7, unit="week").simulate(np.full(20_000, 39.0), seed=3)
    model = rb.ParetoNBD(0.6, 10.6, 0.6, 11.7, unit="week")
    table = rb.calibration(model.p_alive(world)["estimate"], world["alive"], confidence=0.999).table
    assert table["predicted"].between(table["low"], table["high"]).all()


@pytest.mark.parametrize(
    ("predicted", "happened", "said"),
    [
        ([0.2, 1.2], [True, False], "predicted: 1 of 2 rows is above 1; first row 1: 1.2"),
        ([0.2, np.nan], [True, False], "predicted: 1 of 2 rows"),
        ([0.2, 0.3], [True], "happened: 1 of 2 rows is not True or False; first row 1"),
        ([0.2, 0.3], ["yes", "no"], "happened: 2 of 2 rows are not True or False"),
        ([], [], "predicted is empty"),
    ],
)
def test_calibration_refuses_what_is_no_chance(predicted, happened, said):
    with pytest.raises(ValueError, match=said):
        rb.calibration(pd.Series(predicted, dtype=float), pd.Series(happened, dtype=object))


def test_calibration_figure():
    table = rb.calibration(pd.Series([0.1, 0.9]), pd.Series([False, True]))
    for shown in (table, {"one": table, "other": table}):
        ax = rb.plot_calibration(shown)
        assert texts(ax)[1:3] == ["mean chance forecast", "share that came true"]
        marks, low, high = drawn_intervals(ax.containers[-1])
        np.testing.assert_allclose(marks, table.table["estimate"])
        np.testing.assert_allclose(low, table.table["low"])
        np.testing.assert_allclose(high, table.table["high"])
        assert ax.lines[0].get_label() == "as forecast"
        assert ax.containers[-1][0].get_xdata().tolist() == table.table["predicted"].tolist()
        assert texts(ax)[3:] == ["as forecast", *(shown if isinstance(shown, dict) else [])]
        ax.figure.canvas.draw()
        plt.close(ax.figure)


def test_a_refund_is_no_purchase_in_a_history():
    days = pd.to_datetime(["2024-01-01", "2024-01-05", "2024-01-08"])
    log = pd.DataFrame({"customer_id": "Ann", "date": days, "amount": [10.0, 12.0, -12.0]})
    model = rb.MBGNBD(r=0.5, alpha=6, a=0.9, b=1.6, unit="week")
    with pytest.raises(ValueError, match="negative"):
        rb.alive_history(model, log, until="2024-01-10")
    history = rb.alive_history(model, log, until="2024-01-10", refunds="ignore").table
    assert history.index[history["purchase"]].tolist() == list(days[:2])
