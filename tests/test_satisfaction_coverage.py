"""Intervals of the satisfaction module hold the truth as often as they say, in simulation.

Each case is drawn `DRAWS` times with a fixed seed. At 95 % the number of intervals that hold the
truth is binomial; the test asks for a count within the central 99.9 % of it. Intervals that are
conservative by construction are tested from below here, and exactly elsewhere.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import crmlab as crm

sat = crm.satisfaction
DRAWS = 300
FEWEST, MOST = binom.ppf([0.0005, 0.9995], DRAWS, 0.95)


def held(draw, truth, seed, times=DRAWS):
    rng = np.random.default_rng(seed)
    return sum(bool((r := draw(rng))["low"] <= truth <= r["high"]) for _ in range(times))


def small_share(rng):
    return sat.proportion(rng.random(60) < 0.1)


def clustered_share(rng):
    shop = np.repeat(rng.beta(2, 6, 40), 10)
    return sat.proportion(rng.random(400) < shop, clusters=np.repeat(range(40), 10))


def weighted_share(rng):
    loyal = rng.random(300) < 0.8
    yes = rng.random(300) < np.where(loyal, 0.5, 0.2)
    return sat.proportion(yes, weights=np.where(loyal, 0.5 / 0.8, 0.5 / 0.2))


def promoters(rng):
    return sat.net_promoter_score(rng.choice([10, 8, 3], 40, p=[0.6, 0.3, 0.1]))


def weighted_promoters(rng):
    loyal, u = rng.random(300) < 0.8, rng.random(300)
    answers = np.where(u < np.where(loyal, 0.5, 0.2), 10, np.where(u < 0.8, 8, 3))
    return sat.net_promoter_score(answers, weights=np.where(loyal, 0.5 / 0.8, 0.5 / 0.2))


def few_means(rng):
    return sat.mean(rng.normal(size=12))


def skewed_median(rng):
    return sat.median(rng.lognormal(size=45))


def censored_share(rng):
    event, end = rng.exponential(1, 150), rng.uniform(0, 3, 150)
    return sat.share_within(np.minimum(event, end), event <= end, 1)


def index(rng):
    items = np.clip(np.round(7 + rng.normal(size=(80, 1)) + rng.normal(size=(80, 3))), 1, 10)
    return sat.index_0_100(pd.DataFrame(items), scale=(1, 10))


def two_waves(rng):
    return sat.difference(
        sat.net_promoter_score(rng.choice([10, 8, 3], 150, p=[0.4, 0.3, 0.3])),
        sat.net_promoter_score(rng.choice([10, 8, 3], 150, p=[0.5, 0.3, 0.2])),
    )


@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (clustered_share, 0.25),
        (weighted_share, 0.35),
        (promoters, 50),
        (weighted_promoters, 15),
        (few_means, 0),
        (censored_share, 1 - np.exp(-1)),
        (two_waves, 20),
    ],
)
def test_intervals_hold_the_truth_at_the_rate_they_say(draw, truth):
    assert FEWEST <= held(draw, truth, seed=11) <= MOST


@pytest.mark.parametrize(("draw", "truth"), [(small_share, 0.1), (skewed_median, 1)])
def test_intervals_that_jump_hold_at_least_as_often(draw, truth):
    assert held(draw, truth, seed=12) >= FEWEST


def test_index_interval_against_a_large_population():
    rng = np.random.default_rng(0)
    common, own = rng.normal(size=(400_000, 1)), rng.normal(size=(400_000, 3))
    items = np.clip(np.round(7 + common + own), 1, 10)
    truth = 100 * (items.mean() - 1) / 9
    assert FEWEST <= held(index, truth, seed=13) <= MOST


def test_bootstrap_of_the_path(monkeypatch):
    monkeypatch.setattr("crmlab.satisfaction.index.DRAWS", 200)
    r = np.full((5, 5), 0.4) + 0.6 * np.eye(5)
    root = np.linalg.cholesky(r)
    # equal correlations: equal weights, so the path is the correlation of the plain sums
    truth = 6 * 0.4 / np.sqrt((3 + 6 * 0.4) * (2 + 2 * 0.4))

    def path(rng):
        z = pd.DataFrame(rng.normal(size=(150, 5)) @ root.T)
        return sat.path_weights(z.iloc[:, :3], z.iloc[:, 3:]).path

    times = 200
    low, high = binom.ppf([0.0005, 0.9995], times, 0.95)
    assert low <= held(path, truth, seed=15, times=times) <= high
