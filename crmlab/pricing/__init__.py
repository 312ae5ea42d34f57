"""Prices and fees: who pays, who changes, who leaves."""

from crmlab.pricing.fees import (
    FeeMap,
    FeeResponses,
    break_even_rate,
    fee_ledger,
    fee_map,
    fee_response,
    plot_fee_map,
)

__all__ = [
    "FeeMap",
    "FeeResponses",
    "break_even_rate",
    "fee_ledger",
    "fee_map",
    "fee_response",
    "plot_fee_map",
]
