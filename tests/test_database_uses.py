"""What customer data are for: rewards, birthdays, replacement, and whether a database pays."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import weibull_min

from crmlab.database import uses


def log(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


# ---------------------------------------------------------------- rewards and birthdays


def test_rewards_by_hand():
    bought = log(
        ("Bo", "2025-03-01", 99.9),
        ("Ann", "2025-01-01", 60),
        ("Ann", "2025-02-01", 30),
        ("Ann", "2025-02-01", 10),
        ("Ann", "2025-04-01", 150),
        ("Bo", "2025-03-02", 0.1),
    )
    due = uses.rewards_due(bought, [200, 100], until="2025-12-31")
    assert due.to_numpy().tolist() == [
        ["Ann", 100.0, pd.Timestamp("2025-02-01"), 100.0],
        ["Bo", 100.0, pd.Timestamp("2025-03-02"), 100.0],
        ["Ann", 200.0, pd.Timestamp("2025-04-01"), 250.0],
    ]
    spring = uses.rewards_due(bought, [200, 100], since="2025-03-01", until="2025-03-31")
    assert spring["customer_id"].tolist() == ["Bo"]
    assert uses.rewards_due(bought, [1000], until="2025-12-31").empty


def test_who_gives_goods_back_gets_no_second_reward():
    back = log(("Ann", "2025-01-01", 120), ("Ann", "2025-01-05", -100), ("Ann", "2025-02-01", 130))
    with pytest.raises(ValueError, match="refund"):
        uses.rewards_due(back, [100], until="2025-12-31")
    due = uses.rewards_due(back, [100, 150], until="2025-12-31", refunds="net")
    assert due[["threshold", "date"]].to_numpy().tolist() == [
        [100.0, pd.Timestamp("2025-01-01")],
        [150.0, pd.Timestamp("2025-02-01")],
    ]
    same_day = log(("Ann", "2025-01-01", 120), ("Ann", "2025-01-01", -100))
    assert uses.rewards_due(same_day, [100], until="2025-12-31", refunds="net").empty


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_rewards_do_not_depend_on_the_order_of_rows(seed):
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 30, 40), unit="D")
    bought = pd.DataFrame(
        {
            "customer_id": rng.choice(["a", "b"], 40),
            "date": days,
            "amount": rng.integers(1, 9, 40) / 10,
        }
    )
    one = uses.rewards_due(bought, [0.3, 5], until="2025-12-31")
    other = uses.rewards_due(bought.sample(frac=1, random_state=seed), [0.3, 5], until="2025-12-31")
    pd.testing.assert_frame_equal(one, other)
    total = bought.groupby("customer_id")["amount"].sum()
    assert set(one.loc[one["threshold"] == 5, "customer_id"]) == set(total.index[total > 5 - 1e-9])


def test_rewards_that_cannot_be_told():
    bought = log(("Ann", "2025-01-01", 60))
    with pytest.raises(ValueError, match="thresholds"):
        uses.rewards_due(bought, [0], until="2025-12-31")
    with pytest.raises(ValueError, match="thresholds"):
        uses.rewards_due(bought, [], until="2025-12-31")
    with pytest.raises(ValueError, match="before since"):
        uses.rewards_due(bought, [10], since="2025-06-01", until="2025-05-01")


def test_birthdays_over_the_new_year_and_in_a_leap_year():
    people = pd.DataFrame(
        {
            "name": ["Ann", "Bo", "Cy", "Di", "Ed", "Flo"],
            "born": ["2000-02-29", "1990-01-02", "1980-12-31", None, "2026-01-01", "1999-01-04"],
        }
    )
    due = uses.birthdays(people, since="2025-12-29")
    assert due[["name", "turns"]].to_numpy().tolist() == [["Cy", 45], ["Bo", 36], ["Flo", 27]]
    assert due["birthday"].tolist() == list(
        pd.to_datetime(["2025-12-31", "2026-01-02", "2026-01-04"])
    )
    for since, day in (("2025-02-27", "2025-02-28"), ("2024-02-27", "2024-02-29")):
        leap = uses.birthdays(people, since=since, within=3)
        assert leap["name"].tolist() == ["Ann"]
        assert leap["birthday"].iloc[0] == pd.Timestamp(day)
    assert uses.birthdays(people, since="2025-12-29", within=2).empty


@settings(max_examples=30)
@given(st.dates(pd.Timestamp("1920-01-01").date(), pd.Timestamp("2005-12-31").date()))
def test_everybody_has_one_birthday_in_a_year(born):
    people = pd.DataFrame({"born": [born]})
    due = uses.birthdays(people, since="2025-07-01", within=365)
    assert len(due) == 1
    assert 19 <= due["turns"].iloc[0] <= 106


def test_birthdays_that_cannot_be_told():
    people = pd.DataFrame({"born": ["2000-02-29"]})
    with pytest.raises(ValueError, match="at most 365"):
        uses.birthdays(people, since="2025-01-01", within=400)
    with pytest.raises(ValueError, match="within"):
        uses.birthdays(people, since="2025-01-01", within=0)
    with pytest.raises(ValueError, match="lacks the column born"):
        uses.birthdays(people.rename(columns={"born": "b"}), since="2025-01-01")
    with pytest.raises(ValueError, match="cannot be read"):
        uses.birthdays(pd.DataFrame({"born": ["03/04/1990"]}), since="2025-01-01")


# ---------------------------------------------------------------- replacement


def lives(seed, count, shape=3.0, scale=10.0):
    rng = np.random.default_rng(seed)
    life, watched = scale * rng.weibull(shape, count), rng.uniform(2, 14, count)
    return np.minimum(life, watched), life <= watched


def test_the_worked_example():
    # shape 3, scale 10, age 8, one year: 1 - exp(-(.9^3 - .8^3)); half are gone by 8.85
    assert uses.replacement_chance(8, 1, shape=3, scale=10) == pytest.approx(0.1951, abs=5e-5)
    assert uses.replacement_chance(8, 1, shape=3, scale=10) == pytest.approx(
        1 - np.exp(-(0.9**3 - 0.8**3))
    )
    assert weibull_min.median(3, scale=10) == pytest.approx(8.85, abs=5e-3)
    assert uses.replacement_chance(0, 8.8499, shape=3, scale=10) == pytest.approx(0.5, abs=1e-4)


@settings(max_examples=50)
@given(st.floats(0, 30), st.floats(0.1, 10), st.floats(0.3, 6), st.floats(0.5, 40))
def test_chance_as_scipy_has_it_and_free_of_the_unit(age, within, shape, scale):
    life = weibull_min(shape, scale=scale)
    chance = uses.replacement_chance(age, within, shape=shape, scale=scale)
    assert chance == pytest.approx(
        -np.expm1(life.logsf(age + within) - life.logsf(age)), rel=1e-6, abs=1e-12
    )
    months = uses.replacement_chance(12 * age, 12 * within, shape=shape, scale=12 * scale)
    assert months == pytest.approx(chance, rel=1e-9, abs=1e-12)


def test_a_shape_of_one_does_not_age():
    young, old = (uses.replacement_chance(age, 1, shape=1, scale=10) for age in (0, 20))
    assert young == pytest.approx(old) == pytest.approx(1 - np.exp(-0.1))


def test_the_fit_is_the_highest_likelihood():
    ages, ended = lives(1, 300)

    def minus(logs):
        k, scale = np.exp(logs)
        return -(
            weibull_min.logpdf(ages[ended], k, scale=scale).sum()
            + weibull_min.logsf(ages[~ended], k, scale=scale).sum()
        )

    best = minimize(minus, [0, 2], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-10})
    found = uses.fit_lifetimes(ages, ended)
    assert np.log([found.shape, found.scale]) == pytest.approx(best.x, abs=1e-5)
    step = 1e-4
    hessian = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            ends = [(a, b) for a in (1, -1) for b in (1, -1)]
            hessian[i, j] = sum(
                a * b * minus(best.x + step * (a * np.eye(2)[i] + b * np.eye(2)[j]))
                for a, b in ends
            ) / (4 * step**2)
    assert found.covariance == pytest.approx(np.linalg.inv(hessian), rel=1e-3)
    assert found.table.loc["median", "estimate"] == pytest.approx(
        weibull_min.median(found.shape, scale=found.scale)
    )


def test_the_interval_of_the_median_is_that_of_both_parameters():
    found = uses.fit_lifetimes(*lives(6, 60))
    logs = np.log([found.shape, found.scale])

    def log_median(at):
        return np.log(weibull_min.median(np.exp(at[0]), scale=np.exp(at[1])))

    steps = 1e-6 * np.eye(2)
    slope = np.array([(log_median(logs + h) - log_median(logs - h)) / 2e-6 for h in steps])
    reach = 1.959964 * np.sqrt(slope @ found.covariance @ slope)
    row = found.table.loc["median"]
    assert np.log(row["high"] / row["estimate"]) == pytest.approx(reach, rel=1e-4)
    assert np.log(row["estimate"] / row["low"]) == pytest.approx(reach, rel=1e-4)


def test_intervals_cover_neither_too_often_nor_too_seldom():
    truth = {"shape": 3.0, "scale": 10.0, "median": 10 * np.log(2) ** (1 / 3)}
    held, told = [], []
    for seed in range(300):
        found = uses.fit_lifetimes(*lives(seed, 120))
        table = found.table
        held.append({k: table["low"][k] <= v <= table["high"][k] for k, v in truth.items()})
        row = found.chance([8.0], 1).iloc[0]
        told.append(row["low"] <= 0.1951 <= row["high"])
    shares = [*pd.DataFrame(held).mean(), np.mean(told)]
    assert all(0.915 < share < 0.98 for share in shares), shares


def test_leaving_the_unfinished_out_would_be_too_short():
    ages, ended = lives(4, 2000)
    whole, cut = uses.fit_lifetimes(ages, ended), uses.fit_lifetimes(ages[ended], ended[ended])
    assert whole.table.loc["median", "low"] < 8.85 < whole.table.loc["median", "high"]
    assert cut.table.loc["median", "high"] < 8


def test_chances_of_ages_and_what_lies_beyond():
    ages, ended = lives(2, 400)
    found = uses.fit_lifetimes(ages, ended)
    told = found.chance(pd.Series([0, 8, found.longest], ["new", "old", "oldest"]), 1)
    assert told["beyond"].tolist() == [False, False, True]
    assert told["estimate"]["old"] == pytest.approx(
        uses.replacement_chance(8, 1, shape=found.shape, scale=found.scale)
    )
    assert (told["low"] < told["estimate"]).all()
    assert (told["estimate"] < told["high"]).all()
    assert told[["low", "high"]].to_numpy().min() >= 0
    assert told[["low", "high"]].to_numpy().max() <= 1
    months = uses.fit_lifetimes(12 * ages, ended)
    assert months.shape == pytest.approx(found.shape)
    assert months.chance([96], 12)["high"].iloc[0] == pytest.approx(told["high"]["old"])
    assert found.caption == (
        f"{ended.sum()} replaced and {(~ended).sum()} still in use; nothing was seen beyond an age "
        f"of {ages.max():g}."
    )


def test_the_figure_of_lives():
    found = uses.fit_lifetimes(*lives(3, 400))
    ax = found.plot()
    median, low, high = found.table.loc["median"]
    assert (
        ax.get_title("left") == f"Half are replaced by age {median:.1f} ({low:.1f} to {high:.1f})"
    )
    ages, drawn = ax.lines[0].get_data()
    assert drawn == pytest.approx(found.chance(ages, 1)["estimate"].to_numpy())
    edge = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert edge.max() == pytest.approx(found.chance(ages, 1)["high"].max())


@pytest.mark.parametrize(
    ("ages", "replaced", "said"),
    [
        ([1, 2, 3], [True, True, False], "2 were replaced"),
        ([2, 2, 2, 3], [True, True, True, False], "at 1 different ages"),
        ([0, 2, 3], [True, True, True], "ages"),
        ([1, 2, 3], [True, True], "replaced 2"),
        ([1, 2, 3], ["yes", "yes", "no"], "replaced"),
        ([1, np.nan, 3], [True, True, True], "ages"),
    ],
)
def test_lives_that_cannot_be_fitted(ages, replaced, said):
    with pytest.raises(ValueError, match=said):
        uses.fit_lifetimes(ages, replaced)


@pytest.mark.parametrize(
    "bad", [{"age": -1}, {"within": 0}, {"shape": 0}, {"scale": -2}, {"shape": float("nan")}]
)
def test_numbers_no_life_can_have(bad):
    good = {"age": 8, "within": 1, "shape": 3, "scale": 10} | bad
    with pytest.raises(ValueError, match=next(iter(bad))):
        uses.replacement_chance(good.pop("age"), good.pop("within"), **good)


# ---------------------------------------------------------------- does a database pay?


def test_worth_year_by_year():
    worth = uses.database_worth(
        [1, 4], customers=500, gain=0.8, costs=(3000, 400), horizon=(3, 0.1)
    )
    for often, row in worth.table.iterrows():
        years = [(500 * often * 0.8 - 400) / 1.1**t for t in (1, 2, 3)]
        assert row["net"] == pytest.approx(sum(years) - 3000)
        assert row["gain"] - row["cost"] == pytest.approx(row["net"])
    even = uses.database_worth(
        worth.break_even, customers=500, gain=0.8, costs=(3000, 400), horizon=(3, 0.1)
    )
    assert even["net"].iloc[0] == pytest.approx(0, abs=1e-9)
    assert worth.title == f"It pays from {worth.break_even:.2g} purchases a year on"


def test_what_gains_nothing_never_pays():
    worth = uses.database_worth([1, 2], customers=5, gain=0, costs=(1, 1), horizon=(2, 0))
    assert worth.break_even == float("inf")
    assert worth.title == "It never pays: a purchase gains nothing"
    assert len(worth.plot().lines) == 2


def test_the_figure_of_the_worth():
    worth = uses.database_worth(
        [6, 2], customers=1000, gain=0.5, costs=(2000, 1000), horizon=(2, 0)
    )
    ax = worth.plot()
    assert ax.get_title("left") == "It pays from 4 purchases a year on"
    assert ax.lines[0].get_xydata().tolist() == [[2, -2000], [6, 2000]]
    assert ax.lines[2].get_xdata()[0] == 4


def test_the_three_vetoes():
    def vetoes(often, back, gain=5.0):
        worth = uses.database_worth(
            often, customers=1000, gain=gain, costs=(2000, 1000), horizon=(5, 0.1)
        )
        return uses.database_vetoes(worth, repeat_rate=back, least=0.3)["veto"].tolist()

    assert vetoes(2, 0.5) == [False, False, False]
    assert vetoes(0.19, 0.5, gain=50) == [True, False, False]
    assert vetoes(2, 0.29) == [False, True, False]
    assert vetoes(2, 0.5, gain=0.01) == [False, False, True]
    assert vetoes(0.2, 0.3, gain=50) == [False, False, False]  # limits themselves are no veto


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"customers": 0}, "customers"),
        ({"costs": (-1, 0)}, "costs"),
        ({"costs": 5}, "give two numbers"),
        ({"horizon": (0, 0.1)}, "horizon"),
        ({"horizon": (3, -1)}, "horizon"),
        ({"horizon": (2.5, 0.1)}, "horizon"),
        ({"gain": float("nan")}, "gain"),
    ],
)
def test_numbers_no_database_can_have(bad, said):
    good = {"customers": 10, "gain": 1, "costs": (1, 1), "horizon": (3, 0.1)}
    with pytest.raises(ValueError, match=said):
        uses.database_worth(1, **(good | bad))


def test_vetoes_need_one_frequency():
    worth = uses.database_worth([1, 2], customers=5, gain=1, costs=(1, 1), horizon=(2, 0))
    with pytest.raises(ValueError, match="one frequency"):
        uses.database_vetoes(worth, repeat_rate=0.5)
    with pytest.raises(ValueError, match="frequency"):
        uses.database_worth(-1, customers=5, gain=1, costs=(1, 1), horizon=(2, 0))
    with pytest.raises(ValueError, match="frequency"):
        uses.database_worth("often", customers=5, gain=1, costs=(1, 1), horizon=(2, 0))
    one = uses.database_worth(1, customers=5, gain=1, costs=(1, 1), horizon=(2, 0))
    with pytest.raises(ValueError, match="repeat_rate"):
        uses.database_vetoes(one, repeat_rate=50)
