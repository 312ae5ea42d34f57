"""Every figure of drivers draws what it is given, on the axes it is given."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import crmlab as crm

mpl.use("Agg")
sat, drivers = crm.satisfaction, crm.drivers
RNG = np.random.default_rng(0)
NAMES = ["taste", "speed", "price"]
RATINGS = pd.DataFrame(RNG.integers(1, 11, (300, 3)), columns=NAMES)
OVERALL = RATINGS.mean(axis=1) + RNG.normal(size=300)
KANO = pd.DataFrame({"feature": ["wifi", "refill"] * 30, "functional": [1, 2, 1] * 20})
KANO["dysfunctional"] = [5, 5, 3, 4] * 15
TOUCH = pd.DataFrame({"stage": ["before", "after"] * 10, "touchpoint": ["menu", "mail"] * 10})
TOUCH["performance"] = [*range(1, 11), *range(1, 11)]
PROJECTS = pd.DataFrame(
    {"importance": [3, 2], "target": 8, "actual": [6, 7], "reach": [0.5, 1], "effort": [2, 1]},
    index=["queue", "taste"],
)
FIGURES = {
    drivers.plot_shares: lambda: drivers.shapley_shares(RATINGS, OVERALL, draws=20),
    drivers.plot_importance_performance: lambda: drivers.importance_performance(
        pd.Series([3.0, 2, 1], NAMES), pd.DataFrame({n: sat.mean(RATINGS[n]) for n in NAMES}).T
    ),
    drivers.plot_penalty_reward: lambda: drivers.penalty_reward(
        RATINGS, OVERALL, cuts=(3, 8), scale=(1, 10)
    ),
    drivers.plot_kano: lambda: drivers.kano(KANO),
    drivers.plot_kano_answers: lambda: drivers.kano(KANO),
    drivers.plot_touchpoints: lambda: drivers.touchpoints(TOUCH, scale=(1, 10)),
    drivers.plot_tornado: lambda: drivers.tornado(drivers.priorities(PROJECTS), "queue", swing=0.3),
}


@pytest.mark.parametrize("plot", FIGURES, ids=lambda plot: plot.__name__)
def test_figure(plot):
    figure, ax = plt.subplots()
    result = FIGURES[plot]()
    assert plot(result, ax=ax) is ax
    figure.canvas.draw()
    assert ax.get_title(loc="left")
    assert ax.lines or ax.patches or ax.collections
    plt.close(figure)
    own = plot(result)
    assert own is not ax
    plt.close(own.figure)


def test_every_figure_is_tried():
    plots = {getattr(drivers, name) for name in drivers.__all__ if name.startswith("plot_")}
    assert plots == {*FIGURES}
