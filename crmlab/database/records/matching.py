"""Pairs of records that may be one customer, each with a score; nothing is merged here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.database.records.normalising import FIELDS, normalised
from crmlab.results import Result

WEIGHTS = {"name": 3.0, "born": 2.0, "email": 2.0, "phone": 2.0, "street": 2.0, "postcode": 1.0}
_INITIAL = 0.8  # how alike a word and its first letter are
_EXTRA_WORD = 0.5  # what a word counts that only one of two names has
LARGEST = 300  # records that agree in one field and are still compared one with another


@dataclass(frozen=True, eq=False, repr=False)
class Pairs(Result):
    """Pairs of records that may be one customer.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per pair, the most alike first: ``record`` and ``other``; ``score`` from 0 to 1;
        ``exact``, whether they are the same once written in one way; and how alike each field is,
        NaN where one of the two is empty.
    records, compared : int
        Records, and pairs of them that were compared.
    skipped : tuple of str
        Values that too many records share, such as a postcode; pairs that share nothing else
        were not compared.
    """

    table: pd.DataFrame
    records: int
    compared: int
    skipped: tuple[str, ...] = ()

    @property
    def exact(self) -> pd.DataFrame:
        """The pairs that are the same once written in one way: ``record`` and ``other``."""
        return self.table.loc[self.table["exact"], ["record", "other"]]

    def review(self, least: float = 0.0) -> pd.DataFrame:
        """The other pairs from a score on, for somebody to read."""
        from_here = self.table["score"] >= inputs.share(least, "least")
        return self.table[from_here & ~self.table["exact"]].reset_index(drop=True)

    def reading_list(self, records: pd.DataFrame, *, least: float = 0.0) -> pd.DataFrame:
        """The two records of each pair one below the other, for somebody to decide on.

        Parameters
        ----------
        records : pandas.DataFrame
            The records that were paired.
        least : float
            Lowest score.

        Returns
        -------
        pandas.DataFrame
            Two rows per pair, the most alike first: ``pair`` (its number), ``score``, and the
            columns of the records.
        """
        listed = _listed(records)
        chosen = self.table[self.table["score"] >= inputs.share(least, "least")]
        both = chosen[["record", "other"]].to_numpy().ravel()
        unknown = ~pd.Series(both).isin(listed["record_id"])
        said = "is no record here", "are no records here"
        inputs.refuse(unknown, pd.Series(both), "records", said, "Give the records paired.")
        shown = listed.set_index("record_id").loc[both].reset_index()
        shown.insert(0, "score", chosen["score"].repeat(2).to_numpy())
        shown.insert(0, "pair", chosen.index.to_numpy().repeat(2) + 1)
        return shown

    @property
    def caption(self) -> str:
        """What was compared and what was not."""
        said = (
            f"{self.compared:,} pairs of {self.records:,} records were compared; "
            f"{int(self.table['exact'].sum()):,} are exact."
        )
        left = f" Too frequent to compare by: {inputs.listed(self.skipped, 5)}."
        return said + (left if self.skipped else "")


def possible_pairs(
    records: pd.DataFrame,
    *,
    least: float = 0.6,
    weights: Mapping[str, float] | None = None,
) -> Pairs:
    r"""Find pairs of records that may be one customer, and score how alike they are.

    Parameters
    ----------
    records : pandas.DataFrame
        ``record_id``, ``name`` and any of ``street``, ``postcode``, ``email``, ``phone``,
        ``born``. With a column ``kind``, only records of one kind are compared.
    least : float
        Lowest score of a pair that is listed, from 0 to 1.
    weights : mapping of str to float, optional
        What each field counts; without it the name 3, the postcode 1, each other field 2.

    Returns
    -------
    Pairs
        With ``table``, ``exact``, ``review(least)``, ``records``, ``compared``, ``skipped``.

    Raises
    ------
    ValueError
        A column is missing, an id is empty or there twice, fewer than two records, a weight
        without a column.

    Notes
    -----
    Fields are first written in one way (`normalised`). Two records are compared if at least one
    field is then equal; a value that more than 300 records share is passed over and named in
    ``skipped``. Streets and e-mail addresses are as alike as `difflib.SequenceMatcher.ratio` says,
    whose order of arguments is fixed so that the answer does not depend on the order of rows.
    Names are compared word by word: each word of the shorter name with the word of the other that
    is most like it; an initial and its word count 0.8, a word that only one name has counts half
    a word that differs. Other fields are equal, 1, or not, 0; a day of birth of which one part in
    three differs, or whose day and month are exchanged, counts 0.5. The score is the weighted
    mean, in which a field that one of the two lacks counts 0.5: it speaks neither for nor against.
    Exact pairs have the same name, the same e-mail address, telephone or address (street and
    postcode), and no two days of birth.

    Examples
    --------
    >>> book = pd.DataFrame({"record_id": ["a", "b", "c"],
    ...                      "name": ["Zoé Keller", "Keller, Zoe", "Zoe Kellr"],
    ...                      "phone": ["030 471 536", "030-471536", "030 471 536"]})
    >>> possible_pairs(book).table[["record", "other", "score", "exact"]].round(2)
      record other  score  exact
    0      a     b   1.00   True
    1      a     c   0.97  False
    2      b     c   0.97  False
    """
    listed = _listed(records)
    fields = normalised(listed)
    share = _weights(weights, fields)
    first, other, skipped = _candidates(fields, listed.get("kind"))
    alike = pd.DataFrame(
        {field: _alike(fields[field], first, other, str(field)) for field in fields}, dtype=float
    )
    score = sum(share[field] * alike[field].fillna(0.5) for field in fields)
    ids = listed["record_id"].to_numpy()
    table = pd.DataFrame({"record": ids[first], "other": ids[other]})
    table["score"] = inputs.settled(np.asarray(score, dtype=float)) if len(first) else 0.0
    table["exact"] = _exact(alike)
    table = pd.concat([table, alike], axis=1)
    kept = table[table["score"] >= inputs.share(least, "least")]
    kept = kept.sort_values(["score", "record", "other"], ascending=[False, True, True])
    return Pairs(kept.reset_index(drop=True), len(listed), len(first), skipped)


def _listed(records: pd.DataFrame) -> pd.DataFrame:
    """The records in the order of their ids, which are checked."""
    records = inputs.table(records, ("record_id", "name"), "records")
    ids = inputs.ids(records["record_id"], "records.record_id", rows=records)
    listed = records.assign(record_id=ids)
    inputs.one_row_each(listed, "records", ("record_id",))
    if len(listed) < 2:
        raise ValueError("records has one row; two are needed to make a pair.")
    return listed.sort_values("record_id").reset_index(drop=True)


def _weights(weights: Mapping[str, float] | None, fields: pd.DataFrame) -> pd.Series:
    given = {f: WEIGHTS[f] for f in fields} if weights is None else weights
    found = inputs.weights(given, "weights", list(fields), total=None)
    return found / found.sum()


def _candidates(
    fields: pd.DataFrame, kind: pd.Series | None
) -> tuple[NDArray[np.intp], NDArray[np.intp], tuple[str, ...]]:
    """Rows of the pairs that agree in at least one field, each pair once, and what was skipped."""
    count, found, skipped = len(fields), [np.array([], dtype=np.intp)], []
    kinds = pd.Series("", fields.index) if kind is None else kind.astype("str").fillna("")
    for field in fields:
        key = (kinds + ": " + fields[field]).dropna()
        for value, group in pd.Series(key.index).groupby(key.to_numpy()):
            rows = group.to_numpy()
            if len(rows) > LARGEST:
                skipped.append(f"{field} {str(value).partition(': ')[2]}")
            else:
                one, two = np.triu_indices(len(rows), 1)
                found.append(rows[one] * count + rows[two])
    pairs = np.unique(np.concatenate(found))
    return pairs // count, pairs % count, tuple(skipped)


def _alike(
    cells: pd.Series, first: NDArray[np.intp], other: NDArray[np.intp], field: str
) -> NDArray[np.float64]:
    """How alike a field is in each pair, NaN where one of the two lacks it."""
    compare = _COMPARE.get(field, _text_alike)
    codes, values = pd.factorize(cells)
    one, two = np.minimum(codes[first], codes[other]), np.maximum(codes[first], codes[other])
    lacking = one < 0
    distinct, back = np.unique(one * (len(values) + 1) + two, return_inverse=True)
    told = np.full(len(distinct), np.nan)
    for place, pair in enumerate(distinct):
        left, right = divmod(int(pair), len(values) + 1)
        if left >= 0 and right < len(values):
            told[place] = compare(*sorted((values[left], values[right])))
    return np.where(lacking, np.nan, told[back]) if len(first) else np.array([], dtype=float)


def _text_alike(one: str, two: str) -> float:
    return 1.0 if one == two else SequenceMatcher(None, one, two, autojunk=False).ratio()


def _names_alike(one: str, two: str) -> float:
    """Mean over the words, each with the word of the other name that is most like it."""
    few, many = sorted((one.split(), two.split()), key=len)
    left, sum_alike = list(many), 0.0
    for word in few:
        told = [_word_alike(word, other) for other in left]
        best = max(range(len(told)), key=told.__getitem__)
        sum_alike += told[best]
        del left[best]
    return sum_alike / (len(few) + _EXTRA_WORD * len(left))


def _word_alike(one: str, two: str) -> float:
    if one != two and min(len(one), len(two)) == 1 and one[0] == two[0]:
        return _INITIAL
    return _text_alike(*sorted((one, two)))


def _equal(one: str, two: str) -> float:
    return float(one == two)


def _days_alike(one: str, two: str) -> float:
    if one == two:
        return 1.0
    left, right = one.split("-"), two.split("-")
    differ = sum(a != b for a, b in zip(left, right, strict=True))
    return 0.5 if differ == 1 or (left[0] == right[0] and left[1:] == right[:0:-1]) else 0.0


_COMPARE = {"name": _names_alike, "born": _days_alike, "phone": _equal, "postcode": _equal}


def _exact(alike: pd.DataFrame) -> pd.Series:
    same = alike.reindex(columns=list(FIELDS)).eq(1)
    meets = same["email"] | same["phone"] | (same["street"] & same["postcode"])
    if "born" in alike:
        meets &= ~alike["born"].lt(1)
    return same["name"] & meets
