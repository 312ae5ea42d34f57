"""Choosing what to segment by: how much it tells against how hard it is to use."""

import numpy as np

from crmlab import inputs, style


def segmentation_bases(ratings):
    """Mark the bases of segmentation that no other basis beats on both counts.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row per basis (age, benefits sought, past purchases): ``effectiveness`` and
        ``difficulty``, each on one scale, high meaning much.

    Returns
    -------
    pandas.DataFrame
        The two ratings, ``efficient`` (no other is at least as effective and as easy, and better
        in one) and ``beaten_by`` (one that is, or empty), most effective first.

    Raises
    ------
    ValueError
        A column is missing, a rating missing, a basis twice.

    Examples
    --------
    >>> import pandas as pd
    >>> ratings = pd.DataFrame({"effectiveness": [2, 5, 4], "difficulty": [1, 4, 4]},
    ...                        index=["age", "benefits", "lifestyle"])
    >>> segmentation_bases(ratings)["beaten_by"].to_dict()
    {'benefits': '', 'lifestyle': 'benefits', 'age': ''}
    """
    names = ("effectiveness", "difficulty")
    inputs.one_row_each(inputs.table(ratings, names, "ratings"), "ratings")
    table = inputs.number_columns(ratings, names, "ratings", remedy="Rate every basis.")
    table = table.sort_values(
        ["effectiveness", "difficulty"], ascending=[False, True], kind="stable"
    )
    beaten = []
    for effect, effort in table.to_numpy():
        as_good = (table["effectiveness"] >= effect) & (table["difficulty"] <= effort)
        better = as_good & ((table["effectiveness"] > effect) | (table["difficulty"] < effort))
        beaten.append(table.index[better.argmax()] if better.any() else "")
    table["efficient"] = [name == "" for name in beaten]
    table["beaten_by"] = beaten
    return table


@style.figure(width=8.5, height=5.5)
def plot_segmentation_bases(bases, ax=None):
    """Draw effectiveness against difficulty, the unbeaten bases joined by a line.

    Parameters
    ----------
    bases : pandas.DataFrame
        From `segmentation_bases`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Best is up and to the left.
    """
    best = bases[bases["efficient"]].sort_values("difficulty")
    ax.plot(best["difficulty"], best["effectiveness"], color=style.COLOURS["good"])
    colours = np.where(bases["efficient"], style.COLOURS["good"], style.COLOURS["neutral"])
    ax.scatter(bases["difficulty"], bases["effectiveness"], color=colours, s=150, zorder=3)
    for (name, row), colour in zip(bases.iterrows(), colours, strict=True):
        ax.annotate(
            name,
            (row["difficulty"], row["effectiveness"]),
            xytext=(9, -9),
            color=colour,
            textcoords="offset points",
            va="top",
            weight="bold",
        )
    ax.margins(x=0.18, y=0.15)
    ax.set(xlabel="difficulty of use (left is easier)", ylabel="effectiveness (up is better)")
    ax.set_title("What to segment by: no grey basis is a best buy")
