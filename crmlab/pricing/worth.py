"""Willingness to pay: part-worths in money, with intervals that know the price is estimated too."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.pricing.attributes import NONE, PRICE, read_attributes
from crmlab.pricing.choices import choice_model
from crmlab.pricing.part_worths import PartWorths
from crmlab.pricing.ratings import conjoint
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Method = Literal["fieller", "delta"]

_WEAK = 2.0


@dataclass(frozen=True, eq=False, repr=False)
class Worth(Result):
    """What each step is worth in money.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per step: ``attribute``, ``level``, ``estimate``, ``low``, ``high``, in the unit
        of the price.
    method : str
        ``"fieller"`` or ``"delta"``.
    price_t : float
        Estimate of the price over its standard error. Near -2 or weaker, the ratio is unstable.
    base : str
        What levels are compared with.
    confidence : float
        Coverage of the intervals.
    """

    table: pd.DataFrame
    method: Method
    price_t: float
    base: str
    confidence: float

    @property
    def title(self) -> str:
        """The level that is worth most."""
        most = self.table["estimate"].idxmax()
        return f"{most} is worth most: {self.table.loc[most, 'estimate']:.2f}"

    @property
    def caption(self) -> str:
        """Against what, how sure, and where there is no bound."""
        told = f"Against {self.base}. " if self.base else ""
        told += f"Intervals {self.confidence:.0%}, {self.method}; price t = {self.price_t:.1f}."
        if np.isinf(self.table[["low", "high"]].to_numpy()).any():
            told += " The price is not surely below 0, so the worth has no bound."
        return told

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_worth`."""
        return plot_worth(self, ax)


@dataclass(frozen=True, eq=False, repr=False)
class WorthBySegment(Result):
    """What each step is worth in money, in each segment.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per segment and step: ``segment``, ``attribute``, ``level``, ``estimate``,
        ``low``, ``high``.
    respondents : pandas.Series
        How many answered, by segment.
    base : str
        What levels are compared with.
    confidence : float
        Coverage of the intervals.
    """

    table: pd.DataFrame
    respondents: pd.Series
    base: str
    confidence: float

    @property
    def step(self) -> str:
        """The step on which the segments differ most."""
        spread = self.table.groupby(level="step", sort=False)["estimate"].agg(np.ptp)
        return str(spread.idxmax())

    @property
    def title(self) -> str:
        """Where the segments differ most."""
        rows = self.table.loc[[self.step]].set_index("segment")["estimate"]
        ends = f"{rows.min():.2f} ({rows.idxmin()}) to {rows.max():.2f} ({rows.idxmax()})"
        return f"{self.step} is worth {ends}"

    @property
    def caption(self) -> str:
        """Who answered, against what."""
        who = ", ".join(f"{name} {count:,}" for name, count in self.respondents.items())
        against = f" Against {self.base}." if self.base else ""
        return f"Respondents: {who}.{against} Intervals {self.confidence:.0%}."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_worth_by_segment`."""
        return plot_worth_by_segment(self, ax)


def willingness_to_pay(
    parts: PartWorths, *, method: Method = "fieller", confidence: float = 0.95
) -> Worth:
    r"""What each step is worth in money: its part-worth over what one unit of price takes away.

    Parameters
    ----------
    parts : PartWorths
        From `conjoint` or `choice_model`.
    method : {"fieller", "delta"}
        Interval of the ratio. Delta draws the ratio as a straight line near the estimate: always
        finite, and too short where the price is weak. Fieller asks which ratios the data leave
        plausible: it leans to the far side, and has no bound where the price may be 0.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Worth
        With ``table``: ``attribute``, ``level``, ``estimate``, ``low``, ``high``.

    Raises
    ------
    ValueError
        Something else than part-worths; a price coefficient that is not negative, since the sign
        of a worth then means nothing.

    Warns
    -----
    UserWarning
        The price coefficient is less than 2 standard errors below 0.

    Notes
    -----
    :math:`w = -\beta / \beta_p`. Delta: :math:`w \pm t\sqrt{(v + 2wc + w^2 v_p)/\beta_p^2}`, with
    v the variances and c the covariance. Fieller (1954, Journal of the Royal Statistical Society
    B 16): all w with :math:`(\beta + w\beta_p)^2 \le t^2 (v + 2wc + w^2 v_p)`.

    Examples
    --------
    Service is worth 1.2 points, and a yuan takes 0.04 away: 1.2 / 0.04 = 30 yuan.

    >>> cards = pd.DataFrame([(s, p, 1.2 * s - 0.04 * p) for s in (0, 1) for p in (10, 20, 30)],
    ...                      columns=["service", "price", "rating"]).assign(respondent_id="Ana")
    >>> willingness_to_pay(conjoint(cards, ["service"]))["estimate"].round(9).to_dict()
    {'service: +1': 30.0}
    """
    if not isinstance(parts, PartWorths):
        kind = type(parts).__name__
        raise ValueError(f"parts is of type {kind}; give what conjoint or choice_model returned.")
    inputs.choice(method, "method", ("fieller", "delta"))
    label = f"{PRICE}: +1"
    price = float(parts["estimate"][label])
    t = intervals.student_quantile(confidence, parts.freedom) if parts.freedom else np.inf
    largest = parts.table["estimate"].abs().max()
    if price >= -1e-12 * largest:
        raise ValueError(
            f"the part-worth of the price is {price:.3g}, not negative: a higher price seems to be "
            "liked, so the sign of a worth in money means nothing. Check the column price, who "
            "answered, and whether they took it for a sign of quality."
        )
    if abs(parts.price_t) < _WEAK:
        warnings.warn(
            f"the price coefficient is {abs(parts.price_t):.1f} standard errors below 0, less than "
            f"{_WEAK:g}: the ratio is unstable. Ask more people, or show prices further apart.",
            UserWarning,
            stacklevel=2,
        )
    steps = parts.table[~parts.table["attribute"].isin([PRICE, NONE])]
    v = parts.covariance
    rows = [
        _ratio(value, price, (v[step][step], v[step][label], v[label][label]), t, method)
        for step, value in steps["estimate"].items()
    ]
    limits = pd.DataFrame(rows, steps.index, columns=["estimate", "low", "high"])
    table = steps[["attribute", "level"]].join(limits)
    return Worth(table, method, parts.price_t, parts.attributes.base, confidence)


def _ratio(
    a: float, p: float, spread: tuple[float, float, float], t: float, method: Method
) -> tuple[float, float, float]:
    """-a / p with its interval, from the variances of both and their covariance."""
    w = -a / p + 0.0
    va, cov, vp = spread
    if not np.isfinite([va, cov, vp, t]).all():
        return w, -np.inf, np.inf
    if method == "delta":
        half = t * np.sqrt(max(va + 2 * w * cov + w**2 * vp, 0)) / abs(p)
        return w, w - half, w + half
    lead = p**2 - t**2 * vp
    if lead <= 0:
        return w, -np.inf, np.inf
    middle = -(a * p - t**2 * cov) / lead
    half = np.sqrt(max(middle**2 - (a**2 - t**2 * va) / lead, 0))
    return w, min(middle - half, w), max(middle + half, w)


def worth_by(
    answers: pd.DataFrame,
    attributes: Sequence[str],
    *,
    by: str = "segment",
    base: Mapping[str, str] | None = None,
    confidence: float = 0.95,
) -> WorthBySegment:
    """What each step is worth in money, in each segment by itself.

    Parameters
    ----------
    answers : pandas.DataFrame
        Ratings as for `conjoint`, or choices as for `choice_model`, and a column that names the
        segment.
    attributes, base, confidence
        As there. Levels are compared with the same base in all segments.
    by : str
        Column of the segment.

    Returns
    -------
    WorthBySegment
        With ``table`` and ``respondents``. Intervals are Fieller's.

    Raises
    ------
    ValueError
        As `conjoint`, `choice_model` and `willingness_to_pay`; the error names the segment.

    Examples
    --------
    >>> cards = pd.DataFrame({"respondent_id": ["Ana"] * 4 + ["Bo"] * 4,
    ...                       "segment": ["north"] * 4 + ["south"] * 4,
    ...                       "coffee": ["house", "house", "single origin", "single origin"] * 2,
    ...                       "cup": ["paper", "souvenir", "paper", "souvenir"] * 2,
    ...                       "price": [3, 5, 5, 3] * 2, "rating": [5, 6, 4, 9, 4, 3, 5, 8]})
    >>> worth_by(cards, ["coffee", "cup"])["estimate"].round(2).tolist()
    [1.0, 3.0, 3.0, 1.0]
    """
    frame = inputs.table(answers, ("respondent_id", by), "answers")
    fit = choice_model if "chosen" in frame else conjoint
    design, _ = read_attributes(frame, attributes, "answers", base=base, none="chosen" in frame)
    first = {name: levels[0] for name, levels in design.levels.items()}
    groups = inputs.ids(frame[by], f"answers.{by}", rows=frame)
    tables, counts = [], {}
    for name in sorted(groups.unique()):
        rows = frame[(groups == name).to_numpy()]
        try:
            parts = fit(rows, attributes, base=first, confidence=confidence)
            worth = willingness_to_pay(parts, confidence=confidence)
        except ValueError as error:
            raise type(error)(f"{by} {name}: {error}") from None
        tables.append(worth.table.assign(segment=name))
        counts[name] = parts.respondents
    table = pd.concat(tables)
    table = table[["segment", *table.columns.drop("segment")]]
    respondents = pd.Series(counts, name="respondents").rename_axis("segment")
    return WorthBySegment(table, respondents, design.base, confidence)


@style.figure(Worth, width=9, height=4.5)
def plot_worth(worth: Worth, ax: Axes | None = None) -> None:
    """Draw what each step is worth: a dot and its interval.

    Parameters
    ----------
    worth : Worth
        From `willingness_to_pay`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A side without bound ends in an arrow.
    """
    table = worth.table[::-1]
    _whiskers(ax, np.arange(len(table)), table, style.COLOURS["value"])
    ax.set_yticks(np.arange(len(table)), table.index)
    _axes(ax, worth.title)


@style.figure(WorthBySegment, width=9, height=6)
def plot_worth_by_segment(worth: WorthBySegment, ax: Axes | None = None) -> None:
    """Draw what each step is worth in each segment: dots and intervals side by side.

    Parameters
    ----------
    worth : WorthBySegment
        From `worth_by`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    steps = list(dict.fromkeys(worth.table.index))[::-1]
    names = list(worth.respondents.index)
    for place, name in enumerate(names):
        table = worth.table[worth.table["segment"] == name]
        shift = 0.22 * ((len(names) - 1) / 2 - place) * min(1, 3 / len(names))
        colour = style.CYCLE[place % len(style.CYCLE)]
        places = np.array([steps.index(step) for step in table.index]) + shift
        _whiskers(ax, places, table, colour, name)
    ax.set_yticks(np.arange(len(steps)), steps)
    ax.legend(loc="lower right")
    _axes(ax, worth.title)


def _whiskers(
    ax: Any, places: np.ndarray, table: pd.DataFrame, colour: str, label: str | None = None
) -> None:
    from matplotlib.colors import to_rgba

    ends = table[["estimate", "low", "high"]].to_numpy()
    finite = ends[np.isfinite(ends)]
    reach = np.ptp(finite) or 1.0
    low = np.where(np.isfinite(ends[:, 1]), ends[:, 1], finite.min() - 0.2 * reach)
    high = np.where(np.isfinite(ends[:, 2]), ends[:, 2], finite.max() + 0.2 * reach)
    ax.hlines(places, low, high, color=to_rgba(colour), lw=3)
    ax.plot(ends[:, 0], places, "o", color=colour, label=label)
    ax.plot(low[np.isinf(ends[:, 1])], places[np.isinf(ends[:, 1])], "<", color=colour)
    ax.plot(high[np.isinf(ends[:, 2])], places[np.isinf(ends[:, 2])], ">", color=colour)


def _axes(ax: Any, title: str) -> None:
    ax.axvline(0, color=style.COLOURS["neutral"], lw=1)
    ax.grid(visible=False, axis="y")
    ax.set(xlabel="worth, in the unit of the price")
    ax.set_title(title)
