"""Read a text file of cells: find its encoding and separator, number its lines."""

import codecs
import csv
import io
import re
import warnings

import numpy as np
import pandas as pd

from crmlab.database.problems import DataError, counted
from crmlab.database.validation import WIDE, Raw

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}


def decode(data, name):
    """Decode the bytes of a text file.

    Parameters
    ----------
    data : bytes
    name : str
        The file, for the error.

    Returns
    -------
    text, encoding : str
        ``encoding`` is its name for people.

    Raises
    ------
    DataError
        The bytes are neither UTF-8, UTF-16 with a byte order mark, nor Chinese in GB18030.
    """
    for mark, encoding, label in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="strict"), label
    if b"\0" in data[:10_000]:
        raise DataError(f"{name} is not a text file; save it as CSV in UTF-8")
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    foreign = {letter for letter in text if letter > "\x7f"}
    ranks = [_rank(letter) for letter in foreign]
    if not foreign or sum(ranks) < 0:
        raise DataError(
            f"{name} is neither UTF-8 nor Chinese text in GB18030; save it as CSV in UTF-8"
        )
    return text, "GB18030"


def _rank(letter):
    """Rate a letter 1 if among the 3,755 common ones of GB 2312, 0 for its signs, otherwise -1.

    Accented letters of Western encodings, read as GB18030, give rare Chinese letters.
    """
    try:
        lead = letter.encode("gb2312")[0]
    except UnicodeEncodeError:
        return -1
    return 1 if 0xB0 <= lead <= 0xD7 else 0 if lead < 0xB0 else -1


def read_text(path):
    """Read a CSV file, every cell as text.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Raw
        Rows carry their line in the file, the header being line 1.

    Raises
    ------
    DataError
        The file is empty, is no text, or has a quotation mark that is never closed.
    """
    text, encoding = decode(path.read_bytes(), path.name)
    body = text.lstrip("\r\n")
    skipped = text[: len(text) - len(body)].count("\n")
    if not body.strip():
        raise DataError(f"{path.name} is empty")
    stated = re.match(r"sep=(.)\r?\n", body)  # Excel's own note of the separator
    if stated:
        body, skipped = body[stated.end() :], skipped + 1
    separator = stated[1] if stated else _separator(body, path.name)
    records = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    headers, first = next(records), next(records, [])
    start = _end_of_header(body, headers, separator)
    width = max(len(headers) + 1, len(first))
    frame, broken = _split(body[start:], separator, width, path.name)
    lines, broken_lines = _lines(frame, broken, body[start:].count("\n"))
    above = skipped + body[:start].count("\n")
    said = body[start:].split("\n") if len(broken) else []
    raw = Raw(
        frame.iloc[:, : len(headers)].set_axis(headers, axis=1),
        lines + above + 1,
        "in line",
        [f"{encoding}, separator {_SEPARATORS.get(separator, separator)}"],
        [(line + above + 1, said[line].strip("\r"), WIDE) for line in broken_lines],
        frame.iloc[:, len(headers) :].sum(axis=1).astype(str).str.strip(),
    )
    return tidy(raw)


def _separator(body, name):
    line = re.sub(r'"[^"]*"', "", body.split("\n", 1)[0])
    counts = {mark: line.count(mark) for mark in _SEPARATORS}
    best = max(counts, key=counts.get)
    if counts[best] and sum(count == counts[best] for count in counts.values()) > 1:
        raise DataError(
            f"{name}: the first line has as many of one separator as of another, {line!r}; "
            "put names that contain one in quotation marks"
        )
    return best


def _end_of_header(body, headers, separator):
    inner = sum(header.count("\n") for header in headers)
    end = -1
    for _ in range(inner + 1):
        end = body.find("\n", end + 1)
        if end < 0:
            return len(body)
    return end + 1


def _split(body, separator, width, name):
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


def _lines(frame, broken, breaks):
    """Number the lines on which rows begin, from 0; a cell may run over several lines."""
    rows = np.arange(len(frame) + len(broken))
    kept = np.delete(rows, broken)
    if breaks <= len(rows):
        return kept, broken
    inner = np.zeros(len(rows) + 1, dtype=int)
    inner[kept + 1] = sum(frame[column].str.count("\n") for column in frame)
    begins = rows + np.cumsum(inner)[:-1]
    return begins[kept], begins[broken]


def tidy(raw):
    """Leave out blank rows, and columns with neither name nor value; say so."""
    frame = raw.frame
    blank = np.ones(len(frame), bool)
    for position in range(frame.shape[1]):
        if not blank.any():
            break
        cell = frame.iloc[:, position]
        blank &= (cell.isna() | cell.astype(str).str.strip().eq("")).to_numpy()
    if raw.extra is not None:
        blank &= (raw.extra == "").to_numpy()
        raw.extra = raw.extra[~blank].reset_index(drop=True)
    if blank.any():
        raw.remarks.append(f"{counted(int(blank.sum()), 'blank row')} left out")
    frame, raw.rows = frame[~blank].reset_index(drop=True), raw.rows[~blank]
    names = ["" if pd.isna(name) else str(name).strip() for name in frame.columns]
    empty = [
        not name and frame.iloc[:, i].astype(str).str.strip().isin(["", "None", "nan"]).all()
        for i, name in enumerate(names)
    ]
    names = [name or f"column_{i + 1}" for i, name in enumerate(names)]
    raw.frame = frame.set_axis(names, axis=1).loc[:, np.logical_not(empty)]
    return raw
