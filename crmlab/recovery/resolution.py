"""How long complaints take, with those that are still open counted rightly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import ended_by, half_ended
from crmlab.recovery.complaints import labels, opened_by
from crmlab.results import Result
from crmlab.satisfaction.intervals import share_within

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Step = Literal["first_reply", "closed"]
STEPS = {"first_reply": "answered", "closed": "closed"}
ALL = "all"


@dataclass(frozen=True, eq=False, repr=False)
class HandlingTime(Result):
    """How long complaints waited for a reply, or to be closed.

    Attributes
    ----------
    table : pandas.DataFrame
        For each group and day on which something ended: ``at_risk`` (complaints watched so long
        and not ended before), ``ended`` on it, ``share`` ended by then, ``low``, ``high``.
    cases : pandas.DataFrame
        One row per complaint: ``group``, ``days`` until it ended or until we looked, ``ended``.
    step : str
        "first_reply" or "closed".
    until : pandas.Timestamp
        Day on which we looked.
    later : int
        Complaints opened after it, left out.
    confidence : float
        Coverage of the intervals.
    """

    cases: pd.DataFrame
    step: str
    until: pd.Timestamp
    later: int
    confidence: float

    @property
    def median(self) -> pd.DataFrame:
        """Days by which half have ended, for each group: ``estimate``, ``low``, ``high``.

        Infinite where fewer than half have ended as far as the complaints were watched. The
        limits are where the interval of the share crosses one half (Brookmeyer & Crowley 1982,
        Biometrics 38).
        """
        sides = {"estimate": "share", "low": "high", "high": "low"}
        rows = {
            name: {side: half_ended(part[column]) for side, column in sides.items()}
            for name, part in self.table.groupby(level="group", sort=False)
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("group")

    def within(self, days: float) -> pd.DataFrame:
        """Share that ended within some days, for each group.

        Parameters
        ----------
        days : float
            Above 0; the last of them counts.

        Returns
        -------
        pandas.DataFrame
            As `crmlab.satisfaction.share_within`: ``estimate``, ``low``, ``high``, ``events``,
            ``n``, ``censored`` (still open, and watched for less).
        """
        rows = {
            name: share_within(part["days"], part["ended"], days, confidence=self.confidence)
            for name, part in self.cases.groupby("group", sort=False)
        }
        return pd.DataFrame(rows).T.rename_axis("group")

    @property
    def title(self) -> str:
        """By when half have ended."""
        done = STEPS[self.step]
        rows = self.median
        if len(rows) > 1:
            told = "; ".join(f"{name} {_days(row.estimate)}" for name, row in rows.iterrows())
            return f"Half are {done} within days: {told}"
        half, low, high = rows.iloc[0]
        if np.isinf(half):
            return f"Fewer than half are {done}"
        days = "day" if half == 1 else "days"
        span = f"{low:.0f} or more" if np.isinf(high) else f"{low:.0f} to {high:.0f}"
        return f"Half are {done} within {half:.0f} {days} ({span})"

    @property
    def caption(self) -> str:
        """How many are open, and how many were left out."""
        still = int((~self.cases["ended"]).sum())
        said = f"{len(self.cases):,} complaints, {still:,} not {STEPS[self.step]} by "
        said += f"{self.until:%Y-%m-%d}"
        return said + (f"; {self.later:,} opened later are left out." if self.later else ".")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_handling_time`."""
        return plot_handling_time(self, ax)


def handling_time(
    complaints: pd.DataFrame,
    step: Step = "closed",
    *,
    until: inputs.Day,
    by: str | None = None,
    confidence: float = 0.95,
) -> HandlingTime:
    r"""How long complaints take, with those still open counted as long as they were watched.

    Parameters
    ----------
    complaints : pandas.DataFrame
        ``customer_id``, ``opened``, ``closed`` and, if asked for, ``first_reply``; empty days have
        not come yet. What happened after `until` is not known.
    step : {"closed", "first_reply"}
        What ends the time.
    until : day
        Day on which we look: usually the last of the data.
    by : str, optional
        Column whose groups are told apart, known when the complaint is opened.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    HandlingTime
        With ``table``, ``median``, ``within``, ``plot``.

    Raises
    ------
    ValueError
        A reply or closing before the complaint; a group that is empty; no complaint by `until`.

    Notes
    -----
    Kaplan & Meier (1958, JASA 53), the interval of the share on :math:`\log(-\log S)`, Wilson's
    where nobody was lost to sight before that day. A complaint that was closed without a reply is
    watched for one until it was closed. The outcome is not known of open complaints: times by
    outcome leave the slow ones out, so that `by` refuses empty groups.

    Examples
    --------
    Two are closed after 2 and 6 days; one is open for 4 days. Closed ones alone: 2 and 6.

    >>> table = pd.DataFrame({"customer_id": ["Ann", "Bo", "Cy"],
    ...                       "opened": ["2025-03-01", "2025-03-01", "2025-03-06"],
    ...                       "closed": ["2025-03-03", "2025-03-07", None]})
    >>> handling_time(table, until="2025-03-10").table["share"].round(3).tolist()
    [0.333, 1.0]
    """
    inputs.choice(step, "step", STEPS)
    last = inputs.day(until, "until")
    rows = opened_by(complaints, last)
    needed = ["closed", step, *([] if by is None else [by])]
    inputs.columns(rows.columns, needed, "complaints")
    group = pd.Series(ALL, rows.index, dtype="str")
    if by is not None:
        remedy = "A group must be known when the complaint is opened; an outcome is not."
        empty = "is empty", "are empty"
        inputs.refuse(rows[by].isna(), rows, f"complaints.{by}", empty, remedy)
        group = labels(rows[by], f"complaints.{by}", rows)
    ends = _ends(rows, step, last)
    closed = _ends(rows, "closed", last).fillna(last)
    seen = ends.notna()
    days = (ends.fillna(closed) - rows["opened"]).dt.days
    cases = pd.DataFrame({"group": group, "days": days.astype(float), "ended": seen})
    parts = {name: _curve(part, confidence) for name, part in cases.groupby("group")}
    table = pd.concat(parts, names=["group"])
    return HandlingTime(table, cases, step, last, len(complaints) - len(rows), confidence)


def _ends(rows: pd.DataFrame, step: str, last: pd.Timestamp) -> pd.Series:
    where = f"complaints.{step}"
    day = inputs.days(rows[step], where, rows=rows, accept=("empty",))
    problem = "lies before the complaint", "lie before the complaint"
    inputs.refuse(day < rows["opened"], rows, where, problem, "Correct the day.")
    return day.where(day <= last)


def _curve(cases: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Share ended by each day on which one ended, with its interval."""
    days, seen = cases["days"].to_numpy(), cases["ended"].to_numpy()
    counted = cases[cases["ended"]].groupby("days").size()
    at = counted.index.to_numpy(dtype=float) if len(counted) else np.array([days.max()])
    ordered = np.sort(days)
    at_risk = len(days) - np.searchsorted(ordered, at, side="left")
    ended = counted.to_numpy() if len(counted) else np.array([0])
    table = ended_by(days, seen, confidence, at=at)
    table.insert(0, "at_risk", at_risk)
    table.insert(1, "ended", ended)
    return table.set_axis(pd.Index(at.astype(int), name="day"))


def _days(value: Any) -> str:
    return "more than watched" if np.isinf(value) else f"{value:.0f}"


@style.figure(HandlingTime, width=9, height=5)
def plot_handling_time(times: HandlingTime, ax: Axes | None = None) -> None:
    """Draw the share that has ended by each day, with its interval.

    Parameters
    ----------
    times : HandlingTime
        From `handling_time`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A rising step for each group.
    """
    groups = list(times.table.groupby(level="group", sort=False))
    for place, (name, part) in enumerate(groups):
        days = np.append(0, part.index.get_level_values("day"))
        share, low, high = (np.append(0, part[side]) for side in ("share", "low", "high"))
        colour = style.CYCLE[place % len(style.CYCLE)]
        ax.step(days, share, where="post", color=colour, label=str(name))
        ax.fill_between(days, low, high, step="post", color=colour, alpha=0.15)
    if len(groups) > 1:
        ax.legend(loc="lower right")
    ax.axhline(0.5, color=style.COLOURS["neutral"], lw=1)
    ax.set_ylim(0, 1.02)
    style.percent(ax.yaxis)
    ax.set_xlabel("days after the complaint (shaded: interval)")
    ax.set_ylabel(f"share {STEPS[times.step]}")
    ax.set_title(times.title)
