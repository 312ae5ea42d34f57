"""Evidence: does an action pay, and how would we know?"""

from crmlab.evidence.trials import trial_size

__all__ = ["trial_size"]
