"""Cohorts and the repeat rate, against a count by hand and a loop over customers."""

import datetime

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

import crmlab as crm
from crmlab.database import cohorts, plot_recency, purchase_counts


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
    assert list(result.table.index) == sorted(expected)
    for month, (customers, repeated, at_risk, in_time) in expected.items():
        row = result.table.loc[month]
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
    found = result.table.loc["2025-01", ["estimate", "low", "high"]].astype(float)
    assert found.round(4).tolist() == [0.15, 0.0931, 0.2328]
    nobody = cohorts(log(*some[:20]), until="2025-12-31")
    assert nobody.table.loc["2025-01", ["low", "high"]].astype(float).round(4).tolist() == [
        0,
        0.1611,
    ]


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
    assert cohorts(transactions, until=until) == cohorts(shuffled, until=until)
    assert cohorts(transactions, until=until, within=89) != cohorts(transactions, until=until)


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
            "within is 0; it must be a whole number and at least 1",
        ),
    ],
)
def test_bad_input_is_named(frame, options, said):
    with pytest.raises(ValueError, match=said):
        cohorts(frame, until="2025-12-31", **options)


def test_all_months_together(lantern):
    transactions, until = lantern
    result = cohorts(transactions, until=until, within=90)
    expected = by_loop(transactions, until, 90)
    at_risk, repeated = (sum(row[place] for row in expected.values()) for place in (2, 3))
    assert result.overall[["at_risk", "repeated"]].tolist() == [at_risk, repeated]
    assert result.overall["estimate"] == pytest.approx(repeated / at_risk)
    low, high = proportion_confint(repeated, at_risk, method="wilson")
    assert result.overall[["low", "high"]].tolist() == pytest.approx([low, high])
    assert result.caption == (
        f"Within 90 days {repeated:,} of {at_risk:,} customers came back: "
        f"{repeated / at_risk:.1%} ({low:.1%} to {high:.1%})."
    )
    nobody = cohorts(log(("Ana", "2025-01-01")), until="2025-01-02")
    assert nobody.caption == "Nobody was watched for 90 days by 2025-01-02."


def test_without_a_last_day_it_is_that_of_the_log():
    visits = log(("Ana", "2025-01-01"), ("Ben", "2025-04-01"))
    assert cohorts(visits).until == pd.Timestamp("2025-04-01")
    assert cohorts(visits).overall["at_risk"] == 1


REFUNDED = log(("Ana", "2025-01-01"), ("Ana", "2025-01-09"), ("Ben", "2025-01-01")).assign(
    amount=[12.0, -12.0, 8.0]
)


def test_a_refund_is_no_purchase():
    with pytest.raises(ValueError, match=r"amount: 1 of 3 rows is negative, a refund; .*'Ana'"):
        cohorts(REFUNDED, until="2025-12-31")
    for refunds in ("ignore", "net"):
        found = cohorts(REFUNDED, until="2025-12-31", refunds=refunds)
        assert found.overall["repeated"] == 0
        assert found.overall["at_risk"] == 2


def test_a_day_that_was_paid_back_whole_is_no_purchase():
    undone = pd.concat([REFUNDED, log(("Ben", "2025-01-01")).assign(amount=-8.0)])
    assert cohorts(undone, until="2025-12-31", refunds="net").table["customers"].tolist() == [1]
    assert cohorts(undone, until="2025-12-31", refunds="ignore").table["customers"].tolist() == [2]


def test_figures_draw_what_the_tables_say(lantern):
    transactions, until = lantern
    result = cohorts(transactions, until=until, within=60)
    ax = result.plot()
    assert np.allclose(ax.lines[0].get_ydata(), result["repeated_so_far"])
    rate = ax.containers[0]
    assert np.allclose(rate[0].get_ydata().astype(float), result["estimate"], equal_nan=True)
    ends = np.array([part[:, 1] for part in rate[2][0].get_segments() if len(part)])
    known = result.table.dropna(subset="estimate")
    assert np.allclose(ends, known[["low", "high"]])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["so far, whatever time they had", "within 60 days"]
    counts = transactions.drop_duplicates(["customer_id", "date"]).groupby("customer_id").size()
    ax = purchase_counts(transactions).plot()
    heights = [bar.get_height() for bar in ax.patches]
    assert heights[:11] == [(counts == days).sum() for days in range(1, 12)]
    assert heights[11] == (counts >= 12).sum()
    assert ax.texts[0].get_text() == f"{(counts == 1).mean():.0%}"
    ax = plot_recency(log(("Ana", "2025-01-01"), ("Ben", "2025-02-01")), until="2025-12-31")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ana", "Ben"]
    assert [text.get_text() for text in ax.texts] == ["days since last 364", "days since last 333"]
    assert ax.get_title(loc="left") == "Ana has been silent longest: 364 days"


def test_days_that_could_be_others_and_crowds_are_refused():
    rows = log(("Ann", "2025-01-10"))
    with pytest.raises(ValueError, match="until is not a date"):
        cohorts(rows, until="03/04/2025")
    with pytest.raises(ValueError, match="cannot be read as a date"):
        cohorts(rows.assign(date="10/01/2025"), until="2025-12-31")
    crowd = pd.DataFrame({"customer_id": range(31), "date": pd.Timestamp("2025-01-01")})
    with pytest.raises(ValueError, match="31 customers"):
        plot_recency(crowd, until="2025-12-31")


def test_figures_say_what_they_found(lantern):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")

    transactions, until = lantern
    found = cohorts(transactions, until=until, within=60)
    ax = found.plot()
    share = found.overall["repeated"] / found.overall["at_risk"]
    assert ax.get_title("left") == found.title
    assert found.title == f"{share:.0%} of new customers came back within 60 days"
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        "month of first purchase",
        "share who bought again",
    )
    early = cohorts(log(("Ana", "2025-01-01")), until="2025-01-02")
    assert early.title == "No new customer has been watched for 90 days yet"
    counts = purchase_counts(
        log(("Ana", "2025-01-01"), ("Ana", "2025-01-02"), ("Ben", "2025-01-01"))
    )
    assert counts.plot().get_title("left") == "50% of customers bought on one day only"
