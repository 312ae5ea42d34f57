"""Purchases that come in rhythms: a household's cars, repairs and trade-ins over twenty years."""

import itertools
from collections import Counter
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.lifetime_value.timing import discount_rate

LAST_YEAR = ("included", "excluded")
_MOST_SCHEDULES = 2_000_000


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

    def __post_init__(self):
        where = f"stream {self.name!r}"
        inputs.number(self.start, f"{where}: start", at_least=0)
        inputs.number(self.every, f"{where}: every", above=0)
        inputs.number(self.revenue, f"{where}: revenue", at_least=0)
        inputs.number(self.margin, f"{where}: margin (a share of revenue)", at_most=1)
        if self.until is not None:
            inputs.number(self.until, f"{where}: until", at_least=0)


def _years_of(stream, years, last_year):
    """Years in which the stream has a purchase."""
    end = years if stream.until is None else min(years, stream.until)
    steps = (end - stream.start) / stream.every
    last = int(np.floor(steps + 1e-9))
    if last_year == "excluded" and abs(steps - last) < 1e-9:
        last -= 1
    return stream.start + stream.every * np.arange(last + 1.0)


def _checked(streams, years, last_year):
    streams = [streams] if isinstance(streams, Stream) else list(streams)
    if not streams or not all(isinstance(stream, Stream) for stream in streams):
        raise ValueError("streams must be a list of at least one Stream")
    twice = [name for name, n in Counter(stream.name for stream in streams).items() if n > 1]
    if twice:
        raise ValueError(f"streams: the name {twice[0]!r} occurs more than once; rename one")
    inputs.choice(last_year, "last_year", LAST_YEAR)
    return streams, inputs.number(years, "years", above=0)


def schedule(streams, *, years, last_year, rate):
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
    streams, years = _checked(streams, years, last_year)
    rate = discount_rate(rate)
    parts = [
        pd.DataFrame({"year": when, "revenue": float(stream.revenue), "margin": stream.margin})
        for stream in streams
        for when in [_years_of(stream, years, last_year)]
    ]
    table = pd.concat(parts, keys=[stream.name for stream in streams], names=["stream", None])
    table = table.reset_index("stream").sort_values("year", kind="stable", ignore_index=True)
    table["contribution"] = table["revenue"] * table.pop("margin")
    table["present_value"] = table["contribution"] * (1 + rate) ** -table["year"]
    return table


def fitting_schedules(streams, vary, *, within, years, last_year):
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
    pandas.DataFrame
        One row per schedule that fits: the varied values, columns named ``stream: field``, and
        the totals ``revenue`` and ``contribution``. No rows if none fits. ``attrs["tried"]`` is
        the number of schedules tried.

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
    """
    streams, years = _checked(streams, years, last_year)
    _check_search(streams, vary, within)
    grid = pd.DataFrame({"revenue": [0.0], "contribution": [0.0]})
    for stream in streams:
        options = _options(stream, vary.get(stream.name, {}), years, last_year)
        if len(grid) * len(options) > _MOST_SCHEDULES:
            raise ValueError(
                f"vary asks for more than {_MOST_SCHEDULES:,} schedules; give fewer values"
            )
        grid = grid.merge(options, how="cross", suffixes=("", "_more"))
        for total in ("revenue", "contribution"):
            grid[total] += grid.pop(f"{total}_more")
    fits = np.ones(len(grid), dtype=bool)
    for total, (low, high) in within.items():
        fits &= grid[total].between(low - 1e-9, high + 1e-9).to_numpy()
    found = grid[fits].reset_index(drop=True)
    found = found[[*found.columns[2:], "revenue", "contribution"]]
    found.attrs["tried"] = len(grid)
    return found


def _options(stream, vary, years, last_year):
    """Totals of one stream for every combination of its varied fields."""
    rows = []
    for values in itertools.product(*vary.values()):
        variant = replace(stream, **dict(zip(vary, values, strict=True)))
        revenue = len(_years_of(variant, years, last_year)) * variant.revenue
        rows.append((*values, float(revenue), float(revenue * variant.margin)))
    names = [f"{stream.name}: {field}" for field in vary]
    return pd.DataFrame(rows, columns=[*names, "revenue", "contribution"])


def _check_search(streams, vary, within):
    names = [stream.name for stream in streams]
    free = [field.name for field in fields(Stream) if field.name != "name"]
    for name, choices in vary.items():
        if name not in names:
            raise ValueError(f"vary names {name!r}; the streams are {', '.join(map(repr, names))}")
        for field, values in choices.items():
            if field not in free:
                raise ValueError(f"vary: {name!r} has no {field!r}; choose among {', '.join(free)}")
            if np.ndim(values) != 1 or len(values) == 0:
                raise ValueError(f"vary: {name!r}, {field!r} needs a list of values to try")
    if not within or set(within) - {"revenue", "contribution"}:
        raise ValueError("within needs limits for revenue, contribution or both")
    for total, limits in within.items():
        if np.shape(limits) != (2,) or not limits[0] <= limits[1]:
            raise ValueError(f"within: {total} needs (low, high), not {limits!r}")
