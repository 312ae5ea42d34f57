"""Where new customers come from: what a lead and a customer cost, by method; who decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROLES = ("initiator", "user", "influencer", "decider", "approver", "buyer", "gatekeeper")


@dataclass(frozen=True, eq=False, repr=False)
class LeadCosts(Result):
    """What finding customers costs, by method.

    Attributes
    ----------
    table : pandas.DataFrame
        For each method ``leads``, ``won``, ``cost``, ``cost_per_lead``; ``conversion`` with
        ``low`` and ``high``; ``shrunk``, the conversion drawn towards all methods';
        ``cost_per_customer`` (infinite where none was won) and ``shrunk_cost``, the cost of a
        customer at the shrunk conversion.
    mean, strength : float
        Conversion to which the methods are drawn, and how many leads that pull is worth; infinite
        where the methods differ no more than by chance.
    """

    table: pd.DataFrame
    mean: float
    strength: float

    @property
    def caption(self) -> str:
        """How far the methods are drawn together."""
        none = int((self.table["won"] == 0).sum())
        said = f"Drawn to {self.mean:.1%} as if by {self.strength:,.0f} more leads each."
        if np.isinf(self.strength):
            said = f"The methods differ no more than by chance: {self.mean:.1%} for all."
        return said + (f" {none} won nobody: their cost of a customer is infinite." if none else "")

    @property
    def title(self) -> str:
        """Which method wins a customer at the least cost."""
        if not self.table["won"].any():
            return "No method has won a customer yet"
        best = self.table["shrunk_cost"].idxmin()
        return f"Cheapest per customer: {best}, {self.table['shrunk_cost'].min():,.0f}"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_lead_costs`."""
        return plot_lead_costs(self, ax)


def lead_costs(leads: pd.DataFrame, *, confidence: float = 0.95) -> LeadCosts:
    r"""What a lead and a customer cost by each method of looking for them.

    Parameters
    ----------
    leads : pandas.DataFrame
        One row per lead: ``method``, ``cost`` (money, not negative) and ``won`` (1 or 0).
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    LeadCosts
        With ``table``, ``mean`` and ``strength``.

    Raises
    ------
    ValueError
        A missing column, an empty method, a negative cost, a ``won`` that is not yes or no.

    Notes
    -----
    Intervals of conversion are Wilson's. The shrunk conversion is the mean of a beta-binomial
    model of all methods, :math:`(won + mean \times strength) / (leads + strength)`, its two
    parameters fitted by maximum likelihood: a method with few leads is drawn to the others. The
    cost of a customer is an average; the next customer by the same method costs more where the
    best leads are asked first.

    Examples
    --------
    >>> leads = pd.DataFrame({"method": "letter", "cost": 50.0, "won": [1] * 8 + [0] * 192})
    >>> lead_costs(leads).table.loc["letter", ["conversion", "cost_per_customer"]].tolist()
    [0.04, 1250.0]
    """
    leads = inputs.table(leads, ("method", "cost", "won"), "leads")
    unnamed = leads["method"].isna() | (leads["method"].astype(str).str.strip() == "")
    empty = ("is empty", "are empty")
    inputs.refuse(unnamed, leads, "leads.method", empty, "Say how each lead was found.")
    read = pd.DataFrame(
        {
            "method": leads["method"],
            "cost": inputs.numbers(leads["cost"], "leads.cost", rows=leads, at_least=0),
            "won": inputs.flags(leads["won"], "leads.won", rows=leads),
        }
    )
    by_method = read.groupby("method")
    table = by_method.agg(leads=("won", "size"), won=("won", "sum"), cost=("cost", "sum"))
    table["cost_per_lead"] = table["cost"] / table["leads"]
    table["conversion"] = table["won"] / table["leads"]
    table["low"], table["high"] = intervals.wilson(table["won"], table["leads"], confidence)
    mean, strength = _beta_binomial(table["won"].to_numpy(), table["leads"].to_numpy())
    pull = 1.0 if np.isinf(strength) else strength / (table["leads"] + strength)
    table["shrunk"] = (1 - pull) * table["conversion"] + pull * mean
    with np.errstate(divide="ignore"):
        table["cost_per_customer"] = table["cost"] / table["won"].astype(float)
        table["shrunk_cost"] = table["cost_per_lead"] / table["shrunk"]
    return LeadCosts(table.sort_values("shrunk_cost"), mean, strength)


def _beta_binomial(won: np.ndarray, leads: np.ndarray) -> tuple[float, float]:
    """Mean and strength (a + b) of the beta distribution of conversions, by maximum likelihood."""
    from scipy.optimize import minimize
    from scipy.special import betaln, expit, logit, xlog1py, xlogy

    overall = won.sum() / leads.sum()
    if len(won) == 1 or overall in (0, 1):
        return float(overall), np.inf

    def loss(at: np.ndarray) -> float:
        mean, strength = expit(at[0]), np.exp(at[1])
        a, b = mean * strength, (1 - mean) * strength
        return -float((betaln(won + a, leads - won + b) - betaln(a, b)).sum())

    found = min(
        (
            minimize(loss, [logit(overall), np.log(start)], method="Nelder-Mead")
            for start in (3.0, 30.0, 300.0)
        ),
        key=lambda one: one.fun,
    )
    alike = -float((xlogy(won, overall) + xlog1py(leads - won, -overall)).sum())
    if found.fun > alike - 1e-6 or found.x[1] > np.log(1e6):
        return float(overall), np.inf
    return float(expit(found.x[0])), float(np.exp(found.x[1]))


def buying_centre(people: pd.DataFrame) -> pd.DataFrame:
    """Weigh the people who decide a purchase by their influence.

    Parameters
    ----------
    people : pandas.DataFrame
        ``role`` (initiator, user, influencer, decider, approver, buyer or gatekeeper),
        ``influence`` (0 or more) and ``stance`` (-1 against to 1 in favour). One person may
        appear with several roles.

    Returns
    -------
    pandas.DataFrame
        For each role ``people``, ``influence`` (share of all) and ``stance`` (weighted mean), and
        a row ``all``, whose stance is the score of the whole centre.

    Raises
    ------
    ValueError
        An unknown role, a negative influence, a stance beyond -1 to 1, influence 0 of all.

    Notes
    -----
    Roles after Webster & Wind (1972, Journal of Marketing 36) and Kotler. A mean near 0 can hide
    a decider who is against: look at the rows.

    Examples
    --------
    >>> people = pd.DataFrame({"role": ["user", "buyer", "decider"],
    ...                        "influence": [0.4, 0.3, 0.3], "stance": [1, 0, -1]})
    >>> float(buying_centre(people).loc["all", "stance"].round(2))
    0.1
    """
    people = inputs.table(people, ("role", "influence", "stance"), "people")
    influence = inputs.numbers(people["influence"], "people.influence", rows=people, at_least=0)
    stance = inputs.numbers(people["stance"], "people.stance", rows=people, at_least=-1, at_most=1)
    for role in people["role"]:
        inputs.choice(role, "people.role", ROLES)
    if influence.sum() == 0:
        raise ValueError("people.influence is 0 for all; give at least one person some influence.")
    read = pd.DataFrame(
        {"role": people["role"].to_numpy(), "influence": influence.to_numpy() / influence.sum()}
    )
    read["push"] = read["influence"] * stance.to_numpy()
    grouped = read.groupby("role").agg(
        people=("role", "size"), influence=("influence", "sum"), push=("push", "sum")
    )
    grouped = grouped.reindex([role for role in ROLES if role in grouped.index])
    grouped.loc["all"] = [len(read), 1.0, read["push"].sum()]
    stance_of = grouped["push"] / grouped["influence"].where(grouped["influence"] > 0)
    table = pd.DataFrame(
        {"people": grouped["people"].astype(int), "influence": grouped["influence"]}
    )
    return table.assign(stance=stance_of)


@style.figure(LeadCosts, width=9, height=6)
def plot_lead_costs(result: LeadCosts, ax: Axes | None = None) -> None:
    """Draw what a customer costs by each method, at the shrunk conversion.

    Parameters
    ----------
    result : LeadCosts
        From `lead_costs`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A bar for each method, cheapest on top, with the number won.
    """
    table = result.table.iloc[::-1].replace({"shrunk_cost": np.inf}, 0)  # nobody won: no bar
    ax.barh(table.index, table["shrunk_cost"], color=style.COLOURS["value"])
    for place, row in enumerate(table.itertuples()):
        ax.annotate(
            f"{row.won} of {row.leads}",
            (row.shrunk_cost, place),
            (5, 0),
            textcoords="offset points",
            va="center",
        )
    ax.set(xlabel="cost of a customer, at the shrunk conversion")
    ax.margins(x=0.2)
    ax.set_title(result.title)
