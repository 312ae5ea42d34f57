"""How often intervals hold the truth: what a study of simulated worlds says, method by method."""

import pandas as pd
from pandas.api.typing import DataFrameGroupBy


def held(found: pd.DataFrame, by: str | list[str]) -> tuple[pd.DataFrame, DataFrameGroupBy]:
    """Share of truths inside, below and above, and the median width; and the groups.

    Parameters
    ----------
    found : DataFrame
        ``estimate``, ``low``, ``high`` and ``truth`` of each interval.
    by : str or list of str
        Columns that name what made the interval.
    """
    below, above = found["truth"] < found["low"], found["truth"] > found["high"]
    found = found.assign(
        inside=~below & ~above,
        below=below,
        above=above,
        width=found["high"] - found["low"],
        error=found["estimate"] - found["truth"],
    )
    groups = found.groupby(by, sort=False)
    table = groups[["inside", "below", "above"]].mean().round(4)
    return table.assign(median_width=groups["width"].median().round(3)), groups
