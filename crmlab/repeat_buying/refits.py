"""How a forecast is kept fresh: fit again and again, and look at what came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.inputs.engines import collected
from crmlab.repeat_buying.covaried import Covaried
from crmlab.repeat_buying.luck import luck
from crmlab.repeat_buying.purchases import PurchaseModel
from crmlab.repeat_buying.summarising import split
from crmlab.repeat_buying.summary import Summary
from crmlab.repeat_buying.transactions import opened
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIFTH, CLOSE = 5, 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class Refits(Result):
    """Forecasts made at several dates, each beside what came after it.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per date at which the model was fitted: ``customers``; ``estimate``, the purchases
        expected of them in the periods that followed, with ``low`` and ``high`` for both doubts,
        parameters and luck; ``came``, the purchases they made; ``ratio``, came by expected;
        ``top_fifth``, the share of ``came`` that the fifth ranked first by the forecast bought.
    parameters : pandas.DataFrame
        The model's parameters at each date.
    models : tuple of models
        The fitted models, in the order of the dates.
    periods : float
        Weeks that each forecast looks ahead.
    model : str
        Name of the model.
    """

    parameters: pd.DataFrame
    models: tuple[PurchaseModel, ...]
    periods: float
    model: str

    @property
    def held(self) -> int:
        """Number of forecasts whose range held what came."""
        table = self.table
        return int(((table["came"] >= table["low"]) & (table["came"] <= table["high"])).sum())

    @property
    def title(self) -> str:
        """How many of the forecasts held, and how far off the others were."""
        table = self.table
        least, most = table["ratio"].min(), table["ratio"].max()
        return (
            f"{self.held} of {len(table)} forecasts held;\n"
            f"what came was {least:.2f} to {most:.2f} times the forecast"
        )

    @property
    def caption(self) -> str:
        """The model and how far it looks ahead."""
        return f"{self.model}, {self.periods:g} weeks ahead each time"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Forecasts with their ranges, and what came (see `plot_refits`)."""
        return plot_refits(self, ax)


def refits(
    kind: type[PurchaseModel],
    transactions: Any,
    *,
    ends: Iterable[inputs.Day],
    periods: float,
    refunds: inputs.Refunds = "error",
) -> Refits:
    """Fit a model at several dates, forecast from each, and compare with what came.

    Parameters
    ----------
    kind : class
        BGNBD, MBGNBD, ParetoNBD or NBD.
    transactions : frame or CustomerDatabase
        As for `split`.
    ends : list of dates
        Last days that the fits may see.
    periods : float
        Weeks to look ahead from each, whole days; the log must reach that far.
    refunds : {"error", "ignore", "net"}
        As for `split`.

    Returns
    -------
    Refits

    Raises
    ------
    ValueError
        No date, a date twice, a part of a day, or a log that ends before the last forecast does.
    """
    if not (isinstance(kind, type) and issubclass(kind, PurchaseModel)) or kind.whole:
        raise ValueError("kind is no model of purchases in continuous time; write rb.BGNBD.")
    if issubclass(kind, Covaried):
        raise ValueError(
            f"{kind.__name__}: refits takes models without covariates; write rb.BGNBD."
        )
    if isinstance(ends, str) or not isinstance(ends, Iterable):
        raise ValueError(f"ends is {inputs.shown(ends)}; give a list of days.")
    days = [inputs.day(one, "ends") for one in ends]
    if not days or len(set(days)) < len(days):
        raise ValueError("ends: give at least one day, and each of them once.")
    ahead = inputs.number(periods, "periods", above=0)
    length = round(7 * ahead)
    if length < 1 or abs(7 * ahead - length) > CLOSE * length:
        raise ValueError(
            f"periods is {ahead:g} weeks, {7 * ahead:g} days; give whole days, such as "
            f"{max(length, 1)} / 7."
        )
    transactions, last = _in_pandas(transactions)
    rows, learnt, models = {}, {}, []
    for end in sorted(days):
        if length > (last - end).days:
            raise ValueError(
                f"ends: {ahead:g} weeks after {end.date()} is after the last day of the log, "
                f"{last.date()}; leave this day out or look less far ahead."
            )
        until = end + pd.Timedelta(days=length)
        both = split(transactions, calibration_end=end, until=until, refunds=refunds)
        model = kind.fit(both)
        models.append(model)
        rows[str(end.date())] = _row(model, both)
        learnt[str(end.date())] = dict(zip(model.names(), model.theta, strict=True))
    table, parameters = (
        pd.DataFrame.from_dict(one, orient="index").rename_axis("fitted at")
        for one in (rows, learnt)
    )
    return Refits(table, parameters, tuple(models), ahead, kind.title)


def _in_pandas(transactions: Any) -> tuple[Any, pd.Timestamp]:
    """The log, of another kind of frame brought into pandas, and its last day."""
    until = getattr(transactions, "until", None)
    if not isinstance(transactions, pd.DataFrame) and until is None:
        transactions = collected(opened(transactions).rows)
    if until is not None:
        return transactions, pd.Timestamp(until)
    table = inputs.table(transactions, ("customer_id", "date"), "transactions")
    return transactions, inputs.days(table["date"], "transactions.date").max().normalize()


def _row(model: PurchaseModel, both: Summary) -> dict[str, float]:
    """What one fit expected of its customers, and what they did."""
    ahead = luck(model, both, periods=float(both["T_holdout"].iloc[0]))
    told, later = ahead.total(), both["frequency_holdout"]
    came = int(later.sum())
    order = np.argsort(-inputs.settled(ahead["expected"].to_numpy()), kind="stable")
    first = order[: max(len(order) // FIFTH, 1)]
    return {
        "customers": len(both),
        **{str(name): number for name, number in told.items()},
        "came": came,
        "ratio": came / told["estimate"],
        "top_fifth": later.iloc[first].sum() / came if came else np.nan,
    }


@style.figure(Refits)
def plot_refits(found: Refits, ax: Any = None) -> None:
    """Forecasts with their ranges, and what came.

    Parameters
    ----------
    found : Refits
        From `refits`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = found.table
    place = np.arange(len(table))
    reach = [table["estimate"] - table["low"], table["high"] - table["estimate"]]
    ax.errorbar(
        place - 0.05, table["estimate"], yerr=reach, fmt="s", color=style.COLOURS["value"],
        elinewidth=3, capsize=0, label="forecast",
    )  # fmt: skip
    ax.plot(place + 0.05, table["came"], "o", color=style.COLOURS["ink"], label="came")
    ax.legend(loc="upper left")
    ax.set_xticks(place, table.index)
    ax.set_xlim(-0.5, len(table) - 0.5)
    ax.set_ylim(0, 1.15 * table[["high", "came"]].to_numpy().max())
    ax.grid(axis="x", visible=False)
    ax.set_title(found.title)
    ax.set_xlabel("last day that the fit has seen")
    ax.set_ylabel(f"purchases in {found.periods:g} weeks")
