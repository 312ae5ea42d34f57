"""One look for every figure: colours that colour-blind readers can tell apart, large type.

Colours are those of Okabe & Ito (2008), "Color universal design", named here by what they mean,
so that a gain or a cost keeps its colour through the whole course.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

Given = ParamSpec("Given")

COLOURS = {
    "value": "#0072B2",
    "cost": "#D55E00",
    "good": "#009E73",
    "warn": "#E69F00",
    "other": "#CC79A7",
    "light": "#56B4E9",
    "neutral": "#6E6E6E",
    "ink": "#222222",
    "pale": "#D9D9D9",
}
CYCLE = [COLOURS[name] for name in ("value", "cost", "good", "other", "warn", "light", "neutral")]


def settings() -> Any:
    """Matplotlib settings of the house style, as a dict for ``matplotlib.rc_context``."""
    from cycler import cycler

    return {
        "figure.constrained_layout.use": True,
        "figure.dpi": 100,
        "savefig.dpi": 100,
        "font.size": 14,
        "axes.titlesize": 16,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlepad": 12,
        "axes.labelsize": 14,
        "axes.labelcolor": COLOURS["ink"],
        "axes.edgecolor": COLOURS["neutral"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.prop_cycle": cycler(color=CYCLE),
        "grid.color": "#E8E8E8",
        "xtick.labelsize": 13,
        "ytick.labelsize": 13,
        "legend.fontsize": 13,
        "legend.frameon": False,
        "lines.linewidth": 2.5,
        "lines.markersize": 8,
    }


def use() -> None:
    """Give plain plots, such as those of seaborn, the house style from here on."""
    import matplotlib as mpl

    mpl.rcParams.update(settings())


def figure(
    takes: type | tuple[type, ...] | None = None, *, width: float = 9, height: float = 5
) -> Callable[[Callable[Given, None]], Callable[Given, Axes]]:
    """Decorate ``plot_*(result, ax=None)``: the house style, and a new Axes where none is given.

    Parameters
    ----------
    takes : type or tuple of types, optional
        What the figure draws. Anything else is refused in one sentence that names it.
    width, height : float
        Size of a new figure in inches.

    Returns
    -------
    callable
        The decorated function. It returns the Axes it drew on.
    """

    def decorate(plot: Callable[Given, None]) -> Callable[Given, Axes]:
        signature = inspect.signature(plot)
        first = next(iter(signature.parameters))

        @functools.wraps(plot)
        def draw(*args: Given.args, **options: Given.kwargs) -> Axes:
            call = signature.bind(*args, **options)
            if takes is not None and not isinstance(call.arguments[first], takes):
                kinds = takes if isinstance(takes, tuple) else (takes,)
                wanted = " or ".join(kind.__name__ for kind in kinds)
                given = type(call.arguments[first]).__name__
                raise ValueError(f"{plot.__name__} draws a {wanted}; {first} is a {given}.")
            import matplotlib.pyplot as plt

            plt.draw_if_interactive()  # wakes the backend now: it sets what rc_context puts back
            with plt.rc_context(settings()):
                new = call.arguments.get("ax") is None
                if new:
                    _, call.arguments["ax"] = plt.subplots(figsize=(width, height))
                try:
                    plot(*call.args, **call.kwargs)
                except Exception:
                    if new:
                        plt.close(call.arguments["ax"].figure)
                    raise
            return call.arguments["ax"]

        draw.__signature__ = signature.replace(return_annotation="Axes")  # type: ignore[attr-defined]
        return draw

    return decorate


def alt_text(figure: Figure) -> str:
    """What a figure says, in words for readers who do not see it: titles, axes, legend, labels.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    """
    said = []
    for ax in figure.axes:
        title = ax.get_title("left") or ax.get_title()
        axes = [f"{way}: {name}" for way, name in _axis_names(ax) if name]
        legend = ax.get_legend()
        entries = [text.get_text() for text in legend.get_texts()] if legend else []
        labels = [text.get_text().replace("\n", " ") for text in ax.texts if text.get_text()]
        said += [title, *axes]
        said += [f"Legend: {', '.join(entries)}"] if entries else []
        said += [f"Labels: {', '.join(labels[:30])}"] if labels else []
    return ". ".join(part.rstrip(".") for part in said if part) + "."


def _axis_names(ax: Axes) -> list[tuple[str, str]]:
    return [("Horizontal", ax.get_xlabel()), ("Vertical", ax.get_ylabel())]


def describe_figures() -> None:
    """Store the `alt_text` of each figure that a notebook shows beside its picture."""
    from IPython import get_ipython
    from matplotlib.figure import Figure

    shell = get_ipython()
    shell.run_line_magic("matplotlib", "inline")
    formatter = shell.display_formatter.formatters["image/png"]
    draw = formatter.lookup_by_type(Figure)
    formatter.for_type(Figure, lambda shown: (draw(shown), {"alt": alt_text(shown)}))


def money(axis: Axis, unit: str = "") -> None:
    """Write an axis' numbers with k and M, after a currency sign if one is given.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        ``ax.xaxis`` or ``ax.yaxis``.
    unit : str
        A sign such as ``"$"``, put before the number.
    """
    axis.set_major_formatter(lambda value, _: short(value, unit))


def percent(axis: Axis, decimals: int = 0) -> None:
    """Write an axis' numbers, which are shares between 0 and 1, as per cent."""
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(xmax=1, decimals=decimals))


def short(value: float, unit: str = "") -> str:
    """Write a number in few characters: 950, 1.2k, 3.45M, with an optional sign before it.

    Examples
    --------
    >>> short(1_250), short(-12_800_000, "$"), short(0.5), short(999_999)
    ('1.25k', '-$12.8M', '0.5', '1M')
    """
    scales = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""))
    scale, letter = next(s for s in scales if abs(value) >= s[0] * 0.9995 or s[0] == 1)
    return f"{'-' if value < 0 else ''}{unit}{abs(value) / scale:.3g}{letter}"
