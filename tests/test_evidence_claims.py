"""Sayings as tests, and a crisis: exact cases, both verdicts, and data that cannot say."""

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import pytest

from crmlab import evidence
from crmlab.database import load
from crmlab.evidence.claims import saying
from crmlab.evidence.claims.testing import DATA, FALSE, STUDY, TRUE
from crmlab.lifetime_value import compare_claims

FAST = {"K03", "K04", "K06", "K12", "K13", "K20"}
flat = pd.Series([100.0] * 12 + [60.0] * 6)


@pytest.fixture(scope="module")
def lantern():
    return load("lantern")


@pytest.fixture(scope="module")
def tested(lantern):
    return evidence.test_claims(lantern)


def test_there_are_twenty_sayings_each_with_a_range_that_can_be_missed():
    assert list(evidence.CLAIMS) == [f"K{number:02d}" for number in range(1, 21)]
    for claim in evidence.CLAIMS.values():
        assert claim.saying.endswith(".")
        assert claim.source.endswith(".")
        assert claim.at_least < claim.at_most
        assert np.isfinite([claim.at_least, claim.at_most]).any()


def test_each_range_says_whose_it_is():
    owners = {claim.key: claim.range_from for claim in evidence.CLAIMS.values()}
    pays = {key for key, owner in owners.items() if owner == "break-even"}
    chosen = {key for key, owner in owners.items() if owner == "our choice"}
    assert pays == {"K13", "K15", "K19"}
    assert chosen == {"K06", "K09", "K12", "K14", "K16", "K17", "K18", "K20"}
    assert set(owners.values()) == {"saying", "break-even", "our choice"}
    for key in pays:  # a gain of 0, or costs in the ratio 1
        claim = evidence.CLAIMS[key]
        assert {claim.at_least, claim.at_most} & {0, 1}
    assert all(claim.interval_over for claim in evidence.CLAIMS.values())


def test_what_is_measured_as_it_is_said_has_no_substitute():
    plain = {claim.key for claim in evidence.CLAIMS.values() if not claim.substitute}
    assert plain == {"K04", "K05", "K07", "K08", "K19"}
    assert evidence.CLAIMS["K18"].substitute.endswith("stands for all others")


@pytest.mark.parametrize("key", sorted(FAST))
def test_a_test_says_yes_and_no(key):
    found = evidence.claim_worlds(key, seed=3)
    assert found["verdict"].to_dict() == {TRUE: "holds", FALSE: "fails"}


def test_the_stored_study_says_yes_and_no_of_every_saying():
    stored = pd.read_csv(STUDY, keep_default_na=False).set_index(["claim", "world"])
    assert stored.index.nlevels == 2
    assert len(stored) == 60
    verdicts = stored["verdict"].unstack()
    assert list(verdicts.index) == list(evidence.CLAIMS)
    assert set(verdicts["true"]) == {"holds"}
    assert set(verdicts["false"]) == {"fails"}
    counts = stored.drop("lantern", level="world")[["draws", "holds", "fails"]]
    assert (counts["draws"] == 10).all()
    assert (counts["holds"].xs("true", level="world") >= 9).all()
    assert (counts["fails"].xs("false", level="world") >= 9).all()
    assert (counts["holds"].xs("false", level="world") == 0).all()
    assert (counts["fails"].xs("true", level="world") == 0).all()
    assert stored.loc["K06", "why"]["lantern"] == "needs a table same_offer."


def test_the_stored_study_says_of_lantern_what_the_test_says(tested):
    stored = pd.read_csv(STUDY, keep_default_na=False).set_index(["claim", "world"])
    alike = stored.xs("lantern", level="world")["verdict"]
    assert alike.to_dict() == tested["verdict"].to_dict()


def test_no_verdict_without_a_number(tested):
    none = tested["verdict"] == "cannot be tested"
    assert (tested["estimate"].isna() == none).all()
    assert ((tested["why"] != "") == none).all()
    known = tested.table[~none]
    assert (known["low"] <= known["estimate"]).all()
    assert (known["estimate"] <= known["high"]).all()
    assert set(tested.table.index[none]) == {"K06", "K12"}
    assert "2 cannot be tested" in tested.caption
    assert "Of 18 intervals about 0.9 miss" in tested.caption


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(5, 6, "holds"), (4.9, 6, "open"), (3, 4.9, "fails"), (6, np.inf, "holds"), (3, 5, "open")],
)
def test_verdict_of_at_least_five(low, high, verdict):
    assert evidence.CLAIMS["K01"].verdict(low, high) == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.5, 2, "holds"), (0.4, 1, "open"), (2.1, 3, "fails"), (0.1, 0.4, "fails")],
)
def test_verdict_of_a_range(low, high, verdict):
    claim = evidence.CLAIMS["K09"]
    assert claim.verdict(low, high) == verdict
    assert claim.said == "0.5 to 2"
    assert evidence.CLAIMS["K14"].said == "at most -0.1"


def test_the_numbers_of_lantern_by_hand(lantern, tested):
    customers, log = lantern["customers"], lantern["transactions"]
    assert tested["estimate"]["K07"] == (customers["channel"] == "referral").mean()
    last = log[log["date"] > log["date"].max() - pd.Timedelta(days=365)]
    spent = last.groupby("customer_id")["amount"].sum()
    spent = spent[spent > 0].sort_values(ascending=False)
    top = spent.head(int(np.ceil(len(spent) / 5))).sum() / spent.sum()
    assert tested["estimate"]["K08"] == pytest.approx(top)
    paid = customers[customers["retention_spend"] > 0]
    ratio = paid["acquisition_cost"].sum() / (12 * paid["retention_spend"]).sum()
    assert tested["estimate"]["K01"] == pytest.approx(ratio)
    unhappy = lantern["survey"].query("satisfaction <= 4")["told"].dropna()
    assert tested["estimate"]["K05"] == pytest.approx(unhappy.mean())


def test_five_points_and_the_years_of_a_customer():
    began = pd.DataFrame(
        {"started": ["2024-01-01"] * 100, "ended": [pd.NaT] * 80 + ["2024-06-01"] * 20}
    )
    last = pd.DataFrame({"started": ["2025-06-01"], "ended": [pd.NaT]})
    tables = {"subscriptions": pd.concat([began, last])}
    found = evidence.test_claims(tables, ["K02", "K10"])
    assert found["estimate"].round(6).to_dict() == {"K02": 0.333333, "K10": 5.0}
    low, high = saying.share_of([True] * 80 + [False] * 20, 0.95)[1:]
    assert found["high"]["K10"] == pytest.approx(1 / (1 - high))
    assert found["low"]["K02"] == pytest.approx((1 - low) / (0.95 - low) - 1)


def test_the_two_retention_sayings_contradict_each_other():
    claims = pd.DataFrame(
        {"change": [5, -5], "unit": "pp", "lift": [0.85, -0.25]}, index=["gain", "loss"]
    )
    found = compare_claims(claims, rate=0, first="start")["retention"].round(3)
    assert found.to_dict() == {"gain": 0.891, "loss": 0.85}


def test_ratio_intervals_cover():
    rng, inside = np.random.default_rng(1), 0
    for _ in range(400):
        above, below = rng.gamma(2, 3, 80), rng.gamma(3, 1, 60)
        low, high = saying.ratio_of_means(above, below, 0.9)[1:]
        inside += low <= 2 <= high
    assert 0.86 <= inside / 400 <= 0.94


def test_paired_ratio_intervals_cover():
    rng, inside = np.random.default_rng(2), 0
    for _ in range(400):
        below = rng.gamma(3, 1, 80)
        low, high = saying.paired_ratio(below * rng.gamma(2, 1, 80), below, 0.9)[1:]
        inside += low <= 2 <= high
    assert 0.86 <= inside / 400 <= 0.94


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: evidence.test_claims({}, "K01"), r"give a list, such as \['K01'\]"),
        (lambda: evidence.test_claims({}, ["K99"]), "K99"),
        (lambda: evidence.test_claims({}, confidence=2), "confidence"),
        (lambda: evidence.test_claims(None), "give what crm.load returns"),
        (lambda: evidence.test_claims("lantern"), "give what crm.load returns"),
        (lambda: evidence.claim_worlds("K99"), "K99"),
        (lambda: evidence.claim_worlds("K12", customers=0), "customers"),
        (lambda: evidence.interrupted_series([1, 2], 1), "give a pandas Series"),
        (lambda: evidence.interrupted_series(flat, 7), "7 periods before and 11"),
        (lambda: evidence.interrupted_series(flat, 15), "15 periods before and 3"),
        (lambda: evidence.interrupted_series(flat[::-1], 12), "in order"),
        (lambda: evidence.interrupted_series(flat.drop(3), 12), "a period is missing"),
        (lambda: evidence.interrupted_series(flat.replace(60, np.nan), 12), "series"),
        (lambda: evidence.firms(3), "count"),
        (lambda: evidence.firms(effect="no"), "effect"),
    ],
)
def test_wrong_calls_are_refused_in_a_sentence(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_nothing_at_hand_means_no_verdict_and_says_what_is_missing():
    found = evidence.test_claims({})
    assert set(found["verdict"]) == {"cannot be tested"}
    assert found["why"].str.startswith("needs ").all()


def test_purchases_alone_can_test_some():
    rng = np.random.default_rng(5)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 800, 3000), unit="D")
    who = rng.integers(0, 1500, 3000)
    log = pd.DataFrame({"customer_id": who, "date": days, "amount": rng.gamma(2, 10, 3000)})
    found = evidence.test_claims(log)
    can = found.table.index[found["verdict"] != "cannot be tested"]
    assert {"K08", "K20"} <= set(can)
    short = evidence.test_claims(log[log["date"] < "2023-07-01"], ["K02", "K08"])
    assert short["why"]["K02"].startswith("needs two years of purchases")
    shuffled = evidence.test_claims(log.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(found.table, shuffled.table)


def test_a_flat_series_that_drops():
    found = evidence.interrupted_series(flat, 12)
    assert found["estimate"].round(9).to_dict() == {"level": -40, "slope": 0, "loss": 240}
    assert (found["low"] == found["high"]).all()
    assert np.isnan(found.autocorrelation)
    assert found.title == "Missing after the event: 240 (240 to 240)"


def test_the_intervals_of_a_change_cover():
    rng, inside = np.random.default_rng(4), np.zeros(3)
    after = np.arange(50) >= 30
    for _ in range(300):
        values = 100 + np.arange(50) - 20 * after + rng.normal(0, 5, 50)
        table = evidence.interrupted_series(pd.Series(values), 30).table
        truth = np.array([-20, 0, 400])
        inside += (table["low"] <= truth) & (truth <= table["high"])
    assert ((inside / 300 > 0.86) & (inside / 300 < 0.985)).all()


def test_errors_that_go_together_are_reported():
    rng = np.random.default_rng(6)
    noise = rng.normal(0, 5, 60)
    for place in range(1, 60):
        noise[place] += 0.8 * noise[place - 1]
    found = evidence.interrupted_series(pd.Series(100 + noise), 40)
    assert found.autocorrelation > 0.4
    assert "depend on each other" in found.caption


def test_the_loss_is_the_gap_between_the_lines():
    rng = np.random.default_rng(7)
    days = pd.date_range("2024-01-01", periods=30, freq="W-MON")
    values = pd.Series(rng.normal(100, 5, 30), index=days, name="sales")
    found = evidence.interrupted_series(values, days[20])
    lines = found.series.dropna()
    assert len(lines) == 10
    gap = (lines["expected"] - lines["actual"]).sum()
    assert found["estimate"]["loss"] == pytest.approx(gap)
    ax = found.plot()
    assert ax.get_title(loc="left") == found.title
    assert ax.get_ylabel() == "sales per period"
    assert ax.get_xlabel() == "period"
    drawn = {line.get_label(): line for line in ax.get_lines()}
    assert drawn["old trend"].get_ydata().tolist() == lines["expected"].tolist()
    assert drawn["actual"].get_ydata().tolist() == values.tolist()
    before = found.series["fitted"][: days[19]].tolist()
    assert drawn["fitted lines"].get_ydata().tolist() == before
    event = mdates.num2date(ax.convert_xunits(drawn["event"].get_xdata()[0]))
    assert f"{event:%Y-%m-%d}" == f"{days[20]:%Y-%m-%d}"
    named = evidence.interrupted_series(values.rename_axis("week"), days[20]).plot()
    assert (named.get_xlabel(), named.get_ylabel()) == ("week", "sales per week")


def test_the_figure_of_a_saying(lantern):
    found = evidence.claim_worlds("K12", lantern)
    assert found["verdict"][DATA] == "cannot be tested"
    ax = found.plot()
    assert [text.get_text() for text in ax.get_yticklabels()] == [TRUE, FALSE]
    assert ax.get_title(loc="left") == (
        "K12: holds where true, fails where false\nthese data: cannot be tested"
    )
    assert ax.get_xlabel() == found.claim.statistic
    points = [line.get_xdata()[0] for line in ax.get_lines() if line.get_marker() == "o"]
    assert points == found["estimate"].dropna().to_list()
    ends = [list(line.get_xdata()) for line in ax.get_lines() if line.get_marker() != "o"]
    assert ends == found.table.loc[[TRUE, FALSE], ["low", "high"]].to_numpy().tolist()


def test_survivors_do_not_show_what_helps():
    dull = evidence.firms(5000, effect=0, seed=1)
    rates = dull.groupby("cares")["survived"].mean()
    assert rates.to_numpy() == pytest.approx([0.3, 0.3], abs=0.03)
    useful = evidence.firms(5000, effect=0.3, seed=1).groupby("cares")["survived"].mean()
    assert useful.to_numpy() == pytest.approx([0.3, 0.6], abs=0.03)


def test_the_crisis_world_and_the_calm_one_part_on_the_day():
    sales = evidence.crisis_sales("2025-03-05", 0.8, weeks=26, customers=2000)
    assert len(sales) == 52
    assert sales.index[26] == pd.Timestamp("2025-03-03")
    sums = sales.groupby(sales.index >= "2025-03-03").sum()
    ratio = sums["crisis"] / sums["no crisis"]
    assert 0.9 < ratio[False] < 1.1
    assert ratio[True] < 0.85
    level = evidence.interrupted_series(sales["crisis"], "2025-03-03").table.loc["level"]
    assert level["high"] < 0
    calm = evidence.interrupted_series(sales["no crisis"], "2025-03-03").table.loc["level"]
    assert calm["low"] < 0 < calm["high"]


@pytest.mark.parametrize("day", ["2024-02-01", "2025-12-01", "nan", None])
def test_a_crisis_needs_weeks_on_both_sides(day):
    with pytest.raises(ValueError, match="day"):
        evidence.crisis_sales(day, 0.5)


def test_sayings_are_a_table():
    table = evidence.sayings()
    assert table.index.to_list() == list(evidence.CLAIMS)
    assert table["said"]["K05"] == "at least 5"
    assert table.loc["K13", ["range_from", "interval_over"]].to_list() == ["break-even", "days"]
    assert table["substitute"]["K13"].startswith("one product")
    study = pd.read_csv(STUDY, keep_default_na=False).set_index(["claim", "world"])
    for column, world, verdict in (
        ("true_world", "true", "holds"),
        ("false_world", "false", "fails"),
    ):
        for key, told in table[column].items():
            row = study.loc[(key, world)]
            assert told == f"{verdict} {row[verdict]} of {row['draws']}"


def test_the_verdicts_stand_beside_what_they_rest_on():
    found = evidence.test_claims({}, ["K19", "K08"]).table
    about = evidence.sayings().drop(columns="source").loc[["K19", "K08"]]
    pd.testing.assert_frame_equal(found[about.columns], about)
    assert found["verdict"].to_list() == ["cannot be tested"] * 2
