"""Lost customers and value components by hand."""

import numpy as np
import pandas as pd
import pytest

import crmlab as crm

ltv = crm.lifetime_value


def test_cost_of_lost_customers_and_its_three_corrections():
    printed = ltv.cost_of_lost_customers(64_000, loss_rate=0.05, revenue=40_000, margin=0.10)
    assert printed["lost_customers"] == 3200
    assert printed["lost_revenue"] == 128e6
    assert printed["one_year_cost"] == pytest.approx(12.8e6)
    # several years: 12.8 million x 1.1 / (1.1 - 0.95)
    years = ltv.margin_multiple(0.95, rate=0.10, first="start")
    assert printed["one_year_cost"] * years == pytest.approx(93.87e6, abs=5e3)
    # contribution instead of net margin, less the service that is no longer given
    corrected = ltv.cost_of_lost_customers(
        64_000, loss_rate=0.05, revenue=40_000, margin=0.30, cost_to_serve=5000
    )
    assert corrected["one_year_cost"] == pytest.approx(3200 * (12_000 - 5000))


def test_losing_unprofitable_customers_is_said_to_save_money():
    with pytest.warns(UserWarning, match="saves money"):
        saved = ltv.cost_of_lost_customers(
            100, loss_rate=0.1, revenue=50, margin=0.2, cost_to_serve=30
        )
    assert saved["one_year_cost"] == -200
    with pytest.warns(UserWarning, match="saves money"):
        ltv.cost_of_lost_customers(100, loss_rate=0.1, revenue=50, margin=-0.2)
    with pytest.raises(ValueError, match="share of revenue"):
        ltv.cost_of_lost_customers(100, loss_rate=0.1, revenue=50, margin=20)
    with pytest.raises(ValueError, match="at most 1"):
        ltv.cost_of_lost_customers(100, loss_rate=5, revenue=50, margin=0.2)


def components(**change):
    rows = [
        ("C1", "historical", "base", "2022-01-01", "2025-01-01", 300),
        ("C1", "current", "base", "2025-01-01", "2026-01-01", 100),
        ("C1", "potential", "base", "2026-01-01", "2029-01-01", 250),
        ("C1", "potential", "growth", "2026-01-01", "2029-01-01", 90),
    ]
    names = ["customer_id", "component", "part", "start", "end", "amount"]
    return pd.DataFrame(rows, columns=names).assign(**change)


def test_components_add_up_when_their_periods_are_disjoint():
    row = ltv.value_components(components()).loc["C1"]
    assert row.to_dict() == {
        "historical": 300,
        "current": 100,
        "potential": 340,
        "future": 440,
        "total": 740,
    }


def test_components_that_cover_the_same_time_are_refused():
    table = components()
    table.loc[1, "end"] = "2026-06-01"
    with pytest.raises(ValueError, match=r"2 pairs .* customer C1: current \(row 1\) and pot"):
        ltv.value_components(table)
    with pytest.raises(ValueError, match="same time twice"):  # one part twice
        ltv.value_components(components(part="base"))
    other = pd.concat([table.iloc[[0, 1]], components(customer_id="C2").iloc[2:]])
    with pytest.warns(UserWarning, match="historical 1, current 1, potential 1"):
        wide = ltv.value_components(other)  # the overlap was between two customers: no clash
    assert np.isnan(wide.loc["C1", "future"])
    for change, words in [
        (
            {"component": "hoped"},
            "4 of 4 rows are none of historical.*first row 0 .*'hoped'",
        ),
        ({"end": "2020-01-01"}, "amounts.end: 4 of 4 rows do not lie after the start; first row 0"),
        ({"end": "later"}, "amounts.end: 4 of 4 rows cannot be read as dates; first row 0"),
        ({"amount": np.nan}, "amounts.amount: 4 of 4 rows are empty; first row 0"),
        ({"end": "2022-01-01", "start": "2022-01-01"}, "do not lie after the start"),
        ({"end": "2030-06"}, "amounts.end: 4 of 4 rows cannot be read as dates"),
        ({"start": "1899-12-30"}, "amounts.start: 4 of 4 rows lie before 1900"),
        ({"start": 2022}, "amounts.start: 4 of 4 rows cannot be read as dates"),
        ({"end": None}, "amounts.end: 4 of 4 rows are empty"),
        ({"customer_id": ""}, "amounts.customer_id: 4 of 4 rows are empty"),
        ({"customer_id": "nan"}, "amounts.customer_id: 4 of 4 rows are empty"),
        ({"part": None}, "amounts.part: 4 of 4 rows are empty"),
        ({"amount": "a lot"}, "amount: 4 of 4 rows are not numeric; first row 0 .*: 'a lot'"),
    ]:
        with pytest.raises(ValueError, match=words):
            ltv.value_components(components(**change))
