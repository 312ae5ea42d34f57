"""One path from a log to scores on every engine: the same numbers where the customers lie."""

import importlib.util
import shutil
import warnings
from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab import segments, tiers

UNTIL = "1998-06-30"
LOG = crm.load("cdnow").transactions[["customer_id", "date", "amount"]]
pytestmark = pytest.mark.filterwarnings("ignore::crmlab.repeat_buying.SpendWarning")

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="needs the extra 'spark' and Java",
)


def spark_frame():
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    return session.createDataFrame(LOG.assign(date=LOG["date"].dt.date))


@pytest.fixture(
    scope="module",
    params=[
        "pandas",
        "polars",
        "polars lazy",
        "duckdb",
        "pyarrow",
        pytest.param("spark", marks=[needs_spark, pytest.mark.filterwarnings("ignore")]),
    ],
)
def kind(request):
    """A kind of frame: the summary of the log in it, and the way back to pandas."""
    table = pl.from_pandas(LOG)
    logs = {
        "pandas": lambda: LOG,
        "polars": lambda: table,
        "polars lazy": lambda: table.lazy(),
        "duckdb": lambda: duckdb.connect().from_arrow(table.to_arrow()),
        "pyarrow": table.to_arrow,
        "spark": spark_frame,
    }
    backs = {
        "pandas": lambda frame: frame.reset_index(),
        "polars": lambda frame: frame.to_pandas(),
        "polars lazy": lambda frame: frame.collect().to_pandas(),
        "duckdb": lambda frame: frame.df(),
        "pyarrow": lambda frame: frame.to_pandas(),
        "spark": lambda frame: frame.toPandas(),
    }
    summary = rb.summarise(logs[request.param](), until=UNTIL)
    if request.param == "spark":
        summary.table.cache()

    def back(frame):
        found = backs[request.param](frame).astype({"customer_id": str})
        return found.set_index("customer_id").sort_index()

    yield SimpleNamespace(name=request.param, summary=summary, back=back)
    if request.param == "spark":
        summary.table.sparkSession.stop()


@pytest.fixture(scope="module")
def plain():
    """What comes out when every customer is one row of pandas."""
    summary = rb.summarise(LOG, until=UNTIL)
    buying, spend = rb.BGNBD.fit(summary), rb.GammaGamma.fit(summary)
    return SimpleNamespace(
        summary=summary,
        buying=buying,
        spend=spend,
        alive=buying.p_alive(summary),
        ahead=buying.expected_purchases(summary, periods=52),
        mean=spend.expected_spend(summary),
        value=rb.lifetime_value(buying, spend, summary, margin=0.3, annual_rate=0.15, years=3),
    )


def same(found, wanted, within=1e-9):
    for name in wanted:
        np.testing.assert_allclose(found[name], wanted[name], rtol=within, err_msg=name)


def test_distinct_histories_count_every_customer(kind, plain):
    found = rb.distinct(kind.summary)
    assert isinstance(found.table, pd.DataFrame)
    table = plain.summary.table
    groups = table.groupby(["frequency", "recency", "T"])
    wanted = groups["monetary_value"].agg(["size", "mean"]).reset_index()
    assert len(found) == len(wanted) < len(table) / 1.5
    np.testing.assert_array_equal(found["customers"], wanted["size"])
    np.testing.assert_allclose(found["monetary_value"], wanted["mean"], rtol=1e-11)
    np.testing.assert_allclose(found["T"], wanted["T"], rtol=1e-14)
    assert (found.unit, found.until) == ("week", UNTIL)
    assert found.caption.endswith(f"{len(found):,} distinct histories of 2,357 customers")
    money = rb.distinct(kind.summary, of="spend")
    assert money["customers"].sum() == (table["frequency"] > 0).sum()
    assert money.columns == ["frequency", "monetary_value", "customers"]


def test_a_fit_to_distinct_histories_is_the_fit_to_the_customers(kind, plain):
    histories = rb.distinct(kind.summary)
    for model in (rb.BGNBD, rb.MBGNBD, rb.ParetoNBD):
        few, many = model.fit(histories), model.fit(plain.summary)
        np.testing.assert_allclose(few.theta, many.theta, rtol=1e-6)
        assert few.fitted.log_likelihood == pytest.approx(many.fitted.log_likelihood, rel=1e-12)
        assert few.fitted.customers == 2357
        np.testing.assert_allclose(few.standard_errors, many.standard_errors, rtol=1e-5)
    spend = rb.GammaGamma.fit(rb.distinct(kind.summary, of="spend"))
    np.testing.assert_allclose(spend.theta, plain.spend.theta, rtol=1e-6)


def test_forecasts_joined_back_are_those_of_each_customer(kind, plain):
    histories = rb.distinct(kind.summary)
    buying = plain.buying
    scored = rb.joined(kind.summary, histories, buying.p_alive(histories), name="alive")
    ahead = buying.expected_purchases(histories, periods=52)
    scored = rb.joined(scored, histories, ahead)
    assert type(scored.table) is type(kind.summary.table)
    assert (scored.unit, scored.until) == ("week", UNTIL)
    assert scored.columns[-6:] == ["alive", "alive_low", "alive_high", "estimate", "low", "high"]
    found = kind.back(scored.table)
    same(found, plain.ahead.table, 1e-9)
    wanted = plain.alive.add_prefix("alive_").rename(columns={"alive_estimate": "alive"})
    same(found, wanted)
    same(found, plain.summary.table[["frequency", "recency", "T"]])


def test_values_joined_back_know_each_customers_own_spend(kind, plain):
    histories = rb.distinct(kind.summary)
    told = {"margin": 0.3, "annual_rate": 0.15, "years": 3}
    value = rb.lifetime_value(plain.buying, plain.spend, histories, **told)
    found = kind.back(rb.joined(kind.summary, histories, value, spend=plain.spend).table)
    same(found, plain.value.table[["estimate"]])
    same(found, plain.value.table, 1e-6)
    np.testing.assert_allclose(value.total(), plain.value.total(), rtol=1e-7)
    assert value.total()["estimate"] == pytest.approx(plain.value.total()["estimate"], rel=1e-9)
    mean = plain.spend.expected_spend(histories)
    found = kind.back(rb.joined(kind.summary, histories, mean, spend=plain.spend).table)
    same(found, plain.mean.table, 1e-6)
    same(found, plain.mean.table[["estimate"]])
    flat = rb.lifetime_value(plain.buying, 35, histories, **told)
    found = kind.back(rb.joined(kind.summary, histories, flat, spend=35).table)
    same(found, rb.lifetime_value(plain.buying, 35, plain.summary, **told).table)


def test_a_season_and_a_holdout_are_kept(plain):
    season = rb.Season([1.5, 1.3, 1.1, 1, 0.8, 0.6, 0.5, 0.6, 0.8, 1, 1.3, 1.6])
    summary = rb.split(LOG, calibration_end="1997-12-31", until=UNTIL)
    histories = rb.distinct(summary)
    assert histories.calibration_end == "1997-12-31"
    few, many = (rb.BGNBD.fit(one, season=season) for one in (histories, summary))
    np.testing.assert_allclose(few.theta, many.theta, rtol=1e-6)
    ahead = many.expected_purchases(histories, periods=26)
    found = rb.joined(summary, histories, ahead)
    same(found, many.expected_purchases(summary, periods=26).table)


def test_models_without_intervals(plain):
    by_hand = rb.BGNBD(*plain.buying.theta, unit="week")
    spend = rb.GammaGamma(*plain.spend.theta)
    histories = rb.distinct(plain.summary)
    told = {"margin": 0.3, "annual_rate": 0.15}
    value = rb.lifetime_value(by_hand, spend, histories, **told)
    found = rb.joined(plain.summary, histories, value, spend=spend)
    assert found.columns[-1] == "estimate"
    same(found, rb.lifetime_value(by_hand, spend, plain.summary, **told).table)


def test_what_would_be_wrong_is_refused(plain):
    histories = rb.distinct(plain.summary)
    ahead = plain.buying.expected_purchases(histories, periods=52)
    value = rb.lifetime_value(
        plain.buying, plain.spend, histories, margin=0.3, annual_rate=0.15, years=3
    )
    for message, ask in {
        "is the mean over the customers of a history": lambda: rb.GammaGamma.fit(histories),
        "counts equal customers already": lambda: rb.distinct(histories),
        "of is 'money'": lambda: rb.distinct(plain.summary, of="money"),
        "lacks the column frequency": lambda: rb.distinct(LOG),
        "is of type list": lambda: rb.distinct([1, 2]),
        "no repeat buyers": lambda: rb.distinct(
            plain.summary[plain.summary["frequency"] == 0], of="spend"
        ),
        "give spend": lambda: rb.joined(plain.summary, histories, value),
        "other rows than histories": lambda: rb.joined(plain.summary, histories, plain.ahead),
        r"not distinct\(summary\)": lambda: rb.joined(plain.summary, plain.summary, ahead),
        "a column T already": lambda: rb.joined(plain.summary, histories, ahead, name="T"),
    }.items():
        with pytest.raises(ValueError, match=message):
            ask()


def amounts(kind):
    """Customers and what they paid, as a frame of the kind."""
    table = kind.summary.table
    if kind.name == "pandas":
        return table["amount"]
    wanted = ["customer_id", "amount"]
    return table.select(wanted) if kind.name == "pyarrow" else table.select(*wanted)


@pytest.mark.parametrize("groups", [3, 5])
def test_rfm_scores_are_the_same_everywhere(kind, plain, groups):
    if kind.name == "spark" and groups == 3:
        return
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = segments.rfm_scores(kind.summary, groups=groups)
        many = len(told)
        wanted = segments.rfm_scores(plain.summary, groups=groups)
    said = [str(one.message).split(";")[0] for one in told[:many]]
    there = [str(one.message).split(";")[0] for one in told[many:]]
    assert [one for one in said if one.startswith("ties")] == there
    assert type(found) is type(kind.summary.table)
    back = kind.back(found)
    assert list(back) == list(wanted)
    for name in wanted:
        assert (back[name].astype(str) == wanted[name].astype(str)).all(), name


def test_concentration_is_the_same_everywhere(kind, plain):
    given, wanted = amounts(kind), plain.summary["amount"]
    for zeros in ("keep", "drop"):
        np.testing.assert_allclose(
            tiers.gini(given, zeros=zeros), tiers.gini(wanted, zeros=zeros), rtol=1e-9
        )
        for rule in ("ceiling", "interpolate"):
            for share in (0.2,) if kind.name == "spark" else (0.2, 0.013, 1):
                told = {"rule": rule, "zeros": zeros}
                np.testing.assert_allclose(
                    tiers.top_share(given, share, **told),
                    tiers.top_share(wanted, share, **told),
                    rtol=1e-9,
                )


@pytest.mark.filterwarnings("ignore:no customer is in tier")
@pytest.mark.parametrize("boundary", ["up", "down"])
@pytest.mark.parametrize(
    ("by", "cuts"),
    [("profit", None), ("customers", None), ("threshold", (100, 30)), ("profit", (0.3, 0.301))],
)
def test_tiers_are_the_same_everywhere(kind, plain, by, cuts, boundary):
    if kind.name == "spark" and (by, boundary) not in (("profit", "up"), ("threshold", "down")):
        return
    told = {"by": by, "cuts": cuts, "boundary": boundary}
    found = tiers.pyramid(amounts(kind), **told)
    wanted = tiers.pyramid(plain.summary["amount"], **told)
    pd.testing.assert_frame_equal(found.table, wanted.table, rtol=1e-9, check_dtype=False)
    assert (found.caption, found.title) == (wanted.caption, wanted.title)
    if kind.name != "pandas":
        back = kind.back(found.customers)
        assert (back["tier"] == wanted.tier.astype(str)).all()
        same(back, wanted.customers[["value"]])


def test_tiers_of_a_forecast_joined_back(kind, plain):
    histories = rb.distinct(kind.summary)
    told = {"margin": 0.3, "annual_rate": 0.15, "years": 3}
    value = rb.lifetime_value(plain.buying, plain.spend, histories, **told)
    scored = rb.joined(kind.summary, histories, value, spend=plain.spend)
    found, wanted = tiers.pyramid(scored), tiers.pyramid(plain.value)
    pd.testing.assert_frame_equal(found.table, wanted.table, rtol=1e-9, check_dtype=False)
    np.testing.assert_allclose(tiers.gini(scored), tiers.gini(plain.value), rtol=1e-9)


def polars_values(values):
    return pl.DataFrame({"customer_id": range(len(values)), "value": values})


@pytest.mark.filterwarnings("ignore:no customer is in tier")
@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(
        st.one_of(st.integers(-5, 20), st.floats(-50, 200), st.sampled_from([0.1 + 0.2, 0.3])),
        min_size=5,
        max_size=40,
    ),
    by=st.sampled_from(["profit", "customers", "threshold"]),
    boundary=st.sampled_from(["up", "down"]),
)
def test_any_values_ties_and_losses(values, by, boundary):
    values = np.round(np.array(values, dtype=float), 6)
    cuts = (3.0, 0.3) if by == "threshold" else (0.5, 0.8)
    told = {"by": by, "cuts": cuts, "boundary": boundary}
    if by == "profit" and values.sum() < 1e-3:
        return
    if values.sum() > 1e-3:
        found = tiers.pyramid(polars_values(values), **told)
        wanted = tiers.pyramid(values, **told)
        tier = found.customers.sort("customer_id")["tier"].to_list()
        assert tier == wanted.tier.astype(str).tolist()
        np.testing.assert_array_equal(found.table["customers"], wanted.table["customers"])
    gains = np.abs(values)
    if gains.sum() > 1e-3:
        same_gini = tiers.gini(polars_values(gains)), tiers.gini(gains)
        np.testing.assert_allclose(*same_gini, rtol=1e-7, atol=1e-9)
        same_top = (
            tiers.top_share(polars_values(gains), 0.3),
            tiers.top_share(gains, 0.3),
        )
        np.testing.assert_allclose(*same_top, rtol=1e-7, atol=1e-9)


def test_what_an_engine_does_not_do_is_said():
    some = polars_values([1.0, 2, 3, 4, 5])
    summary = some.rename({"value": "amount"}).with_columns(frequency=1, days_since_last=3)
    loss, hole = polars_values([1.0, -2, 3]), polars_values([1.0, None, float("nan"), 5])
    for message, ask in {
        "leave out nested": lambda: segments.rfm_scores(summary, ties="split"),
        "cannot fill 9 groups": lambda: segments.rfm_scores(summary, groups=9),
        "lacks the column recency": lambda: segments.rfm_scores(summary.drop("days_since_last")),
        "equal values stay together": lambda: tiers.pyramid(some, boundary="split"),
        "cannot fill 3 tiers": lambda: tiers.pyramid(some.head(2)),
        "value adds up to -3": lambda: tiers.pyramid(polars_values([1.0, -2, -2])),
        "2 of 4 rows are empty or infinite": lambda: tiers.gini(hole),
        "1 of 3 rows is empty or infinite": lambda: tiers.pyramid(
            hole.head(3).fill_nan(3.0), by="threshold", cuts=(3, 1)
        ),
        "lowest is -2, below 0": lambda: tiers.gini(loss),
        "value is 0 for all 2 customers": lambda: tiers.top_share(polars_values([0.0, 0])),
        "value has no rows": lambda: tiers.gini(some.head(0)),
        "give customer_id and one column": lambda: tiers.gini(some.with_columns(other=1)),
        "lacks the column customer_id": lambda: tiers.gini(some.drop("customer_id")),
    }.items():
        with pytest.raises(ValueError, match=message):
            ask()
