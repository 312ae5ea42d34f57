"""Make the notebooks from the lesson scripts.

Every lessons/NN-name.py (jupytext percent) becomes two executed notebooks:

- notebooks/NN-name.ipynb, for readers: exercises are open, speaker notes are left out;
- notebooks/trainer/NN-name.ipynb: solutions are filled in, speaker notes stand in place.

Also makes what follows from the one list of lessons, crmlab/curriculum.py: the table in README.md,
the course plan, the trainer's concepts and quiz (see pages.py), the stub crmlab/__init__.pyi and
crmlab/check/solutions.json; environment.yml from pyproject.toml; and README.png from the cell
tagged ``readme``. Two builds in a row give the same bytes.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import tomllib
from base64 import b64decode
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tqdm.auto import tqdm

import crmlab
import pages
from crmlab.check import SOLUTIONS
from crmlab.curriculum import LESSONS as LIST

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "lessons"
NOTEBOOKS = {"reader": ROOT / "notebooks", "trainer": ROOT / "notebooks" / "trainer"}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
SLIDE_HEIGHT = 690
FRAMES = 'class="frames"'
ALT_TEXT = "from crmlab import style\nstyle.describe_figures()\ndel style"
CONDA_NAMES = {"duckdb": "python-duckdb", "matplotlib": "matplotlib-base"}


def lessons():
    """Titles of all lessons, in order."""
    return [lesson.title for lesson in LIST]


def editions(lesson):
    """Both editions of a lesson, not executed, a dict from edition to notebook."""
    script = jupytext.read(LESSONS / f"{lesson}.py", fmt="py:percent")
    reader = [_opened(cell) for cell in script.cells if "instructor" not in _tags(cell)]
    trainer = [_plain(cell) for cell in script.cells]
    return {"reader": _notebook(lesson, reader), "trainer": _notebook(lesson, trainer)}


def _notebook(lesson, cells):
    for index, cell in enumerate(cells):
        cell.id = hashlib.sha1(f"{lesson}:{index}".encode()).hexdigest()[:8]
        if cell.cell_type == "markdown":
            cell.source = _with_terms(cell.source)
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def _plain(cell):
    """Copy a cell, keeping no metadata but its tags; a speaker note is marked as one."""
    kept = {"tags": cell.metadata["tags"]} if "tags" in cell.metadata else {}
    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    source = cell.source
    if "instructor" in _tags(cell):
        source = "\n".join(f"> {line}".rstrip() for line in f"**Trainer** {source}".splitlines())
    return make[cell.cell_type](source, metadata=kept)


def _opened(cell):
    """Copy a cell; in an exercise, what stands from ``# solution`` to ``check(`` is taken out."""
    cell = _plain(cell)
    if "exercise" in _tags(cell):
        cell.source, found = re.subn(
            r"^# solution\n.*?(?=^check\()", "answer = ...\n", cell.source, flags=re.M | re.S
        )
        if found != 1:
            raise ValueError(f"an exercise needs '# solution' before 'check(':\n{cell.source}")
    else:
        cell.source = cell.source.replace("# solution\n", "")
    return cell


def _with_terms(source):
    """Write the table of terms where a lesson says ``<!-- terms: one; another -->``."""

    def table(match):
        rows = ["| term | 中文 | in code | meaning |", "|---|---|---|---|"]
        for name in re.split(r";\s*", match[1].strip()):
            if name not in known:
                raise ValueError(f"data/terms.csv has no term {name!r}")
            term = known[name]
            code = f"`{term['code']}`" if term["code"] else ""
            rows.append(f"| {name} | {term['chinese']} | {code} | {term['definition']} |")
        return "\n".join(rows)

    known = pages.terms()
    return re.sub(r"<!-- terms:(.*?)-->", table, source, flags=re.S)


def mark_slides(notebook):
    """Mark an executed notebook for JupyterLab's slideshow.

    A slide starts at each heading, at each figure after the first and where the height of what was
    shown would pass the slide. Cells that go on carry no mark.
    """
    used = figures = 0
    for cell in notebook.cells:
        cell.metadata.pop("slideshow", None)
        if "instructor" in _tags(cell):
            cell.metadata["slideshow"] = {"slide_type": "notes"}
            continue
        height, draws = _height(cell), _figures(cell)
        kind = None
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            kind = "slide"
        elif used and (used + height > SLIDE_HEIGHT or figures + draws > 1):
            kind = "subslide"
        if kind:
            cell.metadata["slideshow"] = {"slide_type": kind}
            used = figures = 0
        used, figures = used + height, figures + draws
    return notebook


def _height(cell):
    """Pixels a cell takes on a slide of 1280 x 720, from its text and what it showed."""
    if cell.cell_type == "markdown":
        lines = [len(line) // 95 + 1 for line in cell.source.splitlines() if line.strip()]
        return 34 * sum(lines) + 14 * cell.source.count("\n\n")
    height = 24 + 22 * len(cell.source.splitlines())
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/png" in data or FRAMES in data.get("text/html", ""):
            height += 500
        elif "text/html" in data:
            height += 34 * data["text/html"].count("<tr")
        else:
            height += 24 * (data.get("text/plain", output.get("text", "")).count("\n") + 1)
    return height


def _figures(cell):
    shown = [output.get("data", {}) for output in cell.get("outputs", [])]
    return sum("image/png" in data or FRAMES in data.get("text/html", "") for data in shown)


def _tags(cell):
    return cell.metadata.get("tags", [])


def execute(notebook, folder, **kernel):
    """Run a notebook's cells in place, in the given folder, and drop what differs from run to run.

    That is the metadata, and all output of cells tagged ``nbval-ignore-output``, such as sliders.
    Further words, such as ``stderr``, are for the process of the kernel.
    """
    first = nbformat.v4.new_code_cell(ALT_TEXT)
    client = NotebookClient(
        nbformat.v4.new_notebook(cells=[first, *notebook.cells]),
        kernel_name=KERNEL["name"],
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    with client.setup_kernel(**kernel):
        for place, cell in enumerate(client.nb.cells):
            client.execute_cell(cell, place, store_history=cell is not first)
    for cell in notebook.cells:
        if "nbval-ignore-output" in _tags(cell):
            cell.outputs = []
    notebook.metadata = {"kernelspec": KERNEL}
    return notebook


def generated():
    """What is made from other files: a dict from path to text."""
    return {
        ROOT / "environment.yml": environment(),
        ROOT / "README.md": readme(),
        ROOT / "crmlab" / "__init__.pyi": stub(),
        SOLUTIONS: solutions(),
        NOTEBOOKS["reader"] / "start-here.ipynb": pages.start(),
        NOTEBOOKS["trainer"] / "concepts.md": pages.concepts(),
        NOTEBOOKS["trainer"] / "quiz.md": pages.quiz(),
    }


def readme():
    """README.md with its table of lessons, made from the list."""
    table = "\n".join(pages.table_of_lessons("notebooks/"))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    marks = r"(<!-- lessons -->\n).*?(\n<!-- end of lessons -->)"
    return re.sub(marks, lambda m: m[1] + table + m[2], text, count=1, flags=re.S)


def stub():
    """Text of crmlab/__init__.pyi, which tells editors of the rooms that load when named."""
    lines = ["# Made by `python course.py build` from the folder crmlab."]
    lines += [f"from crmlab import {room} as {room}" for room in crmlab._ROOMS]
    lines += [f"from crmlab.{room} import {n} as {n}" for n, room in crmlab._NAMES.items()]
    return "\n".join([*lines, ""])


def solutions():
    """Text of crmlab/check/solutions.json: the code that solves each exercise."""
    found = {}
    for lesson in lessons():
        path = LESSONS / f"{lesson}.py"
        script = path.read_text(encoding="utf-8") if path.exists() else ""
        for code, number in re.findall(
            r'^# solution\n(.*?)^check\("([\d.]+)"', script, flags=re.M | re.S
        ):
            found[number] = code.strip()
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def environment():
    """Text of environment.yml, from the dependencies in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = [re.sub(r"^[\w-]+", lambda m: CONDA_NAMES.get(m[0], m[0]), one) for one in wanted]
    lines = ["# Made from pyproject.toml by `python course.py build`.", "name: crmlab"]
    lines += ["channels:", "  - conda-forge", "dependencies:"]
    lines += [f"  - python{project['requires-python']}", *(f"  - {one}" for one in sorted(names))]
    lines += ["  - pip", "  - pip:", "      - -e .", ""]
    return "\n".join(lines)


def differences(lesson):
    """Editions of a lesson whose notebook is missing or no longer says what the script says."""
    stale = []
    for edition, fresh in editions(lesson).items():
        path = NOTEBOOKS[edition] / f"{lesson}.ipynb"
        if not path.exists() or _said(nbformat.read(path, as_version=4)) != _said(fresh):
            stale.append(edition)
    return stale


def _said(notebook):
    return [(c.id, c.cell_type, c.source, _tags(c)) for c in notebook.cells]


def check(names):
    """Compare lessons with their notebooks; return a sentence for each difference."""
    found = [
        f"{name}: the {edition} notebook differs from lessons/{name}.py. "
        f"Run: python course.py build {name}"
        for name in names
        for edition in differences(name)
    ]
    found += [
        f"{path.relative_to(ROOT)} differs from what it is made from. Run: python course.py build"
        for path, text in generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    return [*disagreements(), *found]


def disagreements():
    """Where the list of lessons, the scripts and the exercises do not agree, a sentence each."""
    scripts = {path.stem for path in LESSONS.glob("[0-9][0-9]-*.py")}
    found = [
        f"lessons/{title}.py has no line in crmlab/curriculum.py. Add one, or remove the script."
        for title in sorted(scripts - set(lessons()))
    ]
    for lesson in LIST:
        script, exercises = LESSONS / f"{lesson.title}.py", f"crmlab/check/{lesson.exercises}.py"
        if lesson.title not in scripts:
            found.append(f"lessons/{lesson.title}.py is missing; crmlab/curriculum.py lists it.")
            continue
        minutes = re.search(r"\*\*Minutes\*\*: (\d+)", script.read_text(encoding="utf-8"))
        if minutes is None or int(minutes[1]) != lesson.minutes:
            found.append(
                f"lessons/{lesson.title}.py needs the line '**Minutes**: {lesson.minutes}', as "
                "crmlab/curriculum.py says."
            )
        if not (ROOT / exercises).exists():
            found.append(f"{exercises} is missing: the exercises of lesson {lesson.title}.")
        if lesson.module not in crmlab._ROOMS:
            found.append(f"crmlab/{lesson.module} is missing: the module of {lesson.title}.")
    return found


def build(names):
    """Make and execute both notebooks of the given lessons, and all other generated files."""
    if wrong := disagreements():
        sys.exit("\n".join(wrong))
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8", newline="\n")
    jobs = [(name, *pair) for name in names for pair in editions(name).items()]
    for name, edition, notebook in tqdm(jobs, unit="notebook"):
        folder = NOTEBOOKS[edition]
        folder.mkdir(parents=True, exist_ok=True)
        try:
            text = nbformat.writes(mark_slides(execute(notebook, folder))) + "\n"
        except CellExecutionError as error:
            sys.exit(f"{name}, {edition} edition, stopped.\n{error}")
        (folder / f"{name}.ipynb").write_text(text, encoding="utf-8", newline="\n")
        for picture in readme_pictures(notebook):
            (ROOT / "README.png").write_bytes(picture)


def readme_pictures(notebook):
    """Pictures of the cells tagged ``readme``, as PNG bytes."""
    outputs = [out for cell in notebook.cells if "readme" in _tags(cell) for out in cell.outputs]
    return [
        b64decode(out.data["image/png"]) for out in outputs if "image/png" in out.get("data", {})
    ]


def chosen(word):
    """Names of the lessons meant by a word: all, one by its name, or one by its number."""
    known = lessons()
    names = [name for name in known if word is None or name == word or name[:2] == word]
    if not names:
        sys.exit(f"There is no lesson {word!r}. There are: {', '.join(known)}.")
    return names


def main():
    parser = argparse.ArgumentParser(prog="course.py build", description=__doc__.split("\n")[0])
    parser.add_argument("lesson", nargs="?", help="a lesson's name or number; all without one")
    parser.add_argument("--check", action="store_true", help="only compare, change nothing")
    arguments = parser.parse_args()
    os.environ["PYTHONHASHSEED"] = "0"
    names = chosen(arguments.lesson)
    if not arguments.check:
        return build(names)
    found = check(names)
    sys.exit("\n".join(found) or None)


if __name__ == "__main__":
    main()
