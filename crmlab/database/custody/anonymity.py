"""Who is alone in what leaves the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from crmlab import inputs
from crmlab.database.problems import listed
from crmlab.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Anonymity(Result):
    """How many customers share their combination of traits.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per combination, the smallest first: the traits and ``customers``.
    traits : tuple of str
    customers : int
    sizes : pandas.Series
        For each row that was handed in the size of its group, under its own index.
    """

    traits: tuple[str, ...]
    customers: int
    sizes: pd.Series

    @property
    def k(self) -> int:
        """Size of the smallest group."""
        return int(self.table["customers"].iloc[0])

    @property
    def alone(self) -> int:
        """Customers whose combination nobody else has."""
        return int((self.table["customers"] == 1).sum())

    def below(self, k: int) -> pd.Series:
        """Which rows lie in groups of fewer than k: leave them out, or tell less of everybody.

        Parameters
        ----------
        k : int
            Smallest group that may leave the house.

        Returns
        -------
        pandas.Series
            True for each such row, a mask: ``customers[~found.below(5)]``.
        """
        return self.sizes < inputs.count(k, "k")

    @property
    def caption(self) -> str:
        """Who is alone, and the smallest group by name."""
        first = self.table.iloc[0]
        told = ", ".join(f"{trait} {inputs.shown(first[trait])}" for trait in self.traits)
        return (
            f"{self.alone:,} of {self.customers:,} customers are alone in their combination of "
            f"{listed(self.traits)}; the smallest group has {self.k}: {told}."
        )


def k_anonymity(customers: pd.DataFrame, traits: Sequence[str]) -> Anonymity:
    """Count the customers in each combination of traits (Sweeney 2002: k is the smallest group).

    A row is one customer: put records of one person together first, or groups look larger than
    they are. A large group does not hide what all its members share.

    Parameters
    ----------
    customers : pandas.DataFrame
        One row per customer.
    traits : sequence of str
        Columns that somebody else may know of a person. A missing cell is a value of its own.

    Returns
    -------
    Anonymity

    Raises
    ------
    ValueError
        A column is missing, or no column is named.

    Examples
    --------
    >>> people = pd.DataFrame({"region": ["north", "north", "east"]})
    >>> found = k_anonymity(people, ["region"])
    >>> found.k, found.alone
    (1, 1)
    >>> people[~found.below(2)]["region"].tolist()
    ['north', 'north']
    """
    traits = tuple(traits)
    if not traits:
        raise ValueError("traits is empty; name columns such as region and joined.")
    inputs.table(customers, traits, "customers")
    by = customers.groupby(list(traits), dropna=False, sort=True, observed=True)
    groups, sizes = by.size(), by.transform("size").rename("group")
    table = groups.rename("customers").reset_index()
    table = table.sort_values("customers", kind="stable", ignore_index=True)
    return Anonymity(table, traits, len(customers), sizes)
