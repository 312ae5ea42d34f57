"""Types: every public name is annotated, and a wrong call is an error before it runs."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest
from mypy import api

import crmlab as crm

ROOT = Path(__file__).resolve().parent.parent

START = """\
import pandas as pd
import crmlab as crm
from crmlab import repeat_buying as rb, tiers

log = crm.load("cdnow").transactions
summary = rb.summarise(log, until="1998-06-30", unit="week")
buying = rb.BGNBD.fit(summary)
spend = rb.GammaGamma.fit(summary)
value = rb.lifetime_value(buying, spend, summary, margin=0.3, annual_rate=0.15, years=3)
found = tiers.pyramid(value)
"""
WRONG = {
    'rb.summarise(log, until="1998-06-30", unit="weak")': 'Argument "unit"',
    "rb.lifetime_value(buying, spend, summary, annual_rate=0.1)": 'Missing named argument "margin"',
    "buying.expected_purchases(summary)": 'Missing named argument "periods"',
    "crm.laod": "has no attribute",
    'crm.load("cdnow").sql(3)': "Argument 1",
    "rb.summarise(log, refunds=True)": 'Argument "refunds"',
    'tiers.pyramid(value, by="profits")': 'Argument "by"',
    "tiers.plot_pyramid(log)": "Argument 1",
    "crm.database.plot_cohorts(log)": "Argument 1",
    "crm.database.cohorts(summary)": "Argument 1",
    "found.tabel": "has no attribute",
}


@pytest.fixture(scope="module")
def errors(tmp_path_factory):
    """What a type checker says of each line, by line number."""
    script = tmp_path_factory.mktemp("types") / "reader.py"
    script.write_text(START + "\n".join(WRONG) + "\n", encoding="utf-8")
    config = script.with_name("mypy.ini")
    config.write_text("[mypy]\nignore_missing_imports = true\nfollow_imports = silent\n")
    cache = str(ROOT / ".mypy_cache")
    said, problem, _ = api.run(["--config-file", str(config), "--cache-dir", cache, str(script)])
    assert not problem
    found = {}
    for line in said.splitlines():
        place, _, message = line.partition(": error: ")
        if message:
            found[int(place.rpartition(":")[2])] = message
    return found


def test_the_readme_s_way_is_no_error(errors):
    lines = START.count("\n")
    assert {number: said for number, said in errors.items() if number <= lines} == {}


@pytest.mark.parametrize("call", WRONG)
def test_a_wrong_call_is_underlined(errors, call):
    number = START.count("\n") + 1 + list(WRONG).index(call)
    assert WRONG[call] in errors.get(number, "nothing")


def public():
    """Every public function, and every public method of a public class, by its full name."""
    for info in pkgutil.iter_modules(crm.__path__):
        module = importlib.import_module(f"crmlab.{info.name}")
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if inspect.isfunction(thing):
                yield f"{info.name}.{name}", thing
            elif inspect.isclass(thing) and thing.__module__.startswith("crmlab"):
                for part, member in vars(thing).items():
                    member = getattr(member, "__func__", getattr(member, "fget", member))
                    if inspect.isfunction(member) and not part.startswith("_"):
                        yield f"{info.name}.{name}.{part}", member


def test_every_public_name_is_annotated():
    lacking = [
        name
        for name, function in public()
        for signature in [inspect.signature(function)]
        if signature.return_annotation is signature.empty
        or any(
            one.annotation is one.empty and one.name not in ("self", "cls")
            for one in signature.parameters.values()
        )
    ]
    assert lacking == []


def test_no_public_function_takes_more_than_it_should():
    """At most three positional arguments, a figure's Axes besides; `inputs` is for the house."""
    crowded = []
    for name, function in public():
        if name.startswith("inputs."):
            continue
        positional = [
            one
            for one in inspect.signature(function).parameters.values()
            if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
            and one.name not in ("self", "cls", "ax")
        ]
        if len(positional) > 3:
            crowded.append(name)
    assert crowded == []


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "crmlab" / "py.typed").exists()
