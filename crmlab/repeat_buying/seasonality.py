"""The season in a log, told from the growth of the base, the ageing of customers and a drift."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.inputs.engines import collected
from crmlab.repeat_buying.season import Season
from crmlab.repeat_buying.transactions import checked, day_number, opened, purchase_days
from crmlab.repeat_buying.year import CYCLE, MONTHS, parts_of_year, shares_of_year

YEARS, FEW, ROUNDS, CLOSE = 2, 25, 12, 1e-6
LEAST, PAUSES, WEEK, INFLATED, SINGULAR = 50, 2, 7, 100.0, 1e-12
AGES = np.concatenate([np.arange(0, 57, 7), np.arange(84, 365, 28), np.arange(420, 40_000, 56)])
CHUNK = 256

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Log:
    """Repeat purchases: customer, day of the first purchase, day; all first days; the last day."""

    who: NDArray[np.int64]
    first: NDArray[np.int64]
    day: NDArray[np.int64]
    births: NDArray[np.int64]
    last: int


@dataclass(frozen=True, eq=False)
class _Design:
    """Cells of age by time: what each one's rate depends on, and where things fall."""

    season: Season
    edges: Floats
    start: int
    last: int

    @property
    def part(self) -> NDArray[np.int64]:
        """Part of the year of each day from the first one on."""
        days = np.arange(self.start, self.last + 1)
        return parts_of_year(len(self.season.weights))[days % CYCLE]

    @property
    def period(self) -> NDArray[np.int64]:
        """Running number of the month or week of each day."""
        return np.concatenate([[0], np.cumsum(np.diff(self.part) != 0)])

    def cells(self, first: Any, day: Any) -> NDArray[np.int64]:
        """Cell of customers who first bought on one day, on another day."""
        age = self.season._at(day) - self.season._at(first)
        group = np.searchsorted(self.edges, age, side="right") - 1
        return group * (self.period[-1] + 1) + self.period[day - self.start]

    def columns(self) -> Floats:
        """One row per cell: age group, drift in years, part of the year but for the first."""
        period, groups = self.period, len(self.edges)
        count = period[-1] + 1
        places = np.unique(period, return_index=True)[1]
        year = (np.bincount(period, np.arange(len(period))) / np.bincount(period)) / 365.25
        parts = np.eye(len(self.season.weights))[self.part[places]][:, 1:]
        later = np.column_stack([year - year.mean(), parts])
        return np.hstack([np.repeat(np.eye(groups), count, axis=0), np.tile(later, (groups, 1))])


def estimated(
    transactions: Any,
    until: inputs.Day | None,
    refunds: inputs.Refunds,
    asked: tuple[int, float],
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], float]:
    """Weights, their lower and upper limits, and the drift (see `Season.estimate`)."""
    count, confidence = asked
    quantile = intervals.normal_quantile(confidence)
    log = _read(transactions, until, refunds)
    _check(log, count)
    season = Season((1.0,) * count)
    shares = shares_of_year(count)
    for _ in range(ROUNDS):
        before = np.array(season.weights)
        design = _Design(season, _edges(log, season), int(log.births.min()), log.last)
        theta, exposure = _fitted(log, design)
        weights = np.exp(np.append(0, theta[-count + 1 :]))
        weights /= shares @ weights
        season = Season(tuple(weights))
        if np.abs(weights / before - 1).max() < CLOSE:
            break
    errors = _errors(log, design, theta, exposure, weights)
    reach = np.exp(quantile * errors)
    drift = float(np.expm1(theta[-count]))
    return tuple(weights), tuple(weights / reach), tuple(weights * reach), drift


def _read(transactions: Any, until: inputs.Day | None, refunds: inputs.Refunds) -> _Log:
    inputs.choice(refunds, "refunds", ("error", "ignore", "net"))
    asked = None if until is None else inputs.day(until, "until").date()
    log = opened(transactions)
    last = checked(log, asked, refunds, "ignore")["until"]
    rows = collected(purchase_days(log, last, refunds).select("customer_id", "date"))
    if rows.empty:
        raise ValueError("transactions: no purchase is left; a season needs two years of them.")
    who = pd.factorize(rows["customer_id"])[0]
    day = pd.to_datetime(rows["date"]).to_numpy().astype("datetime64[D]").astype(np.int64)
    births = pd.Series(day).groupby(who).min().to_numpy()
    again = day > births[who]
    ends = int(day.max()) if asked is None else _filled(day, asked)
    return _Log(who[again], births[who][again], day[again], births, ends)


def _filled(day: NDArray[np.int64], asked: datetime.date) -> int:
    """The last day asked for, unless the log is empty before it for longer than a pause."""
    last, days = day_number(asked), np.unique(day)
    pause = int(np.diff(days).max(initial=0))
    if last - days[-1] > max(PAUSES * pause, WEEK):
        raise ValueError(
            f"until is {asked}, {last - days[-1]:,} days after the last purchase, and the longest "
            f"time between two purchases before is {pause:,} days: the log seems to end sooner, "
            "and its empty end would be taken for season. Leave until out."
        )
    return last


def _check(log: _Log, count: int) -> None:
    days = log.last - int(log.births.min()) + 1
    if days < YEARS * 365 - 7:
        raise ValueError(
            f"transactions: {days:,} days from the first purchase to the last day; a season needs "
            f"at least {YEARS} full years, or its growth would be taken for season. Give the "
            "profile as Season([...]) if you know it."
        )
    again, least = len(np.unique(log.who)), max(LEAST, 2 * count)
    if again < least:
        raise ValueError(
            f"transactions: {again:,} customers with repeat purchases; a season with honest "
            f"intervals needs at least {least}, since each of them may have a rhythm of their own. "
            "Give the profile as Season([...]) if you know it."
        )
    found = np.bincount(parts_of_year(count)[log.day % CYCLE], minlength=count)
    if (found == 0).any():
        empty = int(np.argmin(found))
        where = MONTHS[empty] if count == 12 else f"week {empty + 1} of the year"
        raise ValueError(
            f"transactions: no repeat purchase in {where}; a season needs some in each part. "
            "Take by='month', a longer log or more customers."
        )


def _edges(log: _Log, season: Season) -> Floats:
    """Lower ends of the age groups, so that none has few purchases."""
    ages = season._at(log.day) - season._at(log.first)
    counts = np.histogram(ages, np.append(AGES, np.inf))[0]
    kept, so_far = [0.0], 0
    for lower, count in zip(AGES, counts, strict=True):
        if so_far >= FEW and counts[lower <= AGES].sum() >= FEW:
            kept.append(float(lower))
            so_far = 0
        so_far += int(count)
    return np.array(kept)


def _exposures(log: _Log, design: _Design) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """First days, customers of each, and days of each in each cell."""
    firsts, customers = np.unique(log.births, return_counts=True)
    size = len(design.edges) * (int(design.period[-1]) + 1)
    found = np.zeros((len(firsts), size))
    for place, first in enumerate(firsts):
        days = np.arange(first + 1, log.last + 1)
        if len(days):
            found[place] = np.bincount(design.cells(first, days), minlength=size)
    return firsts, customers, found


def _fitted(log: _Log, design: _Design) -> tuple[Floats, Any]:
    """Poisson regression by Newton's method."""
    exposures = _exposures(log, design)
    exposed = exposures[1] @ exposures[2]
    counts = np.bincount(design.cells(log.first, log.day), minlength=len(exposed)).astype(float)
    columns = design.columns()
    some = exposed > 0
    x, y, e = columns[some], counts[some], exposed[some]
    groups = len(design.edges)
    by_group = x[:, :groups]
    theta = np.zeros(columns.shape[1])
    theta[:groups] = np.log((by_group.T @ y) / (by_group.T @ e))
    _told_apart((x.T * (e * np.exp(x @ theta))) @ x, groups)
    for _ in range(50):
        mean = e * np.exp(x @ theta)
        step = np.linalg.solve((x.T * mean) @ x, x.T @ (y - mean))
        theta = theta + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-10:
            break
    return theta, exposures


def _told_apart(information: Floats, groups: int) -> None:
    """Refuse a log in which the age of customers and the calendar go nearly together."""
    size = np.sqrt(np.diag(information))
    scaled = information / np.outer(size, size)
    values, vectors = np.linalg.eigh(scaled)
    if values[0] > SINGULAR * values[-1]:
        inflated = (vectors**2 / values).sum(axis=1)[groups:].max()
        if inflated <= INFLATED:
            return
    raise ValueError(
        "transactions: nearly all customers started at about one time, so what comes with their "
        "age cannot be told from season and drift. Take a log whose customers started over a "
        "longer time, at best a year or more, or give the profile as Season([...])."
    )


def _errors(log: _Log, design: _Design, theta: Floats, exposures: Any, weights: Floats) -> Floats:
    """Standard errors of the log weights: sandwich, with customers as clusters."""
    columns = design.columns()
    firsts, customers, exposed = exposures
    rate = np.exp(columns @ theta)
    expected = exposed @ (rate[:, None] * columns)
    mean = customers @ exposed * rate
    cells = design.cells(log.first, log.day)
    scores = -expected[np.searchsorted(firsts, log.births)]
    for place in range(columns.shape[1]):
        scores[:, place] += np.bincount(
            log.who, weights=columns[cells, place], minlength=len(scores)
        )
    bread = np.linalg.inv((columns.T * mean) @ columns)
    reach = bread[-len(weights) + 1 :]
    shares = shares_of_year(len(weights))
    turned = (np.eye(len(weights)) - shares * weights)[:, 1:] @ reach
    return np.sqrt(((scores @ turned.T) ** 2).sum(axis=0))
