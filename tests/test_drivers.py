"""Drivers: published shares and categories, other routes to the same numbers, refusals."""

import time
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
    table = drivers.relative_weights(*cars(), draws=0)
    published = {"cyl": 0.2096904, "disp": 0.1883043, "hp": 0.1799590, "wt": 0.2706812}
    assert table["estimate"].to_dict() == pytest.approx(published, abs=1e-6)
    assert (100 * table["share"]).round(2).to_dict() == {
        "wt": 31.90,
        "cyl": 24.71,
        "disp": 22.19,
        "hp": 21.21,
    }
    assert table["estimate"].sum() == pytest.approx(0.8486, abs=5e-5)
    assert (table["sign"] == -1).all()


def test_shapley_shares_of_the_cars():
    # the same data averaged over all 24 orders
    table = drivers.shapley_shares(*cars(), draws=0)
    shares = {"cyl": 0.2157, "disp": 0.2007, "hp": 0.1701, "wt": 0.2622}
    assert table["estimate"].to_dict() == pytest.approx(shares, abs=5e-5)


@given(st.integers(0, 10_000), st.integers(1, 5))
@settings(deadline=None, max_examples=15)
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
    table = drivers.shapley_shares(X, y, draws=0)
    assert table["estimate"].to_dict() == pytest.approx(gains, abs=1e-9)


def test_two_drivers_by_formula():
    # r1² shared with the second half and half: LMG1 = (r1² + R² - r2²) / 2
    r1, r2, r12 = 0.6, 0.4, 0.5
    table = exactly_correlated([[1, r12, r1], [r12, 1, r2], [r1, r2, 1]], ["a", "b", "y"])
    r_squared = (r1**2 + r2**2 - 2 * r1 * r2 * r12) / (1 - r12**2)
    for method in (drivers.shapley_shares, drivers.relative_weights):
        shares = method(table[["a", "b"]], table["y"], draws=0)["estimate"]
        # with two drivers the two methods agree (Johnson 2000)
        assert shares["a"] == pytest.approx((r1**2 + r_squared - r2**2) / 2)
        assert shares.sum() == pytest.approx(r_squared)


@pytest.mark.parametrize("method", [drivers.shapley_shares, drivers.relative_weights])
def test_shares_add_up_and_have_no_unit(method):
    X, y = correlated(np.random.default_rng(1))
    table = method(X, y, draws=50)
    assert table["share"].sum() == pytest.approx(1)
    assert (table["low"] <= table["high"]).all()
    moved = method(X * [1, 10, 0.1, 3] + 7, 5 - 2 * y, draws=50)
    pd.testing.assert_frame_equal(
        table[["estimate", "low", "high", "share"]], moved[["estimate", "low", "high", "share"]]
    )
    assert (table["sign"] == -moved["sign"]).all()


def test_bootstrap_is_that_of_resampled_rows():
    # the same resamples, drawn row by row and fitted one by one
    X, y = correlated(np.random.default_rng(3), n=60, p=3)
    table = drivers.shapley_shares(X, y, draws=2000, seed=1)
    rng = np.random.default_rng(9)
    rows = [rng.integers(0, 60, 60) for _ in range(400)]
    slow = pd.DataFrame(
        [
            drivers.shapley_shares(
                X.iloc[i].reset_index(drop=True), y.iloc[i].reset_index(drop=True), draws=0
            )["estimate"]
            for i in rows
        ]
    )
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
    truth = method(whole[names[:4]], whole["y"], draws=0)
    rng, root, times = np.random.default_rng(5), np.linalg.cholesky(r), 120
    hits = pd.Series(0, index=truth.index)
    for _ in range(times):
        table = pd.DataFrame(rng.normal(size=(400, 5)) @ root.T, columns=names)
        found = method(table[names[:4]], table["y"], draws=200).loc[truth.index]
        hits += (found["share_low"] <= truth["share"]) & (truth["share"] <= found["share_high"])
    low, high = binom.ppf([0.0005, 0.9999], times, 0.95)
    assert hits.between(low, high).all()


def test_twelve_drivers_five_thousand_answers_five_hundred_draws():
    X, y = correlated(np.random.default_rng(2), n=5000, p=12)
    start = time.perf_counter()
    table = drivers.shapley_shares(X, y, draws=500)
    assert time.perf_counter() - start < 10
    assert table[["low", "high"]].notna().all(axis=None)


def test_a_suppressed_driver_is_noted():
    rng = np.random.default_rng(4)
    a = rng.normal(size=500)
    b = 0.9 * a + 0.3 * rng.normal(size=500)
    y = a - 0.6 * b + 0.2 * rng.normal(size=500)
    table = drivers.shapley_shares(pd.DataFrame({"a": a, "b": b}), y, draws=0)
    assert "other sign" in table.loc["b", "note"]
    assert table.loc["a", "note"] == ""


def test_missing_answers_are_left_out_and_counted():
    X, y = correlated(np.random.default_rng(1), n=50)
    X.iloc[0, 0] = np.nan
    y.iloc[3] = np.nan
    table = drivers.shapley_shares(X, y, draws=0)
    whole = drivers.shapley_shares(X.drop([0, 3]), y.drop([0, 3]), draws=0)
    assert table[["n", "missing"]].iloc[0].tolist() == [48, 2]
    assert table["estimate"].to_dict() == pytest.approx(whole["estimate"].to_dict())


def test_shares_that_are_refused():
    X, y = correlated(np.random.default_rng(1), n=50)
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 13))).add_prefix("d")
    with pytest.raises(ValueError, match=r"13 drivers have 8,192 subsets.*relative_weights"):
        drivers.shapley_shares(wide, y)
    assert len(drivers.relative_weights(wide, y, draws=0)) == 13
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
    with pytest.raises(ValueError, match="derived has"):
        drivers.stated_and_derived(stated, derived.drop("mugs"))


# Importance and performance


def test_quadrants_ties_and_cuts():
    importance = pd.Series({"a": 4.0, "b": 4.0, "c": 2.0, "d": 2.0, "e": 3.0})
    performance = pd.Series({"a": 2.0, "b": 4.0, "c": 2.0, "d": 4.0, "e": 3.0})
    table = drivers.importance_performance(importance, performance)
    assert table.loc[list("abcde"), "quadrant"].tolist() == [
        "concentrate here",
        "keep up",
        "low priority",
        "possible overkill",
        "concentrate here",  # on both cuts: the more pressing side
    ]
    assert table.index[table["tie"]].tolist() == ["e"]
    fixed = drivers.importance_performance(importance, performance, cut=(2.5, 4.5))
    assert fixed["quadrant"].value_counts().to_dict() == {"concentrate here": 3, "low priority": 2}
    with pytest.raises(ValueError, match="every attribute needs both"):
        drivers.importance_performance(importance, performance.drop("a"))
    with pytest.raises(ValueError, match="cut 'mode'"):
        drivers.importance_performance(importance, performance, cut="mode")


def test_a_quadrant_is_settled_when_its_intervals_are():
    rows = pd.DataFrame({"estimate": [4.0, 3.2], "low": [3.8, 2.9], "high": [4.2, 3.5]})
    table = drivers.importance_performance(rows, rows, cut=(3, 3))
    assert table["settled"].tolist() == [True, False]


# Penalty and reward


def test_penalty_and_reward_of_a_basic_factor():
    # y = 5 - 2 low + 0.5 high, without noise
    rng = np.random.default_rng(7)
    X = pd.DataFrame(rng.integers(1, 11, (400, 2)), columns=["speed", "taste"])
    y = 5 - 2 * (X["speed"] <= 3) + 0.5 * (X["speed"] >= 8) + 1.0 * (X["taste"] >= 8)
    table = drivers.penalty_reward(X, y, cuts=(3, 8), scale=(1, 10))
    assert table.loc["speed", ["penalty", "reward", "estimate"]].tolist() == pytest.approx(
        [-2, 0.5, -1.5]
    )
    assert table["kind"].tolist() == ["basic", "excitement"]


def test_penalty_and_reward_say_when_they_cannot_tell():
    rng = np.random.default_rng(8)
    X = pd.DataFrame(rng.integers(1, 11, (300, 2)), columns=["speed", "taste"])
    y = 5 - (X["speed"] <= 3) + 1.0 * (X["speed"] >= 8) + 0.8 * rng.normal(size=300)
    table = drivers.penalty_reward(X, y, cuts=(3, 8), scale=(1, 10))
    assert table["kind"].tolist() == ["performance", "unclear"]


def test_too_few_low_ratings_give_no_number():
    X = pd.DataFrame({"speed": [2] * 25 + [5] * 25 + [9] * 25, "taste": [2] * 5 + [6, 9] * 35})
    y = pd.Series(np.random.default_rng(0).normal(size=75))
    with pytest.warns(UserWarning, match="taste: 5 low, 35 middling, 35 high"):
        table = drivers.penalty_reward(X, y, cuts=(3, 8), scale=(1, 10))
    assert np.isnan(table.loc["taste", "penalty"])
    assert "20 of each" in table.loc["taste", "reason"]
    with pytest.raises(ValueError, match="no driver has 20"):
        drivers.penalty_reward(X[["taste"]], y, cuts=(3, 8), scale=(1, 10))
    with pytest.raises(ValueError, match="must lie on the scale"):
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
    counts = published()
    found = drivers.kano_coefficients(counts)["estimate"].unstack()[
        ["satisfaction", "dissatisfaction"]
    ]
    assert found.loc["spell checker"].tolist() == pytest.approx([0.3219, -0.7844], abs=5e-5)
    assert found.loc["publish to blogs"].tolist() == pytest.approx([0.4241, -0.4730], abs=5e-5)
    assert found.loc["preview of fonts"].tolist() == pytest.approx([0.5921, -0.6806], abs=5e-5)
    assert drivers.kano_categories(counts)["category"].tolist() == ["M", "M", "O"]


def test_every_pair_of_kano_answers():
    # Berger et al. (1993): rows functional, columns dysfunctional, from like to dislike
    expected = {1: "QAAAO", 2: "RIIIM", 3: "RIIIM", 4: "RIIIM", 5: "RRRRQ"}
    for functional, row in expected.items():
        for dysfunctional, letter in enumerate(row, start=1):
            pair = pd.DataFrame(
                {"feature": ["x"], "functional": functional, "dysfunctional": dysfunctional}
            )
            assert drivers.kano_counts(pair).loc["x", letter] == 1


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
    assert result.categories.loc["wifi", "category"] == "M"  # the tie goes to what hurts more
    assert result.categories.loc["wifi", "tie"]
    with pytest.raises(ValueError, match="to_numbers"):
        drivers.kano(answers)


def test_kano_rule_of_two_camps():
    # I is the most frequent letter, but M + O + A outnumber I + R + Q
    counts = pd.DataFrame({"M": [15], "O": [20], "A": [18], "I": [40], "R": [4], "Q": [3]})
    row = drivers.kano_categories(counts).iloc[0]
    assert (row["category"], row["mode"], row["second"]) == ("O", "I", "A")


def test_kano_test_of_the_leading_two():
    # 8 against 2: two-sided binomial p = 2 * (1 + 10 + 45) / 1024
    counts = pd.DataFrame({"M": [8], "O": [2], "A": [1], "I": [0], "R": [0], "Q": [0]})
    assert drivers.kano_categories(counts)["p"].iloc[0] == pytest.approx(2 * 56 / 1024)


def test_kano_test_errs_at_most_as_often_as_it_says():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        rng.multinomial(100, [0.3, 0.3, 0.2, 0.2, 0, 0], size=400), columns=list("MOAIRQ")
    )
    found = drivers.kano_categories(table)
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
        table = drivers.kano_categories(counts)
    assert table.loc["few", "category"] is None or pd.isna(table.loc["few", "category"])
    with pytest.warns(UserWarning, match="coefficients are NaN"):
        assert drivers.kano_coefficients(counts).loc["few", "estimate"].isna().all()


def test_indifferent_features_have_coefficients_of_zero():
    counts = pd.DataFrame({"M": [0], "O": [0], "A": [0], "I": [30], "R": [0], "Q": [0]})
    table = drivers.kano_coefficients(counts)
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
        table = drivers.touchpoints(answers, scale=(1, 10))
    assert table.index.tolist() == [("before", "menu"), ("after", "mail")]
    assert table.loc[("before", "menu"), ["estimate", "gap", "n", "missing"]].tolist() == [
        6,
        -1,
        5,
        1,
    ]
    assert np.isnan(table.loc[("after", "mail"), "estimate"])
    with pytest.raises(ValueError, match="stage other than before, during, after"):
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
        table = drivers.priorities(projects())
    assert table["priority"].to_dict() == {"taste": 2.0, "queue": 1.5, "parking": 0.0}
    assert table["rank"].tolist() == [1, 2, 3]


def test_tornado_moves_one_assumption_at_a_time():
    table = drivers.priorities(projects().drop("parking"))
    moved = drivers.tornado(table, "queue", swing={"importance": 0.2, "reach": 0.5, "effort": 0.5})
    assert moved.loc["importance", ["low", "high"]].tolist() == pytest.approx([1.2, 1.8])
    assert moved.loc["effort", ["low", "high"]].tolist() == pytest.approx([1.0, 3.0])
    assert moved.loc["effort", ["rank_low", "rank_high"]].tolist() == [2, 1]
    assert moved.index[0] == "effort"
    # reach is at its limit: it can only fall
    assert drivers.tornado(table, "taste", swing=0.5).loc["reach", "high"] == pytest.approx(2.0)
    with pytest.raises(ValueError, match="no project 'music'"):
        drivers.tornado(table, "music", swing=0.2)


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
    table = drivers.check_goals(pd.DataFrame([goal | c for c in changes]), today="2026-01-01")
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
    assert drivers.check_goals(goal, today="2026-01-01")["achievable"].tolist() == [True, False]


# Lantern


def test_lantern_end_to_end():
    db = crm.load("lantern")
    elements = ["product", "service", "personnel", "image", "money", "time", "psychic", "physical"]
    ratings = db.survey[[f"{name}_perceived" for name in elements]].set_axis(elements, axis=1)
    shares = drivers.shapley_shares(ratings, db.survey["satisfaction"], draws=100)
    weights = drivers.relative_weights(ratings, db.survey["satisfaction"], draws=100)
    assert shares["share"].corr(weights["share"]) > 0.98
    assert shares["n"].iloc[0] + shares["missing"].iloc[0] == len(db.survey)
    result = drivers.kano(db.kano)
    assert set(result.categories["category"]) <= set("MOAIR")


def test_projects_are_ranked_before_they_are_doubted():
    projects = pd.DataFrame({"importance": [3], "reach": [1], "effort": [1]}, index=["queue"])
    with pytest.raises(ValueError, match="Make it with priorities"):
        drivers.tornado(projects, "queue", swing=0.5)


def test_goal_dates_that_could_be_others_are_refused():
    goals = {"metric": ["x"], "unit": ["%"], "baseline": [1], "target": [2], "serves": ["y"]}
    with pytest.raises(ValueError, match=r"goals.date: 1 of 1 rows cannot be read"):
        drivers.check_goals(pd.DataFrame({**goals, "date": ["03/04/2026"]}), today="2026-01-01")
