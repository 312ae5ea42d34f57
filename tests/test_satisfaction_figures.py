"""Every figure of measured satisfaction says what its result says, on the axes it is given."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

import crmlab as crm
from crmlab.style import COLOURS

mpl.use("Agg")
sat = crm.satisfaction
ANSWERS = pd.Series(np.random.default_rng(0).normal(6, 2, 300))
DAYS = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=400, freq="D")})
OPENED = pd.DataFrame({"opened": ["2024-02-03"] * 9 + ["2024-06-01"]})
MEASURES = sat.six_measures(
    {
        "reputation": pd.Series({"estimate": 0.6, "low": 0.5, "high": 0.8}),
        "complaint_rate": pd.Series({"estimate": 8.0, "low": 6.0, "high": 9.0}),
    },
    goalposts={"reputation": (0.2, 1), "complaint_rate": (20, 0)},
    weights={"reputation": 0.25, "complaint_rate": 0.75},
)
FIGURES = {
    sat.plot_six_measures: MEASURES,
    sat.plot_complaints: sat.complaint_chart(OPENED, DAYS),
    sat.plot_net_promoter_score: sat.net_promoter_score([10] * 9 + [8] * 2 + [3] * 4),
    sat.plot_groups: sat.by_group(ANSWERS, ["a", "b", "c"] * 100, sat.mean),
}


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    figure.canvas.draw()


def told(ax):
    return {text.get_text(): text for text in ax.texts}


def ticks(axis):
    return dict(
        zip((one.get_text() for one in axis.get_ticklabels()), axis.get_ticklocs(), strict=True)
    )


def whisker(ax):
    """Ends of each error bar, from lowest to highest."""
    return [tuple(path) for path in ax.containers[-1][2][0].get_segments()]


@pytest.mark.parametrize("plot", FIGURES, ids=lambda plot: plot.__name__)
def test_figure(plot, ax):
    assert plot(FIGURES[plot], ax=ax) is ax
    assert ax.get_title(loc="left")
    assert plot(FIGURES[plot]) is not ax
    with pytest.raises(ValueError, match=r"draws a|lacks the column"):
        plot(pd.Series([1, 2]), ax=ax)


def test_six_measures_stand_in_order_with_the_index_below(ax):
    MEASURES.plot(ax)
    assert ax.get_title(loc="left") == "2 measures, one index: 58 of 100"
    assert ticks(ax.yaxis) == {"reputation": 2, "complaint rate": 1, "index": 0}
    heights = {text: place.get_position()[1] for text, place in told(ax).items()}
    assert heights == {"50": 2, "60": 1, "58": 0}
    spans = [tuple(line.get_segments()[0].ravel()) for line in ax.collections]
    # reputation 37.5 to 75; complaints 9 and 6 of 20 to 0, turned: 55 to 70; then the index
    low, high = MEASURES.index["low"], MEASURES.index["high"]
    expected = [(37.5, 2, 75, 2), (55, 1, 70, 1), (low, 0, high, 0)]
    assert [pytest.approx(span) for span in spans] == expected
    dots = [(line.get_xdata()[0], line.get_ydata()[0]) for line in ax.lines[:3]]
    assert dots == [pytest.approx(p) for p in [(50, 2), (60, 1), (57.5, 0)]]
    assert [line.get_marker() for line in ax.lines[:3]] == ["o", "o", "D"]


def test_complaints_are_drawn_within_their_limits(ax):
    chart = FIGURES[sat.plot_complaints]
    chart.plot(ax)
    assert ax.get_title(loc="left") == chart.title == "1 month outside the limits of chance"
    assert ax.get_ylabel() == "complaints per 1,000 purchases"
    (name,) = told(ax)
    assert name == "Feb 2024"
    centre, rate, out = (line.get_ydata() for line in ax.lines)
    assert centre.tolist() == chart.table["centre"].tolist()
    assert rate.tolist() == chart.table["rate"].tolist()
    assert out.tolist() == [1000 * 9 / 29]
    assert told(ax)[name].xy[1] == out[0]
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (chart.table["low"].min(), chart.table["high"].max())
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > 1000 * 9 / 29


def test_a_chart_without_complaints_can_be_drawn(ax):
    quiet = sat.complaint_chart(OPENED.head(0), DAYS)
    assert quiet.plot(ax).get_title(loc="left") == "No month lies outside the limits of chance"
    twice = sat.complaint_chart(pd.concat([OPENED, OPENED.replace("2024-02", "2024-09")]), DAYS)
    weeks = sat.complaint_chart(pd.concat([OPENED, OPENED]), DAYS, period="week")
    assert "week" in weeks.title
    assert twice.title.startswith("1 month ")


def test_a_chart_says_what_its_band_is(ax):
    sat.complaint_chart(OPENED, DAYS, period="week").plot(ax)
    assert ax.get_xlabel() == "week (grey: 3 standard deviations to each side of the mean rate)"
    assert ax.get_ylabel() == "complaints per 1,000 purchases"


def test_a_whisker_past_a_goalpost_does_not_stretch_the_scale(ax):
    wide = {"reputation": pd.Series({"estimate": 0.6, "low": 0.1, "high": 1.3})}
    sat.six_measures(wide, goalposts={"reputation": (0.2, 1)}).plot(ax)
    assert ax.get_xlim() == (0, 100)


@pytest.mark.parametrize(("value", "limits"), [(1.2, (0, 125)), (0.1, (-12.5, 100))])
def test_a_score_past_its_goalpost_is_shown(value, limits, ax):
    sat.six_measures({"reputation": value}, goalposts={"reputation": (0.2, 1)}).plot(ax)
    assert ax.get_xlim() == pytest.approx(limits)


def test_promoters_stand_on_the_right_and_detractors_on_the_left(ax):
    score = FIGURES[sat.plot_net_promoter_score]
    sat.plot_net_promoter_score(score, ax=ax)
    assert ax.get_title(loc="left") == (
        f"Net promoter score 33 ({score['low']:.0f} to {score['high']:.0f}), 15 answers"
    )
    bars = {bars.get_label(): bars[0] for bars in ax.containers if hasattr(bars, "patches")}
    # shares 4/15, 2/15, 9/15: the passives straddle 0
    spans = {name: (bar.get_x(), bar.get_x() + bar.get_width()) for name, bar in bars.items()}
    assert spans["detractors"] == pytest.approx((-100 / 3, -20 / 3))
    assert spans["passives"] == pytest.approx((-20 / 3, 20 / 3))
    assert spans["promoters"] == pytest.approx((20 / 3, 200 / 3))
    colours = {name: to_hex(bar.get_facecolor()).upper() for name, bar in bars.items()}
    named = {"detractors": "cost", "passives": "pale", "promoters": "good"}
    assert colours == {name: COLOURS[colour] for name, colour in named.items()}
    where = {text: place.get_position()[0] for text, place in told(ax).items()}
    assert where["27 %"] == pytest.approx(-20)
    assert where["60 %"] == pytest.approx(110 / 3)
    assert where["13 %"] == pytest.approx(0, abs=1e-9)
    assert where["detractors"] < where["promoters"]
    ((low, _), (high, _)) = whisker(ax)[0]
    assert (low, high) == pytest.approx((score["low"], score["high"]))
    assert ax.lines[0].get_xdata()[0] == pytest.approx(score["estimate"])


@pytest.mark.parametrize(("answer", "title"), [(10, "score 100 (33 to 100)"), (0, "score -100 (")])
def test_a_score_at_the_end_can_be_drawn(answer, title, ax):
    score = sat.net_promoter_score([answer] * 5, confidence=0.8)
    sat.plot_net_promoter_score(score, ax=ax)
    assert title in ax.get_title(loc="left")


def test_groups_stand_with_their_names_and_intervals(ax):
    table = FIGURES[sat.plot_groups].rename_axis("wave")
    sat.plot_groups(table, unit="index, 0 to 100", ax=ax)
    assert ax.get_title(loc="left") == "Each wave with its interval"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("wave", "index, 0 to 100")
    assert ticks(ax.xaxis) == {"a": 0, "b": 1, "c": 2}
    assert ax.lines[0].get_ydata().tolist() == table["estimate"].tolist()
    ends = [(low, high) for (_, low), (_, high) in whisker(ax)]
    assert ends == [pytest.approx(end) for end in zip(table["low"], table["high"], strict=True)]
    assert [text.get_text() for text in ax.texts] == [f"{v:.1f}" for v in table["estimate"]]
    with pytest.raises(ValueError, match="no group has an estimate"):
        sat.plot_groups(table.assign(estimate=np.nan), ax=ax)


def test_every_figure_is_tried():
    elsewhere = {sat.plot_expectations, sat.plot_response_surface, sat.plot_best_promise}
    elsewhere |= {sat.plot_gaps, sat.plot_promised_actual, sat.plot_panel_changes, sat.plot_journey}
    plots = {getattr(sat, name) for name in sat.__all__ if name.startswith("plot_")}
    assert plots - elsewhere == {*FIGURES}
