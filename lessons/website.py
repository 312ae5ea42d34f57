"""Make the site: lessons, reference, terms and reproduced numbers, in one folder without the web.

Lessons come from the notebooks as they are committed and are not run again; the reference comes
from the docstrings, the rest from lessons/book. Open site/index.html, or put the folder site on
any host of static files. Decks and handouts are taken along if `python course.py slides` made them.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

import reference
import reproduced
from build import NOTEBOOKS, ROOT, _tags, lessons
from crmlab.curriculum import LESSONS, PARTS

BOOK = ROOT / "lessons" / "book"
SITE = ROOT / "site"
SLIDES = ROOT / "slides"
LOCK = ROOT / "requirements-site.lock"
MATHJAX = ROOT / "lessons" / "deck" / "vendor" / "mathjax.js"
SPHINX = ("-W", "-n", "--keep-going", "-q", "-b", "html")
UNUSED = ("_sources", "webpack-macros.html")
CARDS = ("lantern", "cdnow", "forms")


def install():
    """Install what makes the site, once, beside what the course needs."""
    stamp = Path(sys.prefix) / "site-set-up-for"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("Installing what makes the site. This happens once.", file=sys.stderr, flush=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if subprocess.call([*pip, "--require-hashes", "-r", str(LOCK)]):
        sys.exit("The set-up stopped; the lines above say why. The same command takes it up again.")
    stamp.write_text(wanted, encoding="utf-8")


def source(folder, decks):
    """Write all that Sphinx reads into a folder."""
    shutil.copytree(BOOK, folder, dirs_exist_ok=True)
    static = folder / "_static"
    static.mkdir()
    shutil.move(folder / "book.css", static)
    shutil.copy(MATHJAX, static)
    shutil.copy(ROOT / "README.png", folder)
    for name in ("lessons", "reference", "data"):
        (folder / name).mkdir()
    for title in lessons():
        (folder / "lessons" / f"{title}.ipynb").write_text(
            nbformat.writes(lesson(title, decks)), encoding="utf-8"
        )
    for room in reference.ROOMS:
        _write(folder / "reference" / f"{room}.rst", reference.room_page(room))
    for card in CARDS:
        shutil.copy(ROOT / "data" / card / "README.md", folder / "data" / f"{card}.md")
    for name, text in made(decks).items():
        _write(folder / name, text)


def _write(path, text):
    path.write_text(text, encoding="utf-8", newline="\n")


def made(decks):
    """Pages made from other files: a dict from path to text."""
    return {
        "start.md": start(),
        "lessons/index.md": contents(),
        "reference/index.md": rooms(),
        "terms.md": reference.terms_page(),
        "numbers.md": reproduced.page(),
        "quiz.md": (NOTEBOOKS["trainer"] / "quiz.md").read_text(encoding="utf-8"),
        "decks.md": deck_page(decks),
        "benchmarks.md": outside("benchmarks/README.md"),
        "house.md": outside("CONTRIBUTING.md"),
    }


def lesson(title, decks):
    """The reader's notebook of a lesson, with each solution folded under its exercise."""
    reader, trainer = (
        nbformat.read(NOTEBOOKS[edition] / f"{title}.ipynb", as_version=4)
        for edition in ("reader", "trainer")
    )
    solved = {number(cell): cell for cell in trainer.cells if "exercise" in _tags(cell)}
    cells = []
    for cell in reader.cells:
        cell.metadata.pop("slideshow", None)
        cells.append(cell)
        if "exercise" in _tags(cell):
            cell.outputs = []
            cells.append(nbformat.v4.new_markdown_cell(folded(solved[number(cell)])))
        elif cell.cell_type == "code":
            _describe(cell)
        else:
            cell.source = _chinese_unbroken(cell.source)
    if title in decks:
        cells[0].source += "\n\n" + deck_links(title, "../")
    kernel = {"kernelspec": reader.metadata["kernelspec"]}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def number(cell):
    """The number of an exercise, as its cell says."""
    return re.search(r'^check\("([\d.]+)"', cell.source, flags=re.M)[1]


def folded(cell):
    """The solution of an exercise, in a box that opens at a click."""
    code = cell.source.replace("# solution\n", "", 1).strip()
    parts = ['<details class="solution">', f"<summary>Solution {number(cell)}</summary>", ""]
    return "\n".join([*parts, "```python", code, "```", "", "</details>"])


def _describe(cell):
    """Hand a figure's alternative text on to the site."""
    alts = [one.get("metadata", {}).get("image/png", {}).get("alt") for one in cell.outputs]
    if any(alts):
        cell.metadata["mystnb"] = {"image": {"alt": next(filter(None, alts))}}


def _chinese_unbroken(text):
    """Mark the Chinese column of a table of terms, so that it is not broken by character."""
    return re.sub(
        r"^(\| [^|]+ \| )([^|]*[\u4e00-\u9fff][^|]*?)( \|)",
        lambda found: found[1] + reference.chinese(found[2]) + found[3],
        text,
        flags=re.M,
    )


def start():
    """The plan of the course, from notebooks/start-here.ipynb."""
    notebook = nbformat.read(NOTEBOOKS["reader"] / "start-here.ipynb", as_version=4)
    text = "\n\n".join(cell.source for cell in notebook.cells)
    text = re.sub(r"\]\((\d\d-[\w-]+)\.ipynb\)", r"](lessons/\1.ipynb)", text)
    return text + "\n"


def contents():
    """The list of lessons, by part."""
    lines = ["# Lessons", ""]
    lines += ["Each lesson answers one question and stands alone. Its results are in place.", ""]
    for part, name in PARTS.items():
        taught = [one for one in LESSONS if one.part == part]
        lines += [f"## {name}", ""]
        lines += [f"- [{one.title}]({one.title}.ipynb): {one.outcome}" for one in taught]
        lines += ["", "```{toctree}", ":hidden:", f":caption: {name}", ""]
        lines += [*(one.title for one in taught), "```", ""]
    return "\n".join(lines)


def rooms():
    """The list of rooms of the package."""
    lines = ["# Reference", "", "`import crmlab as crm` gives every room by its name.", ""]
    lines += ["| room | |", "|---|---|"]
    for room in reference.ROOMS:
        first = (sys.modules[f"crmlab.{room}"].__doc__ or "").strip().partition("\n")[0]
        lines.append(f"| [`{room}`]({room}.rst) | {first} |")
    lines += ["", "```{toctree}", ":hidden:", "", *reference.ROOMS, "```", ""]
    return "\n".join(lines)


def deck_links(title, up):
    """Links to the deck and the handout of a lesson."""
    links = {"Slides": f"{title}.html", "Handout": f"{title}-handout.html"}
    if (SLIDES / f"{title}-handout.pdf").exists():
        links["Handout to print"] = f"{title}-handout.pdf"
    written = [f'<a href="{up}slides/{one}">{name}</a>' for name, one in links.items()]
    return " · ".join(written)


def deck_page(decks):
    """The list of decks and handouts, or how to make them."""
    lines = ["# Decks and handouts", ""]
    if decks:
        lines += [
            "In a deck, `s` opens the speaker's view, `c` shows the code, `f` fills the screen."
        ]
        lines += ["", *(f"- {title}: {deck_links(title, '')}" for title in decks), ""]
    if len(decks) < len(LESSONS):
        lines += ["`python course.py slides` makes a deck and a handout of each lesson."]
        lines += ["Make the site again afterwards, and this page lists all of them.", ""]
    return "\n".join(lines)


def outside(name):
    """A page of the repository; what it links outside the site stands as a name only."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.sub(r"\[([^\]]+)\]\((?!https?:|#)[^)]+\)", r"\1", text)


def built_decks():
    """Titles of the lessons whose deck was made."""
    return [title for title in lessons() if (SLIDES / f"{title}.html").exists()]


def build(target, decks):
    """Make the site in a folder, in place of what was there; every warning is an error."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        source(folder / "source", decks)
        words = [*SPHINX, "-d", folder / "read", folder / "source", folder / "html"]
        if code := subprocess.call([sys.executable, "-m", "sphinx", *map(str, words)]):
            sys.exit(code)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder / "html", target, ignore=shutil.ignore_patterns(*UNUSED))
    if decks:
        template = shutil.ignore_patterns("deck.html")
        shutil.copytree(SLIDES / "deck", target / "slides" / "deck", ignore=template)
        for title in decks:
            for path in SLIDES.glob(f"{title}*"):
                shutil.copy(path, target / "slides")
    return target / "index.html"


def main():
    parser = argparse.ArgumentParser(
        prog="course.py site",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    install()
    print(build(SITE, built_decks()))


if __name__ == "__main__":
    main()
