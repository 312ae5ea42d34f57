"""The three verdicts on each of the twenty sayings: where it is true, where it is false, Lantern.

Worlds are drawn with several seeds. ``python benchmarks/claims.py`` writes the study that
`crmlab.evidence.sayings` shows, in about ten minutes: for each saying how often its test said yes
and no in the two worlds, one example of each, and the verdict on the sample company.
"""

import pandas as pd
from tqdm.auto import tqdm

import crmlab as crm
from crmlab.evidence.claims import CLAIMS, claim_worlds
from crmlab.evidence.claims.testing import DATA, FALSE, STUDY, TRUE

SEEDS = 10
NAMES = {TRUE: "true", FALSE: "false", DATA: "lantern"}


def verdicts(keys: list[str] | None = None, seeds: int = SEEDS) -> pd.DataFrame:
    """A row for each saying and place: verdicts counted over the seeds, and the first interval."""
    db = crm.load("lantern")
    rows = []
    for key in tqdm(keys or list(CLAIMS), desc="sayings"):
        first = claim_worlds(key, db, seed=1).table
        more = [claim_worlds(key, seed=seed).table for seed in range(2, seeds + 1)]
        for place, name in NAMES.items():
            row = first.loc[place]
            drawn = [row["verdict"]]
            drawn += [table.loc[place, "verdict"] for table in more if place in table.index]
            rows.append(
                {
                    "claim": key,
                    "world": name,
                    "said": row["said"],
                    **{end: round(row[end], 4) for end in ("estimate", "low", "high")},
                    "verdict": row["verdict"],
                    "draws": len(drawn),
                    "holds": drawn.count("holds"),
                    "fails": drawn.count("fails"),
                    "why": row["why"],
                }
            )
    return pd.DataFrame(rows).set_index(["claim", "world"])


if __name__ == "__main__":
    table = verdicts()
    table.to_csv(STUDY, lineterminator="\n")
    print(table.to_string())
