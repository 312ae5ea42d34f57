"""Every figure of measured satisfaction draws what it is given, on the axes it is given."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import crmlab as crm

mpl.use("Agg")
sat = crm.satisfaction
RNG = np.random.default_rng(0)
OVERALL = pd.Series(RNG.normal(6, 2, 300))
DAYS = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=400, freq="D")})
MEASURES = sat.six_measures(
    {"reputation": sat.proportion([1, 1, 0, 1, 0]), "complaint_rate": 8},
    goalposts={"reputation": (0, 1), "complaint_rate": (20, 0)},
)
FIGURES = {
    sat.plot_six_measures: lambda: MEASURES,
    sat.plot_bullets: lambda: MEASURES,
    sat.plot_complaints: lambda: sat.complaint_chart(
        pd.DataFrame({"opened": pd.to_datetime(["2024-02-03"] * 9 + ["2024-06-01"])}), DAYS
    ),
    sat.plot_net_promoter_score: lambda: sat.net_promoter_score([10] * 9 + [8] + [3] * 4),
    sat.plot_groups: lambda: sat.by_group(OVERALL, ["a", "b", "c"] * 100, sat.mean),
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
    elsewhere = {sat.plot_expectations, sat.plot_response_surface, sat.plot_best_promise}
    elsewhere |= {sat.plot_gaps, sat.plot_promised_actual}
    plots = {getattr(sat, name) for name in sat.__all__ if name.startswith("plot_")}
    assert plots - elsewhere == {*FIGURES}
