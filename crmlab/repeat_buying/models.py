"""What every model shares: parameters, fit, standard errors, text, JSON."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.repeat_buying import fitting, saving
from crmlab.repeat_buying.customers import Unit, unit_days
from crmlab.repeat_buying.fitted import EXPECTED, GUESSES, Fitted, ModelSummary

KINDS: dict[str, type[Model]] = {}
LARGE, SAMPLE = 60_000, 20_000
LEVEL = 1e-3
KEPT = ("unit", "fitted", "season")


class _Called(type):
    """Says how a model is made where it is called without its parameters."""

    if not TYPE_CHECKING:

        def __call__(cls, *given, **named):
            names = cls.names()
            lacking = [name for name in names[len(given) :] if name not in named]
            unknown = [name for name in named if name not in (*names, *KEPT)]
            if lacking or unknown or len(given) > len(names):
                says = "" if not lacking else f" without {', '.join(lacking)}"
                says += "" if not unknown else f" with the unknown {', '.join(unknown)}"
                raise TypeError(
                    f"{cls.__name__} is made from {', '.join(names)}; called{says}. To learn them "
                    f"from data write {cls.__name__}.fit(summary)."
                )
            return super().__call__(*given, **named)


@dataclass(frozen=True)
class Model(metaclass=_Called):
    """Base of all models. Make one from published parameters, or with ``fit``."""

    unit: Unit | None = field(default=None, kw_only=True)
    fitted: Fitted | None = field(default=None, kw_only=True, repr=False)

    title: ClassVar[str] = ""
    about: ClassVar[str] = ""
    leaves_out: ClassVar[str] = "customers"
    humps: ClassVar[bool] = False
    normal_from: ClassVar[int] = 0

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.title:
            KINDS[cls.__name__] = cls

    def __post_init__(self) -> None:
        for name in self.names():
            value = inputs.number(getattr(self, name), f"{type(self).__name__}: {name}", above=0)
            object.__setattr__(self, name, value)
        if self.unit is not None:
            unit_days(self.unit)

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            kind = type(self).__name__
            call = GUESSES.get(name)
            if call == EXPECTED and not hasattr(type(self), "expected_purchases"):
                call = "expected_spend(summary)"
            if call is not None:
                call = call if call.startswith("rb.") else f"model.{call}"
                raise AttributeError(f"{kind} has no {name}; write {call}")
            raise AttributeError(f"{kind} has no {name}")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return tuple(one.name for one in dataclasses.fields(cls) if one.name not in KEPT)

    @property
    def theta(self) -> NDArray[np.float64]:
        """The parameters as an array, in the order of `names`."""
        return np.array([getattr(self, name) for name in self.names()])

    @property
    def covariance(self) -> pd.DataFrame | None:
        """Covariance of the parameters, or None for a model made by hand."""
        if self.fitted is None or self.fitted.covariance is None:
            return None
        names = list(self.names())
        return pd.DataFrame(np.array(self.fitted.covariance), index=names, columns=names)

    @property
    def standard_errors(self) -> pd.Series | None:
        """Standard errors of the parameters, or None for a model made by hand."""
        if self.covariance is None:
            return None
        errors = np.sqrt(np.diag(self.covariance.to_numpy()))
        return pd.Series(errors, index=list(self.names()), name="standard_error")

    def log_likelihood(self, summary: Any) -> float:
        """Log-likelihood of these parameters for the customers of a summary that `fit` counts."""
        return float(self._likelihood(self._counted(summary))(self.theta)[0])

    def parameters(self, *, confidence: float = 0.95) -> pd.DataFrame:
        """Parameters with standard errors and intervals.

        Parameters
        ----------
        confidence : float
            Coverage of the intervals, which are normal on the logarithmic scale, so never
            below zero. Those of a small base may hold the truth less often than they say; those
            of `crmlab.repeat_buying.profile` do not.

        Returns
        -------
        pandas.DataFrame
            One row per parameter: ``estimate``, and for a fitted model ``low``, ``high``,
            ``standard_error``.
        """
        quantile = intervals.normal_quantile(confidence)
        table = pd.DataFrame({"estimate": self.theta}, index=list(self.names()))
        if self.covariance is not None:
            errors = self.standard_errors
            reach = np.exp(quantile * errors / self.theta)
            table["low"], table["high"] = self.theta / reach, self.theta * reach
            table["standard_error"] = errors
        return table

    @property
    def aic(self) -> float:
        """Akaike information criterion: 2 k - 2 log L. Smaller is better."""
        return 2 * len(self.names()) - 2 * self._needed("aic").log_likelihood

    @property
    def bic(self) -> float:
        """Bayesian information criterion: k log(n) - 2 log L, with n customers."""
        fitted = self._needed("bic")
        return float(len(self.names()) * np.log(fitted.customers) - 2 * fitted.log_likelihood)

    def _needed(self, what: str) -> Fitted:
        if self.fitted is None:
            raise ValueError(
                f"{what}: this {type(self).__name__} was made from given parameters; "
                "only a fitted model has it. Use fit, or log_likelihood(summary)."
            )
        return self.fitted

    def summary(self, *, confidence: float = 0.95) -> ModelSummary:
        """The model in words: parameters with intervals, log-likelihood, status of the fit."""
        unit = f", time unit {self.unit}" if self.unit else ""
        unit += ", with a season" if getattr(self, "season", None) else ""
        table = self.parameters(confidence=confidence)
        if self.fitted is None:
            heading = f"{self.title}, parameters given{unit}"
            return ModelSummary(table, heading, ("no data seen: no intervals",))
        fitted = self.fitted
        notes = [
            f"log-likelihood {fitted.log_likelihood:.4f}, AIC {self.aic:.2f}, BIC {self.bic:.2f}",
            f"{fitted.status}; Newton steps on all customers: {fitted.steps}",
        ]
        if fitted.customers < self.normal_from:
            notes.append(
                f"fewer than {self.normal_from:,} customers: normal intervals hold less than they "
                "say, those of profile(model, summary) do not"
            )
        if fitted.left_out:
            notes.append(f"left out: {fitted.left_out:,.0f} {self.leaves_out}")
        heading = f"{self.title}, fitted to {fitted.customers:,.0f} customers{unit}"
        return ModelSummary(table, heading, tuple(notes))

    def to_json(self) -> str:
        """The model as JSON text: parameters, covariance, unit; no data."""
        return saving.written(self)

    def save(self, path: str | Path) -> None:
        """Write the model to a JSON file; `read_model` reads it back."""
        Path(path).write_text(self.to_json() + "\n", encoding="utf-8")

    @classmethod
    def _fitted(cls, rows: Any, unit: Any, **told: Any) -> Self:
        """Maximise the likelihood of ``rows``, of many after a rough fit to some of them."""
        data = cls._compress(rows)
        starts, typical = cls._starts(data)
        if len(rows.index) > LARGE:
            some = np.random.default_rng(0).choice(len(rows.index), SAMPLE, replace=False)
            rough = cls._maximum(cls._compress(rows.part(np.sort(some))), starts, typical)
            if rough is not None and rough.covariance is not None:
                starts = (rough.theta,)
        best = cls._maximum(data, starts, typical)
        if best is None:
            raise fitting.FitError(
                f"{cls.__name__}: no convergence from any start; check the summary for mixed units"
            )
        covariance, status = None, best.status
        if best.covariance is not None:
            natural = best.covariance * np.outer(best.theta, best.theta)
            covariance = tuple(tuple(float(v) for v in row) for row in natural)
        else:
            status = f"{status}. {cls(*best.theta)._why(rows)}"
        fitted = Fitted(best.log_likelihood, rows.count, covariance, best.steps, status, **told)
        model = cls(*best.theta, unit=unit, fitted=fitted)
        if not fitted.converged:
            warnings.warn(
                f"{cls.__name__}: {status} No standard errors are given.",
                fitting.DegenerateFitWarning,
                stacklevel=3,
            )
        return model

    @classmethod
    def _maximum(cls, data: Any, starts: Any, typical: Any) -> fitting.Optimum | None:
        """The highest maximum, a proper one where they are level; one start if that is enough."""
        found: list[fitting.Optimum] = []
        for start in starts:
            if found and found[-1].covariance is not None and not cls.humps:
                break
            with contextlib.suppress(fitting.FitError):
                found.append(
                    fitting.maximise(
                        lambda theta: cls._evaluate(theta, data),
                        start,
                        typical=typical,
                        names=cls.names(),
                    )
                )
        level = max((one.log_likelihood for one in found), default=0.0) - LEVEL
        high = [one for one in found if one.log_likelihood >= level]
        return max(
            high, key=lambda one: (one.covariance is not None, one.log_likelihood), default=None
        )

    @classmethod
    def _compress(cls, rows: Any) -> Any:
        """The rows, reduced to what the likelihood needs."""
        raise NotImplementedError

    @classmethod
    def _starts(cls, data: Any) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
        """Where to begin, and the order of magnitude of each parameter."""
        raise NotImplementedError

    @classmethod
    def _evaluate(cls, theta: NDArray[np.float64], data: Any) -> Any:
        """Log-likelihood, gradient and Hessian on the natural scale."""
        raise NotImplementedError

    def _why(self, rows: Any) -> str:
        """What in the data made the parameters run away, in sentences."""
        raise NotImplementedError

    def _log_covariance(self) -> NDArray[np.float64]:
        return self.covariance.to_numpy() / np.outer(self.theta, self.theta)

    def _room(self, count: int, confidence: float | None) -> NDArray[np.float32] | None:
        """Room for the slopes of ``count`` estimates; None where there are to be no intervals."""
        if confidence is not None:
            intervals.tail(confidence)
        if confidence is None or self.covariance is None:
            return None
        return np.empty((len(self.names()), count), dtype=np.float32)

    def _at(self, theta: NDArray[np.float64]) -> Self:
        """The same model with other parameters."""
        made = copy.copy(self)
        for name, value in zip(self.names(), theta, strict=True):
            object.__setattr__(made, name, float(value))
        object.__setattr__(made, "fitted", None)
        return made

    def _per_unit(self, table: pd.DataFrame) -> pd.DataFrame:
        """Numbers of parameters as they are told."""
        return table

    def _counted(self, summary: Any) -> Any:
        """The rows of a summary that a fit counts."""
        raise NotImplementedError

    def _likelihood(self, rows: Any) -> Callable[[NDArray[np.float64]], Any]:
        """What `_evaluate` gives for these rows, by the parameters."""
        data = self._compress(rows)
        return lambda theta: self._evaluate(theta, data)

    def _typical(self, rows: Any) -> NDArray[np.float64]:
        """The order of magnitude of each parameter."""
        return self._starts(self._compress(rows))[1]

    def _nudged(self, function: Callable[[Any], Any]) -> NDArray[np.float64]:
        """Log of ``function(model)`` and, for a fitted model, its derivatives by log parameters.

        Central differences; the step of 1e-4 leaves about eight correct digits.
        """
        rows = [np.log(function(self))]
        if self.covariance is not None:
            for place in range(len(self.names())):
                pair = []
                for way in (1e-4, -1e-4):
                    theta = self.theta
                    theta[place] *= np.exp(way)
                    pair.append(np.log(function(self._at(theta))))
                rows.append((pair[0] - pair[1]) / 2e-4)
        return np.array(rows)


def one_table(model: type[Model], separate: tuple[Any, ...]) -> None:
    """Refuse columns handed to ``fit`` one by one, as other packages take them."""
    if separate:
        name = model.__name__
        raise TypeError(
            f"{name}.fit takes one table: write {name}.fit(summary), with the columns "
            "frequency, recency, T or monetary_value in it, as summarise makes them."
        )
