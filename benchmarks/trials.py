"""How often the intervals of a trial hold the true effect: 1,000 lots among members.

Members of the sample company who got no retention spending are drawn at random, and a lot says
who is treated. Treating one adds a tenth to her margin and 2 USD, and keeps one of twenty of
those who would have left. `crmlab.evidence` reads each trial. ``python benchmarks/trials.py``
writes trials.csv beside this file, in a few minutes.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from held import held
from tqdm.auto import tqdm

from crmlab import evidence, load

LOTS, SEED = 1000, 70
STORED = Path(__file__).with_name("trials.csv")


def members() -> pd.DataFrame:
    """Members without retention spending: what they did, and would have done if treated."""
    db = load("lantern")
    found = db.customers.query("kind == 'member'").rename(columns={"joined": "start"})
    found = evidence.follow(found, db, until=db.until).table.query("retention_spend == 0")
    rng = np.random.default_rng(SEED)
    found["margin_treated"] = 1.1 * found["margin"] + 2
    found["still_treated"] = found["still"] | (rng.random(len(found)) < 0.05)
    return found.reset_index(drop=True)


def lot(everybody: pd.DataFrame, number: int, size: int) -> pd.DataFrame:
    """One trial: its intervals, each with what it should hold."""
    rng = np.random.default_rng([SEED, number, size])
    drawn = everybody.iloc[rng.integers(0, len(everybody), size)].reset_index(drop=True)
    drawn["treated"] = rng.permutation(np.resize([0, 0, 1], size))
    drawn["customer_id"] = np.arange(size).astype(str)
    rows = []
    for outcome in ("margin", "still"):
        truth = float((everybody[f"{outcome}_treated"] - everybody[outcome] * 1.0).mean())
        came = np.where(drawn["treated"] == 1, drawn[f"{outcome}_treated"], drawn[outcome])
        one = drawn.assign(**{outcome: came.astype(drawn[outcome].dtype)})
        row = evidence.trial_effect(one, outcome, covariates=["before"]).table.loc[1]
        rows.append((f"{outcome}, {size} members", *row[["estimate", "low", "high"]], truth))
        adjusted = row[["adjusted", "adjusted_low", "adjusted_high"]]
        rows.append((f"{outcome}, {size} members, adjusted", *adjusted, truth))
    rows += _rankings(everybody, drawn, size)
    return pd.DataFrame(rows, columns=["interval", "estimate", "low", "high", "truth"])


def _rankings(everybody: pd.DataFrame, drawn: pd.DataFrame, size: int) -> list[tuple]:
    """The net gain of the first half by what they spent before, per customer."""
    came = np.where(drawn["treated"] == 1, drawn["margin_treated"], drawn["margin"])
    one = drawn.assign(margin=came)
    curve = evidence.targeting_curve(one, "margin", rankings=["before"], cost=3)
    row = curve.table.query("ranking == 'before' and share == 0.5").iloc[0]
    gain = everybody["margin_treated"] - everybody["margin"] - 3
    half = gain[everybody["before"].rank(pct=True) > 0.5].sum() / len(everybody)
    estimates = tuple(row[["gain", "low", "high"]] / size)
    return [(f"gain of the first half, {size} members", *estimates, float(half))]


def coverage(lots: int = LOTS) -> pd.DataFrame:
    """By interval: how often the truth lies inside, below and above; width; mean error."""
    everybody = members()
    trials = [(number, size) for size in (150, 1500) for number in range(lots)]
    found = pd.concat([lot(everybody, *one) for one in tqdm(trials, desc="lots")])
    table, by = held(found, "interval")
    return table.assign(
        mean_error=by["error"].mean().round(4), spread=by["error"].std().round(3), lots=by.size()
    )


if __name__ == "__main__":
    table = coverage()
    table.to_csv(STORED, lineterminator="\n")
    print(table.to_string())
