"""The package as a whole: quick to import, whole in its wheel's metadata, terms that exist."""

import csv
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import crmlab as crm
from crmlab.curriculum import LESSONS
from crmlab.database import TABLES

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def loaded_by(code):
    command = [sys.executable, "-c", f"import sys, crmlab\n{code}\nprint(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_import_loads_no_heavy_library():
    heavy = {"scipy", "matplotlib", "seaborn", "duckdb", "statsmodels", "sklearn", "narwhals"}
    assert heavy & loaded_by("") == set()


def test_every_listed_module_loads():
    for name in crm.__all__:
        assert getattr(crm, name) is not None
    assert {lesson.module for lesson in LESSONS} <= set(crm.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = crm.nothing


def test_figures_load_only_when_drawn():
    names = [name for name in crm.__all__ if name not in ("load", "CustomerDatabase")]
    loaded = loaded_by(f"for name in {names}: getattr(crmlab, name)")
    assert {"matplotlib", "seaborn", "statsmodels", "sklearn"} & loaded == set()


def test_the_readme_code_runs(capsys):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = next(c for c in re.findall(r"```python\n(.*?)```", readme, flags=re.S) if "cdnow" in c)
    names = {}
    exec(code, names)
    value, shown = names["value"], capsys.readouterr().out
    assert len(value.table) == 2_357
    total = value.total()
    assert total["low"] < total["estimate"] < total["high"]
    assert total["estimate"] == pytest.approx(value["estimate"].sum())
    assert "key" in shown
    assert "..." not in shown


def test_lock_pins_each_dependency_with_hashes_and_no_address():
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", LOCK, flags=re.M))
    wanted = map(Requirement, PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])
    for need in wanted:
        name = canonicalize_name(need.name)
        assert name in pins, f"requirements.lock lacks {name}"
        assert need.specifier.contains(pins[name]), f"requirements.lock: {name}=={pins[name]}"
    assert "://" not in LOCK
    blocks = re.split(r"\n(?=[a-z])", LOCK.strip())
    assert all("--hash=sha256:" in block for block in blocks)


with open(ROOT / "data" / "terms.csv", encoding="utf-8", newline="") as file:
    TERMS = list(csv.DictReader(file))


def test_terms_are_complete_and_unique():
    assert len({row["term"] for row in TERMS}) == len(TERMS)
    for row in TERMS:
        assert row["definition"], row["term"]
        assert re.search(r"[\u4e00-\u9fff]", row["chinese"]), row["term"]
        assert re.fullmatch(r"\d\d-[a-z-]+", row["first_lesson"]), row["term"]


def test_terms_name_code_that_exists():
    """``module.function``, ``table.column``, or a name that the package's own code uses."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "crmlab").rglob("*.py")]
    words = set(re.findall(r"\w+", "\n".join(sources)))
    for row in TERMS:
        first, dot, rest = row["code"].partition(".")
        if first in TABLES and dot:
            assert rest in TABLES[first].columns, row["term"]
        elif dot:
            pkgutil.resolve_name(f"crmlab.{row['code']}")
        elif first:
            assert first in words, row["term"]
