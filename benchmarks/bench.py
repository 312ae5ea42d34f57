"""Measure crmlab beside its peers, in one run on one machine, and print ratios.

Each peer lives in an environment of its own and works in a process of its own, one at a time. A
ratio is printed only if both came to the same answer.
"""

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

HERE = Path(__file__).resolve().parent
HOME = HERE / ".cache"
HEADER = (
    "| work | package | seconds | times crmlab's | peak memory, MB | times crmlab's |",
    "|---|---|--:|--:|--:|--:|",
)
OURS = "crmlab"
PEERS = {
    "lifetimes": ("lifetimes==0.11.3", "pandas<3", "pyarrow"),
    "pymc_marketing": ("pymc-marketing==1.3.0", "pyarrow"),
    "clvkit": ("clvkit==0.2.1", "pyarrow"),
    "optbinning": ("optbinning==1.0.0", "pandas<3", "pyarrow"),
    "scorecardpy": ("scorecardpy==0.1.9.7", "pandas<3", "pyarrow"),
}
PYTHONS = {"pymc_marketing": "3.12"}  # what a peer needs where this Python will not do


@dataclass(frozen=True)
class Task:
    """One piece of work: who does it, on how much, and how close the answers must be.

    Attributes
    ----------
    title : str
    work : str
        Name of the function in ``peers/NAME.py``.
    size : str
        Which data set of ``data.py`` it works on.
    peers : tuple of str
    within : float
        Largest relative difference between the answers.
    shows : str
        Name of the answer that is written beside the package, where quality may differ.
    """

    title: str
    work: str
    size: str
    peers: tuple
    within: float
    shows: str = ""


TASKS = (
    Task("loading 1 million rows of CSV", "load", "csv-1m", ("pandas_read_csv",), 1e-9),
    Task("loading 10 million rows of CSV", "load", "csv-10m", ("pandas_read_csv",), 1e-9),
    Task("summary of 1 million rows", "summary", "1m",
         ("lifetimes", "pymc_marketing", "clvkit", "duckdb_sql"), 1e-6),
    Task("summary of 10 million rows", "summary", "10m",
         ("lifetimes", "pymc_marketing", "duckdb_sql"), 1e-6),
    Task("BG/NBD fit, CDNOW (2,357 customers)", "fit", "cdnow",
         ("lifetimes", "pymc_marketing", "clvkit"), 0.02),
    Task("BG/NBD fit, 100,000 customers", "fit", "100k",
         ("lifetimes", "pymc_marketing", "clvkit"), 0.02),
    Task("BG/NBD fit, 1 million customers", "fit", "1m", ("lifetimes", "pymc_marketing"), 0.02),
    Task("Pareto/NBD fit, 1 million customers", "pareto", "1m", (), 1e-9),
    Task("Gamma-Gamma fit, 1 million customers", "spend", "1m",
         ("lifetimes", "pymc_marketing", "clvkit"), 0.02),
    Task("52-week purchases of 1 million", "purchases", "1m",
         ("lifetimes", "pymc_marketing", "clvkit"), 0.01),
    Task("12-month value of 1 million", "value", "1m",
         ("lifetimes", "pymc_marketing", "clvkit"), 0.02),
    Task("RFM scores from 1 million rows", "rfm", "1m", ("pymc_marketing", "pandas_qcut"), 0.02),
    Task("price meter of 1 million respondents", "meter", "prices-1m", ("numpy_grid",), 1e-3),
    Task("ageing of 1 million invoices", "ageing", "invoices-1m", ("pandas_merge",), 1e-9),
    Task("silence of 1 million customers", "silence", "log-5m", ("pandas_groupby", "duckdb_sql"),
         1e-9),
    Task("credit score of 100,000 accounts", "credit", "accounts-100k",
         ("optbinning", "scorecardpy"), 0.02, "AUC"),
)  # fmt: skip


def python_of(peer):
    """The Python a peer runs in; its environment is made when its requirements change."""
    if peer not in PEERS:
        return Path(sys.executable)
    home, wanted = HOME / "environments" / peer, " ".join(PEERS[peer])
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = home / "ready"
    if not (ready.exists() and ready.read_text(encoding="utf-8") == wanted):
        make = [_interpreter(PYTHONS.get(peer)), "-m", "venv", "--clear", str(home)]
        subprocess.run(make, check=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, *PEERS[peer]], check=True)
        ready.write_text(wanted, encoding="utf-8")
    return python


def _interpreter(version):
    """The present Python where it is recent enough, else ``pythonX.Y`` from the path."""
    if version is None or sys.version_info[:2] >= tuple(map(int, version.split("."))):
        return sys.executable
    found = shutil.which(f"python{version}")
    if found is None:
        sys.exit(f"python{version} is not on the path, and a peer needs it; install it first.")
    return found


def measure(peer, task, repeats):
    """Seconds of each run, peak memory in MB, and the answer, from a process of its own."""
    folder = HOME / "data" / task.size
    if not (folder / "ready").exists():
        # a process of its own: children on Linux start from their parent's peak memory
        subprocess.run([sys.executable, str(HERE / "data.py"), str(HOME), task.size], check=True)
    command = [str(python_of(peer)), str(HERE / "worker.py"), peer, task.work]
    command += [str(folder), str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"{peer} failed at {task.title}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def agree(ours, theirs, within):
    """Whether two answers, dicts of numbers, agree in every number both have."""
    shared = ours.keys() & theirs.keys()
    return bool(shared) and all(
        np.isclose(theirs[name], ours[name], rtol=within, atol=0) for name in shared
    )


def compare(task, repeats):
    """Rows of the table for one task: peer, seconds, how many times slower, memory."""
    ours = measure(OURS, task, repeats)
    seconds = statistics.median(ours["seconds"])
    rows = [(task.title, _named(OURS, ours, task), seconds, 1.0, ours["memory"], 1.0)]
    for peer in task.peers:
        theirs = measure(peer, task, repeats)
        if not agree(ours["answer"], theirs["answer"], task.within):
            raise RuntimeError(
                f"{task.title}: {peer} says {theirs['answer']}, crmlab {ours['answer']}"
            )
        taken = statistics.median(theirs["seconds"])
        memory = theirs["memory"]
        named = _named(peer, theirs, task)
        rows.append((task.title, named, taken, taken / seconds, memory, memory / ours["memory"]))
    return rows


def _named(peer, found, task):
    return f"{peer} ({task.shows} {found['answer'][task.shows]:.4f})" if task.shows else peer


def table(rows):
    """The rows as a Markdown table."""
    return "\n".join([*HEADER, *lines(rows)])


def lines(rows):
    """A line of the table for each row."""
    return [
        f"| {title} | {peer.replace('_', ' ')} | {seconds:.3g} | {ratio:.3g} "
        f"| {memory:,.0f} | {more:.2g} |"
        for title, peer, seconds, ratio, memory, more in rows
    ]


def machine():
    """The machine in one line."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = re.search(r"model name\s*:\s*(.+)", info.read_text(encoding="utf-8"))
        cpu = found[1] if found else cpu
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def store(head, rows):
    """Put the rows into benchmarks/README.md, between its marks; works not measured stay there."""
    path = HERE / "README.md"
    page = path.read_text(encoding="utf-8")
    start, end = "<!-- results -->\n", "<!-- end of results -->"
    before, rest = page.split(start)
    old, after = rest.split(end)
    kept = [line for line in old.splitlines() if line.startswith("|") and line not in HEADER]
    measured = lines(rows)
    titles = {_title(line) for line in measured}
    both = [line for line in kept if _title(line) not in titles] + measured
    order = {task.title: place for place, task in enumerate(TASKS)}
    both.sort(key=lambda line: order.get(_title(line), len(order)))
    text = "\n".join([head, "", *HEADER, *both])
    path.write_text(f"{before}{start}{text}\n{end}{after}", encoding="utf-8")


def _title(line):
    return line.split("|")[1].strip()


def main():
    parser = argparse.ArgumentParser(prog="course.py bench", description=__doc__.split("\n")[0])
    parser.add_argument("words", nargs="*", help="only tasks whose title has all these words")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each; the median counts")
    parser.add_argument("--store", action="store_true", help="write benchmarks/README.md")
    arguments = parser.parse_args()
    tasks = [task for task in TASKS if all(word in task.title for word in arguments.words)]
    if not tasks:
        sys.exit("No such task. There are:\n" + "\n".join(task.title for task in TASKS))
    rows = []
    for task in tqdm(tasks, unit="task"):
        rows += compare(task, arguments.repeats)
    head = f"{datetime.date.today()}, {machine()}. Median of {arguments.repeats} runs."
    print(f"{head}\n\n{table(rows)}")
    if arguments.store:
        store(f"{head} Works that this run left out are as measured before.", rows)


if __name__ == "__main__":
    main()
