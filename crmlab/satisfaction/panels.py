"""The same people asked twice: what changed for them between two waves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import student_quantile
from crmlab.results import Result
from crmlab.satisfaction.answers import Scale, on_scale
from crmlab.satisfaction.intervals import MIN_ANSWERS, interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class PanelChanges(Result):
    """Mean change of each answer among customers who gave it in both waves.

    Attributes
    ----------
    table : DataFrame
        One row per question, in the order asked for: ``before`` and ``after`` (means of the same
        people), their difference as ``estimate``, ``low``, ``high``, and ``n``, the people.
    waves : tuple
        The two waves compared, the earlier one first.
    """

    waves: tuple[object, object]

    @property
    def changed(self) -> pd.DataFrame:
        """Questions whose interval of the change lies on one side of 0, the largest rise first."""
        found = self.table[(self.table["low"] > 0) | (self.table["high"] < 0)]
        return found.sort_values("estimate", ascending=False, kind="stable")

    @property
    def sorted(self) -> pd.DataFrame:
        """All questions from the largest rise to the largest fall."""
        return self.table.sort_values("estimate", ascending=False, kind="stable")

    @property
    def labels(self) -> dict[object, str]:
        """Each question as a figure names it, without an ending that all of them share."""
        names = [str(name) for name in self.table.index]
        ends = {name.rpartition("_")[2] for name in names if "_" in name.strip("_")}
        shared = f"_{ends.pop()}" if len(ends) == 1 and len(names) > 1 else ""
        if not all(name.endswith(shared) for name in names):
            shared = ""
        short = (name.removesuffix(shared).replace("_", " ") for name in names)
        return dict(zip(self.table.index, short, strict=True))

    @property
    def title(self) -> str:
        """How many questions changed, and which, if they are few."""
        total, few = len(self.table), self.changed
        if few.empty or len(few) > 3:
            return f"{len(few) or 'None'} of {total} changed by more than chance"
        named = ", ".join(
            f"{self.labels[name]} {_signed(value)}"
            for name, value in zip(few.index, few["estimate"], strict=True)
        )
        return f"{len(few)} of {total} changed: {named}"

    @property
    def caption(self) -> str:
        """Between which waves, and for how many people."""
        least, most = int(self.table["n"].min()), int(self.table["n"].max())
        people = f"{most:,}" if least == most else f"{least:,} to {most:,}"
        return f"From wave {self.waves[0]} to wave {self.waves[1]}, {people} people asked twice."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each change with its interval, see `plot_panel_changes`."""
        return plot_panel_changes(self, ax=ax)


def panel_changes(
    survey: pd.DataFrame,
    questions: Sequence[str],
    *,
    scale: Scale | None = None,
    confidence: float = 0.95,
) -> PanelChanges:
    r"""Mean change of answers between two waves, among those who answered in both.

    Parameters
    ----------
    survey : DataFrame
        ``customer_id``, ``wave`` and the questions, one row per respondent and wave. Rows without
        a customer are not looked at. Of several waves the first and the last are compared.
    questions : sequence of str
        Columns with numeric answers.
    scale : tuple of float, optional
        Lowest and highest possible answer of all questions.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    PanelChanges
        One row per question; each uses everybody who answered it in both waves.

    Raises
    ------
    ValueError
        One wave only, a customer twice in a wave, answers outside the scale, or fewer than five
        people who answered a question twice.

    Notes
    -----
    Student's interval of the mean of the differences :math:`y_{i2} - y_{i1}` (paired t). What
    differs from person to person and stays the same over time cancels. It speaks for people who
    answered twice; those who stopped answering may have changed otherwise.

    Examples
    --------
    >>> survey = pd.DataFrame({"customer_id": list("abcde") * 2, "wave": [1] * 5 + [2] * 5,
    ...     "queue": [7, 5, 8, 6, 4, 6, 5, 6, 5, 3]})
    >>> panel_changes(survey, ["queue"]).table[["before", "after", "estimate"]]
              before  after  estimate
    question
    queue        6.0    5.0      -1.0
    """
    if not isinstance(questions, list | tuple | pd.Index) or not len(questions):
        raise ValueError(f"questions is {questions!r}; give a list, such as ['satisfaction'].")
    inputs.table(survey, ["customer_id", "wave", *questions], "survey")
    where = "survey.customer_id"
    who = inputs.ids(survey["customer_id"], where, rows=survey, accept=("empty",))
    known = survey.assign(customer_id=who)[who.notna()]
    inputs.one_row_each(known, "survey", ("customer_id", "wave"))
    waves = sorted(known["wave"].unique())
    if len(waves) < 2:
        raise ValueError(f"survey: customers answered in {len(waves)} wave; a change needs two.")
    by_wave = known.set_index("customer_id").groupby("wave")
    rows = {}
    for question in questions:
        before, after = (
            on_scale(by_wave.get_group(wave)[question], question, scale=scale)
            for wave in (waves[0], waves[-1])
        )
        pair = pd.DataFrame({"before": before, "after": after}).dropna()
        if len(pair) < MIN_ANSWERS:
            raise ValueError(
                f"survey.{question}: {len(pair)} people answered in both waves; at least "
                f"{MIN_ANSWERS} are needed."
            )
        change = pair["after"] - pair["before"]
        half = student_quantile(confidence, len(pair) - 1) * change.sem()
        middle = change.mean()
        rows[question] = {
            **pair.mean(),
            **interval(middle, middle - half, middle + half, n=len(pair)),
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("question")
    return PanelChanges(table, (waves[0], waves[-1]))


@style.figure(PanelChanges, width=9, height=5)
def plot_panel_changes(result: PanelChanges, ax: Axes | None = None) -> None:
    """Draw the change of each answer with its interval, the largest rise on top.

    Parameters
    ----------
    result : PanelChanges
        Result of `panel_changes`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = result.sorted
    rows = np.arange(len(table))[::-1]
    for row, (name, line) in zip(rows, table.iterrows(), strict=True):
        side = "neutral"
        if name in result.changed.index:
            side = "good" if line["estimate"] > 0 else "cost"
        colour = style.COLOURS[side]
        ax.hlines(row, line["low"], line["high"], color=colour, lw=3)
        ax.plot(line["estimate"], row, "o", color=colour, ms=10)
        ax.text(
            1.01, row, _signed(line["estimate"]), transform=ax.get_yaxis_transform(), va="center"
        )
    ax.axvline(0, color=style.COLOURS["ink"], lw=1)
    ax.set_yticks(rows, [result.labels[name] for name in table.index])
    ax.set(ylim=(-0.6, len(rows) - 0.4))
    ax.set_xlabel(f"mean change from wave {result.waves[0]} to wave {result.waves[1]} (points)")
    ax.grid(visible=False, axis="y")
    ax.set_title(result.title)


def _signed(change: float) -> str:
    return f"{round(change, 2) + 0:+.2f}"
