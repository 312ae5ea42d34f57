"""Purchases in rhythms against the printed totals of a household's cars."""

import pytest

import crmlab as crm

ltv = crm.lifetime_value


# A household's cars for twenty years, in units of 10,000: one of many ways to reach the totals
OWN = [
    ltv.Stream("own car", start=0, every=4, revenue=40, margin=0.04),
    ltv.Stream("trade-in", start=4, every=4, revenue=10, margin=0.10),
    ltv.Stream("service", start=0, every=1, revenue=0.54, margin=0.40),
    ltv.Stream("insurance", start=0, every=1, revenue=0.24, margin=0.10),
]


def test_twenty_years_of_one_car_owner():
    events = ltv.schedule(OWN, years=20, last_year="excluded", rate=0)
    assert events["revenue"].sum() == pytest.approx(255.6)
    assert events["contribution"].sum() == pytest.approx(16.8)
    assert events.groupby("stream").size().to_dict() == {
        "own car": 5,
        "trade-in": 4,
        "service": 20,
        "insurance": 20,
    }
    discounted = ltv.schedule(OWN, years=20, last_year="excluded", rate=0.10)
    again = sum(row.contribution / 1.10**row.year for row in events.itertuples())  # one by one
    assert discounted["present_value"].sum() == pytest.approx(again)


def test_the_last_year_counts_only_if_it_is_said_to():
    with_it = ltv.schedule(OWN, years=20, last_year="included", rate=0)
    without = ltv.schedule(OWN, years=20, last_year="excluded", rate=0)
    assert with_it["revenue"].sum() - without["revenue"].sum() == pytest.approx(40 + 10 + 0.78)
    third = ltv.Stream("third", start=0, every=1 / 3, revenue=1, margin=1, until=2)
    assert len(ltv.schedule(third, years=9, last_year="included", rate=0)) == 7
    assert len(ltv.schedule(third, years=9, last_year="excluded", rate=0)) == 6
    late = ltv.Stream("late", start=30, every=1, revenue=1, margin=1)
    assert len(ltv.schedule([late], years=20, last_year="included", rate=0)) == 0


FAMILY = [
    *OWN,
    ltv.Stream("second car", start=2, every=6, revenue=50, margin=0.05),
    ltv.Stream("third car", start=4, every=4, revenue=50, margin=0.05),
]


def test_two_printed_totals_do_not_identify_the_schedule():
    vary = {
        "second car": {
            "start": range(1, 11),
            "every": range(3, 9),
            "margin": [0.05, 0.06, 0.07, 0.08],
        },
        "third car": {
            "start": range(1, 21),
            "every": range(3, 9),
            "margin": [0.05, 0.06, 0.07, 0.08],
        },
    }
    within = {"revenue": (750, 850), "contribution": (50.5, 51.5)}
    found = ltv.fitting_schedules(FAMILY, vary, within=within, years=20, last_year="excluded")
    assert found.tried == 10 * 6 * 4 * 20 * 6 * 4
    assert len(found.table) > 50
    assert found.table["third car: start"].nunique() > 3
    for row in found.table.iloc[[0, len(found.table) // 2, -1]].to_dict("records"):
        redone = [
            *OWN,
            *(
                ltv.Stream(
                    name,
                    start=row[f"{name}: start"],
                    every=row[f"{name}: every"],
                    revenue=50,
                    margin=row[f"{name}: margin"],
                )
                for name in ("second car", "third car")
            ),
        ]
        events = ltv.schedule(redone, years=20, last_year="excluded", rate=0)
        assert events["revenue"].sum() == pytest.approx(row["revenue"])
        assert events["contribution"].sum() == pytest.approx(row["contribution"])
    none = ltv.fitting_schedules(
        FAMILY, vary, within={"revenue": (1, 2)}, years=20, last_year="excluded"
    )
    assert len(none.table) == 0
    assert list(none.table.columns) == list(found.table.columns)
    assert none.caption == "0 of 115,200 schedules fit."


def test_schedules_that_make_no_sense():
    for field, value, words in [
        ("every", 0, "every is 0; it must be above 0"),
        ("every", -1, "must be above 0"),
        ("margin", 4, "share of revenue"),
        ("start", -1, "at least 0"),
        ("revenue", float("nan"), "finite"),
        ("until", -3, "at least 0"),
    ]:
        options = {"start": 0, "every": 1, "revenue": 1, "margin": 0.1, field: value}
        with pytest.raises(ValueError, match=words):
            ltv.Stream("car", **options)
    with pytest.raises(ValueError, match="more than once"):
        ltv.schedule([OWN[0], OWN[0]], years=20, last_year="excluded", rate=0)
    with pytest.raises(ValueError, match="at least one Stream"):
        ltv.schedule([], years=20, last_year="excluded", rate=0)
    with pytest.raises(ValueError, match="last_year"):
        ltv.schedule(OWN, years=20, last_year=True, rate=0)
    for vary, within, words in [
        ({"boat": {"every": [1]}}, {"revenue": (1, 2)}, "vary names 'boat'"),
        ({"own car": {"colour": [1]}}, {"revenue": (1, 2)}, "no 'colour'"),
        ({"own car": {"every": 4}}, {"revenue": (1, 2)}, "list of values"),
        ({}, {"profit": (1, 2)}, "revenue, contribution or both"),
        ({}, {"revenue": (2, 1)}, "needs \\(low, high\\)"),
        (
            {s.name: {"revenue": range(100)} for s in OWN},
            {"revenue": (1, 2)},
            "fewer values",
        ),
    ]:
        with pytest.raises(ValueError, match=words):
            ltv.fitting_schedules(OWN, vary, within=within, years=20, last_year="excluded")
