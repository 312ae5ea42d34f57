"""How customers buy, and a model of look-alikes applied to another day."""

import numpy as np
import pandas as pd
import pytest

import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab import segments

ROWS = 400
GENERATOR = np.random.default_rng(5)
FEATURES = pd.DataFrame(
    {
        "visits": GENERATOR.poisson(4, ROWS),
        "region": GENERATOR.choice(["east", "north", "west"], ROWS),
        "card": GENERATOR.random(ROWS) < 0.4,
    },
    index=[f"C{place:03d}" for place in range(ROWS)],
)
ODDS = -3 + 0.4 * FEATURES["visits"] + 0.9 * (FEATURES["region"] == "west") + FEATURES["card"]
BOUGHT = pd.Series(GENERATOR.random(ROWS) < 1 / (1 + np.exp(-ODDS)), index=FEATURES.index)


def test_behaviour_by_hand_and_in_any_unit():
    table = pd.DataFrame(
        {"frequency": [5, 0], "recency": [10.0, 0], "T": [11.0, 2], "amount": [60, 8]},
        index=["Ann", "Bo"],
    )
    got = segments.behaviour(table, unit="month")
    assert got.loc["Ann"].to_dict() == pytest.approx(
        {"per_month": 6 / 12, "basket": 10, "days_since_last": 365.25 / 12, "months": 11}
    )
    assert got.loc["Bo", "per_month"] == pytest.approx(1 / 3)
    log = crm.load("cdnow").transactions
    by_day, by_week = (segments.behaviour(rb.summarise(log, unit=unit)) for unit in ("day", "week"))
    assert np.allclose(by_day, by_week)
    last = log.groupby("customer_id")["date"].max()
    assert np.allclose(by_day["days_since_last"], (log["date"].max() - last).dt.days)


@pytest.mark.parametrize(
    ("change", "words", "said"),
    [
        ({}, {}, "tells no unit"),
        ({"recency": 12}, {"unit": "month"}, "lies after T"),
        ({"frequency": -1}, {"unit": "month"}, "summary.frequency"),
        ({"amount": None}, {"unit": "month"}, "summary.amount"),
        ({}, {"unit": "moon"}, "moon"),
    ],
)
def test_behaviour_refuses(change, words, said):
    table = pd.DataFrame({"frequency": [5], "recency": [10.0], "T": [11.0], "amount": [60]})
    with pytest.raises(ValueError, match=said):
        segments.behaviour(table.assign(**change), **words)


def test_a_later_score_is_that_of_the_model_fitted_on_everybody():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    found = segments.lookalike(FEATURES, BOUGHT)
    matrix = pd.get_dummies(FEATURES, columns=["region"], drop_first=True, dtype=float)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000))
    expected = model.fit(matrix.to_numpy(dtype=float), BOUGHT)
    expected = pd.Series(expected.predict_proba(matrix.to_numpy(dtype=float))[:, 1], FEATURES.index)
    got = found.score(FEATURES)
    assert np.allclose(got[FEATURES.index], expected, atol=1e-4)
    assert got.is_monotonic_decreasing
    assert got.sum() == pytest.approx(BOUGHT.sum(), rel=1e-3)
    few = FEATURES[FEATURES["region"] != "east"].iloc[::-1]
    assert np.allclose(found.score(few)[few.index], expected[few.index], atol=1e-4)
    assert found.score(few).equals(found.score(few.sample(frac=1, random_state=1)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.drop(columns="card"), "card"),
        (lambda rows: rows.assign(region="south"), "never saw"),
        (lambda rows: rows.assign(visits="many"), "features.visits"),
        (lambda rows: rows.assign(region=None), "features.region"),
    ],
)
def test_a_score_refuses_what_the_model_does_not_know(change, said):
    with pytest.raises(ValueError, match=said):
        segments.lookalike(FEATURES, BOUGHT).score(change(FEATURES))
