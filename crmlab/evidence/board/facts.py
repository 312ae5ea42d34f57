"""What a board page is made of, before any word is said: numbers, parts, windows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

Span: TypeAlias = tuple[pd.Timestamp, pd.Timestamp]
Basis = Literal["counted", "estimated", "models", "derived", "given"]


@dataclass(frozen=True)
class Fact:
    """One number with what it needs to be understood.

    Attributes
    ----------
    key : str
        What the sentences call it, such as ``"top.share"``.
    estimate, low, high : float
        The number and its 95 % interval; a counted or given number has none (NaN).
    unit : str
        A key of `crmlab.evidence.board.wording.UNITS`.
    window : str
        A key of `Windows.spans`.
    base : tuple of float and str, or None
        How many of what it refers to: the denominator.
    basis : {"counted", "estimated", "models", "derived", "given"}
        How it is known; the range of ``"models"`` goes from the lowest to the highest of them, and
        what is derived follows from estimates that have their own range.
    part : str
        The part of the page for which it was found.
    """

    key: str
    estimate: float
    unit: str
    window: str
    base: tuple[float, str] | None = None
    low: float = np.nan
    high: float = np.nan
    basis: Basis = "counted"
    part: str = ""


@dataclass(frozen=True)
class Picture:
    """Bars or dots with their labels: names are keys of labels, numbers are keys of facts."""

    kind: Literal["bars", "twins", "dots"]
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Part:
    """One part of the page: which sentences it says, in which order, and its figure."""

    name: str
    says: list[str] = field(default_factory=list)
    picture: Picture | None = None


@dataclass
class Ledger:
    """All facts, parts and reasons of a page, as they are found; ``best`` is the best model.

    ``finding`` is the part whose numbers are being found.
    """

    facts: dict[str, Fact] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    best: str = ""
    finding: str = ""

    def count(self, key: str, value: float, unit: str, window: str, base: Any = None) -> float:
        """Note a counted number and hand it back."""
        self._note(Fact(key, float(value), unit, window, base))
        return float(value)

    def given(self, key: str, value: float, unit: str, window: str) -> None:
        """Note a number that was not found but assumed."""
        self._note(Fact(key, float(value), unit, window, basis="given"))

    def derived(self, key: str, value: float, unit: str, window: str, base: Any = None) -> None:
        """Note a number that follows from estimates."""
        self._note(Fact(key, float(value), unit, window, base, basis="derived"))

    def estimate(
        self, key: str, found: Any, unit: str, window: str, base: Any, basis: Basis = "estimated"
    ) -> None:
        """Note an estimate, a Series or mapping with ``estimate``, ``low`` and ``high``."""
        middle, low, high = (float(found[name]) for name in ("estimate", "low", "high"))
        self._note(Fact(key, middle, unit, window, base, low, high, basis))

    def _note(self, fact: Fact) -> None:
        self.facts[fact.key] = replace(fact, part=self.finding)

    def part(self, name: str, *says: str, picture: Picture | None = None) -> Part:
        """Begin a part, or go on with it."""
        part = self.parts.setdefault(name, Part(name))
        part.says += says
        part.picture = picture or part.picture
        return part

    def __contains__(self, key: str) -> bool:
        return key in self.facts

    def __getitem__(self, key: str) -> Fact:
        return self.facts[key]

    def value(self, key: str) -> float:
        """The estimate of a fact."""
        return self.facts[key].estimate


LENGTHS = (12, 6, 3, 1)


@dataclass(frozen=True)
class Windows:
    """The days between which things are counted.

    Attributes
    ----------
    first, until : pandas.Timestamp
        First and last day of the record.
    months : int
        Length of the window that is compared with the one before; 0 where the record is too short
        for two of them.
    survey, surveys : pair of pandas.Timestamp, or None
        First and last day of the last wave of the survey, and of the last two.
    """

    first: pd.Timestamp
    until: pd.Timestamp
    months: int
    survey: Span | None = None
    surveys: Span | None = None

    @classmethod
    def of(cls, days: pd.Series) -> Windows:
        """The longest of 12, 6, 3 and 1 months that the record holds twice.

        A first sale up to one day a month late is let pass, since shops are closed now and then.
        """
        first, until = days.min(), days.max()
        for months in LENGTHS:
            begin = until + pd.Timedelta(days=1) - pd.DateOffset(months=2 * months)
            if first <= begin + pd.Timedelta(days=months):
                return cls(first, until, months)
        return cls(first, until, 0)

    def start(self, back: int) -> pd.Timestamp:
        """First day of the window that lies ``back`` windows before the last one."""
        if not self.months:
            return self.first
        return self.until + pd.Timedelta(days=1) - pd.DateOffset(months=self.months * (1 + back))

    @property
    def next_year(self) -> pd.Timestamp:
        """Last day of the twelve months to come."""
        return self.until + pd.DateOffset(months=12)

    @property
    def quarter_end(self) -> pd.Timestamp:
        """Last day of the thirteen weeks to come."""
        return self.until + pd.Timedelta(weeks=13)

    @property
    def two_thirds(self) -> pd.Timestamp:
        """The day on which two thirds of the time of the record had passed."""
        return (self.first + (self.until - self.first) * 2 / 3).normalize()

    @property
    def spans(self) -> dict[str, Span]:
        """First and last day of every window that a fact may name."""
        day = pd.Timedelta(days=1)
        return {
            "all": (self.first, self.until),
            "year": (self.until + day - pd.DateOffset(months=12), self.until),
            "now": (self.start(0), self.until),
            "before": (self.start(1), self.start(0) - day),
            "next": (self.until + day, self.next_year),
            "quarter": (self.until + day, self.quarter_end),
            "check": (self.two_thirds + day, self.until),
            "survey": self.survey or (self.first, self.until),
            "surveys": self.surveys or (self.first, self.until),
        }

    def inside(self, days: pd.Series, window: str) -> pd.Series:
        """Whether each day lies in a window."""
        begin, end = self.spans[window]
        return (days >= begin) & (days <= end)
