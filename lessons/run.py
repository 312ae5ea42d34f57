"""Run a lesson on your own data, into a new notebook beside the data."""

import argparse
import ast
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FORM = ("table", "sheet", "header", "encoding", "zone")
SENTENCES = ("ValueError", "DataError", "MissingTableError")  # errors that speak for themselves
# What an error calls by its name in Python, and what it is called here.
WORDS = (
    (r'bad_rows="set aside"', "--set-aside"),
    (r"dayfirst=True", "--dayfirst"),
    (r"dayfirst=False", "--no-dayfirst"),
    (r'columns=\{"([^"]*)": "([^"]*)"(?:, \.\.\.)?\}', r'--columns "\1=\2"'),
    (r'(missing|only)=\{"([^"]*)": \[?"?([^\]}"]*)"?\]?\}', r'--\1 "\2=\3"'),
    (r"guests=\[([^\]]*)\]", r"--guests \1"),
    (rf'\b({"|".join(FORM)})="?([^"\s,.;]+)"?', r"--\1 \2"),
)


def parser():
    """The command line of `course.py run`."""
    told = argparse.ArgumentParser(prog="course.py run", description=__doc__)
    told.add_argument("lesson", help="a lesson's name or number")
    add_reading(told)
    told.add_argument("--set", action="append", default=[], help="name=value, such as margin=0.25")
    told.add_argument("--force", action="store_true", help="replace the notebook of an earlier run")
    return told


def add_reading(told):
    """Options that say what to read, and how."""
    told.add_argument("--data", required=True, help="a file or a folder of tables")
    told.add_argument(
        "--columns",
        action="append",
        default=[],
        help='yours=ours,... for columns with other names; "Quantity * Price=amount" computes one',
    )
    told.add_argument(
        "--dayfirst",
        action=argparse.BooleanOptionalAction,
        help="whether 03/04/2025 means 3 April; --no-dayfirst for 4 March",
    )
    told.add_argument(
        "--set-aside", action="store_true", help="go on without the rows that cannot be read"
    )
    told.add_argument(
        "--missing", action="append", default=[], help="column=98,99: answers that are none"
    )
    told.add_argument("--only", action="append", default=[], help="column=value: rows that count")
    told.add_argument("--guests", help="ids, with commas, that stand for people unknown")
    for name in FORM:
        told.add_argument(f"--{name}", help=f"the {name} of the file, where it must be said")


def options(arguments):
    """Words for ``crm.load``, from the command line."""
    words = {}
    if arguments.columns:
        words["columns"] = dict(
            _pair(pair, "--columns", last=True)
            for given in arguments.columns
            for pair in given.split(",")
        )
    if arguments.dayfirst is not None:
        words["dayfirst"] = arguments.dayfirst
    if arguments.set_aside:
        words["bad_rows"] = "set aside"
    for name in ("missing", "only"):
        pairs = [_pair(given, f"--{name}") for given in getattr(arguments, name)]
        if pairs:
            words[name] = {column: _values(text) for column, text in pairs}
    if arguments.guests:
        words["guests"] = arguments.guests.split(",")
    for name in FORM:
        if getattr(arguments, name) is not None:
            words[name] = (
                _value(getattr(arguments, name)) if name == "header" else getattr(arguments, name)
            )
    return words


def _pair(text, option, last=False):
    """Two sides of an equals sign; the last one, where the left side may hold some."""
    left, sign, right = text.rpartition("=") if last else text.partition("=")
    if not (left.strip() and sign and right.strip()):
        sys.exit(f"{option} wants yours=ours,...; {text!r} has no '=' or an empty side.")
    return left.strip(), right.strip()


def _values(text):
    return [_value(part) for part in text.split(",")]


def _value(text):
    """A number, True or False where the text is one; else the text."""
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        return text.strip()


def assumptions(notebook, given):
    """Values for the names in a lesson's parameters cell, from ``--set``."""
    known = [name for name in _parameters(notebook) if name not in ("DATA", "OPTIONS")]
    found = {}
    for text in given:
        name, value = _pair(text, "--set")
        if name.upper() not in known:
            there = ", ".join(name.lower() for name in known) or "nothing"
            sys.exit(f"--set {name}: this lesson has no such assumption; it has {there}.")
        found[name.upper()] = _value(value)
    return found


def _tags(cell):
    return cell.metadata.get("tags", [])


def _parameters(notebook):
    cell = next(c for c in notebook.cells if "parameters" in _tags(c))
    return re.findall(r"^([A-Z_]+) = ", cell.source, flags=re.M)


def with_data(notebook, data, load_options, **values):
    """Point a lesson's parameters cell at other data, and take all stored output out."""
    values = {"DATA": data, "OPTIONS": load_options, **values}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if "parameters" in _tags(cell):
            cell.source = re.sub(
                r"^([A-Z_]+) = .*?(?=  #|$)",
                lambda line: f"{line[1]} = {values[line[1]]!r}" if line[1] in values else line[0],
                cell.source,
                flags=re.M,
            )
    return notebook


def without_missing(notebook, tables):
    """Leave out the sections that need a table which is not there."""
    notebook.cells = [
        cell
        for cell in notebook.cells
        if all(tag[6:] in tables for tag in _tags(cell) if tag.startswith("needs-"))
    ]
    return notebook


def in_words(message):
    """An error in the words of the command line."""
    for python, here in WORDS:
        message = re.sub(python, here, message)
    return message


def new_path(path, force):
    """The path itself, or the next free one: name-2, name-3."""
    free, number = path, 1
    while not force and os.path.lexists(free):
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def write(notebook, path):
    """Write a notebook whole or not at all; a link of that name is replaced, not followed."""
    import nbformat

    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, suffix=".part", encoding="utf-8", delete=False
    ) as file:
        try:
            file.write(nbformat.writes(notebook) + "\n")
        except OSError:
            os.unlink(file.name)
            raise
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def run(arguments):
    """Run the lesson; return what went wrong, or None."""
    data = Path(os.path.abspath(arguments.data))
    if not data.exists():
        sys.exit(f"There is no file or folder {arguments.data!r}.")
    if not (data.is_file() or data.is_dir()):
        sys.exit(f"{arguments.data!r} is neither a file nor a folder of data.")
    if not os.access(data.parent, os.W_OK):
        sys.exit(f"The notebook goes beside the data, and {data.parent} cannot be written.")
    import nbformat  # here, since these take seconds, and a wrong word is told at once
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    import build
    import crmlab as crm

    lesson = build.chosen(arguments.lesson)[0]
    notebook = nbformat.read(build.NOTEBOOKS["reader"] / f"{lesson}.ipynb", as_version=4)
    words = options(arguments)
    try:
        db = crm.load(data, **words)
        db.require(lesson)
    except (crm.database.DataError, ValueError, AttributeError) as error:
        return in_words(f"The lesson stopped: {error}")
    values = assumptions(notebook, arguments.set)
    notebook = without_missing(with_data(notebook, f"./{data.name}", words, **values), db.tables)
    made = data.with_name(f"{data.stem}-{lesson}.ipynb")
    stopped = None
    try:
        build.execute(notebook, data.parent, stderr=subprocess.DEVNULL)  # of its end
    except CellExecutionError as error:
        name = "" if error.ename in SENTENCES else f"{error.ename}: "
        stopped = in_words(f"The lesson stopped: {name}{error.evalue}")
    except DeadKernelError:
        stopped = "The lesson stopped: its kernel died, perhaps for want of memory."
    if stopped:
        banner = nbformat.v4.new_markdown_cell(f"> **This run stopped.** {stopped}", id="stopped")
        notebook.cells.insert(0, banner)
        made = made.with_stem(f"{made.stem}-stopped")
    made = new_path(made, arguments.force)
    write(notebook, made)
    print(made)
    return stopped


def main():
    try:
        sys.exit(run(parser().parse_args()))
    except KeyboardInterrupt:
        sys.exit("Stopped; nothing was written.")
    except OSError as error:
        sys.exit(f"The notebook could not be written: {error}")


if __name__ == "__main__":
    main()
