"""The price meter as one writes it at first: count everybody at every price of a grid."""

import numpy as np
import pandas as pd


def meter(folder):
    answers = pd.read_parquet(folder / "thresholds.parquet")

    def run():
        grid = np.linspace(1, 12, 1_101)
        below = {
            name: np.array([(answers[name].to_numpy() <= price).mean() for price in grid])
            for name in answers
        }
        cheap, expensive = 1 - below["cheap"], below["expensive"]
        too_cheap, too_expensive = 1 - below["too_cheap"], below["too_expensive"]
        pairs = {
            "marginal cheapness": (too_cheap, 1 - cheap),
            "optimal price": (too_cheap, too_expensive),
            "indifference price": (cheap, expensive),
            "marginal expensiveness": (1 - expensive, too_expensive),
        }
        return {name: _meet(grid, *pair) for name, pair in pairs.items()}

    return run, lambda points: points


def _meet(grid, falls, rises):
    after = int(np.argmax(falls <= rises))
    ahead = (falls - rises)[[after - 1, after]]
    return float(np.interp(0, -ahead, grid[[after - 1, after]]))
