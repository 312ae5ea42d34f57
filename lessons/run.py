"""Run a lesson on your own data, into a new notebook beside the data."""

import argparse
import re
import sys
from pathlib import Path

import nbformat
from build import NOTEBOOKS, chosen, execute
from nbclient.exceptions import CellExecutionError


def options(arguments):
    """Words for ``crm.load``, from the command line."""
    chosen_options = {}
    if arguments.columns:
        pairs = [pair.partition("=")[::2] for pair in arguments.columns.split(",")]
        broken = [yours for yours, ours in pairs if not (yours.strip() and ours.strip())]
        if broken:
            sys.exit(f"--columns wants yours=ours,...; {broken[0]!r} has no '=' or an empty side.")
        chosen_options["columns"] = {yours.strip(): ours.strip() for yours, ours in pairs}
    if arguments.dayfirst is not None:
        chosen_options["dayfirst"] = arguments.dayfirst
    if arguments.set_aside:
        chosen_options["bad_rows"] = "set aside"
    return chosen_options


def with_data(notebook, data, load_options):
    """Point a lesson's parameters cell at other data."""
    values = {"DATA": data, "OPTIONS": load_options}
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = re.sub(
                r"^(DATA|OPTIONS) = .*",
                lambda line: f"{line[1]} = {values[line[1]]!r}",
                cell.source,
                flags=re.M,
            )
    return notebook


def main():
    parser = argparse.ArgumentParser(prog="course.py run", description=__doc__)
    parser.add_argument("lesson", help="a lesson's name or number")
    parser.add_argument("--data", required=True, help="a file or a folder of tables")
    parser.add_argument("--columns", help="yours=ours,... for columns with other names")
    parser.add_argument(
        "--dayfirst",
        action=argparse.BooleanOptionalAction,
        help="whether 03/04/2025 means 3 April; --no-dayfirst for 4 March",
    )
    parser.add_argument(
        "--set-aside", action="store_true", help="go on without the rows that cannot be read"
    )
    arguments = parser.parse_args()
    data = Path(arguments.data).resolve()
    if not data.exists():
        sys.exit(f"There is no file or folder {arguments.data!r}.")
    lesson = chosen(arguments.lesson)[0]
    notebook = nbformat.read(NOTEBOOKS["reader"] / f"{lesson}.ipynb", as_version=4)
    notebook = with_data(notebook, data.name, options(arguments))
    made = data.with_name(f"{data.stem}-{lesson}.ipynb")
    stopped = None
    try:
        execute(notebook, data.parent)
    except CellExecutionError as error:
        stopped = f"The lesson stopped: {error.evalue}"
        if 'bad_rows="set aside"' in error.evalue:
            stopped += "\nHere that is the option --set-aside."
    nbformat.write(notebook, made)
    print(made)
    sys.exit(stopped)


if __name__ == "__main__":
    main()
