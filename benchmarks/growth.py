"""Time and memory of one row per customer from 1, 10 and 100 million rows of Parquet, and store it.

DuckDB holds at most 2 GB and spills the rest to a folder that is deleted afterwards. The log is
made in parts, each work in a process of its own. ``python benchmarks/growth.py`` takes a few
minutes and 3 GB of disk, and writes its table into README.md.
"""

import argparse
import datetime
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = (1, 10, 100)
PART, LIMIT, SEED = 1_000_000, "2GB", 20261127
MARKS = "<!-- growth -->\n", "<!-- end of growth -->"


def make(path: Path, millions: int) -> None:
    """A log of about six purchases a customer over two years, in no order."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(SEED)
    ends = rng.gamma(0.5, 2.0, millions * PART // 6).cumsum()
    writer = None
    for _ in range(millions):
        day = np.datetime64("2024-01-01") + rng.integers(0, 730, PART).astype("timedelta64[D]")
        part = pa.table(
            {
                "customer_id": np.searchsorted(ends, rng.random(PART) * ends[-1]),
                "date": day.astype("datetime64[ms]"),
                "amount": np.round(rng.gamma(2.0, 15.0, PART) + 1, 2),
            }
        )
        writer = writer or pq.ParquetWriter(path, part.schema)
        writer.write_table(part)
    if writer is not None:
        writer.close()


def measure(folder: Path) -> None:
    """Summarise the log to a file, and print seconds, peak memory, most on disk, and a check."""
    import os
    import threading

    import duckdb
    from worker import peak_memory

    from crmlab import repeat_buying as rb

    spill = folder / "spill"
    engine = duckdb.connect(config={"memory_limit": LIMIT, "temp_directory": str(spill)})
    most, done = [0], threading.Event()

    def watch():
        while not done.wait(0.2):
            sizes = [each.stat().st_blocks * 512 for each in spill.glob("*") if each.exists()]
            most[0] = max(most[0], sum(sizes))

    watcher = threading.Thread(target=watch)
    watcher.start()
    start, used = time.perf_counter(), os.times()
    log = engine.read_parquet(str(folder / "log.parquet"))
    rb.summarise(log, until="2025-12-31").table.write_parquet(str(folder / "summary.parquet"))
    seconds, now = time.perf_counter() - start, os.times()
    done.set()
    watcher.join()
    asked = "select count(*), sum(amount) from read_parquet(?)"
    rows, wanted = engine.execute(asked, [str(folder / "log.parquet")]).fetchall()[0]
    customers, money = engine.execute(asked, [str(folder / "summary.parquet")]).fetchall()[0]
    told = {
        "seconds": seconds,
        "processor": now.user + now.system - used.user - used.system,
        "memory": peak_memory(),
        "spilled": most[0] / 1e6,
        "rows": rows,
        "customers": customers,
        "money": money,
        "wanted": wanted,
    }
    print(json.dumps(told))


def grown(place: Path, millions: int) -> dict:
    """What one size took; its files are deleted."""
    folder = Path(tempfile.mkdtemp(dir=place, prefix="crmlab-growth-"))
    program = [sys.executable, __file__]
    try:
        subprocess.run([*program, "--make", str(millions), "--folder", str(folder)], check=True)
        run = [*program, "--measure", "--folder", str(folder)]
        done = subprocess.run(run, check=True, stdout=subprocess.PIPE, text=True)
    finally:
        shutil.rmtree(folder)
    told = json.loads(done.stdout.splitlines()[-1])
    if abs(told["money"] / told["wanted"] - 1) > 1e-9:
        raise RuntimeError(f"{millions} million rows: the money does not add up: {told}")
    return told


def table(found: dict[int, dict]) -> str:
    """The sizes as a Markdown table."""
    lines = [
        "| rows | customers | seconds | microseconds a row | of the processor | "
        "peak memory, MB | spilled, MB |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for millions, told in found.items():
        lines.append(
            f"| {told['rows']:,} | {told['customers']:,} | {told['seconds']:.3g} "
            f"| {told['seconds'] / millions:.3g} | {told['processor'] / millions:.3g} "
            f"| {told['memory']:,.0f} | {told['spilled']:,.0f} |"
        )
    return "\n".join(lines)


def store(text: str, marks: tuple[str, str] = MARKS) -> None:
    """Put the table into README.md, between its marks."""
    path = HERE / "README.md"
    before, rest = path.read_text(encoding="utf-8").split(marks[0])
    after = rest.split(marks[1])[1]
    path.write_text(f"{before}{marks[0]}{text}\n{marks[1]}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--make", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="millions of rows")
    parser.add_argument("--store", action="store_true", help="write benchmarks/README.md")
    given = parser.parse_args()
    if given.make:
        make(given.folder / "log.parquet", given.make)
    elif given.measure:
        measure(given.folder)
    else:
        sys.path.insert(0, str(HERE))
        from bench import machine

        found = {millions: grown(given.folder, millions) for millions in given.sizes}
        text = f"{datetime.date.today()}, {machine()}, DuckDB with {LIMIT}.\n\n{table(found)}"
        print(text)
        if given.store:
            store(text)


if __name__ == "__main__":
    main()
