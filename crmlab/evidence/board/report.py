"""From a customer database to one page for a board."""

from __future__ import annotations

import functools
import os
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from crmlab import inputs, style
from crmlab.database.description import Page
from crmlab.evidence.board import buying, future, groups, voices, wording
from crmlab.evidence.board.decisions import decide
from crmlab.evidence.board.facts import Fact, Ledger, Windows
from crmlab.evidence.board.page import page
from crmlab.evidence.board.printing import to_pdf
from crmlab.evidence.board.words import Words
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crmlab.database import CustomerDatabase

FOLD, TITLE = 99, 70
FINDERS: dict[str, Callable[[buying.Sales, Ledger], None]] = {
    "customers": buying.customers,
    "concentration": buying.concentration,
    "worth": future.worth,
    "tiers": groups.tiers,
    "satisfaction": voices.satisfaction,
    "complaints": voices.complaints,
    "change": buying.change,
    "left_out": buying.left_out,
}


@dataclass(frozen=True, eq=False, repr=False)
class BoardReport(Result):
    """One page for a board, and every number on it.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per number, by its key: ``part`` of the page; ``number``, what it is; ``estimate``,
        ``low``, ``high`` (the ends are missing where it was counted); ``unit``; ``window``;
        ``denominator``; ``basis``, how it is known.
    ledger : Ledger
        The same numbers, and which sentences say them.
    windows : Windows
        The days between which things were counted.
    title : str
        Name of the source.
    language : {"en", "zh"}
    currency : str
    """

    ledger: Ledger
    windows: Windows
    title: str
    language: wording.Language
    currency: str

    @functools.cached_property
    def words(self) -> Words:
        """What says the numbers in the page's language."""
        return Words(self.ledger, self.windows, self.language, self.currency)

    @property
    def sentences(self) -> dict[str, list[str]]:
        """The sentences of each part of the page, by the part's name."""
        parts = {name: part.says for name, part in self.ledger.parts.items()}
        parts["absent"] = self.ledger.absent
        return {
            name: [self.words.say(self.words.pick(wording.SENTENCES[key])) for key in keys]
            for name, keys in parts.items()
        }

    @property
    def decisions(self) -> pd.DataFrame:
        """Three decisions: ``do``, and ``changes``, what would change each."""
        pairs = (wording.DECISIONS[key] for key in self.ledger.decisions)
        said = [[self.words.say(self.words.pick(text)) for text in pair] for pair in pairs]
        for place, key in enumerate(self.ledger.decisions):
            if key.startswith(wording.PLANS) and "plan.left" in self.ledger:
                said[place][0] += self.words.say(self.words.pick(wording.RESERVE))
        return pd.DataFrame(said, columns=["do", "changes"])

    @property
    def source(self) -> str:
        """Where the numbers come from, in one sentence."""
        kind = "currency" if self.currency else "no currency"
        money = self.words.pick(wording.PAGE[kind]).format(sign=self.currency)
        text = self.words.pick(wording.PAGE["source"])
        said = self.words.say(text.replace("{currency}", "\0").replace("{source}", "\1"))
        return said.replace("\0", money).replace("\1", self.title)

    @property
    def notes(self) -> list[str]:
        """How the page is to be read."""
        used = dict.fromkeys(fact.window for fact in self.ledger.facts.values())
        spans = (
            f"{self.words.pick(wording.WINDOWS[one])} {self.words.window(one)}" for one in used
        )
        windows = self.words.pick(wording.PAGE["windows"]) + self.words.pick(("; ", "\uff1b")).join(
            spans
        )
        return [
            self.words.say(self.words.pick(wording.PAGE["read"])),
            windows + self.words.pick((".", "\u3002")),
        ]

    @property
    def caption(self) -> str:
        """Where the numbers come from."""
        return self.source

    @property
    def headline(self) -> str:
        """By how much models differ on what customers are worth, or why there is no forecast."""
        if "worth.apart" in self.ledger:
            return self.words.say(self.words.pick(wording.HEADLINE))
        keys = (key for key in self.ledger.absent if key.startswith("absent.worth"))
        said = (self.words.say(self.words.pick(wording.SENTENCES[key])) for key in keys)
        return textwrap.fill(next(said, ""), TITLE)

    def part(self, name: str) -> Page:
        """The sentences of one part as text; of a part that is not there, what is not said and why.

        Parameters
        ----------
        name : str
            A part of the page such as ``"worth"``, or ``"absent"`` or ``"decisions"``.

        Returns
        -------
        Page
            Text that shows itself, a sentence a line, folded.
        """
        known = [*FINDERS, "absent", "decisions"]
        inputs.choice(name, "name", known)
        said = self.sentences.get(name) or self.sentences["absent"]
        if name == "decisions":
            change = self.words.pick(wording.PAGE["changes"])
            rows = self.decisions.itertuples(index=False)
            said = [one for do, other in rows for one in (do, f"   {change}: {other}")]
        lines = [textwrap.fill(one, FOLD, subsequent_indent="   ") for one in said]
        return Page("\n".join(lines) or self.words.pick(wording.PAGE["nothing"]))

    def numbers(self, part: str) -> pd.DataFrame:
        """The numbers of one part of the page; none where the data do not allow it.

        Parameters
        ----------
        part : str
            As for `part`.

        Returns
        -------
        pandas.DataFrame
            Rows of the table.
        """
        inputs.choice(part, "part", [*FINDERS, "decisions"])
        return self.table[self.table["part"] == part].drop(columns="part")

    def plot(self, ax: Axes | None = None) -> Axes:
        """What each model says the customers are worth (see `plot_worth`)."""
        return plot_worth(self, ax)

    def label(self, key: str) -> str:
        """What a number is called."""
        return self.words.pick(wording.LABELS[key])

    def html(self) -> str:
        """The page as one HTML document that needs nothing else: no web, no script."""
        return page(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file: HTML, or PDF where the name ends so.

        Parameters
        ----------
        path : str or Path
            Ends in ``.html`` or ``.pdf``.

        Returns
        -------
        Path

        Raises
        ------
        ValueError
            Another ending, or no browser that can print a PDF.
        """
        target = Path(path)
        if target.suffix not in (".html", ".pdf"):
            raise ValueError(f"path is {inputs.shown(str(path))}; it must end in .html or .pdf.")
        written = target.with_suffix(".html")
        written.write_text(self.html(), encoding="utf-8", newline="\n")
        if target.suffix == ".pdf":
            to_pdf(written, target)
        return target


@style.figure(BoardReport, width=9, height=3.5)
def plot_worth(report: BoardReport, ax: Axes | None = None) -> None:
    """Draw what each model says the customers are worth, with its interval.

    Parameters
    ----------
    report : BoardReport
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Empty where there is no forecast; the title says why.
    """
    part = report.ledger.parts.get("worth")
    rows = [] if part is None or part.picture is None else [key for key, _ in part.picture.rows]
    facts = [report.ledger[key] for key in rows]
    for place, fact in enumerate(facts):
        ax.plot([fact.low, fact.high], [place, place], color=style.COLOURS["value"])
        ax.plot(fact.estimate, place, "o", color=style.COLOURS["value"])
    ax.set_yticks(range(len(rows)), [report.label(key) for key in rows])
    if facts:
        ax.set_ylim(len(rows) - 0.5, -0.5)
        style.money(ax.xaxis, report.currency if len(report.currency) == 1 else "")
        kind = "margin" if "worth.kept" in report.ledger else "sales"
        ax.set_xlabel(report.words.pick(wording.AXES[kind]))
    ax.set_title(report.headline)


def board_report(
    db: CustomerDatabase,
    *,
    margin: float | None = None,
    language: wording.Language = "en",
    currency: str = "",
) -> BoardReport:
    r"""Sum up a customer base on one page that a board can read without help.

    What the data do not allow is left out, with the reason: a forecast of a year needs nine months
    of sales and 30 customers who came back, shares and tiers need 30 customers, the costs of tiers
    a table of contacts with costs, satisfaction a survey of ten answers.

    Parameters
    ----------
    db : CustomerDatabase
        From `crmlab.load`, with the table ``transactions``; survey, contacts, complaints and
        customers are used where they are there.
    margin : float, optional
        Share of sales that is contribution, where the record has no column ``margin``. Without
        either, the page speaks of sales.
    language : {"en", "zh"}
        English or Chinese.
    currency : str
        What amounts are in: ``"$"``, ``"EUR"``. It is only written, nothing is converted.

    Returns
    -------
    BoardReport

    Raises
    ------
    ValueError
        No amounts, no purchase that is not a refund, a margin outside 0 to 1, another language.
    MissingTableError
        There is no table of transactions.

    Notes
    -----
    The window is the longest of 12, 6, 3 and 1 months that the record holds twice. Intervals are
    95 %: of shares Wilson's, of the top share and the Gini coefficient as in `crmlab.tiers`, of
    the forecast those of the parameters, of a difference of sums the square root of the sum of
    squares of what each customer's sum changed by (compound Poisson).

    Examples
    --------
    >>> import crmlab as crm
    >>> report = board_report(crm.load("cdnow"))
    >>> report.table.loc["top.share", ["estimate", "low", "high"]].astype(float).round(2).tolist()
    [0.56, 0.54, 0.6]
    >>> report.decisions["do"].iloc[1]
    'Give up no group of customers: the four smaller fifths bring 43.7\xa0% of the sales.'
    """
    inputs.choice(language, "language", tuple(wording.LANGUAGES))
    if not isinstance(currency, str):
        raise ValueError(f"currency is {inputs.shown(currency)}; write text such as 'EUR'.")
    if margin is not None:
        margin = inputs.number(margin, "margin", above=0, at_most=1, remedy="Write 0.3 for 30 %.")
    told = future.margin_share(db.transactions)
    sales = buying.Sales.of(db, margin if told is None else told, given=told is None)
    ledger = Ledger()
    for part, find in FINDERS.items():
        ledger.finding = part
        find(sales, ledger)
    ledger.finding = "decisions"
    decide(ledger)
    table = _table(ledger, sales.windows, language)
    return BoardReport(table, ledger, sales.windows, db.title, language, currency.strip())


def _table(ledger: Ledger, windows: Windows, language: wording.Language) -> pd.DataFrame:
    words = Words(ledger, windows, language, "")
    rows = {key: _row(fact, words) for key, fact in ledger.facts.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("key")


def _row(fact: Fact, words: Words) -> dict[str, object]:
    return {
        "part": fact.part,
        "number": words.pick(wording.LABELS[fact.key]),
        "estimate": fact.estimate,
        "low": fact.low,
        "high": fact.high,
        "unit": words.pick(wording.HEADINGS[fact.unit]),
        "window": words.window(fact.window),
        "denominator": words.base(fact),
        "basis": words.pick(wording.BASIS[fact.basis]),
    }
