"""The one door to crmlab.

python course.py lab                 set up, then open JupyterLab on the notebooks
python course.py test [ARGS]         set up, then run every test, doctest and notebook
python course.py build [LESSON]      remake the notebooks from lessons/ (--check only compares)
python course.py slides [LESSON]     make a deck and a handout of each lesson, in slides/
python course.py site                make the course and the reference as web pages, in site/
python course.py run LESSON --data FILE [--columns yours=ours,...]
                                     run a lesson on your own data
python course.py report --data FILE [--columns ...] [--language zh] [--pdf]
                                     your own data on one page for a board

Words after the command are passed on: python course.py test -k company
"""

import sys


def refuse_other_pythons():
    this = sys.version_info[:2]
    if not (3, 11) <= this <= (3, 13):
        sys.exit("crmlab needs Python 3.11, 3.12 or 3.13, and this is Python %d.%d." % this)


refuse_other_pythons()

import hashlib  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
import venv  # noqa: E402
from pathlib import Path  # noqa: E402

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "set-up-for"

QUIET = """{"@jupyterlab/apputils-extension:notification":
 {"fetchNews": "false", "checkForUpdates": false}}"""  # else JupyterLab asks the web
WHERE_FROM = ("INDEX", "FIND_LINKS", "TRUSTED", "CERT", "PROXY", "CONFIG", "CACHE", "TIMEOUT")

COMMANDS = {
    "lab": ["-m", "jupyterlab", "--ServerApp.root_dir", str(ROOT / "notebooks")]
    + ["--LabApp.default_url", "/lab/tree/start-here.ipynb"],
    "test": ["-m", "pytest", "-n", "auto", "--dist", "loadfile"],
    "site": [str(ROOT / "lessons" / "website.py")],
    "bench": [str(ROOT / "benchmarks" / "bench.py")],
}
for WORD in ("build", "slides", "run", "report"):
    COMMANDS[WORD] = [str(ROOT / "lessons" / (WORD + ".py"))]


def set_up():
    """Make .venv, or bring it up to date; do nothing where it already is."""
    wanted = state()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    if os.pathsep in str(ROOT) or str(ROOT) != str(ROOT).rstrip():
        sys.exit(
            "Python cannot be set up in a folder whose path holds %r or ends with a blank; "
            "move or rename this one." % os.pathsep
        )
    if VENV.is_symlink():
        sys.exit(".venv is a link to another folder, which a set-up would empty; remove the link.")
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
    lock = pip + ["--require-hashes", "-r", str(ROOT / "requirements.lock")]
    package = pip + ["--no-deps", "--no-build-isolation", "-e", "."]
    if python(lock) or python(package, cwd=str(ROOT)):
        sys.exit("The set-up stopped; the lines above say why. The same command takes it up again.")
    settings = VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(QUIET, encoding="utf-8")
    STAMP.write_text(wanted, encoding="utf-8")


def state():
    """What .venv must be made from: the lock, pyproject.toml, settings, this folder and Python."""
    words = (str(ROOT), repr(sys.version_info[:2]), QUIET)
    parts = [word.encode("utf-8") for word in words]
    parts += [(ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml")]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def works():
    """Whether .venv holds a Python of the version that runs this file, with pip."""
    if not PYTHON.exists():
        return False
    code = "import pip, sys; sys.exit(sys.version_info[:2] != %r)" % (sys.version_info[:2],)
    try:
        return python(["-c", code], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def environment():
    """The environment of a child: no setting that redirects or stops Python or pip.

    What says where packages come from stays. UTF-8 mode keeps paths with any characters readable.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PIP_"))
        or (name.startswith("PIP_") and any(word in name for word in WHERE_FROM))
    }
    kept["PYTHONUTF8"] = "1"
    return kept


def python(arguments, **options):
    """Run the Python of .venv."""
    return subprocess.call([str(PYTHON)] + arguments, env=environment(), **options)


def say(sentence):
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def root_needs_a_word(words):
    """JupyterLab does not start as root unless it is told to."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return words[0] == "lab" and root and "--allow-root" not in words


def main(words):
    """Set up, then run one command; return its exit code."""
    refuse_other_pythons()
    if not words or words[0] in ("-h", "--help", "help"):
        sys.exit(__doc__.strip())
    if words[0] not in COMMANDS:
        sys.exit("There is no command %r. There are: %s." % (words[0], ", ".join(COMMANDS)))
    if root_needs_a_word(words):
        sys.exit(
            "JupyterLab does not start as root. If you must: python course.py lab --allow-root"
        )
    try:
        set_up()
        return python(COMMANDS[words[0]] + words[1:])
    except KeyboardInterrupt:
        say("Stopped. The same command takes it up again.")
        return 130
    except OSError as error:
        sys.exit("This cannot be written or run here: %s" % error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
