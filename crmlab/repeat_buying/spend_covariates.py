"""Gamma-Gamma with fixed covariates."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from crmlab.repeat_buying import covariates
from crmlab.repeat_buying.covariates import Columns
from crmlab.repeat_buying.covaried import Covaried
from crmlab.repeat_buying.customers import as_pandas
from crmlab.repeat_buying.purchases import Summaries
from crmlab.repeat_buying.spend import GammaGamma
from crmlab.repeat_buying.spend_model import (
    Spending,
    SpendModel,
    read_spending,
    repeat_buyers,
    warn_if_infinite,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Known(Spending):
    """What customers spent, and how much each effect moves the logarithm of its parameter."""

    moves: NDArray[np.float64]


@dataclass(frozen=True)
class SpendWithCovariates(Covaried, SpendModel):
    r"""Gamma-Gamma, where customers differ by what is known of them.

    Parameters
    ----------
    base : GammaGamma
        Of the base customer: the base level of each column of levels, the mean of each column of
        numbers.
    terms : tuple of Term
        The effects.
    ratios : tuple of float
        What each multiplies; of a column of numbers, for ``term.spread`` more.

    Notes
    -----
    :math:`v_i = v_0 \exp(\beta' z_i)`: a ratio :math:`e^{\beta}` of 1.4 says that a customer
    spends 1.4 times as much per purchase. What customers spent moves their own forecast less the
    fewer purchases they made; a one-time buyer is expected to spend the mean of customers with the
    same covariates, :math:`p v_i / (q - 1)`.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab.repeat_buying.covariates import Term
    >>> shop = Term("spend", "channel", "shop", "web")
    >>> spend = SpendWithCovariates(GammaGamma(p=6.25, q=3.74, v=15.44), (shop,), (1.4,))
    >>> two = pd.DataFrame(
    ...     {"frequency": [0, 0], "monetary_value": np.nan, "channel": ["web", "shop"]}
    ... )
    >>> spend.expected_spend(two)["estimate"].round(2).tolist()
    [35.22, 49.31]
    """

    title: ClassVar[str] = "spend with covariates"

    @classmethod
    def fit(cls, summary: Summaries, *, spend: Columns) -> Self:
        """Fit by maximum likelihood to the customers with repeat purchases.

        Parameters
        ----------
        summary : Summary or frame
            As for `GammaGamma.fit`, with the covariates as columns (see `add_covariates`).
        spend : str or list of str
            Columns that move how much a customer spends per purchase.

        Returns
        -------
        SpendWithCovariates

        Raises
        ------
        ValueError
            Bad input, as for `GammaGamma.fit` and `WithCovariates.fit`; a level that only
            customers without a repeat purchase have.
        FitError
            No convergence.

        Warns
        -----
        SpendWarning
            Frequency and spend correlate, or the mean of all customers is infinite.
        DegenerateFitWarning
            A parameter or a ratio runs away.
        """
        columns = {"spend": covariates.named(spend, "spend")}
        table = as_pandas(
            summary,
            ("frequency", "monetary_value", *columns["spend"]),
            optional=("customers",),
        )
        spending = read_spending(table)
        counted, free = repeat_buyers(spending)
        paid = spending.mean > 0
        covariates.seen_levels(table, paid, columns["spend"])
        model = cls._learnt(GammaGamma, counted, table[paid], columns, left_out=free)
        warn_if_infinite(model.fitted, model.q)
        return model

    @property
    def q(self) -> float:
        """Shape of the customers' means, the same for all."""
        return self.base.q

    def _read(self, summary: Summaries) -> Any:
        names = dict.fromkeys(term.column for term in self.terms)
        table = as_pandas(summary, ("frequency", "monetary_value", *names), optional=("customers",))
        spending = read_spending(table)
        told = {one.name: getattr(spending, one.name) for one in fields(spending)}
        return _Known(**told, moves=self._moves(table))

    def _log_spend(self, spending: Any, slopes: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Log of expected spend per row: in money counted in v_i, all customers are alike."""
        scale = self._own(spending.moves)[2] / self.base.v
        counted = Spending(
            x=spending.x, mean=spending.mean / scale, weight=spending.weight, index=spending.index
        )
        own = None if slopes is None else np.empty((3, len(scale)))
        logs = self.base._log_spend(counted, own) + np.log(scale)
        if slopes is not None and own is not None:
            slopes[:] = self._chained(own, spending.moves)
        return logs
