"""Lessons on files that nobody here wrote: each runs to its end, or says why not in a sentence."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from crmlab.company import simulate
from crmlab.curriculum import LESSONS

ROOT = Path(__file__).resolve().parent.parent
BUYING = [one.number for one in LESSONS if set(one.needs) == {"transactions"}]
ASKING = [one.number for one in LESSONS if set(one.needs) == {"survey"}]
LONG = {one.number for one in LESSONS if one.months}
pytestmark = pytest.mark.slow
WAVES = {one.number for one in LESSONS if one.waves}


@pytest.fixture(scope="module")
def tables():
    return simulate(seed=5, customers=400)


@pytest.fixture(scope="module")
def files(tables, tmp_path_factory):
    """Files as they come, a dict from their kind to path and words for the command line."""
    folder = tmp_path_factory.mktemp("own")
    log = tables["transactions"].copy()
    rng = np.random.default_rng(0)
    made = {}

    lines = pd.DataFrame(
        {
            "InvoiceNo": log["order_id"],
            "InvoiceDate": log["date"].dt.strftime("%d.%m.%Y 09:12"),
            "Quantity": np.where(log["amount"] < 0, -1, rng.integers(1, 4, len(log))),
            "UnitPrice": log["amount"].abs().round(2),
            "CustomerID": log["customer_id"].where(rng.random(len(log)) > 0.05, "0"),
            "Country": "España",
        }
    )
    path = folder / "line items.csv"
    text = lines.to_csv(index=False, lineterminator="\r")
    path.write_bytes(text.encode("cp1252"))
    words = ["--columns", "Quantity * UnitPrice=amount,CustomerID=customer_id"]
    words += ["--columns", "InvoiceDate=date,InvoiceNo=order_id"]
    words += ["--guests", "0", "--encoding", "cp1252", "--dayfirst"]
    made["line items"] = path, words

    path = folder / "销售.csv"
    chinese = log.rename(columns={"customer_id": "客户", "date": "日期", "amount": "金额"})
    chinese[["客户", "日期", "金额"]].to_csv(path, index=False, encoding="gb18030")
    made["Chinese"] = path, ["--columns", "客户=customer_id,日期=date,金额=amount"]

    path = folder / "messy.csv"
    messy = pd.DataFrame({"Buyer": log["customer_id"], "When": log["date"].dt.strftime("%d/%m/%Y")})
    messy["Total"] = log["amount"].map("{:.2f}".format).str.replace(".", ",")
    messy.loc[[3, 40], "When"] = "31/02/2025"
    messy.loc[[5, 60, 61], "Buyer"] = ""
    messy.loc[7, "Total"] = "nine"
    messy.to_csv(path, index=False, sep=";")
    words = ["--columns", "Buyer=customer_id,When=date,Total=amount", "--dayfirst", "--set-aside"]
    made["messy"] = path, words

    path = folder / "with margin.xlsx"
    kept = ["customer_id", "date", "amount", "margin"]
    log[kept].to_excel(path, index=False)
    made["with margin"] = path, []

    path = folder / "few customers.csv"
    log.loc[log["customer_id"] < "C0200", kept].to_csv(path, index=False)
    made["few customers"] = path, []

    path = folder / "seldom.csv"
    seldom = log.sort_values("date").groupby("customer_id").head(4)
    seldom[seldom["date"] < "2024-12-01"][kept].to_csv(path, index=False)
    made["seldom"] = path, []

    path = folder / "three months.csv"
    late = log[log["date"] >= "2025-10-01"]
    late[["customer_id", "date", "amount"]].to_csv(path, index=False)
    made["three months"] = path, []

    for name, last in (("trial", "C9"), ("small trial", "C0120")):
        path = folder / name
        path.mkdir()
        lot = tables["customers"].query("kind == 'member'")
        lot = lot[lot["customer_id"] < last]
        own = ["customer_id", "joined", "segment", "retention_spend"]
        lot[own].to_csv(path / "customers.csv", index=False)
        those = log[log["customer_id"].isin(lot["customer_id"])]
        those[kept].to_csv(path / "transactions.csv", index=False)
        made[name] = path, []

    survey = tables["survey"]
    path = folder / "survey.csv"
    survey[survey["wave"] == 2].to_csv(path, index=False)
    made["one wave"] = path, []

    path = folder / "answers.csv"
    coded = survey.rename(columns={"product_perceived": "food_perceived"})
    coded = coded.rename(columns={"product_expected": "food_expected"})
    coded.loc[coded.index[::9], "food_perceived"] = 98
    coded.to_csv(path, index=False)
    made["codes"] = path, ["--table", "survey", "--missing", "food_perceived=98"]

    book = tables["address_book"]
    theirs = {"record_id": "No.", "name": "Full name", "street": "Address", "postcode": "ZIP"}
    theirs |= {"email": "E-Mail", "phone": "Mobile", "born": "Birthday", "last_heard": "Last mail"}
    contacts = book[list(theirs)].rename(columns=theirs)
    for day in ("Birthday", "Last mail"):
        contacts[day] = contacts[day].dt.strftime("%d/%m/%Y")
    words = ["--table", "address_book", "--dayfirst", "--columns", "No.=record_id,Full name=name"]
    words += ["--columns", "ZIP=postcode,Birthday=born,Last mail=last_heard"]
    more = ["--columns", "Address=street,E-Mail=email,Mobile=phone"]
    contacts.to_csv(
        folder / "contacts.csv", index=False, sep=";", encoding="cp1252", errors="ignore"
    )
    made["contacts"] = folder / "contacts.csv", [*words, *more, "--encoding", "cp1252"]
    few = contacts.head(12).drop(columns=["Address", "E-Mail", "Mobile"])
    few.to_csv(folder / "few contacts.csv", index=False)
    made["few contacts"] = folder / "few contacts.csv", words
    return made


def run(number, path, words):
    command = [
        sys.executable,
        str(ROOT / "lessons" / "run.py"),
        number,
        "--data",
        path.name,
        *words,
    ]
    return subprocess.run(
        command, cwd=path.parent, capture_output=True, text=True, encoding="utf-8", timeout=600
    )


def assert_whole(done, path):
    assert done.returncode == 0, done.stderr
    made = path.parent / done.stdout.strip().splitlines()[-1]
    notebook = nbformat.read(made, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    text = made.read_text(encoding="utf-8")
    assert "34,822 rows" not in text
    assert "The truth, opened" not in text


def assert_one_sentence(done, said=r"lesson \d\d-[a-z-]+ needs "):
    assert done.returncode == 1
    assert re.match(f"The lesson stopped: {said}", done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("kind", ["line items", "Chinese", "messy", "with margin", "three months"])
@pytest.mark.parametrize("number", BUYING)
def test_lessons_on_purchases(files, number, kind):
    path, words = files[kind]
    done = run(number, path, words)
    if kind == "three months" and number in LONG:
        assert_one_sentence(done)
    else:
        assert_whole(done, path)


@pytest.mark.parametrize("number", ["32", "33"])
def test_lessons_on_a_shop_where_people_seldom_come(files, number):
    path, words = files["seldom"]
    assert_whole(run(number, path, words), path)


def test_a_model_that_has_too_few_customers_to_learn_from_says_so(files):
    path, words = files["few customers"]
    done = run("44", path, words)
    assert_one_sentence(done, r"\d+ of \d+ customers did what the model is to learn; it needs ten")
    made = path.parent / done.stdout.strip()
    assert made.name == "few customers-44-segments-stopped.ipynb"
    assert "This run stopped" in nbformat.read(made, as_version=4).cells[0].source


@pytest.mark.parametrize("kind", ["trial", "small trial"])
def test_lesson_70_on_a_trial(files, kind):
    path, words = files[kind]
    assert_whole(run("70", path, words), path)


def test_lesson_70_needs_a_trial(files):
    path, words = files["with margin"]
    assert_one_sentence(run("70", path, words))


@pytest.mark.parametrize("kind", ["contacts", "few contacts"])
def test_lesson_52_on_an_address_book(files, kind):
    path, words = files[kind]
    assert_whole(run("52", path, words), path)


@pytest.mark.parametrize("kind", ["one wave", "codes"])
@pytest.mark.parametrize("number", ASKING)
def test_lessons_on_answers(files, number, kind):
    path, words = files[kind]
    done = run(number, path, words)
    if kind == "one wave" and number in WAVES:
        assert_one_sentence(done)
    else:
        assert_whole(done, path)


def test_a_lesson_that_needs_another_table_says_so(files):
    path, words = files["Chinese"]
    assert_one_sentence(run("30", path, words))


def test_complaints_without_customers_and_a_survey(tables, tmp_path):
    folder = tmp_path / "complaints only"
    folder.mkdir()
    told = tables["complaints"]
    told.sample(frac=1, random_state=2).to_csv(folder / "complaints.csv", index=False)
    log = tables["transactions"][["customer_id", "date", "amount"]]
    log.to_csv(folder / "transactions.csv", index=False)
    assert_whole(run("61", folder, []), folder)
    told.head(2).to_csv(folder / "complaints.csv", index=False)
    early = log["date"] < told["opened"].min() + pd.Timedelta(days=30)
    log[early].to_csv(folder / "transactions.csv", index=False)
    assert_one_sentence(run("61", folder, []), "complaints: none ")


@pytest.mark.parametrize("kind", ["whole", "few", "nobody back", "no control"])
def test_win_back_on_a_foreign_file(tmp_path, kind):
    rng, n = np.random.default_rng(4), 12 if kind == "few" else 90
    offered = pd.Timestamp("2025-03-01") + pd.to_timedelta(rng.integers(0, 120, n), unit="D")
    offer = rng.choice(["none", "letter", "visit"], n)
    end = pd.Timestamp("2025-09-30")
    wait = rng.exponential(np.where(offer == "none", 600, 250)).astype(int) + 1
    back = pd.Series(offered + pd.to_timedelta(wait, unit="D"))
    back = back.where((back <= end) & (kind != "nobody back"))
    again = back + pd.to_timedelta(rng.exponential(100, n).astype(int) + 1, unit="D")
    came = back.notna().to_numpy()
    table = pd.DataFrame(
        {
            "KundeNr": [f"K{place}" for place in range(n)],
            "lost": offered - pd.Timedelta(days=20),
            "reason": rng.choice(["Preis", "Umzug"], n),
            "first_margin": rng.normal(100, 60, n).round(2),
            "bad_debt": (rng.random(n) < 0.1).astype(int),
            "offer": offer,
            "offered": offered,
            "offer_cost": np.where(offer == "none", 0, 2.5),
            "returned": back,
            "left_again": again.where(again <= end),
            "gift": np.where((offer != "none") & came, 10, 0),
            "margin": np.where(came, rng.gamma(2, 30, n).round(2), 0),
        }
    )
    if kind == "no control":
        table = table[table["offer"] != "none"]
    out = table["bad_debt"] == 1
    table["offer"], table["offered"] = table["offer"].mask(out), table["offered"].mask(out)
    path = tmp_path / "lost.csv"
    table.to_csv(path, index=False, sep=";", date_format="%d.%m.%Y")
    words = ["--table", "win_back", "--columns", "KundeNr=customer_id", "--dayfirst"]
    done = run("62", path, words)
    if kind == "nobody back":
        assert_one_sentence(done, "nobody has returned by ")
    elif kind == "no control":
        assert_one_sentence(done, r"lost\.offer has letter, visit, but no 'none'")
    else:
        assert_whole(done, path)
