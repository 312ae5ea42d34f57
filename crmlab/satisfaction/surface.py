"""Satisfaction as a surface over expected and perceived, instead of their difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, style
from crmlab.inputs import Numbers
from crmlab.intervals import tail
from crmlab.results import Result
from crmlab.satisfaction.answers import Scale, paired
from crmlab.satisfaction.comparison import compared
from crmlab.satisfaction.regression import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class ResponseSurface(Result):
    """Satisfaction as a curved surface over expected and perceived.

    Attributes
    ----------
    table : DataFrame
        ``estimate``, ``low``, ``high`` of the coefficients: intercept, perceived, expected,
        perceived2, product, expected2, with both ratings counted from the middle of the scale.
    lines : DataFrame
        Slope and curvature where perceived = expected ("agreement") and across it ("gap").
    difference_test : Series
        ``F`` and ``p`` of the four restrictions under which P - E alone would do; NaN where the
        surface fits every answer exactly.
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

    lines: pd.DataFrame
    difference_test: pd.Series
    r_squared: float
    scale: tuple[float, float]
    edge: NDArray[np.float64]
    n: int
    missing: int

    @property
    def caption(self) -> str:
        """Who answered, and whether the difference alone would do."""
        return (
            f"{self.n:,} respondents, {self.missing:,} left out for a missing answer; that the "
            f"difference alone would do: p = {self.difference_test['p']:.3g}."
        )

    @property
    def title(self) -> str:
        """Title of the figure."""
        return f"Satisfaction where people answered (R² {self.r_squared:.2f})"

    def predict(self, expected: float | Numbers, perceived: float | Numbers) -> Any:
        """Satisfaction on the surface at given ratings: two numbers, or a row of each."""
        if pd.api.types.is_scalar(expected) and pd.api.types.is_scalar(perceived):
            e, p = inputs.number(expected, "expected"), inputs.number(perceived, "perceived")
            return float(self._height(e, p))
        given = paired(expected=expected, perceived=perceived)
        given = inputs.number_columns(given, given.columns, "ratings", accept=("empty",))
        return self._height(given["expected"], given["perceived"]).rename("satisfaction")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the surface as contours, see `plot_response_surface`."""
        return plot_response_surface(self, ax=ax)

    def _height(self, expected: Any, perceived: Any) -> Any:
        p, e = perceived - sum(self.scale) / 2, expected - sum(self.scale) / 2
        b = self.table["estimate"].to_numpy()
        return b[0] + b[1] * p + b[2] * e + b[3] * p**2 + b[4] * p * e + b[5] * e**2


def response_surface(
    expected: Numbers,
    perceived: Numbers,
    satisfaction: Numbers,
    *,
    scale: Scale,
    confidence: float = 0.95,
) -> ResponseSurface:
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
    missed = 2 * tail(confidence)
    table = compared(expected, perceived, scale)
    scale = inputs.scale(scale)
    p, e = table["perceived"] - sum(scale) / 2, table["expected"] - sum(scale) / 2
    terms = {"perceived": p, "expected": e, "perceived2": p**2, "product": p * e, "expected2": e**2}
    fit, n, missing = fitted(pd.DataFrame(terms), satisfaction)
    low, high = fit.conf_int(missed).to_numpy().T
    coefficients = pd.DataFrame({"estimate": fit.params.to_numpy(), "low": low, "high": high})
    coefficients.index = pd.Index(["intercept", *terms], name="term")
    along = {
        "agreement slope": [0, 1, 1, 0, 0, 0],
        "agreement curvature": [0, 0, 0, 1, 1, 1],
        "gap slope": [0, 1, -1, 0, 0, 0],
        "gap curvature": [0, 0, 0, 1, -1, 1],
    }
    test = fit.t_test(np.array(list(along.values()), dtype=float))
    low, high = test.conf_int(missed).T
    lines = pd.DataFrame({"estimate": test.effect, "low": low, "high": high}, index=list(along))
    restrictions = np.eye(6)[[1, 3, 4, 5]] + np.outer([1, 0, 0, 0], np.eye(6)[2])
    answered = pd.Series(satisfaction).notna().to_numpy()
    return ResponseSurface(
        table=coefficients,
        lines=lines,
        difference_test=_restricted(fit, restrictions),
        r_squared=float(fit.rsquared),
        scale=scale,
        edge=_edge(table[answered].dropna()),
        n=n,
        missing=missing,
    )


@style.figure(ResponseSurface, width=8, height=7)
def plot_response_surface(surface: ResponseSurface, ax: Axes | None = None) -> None:
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
    height = surface._height(expected, perceived)
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
    ax.set_title(surface.title)
    ax.grid(visible=False)


def _edge(table: pd.DataFrame) -> NDArray[np.float64]:
    from scipy.spatial import ConvexHull

    points = np.unique(table[["expected", "perceived"]].to_numpy(), axis=0)
    return points[ConvexHull(points).vertices]


def _restricted(fit: Any, restrictions: NDArray[np.float64]) -> pd.Series:
    if np.allclose(fit.resid, 0, atol=1e-9):
        return pd.Series({"F": np.nan, "p": np.nan})
    test = fit.f_test(restrictions)
    return pd.Series({"F": float(test.fvalue), "p": float(test.pvalue)})
