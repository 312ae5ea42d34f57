"""Second lifetime value: what those bring who return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.recovery.win_back import past_days, read_lost
from crmlab.results import Result

MONTH = 365.25 / 12  # days
FEWEST = 5  # returns below which no interval is given
DRAWS, SEED, CELLS = 2000, 0, 4_000_000

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class SecondLives(Result):
    """What those bring who return.

    Attributes
    ----------
    table : pandas.DataFrame
        For each group: ``returned``, ``left_again``; expected ``months`` as a customer again,
        within the horizon; ``monthly`` margin while she is one; ``estimate``, ``low``, ``high``
        of the second lifetime value, their product, before the gift; and ``note``: why a group
        has no interval.
    horizon : float
        Days of second life that count.
    until : pandas.Timestamp
        Last day that was watched.
    """

    horizon: float
    until: pd.Timestamp

    @property
    def caption(self) -> str:
        """What the value covers, and how many second lives had not ended."""
        lives, ended = self.table["returned"].sum(), self.table["left_again"].sum()
        return (
            f"Margin of the first {self.horizon:g} days of second life, before the gift; "
            f"{lives - ended:,} of {lives:,} had not ended by {self.until:%Y-%m-%d}."
        )


def second_lives(
    lost: pd.DataFrame,
    until: inputs.Day,
    *,
    by: str = "offer",
    horizon: float = 365,
    confidence: float = 0.95,
) -> SecondLives:
    r"""Second lifetime value: the margin that those who return are expected to bring.

    Parameters
    ----------
    lost : pandas.DataFrame
        As for `return_shares`, and ``left_again`` (day, empty while she is a customer again) and
        ``margin`` (of the second life, up to `until`).
    until : day
        Last day that was watched, and to which margins were counted.
    by : str
        Column of `lost` whose groups to compare.
    horizon : float
        Days of second life that count.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    SecondLives
        With ``table``.

    Raises
    ------
    ValueError
        What `return_shares` refuses; nobody has returned; a day of leaving before the return.

    Notes
    -----
    Months are the area under the Kaplan-Meier curve up to the horizon; beyond the longest life
    watched the curve goes on as an exponential (Brown, Hollander & Korwar 1974, Reliability and
    Biometry). Monthly margin is all margin over all months watched. Margins are not discounted.
    The interval is a Bayesian bootstrap of customers (Rubin 1981, Annals of Statistics 9) with
    a fixed seed.

    Examples
    --------
    Ann stays 73 days and brings 20; Bo is still there after 365 and has brought 100: together 120
    in 438 days. Half stay longer than 73 days, so a year of second life has 73 + 292 / 2 days.

    >>> lost = pd.DataFrame({"customer_id": ["Ann", "Bo"], "offer": "none",
    ...     "offered": "2025-01-01", "returned": "2025-01-11",
    ...     "left_again": ["2025-03-25", None], "margin": [20.0, 100.0]})
    >>> found = second_lives(lost, "2026-01-11")
    >>> round(found["months"]["none"] * 365.25 / 12), round(found["estimate"]["none"])
    (219, 60)
    """
    lives, last, ahead = read_lives(lost, until, by, horizon)
    lives = lives[lives["came"]]
    if lives.empty:
        raise ValueError(f"nobody has returned by {last:%Y-%m-%d}; there is no second life yet.")
    tail = intervals.tail(confidence)
    rows = {}
    for place, (name, group) in enumerate(lives.groupby("group", sort=True)):
        once = np.ones((1, len(group)))
        months, monthly = (float(part[0]) for part in _value(group, once, ahead))
        drawn = np.concatenate([value_of(group, w, ahead) for w in weights_of(len(group), place)])
        ends = ends_of(months * monthly, drawn, tail, len(group))
        rows[name] = {
            "returned": len(group),
            "left_again": int(group["ended"].sum()),
            "months": months,
            "monthly": monthly,
            **ends,
        }
    return SecondLives(frame_of(rows, by, ("returned", "left_again")), ahead, last)


def read_lives(
    lost: Any, until: inputs.Day, by: str, horizon: float
) -> tuple[pd.DataFrame, pd.Timestamp, float]:
    """Customers of the lot with their second lives: days, whether ended, margin, group."""
    rows, _ = read_lost(lost, until)
    given = inputs.table(lost, ("left_again", "margin", by), "lost").reset_index(drop=True)
    kept, last = given.loc[rows.index], inputs.day(until, "until")
    again = past_days(kept, "left_again", rows["returned"], last, allowed=0)
    lone = again.notna() & ~rows["came"]
    problem = "is there without a return", "are there without a return"
    inputs.refuse(lone, kept, "lost.left_again", problem, "Correct the days.")
    rows["ended"] = again.notna()
    rows["lived"] = (again.fillna(last) - rows["returned"]).dt.days.astype(float)
    margin = pd.Series(0.0, rows.index)
    back = kept[rows["came"]]
    if len(back):
        margin[back.index] = inputs.numbers(back["margin"], "lost.margin", rows=back)
    rows["margin"] = margin
    rows["group"] = rows["offer"] if by == "offer" else kept[by]
    empty = "is empty", "are empty"
    remedy = "Fill them or leave these rows out."
    inputs.refuse(rows["group"].isna(), kept, f"lost.{by}", empty, remedy)
    return rows, last, inputs.number(horizon, "horizon", above=0)


def weights_of(count: int, place: int) -> Any:
    """Weights of a Bayesian bootstrap, in blocks of draws x customers."""
    rng = np.random.default_rng((SEED, place))
    block = max(1, min(DRAWS, CELLS // count))
    for start in range(0, DRAWS, block):
        yield rng.standard_exponential((min(block, DRAWS - start), count))


def ends_of(estimate: float, drawn: Array, tail: float, returned: int) -> dict[str, Any]:
    """Estimate with its interval, or the reason why there is none."""
    if returned < FEWEST:
        said = f"{returned} returned; an interval needs {FEWEST}"
        return {"estimate": estimate, "low": np.nan, "high": np.nan, "note": said}
    low, high = np.quantile(drawn, (tail, 1 - tail))
    ends = {"estimate": estimate, "low": min(low, estimate), "high": max(high, estimate)}
    return {**ends, "note": ""}


def frame_of(rows: dict[Any, Any], by: str, whole: tuple[str, ...]) -> pd.DataFrame:
    """Rows as a table, with whole numbers where they are counts."""
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis(by)
    return frame.astype(dict.fromkeys(whole, int))


def value_of(lives: pd.DataFrame, weights: Array, horizon: float) -> Array:
    """Second lifetime value, for each draw of weights."""
    months, monthly = _value(lives, weights, horizon)
    return months * monthly


def _value(lives: pd.DataFrame, weights: Array, horizon: float) -> tuple[Array, Array]:
    """Expected months of second life within the horizon, and margin per month."""
    watched = weights @ np.maximum(lives["lived"].to_numpy(), 1.0) / MONTH
    monthly = weights @ lives["margin"].to_numpy() / watched
    times, stays = survival_of(lives["lived"], lives["ended"], weights)
    edges = np.append(np.minimum(times, horizon), min(lives["lived"].max(), horizon))
    steps = np.diff(np.append(0.0, edges)).clip(min=0)
    area = stays @ steps
    longest = max(float(lives["lived"].max()), 1.0)
    if longest < horizon:
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = -np.log(stays[:, -1]) / longest
            tail = stays[:, -1] * -np.expm1(-rate * (horizon - longest)) / rate
        area = area + np.where(rate > 0, tail, stays[:, -1] * (horizon - longest))
        area = np.where(stays[:, -1] > 0, area, stays @ steps)
    return area / MONTH, monthly


def survival_of(times: Any, seen: Any, weights: Array) -> tuple[Array, Array]:
    """Distinct times at which somebody went, and survival before each and after the last."""
    order = np.argsort(times.to_numpy(), kind="stable")
    days, gone = times.to_numpy(float)[order], seen.to_numpy(bool)[order]
    weighed = weights[:, order]
    at_risk = np.cumsum(weighed[:, ::-1], axis=1)[:, ::-1]
    distinct, first = np.unique(days, return_index=True)
    went = np.add.reduceat(np.where(gone, weighed, 0.0), first, axis=1)
    stays = np.cumprod(np.clip(1 - went / at_risk[:, first], 0, 1), axis=1)
    return distinct, np.column_stack([np.ones(len(weights)), stays])
