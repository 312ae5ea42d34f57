"""One path from a log to scores on every engine: the same numbers where the customers lie."""

import warnings
from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab import segments, tiers
from crmlab.tiers import resampling

UNTIL = "1998-06-30"
LOG = crm.load("cdnow").transactions[["customer_id", "date", "amount"]]
pytestmark = pytest.mark.filterwarnings("ignore::crmlab.repeat_buying.SpendWarning")

MAKE = {
    "pandas": lambda table: table,
    "polars": pl.from_pandas,
    "polars lazy": lambda table: pl.from_pandas(table).lazy(),
    "duckdb": lambda table: duckdb.connect().from_arrow(pl.from_pandas(table).to_arrow()),
    "pyarrow": lambda table: pl.from_pandas(table).to_arrow(),
}
BACK = {
    "pandas": lambda frame: frame.reset_index(),
    "polars": lambda frame: frame.to_pandas(),
    "polars lazy": lambda frame: frame.collect().to_pandas(),
    "duckdb": lambda frame: frame.df(),
    "pyarrow": lambda frame: frame.to_pandas(),
    "spark": lambda frame: frame.toPandas(),
}


quiet = pytest.mark.filterwarnings("ignore")


@pytest.fixture(
    scope="module",
    params=[*MAKE, pytest.param("spark", marks=[pytest.mark.slow, quiet])],
)
def kind(request):
    """A kind of frame: how to make one, the summary of the log in it, and the way to pandas."""
    name = request.param
    session = request.getfixturevalue("spark") if name == "spark" else None

    def make(table):
        return MAKE[name](table) if session is None else session.createDataFrame(table)

    def back(frame):
        found = BACK[name](frame).astype({"customer_id": str})
        return found.set_index("customer_id").sort_index()

    log = LOG if session is None else LOG.assign(date=LOG["date"].dt.date)
    summary = rb.summarise(make(log), until=UNTIL)
    if session is not None:
        summary.table.cache()
    return SimpleNamespace(name=name, make=make, summary=summary, back=back)


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


def worth(kind, table):
    """Customers and what they paid, of a table in pandas, as `tiers` takes them of the kind."""
    wanted = table[["customer_id", "amount"]]
    return wanted.set_index("customer_id")["amount"] if kind.name == "pandas" else kind.make(wanted)


def amounts(kind):
    """Customers and what they paid, of the summary."""
    table = kind.summary.table
    if kind.name == "pandas":
        return table["amount"]
    wanted = ["customer_id", "amount"]
    return table.select(wanted) if kind.name == "pyarrow" else table.select(*wanted)


@pytest.mark.parametrize("groups", [3, 5])
def test_rfm_scores_are_the_same_everywhere(kind, plain, groups):
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


@pytest.mark.parametrize("zeros", ["keep", "drop"])
def test_concentration_is_the_same_everywhere(kind, plain, zeros):
    given, wanted = amounts(kind), plain.summary["amount"]
    found = tiers.gini(given, zeros=zeros)
    np.testing.assert_allclose(found, tiers.gini(wanted, zeros=zeros), rtol=1e-9)
    for share, rule in ((0.2, "ceiling"), (0.013, "interpolate"), (1, "ceiling")):
        told = {"rule": rule, "zeros": zeros}
        found = tiers.top_share(given, share, **told)
        np.testing.assert_allclose(found, tiers.top_share(wanted, share, **told), rtol=1e-9)


@pytest.mark.filterwarnings("ignore:no customer is in tier")
@pytest.mark.parametrize("boundary", ["up", "down"])
@pytest.mark.parametrize(
    ("by", "cuts"),
    [("profit", None), ("customers", None), ("threshold", (100, 30)), ("profit", (0.3, 0.301))],
)
def test_tiers_are_the_same_everywhere(kind, plain, by, cuts, boundary):
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


TIED = pd.DataFrame(
    {
        "customer_id": list("abcdefghijkl"),
        "amount": [0.1 + 0.2, 0.3, 0.3, 7, 7, 7.0, -2, 0, 999.9999999999999, 1000, 1e-120, 40],
        "frequency": [3, 1, 1, 0, 2, 2, 0, 0, 5, 5, 1, 8],
        "recency": [0.1 + 0.2, 1, 1, 0, 2, 2, 0, 0, 3, 3, 3, 8],
        "T": [0.3 + 0.6, 9, 9, 0.6, 5, 5, 5, 5, 5, 5, 8, 8],
    }
)


@pytest.mark.filterwarnings("ignore:no customer is in tier", "ignore:ties in")
def test_equal_up_to_rounding_is_equal_everywhere(kind):
    """On a line, across a power of ten, below zero, and in a difference of two columns."""
    indexed = TIED.set_index("customer_id")
    for by, cuts, boundary in (
        ("customers", (2 / 12, 0.5), "up"),
        ("customers", (2 / 12, 0.5), "down"),
        ("profit", (0.4, 0.97), "down"),
        ("threshold", (1000, 0.1 + 0.2), "up"),
        ("threshold", (999.9999999999999, 0.3), "down"),
    ):
        told = {"by": by, "cuts": cuts, "boundary": boundary}
        found = tiers.pyramid(worth(kind, TIED), **told)
        wanted = tiers.pyramid(indexed["amount"], **told)
        pd.testing.assert_frame_equal(found.table, wanted.table, rtol=1e-9, check_dtype=False)
        if kind.name != "pandas":
            assert (kind.back(found.customers)["tier"] == wanted.tier.astype(str)).all(), told
    found = kind.back(segments.rfm_scores(kind.make(TIED), groups=4))
    wanted = segments.rfm_scores(indexed, groups=4)
    assert (found["rfm"].astype(str) == wanted["rfm"].astype(str)).all()
    equal = worth(kind, TIED.assign(amount=0.1))
    np.testing.assert_allclose(tiers.gini(equal), [0, 0, 0], atol=1e-12)


@pytest.mark.filterwarnings("ignore:ties in")
def test_only_histories_reach_python(kind, plain, monkeypatch):
    """Rows that leave a lazy engine: one for each history, bin, score or tier, none for others."""
    if kind.name == "spark":
        from pyspark.sql.classic.dataframe import DataFrame

        ways = DataFrame, ("toPandas", "collect", "toArrow", "toLocalIterator")
    elif kind.name == "duckdb":
        ways = duckdb.DuckDBPyRelation, ("df", "to_df", "fetchall", "to_arrow_table", "pl")
    elif kind.name == "polars lazy":
        ways = pl.LazyFrame, ("collect",)
    else:
        pytest.skip("lies in this Python as it is")
    rows = []

    def counted(way):
        def leave(*given, **told):
            found = way(*given, **told)
            rows.append(len(found))
            return found

        return leave

    for name in ways[1]:
        monkeypatch.setattr(ways[0], name, counted(getattr(ways[0], name)))

    def left(ask):
        rows.clear()
        return ask(), max(rows, default=0)

    summary, value = kind.summary, amounts(kind)
    histories, most = left(lambda: rb.distinct(summary))
    assert most == len(histories)
    ahead = plain.buying.expected_purchases(histories, periods=52)
    assert left(lambda: rb.joined(summary, histories, ahead))[1] == 0
    assert 5 <= left(lambda: segments.rfm_scores(summary))[1] <= 1025
    assert 3 <= left(lambda: tiers.pyramid(value))[1] <= 1025
    monkeypatch.setattr(resampling, "LARGE", 200)
    for ask in (tiers.gini, tiers.top_share):
        found, most = left(lambda ask=ask: ask(value))
        assert 200 <= most <= 1025
        np.testing.assert_allclose(found, ask(plain.summary.table["amount"]), rtol=1e-9)


@pytest.mark.parametrize("size", [399, 400, 401, 1000, 1001])
def test_every_kth_value_stands_for_all_in_an_engine_too(size, monkeypatch):
    monkeypatch.setattr(resampling, "LARGE", 200)
    values = pd.Series(np.random.default_rng(size).integers(1, 60, size).astype(float))
    table = pl.from_pandas(values.rename("amount").rename_axis("customer_id").reset_index())
    for ask in (tiers.gini, tiers.top_share):
        np.testing.assert_allclose(ask(table), ask(values), rtol=1e-9)
    first, step = resampling.every(size)
    assert (size - 1 - first) % step == 0 <= first < step


@pytest.mark.filterwarnings("ignore:ties in")
def test_a_wrong_column_is_named_everywhere(kind):
    log, few = kind.make(TIED.assign(customer_id=list("aabcdefghijk"))), TIED[["customer_id"]]
    text = kind.make(TIED.assign(frequency="often"))
    much = worth(kind, few.assign(amount="much"))
    hole = worth(kind, few.assign(amount=[1.0, np.nan, np.inf, *range(9)]))
    for message, ask in {
        "summary lacks the column frequency": lambda: rb.distinct(kind.make(few)),
        "summary.frequency.* (not numeric|not numbers)": lambda: rb.distinct(text),
        "summary[.]frequency.* (not numeric|not numbers)": lambda: segments.rfm_scores(text),
        "value.* (not numeric|not numbers)": lambda: tiers.gini(much),
        "value: [12] of 12 rows": lambda: tiers.pyramid(hole),
        r"value: 1 of 12 rows is below 0; first customer_id 'g'": lambda: tiers.gini(
            worth(kind, TIED)
        ),
        "summary: 1 of 12 rows repeats an earlier id": lambda: segments.rfm_scores(log),
        "summary.frequency: 1 of 12 rows is below 0": lambda: segments.rfm_scores(
            kind.make(TIED.assign(frequency=[-1, *range(11)]))
        ),
    }.items():
        with pytest.raises(ValueError, match=message):
            ask()


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
    assume(values.sum() > 1e-3)
    found = tiers.pyramid(polars_values(values), **told)
    wanted = tiers.pyramid(values, **told)
    tier = found.customers.sort("customer_id")["tier"].to_list()
    assert tier == wanted.tier.astype(str).tolist()
    np.testing.assert_array_equal(found.table["customers"], wanted.table["customers"])
    gains = np.abs(values)
    for ask in (tiers.gini, lambda given: tiers.top_share(given, 0.3)):
        np.testing.assert_allclose(ask(polars_values(gains)), ask(gains), rtol=1e-8, atol=1e-9)


def test_what_an_engine_does_not_do_is_said():
    some = polars_values([1.0, 2, 3, 4, 5])
    summary = some.rename({"value": "amount"}).with_columns(frequency=1, days_since_last=3)
    loss, hole = polars_values([1.0, -2, 3]), polars_values([1.0, None, float("nan"), 5])
    for message, ask in {
        "leave out nested": lambda: segments.rfm_scores(summary, ties="split"),
        "cannot fill 9 groups": lambda: segments.rfm_scores(summary, groups=9),
        "lacks the column T, recency": lambda: segments.rfm_scores(summary.drop("days_since_last")),
        "equal values stay together": lambda: tiers.pyramid(some, boundary="split"),
        "cannot fill 3 tiers": lambda: tiers.pyramid(some.head(2)),
        "value adds up to -3": lambda: tiers.pyramid(polars_values([1.0, -2, -2])),
        "2 of 4 rows are empty or infinite; first customer_id 1": lambda: tiers.gini(hole),
        "1 of 3 rows is empty or infinite": lambda: tiers.pyramid(
            hole.head(3).fill_nan(3.0), by="threshold", cuts=(3, 1)
        ),
        "value: 1 of 3 rows is below 0; first customer_id 1": lambda: tiers.gini(loss),
        "value is 0 for all 2 customers": lambda: tiers.top_share(polars_values([0.0, 0])),
        "value has no rows": lambda: tiers.gini(some.head(0)),
        "give customer_id and one column": lambda: tiers.gini(some.with_columns(other=1)),
        "lacks the column customer_id": lambda: tiers.gini(some.drop("customer_id")),
    }.items():
        with pytest.raises(ValueError, match=message):
            ask()
