"""From measurement to action: touch-points, priorities and their assumptions, goals checked."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.satisfaction.answers import numeric
from crmlab.satisfaction.intervals import MIN_ANSWERS, mean

STAGES = ("before", "during", "after")
ASSUMPTIONS = ("importance", "gap", "reach", "effort")


def touchpoints(answers, *, scale, confidence=0.95):
    """Performance, and importance if asked, at each touch-point before, during and after.

    Parameters
    ----------
    answers : DataFrame
        One row per respondent and touch-point: ``stage`` (before, during or after the
        purchase), ``touchpoint``, ``performance`` and, if asked, ``importance``.
    scale : tuple of float
        Lowest and highest possible answer of both.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per (stage, touchpoint): performance as ``estimate``, ``low``, ``high``;
        ``importance`` (mean) and ``gap`` (importance - performance) if asked; ``n``,
        ``missing``, ``reason``. Fewer than five answers: NaN with a warning.

    Raises
    ------
    ValueError
        Another stage, a missing touch-point, answers outside the scale.

    Examples
    --------
    >>> answers = pd.DataFrame({"stage": "during", "touchpoint": "queue",
    ...     "performance": [3, 4, 5, 4, 4]})
    >>> float(touchpoints(answers, scale=(1, 10)).loc[("during", "queue"), "estimate"])
    4.0
    """
    inputs.table(answers, ["stage", "touchpoint", "performance"], "touchpoints")
    other = ~answers["stage"].isin(STAGES) | answers["touchpoint"].isna()
    if other.any() or answers.empty:
        raise ValueError(
            f"touchpoints: {int(other.sum())} of {len(answers)} rows lack a touch-point or have a "
            f"stage other than {', '.join(STAGES)} (first: row "
            f"{other.idxmax() if len(other) else '-'})"
        )
    asked = [name for name in ("performance", "importance") if name in answers]
    numbers = answers.assign(**{name: numeric(answers[name], scale=scale) for name in asked})
    rows = {}
    for cell, part in numbers.groupby(["stage", "touchpoint"], sort=False):
        row = _cell(part["performance"], confidence)
        if row["reason"]:
            warnings.warn(f"{cell[0]}, {cell[1]}: {row['reason']}, NaN", stacklevel=2)
        elif "importance" in asked:
            row["importance"] = part["importance"].mean()
            row["gap"] = row["importance"] - row["estimate"]
        rows[cell] = row
    table = pd.DataFrame(rows.values(), index=pd.MultiIndex.from_tuples(rows))
    table.index.names = ["stage", "touchpoint"]
    named = [name for name in ("importance", "gap") if name in table]
    table = table[["estimate", "low", "high", *named, "n", "missing", "reason"]]
    order = table.index.get_level_values("stage").map(STAGES.index)
    return table.iloc[np.argsort(order, kind="stable")]


def priorities(projects):
    r"""Rank improvements by importance x gap x reach / effort.

    Parameters
    ----------
    projects : DataFrame
        One row per project: ``importance`` (any unit, not negative), ``target`` and ``actual`` on
        one scale, ``reach`` (share of customers touched, 0 to 1), ``effort`` (cost in any unit,
        positive).

    Returns
    -------
    pandas.DataFrame
        The projects, the highest ``priority`` first, with ``gap`` (target - actual, 0 where the
        target is already met), ``priority``, ``share`` of the sum, ``rank``, ``tie``.

    Raises
    ------
    ValueError
        Missing columns or numbers, reach outside 0 to 1, effort of 0 or less.

    Warns
    -----
    UserWarning
        Targets already met: their priority is 0.

    Notes
    -----
    A ranking of guesses: look at `tornado` before anyone acts on it.

    Examples
    --------
    >>> projects = pd.DataFrame({"importance": [3, 2, 1], "target": [8, 8, 8],
    ...     "actual": [6, 7, 4], "reach": [0.5, 1, 0.2], "effort": [2, 1, 1]},
    ...     index=["queue", "taste", "parking"])
    >>> priorities(projects)["priority"].round(2).to_dict()
    {'taste': 2.0, 'queue': 1.5, 'parking': 0.8}
    """
    names = ("importance", "target", "actual", "reach", "effort")
    inputs.table(projects, names, "projects")
    if projects.empty:
        raise ValueError("table projects has no rows")
    table = projects.assign(**{name: numeric(projects[name]) for name in names})
    if table[list(names)].isna().any().any():
        gaps = table[list(names)].isna()
        raise ValueError(f"projects: numbers are missing in row {gaps.any(axis=1).idxmax()!r}")
    wrong = (table["effort"] <= 0) | ~table["reach"].between(0, 1) | (table["importance"] < 0)
    if wrong.any():
        raise ValueError(
            f"projects: {int(wrong.sum())} rows (first: {wrong.idxmax()!r}) have effort of 0 or "
            "less, reach outside 0 to 1, or negative importance"
        )
    met = table["target"] <= table["actual"]
    if met.any():
        warnings.warn(f"target already met, priority 0: {list(table.index[met])}", stacklevel=2)
    table["gap"] = (table["target"] - table["actual"]).clip(lower=0)
    table["priority"] = _priority(table)
    total = table["priority"].sum()
    table["share"] = table["priority"] / total if total else np.nan
    table["rank"] = table["priority"].rank(ascending=False, method="min").astype(int)
    table["tie"] = table["priority"].duplicated(keep=False)
    return table.sort_values("priority", ascending=False, kind="stable")


def tornado(ranked, project, *, swing):
    """How one project's priority and rank move if each assumption is off.

    Parameters
    ----------
    ranked : DataFrame
        Result of `priorities`.
    project : str
        Row to look at; the others stay as they are.
    swing : float or mapping of str to float
        How far off, as a share: 0.25 tries 25 % less and 25 % more. A mapping gives each of
        importance, gap, reach, effort its own.

    Returns
    -------
    pandas.DataFrame
        One row per assumption, the widest swing first: ``low``, ``high`` (the priority at the
        worse and the better end), ``estimate`` (as assumed), ``rank_low``, ``rank_high``,
        ``swing``.

    Raises
    ------
    ValueError
        An unknown project, a swing outside 0 to 1.

    Notes
    -----
    Reach cannot exceed 1. One assumption moves at a time; together they can do more.

    Examples
    --------
    >>> projects = pd.DataFrame({"importance": [3, 2], "target": [8, 8], "actual": [6, 7],
    ...     "reach": [0.5, 1], "effort": [2, 1]}, index=["queue", "taste"])
    >>> tornado(priorities(projects), "queue", swing=0.5).loc["effort", ["low", "high"]].tolist()
    [1.0, 3.0]
    """
    inputs.table(ranked, (*ASSUMPTIONS, "priority"), "ranked", remedy="Make it with priorities.")
    if project not in ranked.index:
        raise ValueError(f"no project {project!r}; there are {list(ranked.index)}")
    swings = swing if isinstance(swing, dict) else dict.fromkeys(ASSUMPTIONS, swing)
    rows = {}
    for name, off in swings.items():
        if name not in ASSUMPTIONS or not 0 <= off < 1:
            raise ValueError(f"swing of {name!r} is {off}: a share of {', '.join(ASSUMPTIONS)}")
        ends = []
        for factor in (1 - off, 1 + off):
            row = ranked.loc[project].copy()
            row[name] = min(row[name] * factor, 1.0) if name == "reach" else row[name] * factor
            ends.append(float(_priority(row)))
        low, high = sorted(ends)
        rivals = ranked["priority"].drop(project)
        rows[name] = {
            "estimate": ranked.loc[project, "priority"],
            "low": low,
            "high": high,
            "rank_low": 1 + int((rivals > low).sum()),
            "rank_high": 1 + int((rivals > high).sum()),
            "swing": off,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(project)
    width = table["low"] - table["high"]
    return table.loc[width.sort_values(kind="stable").index]


@style.figure(width=10, height=5.5)
def plot_touchpoints(table, ax=None):
    """Draw performance as a heat map: stages across, touch-points within each stage.

    Parameters
    ----------
    table : DataFrame
        Result of `touchpoints`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    ends = table["estimate"].min(), table["estimate"].max()
    colours = colormaps["cividis"]
    deepest = 0
    for column, stage in enumerate(STAGES):
        if stage not in table.index.get_level_values("stage"):
            continue
        part = table.loc[stage].sort_values("estimate", na_position="last")
        deepest = max(deepest, len(part))
        for row, (name, cell) in enumerate(part.iterrows()):
            known = not np.isnan(cell["estimate"])
            level = (cell["estimate"] - ends[0]) / ((ends[1] - ends[0]) or 1) if known else 0.5
            shade = colours(level) if known else style.COLOURS["pale"]
            ax.add_patch(Rectangle((column, row), 0.97, 0.94, color=shade, lw=0))
            ink = "white" if known and level < 0.6 else "black"
            spread = f" ({cell['low']:.1f} to {cell['high']:.1f})" if known else ""
            value = f"{cell['estimate']:.1f}{spread}" if known else cell["reason"]
            ax.text(column + 0.04, row + 0.32, str(name), color=ink, weight="bold", va="center")
            ax.text(column + 0.04, row + 0.68, value, color=ink, va="center", fontsize=13)
    ax.set(xlim=(0, 3), ylim=(max(deepest, 1), 0), yticks=[])
    ax.set_xticks([0.485, 1.485, 2.485], STAGES, fontsize=16, weight="bold")
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.set_title("Touch-points, the weakest of each stage on top")


@style.figure(width=9, height=4.5)
def plot_tornado(table, ax=None):
    """Draw how far each assumption moves one project's priority, the widest on top.

    Parameters
    ----------
    table : DataFrame
        Result of `tornado`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = np.arange(len(table))[::-1]
    base = table["estimate"].iloc[0]
    ax.barh(rows, table["low"] - base, left=base, color=style.COLOURS["cost"], height=0.6)
    ax.barh(rows, table["high"] - base, left=base, color=style.COLOURS["good"], height=0.6)
    ax.axvline(base, color=style.COLOURS["ink"], lw=1.5)
    room = 0.22 * (table["high"].max() - table["low"].min())
    for row, line in zip(rows, table.itertuples(), strict=True):
        for value, rank, side in (
            (line.low, line.rank_low, "right"),
            (line.high, line.rank_high, "left"),
        ):
            pad = room / 20 * (1 if side == "left" else -1)
            ax.text(value + pad, row, f"rank {rank}", ha=side, va="center", fontsize=13)
    ax.set_xlim(table["low"].min() - room, table["high"].max() + room)
    ax.set_yticks(rows, [f"{name} ±{line.swing:.0%}" for name, line in table.iterrows()])
    ax.set(xlabel="priority", title=f"{table.index.name}: what if we are wrong?")
    ax.grid(visible=False, axis="y")


def _cell(performance, confidence):
    given = int(performance.notna().sum())
    if given < MIN_ANSWERS:
        reason = f"{given} answers, fewer than {MIN_ANSWERS}"
        nothing = dict.fromkeys(("estimate", "low", "high"), np.nan)
        return {**nothing, "n": given, "missing": len(performance) - given, "reason": reason}
    return {**mean(performance, confidence=confidence).drop("effective_n"), "reason": ""}


def _priority(row):
    return row["importance"] * row["gap"] * row["reach"] / row["effort"]
