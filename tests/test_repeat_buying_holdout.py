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


def test_figures(model, sample, both):
    tracked = rb.tracking(model, sample, until="1998-06-30", calibration_end="1997-09-30")
    one = sample[sample["customer_id"] == "00004"]
    plots = [
        rb.plot_tracking(tracked),
        rb.plot_tracking(tracked, cumulative=False),
        rb.plot_by_frequency(rb.by_frequency(model, both)),
        rb.plot_alive_map(rb.alive_map(model, T=39)),
        rb.plot_alive_history(rb.alive_history(model, one, until="1997-09-30")),
    ]
    for ax in plots:
        assert ax.get_title(loc="left")
        ax.figure.canvas.draw()
        plt.close(ax.figure)
    hand = rb.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
    _, ax = plt.subplots()
    assert rb.plot_tracking(rb.tracking(hand, sample, until="1998-06-30"), ax=ax) is ax
    plt.close(ax.figure)


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
