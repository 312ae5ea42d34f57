"""Who is compared with whom: answers and days of purchase, with and without a complaint before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.database.cohorts import visit_days
from crmlab.recovery.complaints import SILENT, labels, opened_by
from crmlab.results import Result
from crmlab.satisfaction.intervals import proportion

NO_PROBLEM = "no problem"
NO_COMPLAINT = "no complaint"
OPEN = "open"
NOT_KNOWN = "not known"


@dataclass(frozen=True, eq=False, repr=False)
class ProblemAnswers(Result):
    """Answers of a survey, parted by what went wrong in the year before.

    Attributes
    ----------
    table : pandas.DataFrame
        The answers of customers, as they came, with ``group``: how her last complaint ended
        (``open`` if it had not), ``silent`` if she had a problem and did not complain, or ``no
        problem``.
    left_out : int
        Answers of nobody whom we know, or without a word on problems.
    confidence : float
        Coverage of the interval.
    """

    left_out: int
    confidence: float

    @property
    def voiced(self) -> pd.Series:
        """Share of those with a problem who complained, with Wilson's interval.

        As `crmlab.satisfaction.proportion`, and ``customers``, fewer than answers where one
        answered twice: the interval respects that. Those who answer surveys may also be those
        who complain: then it is too high.
        """
        met = self.table[self.table["group"] != NO_PROBLEM]
        if met.empty:
            raise ValueError("survey: nobody had a problem; there is no share of those who told.")
        who = met["customer_id"]
        share = proportion(met["group"] != SILENT, clusters=who, confidence=self.confidence)
        share["customers"] = float(who.nunique())
        return share

    @property
    def caption(self) -> str:
        """How many answers there are, and how many were left out."""
        return f"{len(self.table):,} answers of customers; {self.left_out:,} left out."


def problem_answers(
    survey: pd.DataFrame, complaints: pd.DataFrame, *, days: int = 365, confidence: float = 0.95
) -> ProblemAnswers:
    """Part the answers of a survey by problems and complaints in the time before.

    Parameters
    ----------
    survey : pandas.DataFrame
        ``customer_id``, ``date`` and ``had_problem`` (1 or 0 in the `days` before).
    complaints : pandas.DataFrame
        ``customer_id``, ``opened``, ``closed``, ``outcome``.
    days : int
        How far back a complaint counts. A later one, or one of the same day, does not.
    confidence : float
        Coverage of the interval of ``voiced``.

    Returns
    -------
    ProblemAnswers
        With ``table``, ``voiced``.

    Raises
    ------
    ValueError
        A missing column, unreadable days, a closed complaint without an outcome, no answer of a
        customer.

    Notes
    -----
    Who complained counts so, whatever she answered. Of several complaints the last one counts.

    Examples
    --------
    >>> survey = pd.DataFrame({"customer_id": ["Ann", "Bo", "Cy"], "date": "2025-11-01",
    ...                        "had_problem": [1, 1, 0]})
    >>> complaints = pd.DataFrame({"customer_id": ["Ann"], "opened": ["2025-08-01"],
    ...                            "closed": ["2025-08-02"], "outcome": ["put right"]})
    >>> answers = problem_answers(survey, complaints)
    >>> answers["group"].tolist(), float(answers.voiced["estimate"])
    (['put right', 'silent', 'no problem'], 0.5)
    """
    back = inputs.count(days, "days")
    rows = inputs.table(survey, ["customer_id", "date", "had_problem"], "survey")
    who = inputs.ids(rows["customer_id"], "survey.customer_id", rows=rows, accept=("empty",))
    told = inputs.numbers(
        rows["had_problem"], "survey.had_problem", rows=rows, accept=("empty", "flags")
    )
    known = who.notna() & told.notna()
    if not known.any():
        raise ValueError("survey: no answer of a customer says whether she had a problem.")
    met = inputs.flags(told[known], "survey.had_problem", rows=rows[known])
    asked = inputs.days(rows["date"], "survey.date", rows=rows)[known]
    table = rows[known].assign(customer_id=who[known], date=asked).reset_index(drop=True)
    filed = _ended(complaints, asked.max())
    pairs = table[["customer_id", "date"]].reset_index(names="answer").merge(filed, "inner")
    age = (pairs["date"] - pairs["opened"]).dt.days
    pairs = pairs[age.between(1, back)].sort_values(["answer", "opened"], kind="stable")
    last = pairs.drop_duplicates("answer", keep="last").set_index("answer")
    settled = last["ending"].where(last["closed"] <= last["date"], OPEN)
    silence = np.where(met.to_numpy(), SILENT, NO_PROBLEM)
    group = settled.reindex(table.index).fillna(pd.Series(silence, table.index))
    return ProblemAnswers(table.assign(group=group.astype("str")), int((~known).sum()), confidence)


@dataclass(frozen=True, eq=False, repr=False)
class ComplaintMoments(Result):
    """Days to compare: complaints, and purchases of customers who had not complained.

    Attributes
    ----------
    table : pandas.DataFrame
        ``customer_id``, ``day``; ``group`` (how the complaint ended, or ``no complaint``);
        ``so_far`` (purchases up to that day: "1", "2 to 3", "4 to 9", "10 or more"); ``again``,
        whether she bought in the days after it; ``reply_days`` until the first reply, NaN without
        one.
    horizon : int
        How many days after it count.
    left_out : int
        Complaints too near the end of the data to be followed so long.
    further : int
        Later complaints of customers who had complained before, left out.
    """

    horizon: int
    left_out: int
    further: int

    @property
    def caption(self) -> str:
        """How many complaints there are, and how many were left out."""
        told = int((self.table["group"] != NO_COMPLAINT).sum())
        return (
            f"{told:,} complaints, each customer's first, and {len(self.table) - told:,} days of "
            f"purchase, followed for {self.horizon} days. Left out: {self.further:,} further "
            f"complaints, {self.left_out:,} too near the end."
        )


def complaint_moments(
    complaints: pd.DataFrame,
    transactions: Any,
    *,
    horizon: int = 90,
    refunds: inputs.Refunds = "error",
) -> ComplaintMoments:
    """Complaints, and fair days to compare them with: was there a purchase soon after?

    Parameters
    ----------
    complaints : pandas.DataFrame
        ``customer_id``, ``opened``, ``first_reply``, ``closed``, ``outcome``.
    transactions : pandas.DataFrame or CustomerDatabase
        ``customer_id``, ``date`` and, to know refunds, ``amount``.
    horizon : int
        Days after the complaint or the purchase within which a purchase counts.
    refunds : {"error", "ignore", "net"}
        What a negative amount means.

    Returns
    -------
    ComplaintMoments
        With ``table``. Compare its groups by `matched_difference`.

    Raises
    ------
    ValueError
        As `crmlab.inputs.purchases`; no complaint that can be followed so long.

    Notes
    -----
    Who complains is there on that day, and who buys much has many occasions to complain. A fair
    comparison also takes a day on which the other one was there, and takes it as often as she was
    there: every day of purchase before her own first complaint (sampling from those at risk,
    Prentice & Breslow 1978, Biometrika 65). To compare customers with customers instead makes
    those who complain look loyal, even if their complaints were refused.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["Ann", "Ann", "Bo", "Bo"],
    ...                     "date": ["2025-01-05", "2025-03-01", "2025-01-05", "2025-12-31"]})
    >>> complaints = pd.DataFrame({"customer_id": ["Ann"], "opened": ["2025-02-01"],
    ...     "first_reply": ["2025-02-02"], "closed": ["2025-02-03"], "outcome": ["refused"]})
    >>> complaint_moments(complaints, log).table[["customer_id", "group", "again"]]
      customer_id         group  again
    0         Ann       refused   True
    1         Ann  no complaint   True
    2          Bo  no complaint  False
    """
    reach = inputs.count(horizon, "horizon")
    visits = visit_days(transactions, refunds=refunds).sort_values(["customer_id", "date"])
    end = visits["date"].max()
    filed = _ended(complaints, end).sort_values(["opened", "ending"], kind="stable")
    inputs.columns(filed.columns, ["first_reply"], "complaints")
    first = filed.drop_duplicates("customer_id")
    told = first.rename(columns={"opened": "day"}).assign(
        group=first["ending"].where(first["closed"] <= end, OPEN),
        reply_days=(first["first_reply"] - first["opened"]).dt.days.astype(float),
    )
    began = visits["customer_id"].map(first.set_index("customer_id")["opened"])
    free = visits[~(visits["date"] >= began)]
    others = free.rename(columns={"date": "day"}).assign(group=NO_COMPLAINT, reply_days=np.nan)
    kept = ["customer_id", "day", "group", "reply_days"]
    rows = pd.concat([told[kept], others[kept]], ignore_index=True)
    whole = rows["day"] + pd.Timedelta(days=reach) <= end
    late = int((~whole & (rows["group"] != NO_COMPLAINT)).sum())
    rows = rows[whole].reset_index(drop=True)
    if not (rows["group"] != NO_COMPLAINT).any():
        raise ValueError(
            f"complaints: none can be followed for {reach} days up to {end:%Y-%m-%d}, the last "
            "purchase. Shorten horizon."
        )
    rows = _with_purchases(rows, visits, reach)
    order = ["customer_id", "day", "group", "so_far", "again", "reply_days"]
    return ComplaintMoments(rows[order], reach, late, len(filed) - len(first))


def with_customers(rows: pd.DataFrame, customers: Any, columns: Sequence[str]) -> pd.DataFrame:
    """Add what is known of each customer to rows that are to be compared.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``customer_id`` and anything else.
    customers : pandas.DataFrame or CustomerDatabase
        One row per customer. A database without such a table adds nothing.
    columns : sequence of str
        Columns to add; those that the table does not have are left out.

    Returns
    -------
    pandas.DataFrame
        The rows in their order. Of whom nothing is known the added columns are "not known".

    Raises
    ------
    ValueError
        Ids that are empty, or twice among the customers.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["Ann", "Bo"], "again": [True, False]})
    >>> known = pd.DataFrame({"customer_id": ["Ann"], "kind": ["member"]})
    >>> with_customers(rows, known, ["kind", "segment"])
      customer_id  again       kind
    0         Ann   True     member
    1          Bo  False  not known
    """
    given = inputs.table(rows, ["customer_id"], "rows")
    if isinstance(columns, str):
        raise ValueError(f"columns is {columns!r}; give a list, such as [{columns!r}].")
    if not isinstance(customers, pd.DataFrame):
        tables = getattr(customers, "tables", None)
        if tables is None:
            kind = type(customers).__name__
            raise ValueError(f"customers is of type {kind}; give a DataFrame or a database.")
        if "customers" not in tables:
            return given.copy()
        customers = customers["customers"]
    about = inputs.table(customers, ["customer_id"], "customers")
    named = inputs.ids(about["customer_id"], "customers.customer_id", rows=about)
    inputs.one_row_each(pd.DataFrame(index=pd.Index(named, name="customer_id")), "customers")
    place = pd.Index(named).get_indexer(
        pd.Index(inputs.ids(given["customer_id"], "rows.customer_id", rows=given))
    )
    found = given.copy()
    for name in columns:
        if name in about.columns:
            cells = about[name].astype(object).where(about[name].notna(), NOT_KNOWN).to_numpy()
            found[name] = np.where(place >= 0, cells[place], NOT_KNOWN)
    return found


def _ended(complaints: Any, until: pd.Timestamp) -> pd.DataFrame:
    """Complaints opened by a day, with ``ending``; one that is closed must say how."""
    rows = inputs.table(complaints, ["customer_id", "opened", "closed", "outcome"], "complaints")
    if not (inputs.days(rows["opened"], "complaints.opened", rows=rows) <= until).any():
        raise ValueError(f"complaints: none was opened by {until:%Y-%m-%d}, the end of the data.")
    read = opened_by(rows, until)
    closed = inputs.days(read["closed"], "complaints.closed", rows=read, accept=("empty",))
    ending = labels(read["outcome"], "complaints.outcome", read, accept=("empty",))
    problem = "is closed without an outcome", "are closed without an outcome"
    lacking = (closed.notna() & ending.isna()).to_numpy()
    inputs.refuse(lacking, read, "complaints.outcome", problem, "Say how each of them ended.")
    found = {"customer_id": read["customer_id"], "opened": read["opened"], "closed": closed}
    if "first_reply" in read:
        reply, where = read["first_reply"], "complaints.first_reply"
        found["first_reply"] = inputs.days(reply, where, rows=read, accept=("empty",))
    return pd.DataFrame({**found, "ending": ending.fillna(OPEN)})


def _with_purchases(rows: pd.DataFrame, visits: pd.DataFrame, reach: int) -> pd.DataFrame:
    """Purchases up to each row's day, and whether one came in the days after it."""
    names = pd.Index(visits["customer_id"].unique())
    span = 10**6  # days, more than any calendar here holds
    start = visits["date"].min()

    def place(who: pd.Series, day: pd.Series) -> Any:
        return names.get_indexer(pd.Index(who)) * span + (day - start).dt.days.to_numpy()

    keys = np.sort(place(visits["customer_id"], visits["date"]))
    at = place(rows["customer_id"], rows["day"])
    own = names.get_indexer(pd.Index(rows["customer_id"])) * span
    upto = np.searchsorted(keys, at, side="right")
    before = upto - np.searchsorted(keys, np.minimum(own, at), side="left")
    after = np.searchsorted(keys, at + reach, side="right") - upto
    bands = pd.cut(
        before, [-1, 0, 1, 3, 9, np.inf], labels=["none", "1", "2 to 3", "4 to 9", "10 or more"]
    )
    return rows.assign(so_far=bands.astype("str"), again=after > 0)
