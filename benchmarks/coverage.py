"""How often intervals at 95 % hold the truth, and on which side they miss it.

Data are drawn whose truth is known, `crmlab` says its interval, and the truth lies in it or not.
``python benchmarks/coverage.py`` writes coverage.csv beside this file and shows it in README.md,
in about ten minutes.
"""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from held import held
from scipy.special import erf
from tqdm.auto import tqdm

from crmlab import drivers, repeat_buying, satisfaction, tiers

DRAWS, SEED = 200, 15
UNEVEN = 2 * 0.841621  # lognormal spend of which the top fifth holds 80 %
STORED = Path(__file__).with_name("coverage.csv")
PAGE, MARKS = (
    Path(__file__).with_name("README.md"),
    ("<!-- coverage -->", "<!-- end of coverage -->"),
)
Row = tuple[str, float, float, float, float]
SPENT: dict[str, tuple[Callable[..., Any], float, float, float]] = {
    "exponential": (lambda rng, n: rng.exponential(size=n), 1, 0.5, 0.2 * (1 + np.log(5))),
    "80/20": (lambda rng, n: rng.lognormal(0, UNEVEN, n), 0, erf(UNEVEN / 2), 0.8),
    "lognormal": (lambda rng, n: rng.lognormal(size=n), np.exp(0.5), erf(0.5), 0.56293),
}
MODEL = repeat_buying.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week")


def concentration(rng: np.random.Generator, size: int) -> Iterator[Row]:
    """Gini and top fifth of three kinds of spend."""
    for name, (drawn, _, gini, top) in SPENT.items():
        spent = drawn(rng, size)
        for what, measure, truth in (
            ("Gini", tiers.gini, gini),
            ("top fifth", tiers.top_share, top),
        ):
            yield f"{what}, {name} spend", *measure(spent), truth


def means(rng: np.random.Generator, size: int) -> Iterator[Row]:
    """The mean of skewed spend."""
    for name in ("exponential", "lognormal"):
        drawn, truth = SPENT[name][:2]
        found = satisfaction.mean(drawn(rng, size))
        yield f"mean, {name} spend", *found[["estimate", "low", "high"]], truth


def ratings(rng: np.random.Generator, size: int) -> Iterator[Row]:
    """Shapley shares of four drivers, and the path between two blocks of items."""
    alike = np.full((5, 5), 0.4) + 0.6 * np.eye(5)
    told = np.full((5, 5), 0.3) + 0.7 * np.eye(5)
    told[0, 4] = told[4, 0] = 0.6
    ratings = pd.DataFrame(rng.normal(size=(size, 5)) @ np.linalg.cholesky(told).T)
    table = drivers.shapley_shares(ratings.iloc[:, :4], ratings[4]).table
    truth = drivers.shares.lmg(told[None])[0]
    for what, driver in (("strongest driver", table.index[0]), ("weak driver", 2)):
        ends = table.loc[driver, ["estimate", "low", "high"]]
        yield f"Shapley share, {what}", *ends, truth[driver]
    items = pd.DataFrame(rng.normal(size=(size, 5)) @ np.linalg.cholesky(alike).T)
    path = satisfaction.path_weights(items.iloc[:, :3], items.iloc[:, 3:]).path
    yield "path of two blocks", *path, 6 * 0.4 / np.sqrt((3 + 6 * 0.4) * (2 + 2 * 0.4))


def buying(rng: np.random.Generator, size: int) -> Iterator[Row]:
    """MBG/NBD: the shape of the rates, and P(alive) of somebody who bought once."""
    drawn = MODEL.simulate(rng.uniform(27, 39, size), seed=int(rng.integers(2**31)))
    fitted = repeat_buying.MBGNBD.fit(drawn)
    once = {"frequency": 0, "recency": 0, "T": 38.86}
    if fitted.covariance is not None:
        found = fitted.parameters().loc["r", ["estimate", "low", "high"]]
        yield "MBG/NBD's r", *found, MODEL.r
        truth = float(MODEL.p_alive(once)["estimate"].iloc[0])
        yield "P(alive) of a one-time buyer, MBG/NBD", *fitted.p_alive(once).iloc[0], truth


STUDIES = {
    concentration: (50, 300),
    means: (40, 300),
    ratings: (60, 100, 300),
    buying: (2000, 10_000),
}


def coverage(draws: int = DRAWS, studies: Any = STUDIES) -> pd.DataFrame:
    """By interval and size: how often the truth lies inside, below and above, and the width."""
    rows: list[Any] = []
    for study, sizes in studies.items():
        for size in sizes:
            for draw in tqdm(range(draws), desc=f"{study.__name__}, {size}"):
                with warnings.catch_warnings():  # of intervals that cover less: counted here
                    warnings.simplefilter("ignore", UserWarning)
                    rng = np.random.default_rng([SEED, size, draw])
                    rows += [(name, size, *rest) for name, *rest in study(rng, size)]
    columns = ["interval", "size", "estimate", "low", "high", "truth"]
    table, by = held(pd.DataFrame(rows, columns=columns), ["interval", "size"])
    return table.assign(draws=by.size())


def shown(table: pd.DataFrame) -> str:
    """The table as Markdown."""
    lines = ["| interval | size | inside | truth below | truth above | draws |"]
    lines.append("|---|--:|--:|--:|--:|--:|")
    for (name, size), row in table.iterrows():
        shares = " | ".join(f"{row[side]:.1%}" for side in ("inside", "below", "above"))
        lines.append(f"| {name} | {size:,} | {shares} | {row['draws']:,.0f} |")
    return "\n".join(lines)


def store(table: pd.DataFrame) -> None:
    """Write the table beside this file and between the marks in README.md."""
    table.to_csv(STORED, lineterminator="\n")
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    body = "\n".join([MARKS[0], shown(table), MARKS[1]])
    PAGE.write_text(head + body + tail, encoding="utf-8")


if __name__ == "__main__":
    table = coverage()
    store(table)
    print(table.to_string())
