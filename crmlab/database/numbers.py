"""Read numbers as people write them: 1.234,50 and 1,234.50, $12.00, ¥12, (12.00)."""

from typing import NamedTuple

import numpy as np
import pandas as pd

_CURRENCY = r"(?:US|HK|NT|A|C|S)?[$€£¥₩₹元]|USD|EUR|GBP|CNY|RMB|JPY|CHF"
_SAME_SIGN = {"元": "¥", "RMB": "¥", "CNY": "¥", "USD": "$", "US$": "$", "EUR": "€", "GBP": "£"}
_POINT_AND_COMMAS = r"\d{1,3}(,\d{2,3})*,\d{3}\.\d*"
_COMMA_AND_POINTS = r"\d{1,3}(\.\d{2,3})*\.\d{3},\d*"


class Numbers(NamedTuple):
    """Numbers read from text; see ``read_numbers``."""

    values: pd.Series
    unclear: pd.Series
    currencies: list
    marks: frozenset
    remarks: list


def read_numbers(text, mark=None):
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


def _points(body, plain):
    decimals = body.str.fullmatch(rf"\d*\.\d+|\d+\.|{_POINT_AND_COMMAS}")
    several_commas = body.str.fullmatch(r"\d{1,3}(,\d{3}){2,}")
    return decimals | several_commas | (plain.notna() & body.str.contains(r"\d[eE][+-]?\d"))


def _commas(body):
    return body.str.fullmatch(rf"\d*,\d+|\d+,|{_COMMA_AND_POINTS}|\d{{1,3}}(\.\d{{3}}){{2,}}")


def _bare(text):
    """Take off currency signs, spaces between thousands, and signs; say what was there."""
    body = text.str.normalize("NFKC").str.replace("−", "-")
    found = body.str.extract(f"({_CURRENCY})", expand=False)
    signs = sorted(set(found.dropna().replace(_SAME_SIGN)))
    remarks = [f"currency signs ({', '.join(signs)}) are taken off"] if signs else []
    body = body.str.replace(_CURRENCY, "", regex=True).str.strip()
    body = body.str.replace(r"(\d)[ '’](\d{3})", r"\1\2", regex=True)
    body = body.str.replace(r"(\d)[ '’](\d{3})", r"\1\2", regex=True)
    bracketed = body.str.fullmatch(r"\(.+\)")
    minus = body.str.fullmatch(r"-[^-]+|[^-]+-")
    if bracketed.any():
        remarks.append("amounts in brackets are read as negative")
    body = body.str.replace(r"^\((.+)\)$", r"\1", regex=True)
    body = body.where(~minus, body.str.strip("- ")).str.removeprefix("+")
    return body, bracketed | minus, found.notna(), signs, remarks
