"""The simulated company: sound tables, one causal world, knobs that do what they say."""

import functools
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmlab.company import ELEMENTS, KINDS, SEGMENTS, World, simulate, write
from crmlab.company.preferences import LEVELS, cards_table, form_table

LANTERN = Path(__file__).parents[1] / "data" / "lantern"
START, END = pd.Timestamp("2024-01-01"), pd.Timestamp("2026-01-01")
EXPECTED = [f"{element}_expected" for element in ELEMENTS]
PERCEIVED = [f"{element}_perceived" for element in ELEMENTS]
WEIGHTS = [f"weight_{element}" for element in ELEMENTS]
WEEKS_PER_MONTH = 365.25 / 12 / 7


@functools.cache
def world(**knobs):
    return simulate(seed=7, world=World(**knobs))


@pytest.fixture(scope="module")
def lantern():
    return simulate()


# a world in which nothing but the customers' own rates decides
PLAIN = {"satisfaction_effect": 0, "seasonality": 0, "price_spread": 0, "retention_effect": 0}
PLAIN |= {"referral_quality": 1}


def purchases(tables, kind=None):
    bought = tables["transactions"].query("amount > 0")
    bought = bought.merge(tables["customers"].drop(columns="channel"), on="customer_id")
    return bought if kind is None else bought[bought["kind"] == kind]


def customers_with_truth(tables):
    return tables["customers"].merge(tables["truth"], on="customer_id", validate="1:1")


def top_share(values):
    ordered = np.sort(values)[::-1]
    return ordered[: int(np.ceil(0.2 * len(ordered)))].sum() / ordered.sum()


def renewals(tables):
    """Months at risk and contracts ended, by age in months."""
    contracts = tables["subscriptions"]
    gone = contracts["ended"].notna()
    stop = contracts["ended"].fillna(END)
    months = (stop.dt.year - contracts["started"].dt.year) * 12
    months = months + stop.dt.month - contracts["started"].dt.month
    months = months - (~gone & (contracts["started"].dt.day > 1))
    ages = np.arange(1, 25)
    at_risk = np.array([(months >= age).sum() for age in ages])
    ended = np.array([(gone & (months == age)).sum() for age in ages])
    return at_risk, ended


# ---------------------------------------------------------------- tables


def test_committed_files_are_what_the_standard_seed_makes(lantern, tmp_path):
    made = write(lantern, tmp_path)
    assert sorted(file.name for file in made) == sorted(p.name for p in LANTERN.glob("*.csv"))
    for file in made:
        assert file.read_bytes() == (LANTERN / file.name).read_bytes(), file.name
    assert sum(file.stat().st_size for file in made) < 6e6


def test_files_read_back_as_the_frames(lantern, tmp_path):
    for file in write(lantern, tmp_path):
        frame = lantern[file.stem]
        days = list(frame.select_dtypes("datetime").columns)
        back = pd.read_csv(file, parse_dates=days)
        pd.testing.assert_frame_equal(back, frame, check_dtype=False)
        assert b"\r" not in file.read_bytes()


def test_data_card_names_every_column(lantern):
    card = (LANTERN / "README.md").read_text(encoding="utf-8")
    for table, frame in lantern.items():
        section = card.split(f"## {table}.csv")[1].split("\n## ")[0]
        for column in frame.columns:
            element, _, rest = column.partition("_")
            if table == "survey" and element in ELEMENTS:
                column = f"<element>_{rest}"
            if column.startswith("weight_"):
                column = "weight_<element>"
            assert f"| `{column}` |" in section, f"{table}.{column}"


def test_ids_are_unique_and_refer_to_customers(lantern):
    known = set(lantern["customers"]["customer_id"])
    assert len(known) == len(lantern["customers"]) == 4000
    for table, frame in lantern.items():
        if "customer_id" in frame:
            assert set(frame["customer_id"].dropna()) <= known, table
    for table, key in (
        ("transactions", "order_id"),
        ("subscriptions", "customer_id"),
        ("survey", "respondent_id"),
        ("complaints", "complaint_id"),
        ("waits", "visit_id"),
        ("accounts", "customer_id"),
        ("invoices", "invoice_id"),
        ("invoices", "order_id"),
        ("payments", "payment_id"),
        ("leads", "lead_id"),
        ("credit_pool", "account_id"),
        ("truth", "customer_id"),
    ):
        assert lantern[table][key].is_unique, table
    assert not lantern["kano"].duplicated(["respondent_id", "feature"]).any()
    assert (
        not lantern["survey"].dropna(subset="customer_id").duplicated(["customer_id", "wave"]).any()
    )


def test_dates_lie_in_the_window_and_in_order(lantern):
    for table, frame in lantern.items():
        for column in frame.select_dtypes("datetime").columns.difference(["due", "born"]):
            known = frame[column].dropna()
            assert known.between(START, END, inclusive="left").all(), (table, column)
            assert (known == known.dt.normalize()).all()
    joined = lantern["customers"].set_index("customer_id")["joined"]
    for table in (
        *("transactions", "survey", "complaints", "contacts", "waits"),
        *("invoices", "payments"),
    ):
        frame = lantern[table].dropna(subset="customer_id")
        day = frame["opened" if table == "complaints" else "date"]
        assert (day >= frame["customer_id"].map(joined)).all(), table
    complaints = lantern["complaints"]
    assert not (complaints["first_reply"] < complaints["opened"]).any()
    assert not (complaints["closed"] < complaints["first_reply"]).any()
    assert complaints["outcome"].isna().equals(complaints["closed"].isna())
    contracts = lantern["subscriptions"]
    assert not (contracts["ended"] <= contracts["started"]).any()


def test_every_customer_buys_on_the_day_of_joining(lantern):
    first = purchases(lantern).groupby("customer_id")["date"].min()
    assert first.equals(lantern["customers"].set_index("customer_id")["joined"].rename("date"))


def test_words_and_scales(lantern):
    customers, survey = lantern["customers"], lantern["survey"]
    assert set(customers["kind"]) == set(KINDS)
    assert set(customers["segment"]) == set(SEGMENTS)
    assert set(customers["channel"]) == {"shop", "web", "referral", "partner"}
    assert set(lantern["transactions"]["channel"]) == {"cafe", "web", "account"}
    assert set(lantern["contacts"]["mode"]) == {"workplace", "visit", "phone", "digital"}
    scales = dict.fromkeys([*EXPECTED, *PERCEIVED], (1, 10))
    scales |= dict.fromkeys(["satisfaction", "versus_expectation", "versus_ideal"], (1, 10))
    scales |= {"recommend": (0, 10), "aware": (0, 1), "attitude": (1, 5), "had_problem": (0, 1)}
    for column, (low, high) in scales.items():
        answers = survey[column].dropna()
        assert answers.between(low, high).all(), column
        assert (answers % 1 == 0).all(), column
    brands = set(lantern["offers"]["offer"])
    assert set(survey["first_named"].dropna()) == brands
    assert len(brands) == 4
    assert lantern["kano"][["functional", "dysfunctional"]].isin(range(1, 6)).all(axis=None)
    np.testing.assert_allclose(lantern["truth"][WEIGHTS].sum(axis=1), 1, atol=1e-5)


def test_money_has_two_decimals_and_a_margin_below_the_amount(lantern):
    sales = lantern["transactions"]
    assert np.allclose(sales["amount"] * 100, (sales["amount"] * 100).round())
    bought = sales[sales["amount"] > 0]
    assert (bought["margin"] < bought["amount"]).all()
    refunds = sales[sales["amount"] < 0]
    assert (refunds["margin"] == refunds["amount"]).all()
    assert 0.01 < len(refunds) / len(sales) < 0.03
    assert (sales["amount"] != 0).all()
    share = bought["margin"].sum() / bought["amount"].sum()
    assert 0.25 < share < 0.6
    account = bought[bought["channel"] == "account"]
    ratio = account["margin"] / account["amount"]
    cafe = bought[bought["channel"] == "cafe"]
    assert ratio.std() > 2 * (cafe["margin"] / cafe["amount"]).std()


def test_some_but_few_customers_lose_money(lantern):
    margin = lantern["transactions"].groupby("customer_id")["margin"].sum()
    served = lantern["contacts"].groupby("customer_id")["cost"].sum()
    losing = (margin.sub(served, fill_value=0) < 0).mean()
    assert 0.01 < losing < 0.1


def test_same_seed_same_company_and_streams_do_not_mix(lantern):
    small = simulate(seed=3, customers=200)
    again = simulate(seed=3, customers=200)
    other = simulate(seed=4, customers=200)
    moved = simulate(seed=3, customers=200, world=World(churn_rate=0.1, regularity=3))
    for table in small:
        pd.testing.assert_frame_equal(small[table], again[table])
    assert not small["transactions"].equals(other["transactions"])
    for table in ("customers", "kano", "offers"):
        pd.testing.assert_frame_equal(small[table], moved[table])
    assert not small["transactions"].equals(moved["transactions"])


@pytest.mark.parametrize("customers", [1, 2, 12])
@pytest.mark.parametrize("seed", range(4))
def test_tiny_companies_can_be_made(customers, seed):
    tables = simulate(seed=seed, customers=customers, months=15)
    assert len(tables["customers"]) == len(tables["truth"]) == customers


def test_ids_stay_of_one_width_and_in_order_above_9999():
    ids = simulate(seed=1, customers=10_000, months=15)["customers"]["customer_id"]
    assert ids.iloc[0] == "C00001"
    assert ids.is_monotonic_increasing


# ---------------------------------------------------------------- shape of the standard company


def test_a_third_of_members_never_come_back_and_sales_are_concentrated(lantern):
    bought = purchases(lantern, "member")
    orders = bought.groupby("customer_id").size()
    assert 0.28 < (orders == 1).mean() < 0.38
    spend = bought.groupby("customer_id")["amount"].sum()
    assert 0.65 < top_share(spend) < 0.8
    same_day = bought.groupby(["customer_id", "date"]).size()
    assert 0.01 < (same_day > 1).mean() < 0.1
    assert bought["amount"].duplicated().mean() > 0.5


def test_survey_has_two_waves_of_customers_and_others(lantern):
    survey = lantern["survey"]
    assert (survey.groupby("wave").size() == 1200).all()
    assert (survey.groupby("wave")["customer_id"].count() == 800).all()
    both = survey.dropna(subset="customer_id").groupby("customer_id").size().eq(2).sum()
    assert 200 < both < 700
    gap = survey.groupby("wave")["date"].min().diff().iloc[-1].days
    assert 355 < gap < 375
    strangers = survey[survey["customer_id"].isna()]
    assert 0.5 < strangers["aware"].mean() < 0.7
    assert strangers["satisfaction"].isna().all()
    unaware = strangers[strangers["aware"] == 0]
    assert unaware["attitude"].isna().all()
    assert (unaware["first_named"] != "Lantern").all()


def test_the_less_satisfied_answer_less(lantern):
    survey = lantern["survey"].dropna(subset="customer_id")
    missing = survey[PERCEIVED].isna().mean(axis=1)
    unhappy = survey["recommend"] <= 6
    assert missing[unhappy].mean() > 1.5 * missing[survey["recommend"] >= 9].mean()
    truth = lantern["truth"]["true_satisfaction"]
    assert survey["satisfaction"].mean() > truth.mean()


def test_second_wave_shows_the_true_change(lantern):
    survey = lantern["survey"].dropna(subset="customer_id")
    twice = survey[survey.duplicated("customer_id", keep=False)]
    means = twice.groupby("wave")[PERCEIVED].mean()
    change = (means.loc[2] - means.loc[1]).rename(lambda name: name.removesuffix("_perceived"))
    assert 0.4 < change["personnel"] < 0.7
    assert -0.55 < change["time"] < -0.25
    assert change.drop(["personnel", "time"]).abs().max() < 0.12


def test_scores_carry_a_halo_that_misleads(lantern):
    survey = lantern["survey"].dropna(subset="customer_id")
    between = survey[PERCEIVED].corr().to_numpy()[np.triu_indices(8, 1)]
    assert between.min() > 0.2
    commuters = survey.merge(lantern["customers"][["customer_id", "segment"]], on="customer_id")
    commuters = commuters[commuters["segment"] == "commuter"]
    naive = commuters[PERCEIVED].corrwith(commuters["satisfaction"])
    # image has the smallest true weight of all for commuters
    assert naive["image_perceived"] > naive["product_perceived"]


def test_regression_finds_the_weights():
    tables = simulate(seed=5, customers=24_000)
    survey = tables["survey"].dropna(subset=["customer_id", "satisfaction", *EXPECTED, *PERCEIVED])
    survey = survey.merge(tables["customers"][["customer_id", "segment"]], on="customer_id")
    survey = survey.merge(tables["truth"][["customer_id", *WEIGHTS]], on="customer_id")
    for segment, rows in survey.groupby("segment"):
        gap = rows[PERCEIVED].to_numpy() - rows[EXPECTED].to_numpy()
        design = np.column_stack([np.ones(len(rows)), gap])
        found = np.linalg.lstsq(design, rows["satisfaction"], rcond=None)[0][1:]
        true = rows[WEIGHTS].mean().to_numpy()
        assert (found > 0).all(), segment
        assert np.argmax(found) == np.argmax(true), segment
        ranks = np.corrcoef(found.argsort().argsort(), true.argsort().argsort())[0, 1]
        assert ranks > 0.7, segment
        # scores are heard with an error and rounded, so slopes are a little below the weights
        assert 0.6 < found.sum() < 1.05, segment


def test_satisfaction_goes_with_staying(lantern):
    survey = lantern["survey"].dropna(subset=["customer_id", "satisfaction"])
    first = survey[survey["wave"] == 1].merge(lantern["truth"], on="customer_id")
    first = first[~(first["left_on"] <= first["date"])]
    assert first["satisfaction"].corr(first["left_on"].notna().astype(float)) < -0.05
    assert survey["satisfaction"].corr(survey["recommend"]) > 0.5
    named = survey["first_named"] == "Lantern"
    assert survey["satisfaction"][named].mean() > survey["satisfaction"][~named].mean()


def test_truth_agrees_with_the_transactions(lantern):
    both = customers_with_truth(lantern)
    last = purchases(lantern).groupby("customer_id")["date"].max()
    both["last"] = both["customer_id"].map(last)
    gone = both["left_on"].notna()
    assert (both["last"] <= both["left_on"])[gone].all()
    assert (both.loc[gone, ["purchases_next_12_months", "spend_next_12_months"]] == 0).all(
        axis=None
    )
    stays = both[~gone & (both["kind"] == "member")]
    assert (stays["purchases_next_12_months"] > 0).mean() > 0.7
    contracts = lantern["subscriptions"].set_index("customer_id")["ended"]
    bound = both[both["kind"] == "subscriber"].set_index("customer_id")["left_on"]
    pd.testing.assert_series_equal(contracts, bound, check_names=False)
    problems = lantern["truth"].set_index("customer_id")["problems"]
    filed = lantern["complaints"].groupby("customer_id").size()
    assert (filed <= problems.reindex(filed.index)).all()


def test_next_year_continues_the_same_lives():
    """In a long window the truth of a short one is an ordinary year of purchases."""
    tables = world(**PLAIN)
    both = customers_with_truth(tables)
    both = both[(both["kind"] == "member") & both["left_on"].isna()]
    rate, leaving = both["purchase_rate"], both["leaving_rate"] / WEEKS_PER_MONTH
    weeks = 365 / 7
    expected = (rate / leaving * -np.expm1(-leaving * weeks)).sum()
    assert both["purchases_next_12_months"].sum() == pytest.approx(expected, rel=0.05)


# ---------------------------------------------------------------- against independent calculation


def member_grid(knobs, segment_factor, points=200):
    """Quantile grid of purchase and leaving rates per week, from the gamma distributions."""
    from scipy.stats import gamma

    middle = (np.arange(points) + 0.5) / points
    buying = gamma.ppf(middle, knobs.rate_shape) / knobs.rate_shape * knobs.purchase_rate
    leaving = gamma.ppf(middle, knobs.churn_shape) / knobs.churn_shape * knobs.churn_rate
    return buying[:, None] * segment_factor, leaving[None, :] / WEEKS_PER_MONTH


def test_members_buy_and_leave_as_the_rates_say():
    """One-time share and mean purchases, by integrating over gamma rates.

    With purchase rate l, leaving rate m and T weeks watched: no repeat with probability
    m/(l+m) + l/(l+m) exp(-(l+m)T); mean repeat purchases l/m (1 - exp(-mT)).
    """
    tables = world(**PLAIN)
    members = tables["customers"].query("kind == 'member'")
    orders = purchases(tables, "member").groupby("customer_id").size().reindex(members.customer_id)
    once, repeats = 0.0, 0.0
    factors = {"commuter": 1.25, "connoisseur": 0.85, "saver": 0.8}
    for segment, rows in members.groupby("segment"):
        buying, leaving = member_grid(World(), factors[segment])
        both = buying + leaving
        for weeks, share in zip(
            *np.unique((END - rows["joined"]).dt.days // 28 * 4, return_counts=True), strict=True
        ):
            middle = weeks + 2
            never = leaving / both + buying / both * np.exp(-both * middle)
            once += share * never.mean()
            repeats += share * (buying / leaving * -np.expm1(-leaving * middle)).mean()
    assert (orders == 1).mean() == pytest.approx(once / len(members), abs=0.03)
    assert (orders - 1).mean() == pytest.approx(repeats / len(members), rel=0.08)


def test_retention_rises_with_age_as_a_beta_mixture_does():
    """Survivors of t - 1 renewals renew with probability (b + t - 1) / (a + b + t - 1)."""
    at_risk, ended = renewals(world(**PLAIN))
    knobs = World()
    first = 0.7 * knobs.churn_shape
    second = first * (1 / (0.25 * knobs.churn_rate) - 1)
    ages = np.arange(1, 25)
    chance = first / (first + second + ages - 1)
    for ages_in in (slice(0, 2), slice(2, 6), slice(6, 12), slice(12, 20)):
        expected = (at_risk * chance)[ages_in].sum()
        assert ended[ages_in].sum() == pytest.approx(expected, abs=3.5 * np.sqrt(expected))
    standard_risk, standard_ended = renewals(simulate())
    early = 1 - standard_ended[:3].sum() / standard_risk[:3].sum()
    late = 1 - standard_ended[11:].sum() / standard_risk[11:].sum()
    assert late > early + 0.02
    assert standard_risk[0] > 900


def test_offers_make_segments_choose_differently(lantern):
    offers = lantern["offers"]
    value = offers.filter(like="_value").sum(axis=1)
    cost = offers.filter(like="_cost").drop(columns="cost_unit", errors="ignore").sum(axis=1)
    assert (offers["benefit_unit"] == offers["cost_unit"]).all()
    offers = offers.assign(gain=value - cost, ratio=value / cost)
    best = offers.loc[offers.groupby("segment")["gain"].idxmax()].set_index("segment")
    by_ratio = offers.loc[offers.groupby("segment")["ratio"].idxmax()].set_index("segment")
    assert best["offer"].to_dict() == {
        "commuter": "Quick Cup",
        "connoisseur": "Lantern",
        "saver": "Bean Barn",
    }
    assert by_ratio["offer"].ne(best["offer"]).to_dict() == {
        "commuter": False,
        "connoisseur": True,
        "saver": False,
    }
    assert 0 < best.loc["saver", "gain"] < 3


# Berger et al. (1993): rows functional, columns dysfunctional, like to dislike
KANO = np.array([list("QAAAO"), list("RIIIM"), list("RIIIM"), list("RIIIM"), list("RRRRQ")])


def test_kano_features_have_their_character(lantern):
    answers = lantern["kano"]
    letter = KANO[answers["functional"] - 1, answers["dysfunctional"] - 1]
    counts = pd.crosstab(answers["feature"], letter)
    assert counts.idxmax(axis=1).to_dict() == {
        "right order": "M",
        "clean tables": "M",
        "short queue": "O",
        "fair price": "O",
        "free tasting": "A",
        "greeted by name": "A",
        "printed sleeve": "I",
        "posted music list": "I",
    }
    assert 0.005 < counts["Q"].sum() / len(answers) < 0.06
    assert answers["respondent_id"].nunique() == 200


# ---------------------------------------------------------------- knobs


def members(tables):
    return customers_with_truth(tables).query("kind == 'member'")


def share_left(tables, rows=None):
    people = members(tables)
    people = people if rows is None else people[rows(people)]
    return people["left_on"].notna().mean()


def test_churn_rate_makes_more_leave():
    slow, fast = world(churn_rate=0.1), world(churn_rate=0.6)
    assert share_left(slow) + 0.15 < share_left(fast)
    ended = [tables["subscriptions"]["ended"].notna().mean() for tables in (slow, fast)]
    assert ended[0] + 0.15 < ended[1]


def test_churn_shape_makes_customers_alike():
    for shape in (0.5, 5):
        people = members(world(**PLAIN | {"churn_shape": shape}))
        # coefficient of variation of a gamma variable: 1 / sqrt(shape)
        spread = people["leaving_rate"].std() / people["leaving_rate"].mean()
        assert spread == pytest.approx(shape**-0.5, rel=0.1)
    alike, unlike = (renewals(world(**PLAIN | {"churn_shape": shape})) for shape in (50, 0.4))

    def rise(at_risk, ended):
        return ended[:3].sum() / at_risk[:3].sum() - ended[9:].sum() / at_risk[9:].sum()

    assert rise(*unlike) > 0.03
    assert abs(rise(*alike)) < 0.025


def test_satisfaction_effect_ties_leaving_to_satisfaction():
    gaps = []
    for effect in (0, 1.2):
        people = members(world(satisfaction_effect=effect))
        gone = people["left_on"].notna()
        score = people["true_satisfaction"]
        gaps.append(score[~gone].mean() - score[gone].mean())
    # those who stay longer meet more problems, which lowers their satisfaction a little
    assert -0.3 < gaps[0] < 0.1
    assert gaps[1] > 0.5


def test_purchase_rate_makes_members_buy_more():
    few, many = (len(purchases(world(purchase_rate=rate), "member")) for rate in (0.2, 0.6))
    # first purchases do not depend on the rate
    first = len(members(world()))
    assert (many - first) / (few - first) == pytest.approx(3, rel=0.05)


def test_rate_shape_concentrates_sales():
    shares = []
    for shape in (0.4, 4):
        tables = world(rate_shape=shape)
        commuters = members(tables).query("segment == 'commuter'")["purchase_rate"]
        assert commuters.std() / commuters.mean() == pytest.approx(shape**-0.5, rel=0.12)
        shares.append(top_share(purchases(tables, "member").groupby("customer_id").size()))
    assert shares[0] > shares[1] + 0.08


@pytest.mark.parametrize("shape", [1, 4])
def test_regularity_sets_the_spread_of_gaps(shape):
    tables = world(regularity=shape, seasonality=0, price_spread=0, churn_rate=0.001)
    buyers = members(tables).query("purchase_rate > 0.1 and purchase_rate < 0.7")
    bought = purchases(tables).merge(buyers[["customer_id", "purchase_rate"]], on="customer_id")
    bought = bought[bought["joined"] < "2024-07-01"]
    gap = bought.groupby("customer_id")["date"].diff().dt.days * bought["purchase_rate"] / 7
    # Erlang-k gaps in units of their mean: variance 1/k, a little less as long gaps are cut off
    assert gap.std() == pytest.approx(shape**-0.5, rel=0.1)
    assert gap.mean() == pytest.approx(1, rel=0.08)


def test_seasonality_moves_purchases_to_winter():
    flat, strong = (
        purchases(world(seasonality=swing), "member")["date"].dt.month.isin([11, 12, 1]).mean()
        for swing in (0, 0.6)
    )
    assert strong > flat * 1.3


def dear_to_cheap(tables, spread, rows=None):
    """Orders at the high price over orders at the low price."""
    bought = purchases(tables, "member")
    # the first purchase is made at any price
    bought = bought[bought["date"] > bought["joined"]]
    if rows is not None:
        people = members(tables)
        bought = bought[bought["customer_id"].isin(people.loc[rows(people), "customer_id"])]
    price = bought["price_index"]
    return (price == 1 + spread).sum() / (price == 1 - spread).sum()


def test_price_elasticity_and_spread_move_purchases():
    assert (world(price_spread=0)["transactions"]["price_index"] == 1).all()
    for elasticity in (0, 2):
        knobs = {"price_spread": 0.2, "price_elasticity": elasticity, "elasticity_relief": 0}
        ratio = dear_to_cheap(world(**knobs), 0.2)
        assert ratio == pytest.approx((1.2 / 0.8) ** -elasticity, rel=0.15)
    index = world()["transactions"].query("channel == 'cafe'")["price_index"]
    assert set(index) == {0.95, 1.0, 1.05}


def test_elasticity_relief_makes_the_satisfied_less_price_sensitive():
    tables = world(price_spread=0.2, price_elasticity=2, elasticity_relief=1)
    happy = dear_to_cheap(tables, 0.2, lambda people: people["true_satisfaction"] > 7.8)
    unhappy = dear_to_cheap(tables, 0.2, lambda people: people["true_satisfaction"] < 6.8)
    assert happy > 1.5 * unhappy


def test_expectation_effect_adds_satisfaction_beside_disconfirmation():
    slopes = []
    for effect in (0, 0.8):
        survey = world(expectation_effect=effect)["survey"]
        survey = survey.dropna(subset=["satisfaction", *EXPECTED, *PERCEIVED])
        gap = survey[PERCEIVED].to_numpy() - survey[EXPECTED].to_numpy()
        hope = survey[EXPECTED].mean(axis=1)
        design = np.column_stack([np.ones(len(survey)), gap, hope])
        slopes.append(np.linalg.lstsq(design, survey["satisfaction"], rcond=None)[0][-1])
    assert abs(slopes[0]) < 0.2
    assert slopes[1] - slopes[0] == pytest.approx(0.8, abs=0.2)


def test_told_follows_satisfaction():
    def told(tables, low, high):
        survey = tables["survey"]
        return survey.loc[survey["satisfaction"].between(low, high), "told"].mean()

    loud = world(told_satisfied=6, told_dissatisfied=12)
    quiet = world(told_satisfied=0.5, told_dissatisfied=0.5)
    assert told(loud, 9, 10) == pytest.approx(5.4, abs=1)
    assert told(loud, 1, 5) > told(loud, 6, 7) + 1.5
    assert told(quiet, 9, 10) < 1
    assert told(quiet, 1, 5) < 1.2
    # those who tell more good things bring in more of the referred customers
    satisfaction = loud["truth"].set_index("customer_id")["true_satisfaction"]
    referrers = loud["customers"]["referred_by"].dropna().map(satisfaction)
    assert referrers.mean() > satisfaction.mean() + 0.3


def recovered_minus_others(tables):
    """Stated satisfaction of those whose complaint was put right, above the never failed."""
    survey = tables["survey"].dropna(subset=["customer_id", "satisfaction"])
    put_right = tables["complaints"].query("outcome == 'put right'")[["customer_id", "opened"]]
    pairs = survey.merge(put_right, on="customer_id")
    age = (pairs["date"] - pairs["opened"]).dt.days
    right = set(pairs.loc[age.between(8, 300), "respondent_id"])
    recovered = survey["respondent_id"].isin(right)
    fine = survey["had_problem"] == 0
    return survey["satisfaction"][recovered].mean() - survey["satisfaction"][fine].mean()


def test_recovery_moves_satisfaction_and_staying_separately():
    cold, warm = world(recovery_satisfaction=-1), world(recovery_satisfaction=2)
    assert recovered_minus_others(warm) > recovered_minus_others(cold) + 1
    assert cold["truth"]["left_on"].equals(warm["truth"]["left_on"])

    def gone_soon(tables):
        right = tables["complaints"].query("outcome == 'put right'")
        right = right.merge(tables["truth"], on="customer_id")
        right = right[~(right["left_on"] <= right["opened"]) & (right["opened"] < "2025-07-01")]
        return (right["left_on"] < right["opened"] + pd.Timedelta(days=180)).mean()

    assert gone_soon(world(recovery_repurchase=-2)) > gone_soon(world(recovery_repurchase=2)) + 0.2


def test_referral_share_and_quality():
    for share in (0.1, 0.6):
        customers = world(referral_share=share)["customers"].query("kind != 'wholesale'")
        assert (customers["channel"] == "referral").mean() == pytest.approx(share, abs=0.03)
        assert (customers["referred_by"].notna() == (customers["channel"] == "referral")).all()
    joined = world()["customers"].set_index("customer_id")["joined"]
    referred = world()["customers"].dropna(subset="referred_by")
    assert (referred["referred_by"].map(joined).to_numpy() <= referred["joined"].to_numpy()).all()
    gaps = []
    for quality in (0.5, 4):
        people = members(world(referral_quality=quality))
        gone = people["left_on"].notna().groupby(people["channel"] == "referral").mean()
        gaps.append(gone[True] - gone[False])
    assert gaps[0] > 0.03
    assert gaps[1] < -0.1


def test_retention_spending_keeps_members_and_its_cost_sets_how_fast():
    def gain(tables, spend):
        nothing = share_left(tables, lambda people: people["retention_spend"] == 0)
        return nothing - share_left(tables, lambda people: people["retention_spend"] == spend)

    assert abs(gain(world(retention_effect=0), 4)) < 0.05
    strong = world(retention_effect=0.9, retention_cost=0.3)
    assert gain(strong, 4) > 0.2
    assert gain(strong, 1) > gain(world(retention_effect=0.9, retention_cost=20), 1) + 0.15


def test_crisis_costs_purchases_that_come_back():
    calm, hit = world(), world(crisis_size=0.6, crisis_date="2024-12-02")
    ratio = []
    for first in ("2024-10-01", "2024-12-02", "2025-09-01"):
        days = pd.date_range(first, periods=56)
        counts = [purchases(tables, "member")["date"].isin(days).sum() for tables in (hit, calm)]
        ratio.append(counts[0] / counts[1])
    # mean of 0.5 ** (weeks / 13) over eight weeks is 0.815; first purchases are not lost
    assert ratio[0] == pytest.approx(1, abs=0.08)
    assert 1 - 0.6 * 0.815 - 0.05 < ratio[1] < 0.75
    assert ratio[2] > 0.8


def test_waits_are_a_sample_of_members_visits_to_a_cafe(lantern):
    waits = lantern["waits"]
    left = waits["waited"].isna()
    assert waits["customer_id"].isna().equals(left)
    bought = lantern["transactions"].query("channel == 'cafe' and amount > 0")
    visits = pd.MultiIndex.from_frame(bought[["customer_id", "date"]])
    assert pd.MultiIndex.from_frame(waits.loc[~left, ["customer_id", "date"]]).isin(visits).all()
    expected = len(bought) / 15
    assert (~left).sum() == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert waits["hour"].between(7, 18).all()
    assert (waits["promised"] % 5 == 0).all()
    assert waits["promised"].min() == 5
    assert waits["waited"].min() > 0
    order = pd.DataFrame({"date": waits["date"], "hour": waits["hour"]})
    assert order.equals(order.sort_values(["date", "hour"], kind="stable"))


@pytest.mark.parametrize("shape", [1, 9])
def test_waits_are_gamma_around_the_mean_of_customer_hour_and_period(shape):
    from scipy.stats import gamma, kstest

    tables = world(wait_shape=shape, wait_mean=20)
    waits = tables["waits"].dropna(subset="waited")
    crowd = [1.3, 1.5, 1.3, 0.8, 0.7, 0.9, 0.8, 0.7, 0.7, 0.7, 0.7, 0.6]
    share = [0.13, 0.17, 0.13, 0.07, 0.06, 0.09, 0.08, 0.06, 0.06, 0.06, 0.05, 0.04]
    usual = sum(c * s for c, s in zip(crowd, share, strict=True))
    level = waits["customer_id"].map(tables["truth"].set_index("customer_id")["mean_wait"])
    level = level * waits["hour"].map(dict(zip(range(7, 19), crowd, strict=True))) / usual
    level = level.where(waits["date"] >= "2025-03-01", level / 1.25)
    assert kstest(waits["waited"] / level, gamma(shape, scale=1 / shape).cdf).pvalue > 0.01
    # the board says what the staff expect, to the nearest five minutes
    off = (waits["promised"] - level) / level
    assert abs(off[level > 15].mean()) < 0.03
    assert 0.12 < off[level > 15].std() < 0.2


def test_queues_grow_with_the_change_and_are_felt():
    tables = world(balk_rate=0)
    waits = tables["waits"]
    assert waits["waited"].notna().all()
    later = waits["date"] >= "2025-03-01"
    ratio = waits["waited"][later].mean() / waits["waited"][~later].mean()
    assert ratio == pytest.approx(1.25, rel=0.08)
    assert waits["waited"][~later].mean() == pytest.approx(8, rel=0.06)
    members = customers_with_truth(tables)
    assert members["mean_wait"].notna().equals(members["kind"] == "member")
    both = tables["survey"].query("wave == 2").merge(members, on="customer_id").dropna()
    slope = np.polyfit(both["time_perceived"], np.log(both["mean_wait"]), 1)[0]
    # ten per cent a point, a little less as answers are rounded and heard with an error
    assert -0.105 < slope < -0.075


@pytest.mark.parametrize("rate", [0.012, 0.03])
def test_arrivals_balk_at_the_rate_built_in(rate):
    from scipy.optimize import brentq

    waits = world(balk_rate=rate, wait_mean=15)["waits"]
    promised, left = waits["promised"], waits["waited"].isna()

    def score(b):
        odds = np.exp(-b * promised) / -np.expm1(-b * promised)
        return (promised * np.where(left, odds, -1)).sum()

    found = brentq(score, 1e-6, 1)
    assert found == pytest.approx(rate, abs=3.5 * found / np.sqrt(left.sum()))


def test_waits_have_random_numbers_of_their_own():
    usual = simulate(seed=3, customers=300)
    other = simulate(seed=3, customers=300, world=World(wait_mean=15, wait_shape=2, balk_rate=0.04))
    for table in usual:
        same = usual[table].drop(columns="mean_wait", errors="ignore")
        moved = other[table].drop(columns="mean_wait", errors="ignore")
        assert same.equals(moved) == (table != "waits")


def test_every_knob_has_a_default_inside_its_limits_and_is_described():
    for knob in World.__dataclass_fields__:
        assert knob in World.__doc__
    assert World() == World(churn_rate=0.33)


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        ("churn_rate", 0),
        ("churn_rate", 1.5),
        ("churn_rate", float("nan")),
        ("rate_shape", -1),
        ("regularity", "2"),
        ("seasonality", 1),
        ("referral_share", None),
        ("retention_effect", True),
        ("crisis_size", float("inf")),
        ("wait_mean", 0.5),
        ("wait_shape", 0),
        ("balk_rate", -0.01),
        ("balk_rate", 0.06),
        ("crisis_date", "15.03.2025"),
        ("crisis_date", None),
    ],
)
def test_bad_knobs_are_named(knob, value):
    with pytest.raises(ValueError, match=f"World.{knob} must be"):
        World(**{knob: value})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"customers": 0}, "customers must be a whole number from 1"),
        ({"customers": 10.5}, "customers must be a whole number"),
        ({"months": 12}, "months must be a whole number from 15"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": "a"}, "seed must be a whole number"),
        ({"world": {"churn_rate": 0.1}}, "world must be a World"),
        ({"world": World(crisis_size=0.5, crisis_date="2031-01-01")}, "outside the window"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        simulate(**arguments)


# ---------------------------------------------------------------- what people say about a price


def test_price_survey_asks_members_and_most_answer_in_order(lantern):
    survey = lantern["price_survey"].merge(lantern["customers"], on="customer_id")
    assert len(survey) == 400
    assert (survey["kind"] == "member").all()
    assert survey["segment_x"].equals(survey["segment_y"])
    limits = survey[["too_cheap", "cheap", "expensive", "too_expensive"]]
    in_order = (limits.diff(axis=1).iloc[:, 1:] > 0).all(axis=1)
    assert 0.88 < in_order.mean() < 0.98
    assert (survey["max_price"].dropna() * 2 % 1 == 0).all()
    sound = survey[in_order]
    assert (
        sound["max_price"].dropna() < sound["too_expensive"].loc[sound["max_price"].notna()]
    ).all()
    assert survey[["intent_cheap", "intent_expensive"]].isin(range(1, 6)).all(axis=None)
    assert survey["intent_cheap"].mean() > survey["intent_expensive"].mean() + 1
    right = np.log(sound["expensive"] / 1.03).groupby(sound["segment_x"]).mean()
    for segment, level in (("commuter", 1.03), ("connoisseur", 1.17), ("saver", 0.91)):
        assert np.exp(right[segment]) == pytest.approx(4 * level, rel=0.06)


def test_asked_members_react_more_strongly_than_they_buy(lantern):
    most = lantern["price_survey"]["max_price"].fillna(0)
    stated = np.log((most >= 3.5).mean() / (most >= 4.5).mean()) / np.log(4.5 / 3.5)
    done = lantern["truth"]["price_elasticity"].pipe(lambda e: e[e > 0]).mean()
    assert 1.6 < stated / done < 2.1


@pytest.mark.parametrize("customers", [1, 3, 30])
def test_price_survey_of_a_tiny_company(customers):
    survey = simulate(seed=2, customers=customers)["price_survey"]
    assert survey.columns.equals(simulate(seed=1, customers=300)["price_survey"].columns)
    assert len(survey) <= max(1, customers // 10)


# ---------------------------------------------------------------- what a cup is worth


def test_members_rate_eighteen_balanced_cards(lantern):
    ratings = lantern["conjoint"].merge(
        lantern["customers"].drop(columns="channel"), on="customer_id"
    )
    assert len(ratings) == 300 * 18
    assert (ratings["kind"] == "member").all()
    assert ratings["segment_x"].equals(ratings["segment_y"])
    assert (ratings.groupby("segment_x")["respondent_id"].nunique() == 100).all()
    assert ratings["rating"].dropna().isin(range(1, 11)).all()
    assert 0.003 < ratings["rating"].isna().mean() < 0.02
    cards = cards_table()
    assert not cards.drop(columns="card").duplicated().any()
    for one, other in itertools.combinations(LEVELS, 2):
        together = cards.groupby([one, other]).size()
        assert len(together) == len(LEVELS[one]) * len(LEVELS[other])
        assert together.nunique() == 1, (one, other)


def test_members_choose_one_of_three_cups_or_nothing(lantern):
    choices = lantern["choices"]
    assert len(choices) == 300 * 12 * 4
    assert (choices.groupby(["respondent_id", "set"])["chosen"].sum() == 1).all()
    nothing = choices["alternative"] == "none"
    assert choices.loc[nothing, list(LEVELS)].isna().all(axis=None)
    assert choices.loc[~nothing, list(LEVELS)].notna().all(axis=None)
    assert 0.1 < choices.loc[nothing, "chosen"].mean() < 0.25
    names = choices[["respondent_id", "segment"]].drop_duplicates()
    rated = lantern["conjoint"][["respondent_id", "segment"]].drop_duplicates()
    assert names.reset_index(drop=True).equals(rated.reset_index(drop=True))
    best = choices["price"] == choices.groupby(["respondent_id", "set"])["price"].transform("min")
    assert choices.loc[best & ~nothing, "chosen"].mean() > 1.3 * choices["chosen"].mean()


def test_true_worth_is_the_part_worth_over_what_a_dollar_takes_away(lantern):
    truth = lantern["part_worths"].set_index(["segment", "attribute", "level"])
    for segment in (*SEGMENTS, "all"):
        rows = truth.loc[segment]
        price = rows.loc[("price", "+1"), "part_worth"]
        np.testing.assert_allclose(rows["worth"], -rows["part_worth"] / price, atol=1e-4)
    means = truth["part_worth"].unstack("segment")
    np.testing.assert_allclose(means["all"], means[list(SEGMENTS)].mean(axis=1), atol=1e-4)
    worth = (
        truth["worth"].unstack("segment").loc[[("coffee", "single origin"), ("cup", "souvenir")]]
    )
    assert (worth.diff().iloc[1] > 0).to_dict() == {
        "all": True,
        "commuter": True,
        "connoisseur": False,
        "saver": True,
    }


def test_committed_form_holds_the_same_ratings(lantern, tmp_path):
    forms = {"answers": form_table(lantern["conjoint"]), "cards": cards_table()}
    for file in write(forms, tmp_path):
        assert file.read_bytes() == (LANTERN.with_name("forms") / file.name).read_bytes()
    answers = pd.read_csv(LANTERN.with_name("forms") / "answers.csv")
    assert answers.columns[0] == "Timestamp"
    assert answers.columns[2].endswith(
        "[Card 1: house coffee, bench, 2 min wait, paper cup, $3.00]"
    )
    given = answers.iloc[:, 2:].to_numpy().ravel()
    np.testing.assert_array_equal(given, lantern["conjoint"]["rating"])


@pytest.mark.parametrize("customers", [1, 3, 30])
def test_preferences_of_a_tiny_company(customers):
    tables = simulate(seed=2, customers=customers)
    large = simulate(seed=1, customers=300)
    for name in ("conjoint", "choices", "part_worths"):
        assert tables[name].columns.equals(large[name].columns)
    assert len(tables["conjoint"]) <= 18 * customers
