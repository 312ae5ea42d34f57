"""The page itself: one HTML text that asks nothing of the web and prints on A4."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from crmlab.evidence.board import wording
from crmlab.evidence.board.facts import Part
from crmlab.evidence.board.pictures import drawn

if TYPE_CHECKING:
    from crmlab.evidence.board.report import BoardReport

ORDER = (
    *("customers", "concentration", "worth", "tiers"),
    *("satisfaction", "complaints", "change", "left_out"),
)
TILES = (("customers.now", "customers.all"), ("sales.now", "sales.all"), ("top.share",),
         ("worth.total",))  # fmt: skip
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
LOOK = """
@page { size: A4; margin: 11mm 12mm; }
* { box-sizing: border-box; }
body { font: 15px/1.45 Arial, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei",
  "WenQuanYi Zen Hei", sans-serif; color: #222; max-width: 1000px; margin: 0 auto; padding: 20px; }
h1 { font-size: 1.7em; margin: 0; } h2 { font-size: 1.05em; margin: 0 0 4px; color: #0072b2; }
p { margin: 0 0 6px; } .source, .note, figcaption { color: #555; font-size: 0.86em; }
.tiles { display: flex; flex-wrap: wrap; gap: 10px; margin: 12px 0; }
.tile { flex: 1 1 150px; border-top: 4px solid #0072b2; background: #f3f6f9; padding: 8px 10px; }
.tile b { display: block; font-size: 1.45em; line-height: 1.2; }
.tile span { display: block; font-size: 0.86em; color: #555; }
.decisions { border: 2px solid #0072b2; padding: 10px 12px; margin: 0 0 14px; }
.decisions ol { margin: 0; padding-left: 20px; } .decisions li { margin: 0 0 6px; }
.decisions i { color: #555; font-style: normal; display: block; }
.parts { columns: 2; column-gap: 26px; }
.part { margin: 0 0 14px; } figure { margin: 4px 0 6px; } h2 { break-after: avoid; }
figure, .moved, .part p, li { break-inside: avoid; }
svg { display: block; width: 100%; height: auto; font: 12.5px Arial, "Noto Sans CJK SC",
  "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", sans-serif; }
ul { margin: 0; padding-left: 18px; }
table { border-collapse: collapse; width: 100%; font-size: 0.8em; }
th, td { text-align: left; vertical-align: top; padding: 2px 6px; border-bottom: 1px solid #ccc; }
th { color: #555; } td.n, th.n { text-align: right; white-space: nowrap; }
tr { break-inside: avoid; } thead { display: table-header-group; }
.numbers { margin-top: 14px; }
.moved { margin: 4px 0 6px; font-size: 0.86em; }
@media (max-width: 700px) { .parts { columns: 1; } }
@media print {
  body { font-size: 8.3pt; line-height: 1.25; padding: 0; max-width: none; }
  .tiles { margin: 5pt 0; gap: 6pt; } .tile { padding: 3pt 6pt; } .tile, .decisions, th, svg
  { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .decisions { margin: 0 0 7pt; padding: 5pt 8pt; } .decisions li { margin: 0 0 3pt; }
  .numbers { margin-top: 5pt; } figure { margin: 2pt 0 3pt; }
  .part { margin: 0 0 6pt; } .parts { column-gap: 16pt; } p { margin: 0 0 3pt; }
  table { font-size: 6.4pt; line-height: 1.12; } th, td { padding: 0.3pt 4pt; }
  svg { max-width: 78mm; } .note { font-size: 7pt; }
}
"""


def page(report: BoardReport) -> str:
    """Write the page.

    Parameters
    ----------
    report : BoardReport

    Returns
    -------
    str
        A whole HTML document.
    """
    words = report.words
    title = escape(words.pick(wording.PAGE["title"]))
    body = [
        f"<h1>{title}</h1>",
        f'<p class="source">{escape(report.source)}</p>',
        _tiles(report),
        _decisions(report),
        '<div class="parts">',
        *(
            _part(report, report.ledger.parts[name])
            for name in ORDER
            if name in report.ledger.parts
        ),
        _absent(report),
        "</div>",
        _numbers(report),
    ]
    return (
        f'<!doctype html>\n<html lang="{wording.LANGUAGES[report.language]}"><head>'
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{LOOK}</style></head><body>\n"
        + "\n".join(filter(None, body))
        + "\n</body></html>\n"
    )


def _tiles(report: BoardReport) -> str:
    """The four numbers that a hurried reader takes along, as far as they are there."""
    words, tiles = report.words, []
    for choices in TILES:
        key = next((one for one in choices if one in report.ledger), None)
        if key is None:
            continue
        name = "worth.margin" if key == "worth.total" and "worth.kept" in report.ledger else key
        fact, label = report.ledger[key], words.pick(wording.TILES[name])
        reach = "" if fact.low != fact.low else f"<span>{escape(words.interval(fact))}</span>"
        tiles.append(
            f'<div class="tile"><b>{escape(words.value(fact))}</b>'
            f"<span>{escape(words.say(label))}</span>{reach}</div>"
        )
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _decisions(report: BoardReport) -> str:
    words = report.words
    change, colon = words.pick(wording.PAGE["changes"]), words.pick((": ", "\uff1a"))
    items = [
        f"<li><b>{escape(do)}</b> <i>{escape(change + colon + other)}</i></li>"
        for do, other in report.decisions.itertuples(index=False)
    ]
    return (
        f'<section class="decisions"><h2>{_heading(report, "decisions")}</h2>'
        f"<ol>{''.join(items)}</ol></section>"
    )


def _heading(report: BoardReport, name: str) -> str:
    return escape(report.words.pick(wording.PARTS[name]))


def _part(report: BoardReport, part: Part) -> str:
    said = report.sentences[part.name]
    if part.name == "left_out":
        inner = f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in said)}</ul>"
    else:
        inner = "".join(f"<p>{escape(one)}</p>" for one in said)
    if part.name == "change":
        inner = _moved(report) + inner
    if part.picture is not None:
        caption = report.words.pick(wording.CAPTIONS[part.name])
        labels = {row[0]: report.label(row[0]) for row in part.picture.rows}
        picture = drawn(part.picture, report.words, labels, caption)
        figure = f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"
        inner = inner.replace("</p>", f"</p>{figure}", 1)
    return (
        f'<section class="part {part.name}"><h2>{_heading(report, part.name)}</h2>{inner}</section>'
    )


def _moved(report: BoardReport) -> str:
    """Before, now and the difference, side by side."""
    words = report.words
    head = [words.pick(wording.PAGE[name]) for name in ("before", "now", "difference")]
    rows = []
    for name in ("sales", "buyers", "purchases"):
        facts = [report.ledger[f"{name}.{when}"] for when in ("before", "now", "change")]
        cells = [words.number(fact, fact.estimate) for fact in facts]
        if facts[2].basis == "estimated":
            cells[2] += f" ({words.interval(facts[2])})"
        rows.append([report.label(f"{name}.now"), *cells])
    return f'<div class="moved">{_table(["", *head], rows, numbers=(1, 2, 3))}</div>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int]) -> str:
    def cell(tag: str, place: int, text: str) -> str:
        kind = ' class="n"' if place in numbers else ""
        return f"<{tag}{kind}>{escape(text)}</{tag}>"

    top = "".join(cell("th", place, text) for place, text in enumerate(head))
    lines = (
        "<tr>" + "".join(cell("td", place, text) for place, text in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _absent(report: BoardReport) -> str:
    if not report.ledger.absent:
        return ""
    items = "".join(f"<li>{escape(one)}</li>" for one in report.sentences["absent"])
    return f'<section class="part"><h2>{_heading(report, "absent")}</h2><ul>{items}</ul></section>'


def _numbers(report: BoardReport) -> str:
    """Every number with unit, window, denominator and interval."""
    words = report.words
    names = ("number", "estimate", "interval", "window", "denominator")
    head = [words.pick(wording.COLUMNS[name]) for name in names]
    rows = []
    for fact in report.ledger.facts.values():
        known = words.pick(wording.BASIS[fact.basis])
        if fact.basis in ("estimated", "models"):
            known = words.interval(fact)
        rows.append(
            [
                report.label(fact.key),
                words.value(fact),
                known,
                words.pick(wording.WINDOWS[fact.window]),
                words.base(fact),
            ]
        )
    table = _table(head, rows, numbers=(1, 2))
    notes = "".join(f'<p class="note">{escape(said)}</p>' for said in report.notes)
    heading = _heading(report, "numbers")
    return f'<section class="numbers"><h2>{heading}</h2>{notes}{table}</section>'
