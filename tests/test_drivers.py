"""Drivers: published shares and categories, other routes to the same numbers, refusals."""

import dataclasses
import time
from decimal import Decimal
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

import crmlab as crm

drivers = crm.drivers


def exactly_correlated(correlation, names, n=200):
    """Rows whose sample correlations are exactly those given."""
    z = np.random.default_rng(0).normal(size=(n, len(correlation)))
    q, _ = np.linalg.qr(z - z.mean(axis=0))
    return pd.DataFrame(q @ np.linalg.cholesky(correlation).T, columns=names)


def cars():
    """Correlations of fuel use, cylinders, displacement, power and weight of 32 cars.

    Motor Trend, 1974, as published by Henderson & Velleman (1981, Biometrics 37).
    """
    r = np.eye(5)
    r[np.triu_indices(5, 1)] = (
        *(-0.8521620, -0.8475514, -0.7761684, -0.8676594),
        *(0.9020329, 0.8324475, 0.7824958),
        *(0.7909486, 0.8879799),
        0.6587479,
    )
    table = exactly_correlated(r + np.triu(r, 1).T, ["mpg", "cyl", "disp", "hp", "wt"])
    return table[["cyl", "disp", "hp", "wt"]], table["mpg"]


def correlated(rng, n=200, p=4):
    X = pd.DataFrame(rng.normal(size=(n, p)) @ rng.normal(size=(p, p))).add_prefix("d")
    return X, pd.Series(X.to_numpy() @ rng.normal(size=p) + 2 * rng.normal(size=n), name="y")


# Shares of R²


def test_relative_weights_as_published():
    # Documentation of the R package rwa: raw .2096904 .1883043 .1799590 .2706812,
    # rescaled 24.71 22.19 21.21 31.90, R² .8486
    result = drivers.relative_weights(*cars(), draws=0)
    table = result.table
    published = {"cyl": 0.2096904, "disp": 0.1883043, "hp": 0.1799590, "wt": 0.2706812}
    assert table["estimate"].to_dict() == pytest.approx(published, abs=1e-6)
    assert (100 * table["share"]).round(2).to_dict() == {
        "wt": 31.90,
        "cyl": 24.71,
        "disp": 22.19,
        "hp": 21.21,
    }
    assert result.r_squared == pytest.approx(0.8486, abs=5e-5)
    assert table["estimate"].sum() == pytest.approx(result.r_squared)
    assert (table["sign"] == -1).all()


def test_shapley_shares_of_the_cars():
    # the same data averaged over all 24 orders
    table = drivers.shapley_shares(*cars(), draws=0).table
    shares = {"cyl": 0.2157, "disp": 0.2007, "hp": 0.1701, "wt": 0.2622}
    assert table["estimate"].to_dict() == pytest.approx(shares, abs=5e-5)


@given(st.integers(0, 10_000), st.integers(1, 5))
@settings(max_examples=15)
def test_shapley_shares_against_every_order(seed, p):
    X, y = correlated(np.random.default_rng(seed), n=40, p=p)

    def explained(names):
        design = np.column_stack([np.ones(len(X)), X[list(names)]])
        rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        return 1 - rest.var() / y.var()

    orders = list(permutations(X.columns))
    gains = dict.fromkeys(X, 0.0)
    for order in orders:
        for k, name in enumerate(order):
            gains[name] += (explained(order[: k + 1]) - explained(order[:k])) / len(orders)
    table = drivers.shapley_shares(X, y, draws=0).table
    assert table["estimate"].to_dict() == pytest.approx(gains, abs=1e-9)


def test_two_drivers_by_formula():
    # r1² shared with the second half and half: LMG1 = (r1² + R² - r2²) / 2
    r1, r2, r12 = 0.6, 0.4, 0.5
    table = exactly_correlated([[1, r12, r1], [r12, 1, r2], [r1, r2, 1]], ["a", "b", "y"])
    r_squared = (r1**2 + r2**2 - 2 * r1 * r2 * r12) / (1 - r12**2)
    for method in (drivers.shapley_shares, drivers.relative_weights):
        shares = method(table[["a", "b"]], table["y"], draws=0).table["estimate"]
        # with two drivers the two methods agree (Johnson 2000)
        assert shares["a"] == pytest.approx((r1**2 + r_squared - r2**2) / 2)
        assert shares.sum() == pytest.approx(r_squared)


@pytest.mark.parametrize("method", [drivers.shapley_shares, drivers.relative_weights])
def test_shares_add_up_and_have_no_unit(method):
    X, y = correlated(np.random.default_rng(1))
    table = method(X, y, draws=50).table
    assert table["share"].sum() == pytest.approx(1)
    assert (table["low"] <= table["high"]).all()
    moved = method(X * [1, 10, 0.1, 3] + 7, 5 - 2 * y, draws=0).table
    pd.testing.assert_frame_equal(table[["estimate", "share"]], moved[["estimate", "share"]])
    assert (table["sign"] == -moved["sign"]).all()


def test_bootstrap_is_that_of_resampled_rows():
    # the same resamples, drawn row by row and fitted one by one
    X, y = correlated(np.random.default_rng(3), n=60, p=3)
    table = drivers.shapley_shares(X, y, draws=2000).table
    rng = np.random.default_rng(9)
    rows = [rng.integers(0, 60, 60) for _ in range(300)]
    slow = pd.DataFrame(
        [
            drivers.shapley_shares(
                X.iloc[i].reset_index(drop=True), y.iloc[i].reset_index(drop=True), draws=0
            ).table["estimate"]
            for i in rows
        ]
    )
    slow = slow[table.index]
    first = slow.idxmax(axis=1).value_counts(normalize=True).reindex(table.index, fill_value=0)
    assert ((table["leads"] - first).abs() < 0.1).all()
    for end, q in (("low", 0.025), ("high", 0.975)):
        spread = table["high"] - table["low"]
        assert ((table[end] - slow.quantile(q)) / spread).abs().max() < 0.12


@pytest.mark.parametrize("method", [drivers.shapley_shares, drivers.relative_weights])
def test_share_intervals_hold_the_truth(method):
    r = np.array(
        [
            [1, 0.5, 0.4, 0.1, 0.55],
            [0.5, 1, 0.3, 0.1, 0.45],
            [0.4, 0.3, 1, 0.1, 0.3],
            [0.1, 0.1, 0.1, 1, 0.15],
            [0.55, 0.45, 0.3, 0.15, 1],
        ]
    )
    names = [*"abcd", "y"]
    whole = exactly_correlated(r, names)
    truth = method(whole[names[:4]], whole["y"], draws=0).table
    rng, root, times = np.random.default_rng(5), np.linalg.cholesky(r), 120
    hits = pd.Series(0, index=truth.index)
    for _ in range(times):
        table = pd.DataFrame(rng.normal(size=(400, 5)) @ root.T, columns=names)
        found = method(table[names[:4]], table["y"], draws=200).table.loc[truth.index]
        hits += (found["share_low"] <= truth["share"]) & (truth["share"] <= found["share_high"])
    low, high = binom.ppf([0.0005, 0.9999], times, 0.95)
    assert hits.between(low, high).all()
    assert hits["a"] < times  # the strongest: an interval that always holds is too wide


def test_twelve_drivers_five_thousand_answers_five_hundred_draws():
    X, y = correlated(np.random.default_rng(2), n=5000, p=12)
    start = time.perf_counter()
    table = drivers.shapley_shares(X, y, draws=500).table
    assert time.perf_counter() - start < 10
    assert table[["low", "high"]].notna().all(axis=None)


def test_a_suppressed_driver_is_noted():
    rng = np.random.default_rng(4)
    a = rng.normal(size=500)
    b = 0.9 * a + 0.3 * rng.normal(size=500)
    y = a - 0.6 * b + 0.2 * rng.normal(size=500)
    table = drivers.shapley_shares(pd.DataFrame({"a": a, "b": b}), y, draws=0).table
    assert "other sign" in table.loc["b", "note"]
    assert table.loc["a", "note"] == ""


def test_missing_answers_are_left_out_and_counted():
    X, y = correlated(np.random.default_rng(1), n=50)
    X.iloc[0, 0] = np.nan
    y.iloc[3] = np.nan
    table = drivers.shapley_shares(X, y, draws=0)
    whole = drivers.shapley_shares(X.drop([0, 3]), y.drop([0, 3]), draws=0)
    assert (table.n, table.missing) == (48, 2)
    assert "in 48 complete answers (2 left out)" in table.caption
    assert table.table["estimate"].to_dict() == pytest.approx(whole.table["estimate"].to_dict())


def test_shares_that_are_refused():
    X, y = correlated(np.random.default_rng(1), n=50)
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 13))).add_prefix("d")
    with pytest.raises(ValueError, match=r"13 drivers have 8,192 subsets.*relative_weights"):
        drivers.shapley_shares(wide, y)
    assert len(drivers.relative_weights(wide, y, draws=0).table) == 13
    error = crm.satisfaction.NotIdentifiedError
    with pytest.raises(error, match="'d1' is constant: all 50 answers are 3"):
        drivers.shapley_shares(X.assign(d1=3), y)
    with pytest.raises(error, match="'y' is constant"):
        drivers.shapley_shares(X, pd.Series(1.0, index=y.index, name="y"))
    with pytest.raises(error, match=r"d3 = d0 holds"):
        drivers.shapley_shares(X.assign(d3=X["d0"]), y)
    with pytest.raises(ValueError, match="different row labels"):
        drivers.shapley_shares(X, y.rename(lambda i: i + 1))


def test_stated_against_derived():
    stated = pd.Series({"taste": 9, "speed": 4, "price": 8, "mugs": 1})
    derived = pd.Series({"mugs": 0.02, "taste": 0.3, "speed": 0.25, "price": 0.05})
    table = drivers.stated_and_derived(stated, derived)
    assert table["kind"].tolist() == ["important", "hidden", "said only", "minor"]
    assert table["stated_rank"].tolist() == [1, 3, 2, 4]
    with pytest.raises(ValueError, match="derived for taste, speed, price; give"):
        drivers.stated_and_derived(stated, derived.drop("mugs"))


# Importance and performance


def test_quadrants_ties_and_cuts():
    importance = pd.Series({"a": 4.0, "b": 4.0, "c": 2.0, "d": 2.0, "e": 3.0})
    performance = pd.Series({"a": 2.0, "b": 4.0, "c": 2.0, "d": 4.0, "e": 3.0})
    result = drivers.importance_performance(importance, performance)
    table = result.table
    assert (result.importance_cut, result.performance_cut) == (3, 3)
    assert table.loc[list("abcde"), "quadrant"].tolist() == [
        "concentrate here",
        "keep up",
        "low priority",
        "possible overkill",
        "concentrate here",  # on both cuts: the more pressing side
    ]
    assert table.index[table["tie"]].tolist() == ["e"]
    fixed = drivers.importance_performance(importance, performance, cut=(2.5, 4.5)).table
    assert fixed["quadrant"].value_counts().to_dict() == {"concentrate here": 3, "low priority": 2}
    with pytest.raises(ValueError, match="every attribute needs both"):
        drivers.importance_performance(importance, performance.drop("a"))
    with pytest.raises(ValueError, match="cut is 'mode'"):
        drivers.importance_performance(importance, performance, cut="mode")


def test_a_quadrant_is_settled_when_its_intervals_are():
    rows = pd.DataFrame({"estimate": [4.0, 3.2], "low": [3.8, 2.9], "high": [4.2, 3.5]})
    table = drivers.importance_performance(rows, rows, cut=(3, 3)).table
    assert table["settled"].tolist() == [True, False]


# Penalty and reward


def test_penalty_and_reward_of_a_basic_factor():
    # y = 5 - 2 low + 0.5 high, without noise
    rng = np.random.default_rng(7)
    X = pd.DataFrame(rng.integers(1, 11, (400, 2)), columns=["speed", "taste"])
    y = 5 - 2 * (X["speed"] <= 3) + 0.5 * (X["speed"] >= 8) + 1.0 * (X["taste"] >= 8)
    table = drivers.penalty_reward(X, y, cuts=(3, 8), scale=(1, 10)).table
    assert table.loc["speed", ["penalty", "reward", "estimate"]].tolist() == pytest.approx(
        [-2, 0.5, -1.5]
    )
    assert table["kind"].tolist() == ["basic", "excitement"]


def test_penalty_and_reward_say_when_they_cannot_tell():
    rng = np.random.default_rng(8)
    X = pd.DataFrame(rng.integers(1, 11, (300, 2)), columns=["speed", "taste"])
    y = 5 - (X["speed"] <= 3) + 1.0 * (X["speed"] >= 8) + 0.8 * rng.normal(size=300)
    table = drivers.penalty_reward(X, y, cuts=(3, 8), scale=(1, 10)).table
    assert table["kind"].tolist() == ["performance", "unclear"]


def test_too_few_low_ratings_give_no_number():
    X = pd.DataFrame({"speed": [2] * 25 + [5] * 25 + [9] * 25, "taste": [2] * 5 + [6, 9] * 35})
    y = pd.Series(np.random.default_rng(0).normal(size=75))
    with pytest.warns(UserWarning, match="taste: 5 low, 35 middling, 35 high"):
        table = drivers.penalty_reward(X, y, cuts=(3, 8), scale=(1, 10)).table
    assert np.isnan(table.loc["taste", "penalty"])
    assert "20 of each" in table.loc["taste", "reason"]
    with pytest.raises(ValueError, match="no driver has 20"):
        drivers.penalty_reward(X[["taste"]], y, cuts=(3, 8), scale=(1, 10))
    with pytest.raises(ValueError, match="must lie on the scale"):
        drivers.penalty_reward(X, y, cuts=(0, 3), scale=(1, 10))
    with pytest.raises(ValueError, match=r"cuts is \(8, 3\); give the lowest"):
        drivers.penalty_reward(X, y, cuts=(8, 3), scale=(1, 10))


# Kano


def published():
    """Kano percentages of three features (agilesoftwaredevelopment.com), M O A R Q I."""
    rows = {
        "spell checker": (52.7, 22.6, 8.3, 2.5, 1.5, 12.4),
        "publish to blogs": (38.2, 8.2, 33.4, 1.1, 0.8, 18.3),
        "preview of fonts": (22.3, 44.6, 13.6, 0.5, 1.2, 17.8),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list("MOARQI"))


def test_published_kano_table():
    result = drivers.kano(published())
    found = result.coefficients["estimate"].unstack()[["satisfaction", "dissatisfaction"]]
    assert found.loc["spell checker"].tolist() == pytest.approx([0.3219, -0.7844], abs=5e-5)
    assert found.loc["publish to blogs"].tolist() == pytest.approx([0.4241, -0.4730], abs=5e-5)
    assert found.loc["preview of fonts"].tolist() == pytest.approx([0.5921, -0.6806], abs=5e-5)
    assert result.table["category"].tolist() == ["M", "M", "O"]
    assert result.table["p"].isna().all()  # percentages are no counts


def kano_letters(pairs):
    with pytest.warns(UserWarning, match="fewer than 5 answers"):
        return drivers.kano(pairs).counts


def test_every_pair_of_kano_answers():
    # Berger et al. (1993): rows functional, columns dysfunctional, from like to dislike
    expected = {1: "QAAAO", 2: "RIIIM", 3: "RIIIM", 4: "RIIIM", 5: "RRRRQ"}
    for functional, row in expected.items():
        for dysfunctional, letter in enumerate(row, start=1):
            pair = pd.DataFrame(
                {"feature": ["x"], "functional": functional, "dysfunctional": dysfunctional}
            )
            assert kano_letters(pair).loc["x", letter] == 1


def test_kano_answers_as_text():
    answers = pd.DataFrame(
        {
            "feature": ["wifi"] * 6,
            "functional": ["Like", "喜欢", "like", "must-be", "理应如此", None],
            "dysfunctional": ["dislike", "不喜欢", "neutral", "Dislike", "不喜歡", "like"],
        }
    )
    result = drivers.kano(answers, order="kano")
    assert result.counts.loc["wifi", ["M", "O", "A", "missing"]].tolist() == [2, 2, 1, 1]
    assert result.table.loc["wifi", "category"] == "M"  # the tie goes to what hurts more
    assert result.table.loc["wifi", "tie"]
    with pytest.raises(ValueError, match=r"functional: 5 of 6 rows are text.*order='kano'"):
        drivers.kano(answers)


def test_kano_rule_of_two_camps():
    # I is the most frequent letter, but M + O + A outnumber I + R + Q
    counts = pd.DataFrame({"M": [15], "O": [20], "A": [18], "I": [40], "R": [4], "Q": [3]})
    row = drivers.kano(counts).table.iloc[0]
    assert (row["category"], row["mode"], row["second"]) == ("O", "I", "A")


def test_kano_test_of_the_leading_two():
    # 8 against 2: two-sided binomial p = 2 * (1 + 10 + 45) / 1024
    counts = pd.DataFrame({"M": [8], "O": [2], "A": [1], "I": [0], "R": [0], "Q": [0]})
    assert drivers.kano(counts).table["p"].iloc[0] == pytest.approx(2 * 56 / 1024)


def test_kano_test_errs_at_most_as_often_as_it_says():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        rng.multinomial(100, [0.3, 0.3, 0.2, 0.2, 0, 0], size=400), columns=list("MOAIRQ")
    )
    found = drivers.kano(table).table
    # the two leaders are equally common, so every clear winner is an error
    assert (found["p"] < 0.05).sum() <= binom.ppf(0.9995, 400, 0.05)


def test_kano_warnings():
    counts = pd.DataFrame(
        {"M": [50, 1, 1], "O": 1, "A": 1, "I": [1, 5, 0], "R": [1, 30, 0], "Q": [9, 1, 0]},
        index=["asked badly", "unwanted", "few"],
    )
    with (
        pytest.warns(UserWarning, match="'asked badly': more than 10 % questionable"),
        pytest.warns(UserWarning, match="'unwanted': people want the reverse"),
        pytest.warns(UserWarning, match="'few': fewer than 5 answers"),
    ):
        result = drivers.kano(counts)
    assert pd.isna(result.table.loc["few", "category"])
    assert result.coefficients.loc["few", "estimate"].isna().all()
    assert "unwanted: people want the reverse" in result.caption
    few = pd.DataFrame({"M": [1], "O": 1, "A": 1, "I": 1, "R": 1, "Q": 1})
    with pytest.warns(UserWarning, match="4 answers are M, O, A or I: its coefficients are NaN"):
        drivers.kano(few.assign(I=4, M=0, O=0, A=0, R=3, Q=0))


def test_indifferent_features_have_coefficients_of_zero():
    counts = pd.DataFrame({"M": [0], "O": [0], "A": [0], "I": [30], "R": [0], "Q": [0]})
    table = drivers.kano(counts).coefficients
    assert table["estimate"].abs().tolist() == [0, 0]
    assert table["high"].iloc[0] > 0 > table["low"].iloc[1]


# Touch-points, priorities, goals


def test_touchpoints_in_order_with_reasons():
    answers = pd.DataFrame(
        {
            "stage": ["after"] * 3 + ["before"] * 6,
            "touchpoint": ["mail"] * 3 + ["menu"] * 6,
            "performance": [5, 6, 7, 4, 5, 6, 7, 8, None],
            "importance": [5] * 9,
        }
    )
    with pytest.warns(UserWarning, match="after, mail: 3 answers, fewer than 5"):
        table = drivers.touchpoints(answers, scale=(1, 10)).table
    assert table.index.tolist() == [("before", "menu"), ("after", "mail")]
    assert table.loc[("before", "menu"), ["estimate", "gap", "n", "missing"]].tolist() == [
        6,
        -1,
        5,
        1,
    ]
    assert np.isnan(table.loc[("after", "mail"), "estimate"])
    with pytest.raises(
        ValueError, match=r"stage: 3 of 9 rows are other stages; first row 0.*before, during, after"
    ):
        drivers.touchpoints(answers.replace("after", "later"), scale=(1, 10))


def projects():
    return pd.DataFrame(
        {
            "importance": [3, 2, 1],
            "target": [8, 8, 8],
            "actual": [6, 7, 9],
            "reach": [0.5, 1, 0.2],
            "effort": [2, 1, 1],
        },
        index=["queue", "taste", "parking"],
    )


def test_priorities_by_hand():
    with pytest.warns(UserWarning, match=r"target already met, priority 0: \['parking'\]"):
        result = drivers.priorities(projects())
    table = result.table
    assert table["priority"].to_dict() == {"taste": 2.0, "queue": 1.5, "parking": 0.0}
    assert table["gain"].to_dict() == {"taste": 2.0, "queue": 3.0, "parking": 0.0}
    assert table["rank"].tolist() == [1, 2, 3]
    # the queue leads as soon as it costs less than 3 / 2; taste as long as it costs under 2 / 1.5
    assert table["effort_to_lead"].to_dict() == pytest.approx(
        {"taste": 4 / 3, "queue": 1.5, "parking": 0}
    )
    assert table["priority_low"].isna().all()
    assert result.title == "First: taste"
    assert result.caption == (
        "The numbers came without their doubt, so there are no intervals. 'queue' has "
        "the largest gain. It would come first at an effort below 1.5."
    )

    # at one effort for all the queue, at 3, is first; at 1.5 times the effort it equals taste, at 2
    alike = drivers.priorities(projects().drop(index="parking").assign(effort=1))
    assert alike.caption == (
        "The numbers came without their doubt, so there are no intervals. It stays first up "
        "to 1.5 times the effort of the others."
    )
    twice = drivers.priorities(projects().drop(index="parking").assign(effort=2))
    assert twice.caption == alike.caption
    cheap = drivers.priorities(projects().drop(index="parking").assign(effort=[1.2, 1]))
    assert cheap.caption.endswith("It has the largest gain, too; it stays first up to effort 1.5.")
    alone = drivers.priorities(projects().head(1))
    assert alone.caption.endswith("so there are no intervals.")


def test_targets_and_efforts_are_given_by_name_or_for_all():
    given = projects().drop(index="parking")
    plain = given.drop(columns=["target", "effort"])
    expected = drivers.priorities(given).table["priority"].to_dict()
    for effort in ({"taste": 1, "queue": 2}, pd.Series({"taste": 1, "queue": 2}), [2, 1]):
        found = drivers.priorities(plain, target=8, effort=effort).table
        assert found["priority"].to_dict() == expected
    with pytest.raises(ValueError, match="effort lacks queue"):
        drivers.priorities(plain, target=8, effort={"taste": 1})
    with pytest.raises(ValueError, match="lacks the column target"):
        drivers.priorities(plain, effort=1)


def test_equal_priorities_share_a_rank():
    # 3 x 0.1 and 0.3 differ in the last bit
    rows = {"importance": [3, 1], "target": 2, "actual": 1, "reach": [0.1, 0.3], "effort": 1}
    for order in (["b", "a"], ["a", "b"]):
        table = drivers.priorities(pd.DataFrame(rows, index=order)).table
        assert table["rank"].tolist() == [1, 1]
        assert table.index.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    "change", [{"effort": 0}, {"reach": 1.2}, {"importance": -1}, {"target": np.nan}]
)
def test_projects_that_are_refused(change):
    with pytest.raises(ValueError, match="projects"):
        drivers.priorities(projects().assign(**change))


def test_goals_are_checked_one_by_one():
    goal = {
        "metric": "promises kept",
        "unit": "%",
        "baseline": 71,
        "target": 80,
        "date": "2026-06-30",
        "serves": "satisfaction",
        "best_seen": 85,
        "margin": 3,
    }
    changes = [
        {},
        {"unit": " ", "serves": None},
        {"target": 73},
        {"target": 90},
        {"date": "2025-01-01"},
        {"target": None, "date": None},
    ]
    table = drivers.check_goals(pd.DataFrame([goal | c for c in changes]), until="2026-01-01")
    assert table["ok"].tolist() == [True] + [False] * 5
    assert table["to_do"].tolist() == [
        "",
        "name the unit; say which outcome it serves",
        "the change is within the margin of error: aim further or ask more people",
        "nobody has reached the target: say how it can be",
        "the date has passed",
        "set a target; set a date",
    ]


def test_falling_targets_are_judged_downwards():
    goal = pd.DataFrame(
        {
            "metric": ["wait"] * 2,
            "unit": ["min"] * 2,
            "baseline": [9, 9],
            "target": [6, 4],
            "date": ["2026-06-30"] * 2,
            "serves": ["time"] * 2,
            "best_seen": [5, 5],
        }
    )
    assert drivers.check_goals(goal, until="2026-01-01")["achievable"].tolist() == [True, False]


# Lantern


def test_goal_dates_that_could_be_others_are_refused():
    goals = {"metric": ["x"], "unit": ["%"], "baseline": [1], "target": [2], "serves": ["y"]}
    with pytest.raises(ValueError, match=r"goals.date: 1 of 1 rows cannot be read"):
        drivers.check_goals(pd.DataFrame({**goals, "date": ["03/04/2026"]}), until="2026-01-01")


def test_a_goal_at_the_edge_is_judged_up_to_rounding():
    goals = pd.DataFrame(
        {
            "metric": "rating",
            "unit": "points",
            "baseline": [7.2, 0.3, 5],
            "target": [7.4, 0.1 + 0.2, 5.3],  # by the margin, not at all, to the best seen
            "date": ["2026-06-30", "2026-06-30", "2026-01-01"],
            "serves": "satisfaction",
            "best_seen": [9, 9, 5.1 + 0.2],
            "margin": [0.2, 0, 0.1],
        },
        index=list("abc"),
    )
    told = drivers.check_goals(goals, until="2026-01-01")["to_do"]
    assert "margin of error" in told["a"]
    assert told["b"] == "set a target that differs from the baseline"
    assert told["c"] == "the date has passed"  # due on the last day that has passed


# Codes, row order, kinds of columns


def test_codes_for_no_answer_are_refused_once_the_scale_is_said():
    X, y = correlated(np.random.default_rng(1), n=200, p=2)
    X = (X.rank() % 10 + 1).astype(int)
    coded = X.copy()
    coded.iloc[:5, 0] = 99
    for method in (drivers.shapley_shares, drivers.relative_weights):
        with pytest.raises(ValueError, match=r"X.d0: 5 of 200 rows are above 10.*codes such as 99"):
            method(coded, y, scale=(1, 10), draws=0)
        kept = coded.mask(coded > 10)
        assert method(kept, y, scale=(1, 10), draws=0).missing == 5
        assert method(X, y, scale=(1, 10), draws=0) == method(X, y, draws=0)


def test_row_order_and_kinds_of_columns_change_nothing():
    rng = np.random.default_rng(2)
    X = pd.DataFrame(rng.integers(1, 11, (120, 3)), columns=["a", "b", "c"])
    y = pd.Series(X.mean(axis=1) + rng.normal(size=120), name="satisfaction")
    plain = drivers.shapley_shares(X, y, draws=50)
    order = rng.permutation(120)
    assert drivers.shapley_shares(X.iloc[order], y.iloc[order], draws=50) == plain
    for other in (X.astype(object), X.map(Decimal), X.astype("Int64"), X.astype("int64[pyarrow]")):
        assert drivers.shapley_shares(other, y, draws=50) == plain
    segment = pd.Series(["home", "work"] * 60)
    found = drivers.candidates(X, y, segment=segment, draws=30)
    moved = drivers.candidates(X.iloc[order], y.iloc[order], segment=segment.iloc[order], draws=30)
    pd.testing.assert_frame_equal(found.table, moved.table)
    np.testing.assert_allclose(found.resampled, moved.resampled)


@pytest.mark.parametrize("method", [drivers.shapley_shares, drivers.relative_weights])
def test_intervals_hold_their_estimate_in_small_samples(method):
    rng = np.random.default_rng(0)
    for seed in range(20):
        X, y = correlated(np.random.default_rng(seed), n=12, p=4)
        y = pd.Series(rng.normal(size=12))  # nothing moves it: resamples find more than the sample
        table = method(X, y, draws=60).table
        assert (table["low"] <= table["estimate"]).all()
        assert (table["estimate"] <= table["high"]).all()
        assert (table["share_low"] <= table["share"]).all()
        assert (table["share"] <= table["share_high"]).all()
        assert table["leads"].sum() == pytest.approx(1)


def test_kano_intervals_hold_their_estimate_and_are_wilsons():
    rows = [(30, 0, 0, 0), (0, 0, 0, 30), (0, 5, 0, 0), (3, 4, 5, 6)]
    counts = pd.DataFrame(rows, columns=list("MOAI")).assign(R=0, Q=0)
    table = drivers.kano(counts).coefficients
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()
    # 9 of 18 by hand: 1/2 -+ 1.96 sqrt(1/4/18 + 1.96²/4/18²) / (1 + 1.96²/18)
    z = 1.959964
    half = z * np.sqrt(1 / 72 + z**2 / 4 / 18**2) / (1 + z**2 / 18)
    assert table.loc[(3, "satisfaction"), ["low", "high"]].tolist() == pytest.approx(
        [0.5 - half, 0.5 + half], abs=1e-6
    )
    low, high = table.loc[(3, "dissatisfaction"), ["low", "high"]]
    assert -1 < low < -7 / 18 < high < 0


def test_penalties_against_statsmodels_formula():
    import statsmodels.formula.api as smf

    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.integers(1, 11, (300, 2)), columns=["speed", "taste"])
    y = 5 - (X["speed"] <= 3) + 0.5 * (X["taste"] >= 8) + rng.normal(size=300)
    table = drivers.penalty_reward(X, y, cuts=(3, 8), scale=(1, 10), confidence=0.9).table
    dummies = pd.DataFrame({"y": y})
    for name in X:
        dummies[f"{name}_low"], dummies[f"{name}_high"] = 1 * (X[name] <= 3), 1 * (X[name] >= 8)
    fit = smf.ols("y ~ speed_low + taste_low + speed_high + taste_high", dummies)
    fit = fit.fit(cov_type="HC3", use_t=True)
    ends = fit.conf_int(0.1)
    for name in X:
        for side, dummy in (("penalty", "low"), ("reward", "high")):
            row = table.loc[name, [side, f"{side}_low", f"{side}_high"]].tolist()
            assert row == pytest.approx(
                [fit.params[f"{name}_{dummy}"], *ends.loc[f"{name}_{dummy}"]]
            )
    both = fit.t_test("speed_low + speed_high = 0")
    assert table.loc["speed", ["estimate", "low", "high"]].tolist() == pytest.approx(
        [both.effect.item(), *both.conf_int(0.1)[0]]
    )


def test_touchpoint_intervals_are_students():
    from scipy.stats import t

    performance = [4, 5, 6, 7, 8, 9]
    answers = pd.DataFrame({"stage": "during", "touchpoint": "queue", "performance": performance})
    row = drivers.touchpoints(answers, scale=(1, 10), confidence=0.9).table.iloc[0]
    ends = t.interval(0.9, 5, 6.5, np.std(performance, ddof=1) / np.sqrt(6))
    assert row[["low", "high"]].tolist() == pytest.approx(ends)


# Candidates


def two_segments(n, rng):
    X = pd.DataFrame(rng.normal(size=(2 * n, 2)), columns=["time", "money"])
    segment = pd.Series(["commuter"] * n + ["saver"] * n)
    own = np.where(segment == "commuter", X["time"], X["money"])
    return X + 5, pd.Series(own + rng.normal(size=2 * n)), segment


def test_candidates_are_the_strongest_driver_of_each_segment():
    X, y, segment = two_segments(200, np.random.default_rng(1))
    segment.iloc[:20] = None
    found = drivers.candidates(X, y, segment=segment, draws=200)
    assert found.table.index.tolist() == ["time, commuter", "money, saver"]
    assert found.table["reach"].tolist() == [0.45, 0.5]
    own = segment == "commuter"
    alone = drivers.shapley_shares(X[own], y[own], draws=200)
    assert found.by_segment["commuter"] == alone
    assert found.table["importance"].iloc[0] == alone.table.loc["time", "estimate"]
    assert found.table["actual"].iloc[0] == pytest.approx(X.loc[own, "time"].mean())
    # importance, actual and reach vary as they do when respondents are drawn again
    spread = found.resampled.std(axis=0)
    ends = alone.table.loc["time"]
    assert spread[0, 0] == pytest.approx((ends["high"] - ends["low"]) / 3.92, rel=0.2)
    assert spread[0, 1] == pytest.approx(X.loc[own, "time"].std() / np.sqrt(180), rel=0.2)
    assert spread[0, 2] == pytest.approx(np.sqrt(0.45 * 0.55 / 400), rel=0.2)


def test_priorities_carry_the_doubt_of_their_candidates():
    X, y, segment = two_segments(200, np.random.default_rng(1))
    found = drivers.candidates(X, y, segment=segment, draws=300)
    result = drivers.priorities(found, target=9, effort={"time, commuter": 1, "money, saver": 3})
    table = result.table
    importance, actual, reach = np.moveaxis(found.resampled, 2, 0)
    gain = pd.DataFrame(importance * (9 - actual) * reach, columns=found.table.index)
    for name in table.index:
        ends = table.loc[name, ["gain_low", "gain_high"]].tolist()
        assert ends == pytest.approx(gain[name].quantile([0.025, 0.975]).tolist())
        assert ends[0] <= table.loc[name, "gain"] <= ends[1]
    assert table.loc["money, saver", "priority_high"] == pytest.approx(ends[1] / 3)
    first = gain.idxmax(axis=1).value_counts(normalize=True)
    assert table["gain_leads"].to_dict() == pytest.approx(first.reindex(table.index).to_dict())
    assert table["leads"].tolist() == [1, 0]
    assert result.title == "First in 100% of resamples: time, commuter"
    assert result.caption.startswith("'time, commuter' leads in 100% of 300 resamples.")


def test_priority_intervals_hold_the_truth():
    # with R² one half and one driver: importance 0.5, actual 5, reach one half
    rng, times, hits = np.random.default_rng(4), 40, 0
    for _ in range(times):
        X, y, segment = two_segments(150, rng)
        X["money"], own = 5 + rng.normal(size=300), segment == "commuter"
        y = y.where(own, X["money"] + rng.normal(size=300))
        found = drivers.candidates(X, y, segment=segment, draws=60)
        row = drivers.priorities(found, target=9, effort=1).table.loc["time, commuter"]
        hits += row["gain_low"] <= 0.5 * 4 * 0.5 <= row["gain_high"]
    low, high = binom.ppf([0.0005, 0.9999], times, 0.94)
    assert low <= hits <= high


def test_a_segment_that_cannot_be_told_is_named():
    X, y, segment = two_segments(30, np.random.default_rng(1))
    X.loc[segment == "saver", "time"] = 5
    with pytest.raises(crm.satisfaction.NotIdentifiedError, match=r"segment 'saver': .*constant"):
        drivers.candidates(X, y, segment=segment, draws=5)


def test_the_table_of_segments_is_that_of_their_shares():
    X, y, segment = two_segments(200, np.random.default_rng(1))
    found = drivers.candidates(X, y, segment=segment, draws=20)
    assert found.shares.index.tolist() == ["time", "money"]  # by the largest share anywhere
    for name in ("commuter", "saver"):
        alone = drivers.shapley_shares(X[segment == name], y[segment == name], draws=0)
        assert found.shares[name].to_dict() == pytest.approx(alone["share"].to_dict())


def test_the_title_of_segments_says_who_cares_for_what():
    X, y, segment = two_segments(200, np.random.default_rng(1))
    found = drivers.candidates(X, y, segment=segment, draws=5)
    assert found.title == "What moves satisfaction most\ncommuter: time, saver: money"
    alike = drivers.candidates(X, X["time"], segment=segment, draws=5)
    assert alike.title == "Satisfaction moves most with time in every segment"
    one = drivers.candidates(X, X["money"], segment=["all"] * 400, draws=5)
    assert one.title == "Satisfaction moves most with money in all"


# Respondents


ASKED = pd.DataFrame(
    {
        "respondent_id": ["r1", "r2", "r3", "r4", "r5"],
        "customer_id": ["A", "B", "A", None, None],
        "date": ["2025-11-03", "2025-11-03", "2024-11-04", "2025-11-05", "2025-11-06"],
        "satisfaction": [7, 8, 3, 6, None],
    }
)


def test_respondents_are_persons_and_their_last_answer():
    found = drivers.respondents(ASKED)
    assert found["respondent_id"].tolist() == ["r1", "r2", "r4"]
    assert found["segment"].tolist() == ["all"] * 3
    # without dates the last row is the last answer; whoever did not say how satisfied is no answer
    assert drivers.respondents(ASKED.drop(columns="date"))["respondent_id"].tolist() == [
        *("r2", "r3", "r4")
    ]
    # an answer without its day is never taken for the last one
    undated = ASKED.assign(date=["2025-11-03", "2025-11-03", None, "2025-11-05", "2025-11-06"])
    assert drivers.respondents(undated)["respondent_id"].tolist() == ["r1", "r2", "r4"]
    only = ASKED[["satisfaction"]]
    assert drivers.respondents(only)["satisfaction"].tolist() == [7, 8, 3, 6]
    reversed_rows = drivers.respondents(ASKED.iloc[::-1])
    assert set(reversed_rows["respondent_id"]) == {"r1", "r2", "r4"}


def test_respondents_of_a_segment():
    customers = pd.DataFrame({"customer_id": ["B", "A"], "segment": ["saver", "commuter"]})
    found = drivers.respondents(ASKED, customers)
    assert found["segment"].iloc[:2].tolist() == ["commuter", "saver"]
    assert found["segment"].isna().tolist() == [False, False, True]
    # a survey's own segment goes before that of the customers; an unknown one is "all"
    own = drivers.respondents(ASKED.assign(segment="x"), customers)
    assert own["segment"].tolist() == ["x"] * 3
    bare = drivers.respondents(ASKED, customers[["customer_id"]])
    assert bare["segment"].tolist() == ["all"] * 3
    with pytest.raises(ValueError, match=r"customers\.customer_id: 1 of 3 rows repeats"):
        drivers.respondents(ASKED, pd.concat([customers, customers.head(1)]))


def test_a_rare_segment_is_left_empty():
    survey = pd.DataFrame({"satisfaction": 5, "segment": ["a"] * 18 + ["b"] * 2})
    assert drivers.respondents(survey)["segment"].notna().all()
    with_rare = pd.concat([survey, pd.DataFrame({"satisfaction": [5], "segment": ["c"]})])
    assert drivers.respondents(with_rare)["segment"].isna().tolist() == [False] * 18 + [True] * 3


def test_nobody_said_how_satisfied():
    with pytest.raises(ValueError, match="empty in every row"):
        drivers.respondents(ASKED.assign(satisfaction=None))


# Wrong arguments

WRONG = [None, "no", float("nan"), float("inf"), -1, 1 + 2j, [], {}, pd.DataFrame(), object(), True]
FEATURES = pd.DataFrame({"feature": "x", "functional": [1] * 5, "dysfunctional": [5] * 5})
STAGED = pd.DataFrame({"stage": "during", "touchpoint": "x", "performance": [1, 2, 3, 4, 5]})
GOALS = {"metric": "x", "unit": "%", "baseline": [1], "target": [2], "serves": "y", "date": [None]}


def calls():
    X, y = correlated(np.random.default_rng(1), n=90, p=2)
    grouped = ["a", "b", "c"] * 30
    rated = pd.DataFrame({"a": [2, 5, 9] * 30, "b": [2] * 30 + [5] * 30 + [9] * 30})
    ends = {"cuts": (3, 8), "scale": (1, 10)}
    values = pd.Series({"a": 1.0, "b": 2})
    few = {"draws": 5}
    return {
        "shapley X": lambda x: drivers.shapley_shares(x, y, **few),
        "shapley y": lambda x: drivers.shapley_shares(X, x, **few),
        "shapley scale": lambda x: drivers.shapley_shares(X, y, scale=x, **few),
        "shapley confidence": lambda x: drivers.shapley_shares(X, y, confidence=x, **few),
        "shapley draws": lambda x: drivers.shapley_shares(X, y, draws=x),
        "relative X": lambda x: drivers.relative_weights(x, y, **few),
        "relative y": lambda x: drivers.relative_weights(X, x, **few),
        "stated": lambda x: drivers.stated_and_derived(x, values),
        "derived": lambda x: drivers.stated_and_derived(values, x),
        "importance": lambda x: drivers.importance_performance(x, values),
        "performance": lambda x: drivers.importance_performance(values, x),
        "cut": lambda x: drivers.importance_performance(values, values, cut=x),
        "penalty X": lambda x: drivers.penalty_reward(x, y, **ends),
        "penalty y": lambda x: drivers.penalty_reward(rated, x, **ends),
        "cuts": lambda x: drivers.penalty_reward(rated, y, cuts=x, scale=(1, 10)),
        "penalty scale": lambda x: drivers.penalty_reward(rated, y, cuts=(3, 8), scale=x),
        "penalty confidence": lambda x: drivers.penalty_reward(rated, y, confidence=x, **ends),
        "kano": drivers.kano,
        "respondents": drivers.respondents,
        "respondents customers": lambda x: drivers.respondents(ASKED, x),
        "kano confidence": lambda x: drivers.kano(FEATURES, confidence=x),
        "touchpoints": lambda x: drivers.touchpoints(x, scale=(1, 10)),
        "touch scale": lambda x: drivers.touchpoints(STAGED, scale=x),
        "touch confidence": lambda x: drivers.touchpoints(STAGED, scale=(1, 10), confidence=x),
        "candidates": lambda x: drivers.candidates(x, y, segment=grouped, **few),
        "candidates y": lambda x: drivers.candidates(X, x, segment=grouped, **few),
        "segment": lambda x: drivers.candidates(X, y, segment=x, **few),
        "candidates draws": lambda x: drivers.candidates(X, y, segment=grouped, draws=x),
        "priorities": drivers.priorities,
        "target": lambda x: drivers.priorities(projects().drop(columns="target"), target=x),
        "effort": lambda x: drivers.priorities(projects().drop(columns="effort"), effort=x),
        "priority confidence": lambda x: drivers.priorities(projects(), confidence=x),
        "goals": lambda x: drivers.check_goals(x, until="2026-01-01"),
        "until": lambda x: drivers.check_goals(pd.DataFrame(GOALS), until=x),
    }


@pytest.mark.filterwarnings("ignore:target already met")
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(type(wrong).__name__))
@pytest.mark.parametrize("name", calls())
def test_wrong_arguments_are_refused_in_a_sentence(name, wrong):
    if name == "shapley scale" and wrong is None:
        return  # no scale was said
    if name == "respondents customers" and wrong is None:
        return  # no customers are known
    if name == "target" and isinstance(wrong, int) and wrong == -1:
        return  # a target may be negative
    with pytest.raises(ValueError, match=r"[.;:]"):
        calls()[name](wrong)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("functional", 6, "functional: 1 of 5 rows is above 5"),
        ("functional", 1.5, "functional: 1 of 5 rows is not whole"),
        ("feature", None, "feature: 1 of 5 rows is empty"),
        ("feature", " ", "feature: 1 of 5 rows is empty"),
    ],
)
def test_kano_answers_that_are_refused(column, cell, words):
    answers = FEATURES.astype(object)
    answers.loc[2, column] = cell
    with pytest.raises(ValueError, match=words):
        drivers.kano(answers)


# Figures


@pytest.fixture
def drawing():
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def words_on(axes):
    axes.figure.canvas.draw()
    return [text.get_text() for text in axes.texts]


def shades(patches):
    from matplotlib.colors import to_hex

    named = {shade.lower(): name for name, shade in crm.style.COLOURS.items()}
    return [named.get(to_hex(patch.get_facecolor())) for patch in patches]


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def segments(collection):
    return [(float(x0), float(x1)) for (x0, _), (x1, _) in collection.get_segments()]


def test_shares_figure(drawing):
    rng = np.random.default_rng(1)
    X = pd.DataFrame(rng.normal(size=(200, 3)), columns=["taste", "wait", "mugs"])
    y = pd.Series(X["taste"] * 2 - X["wait"] + rng.normal(size=200), name="satisfaction")
    shares = drivers.shapley_shares(X, y, draws=100)
    axes = shares.plot()
    table = shares.table
    assert [bar.get_width() for bar in axes.patches] == table["share"].tolist()
    assert [bar.get_y() + 0.31 for bar in axes.patches] == pytest.approx([2, 1, 0])
    assert shades(axes.patches)[:2] == ["value", "cost"]
    assert segments(axes.collections[0]) == list(
        zip(table["share_low"], table["share_high"], strict=True)
    )
    assert ticks(axes.yaxis) == table.index.tolist() == ["taste", "wait", "mugs"]
    assert (
        axes.get_title(loc="left")
        == "Satisfaction moves most with taste (first in 100% of resamples)"
    )
    told = f"share of what the drivers explain (R² {shares.r_squared:.2f})"
    assert axes.get_xlabel() == told
    assert words_on(axes) == ["orange: more of it goes with less satisfaction"]
    plain = drivers.shapley_shares(X[["taste", "mugs"]], y, draws=0)
    assert plain.title == "Satisfaction moves most with taste"
    assert plain.caption.endswith("so there are no intervals.")
    _, own = drawing.subplots()
    assert drivers.plot_shares(plain, ax=own) is own


def test_importance_performance_figure(drawing):
    ends = {"estimate": [4.0, 4, 2, 2], "low": [3.5, 3.8, 1.5, 1.9], "high": [4.5, 4.1, 2.5, 2.6]}
    importance = pd.DataFrame(ends, index=list("abcd"))
    performance = pd.Series({"a": 2.0, "b": 4.0, "c": 2.0, "d": 4.0})
    result = drivers.importance_performance(importance, performance, cut=(3.2, 2.9))
    axes = result.plot()
    assert result.title == axes.get_title(loc="left") == "Important and weak: a"
    assert result.caption == "Cut at importance 3.2 and performance 2.9."
    dots = axes.collections[-1]
    assert dots.get_offsets().tolist() == [[2, 4], [4, 4], [2, 2], [4, 2]]
    colours = [crm.style.COLOURS[name] for name in ("cost", "good", "neutral", "warn")]
    from matplotlib.colors import to_hex

    assert [to_hex(shade).upper() for shade in dots.get_facecolors()] == colours
    places = {text.get_text(): text.get_position() for text in axes.texts[:4]}
    assert places == {
        "concentrate here": (0.015, 0.98),
        "keep up": (0.985, 0.98),
        "low priority": (0.015, 0.02),
        "possible overkill": (0.985, 0.02),
    }
    upright, level = axes.lines[:2]
    assert set(upright.get_xdata()) == {2.9}
    assert set(level.get_ydata()) == {3.2}
    bars = [(float(a), float(b)) for (_, a), (_, b) in axes.collections[0].get_segments()]
    assert bars == list(zip(importance["low"], importance["high"], strict=True))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("performance", "importance")
    safe = drivers.importance_performance(importance, performance, cut=(5, 1))
    assert safe.title == "Nothing is both important and weak"


def test_penalty_reward_figure(drawing):
    rng = np.random.default_rng(7)
    X = pd.DataFrame(rng.integers(1, 11, (400, 2)), columns=["speed", "taste"])
    y = 5 - 2 * (X["speed"] <= 3) + 0.5 * (X["speed"] >= 8) + 1.0 * (X["taste"] >= 8)
    y = pd.Series(y + 0.01 * rng.normal(size=400), name="satisfaction")
    result = drivers.penalty_reward(X, y, cuts=(3, 8), scale=(1, 10))
    assert (result.n, result.missing, result.outcome) == (400, 0, "satisfaction")
    axes = result.plot()
    table = result.table.loc[["taste", "speed"]]  # from below: the most basic on top
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == [*table["penalty"], *table["reward"]]
    assert shades(axes.patches) == ["cost"] * 2 + ["good"] * 2
    for side, drawn in zip(("penalty", "reward"), axes.collections, strict=True):
        ends = zip(table[f"{side}_low"], table[f"{side}_high"], strict=True)
        assert segments(drawn) == list(ends)
    # the penalty above the reward, each with its own interval, so that none hides another
    heights = [bar.get_y() + bar.get_height() / 2 for bar in axes.patches]
    assert heights == pytest.approx([0.17, 1.17, -0.17, 0.83])
    lines = [part[0][1] for drawn in axes.collections for part in drawn.get_segments()]
    assert lines == pytest.approx(heights)
    assert ticks(axes.yaxis) == ["taste", "speed"]
    assert words_on(axes) == ["excitement", "basic"]
    assert axes.get_title(loc="left") == result.title
    assert result.title == "Hurts if bad: speed\nDelights if good: taste"
    assert axes.get_xlabel().startswith("points of satisfaction:  a low rating costs")
    assert result.caption == "400 complete answers, 0 left out."
    unmoved = drivers.penalty_reward(X, pd.Series(rng.normal(size=400)), cuts=(3, 8), scale=(1, 10))
    assert unmoved.title == "No driver is clearly a must, and none a surprise"


def kano_features():
    rows = {"heat": (30, 5, 3, 2, 0, 0), "refill": (2, 5, 30, 3, 0, 0), "mug": (1, 1, 2, 30, 5, 1)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list("MOAIRQ"))


def test_kano_map(drawing):
    from matplotlib.colors import to_hex

    result = drivers.kano(kano_features())
    axes = result.plot()
    dots = axes.collections[-1]
    wide = result.coefficients["estimate"].unstack()
    assert dots.get_offsets().tolist() == [
        [-wide.loc[name, "dissatisfaction"], wide.loc[name, "satisfaction"]] for name in wide.index
    ]
    colours = dict(zip(wide.index, map(to_hex, dots.get_facecolors()), strict=True))
    for name, shade in (("heat", "cost"), ("refill", "good"), ("mug", "neutral")):
        assert colours[name].upper() == crm.style.COLOURS[shade]
    corners = {text.get_text(): text.get_position() for text in axes.texts[:4]}
    assert corners == {
        "attractive": (0.01, 0.985),
        "one-dimensional": (0.99, 0.985),
        "indifferent": (0.01, -0.06),
        "must-be": (0.99, -0.06),
    }
    across, up = axes.collections[:2]
    ends = result.coefficients.unstack()
    expected = -ends["high"]["dissatisfaction"], -ends["low"]["dissatisfaction"]
    np.testing.assert_allclose(segments(across), np.column_stack(expected))
    drawn = [(float(a), float(b)) for (_, a), (_, b) in up.get_segments()]
    expected = ends["low"]["satisfaction"], ends["high"]["satisfaction"]
    np.testing.assert_allclose(drawn, np.column_stack(expected))
    assert axes.get_xlabel() == "dissatisfied if it is missing (share)"
    assert axes.get_ylabel() == "satisfied if it is there (share)"
    assert axes.get_title(loc="left") == result.title
    assert result.title == "Must be there: heat\nDelights: refill"
    plain = drivers.kano(kano_features().loc[["mug"]])
    assert plain.title == "No feature must be there, and none delights"


def test_kano_answers_figure(drawing):
    result = drivers.kano(kano_features())
    axes = result.plot_answers()
    order = ["mug", "refill", "heat"]
    assert ticks(axes.yaxis) == order
    shares = kano_features().loc[order].div(40)
    letters = list("MOAIRQ")
    widths = np.reshape([bar.get_width() for bar in axes.patches], (6, 3))
    np.testing.assert_allclose(widths, shares[letters].T)
    starts = np.reshape([bar.get_x() for bar in axes.patches], (6, 3))
    np.testing.assert_allclose(starts, shares[letters].T.cumsum() - shares[letters].T)
    names = ["cost", "value", "good", "pale", "other", "neutral"]
    assert shades(axes.patches) == list(np.repeat(names, 3))
    told = [(text.get_text(), round(text.get_position()[1])) for text in axes.texts]
    assert set(told) == {
        *(("M", 2), ("O", 2), ("A", 2), ("O", 1), ("A", 1), ("I", 1), ("I", 0), ("R", 0)),
        *([] if shares.loc["refill", "M"] <= 0.05 else [("M", 1)]),
    } - {("A", 0)}
    assert axes.get_xlabel().startswith("M must-be, O one-dimensional, A attractive")


def test_touchpoint_figure(drawing):
    places = [("before", "menu"), ("during", "queue"), ("during", "smile"), ("after", "mail")]
    rows = [
        (*place, place_score + k)
        for place, place_score in zip(places, (5, 2, 4, 6), strict=True)
        for k in (0, 1, 1, 2, 1, 1)
    ]
    answers = pd.DataFrame(rows, columns=["stage", "touchpoint", "performance"])
    answers = pd.concat([answers, answers.tail(2).assign(touchpoint="bill")])
    with pytest.warns(UserWarning, match="after, bill: 2 answers"):
        result = drivers.touchpoints(answers, scale=(1, 10))
    axes = result.plot()
    assert ticks(axes.xaxis) == ["before", "during", "after"]
    assert axes.get_title(loc="left") == result.title == "Weakest: queue (during), 3.0"
    told = {text.get_text().split("\n")[0]: text for text in axes.texts}
    assert [name for name in told if name] == ["menu", "queue", "mail", "smile", "bill"]
    row = result.table.loc[("during", "queue")]
    assert told["queue"].get_text() == f"queue\n3.0 ({row['low']:.1f} to {row['high']:.1f})"
    assert told["bill"].get_text() == "bill\n2 answers, fewer than 5"
    assert told["queue"].get_position() == (1.5, 0.5)
    assert told["smile"].get_position() == (1.5, 1.5)
    assert told["bill"].get_position() == (2.5, 1.5)
    colours = axes.collections[0].get_array().reshape(2, 3)
    assert colours[0].tolist() == [6, 3, 7]


def test_figure_of_segments(drawing):
    X, y, segment = two_segments(200, np.random.default_rng(1))
    found = drivers.candidates(X, y, segment=segment, draws=50)
    axes = found.plot()
    axes.figure.canvas.draw()
    assert ticks(axes.yaxis) == ["time", "money"]
    leads = [found.by_segment[name].table["leads"].iloc[0] for name in ("commuter", "saver")]
    assert ticks(axes.xaxis) == [
        f"commuter\ntime first in {leads[0]:.0%}",
        f"saver\nmoney first in {leads[1]:.0%}",
    ]
    bare = drivers.candidates(X, y, segment=segment, draws=5)
    only = dataclasses.replace(
        bare,
        by_segment={"all": drivers.shapley_shares(X, y, draws=0)},
    )
    assert only.heads == [f"all\n{only.by_segment['all'].table.index[0]} first"]
    colours = axes.collections[0].get_array().reshape(2, 2)
    np.testing.assert_allclose(colours, found.shares)
    assert axes.collections[0].get_clim()[0] == 0
    rows = [
        found.by_segment[name].table.loc[it]
        for it in ("time", "money")
        for name in ("commuter", "saver")
    ]
    told = [
        f"{100 * row['share']:.0f} %\n{100 * row['share_low']:.0f} to {100 * row['share_high']:.0f}"
        for row in rows
    ]
    assert words_on(axes) == told
    assert axes.get_title(loc="left") == found.title
    assert axes.get_xlabel() == "share of what the drivers explain in the segment"


def test_each_cell_of_a_heat_map_can_be_read(drawing):
    """Black and white are taken by the contrast of the accessibility guidelines, 4.5 or more."""
    met = pd.DataFrame({"touchpoint": list("abcde"), "performance": [1, 3, 5, 7, 10]})
    met = pd.concat([met.assign(stage="before"), met.assign(stage="after").iloc[:3]])
    axes = drivers.touchpoints(pd.concat([met] * 6), scale=(1, 10)).plot()
    mesh = axes.collections[0]
    cells = mesh.get_facecolors()[~np.ma.getmaskarray(mesh.get_array()).ravel(), :3]
    written = [text for text in axes.texts if "(" in text.get_text()]
    assert len(written) == len(cells) == 8
    inks = set()
    for cell, text in zip(cells, written, strict=True):
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in cell]
        light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        inks.add(text.get_color())
        black = text.get_color() == "black"
        assert ((light + 0.05) / 0.05 if black else 1.05 / (light + 0.05)) >= 4.5
    assert inks == {"black", "white"}


def test_priorities_figure(drawing):
    X, y, segment = two_segments(200, np.random.default_rng(1))
    found = drivers.candidates(X, y, segment=segment, draws=100)
    result = drivers.priorities(found, target=9, effort=[1, 1.2])
    table = result.table
    axes = result.plot()
    assert [bar.get_width() for bar in axes.patches] == table["priority"].tolist()
    assert [bar.get_y() + 0.3 for bar in axes.patches] == pytest.approx([1, 0])
    ends = zip(table["priority_low"], table["priority_high"], strict=True)
    assert segments(axes.collections[0]) == list(ends)
    assert ticks(axes.yaxis) == table.index.tolist()
    assert words_on(axes) == [f"first in {often:.0%}" for often in table["leads"]]
    assert axes.get_title(loc="left") == result.title
    assert axes.get_xlabel() == "priority: importance x gap x reach / effort"
    bare = drivers.priorities(projects().drop(index="parking"))
    assert words_on(bare.plot()) == []


def test_a_figure_names_what_it_draws():
    with pytest.raises(ValueError, match="plot_kano draws a Kano; result is a DataFrame"):
        drivers.plot_kano(kano_features())


# Lantern


def test_lantern_end_to_end():
    db = crm.load("lantern")
    elements = ["product", "service", "personnel", "image", "money", "time", "psychic", "physical"]
    ratings = db.survey[[f"{name}_perceived" for name in elements]].set_axis(elements, axis=1)
    shares = drivers.shapley_shares(ratings, db.survey["satisfaction"], draws=100)
    weights = drivers.relative_weights(ratings, db.survey["satisfaction"], draws=100)
    assert shares.table["share"].corr(weights.table["share"]) > 0.98
    assert shares.n + shares.missing == len(db.survey)
    result = drivers.kano(db.kano)
    assert set(result.table["category"]) <= set("MOAIR")


def test_few_answers_say_what_the_interval_of_the_largest_share_holds():
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(300, 2)), columns=["taste", "speed"])
    y = X["taste"] + rng.normal(size=300)
    told = "about 9 of 10 surveys"
    assert told in drivers.shapley_shares(X[:299], y[:299], draws=20).caption
    assert told not in drivers.shapley_shares(X, y, draws=20).caption
    assert told not in drivers.shapley_shares(X[:299], y[:299], draws=0).caption
