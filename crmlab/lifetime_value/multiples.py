"""Many constant retention rates at once: the margin multiple, value and its elasticities."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.lifetime_value.timing import First, delay, discount_rate
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHARES: dict[str, Any] = {"at_least": 0, "at_most": 1}


@dataclass(frozen=True, eq=False, repr=False)
class RetentionTable(Result):
    """Value over a row of constant retention rates, as `retention_table` makes it.

    Attributes
    ----------
    table : pandas.DataFrame
        Index ``retention``; ``expected_payments`` (infinite at a retention of 1), ``multiple``,
        ``value``, and ``elasticity_retention``, ``elasticity_margin``, ``elasticity_rate``,
        ``elasticity_acquisition``: per cent of value for one per cent more of each.
    margin, rate, acquisition : float
        What was held constant.
    """

    margin: float
    rate: float
    acquisition: float

    @property
    def caption(self) -> str:
        """What was held constant."""
        return f"Margin {self.margin:,g}, rate {self.rate:g}, acquisition {self.acquisition:,g}."

    @property
    def title(self) -> str:
        """What the figure says."""
        low, high = self.table.loc[self.table.index.min()], self.table.loc[self.table.index.max()]
        return (
            f"A customer is worth {low['multiple']:.3g} margins\n"
            f"at {low.name:.0%} retention, {high['multiple']:.3g} at {high.name:.0%}"
        )

    def at(self, retention: float) -> pd.Series:
        """The row of one rate, which must be among those of the table."""
        wanted = inputs.number(retention, "retention")
        there = np.isclose(self.table.index, wanted, rtol=0, atol=1e-9)
        if not there.any():
            raise ValueError(
                f"retention {wanted:g} is not in the table; it has "
                f"{inputs.listed([f'{kept:g}' for kept in self.table.index])}."
            )
        return self.table.loc[there].iloc[0]

    def plot(self, ax: Axes | None = None, *, mark: float | None = None) -> Axes:
        """Draw it, see `plot_value_by_retention`."""
        from crmlab.lifetime_value.figures import plot_value_by_retention

        return plot_value_by_retention(self, mark=mark, ax=ax)


@overload
def margin_multiple(retention: float, *, rate: float, first: First) -> float: ...
@overload
def margin_multiple(retention: inputs.Numbers, *, rate: float, first: First) -> pd.Series: ...
def margin_multiple(
    retention: float | inputs.Numbers, *, rate: float, first: First
) -> float | pd.Series:
    r"""How many yearly margins a customer is worth, for one or many constant retention rates.

    Parameters
    ----------
    retention : float or array-like, shape (n,)
        Constant retention rates, each between 0 and 1 and below 1 + rate.
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"}
        As in `with_retention`.

    Returns
    -------
    float or pandas.Series
        One for each rate. The multiple rises with retention, so ``estimate``, ``low``, ``high`` of
        `retention_rate` become the ``estimate``, ``low``, ``high`` of the multiple.

    Notes
    -----
    :math:`(1+i)/(1+i-r)` at the start, :math:`r/(1+i-r)` at the end.

    Examples
    --------
    >>> margin_multiple([0.6, 0.8, 0.9], rate=0.12, first="end").round(2).tolist()
    [1.15, 2.5, 4.09]
    """
    rate = discount_rate(rate)
    skip = delay(first)
    given: Any = [retention] if is_one(retention) else retention
    rates = inputs.numbers(given, "retention", **SHARES)
    limit = f"not below 1 + rate = {1 + rate:g}"
    problem = f"is {limit}", f"are {limit}"
    remedy = "The value has no limit there: give a higher rate."
    inputs.refuse(rates >= 1 + rate, rates, "retention", problem, remedy)
    multiple = ((1 + rate) / (1 + rate - rates) - skip).rename("multiple")
    return float(multiple.iloc[0]) if is_one(retention) else multiple


def retention_table(
    margin: float,
    retention: inputs.Numbers,
    *,
    rate: float,
    first: First,
    acquisition: float = 0.0,
) -> RetentionTable:
    r"""Value and what moves it, over a row of constant retention rates.

    Parameters
    ----------
    margin : float
        Contribution per period in money.
    retention : array-like, shape (n,)
        Retention rates.
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"}
        As in `with_retention`.
    acquisition : float
        Cost of winning the customer, taken off the value.

    Returns
    -------
    RetentionTable
        ``table``, with NaN and a warning for elasticities where the value is not positive;
        ``plot()``.

    Notes
    -----
    Before acquisition cost the elasticity to retention is :math:`r/(1+i-r)` (start) or
    :math:`(1+i)/(1+i-r)` (end), to the rate :math:`-ir/((1+i)(1+i-r))` or :math:`-i/(1+i-r)`, to
    the margin 1; each is then scaled by gross over net value. Gupta, Lehmann & Stuart (2004,
    J. Marketing Research 41) report about 5 for retention across five firms.

    Examples
    --------
    >>> found = retention_table(100, [0.6, 0.8, 0.9], rate=0.10, first="end")
    >>> found.table[["multiple", "value", "elasticity_retention"]].round(2)
               multiple   value  elasticity_retention
    retention
    0.6            1.20  120.00                  2.20
    0.8            2.67  266.67                  3.67
    0.9            4.50  450.00                  5.50
    """
    margin, rate = inputs.number(margin, "margin"), inputs.number(rate, "rate", above=-1)
    cost = inputs.number(acquisition, "acquisition", at_least=0)
    given: Any = [retention] if is_one(retention) else retention
    kept = inputs.numbers(given, "retention", **SHARES).to_numpy()
    multiple = margin_multiple(kept, rate=rate, first=first).to_numpy()
    gap = 1 + rate - kept
    gross = margin * multiple
    net = gross - cost
    if (net <= 0).any():
        warnings.warn(
            f"value is not positive at {(net <= 0).sum()} of {len(net)} retention rates, first "
            f"{kept[net <= 0][0]:g}: elasticities do not exist there",
            stacklevel=2,
        )
    scale = np.divide(gross, net, out=np.full(len(net), np.nan), where=net > 0)
    by_rate = -rate / gap if first == "end" else -rate * kept / ((1 + rate) * gap)
    payments = np.divide(1.0, 1 - kept, out=np.full(len(kept), np.inf), where=kept < 1)
    table = pd.DataFrame(
        {
            "expected_payments": payments - delay(first),
            "multiple": multiple,
            "value": net,
            "elasticity_retention": scale * ((1 + rate) if first == "end" else kept) / gap,
            "elasticity_margin": scale,
            "elasticity_rate": scale * by_rate,
            "elasticity_acquisition": 1 - scale,
        },
        index=pd.Index(kept, name="retention"),
    )
    return RetentionTable(table, margin, rate, cost)


def is_one(value: Any) -> bool:
    """Whether it is one value and no row of them."""
    return not pd.api.types.is_list_like(value)
