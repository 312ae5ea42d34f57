"""States of customers, their moves, and the way to becoming one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

import crmlab as crm
from crmlab import recovery
from crmlab.recovery.states import STATES

DAYS = pd.date_range("2025-01-31", "2025-12-31", freq="ME")


def log(**visits):
    rows = [(name, day) for name, days in visits.items() for day in days]
    return pd.DataFrame(rows, columns=["customer_id", "date"])


def chain(rows, names=("prospect", "active", "lost")):
    return pd.DataFrame(rows, list(names), list(names))


DECK = chain([[0.7, 0.3, 0], [0, 0.8, 0.2], [0, 0.1, 0.9]])


# --- states -------------------------------------------------------------------------------------


def test_first_rule_that_fits_decides_to_the_day():
    bought = log(Ana=["2025-01-01", "2025-03-02"], Ben=["2025-06-01"])
    looks = ["2025-01-01", "2025-01-31", "2025-02-01", "2025-03-02", "2025-04-01", "2025-04-02"]
    states = recovery.customer_states(bought, days=looks, silent=30)
    assert states.table.loc["Ana"].tolist() == ["new", "new", "lost", "active", "active", "lost"]
    assert set(states.table.loc["Ben"]) == {"not yet"}
    assert list(states.counts.columns) == list(STATES)
    assert states.counts.iloc[-1].to_dict() == {"not yet": 1, "new": 0, "active": 0, "lost": 1}
    assert states.caption == "2025-04-02: 1 not yet, 1 lost. Lost after 30 silent days."
    assert states.title == "Of 1 customers seen so far, 1 are lost"


def test_a_refund_is_no_purchase():
    rows = pd.DataFrame(
        {
            "customer_id": "Ana",
            "date": ["2025-01-01", "2025-03-01"],
            "amount": [10, -10],
        }
    )
    one = {"days": ["2025-03-02"], "silent": 30}
    assert recovery.customer_states(rows, refunds="net", **one).table.iloc[0, 0] == "lost"
    with pytest.raises(ValueError, match="refund"):
        recovery.customer_states(rows, **one)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 360)), min_size=1, max_size=30),
    st.integers(1, 200),
    st.randoms(use_true_random=False),
)
def test_exactly_one_state_whatever_the_order_of_the_rows(rows, silent, shuffle):
    start = pd.Timestamp("2025-01-01")
    bought = pd.DataFrame(
        {
            "customer_id": [who for who, _ in rows],
            "date": [start + pd.Timedelta(days=d) for _, d in rows],
        }
    )
    states = recovery.customer_states(bought, days=DAYS, silent=silent)
    assert states.table.isin(STATES).all().all()
    assert (states.counts.sum(axis=1) == bought["customer_id"].nunique()).all()
    order = list(range(len(bought)))
    shuffle.shuffle(order)
    assert recovery.customer_states(bought.iloc[order], days=DAYS, silent=silent) == states
    for who, own in bought.groupby("customer_id"):
        for day in DAYS:
            past = own.loc[own["date"] <= day, "date"]
            if past.empty:
                expected = "not yet"
            elif (day - past.max()).days > silent:
                expected = "lost"
            else:
                expected = "new" if (day - past.min()).days <= silent else "active"
            assert states.table.loc[who, day] == expected


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([], "days is empty"),
        (["2025-02-01", "2025-01-01"], "not in order"),
        (["2025-02-01", "2025-02-01"], "not in order"),
        (["soon"], "cannot be read as a date"),
    ],
)
def test_days_that_cannot_be_used_are_refused(days, said):
    with pytest.raises(ValueError, match=said):
        recovery.customer_states(log(Ana=["2025-01-01"]), days=days)


def test_bad_logs_and_limits_are_refused():
    with pytest.raises(ValueError, match="transactions"):
        recovery.customer_states(pd.DataFrame({"who": ["a"]}), days=DAYS)
    for silent in (0, 1.5, "x", None):
        with pytest.raises(ValueError, match="silent"):
            recovery.customer_states(log(Ana=["2025-01-01"]), days=DAYS, silent=silent)
    one = recovery.customer_states(log(Ana=["2025-06-01"]), days=DAYS[:1])
    with pytest.raises(ValueError, match="one day"):
        one.moves()
    nobody = recovery.customer_states(log(Ana=["2026-06-01"]), days=DAYS)
    with pytest.raises(ValueError, match="nobody"):
        nobody.moves()
    with pytest.raises(ValueError, match="seen to become lost"):
        nobody.returns()


# --- moves --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lantern():
    bought = crm.repeat_buying.free_buyers(crm.load("lantern"))
    days = pd.date_range("2024-01-31", "2025-12-31", freq="ME")
    return recovery.customer_states(bought, days=days, refunds="net")


def test_moves_are_those_of_a_cross_table(lantern):
    moves = lantern.moves()
    before = lantern.table.iloc[:, :-1].to_numpy().ravel()
    after = lantern.table.iloc[:, 1:].to_numpy().ravel()
    plain = pd.crosstab(before, after).reindex(index=moves.table.index, columns=moves.table.columns)
    assert (moves.counts == plain.fillna(0)).all().all()
    assert moves.table.sum(axis=1).to_numpy() == pytest.approx(1)
    for origin in moves.table.index:
        for to in moves.table.columns:
            count, whole = moves.counts.loc[origin, to], moves.counts.loc[origin].sum()
            exact = binomtest(int(count), int(whole)).proportion_ci(method="wilson")
            ends = moves.low.loc[origin, to], moves.high.loc[origin, to]
            assert ends == pytest.approx((exact.low, exact.high), abs=1e-12)
    assert (
        moves.caption == f"{plain.sum().sum():,.0f} moves of {len(moves.by_customer):,} customers."
    )


def test_a_state_nobody_was_in_has_no_shares():
    states = recovery.customer_states(log(Ana=["2025-01-01", "2025-01-20"]), days=DAYS[:2])
    moves = states.moves()
    assert moves.counts.loc["new", "new"] == 1
    assert moves.table.loc["lost"].isna().all()
    assert moves.table.loc["new"].tolist() == [1, 0, 0]
    assert np.isinf(moves.steps_to("new").to_numpy()).sum() == 0
    assert moves.steps_to("new").empty


def test_steps_of_the_published_chain_by_hand():
    steps = recovery.steps_to(DECK, "active")
    assert steps["prospect"] == pytest.approx(1 / 0.3)
    assert steps["lost"] == pytest.approx(10)
    assert recovery.long_run(DECK)["active"] == pytest.approx(0.1 / (0.1 + 0.2))
    assert recovery.long_run(DECK)["prospect"] == 0
    assert np.isinf(recovery.steps_to(DECK, "prospect")).all()


def test_steps_agree_with_a_simulation():
    rng = np.random.default_rng(3)
    names = ["a", "b", "c"]
    shares = pd.DataFrame([[0.5, 0.3, 0.2], [0.25, 0.5, 0.25], [0.1, 0.2, 0.7]], names, names)
    expected = recovery.steps_to(shares, "c")
    place, steps = np.zeros(20_000, dtype=int), np.zeros(20_000)
    edges = shares.to_numpy().cumsum(axis=1)
    while (place < 2).any():
        going = place < 2
        steps[going] += 1
        place[going] = (rng.random(going.sum())[:, None] > edges[place[going]]).sum(axis=1)
    assert steps.mean() == pytest.approx(expected["a"], abs=4 * steps.std() / np.sqrt(20_000))
    ends = np.linalg.matrix_power(shares.to_numpy(), 200)[0]
    assert recovery.long_run(shares).to_numpy() == pytest.approx(ends)


def test_a_state_that_may_be_missed_takes_for_ever():
    shares = chain([[0.5, 0.3, 0.2], [0, 1, 0], [0, 0, 1]], ("a", "b", "c"))
    assert np.isinf(recovery.steps_to(shares, "b")["a"])
    with pytest.raises(ValueError, match="different ends"):
        recovery.long_run(shares)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        (chain([[0.7, 0.2, 0], [0, 0.8, 0.2], [0, 0.1, 0.9]]), "'prospect' adds up to 0.9"),
        (chain([[1.7, -0.7, 0], [0, 0.8, 0.2], [0, 0.1, 0.9]]), "shares"),
        (DECK.iloc[:2], "same states"),
        (DECK[["lost", "active", "prospect"]], "same states"),
        ("P", "type str"),
    ],
)
def test_shares_that_are_no_chain_are_refused(shares, said):
    for use in (recovery.long_run, lambda given: recovery.steps_to(given, "active")):
        with pytest.raises(ValueError, match=said):
            use(shares)


def test_unknown_states_are_refused(lantern):
    with pytest.raises(ValueError, match="'gone' is not one of the states prospect, active, lost"):
        recovery.steps_to(DECK, "gone")
    for state in ("gone", "not yet", None):
        with pytest.raises(ValueError, match="state"):
            lantern.moves().steps_to(state)


def test_steps_have_an_interval_that_covers():
    """Chains of 60 customers over 12 months with a known return; about 95 in 100 hold the truth."""
    rng = np.random.default_rng(11)
    truth, held = 1 / 0.2, []
    for _ in range(200):
        active = np.zeros((60, 12), dtype=bool)
        for month in range(1, 12):
            stay = np.where(active[:, month - 1], 0.7, 0.2)
            active[:, month] = rng.random(60) < stay
        codes = np.where(active, 1, 2)
        each = np.zeros((60, 3, 3), dtype=int)
        for month in range(11):
            np.add.at(each, (np.arange(60), codes[:, month], codes[:, month + 1]), 1)
        found = recovery.Moves.counted(each, 0.95).steps_to("active", draws=300).loc["lost"]
        held.append(found["low"] <= truth <= found["high"])
    assert 0.90 <= np.mean(held) <= 0.985


# --- returns ------------------------------------------------------------------------------------


def test_returns_by_hand():
    bought = log(
        Ana=["2025-01-01", "2025-04-15"],  # lost in February and March, back, lost from May on
        Ben=["2025-02-20"],  # lost from March on
        Cleo=["2024-11-01", "2025-03-20"],  # lost on the first day: left out; lost from April on
    )
    looks = DAYS[:6]
    found = recovery.customer_states(bought, days=looks, silent=30).returns().table
    assert found["at_risk"].tolist() == [4, 3, 1]
    assert found["returned"].tolist() == [0, 1, 0]
    assert found["estimate"].tolist() == [0, 1 / 3, 0]


def test_returns_agree_with_a_loop_and_the_figure_says_them(lantern):
    returns = lantern.returns()
    risk, back = {}, {}
    for row in lantern.table.to_numpy():
        months = 0
        for state in row:
            if months:
                risk[months] = risk.get(months, 0) + 1
                back[months] = back.get(months, 0) + (state != "lost")
            months = months + 1 if state == "lost" else 0
    assert returns.table["at_risk"].to_dict() == risk
    assert returns.table["returned"].to_dict() == back
    rate = sum(back.values()) / sum(risk.values())
    assert returns.overall == pytest.approx(rate)
    ax = returns.plot()
    first = back[1] / risk[1]
    assert (
        ax.get_title(loc="left")
        == f"{first:.1%} return after one month lost, {rate:.1%} over all months"
    )
    assert ax.get_xlabel() == "months lost so far"
    drawn = ax.containers[0].lines[0].get_ydata()
    assert drawn == pytest.approx(returns.table["estimate"])
    ends = ax.containers[0].lines[2][0].get_segments()[0][:, 1]
    assert ends == pytest.approx(returns.table[["low", "high"]].iloc[0].to_numpy())
    exact = binomtest(back[1], risk[1]).proportion_ci(method="wilson")
    assert (returns["low"][1], returns["high"][1]) == pytest.approx((exact.low, exact.high))


def test_the_bars_are_the_counts(lantern):
    ax = lantern.plot()
    counts = lantern.counts
    floor = 0
    for bars, state in zip(ax.containers, ("new", "active", "lost"), strict=True):
        assert [bar.get_y() for bar in bars] == (counts["new"] * 0 + floor).tolist()
        floor = floor + counts[state]
        assert [bar.get_height() for bar in bars] == counts[state].tolist()
        assert bars.get_label() == state
    known = counts.iloc[-1][["new", "active", "lost"]].sum()
    assert ax.get_title(loc="left") == (
        f"Of {known:,} customers seen so far, {counts['lost'].iloc[-1]:,} are lost"
    )
    assert lantern.step == "month"
    weeks = recovery.customer_states(
        log(Ana=["2025-01-01"]), days=["2025-01-07", "2025-01-14", "2025-01-21"]
    )
    assert weeks.step == "week"


# --- funnel -------------------------------------------------------------------------------------

STEPS = ["reached", "interested", "tried", "won"]


def test_funnel_adds_up_and_costs_are_money_over_wins():
    table = crm.load("lantern")["funnel"]
    found = recovery.funnel(table, steps=STEPS, by="channel")
    for channel, own in table.groupby("channel"):
        total = own[[*STEPS, "cost"]].sum()
        row = found.table.loc[(channel, "tried")]
        assert row["people"] == total["tried"]
        exact = binomtest(int(total["tried"]), int(total["interested"])).proportion_ci(
            method="wilson"
        )
        assert row[["estimate", "low", "high"]].tolist() == pytest.approx(
            [total["tried"] / total["interested"], exact.low, exact.high]
        )
        cost = found.cost.loc[channel]
        won = total["won"]
        few, many = chi2.ppf(0.025, 2 * won) / 2, chi2.ppf(0.975, 2 * won + 2) / 2
        assert cost[["estimate", "low", "high"]].tolist() == pytest.approx(
            [total["cost"] / won, total["cost"] / many, total["cost"] / few]
        )
    assert found.cost["estimate"].is_monotonic_increasing
    cheap, dear = found.cost.iloc[0], found.cost.iloc[-1]
    ax = found.plot()
    assert ax.get_title(loc="left") == (
        f"A customer costs {cheap['estimate']:,.2f} by {cheap.name}, "
        f"{dear['estimate']:,.2f} by {dear.name}"
    )
    ends = ax.containers[0].lines[2][0].get_segments()[-1][:, 0]
    assert ends == pytest.approx([cheap["low"], cheap["high"]])
    assert [bar.get_width() for bar in ax.containers[1]] == found.cost["estimate"].tolist()[::-1]


def test_nobody_won_costs_without_end():
    table = pd.DataFrame({"method": ["a", "b"], "leads": [10, 0], "won": [0, 0], "cost": [50, 0]})
    found = recovery.funnel(table, steps=["leads", "won"], by="method")
    assert np.isinf(found.cost.loc["a", ["estimate", "high"]]).all()
    assert found.cost.loc["a", "low"] == pytest.approx(50 / (chi2.ppf(0.975, 2) / 2))
    assert np.isnan(found.table.loc[("b", "won"), "estimate"])
    assert found.title == "What a customer won costs"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"won": [11, 2]}, "is more than leads"),
        ({"won": [1.5, 2]}, "is no count"),
        ({"won": [-1, 2]}, "table.won"),
        ({"cost": [-1, 2]}, "table.cost"),
        ({"method": [None, "b"]}, "table.method"),
    ],
)
def test_funnels_that_cannot_be_are_refused(change, said):
    table = pd.DataFrame({"method": ["a", "b"], "leads": [10, 5], "won": [1, 2], "cost": [5, 5]})
    with pytest.raises(ValueError, match=said):
        recovery.funnel(table.assign(**change), steps=["leads", "won"], by="method")


@pytest.mark.parametrize("steps", ["won", ["won"], ["won", "won"], ["leads", "gone"]])
def test_steps_that_are_no_way_are_refused(steps):
    table = pd.DataFrame({"method": ["a"], "leads": [10], "won": [1], "cost": [5]})
    with pytest.raises(ValueError, match=r"steps|gone"):
        recovery.funnel(table, steps=steps, by="method")


def test_lantern_wins_whom_its_customers_table_says():
    db = crm.load("lantern")
    private = db.customers[db.customers["kind"] != "wholesale"]
    month = private["joined"].dt.to_period("M").dt.to_timestamp()
    plain = private.groupby([month, "channel"])["acquisition_cost"].agg(["size", "sum"])
    given = db["funnel"].set_index(["month", "channel"]).loc[plain.index]
    assert (given["won"] == plain["size"]).all()
    # every customer's cost and every sum are rounded to cents
    assert ((given["cost"] - plain["sum"]).abs() <= 0.005 * (plain["size"] + 1) + 1e-9).all()
