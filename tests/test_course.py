"""The one door: what it refuses, what it skips, what it passes on."""

import ast
import importlib.util
import json
import os
import subprocess
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
    monkeypatch.setattr(course, "python", lambda words, **options: made.append(words) or 0)
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
    assert len(source.splitlines()) < 160


@pytest.mark.parametrize("version", [(3, 8, 1), (3, 10, 13), (3, 14, 0)])
def test_refuses_other_pythons_with_one_sentence(course, calls, monkeypatch, version):
    monkeypatch.setattr(course.sys, "version_info", Version(*version))
    with pytest.raises(SystemExit, match=rf"3\.11, 3\.12 or 3\.13.*{version[0]}\.{version[1]}\."):
        course.main(["lab"])
    assert calls == []


def test_an_old_python_can_read_the_file_that_refuses_it():
    """Python 2.7 refuses f-strings, annotations, and stars in lists, before it reads on."""
    source = (ROOT / "course.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    assert source.isascii()
    new = (ast.JoinedStr, ast.AnnAssign, ast.Starred, ast.Nonlocal, ast.YieldFrom)
    assert [node for node in ast.walk(tree) if isinstance(node, new)] == []
    assert [a for a in ast.walk(tree) if isinstance(a, ast.arguments) and a.kwonlyargs] == []
    assert source.index("refuse_other_pythons()\n\nimport hashlib") > source.index("import sys")


OTHERS = [
    python
    for python in Path.home().glob(".pyenv/versions/*/bin/python")
    if not python.parts[-3].startswith(("3.11", "3.12", "3.13"))
]


@pytest.mark.parametrize("python", OTHERS, ids=[python.parts[-3] for python in OTHERS])
def test_an_old_python_says_one_sentence(python):
    run = subprocess.run([python, ROOT / "course.py", "lab"], capture_output=True, text=True)
    version = ".".join(python.parts[-3].split(".")[:2])
    assert run.returncode == 1
    said = f"crmlab needs Python 3.11, 3.12 or 3.13, and this is Python {version}.\n"
    assert run.stderr == said


def test_a_link_is_not_emptied(course, calls, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("kept")
    course.VENV.symlink_to(elsewhere)
    with pytest.raises(SystemExit, match=r"\.venv is a link to another folder"):
        course.main(["test"])
    assert (elsewhere / "precious").read_text() == "kept"


def test_a_path_that_no_set_up_can_have_is_refused_before_anything_is_made(course, monkeypatch):
    monkeypatch.setattr(course, "ROOT", course.ROOT.parent / f"a{os.pathsep}b")
    monkeypatch.setattr(course, "state", lambda: "new")
    with pytest.raises(SystemExit, match="move or rename this one"):
        course.main(["test"])
    assert not course.VENV.exists()


STOPS = ("USER", "TARGET", "PREFIX", "ROOT", "PYTHON", "DRY_RUN", "REQUIRE_HASHES", "CONSTRAINT")
KEPT = ("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "TRUSTED_HOST", "PROXY", "CONFIG_FILE")


def test_settings_that_redirect_or_stop_are_dropped_for_the_children(course, monkeypatch):
    for name in (*STOPS, *KEPT):
        monkeypatch.setenv(f"PIP_{name}", "x")
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONOPTIMIZE"):
        monkeypatch.setenv(name, "x")
    found = course.environment()
    assert {f"PIP_{name}" for name in KEPT} <= set(found)
    assert not {f"PIP_{name}" for name in STOPS} & set(found)
    assert [name for name in found if name.startswith("PYTHON")] == ["PYTHONUTF8"]
    assert found["PATH"] == os.environ["PATH"]


def test_an_interruption_says_how_to_go_on(course, calls, monkeypatch, capsys):
    def stop(words, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(course, "python", stop)
    assert course.main(["test"]) == 130
    assert "takes it up again" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(course, monkeypatch):
    def create(self, folder):
        raise OSError(30, "Read-only file system", folder)

    monkeypatch.setattr(course.venv.EnvBuilder, "create", create)
    with pytest.raises(SystemExit, match=r"written or run here: .*Read-only file system"):
        course.main(["test"])


def test_root_is_told_what_to_add(course, calls, monkeypatch):
    monkeypatch.setattr(course.os, "geteuid", lambda: 0, raising=False)
    with pytest.raises(SystemExit, match=r"python course\.py lab --allow-root"):
        course.main(["lab"])
    assert calls == []
    course.main(["lab", "--allow-root"])
    assert calls[-1][-1] == "--allow-root"


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
        ".",
    ]
    assert "--require-hashes" in pip_calls(calls)[0]
    assert calls[-1][:2] == ["-m", "pytest"]
    assert calls[-1][-2:] == ["-k", "tiers"]
    overrides = course.VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert json.loads(overrides.read_text()) == {
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        }
    }
    del calls[:]
    course.main(["build"])
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
    monkeypatch.setattr(course, "python", lambda words, **_: calls.append(words) or 1)
    with pytest.raises(SystemExit, match="The set-up stopped"):
        course.main(["test"])
    monkeypatch.setattr(course, "python", lambda words, **_: calls.append(words) or 0)
    del calls[:]
    course.main(["test"])
    assert len(pip_calls(calls)) == 2


def test_returns_the_exit_code_of_the_command(course, calls, monkeypatch):
    course.set_up()
    monkeypatch.setattr(course, "python", lambda words, **_: 5)
    assert course.main(["test"]) == 5


@pytest.mark.parametrize("word", ["build", "slides", "site", "run", "report", "bench"])
def test_each_command_names_a_file_that_is_there(word, course):
    script = Path(course.COMMANDS[word][0]).relative_to(course.ROOT)
    assert (ROOT / script).is_file()
    assert f"course.py {word}" in course.__doc__ or word == "bench"
