"""Cups and croissants: what the cafes sold in a day, what they baked, who asked in vain."""

import numpy as np
import pandas as pd

from .world import REGIONS, START

_CUPS = {"north": 210.0, "east": 150.0, "south": 180.0, "west": 120.0}
_WEEKDAY = np.array((1.0, 1.02, 1.05, 1.08, 1.2, 0.9, 0.75))  # Monday first
_PER_CUP = 0.32  # croissants asked for
_DAY_SHAPE = 30  # days differ by more than chance
_GROWTH = 0.1  # a year


def cups_table(rng, calendar, world):
    """Make the cups table, one row per day and region.

    Parameters
    ----------
    rng : numpy.random.Generator
    calendar : Calendar
    world : World

    Returns
    -------
    pandas.DataFrame
        In order of date. The bakers set out what last week's mean asks for, to the next ten.
    """
    day = np.arange(calendar.end)
    date = START + day.astype("m8[D]")
    weekday = (date.astype(int) + 3) % 7
    swing = 1 + world.seasonality * np.cos(2 * np.pi * (day - 348) / 365.25)
    common = _WEEKDAY[weekday] * swing * (1 + _GROWTH * day / 365.25)
    tables = []
    for region in REGIONS:
        mean = _CUPS[region] * common * rng.gamma(_DAY_SHAPE, 1 / _DAY_SHAPE, len(day))
        cups = rng.poisson(mean)
        asked = rng.binomial(cups, _PER_CUP)
        usual = pd.Series(asked).rolling(7, min_periods=1).mean().shift(fill_value=asked[0])
        baked = (np.ceil(usual.to_numpy() / 10) * 10).astype(int)
        tables.append(
            pd.DataFrame(
                {
                    "date": date.astype("M8[us]"),
                    "region": region,
                    "cups": cups,
                    "baked": baked,
                    "sold": np.minimum(asked, baked),
                    "asked_in_vain": np.maximum(asked - baked, 0),
                }
            )
        )
    table = pd.concat(tables, ignore_index=True).astype({"region": "str"})
    return table.sort_values("date", kind="stable", ignore_index=True)
