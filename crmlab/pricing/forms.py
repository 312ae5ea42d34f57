"""Answers of an online form, Google's or Microsoft's, as one row per respondent and card."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.database.reading import data_folder

_NUMBER = re.compile(r"\s*([-+]?\d+(?:[.,]\d+)?)(?![\d.,]*\d)")
_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")


def from_form(
    form: str | Path | pd.DataFrame, cards: pd.DataFrame, *, keep: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Read the export of a form into the table that `conjoint` or `choice_model` takes.

    Parameters
    ----------
    form : path or DataFrame
        The export, CSV or Excel: one row per person who answered, one column per card (ratings)
        or per set (choices). The header of such a column contains the card's or set's name,
        whatever stands around it: ``How likely ... [Card 7: ...]``. Everything else, such as time
        stamp, name and e-mail address, is left out.
    cards : pandas.DataFrame
        What the cards say. For ratings ``card`` (its name in the header) and the attributes; for
        choices ``set`` (its name), ``alternative`` (what an answer begins with) and the
        attributes, empty for an alternative that is to buy nothing.
    keep : mapping of str to str, optional
        Other questions to keep: how the header begins, and the name of the new column, such as
        ``{"What brings you": "segment"}``.

    Returns
    -------
    pandas.DataFrame
        ``respondent_id``, the kept columns, the columns of ``cards``, and ``rating`` or
        ``chosen``; empty where the card or set was skipped.

    Raises
    ------
    ValueError
        No such file, or of another kind; a card without column, or with several; an answer that
        begins with no number (ratings) or with no alternative (choices).

    Notes
    -----
    An answer such as ``8 - very likely`` counts as 8. ``respondent_id`` is Microsoft's column
    ``ID`` where the form has one, else F001, F002 and so on in the order of the rows.

    Examples
    --------
    >>> form = pd.DataFrame({"Timestamp": ["12/01/2025 08:02:20"], "Rate it [Card 1: paper]": [5],
    ...                      "Rate it [Card 2: souvenir]": ["9 - surely"]})
    >>> cards = pd.DataFrame({"card": ["Card 1", "Card 2"], "cup": ["paper", "souvenir"]})
    >>> from_form(form, cards)
      respondent_id    card       cup  rating
    0          F001  Card 1     paper     5.0
    1          F001  Card 2  souvenir     9.0
    """
    table = inputs.table(_read(form), (), "form")
    chosen = isinstance(cards, pd.DataFrame) and "set" in cards
    named = inputs.table(cards, ("set", "alternative") if chosen else ("card",), "cards")
    name = "set" if chosen else "card"
    inputs.one_row_each(named, "cards", ("set", "alternative") if chosen else ("card",))
    titles = inputs.ids(named[name], f"cards.{name}", rows=named)
    headers = [str(header) for header in table.columns]
    place = {title: _column(title, headers, name) for title in dict.fromkeys(titles)}
    answer = "chosen" if chosen else "rating"
    about = _about(table, headers, keep, taken=["respondent_id", answer, *map(str, named.columns)])
    parts = []
    for title, column in place.items():
        answers = table.iloc[:, column]
        mine = named[(titles == title).to_numpy()]
        read = _chosen(answers, mine, title) if chosen else _ratings(answers, title)[:, None]
        parts.append(read)
    return _long(about, named, titles, parts, answer)


def example_form() -> tuple[Path, pd.DataFrame]:
    """The form that comes with crmlab: where its export is, and its 18 cards.

    Returns
    -------
    path, DataFrame
        What `from_form` takes.

    Examples
    --------
    >>> form, cards = example_form()
    >>> form.name, len(cards)
    ('answers.csv', 18)
    """
    folder = data_folder() / "forms"
    return folder / "answers.csv", pd.read_csv(folder / "cards.csv")


def _read(form: Any) -> Any:
    if not isinstance(form, str | Path):
        return form
    path = Path(form).expanduser()
    if not path.is_file():
        raise ValueError(f"form: there is no file {str(form)!r} in {Path.cwd()}.")
    if path.suffix.lower() not in _ENDINGS:
        raise ValueError(f"form: {path.name} is not one of {', '.join(_ENDINGS)}; save it as CSV.")
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        try:
            return pd.read_excel(path, dtype=object)
        except (ValueError, OSError, KeyError) as error:
            raise ValueError(f"form: {path.name} is no Excel file: {error}") from None
    body = path.read_bytes()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("gb18030", errors="replace")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        return pd.read_csv(io.StringIO(text), dtype=str, sep=separator, keep_default_na=False)
    except (pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        raise ValueError(f"form: {path.name} is not a table: {error}.") from None


def _column(title: str, headers: list[str], name: str) -> int:
    """Place of the one header that contains a card's name, in its brackets if there are any."""
    word = re.compile(rf"(?<![\w]){re.escape(title.strip())}(?![\w])", re.IGNORECASE)
    brackets = [re.findall(r"\[([^\]]*)\]", header) for header in headers]
    for texts in (
        [" ".join(found) for found in brackets],
        [re.sub(r"\[[^\]]*\]", " ", header) for header in headers],
    ):
        places = [place for place, text in enumerate(texts) if word.search(text)]
        if len(places) == 1:
            return places[0]
        if places:
            told = inputs.listed([repr(headers[place]) for place in places], most=3)
            raise ValueError(
                f"form: {len(places)} headers name the {name} {title!r}: {told}. Give each "
                f"{name} a name of its own, such as 'Card 7'."
            )
    raise ValueError(
        f"form: no header names the {name} {title!r}; there are "
        f"{inputs.listed([repr(header) for header in headers], most=4)}. Write cards.{name} as "
        "the headers have it."
    )


def _about(
    table: pd.DataFrame, headers: list[str], keep: Mapping[str, str] | None, taken: list[str]
) -> pd.DataFrame:
    """Who answered, and the other questions to keep."""
    width = max(3, len(str(len(table))))
    who = pd.Series([f"F{row:0{width}d}" for row in range(1, len(table) + 1)], dtype="str")
    for place, header in enumerate(headers):
        if header.strip().lower() == "id":
            given = pd.Series(table.iloc[:, place].to_numpy(), dtype=object)
            who = inputs.ids(given, f"form.{header}")
            inputs.one_row_each(pd.DataFrame({"ID": who}), "form", ("ID",))
            break
    about = pd.DataFrame({"respondent_id": who})
    if keep is not None and not isinstance(keep, Mapping):
        raise ValueError('keep is not a mapping; write {"What brings you": "segment"}.')
    for start, new in (keep or {}).items():
        if not isinstance(start, str) or not isinstance(new, str) or new in taken:
            raise ValueError(
                f"keep: {start!r} to {new!r}; give the start of a header, and a name other than "
                f"{inputs.listed(taken)}."
            )
        places = [i for i, h in enumerate(headers) if h.strip().lower().startswith(start.lower())]
        if len(places) != 1:
            raise ValueError(f"keep: {len(places)} headers begin with {start!r}; name one.")
        about[new] = table.iloc[:, places[0]].to_numpy()
    return about


def _ratings(answers: pd.Series, title: str) -> np.ndarray:
    """The number that each answer begins with; NaN where it is empty."""
    cells = answers.astype(object)
    found = np.array([_number(cell) for cell in cells])
    wrong = np.isnan(found) & ~_blank(cells)
    problem = "begins with no number", "begin with no number"
    remedy = "Ratings are numbers, such as 8 or '8 - very likely'; correct them."
    inputs.refuse(wrong, _rows(cells), f"form[{title}]", problem, remedy)
    return found


def _number(cell: Any) -> float:
    if isinstance(cell, str):
        match = _NUMBER.match(cell)
        return float(match[1].replace(",", ".")) if match else np.nan
    is_number = isinstance(cell, Real) and not isinstance(cell, bool | np.bool_)
    return float(cell) if is_number else np.nan


def _chosen(answers: pd.Series, alternatives: pd.DataFrame, title: str) -> np.ndarray:
    """Which alternative each answer begins with, a column each; NaN where it is empty."""
    cells = answers.astype(object)
    names = [str(name).strip() for name in alternatives["alternative"]]
    starts = [re.compile(rf"\s*{re.escape(name)}(?!\w)", re.IGNORECASE) for name in names]
    text = cells.map(_written)
    met = [text.map(lambda cell, start=start: bool(start.match(cell))) for start in starts]
    length = np.column_stack(met) * np.array([len(name) for name in names])
    blank = _blank(cells)
    problem = "begins with no alternative", "begin with no alternative"
    remedy = f"The alternatives of {title} are {inputs.listed(names)}."
    inputs.refuse(~length.any(axis=1) & ~blank, _rows(cells), f"form[{title}]", problem, remedy)
    taken = (np.arange(len(names)) == length.argmax(axis=1)[:, None]).astype(float)
    taken[blank] = np.nan
    return taken


def _written(cell: Any) -> str:
    """A cell as text, a whole number without decimal point."""
    whole = isinstance(cell, Real) and cell == cell // 1
    return str(int(cell)) if whole else str(cell)


def _blank(cells: pd.Series) -> np.ndarray:
    empty = cells.map(lambda cell: not cell.strip() if isinstance(cell, str) else False)
    return (empty.astype(bool) | cells.isna()).to_numpy()


def _rows(cells: pd.Series) -> pd.Series:
    """The cells under the row numbers that a spreadsheet shows."""
    return cells.set_axis(pd.RangeIndex(2, len(cells) + 2, name="row"))


def _long(
    about: pd.DataFrame, named: pd.DataFrame, titles: pd.Series, parts: list[Any], answer: str
) -> pd.DataFrame:
    """One row per respondent and row of ``cards``, in the order of both."""
    first = titles.drop_duplicates()
    order = np.concatenate([np.flatnonzero((titles == title).to_numpy()) for title in first])
    wide = np.hstack(parts)[:, np.argsort(order, kind="stable")]
    people = about.loc[about.index.repeat(len(named))].reset_index(drop=True)
    shown = named.iloc[np.tile(np.arange(len(named)), len(about))].reset_index(drop=True)
    shown = shown.drop(columns=[name for name in ("respondent_id", answer) if name in shown])
    return pd.concat([people, shown], axis=1).assign(**{answer: wide.ravel()})
