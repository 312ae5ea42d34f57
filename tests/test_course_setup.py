"""The real set-up, from an empty folder, under strange settings and in strange folders.

Slow: every case makes an environment. The lock is cut down to what installing the package needs.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("hatchling", "editables", "packaging", "pathspec", "pluggy", "tomlkit")
NEEDED += ("trove-classifiers",)
PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "crmlab"
version = "0"

[tool.hatch.build]
dev-mode-dirs = ["."]

[tool.hatch.build.targets.wheel]
only-include = ["crmlab"]
"""
BENCH = "import sys, crmlab\nprint(sys.prefix, crmlab.__file__, *sys.argv[1:], sep='|')\n"

pytestmark = pytest.mark.slow

SETTINGS = [
    *({f"PIP_{name}": "1"} for name in ("USER", "DRY_RUN", "REQUIRE_HASHES", "NO_DEPS", "PRE")),
    *({f"PIP_{name}": "1"} for name in ("REQUIRE_VIRTUALENV", "IGNORE_INSTALLED", "NO_INPUT")),
    *({f"PIP_{name}": "1"} for name in ("NO_BUILD_ISOLATION", "NO_CLEAN", "ISOLATED", "QUIET")),
    *({f"PIP_{name}": "here"} for name in ("TARGET", "PREFIX", "ROOT", "SRC", "REPORT", "LOG")),
    {"PIP_PYTHON": "/usr/bin/false"},
    {"PIP_CONSTRAINT": "missing.txt"},
    {"PIP_REQUIREMENT": "missing.txt"},
    {"PIP_NO_BINARY": ":all:"},
    {"PIP_ONLY_BINARY": ":none:"},
    {"PIP_PLATFORM": "win32"},
    {"PIP_PYTHON_VERSION": "2.7"},
    {"PYTHONPATH": "elsewhere"},
    {"PYTHONSTARTUP": "missing.py"},
    {"PYTHONOPTIMIZE": "2"},
    {"PYTHONDONTWRITEBYTECODE": "1"},
    {"PYTHONNOUSERSITE": ""},
    {"PYTHONUTF8": "0", "LC_ALL": "C"},
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONWARNINGS": "error"},
    {"VIRTUAL_ENV": "/nowhere"},
    {"CONDA_PREFIX": "/nowhere"},
]
FOLDERS = [
    *(
        "plain",
        "with space",
        "two  spaces",
        "客户课程",
        "ünïcödé",
        "naïve café",
        "emoji ☕",
        "русский",
    ),
    *("[brackets]", "crmlab[dev]", "a[1]", "(round)", "{curly}", "a+b", "a=b", "a,b", "a;b", "a&b"),
    *("100%", "#hash", "it's", 'say "so"', "$HOME", "~tilde", "-dash", ".hidden", "a@b", "^caret"),
]


def new_checkout(folder):
    """What a set-up reads, in a folder of its own."""
    for name in ("crmlab", "benchmarks"):
        (folder / name).mkdir(parents=True)
    shutil.copy(ROOT / "course.py", folder)
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (folder / "crmlab" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "benchmarks" / "bench.py").write_text(BENCH, encoding="utf-8")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z])", lock.strip())
    kept = [block for block in blocks if block.partition("==")[0] in NEEDED]
    assert len(kept) == len(NEEDED)
    (folder / "requirements.lock").write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder


def run(folder, settings=()):
    return subprocess.run(
        [sys.executable, str(folder / "course.py"), "bench", "one", "two words"],
        cwd=folder.parent,
        env={**os.environ, **dict(settings)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
    )


def assert_set_up(done, folder):
    assert done.returncode == 0, done.stderr
    prefix, package, *words = done.stdout.strip("\n").split("|")
    assert Path(prefix) == folder / ".venv"
    assert Path(package) == folder / "crmlab" / "__init__.py"
    assert words == ["one", "two words"]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_setting_does_not_stop_or_redirect_the_set_up(settings, tmp_path):
    folder = new_checkout(tmp_path / "checkout")
    assert_set_up(run(folder, settings), folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkout"]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_name_works(name, tmp_path):
    folder = new_checkout(tmp_path / name)
    assert_set_up(run(folder), folder)


@pytest.mark.parametrize("name", ["a:b", "C:", "end "])
def test_a_folder_name_that_cannot_work_is_refused_before_anything_is_made(name, tmp_path):
    folder = new_checkout(tmp_path / name)
    done = run(folder)
    assert done.returncode == 1
    assert "move or rename this one" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (folder / ".venv").exists()


def test_a_set_up_that_was_cut_off_is_taken_up_again(tmp_path):
    folder = new_checkout(tmp_path / "checkout")
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").write_text("half a file")
    assert_set_up(run(folder), folder)
