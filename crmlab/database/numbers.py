"""Read numbers as people write them: 1.234,50 and 1,234.50, $12.00, ¥12, (12.00)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

_CURRENCY = r"(?:US|HK|NT|A|C|S)?[$€£¥₩₹元]|USD|EUR|GBP|CNY|RMB|JPY|CHF"
_PRICED = (
    rf"^(?P<open>[-+(]? ?)(?P<before>{_CURRENCY})? ?"
    rf"(?P<number>-?[\d.,'’ ]*\d[\d.,'’ ]*?) ?(?P<after>{_CURRENCY})?(?P<close> ?[-)]?)$"
)
_EVEN = rf"(\d[.,])[-–—]{{1,2}}(?= ?(?:{_CURRENCY})?$)"  # 12,- is twelve even
_SAME_SIGN = {"元": "¥", "RMB": "¥", "CNY": "¥", "USD": "$", "US$": "$", "EUR": "€", "GBP": "£"}
_POINT_AND_COMMAS = r"\d{1,3}(,\d{2,3})*,\d{3}\.\d*"
_COMMA_AND_POINTS = r"\d{1,3}(\.\d{2,3})*\.\d{3},\d*"


class Numbers(NamedTuple):
    """Numbers read from text; see ``read_numbers``."""

    values: pd.Series
    unclear: pd.Series
    currencies: list[str]
    marks: frozenset[str]
    remarks: list[str]


def read_numbers(text: pd.Series, mark: str | None = None) -> Numbers:
    """Read trimmed text as numbers.

    A lone mark before exactly three digits (``1,234``) is read by the marks of the other values;
    where these say nothing, by ``mark``; otherwise it is unclear. ``0.125`` and ``1234.567``
    can only be decimals.

    Parameters
    ----------
    text : Series of str
        Empty where missing.
    mark : {".", ","}, optional
        Decimal mark used elsewhere.

    Returns
    -------
    Numbers
        ``values`` (float, NaN where missing, unclear or not a number), ``unclear`` (bool; all
        that name a currency if there are several ``currencies``), ``marks`` (the decimal marks
        that these values prove) and ``remarks`` (what was taken off or decided).

    Examples
    --------
    >>> numbers = read_numbers(pd.Series(["1.234,50", "1.000", "(7)"]))
    >>> numbers.values.tolist(), sorted(numbers.marks)
    ([1234.5, 1000.0, -7.0], [','])
    """
    plain = pd.to_numeric(text, errors="coerce").astype(float)
    if (plain.notna() | (text == "")).all():
        pointed = text.str.contains(".", regex=False)
        triple = pointed & text.str.fullmatch(r"[+-]?[1-9]\d{0,2}\.\d{3}")
        if not triple.any() or (pointed & ~triple).any():
            return Numbers(plain, triple & False, [], frozenset("." if pointed.any() else ""), [])
    body, negative, priced, currencies, remarks = _bare(text)
    thousands = body.str.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}")
    points, commas = _points(body, plain) & ~thousands, _commas(body) & ~thousands
    marks = frozenset([*("." if points.any() else ""), *("," if commas.any() else "")])
    decimal = next(iter(marks)) if len(marks) == 1 else None if marks else mark
    unclear = thousands & (decimal is None) | priced & (len(currencies) > 1)
    commas |= thousands & (decimal == ",")
    whole = body.str.fullmatch(r"\d+|\d{1,3}(,\d{3}){2,}|\d{1,3}(\.\d{3}){2,}")
    english = body.str.replace(",", "")
    german = body.str.replace(".", "").str.replace(",", ".")
    number = english.where(~commas, german).where(~whole, english.str.replace(".", ""))
    known = (points | commas | whole | thousands) & ~unclear
    values = pd.to_numeric(number.where(known), errors="coerce").astype(float)
    values = values.where(~negative, -values).where(~np.isinf(plain), plain)
    if commas.any():
        remarks.append("decimal commas are read")
    if (known & body.str.contains(r"\d[.,]\d{3}(?:\D|$)") & (body != number)).any():
        remarks.append("thousands separators are read")
    return Numbers(values, unclear, currencies, marks, remarks)


def _points(body: pd.Series, plain: pd.Series) -> pd.Series:
    decimals = body.str.fullmatch(rf"\d*\.\d+|\d+\.|{_POINT_AND_COMMAS}")
    several_commas = body.str.fullmatch(r"\d{1,3}(,\d{3}){2,}")
    return decimals | several_commas | (plain.notna() & body.str.contains(r"\d[eE][+-]?\d"))


def _commas(body: pd.Series) -> pd.Series:
    return body.str.fullmatch(rf"\d*,\d+|\d+,|{_COMMA_AND_POINTS}|\d{{1,3}}(\.\d{{3}}){{2,}}")


def _bare(text: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series, list[str], list[str]]:
    """Take off currency signs, spaces between thousands, and signs; say what was there."""
    raised = [any(_raised(letter) for letter in cell) for cell in text]
    body = text.mask(raised, "?").str.normalize("NFKC").str.replace("−", "-")
    body = body.str.replace(_EVEN, r"\g<1>0", regex=True)
    parts = body.str.extract(_PRICED)
    priced = parts["before"].notna() ^ parts["after"].notna()
    sign = parts["before"].fillna(parts["after"]).where(priced)
    signs = sorted(set(sign.dropna().replace(_SAME_SIGN)))
    remarks = [f"currency signs ({', '.join(signs)}) are taken off"] if signs else []
    bare = parts["open"].str.strip() + parts["number"] + parts["close"].str.strip()
    body = bare.where(priced, body)
    spaced = body.str.fullmatch(r"[-+(]?\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d*)?[-)]?")
    body = body.str.replace(r"[ '’]", "", regex=True).where(spaced, body)
    bracketed = body.str.fullmatch(r"\(.+\)")
    minus = body.str.fullmatch(r"-[^-]+|[^-]+-")
    if bracketed.any():
        remarks.append("amounts in brackets are read as negative")
    body = body.str.replace(r"^\((.+)\)$", r"\1", regex=True)
    body = body.where(~minus, body.str.strip("- ")).str.removeprefix("+")
    return body, bracketed | minus, priced, signs, remarks


def _raised(letter: str) -> bool:
    """Whether plain digits would be made of a letter that is none: the square of 10² in 102."""
    return letter > "\x7f" and not letter.isdecimal() and letter.isnumeric()
