"""How often intervals at 95 % hold the truth, and on which side they miss it.

Data are drawn whose truth is known, `crmlab` says its interval, and the truth lies in it or not.
``python benchmarks/coverage_study.py`` writes coverage.csv beside this file and shows it in
README.md, in about six minutes of one processor. ``python benchmarks/coverage_study.py means path``
draws these studies only and leaves the rows of the others.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from growth import store
from held import held
from scipy.special import erf
from scipy.stats import norm, sem, t
from tqdm.auto import tqdm

from crmlab import drivers, satisfaction, tiers

SEED = 15
UNEVEN = 2 * 0.841621  # lognormal spend of which the top fifth holds 80 %
SHAPE, EDGE = 2.5, 5**0.4 - 1  # a Lomax tail of finite variance, and where its top fifth begins
STORED = Path(__file__).with_name("coverage.csv")
Row = tuple[str, float, float, float, float]
Study = Callable[[np.random.Generator, int], Iterator[Row]]


def exponential(rng: np.random.Generator, size: int) -> np.ndarray:
    return rng.exponential(size=size)


def lognormal(rng: np.random.Generator, size: int) -> np.ndarray:
    return rng.lognormal(size=size)


def uneven(rng: np.random.Generator, size: int) -> np.ndarray:
    return rng.lognormal(0, UNEVEN, size)


def lomax(rng: np.random.Generator, size: int) -> np.ndarray:
    return rng.pareto(SHAPE, size)


CONCENTRATED: dict[str, tuple[Callable[..., np.ndarray], float, float]] = {
    "exponential": (exponential, 0.5, 0.2 * (1 + np.log(5))),
    "lognormal 80/20": (uneven, erf(UNEVEN / 2), 0.8),
    "Lomax 2.5": (
        lomax,
        SHAPE / (2 * SHAPE - 1),
        (1 + EDGE) ** (1 - SHAPE) + 0.2 * EDGE * (SHAPE - 1),
    ),
}
SKEWED: dict[str, tuple[Callable[..., np.ndarray], float]] = {
    "exponential": (exponential, 1),
    "lognormal": (lognormal, np.exp(0.5)),
    "lognormal 80/20": (uneven, np.exp(UNEVEN**2 / 2)),
    "Lomax 2.5": (lomax, 1 / (SHAPE - 1)),
}


def concentration(rng: np.random.Generator, size: int) -> Iterator[Row]:
    """Gini and top fifth of three kinds of spend."""
    for name, (drawn, gini, top) in CONCENTRATED.items():
        spent = drawn(rng, size)
        yield f"Gini, {name} spend", *tiers.gini(spent), gini
        yield f"top fifth, {name} spend", *tiers.top_share(spent), top


def means(rng: np.random.Generator, size: int) -> Iterator[Row]:
    """The mean of skewed spend."""
    for name, (drawn, truth) in SKEWED.items():
        found = satisfaction.mean(drawn(rng, size))
        yield f"mean, {name} spend", *found[["estimate", "low", "high"]], truth


def plain(rng: np.random.Generator, size: int) -> Iterator[Row]:
    """What `crmlab` does not do: normal and Student's intervals that know of no skewness."""
    for name, (drawn, gini, _) in CONCENTRATED.items():
        estimate, error = tiers.concentration._gini(np.sort(drawn(rng, size)))
        ends = norm.interval(0.95, estimate, error)
        yield f"normal, of the Gini, {name} spend", estimate, *ends, gini
    for name, (drawn, truth) in SKEWED.items():
        spent = drawn(rng, size)
        ends = t.interval(0.95, size - 1, spent.mean(), sem(spent))
        yield f"Student's, of the mean, {name} spend", spent.mean(), *ends, truth


def shapley(rng: np.random.Generator, size: int) -> Iterator[Row]:
    """Shapley shares of four drivers, of which one is stronger than three alike."""
    told = np.full((5, 5), 0.3) + 0.7 * np.eye(5)
    told[0, 4] = told[4, 0] = 0.6
    ratings = pd.DataFrame(rng.normal(size=(size, 5)) @ np.linalg.cholesky(told).T)
    table = drivers.shapley_shares(ratings.iloc[:, :4], ratings[4]).table
    truth = drivers.shares.lmg(told[None])[0]
    for what, driver in (("strongest", 0), ("a weak one", 2)):
        row = table.loc[driver]
        yield f"Shapley part of R², {what}", *row[["estimate", "low", "high"]], truth[driver]
        ends = row[["share", "share_low", "share_high"]]
        yield f"Shapley share, {what}", *ends, truth[driver] / truth.sum()


def path(rng: np.random.Generator, size: int) -> Iterator[Row]:
    """The path between two blocks of items."""
    alike = np.full((5, 5), 0.4) + 0.6 * np.eye(5)
    items = pd.DataFrame(rng.normal(size=(size, 5)) @ np.linalg.cholesky(alike).T)
    found = satisfaction.path_weights(items.iloc[:, :3], items.iloc[:, 3:]).path
    yield "path of two blocks", *found, 6 * 0.4 / np.sqrt((3 + 6 * 0.4) * (2 + 2 * 0.4))


CASES: list[tuple[Study, int, int]] = [  # study, size of each sample, draws
    (concentration, 50, 500),
    (concentration, 300, 500),
    (concentration, 2000, 200),
    (means, 40, 1000),
    (means, 300, 1000),
    (plain, 40, 1000),
    (plain, 300, 1000),
    (plain, 2000, 1000),
    (shapley, 60, 500),
    (shapley, 100, 500),
    (shapley, 300, 500),
    (path, 100, 500),
    (path, 300, 500),
]


def coverage(cases: list[tuple[Study, int, int]]) -> pd.DataFrame:
    """By interval and size: how often the truth lies inside, below and above, and the width."""
    rows: list[Any] = []
    for study, size, draws in cases:
        for draw in tqdm(range(draws), desc=f"{study.__name__}, {size:,}"):
            with warnings.catch_warnings():  # of intervals that cover less: counted here
                warnings.simplefilter("ignore", UserWarning)
                found = study(np.random.default_rng([SEED, size, draw]), size)
                rows += [(study.__name__, name, size, *rest) for name, *rest in found]
    columns = ["study", "interval", "size", "estimate", "low", "high", "truth"]
    table, by = held(pd.DataFrame(rows, columns=columns), columns[:3])
    table["error"] = (table["inside"] * (1 - table["inside"]) / by.size()).pow(0.5).round(4)
    return table.assign(draws=by.size())


def shown(table: pd.DataFrame) -> str:
    """The table as Markdown."""
    lines = ["| interval | size | inside | ± | truth below | truth above | draws |"]
    lines.append("|---|--:|--:|--:|--:|--:|--:|")
    for (_, name, size), row in table.iterrows():
        shares = (f"{row[side]:.1%}" for side in ("inside", "error", "below", "above"))
        lines.append(f"| {name} | {size:,} | {' | '.join(shares)} | {row['draws']:,.0f} |")
    return "\n".join(lines)


def stored() -> pd.DataFrame:
    """The table beside this file."""
    return pd.read_csv(STORED, index_col=["study", "interval", "size"])


def main(wanted: list[str]) -> None:
    """Draw the studies named, all if none is, and store them with the rows of the others."""
    table = coverage([case for case in CASES if not wanted or case[0].__name__ in wanted])
    if wanted and STORED.exists():
        kept = stored()
        table = pd.concat([kept[~kept.index.get_level_values("study").isin(wanted)], table])
        order = list(dict.fromkeys(study.__name__ for study, _, _ in CASES))
        table = table.iloc[
            np.argsort(table.index.get_level_values("study").map(order.index), kind="stable")
        ]
    table.to_csv(STORED, lineterminator="\n")
    store(shown(table), "coverage")
    print(table.to_string())


if __name__ == "__main__":
    main(sys.argv[1:])
