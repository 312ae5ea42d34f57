"""Facts in words: numbers, ranges, days and sentences in one of two languages."""

from __future__ import annotations

import re
from math import floor, isnan, log10

import pandas as pd

from crmlab.evidence.board import wording
from crmlab.evidence.board.facts import Fact, Ledger, Windows

DIGITS = 3
MINUS = "\u2212"


class Words:
    """Says facts in a language.

    Parameters
    ----------
    ledger : Ledger
    windows : Windows
    language : {"en", "zh"}
    currency : str
        A sign put before an amount, such as ``"$"``, or letters put after it, such as ``"USD"``.
    """

    def __init__(
        self, ledger: Ledger, windows: Windows, language: wording.Language, currency: str
    ) -> None:
        self.ledger, self.windows, self.currency = ledger, windows, currency
        self.place = 0 if language == "en" else 1

    def pick(self, pair: wording.Pair) -> str:
        """The text of this language."""
        return pair[self.place]

    def say(self, text: str) -> str:
        """A sentence with its numbers and days filled in."""
        return re.sub(r"\{([\w.]+)(?:\|(\w+))?\}", lambda m: self._filled(m[1], m[2]), text)

    def _filled(self, name: str, form: str | None) -> str:
        if name == "months":
            return self.months()
        if name == "best":
            return self.pick(wording.MODELS[self.ledger.best])
        if name == "ready":
            return self.day(self.windows.first + pd.DateOffset(months=9))
        span, _, end = name.partition(".")
        if end in ("first", "last", "start") and span in self.windows.spans:
            begin, last = self.windows.spans[span]
            if end == "start":
                begin -= pd.Timedelta(days=1)
            return self.day(last if end == "last" else begin)
        fact = self.ledger[name]
        if form == "base":
            return self.base(fact)
        return {
            None: self.value(fact),
            "n": self.number(fact, fact.estimate),
            "low": self.number(fact, fact.low),
            "high": self.number(fact, fact.high),
            "range": self.interval(fact),
        }[form]

    def value(self, fact: Fact) -> str:
        """The estimate with its unit."""
        return self._counted(self.number(fact, fact.estimate), fact.unit)

    def interval(self, fact: Fact) -> str:
        """Both ends of the interval."""
        ends = {name: self.number(fact, getattr(fact, name)) for name in ("low", "high")}
        return self.pick(wording.PAGE["to"]).format(**ends)

    def base(self, fact: Fact) -> str:
        """What the number refers to: its denominator."""
        if fact.base is None:
            return ""
        many, unit = fact.base
        return self._counted(f"{many:,.0f}", unit)

    def _counted(self, number: str, unit: str) -> str:
        one, several, chinese = wording.UNITS[unit]
        if self.place:
            return f"{number}{chinese}"
        return f"{number} {one if number == '1' else several}".rstrip()

    def number(self, fact: Fact, value: float) -> str:
        """A number as the page writes it, alike in both languages."""
        if isnan(value):
            return ""
        sign = "+" if fact.key.endswith(".change") and value > 0 else ""
        if value < 0:
            sign = MINUS
        size = abs(value)
        if fact.unit == "share":
            text = f"{100 * size:.1f}{'%' if self.place else chr(160) + '%'}"
        elif fact.unit == "index":
            text = f"{size:.2f}"
        elif fact.unit in ("points", "per_thousand"):
            text = f"{size:.1f}"
        else:
            counted = fact.basis in ("counted", "derived") and fact.unit != "rounded"
            rounded = size if counted else float(three_digits(size).replace(",", ""))
            cents = fact.unit in ("money", "rounded") and size < 100
            text = f"{rounded:,.2f}" if cents else f"{rounded:,.0f}"
        sign = "" if not re.search("[1-9]", text) else sign
        return f"{sign}{self._money(text) if fact.unit in ('money', 'rounded') else text}"

    def _money(self, text: str) -> str:
        if not self.currency:
            return text
        before = not self.currency[-1].isalpha() or len(self.currency) == 1
        return f"{self.currency}{text}" if before else f"{text}\u00a0{self.currency}"

    def day(self, day: pd.Timestamp) -> str:
        """A day."""
        if self.place:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {wording.MONTHS[day.month - 1]} {day.year}"

    def months(self) -> str:
        """Length of the windows that are compared."""
        if self.windows.months == 1:
            return self.pick(wording.PAGE["month"])
        return self.pick(wording.PAGE["months"]).format(n=self.windows.months)

    def window(self, name: str) -> str:
        """First and last day of a window."""
        first, last = (self.day(day) for day in self.windows.spans[name])
        return self.pick(wording.PAGE["to"]).format(low=first, high=last)


def three_digits(size: float) -> str:
    """A positive number rounded to three digits, with commas.

    Examples
    --------
    >>> three_digits(187_432.4), three_digits(8.006), three_digits(0.01234), three_digits(0)
    ('187,000', '8.01', '0.0123', '0')
    """
    if size == 0:
        return "0"
    decimals = DIGITS - 1 - floor(log10(size))
    rounded = round(size, decimals)
    return f"{rounded:,.{max(decimals, 0)}f}"
