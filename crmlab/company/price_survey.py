"""What members say about the price of one product: four thresholds, a ladder, two intents."""

import numpy as np
import pandas as pd
from scipy.special import ndtr

from .people import pick
from .research import choose

LIST_PRICE = 4.0  # USD for a large filter coffee
LADDER = (2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0)  # prices asked for, in USD
_SHARE_ASKED = 1 / 10  # of all customers
_STEP = 10  # answers are whole tenths of a dollar

# a price that feels right, as a multiple of the list price; people scatter around it
_RIGHT = {"commuter": 1.03, "connoisseur": 1.17, "saver": 0.91}
_SCATTER = 0.17
# the next threshold as a multiple of the one before, and how the logarithm scatters
_GAPS = ((0.84, 0.07), (0.75, 0.10), (1.03, 0.05), (1.25, 0.08))  # cheap, too cheap, dear, too dear
# odd forms: neighbours swapped, read from the wrong end, one price twice
_ODD = ("swapped", "upside down", "equal", "")
_ODD_SHARE = (0.03, 0.015, 0.02, 0.935)
# share that answers 5, at least 4, 3, 2 to "would you buy at that price?", 5 is surely
_INTENT = {"cheap": (0.42, 0.72, 0.92, 0.98), "expensive": (0.08, 0.22, 0.55, 0.82)}
_SAME_MOOD = 0.6  # correlation of the two answers


def price_survey_table(rng, lives):
    """Make the price survey: some members about the price of a large filter coffee.

    Parameters
    ----------
    rng : numpy.random.Generator
    lives : Lives

    Returns
    -------
    pandas.DataFrame
        One row per respondent, in order of joining.
    """
    people = lives.people
    members = (people["kind"] == "member").to_numpy(dtype=float)
    rows = choose(rng, members, max(round(len(people) * _SHARE_ASKED), 1))
    segment = people["segment"].to_numpy()[rows]
    limits = _thresholds(rng, segment)
    bent = _odd_forms(rng, limits)
    return pd.DataFrame(
        {
            "respondent_id": pd.Series(
                [f"Q{number:03d}" for number in range(1, len(rows) + 1)], dtype="str"
            ),
            "customer_id": pd.Series(lives.ids[rows], dtype="str"),
            "segment": pd.Series(segment, dtype="str"),
            "too_cheap": bent[:, 0] / _STEP,
            "cheap": bent[:, 1] / _STEP,
            "expensive": bent[:, 2] / _STEP,
            "too_expensive": bent[:, 3] / _STEP,
            "max_price": _highest(rng, limits),
            **_intents(rng, len(rows)),
        }
    )


def _thresholds(rng, segment):
    """Too cheap, cheap, expensive and too expensive in tenths of a dollar, in rising order."""
    count = len(segment)
    right = LIST_PRICE * pd.Series(segment, dtype=object).map(_RIGHT).to_numpy(dtype=float)
    right = right * np.exp(_SCATTER * rng.standard_normal(count))
    gaps = [size * np.exp(spread * rng.standard_normal(count)) for size, spread in _GAPS]
    cheap, expensive = right * np.minimum(gaps[0], 0.98), right * np.maximum(gaps[2], 0.98)
    too_cheap = cheap * np.minimum(gaps[1], 0.95)
    too_expensive = expensive * np.maximum(gaps[3], 1.05)
    told = np.round(np.column_stack([too_cheap, cheap, expensive, too_expensive]) * _STEP)
    for place in range(1, 4):
        told[:, place] = np.maximum(told[:, place], told[:, place - 1] + 1)
    return told


def _odd_forms(rng, limits):
    """The same answers with some forms filled in wrongly."""
    told, count = limits.copy(), len(limits)
    kind = pick(rng, count, _ODD, _ODD_SHARE)
    first = rng.integers(3, size=count)
    for row in np.flatnonzero(kind == "swapped"):
        place = first[row]
        told[row, [place, place + 1]] = told[row, [place + 1, place]]
    told[kind == "upside down"] = told[kind == "upside down"][:, ::-1]
    for row in np.flatnonzero(kind == "equal"):
        told[row, first[row] + 1] = told[row, first[row]]
    return told


def _highest(rng, limits):
    """Highest price of the ladder at which she would buy: between dear and too dear, or none."""
    dear, too_dear = limits[:, 2] / _STEP, limits[:, 3] / _STEP
    most = dear * (too_dear / dear) ** rng.random(len(limits))
    place = np.searchsorted(LADDER, most + 1e-9, side="right")
    return np.array((np.nan, *LADDER))[place]


def _intents(rng, count):
    """Answers 5 (surely) to 1 (surely not): would she buy at the price she called so?"""
    mood = rng.standard_normal(count)
    own = np.sqrt(1 - _SAME_MOOD) * rng.standard_normal((len(_INTENT), count))
    place = ndtr(np.sqrt(_SAME_MOOD) * mood + own)
    return {
        f"intent_{name}": 5 - np.searchsorted(shares, place[row], side="right")
        for row, (name, shares) in enumerate(_INTENT.items())
    }
