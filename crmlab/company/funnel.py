"""How people became customers, month by month and channel by channel."""

import numpy as np
import pandas as pd

from .world import START, dates

# channel: chance to go on from reached to interested, from interested to tried, from tried to won
STEPS = {
    "shop": (0.20, 0.50, 0.40),
    "web": (0.02, 0.25, 0.30),
    "referral": (0.45, 0.60, 0.55),
    "partner": (0.08, 0.40, 0.35),
}


def funnel_table(rng, people, calendar):
    """Make the funnel table: people reached, interested, who tried, and who were won.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
    calendar : Calendar

    Returns
    -------
    pandas.DataFrame
        One row per month and channel. Who was won is who joined in the month, wholesale left
        out; who fell off before a step is negative binomial, as the failures before so many
        successes are.
    """
    private = people[people["kind"] != "wholesale"]
    starts = pd.date_range(str(START), periods=calendar.months, freq="MS")
    joined = pd.Series(dates(private["day"].to_numpy())).dt.to_period("M").dt.to_timestamp()
    of = pd.DataFrame(
        {
            "month": joined.to_numpy(),
            "channel": private["channel"].to_numpy(),
            "cost": private["acquisition_cost"].to_numpy(),
        }
    )
    every = pd.MultiIndex.from_product([starts, list(STEPS)], names=["month", "channel"])
    found = of.groupby(["month", "channel"])["cost"].agg(["size", "sum"]).reindex(every)
    table = found.fillna(0).reset_index()
    chances = np.array([STEPS[channel] for channel in table["channel"]])
    won = table["size"].astype(int).to_numpy()
    tried = won + rng.negative_binomial(won + 1, chances[:, 2])
    interested = tried + rng.negative_binomial(tried + 1, chances[:, 1])
    reached = interested + rng.negative_binomial(interested + 1, chances[:, 0])
    return table[["month", "channel"]].assign(
        reached=reached, interested=interested, tried=tried, won=won, cost=table["sum"]
    )
