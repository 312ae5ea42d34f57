"""Every reader's notebook in JupyterLab, in a real browser: run to the end, seen, without the web.

Needs playwright and a Chromium; `.ci/run` installs both and runs this file. The server starts with
the words of `python course.py lab`, on a copy of the notebooks without their outputs.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "lessons")]

from test_connections import GUARD  # noqa: E402

import build  # noqa: E402
import course  # noqa: E402
import slides  # noqa: E402

playwright = pytest.importorskip("playwright.sync_api")
BROWSER = next(filter(None, map(shutil.which, slides.BROWSERS)), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here"),
]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
ALL_CELLS = '{"windowingMode": "none"}'  # else cells out of sight are not in the page
PROMPTS = """() => [...document.querySelectorAll(
  ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .jp-InputPrompt"
)].map((one) => one.textContent.trim())"""
SEEN = """() => {
  const book = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook");
  const all = (words) => [...book.querySelectorAll(words)];
  const text = (words) => all(words).map((one) => one.textContent.trim());
  const output = ".jp-OutputArea-output", type = "[data-mime-type='application/vnd.jupyter.";
  return {
    complaints: text(`${output}${type}error'], ${output}${type}stderr']`),
    figures: all(output + " img").filter((one) => one.naturalWidth > 0).length,
    tables: all(output + " table").filter((one) => one.getBoundingClientRect().height > 0).length,
    maths: all(".jp-MarkdownCell mjx-container").length,
    badMaths: text(".jp-MarkdownCell mjx-merror"),
    headings: all(".jp-MarkdownCell h1").map((one) => one.firstChild.textContent),
    questions: [...document.querySelectorAll(".jp-Dialog, .Toastify__toast")]
      .map((one) => one.textContent),
  };
}"""


@dataclass
class Visit:
    """What was seen of a notebook, and who was called on the way."""

    seen: dict
    counts: list
    beyond: list
    page_errors: list


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    place = tmp_path_factory.mktemp("lab")
    notebooks, settings = place / "notebooks", place / "settings" / "@jupyterlab"
    notebooks.mkdir()
    expected = {}
    for path in build.NOTEBOOKS["reader"].glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        expected[path.stem] = stored(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, notebooks / path.name)
    (settings / "notebook-extension").mkdir(parents=True)
    (settings / "notebook-extension" / "tracker.jupyterlab-settings").write_text(ALL_CELLS)
    (place / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    words = [str(notebooks) if w == str(ROOT / "notebooks") else w for w in course.COMMANDS["lab"]]
    words += ["--no-browser", "--allow-root", f"--IdentityProvider.token={token}"]
    words += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("JUPYTER", "PYTHON"))}
    kept |= {"HOME": str(place), "PYTHONPATH": str(place), "CALLED": str(place / "called")}
    kept |= {"JUPYTERLAB_SETTINGS_DIR": str(settings.parent)}
    address = f"http://127.0.0.1:{port}"
    with (place / "log").open("w") as log:
        running = subprocess.Popen([sys.executable, *words], env=kept, stdout=log, stderr=log)
        ask = SimpleNamespace(address=address, token=token, folder=notebooks, place=place)
        ask.expected = expected
        try:
            wait(lambda: answers(ask) or running.poll() is not None, 60)
            assert answers(ask), (place / "log").read_text()
            yield ask
        finally:
            running.terminate()
            running.wait(30)


def call(server, path, method="GET"):
    request = urllib.request.Request(server.address + path, method=method)
    request.add_header("Authorization", f"token {server.token}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or "null")


def answers(server):
    try:
        return bool(call(server, "/api/status"))
    except (urllib.error.URLError, OSError):
        return False


def wait(done, seconds):
    """Ask again until it is so; say whether it was in time."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.25)
    return True


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def visit(server, browser):
    """Open an address of the server, run all cells where there are any, and look."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    asked, errors = [], []
    page.on("request", lambda one: asked.append(one.url))
    page.on("websocket", lambda one: asked.append(one.url))
    page.on("pageerror", lambda one: errors.append(str(one)))
    ours = (server.address, server.address.replace("http:", "ws:"), "data:", "blob:")

    def look(path, seconds=300):
        page.goto(f"{server.address}{path}?reset&token={server.token}")
        page.wait_for_selector(".jp-NotebookPanel .jp-MarkdownCell h1")
        prompts = page.evaluate(PROMPTS)
        if prompts:
            page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

            def over():
                now = page.evaluate(PROMPTS)
                begun = any(one.strip("[]:").isdigit() for one in now)
                return begun and "[*]:" not in now

            wait(over, seconds)
        page.wait_for_timeout(500)
        beyond = [url for url in asked if not url.startswith(ours)]
        return Visit(page.evaluate(SEEN), page.evaluate(PROMPTS), beyond, errors)

    yield SimpleNamespace(look=look, page=page)
    page.close()
    context.close()
    for session in call(server, "/api/sessions"):
        call(server, f"/api/sessions/{session['id']}", "DELETE")


def stored(notebook):
    """Figures, tables and maths of a notebook as `python course.py build` left it."""
    shown = [o.get("data", {}) for c in notebook.cells for o in c.get("outputs", [])]
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    return {
        "figures": sum(
            "image/png" in one or build.FRAMES in one.get("text/html", "") for one in shown
        ),
        "tables": sum("<table" in one.get("text/html", "") for one in shown),
        "maths": text.count("$$") // 2,
    }


@pytest.mark.parametrize("lesson", build.lessons())
def test_a_lesson_runs_to_its_end_in_jupyterlab(lesson, server, visit):
    found = visit.look(f"/lab/tree/{lesson}.ipynb")
    expected = server.expected[lesson]
    if folder := os.environ.get("SCREENSHOTS"):
        visit.page.locator(".jp-Notebook img").first.scroll_into_view_if_needed()
        visit.page.screenshot(path=f"{folder}/{lesson}.png")
    assert found.seen["complaints"] == []
    assert found.counts == [f"[{number}]:" for number in range(1, len(found.counts) + 1)]
    assert len(found.counts) > 10
    assert found.seen["figures"] == expected["figures"] > 0
    assert found.seen["tables"] == expected["tables"] > 0
    assert found.seen["maths"] >= expected["maths"]
    assert found.seen["badMaths"] == []
    assert found.seen["questions"] == []
    assert found.page_errors == []
    assert found.beyond == []
    assert not (server.place / "called").exists()


def test_a_figure_moves_with_its_slider(server, visit):
    lesson = "30-lifetime-value"
    visit.look(f"/lab/tree/{lesson}.ipynb")
    box = visit.page.locator(".jp-OutputArea-output .frames")
    picture, slider, label = (box.locator(one) for one in ("img", "input", "output"))
    seen = set()
    for value in ("0", "5", slider.get_attribute("max")):
        slider.fill(value)
        seen.add((label.text_content(), picture.get_attribute("alt"), picture.get_attribute("src")))
        assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
    assert [len(set(column)) for column in zip(*seen, strict=True)] == [3, 3, 3]


def test_the_door_opens_on_start_here_whose_links_open_lessons(server, visit):
    found = visit.look("/")
    assert found.counts == []
    assert (found.seen["questions"], found.page_errors, found.beyond) == ([], [], [])
    assert visit.page.url.split("?")[0].endswith("/lab/tree/start-here.ipynb")
    first = build.lessons()[0]
    visit.page.locator(f'.jp-MarkdownCell a[href*="{first}.ipynb"]').first.click()
    visit.page.wait_for_selector(f'.lm-TabBar-tabLabel:text-is("{first}.ipynb")')
    assert not (server.place / "called").exists()


def test_what_goes_wrong_is_seen(server, visit):
    make, code = nbformat.v4, nbformat.v4.new_code_cell
    cells = [
        make.new_markdown_cell("# Wrong\n\n$$\\frac{1}$$"),
        code("from IPython.display import HTML\nHTML('<img src=\"http://192.0.2.1/a.png\">')"),
        code("import warnings\nwarnings.warn('careful')"),
        code("import socket\nsocket.create_connection(('192.0.2.2', 80), 1)"),
        code("2"),
    ]
    notebook = make.new_notebook(cells=cells, metadata={"kernelspec": build.KERNEL})
    nbformat.write(notebook, server.folder / "wrong.ipynb")
    found = visit.look("/lab/tree/wrong.ipynb")
    warned, stopped = found.seen["complaints"]
    assert "UserWarning: careful" in warned
    assert "OSError: a connection to ('192.0.2.2', 80)" in stopped
    assert found.counts == ["[1]:", "[2]:", "[3]:", "[ ]:"]
    assert found.seen["figures"] == 0
    assert found.seen["badMaths"] != []
    assert set(found.beyond) == {"http://192.0.2.1/a.png"}
    called = server.place / "called"
    assert called.read_text() == "('192.0.2.2', 80)\n"
    called.unlink()
