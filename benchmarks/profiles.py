"""How often intervals of repeat buying hold the truth in small bases, normal and from the profile.

BG/NBD and MBG/NBD with the parameters of CDNOW make bases of 300, 1,000 and 3,000 customers, 500
of each; both are fitted, and normal intervals stand beside those of
`crmlab.repeat_buying.profile`. A second study tests a covariate without effect in 4,000 worlds.
``python benchmarks/profiles.py`` takes ten minutes and writes profiles.csv, ratio_tests.csv and
their tables in README.md.
"""

import contextlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from growth import store
from held import held
from scipy import special
from tqdm.auto import tqdm

from crmlab import repeat_buying as rb

HERE = Path(__file__).resolve().parent
STORED, TESTED = HERE / "profiles.csv", HERE / "ratio_tests.csv"
WORLDS, SIZES, SEED = 500, (300, 1000, 3000), 20261127
TESTS, TEST_SIZES = 1000, (500, 2000)
MODELS = (
    rb.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week"),
    rb.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
)
PLAIN = rb.BGNBD(r=0.6, alpha=5.0, a=0.9, b=2.5, unit="week")
AGE = 39.0
WHO = pd.DataFrame(
    {"frequency": [0, 2, 8], "recency": [0.0, 30, 30], "T": AGE},
    index=["bought once", "2 repeat purchases", "8 repeat purchases"],
)
PERIODS = 26


def drawn(model: Any, customers: int, seed: int) -> rb.Summary:
    """A base whose customers are 27 to 39 weeks old; ages and purchases from streams apart."""
    ages, purchases = np.random.SeedSequence([SEED, seed]).spawn(2)
    old = np.random.default_rng(ages).uniform(27, 39, customers)
    return model.simulate(old, seed=int(purchases.generate_state(1)[0]))


def alive(model: Any) -> pd.Series:
    """P(alive) of `WHO`, by the formula."""
    x, last, age = WHO.to_numpy().T
    chances = model.b + x + model.first - 1
    fall = (model.r + x) * np.log((model.alpha + age) / (model.alpha + last))
    sure = x + model.first == 0
    odds = np.log(np.where(sure, 1, chances) / model.a) - fall
    return pd.Series(np.where(sure, 1.0, special.expit(odds)), index=WHO.index)


def once_alive(model: Any) -> float:
    """P(alive) of the first of them under MBG/NBD."""
    odds = model.b / model.a * (1 + AGE / model.alpha) ** -model.r
    return odds / (1 + odds)


def truths_of(model: Any) -> dict[str, pd.Series]:
    """What the intervals should hold, by group of quantities; the total differs by base."""
    return {
        "": pd.Series(model.theta, model.names()),
        "P(alive), ": alive(model),
        "purchases, ": model.expected_purchases(WHO, periods=PERIODS)["estimate"],
        "purchases, new customer, ": model.expected_purchases_new([PERIODS])["estimate"],
    }


def world(model: Any, truths: dict[str, pd.Series], base: rb.Summary) -> list[pd.DataFrame]:
    """The intervals of one base and the truth: by quantity and method."""
    fit = type(model).fit(base)
    everyone = model.expected_purchases(base, periods=PERIODS, confidence=None)
    total = pd.Series({"customers": everyone["estimate"].sum()})
    truths = truths | {"purchases, all ": total}
    told = []
    with contextlib.suppress(rb.FitError):  # one more that is missing in the column "intervals"
        told += [("", rb.profile(fit, base).table, "profile")]
        if model.first:
            once = rb.profile(fit, base, once_alive).table.set_axis(WHO.index[:1])
            told += [("P(alive), ", once, "profile")]
    if fit.covariance is not None:
        normal = (
            fit.parameters(),
            fit.p_alive(WHO),
            fit.expected_purchases(WHO, periods=PERIODS).table,
            fit.expected_purchases_new([PERIODS]),
            fit.expected_purchases(base, periods=PERIODS).total().to_frame("customers").T,
        )
        told += [(name, one, "normal") for name, one in zip(truths, normal, strict=True)]
    rows = []
    for name, table, method in told:
        kept = table[["estimate", "low", "high"]].join(truths[name].rename("truth"))
        labels = name + kept.index.astype(str)
        rows.append(kept.assign(method=method).set_axis(labels).rename_axis("quantity"))
    return rows


def coverage(model: Any, customers: int, worlds: int = WORLDS) -> pd.DataFrame:
    """By model, customers, quantity and method: where the truth lies; certain ones left out."""
    by, truths, rows = ["quantity", "method"], truths_of(model), []
    for seed in tqdm(range(worlds), desc=f"{model.title} {customers}", mininterval=10):
        rows += world(model, truths, drawn(model, customers, seed))
    found = pd.concat(rows).reset_index()
    certain = found["quantity"].str.startswith("P(alive)") & (found["truth"] == 1)
    table, groups = held(found[~certain], by)
    table = table.assign(intervals=groups.size()).reset_index()
    table = table.assign(model=model.title, customers=customers)
    return table.set_index(["model", "customers", *by])


def statistic(customers: int, moves: str, seed: int) -> float:
    """Twice the gain in log-likelihood of a covariate that does nothing."""
    base = drawn(PLAIN, customers, seed)
    coin = np.random.default_rng([SEED, 2, seed]).choice(["heads", "tails"], customers)
    both = rb.Summary(base.table.assign(coin=coin), unit="week")
    rich = rb.WithCovariates.fit(rb.BGNBD, both, **{moves: "coin"})
    return float(rb.likelihood_ratio_test(rb.BGNBD.fit(both), rich)["statistic"])


def ratio_tests(worlds: int = TESTS) -> pd.DataFrame:
    """How often the test rejects at 10, 5 and 1 %, and finds less than 90, 95 and 99 % would."""
    rows = {}
    for customers in TEST_SIZES:
        for moves in ("buying", "leaving"):
            several = tqdm(range(worlds), desc=f"covariate of {moves}", mininterval=10)
            found = np.array([statistic(customers, moves, seed) for seed in several])
            p_value = special.chdtrc(1, found)
            row = {f"above_{level}": np.mean(p_value < level / 100) for level in (10, 5, 1)}
            row |= {f"below_{level}": np.mean(p_value > 1 - level / 100) for level in (10, 5, 1)}
            rows[customers, moves] = row | {"mean": round(found.mean(), 3), "worlds": worlds}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["customers", "moves"])


def words(table: pd.DataFrame, tested: pd.DataFrame) -> str:
    """Both tables in Markdown."""
    heads = "model", "customers", "quantity", "method", "inside", "truth below", "truth above"
    lines = _head((*heads, "intervals"))
    for row in table.reset_index().itertuples():
        cells = row.model, f"{row.customers:,}", row.quantity, row.method
        lines.append(_line((*cells, *_shares(row.inside, row.below, row.above), row.intervals)))
    heads = "customers", "covariate of", "rejected at 10 %", "at 5 %", "at 1 %", "mean", "worlds"
    lines += ["", *_head(heads)]
    for row in tested.reset_index().itertuples():
        shares = _shares(row.above_10, row.above_5, row.above_1)
        lines.append(_line((f"{row.customers:,}", row.moves, *shares, row.mean, row.worlds)))
    return "\n".join(lines)


def _head(names: tuple[str, ...]) -> list[str]:
    return [_line(names), _line(("---",) * len(names))]


def _line(cells: tuple[Any, ...]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _shares(*shares: float) -> list[str]:
    return [f"{100 * one:.1f} %" for one in shares]


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rb.DegenerateFitWarning)
        tested = ratio_tests()
        tested.to_csv(TESTED, lineterminator="\n")
        blocks = []
        for model in MODELS:
            for customers in SIZES:
                blocks.append(coverage(model, customers))
                pd.concat(blocks).to_csv(STORED, lineterminator="\n")
    store(words(pd.concat(blocks), tested), "profiles")
