"""Ways to write one thing, made one: names, streets, telephone numbers, "n/a"."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from crmlab import inputs

NO_ANSWER = frozenset(
    {"", "-", "--", ".", "?", "??", "n/a", "none", "nan", "null", "unknown", "not known", "x", "xx"}
)
FIELDS = ("name", "street", "postcode", "email", "phone", "born")

_LEGAL_FORMS = frozenset(
    (
        *("ag", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "kg"),
        *("limited", "llc", "llp", "ltd", "nv", "oy", "plc", "sa", "sarl", "sas", "spa", "srl"),
    )
)
_TITLES = frozenset(("dr", "mr", "mrs", "ms", "miss", "prof", "the", "and"))
_CHINESE_FORMS = re.compile("(股份|责任)?有限(责任)?公司$")
_WAYS = {
    "street": "st", "road": "rd", "lane": "ln", "avenue": "ave", "square": "sq", "drive": "dr",
    "court": "ct", "place": "pl", "boulevard": "blvd",
}  # fmt: skip
_PHONE_DIGITS = 8  # the last ones: a country's or a region's number stands before them


def answered(cells: pd.Series) -> pd.Series:
    """Whether each cell holds an answer: "n/a", "-", "unknown" and blanks are none.

    Parameters
    ----------
    cells : pandas.Series
        Any kind.

    Returns
    -------
    pandas.Series
        True where there is an answer.

    Examples
    --------
    >>> answered(pd.Series(["Ann", " ", "n/a", "Unknown", None])).tolist()
    [True, False, False, False, False]
    """
    there = pd.Series(cells).notna()
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return there
    text = cells.astype("str").str.strip().str.casefold()
    return there & ~text.isin(NO_ANSWER)


def normalised(records: pd.DataFrame) -> pd.DataFrame:
    """Write each field in one way, so that records of one customer can be equal.

    Parameters
    ----------
    records : pandas.DataFrame
        Any of the columns ``name``, ``street``, ``postcode``, ``email``, ``phone``, ``born``; the
        others are left out.

    Returns
    -------
    pandas.DataFrame
        Text, with the index that came in; missing where there is no answer. Names and streets are
        in lower case, without marks, titles and legal forms, their words in the order of the
        alphabet. Of a telephone number the last eight digits stay.

    Raises
    ------
    ValueError
        None of the columns is there; a day that cannot be read.

    Examples
    --------
    >>> normalised(pd.DataFrame({"name": ["Keller, Zoé", "Ms ZOE KELLER", "Blue Oven G.m.b.H."],
    ...                          "street": ["9 Mill Road", "9 mill rd.", None],
    ...                          "phone": ["(030) 471-536", "+49 30 471536", "n/a"]}))
              name     street     phone
    0   keller zoe  9 mill rd  30471536
    1   keller zoe  9 mill rd  30471536
    2    blue oven        NaN       NaN
    """
    inputs.table(records, (), "records")
    there = [field for field in FIELDS if field in records]
    if not there:
        raise ValueError(f"records has none of the columns {inputs.listed(FIELDS)}.")
    return pd.DataFrame({field: _field(records[field], field) for field in there}, records.index)


def _field(cells: pd.Series, field: str) -> pd.Series:
    known = answered(cells)
    if field == "born":
        found = inputs.days(cells.where(known), "records.born", accept=("empty",))
        return found.dt.strftime("%Y-%m-%d").astype("str")
    write = {"name": _name, "street": _street, "phone": _phone, "email": _email}.get(field, _code)
    text = cells.astype("str").where(known)
    distinct = {cell: write(cell) for cell in text.dropna().unique()}
    return text.map(distinct).astype("str")


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", parts))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"(?<=\w)[.'’](?=\w)", "", _plain(text)))


def _name(text: str) -> str | None:
    words = [_CHINESE_FORMS.sub("", word) for word in _words(text)]
    kept = [word for word in words if word not in _LEGAL_FORMS and word not in _TITLES]
    return " ".join(sorted(kept or words)).strip() or None


def _street(text: str) -> str | None:
    words = [_WAYS.get(word, word) for word in _words(text)]
    return " ".join(sorted(words)) or None


def _phone(text: str) -> str | None:
    digits = re.sub(r"\D", "", _plain(text)).lstrip("0")
    return digits[-_PHONE_DIGITS:] if len(digits) >= 5 else None


def _email(text: str) -> str | None:
    plain = text.strip().casefold()
    return plain if "@" in plain else None


def _code(text: str) -> str | None:
    return "".join(_words(text)).upper() or None
