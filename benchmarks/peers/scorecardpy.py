"""The credit score, done with scorecardpy."""

import warnings

import pandas as pd
import scorecardpy
from sklearn.linear_model import LogisticRegression

from peers import ACCOUNT, SCALE, discrimination

warnings.simplefilter("ignore")


def credit(folder):
    past, new = (pd.read_parquet(folder / f"{name}.parquet") for name in ("past", "new"))
    scale = {"points0": SCALE["points"], "odds0": 1 / SCALE["odds"], "pdo": SCALE["double"]}
    names = [f"{name}_woe" for name in ACCOUNT]

    def run():
        bins = scorecardpy.woebin(past, y="failed", print_info=False)
        evidence = scorecardpy.woebin_ply(past, bins, print_info=False)
        model = LogisticRegression().fit(evidence[names], evidence["failed"])
        card = scorecardpy.scorecard(bins, model, names, **scale)
        return scorecardpy.scorecard_ply(new, card, print_step=0)["score"].to_numpy()

    return run, discrimination(folder)
