"""A whole build talks to nobody outside this machine.

Every lesson runs with a guard on Python's sockets, kernels included, that writes down who is
called; where the system allows it, in a network of its own that has no way out.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow

GUARD = """\
import os, socket

def guarded(call):
    def connect(self, address):
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in ("local", "localhost", "::1") and not str(host).startswith("127."):
            with open(os.environ["CALLED"], "a") as file:
                print(address, file=file)
            raise OSError(f"a connection to {address}")
        return call(self, address)
    return connect

socket.socket.connect = guarded(socket.socket.connect)
socket.socket.connect_ex = guarded(socket.socket.connect_ex)
"""
BUILD = """\
import sys
sys.path.insert(0, "lessons")
import build
for lesson in build.lessons():
    build.execute(build.editions(lesson)["reader"], sys.argv[1])
print("built", len(build.lessons()))
"""
LESSON = """\
import sys
sys.path.insert(0, "lessons")
import build, nbformat
cell = nbformat.v4.new_code_cell("import urllib.request as r; r.urlopen('http://192.0.2.1')")
build.execute(nbformat.v4.new_notebook(cells=[cell]), sys.argv[1])
"""
APART = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$0" "$@"']


def apart():
    """Words that run a command in a network of its own, or none."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        return []
    tried = subprocess.run([*APART, "true"], capture_output=True)
    return APART if tried.returncode == 0 else []


def run(code, folder, *words):
    (folder / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    return subprocess.run(
        [*apart(), sys.executable, "-c", code, *words],
        cwd=ROOT,
        env={
            **{"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder)},
            **{"PYTHONPATH": f"{folder}:{ROOT}", "CALLED": str(folder / "called")},
        },
        capture_output=True,
        text=True,
    )


def test_a_whole_build_calls_nobody(tmp_path):
    done = run(BUILD, tmp_path, str(tmp_path))
    assert "built" in done.stdout, done.stderr
    assert not (tmp_path / "called").exists()


def test_a_lesson_that_calls_is_seen(tmp_path):
    done = run(LESSON, tmp_path, str(tmp_path))
    assert "CellExecutionError" in done.stderr
    assert (tmp_path / "called").read_text() == "('192.0.2.1', 80)\n"


def test_the_guard_sees_a_call(tmp_path):
    done = run("import socket; socket.create_connection(('192.0.2.1', 80), 1)", tmp_path)
    assert done.returncode == 1
    assert "192.0.2.1" in (tmp_path / "called").read_text()
