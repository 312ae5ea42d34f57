"""Bring what was found into the shape of a table: other columns, wide Kano forms, missing ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from crmlab.database.headers import named, plain_name
from crmlab.database.raw import Raw
from crmlab.database.values import kinds, plain, written

_PLAIN = r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?"
_SIDE = re.compile(r"(.+?)[\W_]*(dysfunctional|functional)", re.IGNORECASE)
_ANSWERS = (  # the five answers of a Kano form; the first that is found in a text counts
    (5, ("dislike", "hate", "不喜欢", "讨厌")),
    (4, ("live with", "tolerate", "put up", "忍受", "接受")),
    (2, ("must", "expect", "理应", "理所当然", "必须", "应该")),
    (3, ("neutral", "indifferent", "don't care", "do not care", "无所谓")),
    (1, ("like", "enjoy", "喜欢")),
)


def as_found(cells: pd.Series, column: str, remarks: list[str]) -> pd.Series:
    """Keep a column that the schema does not know; text of plain numbers becomes numbers.

    What no query can hold (lists, intervals, mixtures) becomes text. A moment loses its zone and
    keeps its clock time.
    """
    found = plain(cells)
    if isinstance(found.dtype, pd.DatetimeTZDtype):
        remarks.append(f"{column}: clock times are those of the time zone {found.dt.tz}")
        return found.dt.tz_localize(None)
    if isinstance(found.dtype, pd.StringDtype):
        empty = (found == "").to_numpy(dtype=bool, na_value=False)
        text = found.mask(empty) if empty.any() else found
        first = next((cell for cell in text.array if isinstance(cell, str)), "")
        if not re.fullmatch(_PLAIN, first) or not text.dropna().str.fullmatch(_PLAIN).all():
            return text
        return pd.to_numeric(text)
    if found.dtype != object:
        return found
    kind = kinds(found)
    if (kind == "missing").all():
        return pd.Series(np.nan, found.index)
    if np.isin(kind, ("number", "missing")).all():
        return pd.Series(
            [
                np.nan if c is None or c != c else float(c)
                for c in found.mask(kind == "missing", None)
            ]
        )
    return pd.Series([written(cell) for cell in found.mask(kind == "missing", None)], dtype="str")


def numbered(frame: pd.DataFrame, column: str, remarks: list[str]) -> pd.DataFrame:
    """Give each row an id of its own, and say so."""
    remarks.append(f"no {column}: the rows are numbered from 1, each is one respondent")
    return frame.assign(**{column: np.arange(1, len(frame) + 1)})


def long_kano(raw: Raw, headers: list[str], columns: Mapping[str, str]) -> tuple[Raw, list[str]]:
    """Bring a Kano form with a pair of columns per feature into one row per answer.

    Text answers become 1 to 5: like, must be, neutral, live with, dislike.
    """
    found = named("kano", headers, columns)
    pairs: dict[str, dict[str, int]] = {}
    for place, header in enumerate(headers):
        side = _SIDE.fullmatch(header.strip())
        if side and plain_name(side[1]):
            pairs.setdefault(side[1], {})[side[2].lower()] = place
    whole = {f: sides for f, sides in pairs.items() if len(sides) == 2}
    if {"functional", "dysfunctional"} <= set(found.lacking) and whole:
        raw = _stacked(raw, found.columns, whole)
        raw.remarks.append(f"{len(whole)} pairs of columns became rows, one per feature")
    for column in raw.frame.columns:
        if plain_name(column) in ("functional", "dysfunctional"):
            raw = _in_figures(raw, column)
    return raw, [str(column) for column in raw.frame.columns]


def _stacked(raw: Raw, names: list[str], pairs: Mapping[str, Mapping[str, int]]) -> Raw:
    frame = raw.frame
    used = {place for sides in pairs.values() for place in sides.values()}
    kept = frame.iloc[:, [i for i in range(frame.shape[1]) if i not in used]]
    new = list(raw.remarks)
    if "respondent_id" not in names:
        kept = numbered(kept, "respondent_id", new)
    parts = [
        kept.assign(
            feature=re.sub(r"[\W_]+$", "", feature),
            functional=frame.iloc[:, sides["functional"]].to_numpy(),
            dysfunctional=frame.iloc[:, sides["dysfunctional"]].to_numpy(),
        )
        for feature, sides in pairs.items()
    ]
    many = len(parts)
    return replace(
        raw,
        frame=pd.concat(parts, ignore_index=True),
        rows=np.tile(raw.rows, many),
        source=None if raw.source is None else np.tile(raw.source, many),
        extra=None if raw.extra is None else pd.concat([raw.extra] * many, ignore_index=True),
        remarks=new,
    )


def _in_figures(raw: Raw, column: str) -> Raw:
    cells = list(raw.frame[column])
    new = [_figure(cell) if isinstance(cell, str) else cell for cell in cells]
    if all(one is other for one, other in zip(new, cells, strict=True)):
        return raw
    remark = f"{column}: answers in words are read as 1 like, 2 must be, 3 neutral, 4 live with, "
    frame = raw.frame.assign(**{column: pd.Series(new, raw.frame.index, dtype=object)})
    return replace(raw, frame=frame, remarks=[*raw.remarks, remark + "5 dislike"])


def _figure(text: str) -> Any:
    said = text.casefold()
    found = (figure for figure, words in _ANSWERS if any(word in said for word in words))
    return next(found, text)
