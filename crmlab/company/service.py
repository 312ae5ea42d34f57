"""Complaints and how they were handled; the contacts that serving customers costs."""

import numpy as np
import pandas as pd

from .people import pick, pick_by_group
from .world import dates

_CAUSES = ("taste", "wait", "staff", "billing", "delivery")
_CAUSE_SHARE = {
    "member": (0.32, 0.36, 0.2, 0.1, 0.02),
    "subscriber": (0.24, 0.02, 0.06, 0.22, 0.46),
    "wholesale": (0.25, 0.03, 0.12, 0.3, 0.3),
}
_MODES = ("workplace", "visit", "phone", "digital")
_MODE_SHARE = {
    "member": (0.0, 0.0, 0.25, 0.75),
    "subscriber": (0.0, 0.0, 0.35, 0.65),
    "wholesale": (0.25, 0.15, 0.4, 0.2),
}
_MINUTES = {"workplace": 75.0, "visit": 50.0, "phone": 9.0, "digital": 4.0}
_FIXED_COST = {"workplace": 22.0, "visit": 14.0, "phone": 0.4, "digital": 0.05}
_COST_PER_MINUTE = 0.75
_CONTACTS_PER_WEEK = {"member": 0.015, "subscriber": 0.03, "wholesale": 0.35}


def complaints_table(rng, lives):
    """Make the complaints table from the problems customers complained about.

    Parameters
    ----------
    rng : numpy.random.Generator
    lives : Lives

    Returns
    -------
    pandas.DataFrame
        In order of `opened`; what lies after the window is still empty.
    """
    said = lives.problems["complained"]
    who, day, well = (lives.problems[name][said] for name in ("who", "day", "well"))
    count, end = len(who), lives.calendar.end
    kind, spend = (lives.people[name].to_numpy()[who] for name in ("kind", "spend"))
    opened = np.floor(day + rng.exponential(1.0, count))
    wait = np.where(well, rng.exponential(0.8, count), 1 + rng.exponential(4.0, count))
    work = np.where(well, rng.exponential(2.0, count), 3 + rng.exponential(14.0, count))
    first, closed = np.floor(opened + wait), np.floor(opened + wait + work)
    outcome = np.where(well, "put right", pick(rng, count, ("apology", "refused"), (0.6, 0.4)))
    given = np.where(well, rng.random(count) < 0.7, rng.random(count) < 0.15)
    size = spend * rng.choice([0.5, 1.0, 1.5], size=count)
    table = pd.DataFrame(
        {
            "customer_id": pd.Series(lives.ids[who], dtype="str"),
            "opened": opened,
            "first_reply": np.where(first < end, first, np.nan),
            "closed": np.where(closed < end, closed, np.nan),
            "cause": pick_by_group(rng, kind, _CAUSES, _CAUSE_SHARE),
            "outcome": np.where(closed < end, outcome, None),
            "compensation": np.where(given & (closed < end), np.round(size, 2), 0.0),
        }
    )
    table = table[table["opened"] < end]
    table = table.sort_values(["opened", "customer_id"], kind="stable", ignore_index=True)
    number = np.char.mod("P%05d", np.arange(1, len(table) + 1))
    table.insert(0, "complaint_id", pd.Series(number, dtype="str"))
    for column in ("opened", "first_reply", "closed"):
        table[column] = dates(table[column])
    return table.astype({"cause": "str", "outcome": "str"})


def contacts_table(rng, lives, complaints):
    """Make the contacts table: routine service while a customer, and one per complaint.

    Parameters
    ----------
    rng : numpy.random.Generator
    lives : Lives
    complaints : pandas.DataFrame
        From `complaints_table`.

    Returns
    -------
    pandas.DataFrame
        In order of date.
    """
    people = lives.people
    start = people["day"].to_numpy()
    weeks = (np.minimum(lives.left, lives.calendar.end) - start) / 7
    weekly = people["kind"].map(_CONTACTS_PER_WEEK).to_numpy(dtype=float)
    number = rng.poisson(weekly * rng.gamma(0.5, 2.0, len(people)) * weeks)
    who = np.repeat(np.arange(len(people)), number)
    routine = start[who] + rng.random(len(who)) * weeks[who] * 7
    caller = np.searchsorted(lives.ids, complaints["customer_id"].to_numpy(dtype=object))
    date = np.concatenate([dates(routine), complaints["opened"].to_numpy()])
    who = np.concatenate([who, caller])
    mode = pick_by_group(rng, people["kind"].to_numpy()[who], _MODES, _MODE_SHARE)
    typical = pd.Series(mode).map(_MINUTES).to_numpy(dtype=float)
    minutes = np.maximum(np.round(typical * rng.gamma(4, 1 / 4, len(who))), 1).astype(int)
    fixed = pd.Series(mode).map(_FIXED_COST).to_numpy(dtype=float)
    table = pd.DataFrame(
        {
            "customer_id": pd.Series(lives.ids[who], dtype="str"),
            "date": date,
            "mode": pd.Series(mode, dtype="str"),
            "minutes": minutes,
            "cost": np.round(fixed + _COST_PER_MINUTE * minutes, 2),
        }
    )
    return table.sort_values(["date", "customer_id"], kind="stable", ignore_index=True)
