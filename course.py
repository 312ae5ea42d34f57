"""The one door to crmlab.

python course.py lab                 set up, then open JupyterLab on the notebooks
python course.py test [ARGS]         set up, then run every test, doctest and notebook
python course.py build [LESSON]      remake the notebooks from lessons/ (--check only compares)
python course.py slides [LESSON]     make a deck and a handout of each lesson, in slides/
python course.py run LESSON --data FILE [--columns yours=ours,...]
                                     run a lesson on your own data

Words after the command are passed on: python course.py test -k company
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "set-up-for"

QUIET = '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}'  # asks no web

COMMANDS = {
    "lab": ["-m", "jupyterlab", "--ServerApp.root_dir", str(ROOT / "notebooks")],
    "test": ["-m", "pytest", "-n", "auto", "--dist", "loadfile"],
    "build": [str(ROOT / "lessons" / "build.py")],
    "slides": [str(ROOT / "lessons" / "slides.py")],
    "run": [str(ROOT / "lessons" / "run.py")],
    "bench": [str(ROOT / "benchmarks" / "bench.py")],
}


def set_up():
    """Make .venv, or bring it up to date; do nothing where it already is."""
    wanted = state()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    say("Setting up .venv. This takes a minute or two, and happens once.")
    if STAMP.exists():
        STAMP.unlink()
    if not works():
        try:
            venv.EnvBuilder(with_pip=True, clear=True).create(str(VENV))
        except subprocess.CalledProcessError:
            shutil.rmtree(str(VENV), ignore_errors=True)
            sys.exit("This Python lacks venv. On Debian or Ubuntu: apt install python3-venv")
    pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    lock = [*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")]
    package = [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    if python(lock) or python(package):
        sys.exit("The set-up stopped; the lines above say why. The same command takes it up again.")
    settings = VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(QUIET, encoding="utf-8")
    STAMP.write_text(wanted, encoding="utf-8")


def state():
    """What .venv must have been made from: the lock, pyproject.toml, this folder, this Python."""
    parts = [str(ROOT).encode("utf-8"), repr(sys.version_info[:2]).encode("utf-8")]
    parts += [(ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml")]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def works():
    """Whether .venv holds a Python of the version that runs this file, with pip."""
    if not PYTHON.exists():
        return False
    code = f"import pip, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    return subprocess.call([str(PYTHON), "-c", code], stderr=subprocess.DEVNULL) == 0


def python(arguments):
    """Run the Python of .venv. UTF-8 mode keeps paths with any characters readable."""
    environment = dict(os.environ, PYTHONUTF8="1")
    return subprocess.call([str(PYTHON), *arguments], env=environment)


def say(sentence):
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def main(words):
    """Set up, then run one command; return its exit code."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        this = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"crmlab needs Python 3.11, 3.12 or 3.13, and this is Python {this}.")
    if not words or words[0] in ("-h", "--help", "help"):
        sys.exit(__doc__.strip())
    if words[0] not in COMMANDS:
        sys.exit(f"There is no command {words[0]!r}. There are: {', '.join(COMMANDS)}.")
    set_up()
    try:
        return python(COMMANDS[words[0]] + words[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
