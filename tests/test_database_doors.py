"""Doors that are safe: SQL that cannot leave the room, and a base that can be handed on."""

import copy
import pickle
import re

import duckdb
import pandas as pd
import pytest

import crmlab as crm
from crmlab.database import DataError

KEY = "f3a1c09be27d4456"


@pytest.fixture
def db():
    customers = pd.DataFrame(
        {
            "customer_id": ["A", "B", "C", "D"],
            "region": ["north", "north", "east", "north"],
            "joined": ["2024-01-01"] * 3 + ["2024-02-01"],
            "birth_year": [1980, 1980, 1990, 1980],
            "hobby": ["chess"] * 4,
        }
    )
    log = pd.DataFrame(
        {"customer_id": ["A", "B", "A"], "date": ["2025-01-02", "2025-01-05", "2025-02-01"]}
    ).assign(amount=[10.0, 4.0, 6.0], channel="cafe")
    return crm.load({"customers": customers, "transactions": log})


@pytest.fixture
def secret_file(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,2\n")
    return path


@pytest.mark.parametrize(
    "query",
    [
        "select count(*) as n from transactions",
        "with x as (select 3 as n) select n from x",
        "from transactions select count(*) as n",
        "select count(*) as n from transactions where date >= DATE '2025-01-01'",
        ";select count(*) as n from transactions;",
    ],
)
def test_ordinary_questions_work(db, query):
    assert db.sql(query)["n"].tolist() == [3]


@pytest.mark.parametrize("query", ["describe customers", "show tables", "explain select 1"])
def test_questions_about_the_tables_work(db, query):
    assert len(db.sql(query)) > 0


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('{file}')",
        "select * from read_text('{file}')",
        "select * from read_parquet('{file}')",
        "select * from '{file}'",
        "select * from glob('{folder}/*')",
        "copy transactions to '{folder}/out.csv'",
        "copy (select 1) to '{file}'",
        "copy transactions from '{file}'",
        "attach '{folder}/other.db'",
        "export database '{folder}/all'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set memory_limit = '1GB'",
        "pragma database_list",
        "create table mine as select 1",
        "create view mine as select * from read_text('{file}')",
        "delete from transactions",
        "update transactions set amount = 0",
        "insert into transactions select * from transactions",
        "drop table transactions",
        "begin",
        "prepare p as select 1",
        "select 1; drop table transactions",
        "call pragma_version()",
    ],
)
def test_what_leaves_the_room_or_writes_is_refused(db, secret_file, query):
    query = query.format(file=secret_file, folder=secret_file.parent)
    with pytest.raises(DataError):
        db.sql(query)
    assert [path.name for path in secret_file.parent.iterdir()] == ["secret.csv"]
    assert secret_file.read_text() == "a,b\n1,2\n"
    assert db.sql("select sum(amount) as s from transactions")["s"].tolist() == [20]


def test_refusals_say_why(db, secret_file):
    with pytest.raises(DataError, match=r"SQL here only reads, and this .* kind DELETE"):
        db.sql("delete from transactions")
    with pytest.raises(DataError, match=r"no file and no web.*Load a file with crm\.load"):
        db.sql(f"select * from read_text('{secret_file}')")


def test_an_error_does_not_poison_the_next_question(db):
    for wrong in ("select nothing from nowhere", "begin; select 1", "select 1/"):
        with pytest.raises(DataError):
            db.sql(wrong)
    assert db.sql("select 1 as one")["one"].tolist() == [1]


def test_too_much_for_the_memory_is_one_sentence(db, monkeypatch):
    db.sql("select 1")

    def full(query):
        raise duckdb.OutOfMemoryException("Out of Memory Error: ...\nPossible solutions: ...")

    class Cursor:
        execute = staticmethod(full)

    class Connection:
        extract_statements = duckdb.connect().extract_statements
        cursor = staticmethod(Cursor)

        def execute(self, query):
            return duckdb.sql("select '9.5 GiB'")

    monkeypatch.setattr(db._queries, "_connection", Connection())
    with pytest.raises(DataError, match=r"more than 9\.5 GiB of memory, the limit here; ask for"):
        db.sql("select 1")


def test_an_interruption_is_one(db, monkeypatch):
    db.sql("select 1")

    class Cursor:
        @staticmethod
        def execute(query):
            raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")

    class Connection:
        extract_statements = duckdb.connect().extract_statements
        cursor = staticmethod(Cursor)

    monkeypatch.setattr(db._queries, "_connection", Connection())
    with pytest.raises(KeyboardInterrupt):
        db.sql("select 1")


def test_what_does_not_fit_is_spilt_outside_the_working_folder(db, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    setting = db.sql("select current_setting('temp_directory') as place")["place"].item()
    assert not setting.startswith(str(tmp_path))
    db.sql("select * from range(200000) t(i) order by hash(i)")
    assert list(tmp_path.iterdir()) == []


def test_the_database_pickles_and_copies(db):
    db.sql("select 1")
    for twin in (pickle.loads(pickle.dumps(db)), copy.copy(db), copy.deepcopy(db)):
        assert twin.sql("select count(*) as n from customers")["n"].tolist() == [4]


def test_a_foreign_file_reads_nothing_of_ours(tmp_path):
    (tmp_path / "mine.txt").write_text("my secret")
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(str(path)) as theirs:
        theirs.execute(
            "create view transactions as select content as customer_id, "
            f"date '2025-01-01' as date, 1.0 as amount from read_text('{tmp_path}/mine.txt')"
        )
    with pytest.raises(DataError) as caught:
        crm.load(path)
    assert "my secret" not in str(caught.value)


@pytest.mark.parametrize(
    "key", ["", "1234", 1, 5, 42, True, 10**7, None, b"short", 2.5, ["x" * 20]]
)
def test_a_key_that_can_be_guessed_is_refused(db, key):
    with pytest.raises(ValueError, match=r"secrets\.token_hex\(\)"):
        db.pseudonymised(key)


def test_the_same_key_gives_the_same_pseudonyms_everywhere(db):
    first, again = db.pseudonymised(KEY), db.pseudonymised(KEY.encode())
    assert first.customers.equals(again.customers)
    other = db.pseudonymised(KEY[::-1])
    assert not set(first.customers["customer_id"]) & set(other.customers["customer_id"])
    assert set(first.transactions["customer_id"]) < set(first.customers["customer_id"])


def test_the_order_of_rows_tells_nothing(db):
    people = pd.DataFrame({"customer_id": [f"C{i:04d}" for i in range(2000)], "region": "north"})
    handed = crm.load({"customers": people}).pseudonymised(KEY).customers
    again = crm.load({"customers": people[::-1]}).pseudonymised(KEY).customers
    assert handed.equals(again)
    assert handed.index.tolist() == list(range(2000))


def test_personal_and_unknown_columns_go_and_free_text_is_named(db):
    handed = db.pseudonymised(KEY)
    assert list(handed.customers) == ["customer_id", "region", "joined"]
    page = " ".join(str(handed.describe()).split())
    assert re.search("left out as personal or unknown: birth_year and hobby", page)
    assert re.search("text kept as it is, see that it names nobody: channel", page)


def test_who_is_alone_is_counted(db):
    found = db.k_anonymity()
    assert found.traits == ("region", "birth_year", "joined")
    assert (found.k, found.alone) == (1, 2)
    assert found.caption == (
        "2 of 4 customers are alone in their combination of region, birth_year and joined; the "
        "smallest group has 1: region 'east', birth_year 1990, joined 2024-01-01."
    )
    assert db.k_anonymity(["birth_year"]).k == 1
    assert db.pseudonymised(KEY).k_anonymity(["region"]).table["customers"].tolist() == [1, 3]
    with pytest.raises(ValueError, match="customers lacks the column shoe_size"):
        db.k_anonymity(["shoe_size"])
