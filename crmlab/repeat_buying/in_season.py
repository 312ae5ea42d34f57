"""Models that a season may drive: what they accept, and how ages become operational time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from crmlab import inputs
from crmlab.repeat_buying.customers import UnitError, unit_days
from crmlab.repeat_buying.models import Model
from crmlab.repeat_buying.season import Clock, Season, number_of
from crmlab.repeat_buying.summary import Summary


@dataclass(frozen=True)
class SeasonModel(Model):
    """A model with a field for a season; ``seasonless`` says why it takes none."""

    season: Season | None = field(default=None, kw_only=True, repr=False)

    seasonless: ClassVar[str] = "it fits none"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.season is not None:
            self._accept(self.season)

    @classmethod
    def _accept(cls, season: Any) -> None:
        if not isinstance(season, Season):
            raise ValueError(
                f"season is {inputs.shown(season)}; give a Season, such as Season([...]) of 12"
                " weights or Season.estimate(transactions)."
            )
        if cls.seasonless:
            raise ValueError(
                f"{cls.__name__} takes no season: {cls.seasonless}. Take BGNBD or MBGNBD."
            )

    def _drawn_without_season(self) -> None:
        if self.season is not None:
            raise ValueError(
                "simulate draws without a calendar; write"
                " dataclasses.replace(model, season=None).simulate(...) for operational time."
            )

    def _clock_from(
        self, start: inputs.Day | None, call: str, where: str = "start"
    ) -> Clock | None:
        """The season from a day on; None without a season."""
        if self.season is None:
            return None
        if start is None:
            raise ValueError(
                f"{where}: the model has a season, so the day of the purchase counts; write {call}."
            )
        if self.unit is None:
            raise UnitError("the model has a season and no time unit; make it with unit='week'")
        return Clock(self.season, number_of(start, where), unit_days(self.unit))


def in_season(customers: Any, season: Season, summary: Any) -> Any:
    """The customers with recency and T in operational time, and the clock that goes on from it."""
    last = None
    if isinstance(summary, Summary):
        last = summary.calibration_end or summary.until
    if last is None:
        raise ValueError(
            "season: the summary does not say its last day; give the Summary from summarise, or"
            " Summary(table, unit='week', until='2025-12-31')."
        )
    if customers.unit is None:
        raise UnitError("season: the time unit is not known; give the model one, as unit='week'")
    clock = Clock(season, number_of(last, "summary.until"), unit_days(customers.unit))
    tx, T = clock.seen(customers.tx, customers.T)
    return replace(customers, tx=tx, T=T, clock=clock)
