"""What a fit came to, how a model tells it, and what other packages call the same."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from crmlab.results import Result

EXPECTED = "expected_purchases(summary, periods=39)"
VALUE = "rb.lifetime_value(model, spend, summary, margin=0.3, annual_rate=0.15)"
GUESSES = {
    "predict": EXPECTED,
    "expected_num_purchases": EXPECTED,
    "conditional_expected_number_of_purchases_up_to_time": EXPECTED,
    "expected_number_of_purchases_up_to_time": "expected_purchases_new(39)",
    "expected_purchases_new_customer": "expected_purchases_new(39)",
    "conditional_probability_alive": "p_alive(summary)",
    "probability_alive": "p_alive(summary)",
    "expected_probability_alive": "p_alive(summary)",
    "conditional_expected_average_profit": "expected_spend(summary)",
    "expected_customer_spend": "expected_spend(summary)",
    "customer_lifetime_value": VALUE,
    "expected_customer_lifetime_value": VALUE,
    "params_": "parameters()",
    "params": "parameters()",
    "coef_": "parameters()",
    "fit_summary": "summary()",
    "variance_matrix_": "covariance",
    "standard_errors_": "standard_errors",
    "save_model": "save(path)",
}


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
    left_out : float
        Customers whom the model cannot describe.
    """

    log_likelihood: float
    customers: float
    covariance: tuple[tuple[float, ...], ...] | None
    steps: int
    status: str
    oldest: float | None = None
    left_out: float = 0.0

    @property
    def converged(self) -> bool:
        """Whether the parameters are a proper maximum."""
        return self.status == "converged"


@dataclass(frozen=True, eq=False, repr=False)
class ModelSummary(Result):
    """A model told in words: a heading, the table of parameters, notes on the fit.

    Attributes
    ----------
    table : pandas.DataFrame
        What `Model.parameters` returns.
    heading : str
    notes : tuple of str
    """

    heading: str
    notes: tuple[str, ...]

    @property
    def caption(self) -> str:
        """The notes, one per line."""
        return "\n".join(self.notes)

    def __repr__(self) -> str:
        shown = self.table.to_string(float_format="{:.6g}".format)
        return f"{self.heading}\n{shown}\n{self.caption}"

    def _repr_html_(self) -> str:
        shown = self.table.to_html(float_format="{:.6g}".format, notebook=True, border=0)
        notes = "<br>".join(map(escape, self.notes))
        return f"<p>{escape(self.heading)}</p>\n{shown}\n<p>{notes}</p>"
