"""Look-alikes: who among the others resembles those who bought, and is the list any good?"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import normal_quantile, wilson


@dataclass(frozen=True)
class Lookalike:
    """A propensity model, judged on customers it had not seen.

    Attributes
    ----------
    propensity : pandas.Series
        Probability of each customer, from a model fitted without that customer.
    lift : pandas.DataFrame
        Groups of equal size, likeliest first: ``customers``, ``bought``, ``rate``,
        ``estimate``, ``low``, ``high`` of the lift (rate over the rate of all), and
        ``share_of_buyers``, how many buyers a list down to here would reach.
    auc : pandas.Series
        ``estimate``, ``low``, ``high``: how often a buyer is ranked above a non-buyer.
    coefficients : pandas.Series
        Effect of one standard deviation on the log odds, largest first, fitted on everybody.
    """

    propensity: pd.Series
    lift: pd.DataFrame
    auc: pd.Series
    coefficients: pd.Series


def lookalike(features, bought, *, groups=10, confidence=0.95, seed=0):
    r"""Learn what buyers look like, and rank everybody by likeness.

    Parameters
    ----------
    features : pandas.DataFrame
        One row per customer: numbers as they are, other columns as categories. Only what was
        known before the purchase.
    bought : pandas.Series of bool or 0/1
        Who bought, with the same index.
    groups : int
        Rows of the lift table.
    confidence : float
        Coverage of the intervals.
    seed : int
        Start of the random numbers that split the customers.

    Returns
    -------
    Lookalike
        With ``propensity``, ``lift``, ``auc`` and ``coefficients``.

    Raises
    ------
    ValueError
        A missing cell, unequal indexes, fewer than ten buyers or non-buyers, fewer customers
        than groups.

    Warns
    -----
    UserWarning
        Buyers and others are separated without error: a feature probably knows the answer.

    Notes
    -----
    Logistic regression with the ridge penalty of scikit-learn, five-fold cross-fitted. The
    interval of the area under the curve is that of DeLong, DeLong & Clarke-Pearson (1988,
    Biometrics 44), that of the lift Wilson's. A list that resembles buyers is not yet a list of
    people whom a mailing would change.

    Examples
    --------
    >>> visits = pd.DataFrame({"visits": range(40)})
    >>> found = lookalike(visits, visits["visits"] % 4 == 3, groups=2)
    >>> found.lift["customers"].tolist()
    [20, 20]
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    matrix = _design(inputs.by_customer(features))
    answer = _answers(bought, matrix.index)
    if not 1 <= groups <= len(answer):
        raise ValueError(f"groups is {groups}; give a number from 1 to {len(answer)}.")
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    numbers = matrix.to_numpy()
    chance = cross_val_predict(model, numbers, answer, cv=folds, method="predict_proba")[:, 1]
    effects = model.fit(numbers, answer)[-1].coef_[0]
    effects = pd.Series(effects, index=matrix.columns, name="effect")
    effects = effects.sort_values(key=np.abs, ascending=False, kind="stable")
    propensity = pd.Series(chance, index=matrix.index, name="propensity")
    auc = _area(chance, answer, confidence)
    if auc["estimate"] == 1:
        warnings.warn(
            f"buyers are told apart without error; does {effects.index[0]!r} know who bought?",
            UserWarning,
            stacklevel=2,
        )
    return Lookalike(propensity, _lift(chance, answer, groups, confidence), auc, effects)


def _design(features):
    inputs.one_row_each(inputs.table(features, (), "features"), "features")
    parts = []
    for name in features.columns:
        column = features[name]
        where, remedy = f"features.{name}", "Fill it or drop it."
        inputs.refuse(column.isna(), features, where, ("is empty", "are empty"), remedy)
        if pd.api.types.is_numeric_dtype(column):
            parts.append(inputs.number_columns(features, [name], "features", accept=("flags",)))
        else:
            parts.append(
                pd.get_dummies(column, prefix=name, prefix_sep=" = ", dtype=float).iloc[:, 1:]
            )
    return pd.concat(parts, axis=1)


def _answers(bought, index):
    bought = pd.Series(bought)
    if not (
        bought.index.is_unique and len(bought) == len(index) and bought.index.isin(index).all()
    ):
        raise ValueError("bought and features name different customers; give both the same index.")
    answer = inputs.numbers(bought.loc[index], "bought", accept=("flags",))
    inputs.refuse(
        ~answer.isin((0, 1)),
        answer,
        "bought",
        ("is not 0 or 1", "are not 0 or 1"),
        "Use True and False.",
    )
    answer = answer.to_numpy(dtype=int)
    if min(answer.sum(), len(answer) - answer.sum()) < 10:
        raise ValueError(
            f"{answer.sum():,} of {len(answer):,} customers bought; a model needs ten buyers and "
            "ten others at least."
        )
    return answer


def _lift(chance, answer, groups, confidence):
    order = np.argsort(-chance, kind="stable")
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.arange(len(order)) * groups // len(order) + 1
    table = pd.DataFrame({"group": group, "bought": answer}).groupby("group")["bought"]
    table = pd.DataFrame({"customers": table.size(), "bought": table.sum()})
    table["rate"] = table["bought"] / table["customers"]
    overall = answer.mean()
    low, high = wilson(table["bought"], table["customers"], confidence)
    table["estimate"], table["low"], table["high"] = (
        table["rate"] / overall,
        low / overall,
        high / overall,
    )
    table["share_of_buyers"] = table["bought"].cumsum() / answer.sum()
    return table


def _area(chance, answer, confidence):
    rank = pd.Series(chance).rank().to_numpy()
    buyer = answer == 1
    buyers, others = buyer.sum(), (~buyer).sum()
    above = (rank[buyer] - pd.Series(chance[buyer]).rank().to_numpy()) / others
    below = 1 - (rank[~buyer] - pd.Series(chance[~buyer]).rank().to_numpy()) / buyers
    estimate = above.mean()
    spread = np.sqrt(above.var(ddof=1) / buyers + below.var(ddof=1) / others)
    low, high = np.clip(estimate + np.array([-1, 1]) * normal_quantile(confidence) * spread, 0, 1)
    return pd.Series({"estimate": estimate, "low": low, "high": high})


@style.figure(width=9, height=5)
def plot_lift(result, ax=None):
    """Draw the lift of each group, likeliest first, with its interval.

    Parameters
    ----------
    result : Lookalike
        From `lookalike`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A list without skill would lie on the line at 1.
    """
    lift = result.lift
    colours = np.where(lift["low"] > 1, style.COLOURS["good"], style.COLOURS["pale"])
    ax.bar(lift.index, lift["estimate"], color=colours, width=0.75)
    ax.vlines(lift.index, lift["low"], lift["high"], color=style.COLOURS["ink"], linewidth=2)
    ax.axhline(1, color=style.COLOURS["cost"], linewidth=2)
    ax.text(
        lift.index[-1] + 0.55,
        1.03,
        "picked at random",
        color=style.COLOURS["cost"],
        ha="right",
        va="bottom",
        weight="bold",
    )
    half = lift.index[: max(1, len(lift) // 5)]
    reached = lift["share_of_buyers"].loc[half[-1]]
    ax.set_xticks(lift.index)
    ax.set(xlim=(0.4, len(lift) + 0.6), ylim=(0, 1.08 * lift["high"].max()))
    ax.set(xlabel="group of customers, likeliest first", ylabel="buyers, as a multiple of average")
    ax.grid(visible=False, axis="x")
    ax.set_title(
        f"The first {len(half) / len(lift):.0%} of the list reach {reached:.0%} of the buyers"
    )
