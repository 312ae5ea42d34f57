"""Pages made from the list of lessons and the term base: course plan, concepts, quiz."""

import csv
import random
import re
from pathlib import Path

import nbformat

from crmlab.curriculum import LESSONS, PARTS, ROUTES

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = 5
CHOICES = "abcd"


def terms():
    """The term base, data/terms.csv, a dict from term to its row."""
    with open(ROOT / "data" / "terms.csv", encoding="utf-8", newline="") as file:
        return {row["term"]: row for row in csv.DictReader(file)}


def table_of_lessons(folder):
    """Rows of a Markdown table: every part with its lessons, linked into a folder."""
    rows = ["| lesson | you can then | minutes |", "|---|---|---|"]
    for part, name in PARTS.items():
        taught = [one for one in LESSONS if one.part == part]
        if taught:
            rows.append(f"| **{part} {name}** | | |")
        rows += [
            f"| [{one.title}]({folder}{one.title}.ipynb) | {one.outcome} | {one.minutes} |"
            for one in taught
        ]
    return rows


def start():
    """Text of notebooks/start-here.ipynb: the plan of the course, from lessons/start-here.md."""
    known = {one.number: one for one in LESSONS}
    routes = ["| route | lessons | hours |", "|---|---|---|"]
    for name, numbers in ROUTES.items():
        hours = sum(known[number].minutes for number in numbers) / 60
        listed = ", ".join(numbers) if len(numbers) < len(LESSONS) else "all, in their order"
        routes.append(f"| {name} | {listed} | {hours:.1f} |")
    builds = ["| lesson | uses ideas of |", "|---|---|"]
    builds += [f"| {one.title} | {', '.join(one.after)} |" for one in LESSONS if one.after]
    text = (ROOT / "lessons" / "start-here.md").read_text(encoding="utf-8")
    for mark, rows in (("lessons", table_of_lessons("")), ("routes", routes), ("builds", builds)):
        text = text.replace(f"<!-- {mark} -->", "\n".join(rows))
    cells = [nbformat.v4.new_markdown_cell(part) for part in re.split(r"\n(?=## )", text.strip())]
    for place, cell in enumerate(cells):
        cell.id = f"start-{place}"
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return (
        nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}))
        + "\n"
    )


def concepts():
    """Text of notebooks/trainer/concepts.md: every concept, its lesson and its function."""
    lines = ["# Concepts of the course", ""]
    lines += ["In English and Chinese, with the lesson that defines each and its name in code.", ""]
    lines += ["| concept | 中文 | lesson | in code |", "|---|---|---|---|"]
    for name, row in sorted(terms().items(), key=lambda pair: (pair[1]["first_lesson"], pair[0])):
        code = f"`{row['code']}`" if row["code"] else ""
        lines.append(f"| {name} | {row['chinese']} | {row['first_lesson']} | {code} |")
    return "\n".join([*lines, ""])


def quiz():
    """Text of notebooks/trainer/quiz.md: five questions a part, and the answers at the end."""
    known = terms()
    lines, answers = ["# Quiz", "", "Five questions a part. The answers are at the end.", ""], []
    for part, name in PARTS.items():
        titles = [one.title for one in LESSONS if one.part == part]
        rows = [known[name] for title in titles for name in taught(title)]
        if len(rows) < len(CHOICES):
            continue
        lines += [f"## {part} {name}", ""]
        for number, (question, right, wrong) in enumerate(_questions(part, titles, rows), 1):
            choices = sorted([right, *wrong])
            lines += [f"**{part}.{number}** {question}", ""]
            lines += [f"- {c}) {one}" for c, one in zip(CHOICES, choices, strict=True)] + [""]
            answers.append(f"{part}.{number} {CHOICES[choices.index(right)]}")
    return "\n".join([*lines, "## Answers", "", ", ".join(answers), ""])


def _questions(part, titles, rows):
    """Four definitions to name, and one sentence to find the lesson of."""
    draw = random.Random(part)
    for row in draw.sample(rows, QUESTIONS - 1):
        others = [one["term"] for one in rows if one is not row]
        meant = f"Which term means this: {row['definition'].rstrip('.')}?"
        yield meant, row["term"], draw.sample(others, len(CHOICES) - 1)
    title = draw.choice(titles)
    others = [one.title for one in LESSONS if one.title != title]
    yield (
        f"Which lesson ends with: “{draw.choice(take_aways(title))}”",
        title,
        draw.sample(others, len(CHOICES) - 1),
    )


def taught(title):
    """Names of the terms that a lesson teaches first, as its script lists them."""
    listed = re.search(r"<!-- terms:(.*?)-->", script(title), flags=re.S)[1]
    names = [" ".join(name.replace("\n#", " ").split()) for name in listed.split(";")]
    return [name for name in names if terms()[name]["first_lesson"] == title]


def script(title):
    """Text of a lesson's script."""
    return (ROOT / "lessons" / f"{title}.py").read_text(encoding="utf-8")


def take_aways(title):
    """What a lesson's script lists under "Take away", a list of sentences."""
    text = re.search(r"^# ## Take away\n(.*?)^# %%", script(title), flags=re.M | re.S)[1]
    text = re.sub(r"^# ?", "", text, flags=re.M)
    return [" ".join(point.split()) for point in re.split(r"^- ", text, flags=re.M)[1:]]
