"""What has been kept longer than its purpose needs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from crmlab import inputs
from crmlab.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Overdue(Result):
    """Records whose time is over.

    Attributes
    ----------
    table : pandas.DataFrame
        The records to delete, the oldest first, with ``delete_by``, the last day on which they
        may be held, and ``days_late``.
    records : int
        Records that were looked at.
    undated : int
        Records without a day, of which nobody knows.
    """

    records: int
    undated: int

    @property
    def caption(self) -> str:
        """How many are late and how many cannot be judged."""
        return (
            f"{len(self.table):,} of {self.records:,} records have been kept too long; "
            f"{self.undated:,} more have no day."
        )


def overdue_records(
    records: pd.DataFrame,
    *,
    keep_months: int,
    until: inputs.Day,
    dated: str = "last_heard",
) -> Overdue:
    """Find the records whose retention period is over.

    Parameters
    ----------
    records : pandas.DataFrame
        One row per record.
    keep_months : int
        Retention period: months after the last day, counted in the calendar.
    until : day
        Today.
    dated : str
        Column of the last day.

    Returns
    -------
    Overdue
        With ``table``, ``records``, ``undated``.

    Raises
    ------
    ValueError
        A column is missing, a day lies after ``until`` or cannot be read, a period below 1.

    Notes
    -----
    From 31 August, six months end on the last day of February. Books of account may have to be
    kept longer by law; they are another purpose.

    Examples
    --------
    >>> book = pd.DataFrame({"name": ["Ann", "Bo"], "last_heard": ["2024-08-31", "2025-01-15"]})
    >>> overdue_records(book, keep_months=6, until="2025-03-01").table
      name last_heard  delete_by  days_late
    0  Ann 2024-08-31 2025-02-28          1
    """
    records = inputs.table(records, (dated,), "records")
    today = inputs.day(until, "until")
    months = inputs.count(keep_months, "keep_months")
    last = inputs.days(records[dated], f"records.{dated}", rows=records, accept=("empty",))
    said = f"lies after {today:%Y-%m-%d}", f"lie after {today:%Y-%m-%d}"
    late = (last > today).fillna(False)
    inputs.refuse(late, records, f"records.{dated}", said, "Correct them, or give a later until.")
    end = last + pd.DateOffset(months=months)
    found = records.assign(**{dated: last}, delete_by=end, days_late=(today - end).dt.days)
    over = found[end < today].sort_values(["delete_by"], kind="stable")
    return Overdue(over.astype({"days_late": int}), len(records), int(last.isna().sum()))
