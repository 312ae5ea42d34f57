"""Read a text file of cells: its separator, its header, its rows, each with its line."""

from __future__ import annotations

import csv
import io
import re
import warnings
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.database import bulk
from crmlab.database.encodings import decode
from crmlab.database.form import Form
from crmlab.database.headers import LOOKED_AT, above, header_row
from crmlab.database.problems import DataError, counted
from crmlab.database.raw import Raw, tidy

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass
class _Layout:
    """Where the cells of a text begin, and what separates them."""

    separator: str
    headers: list[str]
    width: int
    start: int
    line: int
    remarks: list[str]


def read_text(path: Path, table: str, form: Form) -> Raw:
    """Read a CSV file; a long one by the kinds of its columns, otherwise every cell as text.

    Parameters
    ----------
    path : Path
    table : str
        The table it holds, whose columns tell the header from what stands above it.
    form : Form

    Returns
    -------
    Raw
        Rows carry their line in the file, the first line being 1.

    Raises
    ------
    DataError
        The file is empty, is no text, or has a quotation mark that is never closed.
    """
    try:
        found = _in_bulk(path, table, form)
        data = b"" if found is not None else path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror}") from None
    if found is not None:
        return found
    text, encoding = decode(data, path.name, form.encoding)
    del data
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    layout = _layout(text, path.name, table, form)
    frame, broken = _split(text[layout.start :], layout.separator, layout.width, path.name)
    breaks = text.count("\n", layout.start)
    lines, broken_lines = _lines(frame, broken, breaks)
    said = text[layout.start :].split("\n") if len(broken) else []
    many = len(layout.headers)
    raw = Raw(
        frame.iloc[:, :many].set_axis(layout.headers, axis=1),
        lines + layout.line,
        "in line",
        [f"{encoding}, separator {SEPARATORS.get(layout.separator, layout.separator)}"],
        [(line + layout.line, said[line]) for line in broken_lines],
        frame.iloc[:, many:].sum(axis=1).astype(str).str.strip(),
    )
    raw.remarks += [*layout.remarks, *_long_cells(frame, raw, breaks)]
    return tidy(raw)


def _in_bulk(path: Path, table: str, form: Form) -> Raw | None:
    """Read a long file by kinds, if it is UTF-8 of the plainest form."""
    if form.careful or form.encoding or isinstance(form.header, list):
        return None
    look = bulk.Look.at(path)
    if look is None:
        return None
    try:
        layout = _layout(look.head, path.name, table, form)
    except DataError:
        return None
    if layout.line != 2 or layout.separator not in SEPARATORS:
        return None
    encoding = "UTF-8 with a byte order mark" if look.marked else "UTF-8"
    remarks = [f"{encoding}, separator {SEPARATORS[layout.separator]}"]
    names = bulk.Names(table, form.columns, layout.headers)
    return bulk.read(path, names, layout.separator, look.lines, remarks)


def _layout(text: str, name: str, table: str, form: Form) -> _Layout:
    body = text.lstrip("\n")
    skipped = len(text) - len(body)
    if not body.strip():
        raise DataError(f"{name} is empty")
    stated = re.match(r"sep=(.)\n", body)  # Excel's own note of the separator
    if stated:
        skipped += stated.end()
        body = body[stated.end() :]
    given = form.header
    if isinstance(given, int) and not isinstance(given, bool):
        skipped, body = _from_line(text, given, name)
    separator, records = _separated(body, stated[1] if stated else None, name, table, form)
    top = 0
    if given is None:
        found = header_row([cells for cells, _ in records], table, form.columns)
        top = found or 0
    named = list(given) if isinstance(given, list) else None
    headers = records[top][0] if named is None else named
    ended = 0 if named is not None else records[top][1]
    start = skipped + _end_of_line(body, ended)
    first = next((cells for cells, _ in records[top + (named is None) :] if cells), [])
    width = max(len(headers) + 1, len(first))
    before = records[top - 1][1] if top else 0
    line = 1 + text.count("\n", 0, start) + (start > 0 and text[start - 1 : start] != "\n")
    return _Layout(separator, headers, width, start, line, above(before))


def _from_line(text: str, line: int, name: str) -> tuple[int, str]:
    """Begin at a line as an editor counts it."""
    start = _end_of_line(text, line - 1)
    if line < 1 or not text[start:].strip():
        raise DataError(f"{name} has no line {line}: header= is the line of the header")
    return start, text[start:]


def _separated(
    body: str, stated: str | None, name: str, table: str, form: Form
) -> tuple[str, list[tuple[list[str], int]]]:
    """Find the separator; return it with the first records and the line each ends in."""
    if stated:
        return stated, _records(body, stated, name)
    tried = {mark: _records(body, mark, name) for mark in SEPARATORS if mark in body}
    for mark, records in tried.items():
        if not isinstance(form.header, list) and len(records[0][0]) > 1:
            rows = [cells for cells, _ in records]
            if header_row(rows, table, form.columns) is not None:
                return mark, records
    mark = _separator(body, name)
    return mark, tried.get(mark) or _records(body, mark, name)


def _records(body: str, separator: str, name: str) -> list[tuple[list[str], int]]:
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    try:
        return [(cells, reader.line_num) for cells in islice(reader, LOOKED_AT + 1)]
    except csv.Error:
        raise DataError(
            f"{name}: a quotation mark is opened and never closed{_odd(body)}"
        ) from None


def _odd(body: str) -> str:
    """Name the first line with an odd number of quotation marks."""
    lines = enumerate(body.split("\n"), 1)
    odd = next((number for number, line in lines if line.count('"') % 2), None)
    return f"; look at line {odd}" if odd else ""


def _separator(body: str, name: str) -> str:
    line = re.sub(r'"[^"]*"', "", body.split("\n", 1)[0])
    counts = {mark: line.count(mark) for mark in SEPARATORS}
    best = max(counts, key=lambda mark: counts[mark])
    if counts[best] and sum(count == counts[best] for count in counts.values()) > 1:
        raise DataError(
            f"{name}: the first line has as many of one separator as of another, {line!r}; "
            "put names that contain one in quotation marks"
        )
    return best


def _end_of_line(body: str, number: int) -> int:
    """Where a line ends, its break included; the end of the text if there are fewer lines."""
    end = -1
    for _ in range(number):
        end = body.find("\n", end + 1)
        if end < 0:
            return len(body)
    return end + 1


def _split(body: str, separator: str, width: int, name: str) -> tuple[pd.DataFrame, NDArray]:
    """Cut lines into ``width`` cells; the positions of rows with more are returned apart."""
    head = separator.join(map(str, range(width))) + "\n"
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", pd.errors.ParserWarning)
        try:
            frame = pd.read_csv(
                io.StringIO(head + body),
                sep=separator,
                dtype=str,
                na_filter=False,
                skip_blank_lines=False,
                index_col=False,
                on_bad_lines="warn",
            )
        except pd.errors.ParserError as error:
            row = re.search(r"EOF inside string starting at row (\d+)", str(error))
            where = f" in line {int(row[1]) + 1}" if row else ""
            raise DataError(
                f"{name}: a quotation mark opened{where} is never closed"
                if row
                else f"{name} cannot be split into columns: {error}"
            ) from None
    numbers = [int(n) for w in seen for n in re.findall(r"Skipping line (\d+):", str(w.message))]
    return frame, np.array(numbers, dtype=int) - 2


def _lines(
    frame: pd.DataFrame, broken: NDArray[np.intp], breaks: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number the lines on which rows begin, from 0; a cell may run over several lines."""
    rows = np.arange(len(frame) + len(broken))
    kept = np.delete(rows, broken)
    if breaks <= len(rows):
        return kept, broken
    inner = np.zeros(len(rows) + 1, dtype=int)
    inner[kept + 1] = sum(frame[column].str.count("\n") for column in frame)
    begins = rows + np.cumsum(inner)[:-1]
    return begins[kept], begins[broken]


def _long_cells(frame: pd.DataFrame, raw: Raw, breaks: int) -> list[str]:
    """Say that cells run over several lines: two stray quotation marks can swallow rows."""
    if breaks <= len(frame) + len(raw.broken):
        return []
    over = pd.concat([frame[column].str.count("\n") for column in frame], axis=1)
    long, most = int((over > 0).to_numpy().sum()), int(over.to_numpy().max()) + 1
    if not long:
        return []
    first = raw.rows[int(np.argmax((over > 0).any(axis=1).to_numpy()))]
    run = f"runs over {most}" if long == 1 else f"run over up to {most}"
    return [
        f"{counted(long, 'cell')} {run} lines, first in line {first}; if that is not meant, look "
        "for stray quotation marks"
    ]
