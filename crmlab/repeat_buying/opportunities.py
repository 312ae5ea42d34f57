"""What BG/BB and the shifted-beta-geometric share: purchases at numbered opportunities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from crmlab.repeat_buying.purchases import PurchaseModel


@dataclass(frozen=True)
class OpportunityModel(PurchaseModel):
    """A model in which customers leave and buy at whole numbers of periods only.

    A model gives `_stay`, the chance to be there at each of the next opportunities;
    `_chance_to_buy` at one; and `_residual`, the sum of `_stay` over all time, discounted.
    """

    whole: ClassVar[bool] = True

    seasonless: ClassVar[str] = "its customers act at opportunities, not on days"

    def _offset(self):
        return None

    def _future(self, x, T, horizon, force, clock=None):
        """Expected purchases at the next ``horizon`` opportunities, discounted at ``force``."""
        if np.isinf(horizon):
            return self._chance_to_buy(x, T) * self._residual(T, np.expm1(force))
        steps = np.exp(-force * np.arange(1, int(horizon) + 1))
        return self._chance_to_buy(x, T) * (self._stay(T, int(horizon)) @ steps)

    def _alive_purchases(self, x, T, times):
        within = self._stay(T, int(times.max())).cumsum(axis=1)[:, times.astype(int) - 1]
        return self._chance_to_buy(x, T)[:, :, None] * within
