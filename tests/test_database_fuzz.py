"""Files and frames made at random: nothing is lost, in rows or in money, and every form agrees."""

import random
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import crmlab as crm
from crmlab.database import DataError, bulk

FAULTY_DAYS = ["", "2025-02-30", "soon", "1899-12-30", "2099-01-01", "25:99"]
FAULTY_MONEY = ["", "x", "--", "inf", "1,2,3"]
FAULTY_IDS = ["", " ", "NULL", "1.5E+12"]


def clean(rng, rows):
    """A log whose every cell is right, with its ids, days and money as they should be read."""
    ids = [rng.choice(["007", "7", "A12", "b 3", "客户1", str(10**15 + 3)]) for _ in range(rows)]
    start = pd.Timestamp("2024-01-01")
    days = [start + pd.Timedelta(days=rng.randrange(400)) for _ in range(rows)]
    money = [round(rng.choice([1, 1, 1, -1]) * rng.randrange(0, 10**6) / 100, 2) for _ in ids]
    return pd.DataFrame({"customer_id": ids, "date": days, "amount": money})


def spoilt(rng, table, share):
    """Put faults into some rows of a table of text; return which rows are faulty."""
    bad = set()
    for row in range(len(table)):
        if rng.random() < share:
            column = rng.choice(["customer_id", "date", "amount"])
            faults = {"customer_id": FAULTY_IDS, "date": FAULTY_DAYS, "amount": FAULTY_MONEY}
            table.loc[row, column] = rng.choice(faults[column])
            bad.add(row)
    return bad


def texts(rng, table):
    """The same log in text, with one way of writing for each column."""
    day = rng.choice(
        ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y%m%d", "%d %b %Y"]
    )
    style = rng.choice(["plain", "german", "dollar", "brackets"])
    money = [written(amount, style) for amount in table["amount"]]
    days = table["date"].dt.strftime(day)
    return pd.DataFrame({"customer_id": table["customer_id"], "date": days, "amount": money})


def written(amount, style):
    if style == "german":
        return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    if style == "dollar":
        return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"
    if style == "brackets" and amount < 0:
        return f"({abs(amount):.2f})"
    return f"{amount:.2f}"


def saved(rng, table, folder, seed):
    """Write a table of text in a form that reads back; return the path and how to read it."""
    name, words = folder / f"log{seed}", {}
    kind = rng.choice(["csv", "csv", "csv", "tsv", "xlsx", "parquet"])
    if kind == "xlsx":
        table.to_excel(f"{name}.xlsx", index=False)
    elif kind == "parquet":
        table.to_parquet(f"{name}.parquet")
    else:
        separator = "\t" if kind == "tsv" else rng.choice(",;|")
        encoding = rng.choice(["utf-8", "utf-8-sig", "utf-16", "gb18030"])
        text = table.to_csv(
            index=False, sep=separator, lineterminator=rng.choice(["\n", "\r\n", "\r"])
        )
        text = rng.choice(["", "\n", "\n\n"]) + text + rng.choice(["", "\n"])
        (folder / f"log{seed}.{kind}").write_bytes(text.encode(encoding))
        words = {"encoding": encoding} if encoding == "gb18030" else {}
    return f"{name}.{kind}", words


def check(db, right, bad, rows):
    kept = right.drop(index=sorted(bad)).reset_index(drop=True)
    found = db["transactions"]
    assert len(found) + db.rejected.drop_duplicates(["table", "position"]).shape[0] == rows
    assert found["customer_id"].tolist() == kept["customer_id"].tolist()
    assert found["date"].tolist() == kept["date"].tolist()
    assert found["amount"].tolist() == kept["amount"].tolist()
    db.describe()


def run(seed, folder):
    rng = random.Random(seed)
    rows = rng.choice([1, 3, 30, 200])
    right = clean(rng, rows)
    table = texts(rng, right)
    bad = spoilt(rng, table, rng.choice([0, 0.1, 0.4]))
    source, words = saved(rng, table, folder, seed) if rng.random() < 0.7 else (table, {})
    words["dayfirst"] = True
    if bad:
        with pytest.raises(DataError, match=r"transactions\.\w+: \d+ of \d+ rows? "):
            crm.load(source, **words)
    if len(bad) == rows:
        with pytest.raises(DataError, match="no row is left"):
            crm.load(source, bad_rows="set aside", **words)
    else:
        check(crm.load(source, bad_rows="set aside", **words), right, bad, rows)


def held(rng, right, how):
    """The same log in a frame of other types."""
    ids, days, money = right["customer_id"], right["date"], right["amount"]
    if how == "objects":
        return right.astype(object)
    if how == "mixed":
        cells = [rng.choice([m, Decimal(str(m)), f"{m:.2f}", np.float64(m)]) for m in money]
        when = [rng.choice([d, d.date(), d.to_pydatetime(), f"{d:%Y-%m-%d}"]) for d in days]
        return right.assign(
            amount=pd.Series(cells, dtype=object), date=pd.Series(when, dtype=object)
        )
    if how == "arrow":
        return right.assign(
            customer_id=ids.astype("string[pyarrow]"),
            date=days.astype("timestamp[us][pyarrow]"),
            amount=money.astype("double[pyarrow]"),
        )
    if how == "categories":
        return right.astype("category")
    if how == "zoned":
        zone = rng.choice(["Asia/Shanghai", "America/New_York", "UTC"])
        moments = days + pd.Timedelta(hours=rng.choice([0, 5, 23]))
        return right.assign(date=moments.dt.tz_localize(zone))
    return right.sample(frac=1, random_state=1) if how == "shuffled" else right.iloc[::-1]


FORMS = ["objects", "mixed", "arrow", "categories", "zoned", "shuffled", "reversed"]


@pytest.mark.parametrize("how", FORMS)
def test_frames_of_any_kind_agree(how):
    for seed in range(16):
        rng = random.Random(seed)
        right = clean(rng, rng.choice([1, 5, 60]))
        given = held(rng, right, how)
        found = crm.load(given)["transactions"]
        order = given.index if how in ("shuffled", "reversed") else right.index
        pd.testing.assert_frame_equal(
            found, right.loc[order].reset_index(drop=True), check_dtype=False
        )


@pytest.mark.parametrize("start", range(0, 200, 40))
def test_no_row_and_no_cent_is_lost(start, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for seed in range(start, start + 40):
            run(seed, tmp_path)


@pytest.mark.parametrize("start", range(0, 80, 40))
def test_long_files_read_by_kind_give_what_reading_every_cell_gives(start, tmp_path, monkeypatch):
    for seed in range(start, start + 40):
        rng = random.Random(seed)
        right = clean(rng, rng.choice([2, 30, 200]))
        table = texts(rng, right)
        table["note"] = [rng.choice(["", "x", "1", "007", "2.5"]) for _ in range(len(table))]
        spoilt(rng, table, rng.choice([0, 0, 0.05]))
        path = tmp_path / f"log{seed}.csv"
        table.to_csv(path, index=False, lineterminator=rng.choice(["\n", "\r\n"]))
        answers = []
        for size in (0, 1 << 60):
            monkeypatch.setattr(bulk, "FROM", max(size, 1))
            try:
                db = crm.load(path, dayfirst=True, bad_rows="set aside")
                answers.append((db["transactions"], db.rejected.astype(str), str(db.describe())))
            except DataError as error:
                answers.append(str(error))
        first, second = answers
        if isinstance(first, str):
            assert first == second
            continue
        pd.testing.assert_frame_equal(first[0], second[0])
        pd.testing.assert_frame_equal(first[1], second[1])
        assert first[2] == second[2]


@pytest.mark.parametrize("seed", range(60))
def test_bytes_that_mean_nothing_are_refused_in_words(seed, tmp_path):
    rng = random.Random(seed)
    whole = clean(rng, 20).to_csv(index=False).encode("utf-8")
    data = bytearray(whole)
    for _ in range(rng.choice([1, 5, 50])):
        place = rng.randrange(len(data))
        data[place : place + rng.choice([0, 1, 4])] = bytes(rng.randrange(256) for _ in range(2))
    path = tmp_path / f"odd.{rng.choice(['csv', 'xlsx', 'parquet', 'duckdb', 'txt'])}"
    path.write_bytes(data)
    try:
        db = crm.load(path, bad_rows="set aside")
    except DataError:
        return
    db.describe()
    db.sql("select * from transactions")
