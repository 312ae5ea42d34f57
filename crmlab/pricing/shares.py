"""Shares of preference: who would take which offer, and what one change would move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals, style
from crmlab.pricing.attributes import NONE, NOTHING, PRICE, Attributes
from crmlab.pricing.part_worths import PartWorths
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRAWS, _AT_ONCE = 2_000, 100
_MANY = 6


@dataclass(frozen=True, eq=False, repr=False)
class Shares(Result):
    """Who would take which offer.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per offer: ``estimate``, ``low``, ``high``, shares that add up to 1; and a row
        ``buy nothing`` where that could be chosen.
    rule : str
        ``"logit"`` from choices, ``"first choice"`` from ratings.
    respondents : int
    confidence : float
    """

    table: pd.DataFrame
    rule: str
    respondents: int
    confidence: float

    @property
    def title(self) -> str:
        """Who leads."""
        lead = self.table["estimate"].idxmax()
        return f"{lead} leads with {self.table.loc[lead, 'estimate']:.0%}"

    @property
    def caption(self) -> str:
        """Rule and who answered."""
        return (
            f"Shares of preference ({self.rule}) of {self.respondents:,} respondents, not of the "
            f"market. Intervals {self.confidence:.0%}."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_shares`."""
        return plot_shares(self, ax)


@dataclass(frozen=True, eq=False, repr=False)
class Levers(Result):
    """What each single change of an offer would add to its share.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per change, ``cup: paper to souvenir``, the largest gain first: ``attribute``,
        ``share`` (of the changed offer), ``gain``, ``low``, ``high`` (of the gain).
    offer : str
        The offer that is changed.
    share : float
        Its share before.
    rule : str
        ``"logit"`` or ``"first choice"``.
    confidence : float
    """

    table: pd.DataFrame
    offer: str
    share: float
    rule: str
    confidence: float

    @property
    def title(self) -> str:
        """The change that gains most."""
        most = self.table.index[0]
        return f"{most} adds most: {100 * self.table.loc[most, 'gain']:+.0f} points of share"

    @property
    def caption(self) -> str:
        """What is changed, from which share."""
        return (
            f"{self.offer} has {self.share:.1%} before; one change at a time ({self.rule}). "
            f"Intervals {self.confidence:.0%}."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_levers`."""
        return plot_levers(self, ax)


def preference_shares(
    parts: PartWorths, offers: pd.DataFrame, *, confidence: float = 0.95, seed: int = 0
) -> Shares:
    r"""Who would take which of several offers, inside the design only.

    Parameters
    ----------
    parts : PartWorths
        From `choice_model`: shares follow the logit rule. From `conjoint`: each respondent takes
        the offer that she would rate highest (first choice), a tie is split.
    offers : pandas.DataFrame
        One row per offer, named by the index or by a column ``offer``: all attributes and
        ``price``.
    confidence : float
        Coverage of the intervals.
    seed : int
        Of the resampling.

    Returns
    -------
    Shares
        With ``table``: ``estimate``, ``low``, ``high`` by offer.

    Raises
    ------
    ValueError
        A level that no card showed, a number outside the range shown; fewer than two
        alternatives, an offer named twice; one respondent.

    Notes
    -----
    Logit: :math:`e^{u_j} / \sum_k e^{u_k}`; intervals by resampling respondents 2,000 times, each
    moving the part-worths by her influence on them. First choice: Wilson's interval of a share.
    They are shares of preference among those asked: no awareness, no shop on the way.

    Examples
    --------
    >>> from crmlab.pricing import conjoint
    >>> parts = conjoint(pd.DataFrame({
    ...     "respondent_id": ["Ana"] * 4 + ["Bo"] * 4,
    ...     "cup": ["paper", "souvenir"] * 4, "price": [3, 3, 5, 5] * 2,
    ...     "rating": [5, 9, 4, 8, 7, 8, 4, 5]}), ["cup"])
    >>> offers = pd.DataFrame({"cup": ["paper", "souvenir"], "price": [3, 4]}, ["plain", "gift"])
    >>> preference_shares(parts, offers)["estimate"].to_dict()
    {'plain': 0.5, 'gift': 0.5}
    """
    intervals.tail(confidence)
    named = _offers(parts, offers)
    design = parts.attributes
    matrix = design.code(named)
    names = list(named.index)
    if design.none:
        matrix = np.vstack([matrix, _nothing(design)])
        names.append(NOTHING)
    if len(names) < 2:
        raise ValueError("offers holds one offer; a share needs at least two alternatives.")
    if parts.kind == "ratings":
        each = _first_choices(parts, matrix)
        share = each.mean(axis=0)
        low, high = intervals.wilson(each.sum(axis=0), np.full(len(names), len(each)), confidence)
    else:
        share, draws = _logit(parts, [matrix], seed)[0]
        low, high = _limits(share, draws, confidence)
    table = pd.DataFrame(
        {"estimate": share, "low": low, "high": high}, pd.Index(names, name="offer")
    )
    return Shares(table, _rule(parts), parts.respondents, confidence)


def levers(
    parts: PartWorths,
    offers: pd.DataFrame,
    ours: str,
    *,
    confidence: float = 0.95,
    seed: int = 0,
) -> Levers:
    """What each single change of our offer would add to its share, inside the design.

    Parameters
    ----------
    parts, offers, confidence, seed
        As in `preference_shares`.
    ours : str
        The offer to change: to each other level, and to each other number shown on the cards
        (the lowest and the highest where there are more than six).

    Returns
    -------
    Levers
        With ``table``: ``attribute``, ``share``, ``gain``, ``low``, ``high``; largest gain first.

    Raises
    ------
    ValueError
        As `preference_shares`; no offer of that name.

    Notes
    -----
    A gain is the difference of two shares of the same respondents, so its interval comes from the
    same draws (logit), or from those who change their choice (first choice; Agresti & Min 2005,
    Statistics in Medicine 24).
    """
    intervals.tail(confidence)
    named = _offers(parts, offers)
    if not isinstance(ours, str) or ours not in named.index:
        raise ValueError(f"ours is {ours!r}; the offers are {inputs.listed(list(named.index))}.")
    design, place = parts.attributes, list(named.index).index(ours)
    changes = _changes(design, named.loc[ours])
    frames = [named] + [named.copy() for _ in changes]
    for frame, (name, value, _) in zip(frames[1:], changes, strict=True):
        frame.loc[ours, name] = value
    extra = [_nothing(design)] if design.none else []
    matrices = [np.vstack([design.code(frame), *extra]) for frame in frames]
    if len(matrices[0]) < 2:
        raise ValueError("offers holds one offer; a share needs at least two alternatives.")
    if parts.kind == "ratings":
        each = [_first_choices(parts, matrix)[:, place] for matrix in matrices]
        share = np.array([one.mean() for one in each])
        limits: list[Any] = [_paired(one - each[0], confidence) for one in each[1:]]
    else:
        found = [(s[place], d[:, place]) for s, d in _logit(parts, matrices, seed)]
        share = np.array([one for one, _ in found])
        limits = [
            _limits(one - share[0], draws - found[0][1], confidence) for one, draws in found[1:]
        ]
    table = pd.DataFrame(
        {
            "attribute": pd.Series([name for name, _, _ in changes], dtype="str"),
            "share": share[1:],
            "gain": share[1:] - share[0],
            "low": [float(low) for low, _ in limits],
            "high": [float(high) for _, high in limits],
        }
    ).set_axis(pd.Index([label for _, _, label in changes], name="change"))
    table = table.sort_values("gain", ascending=False, kind="stable")
    return Levers(table, ours, float(share[0]), _rule(parts), confidence)


def _offers(parts: PartWorths, offers: pd.DataFrame) -> pd.DataFrame:
    """The offers by name, once they lie inside the design."""
    if not isinstance(parts, PartWorths):
        kind = type(parts).__name__
        raise ValueError(f"parts is of type {kind}; give what conjoint or choice_model returned.")
    if parts.influence.empty:
        raise ValueError("one respondent answered; the shares of one person have no interval.")
    design = parts.attributes
    frame = inputs.table(offers, design.names, "offers")
    if "offer" in frame:
        frame = frame.set_index("offer")
    named = frame[list(design.names)].set_axis(frame.index.map(str).rename("offer"))
    inputs.one_row_each(named, "offers")
    read = {}
    for name in design.names:
        if name in design.levels:
            shown = named[name].map(lambda cell: cell.strip() if isinstance(cell, str) else cell)
            if set(design.levels[name]) == {"yes", "no"}:
                shown = shown.map(lambda cell: {True: "yes", False: "no"}.get(cell, cell))
            outside = ~shown.isin(design.levels[name])
            has = f"The cards show {inputs.listed(list(design.levels[name]))}."
            read[name] = shown.astype("str")
        else:
            low, high = design.values[name][0], design.values[name][-1]
            shown = inputs.numbers(named[name], f"offers.{name}", rows=named)
            slack = 1e-9 * max(abs(low), abs(high))
            outside = (shown < low - slack) | (shown > high + slack)
            has = f"The cards show {low:g} to {high:g}."
            read[name] = shown
        problem = "lies outside the design", "lie outside the design"
        inputs.refuse(outside, named, f"offers.{name}", problem, has)
    return pd.DataFrame(read, named.index)


def _changes(design: Attributes, ours: Any) -> list[tuple[str, str | float, str]]:
    changes: list[tuple[str, str | float, str]] = []
    for name in design.names:
        if name in design.levels:
            others: list[str | float] = [
                level for level in design.levels[name] if level != ours[name]
            ]
        else:
            values = design.values[name]
            kept = values if len(values) <= _MANY else (values[0], values[-1])
            others = [value for value in kept if abs(value - ours[name]) > 1e-9 * abs(values[-1])]
        now = _written(ours[name])
        changes += [(name, other, f"{name}: {now} to {_written(other)}") for other in others]
    return changes


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _nothing(design: Attributes) -> NDArray[np.float64]:
    return np.array([[float(name == NONE) for name, _ in design.steps]])


def _rule(parts: PartWorths) -> str:
    return "first choice" if parts.kind == "ratings" else "logit"


def _first_choices(parts: PartWorths, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each respondent's choice that an offer gets: 1, or less where several tie."""
    own = parts.individual.dropna()
    if own.empty:
        raise ValueError(
            "nobody rated enough cards for part-worths of her own. Let each rate more cards, or "
            "let them choose, and use choice_model."
        )
    pull = own.to_numpy() @ matrix.T
    best = pull >= pull.max(axis=1, keepdims=True) - 1e-9 * (1 + np.abs(pull).max())
    return best / best.sum(axis=1, keepdims=True)


def _logit(
    parts: PartWorths, matrices: list[NDArray[np.float64]], seed: int
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Shares of each set of offers, and their draws by the same resampled respondents."""
    moved, count = parts.influence.to_numpy(), len(parts.influence)
    estimate = parts.table["estimate"].to_numpy()
    rng = np.random.default_rng(inputs.count(seed, "seed", at_least=0))
    chances = np.full(count, 1 / count)
    drawn = np.concatenate(
        [rng.multinomial(count, chances, _AT_ONCE) @ moved for _ in range(DRAWS // _AT_ONCE)]
    )
    drawn = estimate + np.sqrt(count / (count - 1)) * (drawn - moved.sum(axis=0))
    return [(_softmax(estimate @ m.T), _softmax(drawn @ m.T)) for m in matrices]


def _softmax(pull: NDArray[np.float64]) -> NDArray[np.float64]:
    weight = np.exp(pull - pull.max(axis=-1, keepdims=True))
    return weight / weight.sum(axis=-1, keepdims=True)


def _limits(
    estimate: NDArray[np.float64], draws: NDArray[np.float64], confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    miss = intervals.tail(confidence)
    low, high = np.quantile(draws, [miss, 1 - miss], axis=0)
    return np.minimum(low, estimate), np.maximum(high, estimate)


def _paired(change: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    """Interval of a mean change of choice, half a person added to each of the four cells."""
    gained, lost = change[change > 0].sum() + 0.5, -change[change < 0].sum() + 0.5
    n = len(change) + 2
    middle = (gained - lost) / n
    half = (
        intervals.normal_quantile(confidence)
        * np.sqrt(max(gained + lost - (gained - lost) ** 2 / n, 0))
        / n
    )
    estimate = change.mean()
    return min(middle - half, estimate), max(middle + half, estimate)


@style.figure(Shares, width=9, height=4.5)
def plot_shares(shares: Shares, ax: Axes | None = None) -> None:
    """Draw the share of each offer as a bar with its interval.

    Parameters
    ----------
    shares : Shares
        From `preference_shares`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = shares.table[::-1]
    colours = [style.COLOURS["pale" if name == NOTHING else "value"] for name in table.index]
    ax.barh(table.index, table["estimate"], color=colours, height=0.6)
    ax.hlines(table.index, table["low"], table["high"], color=style.COLOURS["ink"], lw=2)
    style.percent(ax.xaxis)
    ax.grid(visible=False, axis="y")
    ax.set(xlabel="share of preference", xlim=(0, None))
    ax.set_title(shares.title)


@style.figure(Levers, width=9.5, height=5.5)
def plot_levers(found: Levers, ax: Axes | None = None) -> None:
    """Draw what each change adds or costs, the price in a colour of its own.

    Parameters
    ----------
    found : Levers
        From `levers`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = found.table[::-1]
    colours = [style.COLOURS["cost" if name == PRICE else "value"] for name in table["attribute"]]
    ax.barh(table.index, 100 * table["gain"], color=colours, height=0.6)
    ends = 100 * table["low"], 100 * table["high"]
    ax.hlines(table.index, *ends, color=style.COLOURS["ink"], lw=2)
    ax.axvline(0, color=style.COLOURS["neutral"], lw=1)
    ax.grid(visible=False, axis="y")
    ax.set(xlabel="change of our share, percentage points (orange: the price)")
    ax.set_title(found.title)
