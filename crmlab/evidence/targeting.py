"""Whom to treat: the effect foreseen, and what each ranking would gain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals, style
from crmlab.evidence.arms import Trial, read_trial
from crmlab.evidence.effects import read_covariates, standardised
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FOLDS = 5
RANDOM = "random"
TENTHS = np.arange(11) / 10


def foresee(
    customers: pd.DataFrame,
    outcome: str,
    *,
    covariates: Sequence[str],
    treated: str = "treated",
    seed: int = 0,
) -> pd.DataFrame:
    """Foresee for each customer the outcome without the action, and its effect: two models.

    Parameters
    ----------
    customers : DataFrame
        One row per customer of a trial.
    outcome : str
        Column of what was measured: a number, or yes and no.
    covariates : sequence of str
        Columns known before the lot, numbers or kinds.
    treated : str
        Column of what the lot said: 0 is not treated, anything above 0 treated.
    seed : int
        Of the parts that the customers are cut into.

    Returns
    -------
    pandas.DataFrame
        In the rows that came in, ``without`` (foreseen outcome if not treated) and ``effect``
        (what treating adds).

    Raises
    ------
    ValueError
        A missing column or value, too few customers treated or not treated to learn from.

    Notes
    -----
    One linear regression is learned from the treated and one from the others; their difference is
    the effect (scikit-learn). Customers are cut into five parts, and each part is foreseen by
    models that have not seen it: else a customer's own luck would rank her. Foreseen effects are
    noisy: look at them by group with `uplift`, and at what their ranking gains with
    `targeting_curve`.

    Examples
    --------
    >>> size = list(range(1, 21))
    >>> shops = pd.DataFrame({"size": size * 2, "treated": [1] * 20 + [0] * 20})
    >>> shops["sales"] = 10 + shops["treated"] * shops["size"]
    >>> foresee(shops, "sales", covariates=["size"]).iloc[[0, 19]].round(6).values.tolist()
    [[10.0, 1.0], [10.0, 20.0]]
    """
    from sklearn.linear_model import LinearRegression

    names = [covariates] if isinstance(covariates, str) else list(covariates)
    if not names:
        raise ValueError("covariates is empty; name at least one column known before the lot.")
    trial = read_trial(customers, outcome, treated, names)
    wide = standardised(read_covariates(trial, names))
    rng = np.random.default_rng(inputs.count(seed, "seed", at_least=0))
    part = rng.permutation(np.arange(len(wide)) % FOLDS)
    on = trial.arm > 0
    found = np.zeros((len(wide), 2))
    for fold in range(FOLDS):
        rest = part != fold
        for place, arm in enumerate((~on, on)):
            learn = rest & arm
            if learn.sum() < wide.shape[1] + 2:
                raise ValueError(
                    f"customers: {int(arm.sum())} are {'treated' if place else 'not treated'}, "
                    f"too few to learn {wide.shape[1]} numbers from. Name fewer covariates."
                )
            model = LinearRegression().fit(wide[learn], trial.outcome[learn])
            found[part == fold, place] = model.predict(wide[part == fold])
    given = getattr(customers, "table", customers)
    back = inputs.id_order(inputs.by_customer(given).index).argsort()
    columns = {"without": found[:, 0], "effect": found[:, 1] - found[:, 0]}
    return pd.DataFrame(columns).iloc[back].set_axis(given.index)


@dataclass(frozen=True, eq=False, repr=False)
class TargetingCurve(Result):
    """What treating the first of each ranking would gain.

    Attributes
    ----------
    table : pandas.DataFrame
        For each ``ranking`` and ``share`` of the customers treated, the net ``gain`` over treating
        nobody, with ``low`` and ``high``.
    rankings : pandas.DataFrame
        For each ranking ``best_share`` and ``best_gain`` (its highest point: too good by luck),
        and ``above_random``, the mean height of its curve above that of random, with ``low`` and
        ``high``.
    outcome : str
        What is gained.
    cost : float
        Of treating one customer.
    customers : int
        Customers ranked.
    """

    table: pd.DataFrame
    rankings: pd.DataFrame
    outcome: str
    cost: float
    customers: int

    @property
    def best(self) -> str:
        """The ranking that lies highest above random."""
        return str(self.rankings["above_random"].idxmax())

    @property
    def title(self) -> str:
        """Which ranking beats random beyond luck."""
        row = self.rankings.loc[self.best]
        if row["low"] > 0:
            return f"Ranking by {self.best} beats treating at random"
        return "No ranking clearly beats treating at random"

    @property
    def caption(self) -> str:
        """What was counted."""
        return (
            f"Net gain in {self.outcome} of {self.customers:,} customers, less {self.cost:g} for "
            "each one treated."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_targeting_curve`."""
        return plot_targeting_curve(self, ax)


def targeting_curve(
    customers: pd.DataFrame,
    outcome: str,
    *,
    rankings: Sequence[str],
    treated: str = "treated",
    cost: float = 0.0,
) -> TargetingCurve:
    r"""Hold rankings of customers against a trial: what would treating the first of each gain?

    Parameters
    ----------
    customers : DataFrame
        One row per customer of a trial that took no part in making the rankings (or ranked by
        models that have not seen her, as in `foresee`).
    outcome : str
        Column of what was measured, in the unit of the cost.
    rankings : sequence of str
        Columns to rank by, those with the highest number first. "random" is always added.
    treated : str
        Column of what the lot said: 0 is not treated, anything above 0 treated.
    cost : float
        Of treating one customer.

    Returns
    -------
    TargetingCurve
        With ``table`` (by tenths of the customers), ``rankings``, ``best``.

    Raises
    ------
    ValueError
        A missing column or number, an arm with fewer than two customers, a negative cost.

    Notes
    -----
    Of :math:`N` customers, treating the first share :math:`q` gains
    :math:`qN (\bar y_1(q) - \bar y_0(q) - c)`, with the means of those treated and not treated by
    lot among them (an uplift or Qini curve in money: Radcliffe 2007). Customers of one rank share
    one place; a share with fewer than two of either arm is left out. Random is the ranking in
    which all are equal: a straight line. Intervals (95 %) are those of the means, at each share
    and, through their influence, for the mean height above random.

    Examples
    --------
    An action that adds 4 for each of the first half and nothing for the second, at a cost of 1.

    >>> trial = pd.DataFrame({"treated": [1, 0] * 20, "rank": [2.0] * 20 + [1.0] * 20})
    >>> trial["spent"] = 10 + 4 * trial["treated"] * (trial["rank"] == 2) + trial.index // 2 % 2
    >>> curve = targeting_curve(trial, "spent", rankings=["rank"], cost=1)
    >>> wide = curve.table.pivot(index="share", columns="ranking", values="gain")
    >>> wide.loc[[0, 0.5, 1], ["rank", "random"]].values.tolist()
    [[0.0, 0.0], [60.0, 20.0], [40.0, 40.0]]
    """
    names = [rankings] if isinstance(rankings, str) else list(rankings)
    if not names or RANDOM in names or len(set(names)) < len(names):
        raise ValueError(
            "rankings must name columns to rank by, each once; 'random' is added by itself."
        )
    price = inputs.number(cost, "cost", at_least=0)
    trial = read_trial(customers, outcome, treated, names)
    count = len(trial.arm)
    scores = {**{name: _score(trial, name) for name in names}, RANDOM: np.zeros(count)}
    possible = [share for share in TENTHS[1:] if _comparable(trial, scores.values(), share)]
    shares = np.array([0.0, *possible])
    tables, rows = [], {}
    level = _curve(trial, scores[RANDOM], shares)
    for name, score in scores.items():
        curve = _curve(trial, score, shares)
        gain = count * shares * (curve.effect - price) + 0.0
        reach = intervals.normal_quantile(0.95) * count * shares * curve.error
        part = {"ranking": name, "share": shares, "gain": gain}
        tables.append(pd.DataFrame({**part, "low": gain - reach, "high": gain + reach}))
        rows[name] = _height(curve, level, count, shares)
        rows[name]["best_share"] = shares[gain.argmax()]
        rows[name]["best_gain"] = gain.max()
    wide = pd.DataFrame.from_dict(rows, orient="index").rename_axis("ranking")
    order = ["best_share", "best_gain", "above_random", "low", "high"]
    table = pd.concat(tables, ignore_index=True)
    return TargetingCurve(table, wide[order], outcome, price, count)


def _score(trial: Trial, name: str) -> NDArray[np.float64]:
    where = f"customers.{name}"
    return inputs.numbers(trial.rows[name], where, rows=trial.rows, accept=("flags",)).to_numpy()


@dataclass(frozen=True)
class _Curve:
    """Effect among the first of a ranking, its standard error and each customer's influence."""

    effect: NDArray[np.float64]
    error: NDArray[np.float64]
    influence: NDArray[np.float64]


def _weight(score: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """1 for the first share of a ranking, 0 for the others, parts for those who share a place."""
    _, place, sizes = np.unique(-inputs.settled(score), return_inverse=True, return_counts=True)
    ahead = np.concatenate([[0], np.cumsum(sizes)[:-1]])[place]
    weight = np.clip((share * len(score) - ahead) / sizes[place], 0, 1)
    return np.where(weight < 1e-9, 0.0, weight)


def _comparable(trial: Trial, scores: Iterable[NDArray[np.float64]], share: float) -> bool:
    """Whether two of each arm are among the first share of every ranking."""
    chosen = (_weight(score, share) > 0 for score in scores)
    return all(min((trial.arm[one] > 0).sum(), (trial.arm[one] == 0).sum()) > 1 for one in chosen)


def _curve(trial: Trial, score: NDArray[np.float64], shares: NDArray[np.float64]) -> _Curve:
    effect, error = np.zeros(len(shares)), np.zeros(len(shares))
    influence = np.zeros((len(shares), len(score)))
    for at, share in enumerate(shares[1:], 1):
        weight = _weight(score, share)
        for sign, arm in ((1, trial.arm > 0), (-1, trial.arm == 0)):
            chosen = arm & (weight > 0)
            total, members = weight[chosen].sum(), int(chosen.sum())
            mean = float(weight[chosen] @ trial.outcome[chosen]) / total
            pull = weight[chosen] * (trial.outcome[chosen] - mean) / total
            effect[at] += sign * mean
            influence[at, chosen] = sign * pull * np.sqrt(members / (members - 1))
        error[at] = np.sqrt((influence[at] ** 2).sum())
    return _Curve(effect, error, influence)


def _height(
    curve: _Curve, level: _Curve, count: int, shares: NDArray[np.float64]
) -> dict[str, float]:
    """Mean height above random, by trapezoids, with its interval."""
    steps = np.diff(shares)
    weight = count * shares * (np.append(0, steps) + np.append(steps, 0)) / 2
    height = float(weight @ (curve.effect - level.effect))
    pull = weight @ (curve.influence - level.influence)
    reach = intervals.normal_quantile(0.95) * float(np.sqrt((pull**2).sum()))
    return {"above_random": height, "low": height - reach, "high": height + reach}


@style.figure(TargetingCurve, width=9, height=5)
def plot_targeting_curve(result: TargetingCurve, ax: Axes | None = None) -> None:
    """Draw what treating the first of each ranking would gain.

    Parameters
    ----------
    result : TargetingCurve
        From `targeting_curve`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One line for each ranking; random is straight and dashed, and all end at one point.
    """
    colours = iter(style.CYCLE)
    for name, part in result.table.groupby("ranking", sort=False):
        plain = name == RANDOM
        colour = style.COLOURS["neutral"] if plain else next(colours)
        ax.plot(part["share"], part["gain"], "--" if plain else "o-", color=colour, label=name)
    ax.axhline(0, color=style.COLOURS["ink"], lw=1)
    ax.set_xlabel("share of the customers treated, the first of each ranking")
    ax.set_ylabel(f"net gain: {result.outcome} less cost")
    style.percent(ax.xaxis)
    style.money(ax.yaxis)
    ax.legend(title="ranked by")
    ax.set_title(result.title)
