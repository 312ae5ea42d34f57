"""How much is known of customers: groups of fields, and how full they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from crmlab import inputs, style
from crmlab.database.records.normalising import answered
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PERSON_GROUPS: dict[str, tuple[str, ...]] = {
    "basics": ("name", "street", "postcode", "email", "phone", "born"),
    "purchases": ("last_heard", "favourite"),
    "work": ("occupation", "employer", "income"),
    "family": ("household_size", "married", "children"),
    "life": ("interests", "health"),
    "education": ("education",),
    "personality": ("remark",),
    "relationships": ("friends", "clubs"),
}
"""The eight groups that textbooks want to know of a person; rename or drop what you do not ask."""

COMPANY_GROUPS: dict[str, tuple[str, ...]] = {
    "basics": ("name", "street", "postcode", "email", "phone"),
    "character": ("founded", "sector", "staff"),
    "business": ("equity_ratio", "quick_ratio"),
    "dealings": ("last_heard", "terms_days", "credit_limit"),
    "person in charge": ("contact_name", "contact_born"),
}
"""The five groups that textbooks want to know of a firm."""


@dataclass(frozen=True, eq=False, repr=False)
class Completeness(Result):
    """How full the groups of fields are.

    Attributes
    ----------
    table : pandas.DataFrame
        For each group ``fields`` (asked for), ``held`` (of these, columns that are there),
        ``filled`` (share of all its cells with an answer; a field without a column has none) and
        ``whole`` (share of records that answer all its fields).
    fields : pandas.DataFrame
        For each group and field the share of records with an answer, one column for each part.
    records : int
    unknown : tuple of str
        Columns that belong to no group.
    """

    fields: pd.DataFrame
    records: int
    unknown: tuple[str, ...]

    @property
    def title(self) -> str:
        """How many groups hold anything, and the fullest."""
        some = self.table[self.table["filled"] > 0]
        first = self.table["filled"].idxmax()
        return (
            f"{len(some)} of {len(self.table)} groups hold something; the fullest is {first}, "
            f"{self.table['filled'].max():.0%}"
        )

    @property
    def caption(self) -> str:
        """How many records there are, and which columns no group names."""
        left = f" In no group: {inputs.listed(self.unknown)}." if self.unknown else ""
        return f"{self.records:,} records.{left}"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_completeness`."""
        return plot_completeness(self, ax)


def completeness(
    records: pd.DataFrame,
    groups: Mapping[str, Sequence[str]] = PERSON_GROUPS,
    *,
    by: str | None = None,
    since: inputs.Day | None = None,
    dated: str = "last_heard",
) -> Completeness:
    """Count how much is known of customers, in groups of fields.

    Parameters
    ----------
    records : pandas.DataFrame
        One row per record.
    groups : mapping of str to sequence of str
        For each group its fields, which are columns; `PERSON_GROUPS` or `COMPANY_GROUPS`, or your
        own. A field without a column counts as never answered.
    by : str, optional
        Column that parts the records, such as the list they come from, for ``fields``.
    since : day, optional
        A record whose day in ``dated`` lies before it, or is missing, counts as out of date: as
        if it held no answer.
    dated : str
        Column of the day on which a record was last known to be right.

    Returns
    -------
    Completeness
        With ``table``, ``fields``, ``records``, ``unknown``.

    Raises
    ------
    ValueError
        No rows; a column is missing; no group, or one without a field; a field in two groups.

    Notes
    -----
    "n/a", "-", "unknown" and the like are no answers. A full field is not a right one, and one
    that nobody uses is better left empty: see `crmlab.database.custody.review_columns`.

    Examples
    --------
    >>> book = pd.DataFrame({"name": ["Ann", "Bo"], "phone": ["n/a", "12 34 56"], "shoe": [39, 41]})
    >>> found = completeness(book, {"basics": ["name", "phone"], "work": ["occupation"]})
    >>> found.table
           fields  held  filled  whole
    group
    basics      2     2    0.75    0.5
    work        1     0    0.00    0.0
    >>> found.unknown
    ('shoe',)
    """
    records = inputs.table(records, (), "records")
    asked = _asked(groups)
    known = pd.DataFrame(
        {
            field: answered(records[field]) if field in records else False
            for field in asked.index.get_level_values("field")
        },
        index=records.index,
    )
    if since is not None:
        inputs.columns(records.columns, (dated,), "records")
        last = inputs.days(records[dated], f"records.{dated}", rows=records, accept=("empty",))
        fresh = last >= inputs.day(since, "since")
        known = known.where(fresh, False).astype(bool)
    table = pd.DataFrame(
        {
            group: {
                "fields": len(fields),
                "held": sum(field in records for field in fields),
                "filled": known[list(fields)].to_numpy().mean(),
                "whole": known[list(fields)].all(axis=1).mean(),
            }
            for group, fields in groups.items()
        }
    ).T.astype({"fields": int, "held": int})
    parts = _parts(records, known, by).set_axis(asked.index)
    named = {*known, by, dated if since is not None else None, "record_id", "customer_id"}
    unknown = tuple(str(column) for column in records if column not in named)
    return Completeness(table.rename_axis("group"), parts, len(records), unknown)


def _asked(groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    if not isinstance(groups, Mapping) or not groups:
        raise ValueError("groups must name, for each group, its fields; see PERSON_GROUPS.")
    empty = [group for group, fields in groups.items() if isinstance(fields, str) or not fields]
    if empty:
        raise ValueError(f"groups[{empty[0]!r}] must be a row of fields, at least one.")
    pairs = [(group, field) for group, fields in groups.items() for field in fields]
    asked = pd.DataFrame(pairs, columns=["group", "field"])
    twice = asked["field"].duplicated()
    said = "is there a second time", "are there a second time"
    inputs.refuse(twice, asked, "groups.field", said, "Put each field into one group.")
    return asked.set_index(["group", "field"])


def _parts(records: pd.DataFrame, known: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Share of records with an answer, one row per field and one column per part."""
    if by is None:
        return known.mean().to_frame("all")
    inputs.columns(records.columns, (by,), "records")
    part = records[by].astype("str").fillna("not said").to_numpy()
    return known.groupby(part).mean().T


@style.figure(Completeness, width=9, height=7)
def plot_completeness(found: Completeness, ax: Axes | None = None) -> None:
    """Draw a heat map of the share of answers, fields against parts.

    Parameters
    ----------
    found : Completeness
        From `completeness`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A row per field, named after its group; the darker, the fuller.
    """
    import seaborn as sns

    shown = found.fields.copy()
    shown.index = [f"{group}: {field}" for group, field in shown.index]
    sns.heatmap(
        shown, ax=ax, annot=True, fmt=".0%", vmin=0, vmax=1, cmap="Blues", cbar=False, linewidths=1
    )
    ax.set_xlabel("")
    ax.set_ylabel("")
    ax.tick_params(axis="y", rotation=0)
    ax.set_title(found.title)
