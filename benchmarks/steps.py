"""The share of each step on the way from a log in Parquet to scores of every customer, in DuckDB.

``python benchmarks/steps.py --millions 1`` makes a log and prints the processor time of each step
as a Markdown table.
"""

import argparse
import tempfile
import time
import warnings
from pathlib import Path

import duckdb
from growth import LIMIT, make

from crmlab import repeat_buying as rb
from crmlab import segments, tiers


def steps(folder: Path) -> tuple[dict[str, float], str]:
    """Seconds of the processor of each step, and what the distinct histories are."""
    settings = {"memory_limit": LIMIT, "temp_directory": str(folder / "spill")}
    engine = duckdb.connect(config=settings)
    found, clock = {}, [time.process_time()]

    def done(step):
        now = time.process_time()
        found[step] = now - clock[0]
        clock[0] = now

    log = engine.read_parquet(str(folder / "log.parquet"))
    rb.summarise(log, until="2025-12-31").table.write_parquet(str(folder / "summary.parquet"))
    done("`summarise`, written to Parquet")
    customers = engine.read_parquet(str(folder / "summary.parquet"))
    summary = rb.Summary(customers, unit="week", until="2025-12-31")
    histories = rb.distinct(summary)
    done("`distinct`")
    buying = rb.MBGNBD.fit(histories)
    done("fit of the purchases")
    spend = rb.GammaGamma.fit(rb.distinct(summary, of="spend"))
    done("`distinct` and fit of the spend")
    told = {"margin": 0.3, "annual_rate": 0.15, "years": 3}
    value = rb.lifetime_value(buying, spend, histories, **told)
    done("value of the histories")
    scored = rb.joined(summary, histories, value, spend=spend)
    scored.table.write_parquet(str(folder / "scored.parquet"))
    done("`joined`, written to Parquet")
    scored = engine.read_parquet(str(folder / "scored.parquet"))
    values = scored.select("customer_id", "estimate")
    tiers.pyramid(values).customers.write_parquet(str(folder / "tiers.parquet"))
    done("`pyramid`, written to Parquet")
    tiers.gini(values)
    done("`gini`")
    segments.rfm_scores(summary).write_parquet(str(folder / "rfm.parquet"))
    done("`rfm_scores`, written to Parquet")
    return found, histories.caption


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--millions", type=int, default=1, help="millions of rows in the log")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="crmlab-steps-") as place:
        make(Path(place) / "log.parquet", given.millions)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found, caption = steps(Path(place))
    whole = sum(found.values())
    print(f"{given.millions} million rows; {caption}; {whole:.3g} s of the processor\n")
    print("| step | share of the time |\n|---|--:|")
    for step, seconds in found.items():
        print(f"| {step} | {100 * seconds / whole:.0f} % |")


if __name__ == "__main__":
    main()
