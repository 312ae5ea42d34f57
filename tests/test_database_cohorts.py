"""Cohorts and the repeat rate, against a count by hand and a loop over customers."""

import datetime

import numpy as np
import pandas as pd
import pytest

import crmlab as crm
from crmlab.database import cohorts, plot_cohorts, plot_purchase_counts, plot_recency


def log(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "date"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


@pytest.fixture(scope="module")
def lantern():
    db = crm.load("lantern")
    return db.transactions[db.transactions["amount"] >= 0], db.until


def by_loop(transactions, until, within):
    """Count customer by customer, with plain Python dates."""
    days = {}
    for customer, day in transactions[["customer_id", "date"]].itertuples(index=False):
        days.setdefault(customer, set()).add(day.date())
    table = {}
    for visits in days.values():
        first, *later = sorted(visits)
        row = table.setdefault(f"{first:%Y-%m}", [0, 0, 0, 0])
        at_risk = first + datetime.timedelta(days=within) <= until.date()
        row[0] += 1
        row[1] += bool(later)
        row[2] += at_risk
        row[3] += at_risk and bool(later) and (later[0] - first).days <= within
    return table


def test_agrees_with_a_loop_over_customers(lantern):
    transactions, until = lantern
    result = cohorts(transactions, until=until, within=90)
    expected = by_loop(transactions, until, 90)
    assert list(result.index) == sorted(expected)
    for month, (customers, repeated, at_risk, in_time) in expected.items():
        row = result.loc[month]
        assert row["customers"] == customers
        assert row["at_risk"] == at_risk
        assert row["repeated_so_far"] == pytest.approx(repeated / customers)
        if at_risk:
            assert row["estimate"] == pytest.approx(in_time / at_risk)
            assert row["low"] <= row["estimate"] <= row["high"]
        else:
            assert row[["estimate", "low", "high"]].isna().all()


def test_interval_is_wilsons():
    """15 of 100 has the 95 % limits .0931 and .2328; 0 of 20 has 0 and .1611 (Wilson 1927)."""
    some = [(f"C{i}", "2025-01-01") for i in range(100)]
    again = [(f"C{i}", "2025-01-31") for i in range(15)]
    result = cohorts(log(*some, *again), until="2025-12-31")
    found = result.loc["2025-01", ["estimate", "low", "high"]].astype(float)
    assert found.round(4).tolist() == [0.15, 0.0931, 0.2328]
    nobody = cohorts(log(*some[:20]), until="2025-12-31")
    assert nobody.loc["2025-01", ["low", "high"]].astype(float).round(4).tolist() == [0, 0.1611]


def test_the_window_includes_its_last_day_and_needs_it_observed():
    visits = log(("Ana", "2025-01-01"), ("Ana", "2025-04-01"))
    assert cohorts(visits, until="2025-04-01", within=90)["estimate"].item() == 1
    assert cohorts(visits, until="2025-04-01", within=89)["estimate"].item() == 0
    assert cohorts(visits, until="2025-04-01", within=91)["at_risk"].item() == 0


def test_same_day_and_clock_time_make_no_repeat():
    visits = log(("Ana", "2025-01-01 09:00"), ("Ana", "2025-01-01 18:00"))
    assert cohorts(visits, until="2025-12-31")["repeated_so_far"].item() == 0


def test_order_of_rows_does_not_matter(lantern):
    transactions, until = lantern
    shuffled = transactions.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(
        cohorts(transactions, until=until), cohorts(shuffled, until=until)
    )


@pytest.mark.parametrize(
    ("frame", "options", "said"),
    [
        (log().drop(columns="date"), {}, "transactions lacks the column date"),
        (log(), {}, "no rows"),
        (log(("Ana", None)), {}, "date: 1 of 1 rows is empty; first row 0 .*'Ana'"),
        (log((None, "2025-01-01")), {}, "customer_id: 1 of 1 rows is empty; first row 0"),
        (
            log(("Ana", "2026-01-01")),
            {},
            "1 of 1 rows lies after until, 2025-12-31; .*'Ana'",
        ),
        (
            log(("Ana", "2025-01-01")),
            {"within": 0},
            "within is 0; it must be at least 1. Give",
        ),
    ],
)
def test_bad_input_is_named(frame, options, said):
    with pytest.raises(ValueError, match=said):
        cohorts(frame, until="2025-12-31", **options)


def test_figures_draw_what_the_tables_say(lantern):
    transactions, until = lantern
    result = cohorts(transactions, until=until)
    ax = plot_cohorts(result)
    assert np.allclose(ax.lines[0].get_ydata(), result["repeated_so_far"])
    counts = transactions.drop_duplicates(["customer_id", "date"]).groupby("customer_id").size()
    ax = plot_purchase_counts(counts)
    assert [bar.get_height() for bar in ax.patches][:2] == [
        (counts == 1).sum(),
        (counts == 2).sum(),
    ]
    assert sum(bar.get_height() for bar in ax.patches) == len(counts)
    ax = plot_recency(log(("Ana", "2025-01-01"), ("Ben", "2025-02-01")), until="2025-12-31")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ana", "Ben"]


def test_days_that_could_be_others_and_crowds_are_refused():
    rows = log(("Ann", "2025-01-10"))
    with pytest.raises(ValueError, match="until is not a date"):
        cohorts(rows, until="03/04/2025")
    with pytest.raises(ValueError, match="cannot be read as a date"):
        cohorts(rows.assign(date="10/01/2025"), until="2025-12-31")
    crowd = pd.DataFrame({"customer_id": range(31), "date": pd.Timestamp("2025-01-01")})
    with pytest.raises(ValueError, match="31 customers"):
        plot_recency(crowd, until="2025-12-31")
