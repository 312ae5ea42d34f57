"""Cells and files as other programs leave them: the same numbers in every form, or a refusal."""

import copy
import datetime as dt
import os
import pickle
import subprocess
import sys
from decimal import Decimal

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pytest

import crmlab as crm
from crmlab.database import DataError
from crmlab.database.days import read_days
from crmlab.database.numbers import read_numbers
from crmlab.database.values import read_amounts, read_ids


def log(**columns):
    rows = len(next(iter(columns.values()))) if columns else 3
    start = {"customer_id": ["A", "B", "C", "D"][:rows], "date": ["2025-01-02"] * rows}
    return pd.DataFrame({**start, "amount": [1.0] * rows, **columns})


def refused(source, **options):
    with pytest.raises(DataError) as error:
        crm.load(source, **options)
    return str(error.value)


@pytest.fixture
def write(tmp_path):
    def save(text, name="sales.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return save


@pytest.fixture
def sheet(tmp_path):
    def save(*rows, epoch=None, **sheets):
        book = openpyxl.Workbook()
        if epoch:
            book.epoch = epoch
        for row in rows:
            book.active.append(row)
        for name, more in sheets.items():
            page = book.create_sheet(name)
            for row in more:
                page.append(row)
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return save


# --- types are settled here, not guessed by an engine -------------------------------------------

PLAIN = pd.DataFrame(
    {
        "customer_id": ["7", "12", "7"],
        "date": pd.to_datetime(["2025-01-02", "2025-01-03", "2025-02-01"]).astype("datetime64[us]"),
        "amount": [4.0, 12.5, 3.0],
    }
)


def forms():
    ids, days, money = [7, 12, 7], PLAIN["date"], [4, 12.5, 3]
    yield "reversed", PLAIN.iloc[::-1]
    yield "strided", PLAIN.loc[PLAIN.index.repeat(2)].iloc[::2]
    yield "objects", PLAIN.astype(object)
    yield "numbers as ids", PLAIN.assign(customer_id=ids)
    yield "decimals as ids", PLAIN.assign(customer_id=[Decimal(i) for i in ids])
    yield "floats as ids", PLAIN.assign(customer_id=[float(i) for i in ids])
    yield "mixed ids", PLAIN.assign(customer_id=pd.Series([7, "12", 7.0], dtype=object))
    yield "Decimals of different width", PLAIN.assign(amount=[Decimal(str(m)) for m in money])
    yield "mixed amounts", PLAIN.assign(amount=pd.Series([4, 12.5, "3"], dtype=object))
    yield "nullable", PLAIN.astype({"customer_id": "string", "amount": "Float64"})
    yield "float32", PLAIN.astype({"amount": "float32"})
    yield "categories", PLAIN.assign(customer_id=pd.Series(ids)).astype("category")
    yield "sparse", PLAIN.assign(amount=pd.arrays.SparseArray(money))
    yield "dates", PLAIN.assign(date=days.dt.date)
    yield "periods", PLAIN.assign(date=days.dt.strftime("%Y-%m-%d"))
    yield "seconds", PLAIN.assign(date=days.astype("datetime64[s]"))
    yield "nanoseconds", PLAIN.assign(date=days.astype("datetime64[ns]"))
    yield (
        "a zone",
        PLAIN.assign(date=(days + pd.Timedelta("30min")).dt.tz_localize("Asia/Shanghai")),
    )
    yield "text", PLAIN.astype({"amount": str}).assign(date=days.dt.strftime("%Y-%m-%d"))
    yield "Excel's days", PLAIN.assign(date=[45659, 45660, 45689])
    yield "a named index", PLAIN.set_index("customer_id")
    yield "an index kept as column", PLAIN.set_index("customer_id", drop=False)
    yield "polars", pl.DataFrame(PLAIN.to_dict("list"))


@pytest.mark.parametrize(("form", "given"), [pytest.param(*one, id=one[0]) for one in forms()])
def test_every_form_of_a_frame_gives_the_same_table(form, given):
    found = crm.load(given).transactions[list(PLAIN)]
    if form == "reversed":
        found = found.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, PLAIN)


@pytest.mark.parametrize("kind", ["string", "int64", "double", "date32[day]", "timestamp[us]"])
def test_arrow_columns(kind):
    column = {"string": "customer_id", "int64": "customer_id", "double": "amount"}.get(kind, "date")
    ready = PLAIN["customer_id"].astype(int) if kind == "int64" else PLAIN[column]
    given = PLAIN.assign(**{column: ready.astype(f"{kind}[pyarrow]")})
    pd.testing.assert_frame_equal(crm.load(given).transactions, PLAIN)


def test_amounts_of_mixed_objects_keep_every_cent():
    # two lines an order: shipping 4 and goods 12.5, 2,000 rows of objects
    amounts = pd.Series([4, 12.5] * 1_000, dtype=object)
    rows = pd.DataFrame({"customer_id": "A", "date": "2025-01-02", "amount": amounts})
    db = crm.load(rows)
    assert db.transactions["amount"].sum() == 16_500
    assert db.sql("select sum(amount) s from transactions")["s"].tolist() == [16_500]


def test_ids_that_look_alike_stay_apart():
    odd = ["007", "7 ", "A12", 9007199254740993, 9007199254740992, Decimal("9007199254740993")]
    ids = pd.Series([*range(1, 1_001), *odd], dtype=object)
    found = crm.load(pd.DataFrame({"customer_id": ids, "date": "2025-01-02"})).transactions
    kept = found["customer_id"].iloc[-6:].tolist()
    assert kept == ["007", "7", "A12", "9007199254740993", "9007199254740992", "9007199254740993"]
    assert found["customer_id"].nunique() == 1_000 + 4


def test_ids_that_a_decimal_has_shortened_are_refused():
    said = refused(log(customer_id=[9007199254740992.0, 1.0, np.nan]))
    assert "1 of 3 rows is an id of 16 digits or more that was kept as a decimal" in said
    assert "first at index 0: 9007199254740992" in said


def test_ids_shortened_among_other_cells_are_refused_too():
    mixed = pd.Series([9007199254740994.0, "A", 2.5, 3.0], dtype=object)
    said = refused(log(customer_id=mixed))
    assert "1 of 4 rows is an id of 16 digits or more" in said
    assert "1 of 4 rows is not a whole number, so no id; first at index 2: 2.5" in said


@pytest.mark.parametrize("cell", [True, 1 + 2j, [1], {"a": 1}, dt.date(2025, 1, 1)])
def test_what_is_no_id(cell):
    said = refused(log(customer_id=pd.Series(["A", "B", cell], dtype=object)))
    assert "1 of 3 rows is not an id; first at index 2" in said


def test_numbers_from_a_sheet_are_never_read_as_text(sheet):
    head = ["customer_id", "date", "amount"]
    day = dt.datetime(2025, 1, 2)

    def amounts(*cells):
        db = crm.load(sheet(head, *([i, day, c] for i, c in enumerate(cells))))
        return db.transactions["amount"].tolist()

    assert amounts(12.125, 8, "3,50") == [12.125, 8, 3.5]
    assert amounts(1.234, 8.125) == [1.234, 8.125]
    exact = pl.DataFrame({"customer_id": ["a"], "date": [day], "amount": [Decimal("1.250")]})
    assert crm.load(exact).transactions["amount"].tolist() == [1.25]


def test_ids_of_a_sheet_meet_those_of_another_table():
    bought = log(customer_id=pd.Series(["ABC123", 234.0, 234.0], dtype=object))
    db = crm.load({"customers": pd.DataFrame({"customer_id": [234, 1]}), "transactions": bought})
    assert db.transactions["customer_id"].tolist() == ["ABC123", "234", "234"]
    assert "not in customers: 1 customer, 1 row" in db.describe()


def test_a_parquet_file_keeps_the_zone_its_days_were_written_in(tmp_path):
    late = pd.to_datetime(["2024-01-01 00:30", "2024-01-15 23:30", "2024-07-01 00:10"])
    rows = log(date=late.tz_localize("Europe/Rome"))
    rows.to_parquet(tmp_path / "rome.parquet")
    pl.from_pandas(rows).write_parquet(tmp_path / "polars.parquet")
    for name in ("rome.parquet", "polars.parquet"):
        db = crm.load(tmp_path / name)
        assert db.transactions["date"].dt.strftime("%m-%d").tolist() == ["01-01", "01-15", "07-01"]
        assert "Europe/Rome" in db.describe()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_days_do_not_depend_on_the_zone_of_the_machine(zone):
    code = (
        "import pandas as pd, crmlab as crm\n"
        "d = pd.to_datetime(['2024-01-01 00:30', '2024-01-02 23:30'])\n"
        "d = d.tz_localize('Europe/Berlin')\n"
        "db = crm.load(pd.DataFrame({'customer_id': [1, 2], 'date': d, 'when': d}))\n"
        "print(db.sql('select * from transactions').astype(str).to_csv(index=False))"
    )
    run = [sys.executable, "-c", code]
    env = {**os.environ, "TZ": zone}
    said = subprocess.run(run, capture_output=True, text=True, check=True, env=env).stdout
    assert said.split() == [
        *("customer_id,date,when", "1,2024-01-01,2024-01-01", "00:30:00"),
        *("2,2024-01-02,2024-01-02", "23:30:00"),
    ]


# --- cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["today", "now", "2025-01-02 25:99", "2025-01-02 10:61", "2025-W01-1", "1735689600"]
)
def test_words_and_impossible_times_are_no_days(text):
    parsed = read_days(pd.Series([text, "2025-01-01"], dtype="str"))
    assert parsed.values.isna().tolist() == [True, False]
    assert parsed.faults[("is not a date", "are not dates")].tolist() == [True, False]


@pytest.mark.parametrize(
    "days",
    [
        pd.to_datetime(["1899-12-30", "2024-02-29"]),
        [dt.datetime(1, 1, 1), dt.datetime(2024, 2, 29)],
        ["0001-01-01", "2024-02-29"],
        [dt.date(1899, 12, 31), dt.date(2024, 2, 29)],
        pd.Series(["1899-12-30", "2024-02-29"], dtype="datetime64[s]"),
    ],
)
def test_days_that_stand_for_no_day_are_refused(days):
    said = refused(log(date=days, amount=[1, 1]))
    assert "transactions.date: 1 of 2 rows lies before 1900; first at index 0" in said


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,-", 12),
        ("12.-", 12),
        ("€ 12,--", 12),
        ("-12,50 €", -12.5),
        ("(€ 12,50)", -12.5),
        ("1 234,50 €", 1234.5),
        ("12", 12),
        ("１２", 12),
        ("1e3", 1000),
    ],
)
def test_more_numbers_people_write(text, number):
    assert read_numbers(pd.Series([text], dtype="str")).values.tolist() == [number]


@pytest.mark.parametrize(
    "text", ["10²", "1$2", "3EUR5", "1 2345", "$12 5", "½", "$1€", "1_000", "0x10", "true", "12-3"]
)
def test_more_that_is_no_number(text):
    assert read_numbers(pd.Series([text, "1.5"], dtype="str")).values.isna().tolist() == [
        True,
        False,
    ]


@pytest.mark.parametrize("cell", [True, 1 + 2j, [1.0], dt.date(2025, 1, 1), pd.Timedelta("1D")])
def test_what_is_no_amount(cell):
    cells = pd.Series([1, 2.5, cell], dtype=object)
    assert "1 of 3 rows is not a number; first at index 2" in refused(log(amount=cells))
    whole = pd.Series([cell] * 3)
    assert "3 of 3 rows are not numbers" in refused(log(amount=whole))


def test_yes_and_no_are_answers_where_yes_or_no_is_asked():
    answers = {"respondent_id": [1, 2, 3, 4]}
    for given in ([True, False, True, False], ["yes", "No", "TRUE", "false"], [1, 0, 1.0, 0]):
        db = crm.load({"survey": pd.DataFrame({**answers, "had_problem": given})})
        assert db.survey["had_problem"].tolist() == [1, 0, 1, 0]


def test_a_workbook_that_counts_from_1904(sheet):
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    head = ["customer_id", "date", "amount"]
    rows = [["a", dt.datetime(2025, 3, 4), 1], ["b", 45720 - 1462, 2]]
    db = crm.load(sheet(head, *rows, epoch=CALENDAR_MAC_1904))
    assert db.transactions["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-03-04"] * 2


# --- encodings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("big5", "台北市"),
        ("big5", "高雄"),
        ("euc_kr", "서울"),
        ("euc_kr", "고객 이름 주소 부산 대구 인천 광주 대전"),
        ("euc_jp", "東京"),
        ("euc_jp", "お客様 大阪 横浜 名古屋 札幌"),
        ("shift_jis", "東京"),
        ("cp1252", "SÃO PAULO"),
        ("cp1252", "Orléans"),
        ("cp1252", "ÉVREUX ÅRHUS MÜNCHEN KÖLN"),
        ("cp1251", "МОСКВА"),
        ("cp1251", "Москва Санкт-Петербург"),
        ("iso8859_7", "ΑΘΗΝΑ"),
        ("cp1250", "ŁÓDŹ KRAKÓW"),
    ],
)
def test_no_other_language_is_taken_for_chinese(write, encoding, word):
    text = f"customer_id,date,amount,city\n1,2025-01-02,5,{word}\n"
    path = write(text, encoding=encoding)
    said = refused(path)
    assert "neither UTF-8 nor surely Chinese text in GB18030" in said
    db = crm.load(path, encoding=encoding)
    assert db.transactions["city"].tolist() == [word]
    if encoding in ("big5", "euc_kr", "euc_jp", "cp1252"):
        assert f'encoding="{encoding}" reads' in said
        assert word[:40] in said


@pytest.mark.parametrize(
    "word", ["重庆", "上海市浦东新区", "张伟", "好评", "优の品质上海店", "咖啡豆 500克", "已取消"]
)
def test_chinese_in_gb18030_is_read(write, word):
    path = write(f"customer_id,date,amount,x\n1,2025-01-02,5,{word}\n", encoding="gb18030")
    assert crm.load(path).transactions["x"].tolist() == [word]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-9", "there is no encoding 'utf-9'"),
        ("rot13", "is not text in rot13"),
        ("ascii", "is not in ascii: some of its bytes have no letter"),
    ],
)
def test_encodings_that_do_not_fit(write, encoding, words):
    path = write("customer_id,date,amount,x\n1,2025-01-02,5,é\n")
    assert words in refused(path, encoding=encoding)


def test_utf_16_that_was_cut_short(write):
    data = "customer_id,date\n1,2025-01-02\n".encode("utf-16")[:-1]
    assert "begins as UTF-16 and cannot be read from byte" in refused(write(data))


# --- files --------------------------------------------------------------------------------------


def test_nothing_in_a_path_is_a_pattern(tmp_path):
    for name, customer in (("a[1].parquet", "right"), ("a1.parquet", "wrong"), ("b?.parquet", "b")):
        log(customer_id=[customer]).to_parquet(tmp_path / name)
    folder = tmp_path / "customer_id=zzz"
    folder.mkdir()
    log(customer_id=["mine"]).to_parquet(folder / "it's.parquet")
    for path, customer in (
        (tmp_path / "a[1].parquet", "right"),
        (tmp_path / "b?.parquet", "b"),
        (folder / "it's.parquet", "mine"),
    ):
        assert crm.load(path).transactions["customer_id"].tolist() == [customer]


def test_rejected_rows_of_one_label_count_apart():
    rows = pd.concat([log(amount=[1.0, np.nan]), log(amount=[np.nan, 2.0])])
    rows.loc[rows.index == 1, "customer_id"] = ["A", "B"]
    db = crm.load(rows, bad_rows="set aside")
    assert len(db.transactions) == 2
    assert db.rejected["position"].tolist() == [1, 2]
    assert "2 rows of transactions" in db.describe()


def test_a_row_with_too_many_cells_has_no_other_fault(write):
    text = "customer_id,date,amount\n1,2025-01-01,3\n,soon,x,12\n"
    db = crm.load(write(text), bad_rows="set aside")
    assert db.rejected["reason"].tolist() == ["has more cells than the header"]
    assert db.rejected["value"].tolist() == [", soon, x, 12"]


def test_two_stray_quotation_marks_are_mentioned(write):
    text = 'customer_id,date,amount,note\n1,2025-01-01,3,"a\n2,2025-01-02,4,x\n3,2025-01-03,5,b"\n'
    page = crm.load(write(text)).describe()
    assert "1 cell runs over 3 lines, first in line 2" in page
    assert "look for stray quotation marks" in " ".join(page.split())


def test_an_unclosed_quotation_mark_in_a_long_file(write):
    rows = "".join(f"{i},2025-01-01,3,x\n" for i in range(20_000))
    for text in (
        'customer_id,date,amount,"note\n' + rows,
        f'customer_id,date,amount,note\n1,2025-01-01,3,"x\n{rows}',
    ):
        assert "quotation mark" in refused(write(text))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("~x.csv", None, "no file or folder '~x.csv'"),
        ("sales.csv", "customer_id|date|amount\n1|2025-01-02|3\n", None),
        ("sales.csv", "customer_id,date,amount\r1,2025-01-02,3\r2,2025-01-03,4\r", None),
        ("sales.csv", b"customer_id,date\n" + b"1,2025-01-02\n" * 2_000 + b"\0", "not a text file"),
    ],
)
def test_files_of_odd_make(write, name, text, words):
    if text is None:
        assert words in refused(name)
    elif words:
        assert words in refused(write(text, name))
    else:
        assert crm.load(write(text, name)).transactions["amount"].iloc[0] == 3


def test_a_workbook_with_a_damaged_sheet(sheet, tmp_path):
    import zipfile

    path = sheet(["customer_id", "date"], [1, "2025-01-02"])
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as broken:
        for item in whole.namelist():
            data = whole.read(item)
            broken.writestr(item, data[: len(data) // 2] if "sheet1" in item else data)
    assert "bad.xlsx cannot be read as an Excel workbook" in refused(tmp_path / "bad.xlsx")


@pytest.mark.parametrize("ending", ["parquet", "duckdb"])
def test_engine_files_of_other_programs(tmp_path, ending):
    path = tmp_path / f"odd.{ending}"
    where = (f"copy ({{}}) to '{path}' (format parquet)", "create table transactions as {}")
    with duckdb.connect(*([str(path)] if ending == "duckdb" else [])) as connection:
        connection.execute(
            where[ending == "duckdb"].format(
                "select 9007199254740993::decimal(38, 0) customer_id, date '2025-01-02' date, "
                "1.250::decimal(10,3) amount, {'a': 1} as thing, [1, 2] as things, "
                "interval 1 day as pause, uuid() as code, time '10:00' as clock"
            )
        )
    db = crm.load(path)
    assert db.transactions["customer_id"].tolist() == ["9007199254740993"]
    assert db.transactions["amount"].tolist() == [1.25]
    assert "1 row" in db.describe()
    assert len(db.sql("select * from transactions")) == 1


def test_endless_days_are_refused(tmp_path):
    path = tmp_path / "endless.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'a' customer_id, '-infinity'::timestamp date union all "
            f"select 'b', timestamp '2025-01-02 10:00') to '{path}' (format parquet)"
        )
    assert "1 of 2 rows is not a date" in refused(path)


def test_polars_structs_arrays_and_large_integers():
    rows = pl.DataFrame(
        {
            "customer_id": pl.Series([2**70, 1], dtype=pl.Int128),
            "date": [dt.date(2025, 1, 2)] * 2,
            "thing": [{"a": 1}, {"a": 2}],
            "things": pl.Series([[1, 2], [3, 4]], dtype=pl.Array(pl.Int64, 2)),
            "kind": pl.Series(["x", "y"], dtype=pl.Categorical),
            "pause": [dt.timedelta(days=1)] * 2,
        }
    )
    db = crm.load(rows)
    assert db.transactions["customer_id"].tolist() == [str(2**70), "1"]
    assert "2 rows" in db.describe()
    assert len(db.sql("select * from transactions")) == 2


def test_other_columns_of_any_kind_survive_a_page_and_a_query():
    rows = log(
        lists=[[1], [2, 3], None],
        dicts=[{"a": 1}, {}, {"b": 2}],
        intervals=pd.interval_range(0, 3),
        periods=pd.period_range("2025-01", periods=3, freq="M"),
        sparse=pd.arrays.SparseArray([1.0, 0.0, 0.0]),
        complexes=[1j, 2j, 3j],
        pauses=pd.to_timedelta([1, 2, 3], unit="D"),
        kinds=pd.Categorical(["x", "y", "x"]),
        gone=[None, None, None],
        Amount=[5, 6, 7],
    ).rename(columns={"Amount": "amount total"})
    db = crm.load(rows)
    assert "other columns kept: lists, dicts" in db.describe()
    found = db.sql("select * from transactions")
    assert found["lists"].tolist()[:2] == ["[1]", "[2, 3]"]
    assert found["kinds"].tolist() == ["x", "y", "x"]
    for again in (pickle.loads(pickle.dumps(db)), copy.deepcopy(db)):
        assert again.transactions.equals(db.transactions)
        assert len(again.sql("select 1 as one")) == 1


@pytest.mark.parametrize("query", ["", "  ", ";", 5])
def test_no_question_is_no_query(query):
    with pytest.raises(DataError, match="there is no question in"):
        crm.load(log()).sql(query)


def test_long_lists_are_cut(tmp_path):
    wide = pd.DataFrame({f"c{i}": [1] for i in range(10_003)})
    said = refused(wide)
    assert len(said) < 1_000
    assert "c19 and 9,983 more" in said
    for i in range(60):
        (tmp_path / f"x{i}.json").write_text("{}", encoding="utf-8")
    assert "and 40 more" in refused(tmp_path)


def test_amounts_beyond_a_frame():
    big = read_amounts(pd.Series([Decimal("1e400"), 1.0], dtype=object))
    assert big.faults[("is infinite", "are infinite")].tolist() == [True, False]
    ids = read_ids(pd.Series([10**30, Decimal("1E+2")], dtype=object))
    assert ids.values.tolist() == ["1" + "0" * 30, "100"]
