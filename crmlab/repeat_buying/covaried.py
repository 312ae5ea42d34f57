"""What models with covariates share: parameters of each customer, effects as ratios, the fit."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from crmlab import inputs
from crmlab.repeat_buying import covariates, fitting, rowwise
from crmlab.repeat_buying.covariates import Term
from crmlab.repeat_buying.fitted import Fitted
from crmlab.repeat_buying.models import Model, _Called
from crmlab.results import Result

MOVES: dict[tuple[str, str], tuple[str, int]] = {
    ("BGNBD", "buying"): ("alpha", -1),
    ("BGNBD", "leaving"): ("b", -1),
    ("MBGNBD", "buying"): ("alpha", -1),
    ("MBGNBD", "leaving"): ("b", -1),
    ("ParetoNBD", "buying"): ("alpha", -1),
    ("ParetoNBD", "leaving"): ("beta", -1),
    ("GammaGamma", "spend"): ("v", 1),
}
SAYS = {
    "alpha": "buys {:.3g} times as often",
    "b": "has {:.3g} times the odds to leave after a purchase",
    "beta": "leaves {:.3g} times as fast",
    "v": "spends {:.3g} times as much per purchase",
}

FAR = 20.0


class _Made(_Called):
    """Makes a model with covariates as any class is made: its names depend on the columns."""

    if not TYPE_CHECKING:

        def __call__(cls, *given, **named):
            return type.__call__(cls, *given, **named)


@dataclass(frozen=True, eq=False, repr=False)
class Effects(Result):
    """What each covariate does, as a ratio.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per effect, named as in ``model.parameters()``: ``covariate``; ``level`` and the
        ``base`` it is compared with, both empty for a column of numbers, where the ratio is that
        of 1 more; ``estimate``, the ratio, with ``low`` and ``high``; ``p_value``, two-sided,
        against a ratio of 1 (Wald).
    says : tuple of str
        Each effect as a sentence. Where 1 more of a column is so little that the ratio is 1 to
        three digits, or so much that it is too large or too small a number, the sentence says so
        and tells the ratio of a standard deviation more.
    confidence : float
    """

    says: tuple[str, ...]
    confidence: float

    @property
    def caption(self) -> str:
        """The effects as sentences, one per line."""
        return "\n".join(self.says)


@dataclass(frozen=True)
class Covaried(Model, metaclass=_Made):
    """Base of models with covariates: a model for the base customer, and ratios.

    The base customer has the base level of each column of levels and the mean of each column of
    numbers. A ratio multiplies how often, how soon or how much: a parameter of customer i is that
    of the base customer times the product of ratio_j ** (sign z_ij). For a column of numbers, z is
    the distance from the mean in units of ``term.spread``: a fit takes the standard deviation, so
    that it comes out the same in days and in years. `parameters` and `effects` tell the ratio of 1
    more.
    """

    base: Any
    terms: tuple[Term, ...]
    ratios: tuple[float, ...]

    def __post_init__(self) -> None:
        kind = type(self.base).__name__
        if not self.terms or len(self.terms) != len(self.ratios):
            raise ValueError(f"{len(self.ratios)} ratios for {len(self.terms)} terms; give each.")
        for term in self.terms:
            self._move(kind, term.on)
        if getattr(self, "season", None) or getattr(self.base, "season", None):
            raise ValueError(
                "a model with covariates takes no season; give the season to a plain one."
            )
        unit = self.unit or self.base.unit
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "base", replace(self.base, unit=unit, fitted=None))
        ratios = (inputs.number(one, "ratios", above=0) for one in self.ratios)
        object.__setattr__(self, "ratios", tuple(ratios))
        object.__setattr__(self, "title", f"{self.base.title} with covariates")
        object.__setattr__(self, "about", self.base.about)

    @staticmethod
    def _move(kind: str, role: str) -> tuple[str, int]:
        if (kind, role) not in MOVES:
            kinds = ", ".join(dict.fromkeys(one for one, named in MOVES if named == role))
            raise ValueError(f"{kind} has no covariates for {role}; use one of {kinds or 'none'}.")
        return MOVES[kind, role]

    @property
    def called(self) -> str:
        """Its name in a comparison of models."""
        return f"{type(self.base).__name__} with covariates"

    def names(self) -> tuple[str, ...]:  # type: ignore[override]
        """Names of the parameters of the base customer, and of the effects."""
        return (*self.base.names(), *(term.name for term in self.terms))

    @property
    def theta(self) -> NDArray[np.float64]:
        """The parameters of the base customer, and the ratios, in the order of `names`."""
        return np.append(self.base.theta, self.ratios)

    def _at(self, theta: NDArray[np.float64]) -> Self:
        size = len(self.base.names())
        base = type(self.base)(*theta[:size])
        return replace(self, base=base, ratios=tuple(theta[size:]), fitted=None)

    @property
    def _places(self) -> list[int]:
        """The parameter that each effect moves."""
        names, kind = self.base.names(), type(self.base).__name__
        return [names.index(self._move(kind, term.on)[0]) for term in self.terms]

    def _moves(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """How much each effect moves the logarithm of its parameter, one row per customer."""
        moves = _moves(table, self.terms, type(self.base).__name__)
        with np.errstate(invalid="ignore"):
            self._near(np.abs(moves * np.log(self.ratios)), table)
        return moves

    def _near(self, shifts: NDArray[np.float64], table: pd.DataFrame) -> None:
        """Refuse customers so far off that a parameter of theirs is beyond all forecasts."""
        places = np.array(self._places)
        remedy = (
            f"The effect there would be a factor of more than {np.exp(FAR):.0e}. Check the value, "
            "or leave the customer out."
        )
        for place, term in enumerate(self.terms):
            together = shifts[:, places == places[place]]
            far = ~(together.sum(axis=1) <= FAR) & ~(shifts[:, place] < together.max(axis=1))
            middle = term.base or f"{term.centre:.6g}, the mean of the fit"
            problem = f"is too far from {middle}", f"are too far from {middle}"
            inputs.refuse(far, table, f"summary.{term.column}", problem, remedy)

    def _own(self, moves: NDArray[np.float64]) -> NDArray[np.float64]:
        """The parameters of each customer, shape (k, n)."""
        return rowwise.own(self.base.theta, moves * np.log(self.ratios), self._places)

    def _chained(
        self, slopes: NDArray[np.float64], moves: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Slopes by all log parameters, from those by the customers' own log parameters."""
        return np.concatenate([slopes, slopes[self._places] * moves.T])

    def _likelihood(self, rows: Any) -> Callable[[NDArray[np.float64]], Any]:
        kind, size = type(self.base), len(self.base.names())
        parts = rowwise.parts_of(kind, rows, rows.moves, np.zeros(len(self.terms), dtype=bool))
        return lambda theta: rowwise.evaluated(theta, size, parts, self._places)

    def _typical(self, rows: Any) -> NDArray[np.float64]:
        return np.append(self.base._typical(rows), np.ones(len(self.terms)))

    def parameters(self, *, confidence: float = 0.95) -> pd.DataFrame:
        """Parameters and ratios with standard errors and intervals.

        Parameters
        ----------
        confidence : float
            Coverage of the intervals, which are normal on the logarithmic scale.

        Returns
        -------
        pandas.DataFrame
            One row per parameter and per effect, of a column of numbers for 1 more: ``estimate``,
            and for a fitted model ``low``, ``high``, ``standard_error``. A ratio that is too large
            a number is infinite, one that is too small is 0, and `effects` says so.
        """
        table = super().parameters(confidence=confidence)
        if "low" not in table:
            return self._per_unit(table)
        errors = table.pop("standard_error") / table["estimate"] / self._spreads
        table = self._per_unit(table)
        return table.assign(standard_error=errors * table["estimate"])

    @property
    def _spreads(self) -> NDArray[np.float64]:
        return np.append(np.ones(len(self.base.names())), [one.spread for one in self.terms])

    def _per_unit(self, table: pd.DataFrame) -> pd.DataFrame:
        with np.errstate(over="ignore", under="ignore"):
            return table.pow(1 / self._spreads, axis=0)

    def effects(self, *, confidence: float = 0.95) -> Effects:
        """What each covariate does, as a ratio with its interval.

        Parameters
        ----------
        confidence : float
            Coverage of the intervals, which are normal on the logarithmic scale.

        Returns
        -------
        Effects
        """
        found = self.parameters(confidence=confidence).iloc[len(self.base.names()) :]
        table = pd.DataFrame(
            {
                "covariate": [term.column for term in self.terms],
                "level": pd.array([term.level for term in self.terms], dtype="str"),
                "base": pd.array([term.base for term in self.terms], dtype="str"),
            },
            index=found.index,
        ).join(found.drop(columns="standard_error", errors="ignore"))
        if "low" in table:
            errors = np.sqrt(np.diag(self._log_covariance())[len(self.base.names()) :])
            table["p_value"] = 2 * special.ndtr(-np.abs(np.log(self.ratios)) / errors)
        rows: Any = table.to_dict("records")
        inside: Any = super().parameters(confidence=confidence).to_dict("index")
        says = (
            self._sentence(term, row, inside[term.name])
            for term, row in zip(self.terms, rows, strict=True)
        )
        return Effects(table, tuple(says), confidence)

    def _sentence(self, term: Term, row: dict[str, Any], inside: dict[str, Any]) -> str:
        """An effect in words: of 1 more, or of a standard deviation where that says nothing."""
        ends = [row[name] for name in ("estimate", "low", "high") if name in row]
        what, rest = f"1 more of {term.column}", ""
        if term.level is not None:
            what = f"{term.column} {term.level} against {term.base}"
        elif not all(0 < end < np.inf for end in ends):
            rest = f"; 1 more of {term.column} is a ratio too large or too small for a number"
        elif term.spread > 1 and f"{row['estimate']:.3g}" == "1":
            rest = f"; 1 more of {term.column} is a ratio of 1 to three digits"
        if rest:
            what, row = f"{term.spread:.3g} more of {term.column}", inside
        verb = SAYS[self._move(type(self.base).__name__, term.on)[0]].format(row["estimate"])
        reach = f" ({row['low']:.3g} to {row['high']:.3g})" if "low" in row else ""
        return f"{what}: {verb}{reach}{rest}"

    @classmethod
    def _learnt(
        cls,
        kind: type[Model],
        rows: Any,
        table: pd.DataFrame,
        columns: dict[str, list[str]],
        **told: float,
    ) -> Self:
        """Fit the base and the ratios to rows, whose covariates are in the table."""
        terms: tuple[Term, ...] = ()
        for role, names in columns.items():
            inputs.columns(
                table.columns, names, "summary", remedy="add_covariates puts them there."
            )
            terms += covariates.learnt(table, names, role, rows.weights)
        if not terms:
            roles = " or ".join(columns)
            raise ValueError(f"{cls.__name__}: no column of covariates; name one for {roles}.")
        moves = _moves(table, terms, kind.__name__)
        made = cls(kind(*np.ones(len(kind.names()))), terms, (1.0,) * len(terms))
        best = rowwise.maximised(kind, rows, moves, made._places, made.names())
        size, theta = len(kind.names()), best.theta
        covariance, status = None, best.status
        if best.covariance is not None:
            natural = best.covariance * np.outer(theta, theta)
            covariance = tuple(tuple(float(v) for v in row) for row in natural)
        elif any(term.name in status for term in terms):
            status += ". Merge the level with another, or leave the column out."
        else:
            status += f". {kind(*theta[:size])._why(rows)}"
        fitted = Fitted(best.log_likelihood, rows.count, covariance, best.steps, status, **told)
        if not fitted.converged:
            warnings.warn(
                f"{kind.__name__} with covariates: {status} No standard errors are given.",
                fitting.DegenerateFitWarning,
                stacklevel=3,
            )
        return replace(
            made, base=kind(*theta[:size]), ratios=tuple(map(float, theta[size:])), fitted=fitted
        )


def _moves(table: pd.DataFrame, terms: Sequence[Term], kind: str) -> NDArray[np.float64]:
    signs = [Covaried._move(kind, term.on)[1] for term in terms]
    return covariates.coded(table, terms) * np.array(signs, dtype=float)


def spread(kind: type[Model], values: Sequence[Any]) -> Any:
    """A model of one set of parameters per row, for formulas that work row by row."""
    made = object.__new__(kind)
    for name, value in zip(kind.names(), values, strict=True):
        object.__setattr__(made, name, value)
    return made
