"""Alarms: who owes too much or pays late, what lies off its plan, who has fallen silent."""

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
from crmlab.alerts.evaluation import AlarmScores, evaluate, plot_alarm_scores
from crmlab.alerts.history import Silences, past_silences
from crmlab.alerts.old_sales import OldSales, old_sales
from crmlab.alerts.plans import Progress, expense_progress, plot_progress, sales_progress
from crmlab.alerts.rhythm import Silence, gap_regularity, silence
from crmlab.alerts.score_card import ScoreCard, points_scale, score_card
from crmlab.alerts.score_test import ScoreTest, plot_score_test, score_test

__all__ = [
    "AlarmScores",
    "ControlChart",
    "ExpectedLoss",
    "OldSales",
    "OpenItems",
    "Progress",
    "ScoreCard",
    "ScoreTest",
    "Silence",
    "Silences",
    "collection_effectiveness",
    "count_back",
    "cusum",
    "days_sales_outstanding",
    "evaluate",
    "ewma",
    "expected_loss",
    "expense_progress",
    "exposure",
    "gap_regularity",
    "loss_rates",
    "old_sales",
    "open_items",
    "past_silences",
    "plot_ageing",
    "plot_alarm_scores",
    "plot_control_chart",
    "plot_progress",
    "plot_score_test",
    "points_scale",
    "sales_progress",
    "score_card",
    "score_test",
    "silence",
]
