"""Figures of the page as inline SVG: bars, twin bars, dots with intervals; text stays text."""

from __future__ import annotations

from html import escape

from crmlab import style
from crmlab.evidence.board.facts import Picture
from crmlab.evidence.board.words import Words

WIDTH, ROW, LEFT = 460, 22, 150
BLUE, GREY = style.COLOURS["value"], "#8C8C8C"


def drawn(picture: Picture, words: Words, labels: dict[str, str], said: str) -> str:
    """One figure.

    Parameters
    ----------
    picture : Picture
    words : Words
    labels : dict of str to str
        What each row is called, by the fact that names it.
    said : str
        The sentence under the figure, for those who do not see it.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    rows = {"bars": _bars, "twins": _twins, "dots": _dots}[picture.kind](picture, words, labels)
    height = ROW * len(picture.rows) + 4
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(said)}">'
        f"<title>{escape(said)}</title>{''.join(rows)}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str = "start", colour: str = "#222") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"'
    return f"<text {place}>{escape(text)}</text>"


def _rect(x: float, y: float, width: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{ROW - 6}" '
        f'fill="{colour}"/>'
    )


def _bars(picture: Picture, words: Words, labels: dict[str, str]) -> list[str]:
    shapes = []
    room = WIDTH - LEFT - 60
    for place, (key, _) in enumerate(picture.rows):
        fact, top = words.ledger[key], place * ROW + 3
        length = room * fact.estimate
        shapes += [
            _text(LEFT - 8, top + 12, labels[key], "end"),
            _rect(LEFT, top, length, BLUE),
            _text(LEFT + length + 6, top + 12, words.value(fact)),
        ]
    return shapes


def _twins(picture: Picture, words: Words, labels: dict[str, str]) -> list[str]:
    shapes = []
    middle, room = WIDTH / 2, WIDTH / 2 - 62 - 62
    for place, (key, heads, held) in enumerate(picture.rows):
        top = place * ROW + 3
        left, right = words.ledger[heads], words.ledger[held]
        wide, far = room * left.estimate, room * abs(right.estimate)
        colour = BLUE if right.estimate >= 0 else style.COLOURS["cost"]
        shapes += [
            _text(middle, top + 12, labels[key], "middle"),
            _rect(middle - 62 - wide, top, wide, GREY),
            _text(middle - 62 - wide - 6, top + 12, words.value(left), "end"),
            _rect(middle + 62, top, far, colour),
            _text(middle + 62 + far + 6, top + 12, words.value(right)),
        ]
    return shapes


def _dots(picture: Picture, words: Words, labels: dict[str, str]) -> list[str]:
    shapes = []
    facts = [words.ledger[key] for key, _ in picture.rows]
    low, high = min(one.low for one in facts), max(one.high for one in facts)
    room, begin = WIDTH - LEFT - 95, LEFT + 10
    scale = room / (high - low or 1)
    for place, fact in enumerate(facts):
        y = place * ROW + 11
        x, ends = begin + (fact.estimate - low) * scale, (fact.low, fact.high)
        first, last = (begin + (end - low) * scale for end in ends)
        shapes += [
            _text(LEFT - 8, y + 4, labels[fact.key], "end"),
            f'<line x1="{first:.1f}" x2="{last:.1f}" y1="{y}" y2="{y}" '
            f'stroke="{BLUE}" stroke-width="3"/>',
            f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{BLUE}"/>',
            _text(last + 10, y + 4, words.value(fact)),
        ]
    return shapes
