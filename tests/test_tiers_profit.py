"""Profit of each customer: contribution less contacts, in a window."""

import pandas as pd
import pytest

import crmlab as crm
from crmlab import tiers

LOG = pd.DataFrame(
    {
        "customer_id": ["A", "A", "B", "C", "A"],
        "date": ["2025-01-10", "2025-02-10", "2025-02-28", "2025-03-05", "2025-03-01"],
        "amount": [100, 50, 40, 20, -10],
    }
)
VISITS = pd.DataFrame(
    {"customer_id": ["B", "D"], "date": ["2025-02-20", "2025-03-09"], "cost": [15, 7]}
)


def test_profit_is_contribution_less_contacts_by_hand():
    got = tiers.customer_profit(LOG, margin=0.5, contacts=VISITS)
    assert got.to_dict() == {"A": 70, "B": 5, "C": 10, "D": -7}
    known = LOG.assign(margin=[60, 30, 10, 5, -10])
    got = tiers.customer_profit(known, margin=0.5, contacts=VISITS)
    assert got.to_dict() == {"A": 80, "B": -5, "C": 5, "D": -7}


def test_the_window_leaves_out_its_first_day_and_keeps_its_last():
    got = tiers.customer_profit(LOG, margin=1, after="2025-02-10", until="2025-03-01")
    assert got.to_dict() == {"A": -10, "B": 40}
    parts = [
        tiers.customer_profit(LOG, margin=1, until="2025-02-10"),
        tiers.customer_profit(LOG, margin=1, after="2025-02-10"),
    ]
    assert sum(part.sum() for part in parts) == LOG["amount"].sum()


def test_a_database_brings_its_contacts_and_every_row_counts_once():
    db = crm.load("lantern")
    got = tiers.customer_profit(db, margin=0.3)
    assert got.sum() == pytest.approx(db.transactions["margin"].sum() - db.contacts["cost"].sum())
    again = tiers.customer_profit(
        db.transactions.sample(frac=1, random_state=1), margin=0.3, contacts=db.contacts
    )
    assert again.round(6).equals(got.round(6))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"margin": 0}, "margin"),
        ({"margin": 30}, "margin"),
        ({"margin": 0.3, "after": "2026-01-01"}, "nothing happened"),
        ({"margin": 0.3, "until": "soon"}, "until"),
        ({"margin": 0.3, "contacts": VISITS.assign(cost=-1)}, "contacts.cost"),
        ({"margin": 0.3, "contacts": VISITS.drop(columns="date")}, "contacts"),
    ],
)
def test_what_cannot_be_is_refused(words, said):
    with pytest.raises(ValueError, match=said):
        tiers.customer_profit(LOG, **words)


def test_an_unknown_margin_is_refused():
    with pytest.raises(ValueError, match=r"transactions\.margin: 1 of 5 rows is empty"):
        tiers.customer_profit(LOG.assign(margin=[1, 2, None, 4, 5]), margin=0.3)
