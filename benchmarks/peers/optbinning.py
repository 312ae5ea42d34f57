"""The credit score, done with optbinning."""

import warnings

import pandas as pd
from optbinning import BinningProcess, Scorecard
from sklearn.linear_model import LogisticRegression

from peers import ACCOUNT, SCALE, discrimination

warnings.simplefilter("ignore")


def credit(folder):
    past, new = (pd.read_parquet(folder / f"{name}.parquet") for name in ("past", "new"))
    scale = {"pdo": SCALE["double"], "odds": SCALE["odds"], "scorecard_points": SCALE["points"]}

    def run():
        card = Scorecard(
            binning_process=BinningProcess(ACCOUNT, categorical_variables=["sector"]),
            estimator=LogisticRegression(),
            scaling_method="pdo_odds",
            scaling_method_params=scale,
        )
        card.fit(past[ACCOUNT], past["failed"])
        return card.score(new[ACCOUNT])

    return run, discrimination(folder)
