"""Which alarm is worth having: alarms held against what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, eq=False, repr=False)
class AlarmScores(Result):
    """How good each rule is.

    Attributes
    ----------
    table : pandas.DataFrame
        For each rule ``alarms``, ``hits`` (events that were caught), ``events``; ``precision``
        (hits over alarms) and ``recall`` (hits over events), each with ``_low`` and ``_high``;
        ``delay`` (median days from event to alarm, negative if it came before);
        ``false_per_month``; ``worth``, in money, with ``worth_low`` and ``worth_high``.
    span : tuple of pandas.Timestamp
        First and last day that count.
    """

    table: pd.DataFrame
    span: tuple[pd.Timestamp, pd.Timestamp]

    @property
    def best(self) -> Any:
        """The rule of most worth."""
        return self.table["worth"].idxmax()

    @property
    def title(self) -> str:
        """Which rule is worth most, or that none is worth having."""
        worth = self.table["worth"].max()
        if worth <= 0:
            return "No rule is worth its calls"
        low, high = self.table.loc[self.best, ["worth_low", "worth_high"]]
        return f"Worth most: {self.best}, {worth:,.0f} ({low:,.0f} to {high:,.0f})"

    @property
    def caption(self) -> str:
        """What was counted."""
        first, last = self.span
        return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}, {int(self.table['events'].iloc[0])} events."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_alarm_scores`."""
        return plot_alarm_scores(self, ax)


def evaluate(
    rules: Mapping[str, pd.DataFrame],
    events: pd.DataFrame,
    *,
    span: tuple[inputs.Day, inputs.Day],
    within: tuple[float, float],
    worth: tuple[float, float] | tuple[float, float, float],
) -> AlarmScores:
    """Hold the alarms of several rules against what happened.

    Parameters
    ----------
    rules : mapping of str to pandas.DataFrame
        For each rule its alarms: ``customer_id`` and ``date``.
    events : pandas.DataFrame
        What happened: ``customer_id`` and ``date``, at most one for each customer; with a column
        ``value`` the gain of an event is multiplied by it.
    span : (day, day)
        First and last day of the test; alarms and events outside are left out.
    within : (float, float)
        How many days before and after its event an alarm still counts: (60, 30).
    worth : (float, float) or (float, float, float)
        Gain of an event that is caught (money, or a share where events have a ``value``), cost
        of following up one alarm and, if a late alarm gains less, the days of delay in which the
        gain halves.

    Returns
    -------
    AlarmScores
        With ``table``, ``best``, ``span``.

    Raises
    ------
    ValueError
        No rule; a missing column, id or day; a customer with two events; a span that ends before
        it begins; no event inside it.

    Notes
    -----
    Of a customer's alarms only the first that falls inside the days around the event is a hit;
    every other alarm costs its follow-up and is false, unless it follows a hit of the same event.
    Shares have Wilson's interval. That of the worth is normal: customers come and go at random, so
    its variance is the sum of the squares of what each customer brought. The gain of an event
    that is caught is an assumption: whether a call changes anything only a trial shows.

    Examples
    --------
    >>> alarms = pd.DataFrame({"customer_id": ["Ann", "Bo"], "date": ["2025-03-01", "2025-05-01"]})
    >>> events = pd.DataFrame({"customer_id": ["Ann", "Cy"], "date": ["2025-03-20", "2025-06-01"]})
    >>> scores = evaluate({"late payer": alarms}, events, span=("2025-01-01", "2025-12-31"),
    ...                   within=(60, 0), worth=(100, 5))
    >>> scores.table.loc["late payer", ["hits", "precision", "recall", "delay", "worth"]].tolist()
    [1.0, 0.5, 0.5, -19.0, 90.0]
    """
    if not isinstance(rules, Mapping) or not rules:
        raise ValueError("rules must be a mapping from the name of a rule to its alarms.")
    first, last = (inputs.day(end, "span") for end in span)
    if last < first:
        raise ValueError(f"span ends on {last:%Y-%m-%d}, before it begins on {first:%Y-%m-%d}.")
    reach = [inputs.number(days, "within", at_least=0) for days in within]
    if len(worth) not in (2, 3):
        raise ValueError(f"worth has {len(worth)} numbers; give gain, cost and, if wanted, days.")
    gain, cost = (inputs.number(money, "worth", at_least=0) for money in worth[:2])
    half = inputs.number(worth[2], "worth", above=0) if len(worth) == 3 else np.inf
    happened = _dated(events, "events")
    happened["value"] = 1.0
    if "value" in events:
        worths = inputs.numbers(events["value"], "events.value", at_least=0, rows=events)
        happened["value"] = worths.to_numpy()
    twice = happened["customer_id"].duplicated()
    said = ("has a second event", "have a second event")
    inputs.refuse(twice, events, "events.customer_id", said, "Keep one event per customer.")
    happened = happened[happened["date"].between(first, last)]
    if happened.empty:
        raise ValueError(f"events holds none from {first:%Y-%m-%d} to {last:%Y-%m-%d}.")
    value = happened.set_index("customer_id")["value"]
    months = ((last - first).days + 1) / DAYS_PER_MONTH
    rows = {}
    for name, alarms in rules.items():
        found = _dated(alarms, f"rules[{name!r}]")
        found = found[found["date"].between(first, last)]
        delay, false = _hits(found, happened.set_index("customer_id")["date"], reach)
        late = delay.clip(lower=0) / half
        won = gain * 0.5**late * value.reindex(delay.index)
        paid = cost * found.groupby("customer_id").size()
        brought = won.sub(paid, fill_value=0)
        swing = intervals.normal_quantile(0.95) * float(brought.pow(2).sum()) ** 0.5
        rows[name] = {
            "alarms": len(found),
            "hits": len(delay),
            "events": len(happened),
            "delay": float(delay.median()),
            "false_per_month": false / months,
            "worth": float(brought.sum()),
            "worth_low": float(brought.sum()) - swing,
            "worth_high": float(brought.sum()) + swing,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("rule")
    return AlarmScores(_with_shares(table), (first, last))


def _dated(table: Any, where: str) -> pd.DataFrame:
    if isinstance(table, pd.DataFrame) and table.empty:
        inputs.columns(table, ("customer_id", "date"), where)
        return pd.DataFrame(
            {"customer_id": pd.Series(dtype="str"), "date": pd.Series(dtype="M8[us]")}
        )
    read = inputs.table(table, ("customer_id", "date"), where)
    return pd.DataFrame(
        {
            "customer_id": inputs.ids(read["customer_id"], f"{where}.customer_id", rows=read),
            "date": inputs.days(read["date"], f"{where}.date", rows=read),
        }
    )


def _hits(alarms: pd.DataFrame, happened: pd.Series, reach: list[float]) -> tuple[pd.Series, int]:
    """Delays of the events caught, and the number of false alarms."""
    delay = (alarms["date"] - alarms["customer_id"].map(happened)).dt.days
    near = delay.between(-reach[0], reach[1])
    caught = delay[near].groupby(alarms["customer_id"][near]).min()
    return caught.astype(float), int((~near).sum())


def _with_shares(table: pd.DataFrame) -> pd.DataFrame:
    parts = {"precision": table["alarms"], "recall": table["events"]}
    for place, (name, whole) in enumerate(parts.items()):
        low, high = intervals.wilson(table["hits"], whole)
        table.insert(3 + 3 * place, name, table["hits"] / whole.where(whole > 0))
        table.insert(4 + 3 * place, f"{name}_low", low)
        table.insert(5 + 3 * place, f"{name}_high", high)
    return table


@style.figure(AlarmScores, width=9, height=5)
def plot_alarm_scores(scores: AlarmScores, ax: Axes | None = None) -> None:
    """Draw the worth of each rule, with how many of its alarms hit.

    Parameters
    ----------
    scores : AlarmScores
        From `evaluate`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A bar for each rule with its interval, the best on top; below 0 it costs more than it
        brings.
    """
    table = scores.table.sort_values("worth")
    good, bad = style.COLOURS["good"], style.COLOURS["cost"]
    colours = [good if worth > 0 else bad for worth in table["worth"]]
    ax.barh([str(name) for name in table.index], table["worth"], color=colours)
    reach = [table["worth"] - table["worth_low"], table["worth_high"] - table["worth"]]
    ink = style.COLOURS["ink"]
    ax.errorbar(table["worth"], range(len(table)), xerr=reach, fmt="none", ecolor=ink, lw=1)
    ax.axvline(0, color=ink, lw=1)
    for place, row in enumerate(table.itertuples()):
        said = f"{row.hits} of {row.events} events, {row.alarms} alarms"
        at = (max(float(table["worth_high"].iloc[place]), 0.0), place)
        ax.annotate(said, at, (6, 0), textcoords="offset points", va="center")
    ax.margins(x=0.6)
    ax.set_xlabel("worth in money")
    ax.set_title(scores.title)
