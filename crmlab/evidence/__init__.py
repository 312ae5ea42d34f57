"""Evidence: does an action pay, and how would we know?"""

from crmlab.evidence.board import BoardReport, board_report
from crmlab.evidence.effects import TrialEffect, plot_trial_effect, trial_effect
from crmlab.evidence.following import Followed, follow
from crmlab.evidence.rolling import TestAndRoll, plot_test_and_roll, test_and_roll
from crmlab.evidence.targeting import (
    TargetingCurve,
    Uplift,
    foresee,
    plot_targeting_curve,
    plot_uplift,
    targeting_curve,
    uplift,
)
from crmlab.evidence.trials import share_trial_size, trial_size

__all__ = [
    "BoardReport",
    "Followed",
    "TargetingCurve",
    "TestAndRoll",
    "TrialEffect",
    "Uplift",
    "board_report",
    "follow",
    "foresee",
    "plot_targeting_curve",
    "plot_test_and_roll",
    "plot_trial_effect",
    "plot_uplift",
    "share_trial_size",
    "targeting_curve",
    "test_and_roll",
    "trial_effect",
    "trial_size",
    "uplift",
]
