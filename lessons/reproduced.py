"""The page of the site that sets numbers of the literature beside ours, from the tests."""

import importlib.util
import re

import numpy as np

from build import ROOT


def papers():
    """What tests/test_published.py holds: a list of sources with their numbers."""
    path = ROOT / "tests" / "test_published.py"
    spec = importlib.util.spec_from_file_location("published", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PAPERS


def page():
    """Text of the page in Markdown; ours is computed now, and nothing of it is typed."""
    known = papers()
    numbers = sum(len(one.printed) for one in known)
    lines = ["# Reproduced numbers", ""]
    lines += [f"{numbers} numbers of the literature beside ours, which were computed when this"]
    lines += ["site was made. The tests assert that they agree to the last digit that is printed."]
    lines += ["The difference is ours less the printed.", ""]
    for short in dict.fromkeys(map(_short, known)):
        lines += [f"## {short}", ""]
        for one in known:
            if _short(one) == short:
                lines += _table(one)
    return "\n".join(lines)


def _short(paper):
    """Authors and year, or what stands before the first comma."""
    found = re.match(r"[^()]*\(\d{4}\)", paper.source)
    return found[0] if found else paper.source.partition(",")[0]


def _table(paper):
    """What a source says of one thing, and a table with a row for each number."""
    lesson = f"[{paper.lesson[:2]}](lessons/{paper.lesson}.ipynb)"
    lines = [f"{paper.source}: {paper.about}. Lesson {lesson}.", ""]
    lines += ["| | printed | ours | difference |", "|---|--:|--:|--:|"]
    ours = np.asarray(paper.ours(), dtype=float)
    for (name, printed), value in zip(paper.printed.items(), ours, strict=True):
        digits = len(printed.partition(".")[2])
        more = digits + 2 if digits else 0
        gap = value - float(printed)
        stands, shown = f"{float(printed):,.{digits}f}", f"{value:,.{more}f}"
        difference = f"{gap:+.{more or 1}f}" if abs(gap) > 1e-9 else "0"
        lines.append(f"| {name} | {stands} | {shown} | {difference} |")
    return [*lines, ""]
