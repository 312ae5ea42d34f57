"""Measures of satisfaction asked and tried: reputation, named purchase, price sensitivity."""

from __future__ import annotations

import warnings

import pandas as pd

from crmlab import inputs
from crmlab.satisfaction.answers import on_scale
from crmlab.satisfaction.intervals import proportion


def reputation(
    survey: pd.DataFrame, *, favourable: float = 4, confidence: float = 0.95
) -> pd.Series:
    """Share of those who know the brand whose attitude is favourable.

    Parameters
    ----------
    survey : DataFrame
        ``aware`` (0 or 1) and ``attitude`` (1 to 5), one row per respondent.
    favourable : float
        Attitude from which on it counts as favourable.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``numerator``, ``denominator`` (aware, with an
        attitude), ``missing`` (aware without attitude, or awareness not answered),
        ``effective_n``, ``aware`` (share of those asked who know the brand; times the estimate:
        the share of all people who think well of it).

    Raises
    ------
    ValueError
        Nobody is aware; answers outside their scale.

    Examples
    --------
    >>> survey = pd.DataFrame({"aware": [1, 1, 0], "attitude": [5, 2, None]})
    >>> reputation(survey)[["estimate", "denominator", "aware"]].round(2).tolist()
    [0.5, 2.0, 0.67]
    """
    inputs.table(survey, ["aware", "attitude"], "survey")
    favourable = inputs.number(favourable, "favourable", above=1, at_most=5)
    aware = on_scale(survey["aware"], scale=(0, 1), whole=True)
    attitude = on_scale(survey["attitude"], scale=(1, 5))
    known = attitude[aware == 1]
    if known.notna().sum() == 0:
        raise ValueError(
            f"survey: {int((aware == 1).sum())} of {len(survey)} are aware of the brand, none "
            "with an attitude. Reputation has no denominator; it is not 0."
        )
    good = (known >= favourable).astype(float).where(known.notna())
    result = proportion(good, confidence=confidence)
    result["missing"] += aware.isna().sum()
    result["aware"] = aware.mean()
    return result


def named_purchase(survey: pd.DataFrame, brand: str, *, confidence: float = 0.95) -> pd.Series:
    """Share of respondents who name the brand first, without being prompted.

    Parameters
    ----------
    survey : DataFrame
        ``first_named``, the brand named first. With ``customer_id``, several answers of one
        customer count as one cluster.
    brand : str
        Name to count; capitals and spaces around it do not matter.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``numerator``, ``denominator`` (who named any brand),
        ``missing``, ``effective_n``.

    Raises
    ------
    ValueError
        Nobody named any brand.

    Warns
    -----
    UserWarning
        The brand was never named: is it spelled as in the survey?

    Examples
    --------
    >>> survey = pd.DataFrame({"first_named": ["Lantern", "Rival", "lantern "]})
    >>> round(float(named_purchase(survey, "Lantern")["estimate"]), 3)
    0.667
    """
    inputs.table(survey, ["first_named"], "survey")
    if not isinstance(brand, str) or not brand.strip():
        raise ValueError(f"brand is {brand!r}; give its name, as it is written in first_named.")
    named = survey["first_named"].astype(object)
    plain = named.map(_plain, na_action="ignore").where(named.notna())
    plain = plain.where(plain != "")
    if plain.notna().sum() == 0:
        raise ValueError(f"survey: none of {len(survey)} respondents named a brand")
    ours = (plain == _plain(brand)).astype(float).where(plain.notna())
    if not ours.any():
        seen = ", ".join(map(str, named.dropna().unique()[:5]))
        warnings.warn(f"nobody named {brand!r}; named were {seen}", stacklevel=2)
    return proportion(ours, clusters=_persons(survey), confidence=confidence)


def _plain(name: object) -> str:
    return str(name).strip().casefold()


def _persons(survey: pd.DataFrame) -> pd.Series | None:
    """Who gave each answer, one without an id for herself; None if nobody answered twice."""
    if "customer_id" not in survey:
        return None
    who = inputs.ids(survey["customer_id"], "survey.customer_id", rows=survey, accept=("empty",))
    if not who.dropna().duplicated().any():
        return None
    alone = pd.Series([f"row {i}" for i in range(len(survey))], index=survey.index)
    return "id " + who.where(who.notna(), None).astype(object).fillna(alone)
