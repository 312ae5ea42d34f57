"""What is written in a log is what is computed: types settled, nothing guessed, nothing lost."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmlab import repeat_buying as rb

RNG = np.random.default_rng(5)
ROWS = 2500
LOG = pd.DataFrame(
    {
        "customer_id": RNG.integers(1, 200, ROWS),
        "date": pd.to_datetime("2024-01-01")
        + pd.to_timedelta(RNG.integers(0, 300, ROWS), unit="D"),
        "amount": np.round(RNG.gamma(2, 15, ROWS), 2),
    }
)
IDS, DAYS, MONEY = LOG["customer_id"], LOG["date"], LOG["amount"]
TEXT = IDS.astype(str)
LATE = DAYS + pd.Timedelta(hours=23, minutes=30)
EARLY = DAYS + pd.Timedelta(minutes=30)
DECIMALS = [Decimal(str(one)) for one in MONEY]
NARROW = [Decimal(4) if k % 2 else one for k, one in enumerate(DECIMALS)]


def objects(values):
    return pd.Series(list(values), dtype=object)


KINDS = {
    "reversed": LOG[::-1],
    "every second of doubled rows": pd.concat([LOG, LOG]).sort_index(kind="stable").iloc[::2],
    "shuffled": LOG.sample(frac=1, random_state=1),
    "ids as objects": LOG.assign(customer_id=objects(IDS.tolist())),
    "ids as text, reversed": LOG.assign(customer_id=TEXT)[::-1],
    "ids as text objects, reversed": LOG.assign(customer_id=TEXT.astype(object))[::-1],
    "ids as floats": LOG.assign(customer_id=IDS.astype(float)),
    "ids as decimals": LOG.assign(customer_id=objects(map(Decimal, IDS.tolist()))),
    "ids as Int64": LOG.assign(customer_id=IDS.astype("Int64")),
    "ids in Arrow": LOG.assign(customer_id=IDS.astype("int64[pyarrow]")),
    "ids as Arrow text": LOG.assign(customer_id=TEXT.astype(pd.ArrowDtype(pa.string()))),
    "ids as Python strings": LOG.assign(customer_id=TEXT.astype("string[python]")),
    "ids as categories": LOG.assign(customer_id=IDS.astype("category")),
    "ids of two types": LOG.assign(
        customer_id=objects(str(one) if k % 2 else one for k, one in enumerate(IDS.tolist()))
    ),
    "days in nanoseconds": LOG.assign(date=DAYS.astype("datetime64[ns]")),
    "days in seconds": LOG.assign(date=DAYS.astype("datetime64[s]")),
    "days as objects": LOG.assign(date=DAYS.dt.date),
    "days as text": LOG.assign(date=DAYS.dt.strftime("%Y-%m-%d")),
    "days with a clock, as text": LOG.assign(date=DAYS.dt.strftime("%Y-%m-%d 09:30:00")),
    "date32": LOG.assign(date=DAYS.dt.date.astype("date32[pyarrow]")),
    "Arrow timestamps": LOG.assign(date=DAYS.astype("timestamp[us][pyarrow]")),
    "just after midnight in Berlin": LOG.assign(date=EARLY.dt.tz_localize("Europe/Berlin")),
    "just before midnight in Shanghai": LOG.assign(date=LATE.dt.tz_localize("Asia/Shanghai")),
    "Arrow with a zone": LOG.assign(
        date=EARLY.dt.tz_localize("Europe/Berlin").astype(
            pd.ArrowDtype(pa.timestamp("us", "Europe/Berlin"))
        )
    ),
    "amounts as objects": LOG.assign(amount=MONEY.astype(object)),
    "amounts as decimals": LOG.assign(amount=objects(DECIMALS)),
    "amounts as Float64": LOG.assign(amount=MONEY.astype("Float64")),
}


def answer(log, **options):
    return rb.summarise(log, until="2024-12-31", **options)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_log_in_another_guise(kind):
    got, want = answer(KINDS[kind]), answer(LOG)
    pd.testing.assert_frame_equal(got.table, want.table)
    assert got == want


def test_amounts_are_not_typed_by_their_first_rows():
    mixed = objects([4, 12.5] * (ROWS // 2))
    want = answer(LOG.assign(amount=mixed.astype(float)))
    assert answer(LOG.assign(amount=mixed))["amount"].sum() == pytest.approx(8.25 * ROWS)
    assert answer(LOG.assign(amount=mixed)).table.equals(want.table)
    wide = answer(LOG.assign(amount=objects(NARROW)))
    assert wide["amount"].sum() == pytest.approx(float(sum(NARROW)))


@pytest.mark.parametrize("odd", ["007", "7 ", "A12"])
def test_an_odd_id_is_a_customer_of_its_own(odd):
    ids = objects([odd, *IDS.tolist()[1:]])
    got = answer(LOG.assign(customer_id=ids))
    assert got.index.tolist().count(odd) == 1
    assert len(got) == len({str(one) for one in ids})
    assert got.table.loc[odd, "amount"] == MONEY[0]


def test_long_ids_stay_apart():
    one, other = 9007199254740993, 9007199254740992
    for ids in ([one, other, one], objects([Decimal(one), other, one]), [str(one), other, one]):
        log = LOG.head(3).assign(customer_id=objects(ids))
        assert answer(log).index.tolist() == [str(other), str(one)]
        assert answer(log)["amount"].tolist() == pytest.approx([MONEY[1], MONEY[0] + MONEY[2]])


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("customer_id", 7.4, "customer_id: 1 of 2,500 rows is not an id; first row 3"),
        ("customer_id", [1], "customer_id: 1 of 2,500 rows is not an id; first row 3"),
        ("customer_id", "", "customer_id: 1 of 2,500 rows is empty; first row 3"),
        ("customer_id", " NaN", "customer_id: 1 of 2,500 rows is empty; first row 3"),
        ("customer_id", None, "customer_id: 1 of 2,500 rows is empty; first row 3"),
        ("date", "2024-01", "date: 1 of 2,500 rows cannot be read as a date; first row 3"),
        ("date", 20240105, "date: 1 of 2,500 rows cannot be read as a date; first row 3"),
        ("date", None, "date: 1 of 2,500 rows is empty; first row 3"),
        ("date", pd.Timestamp("1899-12-30"), "1 of 2,500 rows lies before 1900; first row 3"),
        ("amount", "12.5", "amount: 1 of 2,500 rows is not numeric; first row 3"),
        ("amount", 1j, "amount: 1 of 2,500 rows is not numeric; first row 3"),
        ("amount", None, "amount: 1 of 2,500 rows is empty; first row 3"),
    ],
)
def test_cells_that_are_refused(column, cell, said):
    cells = LOG[column].astype(object).tolist()
    cells[3] = cell
    log = LOG.assign(**{column: objects(cells)})
    for ask in (
        answer,
        lambda log: rb.split(log, calibration_end="2024-05-01"),
        lambda log: rb.tracking(rb.BGNBD(0.2, 4, 0.8, 2.4, unit="week"), log),
        lambda log: rb.alive_history(rb.BGNBD(0.2, 4, 0.8, 2.4, unit="week"), log),
    ):
        with pytest.raises(ValueError, match=f"^transactions.*{said}"):
            ask(log)


@pytest.mark.parametrize("empty", ["", "nan", " None "])
def test_an_id_that_is_none_is_refused_by_every_engine(empty):
    log = LOG.assign(customer_id=TEXT.where(TEXT.index != 3, empty).astype("str"))
    for native in (log, pl.from_pandas(log), duckdb.from_df(log), pl.from_pandas(log).to_arrow()):
        with pytest.raises(ValueError, match=r"customer_id: 1 of 2,500 rows is empty; first"):
            answer(native)


def test_a_day_is_that_of_the_zone_written_on_every_engine():
    log, want = KINDS["just after midnight in Berlin"], answer(LOG)
    for native in (pl.from_pandas(log), pl.from_pandas(log).lazy(), pl.from_pandas(log).to_arrow()):
        got = answer(native).table
        got = got.collect() if isinstance(got, pl.LazyFrame) else got
        table = got.to_pandas() if hasattr(got, "to_pandas") else got
        table = table.astype({"customer_id": "str"}).set_index("customer_id").sort_index()
        pd.testing.assert_frame_equal(table, want.table, rtol=1e-12)
    with pytest.raises(ValueError, match=r"time zone.*cannot be known.*timezone\('Europe/Berlin'"):
        answer(duckdb.from_df(log))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_machine_s_time_zone_does_not_matter(zone):
    code = (
        "import pandas as pd, crmlab.repeat_buying as rb\n"
        "day = pd.to_datetime(['2024-01-01 00:30']).tz_localize('Europe/Berlin')\n"
        "log = pd.DataFrame({'customer_id': ['a'], 'date': day, 'amount': 1.0})\n"
        "print(rb.summarise(log, until='2024-01-31', unit='day')['T'].iloc[0])\n"
    )
    environment = {**os.environ, "TZ": zone}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "30.0"


def test_nothing_is_lost_in_money():
    log = LOG.assign(amount=MONEY.where(RNG.random(ROWS) > 0.1, -MONEY))
    for refunds in ("ignore", "net"):
        one = rb.summarise(log, until="2024-08-31", refunds=refunds, later="ignore")
        said = one.conventions
        assert said["money"] == pytest.approx(log["amount"].sum())
        kept = one["amount"].sum()
        back = said["refund_money"] if refunds == "ignore" else said["money_not_netted"]
        assert kept == pytest.approx(said["money"] - said["money_later"] + back)
        both = rb.split(log, calibration_end="2024-05-31", until="2024-08-31", refunds=refunds)
        kept = both["amount"].sum() + both["spend_holdout"].sum()
        assert kept + both.conventions["new_customer_money"] == pytest.approx(one["amount"].sum())
        assert json.loads(json.dumps(said)) == said
        assert json.loads(json.dumps(both.conventions)) == both.conventions


def test_a_refund_on_another_day_is_stated():
    days = ["2025-01-01", "2025-02-01", "2025-02-10"]
    log = pd.DataFrame({"customer_id": "a", "date": days, "amount": [100, 100, -100]})
    summary = rb.summarise(log, refunds="net")
    assert summary.conventions["money_not_netted"] == 100
    assert summary.caption == (
        "unit week, until 2025-02-10, the last day of the log; "
        "refunds of 100.00 taken off no purchase"
    )


def test_a_day_that_nets_to_nothing_up_to_rounding_is_no_purchase():
    log = pd.DataFrame(
        {
            "customer_id": "a",
            "date": ["2025-01-01"] + ["2025-02-01"] * 3,
            "amount": [1.0, 0.1, 0.2, -0.3],
        }
    )
    for native in (log, pl.from_pandas(log.assign(date=pd.to_datetime(log["date"])))):
        got = rb.summarise(native, until="2025-03-01", refunds="net").table
        assert list(got["frequency"]) == [0]


def test_a_whole_database_and_no_last_day():
    database = SimpleNamespace(tables={"transactions": LOG}, transactions=LOG)
    summary = rb.summarise(database)
    assert summary.until == str(DAYS.max().date())
    assert "the last day of the log" in summary.caption
    assert summary.table.equals(rb.summarise(LOG, until=DAYS.max()).table)
    both = rb.split(database, calibration_end="2024-05-01")
    assert both.until == summary.until
    assert both.table.equals(rb.split(LOG, calibration_end="2024-05-01", until=DAYS.max()).table)


def test_columns_that_are_there_twice():
    with pytest.raises(ValueError, match="transactions: column date is there twice"):
        answer(pd.concat([LOG, LOG[["date"]]], axis=1))


SUMMARY = answer(LOG)


def test_a_part_keeps_unit_and_window():
    often = SUMMARY["frequency"] > 10
    part = SUMMARY[often]
    assert isinstance(part, rb.Summary)
    assert (part.unit, part.until, part.conventions) == (
        SUMMARY.unit,
        SUMMARY.until,
        SUMMARY.conventions,
    )
    assert part.index.tolist() == SUMMARY.index[often].tolist()
    assert SUMMARY[often.to_numpy()] == part
    assert SUMMARY[often.sample(frac=1, random_state=2)] == part
    assert SUMMARY[part.index] == SUMMARY[list(part.index)] == part
    assert SUMMARY[["9", "3"]].index.tolist() == ["9", "3"]
    assert len(SUMMARY[:4]) == 4
    assert list(SUMMARY) == SUMMARY.columns
    assert "amount" in SUMMARY
    assert SUMMARY[["T", "amount"]].equals(SUMMARY.table[["T", "amount"]])
    assert str(part).splitlines()[-1] == part.caption == "unit week, until 2024-12-31"
    with pytest.raises(rb.UnitError, match="weeks"):
        rb.BGNBD(1, 1, 1, 1, unit="day").p_alive(part)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("frequence", "summary lacks the column frequence"),
        (["3", "x"], r"summary\[ids\]: 1 of 2 rows is no customer here; first row 1: 'x'"),
        (["3", "3"], r"summary\[ids\]: 1 of 2 rows repeats an earlier id"),
        ([7], "Write ids as the summary has them"),
        ([True], "1 answers for 199 customers"),
        (SUMMARY["T"].head(3) > 1, "names other customers"),
        (7, "takes a column, a mask or a row of ids"),
        ({"a": 1}, "takes a column, a mask or a row of ids"),
    ],
)
def test_what_a_summary_cannot_give(asked, said):
    with pytest.raises(ValueError, match=said):
        SUMMARY[asked]


def test_a_table_in_another_guise_is_the_same_to_a_model():
    model = rb.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
    want = model.p_alive(SUMMARY)
    columns = SUMMARY.table.reset_index()
    for table in (SUMMARY.table, columns, pl.from_pandas(columns), duckdb.from_df(columns)):
        got = model.p_alive(table)
        pd.testing.assert_frame_equal(got, want)


def test_only_public_names_are_offered():
    assert dir(rb) == sorted(rb.__all__)
    assert all(hasattr(rb, name) for name in rb.__all__)
