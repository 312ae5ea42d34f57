"""Satisfaction: perceived against expected, measured with honest intervals.

answers      labels to numbers, scales and missing answers checked
intervals    shares, means, medians, events within a time
groups       the difference of two estimates, one row per group
regression   least squares that refuses what cannot be told apart
comparison   expected against perceived, how expectations form
surface      satisfaction as a surface over both
promises     promised against actual, the best promise
queues       who turns away, how long a queue gets, a visit on a time line
gaps         service-quality gaps by dimension
measures     reputation, named purchase, price sensitivity
buying       repeat rate, spend
complaints   complaints per purchase, and their chart
scorecard    the six measures as one table and one index
index        an index from 0 to 100, and its weights
promoters    net promoter score
panels       the same people asked twice
precision    margins of error, design effects, weights
reliability  alpha, and the reliability of a difference
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmlab.satisfaction.answers import ORDERS, rescale, to_numbers
from crmlab.satisfaction.buying import Spend, repeat_rate, spend
from crmlab.satisfaction.comparison import (
    Disconfirmation,
    disconfirmation,
    expectation_path,
    plot_expectations,
)
from crmlab.satisfaction.complaints import (
    ComplaintChart,
    complaint_chart,
    complaint_rate,
    plot_complaints,
)
from crmlab.satisfaction.gaps import ServiceGaps, mean_ratings, plot_gaps, service_gaps
from crmlab.satisfaction.groups import by_group, difference, plot_groups
from crmlab.satisfaction.index import PathModel, index_0_100, path_weights
from crmlab.satisfaction.intervals import mean, median, proportion, share_within
from crmlab.satisfaction.measures import named_purchase, reputation
from crmlab.satisfaction.panels import PanelChanges, panel_changes, plot_panel_changes
from crmlab.satisfaction.precision import (
    answers_needed,
    design_effect,
    effective_sample_size,
    margin_of_error,
    weight_to,
)
from crmlab.satisfaction.promises import (
    BestPromise,
    PromiseGap,
    best_promise,
    plot_best_promise,
    plot_promised_actual,
    promise_gap,
)
from crmlab.satisfaction.promoters import net_promoter_score, plot_net_promoter_score
from crmlab.satisfaction.queues import (
    Journey,
    balking_rate,
    plot_journey,
    queue_wait,
    service_journey,
)
from crmlab.satisfaction.regression import NotIdentifiedError, regress
from crmlab.satisfaction.reliability import cronbach_alpha, difference_reliability
from crmlab.satisfaction.scorecard import (
    SixMeasures,
    plot_six_measures,
    six_measures,
)
from crmlab.satisfaction.surface import ResponseSurface, plot_response_surface, response_surface

__all__ = [
    "ORDERS",
    "BestPromise",
    "ComplaintChart",
    "Disconfirmation",
    "Journey",
    "NotIdentifiedError",
    "PanelChanges",
    "PathModel",
    "PromiseGap",
    "ResponseSurface",
    "ServiceGaps",
    "SixMeasures",
    "Spend",
    "answers_needed",
    "balking_rate",
    "best_promise",
    "by_group",
    "complaint_chart",
    "complaint_rate",
    "cronbach_alpha",
    "design_effect",
    "difference",
    "difference_reliability",
    "disconfirmation",
    "effective_sample_size",
    "expectation_path",
    "index_0_100",
    "margin_of_error",
    "mean",
    "mean_ratings",
    "median",
    "named_purchase",
    "net_promoter_score",
    "panel_changes",
    "path_weights",
    "plot_best_promise",
    "plot_complaints",
    "plot_expectations",
    "plot_gaps",
    "plot_groups",
    "plot_journey",
    "plot_net_promoter_score",
    "plot_panel_changes",
    "plot_promised_actual",
    "plot_response_surface",
    "plot_six_measures",
    "promise_gap",
    "proportion",
    "queue_wait",
    "regress",
    "repeat_rate",
    "reputation",
    "rescale",
    "response_surface",
    "service_gaps",
    "service_journey",
    "share_within",
    "six_measures",
    "spend",
    "to_numbers",
    "weight_to",
]

_GUESSES = {
    "acsi": "index_0_100",
    "alpha": "cronbach_alpha",
    "cronbachs_alpha": "cronbach_alpha",
    "csat": "proportion",
    "moe": "margin_of_error",
    "nps": "net_promoter_score",
    "plot_nps": "plot_net_promoter_score",
    "proportion_confint": "proportion",
    "rake": "weight_to",
    "raking": "weight_to",
    "repurchase_rate": "repeat_rate",
    "retention_rate": "repeat_rate",
    "sample_size": "answers_needed",
    "satisfaction_index": "index_0_100",
    "servqual": "service_gaps",
}


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        guess = _GUESSES.get(name.lower())
        hint = f"; it is called {guess}" if guess else ""
        raise AttributeError(f"crmlab.satisfaction has no {name!r}{hint}")


def __dir__() -> list[str]:
    return sorted(__all__)
