"""Choices between offers: part-worths by the conditional logit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.pricing.attributes import (
    Attributes,
    NotIdentifiedError,
    check_identified,
    read_attributes,
)
from crmlab.pricing.part_worths import PartWorths, part_worths_frame

_WHERE = "choices"


def choice_model(
    choices: pd.DataFrame,
    attributes: Sequence[str],
    *,
    base: Mapping[str, str] | None = None,
    confidence: float = 0.95,
) -> PartWorths:
    r"""Part-worths from choices: what each step adds to the pull of an offer.

    Parameters
    ----------
    choices : pandas.DataFrame
        One row per respondent, set and alternative: ``respondent_id``, ``set``, ``price``,
        ``chosen`` (1 in one row of each set, 0 in the others; all empty where she skipped the
        set), the columns of ``attributes``. A row that is empty in price and all attributes
        stands for buying nothing.
    attributes, base, confidence
        As in `conjoint`.

    Returns
    -------
    PartWorths
        With ``table``; the step ``none: buy nothing`` if that could be chosen.

    Raises
    ------
    NotIdentifiedError
        The sets do not tell attributes apart, or the choices follow one rule without exception
        (perfect separation); the error names the attributes.
    ValueError
        A column is missing, a set has not exactly one choice, or only one alternative.

    Notes
    -----
    An alternative is chosen with probability :math:`e^{u_j} / \sum_k e^{u_k}` (McFadden 1974;
    Train 2009, Discrete Choice Methods with Simulation, ch. 3), with u the sum of its part-worths.
    Maximum likelihood, by statsmodels; standard errors and degrees of freedom as in `conjoint`.

    Examples
    --------
    Of four guests three take the souvenir cup, one the paper cup, at the same prices; a dollar
    off sways three of four as well. The odds are 3 to 1, and log 3 is 1.0986.

    >>> rows = [(f"{case}{guest}", case, cup, price, int((guest == 0) == (place == 1)))
    ...         for guest in range(4)
    ...         for case, offers in (("a", (("souvenir", 3), ("paper", 3))),
    ...                              ("b", (("paper", 3), ("paper", 4))))
    ...         for place, (cup, price) in enumerate(offers)]
    >>> table = pd.DataFrame(rows, columns=["respondent_id", "set", "cup", "price", "chosen"])
    >>> choice_model(table, ["cup"])["estimate"].round(4).to_dict()
    {'cup: souvenir': 1.0986, 'price: +1': -1.0986}
    """
    intervals.tail(confidence)
    frame = inputs.table(choices, ("respondent_id", "set", "price", "chosen"), _WHERE)
    who = inputs.ids(frame["respondent_id"], f"{_WHERE}.respondent_id", rows=frame)
    task = inputs.ids(frame["set"], f"{_WHERE}.set", rows=frame)
    design, read = read_attributes(frame, attributes, _WHERE, base=base, none=True)
    answered = _answered(frame, who, task)
    skipped = len({*zip(who[~answered], task[~answered], strict=True)})
    kept = frame[answered]
    chosen = inputs.flags(kept["chosen"], f"{_WHERE}.chosen", rows=kept).to_numpy()
    keys = pd.DataFrame({"who": who[answered], "set": task[answered]})
    code = keys.groupby(["who", "set"], sort=True).ngroup().to_numpy()
    _one_choice(keys, code, chosen)
    order = np.lexsort((~chosen, code))  # the chosen row leads its set
    matrix = design.code(read[answered])[order]
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    apart = matrix - np.repeat(matrix[starts], np.diff(np.append(starts, len(matrix))), axis=0)
    check_identified(apart, design, _WHERE, "within a set")
    _check_overlap(apart, design)
    owner, names = pd.factorize(keys["who"].to_numpy()[order][starts], sort=True)
    return _fit(
        apart, starts, owner, pd.Index(names, name="respondent_id"), design, confidence, skipped
    )


def _answered(frame: pd.DataFrame, who: pd.Series, task: pd.Series) -> NDArray[np.bool_]:
    """Rows of sets with an answer; a set that is empty in all its rows was skipped."""
    there = frame["chosen"].notna()
    any_there = there.groupby([who.to_numpy(), task.to_numpy()]).transform("any").to_numpy()
    if not any_there.any():
        raise ValueError(f"{_WHERE}.chosen is empty in all rows. Check how it was read.")
    return any_there


def _one_choice(keys: pd.DataFrame, code: NDArray[Any], chosen: NDArray[np.bool_]) -> None:
    made, shown = np.bincount(code, chosen), np.bincount(code)
    for wrong, said in (
        (shown < 2, "has only one alternative; show at least two"),
        (made != 1, "has {} chosen rows; mark the one she took, in each set"),
    ):
        if wrong.any():
            place = int(np.argmax(wrong))
            first = keys.iloc[int(np.argmax(code == place))]
            raise ValueError(
                f"{_WHERE}: {int(wrong.sum()):,} of {len(wrong):,} sets; first set {first['set']} "
                f"of respondent {first['who']} {said.format(int(made[place]))}."
            )


def _check_overlap(apart: NDArray[np.float64], design: Attributes) -> None:
    """Raise if one rule explains every choice: the likelihood then has no maximum.

    ``apart`` holds the alternatives less the chosen one. A direction b with apart @ b <= 0
    everywhere and < 0 somewhere separates; the largest such is found by a linear program
    (Albert & Anderson 1984, Biometrika 71).
    """
    from scipy.optimize import linprog

    rows = np.unique(np.round(apart, 12), axis=0)
    rows = rows[np.any(rows != 0, axis=1)]
    size = np.abs(rows).max(axis=0)
    found = linprog(
        (rows / size).sum(axis=0), A_ub=rows / size, b_ub=np.zeros(len(rows)), bounds=(-1, 1)
    )
    if found.fun < -1e-7:
        names = [name for name, _ in design.steps]
        share = np.abs(found.x)
        led = list(dict.fromkeys(np.array(names)[share > 0.01 * share.max()]))
        raise NotIdentifiedError(
            f"{_WHERE}: perfect separation. A rule on {inputs.listed(led)} explains every choice, "
            "so no part-worth is large enough. Ask more people, or show sets that are harder "
            "to choose from."
        )


def _fit(
    apart: NDArray[np.float64],
    starts: NDArray[np.intp],
    owner: NDArray[Any],
    names: pd.Index,
    design: Attributes,
    confidence: float,
    skipped: int,
) -> PartWorths:
    model = _likelihood(apart, starts)
    steps, count = apart.shape[1], len(names)
    start = np.zeros(steps)
    options = {"maxiter": 100, "disp": 0, "skip_hessian": True, "warn_convergence": False}
    fitted = model.fit(start, method="newton", **options)
    if not fitted.mle_retvals["converged"]:
        raise NotIdentifiedError(f"{_WHERE}: no maximum was found. Ask more people.")
    estimate = np.asarray(fitted.params)
    bread = np.linalg.inv(-model.hessian(estimate))
    by_set = model.score_obs(estimate)
    scores = np.column_stack([np.bincount(owner, column, minlength=count) for column in by_set.T])
    moved = scores @ bread
    covariance = bread if count == 1 else moved.T @ moved * count / (count - 1)
    freedom = float(count - 1) if count > 1 else np.inf
    labels = design.labels
    return PartWorths(
        table=part_worths_frame(
            design, estimate, covariance, intervals.student_quantile(confidence, freedom)
        ),
        kind="choices",
        attributes=design,
        covariance=pd.DataFrame(covariance, labels, labels),
        influence=pd.DataFrame(moved, names, labels).iloc[: count if count > 1 else 0],
        individual=pd.DataFrame(columns=labels, dtype=float),
        confidence=confidence,
        freedom=freedom,
        skipped=skipped,
        flat=0,
    )


def _likelihood(apart: NDArray[np.float64], starts: NDArray[np.intp]) -> Any:
    """The conditional logit for statsmodels: rows less the chosen one, which leads its set."""
    from statsmodels.base.model import LikelihoodModel

    sizes = np.diff(np.append(starts, len(apart)))

    class ConditionalLogit(LikelihoodModel):
        def _weights(self, params: NDArray[np.float64]) -> tuple[Any, Any]:
            pull = apart @ params
            top = np.maximum.reduceat(pull, starts)
            weight = np.exp(pull - np.repeat(top, sizes))
            total = np.add.reduceat(weight, starts)
            return weight / np.repeat(total, sizes), top + np.log(total)

        def loglike(self, params: NDArray[np.float64]) -> float:
            return -float(self._weights(params)[1].sum())

        def score_obs(self, params: NDArray[np.float64]) -> NDArray[np.float64]:
            weight = self._weights(params)[0]
            return -np.add.reduceat(weight[:, None] * apart, starts, axis=0)

        def score(self, params: NDArray[np.float64]) -> NDArray[np.float64]:
            return self.score_obs(params).sum(axis=0)

        def hessian(self, params: NDArray[np.float64]) -> NDArray[np.float64]:
            weight = self._weights(params)[0]
            means = self.score_obs(params)
            return means.T @ means - (weight[:, None] * apart).T @ apart

    return ConditionalLogit(np.zeros(len(apart)), apart)
