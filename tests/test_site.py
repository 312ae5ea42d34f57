"""The site in a real browser: whole, readable by day and night, on a desk and on a phone.

Needs what makes the site, playwright and a Chromium; `.ci/run` installs them and runs this file.
"""

import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import nbformat
import pytest

import crmlab

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lessons"))

import build  # noqa: E402
import reference  # noqa: E402
import reproduced  # noqa: E402
import slides  # noqa: E402
import website  # noqa: E402

playwright = pytest.importorskip("playwright.sync_api")
pytest.importorskip("myst_nb")
BROWSER = next(filter(None, map(shutil.which, slides.BROWSERS)), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
MB = 2**20
BOXES = ".pst-scrollable-table-container, .cell_output, pre, .math, details, mjx-assistive-mml"
BEYOND = """(boxes) => [...document.querySelectorAll("article *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(boxes))
  .map((one) => one.outerHTML.slice(0, 120)).slice(0, 3)"""
WIDE_CODE = """() => [...document.querySelectorAll("div.cell_input pre")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"""
BROKEN_CHINESE = """() => [...document.querySelectorAll('[lang="zh"]')]
  .filter((one) => one.getClientRects().length > 1).map((one) => one.textContent)"""
CONTRAST = """() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((one) => {
      const part = one / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const worst = {};
  document.querySelectorAll("article :is(p, li, td, th, h1, h2, code, pre span, a, dt)")
    .forEach((one) => {
      if (!one.textContent.trim() || !one.getClientRects().length) return;
      const [a, b] = [light(getComputedStyle(one).color), light(ground(one))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const name = one.tagName + " " + one.className;
      worst[name] = Math.min(worst[name] ?? 99, ratio);
    });
  return Object.entries(worst).filter(([, ratio]) => ratio < 4.5);
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return website.build(tmp_path_factory.mktemp("site") / "site", []).parent


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield opened
        opened.close()


def visit(browser, address, size, scheme="light"):
    """Open a page; return it with what it asked of the web, and its errors."""
    page = browser.new_page(viewport=size, color_scheme=scheme)
    asked, errors = [], []
    ours = ("file:", "data:", "blob:")
    page.on("request", lambda one: None if one.url.startswith(ours) else asked.append(one.url))
    page.on("requestfailed", lambda one: errors.append(one.url))
    page.on("pageerror", lambda one: errors.append(str(one)))
    page.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    page.goto(address)
    page.wait_for_function("!document.querySelector('.math') || window.MathJax?.startup?.promise")
    page.evaluate("window.MathJax?.startup?.promise")
    return page, asked, errors


PAGES = [
    *("index", "start", "analysts", "trainers", "decks", "quiz", "terms", "numbers", "benchmarks"),
    *("house", "changes", "search", "lessons/index", "reference/index", "data/lantern"),
    "cluster",
    *(f"lessons/{title}" for title in build.lessons()),
    *(f"reference/{room}" for room in reference.ROOMS),
]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_on_a_desk_and_on_a_phone(name, site, browser):
    page, asked, errors = visit(browser, (site / f"{name}.html").as_uri(), DESK)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert (asked, errors) == ([], [])
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert page.evaluate(BEYOND, BOXES) == []
        assert page.evaluate(BROKEN_CHINESE) == []
        assert page.locator("mjx-merror").count() == 0
        if size is DESK:
            assert page.evaluate(WIDE_CODE) == []
    page.close()


def test_no_page_and_no_site_is_too_heavy(site):
    files = [path for path in site.rglob("*") if path.is_file()]
    assert max(path.stat().st_size for path in files if path.suffix == ".html") < 3 * MB
    assert sum(path.stat().st_size for path in files) < 40 * MB
    assert sorted(path.stem for path in (site / "lessons").glob("[0-9]*")) == build.lessons()


def links(path):
    text = path.read_text(encoding="utf-8")
    return {*re.findall(r'\b(?:href|src)="([^"]*)"', text)}


def test_every_link_inside_leads_somewhere(site):
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    places = {path: {*re.findall(r'\bid="([^"]*)"', text)} for path, text in pages.items()}
    followed, lost = 0, []
    for path in pages:
        for link in links(path):
            if link.startswith(("http:", "https:", "data:")):
                continue
            parts = urlsplit(urljoin(path.as_uri(), link))
            target = Path(unquote(parts.path))
            followed += 1
            if not target.exists() or (
                parts.fragment
                and target.suffix == ".html"
                and unquote(parts.fragment) not in places[target]
            ):
                lost.append((path.name, link))
    assert lost == []
    assert followed > 5_000
    sources = [
        one for text in pages.values() for one in re.findall(r'\bsrc="(https?:[^"]*)"', text)
    ]
    assert sources == []


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("满意度", "terms.html"),
        ("户群", "terms.html"),
        ("satisfaction", "terms.html"),
        ("pyramid", "reference/tiers.html"),
        ("heterogeneity", "lessons/31-retention.html"),
    ],
)
def test_the_search_answers_in_english_and_chinese(words, page, site, browser):
    address = (site / "search.html").as_uri() + f"?q={words}"
    opened, asked, errors = visit(browser, address, DESK)
    opened.wait_for_selector("#search-results .search-summary:has-text('found')")
    found = opened.evaluate(
        "[...document.querySelectorAll('#search-results li a')].map((one) => one.pathname)"
    )
    assert (asked, errors) == ([], [])
    assert any(one.endswith(page) for one in found), found[:5]
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "lessons/31-retention", "reference/tiers", "terms"])
def test_text_stands_out_by_day_and_night(name, scheme, site, browser):
    page, _, _ = visit(browser, (site / f"{name}.html").as_uri(), DESK, scheme)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.evaluate(CONTRAST) == []
    page.close()


def test_figures_keep_their_colours_in_the_dark_and_say_what_they_show(site, browser):
    page, _, _ = visit(browser, (site / "lessons/31-retention.html").as_uri(), DESK, "dark")
    shown = page.evaluate(
        "[...document.querySelectorAll('.cell_output img')]"
        ".map((one) => [getComputedStyle(one).filter, one.alt])"
    )
    assert shown
    assert all(style == "none" and len(alt) > 20 for style, alt in shown)
    page.close()
    for path in (site / "lessons").glob("[0-9]*.html"):
        text = path.read_text(encoding="utf-8")
        assert [one for one in re.findall(r"<img[^>]*>", text) if 'alt="' not in one] == []
        assert not re.search(r'alt="[^"]*_images', text), path.name


def test_solutions_are_folded_under_their_exercises(site, browser):
    page, _, _ = visit(browser, (site / "lessons/31-retention.html").as_uri(), PHONE)
    summary = page.locator("details.solution summary").first
    code = page.locator("details.solution pre").first
    assert summary.text_content() == "Solution 31.1"
    assert not code.is_visible()
    summary.click()
    assert code.is_visible()
    assert code.text_content().splitlines()[-1] == 'check("31.1", answer)'
    page.close()


@pytest.mark.parametrize("title", build.lessons())
def test_a_lesson_is_the_readers_notebook_with_its_solutions(title):
    made = website.lesson(title, [])
    reader = nbformat.read(build.NOTEBOOKS["reader"] / f"{title}.ipynb", as_version=4)
    solved = [cell for cell in made.cells if cell.source.startswith("<details")]
    kept = [cell.source for cell in made.cells if cell not in solved and cell.cell_type == "code"]
    assert kept == [cell.source for cell in reader.cells if cell.cell_type == "code"]
    assert len(solved) == sum("exercise" in build._tags(cell) for cell in reader.cells)
    assert not any("answer = ..." in cell.source for cell in solved)
    assert not any("**Trainer**" in cell.source for cell in made.cells)


def test_a_deck_is_linked_only_where_it_was_made(monkeypatch, tmp_path):
    title = build.lessons()[0]
    monkeypatch.setattr(website, "SLIDES", tmp_path)
    assert website.built_decks() == []
    assert "python course.py slides" in website.deck_page([])
    for ending in (".html", "-handout.html"):
        (tmp_path / f"{title}{ending}").touch()
    assert website.built_decks() == [title]
    assert f'href="../slides/{title}.html"' in website.lesson(title, [title]).cells[0].source
    assert "-handout.pdf" not in website.deck_page([title])
    (tmp_path / f"{title}-handout.pdf").touch()
    assert f'href="slides/{title}-handout.pdf"' in website.deck_page([title])


def test_the_reference_has_every_room():
    assert sorted(reference.ROOMS) == crmlab._ROOMS
    assert {"tiers.pyramid", "frames.frames", "curriculum.LESSONS"} <= reference.documented()


def test_the_numbers_page_computes_ours_and_shows_the_difference(monkeypatch):
    paper = reproduced.papers()[0]
    shown = replace(paper, printed={"a": "2.50", "b": "7"}, ours=lambda: [2.496, 7])
    monkeypatch.setattr(reproduced, "papers", lambda: [shown])
    assert "| a | 2.50 | 2.4960 | -0.0040 |\n| b | 7 | 7 | 0 |" in reproduced.page()


def test_the_lock_of_the_site_agrees_with_the_lock_of_the_course():
    texts = [(ROOT / name).read_text("utf-8") for name in ("requirements.lock", website.LOCK.name)]
    course, own = (
        dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", one, flags=re.M)) for one in texts
    )
    assert {"sphinx", "myst-nb", "numpydoc", "pydata-sphinx-theme"} <= set(own) - set(course)
    assert [name for name in set(own) & set(course) if own[name] != course[name]] == []
    assert "://" not in texts[1]
    assert all("--hash=" in block for block in re.split(r"\n(?=[a-z])", texts[1].strip()))
