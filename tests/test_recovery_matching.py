"""Complaints compared: who is like whom, on fair days, with intervals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import crmlab as crm
from crmlab import recovery as rec
from crmlab.company import World, simulate


@pytest.fixture(scope="module")
def lantern():
    return crm.load("lantern")


def rows_of(treated, others, cells=((), ())):
    """One row per customer, in cells if given."""
    treated, others = np.asarray(treated, float), np.asarray(others, float)
    n = len(treated) + len(others)
    table = pd.DataFrame({"customer_id": [f"c{number}" for number in range(n)]})
    table["group"] = ["right"] * len(treated) + ["fine"] * len(others)
    table["y"] = np.concatenate([treated, others])
    if cells[0]:
        table["cell"] = [*cells[0], *cells[1]]
    return table


def difference(table, **options):
    like = ["cell"] if "cell" in table else []
    found = rec.matched_difference(table, "y", against="fine", **{"like": like, **options})
    return found.table.loc["right"]


# ---------------------------------------------------------------- exact cases


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_in_one_cell_it_is_welchs_interval(confidence):
    rng = np.random.default_rng(0)
    one, two = rng.normal(1, 2, 9), rng.normal(0, 1, 30)
    found = difference(rows_of(one, two), confidence=confidence)
    test = stats.ttest_ind(one, two, equal_var=False).confidence_interval(confidence)
    assert found["estimate"] == pytest.approx(one.mean() - two.mean())
    assert found["plain"] == pytest.approx(found["estimate"])
    assert found[["low", "high"]].tolist() == pytest.approx([test.low, test.high])


def test_in_pairs_it_is_the_paired_t_test():
    rng = np.random.default_rng(1)
    one = rng.normal(1, 2, 12) + np.arange(12)
    two = rng.normal(0, 1, 12) + np.arange(12)
    names = list("abcdefghijkl")
    found = difference(rows_of(one, two, (names, names)))
    test = stats.ttest_rel(one, two).confidence_interval()
    assert found[["low", "high"]].tolist() == pytest.approx([test.low, test.high])


def test_cells_weigh_as_the_cases_do():
    table = rows_of([8, 9, 7, 5], [8, 4, 5, 6], (list("aaab"), list("abbb")))
    found = difference(table)
    # in a 8 against 8, in b 5 against 5
    assert found["estimate"] == pytest.approx(0)
    assert found["plain"] == pytest.approx(7.25 - 5.75)
    assert (found["cases"], found["alone"]) == (4, 0)


def test_cases_that_nobody_is_like_are_left_out_and_counted():
    table = rows_of([8, 9, 100], [7, 6, 5], (list("aab"), list("aac")))
    found = rec.matched_difference(table, "y", against="fine", like=["cell"])
    row = found.table.loc["right"]
    assert (row["estimate"], row["cases"], row["alone"]) == (8.5 - 6.5, 2, 1)
    assert row["plain"] == pytest.approx(39 - 6)
    assert found.caption == "Against fine, equal in cell; nobody was like 1 cases."


def test_rows_of_one_customer_do_not_count_as_many():
    one, two = [5.0, 6, 7, 8], [1.0, 3, 2, 4, 6, 2]
    plain = rows_of(one, two)
    tripled = pd.concat([plain[:4], *[plain[4:]] * 3], ignore_index=True)
    wide, same = difference(plain), difference(tripled)
    assert same["estimate"] == pytest.approx(wide["estimate"])
    assert same[["low", "high"]].tolist() == pytest.approx(wide[["low", "high"]].tolist())
    twice = pd.concat([*[plain[:4]] * 2, plain[4:]], ignore_index=True)
    assert difference(twice)["high"] == pytest.approx(wide["high"])


def nobody_freedom(one, two):
    """Welch's freedom where each side has the larger side's rows behind its spread."""
    parts, most = np.array([1 / one, 1 / two]), max(one, two) - 1
    return parts.sum() ** 2 / (parts**2 / most).sum()


def test_a_side_that_is_all_alike_borrows_the_others_spread():
    others = [1, 0, 1, 1, 0, 1, 1, 1, 0, 1] * 3
    same = difference(rows_of([1] * 8, others))
    assert same["estimate"] == pytest.approx(0.3)
    assert same["low"] < 0.3 < same["high"]
    spread = np.var(others, ddof=1)
    want = stats.t.ppf(0.975, 29 + 29) * np.sqrt(spread / 8 + spread / 30)
    assert (same["high"] - same["low"]) / 2 == pytest.approx(want, rel=0.05)
    single = difference(rows_of([4], [1, 2, 3, 4, 5]))
    assert single["low"] < 1 < single["high"]
    both = difference(rows_of([1, 1, 1], [0, 0, 0, 0]))
    assert both["low"] < 1 < both["high"]
    nobody = difference(rows_of([1] * 6, [1] * 12))
    share = 19 / 20  # 18 times yes, and one yes and one no added
    want = stats.t.ppf(0.975, nobody_freedom(6, 12)) * np.sqrt(
        share * (1 - share) * (1 / 6 + 1 / 12)
    )
    assert nobody[["estimate", "high"]].tolist() == pytest.approx([0, want])
    mirrored = difference(rows_of(others, [1] * 8))
    assert mirrored["estimate"] == pytest.approx(-same["estimate"])
    assert mirrored["low"] == pytest.approx(-same["high"])


# ---------------------------------------------------------------- properties

answers = st.lists(st.integers(1, 10), min_size=3, max_size=20)


@settings(max_examples=60)
@given(one=answers, two=answers, shift=st.integers(-5, 5), seed=st.integers(0, 99))
def test_shift_scale_and_order(one, two, shift, seed):
    rng = np.random.default_rng(seed)
    cells = [rng.choice(list("ab"), len(part)).tolist() for part in (one, two)]
    table = rows_of(one, two, cells)
    if len(set(one + two)) == 1 or not set(cells[0]) & set(cells[1]):
        return
    found = difference(table)
    assert found["low"] <= found["estimate"] <= found["high"]
    parts = ["estimate", "low", "high"]
    turned = difference(table.sample(frac=1, random_state=seed))
    assert turned[parts].tolist() == pytest.approx(found[parts].tolist())
    higher = table.assign(y=table["y"] + shift * (table["group"] == "right"))
    if higher["y"].nunique() > 1:
        moved = difference(higher)["estimate"]
        assert moved == pytest.approx(found["estimate"] + shift)
    grown = difference(table.assign(y=table["y"] * 10))
    assert grown[parts].tolist() == pytest.approx((10 * found[parts]).tolist())


@pytest.mark.parametrize(
    ("cases", "others", "cells", "rows_each"), [(20, 100, 5, 1), (15, 30, 12, 1), (25, 180, 4, 6)]
)
def test_intervals_cover_on_both_sides(cases, others, cells, rows_each):
    """Cells differ, spreads differ, some customers have several rows."""
    rng = np.random.default_rng(7)
    below = above = 0
    runs = 300
    for _ in range(runs):
        mine, theirs = rng.integers(0, cells, cases), rng.integers(0, cells, others)
        owner = np.arange(others) // rows_each
        habit = rng.normal(0, 1, owner.max() + 1)[owner] * (rows_each > 1)
        y = mine + 0.5 + rng.normal(0, 1.5, cases)
        table = rows_of(
            y, theirs + habit + rng.normal(0, 1, others), (mine.tolist(), theirs.tolist())
        )
        table["customer_id"] = [*range(cases), *(cases + owner)]
        found = difference(table)
        below += found["high"] < 0.5
        above += found["low"] > 0.5
    assert 2 <= below <= 18
    assert 2 <= above <= 18


def test_kinds_of_columns_do_not_matter():
    table = rows_of([5, 6, 7], [1, 2, 4], (list("aab"), list("abb")))
    other = table.astype({"y": "Int64", "cell": "category", "group": object})
    assert difference(other).equals(difference(table))
    yes = table.assign(y=[True, True, False, False, True, False])
    assert difference(yes).equals(difference(yes.assign(y=yes["y"].astype(int))))
    lacking = pd.concat([table, table.head(1).assign(y=np.nan)])
    assert difference(lacking).equals(difference(table))


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({}, {"against": "bad"}, "against is 'bad'; the groups are fine, right"),
        ({"group": "fine"}, {}, "nothing to compare"),
        ({"group": ["right", None, "fine", "fine"]}, {}, "rows.group: 1 of 4 rows is empty"),
        ({"y": 5}, {}, "is 5 in all rows"),
        ({"y": "good"}, {}, "rows.y: 4 of 4 rows are not numeric"),
        ({"y": [np.nan] * 4}, {}, "empty in all rows"),
        ({"y": [np.inf, 1, 2, 3]}, {}, "infinite"),
        ({"customer_id": ["a", "", "b", "c"]}, {}, "rows.customer_id: 1 of 4 rows is empty"),
        ({"place": ["a", None, "a", "a"]}, {"like": ["place"]}, "rows.place: 1 of 4 rows is empty"),
        ({"place": list("aabb")}, {"like": ["place"]}, "nobody in 'fine' is equal to any case"),
        ({}, {"like": ["place"]}, "rows lacks the column place"),
        ({}, {"like": "place"}, r"give a list of columns, such as \['place'\]"),
        ({}, {"confidence": 1}, "confidence is 1"),
    ],
)
def test_rows_that_cannot_be_compared(change, options, said):
    table = rows_of([5, 6], [1, 2]).assign(**change)
    with pytest.raises(ValueError, match=said):
        rec.matched_difference(table, "y", **{"against": "fine", **options})


def test_figure_says_what_the_table_says():
    table = pd.concat(
        [
            rows_of([9, 9.5, 10, 9], [5, 6, 7, 6, 5, 6, 7]),
            rows_of([1, 2, 1.5], []).assign(group="refused", customer_id=["x", "y", "z"]),
            rows_of([6, 9, 4], []).assign(group="open", customer_id=["u", "v", "w"]),
        ]
    )
    found = rec.matched_difference(table, "y", against="fine")
    assert found.table.index.tolist() == ["right", "open", "refused"]
    assert found.title == "y: right higher; refused lower"
    ax = found.plot()
    assert ax.get_title("left") == found.title
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["refused (3)", "open (3)", "right (4)"]
    assert ax.get_xlabel() == "y: difference from 'fine' (in brackets: cases)"
    points = [box.lines[0] for box in ax.containers]
    assert [p.get_xdata()[0] for p in points] == pytest.approx(found["estimate"][::-1].tolist())
    assert [p.get_ydata()[0] for p in points] == [0, 1, 2]
    colours = [p.get_color() for p in points]
    house = crm.style.COLOURS
    assert colours == [house["cost"], house["neutral"], house["good"]]
    ends = [box.lines[2][0].get_segments()[0][:, 0] for box in ax.containers]
    assert np.array(ends) == pytest.approx(found.table[["low", "high"]].to_numpy()[::-1])
    long = table.rename(columns={"y": "what they said of the whole year"})
    wide = rec.matched_difference(long, "what they said of the whole year", against="fine")
    assert wide.plot().get_title("left") == wide.title.replace("; ", ";\n") != wide.title
    none = rec.matched_difference(rows_of([1, 5, 3], [2, 3, 4]), "y", against="fine")
    assert none.title == "y: no group clearly differs"
    assert none.caption == "Against fine, all of them; nobody was like 0 cases."


# ---------------------------------------------------------------- who is compared


def survey_and_complaints():
    survey = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d", "e", None, "f", "g"],
            "date": "2025-11-01",
            "had_problem": [1, 1, 0, 1, 0, 1, None, 0],
        }
    )
    complaints = pd.DataFrame(
        {
            "customer_id": ["a", "a", "d", "e", "b", "g"],
            "opened": [
                *("2025-02-01", "2025-08-01", "2025-10-20"),
                *("2025-05-01", "2024-10-01", "2025-11-01"),
            ],
            "closed": ["2025-02-03", "2025-08-02", "2025-11-05", "2025-05-02", "2024-10-02", None],
            "outcome": ["refused", "put right", "apology", "put right", "refused", None],
        }
    )
    return survey, complaints


def test_answers_are_parted_by_the_last_complaint_of_the_year():
    found = rec.problem_answers(*survey_and_complaints())
    told = found.table.set_index("customer_id")["group"].to_dict()
    assert told == {
        "a": "put right",
        "b": "silent",  # her complaint is older than a year
        "c": "no problem",
        "d": "open",  # closed only after she was asked
        "e": "put right",  # whatever she answered
        "g": "no problem",  # the complaint of the same day
    }
    assert found.left_out == 2
    assert found.caption == "6 answers of customers; 2 left out."
    low, high = crm.intervals.wilson(3, 4)
    assert found.voiced[["estimate", "low", "high"]].tolist() == pytest.approx([0.75, low, high])
    longer = rec.problem_answers(*survey_and_complaints(), days=396)
    assert longer.table.set_index("customer_id").loc["b", "group"] == "refused"


def test_two_answers_of_one_customer_count_less_than_two():
    survey, complaints = survey_and_complaints()
    once = rec.problem_answers(survey, complaints).voiced
    again = pd.concat([survey, survey.assign(date="2025-11-02")])
    twice = rec.problem_answers(again, complaints).voiced
    assert twice["denominator"] > once["denominator"]
    assert twice["effective_n"] < 0.8 * twice["denominator"]
    assert [once["customers"], twice["customers"]] == [4, 5]  # the complaint of g now counts


def test_silence_is_counted_another_way(lantern):
    survey, complaints = lantern["survey"], lantern["complaints"]
    found = rec.problem_answers(survey, complaints)
    pairs = survey.dropna(subset=["customer_id"]).merge(complaints, on="customer_id")
    age = (pairs["date"] - pairs["opened"]).dt.days
    told = set(pairs.loc[age.between(1, 365), "respondent_id"])
    met = survey[survey["customer_id"].notna() & (survey["had_problem"] == 1)]
    silent = ~met["respondent_id"].isin(told)
    assert (found["group"] == "silent").sum() == silent.sum() == 110
    assert len(found.table) == survey["customer_id"].notna().sum()
    # of all who had a problem fewer complained than of those who answer surveys
    truth = lantern["truth"].set_index("customer_id")["problems"]
    everyone = complaints["customer_id"].nunique() / (truth > 0).sum()
    assert everyone == pytest.approx(0.431, abs=0.001)
    assert found.voiced["low"] > everyone


@pytest.mark.parametrize(
    ("side", "change", "said"),
    [
        (0, {"had_problem": "yes"}, "survey.had_problem: 8 of 8 rows are not numeric"),
        (0, {"had_problem": [2, 1, 0, 1, 0, 1, None, 0]}, "is not True or False"),
        (0, {"had_problem": np.nan}, "no answer of a customer"),
        (0, {"date": "autumn"}, "survey.date: 8 of 8"),
        (1, {"outcome": [None, *["x"] * 5]}, "complaints.outcome: 1 of 6 rows is closed without"),
        (1, {"opened": "2026-01-01"}, "none was opened by 2025-11-01"),
        (1, {"customer_id": ""}, "complaints.customer_id: 6 of 6"),
    ],
)
def test_answers_that_cannot_be_parted(side, change, said):
    tables = list(survey_and_complaints())
    tables[side] = tables[side].assign(**change)
    with pytest.raises(ValueError, match=said):
        rec.problem_answers(*tables)
    with pytest.raises(ValueError, match="days is 0"):
        rec.problem_answers(*survey_and_complaints(), days=0)


def test_nobody_with_a_problem_is_no_share():
    survey, complaints = survey_and_complaints()
    found = rec.problem_answers(survey[survey["customer_id"] == "c"], complaints)
    with pytest.raises(ValueError, match="nobody had a problem"):
        _ = found.voiced


def log_and_complaints():
    log = pd.DataFrame(
        {
            "customer_id": ["a"] * 5 + ["b"] * 3 + ["c"],
            "date": [
                *("2025-01-01", "2025-01-10", "2025-02-01", "2025-04-02", "2025-12-31"),
                *("2025-01-05", "2025-04-05", "2025-12-30", "2025-06-01"),
            ],
            "amount": 5.0,
        }
    )
    complaints = pd.DataFrame(
        {
            "customer_id": ["a", "a", "c", "z"],
            "opened": ["2025-02-01", "2025-06-01", "2025-12-01", "2025-03-01"],
            "first_reply": ["2025-02-04", "2025-06-01", None, "2025-03-01"],
            "closed": ["2025-02-05", "2025-06-02", None, "2025-03-02"],
            "outcome": ["apology", "put right", None, "refused"],
        }
    )
    return log, complaints


def test_moments_are_days_on_which_she_was_there():
    log, complaints = log_and_complaints()
    found = rec.complaint_moments(complaints, log, horizon=60)
    table = found.table.set_index(["customer_id", found["day"].dt.strftime("%m-%d")])
    told = table[["group", "so_far", "again"]].apply(tuple, axis=1).to_dict()
    assert told == {
        ("a", "02-01"): ("apology", "2 to 3", True),  # 2 April is the 60th day
        ("z", "03-01"): ("refused", "none", False),
        ("a", "01-01"): ("no complaint", "1", True),
        ("a", "01-10"): ("no complaint", "2 to 3", True),
        ("b", "01-05"): ("no complaint", "1", False),
        ("b", "04-05"): ("no complaint", "2 to 3", False),
        ("c", "06-01"): ("no complaint", "1", False),
    }
    assert table["reply_days"].dropna().to_dict() == {("a", "02-01"): 3, ("z", "03-01"): 0}
    assert found.caption == (
        "2 complaints, each customer's first, and 5 days of purchase, followed for 60 days. Left "
        "out: 1 further complaints, 1 too near the end."
    )
    shorter = rec.complaint_moments(complaints, log, horizon=59)
    assert not shorter.table.loc[shorter["group"] == "apology", "again"].any()


def test_moments_do_not_depend_on_order_and_know_refunds():
    log, complaints = log_and_complaints()
    found = rec.complaint_moments(complaints, log, horizon=60)
    turned = rec.complaint_moments(complaints[::-1], log[::-1], horizon=60)
    assert turned == found
    back = log.tail(1).assign(amount=-5.0, date="2025-06-15")
    with pytest.raises(ValueError, match="refund"):
        rec.complaint_moments(complaints, pd.concat([log, back]), horizon=60)
    net = rec.complaint_moments(complaints, pd.concat([log, back]), horizon=60, refunds="net")
    assert net == found


@pytest.mark.parametrize(
    ("change", "horizon", "said"),
    [
        ({}, 0, "horizon is 0"),
        ({}, 400, "none can be followed for 400 days"),
        ({"outcome": None}, 60, "closed without an outcome"),
        ({"opened": "2027-01-01"}, 60, "none was opened by 2025-12-31"),
        ({"first_reply": "soon"}, 60, "complaints.first_reply"),
    ],
)
def test_complaints_that_cannot_be_followed(change, horizon, said):
    log, complaints = log_and_complaints()
    with pytest.raises(ValueError, match=said):
        rec.complaint_moments(complaints.assign(**change), log, horizon=horizon)
    with pytest.raises(ValueError, match="lacks the column first_reply"):
        rec.complaint_moments(complaints.drop(columns="first_reply"), log, horizon=60)


def test_what_is_known_of_a_customer_stands_beside_her_rows(lantern):
    rows = pd.DataFrame(
        {"customer_id": ["b", "a", "b", "x"], "y": [1, 2, 3, 4]}, index=[7, 8, 9, 10]
    )
    about = pd.DataFrame({"customer_id": ["a", "b"], "kind": ["member", None], "size": [1, 2]})
    found = rec.with_customers(rows, about, ["kind", "size", "shoe"])
    assert found["kind"].tolist() == ["not known", "member", "not known", "not known"]
    assert found["size"].tolist() == [2, 1, 2, "not known"]
    assert found["y"].equals(rows["y"])
    assert found.columns.tolist() == ["customer_id", "y", "kind", "size"]
    plain = crm.load(lantern.transactions)
    assert rec.with_customers(rows, plain, ["kind"]).equals(rows)
    who = rec.with_customers(lantern["complaints"], lantern, ["kind"])["kind"]
    merged = lantern["complaints"].merge(lantern["customers"], on="customer_id")["kind"]
    assert who.tolist() == merged.tolist()


@pytest.mark.parametrize(
    ("customers", "columns", "said"),
    [
        (pd.DataFrame({"customer_id": ["a", "a"]}), ["kind"], "repeats an earlier id"),
        (pd.DataFrame({"customer_id": ["a", None]}), ["kind"], "customers.customer_id: 1 of 2"),
        (pd.DataFrame({"id": ["a"]}), ["kind"], "lacks the column customer_id"),
        (["a"], ["kind"], "customers is of type list"),
        (pd.DataFrame({"customer_id": ["a"]}), "kind", r"give a list, such as \['kind'\]"),
    ],
)
def test_customers_that_cannot_be_read(customers, columns, said):
    with pytest.raises(ValueError, match=said):
        rec.with_customers(pd.DataFrame({"customer_id": ["a"]}), customers, columns)


# ---------------------------------------------------------------- the paradox, in worlds we know


def compared(tables, *, horizon=90):
    moments = rec.complaint_moments(
        tables["complaints"], tables["transactions"], horizon=horizon, refunds="net"
    ).table
    rows = moments.merge(tables["customers"][["customer_id", "kind"]], on="customer_id")
    found = rec.matched_difference(rows, "again", against="no complaint", like=["kind", "so_far"])
    return found.table.loc["put right"]


def test_the_paradox_asked_twice_of_lantern(lantern):
    world = World()
    assert (world.recovery_satisfaction, world.recovery_repurchase) == (0.4, 0.0)
    answers = rec.problem_answers(lantern["survey"], lantern["complaints"]).table
    who = lantern["customers"][["customer_id", "kind", "segment"]]
    like = ["wave", "kind", "segment"]
    felt = rec.matched_difference(
        answers.merge(who, on="customer_id"), "satisfaction", against="no problem", like=like
    ).table
    right = felt.loc["put right"]
    assert 0 < right["low"] < world.recovery_satisfaction < right["high"]
    assert felt.loc["silent", "high"] < -0.5
    bought = compared(lantern)
    assert bought["low"] < world.recovery_repurchase < bought["high"]
    assert bought["high"] - bought["low"] < 0.12


def test_customers_compared_with_customers_make_a_paradox_of_nothing(lantern):
    """Even those whose complaint was refused seem loyal, since who buys much complains more."""
    since = lantern.until - lantern.transactions.groupby("customer_id")["date"].max()
    active = since.dt.days <= 90
    ended = lantern["complaints"].drop_duplicates("customer_id").set_index("customer_id")["outcome"]
    group = ended.reindex(active.index).fillna("no complaint")
    shares = active.groupby(group).mean()
    assert (shares[["put right", "apology", "refused"]] > shares["no complaint"] + 0.05).all()


def test_what_recovery_truly_does_is_found():
    """Nothing where it does nothing, a gain where it holds customers; and not by chance."""
    nothing = [compared(simulate(seed=seed)) for seed in (31, 32, 33)]
    estimates = np.array([row["estimate"] for row in nothing])
    assert abs(estimates.mean()) < 0.04
    assert all(row["low"] < 0.02 for row in nothing)
    holds = compared(simulate(seed=31, world=World(recovery_repurchase=3, churn_rate=0.6)))
    drives = compared(simulate(seed=31, world=World(recovery_repurchase=-3, churn_rate=0.6)))
    assert holds["low"] > 0
    assert drives["high"] < 0
