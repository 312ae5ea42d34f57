"""What it brings to read a review list down to each score, counted over groups of records."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.database.records.merging import members_of
from crmlab.database.records.quality import PairQuality
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class ReadingGain(Result):
    """What reading brings, down to each lowest score.

    Attributes
    ----------
    table : pandas.DataFrame
        For each lowest score ``pairs`` (read), ``right`` ones, ``spare`` (records that need not
        be served once the right pairs are merged), ``gain`` (saved less the cost of reading) with
        ``low`` and ``high``, and ``groups_needed``: groups that show in 80 of 100 samples that
        the gain is not 0; NaN where the gain is 0.
    against : pandas.DataFrame
        The same of ``difference``, the gain of each other score less that of the best one.
    groups : int
        Groups of records that the listed pairs join.
    """

    against: pd.DataFrame
    groups: int

    @property
    def best(self) -> float:
        """The lowest score of the largest gain; of equal ones the highest score."""
        return _best(self.table["gain"])

    @property
    def as_good(self) -> tuple[float, ...]:
        """The best score, and those whose interval of the difference from it holds 0."""
        near = self.against[(self.against["low"] <= 0) & (self.against["high"] >= 0)]
        return tuple(sorted([self.best, *near.index.astype(float)], reverse=True))

    @property
    def title(self) -> str:
        """The best score, its gain, and the scores that may be as good."""
        row = self.table.loc[self.best]
        others = [f"{cut:.2f}" for cut in self.as_good if cut != self.best]
        near = f"\nMaybe as good: from {inputs.listed(others)}" if others else ""
        return f"Reading from a score of {self.best:.2f} on gains most: {row['gain']:,.0f}{near}"

    @property
    def caption(self) -> str:
        """How many groups the intervals rest on."""
        return f"Intervals are by group; the pairs join records to {self.groups:,} groups."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_reading_gain`."""
        return plot_reading_gain(self, ax)


def reading_gain(
    quality: PairQuality, *, saving: float, cost: float, confidence: float = 0.95
) -> ReadingGain:
    r"""Count what reading the pairs brings, down to each lowest score.

    Parameters
    ----------
    quality : PairQuality
        From `pair_quality`; its lowest scores are tried.
    saving : float
        Money saved by each spare record, such as one parcel; above 0.
    cost : float
        Money to read one pair; not negative.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    ReadingGain
        With ``table``, ``against``, ``groups``, ``best``, ``as_good``.

    Raises
    ------
    ValueError
        Not from `pair_quality`; no money; pairs that join the records to fewer than two groups.

    Notes
    -----
    A right pair is not a spare record: three records of one customer are three right pairs and
    two spare records. Spare are the records less the customers that the right pairs read make of
    them. Pairs that share a record are not independent, so everything is added up by group: the
    records that the listed pairs join, directly or by others. With :math:`g` groups whose gains
    :math:`x` have the standard deviation :math:`s`, the sum has the standard error
    :math:`\sqrt{g}\,s` and Student's interval of :math:`g - 1` degrees of freedom. It says how
    the sum would vary in books of this many groups; in this book it was counted. How many groups
    a sample needs is that of a t test with a power of 0.8 (`statsmodels`); about
    :math:`(2.80\,s / \bar x)^2` for a confidence of 0.95. The best score is chosen and measured
    on the same groups, so its gain is a little too high.

    Examples
    --------
    Ann stands there three times: three right pairs, two spare records.

    >>> from crmlab.database.records import pair_quality, possible_pairs
    >>> book = pd.DataFrame({"record_id": list("abcde")})
    >>> book["name"] = ["Ann K", "Ann K", "Ann K", "Bo Lee", "Bo Lea"]
    >>> book["phone"] = [*["471536"] * 3, *["608142"] * 2]
    >>> truth = book[["record_id"]].assign(customer_id=[1, 1, 1, 2, 3])
    >>> quality = pair_quality(possible_pairs(book), truth, least=[0.9, 0.6])
    >>> found = reading_gain(quality, saving=6, cost=1)
    >>> found.table[["pairs", "right", "spare", "gain"]]
           pairs  right  spare  gain
    least
    0.9        3      3      2   9.0
    0.6        4      3      2   8.0
    """
    if not isinstance(quality, PairQuality):
        raise ValueError(f"quality is a {type(quality).__name__}; give what pair_quality returns.")
    saving = inputs.number(saving, "saving", above=0)
    cost = inputs.number(cost, "cost", at_least=0)
    intervals.tail(confidence)
    read, spare, groups = _by_group(quality)
    if groups < 2:
        raise ValueError(
            f"The pairs join the records to {groups} group{'s' * (groups != 1)}; an interval by "
            "group needs at least 2."
        )
    gain = saving * spare - cost * read
    table = quality.table[["pairs", "right"]].assign(spare=spare.sum().astype(int))
    table = table.join(_sums(gain, "gain", confidence))
    best = _best(table["gain"])
    less = gain.drop(columns=best).sub(gain[best], axis=0)
    return ReadingGain(table, _sums(less, "difference", confidence), groups)


def _best(gain: pd.Series) -> float:
    return float(gain.index[int(inputs.settled(gain.to_numpy(dtype=float)).argmax())])


def _by_group(quality: PairQuality) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Pairs read and spare records, one row per group and one column per lowest score."""
    judged = quality.pairs
    ids = pd.Series(pd.unique(judged[["record", "other"]].astype("str").to_numpy().ravel()))
    if ids.empty:
        raise ValueError("quality holds no pair, so there is nothing to read.")
    group = members_of(ids, judged)
    size = group.groupby(group).size()
    home = judged["record"].astype("str").map(group)
    read, spare = {}, {}
    for cut in quality.table.index:
        listed = judged["score"] >= cut
        read[cut] = home[listed].value_counts().reindex(size.index, fill_value=0)
        customer = members_of(ids, judged[listed & judged["right"]])
        spare[cut] = size - customer.groupby(group).nunique()
    frames = [pd.DataFrame(one).rename_axis("least", axis=1) for one in (read, spare)]
    return frames[0], frames[1], len(size)


def _sums(values: pd.DataFrame, name: str, confidence: float) -> pd.DataFrame:
    """Sum over groups with its interval, and the groups that show that it is not 0."""
    groups = len(values)
    total, spread = values.sum(), values.std()
    reach = float(intervals.student_quantile(confidence, groups - 1)) * groups**0.5 * spread
    columns = {name: total, "low": total - reach, "high": total + reach}
    needed = [
        _groups_needed(abs(total[cut]) / groups, spread[cut], confidence) for cut in total.index
    ]
    return pd.DataFrame(columns).assign(groups_needed=needed)


def _groups_needed(mean: float, spread: float, confidence: float) -> float:
    """Size of a sample in which a t test shows the mean with a power of 0.8; at least 2."""
    from statsmodels.stats.power import TTestPower

    if mean < 1e-9:
        return np.nan
    error = 2 * intervals.tail(confidence)
    if spread == 0 or TTestPower().power(mean / spread, 2, error) >= 0.8:
        return 2.0
    return math.ceil(TTestPower().solve_power(mean / spread, alpha=error, power=0.8))


@style.figure(ReadingGain, width=9, height=5)
def plot_reading_gain(found: ReadingGain, ax: Axes | None = None) -> None:
    """Draw the gain of reading down to each lowest score.

    Parameters
    ----------
    found : ReadingGain
        From `reading_gain`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A dot and its interval per score; in colour those that may be the best one.
    """
    for near, label in ((True, "may be the best"), (False, "worse")):
        rows = found.table[found.table.index.isin(found.as_good) == near]
        if rows.empty:
            continue
        reach = [rows["gain"] - rows["low"], rows["high"] - rows["gain"]]
        shade = style.COLOURS["good" if near else "neutral"]
        ax.errorbar(rows.index, rows["gain"], reach, color=shade, fmt="o", ms=8, lw=2, label=label)
    ax.axhline(0, color=style.COLOURS["ink"], lw=1)
    style.money(ax.yaxis)
    ax.set_xticks(found.table.index)
    ax.set_xlabel("lowest score of a pair that is read")
    ax.set_ylabel("saved less the cost of reading")
    ax.legend(loc="lower left")
    ax.set_title(found.title)
