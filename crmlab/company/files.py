"""Write the tables as CSV files that are the same to the byte wherever they are made."""

from pathlib import Path

import numpy as np
import pandas as pd

_DECIMALS = {
    "birth_year": 0,
    "price_index": 4,
    "purchase_rate": 6,
    "leaving_rate": 6,
    "true_satisfaction": 4,
    "price_elasticity": 4,
    "waited": 1,
    "wait": 0,
    "rating": 0,
    "part_worth": 4,
    "worth": 4,
    "equity_ratio": 3,
    "chance_to_fail": 4,
    "second_rate": 4,
    "chance_none": 4,
    "chance_discount": 4,
    "chance_call": 4,
    "chance_bundle": 4,
    "household_size": 0,
}


def decimals(table, column):
    """How many decimals a number column keeps: money 2, answers to questions 0.

    Parameters
    ----------
    table, column : str

    Returns
    -------
    int
    """
    if column.startswith("weight_"):
        return 6
    return _DECIMALS.get(column, 0 if table == "survey" else 2)


def rounded(table, frame):
    """Round a table's number columns to what its file keeps.

    Parameters
    ----------
    table : str
    frame : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
    """
    floats = frame.select_dtypes("float").columns
    return frame.assign(
        **{name: np.round(frame[name], decimals(table, name)) + 0.0 for name in floats}
    )


def write(tables: dict[str, pd.DataFrame], folder: str | Path) -> list[Path]:
    r"""Write tables as CSV: UTF-8, LF, ISO dates, fixed decimals, empty for missing.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        From `simulate`.
    folder : path
        Made if it does not exist. Files of the same names are replaced.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [file] = write({"sales": pd.DataFrame({"id": [1, 2], "sum": [3.5, None]})}, folder)
    ...     file.read_bytes()
    b'id,sum\n1,3.50\n2,\n'
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table, frame in tables.items():
        text = frame.copy()
        for name in frame.select_dtypes("float").columns:
            numbers = frame[name].to_numpy()
            shown = np.char.mod(f"%.{decimals(table, name)}f", numbers).astype(object)
            text[name] = np.where(np.isnan(numbers), None, shown)
        file = folder / f"{table}.csv"
        options = {"index": False, "lineterminator": "\n", "encoding": "utf-8"}
        text.to_csv(file, date_format="%Y-%m-%d", **options)
        written.append(file)
    return written
