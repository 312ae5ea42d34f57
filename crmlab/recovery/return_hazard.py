"""How many times faster lost customers return: the hazard of return, by offer and reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals
from crmlab.recovery.win_back import CONTROL, ENDS, read_lost, text_of

LARGEST = 12  # logarithm of a ratio: beyond it the ratio is infinite


def hazard_ratios(
    lost: pd.DataFrame, columns: Sequence[str], *, until: inputs.Day, confidence: float = 0.95
) -> pd.DataFrame:
    """How many times faster customers return, by offer and by what is known of them.

    Parameters
    ----------
    lost : pandas.DataFrame
        As for `return_shares`, and the columns named.
    columns : sequence of str
        Columns of `lost` to compare, such as ``["offer", "reason"]``: text, or numbers.
    until : day
        Last day that was watched.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    pandas.DataFrame
        By ``column`` and ``level`` (empty for a number, which counts per unit): ``estimate``,
        ``low``, ``high`` of the hazard ratio, and the ``against`` it is compared with: no offer,
        or else the most frequent level. The others are held equal.

    Raises
    ------
    ValueError
        What `return_shares` refuses; a column with one value; a level from which nobody returned,
        or columns that say the same, so that no finite ratio fits.

    Notes
    -----
    Proportional hazards (Cox 1972, JRSS B 34) with Efron's treatment of ties, fitted by
    statsmodels. The hazard of a day is the chance to return on it for one who has not yet. A
    ratio of 2 doubles it on each day; the shares by a late day then differ by less.

    Examples
    --------
    One called returns first, then one who was not; the ratio is the square root of 2.

    >>> lost = pd.DataFrame({"customer_id": list("abcd"), "offered": "2025-01-01",
    ...     "offer": ["call", "call", "none", "none"],
    ...     "returned": ["2025-01-02", None, "2025-01-03", None]})
    >>> hazard_ratios(lost, ["offer"], until="2025-03-01")["estimate"].round(3).tolist()
    [1.414]
    """
    import warnings

    from statsmodels.duration.hazard_regression import PHReg

    rows, _ = read_lost(lost, until)
    if isinstance(columns, str) or not list(columns):
        raise ValueError("columns must be a list of names, such as ['offer', 'reason'].")
    inputs.table(lost, list(columns), "lost")
    kept = lost.reset_index(drop=True).loc[rows.index, list(columns)]
    design, against = _design(kept, rows["came"])
    model = PHReg(rows["wait"] + 1.0, design, status=rows["came"].astype(int), ties="efron")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fit = model.fit(disp=0)
        except np.linalg.LinAlgError:
            fit = None
    if fit is None or not np.isfinite(fit.bse).all() or (np.abs(fit.params) > LARGEST).any():
        raise ValueError(
            f"no finite ratios fit: of the columns {inputs.listed(list(columns))} two say the "
            "same, or one tells at once who returned. Leave it out."
        )
    reach = intervals.normal_quantile(confidence) * fit.bse
    ratio = np.exp(np.column_stack([fit.params, fit.params - reach, fit.params + reach]))
    index = pd.MultiIndex.from_frame(pd.DataFrame(list(design), columns=["column", "level"]))
    return pd.DataFrame(ratio, index=index, columns=ENDS).assign(against=against)


def _design(columns: pd.DataFrame, came: pd.Series) -> tuple[pd.DataFrame, list[str]]:
    """One column of numbers for each level but one of a text, and for each number; and that one."""
    design: dict[tuple[str, str], Any] = {}
    against = []
    for name in list(columns):
        where, values = f"lost.{name}", columns[name]
        if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
            known = inputs.numbers(values, where, rows=columns, accept=("flags",))
            design[name, ""] = known.to_numpy()
            against.append("")
            levels = known.unique().tolist()
        else:
            text = values.astype(object).map(text_of)
            lacking = text.isna() | (text == "")
            problem = "is empty or no text", "are empty or no text"
            inputs.refuse(lacking, columns, where, problem, "Fill them or leave these rows out.")
            levels = (
                text.value_counts()
                .sort_index()
                .sort_values(ascending=False, kind="stable")
                .index.tolist()
            )
            first = CONTROL if name == "offer" and CONTROL in levels else levels[0]
            for level in sorted(set(levels) - {first}):
                design[name, level] = (text == level).to_numpy(float)
                against.append(first)
            _refuse_empty_levels(text, came, str(name))
        if len(levels) < 2:
            raise ValueError(f"{where} says the same in every row; there is nothing to compare.")
    return pd.DataFrame(design, index=columns.index), against


def _refuse_empty_levels(text: pd.Series, came: pd.Series, name: str) -> None:
    none = came.groupby(text).sum().loc[lambda back: back == 0]
    if len(none):
        level = none.index[0]
        raise ValueError(
            f"lost.{name}: nobody with {level!r} has returned, so no finite ratio fits. Leave "
            "these rows out, or join two levels."
        )
