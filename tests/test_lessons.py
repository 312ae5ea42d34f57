"""Every lesson: built from its script, run whole, in the shape that readers can rely on."""

import ast
import dataclasses
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from crmlab.check import exercises
from crmlab.curriculum import LESSONS as LIST
from crmlab.curriculum import ROUTES, Lesson

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lessons"))

import build  # noqa: E402
import pages  # noqa: E402
import run  # noqa: E402

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
        assert sorted(path.stem for path in folder.glob("[0-9]*.ipynb")) == LESSONS


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


def prose(notebook):
    """What a reader reads, without tables, listings, terms and references."""
    texts = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    kept = [text for text in texts if not text.startswith(("## Terms", "## References"))]
    return re.sub(r"```.*?```|^\|.*?$", "", "\n\n".join(kept), flags=re.M | re.S)


def worked(notebook):
    """Code cells but for the parameters, the loading and the exercises."""
    return [
        cell
        for cell in code(notebook)
        if not {"parameters", "exercise"} & set(build._tags(cell))
        and "crm.load(" not in cell.source
    ]


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_keeps_its_length(lesson):
    text = prose(read(lesson, "reader"))
    assert 900 <= len(text.split()) <= 1900
    said = re.split(r"(?<=[.!?])\s+|\n\s*\n|\n- ", re.sub(r"[`*_#>$]", "", text))
    lengths = [len(sentence.split()) for sentence in said if sentence.split()]
    assert statistics.median(lengths) >= 9
    assert sum(length <= 4 for length in lengths) <= 0.17 * len(lengths)


@pytest.mark.parametrize("lesson", LESSONS)
def test_code_needs_no_trick_and_shows_one_thing(lesson):
    cells = worked(read(lesson, "reader"))
    lengths = [len(cell.source.splitlines()) for cell in cells]
    assert max(lengths) <= 8
    assert statistics.median(lengths) <= 4
    for cell in cells:
        assert not re.search(r"\}\s*\|\s*\{|for .+ in .+ for .+ in|:=", cell.source), cell.source
        assert sum(output.output_type != "stream" for output in cell.outputs) <= 1, cell.source


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_term_is_named_where_it_is_taught(lesson):
    notebook = read(lesson, "reader")
    glossary = next(c.source for c in notebook.cells if c.source.startswith("## Terms"))
    named = [row.split("|")[1].strip() for row in re.findall(r"^\| .*", glossary, flags=re.M)[1:]]
    assert 5 <= len(named) <= 14
    text = " ".join(prose(notebook).lower().split())
    assert [term for term in named if term.lower() not in text] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_trainer_has_a_clock_that_adds_up(lesson):
    notes = [c.source for c in read(lesson, "trainer").cells if "instructor" in build._tags(c)]
    first = " ".join(notes[0].replace(">", " ").split())
    clock = re.search(r"Clock: (.*?)\.", first)[1]
    minutes = [int(part.split()[-1]) for part in clock.split(",")]
    listed = next(one.minutes for one in LIST if one.title == lesson)
    assert sum(minutes) == listed
    assert 35 <= listed <= 50


@pytest.mark.parametrize("lesson", LESSONS)
def test_first_code_cell_holds_the_parameters(lesson):
    first = code(read(lesson, "reader"))[0]
    assert first.metadata["tags"] == ["parameters"]
    names = re.findall(r"^(\w+) = ", first.source, flags=re.M)
    assert names[:2] == ["DATA", "OPTIONS"]
    assert all(name.isupper() for name in names)


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
    for folder in ("lessons", "crmlab/check", "notebooks", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name in ("README.md", "pyproject.toml", "environment.yml", "crmlab/__init__.pyi"):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "LESSONS", tmp_path / "lessons")
    monkeypatch.setattr(build, "SOLUTIONS", tmp_path / "crmlab/check/solutions.json")
    for edition, folder in (("reader", "notebooks"), ("trainer", "notebooks/trainer")):
        monkeypatch.setitem(build.NOTEBOOKS, edition, tmp_path / folder)
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    return tmp_path


NEW = Lesson("97", "dummy", "0", "database", 40, "try the recipe")


def test_a_line_in_the_list_asks_by_name_for_what_it_lacks(house, monkeypatch):
    assert build.disagreements() == []
    for place in (build, pages):
        monkeypatch.setattr(place, "LIST" if place is build else "LESSONS", (*LIST, NEW))
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
    "name",
    [
        *("README.md", "crmlab/__init__.pyi", "crmlab/check/solutions.json"),
        *(
            "notebooks/start-here.ipynb",
            "notebooks/trainer/concepts.md",
            "notebooks/trainer/quiz.md",
        ),
    ],
)
def test_what_is_generated_is_compared(house, name):
    text = (house / name).read_text(encoding="utf-8")
    (house / name).write_text(text.replace("customer", "client").replace("load", "lode"))
    assert f"{name} differs from what it is made from. Run: python course.py build" in build.check(
        []
    )


def test_the_quiz_asks_five_questions_a_part_and_answers_each():
    text = pages.quiz()
    asked = re.findall(r"^\*\*(\d\.\d)\*\*", text, flags=re.M)
    parts = {one.part for one in LIST}
    assert asked == [f"{part}.{number}" for part in sorted(parts) for number in range(1, 6)]
    answers = dict(pair.split() for pair in text.rstrip().splitlines()[-1].split(", "))
    assert list(answers) == asked
    known = pages.terms()
    for number, letter in answers.items():
        block = text.split(f"**{number}** ")[1].split("**")[0]
        right = re.search(rf"^- {letter}\) (.*)$", block, flags=re.M)[1]
        if meant := re.match(r"Which term means this: (.*)\?", block):
            assert known[right]["definition"].rstrip(".") == meant[1]
        else:
            said = re.search(r"“(.*)”", block)[1]
            assert said in pages.take_aways(right)


def test_every_concept_stands_in_both_languages_with_its_lesson():
    text = pages.concepts()
    for name, row in pages.terms().items():
        assert f"| {name} | {row['chinese']} | {row['first_lesson']} |" in text
        assert row["first_lesson"] in LESSONS


def test_routes_are_made_of_lessons_and_their_hours_add_up():
    minutes = {one.number: one.minutes for one in LIST}
    text = pages.start()
    for name, numbers in ROUTES.items():
        assert name in text
        assert f"{sum(minutes[number] for number in numbers) / 60:.1f} |" in text
    assert list(ROUTES["A term for students"]) == list(minutes)


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
    monkeypatch.setattr(build, "generated", dict)
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
    words = ["10", "--data", "sales.csv", "--columns", COLUMNS, "--dayfirst", "--set-aside"]
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


def made_by(run):
    assert run.returncode == 0, run.stderr
    return Path(run.stdout.strip())


GOOD = ["00", "--data", "sales.csv", "--columns", COLUMNS, "--dayfirst", "--set-aside"]


def test_a_second_run_keeps_the_notebook_of_the_first(messy):
    first = made_by(run_lesson(*GOOD, cwd=messy))
    first.write_text("mine", encoding="utf-8")
    assert made_by(run_lesson(*GOOD, cwd=messy)).name == "sales-00-customer-base-2.ipynb"
    assert first.read_text(encoding="utf-8") == "mine"
    assert made_by(run_lesson(*GOOD, "--force", cwd=messy)) == first
    assert first.read_text(encoding="utf-8") != "mine"


def test_a_link_in_the_way_is_not_followed(messy, tmp_path):
    target = tmp_path / "precious"
    target.write_text("kept")
    (messy / "sales-00-customer-base.ipynb").symlink_to(target)
    made_by(run_lesson(*GOOD, "--force", cwd=messy))
    assert target.read_text() == "kept"
    assert not (messy / "sales-00-customer-base.ipynb").is_symlink()


def test_a_run_that_is_refused_leaves_nothing_behind(messy):
    run = run_lesson("00", "--data", "sales.csv", cwd=messy)
    assert run.returncode == 1
    assert "--columns" in run.stderr
    assert [path.name for path in messy.iterdir()] == ["sales.csv"]


def test_a_run_that_stops_says_so_in_a_notebook_of_its_own(messy, monkeypatch, capsys):
    def stop(notebook, folder, **kernel):
        assert not any(cell.get("outputs") for cell in notebook.cells)
        raise CellExecutionError("traceback", "ValueError", "pass dayfirst=True or")

    monkeypatch.setattr(build, "execute", stop)
    monkeypatch.chdir(messy)
    assert run.run(run.parser().parse_args(GOOD)) == "The lesson stopped: pass --dayfirst or"
    made = messy / "sales-00-customer-base-stopped.ipynb"
    assert Path(capsys.readouterr().out.strip()) == made
    first = nbformat.read(made, as_version=4).cells[0].source
    assert first == "> **This run stopped.** The lesson stopped: pass --dayfirst or"
    assert "34,822" not in made.read_text(encoding="utf-8")


def test_an_error_that_is_no_sentence_is_named(messy, monkeypatch):
    def stop(notebook, folder, **kernel):
        raise CellExecutionError("traceback", "KeyError", "'high'")

    monkeypatch.setattr(build, "execute", stop)
    monkeypatch.chdir(messy)
    assert run.run(run.parser().parse_args(GOOD)) == "The lesson stopped: KeyError: 'high'"


def test_a_file_named_like_a_shipped_one_is_the_readers_own(messy):
    folder = messy / "lantern"
    folder.mkdir()
    text = "customer_id,date,amount\nA,2025-01-01,5\nA,2025-03-01,5\nB,2025-02-01,7\n"
    (folder / "transactions.csv").write_text(text)
    made = made_by(run_lesson("00", "--data", "./lantern", cwd=messy))
    assert "3 rows" in made.read_text(encoding="utf-8")


def test_sections_without_their_table_are_left_out():
    def cell(text, *tags):
        return nbformat.v4.new_markdown_cell(text, metadata={"tags": list(tags)})

    notebook = nbformat.v4.new_notebook(
        cells=[cell("all"), cell("truth", "needs-truth"), cell("survey", "needs-survey")]
    )
    kept = run.without_missing(notebook, {"transactions": 1, "survey": 2})
    assert [one.source for one in kept.cells] == ["all", "survey"]


def test_assumptions_are_set_by_name():
    source = 'DATA = "lantern"\nOPTIONS = {}\nMARGIN = 0.3  # share of sales\nBRAND = "us"'
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})]
    )
    values = run.assumptions(notebook, ["margin=0.25", "brand=Bean & Co"])
    changed = run.with_data(notebook, "./x.csv", {"dayfirst": True}, **values).cells[0].source
    assert changed.splitlines() == [
        "DATA = './x.csv'",
        "OPTIONS = {'dayfirst': True}",
        "MARGIN = 0.25  # share of sales",
        "BRAND = 'Bean & Co'",
    ]
    with pytest.raises(SystemExit, match=r"--set magrin: .* it has margin, brand"):
        run.assumptions(notebook, ["magrin=0.25"])


@pytest.mark.parametrize(
    ("python", "here"),
    [
        ('load the others with bad_rows="set aside": ', "load the others with --set-aside: "),
        ("Pass dayfirst=True if, dayfirst=False if", "Pass --dayfirst if, --no-dayfirst if"),
        ('columns={"their name": "customer_id"}.', '--columns "their name=customer_id".'),
        ('say encoding="cp1252".', "say --encoding cp1252."),
        ('name it: table="survey".', "name it: --table survey."),
        ('only={"currency": "GBP"}', '--only "currency=GBP"'),
        ('missing={"wait": [98, 99]}', '--missing "wait=98, 99"'),
    ],
)
def test_errors_speak_the_words_of_the_command_line(python, here):
    assert run.in_words(python) == here


def test_the_command_line_becomes_words_for_the_loader():
    words = ["00", "--data", "x.csv", "--columns", "a=customer_id,b=date", "--columns"]
    words += ["Quantity * UnitPrice=amount", "--missing", "wait=98,99", "--only", "currency=GBP"]
    words += ["--guests", "0,GUEST", "--sheet", "Data", "--header", "3", "--no-dayfirst"]
    assert run.options(run.parser().parse_args(words)) == {
        "columns": {"a": "customer_id", "b": "date", "Quantity * UnitPrice": "amount"},
        "dayfirst": False,
        "missing": {"wait": [98, 99]},
        "only": {"currency": ["GBP"]},
        "guests": ["0", "GUEST"],
        "sheet": "Data",
        "header": 3,
    }


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_is_found_before_the_lesson_runs(messy):
    messy.chmod(0o500)
    run = run_lesson(*GOOD, cwd=messy)
    messy.chmod(0o700)
    assert run.returncode == 1
    assert "cannot be written" in run.stderr


def test_words_are_read_before_anything_large_is_imported():
    code = (
        "import sys, run\n"
        "for words in (['--help'], ['00'], ['00', '--data', 'none.csv']):\n"
        "    sys.argv[1:] = words\n"
        "    try:\n"
        "        run.main()\n"
        "    except SystemExit:\n"
        "        pass\n"
        "large = {'crmlab', 'pandas', 'nbformat', 'nbclient', 'jupytext'}\n"
        "sys.exit(' '.join(large & set(sys.modules)) or None)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT / "lessons", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "usage: course.py run" in done.stdout


def test_a_device_is_no_data():
    run = run_lesson("00", "--data", os.devnull, cwd=ROOT)
    assert run.returncode == 1
    assert "neither a file nor a folder of data" in run.stderr


def test_a_full_disk_leaves_no_half_notebook(messy, monkeypatch):
    def full(notebook):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(nbformat, "writes", full)
    with pytest.raises(OSError, match="No space"):
        run.write(nbformat.v4.new_notebook(), messy / "made.ipynb")
    assert [path.name for path in messy.iterdir()] == ["sales.csv"]


@pytest.mark.parametrize("data", ["cdnow", "cdnow-full"])
def test_the_first_lesson_runs_on_real_purchases(data):
    notebook = run.with_data(read(LESSONS[0], "reader"), data, {})
    build.execute(notebook, build.NOTEBOOKS["reader"])
    shown = str([output for cell in code(notebook) for output in cell.outputs])
    assert f"Customer database: {data}" in shown
