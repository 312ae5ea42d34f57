"""Purchases that come in rhythms: a household's cars, repairs and trade-ins over twenty years."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.lifetime_value.timing import discount_factors, discount_rate
from crmlab.results import Result

LastYear: TypeAlias = Literal["included", "excluded"]
LAST_YEAR = ("included", "excluded")
_MOST_SCHEDULES = 2_000_000
_MOST_PURCHASES = 1_000_000


@dataclass(frozen=True)
class Stream:
    """Something bought again and again.

    Parameters
    ----------
    name : str
        What is bought, such as ``"own car"``.
    start : float
        Year of the first purchase; 0 is today.
    every : float
        Years between purchases, above 0.
    revenue : float
        Money per purchase.
    margin : float
        Share of the revenue that is contribution, at most 1; negative for a loss.
    until : float, optional
        Last year of this stream. Without it: the end of the schedule.

    Examples
    --------
    >>> Stream("own car", start=0, every=4, revenue=40, margin=0.04).margin
    0.04
    """

    name: str
    start: float
    every: float
    revenue: float
    margin: float
    until: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise ValueError(f"the name of a stream is {self.name!r}; give text.")
        limits: dict[str, dict[str, Any]] = {
            "start": {"at_least": 0},
            "every": {"above": 0},
            "revenue": {"at_least": 0},
            "margin": {"at_most": 1},
            "until": {"at_least": 0},
        }
        for field, limit in limits.items():
            value = getattr(self, field)
            if field == "until" and value is None:
                continue
            where = f"stream {self.name!r}: {field}{' (a share of revenue)' * (field == 'margin')}"
            object.__setattr__(self, field, inputs.number(value, where, **limit))


def schedule(
    streams: Stream | Sequence[Stream], *, years: float, last_year: LastYear, rate: float
) -> pd.DataFrame:
    """Every purchase of a schedule, with its year and its contribution.

    Parameters
    ----------
    streams : list of Stream
        What is bought in which rhythm; names differ.
    years : float
        Length of the schedule.
    last_year : {"included", "excluded"}
        Whether a purchase exactly at the end of the schedule, or of a stream's ``until``, counts.
    rate : float
        Discount rate per year as a fraction; 0 leaves money as it is.

    Returns
    -------
    pandas.DataFrame
        ``stream``, ``year``, ``revenue``, ``contribution``, ``present_value`` (of the
        contribution), by year.

    Examples
    --------
    A car of 40 every ten years, at 5 %: does the one in year 20 count?

    >>> car = Stream("own car", start=0, every=10, revenue=40, margin=0.05)
    >>> schedule([car], years=20, last_year="excluded", rate=0)["year"].tolist()
    [0.0, 10.0]
    >>> schedule([car], years=20, last_year="included", rate=0)["contribution"].tolist()
    [2.0, 2.0, 2.0]
    """
    given, years = _checked(streams, years, last_year)
    rate = discount_rate(rate)
    parts = [
        pd.DataFrame({"year": when, "revenue": float(stream.revenue), "margin": stream.margin})
        for stream in given
        for when in [_years_of(stream, years, last_year)]
    ]
    table = pd.concat(parts, keys=[stream.name for stream in given], names=["stream", None])
    table = table.reset_index("stream").sort_values("year", kind="stable", ignore_index=True)
    table["contribution"] = table["revenue"] * table.pop("margin")
    table["present_value"] = table["contribution"] * discount_factors(
        table["year"].to_numpy(), rate
    )
    return table


@dataclass(frozen=True, eq=False, repr=False)
class FittingSchedules(Result):
    """Schedules that fit, as `fitting_schedules` finds them.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per schedule that fits: the varied values, columns named ``stream: field``, and
        the totals ``revenue`` and ``contribution``. No rows if none fits.
    tried : int
        How many schedules were tried.
    """

    tried: int

    @property
    def caption(self) -> str:
        """How many fit."""
        return f"{len(self.table):,} of {self.tried:,} schedules fit."


def fitting_schedules(
    streams: Stream | Sequence[Stream],
    vary: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    within: Mapping[str, tuple[float, float]],
    years: float,
    last_year: LastYear,
) -> FittingSchedules:
    """All schedules of a grid whose totals fall within given limits.

    Two printed totals rarely identify a schedule: many different stories add up to them.

    Parameters
    ----------
    streams : list of Stream
        The schedule; what is not varied stays.
    vary : dict
        Values to try: ``{"second car": {"start": range(1, 8), "every": [3, 4, 5]}}``.
    within : dict
        Limits of the totals, both included: ``{"revenue": (750, 850), "contribution": (50, 52)}``.
        At least one of the two, undiscounted.
    years, last_year
        As in `schedule`.

    Returns
    -------
    FittingSchedules
        ``table`` and ``tried``.

    Examples
    --------
    >>> cars = [Stream("car", start=0, every=5, revenue=40, margin=0.05)]
    >>> fitting_schedules(cars, {"car": {"every": [4, 5, 6], "revenue": [30, 40, 50]}},
    ...                   within={"revenue": (160, 200)}, years=20, last_year="excluded")
       car: every  car: revenue  revenue  contribution
    0           4            40    200.0          10.0
    1           5            40    160.0           8.0
    2           5            50    200.0          10.0
    3           6            40    160.0           8.0
    4           6            50    200.0          10.0
    5 of 9 schedules fit.
    """
    given, years = _checked(streams, years, last_year)
    _check_search(given, vary, within)
    grid = pd.DataFrame({"revenue": [0.0], "contribution": [0.0]})
    for stream in given:
        options = _options(stream, vary.get(stream.name, {}), years, last_year)
        if len(grid) * len(options) > _MOST_SCHEDULES:
            raise ValueError(
                f"vary asks for more than {_MOST_SCHEDULES:,} schedules; give fewer values."
            )
        grid = grid.merge(options, how="cross", suffixes=("", "_more"))
        for total in ("revenue", "contribution"):
            grid[total] += grid.pop(f"{total}_more")
    fits = np.ones(len(grid), dtype=bool)
    for total, limits in within.items():
        low, high = map(float, limits)
        rounding = 1e-9 * max(1.0, abs(low), abs(high))
        fits &= grid[total].between(low - rounding, high + rounding).to_numpy()
    found = grid[fits].reset_index(drop=True)
    found = found[[*found.columns[2:], "revenue", "contribution"]]
    return FittingSchedules(found, len(grid))


def _options(
    stream: Stream, vary: Mapping[str, Sequence[float]], years: float, last_year: LastYear
) -> pd.DataFrame:
    """Totals of one stream for every combination of its varied fields."""
    rows = []
    for values in itertools.product(*vary.values()):
        changes: dict[str, Any] = dict(zip(vary, values, strict=True))
        variant = replace(stream, **changes)
        revenue = len(_years_of(variant, years, last_year)) * variant.revenue
        rows.append((*values, float(revenue), float(revenue * variant.margin)))
    names = [f"{stream.name}: {field}" for field in vary]
    return pd.DataFrame(rows, columns=[*names, "revenue", "contribution"])


def _check_search(streams: list[Stream], vary: Any, within: Any) -> None:
    names = [stream.name for stream in streams]
    free = [field.name for field in fields(Stream) if field.name != "name"]
    if not isinstance(vary, Mapping) or not all(isinstance(c, Mapping) for c in vary.values()):
        raise ValueError('vary must be like {"second car": {"every": [3, 4, 5]}}.')
    for name, choices in vary.items():
        if name not in names:
            raise ValueError(f"vary names {name!r}; the streams are {', '.join(map(repr, names))}.")
        for field, values in choices.items():
            if field not in free:
                raise ValueError(
                    f"vary: {name!r} has no {field!r}; choose among {', '.join(free)}."
                )
            if not pd.api.types.is_list_like(values) or len(values) == 0:
                raise ValueError(f"vary: {name!r}, {field!r} needs a list of values to try.")
    if not isinstance(within, Mapping) or not within or set(within) - {"revenue", "contribution"}:
        raise ValueError("within needs limits for revenue, contribution or both.")
    for total, limits in within.items():
        low_high = inputs.numbers(limits, f"within: {total}").tolist()
        if len(low_high) != 2 or low_high[0] > low_high[1]:
            raise ValueError(f"within: {total} needs (low, high), not {limits!r}.")


def _years_of(stream: Stream, years: float, last_year: LastYear) -> NDArray[np.float64]:
    """Years in which the stream has a purchase."""
    end = years if stream.until is None else min(years, stream.until)
    steps = (end - stream.start) / stream.every
    if steps > _MOST_PURCHASES:
        raise ValueError(
            f"stream {stream.name!r} has more than {_MOST_PURCHASES:,} purchases in {end:g} years; "
            "raise every."
        )
    last = int(np.floor(steps + 1e-9))
    if last_year == "excluded" and abs(steps - last) < 1e-9:
        last -= 1
    return stream.start + stream.every * np.arange(last + 1.0)


def _checked(streams: Any, years: Any, last_year: Any) -> tuple[list[Stream], float]:
    streams = [streams] if isinstance(streams, Stream) else streams
    listed = list(streams) if pd.api.types.is_list_like(streams) else []
    if not listed or not all(isinstance(stream, Stream) for stream in listed):
        raise ValueError("streams must be a list of at least one Stream.")
    twice = [name for name, n in Counter(stream.name for stream in listed).items() if n > 1]
    if twice:
        raise ValueError(f"streams: the name {twice[0]!r} occurs more than once; rename one.")
    inputs.choice(last_year, "last_year", LAST_YEAR)
    return listed, inputs.number(years, "years", above=0)
