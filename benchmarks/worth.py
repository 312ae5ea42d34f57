"""How often the intervals of a worth in money hold the truth: 200 simulated groups of members.

Each time the members of the sample company are drawn anew, rate the 18 cards and choose in the 12
sets, and `crmlab.pricing` says what each step is worth. The truth is what the simulation used.
``python benchmarks/worth.py`` writes worth.csv beside this file, in a few minutes.
"""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from held import held
from tqdm.auto import tqdm

from crmlab import pricing
from crmlab.company.preferences import (
    choices_table,
    conjoint_table,
    make_respondents,
    part_worths_table,
)
from crmlab.company.world import SEGMENTS

WORLDS, SEED, EACH, FEW = 200, 12, 100, 6
WEAK = 0.25  # points given back for each dollar, so that the price of connoisseurs is weak
BENEFITS = ["coffee", "seat", "wait", "cup"]
STORED = Path(__file__).with_name("worth.csv")


def world(seed: int) -> pd.DataFrame:
    """One group: for each segment, method and step the interval and the truth."""
    rng = np.random.default_rng([SEED, seed])
    respondents = make_respondents(rng, np.repeat(SEGMENTS, EACH))
    ratings = conjoint_table(rng, respondents, np.arange(len(respondents)).astype(str))
    choices = choices_table(rng, respondents)
    truth = part_worths_table(respondents).set_index(["segment", "attribute", "level"])["worth"]
    rows = []
    for segment in SEGMENTS:
        rated, taken = (one[one["segment"] == segment] for one in (ratings, choices))
        few = few_of(ratings, segment)
        for source, parts in (
            (f"ratings of {EACH}", pricing.conjoint(rated, BENEFITS)),
            (f"choices of {EACH}", pricing.choice_model(taken, BENEFITS)),
            (f"ratings of {FEW}", pricing.conjoint(few, BENEFITS)),
        ):
            for method in ("fieller", "delta"):
                found = pricing.willingness_to_pay(parts, method=method).table
                true = truth[segment].reindex(pd.MultiIndex.from_frame(found.iloc[:, :2]))
                rows.append(found.assign(source=source, method=method, truth=true.to_numpy()))
    return pd.concat([*rows, *_weak(few_of(ratings, "connoisseur"), respondents)])


def few_of(ratings: pd.DataFrame, segment: str) -> pd.DataFrame:
    """The ratings of the first few respondents of a segment."""
    rated = ratings[ratings["segment"] == segment]
    return rated[rated["respondent_id"].isin(rated["respondent_id"].unique()[:FEW])]


def _weak(few: pd.DataFrame, respondents: pd.DataFrame) -> list[pd.DataFrame]:
    """The same with a price that hardly counts; none where it seems to be liked."""
    parts = pricing.conjoint(few.assign(rating=few["rating"] + WEAK * few["price"]), BENEFITS)
    if parts["estimate"]["price: +1"] >= 0:
        return []
    true = part_worths_table(respondents).set_index(["segment", "attribute", "level"])["part_worth"]
    points = true[few["segment"].iloc[0]]
    rows = []
    for method in ("fieller", "delta"):
        with warnings.catch_warnings():  # the ratio is unstable: that is what is looked at
            warnings.simplefilter("ignore", UserWarning)
            found = pricing.willingness_to_pay(parts, method=method).table
        worth = points / -(points["price", "+1"] + WEAK)
        truth = worth.reindex(pd.MultiIndex.from_frame(found.iloc[:, :2])).to_numpy()
        source = f"ratings of {FEW}, weak price"
        rows.append(found.assign(source=source, method=method, truth=truth))
    return rows


def coverage(worlds: int = WORLDS) -> pd.DataFrame:
    """By source and method: how often the truth lies inside, below and above, and the width."""
    found = pd.concat([world(seed) for seed in tqdm(range(worlds), desc="worlds")])
    table, by = held(found, ["source", "method"])
    return table.assign(mean_error=by["error"].mean().round(3), intervals=by.size())


if __name__ == "__main__":
    table = coverage()
    table.to_csv(STORED, lineterminator="\n")
    print(table.to_string())
