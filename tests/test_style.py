"""The house style: where figures are drawn, and that the reader's own settings stay as they are."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from crmlab import style


@style.figure(width=4, height=3)
def plot_line(result, ax=None, *, colour="value"):
    """Draw a line."""
    ax.plot(result, color=style.COLOURS[colour])


def test_draws_a_new_figure_of_the_stated_size_in_the_house_style():
    ax = plot_line([1, 2])
    assert tuple(ax.figure.get_size_inches()) == (4, 3)
    assert not ax.spines["top"].get_visible()


@pytest.mark.parametrize("by_name", [True, False])
def test_draws_where_it_is_told(by_name):
    _, ax = plt.subplots()
    drawn = plot_line([1, 2], ax=ax) if by_name else plot_line([1, 2], ax)
    assert drawn is ax
    assert len(ax.lines) == 1


def test_leaves_the_settings_of_the_reader_alone():
    before = mpl.rcParams.copy()
    plot_line([1, 2], colour="cost")
    assert mpl.rcParams == before


def test_plain_plots_take_the_house_style_once_it_is_in_use():
    with mpl.rc_context():
        style.use()
        _, ax = plt.subplots()
        assert ax.plot([1, 2])[0].get_color() == style.COLOURS["value"]
        assert ax.set_title("left", loc=None).get_horizontalalignment() == "left"
    plt.close("all")


def test_colours_are_told_apart_without_red_and_green():
    """Every pair of the cycle differs in blue or in brightness, seen by a deuteranope.

    Simulated with the matrix of Machado, Oliveira & Fernandes 2009, IEEE TVCG 15(6), at full
    severity, on linear light.
    """
    import numpy as np
    from matplotlib.colors import to_rgb

    rgb = np.array([to_rgb(colour) for colour in style.CYCLE])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    deuteranope = np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    )
    seen = np.clip(linear @ deuteranope.T, 0, 1) ** (1 / 2.2)
    gaps = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(gaps) > 0.1


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "", "0"),
        (950, "$", "$950"),
        (1_000, "", "1k"),
        (-2_500, "$", "-$2.5k"),
        (12_800_000, "$", "$12.8M"),
        (7.2e9, "", "7.2G"),
        (0.051, "", "0.051"),
    ],
)
def test_short_numbers(value, unit, text):
    assert style.short(value, unit) == text


def test_axis_formats():
    ax = plot_line([0, 2_000])
    style.money(ax.yaxis, "$")
    assert ax.yaxis.get_major_formatter()(1_500, None) == "$1.5k"
    style.percent(ax.xaxis)
    assert ax.xaxis.get_major_formatter()(0.25, None) == "25%"


@style.figure(dict)
def plot_table(table, ax=None):
    """Draw what a dict holds under "high"."""
    ax.plot(table["high"])


@pytest.mark.parametrize("given", [[1, 2], None, 3])
def test_what_a_figure_does_not_draw_is_named(given):
    kind = type(given).__name__
    with pytest.raises(ValueError, match=f"plot_table draws a dict; table is a {kind}"):
        plot_table(given)
    assert not plt.get_fignums()


def test_a_fault_of_our_own_stays_what_it_is_and_leaves_no_figure():
    with pytest.raises(KeyError, match="high"):
        plot_table({})
    assert not plt.get_fignums()


def test_alternative_text_says_what_the_figure_says():
    _, ax = plt.subplots()
    ax.plot([1, 2], label="so far")
    ax.legend()
    ax.set(xlabel="month", ylabel="share of customers")
    ax.set_title("Three of ten came back", loc="left")
    ax.text(0, 1, "January\n30%")
    assert style.alt_text(ax.figure) == (
        "Three of ten came back. Horizontal: month. Vertical: share of customers. "
        "Legend: so far. Labels: January 30%."
    )
