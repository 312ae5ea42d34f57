"""Alarms: who owes too much or pays late, what lies off its plan."""

from crmlab.alerts.charts import ControlChart, cusum, ewma, plot_control_chart
from crmlab.alerts.collection import (
    ExpectedLoss,
    collection_effectiveness,
    count_back,
    days_sales_outstanding,
    expected_loss,
    loss_rates,
)
from crmlab.alerts.credit import OpenItems, exposure, open_items, plot_ageing
from crmlab.alerts.score_card import ScoreCard, points_scale, score_card
from crmlab.alerts.score_test import ScoreTest, plot_score_test, score_test

__all__ = [
    "ControlChart",
    "ExpectedLoss",
    "OpenItems",
    "ScoreCard",
    "ScoreTest",
    "collection_effectiveness",
    "count_back",
    "cusum",
    "days_sales_outstanding",
    "ewma",
    "expected_loss",
    "exposure",
    "loss_rates",
    "open_items",
    "plot_ageing",
    "plot_control_chart",
    "plot_score_test",
    "points_scale",
    "score_card",
    "score_test",
]
