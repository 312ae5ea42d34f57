"""Queues in the cafes: what the board promises, who turns away, how long the others wait."""

import numpy as np
import pandas as pd

from crmlab.database.columns import ELEMENTS

from .world import dates

_SAMPLE_SHARE = 1 / 15
_HOURS = np.arange(7, 19)
_HOUR_SHARE = np.array((0.13, 0.17, 0.13, 0.07, 0.06, 0.09, 0.08, 0.06, 0.06, 0.06, 0.05, 0.04))
_CROWD = np.array((1.3, 1.5, 1.3, 0.8, 0.7, 0.9, 0.8, 0.7, 0.7, 0.7, 0.7, 0.6))
_LESS_PER_POINT = 0.1  # of time_perceived
_TYPICAL_POINTS = 6.6
LONGER = 1.25  # after the change
_GUESS_SPREAD = 0.15
_BOARD_STEP = 5  # minutes


def mean_waits(feelings, world):
    """Minutes each customer waits in a cafe at an average hour, before the queues grow.

    Parameters
    ----------
    feelings : Feelings
        Who waits longer perceives less of time.
    world : World

    Returns
    -------
    array of shape (customers,)
    """
    points = feelings.perceived[:, ELEMENTS.index("time")]
    return world.wait_mean * np.exp(-_LESS_PER_POINT * (points - _TYPICAL_POINTS))


def waits_table(rng, lives):
    """Make the waits table: a sample of members' cafe visits, and who left at the board.

    Parameters
    ----------
    rng : numpy.random.Generator
    lives : Lives

    Returns
    -------
    pandas.DataFrame
        In order of date and hour.
    """
    orders, world = lives.orders, lives.world
    seen = orders[(orders["channel"] == "cafe") & (orders["day"] < lives.calendar.end)]
    seen = seen[rng.random(len(seen)) < _SAMPLE_SHARE].sort_values(["day", "who"], kind="stable")
    who, day, count = seen["who"].to_numpy(), np.floor(seen["day"].to_numpy()), len(seen)
    hour = rng.choice(len(_HOURS), size=count, p=_HOUR_SHARE)
    expected = mean_waits(lives.feelings, world)[who] * _CROWD[hour] / (_CROWD @ _HOUR_SHARE)
    expected = expected * np.where(day >= lives.calendar.change, LONGER, 1.0)
    guess = expected * np.exp(_GUESS_SPREAD * rng.standard_normal(count))
    promised = np.maximum(np.round(guess / _BOARD_STEP), 1) * _BOARD_STEP
    waited = expected * rng.gamma(world.wait_shape, 1 / world.wait_shape, count)
    gone = rng.geometric(np.exp(-world.balk_rate * promised)) - 1
    row = np.repeat(np.arange(count), gone + 1)
    stayed = np.append(row[1:] != row[:-1], True)[: len(row)]
    table = pd.DataFrame(
        {
            "customer_id": pd.Series(np.where(stayed, lives.ids[who][row], None), dtype="str"),
            "date": dates(day[row]),
            "hour": _HOURS[hour][row],
            "promised": promised[row].astype(int),
            "waited": np.where(stayed, np.maximum(waited[row], 0.1), np.nan),
        }
    )
    table = table.sort_values(["date", "hour"], kind="stable", ignore_index=True)
    number = np.char.mod("V%05d", np.arange(1, len(table) + 1))
    table.insert(0, "visit_id", pd.Series(number, dtype="str"))
    return table
