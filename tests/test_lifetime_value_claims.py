"""Sayings about retention, worked backwards and forwards."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmlab as crm

ltv = crm.lifetime_value
rates = st.floats(0.01, 0.5)
timings = st.sampled_from(["start", "end"])


def test_five_points_of_retention_are_worth_what_the_starting_rate_makes_of_them():
    start = [0.6, 0.7, 0.8, 0.85, 0.9]
    plain = ltv.retention_lift(start, change=5, unit="pp", rate=0, first="start")
    assert (100 * plain).round().tolist() == [14, 20, 33, 50, 100]
    tenth = ltv.retention_lift(start, change=5, unit="pp", rate=0.10, first="start")
    assert (100 * tenth).round().tolist() == [11, 14, 20, 25, 33]
    percent = ltv.retention_lift(start, change=5, unit="pct", rate=0, first="start")
    assert (percent < plain).all()


def test_the_famous_claims_contradict_each_other():
    claims = pd.DataFrame(
        {"change": [5, -5], "unit": "pp", "lift": [0.85, -0.25]}, index=["plus", "minus"]
    )
    table = ltv.compare_claims(claims, rate=0, first="start")
    assert table.loc["plus", "retention"] == pytest.approx(0.891, abs=5e-4)
    assert table.loc["minus", "retention"] == pytest.approx(0.85)
    assert table.loc["plus", "plus"] == pytest.approx(0.85)
    assert table.loc["minus", "plus"] == pytest.approx(0.50)
    assert table.loc["minus", "minus"] == pytest.approx(-0.25)


@given(
    st.floats(0.3, 0.9),
    st.sampled_from([-5, -1, 1, 5]),
    st.sampled_from(["pp", "pct"]),
    rates,
    timings,
)
def test_the_rate_behind_a_lift_gives_the_lift(kept, change, unit, rate, first):
    options = {"change": change, "unit": unit, "rate": rate, "first": first}
    lift = ltv.retention_lift(kept, **options)
    claim = pd.DataFrame({"change": change, "unit": unit, "lift": lift}, index=["said"])
    table = ltv.compare_claims(claim, rate=rate, first=first)
    behind = table.loc["said", "retention"]
    assert table.loc["said", "said"] == pytest.approx(lift, rel=1e-6)
    assert ltv.retention_lift(behind, **options) == pytest.approx(lift, rel=1e-6)
    assert behind >= kept - 1e-6
    if first == "start":
        assert behind == pytest.approx(kept, abs=1e-6)


def test_lifts_that_cannot_be():
    with pytest.raises(ValueError, match="between 0 and 1"):
        ltv.retention_lift(0.97, change=5, unit="pp", rate=0.1, first="start")
    with pytest.raises(ValueError, match="no limit"):
        ltv.retention_lift(0.95, change=5, unit="pp", rate=0, first="start")
    with pytest.raises(ValueError, match="'pp', 'pct'"):
        ltv.retention_lift(0.9, change=5, unit="points", rate=0, first="start")
    with pytest.raises(ValueError, match="worth nothing"):
        ltv.retention_lift(0, change=5, unit="pp", rate=0, first="end")
    claims = pd.DataFrame({"change": [5.0], "unit": ["pp"], "lift": [-0.5]}, index=["odd"])
    with pytest.warns(UserWarning, match="no retention rate gives a lift of -0.5"):
        assert ltv.compare_claims(claims, rate=0, first="start").isna().all(axis=None)
    for change, words in [
        ({"change": 0.0}, "change is 0"),
        ({"unit": "points"}, "'pp', 'pct'"),
        ({"lift": -1.0}, "lift is -1; it must be above -1"),
        ({"lift": "much"}, "claims.lift: 1 of 1 rows is not numeric"),
        ({"change": None}, "claims.change: 1 of 1 rows is empty"),
    ]:
        with pytest.raises(ValueError, match=words):
            ltv.compare_claims(claims.assign(**change), rate=0, first="start")
    with pytest.raises(ValueError, match="each row its own name"):
        ltv.compare_claims(pd.concat([claims, claims]), rate=0, first="start")
    with pytest.raises(ValueError, match="lacks the column lift"):
        ltv.compare_claims(claims[["change", "unit"]], rate=0, first="start")
