"""The effect of a trial: published intervals, exact cases, a second route, coverage, bad trials."""

import sys
import warnings
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.api import OLS, add_constant

from crmlab.evidence import follow, trial_effect

ROOT = Path(__file__).resolve().parent.parent
FLOAT = {"rel": 1e-9, "abs": 1e-9}


def trial(seed=0, size=60, doses=(0, 1)):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"customer_id": [f"C{i:04}" for i in range(size)]})
    frame["treated"] = rng.permutation(np.resize(doses, size))
    frame["before"] = rng.gamma(2, 10, size)
    frame["kind"] = rng.choice(["new", "old"], size)
    frame["spent"] = 0.5 * frame["before"] + 3 * frame["treated"] + rng.normal(0, 4, size)
    return frame


def test_means_are_compared_as_welch_does():
    frame = trial()
    row = trial_effect(frame, "spent", confidence=0.9).table.loc[1]
    parts = [frame["spent"][frame["treated"] == arm] for arm in (1, 0)]
    other = stats.ttest_ind(*parts, equal_var=False).confidence_interval(0.9)
    assert row["estimate"] == pytest.approx(parts[0].mean() - parts[1].mean())
    assert list(row[["low", "high"]]) == pytest.approx(list(other), **FLOAT)


@pytest.mark.parametrize(
    ("a", "m", "b", "n", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_shares_are_compared_as_newcombe_publishes(a, m, b, n, low, high):
    """Newcombe (1998, Statistics in Medicine 17, 873-890), table II, method 10."""
    frame = pd.DataFrame({"treated": [1] * m + [0] * n})
    frame["bought"] = [True] * a + [False] * (m - a) + [True] * b + [False] * (n - b)
    found = trial_effect(frame, "bought")
    row = found.table.loc[1]
    assert found.shares
    assert [row["low"], row["high"]] == pytest.approx([low, high], abs=6e-5)
    assert row["low"] <= row["estimate"] <= row["high"]


def test_an_effect_without_noise_is_found_exactly_once_adjusted():
    frame = trial()
    frame["spent"] = 4 * frame["treated"] + 0.7 * frame["before"]
    row = trial_effect(frame, "spent", covariates=["before"]).table.loc[1]
    assert list(row[["adjusted", "adjusted_low", "adjusted_high"]]) == pytest.approx([4] * 3)
    assert row["high"] - row["low"] > 1


def test_adjusted_is_the_regression_with_products_and_robust_errors():
    """Lin (2013): the same by statsmodels, written out."""
    frame = trial(3, doses=(0, 0, 1))
    row = trial_effect(frame, "spent", covariates=["before", "kind"]).table.loc[1]
    wide = pd.DataFrame({"before": frame["before"], "old": (frame["kind"] == "old") * 1.0})
    wide -= wide.mean()
    design = pd.DataFrame({"treated": frame["treated"].astype(float)}).join(wide)
    design["both"], design["also"] = (wide.mul(design["treated"], axis=0)[c] for c in wide)
    fit = OLS(frame["spent"], add_constant(design)).fit(cov_type="HC2", use_t=True)
    expected = [fit.params["treated"], *fit.conf_int().loc["treated"]]
    assert list(row.iloc[-3:]) == pytest.approx(expected, **FLOAT)


def test_adjusting_takes_off_what_the_covariate_explains():
    """Deng et al. (2013): the variance falls to 1 - rho squared of it."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"treated": np.resize([0, 1], 20_000)})
    frame["before"] = rng.normal(size=len(frame))
    frame["spent"] = 0.8 * frame["before"] + 0.6 * rng.normal(size=len(frame))
    row = trial_effect(frame, "spent", covariates=["before"]).table.loc[1]
    plain, less = row["high"] - row["low"], row["adjusted_high"] - row["adjusted_low"]
    assert (less / plain) ** 2 == pytest.approx(1 - 0.8**2, rel=0.03)
    theta = np.cov(frame["spent"], frame["before"])[0, 1] / frame["before"].var()
    cuped = frame["spent"] - theta * (frame["before"] - frame["before"].mean())
    means = cuped.groupby(frame["treated"]).mean()
    assert row["adjusted"] == pytest.approx(means[1] - means[0], abs=2e-4)


def test_each_dose_is_held_against_the_same_control():
    frame = trial(1, 90, doses=(0, 1, 4))
    found = trial_effect(frame, "spent")
    assert list(found.table.index) == [1, 4]
    one = trial_effect(frame[frame["treated"] != 1], "spent").table.loc[4]
    assert list(found.table.loc[4]) == pytest.approx(list(one))
    assert found.control.to_dict() == {
        "customers": 30,
        "mean": pytest.approx(frame.loc[frame["treated"] == 0, "spent"].mean()),
    }


def test_arms_with_names_have_their_control_first():
    frame = trial(1, 90, doses=(0, 1, 2))
    names = frame["treated"].map({0: "none", 1: "coffee", 2: "voucher"})
    named = frame.assign(treated=pd.Categorical(names, ["none", "voucher", "coffee"]))
    found = trial_effect(named, "spent").table
    assert list(found.index) == ["voucher", "coffee"]
    assert found["estimate"]["coffee"] == pytest.approx(
        trial_effect(frame, "spent").table["estimate"][1]
    )


def test_balance_shows_each_kind_and_how_likely_a_lot_is():
    frame = trial(2)
    balance = trial_effect(frame, "spent", covariates=["before", "kind"]).balance
    assert list(balance.index) == ["before", "kind: new", "kind: old"]
    means = frame.groupby("treated")["before"].mean()
    assert list(balance.loc["before", [0, 1]]) == pytest.approx(list(means))
    gap = (means[1] - means[0]) / frame["before"].std()
    assert balance["gap"]["before"] == pytest.approx(gap)
    share = (frame["kind"] == "old").groupby(frame["treated"]).mean()
    assert list(balance.loc["kind: old", [0, 1]]) == pytest.approx(list(share))
    table = pd.crosstab(frame["kind"], frame["treated"])
    chance = stats.chi2_contingency(table, correction=False).pvalue
    assert balance["p"]["kind: new"] == balance["p"]["kind: old"] == pytest.approx(chance)
    ranks = [frame["before"][frame["treated"] == arm] for arm in (0, 1)]
    assert balance["p"]["before"] == pytest.approx(stats.kruskal(*ranks).pvalue)


def test_a_choice_by_the_firm_is_no_lot():
    frame = trial(0, 200)
    frame["treated"] = (frame["before"] > frame["before"].median()).astype(int)
    with pytest.warns(UserWarning, match="before differs between the arms.*not by lot"):
        trial_effect(frame, "spent", covariates=["kind", "before"])
    frame = trial(0, 200)
    frame["kind"] = np.where(frame["treated"] == 1, "new", "old")
    frame.loc[:9, "kind"] = frame.loc[9::-1, "kind"].to_numpy()
    with pytest.warns(UserWarning, match="kind differs"):
        trial_effect(frame, "spent", covariates=["before", "kind"])


def test_a_lot_is_not_suspected():
    suspected = 0
    for seed in range(200):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            trial_effect(trial(seed, 100), "spent", covariates=["before", "kind"])
        suspected += bool(said)
    assert suspected <= 2


def test_over_200_lots_the_effect_is_unbiased_and_its_intervals_hold_it():
    """Skewed spending, unequal arms: both the plain and the adjusted interval, on both sides."""
    rng = np.random.default_rng(7)
    customers = pd.DataFrame(
        {"before": rng.gamma(2, 10, 300), "treated": np.resize([0, 0, 1], 300)}
    )
    rows = []
    for _ in range(200):
        before = rng.gamma(2, 10, 300)
        frame = customers.assign(before=before, treated=rng.permutation(customers["treated"]))
        effect = 2 + 0.2 * before  # 6 on average
        frame["spent"] = before + rng.gamma(1, 10, 300) + effect * frame["treated"]
        rows.append(trial_effect(frame, "spent", covariates=["before"]).table.loc[1])
    found = pd.DataFrame(rows)
    for name, low, high in (
        ("estimate", "low", "high"),
        ("adjusted", "adjusted_low", "adjusted_high"),
    ):
        error = found[name].std() / 200**0.5
        assert abs(found[name].mean() - 6) < 3.5 * error
        assert 0.91 <= ((found[low] <= 6) & (found[high] >= 6)).mean() <= 0.985
    assert found["adjusted"].std() < 0.85 * found["estimate"].std()


def test_as_drawn_is_fair_and_as_taken_is_not():
    """Those who buy much anyway take the offer: compared as taken, an offer of no effect pays."""
    rng = np.random.default_rng(8)
    drawn = rng.integers(0, 2, 4000)
    keen = rng.gamma(2, 10, 4000)
    frame = pd.DataFrame({"drawn": drawn, "taken": drawn * (keen > 20), "spent": keen})
    fair = trial_effect(frame, "spent", treated="drawn").table.loc[1]
    unfair = trial_effect(frame, "spent", treated="taken").table.loc[1]
    assert fair["low"] < 0 < fair["high"]
    assert unfair["low"] > 10


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from(["spent", "bought"]))
def test_neither_the_order_of_rows_nor_the_unit_matters(seed, outcome):
    frame = trial(seed % 50, 40).assign(bought=lambda f: f["spent"] > 12)
    names = ["before", "kind"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = trial_effect(frame, outcome, covariates=names)
        mixed = trial_effect(frame.sample(frac=1, random_state=seed), outcome, covariates=names)
        scaled = trial_effect(frame.assign(spent=frame["spent"] * 100), outcome, covariates=names)
    pd.testing.assert_frame_equal(found.table, mixed.table)
    pd.testing.assert_frame_equal(found.balance, mixed.balance)
    for low, estimate, high in (
        ("low", "estimate", "high"),
        ("adjusted_low", "adjusted", "adjusted_high"),
    ):
        assert (found[low] <= found[estimate]).all()
        assert (found[estimate] <= found[high]).all()
    times = 100 if outcome == "spent" else 1
    same = ["estimate", "low", "high"]
    assert np.allclose(scaled.table[same], found.table[same] * times)


@pytest.mark.parametrize("dtype", ["Int64", "object", "float32", "bool"])
def test_the_kind_of_column_does_not_matter(dtype):
    frame = trial()
    other = frame.assign(treated=frame["treated"].astype(dtype))
    one, two = (trial_effect(f, "spent").table for f in (frame, other))
    assert np.allclose(one, two)


def test_what_a_trial_says_and_draws():
    found = trial_effect(trial(1, 90, doses=(0, 1, 4)), "spent")
    row = found.table.loc[4]
    assert found.title == (
        f"Largest effect, of 4: {row['estimate']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})"
    )
    assert found.caption.startswith("spent against 30 customers not treated, mean ")
    axes = found.plot()
    assert axes.get_title("left") == found.title
    assert [text.get_text() for text in axes.get_yticklabels()] == ["treated 1", "treated 4"]
    bars = [box.lines for box in axes.containers]
    for (point, _, (line,)), (_, each) in zip(bars, found.table.iterrows(), strict=True):
        assert point.get_xdata()[0] == each["estimate"]
        assert list(line.get_segments()[0][:, 0]) == pytest.approx([each["low"], each["high"]])
    sure = [point.get_color() for point, *_ in bars]
    kinds = np.where(found["low"] > 0, "#009E73", np.where(found["high"] < 0, "#D55E00", "#6E6E6E"))
    assert sure == list(kinds)
    shares = pd.DataFrame({"treated": [1] * 10 + [0] * 10, "still": [1] * 8 + [0] * 12})
    shown = trial_effect(shares, "still")
    assert shown.title == "Effect: +80.0% (+38.4% to +94.3%)"
    axes = shown.plot()
    assert axes.get_xlabel() == "effect on still, against no treatment"
    segment = axes.containers[0].lines[2][0].get_segments()[0][:, 0]
    assert list(segment) == pytest.approx(list(shown.table.loc[1, ["low", "high"]]))
    drop = pd.DataFrame({"treated": [1] * 10 + [0] * 10, "spent": [*range(10), *range(1, 11)]})
    unsure = trial_effect(drop, "spent")
    assert unsure["low"][1] < unsure["estimate"][1] < 0 < unsure["high"][1]
    assert unsure.plot().containers[0].lines[0].get_color() == "#6E6E6E"


def refused(said, frame, **options):
    with pytest.raises(ValueError, match=said):
        trial_effect(frame, **{"outcome": "spent", **options})


def test_what_is_no_trial():
    frame = trial()
    refused("nobody was treated", frame.assign(treated=0))
    refused("0 customers have 0", frame.assign(treated=1))
    one = frame.assign(treated=[1] + [0] * 59)
    refused("1 customer has 1; an effect needs at least 2", one)
    refused("lacks the column drawn", frame, treated="drawn")
    refused("lacks the column age", frame, covariates=["age"])
    refused("customers has no rows", frame.iloc[:0])
    refused("of type list", [1, 2])
    refused("are text", frame.assign(treated=frame["treated"].map({0: "no", 1: "yes"})))
    refused("the control first", frame.assign(treated=frame["treated"].map({0: "no", 1: "yes"})))
    refused("below 0", frame.assign(treated=-frame["treated"]))
    refused("is empty", frame.assign(spent=frame["spent"].mask(frame["spent"].index == 3)))
    refused("Watch each customer equally long", frame.assign(spent=np.nan))
    refused("is empty", frame.assign(treated=frame["treated"].where(frame.index != 3)))
    refused("without any spread", frame.assign(spent=7.0))
    refused("confidence is 95", frame, confidence=95)
    twice = pd.concat([frame, frame.iloc[[3]].assign(treated=1 - frame["treated"][3])])
    refused("is in the trial twice; first .*C0003", twice)
    refused(
        "is empty", frame.assign(kind=frame["kind"].where(frame.index != 3)), covariates=["kind"]
    )


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_covariates_that_leave_nobody_to_compare_with():
    frame = trial()
    rare = frame.assign(kind=["only"] + ["all"] * 59)
    refused("Merge rare kinds", rare, covariates=["kind"])
    refused("Merge rare kinds", frame.assign(kind=frame["customer_id"]), covariates=["kind"])
    same = frame.assign(kind=np.where(frame["treated"] == 1, "a", "b"))
    refused("Merge rare kinds", same, covariates=["kind"])


def test_a_constant_covariate_changes_nothing():
    frame = trial().assign(country="here", year=2025)
    row = trial_effect(frame, "spent", covariates=["country", "year"]).table.loc[1]
    assert row["adjusted"] == pytest.approx(row["estimate"])


def test_everybody_is_followed_for_the_same_days():
    drawn = pd.DataFrame(
        {
            "customer_id": ["Ann", "Bo", "Cy", "Di"],
            "treated": [1, 0, 1, 0],
            "start": ["2025-01-01", "2025-01-11", "2025-01-01", "2025-02-21"],
        }
    )
    log = pd.DataFrame(
        [
            ("Ann", "2024-12-31", 4.0, 2.0),
            ("Ann", "2025-01-01", 5.0, 2.5),  # the day of the lot: no effect yet
            ("Ann", "2025-01-02", 6.0, 3.0),
            ("Ann", "2025-01-11", 7.0, 3.5),  # day 10, the last
            ("Ann", "2025-01-12", 8.0, 4.0),
            ("Bo", "2025-01-16", 9.0, 4.5),  # day 5, still the first half
            ("Bo", "2025-01-17", -3.0, -3.0),
            ("Zoe", "2025-01-05", 1.0, 1.0),
        ],
        columns=["customer_id", "date", "amount", "margin"],
    )
    found = follow(drawn, log.sample(frac=1, random_state=0), within=10, until="2025-02-01")
    columns = ["before", "purchases", "amount", "margin", "still"]
    assert found.table.set_index("customer_id")[columns].to_dict("index") == {
        "Ann": dict(zip(columns, (9.0, 2, 13.0, 6.5, True), strict=True)),
        "Bo": dict(zip(columns, (0.0, 1, 6.0, 1.5, False), strict=True)),
        "Cy": dict(zip(columns, (0.0, 0, 0.0, 0.0, False), strict=True)),
    }
    assert found.left_out == 1
    assert found.caption.startswith("3 customers watched for 10 days; 1 left out")
    edge = follow(drawn, log, within=11, until="2025-01-12").table
    assert list(edge["customer_id"]) == ["Ann", "Cy"]
    assert (
        "margin"
        not in follow(drawn, log.drop(columns="margin"), within=10, until="2025-02-01").table
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"within": 400}, "Nobody was watched for 400 days by 2025-02-01"),
        ({"within": 0}, "within is 0"),
        ({"until": "soon"}, "until"),
        ({"start": "day"}, "lacks the column day"),
    ],
)
def test_who_cannot_be_followed(change, said):
    drawn = pd.DataFrame({"customer_id": ["Ann"], "start": ["2025-01-01"]})
    log = pd.DataFrame({"customer_id": ["Ann"], "date": ["2025-01-01"], "amount": [1.0]})
    options = {"within": 10, "until": "2025-02-01", **change}
    with pytest.raises(ValueError, match=said):
        follow(drawn, log, **options)
    twice = pd.concat([drawn, drawn])
    with pytest.raises(ValueError, match="in the trial twice"):
        follow(twice, log, until="2026-02-01")
    with pytest.raises(ValueError, match="no id in common"):
        follow(drawn.assign(customer_id="Bo"), log, until="2026-02-01")


def test_stored_coverage_is_nominal_and_made_by_the_script():
    stored = pd.read_csv(ROOT / "benchmarks" / "trials.csv").set_index("interval")
    assert (stored["lots"] == 1000).all()
    assert stored["inside"].between(0.93, 0.965).all()
    shares = stored.filter(like="still", axis=0)
    assert shares[["below", "above"]].stack().between(0.015, 0.035).all()
    assert stored[["below", "above"]].stack().between(0.008, 0.055).all()
    error = stored["spread"] / 1000**0.5
    assert (stored["mean_error"].abs() < 3.5 * error + 1e-3).all()
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import trials

    everybody = trials.members()
    found = pd.concat([trials.lot(everybody, number, 150) for number in range(20)])
    held = (found["low"] <= found["truth"]) & (found["truth"] <= found["high"])
    assert len(found) == 100
    assert held.sum() >= 85
    assert set(found["interval"]) <= set(stored.index)


@pytest.mark.parametrize("kind", ["Decimal", "arrow", "object", "reversed", "float32"])
def test_columns_of_any_kind_give_the_same_answer(kind):
    frame = trial().assign(still=lambda f: f["spent"] > 12)
    other = {
        "Decimal": lambda f: f.assign(spent=[Decimal(repr(x)) for x in f["spent"]]),
        "arrow": lambda f: f.convert_dtypes(dtype_backend="pyarrow"),
        "object": lambda f: f.astype(object),
        "reversed": lambda f: f.iloc[::-1],
        "float32": lambda f: f.assign(treated=f["treated"].astype("float32")),
    }[kind](frame)
    for outcome in ("spent", "still"):
        one, two = (trial_effect(f, outcome, covariates=["before", "kind"]) for f in (frame, other))
        assert np.allclose(one.table, two.table)
        assert np.allclose(one.balance, two.balance)
