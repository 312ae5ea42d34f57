"""BG/NBD, MBG/NBD and Pareto/NBD with fixed covariates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Never, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from crmlab import inputs, intervals
from crmlab.repeat_buying import ahead, covariates, fitting
from crmlab.repeat_buying.covariates import Columns
from crmlab.repeat_buying.covaried import MOVES, Covaried, spread
from crmlab.repeat_buying.customers import Customers, Unit, as_pandas, read
from crmlab.repeat_buying.purchases import PurchaseModel, Summaries, fit_rows
from crmlab.repeat_buying.summary import Summary

NEW = {"frequency": 0, "recency": 0.0, "T": 0.0}


@dataclass(frozen=True, eq=False, kw_only=True)
class _Known(Customers):
    """Customers and how much each effect moves the logarithm of its parameter."""

    moves: NDArray[np.float64]


@dataclass(frozen=True)
class WithCovariates(Covaried, PurchaseModel):
    r"""BG/NBD, MBG/NBD or Pareto/NBD, where customers differ by what is known of them.

    Covariates are columns of the summary that do not change: the channel of the first purchase, a
    country, an age. Some move how often a customer buys, some how soon a customer leaves.

    Parameters
    ----------
    base : BGNBD, MBGNBD or ParetoNBD
        Of the base customer: the base level of each column of levels, the mean of each column of
        numbers.
    terms : tuple of Term
        The effects.
    ratios : tuple of float
        What each multiplies; of a column of numbers, for ``term.spread`` more.
    unit : str, optional
        Time unit.

    Notes
    -----
    Buying: :math:`\alpha_i = \alpha_0 \exp(-\gamma' z_i)`, so a ratio :math:`e^{\gamma}` of 1.4
    says: buys 1.4 times as often. Leaving, in Pareto/NBD: :math:`\beta_i = \beta_0
    \exp(-\delta' z_i)`, leaves so many times as fast; in BG/NBD and MBG/NBD: :math:`b_i = b_0
    \exp(-\delta' z_i)` with the same a, so the mean odds to leave after a purchase, a / b, are
    multiplied by :math:`e^{\delta}`, and where chances are small all chances are. Two variants in
    use are not taken: an effect on a and another on b, because neither can be read alone; the same
    effect on both, because it leaves the mean chance as it is.

    Source: Fader & Hardie (2007), "Incorporating time-invariant covariates into the Pareto/NBD and
    BG/NBD models".

    Examples
    --------
    >>> from crmlab.repeat_buying import BGNBD
    >>> from crmlab.repeat_buying.covariates import Term
    >>> base = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> shop = Term("buying", "channel", "shop", "web")
    >>> model = WithCovariates(base, (shop,), (1.4,), unit="week")
    >>> two = pd.DataFrame(
    ...     {"frequency": 2, "recency": 30.43, "T": 38.86, "channel": ["web", "shop"]}
    ... )
    >>> model.expected_purchases(two, periods=39)["estimate"].round(3).tolist()
    [1.226, 1.252]
    >>> model.expected_purchases_new(39, covariates={"channel": "shop"}).round(3)
             estimate
    periods
    39.0        1.492

    With a summary and a table of customers:

    ``both = rb.add_covariates(summary, customers[["customer_id", "channel"]])``
    ``model = rb.WithCovariates.fit(rb.BGNBD, both, buying="channel", leaving="channel")``
    """

    title: ClassVar[str] = "with covariates"

    @classmethod
    def fit(  # type: ignore[override]
        cls,
        kind: type[PurchaseModel],
        summary: Summaries,
        *,
        buying: Columns = (),
        leaving: Columns = (),
        unit: Unit | None = None,
        **other: Never,
    ) -> Self:
        """Fit by maximum likelihood, with analytic derivatives.

        Parameters
        ----------
        kind : class
            BGNBD, MBGNBD or ParetoNBD.
        summary : Summary or frame
            As for ``kind.fit``, with the covariates as columns (see `add_covariates`).
        buying, leaving : str or list of str
            Columns that move how often a customer buys, and how soon a customer leaves.
        unit : {"day", "week", "month", "quarter", "year"}, optional
            Time unit of recency and T; taken from the summary if it says so.

        Returns
        -------
        WithCovariates

        Raises
        ------
        TypeError
            A keyword that is none of these.
        ValueError
            As for ``kind.fit``; a season; a covariate that is missing, empty for a customer, the
            same for everybody, or follows from others; a level of fewer than 10 customers.
        UnitError
            ``unit`` contradicts the summary.
        FitError
            No convergence.

        Warns
        -----
        DegenerateFitWarning
            A parameter or a ratio runs away.
        """
        if not isinstance(kind, type) or (kind.__name__, "leaving") not in MOVES:
            raise ValueError(
                "kind is no model with covariates; write WithCovariates.fit(rb.BGNBD, summary, "
                "buying='channel'), or MBGNBD or ParetoNBD."
            )
        if "season" in other:
            raise ValueError(
                f"season: a model with covariates takes none; write {kind.__name__}.fit(summary, "
                "season=...) for a plain one."
            )
        if other:
            raise TypeError(
                f"WithCovariates.fit has no {', '.join(other)}; it takes a kind, a summary, "
                "buying, leaving and unit."
            )
        columns = {
            "buying": covariates.named(buying, "buying"),
            "leaving": covariates.named(leaving, "leaving"),
        }
        asked = dict.fromkeys([*columns["buying"], *columns["leaving"]])
        given, table = _told(summary, tuple(asked))
        customers = fit_rows(read(given, unit=unit), "fit(kind, summary, unit='week')")
        age = float(customers.T.max())
        model = cls._learnt(kind, customers, table, columns, oldest=age)
        known: Any = customers.unit
        return replace(model, unit=known)

    def expected_purchases_new(
        self,
        periods: float | inputs.Numbers,
        *,
        covariates: Mapping[str, Any] | pd.DataFrame | None = None,
        start: inputs.Day | None = None,
        confidence: float | None = 0.95,
    ) -> pd.DataFrame:
        """Expected repeat purchases of a new customer, from covariates alone.

        Parameters
        ----------
        periods : float or array-like
            One or several lengths from the first purchase, in the model's time unit.
        covariates : mapping or DataFrame
            Of one customer, such as ``{"channel": "shop"}``; of several, one row each, with one
            length.
        start : date or str, optional
            Day of the first purchase, as for the plain models. It changes nothing, since a model
            with covariates has no season.
        confidence : float or None
            Coverage of the intervals; None leaves them out.

        Returns
        -------
        pandas.DataFrame
            One row per length, or per row of ``covariates``: ``estimate``, and for a fitted model
            ``low`` and ``high``.
        """
        several: Any = periods
        given: Any = several if np.ndim(several) else [several]
        lengths = inputs.numbers(given, "periods", above=0).to_numpy()
        if start is not None:
            inputs.day(start, "start")
        known, frame = self._new_customers(covariates)
        if frame and len(lengths) > 1:
            raise ValueError(f"periods: {len(lengths)} lengths for a table; give one length.")
        customers = self._read(Summary(known.assign(**NEW), unit=self.unit))
        slopes = self._room(len(lengths) * len(known), confidence)
        logs = np.empty((len(lengths), len(known)))
        for place, length in enumerate(lengths):
            here = slice(place * len(known), (place + 1) * len(known))
            room = None if slopes is None else slopes[:, here]
            logs[place] = self._forecast(customers, length, slopes=room)
        reach = None
        if slopes is not None and confidence is not None:
            reach = fitting.standard_errors(slopes, self._log_covariance())
            reach *= intervals.normal_quantile(confidence)
        index = known.index if frame else pd.Index(lengths, name="periods")
        return fitting.with_interval(logs.ravel(), reach, np.exp, index)

    def _new_customers(self, known: Any) -> tuple[pd.DataFrame, bool]:
        """Covariates of new customers as rows, and whether they came as a frame."""
        names = dict.fromkeys(term.column for term in self.terms)
        if not isinstance(known, Mapping | pd.DataFrame):
            listed = ", ".join(names)
            raise ValueError(
                f"covariates: give {listed} of the new customer, as a mapping or rows."
            )
        remedy = "Give each covariate of the model."
        inputs.columns(list(known), names, "covariates", remedy=remedy)
        if isinstance(known, pd.DataFrame):
            return inputs.table(known, (), "covariates")[list(names)], True
        for name in names:
            if np.ndim(known[name]) > 0:
                raise ValueError(
                    f"covariates: {name} is of type {type(known[name]).__name__}; give one value, "
                    "or a frame with one row per customer."
                )
        return pd.DataFrame([{name: known[name] for name in names}]), False

    def simulate(
        self, customers: pd.DataFrame | Summary, *, periods: float = 0.0, seed: int
    ) -> Summary:
        """Draw customers with these covariates from the model.

        Parameters
        ----------
        customers : DataFrame or Summary
            One row per customer: ``T``, and the covariates.
        periods : float
            Length of a holdout after the window.
        seed : int

        Returns
        -------
        Summary
            As ``base.simulate``, with the covariates beside.
        """
        table = inputs.table(inputs.by_customer(customers), ("T",), "customers")
        drawn = spread(type(self.base), list(self._own(self._moves(table))))
        object.__setattr__(drawn, "unit", self.unit)
        made = drawn.simulate(table["T"].to_numpy(), periods=periods, seed=seed)
        names = dict.fromkeys(term.column for term in self.terms)
        known = table[list(names)].set_axis(made.index)
        return replace(made, table=pd.concat([made.table, known], axis=1))

    def _read(self, summary: Summaries) -> Any:
        names = dict.fromkeys(term.column for term in self.terms)
        given, table = _told(summary, tuple(names))
        customers = super()._read(given)
        moves = self._moves(table)
        told = {one.name: getattr(customers, one.name) for one in fields(customers)}
        return _Known(**told, moves=moves)

    def _new(self) -> Never:
        raise ValueError(
            "a new customer needs covariates: give purchase_distribution a row with frequency, "
            "recency and T of 0 and the covariates."
        )

    def _nudged(self, function: Any) -> Never:
        self._plain_wanted()

    def _plain_wanted(self) -> Never:
        raise ValueError(
            f"{self.title}: this result is for customers without covariates; take the plain "
            f"{type(self.base).__name__}."
        )

    def _log_odds(self, customers: Any, with_gradient: bool) -> Any:
        if not isinstance(customers, _Known):
            self._plain_wanted()
        odds, slopes = ahead.log_odds(self.base, self._own(customers.moves), customers)
        return odds, self._chained(slopes, customers.moves) if with_gradient else None

    def _forecast(
        self,
        customers: Any,
        horizon: float,
        *,
        force: float = 0.0,
        slopes: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float64]:
        values = self._own(customers.moves)
        rows = ahead.log_purchases(
            self.base, values, customers, (horizon, force, slopes is not None)
        )
        odds, slope = ahead.log_odds(self.base, values, customers)
        if slopes is not None:
            own = rows[1:] + slope * special.expit(-odds)
            slopes[:] = self._chained(own, customers.moves)
        return rows[0] + np.minimum(odds, 0) - np.log1p(np.exp(-np.abs(odds)))

    def _count_chances(self, customers: Any, horizon: float, count: int) -> NDArray[np.float64]:
        return ahead.count_chances(
            self.base, self._own(customers.moves), customers, (horizon, count)
        )


def _told(summary: Summaries, names: tuple[str, ...]) -> tuple[Any, pd.DataFrame]:
    """The summary with a pandas table, and this table, which has the covariates."""
    needed = ("frequency", "recency", "T", *names)
    table = as_pandas(summary, needed, optional=("customers",))
    return replace(summary, table=table) if isinstance(summary, Summary) else table, table
