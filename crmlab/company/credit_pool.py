"""A pool of trade accounts that Lantern and other roasters share: who paid, who failed."""

import numpy as np
import pandas as pd

from .people import pick

_SIZE = 2000
_SECTORS = ("cafe", "office", "shop", "hotel")
_SECTOR_SHARE = (0.35, 0.3, 0.2, 0.15)
_SECTOR_EFFECT = {"cafe": 0.5, "office": -0.6, "shop": 0.0, "hotel": 0.1}
_BASE = -3.1
_YEARS = (2023, 2024)


def credit_pool(rng):
    """Make the pool: what was known of each account on 1 January, and whether it failed that year.

    The chance to fail is logistic in sector, age of the firm, equity ratio, days late and use of
    the limit. The owner's year of birth has no effect of its own; young firms have young owners.

    Parameters
    ----------
    rng : numpy.random.Generator

    Returns
    -------
    pool, truth : pandas.DataFrame
        One row per account; `truth` holds the chance to fail.
    """
    sector, strength = pick(rng, _SIZE, _SECTORS, _SECTOR_SHARE), rng.standard_normal(_SIZE)
    age = np.floor(np.minimum(rng.gamma(1.6, 6, _SIZE), 60))
    equity = np.clip(0.3 + 0.12 * strength + rng.normal(0, 0.08, _SIZE), -0.3, 0.9)
    late = np.clip(5 - 4 * strength + rng.gamma(2, 3, _SIZE) - 6, 0, 90)
    use = np.clip(0.45 - 0.1 * strength + rng.normal(0, 0.2, _SIZE), 0, 1.3)
    effect = pd.Series(sector).map(_SECTOR_EFFECT).to_numpy(dtype=float)
    score = _BASE + effect + 0.8 * np.exp(-age / 4) - 2.5 * (equity - 0.3)
    score = score + 0.07 * late + 1.2 * np.maximum(use - 0.7, 0) / 0.3
    chance = 1 / (1 + np.exp(-score))
    year = pick(rng, _SIZE, _YEARS, (0.6, 0.4)).astype(int)
    born = year - np.clip(np.round(28 + 0.6 * age + rng.gamma(3, 5, _SIZE)), 21, 85)
    name = pd.Series(np.char.mod("A%04d", np.arange(1, _SIZE + 1)), dtype="str")
    pool = pd.DataFrame(
        {
            "account_id": name,
            "year": year,
            "sector": pd.Series(sector, dtype="str"),
            "age_of_firm": age.astype(int),
            "equity_ratio": np.where(rng.random(_SIZE) < 0.06, np.nan, equity),
            "days_late": np.round(late).astype(int),
            "limit_use": use,
            "owner_birth_year": born.astype(int),
            "failed": (rng.random(_SIZE) < chance).astype(int),
        }
    )
    return pool, pd.DataFrame({"account_id": name, "chance_to_fail": chance})
