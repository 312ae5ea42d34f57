"""Net promoter score, with the interval it deserves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.inputs import Numbers
from crmlab.intervals import normal_quantile
from crmlab.satisfaction.answers import on_scale
from crmlab.satisfaction.intervals import effective_answers, interval, sampled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUPS = ("detractors", "passives", "promoters")


def net_promoter_score(
    recommend: Numbers,
    *,
    weights: Numbers | None = None,
    clusters: Any = None,
    confidence: float = 0.95,
) -> pd.Series:
    r"""Net promoter score: per cent answering 9-10 minus per cent answering 0-6.

    Parameters
    ----------
    recommend : Series or sequence of int, shape (n,)
        "Would you recommend us?", 0 to 10. Missing answers are left out and counted.
    weights : Series or sequence of float, shape (n,), optional
        Survey weights, positive.
    clusters : Series or sequence, shape (n,), optional
        Who or where the answers come from, when several share a person, shop or city.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high`` in points from -100 to 100; ``promoters``,
        ``passives``, ``detractors`` as shares; ``n``, ``missing``, ``effective_n``.

    Raises
    ------
    ValueError
        Answers that are not whole numbers from 0 to 10.

    Notes
    -----
    Adjusted Wald interval: 3/4 of an answer is added to promoters and to detractors, 3 to n;
    then :math:`p + d - (p-d)^2` is the variance of one answer (Rocks 2016, American Statistician
    70). The interval is centred on the adjusted score and reaches at least to the estimate, which
    is the plain score. The score predicts no better than satisfaction does (Keiningham et al.
    2007, J. Marketing 71).

    Examples
    --------
    >>> float(net_promoter_score([10, 8, 3])["estimate"])
    0.0
    >>> net_promoter_score([10] * 50 + [8] * 30 + [2] * 20).round(1).head(3).tolist()
    [30.0, 14.1, 44.2]
    """
    on_scale(recommend, scale=(0, 10), whole=True)
    table, missing = sampled(recommend, weights, clusters, (0, 10))
    sides = np.sign((table["answer"] >= 9).astype(float) - (table["answer"] <= 6))
    table["answer"] = sides
    share = table["weight"].groupby(sides).sum().reindex([1.0, 0.0, -1.0], fill_value=0)
    share /= share.sum()
    n = effective_answers(table, confidence)
    up = (share[1.0] * n + 0.75) / (n + 3)
    down = (share[-1.0] * n + 0.75) / (n + 3)
    half = normal_quantile(confidence) * np.sqrt((up + down - (up - down) ** 2) / (n + 3))
    score = share[1.0] - share[-1.0]
    return interval(
        100 * score,
        100 * min(max(up - down - half, -1), score),
        100 * max(min(up - down + half, 1), score),
        promoters=share[1.0],
        passives=share[0.0],
        detractors=share[-1.0],
        n=len(table),
        missing=missing,
        effective_n=n,
    )


@style.figure(pd.Series, width=9, height=3.6)
def plot_net_promoter_score(score: pd.Series, ax: Axes | None = None) -> None:
    """Draw the three groups as one bar, and the score with its interval above.

    Parameters
    ----------
    score : Series
        Result of `net_promoter_score`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    inputs.columns(score.index, ("estimate", "low", "high", "n", *GROUPS), "score")
    left = -100 * score["detractors"] - 50 * score["passives"]
    for name, colour, side, part in (
        ("detractors", "cost", "right", 1.0),
        ("passives", "pale", "center", 0.5),
        ("promoters", "good", "left", 0.0),
    ):
        width = 100 * score[name]
        ax.barh(0, width, left=left, height=0.5, color=style.COLOURS[colour], label=name)
        ink = "black" if name == "passives" else "white"
        if width > 6:
            ax.text(left + width / 2, 0, f"{width:.0f} %", ha="center", va="center", color=ink)
        if name != "passives" or width > 24:
            ax.text(left + part * width, -0.42, name, ha=side, va="center")
        left += width
    reach = [[score["estimate"] - score["low"]], [score["high"] - score["estimate"]]]
    ax.errorbar(score["estimate"], 0.62, xerr=reach, fmt="o", color="black", capsize=6, ms=10)
    ax.axvline(0, ymin=0.6, color=style.COLOURS["ink"], lw=1)
    ax.set(xlim=(-100, 100), ylim=(-0.6, 0.9), yticks=[], xlabel="points")
    ax.grid(visible=False, axis="y")
    ax.set_title(
        f"Net promoter score {score['estimate']:.0f} "
        f"({score['low']:.0f} to {score['high']:.0f}), {score['n']:.0f} answers"
    )
