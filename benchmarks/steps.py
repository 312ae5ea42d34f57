"""The share of each step on the way from a log in Parquet to scores of every customer; store it.

``python benchmarks/steps.py --store`` makes a log of about a million rows, takes the way on DuckDB
and, where PySpark and Java are there, on Spark, and writes the table of processor time into
README.md, from where the guide on many customers shows it.
"""

import argparse
import datetime
import importlib.util
import shutil
import tempfile
import time
import warnings
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import psutil
from bench import machine
from growth import LIMIT, SEED, store

from crmlab import repeat_buying as rb
from crmlab import segments, tiers

DAYS, UNTIL = 730, "2025-12-31"


def make(path: Path, millions: float) -> None:
    """A log of about six purchases a customer over two years: customers begin, buy and leave."""
    rng = np.random.default_rng(SEED)
    size = int(millions * 1e6 / 6)
    begin = rng.integers(0, DAYS, size)
    stay = np.minimum(rng.exponential(1 / rng.gamma(1.5, 0.002, size)), DAYS - begin)
    many = 1 + rng.poisson(rng.gamma(0.7, 0.03, size) * stay)
    who = np.repeat(np.arange(size), many)
    first = np.append(True, who[1:] != who[:-1])
    after = np.where(first, 0, rng.random(len(who)) * stay[who]).astype(np.int64)
    log = pd.DataFrame(
        {
            "customer_id": who,
            "date": np.datetime64("2024-01-01") + (begin[who] + after).astype("timedelta64[D]"),
            "amount": np.round(rng.gamma(6.0, rng.gamma(4.0, 1.5, size)[who]) + 1, 2),
        }
    ).sample(frac=1, random_state=SEED)
    settled = duckdb.from_df(log).project("* replace (date::date as date)")
    settled.write_parquet(str(path))


def on_duckdb(folder: Path):
    """How to read, write and count processor time with DuckDB."""
    settings = {"memory_limit": LIMIT, "temp_directory": str(folder / "spill")}
    engine = duckdb.connect(config=settings)

    def write(frame, name):
        frame.write_parquet(str(folder / f"{name}.parquet"))

    return (
        lambda name: engine.read_parquet(str(folder / f"{name}.parquet")),
        write,
        time.process_time,
    )


def on_spark(folder: Path):
    """The same with Spark on this machine; its own process counts too."""
    from pyspark.sql import SparkSession

    told = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.memory": LIMIT.lower().replace("gb", "g"),
    }
    session = SparkSession.builder.master("local[2]").config(map=told).getOrCreate()
    java = psutil.Process(session.sparkContext._gateway.proc.pid)

    def clock():
        used = java.cpu_times()
        return time.process_time() + used.user + used.system

    def write(frame, name):
        frame.write.mode("overwrite").parquet(str(folder / f"{name}.parquet"))

    return lambda name: session.read.parquet(str(folder / f"{name}.parquet")), write, clock


def steps(read, write, clock) -> tuple[dict[str, float], rb.Summary]:
    """Seconds of the processor of each step, and the distinct histories."""
    found, last = {}, [clock()]

    def done(step):
        found[step], last[0] = clock() - last[0], clock()

    write(rb.summarise(read("log"), until=UNTIL).table, "summary")
    done("`summarise`, written to Parquet")
    summary = rb.Summary(read("summary"), unit="week", until=UNTIL)
    histories = rb.distinct(summary)
    done("`distinct`")
    buying = rb.BGNBD.fit(histories)
    done("fit of the purchases")
    spend = rb.GammaGamma.fit(rb.distinct(summary, of="spend"))
    done("`distinct` and fit of the spend")
    told = {"margin": 0.3, "annual_rate": 0.15, "years": 3}
    value = rb.lifetime_value(buying, spend, histories, **told)
    done("value of the histories")
    write(rb.joined(summary, histories, value, spend=spend).table, "scored")
    done("`joined`, written to Parquet")
    values = read("scored").select("customer_id", "estimate")
    write(tiers.pyramid(values).customers, "tiers")
    done("`pyramid`, written to Parquet")
    tiers.gini(values)
    done("`gini`")
    write(segments.rfm_scores(summary), "rfm")
    done("`rfm_scores`, written to Parquet")
    return found, histories


def table(found: dict[str, dict[str, float]]) -> str:
    """The share of each step in the whole, a column for each engine."""
    whole = {engine: sum(seconds.values()) for engine, seconds in found.items()}
    lines = [f"| step | {' | '.join(found)} |", f"|---|{'--:|' * len(found)}"]
    for step in next(iter(found.values())):
        parts = (
            f"{100 * seconds[step] / whole[engine]:.0f} %" for engine, seconds in found.items()
        )
        lines.append(f"| {step} | {' | '.join(parts)} |")
    told = (f"{seconds:.3g} s" for seconds in whole.values())
    return "\n".join([*lines, f"| all, of the processor | {' | '.join(told)} |"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--millions", type=float, default=1, help="millions of rows in the log")
    parser.add_argument("--store", action="store_true", help="write benchmarks/README.md")
    given = parser.parse_args()
    there = {"DuckDB": on_duckdb}
    if importlib.util.find_spec("pyspark") and shutil.which("java"):
        there["Spark"] = on_spark
    found = {}
    with tempfile.TemporaryDirectory(prefix="crmlab-steps-") as place:
        make(Path(place) / "log.parquet", given.millions)
        rows = duckdb.read_parquet(f"{place}/log.parquet").shape[0]
        for name, engine in there.items():
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="ties in")
                warnings.filterwarnings("ignore", module="pyspark")
                found[name], histories = steps(*engine(Path(place)))
    told = f"{rows:,} rows; {histories.caption}"
    text = f"{datetime.date.today()}, {machine()}; {told}.\n\n{table(found)}"
    print(text)
    if given.store:
        store(text, "steps")


if __name__ == "__main__":
    main()
