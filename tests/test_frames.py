"""Figures that move: the picture of each value, in its place, in a page that has only itself."""

import html
import io
import json
import re
import shutil
import sys
from base64 import b64decode
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from crmlab.frames import frames

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lessons"))

from slides import BROWSERS

BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)


def bar(height):
    ax = plt.subplots(figsize=(2, 2))[1]
    ax.bar([0], [height])
    ax.set(ylim=(0, 10), title=f"{height} high")


@pytest.fixture(scope="module")
def moved():
    return frames(bar, [2, 5, 9], name="height & more", form="{} m")


def test_each_value_has_its_picture_its_label_and_its_words(moved):
    assert moved.labels == ("2 m", "5 m", "9 m")
    assert [f"{height} high" in alt for height, alt in zip((2, 5, 9), moved.alts, strict=True)] == [
        True
    ] * 3
    blue = []
    for place, picture in enumerate(moved.pictures):
        path = Path(f"{place}.png")
        assert picture.startswith(b"\x89PNG"), path
        pixels = plt.imread(io.BytesIO(picture))
        blue.append((pixels[:, :, 2] > pixels[:, :, 0] + 0.3).sum())
    assert np.array(blue) / blue[0] == pytest.approx([1, 2.5, 4.5], rel=0.05)
    assert plt.get_fignums() == []


def test_the_page_shows_the_first_and_holds_all(moved):
    text = moved._repr_html_()
    assert text.count("<img") == 1
    assert "height &amp; more" in text
    assert not re.search(r"https?:|<script", text)
    first = re.search(r'src="data:image/png;base64,([^"]*)"', text)[1]
    assert b64decode(first) == moved.pictures[0]
    held = json.loads(html.unescape(re.search(r'data-frames="([^"]*)"', text)[1]))
    assert [b64decode(one[2]) for one in held] == list(moved.pictures)


@pytest.mark.parametrize("count", [0, 1, 21])
def test_as_many_values_as_a_slider_takes(count):
    with pytest.raises(ValueError, match=f"values: {count} given; a slider takes from 2 to 20"):
        frames(bar, range(count), name="height")


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
def test_the_slider_moves_the_figure_in_a_browser(moved, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api")
    page_file = tmp_path / "page.html"
    page_file.write_text(f"<!doctype html><meta charset=utf-8>{moved._repr_html_()}", "utf-8")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = opened.new_page()
        errors = []
        page.on("pageerror", lambda one: errors.append(str(one)))
        page.goto(page_file.as_uri())
        page.locator("input").press("ArrowRight")
        page.locator("input").press("ArrowRight")
        picture = page.locator("img")
        assert page.locator("output").text_content() == "9 m"
        assert picture.get_attribute("alt") == moved.alts[2]
        source = picture.get_attribute("src").partition(",")[2]
        assert b64decode(source) == moved.pictures[2]
        assert errors == []
        opened.close()
