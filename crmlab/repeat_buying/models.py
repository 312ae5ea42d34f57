"""What every model shares: parameters, fit, standard errors, text, JSON."""

import dataclasses
import json
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from crmlab import inputs, intervals
from crmlab.repeat_buying import fitting
from crmlab.repeat_buying.customers import unit_days

KINDS: dict[str, type] = {}


@dataclass(frozen=True)
class Fitted:
    """How a model came out of its data.

    Attributes
    ----------
    log_likelihood : float
    customers : float
    covariance : tuple of tuples, or None
        Of the parameters on their natural scale; None if the fit is degenerate.
    steps : int
        Newton steps on all rows.
    status : str
        ``"converged"``, or ``"degenerate: ..."`` with the reason.
    oldest : float, or None
        Largest T seen, in the model's time unit.
    """

    log_likelihood: float
    customers: float
    covariance: tuple | None
    steps: int
    status: str
    oldest: float | None = None

    @property
    def converged(self):
        """Whether the parameters are a proper maximum."""
        return self.status == "converged"


@dataclass(frozen=True)
class Model:
    """Base of all models. Make one from published parameters, or with ``fit``."""

    unit: str | None = field(default=None, kw_only=True)
    fitted: Fitted | None = field(default=None, kw_only=True, repr=False)

    title = ""

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if cls.title:
            KINDS[cls.__name__] = cls

    def __post_init__(self):
        for name in self.names():
            value = inputs.number(getattr(self, name), f"{type(self).__name__}: {name}", above=0)
            object.__setattr__(self, name, value)
        if self.unit is not None:
            unit_days(self.unit)

    @classmethod
    def names(cls):
        """Names of the parameters, in order.

        Returns
        -------
        tuple of str
        """
        return tuple(
            one.name for one in dataclasses.fields(cls) if one.name not in ("unit", "fitted")
        )

    @property
    def theta(self):
        """The parameters as an array, in the order of `names`."""
        return np.array([getattr(self, name) for name in self.names()])

    @property
    def covariance(self):
        """Covariance of the parameters (DataFrame), or None for a model made by hand."""
        if self.fitted is None or self.fitted.covariance is None:
            return None
        return pd.DataFrame(self.fitted.covariance, index=self.names(), columns=self.names())

    @property
    def standard_errors(self):
        """Standard errors of the parameters (Series), or None for a model made by hand."""
        if self.covariance is None:
            return None
        errors = np.sqrt(np.diag(self.covariance.to_numpy()))
        return pd.Series(errors, index=self.names(), name="standard_error")

    def parameters(self, *, confidence=0.95):
        """Parameters with standard errors and intervals.

        Parameters
        ----------
        confidence : float
            Coverage of the intervals, which are normal on the logarithmic scale, so never
            below zero.

        Returns
        -------
        pandas.DataFrame
            One row per parameter: ``estimate``, and for a fitted model ``low``, ``high``,
            ``standard_error``.
        """
        table = pd.DataFrame({"estimate": self.theta}, index=list(self.names()))
        if self.covariance is not None:
            errors = self.standard_errors
            reach = np.exp(intervals.normal_quantile(confidence) * errors / self.theta)
            table["low"], table["high"] = self.theta / reach, self.theta * reach
            table["standard_error"] = errors
        return table

    @property
    def aic(self):
        """Akaike information criterion: 2 k - 2 log L. Smaller is better."""
        return 2 * len(self.names()) - 2 * self._needed("aic").log_likelihood

    @property
    def bic(self):
        """Bayesian information criterion: k log(n) - 2 log L, with n customers."""
        fitted = self._needed("bic")
        return len(self.names()) * np.log(fitted.customers) - 2 * fitted.log_likelihood

    def _needed(self, what):
        if self.fitted is None:
            raise ValueError(
                f"{what}: this {type(self).__name__} was made from given parameters; "
                "only a fitted model has it. Use fit, or log_likelihood(summary)."
            )
        return self.fitted

    def summary(self, *, confidence=0.95):
        """The model as plain text.

        Parameters
        ----------
        confidence : float

        Returns
        -------
        str
        """
        unit = f", time unit {self.unit}" if self.unit else ""
        table = self.parameters(confidence=confidence).to_string(float_format="{:.6g}".format)
        if self.fitted is None:
            return f"{self.title}, parameters given{unit}\n{table}\nno data seen: no intervals"
        fitted = self.fitted
        return (
            f"{self.title}, fitted to {fitted.customers:,.0f} customers{unit}\n{table}\n"
            f"log-likelihood {fitted.log_likelihood:.4f}, AIC {self.aic:.2f}, BIC {self.bic:.2f}\n"
            f"{fitted.status}; Newton steps on all customers: {fitted.steps}"
        )

    def to_json(self):
        """The model as JSON text: parameters, covariance, unit; no data.

        Returns
        -------
        str
        """
        record = {
            "model": type(self).__name__,
            "parameters": {name: getattr(self, name) for name in self.names()},
            "unit": self.unit,
            "fitted": None if self.fitted is None else dataclasses.asdict(self.fitted),
        }
        return json.dumps(record, indent=2)

    def save(self, path):
        """Write the model to a JSON file; `read_model` reads it back.

        Parameters
        ----------
        path : str or pathlib.Path
        """
        Path(path).write_text(self.to_json() + "\n", encoding="utf-8")

    @classmethod
    def _fitted(cls, customers, unit, compress):
        """Maximise the likelihood of ``customers``, after a rough fit to a part of them."""
        rows = len(customers.x)
        data = compress(customers)
        start, typical = cls._start(data)
        if rows > 60_000:
            part = compress(customers.part(slice(None, None, rows // 20_000)))
            start = cls._maximum(part, start, typical).theta
        best = cls._maximum(data, start, typical)
        covariance = best.covariance
        if covariance is not None:
            natural = covariance * np.outer(best.theta, best.theta)
            covariance = tuple(tuple(float(v) for v in row) for row in natural)
        fitted = Fitted(
            best.log_likelihood, float(customers.count), covariance, best.steps, best.status
        )
        model = cls(*best.theta, unit=unit, fitted=fitted)
        if not fitted.converged:
            warnings.warn(
                f"{cls.__name__}: {fitted.status}. {cls.advice} No standard errors are given.",
                fitting.DegenerateFitWarning,
                stacklevel=3,
            )
        return model

    @classmethod
    def _maximum(cls, data, start, typical):
        return fitting.maximise(
            lambda theta: cls._evaluate(theta, data), start, typical=typical, names=cls.names()
        )

    def _log_covariance(self):
        if self.covariance is None:
            return None
        return self.covariance.to_numpy() / np.outer(self.theta, self.theta)

    def _positive(self, log_estimate, gradient, confidence, index):
        """Frame of a positive quantity; its interval is normal on the logarithmic scale."""
        reach = None
        if gradient is not None:
            reach = fitting.standard_errors(gradient, self._log_covariance())
            reach *= intervals.normal_quantile(confidence)
        return fitting.with_interval(log_estimate, reach, np.exp, index)

    def _nudged(self, function):
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
                    pair.append(np.log(function(type(self)(*theta))))
                rows.append((pair[0] - pair[1]) / 2e-4)
        return np.array(rows)


def read_model(source):
    """Read a model from a JSON file or from JSON text.

    Parameters
    ----------
    source : str or pathlib.Path
        What `Model.save` or `Model.to_json` wrote.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        Not a model of this package.
    """
    text = str(source)
    if not text.lstrip().startswith("{"):
        text = Path(source).read_text(encoding="utf-8")
    try:
        record = json.loads(text)
    except json.JSONDecodeError:
        record = None
    if not isinstance(record, dict) or record.get("model") not in KINDS:
        raise ValueError(f"not a saved model; known kinds: {', '.join(sorted(KINDS))}")
    fitted = record.get("fitted")
    if fitted is not None:
        if fitted["covariance"] is not None:
            fitted["covariance"] = tuple(tuple(row) for row in fitted["covariance"])
        fitted = Fitted(**fitted)
    return KINDS[record["model"]](**record["parameters"], unit=record["unit"], fitted=fitted)
