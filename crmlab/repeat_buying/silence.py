"""How long a silence is too long, measured in the customer's own rhythm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, style
from crmlab.repeat_buying.customers import Customers
from crmlab.repeat_buying.purchases import PurchaseModel
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HALVINGS, LONGEST = 50, 1e4


@dataclass(frozen=True, eq=False, repr=False)
class SilenceLimits(Result):
    """Silence after which P(alive) has fallen to a limit, for customers of several rhythms.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per rhythm, ``every`` so many periods: ``frequency``, the repeat purchases of such a
        customer, a fraction where the rhythm does not divide the time; ``estimate``, the silence,
        and for a fitted model ``low`` and ``high`` (uncertainty of the parameters), infinite where
        the end of the interval of P(alive) never falls to the limit.
    curves : pandas.DataFrame
        P(alive) by silence, one column per rhythm.
    below : float
        The limit.
    unit : str
        Unit of all times.
    """

    curves: pd.DataFrame
    below: float
    unit: str

    @property
    def title(self) -> str:
        """The limit of the quickest rhythm."""
        weeks, quickest = self.table["estimate"].iloc[0], self.rhythm(self.table.index[0])
        return (
            f"P(alive) falls to {self.below:.0%} after {weeks:.1f} silent {self.unit}s\n"
            f"where a customer used to buy {quickest}"
        )

    def rhythm(self, every: float) -> str:
        """A rhythm in words."""
        return f"every {self.unit}" if every == 1 else f"every {every:g} {self.unit}s"

    @property
    def caption(self) -> str:
        """What the table holds."""
        told = f"silence, in {self.unit}s, after which P(alive) is {self.below:.0%}"
        if "high" in self.table and np.isinf(self.table["high"]).any():
            told += "; where high is inf, it may never fall so far, for all that the data say"
        return told

    def plot(self, ax: Axes | None = None) -> Axes:
        """P(alive) over silence, one line per rhythm (see `plot_silence_limits`)."""
        return plot_silence_limits(self, ax)


def silence_limits(
    model: PurchaseModel,
    *,
    every: inputs.Numbers,
    during: float = 26,
    below: float = 0.5,
    since: inputs.Day | None = None,
) -> SilenceLimits:
    """Silence after which P(alive) has fallen to a limit.

    Parameters
    ----------
    model : model of repeat purchases in continuous time
        With a time unit.
    every : list of float
        Rhythms: 1 for a customer who bought in every period, 4 for one who did in each fourth.
    during : float
        Time from the first to the last purchase, in the model's unit.
    below : float
        The limit, between 0 and 1.
    since : date or str, optional
        Day of the last purchase; a model with a season needs it.

    Returns
    -------
    SilenceLimits

    Raises
    ------
    ValueError
        A model with a season and no day; a rhythm slower than ``during``, a limit not between 0
        and 1, a model whose customers never leave.

    Notes
    -----
    A customer who buys ``every`` so many periods makes ``during`` / ``every`` repeat purchases in
    this time. The formulas of P(alive) are smooth in the number of purchases and are taken between
    whole numbers as well, so that each rhythm is the one asked for.
    """
    if not isinstance(model, PurchaseModel) or model.whole:
        raise ValueError("model is no model of purchases in continuous time, such as BGNBD.")
    length = inputs.number(during, "during", above=0)
    rhythms = np.sort(inputs.numbers(every, "every", above=0, at_most=length).to_numpy())
    limit = inputs.number(below, "below", above=0, at_most=0.999)
    seen = length / rhythms
    ask = _chances(model, since)
    names = ["estimate"] if model.covariance is None else ["estimate", "low", "high"]
    table = pd.DataFrame({"frequency": seen}, index=pd.Index(rhythms, name="every"))
    for name in names:
        table[name] = _silence(ask, seen, length, name, limit)
    steps = np.linspace(0, 1.8 * table["estimate"].max() + rhythms[0], 80)
    curves = {
        each: ask(np.full(len(steps), x), length, steps, "estimate")
        for each, x in zip(rhythms, seen, strict=True)
    }
    shown = pd.DataFrame(curves, index=pd.Index(steps, name="silence"))
    return SilenceLimits(table, shown, limit, model.unit or "period")


def _chances(model: PurchaseModel, since: inputs.Day | None) -> Callable[..., NDArray[np.float64]]:
    """P(alive) by purchases seen, time of the first to the last one, and silence since."""
    clock = model._clock_from(since, "silence_limits(model, every=..., since=...)", "since")

    def chance(seen: Any, length: float, silence: Any, name: str) -> NDArray[np.float64]:
        silence = np.broadcast_to(silence, np.shape(seen)).astype(float)
        bought = np.full(len(seen), float(length))
        if clock is not None:
            bought, silence = clock.back(bought), clock.ahead(silence)
        often = np.asarray(seen, dtype=float)
        customers = Customers.unnamed(often, bought, bought + silence, model.unit)
        level = None if name == "estimate" else 0.95
        return model._chance_alive(customers, level)[name].to_numpy()

    return chance


def _silence(
    ask: Callable[..., NDArray[np.float64]], seen: Any, length: float, name: str, limit: float
) -> NDArray[np.float64]:
    """Halve the span in which the chance falls to the limit; 0 where it starts below.

    The upper end of an interval may never fall there and is then infinite.
    """
    least, most = np.zeros(len(seen)), np.full(len(seen), LONGEST * length)
    never = ask(seen, length, most, name) > limit
    if name == "estimate" and never.any():
        raise ValueError("model: P(alive) never falls that far; its customers do not leave.")
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        above = ask(seen, length, middle, name) > limit
        least, most = np.where(above, middle, least), np.where(above, most, middle)
    return np.where(never, np.inf, np.where(least > 0, (least + most) / 2, 0.0))


@style.figure(SilenceLimits)
def plot_silence_limits(limits: SilenceLimits, ax: Any = None) -> None:
    """P(alive) over silence, one line per rhythm, and where each falls to the limit.

    Parameters
    ----------
    limits : SilenceLimits
        From `silence_limits`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    for each in limits.table.index:
        chance = limits.curves[each]
        line = ax.plot(chance.index, chance, label=limits.rhythm(each))[0]
        row = limits.table.loc[each]
        ax.plot(row["estimate"], limits.below, "o", color=line.get_color())
    ax.axhline(limits.below, color=style.COLOURS["neutral"], linestyle=":", linewidth=1.5)
    ax.legend(title="used to buy")
    ax.set_xlim(0, limits.curves.index[-1])
    ax.set_ylim(0, 1.03)
    style.percent(ax.yaxis)
    ax.set_title(limits.title)
    ax.set_xlabel(f"silence since the last purchase, {limits.unit}s")
    ax.set_ylabel("P(alive)")
