"""The one door: what it refuses, what it skips, what it passes on."""

import ast
import importlib.util
import json
import sys
from collections import namedtuple
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
Version = namedtuple("Version", "major minor micro")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """course.py, as if it stood in a new folder with a space and Chinese characters."""
    folder = tmp_path / "my course 客户课程"
    folder.mkdir()
    for name in ("course.py", "requirements.lock", "pyproject.toml"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    spec = importlib.util.spec_from_file_location("course_copy", folder / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def calls(course, monkeypatch):
    """What course.py would have run, with a set-up that takes no time."""
    made = []

    def create(self, folder):
        course.PYTHON.parent.mkdir(parents=True)
        course.PYTHON.symlink_to(sys.executable)

    monkeypatch.setattr(course.venv.EnvBuilder, "create", create)
    monkeypatch.setattr(course, "python", lambda words: made.append(words) or 0)
    return made


def pip_calls(calls):
    return [words for words in calls if words[:2] == ["-m", "pip"]]


def test_needs_nothing_but_the_standard_library_and_stays_small():
    source = (ROOT / "course.py").read_text(encoding="utf-8")
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for name in node.names
    } | {
        node.module.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
    }
    assert imported <= sys.stdlib_module_names
    assert len(source.splitlines()) < 120


@pytest.mark.parametrize("version", [(3, 8, 1), (3, 10, 13), (3, 14, 0)])
def test_refuses_other_pythons_with_one_sentence(course, calls, monkeypatch, version):
    monkeypatch.setattr(course.sys, "version_info", Version(*version))
    with pytest.raises(SystemExit, match=rf"3\.11, 3\.12 or 3\.13.*{version[0]}\.{version[1]}\."):
        course.main(["lab"])
    assert calls == []


def test_an_old_python_can_read_the_file_that_refuses_it():
    ast.parse((ROOT / "course.py").read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize(
    ("words", "said"), [([], "course.py lab"), (["dance"], "no command 'dance'")]
)
def test_says_what_it_can_do(course, calls, words, said):
    with pytest.raises(SystemExit, match=said):
        course.main(words)


def test_sets_up_once_and_passes_the_rest_on(course, calls):
    course.main(["test", "-k", "tiers"])
    assert [words[-1] for words in pip_calls(calls)] == [
        str(course.ROOT / "requirements.lock"),
        str(course.ROOT),
    ]
    assert "--require-hashes" in pip_calls(calls)[0]
    assert calls[-1][:2] == ["-m", "pytest"]
    assert calls[-1][-2:] == ["-k", "tiers"]
    overrides = course.VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert list(json.loads(overrides.read_text())["@jupyterlab/apputils-extension:notification"])
    del calls[:]
    course.main(["lab"])
    assert pip_calls(calls) == []


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_notices_a_changed_lock_or_project(course, calls, name):
    course.main(["test"])
    del calls[:]
    with open(course.ROOT / name, "a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    course.main(["test"])
    assert len(pip_calls(calls)) == 2


def test_a_set_up_that_failed_is_taken_up_again(course, calls, monkeypatch):
    monkeypatch.setattr(course, "python", lambda words: calls.append(words) or 1)
    with pytest.raises(SystemExit, match="The set-up stopped"):
        course.main(["test"])
    monkeypatch.setattr(course, "python", lambda words: calls.append(words) or 0)
    del calls[:]
    course.main(["test"])
    assert len(pip_calls(calls)) == 2


def test_returns_the_exit_code_of_the_command(course, calls, monkeypatch):
    course.set_up()
    monkeypatch.setattr(course, "python", lambda words: 5)
    assert course.main(["test"]) == 5
