"""Complaints: silence, causes, repeats, and times with cases still open."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgba
from statsmodels.duration.survfunc import SurvfuncRight

import crmlab as crm
from crmlab import recovery as rec
from crmlab import satisfaction as sat

TARP = {"silent": 0.37, "settled": 0.70}
MIXED = {"silent": 0.37, "settled": 0.70, "quick": 0.95}


@pytest.fixture(scope="module")
def lantern():
    return crm.load("lantern")


# ---------------------------------------------------------------- what silence hides


def test_published_damage():
    for voiced, lost in ((0.02, 623.4), (0.20, 564.0)):
        found = rec.silent_damage(10_000, 0.10, voiced, returning=TARP)
        assert found.lost == pytest.approx(lost, abs=1e-9)
    quick = rec.silent_damage(
        10_000, 0.10, 0.20, returning=MIXED, mix={"settled": 0.0, "quick": 1.0}
    )
    assert quick.lost == pytest.approx(514.0, abs=1e-9)


def test_the_iceberg_says_what_was_put_in_and_what_follows():
    found = rec.silent_damage(1_000, 0.2, 0.25, returning=MIXED, mix={"quick": 0.6, "settled": 0.4})
    assert found.table.index.tolist() == ["settled", "quick", "silent"]
    assert found["customers"].tolist() == pytest.approx([20, 30, 150])
    assert found["lost"].tolist() == pytest.approx([6, 1.5, 94.5])
    assert found.title == "94 of 102 lost never complained"
    assert "1,000 customers, 0.2 of them with a problem, 0.25 of these complain" in found.caption
    ax = found.plot()
    assert ax.get_title("left") == found.title
    assert [text.get_text() for text in ax.texts] == [
        "6 of 20 lost",
        "2 of 30 lost",
        "94 of 150 lost",
    ]
    widths = [bar.get_width() for bar in ax.patches[-6:]]
    assert widths == pytest.approx([6, 1.5, 94.5, 14, 28.5, 55.5])
    assert [bar.get_x() for bar in ax.patches[-3:]] == pytest.approx([6, 1.5, 94.5])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["lost", "buy again"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["settled", "quick", "silent"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the silent lie below
    assert ax.get_xlabel() == "customers with a problem"
    water = ax.patches[0]
    assert (water.get_y(), water.get_y() + water.get_height()) == pytest.approx((1.5, 2.6))


shares = st.floats(0, 1)


@given(n=st.floats(1, 1e6), p=shares, c=shares, silent=shares, told=shares)
def test_damage_is_a_weighted_mean_of_two_losses(n, p, c, silent, told):
    found = rec.silent_damage(n, p, c, returning={"silent": silent, "told": told})
    assert found.lost == pytest.approx(n * p * ((1 - c) * (1 - silent) + c * (1 - told)), abs=1e-6)
    assert found["customers"].sum() == pytest.approx(n * p, abs=1e-6)
    more = rec.silent_damage(n, p, c, returning={"silent": silent, "told": min(told + 0.1, 1)})
    assert more.lost <= found.lost + 1e-6


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"customers": 0}, "customers is 0"),
        ({"customers": "many"}, "customers is 'many'"),
        ({"problem": 1.2}, "problem is 1.2"),
        ({"voiced": -0.1}, "voiced is -0.1"),
        ({"voiced": float("nan")}, "voiced is nan"),
        ({"returning": {"settled": 0.7}}, "nothing of the silent"),
        ({"returning": 0.7}, "nothing of the silent"),
        ({"returning": {"silent": 0.3}}, "no kind of complaint"),
        ({"returning": {"silent": 37, "settled": 0.7}}, r"returning\['silent'\] is 37"),
        ({"returning": MIXED}, "which share of the complaints is settled and which quick"),
        ({"returning": MIXED, "mix": {"settled": 0.5, "quick": 0.2}}, "mix add up to 0.7"),
        ({"returning": MIXED, "mix": {"settled": 1.0}}, "without weight"),
    ],
)
def test_shares_that_cannot_be(change, said):
    options = {"customers": 100, "problem": 0.1, "voiced": 0.1, "returning": TARP, **change}
    with pytest.raises(ValueError, match=said):
        rec.silent_damage(**options)


# ---------------------------------------------------------------- causes


def test_causes_are_counted_in_order_and_nothing_is_dropped():
    table = pd.DataFrame({"cause": ["wait"] * 5 + ["taste"] * 3 + ["none", None, "", "bill"]})
    found = rec.complaint_causes(table)
    assert found.table.index.tolist() == ["wait", "taste", "not told", "bill", "none"]
    assert found["complaints"].tolist() == [5, 3, 2, 1, 1]
    assert found["cumulative"].tolist() == pytest.approx([5 / 12, 8 / 12, 10 / 12, 11 / 12, 1])
    low, high = crm.intervals.wilson(5, 12)
    assert found.table.loc["wait", ["low", "high"]].tolist() == pytest.approx([low, high])
    assert found.leaders == ["wait", "taste"]
    assert found.title == "wait and taste make 67% of 12 complaints"
    shuffled = rec.complaint_causes(table.sample(frac=1, random_state=3))
    assert shuffled == found


def test_half_reached_exactly_is_half():
    found = rec.complaint_causes(pd.DataFrame({"cause": list("aabc")}))
    assert found.leaders == ["a"]
    assert found.title == "a makes 50% of 4 complaints"
    thirds = rec.complaint_causes(pd.DataFrame({"cause": list("aabbccdde")}))
    assert thirds.title == "a, b and c make 67% of 9 complaints"


def test_causes_figure(lantern):
    found = rec.complaint_causes(lantern["complaints"])
    assert found["complaints"].sum() == len(lantern["complaints"])
    ax = found.plot()
    assert ax.get_title("left") == found.title == "taste and wait make 55% of 356 complaints"
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["billing", "staff", "delivery", "wait", "taste"]
    bars = [bar.get_width() for bar in ax.patches]
    assert bars == pytest.approx(found["share"][::-1].tolist())
    colours = [bar.get_facecolor() for bar in ax.patches]
    most, rest = (to_rgba(crm.style.COLOURS[name]) for name in ("cost", "neutral"))
    assert colours == [rest, rest, rest, most, most]
    lines = ax.collections[0].get_segments()
    ends = [(line[0][0], line[1][0]) for line in lines]
    want = list(found.table[["low", "high"]][::-1].itertuples(index=False, name=None))
    assert np.array(ends) == pytest.approx(np.array(want))
    assert ax.get_xlabel() == "share of complaints (line: interval)"


def test_numbers_may_name_causes():
    codes = pd.DataFrame({"cause": pd.array([1, 1, 2, None], dtype="Int64")})
    assert rec.complaint_causes(codes).table.index.tolist() == ["1", "2", "not told"]
    with pytest.raises(ValueError, match="no rows"):
        rec.complaint_causes(codes.head(0))
    with pytest.raises(ValueError, match="lacks the column cause"):
        rec.complaint_causes(pd.DataFrame({"reason": ["x"]}))
    with pytest.raises(ValueError, match="of type list"):
        rec.complaint_causes(["wait"])


# ---------------------------------------------------------------- repeats


def test_who_complains_again_is_counted_once_and_as_long_as_watched():
    table = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "c", "d", "d", "e"],
            "opened": [
                *("2025-01-01", "2025-01-11", "2025-01-12", "2025-01-05"),
                *("2025-03-20", "2025-01-01", "2025-12-01", "2025-08-01"),
            ],
        }
    )
    found = rec.repeat_complaints(table, until="2025-03-31", within=60)
    assert found[["events", "n", "censored"]].tolist() == [1, 4, 1]
    # a after 10 days; c watched for 11 days only; b and d longer than 60: 1 - 3/4
    assert found["estimate"] == pytest.approx(0.25)
    same_day = pd.DataFrame({"customer_id": ["a", "a"], "opened": "2025-01-01"})
    again = rec.repeat_complaints(same_day, until="2025-12-31", within=1)
    assert again["estimate"] == 1
    assert 0 < again["low"] < 1
    turned = rec.repeat_complaints(table[::-1], until="2025-03-31", within=60)
    assert turned.equals(found)


def test_lanterns_repeats_counted_another_way(lantern):
    table = lantern["complaints"].sort_values("opened")
    gap = table.groupby("customer_id")["opened"].diff().dt.days
    first = table.groupby("customer_id")["opened"].first()
    second = gap[table.groupby("customer_id").cumcount() == 1]
    found = rec.repeat_complaints(table, until=lantern.until, within=90)
    assert found["n"] == len(first)
    assert found["events"] == (second <= 90).sum()
    assert found["low"] < found["estimate"] < found["high"]


# ---------------------------------------------------------------- times


def cases(days, closed, *, start="2025-01-01", until="2025-04-11"):
    """Complaints that were closed after so many days, or have been open so long."""
    last, given_days = pd.Timestamp(until), pd.to_timedelta(days, unit="D")
    opened = pd.Series(
        np.where(closed, pd.Timestamp(start), last - given_days), dtype="datetime64[us]"
    )
    ends = (opened + pd.Series(given_days)).where(closed)
    who = [f"c{number}" for number in range(len(days))]
    return pd.DataFrame({"customer_id": who, "opened": opened, "closed": ends})


def test_open_cases_count_as_long_as_they_were_watched():
    table = cases([2, 4, 6, 10], [True, False, True, True])
    found = rec.handling_time(table, until="2025-04-11")
    assert found["at_risk"].tolist() == [4, 2, 1]
    assert found["ended"].tolist() == [1, 1, 1]
    assert found["share"].tolist() == pytest.approx([1 / 4, 1 - 3 / 4 / 2, 1])
    assert found.median.loc["all", "estimate"] == 6
    assert found.caption == "4 complaints, 1 not closed by 2025-04-11."


def test_share_and_its_interval_agree_with_the_package_day_by_day():
    rng = np.random.default_rng(4)
    days, closed = rng.integers(0, 60, 80), rng.random(80) < 0.6
    found = rec.handling_time(cases(days, closed), until="2025-04-11", confidence=0.9)
    for day, row in found.table.loc["all"].iterrows():
        if day == 0:
            continue
        other = sat.share_within(days, closed, day, confidence=0.9)
        assert row[["share", "low", "high"]].tolist() == pytest.approx(other.iloc[:3].tolist())
        assert found.within(day).loc["all"].tolist() == pytest.approx(other.tolist())
    assert (found["low"] <= found["share"] + 1e-12).all()
    assert (found["share"] <= found["high"] + 1e-12).all()


def test_median_as_statsmodels_has_it():
    rng = np.random.default_rng(8)
    days, closed = rng.integers(1, 90, 150), rng.random(150) < 0.7
    days[np.flatnonzero(~closed)[0]] = 0  # lost to sight at once: no plain shares are left
    found = rec.handling_time(cases(days, closed), until="2025-04-11").median.loc["all"]
    curve = SurvfuncRight(days, closed.astype(int))
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = curve.quantile_ci(0.5, method="cloglog")
    assert found["estimate"] == curve.quantile(0.5)
    assert abs(found["low"] - low) <= 2
    assert abs(found["high"] - high) <= 2
    assert found["low"] <= found["estimate"] <= found["high"]


def test_the_interval_covers_on_both_sides():
    rng = np.random.default_rng(2)
    misses, runs, truth = [0, 0], 400, 1 - np.exp(-10 / 9)
    for _ in range(runs):
        time, seen = rng.exponential(9, 60), rng.uniform(2, 60, 60)
        watched = np.minimum(time, seen)
        found = rec.handling_time(
            cases(np.ceil(watched).astype(int), time <= seen), until="2025-04-11"
        ).within(10)
        misses[0] += found.loc["all", "low"] > truth
        misses[1] += found.loc["all", "high"] < truth
    assert 0.005 * runs < misses[0] < 0.06 * runs
    assert 0.005 * runs < misses[1] < 0.06 * runs


def test_never_half_and_nothing_ended_yet():
    found = rec.handling_time(cases([1, 20, 30], [True, False, False]), until="2025-04-11")
    assert found.median.loc["all", "estimate"] == np.inf
    assert found.title == "Fewer than half are closed"
    none = rec.handling_time(cases([5, 9], [False, False]), until="2025-04-11")
    assert none["share"].tolist() == [0]
    assert none["low"].tolist() == [0]
    assert 0 < none["high"].iloc[0] < 1
    assert none.caption == "2 complaints, 2 not closed by 2025-04-11."


def test_what_comes_after_the_day_is_not_known():
    table = cases([2, 30], [True, True])
    found = rec.handling_time(table, until="2025-01-10")
    assert found.cases["days"].tolist() == [2, 9]
    assert found.cases["ended"].tolist() == [True, False]
    early = table.assign(opened=["2025-01-01", "2025-01-20"])
    assert rec.handling_time(early, until="2025-01-10").caption.endswith(
        "; 1 opened later are left out."
    )


def test_replies_and_a_case_closed_without_one():
    table = cases([5, 8], [True, True]).assign(first_reply=["2025-01-02", None])
    found = rec.handling_time(table, "first_reply", until="2025-04-11")
    assert found.cases["days"].tolist() == [1, 8]
    assert found.cases["ended"].tolist() == [True, False]
    assert found.title.startswith("Half are answered within 1 day (")
    assert found.plot().get_ylabel() == "share answered"


def test_groups_and_their_figure():
    table = cases([2, 3, 4, 20, 30, 40], [True] * 6).assign(cause=list("aaabbb"))
    found = rec.handling_time(table, until="2025-04-11", by="cause")
    assert found.median["estimate"].to_dict() == {"a": 3, "b": 30}
    assert found.title == "Half are closed within days: a 3; b 30"
    assert found.within(10)["estimate"].to_dict() == {"a": 1.0, "b": 0.0}
    ax = found.plot()
    assert ax.get_title("left") == found.title
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    first = ax.lines[0].get_xydata()
    assert first[:, 0].tolist() == [0, 2, 3, 4]
    assert first[:, 1] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert ax.lines[0].get_drawstyle() == "steps-post"
    band = ax.collections[0].get_paths()[0].vertices
    low, high = found.table.loc["a"].iloc[0][["low", "high"]]
    at_two = band[np.isclose(band[:, 0], 2)][:, 1]
    assert at_two.min() == pytest.approx(0, abs=1e-9)
    assert at_two.max() == pytest.approx(high)
    assert np.isclose(at_two, low).any()
    assert ax.get_ylabel() == "share closed"
    assert "days after the complaint" in ax.get_xlabel()


def test_one_group_is_drawn_without_a_legend():
    found = rec.handling_time(cases([2, 3, 40], [True] * 3), until="2025-04-11")
    assert found.title == "Half are closed within 3 days (2 or more)"
    more = rec.handling_time(cases([2, 3, 3, 4, 4, 5, 9], [True] * 7), until="2025-04-11")
    assert more.title == "Half are closed within 4 days (2 to 9)"
    assert found.plot().get_legend() is None


def test_times_do_not_depend_on_the_order_or_kind_of_rows(lantern):
    table = lantern["complaints"]
    found = rec.handling_time(table, until=lantern.until)
    text = table.sample(frac=1, random_state=1).astype(object)
    text["opened"] = text["opened"].astype(str)
    other = rec.handling_time(text, until=lantern.until)
    assert other.table.equals(found.table)
    days = (table["closed"] - table["opened"]).dt.days
    assert found.median.loc["all", "estimate"] == days.fillna(999).median()


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"closed": ["2024-12-01", None]}, {}, "complaints.closed: 1 of 2 rows lies before"),
        ({"opened": ["2025-01-01", None]}, {}, "complaints.opened: 1 of 2 rows is empty"),
        ({"opened": ["2025-01", "2025-02"]}, {}, "cannot be read as dates"),
        ({"customer_id": ["a", ""]}, {}, "complaints.customer_id: 1 of 2 rows is empty"),
        ({}, {"until": "2024-01-01"}, "none of 2 rows was opened by 2024-01-01"),
        ({}, {"step": "solved"}, "step is 'solved'"),
        ({}, {"step": "first_reply"}, "lacks the column first_reply"),
        ({}, {"by": "cause"}, "lacks the column cause"),
        ({"outcome": ["apology", None]}, {"by": "outcome"}, "an outcome is not"),
        ({}, {"confidence": 95}, "confidence is 95"),
    ],
)
def test_complaints_that_cannot_be_timed(change, options, said):
    table = cases([2, 5], [True, False]).assign(**change)
    with pytest.raises(ValueError, match=said):
        rec.handling_time(table, **{"until": "2025-04-11", **options})
    with pytest.raises(ValueError, match="within is nan"):
        rec.handling_time(cases([2], [True]), until="2025-04-11").within(float("nan"))
