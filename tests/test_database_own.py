"""Own data: what an analyst can say about a file, and what the page tells her about it."""

import datetime as dt
import pickle

import numpy as np
import openpyxl
import pandas as pd
import pytest

import crmlab as crm
from crmlab.curriculum import LESSONS
from crmlab.database import DataError, MissingTableError
from crmlab.database.arithmetic import NotArithmetic, formula


def refused(source, **options):
    with pytest.raises(DataError) as error:
        crm.load(source, **options)
    return str(error.value)


def page(db):
    return " ".join(db.describe().split())


@pytest.fixture
def write(tmp_path):
    def save(text, name="sales.csv", encoding="utf-8"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    return save


@pytest.fixture
def workbook(tmp_path):
    def save(**sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return save


LINES = """Invoice,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
501,6,2010-12-01 08:26,2.55,17850,UK
501,2,2010-12-01 08:26,"3,50",17850,UK
502,24,2010-12-02 08:45,3.75,12583,France
C503,-1,2010-12-03 09:41,27.50,17850,UK
504,3,2010-12-04 09:41,1.10,,UK
"""
NAMES = {"Invoice": "order_id", "InvoiceDate": "date", "CustomerID": "customer_id"}


# --- arithmetic ---------------------------------------------------------------------------------


def test_line_items_are_multiplied_out(write):
    names = NAMES | {"Quantity * UnitPrice": "amount"}
    db = crm.load(write(LINES), columns=names, bad_rows="set aside")
    assert db.transactions["amount"].tolist() == pytest.approx([15.3, 7, 90, -27.5])
    assert db.transactions["Quantity"].tolist() == [6, 2, 24, -1]
    said = page(db)
    assert "Quantity * UnitPrice as amount" in said
    assert "1 row of transactions, amount 3.30" in said
    assert "transactions.customer_id is empty: 1 row" in said


def test_arithmetic_reads_numbers_as_people_write_them_and_names_what_it_cannot():
    rows = pd.DataFrame({"customer_id": list("ABCD"), "date": "2025-01-02"})
    rows["list price"] = ["1.234,50", "2,00", "x", ""]
    rows["Rabatt-%"] = ["10", "0", "0", "0"]
    names = {"list price * (100 - Rabatt-%) / 100": "amount"}
    said = refused(rows, columns=names)
    assert "transactions.amount: 1 of 4 rows is not a number; first at index 2: 'x, 0'" in said
    assert "transactions.amount: 1 of 4 rows is empty; first at index 3" in said
    db = crm.load(rows, columns=names, bad_rows="set aside")
    assert db.transactions["amount"].tolist() == pytest.approx([1111.05, 2])
    rows["n"] = [0, 1, 1, 1]
    said = refused(rows, columns={"list price / n": "amount"})
    assert "transactions.amount: 1 of 4 rows cannot be computed; first at index 0" in said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + b * c", 14),
        ("(a + b) * c", 20),
        ("a - b - c", -5),
        ("8 / b / a", 8 / 6),
        ("-a + b", 1),
        ("2.5 * a", 5),
        ("a*b", 6),
        ("unit price - a", 8),
        ("unit price*a-b", 17),
        ("a-b * 1", 99),
    ],
)
def test_arithmetic(text, value):
    row = {"a": 2.0, "b": 3.0, "c": 4.0, "unit price": 10.0}
    row |= {"a-b": 99.0} if text == "a-b * 1" else {}
    cells = {name: pd.Series([number]) for name, number in row.items()}
    assert formula(text, row)(cells).tolist() == pytest.approx([value])


@pytest.mark.parametrize(
    "text",
    [
        "a +",
        "(a",
        "a)",
        "a b",
        "a ** b",
        "2 * 3",
        "a",
        "",
        "__import__('os')",
        "a.b",
        "a + d",
        "a % b",
    ],
)
def test_what_is_no_arithmetic(text):
    with pytest.raises(NotArithmetic):
        formula(text, ["a", "b"])


def test_arithmetic_of_no_column_is_named(write):
    said = refused(write(LINES), columns=NAMES | {"Quantity * Price": "amount"})
    assert "'Quantity * Price' is no column, and no arithmetic (+ - * /) of columns" in said
    assert "transactions has Invoice, Quantity" in said


def test_what_the_reader_says_beats_a_likeness():
    rows = pd.DataFrame(
        {"CUSTOMER_ID": [1, 2], "DAY": "2000-11-01", "AMOUNT": [2, 1], "SALES_PRICE": [46, 71]}
    )
    db = crm.load(rows, columns={"DAY": "date", "SALES_PRICE": "amount"})
    assert db.transactions["amount"].tolist() == [46, 71]
    assert "AMOUNT is kept as AMOUNT_2" in page(db)
    assert db.transactions["AMOUNT_2"].tolist() == [2, 1]
    rows = rows.rename(columns={"AMOUNT": "amount"})
    db = crm.load(rows, columns={"DAY": "date", "SALES_PRICE": "amount"})
    assert db.transactions["amount"].tolist() == [46, 71]
    assert db.transactions["amount_as_found"].tolist() == [2, 1]
    said = page(crm.load(rows, columns={"DAY": "date"}))
    assert "amount was found by its name; other number columns: SALES_PRICE" in said


def test_columns_that_differ_in_capitals_only_can_be_queried():
    rows = pd.DataFrame({"customer_id": [1], "date": "2025-01-02", "Note": ["a"], "note": ["b"]})
    db = crm.load(rows)
    assert list(db.sql("select * from transactions")) == ["customer_id", "date", "Note", "note_2"]


# --- answers ------------------------------------------------------------------------------------


def survey(**columns):
    rows = len(next(iter(columns.values())))
    return pd.DataFrame({"respondent_id": range(1, rows + 1), **columns})


def test_codes_for_no_answer():
    given = survey(satisfaction=["9", "Blank", "8", "11"], recommend=[10, 0, 99, 3])
    codes = {"satisfaction": ["blank", 11], "recommend": [98, 99]}
    db = crm.load({"survey": given}, missing=codes)
    assert db.survey["recommend"].dropna().tolist() == [10, 0, 3]
    assert db.survey["satisfaction"].dropna().tolist() == [9, 8]
    assert db.rejected.empty
    assert "recommend: 98 or 99 is no answer: 1 cell emptied" in page(db)
    given = survey(food_perceived=[98, 7], wait_perceived=[5, 99])
    db = crm.load({"survey": given}, missing={"*_perceived": [98, 99]})
    assert db.survey["food_perceived"].isna().tolist() == [True, False]
    assert db.survey["wait_perceived"].isna().tolist() == [False, True]
    assert "missing: no table has a column 'nps'" in refused(
        {"survey": given}, missing={"nps": [9]}
    )


def test_codes_empty_a_column_under_the_readers_own_name():
    given = survey(Q7=[98, 7, 9])
    db = crm.load({"survey": given}, columns={"Q7": "recommend"}, missing={"Q7": 98})
    assert db.survey["recommend"].dropna().tolist() == [7, 9]


def test_a_faulty_cell_that_may_be_empty_costs_no_row():
    given = survey(satisfaction=[9, "Blank", 8, 5], recommend=[10, 0, 9, 3])
    assert "1 of 4 rows is not a number; first at index 1: 'Blank'" in refused({"survey": given})
    db = crm.load({"survey": given}, bad_rows="set aside")
    assert db.survey["recommend"].tolist() == [10, 0, 9, 3]
    assert db.survey["satisfaction"].isna().tolist() == [False, True, False, False]
    assert db.rejected[["row", "column", "value", "left_out"]].values.tolist() == [
        [1, "satisfaction", "Blank", "cell"]
    ]
    assert "1 cell emptied, its row kept" in page(db)


def test_an_answer_out_of_range_is_emptied_too():
    given = survey(satisfaction=[9, 98, 8], recommend=[10, 0, 9])
    db = crm.load({"survey": given}, bad_rows="set aside")
    assert db.survey["satisfaction"].isna().tolist() == [False, True, False]
    assert db.rejected["value"].tolist() == [98]


def test_an_empty_cell_that_would_say_something_is_not_made():
    contracts = pd.DataFrame(
        {"customer_id": [1, 2], "started": "2025-01-01", "ended": ["soon", None]}
    )
    db = crm.load({"subscriptions": contracts}, bad_rows="set aside")
    assert db.subscriptions["customer_id"].tolist() == ["2"]


def test_elements_of_ones_own_are_checked():
    given = survey(Q_food=[8, 7, 9], wait_perceived=[98, 7, 9], **{"Taste - Expected": [1, 2, 3]})
    said = refused({"survey": given}, columns={"Q_food": "food_perceived"})
    assert (
        "survey.wait_perceived: 1 of 3 rows is not between 1 and 10; first at index 0: 98" in said
    )
    assert 'missing={"wait_perceived": [98, 99]}' in said
    db = crm.load({"survey": given.iloc[1:]}, columns={"Q_food": "food_perceived"})
    assert {"food_perceived", "wait_perceived", "taste_expected"} < set(db.survey)
    assert "other columns" not in page(db)


def test_a_short_scale_is_mentioned_with_the_words_that_stretch_it():
    given = survey(satisfaction=[1, 2, 3, 4, 5, 4])
    said = page(crm.load({"survey": given}))
    assert "satisfaction: answers 1 to 5 only, this column is 1 to 10" in said
    words = "1 + (satisfaction - 1) * 9 / 4"
    assert f'columns={{"{words}": "satisfaction"}}' in said
    db = crm.load({"survey": given}, columns={words: "satisfaction"})
    assert db.survey["satisfaction"].tolist() == [1, 3.25, 5.5, 7.75, 10, 7.75]


def test_respondents_without_an_id_are_numbered():
    db = crm.load({"survey": pd.DataFrame({"satisfaction": [8, 7]})})
    assert db.survey["respondent_id"].tolist() == ["1", "2"]
    assert "no respondent_id: the rows are numbered from 1" in page(db)


def test_wide_kano_forms_and_answers_in_words():
    wide = pd.DataFrame(
        {
            "wifi_dysfunctional": ["I dislike it", "I can live with it"],
            "wifi functional": ["I like it", "It must be that way"],
            "Tea-Functional": ["我喜欢", "无所谓"],
            "Tea-Dysfunctional": [5, 3],
        }
    )
    db = crm.load({"kano": wide})
    assert db.kano[["respondent_id", "feature", "functional", "dysfunctional"]].values.tolist() == [
        ["1", "wifi", 1, 5],
        ["2", "wifi", 2, 4],
        ["1", "Tea", 1, 5],
        ["2", "Tea", 3, 3],
    ]
    said = page(db)
    assert "2 pairs of columns became rows" in said
    assert "the rows are numbered" in said
    assert "1 like, 2 must be, 3 neutral, 4 live with, 5 dislike" in said
    assert "is not a number" in refused({"kano": wide.replace("I like it", "well")})


# --- rows ---------------------------------------------------------------------------------------

SHOP = pd.DataFrame(
    {
        "customer_id": ["GUEST", "GUEST", "GUEST", "0", "a", "b"],
        "date": [
            "2025-03-01",
            "2025-03-02",
            "2025-03-03",
            "2025-03-04",
            "2025-03-05",
            "2025-03-12",
        ],
        "amount": [10, 1100, 12, 11, 5, 7],
        "currency": ["GBP", "JPY", "GBP", "GBP", "EUR", "GBP"],
        "status": ["Completed", "Completed", "Cancelled", "Completed", "Completed", "Completed"],
    }
)


def test_guests_are_set_aside_in_rows_and_money():
    shop = SHOP.drop(columns=["currency", "status"])
    assert (
        "customer 'GUEST' holds 50% of the rows; if that is no one person: guests=[\"GUEST\"]"
        in (page(crm.load(shop)))
    )
    db = crm.load(shop, guests=[0, "GUEST"])
    assert db.transactions["customer_id"].tolist() == ["a", "b"]
    assert db.rejected["reason"].unique().tolist() == ["is a guest"]
    assert "4 rows of transactions, amount 1,133.00" in page(db)


def test_several_currencies_are_refused_unless_one_is_chosen():
    shop = SHOP.drop(columns="status")
    said = refused(shop)
    assert "column currency has 3 values (GBP, JPY and EUR), whose amounts cannot be added" in said
    assert 'choose one: only={"currency": "GBP"}' in said
    db = crm.load(shop, only={"currency": "GBP"})
    assert db.transactions["amount"].sum() == 40
    assert db.rejected["amount"].sum() == 1_105
    assert "has another currency than GBP" in page(db)
    with pytest.raises(DataError, match="only: no table has a column 'curency'"):
        crm.load(shop, only={"curency": "GBP"})
    assert "no row is left" in refused(shop, only={"currency": "USD"})


def test_cancelled_orders_are_mentioned():
    shop = SHOP.drop(columns="currency")
    said = page(crm.load(shop))
    assert "status is 'Cancelled' in 1 row, 12.00, kept" in said
    assert "only={\"status\": ['Completed']}" in said
    assert len(crm.load(shop, only={"status": ["Completed"]}).transactions) == 5


def test_rows_left_out_on_purpose_need_not_be_right():
    shop = SHOP.assign(date=["x", *SHOP["date"][1:]]).drop(columns=["currency", "status"])
    assert len(crm.load(shop, guests=["GUEST"]).transactions) == 3


def test_a_price_beside_a_quantity_and_a_broken_month_are_mentioned(write):
    names = NAMES | {"UnitPrice": "amount"}
    said = page(crm.load(write(LINES), columns=names, bad_rows="set aside"))
    assert "a column Quantity stands beside UnitPrice" in said
    assert 'columns={"Quantity * UnitPrice": "amount"}' in said
    days = pd.DataFrame({"customer_id": "a", "date": ["2025-01-02", "2025-03-12"]})
    assert "the last month, 2025-03, is not whole: it ends on day 12 of 31" in page(crm.load(days))
    whole = days.replace("2025-03-12", "2025-03-31")
    assert "is not whole" not in page(crm.load(whole))


def test_copies_are_told_apart_by_the_time_of_day():
    rows = pd.DataFrame({"customer_id": "a", "date": ["2025-03-01 09:00", "2025-03-01 17:00"]})
    rows = pd.concat([rows, rows.iloc[:1]])
    said = page(crm.load(rows))
    assert "exact copies of an earlier row, time of day included: 1 row, kept" in said
    assert said.count("exact copies") == 1


def test_what_is_set_aside_is_stated_in_money(write):
    text = "customer_id,date,amount,order_id\n1,2025-03-01,10,x\n,2025-03-01,900,y\n2,,y,z\n"
    text += "3,2025-03-02,1,v,2\n"
    db = crm.load(write(text), bad_rows="set aside")
    assert "3 rows of transactions, amount 901.00 (unknown in 1 row)" in page(db)
    assert db.rejected["order_id"].tolist() == ["y", "z", "z", "v"]


# --- the form of a file -------------------------------------------------------------------------


def test_sheets_and_tables_can_be_named(workbook):
    answers = [["score"], [7], [8]]
    path = workbook(**{"ACSI Data": answers, "Notes": [["x", "y"], ["a", "b"]]})
    said = refused(path)
    assert "its sheets are ACSI Data and Notes" in said
    assert 'sheet="ACSI Data"' in said
    names = {"score": "satisfaction"}
    db = crm.load(path, table="survey", sheet="acsi data", columns=names)
    assert db.survey["satisfaction"].tolist() == [7, 8]
    assert "has no sheet 'Data'" in refused(path, sheet="Data")


def test_the_header_is_found_below_a_title(workbook, write):
    rows = [
        ["Sales March 2025"],
        [],
        ["customer_id", "date", "amount"],
        [1, dt.datetime(2025, 3, 1), 5],
        [2, dt.datetime(2025, 3, 2), "x"],
    ]
    path = workbook(Sheet=rows)
    assert "first in row 5: 'x'" in refused(path)
    db = crm.load(path, bad_rows="set aside")
    assert db.transactions["amount"].tolist() == [5]
    assert "the header is below 2 lines left out" in page(db)
    text = "Sales March 2025;;\n\ncustomer_id;date;amount\n1;2025-03-01;5\n2;2025-03-02;x\n"
    assert "first in line 5: 'x'" in refused(write(text))
    assert crm.load(write(text), bad_rows="set aside").transactions["amount"].tolist() == [5]


def test_the_header_can_be_said(write):
    text = "a,b,c\nwho,day,paid\n1,2025-03-01,5\n2,2025-03-02,x\n"
    names = {"who": "customer_id", "day": "date", "paid": "amount"}
    assert crm.load(write(text), columns=names, bad_rows="set aside").transactions.shape == (1, 3)
    said = refused(write(text), columns=names, header=2)
    assert "first in line 4: 'x'" in said
    bare = "1,2025-03-01,5\n2,2025-03-02,x\n"
    assert "is there a header? If not, give the names: header=[" in refused(write(bare))
    said = refused(write(bare), header=["customer_id", "date", "amount"])
    assert "first in line 2: 'x'" in said
    assert "has no line 9" in refused(write(text), header=9)


def test_files_of_one_shape_are_one_table(write, workbook):
    write("customer_id,date,amount\n1,2025-01-01,5\n", "year/jan.csv")
    write("Customer ID;Date;Amount\n2;2025-02-01;x\n3;2025-02-02;6\n", "year/feb.csv")
    folder = write("hello", "year/notes.md").parent
    assert "first in feb.csv, line 2: 'x'" in refused(folder)
    db = crm.load(folder, bad_rows="set aside")
    assert db.transactions["customer_id"].tolist() == ["3", "1"]
    assert db.rejected["row"].tolist() == ["feb.csv, line 2"]
    assert "2 parts of one shape put together" in page(db)
    assert "Not read notes.md" in page(db)
    head = ["customer_id", "date", "amount"]
    months = {f"m{i}": [head, [i, dt.datetime(2025, i, 1), i]] for i in (1, 2, 3)}
    assert crm.load(workbook(**months)).transactions["amount"].tolist() == [1, 2, 3]


def test_a_folder_of_one_shape_can_be_any_table(write):
    write("satisfaction\n5\n", "answers/a.csv")
    folder = write("satisfaction\n6\n", "answers/b.csv").parent
    assert crm.load(folder, table="survey").survey["satisfaction"].tolist() == [5, 6]


def test_a_sales_file_in_cp1252_with_lone_returns(write):
    text = (
        "customer_id,date,amount,city\r1,2/24/2003,5,Köln\r2,5/7/2003,6,Reims\r3,2003-02-30,1,x\r"
    )
    path = write(text, encoding="cp1252")
    assert "encoding=\"cp1252\" reads '1,2/24/2003,5,Köln'" in refused(path)
    said = refused(path, encoding="cp1252", dayfirst=False)
    assert "1 of 3 rows is not a date; first in line 4: '2003-02-30'" in said
    db = crm.load(path, encoding="cp1252", dayfirst=False, bad_rows="set aside")
    assert db.transactions.shape == (2, 4)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"table": "sales"}, ValueError, "table is 'sales'; the tables are customers"),
        ({"header": 0}, ValueError, "header is 0; give the line"),
        ({"header": "date"}, ValueError, "header is 'date'; give the line"),
        ({"zone": "Shanghai"}, ValueError, "zone is 'Shanghai'; write it like"),
        ({"sheets": "x"}, TypeError, "load has no option 'sheets'; for a file: table, sheet"),
        ({"missing": [98]}, ValueError, "missing is a list; write"),
        ({"only": "GBP"}, ValueError, "only is a str; write"),
    ],
)
def test_words_that_cannot_be_meant(options, error, words):
    with pytest.raises(error, match=words):
        crm.load(SHOP, **options)


# --- ready --------------------------------------------------------------------------------------


def verdict(db, number):
    title = next(one.title for one in LESSONS if one.number == number)
    try:
        db.require(title)
    except MissingTableError as error:
        return str(error)
    return "ready"


def test_ready_is_true():
    only = crm.load({"survey": survey(satisfaction=[8, 7, 9])})
    assert "needs survey (at least one <element>_perceived)" in verdict(only, "24")
    assert "at least one <element>_perceived and <element>_expected" in verdict(only, "20")
    rated = survey(satisfaction=[8, 7], food_perceived=[7, 7], food_expected=[8, 8])
    assert [verdict(crm.load({"survey": rated}), n) for n in ("20", "24")] == ["ready", "ready"]
    rated["food_perceived"] = np.nan
    assert "needs survey" in verdict(crm.load({"survey": rated}), "24")
    waves = survey(wave=[1, 1], satisfaction=[8, 7], customer_id=["a", "b"], recommend=[5, 6])
    waves = waves.assign(versus_expectation=5, versus_ideal=5)
    assert "needs survey of 2 waves or more; there is 1" in verdict(
        crm.load({"survey": waves}), "22"
    )
    waves["wave"] = [1, 2]
    assert verdict(crm.load({"survey": waves}), "22") == "ready"
    rows = pd.DataFrame({"customer_id": "a", "amount": 1, "date": ["2025-01-02", "2025-03-21"]})
    said = verdict(crm.load(rows), "41")
    assert "needs transactions over more than 6 months; these span 78 days" in said
    rows["date"] = ["2025-01-02", "2025-07-03"]
    assert verdict(crm.load(rows), "41") == "ready"


def test_a_table_by_its_name():
    db = crm.load(SHOP.drop(columns=["currency", "status"]))
    assert db["transactions"].equals(db.transactions)
    assert "transactions" in db
    assert list(db) == ["transactions"]
    with pytest.raises(MissingTableError, match="this needs the table survey"):
        db["survey"]
    with pytest.raises(KeyError, match="has no 'banana'"):
        db["banana"]
    assert pickle.loads(pickle.dumps(db))["transactions"].equals(db.transactions)


def test_all_problems_are_told_in_one_go(write):
    said = refused(write("customer_id,day,amount\n1,2025-01-01,x\n,2025-01-02,3\n"))
    assert "no column date" in said
    assert "1 of 2 rows is not a number" in said
    assert "1 of 2 rows is empty" in said
