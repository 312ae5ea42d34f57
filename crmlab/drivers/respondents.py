"""Who answered: one row per person, with her segment."""

from __future__ import annotations

import pandas as pd

from crmlab import inputs

FEWEST = 0.1  # share of the respondents that makes a segment


def respondents(survey: pd.DataFrame, customers: pd.DataFrame | None = None) -> pd.DataFrame:
    """Keep the last answer of each person who said how satisfied she is, with her segment.

    Parameters
    ----------
    survey : DataFrame
        ``satisfaction``, and where there are any ``customer_id``, ``respondent_id``, ``date``,
        ``segment``. A row without a customer is one person.
    customers : DataFrame, optional
        ``customer_id`` and ``segment``, for a survey that has no segment of its own.

    Returns
    -------
    pandas.DataFrame
        The columns of the survey, and ``segment``: "all" for everybody where no segment is known,
        empty for those whose segment is not known, or holds less than a tenth of those who have
        one. A person answers last where the date is the latest; without dates, further down.

    Raises
    ------
    ValueError
        A missing column; no answer on satisfaction; a customer in two rows of ``customers``.

    Examples
    --------
    >>> survey = pd.DataFrame({"customer_id": [*"ABAC"], "satisfaction": [7, 8, 9, None]})
    >>> respondents(survey)[["customer_id", "satisfaction", "segment"]].to_numpy().tolist()
    [['B', 8.0, 'all'], ['A', 9.0, 'all']]
    """
    frame = inputs.table(survey, ["satisfaction"], "survey").reset_index(drop=True)
    answered = inputs.numbers(frame["satisfaction"], "survey.satisfaction", accept=("empty",))
    frame = frame[answered.notna()]
    if frame.empty:
        raise ValueError("survey.satisfaction is empty in every row. Ask how satisfied they are.")
    person = pd.Series(frame.index.astype("str"), frame.index, dtype="str")
    for name in ("respondent_id", "customer_id"):
        if name in frame:
            known = inputs.ids(frame[name], f"survey.{name}", rows=frame, accept=("empty",))
            person = (name + known).fillna(person)
    if "date" in frame:
        order = inputs.days(frame["date"], "survey.date", rows=frame, accept=("empty",))
        frame = frame.loc[order.sort_values(kind="stable", na_position="first").index]
    last = frame[~person[frame.index].duplicated(keep="last")].sort_index()
    return last.assign(segment=_common(_segment(last, customers))).reset_index(drop=True)


def _segment(survey: pd.DataFrame, customers: pd.DataFrame | None) -> pd.Series:
    """The segment of each row, missing where it is not known."""
    if "segment" in survey:
        return inputs.ids(survey["segment"], "survey.segment", rows=survey, accept=("empty",))
    nothing = pd.Series(None, survey.index, dtype="str")
    if customers is None or "customer_id" not in survey:
        return nothing
    known = inputs.table(customers, ["customer_id"], "customers")
    if "segment" not in known:
        return nothing
    inputs.one_row_each(known, "customers", ["customer_id"])
    names = inputs.ids(known["segment"], "customers.segment", rows=known, accept=("empty",))
    by = names.set_axis(inputs.ids(known["customer_id"], "customers.customer_id", rows=known))
    asked = inputs.ids(survey["customer_id"], "survey.customer_id", accept=("empty",))
    return asked.map(by)


def _common(segment: pd.Series) -> pd.Series:
    if segment.isna().all():
        return pd.Series("all", segment.index)
    share = segment.value_counts(normalize=True)
    return segment.where(segment.map(share) >= FEWEST - 1e-9)
