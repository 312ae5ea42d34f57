"""How wholesale accounts were looked for: every lead, what it cost and whether it was won."""

import numpy as np
import pandas as pd

from .world import dates

# method: (cost of a lead in USD, chance to win it, share of the accounts won by it)
METHODS = {
    "door to door": (28.0, 0.04, 0.10),
    "meetings and fairs": (45.0, 0.09, 0.14),
    "clubs and places": (20.0, 0.06, 0.06),
    "friends and family": (6.0, 0.15, 0.06),
    "public records": (8.0, 0.03, 0.06),
    "consultants": (90.0, 0.16, 0.06),
    "paid assistants": (35.0, 0.07, 0.06),
    "introduction by customers": (12.0, 0.24, 0.18),
    "leading customers": (40.0, 0.20, 0.08),
    "telephone": (7.0, 0.03, 0.08),
    "letters": (5.0, 0.015, 0.04),
    "text messages": (1.5, 0.004, 0.02),
    "internet": (11.0, 0.07, 0.0),
    "customers of rivals": (25.0, 0.10, 0.06),
}


def leads_table(rng, lives):
    """Make the leads table: those that became accounts, and those that did not.

    Parameters
    ----------
    rng : numpy.random.Generator
    lives : Lives

    Returns
    -------
    pandas.DataFrame
        In order of date. An account is won up to 60 days after its lead; what came by the web
        was found by the internet.
    """
    people = lives.people
    who = np.flatnonzero((people["kind"] == "wholesale").to_numpy())
    names, share = list(METHODS), np.array([won for _, _, won in METHODS.values()])
    method = rng.choice(len(names), size=len(who), p=share / share.sum())
    method[(people["channel"] == "web").to_numpy()[who]] = names.index("internet")
    won = np.bincount(method, minlength=len(names))
    chance = np.array([hit for _, hit, _ in METHODS.values()])
    lost = rng.poisson(np.maximum(won, 0.5) * (1 - chance) / chance)
    place = np.concatenate([method, np.repeat(np.arange(len(names)), lost)])
    before = people["day"].to_numpy()[who] - rng.uniform(3, 60, len(who))
    day = np.concatenate([before, rng.uniform(0, lives.calendar.end, lost.sum())])
    cost = np.array([lead for lead, _, _ in METHODS.values()])[place]
    table = pd.DataFrame(
        {
            "method": pd.Series(np.array(names, dtype=object)[place], dtype="str"),
            "approached": dates(np.maximum(np.floor(day), 0)),
            "cost": np.round(cost * rng.gamma(6, 1 / 6, len(place)), 2),
            "won": (np.arange(len(place)) < len(who)).astype(int),
            "became": pd.Series(
                np.concatenate([lives.ids[who], np.full(lost.sum(), None)]), dtype="str"
            ),
        }
    )
    table = table.sort_values(["approached", "method"], kind="stable", ignore_index=True)
    number = np.char.mod("L%04d", np.arange(1, len(table) + 1))
    table.insert(0, "lead_id", pd.Series(number, dtype="str"))
    return table
