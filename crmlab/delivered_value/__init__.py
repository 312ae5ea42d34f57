"""What a customer gains and pays: value and cost in one unit, and who buys what.

Offers: `compare`, `choose`, `highest_price`, `waterfall`. Costs a price tag hides: `time_cost`,
`risk_cost`, `cost_of_ownership`, `indifference_price`. The market: `economic_value`,
`price_ladder`, `value_map`. The seller's side: `customer_profit`, `economic_value_added`,
`growth_rate`.
"""

from crmlab.delivered_value.costs import (
    IndifferencePrice,
    cost_of_ownership,
    indifference_price,
    risk_cost,
    time_cost,
)
from crmlab.delivered_value.figures import (
    plot_break_even,
    plot_price_ladder,
    plot_value_map,
    plot_waterfall,
)
from crmlab.delivered_value.highest import highest_price
from crmlab.delivered_value.market import (
    EconomicValue,
    PriceLadder,
    ValueMap,
    economic_value,
    price_ladder,
    value_map,
)
from crmlab.delivered_value.offers import COSTS, VALUES, Waterfall, choose, compare, waterfall
from crmlab.delivered_value.seller import customer_profit, economic_value_added, growth_rate
from crmlab.delivered_value.units import UnitMismatchError

__all__ = [
    "COSTS",
    "VALUES",
    "EconomicValue",
    "IndifferencePrice",
    "PriceLadder",
    "UnitMismatchError",
    "ValueMap",
    "Waterfall",
    "choose",
    "compare",
    "cost_of_ownership",
    "customer_profit",
    "economic_value",
    "economic_value_added",
    "growth_rate",
    "highest_price",
    "indifference_price",
    "plot_break_even",
    "plot_price_ladder",
    "plot_value_map",
    "plot_waterfall",
    "price_ladder",
    "risk_cost",
    "time_cost",
    "value_map",
    "waterfall",
]
