"""What is true of what they say: twenty sayings as tests."""

from crmlab.evidence.claims.catalogue import CLAIMS
from crmlab.evidence.claims.saying import Claim
from crmlab.evidence.claims.testing import (
    ClaimTests,
    ClaimWorlds,
    claim_worlds,
    plot_claim_worlds,
    sayings,
    test_claims,
)

__all__ = [
    "CLAIMS",
    "Claim",
    "ClaimTests",
    "ClaimWorlds",
    "claim_worlds",
    "plot_claim_worlds",
    "sayings",
    "test_claims",
]
