"""Satisfaction as a surface over expected and perceived, instead of their difference."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crmlab import style
from crmlab.intervals import tail
from crmlab.satisfaction.answers import checked_scale
from crmlab.satisfaction.comparison import compared
from crmlab.satisfaction.regression import fitted


@dataclass(frozen=True, eq=False)
class ResponseSurface:
    """Satisfaction as a curved surface over expected and perceived.

    Attributes
    ----------
    coefficients : DataFrame
        ``estimate``, ``low``, ``high`` of intercept, perceived, expected, perceived2, product,
        expected2, with both ratings counted from the middle of the scale.
    lines : DataFrame
        Slope and curvature where perceived = expected ("agreement") and across it ("gap").
    difference_test : Series
        ``F`` and ``p`` of the four restrictions under which P - E alone would do.
    r_squared : float
        Share of the variance of satisfaction explained.
    scale : tuple
        Scale of both ratings.
    edge : numpy.ndarray, shape (k, 2)
        Corners of the area in which anyone answered, as (expected, perceived). Beyond it the
        surface is a guess.
    n, missing : int
        Respondents used, and left out for a missing answer.
    """

    coefficients: pd.DataFrame
    lines: pd.DataFrame
    difference_test: pd.Series
    r_squared: float
    scale: tuple
    edge: np.ndarray
    n: int
    missing: int = field(default=0)

    def predict(self, expected, perceived):
        """Satisfaction on the surface at given ratings (numbers or arrays)."""
        middle = sum(self.scale) / 2
        p, e = np.asarray(perceived) - middle, np.asarray(expected) - middle
        b = self.coefficients["estimate"].to_numpy()
        return b[0] + b[1] * p + b[2] * e + b[3] * p**2 + b[4] * p * e + b[5] * e**2


def response_surface(expected, perceived, satisfaction, *, scale, confidence=0.95):
    r"""Fit satisfaction as a second-degree surface over expected and perceived.

    Parameters
    ----------
    expected, perceived : Series or sequence of float, shape (n,)
        Ratings on one scale.
    satisfaction : Series or sequence of float, shape (n,)
        Overall satisfaction, on a scale of its own.
    scale : tuple of float
        Scale of `expected` and `perceived`.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    ResponseSurface
        Coefficients, the lines along and across agreement, and the test of the difference score.

    Raises
    ------
    NotIdentifiedError
        Too few different ratings to tell the six terms apart.

    Notes
    -----
    :math:`S = b_0 + b_1P + b_2E + b_3P^2 + b_4PE + b_5E^2`. Along P = E the slope is
    :math:`b_1+b_2` and the curvature :math:`b_3+b_4+b_5`; across it (P = -E from the middle)
    :math:`b_1-b_2` and :math:`b_3-b_4+b_5` (Edwards & Parry 1993, Academy of Management
    Journal 36; Edwards 2002). P - E alone would do if :math:`b_1=-b_2` and
    :math:`b_3=b_4=b_5=0`. Standard errors HC3.

    Examples
    --------
    >>> e = [2, 5, 8, 2, 5, 8, 2, 5, 8, 4]
    >>> p = [2, 2, 2, 5, 5, 5, 8, 8, 8, 6]
    >>> surface = response_surface(e, p, [5 + 0.5 * (b - a) for a, b in zip(e, p)], scale=(1, 10))
    >>> round(float(surface.lines.loc["gap slope", "estimate"]), 2)
    1.0
    """
    table = compared(expected, perceived, scale)
    middle = sum(checked_scale(scale)) / 2
    p, e = table["perceived"] - middle, table["expected"] - middle
    terms = {"perceived": p, "expected": e, "perceived2": p**2, "product": p * e, "expected2": e**2}
    fit, n, missing = fitted(pd.DataFrame(terms), satisfaction)
    low, high = fit.conf_int(2 * tail(confidence)).T
    coefficients = pd.DataFrame(
        {"estimate": fit.params, "low": low, "high": high}, index=["intercept", *terms]
    )
    along = {
        "agreement slope": [0, 1, 1, 0, 0, 0],
        "agreement curvature": [0, 0, 0, 1, 1, 1],
        "gap slope": [0, 1, -1, 0, 0, 0],
        "gap curvature": [0, 0, 0, 1, -1, 1],
    }
    test = fit.t_test(np.array(list(along.values()), dtype=float))
    low, high = test.conf_int(2 * tail(confidence)).T
    lines = pd.DataFrame({"estimate": test.effect, "low": low, "high": high}, index=list(along))
    restrictions = np.eye(6)[[1, 3, 4, 5]] + np.outer([1, 0, 0, 0], np.eye(6)[2])
    return ResponseSurface(
        coefficients=coefficients,
        lines=lines,
        difference_test=_restricted(fit, restrictions),
        r_squared=float(fit.rsquared),
        scale=checked_scale(scale),
        edge=_edge(table[pd.Series(satisfaction).notna().to_numpy()].dropna()),
        n=n,
        missing=missing,
    )


@style.figure(width=8, height=7)
def plot_response_surface(surface, ax=None):
    """Draw a fitted surface as contours, with the line on which perceived meets expected.

    Parameters
    ----------
    surface : ResponseSurface
        Result of `response_surface`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib.patches import Polygon
    from matplotlib.ticker import MaxNLocator

    (left, bottom), (right, top) = surface.edge.min(axis=0), surface.edge.max(axis=0)
    expected, perceived = np.meshgrid(np.linspace(left, right, 81), np.linspace(bottom, top, 81))
    height = surface.predict(expected, perceived)
    area = Polygon(surface.edge, facecolor="none", edgecolor=style.COLOURS["neutral"])
    ax.add_patch(area)
    inside = area.get_path().contains_points(np.column_stack([expected.flat, perceived.flat]))
    seen = np.ma.masked_where(~inside.reshape(height.shape), height)
    levels = MaxNLocator(10).tick_values(seen.min(), seen.max())
    filled = ax.contourf(expected, perceived, height, levels=levels, cmap="cividis", extend="both")
    filled.set_clip_path(area)
    lines = ax.contour(expected, perceived, seen, levels=levels, colors="white", linewidths=0.8)
    ax.clabel(lines, lines.levels[::2], fontsize=12, fmt="%g")
    ax.figure.colorbar(filled, ax=ax, label="satisfaction (points)", extendfrac=0)
    low, high = max(left, bottom), min(right, top)
    if high > low:
        ax.plot((low, high), (low, high), color=style.COLOURS["ink"], lw=3)
        ax.text(
            *(low + 0.6 * (high - low),) * 2,
            "as expected",
            rotation=45,
            ha="center",
            va="center",
            weight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
        )
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
    ax.set(xlabel="expected (points)", ylabel="perceived (points)")
    ax.set_title(f"Satisfaction where people answered (R² {surface.r_squared:.2f})")
    ax.grid(visible=False)


def _edge(table):
    from scipy.spatial import ConvexHull

    points = table[["expected", "perceived"]].to_numpy()
    return points[ConvexHull(points).vertices]


def _restricted(fit, restrictions):
    if np.allclose(fit.resid, 0, atol=1e-9):
        return pd.Series({"F": np.nan, "p": np.nan})
    test = fit.f_test(restrictions)
    return pd.Series({"F": float(test.fvalue), "p": float(test.pvalue)})
