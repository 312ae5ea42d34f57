"""The customer database: what is read, what is refused, and in which words."""

import datetime as dt
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import duckdb
import hypothesis.strategies as st
import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings

import crmlab as crm
from crmlab.curriculum import LESSONS
from crmlab.database import TABLES, DataError, MissingTableError
from crmlab.database.columns import ELEMENTS
from crmlab.database.days import read_days
from crmlab.database.numbers import read_numbers
from crmlab.database.values import read_ids

ROOT = Path(__file__).resolve().parent.parent
LANTERN = ROOT / "data" / "lantern"

NASTY = """Order No;Buyer;When;Total;Note
1001;0007;31/01/2025;1.234,50;"said ""hi""; left"
1001;0007;31/01/2025;12,00;second line
1002;0012;03/02/2025;-12,00;refund
1003; 0012;04/02/2025;0;free
1004;;05/02/2025;10,00;no buyer
1005;0013;2025-13-40;10,00;no such day
1006;0013;05/02/2025;abc;no number

1007;0014;05/02/2025;3,50;ok;extra;more;cells
1003;0013;05/02/2031;8,00;future
1008;0015;06/02/2025;€ 9,90;"two
lines"
1009;0016;06/02/2025;;no amount
;;;;
Total;;;1.256,00;
"""
NAMES = {"Order No": "order_id", "Buyer": "customer_id", "When": "date", "Total": "amount"}


@pytest.fixture
def write(tmp_path):
    def save(text, name="sales.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return save


def frame(**columns):
    rows = len(next(iter(columns.values()))) if columns else 3
    start = {"customer_id": ["A", "B", "C"][:rows], "date": ["2025-01-02"] * rows}
    return pd.DataFrame({**start, **columns})


def refused(source, **options):
    with pytest.raises(DataError) as error:
        crm.load(source, **options)
    return str(error.value)


# --- shipped data -----------------------------------------------------------------------------


def test_cdnow_has_the_counts_of_its_data_card():
    # Fader & Hardie (2001) give 23,570 customers; Fader, Hardie & Lee (2005) 2,357 in the sample
    full, sample = crm.load("cdnow-full"), crm.load("cdnow")
    for db, customers, rows, merged, zero, copies in (
        (full, 23_570, 69_659, 67_591, 80, 255),
        (sample, 2_357, 6_919, 6_696, 8, 21),
    ):
        bought = db.transactions
        assert (len(db.customers), bought["customer_id"].nunique()) == (customers, customers)
        assert len(bought) == rows
        assert len(bought.drop_duplicates(["customer_id", "date"])) == merged
        assert (bought["amount"] == 0).sum() == zero
        assert bought.duplicated().sum() == copies
        assert f"leaves {merged:,} of {rows:,} rows" in db.describe()
        card = (ROOT / "data" / "cdnow" / "README.md").read_text(encoding="utf-8")
        assert all(f"{number:,}" in card for number in (customers, rows, merged, zero, copies))
    first = full.transactions.groupby("customer_id")["date"].min()
    assert first.min() == pd.Timestamp("1997-01-01")
    assert first.max() == pd.Timestamp("1997-03-25")
    assert full.until == pd.Timestamp("1998-06-30")
    assert full.transactions["customer_id"].iloc[0] == "00001"
    assert sample.customers["sample_id"].nunique() == 2_357


def test_lantern_loads_whole_and_fits_the_schema():
    db = crm.load("lantern")
    assert list(db.tables) == list(TABLES)
    assert len(db.customers) == 4_000
    assert db.rejected.empty
    for name, table in db.tables.items():
        assert set(table.columns) == set(TABLES[name].columns), name
    page = db.describe()
    assert "other columns" not in page
    assert "not in customers" not in page
    assert "before the customer joined" not in page
    ready = " ".join(page.split("\nReady ")[1].split())
    assert ready == ", ".join(one.title for one in LESSONS)
    assert page.count("UTF-8, separator comma") == 1


def card_columns():
    """Table, column, unit and meaning of each row in Lantern's data card."""
    card = (LANTERN / "README.md").read_text(encoding="utf-8")
    for section in card.split("\n## ")[1:]:
        name = section.split(".csv")[0]
        for row in re.findall(r"^\| `(\S+)` \| *(.*?) *\| *(.*?) *\|$", section, flags=re.M):
            for element in ELEMENTS if "<element>" in row[0] else [""]:
                yield name, row[0].replace("<element>", element), *row[1:]


def test_schema_agrees_with_the_data_card():
    found = {name: [] for name in TABLES}
    for name, column, unit, meaning in card_columns():
        found[name].append(column)
        rule = TABLES[name].columns[column]
        assert (rule.kind == "date") == (unit == "date"), column
        assert (rule.unit == "money") == unit.startswith("USD"), column
        assert rule.personal == meaning.startswith("personal"), column
        scale = re.fullmatch(r"(\d+)(?:-| or )(\d+)", unit)
        if scale:
            assert (rule.low, rule.high) == tuple(map(int, scale.groups())), column
    for name, columns in found.items():
        assert set(columns) == set(TABLES[name].columns), name


def test_the_wheel_carries_the_data(tmp_path):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(ROOT)]
    subprocess.run([*pip, *build], check=True, cwd=tmp_path)
    wheel = next(tmp_path.glob("crmlab-*.whl"))
    target = tmp_path / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True)
    code = (
        f"import sys; sys.path.insert(0, {str(target)!r})\n"
        "import crmlab; assert crmlab.__file__.startswith(sys.path[0])\n"
        "print(crmlab.load('cdnow'), crmlab.load('lantern'))"
    )
    run = [sys.executable, "-c", code]
    said = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path, check=True).stdout
    assert "CustomerDatabase(customers 2,357, transactions 6,919)" in said
    assert "customers 4,000" in said


def test_everything_works_without_pyarrow(tmp_path):
    pl.DataFrame({"customer_id": ["1"], "date": [dt.date(2025, 1, 1)]}).write_parquet(
        tmp_path / "p.parquet"
    )
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import crmlab as crm, polars as pl, datetime as dt\n"
        "day = dt.datetime(2025, 1, 1, 23)\n"
        "p = pl.DataFrame({'customer_id': [1, None], 'date': [day, None], 'amount': [1.5, 2]})\n"
        "p = p.with_columns(pl.col('date').dt.replace_time_zone('Asia/Shanghai'))\n"
        "print(crm.load(p, bad_rows='set aside').transactions.to_csv(index=False))\n"
        "print(crm.load('p.parquet'), crm.load('cdnow').sql('select count(*) n from customers'))"
    )
    run = [sys.executable, "-c", code]
    said = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path, check=True).stdout
    assert "1,2025-01-01,1.5" in said
    assert "2357" in said


# --- one truly messy file ---------------------------------------------------------------------


def test_nasty_file_names_every_problem_with_its_line(write):
    assert refused(write(NASTY), columns=NAMES, dayfirst=True).split("\n") == [
        "7 problems in sales.csv",
        "  transactions.customer_id: 2 of 12 rows are empty; first in line 6",
        "  transactions.date: 1 of 12 rows is not a date; first in line 7: '2025-13-40'",
        "  transactions.amount: 1 of 12 rows is not a number; first in line 8: 'abc'",
        "  transactions: 1 of 12 rows has more cells than the header; first in line 10: "
        "'1007;0014;05/02/2025;3,50;ok;extra;more;cells'",
        f"  transactions.date: 1 of 12 rows lies after today, {dt.date.today()}; first in line 11: "
        "'05/02/2031'",
        "  transactions.amount: 1 of 12 rows is empty; first in line 14",
        "  transactions.date: 1 of 12 rows is empty; first in line 16",
        "If a number was cut at its decimal comma, put it in quotation marks.",
        'Correct these rows, or load the others with bad_rows="set aside": '
        "what is left out is then in db.rejected.",
    ]


def test_nasty_file_set_aside_keeps_the_rest_and_says_what_was_decided(write):
    db = crm.load(write(NASTY), columns=NAMES, dayfirst=True, bad_rows="set aside")
    kept = db.transactions
    assert kept["customer_id"].tolist() == ["0007", "0007", "0012", "0012", "0015"]
    assert kept["amount"].tolist() == [1234.5, 12, -12, 0, 9.9]
    assert kept["date"].dt.strftime("%m-%d").tolist() == [
        *("01-31", "01-31", "02-03", "02-04", "02-06")
    ]
    assert kept["Note"].tolist()[-1] == "two\nlines"
    assert db.rejected["row"].tolist() == [6, 7, 8, 10, 11, 14, 16, 16]
    assert list(db.rejected.columns) == [
        *("table", "position", "row", "column", "value", "reason"),
        *("left_out", "order_id", "amount"),
    ]
    page = db.describe()
    for said in (
        "5 rows, 3 customers",
        "date from 2025-01-31 to 2025-02-06",
        "refunds (amount below 0): 1 row, -12.00; amount 0: 1 row",
        "merging them leaves 4 of 5 rows",
        "1 order with several rows (2), all kept",
        "other columns kept: Note",
        "UTF-8, separator semicolon",
        "2 blank rows left out",
        "read with the day first",
        "decimal commas are read",
        "currency signs (€) are taken off",
        "7 rows of transactions",
        f"transactions.date lies after today, {dt.date.today()}: 1 row",
    ):
        assert said in page
    assert repr(page) == str(page)
    assert str(write(NASTY).parent) not in page


def test_day_order_is_asked_for_not_guessed(write):
    said = refused(write(NASTY), columns=NAMES)
    assert "7 of 12 rows can be read with the day or the month first" in said
    assert "'31/01/2025' has the day first" in said
    assert "first in line 4: '03/02/2025'" in said
    assert "Pass dayfirst=True if 03/04/2025 is 3 April, dayfirst=False if it is 4 March." in said


# --- names ------------------------------------------------------------------------------------


def test_headers_match_whatever_their_case_and_blanks(write):
    db = crm.load(write("\ufeffCustomer ID, DATE ,Amount\n007,2025-01-01,5\n"))
    assert list(db.transactions) == ["customer_id", "date", "amount"]
    assert "Customer ID as customer_id" in db.describe()
    assert "byte order mark" in db.describe()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            {},
            "no column customer_id or date; the columns are Order No, Buyer, When, Total and Note",
        ),
        (NAMES | {"Note": "amount"}, "2 columns would be amount ('Total' and 'Note')"),
        (NAMES | {"Nota": "margin"}, "no table has a column 'Nota'; transactions has Order No"),
        (NAMES | {"Note": "margn"}, "'margn' is not a column name here; the names are amount"),
    ],
)
def test_column_mapping_errors_say_what_is_there(write, columns, words):
    assert words in refused(write(NASTY), columns=columns, dayfirst=True, bad_rows="set aside")


def test_same_header_twice_is_refused(write):
    said = refused(write("customer_id,date,date,amount\n1,2025-01-01,2025-01-02,3\n"))
    assert "2 columns would be date ('date' and 'date')" in said


def test_a_mapping_applies_in_every_table_that_has_the_name():
    client = {"customers": pd.DataFrame({"client": ["A"]}), "transactions": frame()}
    client["transactions"] = client["transactions"].rename(columns={"customer_id": "client"})
    db = crm.load(client, columns={"client": "customer_id"})
    assert "customer_id" in db.customers
    assert "not in customers: 2 customers, 2 rows" in db.describe()


# --- text: encodings, separators, lines -------------------------------------------------------


def test_gb18030_with_chinese_headers(write):
    text = '客户编号,日期,金额,备注\n001,2025年3月4日,"￥1,234.50",首单\n'
    text += "002,2025年3月5日,￥12.00,张伟\n"
    names = {"客户编号": "customer_id", "日期": "date", "金额": "amount"}
    db = crm.load(write(text, encoding="gb18030"), columns=names)
    assert db.transactions["amount"].tolist() == [1234.5, 12]
    assert db.transactions["备注"].tolist() == ["首单", "张伟"]
    assert "GB18030, separator comma" in db.describe()


def test_western_text_is_not_taken_for_chinese(write):
    text = "customer_id;date;name\n1;2025-01-01;Müller\n2;2025-01-02;Gößling\n"
    said = refused(write(text, encoding="latin-1"))
    assert said.startswith(
        "sales.csv is neither UTF-8 nor surely Chinese text in GB18030; save it as CSV in UTF-8, "
        "or say how to read it\n  encoding=\"cp1252\" reads '1;2025-01-01;Müller'"
    )
    read = crm.load(write(text, encoding="latin-1"), encoding="cp1252")
    assert read.transactions["name"].tolist() == ["Müller", "Gößling"]


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("customer_id\tdate\tamount\n01\t2025-01-01\t3\n", "utf-16", "UTF-16, separator tab"),
        ("sep=;\r\ncustomer_id;date;amount\r\n01;2025-01-01;3\r\n", "utf-8", "semicolon"),
        ("\n\ncustomer_id,date,amount,\n01,2025-01-01,3,\n", "utf-8", "separator comma"),
        ('customer_id,"date",amount\n"01",2025-01-01,3', "utf-8", "separator comma"),
    ],
)
def test_text_files_of_other_programs(write, text, encoding, said):
    db = crm.load(write(text, encoding=encoding))
    assert db.transactions.values.tolist() == [["01", pd.Timestamp("2025-01-01"), 3.0]]
    assert said in db.describe()


def test_lines_stay_right_after_cells_over_several_lines(write):
    text = (
        '\ncustomer_id,date,amount,note\n1,2025-01-01,3,"a\nb\nc"\n2,2025-01-02,4,x,y,z\n'
        "3,2025-13-02,4,x\n\n4,2025-01-02,4,x,y\n5,2025-01-02\n"
    )
    db = crm.load(write(text), bad_rows="set aside")
    assert db.rejected[["row", "reason"]].values.tolist() == [
        [6, "has more cells than the header"],
        [7, "is not a date"],
        [9, "has more cells than the header"],
        [10, "is empty"],
    ]
    assert db.rejected["value"].tolist()[0] == "2,2025-01-02,4,x,y,z"
    assert db.transactions["customer_id"].tolist() == ["1"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "sales.csv is empty"),
        ("\n \n", "sales.csv is empty"),
        ("customer_id,date,amount\n", "transactions: no rows"),
        ("customer_id,date\n,x\n,y\n", "no row is left, all 2 rows have faults"),
        ('customer_id,date\n1,2025-01-01\n2,"2025-01-02\n', "opened in line 3 is never closed"),
        ("a;b,c\n1;2,3\n", "as many of one separator as of another"),
        (b"PK\x03\x04\0\0\0", "sales.csv is not a text file"),
        ("customer_id,date,amount\n1,2025-01-01,12,50\n", "1 of 1 row has more cells"),
    ],
)
@pytest.mark.parametrize("bad_rows", ["raise", "set aside"])
def test_files_that_cannot_be_used(write, text, words, bad_rows):
    assert words in refused(write(text), bad_rows=bad_rows)


# --- days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "dayfirst", "day"),
    [
        ("2025-03-04", None, "2025-03-04"),
        ("2025/3/4", None, "2025-03-04"),
        ("2025年3月4日", None, "2025-03-04"),
        ("２０２５-０３-０４", None, "2025-03-04"),
        ("20250304", None, "2025-03-04"),
        ("2025-03-04T23:59:59.5+08:00", None, "2025-03-04"),
        ("2025-03-04 00:00:00", None, "2025-03-04"),
        ("4 Mar 2025", None, "2025-03-04"),
        ("March 4, 2025", None, "2025-03-04"),
        ("31.12.2024", None, "2024-12-31"),
        ("12/31/2024", None, "2024-12-31"),
        ("05/05/2025", None, "2025-05-05"),
        ("03/04/2025", True, "2025-04-03"),
        ("03/04/2025 1:05 PM", False, "2025-03-04"),
        ("3.4.25", True, "2025-04-03"),
        ("45720", None, "2025-03-04"),  # Excel: =DATE(2025,3,4) is 45720
        ("45720.75", None, "2025-03-04"),
        ("9999-12-31", None, "9999-12-31"),
    ],
)
def test_days_people_write(text, dayfirst, day):
    parsed = read_days(pd.Series([text], dtype="str"), dayfirst)
    assert parsed.values.tolist() == [pd.Timestamp(day)]
    assert not any(mask.any() for mask in parsed.faults.values())


@pytest.mark.parametrize(
    "text",
    ["2025-13-40", "2025-02-29", "soon", "2025-03", "2025", "99999", "0025-03-04", "2025-Q1"],
)
@pytest.mark.parametrize("dayfirst", [None, True, False])
def test_what_is_no_day(text, dayfirst):
    parsed = read_days(pd.Series([text, "2025-01-01"], dtype="str"), dayfirst)
    assert sum(mask[0] for mask in parsed.faults.values()) == 1
    assert not any(mask[1] for mask in parsed.faults.values())


def test_both_day_orders_in_one_column_are_refused():
    said = refused(frame(date=["25/04/2025", "04/26/2025", "05/05/2025"]))
    assert "3 of 3 rows can be read with the day or the month first" in said
    assert "'25/04/2025' has the day first, '04/26/2025' has the month first" in said


@settings(max_examples=60)
@given(
    st.lists(st.dates(dt.date(1900, 1, 1), dt.date(2262, 1, 1)), min_size=1, max_size=20),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y %H:%M", "%Y/%m/%d", "%Y-%m-%dT%H:%M:%SZ"]),
)
def test_days_survive_writing_and_reading(days, pattern):
    text = pd.Series([day.strftime(pattern) for day in days], dtype="str")
    parsed = read_days(text, dayfirst=True)
    assert parsed.values.dt.date.tolist() == days


def test_time_zones_keep_the_day_that_was_written(write):
    text = (
        "customer_id,date,amount\n1,2025-01-01T23:30:00-05:00,1\n"
        "2,2025-01-02T00:30:00+08:00,2\n3,2025-01-02T00:30:00Z,3\n4,2025-01-02,4\n"
    )
    db = crm.load(write(text))
    assert db.transactions["date"].dt.day.tolist() == [1, 2, 2, 2]
    assert "time zones differ (+08:00, -05:00, UTC): each day is the one" in db.describe()
    late = pd.to_datetime(["2025-01-01 23:30"] * 3).tz_localize("America/New_York")
    db = crm.load(frame(date=late))
    assert set(db.transactions["date"]) == {pd.Timestamp("2025-01-01")}
    assert "America/New_York" in db.describe()
    mixed = [late[0], dt.datetime(2025, 1, 3, 1, tzinfo=dt.UTC), dt.date(2025, 1, 4)]
    db = crm.load(frame(date=pd.Series(mixed, dtype=object)))
    assert db.transactions["date"].dt.day.tolist() == [1, 3, 4]


def test_tomorrow_is_a_bad_row_and_a_future_end_is_not():
    today = pd.Timestamp.today().normalize()
    days = [today, today + pd.Timedelta(days=1), today - pd.Timedelta(days=1)]
    said = refused(frame(date=days))
    assert f"1 of 3 rows lies after today, {today:%Y-%m-%d}; first at index 1" in said
    contract = frame().rename(columns={"date": "started"}).assign(ended=days)
    assert len(crm.load({"subscriptions": contract}).subscriptions) == 3


class Slow(dt.date):
    """The calendar of a machine whose clock stands in 2024."""

    @classmethod
    def today(cls):
        return cls(2024, 5, 6)


@pytest.fixture
def slow_clock(monkeypatch):
    monkeypatch.setattr("crmlab.database.days.dt", SimpleNamespace(date=Slow))
    crm.database._shipped.cache_clear()
    yield
    crm.database._shipped.cache_clear()


@pytest.mark.parametrize("words", [{}, {"only": {"channel": "web"}}])
def test_shipped_data_load_on_any_day(slow_clock, words):
    db = crm.load("lantern", **words)
    assert db.until == pd.Timestamp("2025-12-31")
    assert "after today" not in db.describe()


def test_own_data_name_the_day_taken_as_today(slow_clock):
    days = pd.to_datetime(["2024-05-06", "2024-05-07", "2025-01-01"])
    said = refused(frame(date=days))
    assert "transactions.date: 2 of 3 rows lie after today, 2024-05-06; first at index 1" in said
    db = crm.load(frame(date=days), bad_rows="set aside")
    assert "transactions.date lies after today, 2024-05-06: 2 rows" in db.describe()


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,50", 1234.5),
        ("1,234.50", 1234.5),
        ("1.234.567", 1234567),
        ("12,5", 12.5),
        ("$12.00", 12),
        ("-$12.00", -12),
        ("¥12", 12),
        ("￥1,234.50", 1234.5),
        ("12元", 12),
        ("12.50 EUR", 12.5),
        ("(12.00)", -12),
        ("($1,234.00)", -1234),
        ("12-", -12),
        ("−12", -12),
        ("+12", 12),
        ("1'234.50", 1234.5),
        ("1 234 567,5", 1234567.5),
        ("1,23,456.00", 123456),
        ("0.125", 0.125),
        ("1234.567", 1234.567),
        ("1e-3", 0.001),
        (".5", 0.5),
    ],
)
def test_numbers_people_write(text, number):
    read = read_numbers(pd.Series([text], dtype="str"))
    assert read.values.tolist() == [number]
    assert not read.unclear.any()


@pytest.mark.parametrize(
    "text", ["abc", "--5", "1,2,3", "12-50", "1.2.3", "12 5", "()", "$", "1..2"]
)
def test_what_is_no_number(text):
    read = read_numbers(pd.Series([text, "1.50", "2,50"], dtype="str"))
    assert read.values.isna().tolist() == [True, False, False]


def test_three_digits_after_a_mark_are_read_by_their_neighbours_or_asked_about(write):
    assert read_numbers(pd.Series(["1.234", "12,50"], dtype="str")).values[0] == 1234
    assert read_numbers(pd.Series(["1.234", "12.50"], dtype="str")).values[0] == 1.234
    assert read_numbers(pd.Series(["1,234", "12.50"], dtype="str")).values[0] == 1234
    for amounts in (["1,234", "17", "2,500"], ["1.234", "17", "2.500"], ["1,234", "1,5", "2.5"]):
        said = refused(frame(amount=amounts), bad_rows="set aside")
        assert "can be read as thousands or with three decimals; first at index 0" in said
        assert "Write numbers as 1234.00" in said
    table = frame(amount=["1,234", "17", "2,500"], margin=["1,5", "2,5", "3,5"])
    assert crm.load(table).transactions["amount"].tolist() == [1.234, 17, 2.5]


def test_several_currencies_are_not_added_up():
    said = refused(frame(amount=["$1.50", "€2.50", "3"]))
    assert "2 of 3 rows have one of several currencies ($, €)" in said


@settings(max_examples=60)
@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20))
def test_amounts_survive_writing_and_reading(cents):
    for style in ("en", "de"):
        text = [f"{cent / 100:,.2f}" for cent in cents]
        swap = str.maketrans(",.", ".,") if style == "de" else {}
        read = read_numbers(pd.Series([t.translate(swap) for t in text], dtype="str"))
        assert read.values.tolist() == [cent / 100 for cent in cents]


def test_amounts_that_are_missing_infinite_or_absent():
    said = refused(frame(amount=[1.0, np.inf, np.nan]))
    assert "transactions.amount: 1 of 3 rows is infinite; first at index 1: inf" in said
    assert "transactions.amount: 1 of 3 rows is empty; first at index 2" in said
    page = crm.load(frame()).describe()
    assert re.search(r"00-customer-base +needs transactions \(amount\)", page)


# --- ids and keys -----------------------------------------------------------------------------


def test_ids_are_text_and_decimals_are_repaired_visibly():
    assert read_ids(pd.Series(["007", " 8 ", "NULL"], dtype="str")).values.tolist()[:2] == [
        *("007", "8")
    ]
    db = crm.load(frame(customer_id=[1.0, 2.0, 2.0]))
    assert db.transactions["customer_id"].tolist() == ["1", "2", "2"]
    assert "such as 1.0, are written as 1" in db.describe()
    text = read_ids(pd.Series(["1.0", "1.1"], dtype="str"))
    assert text.values.tolist() == ["1.0", "1.1"]
    for dtype in ("Int64", "category", "string", object):
        ids = pd.Series([1, 2, 2]).astype(dtype)
        assert crm.load(frame(customer_id=ids)).transactions["customer_id"].tolist() == [
            *("1", "2", "2")
        ]


def test_ids_that_are_none():
    said = refused(frame(customer_id=[1.0, np.nan, 2.5]))
    assert "transactions.customer_id: 1 of 3 rows is empty; first at index 1" in said
    assert "1 of 3 rows is not a whole number, so no id; first at index 2: 2.5" in said
    said = refused(frame(customer_id=["1.23457E+12", "nan", "C"]))
    assert "1 of 3 rows is an id that a spreadsheet has shortened; first at index 0" in said


def test_repeated_keys_are_bad_rows_and_the_first_is_kept():
    customers = pd.DataFrame({"customer_id": ["A", "B", "A"], "region": ["x", "y", "z"]})
    said = refused({"customers": customers})
    assert "customers.customer_id: 1 of 3 rows repeats the customer_id of an earlier row" in said
    db = crm.load({"customers": customers}, bad_rows="set aside")
    assert db.customers["region"].tolist() == ["x", "y"]
    answers = {"respondent_id": [1, 1, 1], "wave": [1, 2, 2]}
    assert "repeats the respondent_id and wave" in refused({"survey": pd.DataFrame(answers)})


def test_scales_and_whole_numbers():
    kano = {"respondent_id": [1, 2, 3], "feature": ["a", "a", "a"]}
    kano |= {"functional": [1, 2, 6], "dysfunctional": [1, 2.5, 3]}
    said = refused({"kano": pd.DataFrame(kano)})
    assert "kano.functional: 1 of 3 rows is not between 1 and 5; first at index 2: 6" in said
    assert "kano.dysfunctional: 1 of 3 rows is not a whole number; first at index 1: 2.5" in said
    survey = pd.DataFrame(
        {"respondent_id": [1, 2], "recommend": [0, None], "satisfaction": [10, 0]}
    )
    assert "survey.satisfaction: 1 of 2 rows is not between 1 and 10" in refused({"survey": survey})


def test_relations_between_tables_are_reported_not_refused():
    db = crm.load(
        {
            "transactions": frame(customer_id=["01", "2", "9"]),
            "customers": pd.DataFrame({"customer_id": ["1", "2"], "joined": "2025-01-03"}),
        }
    )
    assert list(db.tables) == ["customers", "transactions"]
    assert (
        "not in customers: 2 customers, 2 rows; 1 of these rows differ by leading zeros only"
        in (re.sub(r"\n +", " ", db.describe()))
    )
    assert "date before the customer joined: 1 row" in db.describe()


def test_repeated_orders_and_copies_are_kept_and_counted():
    log = frame(order_id=["1", "1", "2"], amount=[5, 5, 5])
    log = pd.concat([log, log.iloc[[0]]])
    db = crm.load(log)
    assert len(db.transactions) == 4
    page = db.describe()
    assert "exact copies of an earlier row: 1 row, kept" in page
    assert "1 order with several rows (3), all kept" in page
    assert "of these, with more than one customer: 1 order" in page


# --- other sources ----------------------------------------------------------------------------


@pytest.fixture
def workbook(tmp_path):
    def save(sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return save


def test_excel_with_one_sheet(workbook):
    rows = [
        [],
        ["Buyer", "When", "Amount", "comment"],
        ["007", dt.datetime(2025, 1, 2, 13, 5), 12.5, None],
        [8, 45731, 3, "x"],
        [9, "2025-01-05", "12,50", None],
        [None] * 4,
        ["Total", None, 28, None],
    ]
    path = workbook({"Sheet1": rows, "Sheet2": []})
    names = {"Buyer": "customer_id", "When": "date"}
    assert "1 of 4 rows is empty; first in row 7" in refused(path, columns=names)
    db = crm.load(path, columns=names, bad_rows="set aside")
    assert db.transactions["customer_id"].tolist() == ["007", "8", "9"]
    assert db.transactions["date"].dt.day.tolist() == [2, 15, 5]
    assert db.transactions["amount"].tolist() == [12.5, 3, 12.5]
    assert "Excel's day numbers" in db.describe()


def test_excel_with_several_sheets(workbook):
    customers = [["customer_id", "joined"], ["1", dt.date(2025, 1, 1)]]
    bought = [["customer_id", "date", "amount"], [1, dt.date(2025, 1, 1), 3]]
    db = crm.load(workbook({"Pivot": [["x"]], "Transactions": bought, "customers": customers}))
    assert list(db.tables) == ["customers", "transactions"]
    assert "Not read       Pivot" in db.describe()
    said = refused(workbook({"one": bought, "two": customers}))
    assert "book.xlsx has no known table: its sheets are one and two" in said


def test_duckdb_file(tmp_path):
    path = tmp_path / "firm.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table Transactions as "
            "select 'A' customer_id, timestamptz '2025-01-01 23:00-05' date, "
            "3.5::decimal(8,2) amount, null::int cds "
            "union all select 'B', timestamptz '2025-01-02 10:00+00', 1, 2; "
            "create table other as select 1 a"
        )
    said = refused(path)
    assert "date: 2 of 2 rows are moments in UTC whose own time zone is not said" in said
    assert 'zone="Asia/Shanghai"' in said
    there = crm.load(path, zone="America/New_York")
    assert there.transactions["date"].dt.day.tolist() == [1, 2]
    db = crm.load(path, zone="UTC")
    assert db.transactions["amount"].tolist() == [3.5, 1]
    assert db.transactions["date"].dt.day.tolist() == [2, 2]
    assert "UTC" in db.describe()
    assert "Not read       other" in db.describe()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x.duckdb", "x.duckdb cannot be read by DuckDB"),
        ("x.parquet", "x.parquet cannot be read as Parquet"),
        ("x.xlsx", "x.xlsx cannot be read as an Excel workbook"),
        ("x.json", "x.json: can read .csv, .tsv, .txt, .parquet"),
    ],
)
def test_files_of_other_kinds(write, name, words):
    assert words in refused(write("hello " * 1000, name))


def test_folder_of_files(tmp_path):
    folder = tmp_path / "firm 客户"
    folder.mkdir()
    (folder / "notes.txt").write_text("hello", encoding="utf-8")
    said = refused(folder)
    assert "the folder firm 客户 has no table: it holds notes.txt. Name the files after" in said
    (folder / "transactions.csv").write_text("customer_id,date\n1,2025-01-01\n", encoding="utf-8")
    pl.DataFrame({"customer_id": ["1"]}).write_parquet(folder / "customers.parquet")
    db = crm.load(folder)
    assert list(db.tables) == ["customers", "transactions"]
    assert "Not read       notes.txt" in db.describe()
    (folder / "customers.csv").write_text("customer_id\n1\n", encoding="utf-8")
    assert "several files for the table customers" in refused(folder)


def test_a_file_named_after_a_table_is_that_table(write):
    db = crm.load(write("respondent_id,recommend\n1,9\n", "survey.csv"))
    assert list(db.tables) == ["survey"]


def test_a_path_that_is_not_there():
    said = refused("no_such.csv")
    assert said.startswith("no file or folder 'no_such.csv' in ")
    assert said.endswith("the data that comes with crmlab is 'lantern', 'cdnow' or 'cdnow-full'")


def test_polars_frames():
    log = pl.DataFrame(
        {
            "customer_id": [2**60 + 1, None, 3],
            "date": [dt.date(2025, 1, 1)] * 3,
            "amount": [Decimal("1.5"), Decimal(2), Decimal(3)],
        }
    )
    for given_frame in (log, log.lazy()):
        db = crm.load(given_frame, bad_rows="set aside")
        assert db.transactions["customer_id"].tolist() == [str(2**60 + 1), "3"]
        assert db.transactions["amount"].tolist() == [1.5, 3]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ([1, 2], "cannot load a list"),
        ({"transaction": pd.DataFrame()}, "the dict holds 'transaction'; the tables are customers"),
        ({}, "the dict holds nothing"),
        (pd.DataFrame(), "the columns are none"),
        (frame().iloc[:0], "transactions: no rows"),
    ],
)
def test_sources_that_are_none(source, words):
    assert words in refused(source)


def test_frames_keep_their_index_in_errors_and_give_up_a_named_one():
    assert "first at index r2: 'x'" in refused(
        frame(date=["2025-01-01", "x"]).set_axis(["r1", "r2"])
    )
    db = crm.load(frame().set_index("customer_id"))
    assert db.transactions["customer_id"].tolist() == ["A", "B", "C"]


def test_wrong_options():
    with pytest.raises(ValueError, match='bad_rows is "raise" or "set aside", not \'drop\''):
        crm.load(frame(), bad_rows="drop")
    with pytest.raises(ValueError, match="dayfirst is True, False or None, not 'yes'"):
        crm.load(frame(), dayfirst="yes")


# --- the database -----------------------------------------------------------------------------


def test_sql_sees_all_tables_and_leaves_the_readers_duckdb_alone():
    db = crm.load("cdnow")
    days = db.sql(
        "select max(date) - min(date) as days from transactions join customers using (customer_id)"
    )
    assert days["days"].tolist() == [545]
    duckdb.sql("create or replace temp table transactions as select 42 as mine")
    assert db.sql("select count(*) n from transactions")["n"].tolist() == [6_919]
    assert duckdb.sql("select mine from transactions").fetchall() == [(42,)]
    duckdb.sql("drop table transactions")
    with pytest.raises(DataError, match="only reads"):
        db.sql("delete from transactions")
    assert len(db.transactions) == 6_919
    elsewhere = pd.DataFrame({"a": [1]})
    with pytest.raises(DataError, match="elsewhere does not exist"):
        db.sql("select * from elsewhere")
    assert len(elsewhere) == 1
    assert len(db.sql("select now() as moment")) == 1


def test_sql_errors_are_readable():
    with pytest.raises(DataError) as error:
        crm.load(frame()).sql("select * from transaction")
    assert 'Did you mean "transactions"?' in str(error.value)
    assert str(error.value).endswith("The tables are transactions.")


def test_a_missing_table_says_what_it_needs():
    db = crm.load(frame())
    with pytest.raises(MissingTableError) as error:
        _ = db.kano
    assert str(error.value) == (
        "this needs the table kano with the columns respondent_id, feature, functional, "
        "dysfunctional, and the database has only transactions"
    )
    assert not hasattr(db, "offers")
    with pytest.raises(AttributeError, match="has no 'banana'; its tables are transactions"):
        _ = db.banana
    assert "transactions" in dir(db)
    assert "needs offers (segment, offer, benefit_unit" in db.describe()


@pytest.mark.parametrize("code", ["db.offers", "crm.load('no_such')", "db.sql('selec')"])
def test_a_notebook_shows_the_sentence_alone(code, capsys):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.run_cell("import crmlab as crm\ndb = crm.load('cdnow')")
    shell.run_cell(code)
    said = capsys.readouterr().out
    assert re.match(r"(MissingTable|Data)Error: ", said)
    assert "Traceback" not in said
    assert "File" not in said


def test_what_is_handed_out_can_be_changed_without_harm():
    db = crm.load(frame(amount=[1, 2, 3]))
    for mine in (db.transactions, db.tables["transactions"]):
        mine.loc[0, "amount"] = 99
        mine["new"] = 1
    assert db.transactions["amount"].tolist() == [1, 2, 3]
    assert list(db.transactions) == ["customer_id", "date", "amount"]
    given_frame = frame(amount=[1.0, 2.0, 3.0])
    mine = crm.load(given_frame).transactions
    mine.loc[0, "amount"] = 99
    assert given_frame["amount"].tolist() == [1, 2, 3]


def test_pseudonyms_hide_ids_and_personal_columns():
    source = {
        "customers": pd.DataFrame(
            {"customer_id": ["A", "B"], "birth_year": [1980, 1990], "e-mail": ["a@x", "b@x"]}
        ),
        "transactions": frame(customer_id=["A", "B", None], order_id=["1", "2", "3"]),
    }
    db = crm.load(source, bad_rows="set aside")
    hidden = db.pseudonymised("a secret of some length")
    assert list(hidden.customers) == ["customer_id"]
    assert set(hidden.customers["customer_id"]) == set(hidden.transactions["customer_id"])
    assert hidden.customers["customer_id"].str.fullmatch("[0-9a-f]{20}").all()
    again, other = (
        db.pseudonymised(key) for key in (b"a secret of some length", "another of some length")
    )
    assert again.customers.equals(hidden.customers)
    assert not set(other.customers["customer_id"]) & set(hidden.customers["customer_id"])
    assert "birth_year and e-mail" in hidden.describe()
    assert hidden.rejected["value"].isna().all()
    assert list(db.customers) == ["customer_id", "birth_year", "e-mail"]


def test_pseudonyms_agree_with_rfc_4231():
    # RFC 4231, test case 1: HMAC-SHA-256 of "Hi There" under a key of twenty bytes 0x0b
    db = crm.load(frame(customer_id=["Hi There"]))
    hidden = db.pseudonymised(b"\x0b" * 20).transactions["customer_id"]
    assert hidden.tolist() == ["b0344c61d8db38535ca8"]


def test_the_schema_is_sound():
    for table in TABLES.values():
        assert table.required
        assert set(table.key) <= set(table.columns)
        for name, column in table.columns.items():
            assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
            assert column.kind in ("id", "text", "date", "number", "whole")
            assert column.meaning
            assert column.low <= column.high
    for lesson in LESSONS:
        for name, columns in lesson.needs.items():
            assert set(columns) <= set(TABLES[name].columns)


def test_a_lesson_says_in_one_sentence_what_it_needs():
    db = crm.load(frame())
    db.require("00-customer-base") if "amount" in db.transactions else None
    with pytest.raises(MissingTableError) as error:
        db.require("10-delivered-value")
    assert str(error.value).startswith("lesson 10-delivered-value needs offers (segment, offer, ")
    assert str(error.value).endswith("which is not in a frame; it has transactions")
    with pytest.raises(MissingTableError, match=r"more than 9 months; these span \d+ days?$"):
        crm.load(frame().assign(amount=5.0)).require("33-customer-forecast")
    with pytest.raises(MissingTableError, match=r"needs transactions \(amount\)"):
        crm.load(frame().drop(columns="amount", errors="ignore")).require("00-customer-base")


def test_sheets_in_any_case_make_a_dict():
    table = pd.DataFrame({"customer_id": [1], "date": ["2025-01-02"], "amount": [3.0]})
    assert len(crm.load({"Transactions": table}).transactions) == 1
    with pytest.raises(DataError, match="one table twice"):
        crm.load({"Transactions": table, "transactions": table})


def test_columns_the_wrong_way_round_and_of_the_wrong_kind():
    table = pd.DataFrame({"buyer": [1], "date": ["2025-01-02"], "amount": [3.0]})
    with pytest.raises(DataError, match=r"it comes second: {'buyer': 'customer_id'}"):
        crm.load(table, columns={"customer_id": "buyer"})
    with pytest.raises(ValueError, match="columns is a list"):
        crm.load(table, columns=["customer_id"])


def test_an_unknown_lesson_is_named():
    table = pd.DataFrame({"customer_id": [1], "date": ["2025-01-02"], "amount": [3.0]})
    with pytest.raises(ValueError, match="no lesson '99-none' here; there are 00-customer-base"):
        crm.load(table).require("99-none")
