"""Waiting in line: published queues, rates found another way, intervals of the right width."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from scipy.stats import binom, chi2

from crmlab import satisfaction as sat
from crmlab import style

PROMISED = np.repeat([5.0, 10, 15, 20], [60, 80, 40, 20])
LEFT = np.concatenate([np.arange(n) < k for n, k in ((60, 3), (80, 10), (40, 7), (20, 5))])


@pytest.mark.parametrize(
    ("arrivals", "service", "servers", "wait"),
    [
        # Hillier & Lieberman, Introduction to Operations Research: the county hospital, hours
        (2, 1 / 3, 1, 2 / 3),
        (2, 1 / 3, 2, 1 / 24),
        # Gross & Harris, Fundamentals of Queueing Theory: the eye clinic, L_q = 8/9
        (6, 1 / 3, 3, 8 / 9 / 6),
    ],
)
def test_published_queues(arrivals, service, servers, wait):
    assert sat.queue_wait(arrivals, service, servers=servers) == pytest.approx(wait, rel=1e-12)


def test_many_servers_by_the_sum_of_the_chain():
    load, servers = 17.5, 20
    states = [load**k / math.factorial(k) for k in range(servers)]
    last = load**servers / math.factorial(servers) / (1 - load / servers)
    wait = last / (sum(states) + last) * 0.7 / (servers - load)
    assert sat.queue_wait(25, 0.7, servers=servers) == pytest.approx(wait, rel=1e-12)
    assert 0 < sat.queue_wait(2500, 0.7, servers=1800) < 0.01


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sat.queue_wait(3, 1 / 3), "1 tills of 1 would be busy"),
        (lambda: sat.queue_wait(7, 1, servers=3), "7 tills of 3 .* grows without end"),
        (lambda: sat.queue_wait(0, 1), "arrivals is 0"),
        (lambda: sat.queue_wait(1, "2"), "service is '2'"),
        (lambda: sat.queue_wait(1, 0.5, servers=1.5), "servers is 1.5"),
        (lambda: sat.balking_rate([0, 5], [0, 1]), "promised: 1 of 2 rows is not above 0"),
        (lambda: sat.balking_rate([4, 5], [1, 1]), "all 2 turned away"),
        (lambda: sat.balking_rate([4, 5], ["no", "yes"]), "is text|are text"),
        (lambda: sat.balking_rate([4, 5], [1]), "different length"),
        (lambda: sat.balking_rate([], []), "empty"),
        (lambda: sat.balking_rate([4, 5], [1, 0], confidence=95), "give a share such as"),
        (lambda: sat.service_journey({"queue": 0}, [True]), "not above 0"),
        (lambda: sat.service_journey({"queue": 3}, ["yes"]), "text"),
        (lambda: sat.service_journey([3, 4], [True]), "length"),
        (lambda: sat.service_journey({"queue": "3"}, [True]), "not numeric"),
    ],
)
def test_what_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_rate_is_that_of_a_generalised_linear_model():
    """The complementary log-log link with the log of the promise as offset is the same model."""
    import statsmodels.api as sm

    family = sm.families.Binomial(link=sm.families.links.CLogLog())
    fit = sm.GLM(LEFT.astype(float), np.ones(200), family=family, offset=np.log(PROMISED)).fit()
    found = sat.balking_rate(PROMISED, LEFT)
    assert found["estimate"] == pytest.approx(np.exp(fit.params[0]), rel=1e-6)
    low, high = np.exp(fit.conf_int()[0])
    assert found["low"] == pytest.approx(low, rel=0.05)
    assert found["high"] == pytest.approx(high, rel=0.05)
    assert found[["n", "left"]].tolist() == [200, 25]


def test_one_promise_is_a_share_in_disguise():
    found = sat.balking_rate([12] * 80, [True] * 9 + [False] * 71)
    assert found["estimate"] == pytest.approx(-np.log(71 / 80) / 12, rel=1e-9)
    for end in ("low", "high"):
        share = -np.expm1(-12 * found[end])
        lost = binom.logpmf(9, 80, 9 / 80) - binom.logpmf(9, 80, share)
        assert 2 * lost == pytest.approx(chi2.ppf(0.95, 1), rel=1e-6)
    assert found["low"] < found["estimate"] < found["high"]


def test_nobody_left_and_all_but_one_left():
    none = sat.balking_rate([10, 20], [0, 0])
    assert none[["estimate", "low"]].tolist() == [0, 0]
    assert np.exp(-none["high"] * 30) == pytest.approx(0.025)
    most = sat.balking_rate([10] * 30, [1] * 29 + [0])
    assert most["low"] < most["estimate"] < most["high"]
    assert most["estimate"] == pytest.approx(np.log(30) / 10)


def test_unit_and_order_do_not_matter():
    order = np.random.default_rng(0).permutation(200)
    found, turned = sat.balking_rate(PROMISED, LEFT), sat.balking_rate(PROMISED[order], LEFT[order])
    assert np.allclose(found, turned, rtol=1e-9)
    hours = sat.balking_rate(PROMISED / 60, LEFT)
    assert np.allclose(hours[["estimate", "low", "high"]] / 60, found[["estimate", "low", "high"]])


def test_interval_holds_the_rate_as_often_as_it_says():
    rng, rate, times, held = np.random.default_rng(5), 0.012, 1000, 0
    promised = rng.choice([5, 10, 15], 150)
    for _ in range(times):
        found = sat.balking_rate(promised, rng.random(150) < -np.expm1(-rate * promised))
        held += bool(found["low"] <= rate <= found["high"])
    assert binom.ppf(0.0005, times, 0.945) <= held <= binom.ppf(0.9995, times, 0.955)


def test_journey_and_its_figure():
    steps = pd.Series({"queue": 9, "order and pay": 2, "wait for the cup": 4, "drink": 10})
    journey = sat.service_journey(steps, [True, False, True, False])
    assert journey["start"].tolist() == [0, 9, 11, 15]
    assert journey["end"].tolist() == [9, 11, 15, 25]
    assert (journey.total, journey.waiting) == (25, 13)
    assert journey.caption == "13 of 25 min are waiting: 52%."
    ax = journey.plot()
    bars = [(bar.get_x(), bar.get_width(), to_hex(bar.get_facecolor())) for bar in ax.patches]
    cost, value = style.COLOURS["cost"].lower(), style.COLOURS["value"].lower()
    assert bars == [(0, 9, cost), (9, 2, value), (11, 4, cost), (15, 10, value)]
    names = dict(zip(ax.get_yticks(), [t.get_text() for t in ax.get_yticklabels()], strict=True))
    places = [bar.get_y() + bar.get_height() / 2 for bar in ax.patches]
    assert [names[round(place)] for place in places] == list(steps.index)
    assert places == sorted(places, reverse=True)
    assert [text.get_text().strip() for text in ax.texts] == ["9", "2", "4", "10"]
    assert ax.get_title(loc="left") == "13 of 25 min are waiting"
    assert ax.get_xlabel() == "minutes since she came in"
    plt.close(ax.figure)
