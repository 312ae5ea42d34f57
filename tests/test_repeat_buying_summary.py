"""From a log to a summary: by hand, on every engine, and what is refused."""

import datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab import repeat_buying as rb


def make(rows):
    table = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return table.assign(date=pd.to_datetime(table["date"]))


# Ann buys on three days, twice on the second; Bob once; Cy twice on one day; Di after the window.
LOG = make(
    [
        ("Ann", "2024-01-01", 10.0),
        ("Ann", "2024-01-15", 20.0),
        ("Ann", "2024-01-15", 5.0),
        ("Ann", "2024-02-05", 45.0),
        ("Bob", "2024-01-08", 8.0),
        ("Cy", "2024-02-26", 7.0),
        ("Cy", "2024-02-26", 9.0),
    ]
)


def random_log(seed=0, customers=300):
    rng = np.random.default_rng(seed)
    count = rng.integers(1, 12, customers)
    who = np.repeat(np.arange(customers), count)
    day = np.datetime64("2023-11-01") + rng.integers(0, 500, len(who))
    amount = np.round(rng.gamma(2, 15, len(who)), 2)
    log = pd.DataFrame({"customer_id": who, "date": pd.to_datetime(day), "amount": amount})
    extra = log.sample(frac=0.1, random_state=seed)
    return pd.concat([log, extra], ignore_index=True).sample(frac=1, random_state=seed)


def plain(log, until, unit_days=7):
    """The same summary in plain pandas, customer by customer."""
    until = pd.Timestamp(until)
    rows = []
    for who, part in log[log["date"].dt.normalize() <= until].groupby("customer_id"):
        by_day = part.groupby(part["date"].dt.normalize())["amount"].sum()
        first, last = by_day.index[0], by_day.index[-1]
        rows.append(
            {
                "customer_id": str(who),
                "frequency": len(by_day) - 1,
                "recency": (last - first).days / unit_days,
                "T": (until - first).days / unit_days,
                "monetary_value": by_day.iloc[1:].mean() if len(by_day) > 1 else np.nan,
                "amount": by_day.sum(),
            }
        )
    table = pd.DataFrame(rows).astype({"customer_id": "str"}).set_index("customer_id")
    return table.sort_index()


def test_by_hand():
    got = rb.summarise(LOG, until="2024-03-04")
    want = pd.DataFrame(
        {
            "frequency": [2, 0, 0],
            "recency": [5.0, 0.0, 0.0],
            "T": [9.0, 8.0, 1.0],
            "monetary_value": [35.0, np.nan, np.nan],
            "amount": [80.0, 8.0, 16.0],
        },
        index=pd.Index(["Ann", "Bob", "Cy"], dtype="str", name="customer_id"),
    )
    pd.testing.assert_frame_equal(got.table, want)
    assert (got.unit, got.until, got.calibration_end) == ("week", "2024-03-04", None)
    assert (got.conventions["rows"], got.conventions["money"]) == (7, 104.0)
    assert not got.table.attrs


def test_units_are_exact_days():
    for unit, days in rb.UNITS.items():
        got = rb.summarise(LOG, until="2024-03-04", unit=unit)
        assert got["T"].iloc[0] == 63 / days
        assert got["recency"].iloc[0] == 35 / days
    with pytest.raises(rb.UnitError, match="fortnight"):
        rb.summarise(LOG, until="2024-03-04", unit="fortnight")


def test_refunds():
    log = pd.concat(
        [
            LOG,
            make(
                [
                    ("Ann", "2024-01-15", -5.0),
                    ("Bob", "2024-01-20", -8.0),
                    ("Eve", "2024-01-20", -1.0),
                ]
            ),
        ],
        ignore_index=True,
    )
    with pytest.raises(
        ValueError,
        match=r"amount: 3 of 10 rows are negative, refunds; first row 7 \(customer_id 'Ann'\): -5",
    ):
        rb.summarise(log, until="2024-03-04")
    net = rb.summarise(log, until="2024-03-04", refunds="net")
    assert list(net.index) == ["Ann", "Bob", "Cy"]
    assert net["frequency"].tolist() == [2, 0, 0]
    assert net["monetary_value"].iloc[0] == pytest.approx((20 + 45) / 2)
    assert net.conventions["refund_rows"] == 3
    assert net.conventions["customers_left_out"] == 1
    # Bob's 8 and Eve's 1 came back on days without a purchase
    assert net.conventions["money_not_netted"] == 9.0
    assert net["amount"].tolist() == [75.0, 8.0, 16.0]
    assert net.caption == (
        "unit week, until 2024-03-04; refunds of 9.00 taken off no purchase; "
        "left out 1 customer without a purchase"
    )
    ignored = rb.summarise(log, until="2024-03-04", refunds="ignore")
    assert "left out 3 rows of refunds, 14.00;" in ignored.caption
    assert ignored["monetary_value"].iloc[0] == pytest.approx((25 + 45) / 2)
    free = make([("A", "2024-01-01", 0.0), ("A", "2024-01-09", 0.0)])
    assert rb.summarise(free, until="2024-02-01", refunds="net")["frequency"].tolist() == [1]


def test_later_rows_are_counted_never_dropped_in_silence():
    with pytest.raises(ValueError, match=r"date: 2 of 7 rows are after 2024-02-10; first row 5"):
        rb.summarise(LOG, until="2024-02-10")
    got = rb.summarise(LOG, until="2024-02-10", later="ignore")
    assert list(got.index) == ["Ann", "Bob"]
    said = got.conventions
    assert (said["rows_later"], said["customers_left_out"]) == (2, 1)
    assert said["money_later"] == 16.0
    assert "left out 2 rows after it, 16.00; left out 1 customer" in got.caption
    with pytest.raises(ValueError, match="every row is after"):
        rb.summarise(LOG, until="2023-01-01", later="ignore")


def test_split_by_hand():
    got = rb.split(LOG, calibration_end="2024-01-29", until="2024-03-04")
    assert list(got.index) == ["Ann", "Bob"]
    assert got["frequency"].tolist() == [1, 0]
    assert got["recency"].tolist() == [2.0, 0.0]
    assert got["T"].tolist() == [4.0, 3.0]
    assert got["frequency_holdout"].tolist() == [1, 0]
    assert got["spend_holdout"].tolist() == [45.0, 0.0]
    assert got["T_holdout"].tolist() == [5.0, 5.0]
    assert got["monetary_value"].iloc[0] == 25.0
    said = got.conventions
    assert (said["new_customers"], said["new_customer_purchases"]) == (1, 1)
    assert said["new_customer_money"] == 16.0
    assert got.caption == (
        "unit week, calibration until 2024-01-29, until 2024-03-04; left out 1 new customer, 16.00"
    )
    with pytest.raises(ValueError, match="not after"):
        rb.split(LOG, calibration_end="2024-03-04", until="2024-03-04")


def test_split_equals_two_summaries():
    log = random_log(3)
    both = rb.split(log, calibration_end="2024-06-30", until="2024-12-31")
    early = rb.summarise(log, until="2024-06-30", later="ignore")
    late = rb.summarise(log, until="2024-12-31", later="ignore")
    pd.testing.assert_frame_equal(both[early.columns], early.table)
    joined = early.table.merge(late.table, on="customer_id", suffixes=("", "_late"))
    assert (both["frequency_holdout"] == joined["frequency_late"] - joined["frequency"]).all()
    rows = log[(log["date"] > "2024-06-30") & (log["date"] <= "2024-12-31")]
    known = rows[rows["customer_id"].astype(str).isin(both.index)]
    assert both["spend_holdout"].sum() == pytest.approx(known["amount"].sum())


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), unit=st.sampled_from(["day", "week", "month"]))
def test_against_plain_pandas(seed, unit):
    log = random_log(seed, customers=12)
    got = rb.summarise(log, until="2024-10-01", unit=unit, later="ignore")
    want = plain(log, "2024-10-01", rb.UNITS[unit])
    pd.testing.assert_frame_equal(got.table, want, check_dtype=False, rtol=1e-12)


def engines(log):
    yield "polars", pl.from_pandas(log), lambda frame: frame.to_pandas()
    yield "polars lazy", pl.from_pandas(log).lazy(), lambda frame: frame.collect().to_pandas()
    yield "duckdb", duckdb.from_df(log), lambda relation: relation.df()
    yield "pyarrow", pl.from_pandas(log).to_arrow(), lambda table: table.to_pandas()


def test_every_engine_gives_the_same_table_and_its_own_kind():
    log = random_log(1)
    log.loc[log.index[::40], "amount"] *= -1
    for options in ({"refunds": "ignore"}, {"refunds": "net"}):
        arguments = {"calibration_end": "2024-06-30", "until": "2024-12-31", **options}
        wanted = rb.split(log, **arguments), rb.summarise(log, until="2025-12-31", **options)
        for name, native, back in engines(log):
            found = (
                rb.split(native, **arguments),
                rb.summarise(native, until="2025-12-31", **options),
            )
            for got, want in zip(found, wanted, strict=True):
                assert type(got.table) is type(native), name
                assert got.conventions == want.conventions, name
                assert (got.unit, got.until) == (want.unit, want.until)
                assert got.caption in repr(got)
                assert got.caption in got._repr_html_()
                table = back(got.table).astype({"customer_id": str}).set_index("customer_id")
                pd.testing.assert_frame_equal(
                    table.sort_index(),
                    want.table,
                    check_dtype=False,
                    check_index_type=False,
                    rtol=1e-12,
                    obj=name,
                )


def test_models_take_every_kind_of_summary():
    data = Path(__file__).parents[1] / "data" / "cdnow" / "transactions.csv"
    log = pd.read_csv(data, dtype={"customer_id": str}, parse_dates=["date"], nrows=8000)
    want = rb.BGNBD.fit(rb.summarise(log, until="1998-06-30"))
    for _, native, _ in engines(log):
        summary = rb.summarise(native, until="1998-06-30")
        model = rb.BGNBD.fit(summary)
        assert model.unit == "week"
        np.testing.assert_allclose(model.theta, want.theta, rtol=1e-6)
        assert set(model.p_alive(summary).index) == set(log["customer_id"])
        with pytest.raises(rb.UnitError, match="weeks"):
            rb.BGNBD(1, 1, 1, 1, unit="day").p_alive(summary)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_table(spark):
    log = random_log(1)
    native = spark.createDataFrame(log.assign(date=log["date"].dt.date))
    for options in ({}, {"refunds": "net"}):
        arguments = {"calibration_end": "2024-06-30", "until": "2024-12-31", **options}
        got = rb.split(native, **arguments).table.toPandas().astype({"customer_id": str})
        pd.testing.assert_frame_equal(
            got.set_index("customer_id").sort_index(),
            rb.split(log, **arguments).table,
            check_dtype=False,
            check_index_type=False,
            check_column_type=False,
        )
    with pytest.raises(ValueError, match="rows are after"):
        rb.summarise(native, until="2024-01-01")


def test_kinds_of_columns():
    want = rb.summarise(LOG, until="2024-03-04")
    dates = LOG["date"]
    variants = {
        "date objects": LOG.assign(date=dates.dt.date),
        "with a clock": LOG.assign(date=dates + pd.Timedelta(hours=9)),
        "nanoseconds": LOG.assign(date=dates.astype("datetime64[ns]")),
        "categories": LOG.assign(customer_id=LOG["customer_id"].astype("category")),
        "nullable": LOG.astype({"amount": "Float64"}),
        "whole amounts": LOG.astype({"amount": "int64"}),
        "other index": LOG.set_index(pd.Index(range(7, 0, -1))),
    }
    for name, log in variants.items():
        got = rb.summarise(log, until=datetime.date(2024, 3, 4))
        np.testing.assert_allclose(got["T"], want["T"], err_msg=name)
        assert got["frequency"].tolist() == [2, 0, 0], name
        np.testing.assert_allclose(got["monetary_value"], want["monetary_value"], err_msg=name)
    without = rb.summarise(LOG[["customer_id", "date"]], until="2024-03-04")
    assert "monetary_value" not in without.columns
    assert without["frequency"].tolist() == [2, 0, 0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda log: log.drop(columns="date"),
            "transactions lacks the column date; it has customer_id",
        ),
        (lambda log: log.iloc[:0], "no rows"),
        (
            lambda log: log.assign(date=log["date"].astype(str).str[:7]),
            "transactions.date: 7 of 7 rows cannot be read as dates; first row 0",
        ),
        (
            lambda log: log.assign(amount=log["amount"].astype(str)),
            "transactions.amount: 7 of 7 rows are not numeric; first row 0",
        ),
        (
            lambda log: log.assign(date=log["date"].where(log.index != 2)),
            "date: 1 of 7 rows is empty",
        ),
        (
            lambda log: log.assign(customer_id=log["customer_id"].where(log.index != 2)),
            "customer_id: 1 of 7 rows is empty",
        ),
        (
            lambda log: log.assign(amount=log["amount"].where(log.index > 1)),
            "amount: 2 of 7 rows are empty or infinite; first row 0",
        ),
        (
            lambda log: log.assign(amount=log["amount"].where(log.index != 4, np.inf)),
            "amount: 1 of 7 rows is empty or infinite; first row 4",
        ),
        (lambda log: [1, 2], "transactions is of type list; give a frame"),
    ],
)
def test_bad_logs(change, message):
    with pytest.raises(ValueError, match=message):
        rb.summarise(change(LOG), until="2024-03-04")


def test_bad_arguments():
    for name, value in (("refunds", "x"), ("later", "x")):
        with pytest.raises(ValueError, match=name):
            rb.summarise(LOG, until="2024-03-04", **{name: value})
    with pytest.raises(ValueError, match="until"):
        rb.summarise(LOG, until="soon")


GOOD = pd.DataFrame({"frequency": [0, 1, 3, 0], "recency": [0.0, 4, 9, 0], "T": [10.0, 10, 12, 12]})


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("recency", [0.0, 11, 9, 0], "summary.recency: 1 of 4 rows is above T; first row 1: 11"),
        ("recency", [0.0, 0, 9, 0], "recency: 1 of 4 rows is 0 with repeat purchases"),
        ("recency", [2.0, 4, 9, 0], "above 0 without a repeat purchase"),
        ("recency", [0.0, 4, -9, 0], "recency: 1 of 4 rows is below 0; first row 2: -9"),
        ("frequency", [0, 1.5, 3, 0], "frequency: 1 of 4 rows is not whole; first row 1: 1.5"),
        ("frequency", [0, -1, 3, 0], "frequency: 1 of 4 rows is below 0"),
        ("frequency", [0, np.nan, np.nan, 0], "frequency: 2 of 4 rows are empty; first row 1"),
        (
            "frequency",
            ["0", "one", "3", "0"],
            "frequency: 4 of 4 rows are not numeric; first row 0: '0'",
        ),
        ("T", [10.0, 10, np.inf, 12], "T: 1 of 4 rows is infinite"),
        ("T", [10.0, 10, 12, -12], "T: 1 of 4 rows is below 0"),
        ("frequency", [0, 0, 0, 0], "above 0 without"),
        ("customers", [1, 1, 0, 1], "customers: 1 of 4 rows is not above 0"),
    ],
)
def test_bad_summaries(column, values, message):
    table = GOOD.assign(**{column: values})
    for ask in (
        lambda: rb.BGNBD.fit(table, unit="week"),
        lambda: rb.ParetoNBD(1, 1, 1, 1).p_alive(table),
        lambda: rb.MBGNBD(1, 1, 1, 1).expected_purchases(table, periods=4),
        lambda: rb.BGNBD(1, 1, 1, 1).log_likelihood(table),
    ):
        with pytest.raises(ValueError, match=message):
            ask()


def test_summaries_no_model_can_be_fitted_to():
    with pytest.raises(ValueError, match="summary lacks the column T"):
        rb.BGNBD.fit(GOOD.drop(columns="T"), unit="week")
    with pytest.raises(ValueError, match="no rows"):
        rb.BGNBD.fit(GOOD.iloc[:0], unit="week")
    with pytest.raises(ValueError, match="one row"):
        rb.BGNBD.fit(GOOD.iloc[1:2], unit="week")
    with pytest.raises(ValueError, match="0 in every row"):
        rb.BGNBD.fit(GOOD.iloc[[0, 3]], unit="week")
    with pytest.raises(rb.UnitError, match="unit='week'"):
        rb.BGNBD.fit(GOOD)
    with pytest.raises(rb.UnitError, match="not known"):
        rb.BGNBD.fit(GOOD, unit="fortnight")
    with pytest.raises(ValueError, match="above recency"):
        rb.BGBB.fit(GOOD.assign(frequency=[0, 1, 10, 0]), unit="year")
    with pytest.raises(ValueError, match="not whole"):
        rb.BGBB.fit(GOOD.assign(T=[10.0, 10, 12.5, 12]), unit="year")
    with pytest.raises(ValueError, match="BGNBD: alpha is -4; it must be above 0"):
        rb.BGNBD(0.2, -4, 0.8, 2.4)
    with pytest.raises(ValueError, match="alpha is nan; give a finite number"):
        rb.BGNBD(0.2, np.nan, 0.8, 2.4)
    with pytest.raises(ValueError, match="periods"):
        rb.BGNBD(0.2, 4, 0.8, 2.4).expected_purchases(GOOD, periods=0)
    table = rb.BGNBD(0.2, 4, 0.8, 2.4, unit="week").simulate([39.0] * 3000, seed=1)
    with pytest.raises(ValueError, match="confidence"):
        rb.BGNBD.fit(table).p_alive(table, confidence=95)


def test_spend_input():
    table = GOOD.assign(monetary_value=[np.nan, 20.0, 30.0, 0.0])
    spend = rb.GammaGamma(6, 4, 15)
    assert len(spend.expected_spend(table)) == 4
    for values, message in (
        ([np.nan, -20.0, 30.0, 0.0], "monetary_value: 1 of 4 rows is negative; first row 1: -20"),
        ([np.nan, np.nan, 30.0, 0.0], "1 of 4 rows is empty for a repeat buyer"),
    ):
        with pytest.raises(ValueError, match=message):
            spend.expected_spend(table.assign(monetary_value=values))
    with pytest.raises(ValueError, match="1 customers with repeat purchases that cost something"):
        rb.GammaGamma.fit(table.assign(monetary_value=[np.nan, 0.0, 30.0, 0.0]))
    with pytest.raises(ValueError, match="repeat purchase"):
        rb.GammaGamma.fit(table.iloc[:2])


def test_survivor_input():
    for survivors, message in (
        ([100, 120], "above the row before"),
        ([100], "two ages"),
        ([100, 100], "nobody left"),
        ([100, np.nan], "empty"),
        ([100, -5], "below 0"),
    ):
        with pytest.raises(ValueError, match=message):
            rb.ShiftedBetaGeometric.fit(survivors, unit="year")
    with pytest.raises(rb.UnitError):
        rb.ShiftedBetaGeometric.fit([100, 50])


def test_one_customer_as_mapping_and_as_row():
    model = rb.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
    row = {"frequency": 2, "recency": 30.43, "T": 38.86}
    want = model.p_alive(row)["estimate"].iloc[0]
    assert model.p_alive(pd.Series(row))["estimate"].iloc[0] == want
    table = pd.DataFrame([row], index=["x"])
    assert model.p_alive(table).index.tolist() == ["x"]
    assert list(model.p_alive(table)) == ["estimate"]


def test_a_day_that_could_be_another_is_refused():
    with pytest.raises(ValueError, match="until is not a date: '05/06/2024'"):
        rb.summarise(LOG, until="05/06/2024", later="ignore")
