"""Prices and fees: who pays, who changes, who leaves."""

from crmlab.pricing.attributes import Attributes, NotIdentifiedError
from crmlab.pricing.choices import choice_model
from crmlab.pricing.clubs import ClubFee, club_fee, plot_club_fee
from crmlab.pricing.fees import (
    FeeMap,
    FeeResponses,
    break_even_rate,
    fee_ledger,
    fee_map,
    fee_response,
    plot_fee_map,
)
from crmlab.pricing.forms import example_form, from_form
from crmlab.pricing.granger import (
    AskedPrices,
    LogisticDemand,
    gabor_granger,
    logistic_demand,
    plot_asked_prices,
)
from crmlab.pricing.intent import CALIBRATION, PriceIntent, plot_price_intent, price_intent
from crmlab.pricing.meter import PriceMeter, plot_price_meter, price_meter
from crmlab.pricing.part_worths import PartWorths, plot_part_worths
from crmlab.pricing.ratings import conjoint
from crmlab.pricing.references import reference_effect
from crmlab.pricing.response import (
    Elasticity,
    elasticity,
    plot_elasticity,
    step_elasticity,
)
from crmlab.pricing.shares import (
    Levers,
    Shares,
    levers,
    plot_levers,
    plot_shares,
    preference_shares,
)
from crmlab.pricing.terms import effective_discount, expected_refund, trade_credit
from crmlab.pricing.worth import (
    Worth,
    WorthBySegment,
    plot_worth,
    plot_worth_by_segment,
    willingness_to_pay,
    worth_by,
)

__all__ = [
    "CALIBRATION",
    "AskedPrices",
    "Attributes",
    "ClubFee",
    "Elasticity",
    "FeeMap",
    "FeeResponses",
    "Levers",
    "LogisticDemand",
    "NotIdentifiedError",
    "PartWorths",
    "PriceIntent",
    "PriceMeter",
    "Shares",
    "Worth",
    "WorthBySegment",
    "break_even_rate",
    "choice_model",
    "club_fee",
    "conjoint",
    "effective_discount",
    "elasticity",
    "example_form",
    "expected_refund",
    "fee_ledger",
    "fee_map",
    "fee_response",
    "from_form",
    "gabor_granger",
    "levers",
    "logistic_demand",
    "plot_asked_prices",
    "plot_club_fee",
    "plot_elasticity",
    "plot_fee_map",
    "plot_levers",
    "plot_part_worths",
    "plot_price_intent",
    "plot_price_meter",
    "plot_shares",
    "plot_worth",
    "plot_worth_by_segment",
    "preference_shares",
    "price_intent",
    "price_meter",
    "reference_effect",
    "step_elasticity",
    "trade_credit",
    "willingness_to_pay",
    "worth_by",
]
