"""RFM scores with stated tie and quintile rules, and what a mailing must earn to pay."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs, style


def rfm_scores(summary, *, groups=5, nested=False, ties="together"):
    r"""Score recency, frequency and money from 1 (worst) to 5 (best).

    Parameters
    ----------
    summary : pandas.DataFrame
        One row per customer with ``frequency``, with ``days_since_last`` (or ``recency`` and
        ``T``, whose difference it is), and with ``amount``, money in all (or
        ``monetary_value``, money per purchase).
    groups : int
        Number of scores, 2 to 9.
    nested : bool
        False: each score is taken over all customers. True: frequency within each recency
        score, money within each recency and frequency score, so that cells are of like size.
    ties : {"together", "split"}
        Customers with equal numbers get equal scores (that of their mean rank), or are split
        in the order of the rows to make groups of equal size.

    Returns
    -------
    pandas.DataFrame
        ``recency_score``, ``frequency_score``, ``monetary_score`` and ``rfm``, the three digits
        in this order, such as ``"543"``.

    Raises
    ------
    ValueError
        A column is missing, a number is missing or negative where that cannot be, an id twice,
        fewer customers than groups.

    Warns
    -----
    UserWarning
        Ties leave a score without customers (only where `nested` is False).

    Notes
    -----
    Score = ceiling(groups x rank / n), rank 1 being the worst (Hughes 2000, Strategic Database
    Marketing, McGraw-Hill, for nested groups). Scores say who is ahead of whom, not by how much.

    Examples
    --------
    >>> summary = pd.DataFrame({"days_since_last": [3, 90, 20], "frequency": [8, 1, 4],
    ...                         "amount": [90, 20, 160]}, index=["Ann", "Bo", "Cy"])
    >>> rfm_scores(summary, groups=3)["rfm"].astype(str).to_dict()
    {'Ann': '332', 'Bo': '111', 'Cy': '223'}
    """
    if groups not in range(2, 10):
        raise ValueError(f"groups is {groups}; give a whole number from 2 to 9.")
    inputs.choice(ties, "ties", ("together", "split"))
    summary = inputs.by_customer(summary)
    numbers = _rfm_numbers(summary)
    if len(summary) < groups:
        raise ValueError(f"{len(summary)} customers cannot fill {groups} groups; ask for fewer.")
    inside = np.zeros(len(summary), dtype=np.int64)
    scores = {}
    for name, column in numbers.items():
        score = _scores_within(column, inside, groups, ties)
        if not nested:
            _warn_empty(score, groups, name)
        scores[f"{name}_score"] = score
        inside = inside * 10 + score if nested else inside
    code = sum(
        (score.astype(np.int64) - 1) * groups**power
        for score, power in zip(scores.values(), (2, 1, 0), strict=True)
    )
    digits = [str(digit) for digit in range(1, groups + 1)]
    cells = [r + f + m for r in digits for f in digits for m in digits]
    result = pd.DataFrame(scores, index=summary.index)
    result["rfm"] = pd.Categorical.from_codes(code, cells)
    return result


def _rfm_numbers(summary):
    inputs.table(summary, ("frequency",), "summary")
    if "days_since_last" not in summary:
        inputs.table(summary, ("recency", "T"), "summary without days_since_last")
    money = "amount" if "amount" in summary else "monetary_value"
    inputs.table(summary, (money,), "summary without amount")
    inputs.one_row_each(summary, "summary")
    if "days_since_last" in summary:
        waited = summary["days_since_last"]
    else:
        ages = inputs.number_columns(summary, ("T", "recency"), "summary")
        waited = ages["T"] - ages["recency"]
    waited, frequency = (
        inputs.numbers(column, f"summary.{name}", rows=summary, at_least=0).to_numpy()
        for name, column in (("days_since_last", waited), ("frequency", summary["frequency"]))
    )
    remedy = "One-time buyers have no monetary_value; add a column amount, the money in all."
    spent = inputs.numbers(summary[money], f"summary.{money}", rows=summary, remedy=remedy)
    return {"recency": -waited, "frequency": frequency, "monetary": spent.to_numpy()}


def _scores_within(numbers, inside, groups, ties):
    order = np.argsort(numbers, kind="stable")
    if inside.any():
        order = order[np.argsort(inside[order], kind="stable")]
    size = len(order)
    part = inside[order]
    first_of_part = np.flatnonzero(np.concatenate(([True], part[1:] != part[:-1])))
    part_size = np.diff(np.append(first_of_part, size))
    rank = np.arange(1, size + 1) - np.repeat(first_of_part, part_size)
    rank = rank.astype(float)
    if ties == "together":
        sorted_numbers = numbers[order]
        new = np.concatenate(
            ([True], (sorted_numbers[1:] != sorted_numbers[:-1]) | (part[1:] != part[:-1]))
        )
        first = np.flatnonzero(new)
        length = np.diff(np.append(first, size))
        rank = np.repeat(rank[first] + (length - 1) / 2, length)
    scaled = groups * rank / np.repeat(part_size, part_size)
    score = np.empty(size, dtype=np.int8)
    score[order] = np.clip(np.ceil(scaled - 1e-9), 1, groups).astype(np.int8)
    return score


def _warn_empty(score, groups, name):
    empty = [str(step) for step in range(1, groups + 1) if not (score == step).any()]
    if empty:
        warnings.warn(
            f"ties in {name} leave score {', '.join(empty)} without customers; use fewer groups, "
            "or ties='split' if equal customers may be told apart.",
            UserWarning,
            stacklevel=3,
        )


def break_even_response(cost, margin):
    """Share of contacted customers who must respond for a contact to pay.

    Parameters
    ----------
    cost : float
        Cost of one contact.
    margin : float
        Contribution of one response, in the same currency.

    Returns
    -------
    float
        ``cost / margin``; above 1 it cannot pay.

    Raises
    ------
    ValueError
        A negative cost or a margin that is not above zero.

    Examples
    --------
    >>> round(break_even_response(cost=0.60, margin=45), 4)
    0.0133
    """
    if not cost >= 0 or not margin > 0:
        raise ValueError(
            f"cost is {cost} and margin is {margin}; cost must be 0 or more, margin above 0."
        )
    return cost / margin


def rfm_grid(scores, value):
    """Mean value of customers at each recency and frequency score.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `rfm_scores`.
    value : pandas.Series
        A number per customer, such as later purchases or 0/1 for a response.

    Returns
    -------
    pandas.DataFrame
        Recency scores down (best first), frequency scores across; NaN where nobody is.

    Raises
    ------
    ValueError
        A customer of `scores` has no value.

    Examples
    --------
    >>> scores = pd.DataFrame({"recency_score": [1, 2, 2], "frequency_score": [1, 2, 2]},
    ...                       index=["Ann", "Bo", "Cy"])
    >>> rfm_grid(scores, pd.Series({"Ann": 0, "Bo": 1, "Cy": 3})).loc[2, 2].item()
    2.0
    """
    inputs.table(scores, ("recency_score", "frequency_score"), "scores")
    inputs.one_row_each(scores, "scores")
    value = inputs.customer_values(pd.Series(value).reindex(scores.index), keyed=True)
    table = value.groupby([scores["recency_score"], scores["frequency_score"]]).mean().unstack()
    return table.sort_index(ascending=False)


@style.figure(width=8, height=6)
def plot_rfm_grid(grid, ax=None):
    """Draw the mean value by recency and frequency score as a heat map.

    Parameters
    ----------
    grid : pandas.DataFrame
        From `rfm_grid`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The best customers are in the upper right corner.
    """
    if (grid.index.name, grid.columns.name) != ("recency_score", "frequency_score"):
        raise ValueError("plot_rfm_grid draws what rfm_grid returned; these are other columns.")
    numbers = grid.to_numpy(dtype=float)
    largest = np.nanmax(np.abs(numbers))
    decimals = max(0, 2 - int(np.floor(np.log10(largest)))) if largest > 0 else 0
    ax.imshow(
        np.ma.masked_invalid(numbers), cmap="Blues", aspect="auto", vmin=min(0, np.nanmin(numbers))
    )
    for row, column in np.ndindex(numbers.shape):
        number = numbers[row, column]
        if np.isnan(number):
            ax.text(column, row, "nobody", ha="center", va="center", color=style.COLOURS["neutral"])
            continue
        dark = number > 0.6 * np.nanmax(numbers)
        ax.text(
            column,
            row,
            style.short(round(number, decimals)),
            ha="center",
            va="center",
            fontsize=15,
            color="white" if dark else style.COLOURS["ink"],
        )
    ax.set_xticks(range(grid.shape[1]), grid.columns)
    ax.set_yticks(range(grid.shape[0]), grid.index)
    ax.grid(visible=False)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    best_r, best_f = grid.index.max(), grid.columns.max()
    ax.set(xlabel=f"frequency score ({best_f} = most often)")
    ax.set(ylabel=f"recency score ({best_r} = most recent)")
    ax.set_title("Mean value per customer by recency and frequency")
