"""What single customers will do, forecasts made again and again, whom to call."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab.evidence import trial_size

FOREVER = rb.NBD(r=1.5, alpha=2.0, unit="week")
CDNOW = crm.load("cdnow").transactions


def customers(frequency, T=10.0):
    recency = np.where(np.array(frequency) > 0, T / 2, 0)
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T})


@pytest.fixture(scope="module")
def both():
    return rb.split(CDNOW, calibration_end="1997-09-30", until="1998-06-30", refunds="net")


@pytest.fixture(scope="module")
def fitted(both):
    return rb.BGNBD.fit(both)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95])
def test_ranges_are_the_quantiles_of_the_negative_binomial(confidence):
    several = customers([0, 1, 4, 30, 200])
    found = rb.luck(FOREVER, several, periods=6, confidence=confidence).table
    law = stats.nbinom(1.5 + several["frequency"], 12 / 18)
    assert found["low"].tolist() == law.ppf((1 - confidence) / 2).tolist()
    assert found["high"].tolist() == law.ppf((1 + confidence) / 2).tolist()
    assert found["expected"].to_numpy() == pytest.approx(law.mean())
    assert found["sd"].to_numpy() == pytest.approx(law.std(), rel=3e-5)
    assert found["none"].to_numpy() == pytest.approx(law.pmf(0))


def test_a_total_of_equal_customers_is_negative_binomial_too():
    found = rb.luck(FOREVER, customers([3] * 40), periods=6, confidence=0.9).total()
    law = stats.nbinom(40 * 4.5, 12 / 18)
    assert found["estimate"] == pytest.approx(law.mean())
    assert [found["low"], found["high"]] == pytest.approx(law.ppf([0.05, 0.95]), abs=1)


def test_a_total_holds_the_doubt_about_parameters_as_well(fitted, both):
    found = rb.luck(fitted, both, periods=39)
    total, parameters = found.total(), fitted.expected_purchases(both, periods=39).total()
    luck_alone = (found["sd"] ** 2).sum()
    error = np.log(parameters["high"] / parameters["estimate"]) / 1.959964 * parameters["estimate"]
    reach = 1.959964 * np.sqrt(luck_alone + error**2)
    assert total["estimate"] == pytest.approx(parameters["estimate"])
    assert total["high"] - total["low"] == pytest.approx(2 * reach, rel=0.02)
    assert total["low"] < parameters["low"]
    assert total["high"] > parameters["high"]


@pytest.mark.parametrize(
    "model",
    [
        rb.BGNBD(r=0.5, alpha=4, a=0.8, b=2.4, unit="week"),
        rb.ParetoNBD(r=0.5, alpha=8, s=0.6, beta=11, unit="week"),
        rb.BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8),
    ],
)
def test_ranges_agree_with_the_distribution_of_purchases(model):
    several = pd.DataFrame({"frequency": [0, 1, 5], "recency": [0, 4, 9], "T": [10, 10, 10]})
    found = rb.luck(model, several, periods=8).table
    chances = model.purchase_distribution(several, periods=8, most=60).drop(columns="more")
    below = chances.cumsum(axis=1)
    for row in range(3):
        low, high = found["low"].iloc[row], found["high"].iloc[row]
        assert below.iloc[row, high] >= 0.975
        assert high == 0 or below.iloc[row, high - 1] < 0.975
        assert low == 0 or below.iloc[row, low - 1] < 0.025
        assert below.iloc[row, low] >= 0.025
    assert found["none"].to_numpy() == pytest.approx(chances[0].to_numpy())


def test_ranges_hold_what_simulated_customers_do_and_not_much_more():
    model = rb.BGNBD(r=2.0, alpha=2.0, a=0.8, b=2.4, unit="week")
    made = model.simulate(np.full(4000, 20.0), periods=20.0, seed=5)
    held = rb.luck(model, made, periods=20, confidence=0.9)
    busy = held["expected"] > 8
    share = held[busy].held(made["frequency_holdout"][busy])
    assert share["low"] < share["estimate"] < share["high"]
    assert 0.89 < share["estimate"] < 0.95


def test_held_counts_both_sides_and_matches_by_id():
    several = customers([30] * 4).set_index(pd.Index(list("abcd"), name="customer_id"))
    found = rb.luck(FOREVER, several, periods=6)
    low, high = found["low"].iloc[0], found["high"].iloc[0]
    came = pd.Series([high + 1, low, high, low - 1], index=list("dcba"))
    share = found.held(came)
    assert share["customers"] == 4
    assert low > 0
    assert share["estimate"] == 0.5
    assert found.held([low, low, low, low])["estimate"] == 1
    with pytest.raises(ValueError, match="3 numbers for 4 customers"):
        found.held([1, 2, 3])
    with pytest.raises(ValueError, match="id in common"):
        found.held(pd.Series([1.0], index=["z"]))


def test_buyers_of_equal_customers_are_binomial():
    found = rb.luck(FOREVER, customers([1] * 60), periods=6, confidence=0.9).buyers()
    law = stats.binom(60, 1 - stats.nbinom(2.5, 12 / 18).pmf(0))
    assert found["estimate"] == pytest.approx(law.mean())
    assert [found["low"], found["high"]] == pytest.approx(law.ppf([0.05, 0.95]), abs=1)
    assert found["low"] <= law.ppf(0.05)
    assert found["high"] >= law.ppf(0.95)


def test_a_trial_of_calls_starts_from_those_who_come_anyway():
    found = rb.luck(FOREVER, customers([1] * 60), periods=6)
    share = found.buyers()["estimate"] / 60
    assert found.trial(0.1) == 2 * trial_size(0.1, sd=(share * (1 - share)) ** 0.5)
    assert found.trial(0.99 - share) < found.trial(0.1)
    with pytest.raises(ValueError, match="cannot come"):
        found.trial(1.01 - share)
    for odd, said in ((0, "effect is 0"), ("a", "effect is 'a'"), (np.nan, "effect is nan")):
        with pytest.raises(ValueError, match=said):
            found.trial(odd)


@pytest.mark.filterwarnings("ignore::crmlab.repeat_buying.DegenerateFitWarning")
def test_after_five_days_a_trial_of_calls_says_that_nobody_is_left_to_be_called():
    rng = np.random.default_rng(1)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 5, 80), unit="D")
    log = pd.DataFrame({"customer_id": rng.integers(0, 30, 80), "date": days})
    summary = rb.summarise(log, until="2025-01-05")
    ahead = rb.luck(rb.BGNBD.fit(summary), summary[summary["frequency"] > 0], periods=8)
    with pytest.raises(ValueError, match=r"effect is 0\.1, but 100\.0% of the customers"):
        ahead.trial(0.1)


def test_the_best_model_is_the_first_in_the_comparison(both, fitted):
    pareto, mixed = rb.ParetoNBD.fit(both), rb.MBGNBD.fit(both)
    table = rb.compare(pareto, mixed, fitted)
    assert type(rb.best_of(pareto, mixed, fitted)).__name__ == table.index[0]
    with pytest.raises(ValueError, match="at least two"):
        rb.best_of(fitted)


def test_luck_of_some_customers_and_its_caption():
    several = customers([0, 4]).set_index(pd.Index(["a", "b"], name="customer_id"))
    found = rb.luck(FOREVER, several, periods=6)
    assert found[["b"]].table.index.tolist() == ["b"]
    assert found[found["expected"] > 1].total()["estimate"] == pytest.approx(2.75)
    assert len(found) == 2
    assert found.caption == "purchases in the next 6 weeks; 95 % of customers like each"
    with pytest.raises(ValueError, match="luck"):
        found["nothing"]


def test_holdout_totals_of_the_published_sample(both, fitted):
    never = both[both["frequency"] == 0]
    pareto = rb.ParetoNBD.fit(both)
    found = rb.holdout_totals(both, fitted, pareto)
    assert found.index.tolist() == ["BG/NBD", "Pareto/NBD"]
    assert found["came"].tolist() == [1882, 1882]
    assert found["estimate"].round().tolist() == [1653, 1666]
    assert found["held"].tolist() == [False, True]
    silent = rb.holdout_totals(never, fitted, pareto)
    assert silent["came"].tolist() == [334, 334]
    assert silent["held"].tolist() == [True, False]


def test_holdout_totals_refuses_what_is_no_split(both, fitted):
    with pytest.raises(ValueError, match="frequency_holdout"):
        rb.holdout_totals(rb.summarise(CDNOW, until="1998-06-30"), fitted)
    with pytest.raises(ValueError, match="no model"):
        rb.holdout_totals(both)


@pytest.fixture(scope="module")
def again():
    return rb.refits(rb.BGNBD, CDNOW, ends=["1997-09-30", "1997-06-30"], periods=26)


def test_refits_are_splits_at_each_date(again):
    assert again.table.index.tolist() == ["1997-06-30", "1997-09-30"]
    both = rb.split(CDNOW, calibration_end="1997-09-30", until="1998-03-31")
    model = rb.BGNBD.fit(both)
    row = again.table.loc["1997-09-30"]
    assert row["came"] == both["frequency_holdout"].sum()
    assert row["customers"] == 2357
    expected = model.expected_purchases(both, periods=26)
    assert row["estimate"] == pytest.approx(expected.total()["estimate"])
    assert row["ratio"] == pytest.approx(row["came"] / row["estimate"])
    assert again.parameters.loc["1997-09-30"].to_numpy() == pytest.approx(model.theta)
    assert again.models[1].theta == pytest.approx(model.theta)
    first = expected["estimate"].nlargest(2357 // 5).index
    later = both["frequency_holdout"]
    assert row["top_fifth"] == pytest.approx(later[first].sum() / later.sum(), abs=0.005)


def test_refits_say_what_held_and_draw_it(again):
    table = again.table
    inside = (table["came"] >= table["low"]) & (table["came"] <= table["high"])
    assert again.held == inside.sum() == 1
    assert again.title == "1 of 2 forecasts held;\nwhat came was 1.12 to 1.18 times the forecast"
    assert again.caption == "BG/NBD, 26 weeks ahead each time"
    ax = again.plot()
    assert ax.get_title("left") == again.title
    assert ax.get_ylabel() == "purchases in 26 weeks"
    assert [one.get_text() for one in ax.get_xticklabels()] == table.index.tolist()
    came = next(line for line in ax.lines if line.get_label() == "came")
    assert came.get_ydata().tolist() == table["came"].tolist()
    bars = ax.containers[0]
    assert bars.lines[0].get_ydata().tolist() == table["estimate"].tolist()
    ends = [path.vertices[:, 1].tolist() for path in bars.lines[2][0].get_paths()]
    assert np.array(ends) == pytest.approx(table[["low", "high"]].to_numpy())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ends": []}, "at least one day"),
        ({"ends": ["1997-06-30", "1997-06-30"]}, "each of them once"),
        ({"ends": "1997-06-30"}, "give a list of days"),
        ({"ends": ["1998-06-01"]}, "after the last day of the log"),
        ({"ends": pd.Timestamp("1997-06-30")}, "give a list of days"),
        ({"ends": None}, "give a list of days"),
        ({"periods": 0}, "periods"),
        ({"periods": 1.5}, "10.5 days; give whole days"),
        ({"periods": 0.05}, "0.35 days; give whole days"),
        ({"periods": 1e9}, "after the last day of the log"),
        ({"kind": rb.BGBB}, "continuous time"),
        ({"kind": FOREVER}, "continuous time"),
    ],
)
def test_refits_refuse(change, said):
    given = {"kind": rb.BGNBD, "ends": ["1997-06-30"], "periods": 26} | change
    with pytest.raises(ValueError, match=said):
        rb.refits(given.pop("kind"), CDNOW, **given)


WORTH = pd.Series([20.0, 30, 80, 120], index=pd.Index(list("abcd"), name="customer_id"))


def test_calls_pay_where_the_gain_is_more_than_the_cost():
    plan = rb.contact_plan(WORTH, lift=0.1, cost=3)
    assert plan.ids.tolist() == ["d", "c"]
    assert plan.table["net_so_far"].tolist() == pytest.approx([9, 14, 14, 13])
    assert plan.totals.to_dict() == pytest.approx({"calls": 2, "cost": 6, "gain": 20, "net": 14})
    assert plan.title == "2 of 4 calls pay and bring 14;\ncalling everybody would bring 13"
    assert plan.caption == "a call costs 3 and adds 10 % of the value"
    dear = rb.contact_plan(WORTH, lift=0.1, cost=9)
    assert dear.title == "1 of 4 calls pay and bring 3;\ncalling everybody would lose 11"
    assert rb.contact_plan(WORTH, lift=0.1, cost=90).totals["calls"] == 0


def test_the_net_has_the_interval_of_the_values(fitted, both):
    value = rb.lifetime_value(fitted, 35, both, margin=0.3, annual_rate=0.15, years=1)
    plan = rb.contact_plan(value, lift=0.1, cost=3)
    whole = value[value["estimate"] > 30].total()
    told = plan.totals
    assert told["calls"] == (value["estimate"] > 30).sum()
    assert told["net"] == pytest.approx(0.1 * whole["estimate"] - told["cost"])
    assert told["net_low"] == pytest.approx(0.1 * whole["low"] - told["cost"])
    assert told["net_high"] == pytest.approx(0.1 * whole["high"] - told["cost"])
    even = plan.break_even
    assert even["estimate"] * whole["estimate"] == pytest.approx(told["cost"])
    assert even["low"] * whole["high"] == pytest.approx(told["cost"])
    assert even["high"] * whole["low"] == pytest.approx(told["cost"])
    nobody = rb.contact_plan(value, lift=0.1, cost=1e6)
    assert nobody.totals.tolist() == [0, 0, 0, 0, 0, 0]
    assert nobody.break_even.isna().all()
    assert nobody.break_even.index.tolist() == ["estimate", "low", "high"]


def test_the_figure_of_calls_shows_the_sum_and_its_top():
    plan = rb.contact_plan(WORTH, lift=0.1, cost=3)
    ax = plan.plot()
    assert ax.get_title("left") == plan.title
    assert ax.lines[0].get_xdata().tolist() == [0, 1, 2, 3, 4]
    assert ax.lines[0].get_ydata().tolist() == pytest.approx([0, 9, 14, 14, 13])
    assert [ax.lines[2].get_xdata()[0], ax.lines[2].get_ydata()[0]] == pytest.approx([2, 14])
    assert [text.get_text() for text in ax.texts] == ["2 calls"]
    assert ax.get_ylabel() == "gain less cost of the calls"


@pytest.mark.parametrize(
    ("value", "options", "said"),
    [
        ([-1.0, 3], {}, "value"),
        ([], {}, "value"),
        (["a"], {}, "value"),
        ([5.0], {"lift": 0}, "lift"),
        ([5.0], {"cost": "no"}, "cost"),
    ],
)
def test_contact_plan_refuses(value, options, said):
    with pytest.raises(ValueError, match=said):
        rb.contact_plan(value, **({"lift": 0.1, "cost": 3} | options))


def test_contracts_are_left_out_where_the_customers_say_so():
    db = crm.load("lantern")
    free = rb.free_buyers(db)
    kinds = db.customers.set_index("customer_id")["kind"]
    assert set(kinds[free["customer_id"].unique()]) == {"member"}
    assert len(rb.free_buyers(db, bound=[])) == len(db.transactions)
    shop = crm.load("cdnow")
    assert len(rb.free_buyers(shop)) == len(shop.transactions)
    with pytest.raises(ValueError, match="every customer is one of"):
        rb.free_buyers(db, bound=["subscriber", "wholesale", "member"])


PUBLISHED = rb.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")


def test_silence_at_which_the_chance_is_even_solves_the_published_formula():
    found = rb.silence_limits(PUBLISHED, every=[4, 1], during=26)
    assert found.table.index.tolist() == [1, 4]
    assert found.table["frequency"].tolist() == [26, 6.5]
    for x, weeks in zip([26, 6.5], found.table["estimate"], strict=True):
        odds = 0.793 / (2.426 + x - 1) * ((4.414 + 26 + weeks) / (4.414 + 26)) ** (0.243 + x)
        assert odds == pytest.approx(1)
    assert found.table.columns.tolist() == ["frequency", "estimate"]


def test_silence_has_an_interval_around_it_where_the_model_is_fitted(fitted):
    table = rb.silence_limits(fitted, every=[1, 2], below=0.3).table
    assert (table["low"] < table["estimate"]).all()
    assert (table["estimate"] < table["high"]).all()
    row = table.loc[1]
    for name in ("estimate", "low", "high"):
        her = pd.DataFrame({"frequency": [26], "recency": 26.0, "T": 26 + row[name]})
        assert fitted.p_alive(her)[name].iloc[0] == pytest.approx(0.3)


def test_the_figure_of_silence_says_the_limits():
    found = rb.silence_limits(PUBLISHED, every=[1, 4], during=26)
    weeks = found.table["estimate"]
    assert found.title == (
        f"P(alive) falls to 50% after {weeks[1]:.1f} silent weeks\n"
        "where a customer used to buy every week"
    )
    assert found.caption == "silence, in weeks, after which P(alive) is 50%"
    ax = found.plot()
    assert ax.get_title("left") == found.title
    assert [one.get_text() for one in ax.get_legend().get_texts()] == [
        "every week",
        "every 4 weeks",
    ]
    assert ax.lines[0].get_ydata().tolist() == found.curves[1].tolist()
    assert [ax.lines[1].get_xdata()[0], ax.lines[1].get_ydata()[0]] == [weeks[1], 0.5]


@pytest.mark.parametrize(
    ("model", "options", "said"),
    [
        (PUBLISHED, {"every": [30]}, "every"),
        (PUBLISHED, {"every": []}, "every"),
        (PUBLISHED, {"every": [1], "below": 1.5}, "below"),
        (FOREVER, {"every": [1]}, "do not leave"),
        ("model", {"every": [1]}, "continuous time"),
    ],
)
def test_silence_limits_refuse(model, options, said):
    with pytest.raises(ValueError, match=said):
        rb.silence_limits(model, **options)


def test_the_share_of_a_ranking_and_its_spread_agree_with_resampling():
    rng = np.random.default_rng(3)
    came = pd.Series(rng.gamma(0.5, 20, 600))
    scores = pd.DataFrame({"noisy": came + rng.normal(0, 15, 600), "blind": rng.normal(size=600)})
    found = rb.ranked_share(scores, came)
    assert found.index.tolist() == ["hindsight", "noisy", "blind"]
    for name in scores:
        top = scores[name].rank(ascending=False) <= 120
        row = found.loc[name]
        assert row["estimate"] == pytest.approx(came[top].sum() / came.sum())
        shares = []
        for _ in range(1500):
            rows = rng.integers(600, size=600)
            shares.append(came[rows][top[rows]].sum() / came[rows].sum())
        assert (row["high"] - row["low"]) / 2 == pytest.approx(1.96 * np.std(shares), rel=0.1)


def test_the_share_of_a_ranking_matches_by_id_and_refuses():
    scores = pd.DataFrame({"size": [9, 8, 1, 2]}, index=list("abcd"))
    came = pd.Series([10, 10, 20, 60], index=list("dcba"))
    assert rb.ranked_share(scores, came, top=0.25).loc["size", "estimate"] == 0.6
    with pytest.raises(ValueError, match="has no outcome"):
        rb.ranked_share(scores, came.drop("a"))
    with pytest.raises(ValueError, match="nothing to share"):
        rb.ranked_share(scores, came * 0)
    with pytest.raises(ValueError, match="came"):
        rb.ranked_share(scores, -came)


def twice(summary):
    return dataclasses.replace(summary, table=summary.table.assign(customers=2))


def test_rows_that_stand_for_several_customers_count_so_often_in_what_came(both, fitted):
    once = rb.holdout_totals(both, fitted).iloc[0]
    double = rb.holdout_totals(twice(both), fitted).iloc[0]
    assert double["came"] == 2 * once["came"]
    assert double["came"] / double["estimate"] == pytest.approx(once["came"] / once["estimate"])
    later = both["frequency_holdout"]
    single = rb.luck(fitted, both, periods=39).held(later)
    weighed = rb.luck(fitted, twice(both), periods=39).held(later)
    assert weighed["customers"] == 2 * single["customers"] == 2 * len(both)
    assert weighed["estimate"] == pytest.approx(single["estimate"])
    uneven = both.table.assign(customers=np.where(later > 3, 5, 1))
    told = rb.luck(fitted, dataclasses.replace(both, table=uneven), periods=39)
    lies = (later >= told["low"]) & (later <= told["high"])
    share = np.average(lies, weights=uneven["customers"])
    assert told.held(later)["estimate"] == pytest.approx(share)


def test_models_of_one_title_are_told_apart(both, fitted):
    seasonal = rb.BGNBD.fit(both, season=rb.Season([1] * 9 + [1.5, 2, 3]))
    other = rb.BGNBD.fit(both, season=rb.Season([2] + [1] * 11))
    found = rb.holdout_totals(both, fitted, seasonal, other)
    assert found.index.tolist() == [
        "BG/NBD", "BG/NBD, with a season (1)", "BG/NBD, with a season (2)",
    ]  # fmt: skip
    for row, model in zip(found.index, (fitted, seasonal, other), strict=True):
        alone = rb.holdout_totals(both, model).iloc[0]
        assert found.loc[row].tolist() == alone.tolist()


def test_models_with_covariates_are_told_apart_in_both_tables(both):
    half = np.where(np.arange(len(both)) % 2, "a", "b")
    third = np.where(np.arange(len(both)) % 3, "c", "d")
    known = rb.add_covariates(both, pd.DataFrame({"half": half, "third": third}, both.index))
    models = [
        rb.WithCovariates.fit(rb.BGNBD, known, buying="half"),
        rb.WithCovariates.fit(rb.BGNBD, known, buying=["half", "third"], leaving="third"),
    ]
    says = ["buying by half", "buying by half, third; leaving by third"]
    assert rb.holdout_totals(known, *models).index.tolist() == [
        f"BG/NBD with covariates: {each}" for each in says
    ]
    assert sorted(rb.compare(*models).index) == [f"BGNBD with covariates: {each}" for each in says]


def test_holdout_totals_refuses_what_is_no_model(both, fitted):
    for wrong in ([fitted], rb.BGNBD, "model"):
        with pytest.raises(ValueError, match="no fitted model of purchases"):
            rb.holdout_totals(both, wrong)


@pytest.mark.parametrize(
    "model",
    [
        rb.BGNBD(r=0.05, alpha=1, a=0.3, b=3, unit="week"),
        rb.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week"),
        rb.ParetoNBD(r=0.553, alpha=10.58, s=0.606, beta=11.67, unit="week"),
    ],
)
def test_the_spread_is_that_of_the_whole_distribution_whatever_the_confidence(model):
    several = pd.DataFrame({"frequency": [0, 0, 5], "recency": [0, 0, 30.0], "T": [1.0, 39, 39]})
    chances = model.purchase_distribution(several, periods=100, most=1500).iloc[:, :-1].to_numpy()
    counts = np.arange(1501)
    sd = np.sqrt(chances @ counts**2 - (chances @ counts) ** 2)
    found = rb.luck(model, several, periods=100).table["sd"]
    assert found.to_numpy() == pytest.approx(sd, rel=3e-5)
    for confidence in (0.5, 0.9999):
        again = rb.luck(model, several, periods=100, confidence=confidence).table["sd"]
        assert again.tolist() == found.tolist()


def test_the_spread_at_opportunities_is_that_of_the_whole_distribution():
    model = rb.BGBB(alpha=0.1, beta=7.5, gamma=0.66, delta=2.8)
    several = pd.DataFrame({"frequency": [0, 5], "recency": [0, 9], "T": [10, 10]})
    chances = model.purchase_distribution(several, periods=40, most=40).iloc[:, :-1].to_numpy()
    counts = np.arange(41)
    sd = np.sqrt(chances @ counts**2 - (chances @ counts) ** 2)
    assert rb.luck(model, several, periods=40).table["sd"].to_numpy() == pytest.approx(sd)


def test_refits_take_the_frames_that_split_takes(again):
    polars, duckdb = pytest.importorskip("polars"), pytest.importorskip("duckdb")
    frame = polars.from_pandas(CDNOW)
    for log in (frame, frame.lazy(), frame.to_arrow(), duckdb.from_df(CDNOW)):
        found = rb.refits(rb.BGNBD, log, ends=["1997-09-30"], periods=26).table
        pd.testing.assert_frame_equal(found, again.table.loc[["1997-09-30"]])


def test_refits_look_ahead_whole_days():
    found = rb.refits(rb.BGNBD, CDNOW, ends=["1997-09-30"], periods=10 / 7)
    both = rb.split(CDNOW, calibration_end="1997-09-30", until="1997-10-10")
    assert found.table["came"].iloc[0] == both["frequency_holdout"].sum()


@pytest.mark.parametrize(
    "model", [PUBLISHED, rb.ParetoNBD(r=0.553, alpha=10.58, s=0.606, beta=11.67, unit="week")]
)
def test_each_rhythm_has_a_silence_of_its_own(model):
    found = rb.silence_limits(model, every=[10.4, 11, 12, 17, 18, 26], during=26).table
    assert found["frequency"].tolist() == pytest.approx([26 / one for one in found.index])
    assert found["estimate"].is_monotonic_increasing
    assert found["estimate"].is_unique
    whole = rb.silence_limits(model, every=[26, 13], during=26).table
    assert whole["frequency"].tolist() == [2, 1]
    for every, row in whole.iterrows():
        her = pd.DataFrame({"frequency": [26 / every], "recency": 26.0, "T": 26 + row["estimate"]})
        assert model.p_alive(her)["estimate"].iloc[0] == pytest.approx(0.5)


def test_an_upper_end_that_never_falls_is_infinite_and_said_so():
    made = rb.ParetoNBD(r=0.8, alpha=20, s=0.5, beta=10, unit="week").simulate(
        np.full(60, 60.0), seed=2
    )
    fitted = rb.ParetoNBD.fit(made)
    found = rb.silence_limits(fitted, every=[1, 4, 26], below=0.3)
    plain = rb.ParetoNBD(*fitted.theta, unit="week")
    alone = rb.silence_limits(plain, every=[1, 4, 26], below=0.3).table["estimate"]
    assert found.table["estimate"].tolist() == pytest.approx(alone.tolist())
    assert np.isinf(found.table["high"]).any()
    assert (found.table["low"] <= found.table["estimate"]).all()
    assert found.caption.endswith("; where high is inf, it may never fall so far, for all that "
                                  "the data say")  # fmt: skip
