"""How large a trial should be if its own cost counts: test some, then roll out to the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class TestAndRoll(Result):
    """The size of a trial that brings most, the customers inside it included.

    Attributes
    ----------
    table : pandas.DataFrame
        For no test, test and roll, and for knowing the better action beforehand: ``per_group``,
        ``each`` (expected outcome per customer), ``total`` (of all customers) and ``gain`` (of
        all, beyond no test).
    population : int
        Customers whom the decision concerns.
    sd : float
        Standard deviation of the outcome among customers.
    prior_sd : float
        Standard deviation of the mean of an action, as believed before the trial.
    mean : float
        Mean of an action, as believed before the trial.
    """

    __test__ = False
    table: pd.DataFrame
    population: int
    sd: float
    prior_sd: float
    mean: float

    @property
    def per_group(self) -> int:
        """Customers in each group of the trial that brings most."""
        return int(self.table["per_group"]["test and roll"])

    @property
    def title(self) -> str:
        """How many to test."""
        share = 2 * self.per_group / self.population
        return (
            f"Test {self.per_group:,} in each group, {share:.0%} of {self.population:,} customers"
        )

    @property
    def caption(self) -> str:
        """What was assumed."""
        return (
            f"{self.population:,} customers, outcome with mean {self.mean:g} and standard "
            f"deviation {self.sd:g}; actions differ by a standard deviation of {self.prior_sd:g}."
        )

    def gain(self, per_group: inputs.Numbers) -> NDArray[np.float64]:
        """Expected outcome of all customers beyond that without a test, for trials of any size.

        Parameters
        ----------
        per_group : array-like of float, shape (n,)
            Customers in each group, from 0 to half of all.

        Returns
        -------
        numpy.ndarray, shape (n,)
        """
        half = self.population / 2
        sizes = inputs.numbers(per_group, "per_group", at_least=0, at_most=half).to_numpy()
        return self.population * _gain(sizes, self.population, self.sd, self.prior_sd)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_test_and_roll`."""
        return plot_test_and_roll(self, ax)


def test_and_roll(population: int, *, mean: float, sd: float, prior_sd: float) -> TestAndRoll:
    r"""Find the trial of two actions that brings most, before and after it together.

    Parameters
    ----------
    population : int
        Customers whom the decision concerns, those in the trial included; at least 4.
    mean : float
        Mean outcome of such actions, from past ones; it moves the totals only.
    sd : float
        Standard deviation of the outcome among customers: of a share p,
        :math:`\sqrt{p(1-p)}`.
    prior_sd : float
        How far the means of such actions lie apart, a standard deviation: from past trials.

    Returns
    -------
    TestAndRoll
        With ``table``, ``per_group``, ``gain``.

    Raises
    ------
    ValueError
        A population below 4, a standard deviation not above 0.

    Notes
    -----
    Feit & Berman (2019, Marketing Science 38): both actions have normal means with one prior, the
    better one of the trial is given to all others, whether its lead is significant or not. Then
    :math:`n^* = \sqrt{\frac N4 (s/\sigma)^2 + (\frac34 (s/\sigma)^2)^2} - \frac34 (s/\sigma)^2`,
    and the rest gains :math:`\sigma^2 / \sqrt{\pi(\sigma^2 + s^2/n)}` per customer over the mean.

    Examples
    --------
    A website that sells to 68 % of its visitors (Feit & Berman 2019).

    >>> test_and_roll(100_000, mean=0.68, sd=(0.68 * 0.32) ** 0.5, prior_sd=0.03).per_group
    2284
    """
    count = inputs.count(population, "population", at_least=4)
    spread = inputs.number(sd, "sd", above=0)
    apart = inputs.number(prior_sd, "prior_sd", above=0)
    mean = inputs.number(mean, "mean")
    noise = (spread / apart) ** 2
    # the published root, written so that it does not cancel where the noise is large
    best = (count / 4 * noise) / (np.hypot(np.sqrt(count / 4 * noise), 0.75 * noise) + 0.75 * noise)
    near = np.unique(np.clip([np.floor(best), np.ceil(best)], 1, count // 2))
    size = float(near[_gain(near, count, spread, apart).argmax()])
    lead = float(_gain(np.array([size]), count, spread, apart)[0])
    gains = {"no test": 0.0, "test and roll": lead, "known beforehand": apart / np.pi**0.5}
    each = pd.Series(gains).rename_axis("decision")
    table = pd.DataFrame({"per_group": [0, int(size), 0], "each": mean + each})
    table = table.assign(total=count * (mean + each), gain=count * each)
    return TestAndRoll(table, count, spread, apart, mean)


test_and_roll.__test__ = False  # type: ignore[attr-defined]


def _gain(
    per_group: NDArray[np.float64], count: int, spread: float, apart: float
) -> NDArray[np.float64]:
    """Expected outcome above the mean, per customer of all."""
    tested = np.maximum(per_group, 1e-12)
    lead = apart**2 / np.sqrt(np.pi * (apart**2 + spread**2 / tested))
    return np.where(per_group > 0, (1 - 2 * per_group / count) * lead, 0.0)


@style.figure(TestAndRoll, width=8, height=4.5)
def plot_test_and_roll(result: TestAndRoll, ax: Axes | None = None) -> None:
    """Draw the expected gain for every size of the trial.

    Parameters
    ----------
    result : TestAndRoll
        From `test_and_roll`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A curve that rises while more is learned and falls while fewer are left; the point is its
        top.
    """
    sizes = np.linspace(0, result.population / 2, 201) ** 2 / (result.population / 2)
    ax.plot(sizes, result.gain(sizes), color=style.COLOURS["value"])
    top = float(result.table["gain"]["test and roll"])
    ax.plot([result.per_group], [top], "o", color=style.COLOURS["good"])
    ax.annotate(
        f"{result.per_group:,}", (result.per_group, top), (0, 8), textcoords="offset points"
    )
    ax.margins(y=0.15)
    ax.set_xlabel("customers in each group of the trial")
    ax.set_ylabel("expected gain over no test")
    style.money(ax.yaxis)
    ax.set_title(result.title)
