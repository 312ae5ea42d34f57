"""What a customer is worth: from a sum on paper to retention, contracts and claims put to the test.

Time is counted in periods (years, months), rates are fractions of one (0.10 is 10 %), money is in
one currency. Rate, retention and margin must all belong to the same length of period. Wherever a
convention changes the answer it is an argument without a default:

- ``first="start"`` puts the first payment at time 0, ``first="end"`` one period later;
- ``unit="pp"`` means percentage points, ``unit="pct"`` per cent of the rate itself.
"""

from crmlab.lifetime_value.cash import cash_table
from crmlab.lifetime_value.claims import compare_claims, retention_lift
from crmlab.lifetime_value.cohorts import (
    contract_histories,
    count_renewals,
    renewals_from_survivors,
    retention_rate,
)
from crmlab.lifetime_value.figures import (
    plot_bridge,
    plot_cash_flows,
    plot_spending,
    plot_survival,
    plot_value_by_retention,
)
from crmlab.lifetime_value.losses import cost_of_lost_customers, value_components
from crmlab.lifetime_value.multiples import margin_multiple, retention_table
from crmlab.lifetime_value.payments import break_even_tenure, internal_rate, present_value
from crmlab.lifetime_value.retention import residual_value, survival, with_retention
from crmlab.lifetime_value.spending import Response, best_spending
from crmlab.lifetime_value.states import markov_value

__all__ = [
    "Response",
    "best_spending",
    "break_even_tenure",
    "cash_table",
    "compare_claims",
    "contract_histories",
    "cost_of_lost_customers",
    "count_renewals",
    "internal_rate",
    "margin_multiple",
    "markov_value",
    "plot_bridge",
    "plot_cash_flows",
    "plot_spending",
    "plot_survival",
    "plot_value_by_retention",
    "present_value",
    "renewals_from_survivors",
    "residual_value",
    "retention_lift",
    "retention_rate",
    "retention_table",
    "survival",
    "value_components",
    "with_retention",
]
