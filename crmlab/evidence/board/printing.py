"""A PDF of the page, where a browser of the Chromium family is found on this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "msedge"),
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
OPTIONS = (
    *("--headless", "--disable-gpu", "--no-pdf-header-footer", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
SECONDS = 120


def browser() -> str | None:
    """Path of a browser that can print, or None."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or next((path for path in PLACES if os.path.exists(path)), None)


def to_pdf(page: Path, target: Path) -> None:
    """Print a page to a PDF file.

    Raises
    ------
    ValueError
        No browser is found, or it wrote nothing.
    """
    program = browser()
    if program is None:
        raise ValueError(
            "no PDF: no Chromium, Chrome or Edge is found here. Open the page in any browser and "
            "print it; it fits A4."
        )
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        made = Path(folder) / "page.pdf"
        words = [program, *OPTIONS, *(["--no-sandbox"] if root else [])]
        words += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [*words, page.resolve().as_uri()], capture_output=True, check=False, timeout=SECONDS
            )
        if not made.exists():
            raise ValueError(f"no PDF: {program} printed nothing. Print the page by hand.")
        shutil.copyfile(made, target)
