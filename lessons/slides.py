"""Make a deck and a handout of each lesson, for a projector without the web.

Every lesson becomes slides/NN-name.html, a deck laid out in the browser by the height that its
texts, tables and figures really have, and slides/NN-name-handout.html, one page with its take-aways
and terms; where a Chromium is found, also NN-name-handout.pdf. In a deck, "s" opens the speaker's
view, "c" shows the code behind a slide, "f" fills the screen.
"""

import argparse
import html
import re
import shutil
import subprocess

import nbformat
from nbconvert.filters import markdown2html
from pygments import lex
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, String

from build import NOTEBOOKS, ROOT, _tags, chosen

DECK = ROOT / "lessons" / "deck"
SLIDES = ROOT / "slides"
LEFT_OUT = ("Terms", "References")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def deck(notebook, title):
    """A lesson's trainer notebook as the text of one HTML page."""
    parts, left_out = [], False
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            left_out = cell.source.partition("\n")[0].lstrip("# ") in LEFT_OUT
        if not left_out:
            parts += _cell(cell)
    template = (DECK / "deck.html").read_text(encoding="utf-8")
    return template.replace("{{title}}", html.escape(title)).replace("{{cells}}", "\n".join(parts))


def _cell(cell):
    if "instructor" in _tags(cell):
        text = re.sub(r"^> ?", "", cell.source, flags=re.M)
        return [f'<aside class="notes">{markdown2html(text)}</aside>']
    if cell.cell_type == "markdown":
        return [f'<div class="md">{_without_anchors(markdown2html(cell.source))}</div>']
    source = f'<div class="source"><pre>{_coloured(cell.source)}</pre></div>'
    shown = "".join(map(_output, cell.outputs))
    if "exercise" in _tags(cell):
        number = re.search(r'^check\("([\d.]+)"', cell.source, flags=re.M)[1]
        return [f'<div class="solution"><h2>Exercise {number}, solved</h2>{source}{shown}</div>']
    return [*([f'<div class="out">{shown}</div>'] if shown else []), source]


def _output(output):
    data = output.get("data", {})
    if "image/png" in data:
        alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
        picture = data["image/png"].replace("\n", "")
        return f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{picture}">'
    if "text/html" in data:
        return f"<div>{re.sub(r'<style.*?</style>', '', data['text/html'], flags=re.S)}</div>"
    text = data.get("text/plain", output.get("text", ""))
    return f"<pre>{html.escape(text)}</pre>" if text.strip() else ""


def _without_anchors(text):
    return re.sub(r'<a class="anchor-link".*?</a>', "", text, flags=re.S)


def _coloured(source):
    kinds = ((Keyword, "k"), (String, "s"), (Comment, "c"))
    coloured = []
    for token, text in lex(source, PythonLexer(stripnl=False)):
        kind = next((name for family, name in kinds if token in family), None)
        text = html.escape(text)
        coloured.append(f'<span class="tok-{kind}">{text}</span>' if kind else text)
    return "".join(coloured).strip()


HANDOUT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A4; margin: 14mm; }}
body {{ font: 10.5pt/1.35 Arial, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  max-width: 182mm; margin: 0 auto; color: #222; }}
h1 {{ font-size: 1.8em; margin: 0 0 4pt; }} h2 {{ font-size: 1.15em; margin: 10pt 0 3pt; color: #0072b2; }}
blockquote {{ margin: 0 0 6pt; padding-left: 8pt; border-left: 3pt solid #0072b2; font-style: italic; }}
p, ul, ol {{ margin: 0 0 5pt; }} table {{ border-collapse: collapse; width: 100%; font-size: 0.86em; }}
th, td {{ text-align: left; vertical-align: top; padding: 2pt 5pt; border-bottom: 0.5pt solid #bbb; }}
td:nth-child(2) {{ white-space: nowrap; }} code {{ font-size: 0.9em; }}
</style></head><body>
{body}
<script>
for (let size = 10.5; document.body.scrollHeight > 269 * 96 / 25.4 && size > 6; size -= 0.25)
  document.body.style.fontSize = size + "pt";
</script>
</body></html>
"""


def handout(notebook, title):
    """One page of a lesson: its opening, what to take away, its terms."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    kept = texts[:1] + [text for text in texts if re.match(r"## (Take away|Terms)\b", text)]
    body = "\n".join(_without_anchors(markdown2html(text)) for text in kept)
    return HANDOUT.format(title=html.escape(title), body=body)


def prepare(folder):
    """Put what every deck needs into a folder."""
    folder.mkdir(exist_ok=True)
    shutil.copytree(DECK, folder / "deck", dirs_exist_ok=True)


def write(lesson, folder):
    """Write the deck and the handout of one lesson into a folder; return the path of the deck."""
    trainer, reader = (
        nbformat.read(NOTEBOOKS[edition] / f"{lesson}.ipynb", as_version=4)
        for edition in ("trainer", "reader")
    )
    page = folder / f"{lesson}.html"
    page.write_text(deck(trainer, lesson), encoding="utf-8", newline="\n")
    sheet = folder / f"{lesson}-handout.html"
    sheet.write_text(handout(reader, lesson), encoding="utf-8", newline="\n")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser:
        _print(browser, sheet)
    return page


def _print(browser, sheet):
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    options += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    target = sheet.with_suffix(".pdf")
    subprocess.run(
        [browser, *options, f"--print-to-pdf={target}", sheet.as_uri()],
        capture_output=True,
        check=False,
        timeout=120,
    )


def main():
    parser = argparse.ArgumentParser(
        prog="course.py slides",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("lesson", nargs="?", help="a lesson's name or number; all without one")
    names = chosen(parser.parse_args().lesson)
    prepare(SLIDES)
    for lesson in names:
        print(write(lesson, SLIDES))


if __name__ == "__main__":
    main()
