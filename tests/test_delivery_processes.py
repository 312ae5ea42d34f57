"""Processes of a value net: how long they take, with open cases; what is settled at once."""

import numpy as np
import pandas as pd
import pytest

from crmlab import delivery, scoring
from crmlab.intervals import ended_by, wilson

START = pd.Timestamp("2025-03-01")


def cases(*days, process="order to delivery", old=10):
    """Cases that took so many days; a negative number is an open case so many days old."""
    rows = []
    for one in days:
        begun = START if one >= 0 else START + pd.Timedelta(days=old + one)
        ended = START + pd.Timedelta(days=one) if one >= 0 else pd.NaT
        rows.append((process, begun, ended))
    return pd.DataFrame(rows, columns=["process", "started", "ended"])


def at(days):
    return START + pd.Timedelta(days=days)


# ---------------------------------------------------------------- cycle times


def test_open_cases_count_as_long_as_they_were_watched():
    row = delivery.cycle_times(cases(2, 6, -3, -9), until=at(10)).table.iloc[0]
    # of four, one ends on day 2: 3/4 are left; the one of 3 days is lost to sight; of two, one
    # ends on day 6: 3/8 are left
    assert row[["cases", "open", "median", "ended_median"]].tolist() == [4, 2, 6, 2]
    shares = ended_by([2, 6, 3, 9], [True, True, False, False])["share"]
    assert shares.to_dict() == {0: 0, 2: 0.25, 3: 0.25, 6: 0.625, 9: 0.625}


def test_the_share_on_time_knows_open_cases():
    rows = pd.concat([cases(2, 6, -3, -9), cases(1, 1, process="answer")])
    table = delivery.cycle_times(rows, until=at(10), target=6).table
    assert table["on_time"].to_dict() == {"order to delivery": 0.625, "answer": 1.0}
    assert table.loc["answer", "on_time_low"] == pytest.approx(wilson(2, 2)[0])
    one = delivery.cycle_times(rows, until=at(10), target={"answer": 1}).table
    assert one.loc["answer", "on_time"] == 1
    assert np.isnan(one.loc["order to delivery", "on_time"])


def test_what_comes_after_the_day_is_not_known():
    late = pd.concat([cases(2, 20), cases(1).assign(started=at(11), ended=at(12))])
    found = delivery.cycle_times(late, until=at(10))
    assert found.table.iloc[0][["cases", "open", "median"]].tolist() == [2, 1, 2]
    assert found.caption == ("2 cases, 1 open on 2025-03-11; 1 began later and are left out.")
    assert delivery.cycle_times(cases(2, -4), until=at(10)).caption.endswith("2025-03-11.")
    assert delivery.cycle_times(cases(10), until=at(10)).table.iloc[0]["open"] == 0


def test_fewer_than_half_have_ended():
    found = delivery.cycle_times(cases(2, -9, -9, -9, -9), until=at(10))
    row = found.table.iloc[0]
    assert np.isinf(row["median"])
    assert np.isinf(row["high"])
    assert row["ended_median"] == 2
    assert found.title == "Slowest: order to delivery; fewer than half have ended"
    none = delivery.cycle_times(cases(-9, -9), until=at(10)).table.iloc[0]
    assert np.isinf(none["median"])
    assert np.isnan(none["ended_median"])
    assert none["low"] == 0  # nothing is known of two open cases


def test_slowest_first_whatever_the_order_of_rows():
    rows = pd.concat(
        [cases(1, 3, 5, process="b"), cases(4, 6, 8, process="a"), cases(1, 3, 5, process="c")]
    )
    one = delivery.cycle_times(rows, until=at(10))
    assert one.table.index.tolist() == ["a", "b", "c"]
    assert one == delivery.cycle_times(rows[::-1], until=at(10))
    assert one.title == "Slowest: a, half end within 6 days"


def test_limits_of_the_median_cover_it_neither_too_seldom_nor_always():
    rng = np.random.default_rng(1)
    truth, hits = 20 * np.log(2), []
    for _ in range(400):
        took, watched = rng.exponential(20, 60), rng.uniform(10, 60, 60)
        shares = ended_by(np.minimum(took, watched), took <= watched)
        low = shares.index[(shares["high"] >= 0.5).to_numpy().argmax()]
        reached = (shares["low"] >= 0.5).to_numpy()
        high = shares.index[reached.argmax()] if reached.any() else np.inf
        hits.append(low <= truth < high)
    assert 0.92 <= np.mean(hits) <= 0.985


def test_intervals_hold_the_share():
    rng = np.random.default_rng(2)
    for n in (1, 2, 5, 40):
        shares = ended_by(rng.integers(0, 9, n), rng.random(n) < 0.6)
        assert (shares["low"] <= shares["share"]).all()
        assert (shares["share"] <= shares["high"]).all()
        assert shares.notna().all(axis=None)


def test_the_figure_shows_medians_limits_and_open_cases():
    rows = pd.concat([cases(1, 3, 5, -9), cases(4, 6, 8, 9, 9, process="pay")])
    found = delivery.cycle_times(rows, until=at(10))
    axes = found.plot()
    assert [one.get_text() for one in axes.get_yticklabels()] == [
        "order to delivery\n(1 of 4 open)",
        "pay\n(0 of 5 open)",
    ]
    dots = axes.containers[0].lines[0].get_xdata()
    assert dots.tolist() == found.table["median"].tolist()[::-1]
    (segments,) = axes.containers[0].lines[2]
    ends = [line[:, 0].tolist() for line in segments.get_segments()]
    pay = found.table.loc["pay"]
    assert ends[1] == [pay["low"], pay["high"]]
    assert axes.get_title(loc="left") == "Slowest: pay, half end within 8 days"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: delivery.cycle_times([1], until=START), "DataFrame"),
        (lambda: delivery.cycle_times(cases(1).drop(columns="ended"), until=START), "ended"),
        (lambda: delivery.cycle_times(cases(1, process=" "), until=START), "process"),
        (lambda: delivery.cycle_times(cases(1).assign(started="soon"), until=START), "started"),
        (lambda: delivery.cycle_times(cases(1).assign(started=None), until=START), "started"),
        (
            lambda: delivery.cycle_times(cases(3).assign(ended="2025-02-01"), until=START),
            "cases.ended: 1 of 1 rows lies before started",
        ),
        (lambda: delivery.cycle_times(cases(1), until="2025-02-01"), "none began"),
        (lambda: delivery.cycle_times(cases(1), until=START, target=0), "target"),
        (lambda: delivery.cycle_times(cases(1), until=START, target={"pay": 3}), "no process"),
        (lambda: delivery.cycle_times(cases(1), until=START, confidence=95), "confidence"),
    ],
)
def test_cases_that_cannot_be_measured(call, said):
    with pytest.raises(ValueError, match=said):
        call()


# ---------------------------------------------------------------- paid in full


def ledger(*paid):
    """Invoice 1 of 100 and invoice 2 of 50, and payments of invoice, day and money."""
    days = [at(0), at(5)]
    bills = pd.DataFrame({"invoice_id": ["1", "2"], "customer_id": "Ann", "date": days})
    bills = bills.assign(due=[at(30), at(35)], amount=[100.0, 50.0])
    names = ["invoice_id", "date", "amount"]
    payments = pd.DataFrame([(one, at(day), money) for one, day, money in paid], columns=names)
    return bills, payments.assign(customer_id="Ann")


def test_an_invoice_ends_when_it_is_paid_in_full():
    bills, payments = ledger(("1", 40, 59.999), ("2", 9, 49.0), ("1", 20, 40.0), ("1", 50, 5.0))
    found = delivery.payment_cases(bills, payments)
    assert found["started"].tolist() == [at(0), at(5)]
    assert found["ended"].tolist()[0] == at(40)
    assert pd.isna(found["ended"].tolist()[1])
    table = delivery.cycle_times(found, until=at(60)).table
    assert table.loc["invoice to pay", ["cases", "open"]].tolist() == [2, 1]
    assert delivery.payment_cases(bills, payments[::-1]).equals(found)
    none = delivery.payment_cases(bills, payments[:0])
    assert none["ended"].isna().all()


@pytest.mark.parametrize(
    ("name", "said"), [(None, "payments.invoice_id: 1 of 1 rows is empty"), ("9", "not there")]
)
def test_a_payment_must_name_its_invoice(name, said):
    with pytest.raises(ValueError, match=said):
        delivery.payment_cases(*ledger((name, 9, 10.0)))


# ---------------------------------------------------------------- first contact


def contacts(*rows):
    """Rows of customer, day opened, day of the first reply and day closed; None is not yet."""
    names = ["customer_id", "opened", "first_reply", "closed"]
    table = pd.DataFrame(rows, columns=names)
    for name in names[1:]:
        table[name] = [pd.NaT if pd.isna(day) else at(day) for day in table[name]]
    return table


WORKED = contacts(
    ("Ann", 0, 1, 1),  # settled
    ("Bo", 0, 0, 0),  # settled, but he comes back
    ("Bo", 5, 6, 9),  # closed later than the first reply
    ("Cy", 2, None, None),  # never answered
    ("Di", 3, 4, 60),  # still open after thirty days
    ("Ed", 3, 3, 3),  # settled; comes again only after thirty-one days
    ("Ed", 34, 34, 34),  # too recent
    ("Fy", 50, 50, 50),  # after the day on which we look
)


def test_first_contact_by_hand():
    found = delivery.first_contact(WORKED, until=at(40))
    counts = found.drop(["estimate", "low", "high"]).to_dict()
    assert counts == {
        "resolved": 2,
        "cases": 6,
        "open": 2,
        "later_contact": 1,
        "came_back": 1,
        "too_recent": 1,
    }
    assert found["estimate"] == 2 / 6
    assert found[["low", "high"]].tolist() == pytest.approx(wilson(2, 6))
    assert delivery.first_contact(WORKED[::-1], until=at(40)).equals(found)


def test_the_day_that_is_just_old_enough():
    one = contacts(("Ann", 0, 0, 0), ("Ann", 30, 30, 30))
    assert delivery.first_contact(one, until=at(30))[["cases", "came_back"]].tolist() == [1, 1]
    assert delivery.first_contact(one, until=at(30), again=29)["resolved"] == 1
    slow = contacts(("Ann", 0, 30, 30), ("Bo", 0, 31, 31))
    found = delivery.first_contact(slow, until=at(40))
    assert found[["resolved", "open"]].tolist() == [1, 1]
    with pytest.raises(ValueError, match="none was opened 30 days before"):
        delivery.first_contact(one, until=at(29))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (contacts(("Ann", 3, 2, None)), "first_reply: 1 of 1 rows lies before opened"),
        (contacts(("Ann", 3, None, 2)), "closed: 1 of 1 rows lies before opened"),
        (contacts(("Ann", 3, 5, 4)), "closed: 1 of 1 rows lies before first_reply"),
        (contacts((None, 3, 5, 6)), "customer_id"),
        (contacts(("Ann", None, 5, 6)), "opened"),
        (contacts(("Ann", 3, 5, 6)).drop(columns="closed"), "closed"),
    ],
)
def test_contacts_that_cannot_be_read(table, said):
    with pytest.raises(ValueError, match=said):
        delivery.first_contact(table, until=at(90))


# ---------------------------------------------------------------- partners


def test_partners_are_chosen_by_the_score_of_customers():
    """Goalposts turn a lead time round; the cheapest mill does not win."""
    mills = pd.DataFrame(
        {"price": [5, 4, 6], "lead_time": [2, 8, 1], "on_time": [0.9, 0.8, 0.95]},
        index=["North", "River", "Hill"],
    )
    posts = {"price": (8, 4), "lead_time": (10, 0), "on_time": (0.5, 1)}
    weights = {"price": 0.4, "lead_time": 0.4, "on_time": 0.2}
    score = scoring.composite_score(mills, weights, scale=posts)["score"]
    # North: .4 x .75 + .4 x .8 + .2 x .8; River: .4 + .4 x .2 + .2 x .6; Hill: .2 + .36 + .18
    assert score.to_dict() == pytest.approx({"North": 0.78, "River": 0.6, "Hill": 0.74})
