"""Pages of the site that are made from the package and the term base: rooms and terms."""

import importlib
import inspect
import re

import pages
from crmlab.curriculum import LESSONS
from crmlab.results import Result

ROOMS = {
    "database": "Customer database",
    "delivered_value": "Delivered value",
    "pricing": "Pricing",
    "satisfaction": "Satisfaction",
    "drivers": "Drivers",
    "lifetime_value": "Lifetime value",
    "repeat_buying": "Repeat buying",
    "scoring": "Scoring",
    "tiers": "Tiers",
    "segments": "Segments",
    "alerts": "Alerts",
    "delivery": "Delivery",
    "recovery": "Recovery",
    "evidence": "Evidence",
    "frames": "Moving figures",
    "company": "Sample company",
    "check": "Exercises",
    "curriculum": "List of lessons",
    "inputs": "Inputs",
    "intervals": "Intervals",
    "results": "Results",
    "style": "Style",
}


def public(room):
    """What a room offers, a dict from name to object, in the order of the alphabet."""
    module = importlib.import_module(f"crmlab.{room}")
    names = getattr(module, "__all__", None) or [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (name.isupper() or getattr(thing, "__module__", "") == module.__name__)
    ]
    found = {name: getattr(module, name) for name in sorted(names, key=str.lower)}
    return {name: thing for name, thing in found.items() if _lives_in(room, thing)}


def _lives_in(room, thing):
    """Whether a name is a room's own, and not another room's that it also offers."""
    home = getattr(thing, "__module__", None) or ""
    return not home.startswith("crmlab.") or home.split(".")[1] == room


def room_page(room):
    """Text of the page of a room, in reStructuredText: what it offers, then each in full."""
    title = ROOMS[room]
    lines = [f".. module:: crmlab.{room}", "", title, "=" * len(title), ""]
    lines += [f"``from crmlab import {room}``", ""]
    lines += [inspect.getdoc(importlib.import_module(f"crmlab.{room}")) or "", ""]
    taught = [one.title for one in LESSONS if one.module == room]
    if taught:
        links = ", ".join(f":doc:`{one} </lessons/{one}>`" for one in taught)
        lines += [f"Lessons: {links}", ""]
    found = public(room)
    for heading, chosen in _kinds(found).items():
        if not chosen:
            continue
        lines += [heading, "-" * len(heading), "", ".. list-table::", "   :widths: 35 65", ""]
        for name in chosen:
            lines += [f"   * - :py:obj:`{name} <crmlab.{room}.{name}>`"]
            lines += [f"     - {_first_line(found[name])}"]
        lines += [""]
        for name in chosen:
            lines += _entry(room, name, found[name])
    return "\n".join(lines)


def _kinds(found):
    """Names by what they are: functions first, then figures, results and models, constants."""
    kinds = {"Functions": [], "Figures": [], "Results and models": [], "Constants": []}
    for name, thing in found.items():
        if inspect.isclass(thing):
            kinds["Results and models"].append(name)
        elif name.startswith("plot_"):
            kinds["Figures"].append(name)
        elif inspect.isfunction(thing):
            kinds["Functions"].append(name)
        else:
            kinds["Constants"].append(name)
    return kinds


def _first_line(thing):
    described = inspect.isclass(thing) or inspect.isfunction(thing)
    first = (inspect.getdoc(thing) or "").partition("\n\n")[0] if described else ""
    return re.sub(r"(?<!`)`(\w+)`(?!`)", r"``\1``", " ".join(first.split())) or "\\"


def _entry(room, name, thing):
    if inspect.isclass(thing):
        lines = [f".. autoclass:: crmlab.{room}.{name}", "   :members:"]
        if not issubclass(thing, Result | BaseException | tuple):
            lines += ["   :inherited-members:"]
        return [*lines, ""]
    if inspect.isfunction(thing):
        return [f".. autofunction:: crmlab.{room}.{name}", ""]
    return [f".. py:data:: {name}", ""]


def documented():
    """Every name that the reference explains, such as ``tiers.pyramid``."""
    return {f"{room}.{name}" for room in ROOMS for name in public(room)}


def terms_page():
    """Text of the page of terms, in Markdown, with links to lessons and functions."""
    known, letter = documented(), ""
    lines = ["# Terms", ""]
    lines += [
        "Every term of the course in English and Chinese, with the lesson that defines it.",
        "",
    ]
    for term, row in sorted(pages.terms().items(), key=lambda pair: pair[0].lower()):
        if term[0].upper() != letter:
            letter = term[0].upper()
            lines += ["", f"## {letter}", "", "| term | 中文 | meaning | lesson | in code |"]
            lines += ["|---|---|---|---|---|"]
        meaning = row["definition"]
        if row["not_to_be_confused_with"]:
            meaning += f". Not: {row['not_to_be_confused_with']}"
        lesson = row["first_lesson"]
        lines.append(
            f"| {term} | {chinese(row['chinese'])} | {meaning} "
            f"| [{lesson[:2]}](lessons/{lesson}.ipynb) | {_code(row['code'], known)} |"
        )
    return "\n".join([*lines, ""])


def chinese(text):
    """A Chinese term that is not broken by character."""
    return f'<span lang="zh">{text}</span>'


def _code(name, known):
    if not name:
        return ""
    entry = ".".join(name.split(".")[:2])
    return f"{{py:obj}}`{name} <crmlab.{entry}>`" if entry in known else f"`{name}`"
