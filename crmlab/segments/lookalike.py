"""Look-alikes: who among the others resembles those who bought, and is the list any good?"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, style
from crmlab.intervals import area_under_curve, normal_quantile, wilson
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Lookalike(Result):
    """A propensity model, judged on customers it had not seen.

    Attributes
    ----------
    table : pandas.DataFrame
        Groups of equal size, likeliest first: ``customers``, ``bought``, ``rate``,
        ``estimate``, ``low``, ``high`` of the lift (rate over the rate of all), and
        ``share_of_buyers``, how many buyers a list down to here would reach.
    propensity : pandas.Series
        Probability of each customer, from a model fitted without that customer.
    auc : pandas.Series
        ``estimate``, ``low``, ``high``: how often a buyer is ranked above a non-buyer.
    coefficients : pandas.Series
        Effect of one standard deviation on the log odds, largest first, fitted on everybody.
    scaling : pandas.DataFrame
        ``mean`` and ``spread`` of each column that the model sees.
    intercept : float
        Log odds of the average customer.
    categories : dict
        Of each feature its categories, none of a number; the first has no column.
    """

    table: pd.DataFrame
    propensity: pd.Series
    auc: pd.Series
    coefficients: pd.Series
    scaling: pd.DataFrame
    intercept: float
    categories: dict[str, list[str]]

    @property
    def reach(self) -> tuple[float, float]:
        """Share of the list that its first fifth of groups is, and of the buyers it reaches."""
        groups = max(1, len(self.table) // 5)
        part = self.table["customers"].iloc[:groups].sum() / self.table["customers"].sum()
        return float(part), float(self.table["share_of_buyers"].iloc[groups - 1])

    @property
    def title(self) -> str:
        """How many buyers the first groups reach."""
        part, buyers = self.reach
        return f"The first {part:.0%} of the list reach {buyers:.0%} of the buyers"

    @property
    def caption(self) -> str:
        """How well buyers are told apart."""
        area, low, high = self.auc[["estimate", "low", "high"]]
        return f"A buyer is ranked above another in {area:.0%} of pairs ({low:.0%} to {high:.0%})."

    def score(self, features: Result | pd.DataFrame) -> pd.Series:
        """Probability of other customers, or of the same ones at a later date.

        Parameters
        ----------
        features : pandas.DataFrame
            The features that the model was fitted on, one row per customer.

        Returns
        -------
        pandas.Series
            ``propensity``, likeliest first.

        Raises
        ------
        ValueError
            A feature is missing, a cell empty, a category that the model never saw.
        """
        given = inputs.table(inputs.by_customer(features), list(self.categories), "features")
        inputs.one_row_each(given, "features")
        columns: dict[str, pd.Series] = {}
        for name, known in self.categories.items():
            if not known:
                read = inputs.number_columns(given, [name], "features", accept=("flags",))
                columns[name] = read[name]
                continue
            text = given[name].astype(object)
            problem = "is a category the model never saw", "are categories the model never saw"
            remedy = f"It knows {inputs.listed(known)}."
            inputs.refuse(~text.isin(known), given, f"features.{name}", problem, remedy)
            for one in known[1:]:
                columns[f"{name} = {one}"] = (text == one).astype(float)
        matrix = pd.DataFrame(columns, index=given.index)[self.scaling.index]
        scaled = (matrix - self.scaling["mean"]) / self.scaling["spread"]
        odds = scaled.to_numpy() @ self.coefficients[self.scaling.index].to_numpy()
        chance = 1 / (1 + np.exp(-odds - self.intercept))
        found = pd.Series(chance, index=given.index, name="propensity")
        return found.iloc[inputs.id_order(found.index)].sort_values(ascending=False, kind="stable")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_lift`."""
        return plot_lift(self, ax)


def lookalike(
    features: Result | pd.DataFrame,
    bought: pd.Series,
    *,
    groups: int = 10,
    confidence: float = 0.95,
    seed: int = 0,
) -> Lookalike:
    r"""Learn what buyers look like, and rank everybody by likeness.

    Parameters
    ----------
    features : pandas.DataFrame
        One row per customer: numbers as they are, text as categories. Only what was known
        before the purchase.
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
        With ``table``, ``propensity``, ``auc``, ``coefficients``, and `Lookalike.score` for others.

    Raises
    ------
    ValueError
        A missing cell, text that holds numbers, dates, unequal indexes, fewer than ten buyers or
        non-buyers, fewer customers than groups.

    Warns
    -----
    UserWarning
        Buyers and others are separated without error: a feature probably knows the answer.

    Notes
    -----
    Logistic regression with the ridge penalty of scikit-learn, five-fold cross-fitted on the
    customers in the order of their ids. The interval of the area under the curve is that of
    DeLong, DeLong & Clarke-Pearson (1988, Biometrics 44), that of the lift Wilson's. A list that
    resembles buyers is not yet a list of people whom a mailing would change.

    Examples
    --------
    >>> visits = pd.DataFrame({"visits": range(40)})
    >>> found = lookalike(visits, visits["visits"] % 4 == 3, groups=2)
    >>> found.table["customers"].tolist()
    [20, 20]
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    given = inputs.by_customer(features)
    matrix = _design(given)
    ids = matrix.index
    matrix = matrix.iloc[inputs.id_order(ids)]
    answer = _answers(bought, matrix.index)
    most = f"There are {len(answer):,} customers."
    groups = int(
        inputs.number(groups, "groups", whole=True, at_least=1, at_most=len(answer), remedy=most)
    )
    seed = int(inputs.number(seed, "seed", whole=True, at_least=0, at_most=2**31))
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    numbers = matrix.to_numpy()
    chance = cross_val_predict(model, numbers, answer, cv=folds, method="predict_proba")[:, 1]
    scaler, fitted = model.fit(numbers, answer)
    effects = fitted.coef_[0]
    scaling = pd.DataFrame({"mean": scaler.mean_, "spread": scaler.scale_}, index=matrix.columns)
    coefficients = pd.Series(effects, index=matrix.columns, name="effect")
    coefficients = coefficients.sort_values(key=np.abs, ascending=False, kind="stable")
    auc = _area(chance, answer, confidence)
    if auc["estimate"] == 1:
        warnings.warn(
            f"buyers are told apart without error; does {coefficients.index[0]!r} know who bought?",
            UserWarning,
            stacklevel=2,
        )
    propensity = pd.Series(chance, index=matrix.index, name="propensity").loc[ids]
    lift, known = _lift(chance, answer, groups, confidence), _categories(given, matrix)
    start = float(fitted.intercept_[0])
    return Lookalike(lift, propensity, auc, coefficients, scaling, start, known)


def _categories(features: pd.DataFrame, matrix: pd.DataFrame) -> dict[str, list[str]]:
    """Of each feature its categories, the one without a column first; none of a number."""
    found: dict[str, list[str]] = {}
    for name in features.columns:
        column = features[name]
        cells = column.cat.categories if hasattr(column, "cat") else sorted(set(column))
        found[name] = [] if name in matrix else list(cells)
    return found


def _design(features: Any) -> pd.DataFrame:
    inputs.one_row_each(inputs.table(features, (), "features"), "features")
    matrix = pd.concat([_columns(features, name) for name in features.columns], axis=1)
    if not matrix.shape[1]:
        raise ValueError("features are the same for everybody; give one that differs.")
    return matrix


def _columns(features: pd.DataFrame, name: Any) -> pd.DataFrame:
    """A column of numbers as it is; of text, one column for each category but the first."""
    column, where = features[name], f"features.{name}"
    remedy = "Fill it or drop it."
    inputs.refuse(column.isna(), features, where, ("is empty", "are empty"), remedy)
    if not isinstance(column.dtype, pd.CategoricalDtype):
        cells = column.astype(object)
        if cells.map(lambda cell: isinstance(cell, Real | Decimal)).any():
            return inputs.number_columns(features, [name], "features", accept=("flags",))
        text = cells.map(lambda cell: isinstance(cell, str))
        problem, remedy = (
            ("is no number or text", "are no numbers or text"),
            "Turn it into numbers.",
        )
        inputs.refuse(~text, features, where, problem, remedy)
        if pd.to_numeric(cells, errors="coerce").notna().all():
            raise ValueError(
                f"{where} is text that holds numbers. Convert it with pandas.to_numeric, or, if "
                "they are names, with astype('category')."
            )
    return pd.get_dummies(column, prefix=name, prefix_sep=" = ", dtype=float).iloc[:, 1:]


def _answers(bought: Any, index: pd.Index) -> NDArray[np.int64]:
    if not isinstance(bought, pd.Series):
        kind = type(bought).__name__
        raise ValueError(f"bought is of type {kind}; give a Series with the index of features.")
    same = len(bought) == len(index) and bought.index.isin(index).all()
    if not (same and bought.index.is_unique):
        raise ValueError("bought and features name different customers; give both the same index.")
    answer = inputs.flags(bought.loc[index], "bought").to_numpy(dtype=int)
    if min(answer.sum(), len(answer) - answer.sum()) < 10:
        raise ValueError(
            f"{answer.sum():,} of {len(answer):,} customers did what the model is to learn; it "
            "needs ten who did and ten others at least."
        )
    return answer


def _lift(
    chance: NDArray[np.float64], answer: NDArray[np.int64], groups: int, confidence: float
) -> pd.DataFrame:
    order = np.argsort(-chance, kind="stable")
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.arange(len(order)) * groups // len(order) + 1
    bought = pd.DataFrame({"group": group, "bought": answer}).groupby("group")["bought"]
    table = pd.DataFrame({"customers": bought.size(), "bought": bought.sum()})
    table["rate"] = table["bought"] / table["customers"]
    low, high = wilson(table["bought"].to_numpy(), table["customers"].to_numpy(), confidence)
    overall = answer.mean()
    table["estimate"] = table["rate"] / overall
    table["low"], table["high"] = low / overall, high / overall
    table["share_of_buyers"] = table["bought"].cumsum() / answer.sum()
    return table


def _area(chance: NDArray[np.float64], answer: NDArray[np.int64], confidence: float) -> pd.Series:
    estimate, spread = area_under_curve(chance, answer == 1)
    low, high = np.clip(estimate + np.array([-1, 1]) * normal_quantile(confidence) * spread, 0, 1)
    return pd.Series({"estimate": estimate, "low": low, "high": high})


@style.figure(Lookalike, width=9, height=5)
def plot_lift(result: Lookalike, ax: Axes | None = None) -> None:
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
    lift = result.table
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
    ax.set_xticks(lift.index)
    ax.set(xlim=(0.4, len(lift) + 0.6), ylim=(0, 1.08 * lift["high"].max()))
    ax.set(xlabel="group of customers, likeliest first", ylabel="buyers, as a multiple of average")
    ax.grid(visible=False, axis="x")
    ax.set_title(result.title)
