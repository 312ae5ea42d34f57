"""The benchmark's own logic: no ratio without the same answer, results stored between marks."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import binom

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

import bench
import coverage_study as coverage


@pytest.mark.parametrize(
    ("theirs", "same"),
    [
        ({"r": 0.2431, "alpha": 4.41}, True),
        ({"r": 0.2431}, True),
        ({"r": 0.26, "alpha": 4.41}, False),
        ({"r": float("nan")}, False),
        ({"total": 3.0}, False),
    ],
)
def test_answers_must_agree_in_what_they_share(theirs, same):
    assert bench.agree({"r": 0.243, "alpha": 4.414}, theirs, 0.02) is same


def test_every_task_has_its_work_in_every_package():
    for task in bench.TASKS:
        for peer in (bench.OURS, *task.peers):
            source = (bench.HERE / "peers" / f"{peer}.py").read_text(encoding="utf-8")
            assert f"def {task.work}(folder)" in source, (peer, task.title)


def test_no_ratio_is_printed_where_answers_differ(monkeypatch):
    answers = {"crmlab": 1.0, "lifetimes": 2.0}
    monkeypatch.setattr(
        bench,
        "measure",
        lambda peer, task, repeats: {
            "seconds": [1.0],
            "memory": 1.0,
            "answer": {"total": answers[peer]},
        },
    )
    task = bench.Task("work", "fit", "cdnow", ("lifetimes",), 0.01)
    with pytest.raises(RuntimeError, match="lifetimes says"):
        bench.compare(task, 1)
    answers["lifetimes"] = 1.001
    assert [row[1] for row in bench.compare(task, 1)] == ["crmlab", "lifetimes"]


def test_results_replace_their_own_rows_between_the_marks(tmp_path, monkeypatch):
    page = tmp_path / "README.md"
    page.write_text("head\n<!-- results -->\n<!-- end of results -->\ntail\n", encoding="utf-8")
    monkeypatch.setattr(bench, "HERE", tmp_path)
    tasks = [bench.Task(title, "fit", "cdnow", (), 0.01) for title in ("one", "two")]
    monkeypatch.setattr(bench, "TASKS", tasks)
    bench.store("first", [("two", "crmlab", 1.0, 1.0, 100.0, 1.0)])
    bench.store("second", [("one", "crmlab", 2.0, 1.0, 100.0, 1.0)])
    bench.store("third", [("one", "crmlab", 3.0, 1.0, 100.0, 1.0)])
    rows = ["| one | crmlab | 3 | 1 | 100 | 1 |", "| two | crmlab | 1 | 1 | 100 | 1 |"]
    body = "\n".join(["third", "", *bench.HEADER, *rows])
    said = f"head\n<!-- results -->\n{body}\n<!-- end of results -->\ntail\n"
    assert page.read_text(encoding="utf-8") == said


def test_an_answer_of_another_quality_is_written_beside_the_package(monkeypatch):
    found = {"seconds": [1.0], "memory": 1.0, "answer": {"AUC": 0.81}}
    monkeypatch.setattr(bench, "measure", lambda peer, task, repeats: found)
    task = bench.Task("work", "credit", "accounts-100k", ("optbinning",), 0.02, "AUC")
    assert [row[1] for row in bench.compare(task, 1)] == [
        "crmlab (AUC 0.8100)",
        "optbinning (AUC 0.8100)",
    ]


def test_the_data_and_the_work_fit_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "HOME", tmp_path)
    found = bench.measure(
        bench.OURS, bench.Task("value", "value", "cdnow", ("lifetimes",), 0.02), 1
    )
    assert found["answer"]["total"] > 0
    table = pd.read_parquet(tmp_path / "data" / "cdnow" / "summary.parquet")
    assert table.columns[0] == "customer_id"
    assert len(table) == 2357
    # its own peak, not that of the process that made the data or asked
    assert 50 < found["memory"] < 600


def test_the_stored_coverage_is_what_is_said_from_300_up():
    table = coverage.stored()
    study, size = (table.index.get_level_values(name) for name in ("study", "size"))
    enough = table[(size >= 300) & (study != "plain")]
    # a row passes 999 times in 1,000 if it covers 93 to 97 % of any number of draws
    assert (enough["inside"] >= binom.ppf(0.0005, enough["draws"], 0.93) / enough["draws"]).all()
    assert (enough["inside"] <= binom.ppf(0.9995, enough["draws"], 0.97) / enough["draws"]).all()
    page = coverage.STORED.with_name("README.md")
    assert coverage.shown(table) in page.read_text(encoding="utf-8")


def test_the_stored_coverage_has_every_case_with_its_draws():
    rows = coverage.stored().reset_index().groupby(["study", "size"])["draws"].unique()
    assert {key: list(draws) for key, draws in rows.items()} == {
        (study.__name__, size): [draws] for study, size, draws in coverage.CASES
    }


def test_the_study_of_coverage_counts_each_side():
    table = coverage.coverage([(coverage.means, 40, 6), (coverage.shapley, 60, 6)])
    assert table["draws"].tolist() == [6] * 8
    assert table[["inside", "below", "above"]].sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-3)
    row = coverage.coverage([(_never, 1, 3), (_always, 1, 3)])
    assert row[["inside", "below", "above"]].to_numpy().tolist() == [[0, 0, 1], [1, 0, 0]]


def _never(rng, size):
    yield "never", 1.0, 0.5, 1.5, 2.0


def _always(rng, size):
    yield "always", 1.0, 0.5, 1.5, 1.2
