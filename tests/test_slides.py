"""Decks and handouts in a real browser: whole, readable, without the web.

Needs playwright and a Chromium; `.ci/run` installs both and runs this file.
"""

import re
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lessons"))

import build  # noqa: E402
import slides  # noqa: E402

playwright = pytest.importorskip("playwright.sync_api")
BROWSER = next(filter(None, map(shutil.which, slides.BROWSERS)), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
BEYOND = """() => {
  const slide = Reveal.getCurrentSlide();
  let bottom = 0, right = 0;
  slide.querySelectorAll(":scope > *, img, table, pre").forEach((one) => {
    const box = one.getBoundingClientRect();
    if (!box.width) return;
    bottom = Math.max(bottom, box.bottom);
    right = Math.max(right, box.right, box.left + one.scrollWidth);
  });
  return [bottom, right];
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("slides")
    slides.prepare(place)
    return place


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield opened
        opened.close()


@pytest.mark.parametrize("lesson", build.lessons())
def test_nothing_lies_beyond_a_slide_and_nothing_comes_from_the_web(lesson, folder, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    asked, errors = [], []
    page.on("request", lambda one: asked.append(one.url))
    page.on("pageerror", lambda one: errors.append(str(one)))
    page.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    page.goto(slides.write(lesson, folder).as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    count = page.evaluate("Reveal.getTotalSlides()")
    assert count > 10
    for number in range(count):
        page.evaluate(f"Reveal.slide({number}, 0, 99)")
        bottom, right = page.evaluate(BEYOND)
        assert (bottom <= 720, right <= 1280) == (True, True), f"slide {number + 1} of {lesson}"
    assert errors == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    solved = page.evaluate("document.querySelectorAll('section.solution').length")
    assert solved == page.evaluate("document.querySelectorAll('section > .solution').length")
    assert solved >= 2
    assert (
        page.evaluate("document.querySelectorAll('section:not(.solution) .solution').length") == 0
    )
    page.close()


def test_a_key_shows_the_code_behind_a_slide(folder, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(slides.write(build.lessons()[0], folder).as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    place = page.evaluate(
        "[...document.querySelectorAll('.slides > section')].findIndex("
        "(one) => one.querySelector(':scope > .source'))"
    )
    page.evaluate(f"Reveal.slide({place})")
    assert not page.locator("section.present > .source").first.is_visible()
    page.keyboard.press("c")
    assert page.locator("#code pre").first.is_visible()
    page.keyboard.press("c")
    assert not page.locator("#code pre").first.is_visible()
    page.close()


@pytest.mark.parametrize("lesson", build.lessons())
def test_a_handout_is_one_page(lesson, folder):
    slides.write(lesson, folder)
    pdf = (folder / f"{lesson}-handout.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
