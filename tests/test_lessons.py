"""Every lesson: built from its script, run whole, in the shape that readers can rely on."""

import ast
import dataclasses
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from crmlab.check import exercises
from crmlab.curriculum import LESSONS as LIST
from crmlab.curriculum import Lesson

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lessons"))

import build  # noqa: E402
from run import with_data  # noqa: E402

LESSONS = build.lessons()
NOTEBOOKS = [(lesson, edition) for lesson in LESSONS for edition in build.NOTEBOOKS]


def read(lesson, edition):
    return nbformat.read(build.NOTEBOOKS[edition] / f"{lesson}.ipynb", as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(notebook):
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    return "".join(output.get("text", "") for output in outputs)


def test_notebooks_and_environment_agree_with_their_sources():
    assert build.check(LESSONS) == []


def test_there_is_no_notebook_without_a_script():
    for folder in build.NOTEBOOKS.values():
        assert sorted(path.stem for path in folder.glob("*.ipynb")) == LESSONS


@pytest.mark.parametrize(("lesson", "edition"), NOTEBOOKS)
def test_notebook_was_run_whole_without_an_error_or_a_warning(lesson, edition):
    cells = code(read(lesson, edition))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_reader_finds_open_exercises_and_trainer_right_answers(lesson):
    number = str(int(lesson[:2]))
    ids = [one for one in exercises() if one.partition(".")[0] == number]
    assert 2 <= len(ids) <= 4
    for edition, words in (("reader", "not attempted yet"), ("trainer", "right")):
        said = re.findall(rf"^({number}\.\d+): (.*)$", printed(read(lesson, edition)), flags=re.M)
        assert said == [(one, words) for one in ids]


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_keeps_its_length(lesson):
    reader = read(lesson, "reader")
    prose = [c.source for c in reader.cells if c.cell_type == "markdown"]
    words = sum(len(re.sub(r"^\|.*$", "", text, flags=re.M).split()) for text in prose)
    assert words <= 1200
    lengths = [len(cell.source.splitlines()) for cell in code(reader)]
    assert 12 <= len(lengths) <= 20
    assert statistics.median(lengths) <= 3
    assert max(lengths) <= 12


@pytest.mark.parametrize("lesson", LESSONS)
def test_first_code_cell_holds_the_parameters(lesson):
    first = code(read(lesson, "reader"))[0]
    assert first.metadata["tags"] == ["parameters"]
    assert re.findall(r"^(\w+) = ", first.source, flags=re.M) == ["DATA", "OPTIONS"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_name_is_bound_once(lesson):
    """A name keeps its meaning from the first cell to the last; ``answer`` is the exception."""
    bound = []
    for cell in code(read(lesson, "trainer")):
        nodes = list(ast.walk(ast.parse(cell.source)))
        loops = [n for n in nodes if isinstance(n, ast.comprehension)]
        inner = {id(part) for loop in loops for part in ast.walk(loop)}
        stores = [n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        bound += {n.id for n in stores if id(n) not in inner} - {"answer"}
    assert {name for name in bound if bound.count(name) > 1} == set()


@pytest.mark.parametrize(("lesson", "edition"), NOTEBOOKS)
def test_slides_are_marked_from_what_was_shown(lesson, edition):
    notebook = read(lesson, edition)
    stored = [cell.metadata.get("slideshow") for cell in notebook.cells]
    marked = build.mark_slides(notebook)
    assert stored == [cell.metadata.get("slideshow") for cell in marked.cells]
    figures = 0
    for cell, mark in zip(notebook.cells, stored, strict=True):
        figures = build._figures(cell) + (figures if mark is None else 0)
        assert figures <= 1
        assert ("instructor" in build._tags(cell)) == (mark == {"slide_type": "notes"})


@pytest.mark.parametrize(("lesson", "edition"), NOTEBOOKS)
def test_every_figure_has_alternative_text(lesson, edition):
    for cell in code(read(lesson, edition)):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert len(output.metadata["image/png"]["alt"]) > 20, cell.source


@pytest.mark.parametrize("lesson", LESSONS)
def test_speaker_notes_are_marked_as_such(lesson):
    notes = [c.source for c in read(lesson, "trainer").cells if "instructor" in build._tags(c)]
    for note in notes:
        assert note.startswith("> **Trainer** ")
        assert all(line.startswith(">") for line in note.splitlines())


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_has_its_parts(lesson):
    reader, trainer = read(lesson, "reader"), read(lesson, "trainer")
    text = "\n".join(c.source for c in reader.cells if c.cell_type == "markdown")
    assert re.search(r"\*\*Minutes\*\*: \d+", text)
    for heading in ("With your own data", "Take away", "Terms", "References"):
        assert re.search(rf"^## {heading}$", text, flags=re.M), heading
    assert len([c for c in trainer.cells if "instructor" in build._tags(c)]) >= 4


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A copy of what an author of a lesson edits, for the build to look at."""
    for folder in ("lessons", "crmlab/check"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name in ("README.md", "pyproject.toml", "environment.yml", "crmlab/__init__.pyi"):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "LESSONS", tmp_path / "lessons")
    monkeypatch.setattr(build, "SOLUTIONS", tmp_path / "crmlab/check/solutions.json")
    return tmp_path


NEW = Lesson("97", "dummy", "0", "database", 40, "try the recipe")


def test_a_line_in_the_list_asks_by_name_for_what_it_lacks(house, monkeypatch):
    assert build.disagreements() == []
    monkeypatch.setattr(build, "LIST", (*LIST, NEW))
    assert build.disagreements() == [
        "lessons/97-dummy.py is missing; crmlab/curriculum.py lists it."
    ]
    (house / "lessons" / "97-dummy.py").write_text("# **Minutes**: 30\n")
    assert build.disagreements() == [
        "lessons/97-dummy.py needs the line '**Minutes**: 40', as crmlab/curriculum.py says.",
        "crmlab/check/dummy.py is missing: the exercises of lesson 97-dummy.",
    ]
    (house / "lessons" / "97-dummy.py").write_text("# **Minutes**: 40\n")
    (house / "crmlab/check/dummy.py").write_text("EXERCISES = {}\n")
    assert build.disagreements() == []
    (house / "README.md").write_text(build.readme(), encoding="utf-8")
    row = "| [97-dummy](notebooks/97-dummy.ipynb) | try the recipe | 40 |"
    assert row in (house / "README.md").read_text(encoding="utf-8")


def test_a_script_without_a_line_in_the_list_is_named(house):
    (house / "lessons" / "97-dummy.py").write_text("# **Minutes**: 40\n")
    said = "lessons/97-dummy.py has no line in crmlab/curriculum.py. Add one, or remove the script."
    assert build.disagreements() == [said]
    with pytest.raises(SystemExit, match=r"97-dummy\.py has no line"):
        build.build([])


def test_a_module_that_does_not_exist_is_named(house, monkeypatch):
    lost = dataclasses.replace(LIST[0], module="nowhere")
    monkeypatch.setattr(build, "LIST", (lost, *LIST[1:]))
    assert build.disagreements() == [f"crmlab/nowhere is missing: the module of {LIST[0].title}."]


@pytest.mark.parametrize(
    "name", ["README.md", "crmlab/__init__.pyi", "crmlab/check/solutions.json"]
)
def test_what_is_generated_is_compared(house, name):
    text = (house / name).read_text(encoding="utf-8")
    (house / name).write_text(text.replace("customer", "client").replace("load", "lode"))
    assert f"{name} differs from what it is made from. Run: python course.py build" in build.check(
        []
    )


def test_readme_shows_the_figure_of_the_lesson():
    pictures = [one for lesson in LESSONS for one in build.readme_pictures(read(lesson, "reader"))]
    assert pictures == [(ROOT / "README.png").read_bytes()]


def test_executing_twice_gives_the_same_bytes():
    lesson = LESSONS[0]
    fresh = [build.editions(lesson)["reader"] for _ in range(2)]
    first, second = (
        nbformat.writes(build.execute(notebook, build.NOTEBOOKS["reader"])) for notebook in fresh
    )
    assert first == second


def test_build_check_names_the_lesson_and_the_command(tmp_path, monkeypatch):
    monkeypatch.setitem(build.NOTEBOOKS, "reader", tmp_path)
    said = build.check(LESSONS[:1])
    assert said == [
        f"{LESSONS[0]}: the reader notebook differs from lessons/{LESSONS[0]}.py. "
        f"Run: python course.py build {LESSONS[0]}"
    ]


def test_an_exercise_without_its_mark_is_refused():
    cell = nbformat.v4.new_code_cell('check("0.1", 3)', metadata={"tags": ["exercise"]})
    with pytest.raises(ValueError, match="# solution"):
        build._opened(cell)


def run_lesson(*words, cwd):
    command = [sys.executable, str(ROOT / "lessons" / "run.py"), *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8")


MESSY = """\
Order No;Buyer;When;Total
1001;K-07;03/04/2025;12,50
1001;K-07;03/04/2025;3,00
1002;K-09;04/04/2025;8,00
1003;K-07;31/05/2025;-12,50
1004;;12/05/2025;4,00
1005;K-11;31/02/2025;9,00
1006;K-11;14/05/2025;nine
1007;K-11;15/06/2025;1.209,00
1008;K-12;28/08/2025;7,00
"""
COLUMNS = "Buyer=customer_id,When=date,Total=amount,Order No=order_id"


@pytest.fixture
def messy(tmp_path):
    folder = tmp_path / "my sales 销售"
    folder.mkdir()
    (folder / "sales.csv").write_text(MESSY, encoding="utf-8")
    return folder


def test_own_data_with_broken_rows_stops_and_names_them(messy):
    run = run_lesson("00", "--data", "sales.csv", "--columns", COLUMNS, "--dayfirst", cwd=messy)
    assert run.returncode == 1
    for said in (
        "transactions.customer_id: 1 of 9 rows is empty; first in line 6",
        "transactions.date: 1 of 9 rows is not a date; first in line 7: '31/02/2025'",
        "transactions.amount: 1 of 9 rows is not a number; first in line 8: 'nine'",
        "--set-aside",
    ):
        assert said in run.stderr


def test_own_data_runs_to_the_end_when_told_to_set_rows_aside(messy):
    words = ["00", "--data", "sales.csv", "--columns", COLUMNS, "--dayfirst", "--set-aside"]
    run = run_lesson(*words, cwd=messy)
    assert run.returncode == 0, run.stderr
    made = Path(run.stdout.strip())
    assert made == messy / "sales-00-customer-base.ipynb"
    notebook = nbformat.read(made, as_version=4)
    assert all(cell.execution_count for cell in code(notebook))
    shown = str([output for cell in code(notebook) for output in cell.outputs])
    assert "Set aside      3 rows of transactions" in shown
    assert "1 order with several rows (2), all kept" in shown
    assert "refunds (amount below 0): 1 row, -12.50" in shown


def test_a_lesson_without_its_table_stops_with_one_sentence(messy):
    words = ["01", "--data", "sales.csv", "--columns", COLUMNS, "--dayfirst", "--set-aside"]
    run = run_lesson(*words, cwd=messy)
    assert run.returncode == 1
    assert re.search(r"needs offers \(.*\), which is not in sales.csv", run.stderr)
    assert len(run.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["00", "--data", "none.csv"], "no file or folder 'none.csv'"),
        (["77", "--data", "sales.csv"], "no lesson '77'"),
        (["00", "--data", "sales.csv", "--columns", "Buyer"], "wants yours=ours"),
    ],
)
def test_run_refuses_what_it_cannot_do(messy, words, said):
    run = run_lesson(*words, cwd=messy)
    assert run.returncode == 1
    assert said in run.stderr


@pytest.mark.parametrize("data", ["cdnow", "cdnow-full"])
def test_the_first_lesson_runs_on_real_purchases(data):
    notebook = with_data(read(LESSONS[0], "reader"), data, {})
    build.execute(notebook, build.NOTEBOOKS["reader"])
    shown = str([output for cell in code(notebook) for output in cell.outputs])
    assert f"Customer database: {data}" in shown
