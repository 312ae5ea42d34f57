"""Evidence: does an action pay, and how would we know?"""

from crmlab.evidence.board import BoardReport, board_report
from crmlab.evidence.by_group import Uplift, plot_uplift, uplift
from crmlab.evidence.claims import (
    CLAIMS,
    Claim,
    ClaimTests,
    ClaimWorlds,
    claim_worlds,
    plot_claim_worlds,
    sayings,
    test_claims,
)
from crmlab.evidence.crisis import (
    InterruptedSeries,
    crisis_sales,
    firms,
    interrupted_series,
    plot_interrupted_series,
)
from crmlab.evidence.effects import TrialEffect, plot_trial_effect, trial_effect
from crmlab.evidence.following import Followed, follow
from crmlab.evidence.rolling import TestAndRoll, plot_test_and_roll, test_and_roll
from crmlab.evidence.targeting import (
    TargetingCurve,
    foresee,
    plot_targeting_curve,
    targeting_curve,
)
from crmlab.evidence.trials import share_trial_size, trial_size

__all__ = [
    "CLAIMS",
    "BoardReport",
    "Claim",
    "ClaimTests",
    "ClaimWorlds",
    "Followed",
    "InterruptedSeries",
    "TargetingCurve",
    "TestAndRoll",
    "TrialEffect",
    "Uplift",
    "board_report",
    "claim_worlds",
    "crisis_sales",
    "firms",
    "follow",
    "foresee",
    "interrupted_series",
    "plot_claim_worlds",
    "plot_interrupted_series",
    "plot_targeting_curve",
    "plot_test_and_roll",
    "plot_trial_effect",
    "plot_uplift",
    "sayings",
    "share_trial_size",
    "targeting_curve",
    "test_and_roll",
    "test_claims",
    "trial_effect",
    "trial_size",
    "uplift",
]
