"""Willingness to pay: exact cases, second routes, what is refused, and what the figures say."""

import sys
from decimal import Decimal
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import crmlab as crm
from crmlab import pricing, style
from crmlab.intervals import wilson

BENEFITS = ["coffee", "seat", "wait", "cup"]
ROOT = Path(__file__).resolve().parent.parent


def by_hand():
    return pd.DataFrame(
        {
            "respondent_id": "Ana",
            "coffee": ["house", "house", "single origin", "single origin"],
            "cup": ["paper", "souvenir", "paper", "souvenir"],
            "price": [3, 5, 5, 3],
            "rating": [5, 6, 4, 9],
        }
    )


@pytest.fixture(scope="module")
def ratings():
    return crm.load("lantern").conjoint


@pytest.fixture(scope="module")
def choices():
    return crm.load("lantern").choices


@pytest.fixture(scope="module")
def rated(ratings):
    return pricing.conjoint(ratings, BENEFITS)


@pytest.fixture(scope="module")
def chosen(choices):
    return pricing.choice_model(choices, BENEFITS)


def offers():
    return pd.DataFrame(
        {
            "coffee": ["house", "single origin"],
            "seat": ["chair", "chair"],
            "wait": [5, 5],
            "cup": ["souvenir", "paper"],
            "price": [4.5, 3.5],
        },
        index=["box", "pearl"],
    )


def simple_choices(seed=0, people=40, sets=6):
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        for task in range(sets):
            quality, price = rng.integers(0, 2, 3), rng.choice([2.0, 3.0, 5.0], 3)
            price = price + np.arange(3) / 10
            pull = 1.1 * quality - 0.6 * price + rng.gumbel(size=3)
            for place in range(3):
                taken = int(place == pull.argmax())
                rows.append((f"P{person}", task, quality[place], price[place], taken))
    return pd.DataFrame(rows, columns=["respondent_id", "set", "quality", "price", "chosen"])


# ---------------------------------------------------------------- ratings


def test_a_full_factorial_with_additive_utilities_is_worth_exactly_30():
    cards = pd.DataFrame(
        [
            (who, service, price, 1.2 * service - 0.04 * price + level)
            for who, level in (("Ana", 3), ("Bo", 5))
            for service in (0, 1)
            for price in (10, 20, 30, 40)
        ],
        columns=["respondent_id", "service", "price", "rating"],
    )
    for people in (cards, cards[cards["respondent_id"] == "Ana"]):
        worth = pricing.willingness_to_pay(pricing.conjoint(people, ["service"])).table
        assert worth.loc["service: +1", ["estimate", "low", "high"]].tolist() == pytest.approx(
            [30, 30, 30], abs=1e-6
        )


def test_four_cards_by_hand():
    parts = pricing.conjoint(by_hand(), ["coffee", "cup"])
    assert parts["estimate"].tolist() == pytest.approx([1, 3, -1])
    worth = pricing.willingness_to_pay(parts)
    assert worth["estimate"].tolist() == pytest.approx([1, 3])
    assert worth["low"].tolist() == [-np.inf] * 2
    assert worth["high"].tolist() == [np.inf] * 2
    assert "no interval" in parts.caption
    assert "no bound" in worth.caption
    other = pricing.conjoint(by_hand(), ["coffee", "cup"], base={"cup": "souvenir"})
    assert other["estimate"]["cup: paper"] == pytest.approx(-3)
    assert "cup souvenir" in other.caption


def test_part_worths_of_balanced_cards_are_differences_of_means(ratings):
    whole = ratings[ratings.groupby("respondent_id")["rating"].transform("count") == 18]
    parts = pricing.conjoint(whole, BENEFITS)["estimate"]
    cup = whole.groupby("cup")["rating"].mean()
    assert parts["cup: souvenir"] == pytest.approx(cup["souvenir"] - cup["paper"])
    price = whole.groupby("price")["rating"].mean()
    assert parts["price: +1"] == pytest.approx((price[5] - price[3]) / 2)


def test_ratings_agree_with_dummies_and_clusters_of_statsmodels(ratings):
    import statsmodels.formula.api as smf

    some = ratings[ratings["respondent_id"].isin(ratings["respondent_id"].unique()[:25])]
    some = some.dropna(subset="rating").iloc[: 25 * 18 - 20]
    parts = pricing.conjoint(some, BENEFITS)
    formula = "rating ~ coffee + seat + wait + cup + price + C(respondent_id)"
    dummies = smf.ols(formula, some).fit()
    names = ["coffee[T.single origin]", "seat[T.chair]", "seat[T.sofa]", "cup[T.porcelain]"]
    names += ["cup[T.souvenir]", "wait", "price"]
    labels = [*parts.table.index[:2], parts.table.index[2], "cup: porcelain", "cup: souvenir"]
    labels += ["wait: +1", "price: +1"]
    assert parts["estimate"][labels].tolist() == pytest.approx(dummies.params[names].tolist())
    # clusters: (G / (G - 1)) ((N - 1) / (N - K)) bread meat bread
    count, rows, k = some["respondent_id"].nunique(), len(some), len(names)
    clustered = dummies.get_robustcov_results("cluster", groups=pd.factorize(some.respondent_id)[0])
    errors = pd.Series(clustered.bse, dummies.params.index)[names]
    errors = errors * np.sqrt((rows - k) ** -1 * (rows - k - count))
    t = stats.t.ppf(0.975, count - 1)
    half = (parts["high"] - parts["estimate"])[labels] / t
    assert half.tolist() == pytest.approx(errors.tolist(), rel=1e-6)


def test_one_respondent_has_the_intervals_of_plain_least_squares():
    import statsmodels.formula.api as smf

    rng = np.random.default_rng(3)
    cards = pd.DataFrame({"price": np.tile([3.0, 4, 5], 6), "wait": np.repeat([2.0, 5], 9)})
    cards["rating"] = 8 - cards["price"] - 0.3 * cards["wait"] + rng.normal(size=18)
    cards["respondent_id"] = "Ana"
    parts = pricing.conjoint(cards, ["wait"])
    plain = smf.ols("rating ~ wait + price", cards).fit()
    for label, name in (("wait: +1", "wait"), ("price: +1", "price")):
        expected = [plain.params[name], *plain.conf_int().loc[name]]
        assert parts.table.loc[label, ["estimate", "low", "high"]].tolist() == pytest.approx(
            expected
        )
    assert parts.price_t == pytest.approx(plain.tvalues["price"])


def test_skipped_cards_and_flat_raters_are_counted(rated, ratings):
    assert rated.skipped == ratings["rating"].isna().sum() > 0
    assert f"{rated.skipped} empty answers" in rated.caption
    assert rated.respondents == 300
    flat = pd.concat([by_hand(), by_hand().assign(respondent_id="Bo", rating=4)])
    parts = pricing.conjoint(flat, ["coffee", "cup"])
    assert parts.flat == 1
    assert "1 gave all cards the same rating" in parts.caption
    assert parts["estimate"].tolist() == pytest.approx([0.5, 1.5, -0.5])


def test_dtypes_and_row_order_do_not_matter(ratings):
    some = ratings[ratings["respondent_id"] < "J030"]
    want = pricing.conjoint(some, BENEFITS).table
    odd = some[::-1].copy()
    odd["price"] = odd["price"].map(lambda cell: Decimal(str(cell))).astype(object)
    odd["wait"] = odd["wait"].astype("Int64")
    odd["rating"] = odd["rating"].astype("Float64")
    odd["cup"] = odd["cup"].astype("category")
    odd["coffee"] = odd["coffee"].astype(object)
    found = pricing.conjoint(odd, BENEFITS).table
    pd.testing.assert_frame_equal(found, want, check_exact=False, rtol=1e-9)
    flags = by_hand().assign(cup=[False, True, False, True])
    parts = pricing.conjoint(flags, ["coffee", "cup"])
    assert parts["estimate"]["cup: yes"] == pytest.approx(3)


@settings(max_examples=25)
@given(st.floats(0.01, 1000), st.floats(-50, 50))
def test_worth_depends_on_the_unit_of_money_alone(unit, shift):
    rng = np.random.default_rng(1)
    cards = pd.concat([by_hand().assign(respondent_id=str(n)) for n in range(6)])
    cards["rating"] = cards["rating"] + rng.normal(size=len(cards)).round(2)
    want = pricing.willingness_to_pay(pricing.conjoint(cards, ["coffee", "cup"])).table
    other = cards.assign(price=cards["price"] * unit, rating=3 * cards["rating"] + shift)
    found = pricing.willingness_to_pay(pricing.conjoint(other, ["coffee", "cup"])).table
    for name in ("estimate", "low", "high"):
        np.testing.assert_allclose(found[name], want[name] * unit, rtol=1e-6)


# ---------------------------------------------------------------- choices


def test_choices_agree_with_the_conditional_logit_of_statsmodels():
    from statsmodels.discrete.conditional_models import ConditionalLogit

    table = simple_choices()
    parts = pricing.choice_model(table, ["quality"])
    groups = table.groupby(["respondent_id", "set"]).ngroup()
    theirs = ConditionalLogit(table["chosen"], table[["quality", "price"]], groups=groups)
    theirs = theirs.fit(disp=0)
    assert parts["estimate"].tolist() == pytest.approx(theirs.params.tolist(), abs=1e-4)
    alone = pricing.choice_model(
        table.assign(set=groups, respondent_id="Ana"), ["quality"], confidence=0.9
    )
    assert np.sqrt(np.diag(alone.covariance)) == pytest.approx(theirs.bse.to_numpy(), rel=1e-3)
    half = alone["high"] - alone["estimate"]
    assert half.tolist() == pytest.approx((1.6449 * theirs.bse).tolist(), rel=1e-3)


def test_clustered_errors_of_choices_are_those_of_resampled_respondents():
    table = simple_choices(seed=4, people=60)
    parts = pricing.choice_model(table, ["quality"])
    moved = parts.influence.to_numpy()
    np.testing.assert_allclose(parts.covariance, moved.T @ moved * 60 / 59, rtol=1e-9)
    rng = np.random.default_rng(0)
    people = dict(list(table.groupby("respondent_id")))
    found = []
    for _ in range(120):
        names = rng.choice(list(people), len(people))
        again = pd.concat(
            [people[name].assign(respondent_id=str(place)) for place, name in enumerate(names)]
        )
        found.append(pricing.choice_model(again, ["quality"])["estimate"].to_numpy())
    ratio = np.std(found, axis=0, ddof=1) / np.sqrt(np.diag(parts.covariance))
    assert ((ratio > 0.8) & (ratio < 1.25)).all()


def test_buying_nothing_has_a_part_worth_and_no_worth(chosen):
    assert chosen.table.index[-1] == "none: buy nothing"
    worth = pricing.willingness_to_pay(chosen)
    assert list(worth.table["attribute"].unique()) == [*BENEFITS[:2], "cup", "wait"]
    assert "none" not in " ".join(worth.table.index)


def test_skipped_sets_are_left_out_and_counted(choices):
    some = choices[choices["respondent_id"] < "J040"].copy()
    some["chosen"] = some["chosen"].astype(float)
    first = (some["respondent_id"] == "J001") & (some["set"] == "3")
    want = pricing.choice_model(some[~first], BENEFITS)
    some.loc[first, "chosen"] = np.nan
    found = pricing.choice_model(some, BENEFITS)
    assert found.skipped == 1
    pd.testing.assert_frame_equal(found.table, want.table)


# ---------------------------------------------------------------- the truth


def test_lantern_truth_lies_in_most_intervals(ratings, choices):
    truth = crm.load("lantern").tables["part_worths"]
    for answers in (ratings, choices):
        worth = pricing.worth_by(answers, BENEFITS)
        both = worth.table.merge(truth, on=["segment", "attribute", "level"])
        inside = both["worth"].between(both["low"], both["high"])
        assert len(inside) == 18
        assert inside.sum() >= 15


def test_stored_coverage_is_nominal_on_both_sides_and_made_by_the_script():
    stored = pd.read_csv(ROOT / "benchmarks" / "worth.csv").set_index(["source", "method"])
    assert (stored["intervals"].iloc[:6] == 200 * 3 * 6).all()
    for source in ("ratings of 100", "choices of 100"):
        row = stored.loc[(source, "fieller")]
        assert 0.94 < row["inside"] < 0.96
        assert 0.01 < row["below"] < 0.035
        assert 0.01 < row["above"] < 0.035
        assert abs(row["mean_error"]) < 0.03
    few = stored.loc["ratings of 6"]
    assert few["inside"].between(0.94, 0.97).all()
    weak = stored.loc["ratings of 6, weak price"]
    assert weak.loc["fieller", ["below", "above"]].max() < 0.025
    assert weak.loc["delta", "above"] > 0.035 > 0.02 > weak.loc["delta", "below"]
    lesson = (ROOT / "lessons" / "12-willingness-to-pay.py").read_text(encoding="utf-8")
    assert "the truth in 95 of 100 cases, for ratings and for choices" in lesson.replace(
        "\n# ", " "
    )
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import worth

    one = worth.world(0)
    assert len(one) in (3 * 3 * 2 * 6, (3 * 3 + 1) * 2 * 6)
    inside = one["truth"].between(one["low"], one["high"])
    assert 0.8 < inside.mean() <= 1


# ---------------------------------------------------------------- the ratio


def small_panel(ratings, people=6):
    some = ratings[ratings["segment"] == "connoisseur"]
    return some[some["respondent_id"].isin(some["respondent_id"].unique()[:people])]


@pytest.mark.parametrize("people", [3, 6, 40])
def test_fieller_ends_where_the_data_just_leave_a_ratio_plausible(ratings, people):
    parts = pricing.conjoint(small_panel(ratings, people), BENEFITS)
    t = stats.t.ppf(0.975, people - 1)
    worth = pricing.willingness_to_pay(parts).table
    v = parts.covariance
    for step, row in worth.iterrows():
        for end in (row["low"], row["high"]):
            part, price = parts["estimate"][step], parts["estimate"]["price: +1"]
            left = part + end * price
            spread = v.loc[step, step] + 2 * end * v.loc[step, "price: +1"]
            spread += end**2 * v.loc["price: +1", "price: +1"]
            assert abs(left) == pytest.approx(t * np.sqrt(spread), rel=1e-6)
        assert row["low"] < row["estimate"] < row["high"]


def test_delta_agrees_with_a_numeric_gradient_and_parts_from_fieller(ratings):
    parts = pricing.conjoint(small_panel(ratings), BENEFITS)
    delta = pricing.willingness_to_pay(parts, method="delta").table
    fieller = pricing.willingness_to_pay(parts).table
    beta, step = parts["estimate"].to_numpy(), parts.table.index.get_loc("cup: souvenir")
    last, small = len(beta) - 1, 1e-6
    slope = np.zeros(len(beta))
    for place in (step, last):
        up, down = beta.copy(), beta.copy()
        up[place] += small
        down[place] -= small
        slope[place] = (-up[step] / up[last] + down[step] / down[last]) / (2 * small)
    half = stats.t.ppf(0.975, 5) * np.sqrt(slope @ parts.covariance.to_numpy() @ slope)
    row = delta.loc["cup: souvenir"]
    assert row["high"] - row["estimate"] == pytest.approx(half, rel=1e-5)
    assert row["estimate"] - row["low"] == pytest.approx(half, rel=1e-5)
    assert fieller.loc["cup: souvenir", "high"] > 1.1 * row["high"]
    assert fieller.loc["cup: souvenir", "low"] > row["low"]


def test_both_intervals_agree_where_the_price_is_strong(rated):
    delta = pricing.willingness_to_pay(rated, method="delta").table
    fieller = pricing.willingness_to_pay(rated).table
    assert (delta[["low", "high"]] - fieller[["low", "high"]]).abs().to_numpy().max() < 0.02
    wide = pricing.willingness_to_pay(rated, confidence=0.99).table
    assert (wide["low"] < fieller["low"]).all()
    assert (wide["high"] > fieller["high"]).all()


def test_a_weak_price_warns_and_has_no_bound():
    rng = np.random.default_rng(7)
    cards = pd.concat([by_hand().assign(respondent_id=str(n)) for n in range(8)])
    noise = rng.normal(scale=3, size=len(cards))
    cards["rating"] = 2 * (cards["cup"] == "souvenir") - 0.02 * cards["price"] + noise
    parts = pricing.conjoint(cards, ["coffee", "cup"])
    assert -2 < parts.price_t < 0
    with pytest.warns(UserWarning, match=r"standard errors below 0, less than 2.*unstable"):
        worth = pricing.willingness_to_pay(parts)
    assert np.isinf(worth.table[["low", "high"]].to_numpy()).all()
    assert "no bound" in worth.caption
    ax = worth.plot()
    assert {line.get_marker() for line in ax.lines} >= {"<", ">", "o"}


def test_a_price_that_is_liked_is_refused():
    liked = by_hand().assign(rating=[5, 9, 8, 6])
    parts = pricing.conjoint(liked, ["coffee", "cup"])
    with pytest.raises(ValueError, match=r"part-worth of the price is 1\.5, not negative"):
        pricing.willingness_to_pay(parts)
    indifferent = pricing.conjoint(by_hand().assign(rating=[1, 2, 1, 2]), ["coffee", "cup"])
    with pytest.raises(ValueError, match="not negative"):
        pricing.willingness_to_pay(indifferent)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="rating"), "lacks the column rating"),
        (lambda t: t.drop(columns="price"), "lacks the column price"),
        (lambda t: t.iloc[:0], "has no rows"),
        (lambda t: t["rating"], "is of type Series"),
        (lambda t: t.assign(rating="good"), r"ratings\.rating: 4 of 4 rows are not numeric"),
        (lambda t: t.assign(rating=np.nan), "is empty in all rows"),
        (lambda t: t.assign(price=["3", "5", "5", "3"]), r"ratings\.price.*not numeric"),
        (lambda t: t.assign(price=[3, 5, 5, -3]), r"ratings\.price: 1 of 4 rows is below 0"),
        (lambda t: t.assign(price=[3, 5, None, 3]), r"ratings\.price: 1 of 4 rows is empty"),
        (lambda t: t.assign(cup=["paper", None, "paper", "souvenir"]), r"ratings\.cup: 1 of 4"),
        (lambda t: t.assign(respondent_id=["Ana", "", "Ana", "Ana"]), "respondent_id: 1 of 4"),
        (lambda t: t.assign(rating=[5, 6, np.inf, 9]), "is infinite"),
        (lambda t: t.assign(card=["1", "2", "2", "3"]), r"ratings\.card: 1 of 4"),
        (lambda t: t.assign(cup="paper"), "cup is 'paper' on all cards"),
        (lambda t: t.assign(cup=["a", "a", "b", "b"]), "coffee and cup always change together"),
        (lambda t: t.assign(cup=["a", "b", "b", "a"]), "cup and price always change together"),
        (lambda t: t.iloc[:3], "can be made of one another"),
    ],
)
def test_bad_ratings_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        pricing.conjoint(change(by_hand()), ["coffee", "cup"])


def test_aliasing_has_an_error_of_its_own():
    alias = by_hand().assign(cup=["a", "a", "b", "b"])
    with pytest.raises(pricing.NotIdentifiedError, match="coffee and cup"):
        pricing.conjoint(alias, ["coffee", "cup"])


@pytest.mark.parametrize(
    ("attributes", "options", "message"),
    [
        ([], {}, "attributes is"),
        ("coffee", {}, "attributes is 'coffee'"),
        (["coffee", "coffee"], {}, "each once"),
        (["price"], {}, "beside the price"),
        (["coffee", "milk"], {}, "lacks the column milk"),
        (["coffee"], {"base": {"coffee": "tea"}}, r"base\['coffee'\] is 'tea'"),
        (["coffee"], {"base": {"milk": "no"}}, "base names milk"),
        (["coffee"], {"base": "house"}, "base is 'house'; write"),
        (["coffee"], {"confidence": 95}, "confidence is 95"),
    ],
)
def test_bad_arguments_are_named(attributes, options, message):
    with pytest.raises(ValueError, match=message):
        pricing.conjoint(by_hand(), attributes, **options)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.assign(chosen=0), "first set 0 of respondent P0 has 0 chosen rows"),
        (lambda t: t.assign(chosen=1), "has 3 chosen rows"),
        (lambda t: t.assign(chosen="yes"), "are text"),
        (lambda t: t.assign(chosen=np.nan), "is empty in all rows"),
        (lambda t: t.assign(quality=t["set"] % 2), "quality never varies within a set"),
        (lambda t: t[t["chosen"] == 1], "has only one alternative"),
        (lambda t: t.assign(twice=2 * t["price"]), "twice and price always change together"),
        (lambda t: t.assign(price=t["price"].where(t.index > 0)), r"choices\.price: 1 of"),
        (lambda t: t.drop(columns="set"), "lacks the column set"),
    ],
)
def test_bad_choices_are_named(change, message):
    table = change(simple_choices(people=10))
    names = ["quality", "twice"] if "twice" in table else ["quality"]
    with pytest.raises(ValueError, match=message):
        pricing.choice_model(table, names)


def test_perfect_separation_names_the_rule():
    table = simple_choices(people=15)
    cheapest = table.groupby(["respondent_id", "set"])["price"].transform("min")
    rule = table.assign(chosen=(table["price"] == cheapest).astype(int))
    with pytest.raises(pricing.NotIdentifiedError, match=r"perfect separation.*price"):
        pricing.choice_model(rule, ["quality"])


def test_worth_wants_part_worths_and_segments_are_named(ratings):
    with pytest.raises(ValueError, match="parts is of type DataFrame"):
        pricing.willingness_to_pay(ratings)
    parts = pricing.conjoint(by_hand(), ["coffee", "cup"])
    with pytest.raises(ValueError, match="method is 'bootstrap'"):
        pricing.willingness_to_pay(parts, method="bootstrap")
    both = pd.concat([by_hand(), by_hand().assign(respondent_id="Bo", rating=[5, 9, 8, 6])])
    both["segment"] = ["north"] * 4 + ["south"] * 4
    with pytest.raises(ValueError, match="segment south: the part-worth of the price"):
        pricing.worth_by(both, ["coffee", "cup"])


# ---------------------------------------------------------------- shares


def test_logit_shares_add_up_and_follow_the_formula(chosen):
    shares = pricing.preference_shares(chosen, offers())
    assert shares["estimate"].sum() == pytest.approx(1)
    beta = chosen["estimate"]
    box = beta["seat: chair"] + 5 * beta["wait: +1"] + beta["cup: souvenir"]
    box += 4.5 * beta["price: +1"]
    pearl = beta["seat: chair"] + 5 * beta["wait: +1"] + beta["coffee: single origin"]
    pearl += 3.5 * beta["price: +1"]
    odds = np.exp(box - pearl)
    assert shares["estimate"]["box"] / shares["estimate"]["pearl"] == pytest.approx(odds)
    nothing = np.exp(beta["none: buy nothing"] - pearl)
    assert shares["estimate"]["buy nothing"] / shares["estimate"]["pearl"] == pytest.approx(nothing)
    assert (
        shares.title == f"{shares['estimate'].idxmax()} leads with {shares['estimate'].max():.0%}"
    )


def test_intervals_of_shares_agree_with_the_delta_method(chosen):
    shares = pricing.preference_shares(chosen, offers())
    labels, matrix = list(chosen.table.index), np.zeros((3, len(chosen.table)))
    for row, held in enumerate(
        (
            {"seat: chair": 1, "wait: +1": 5, "cup: souvenir": 1, "price: +1": 4.5},
            {"seat: chair": 1, "wait: +1": 5, "coffee: single origin": 1, "price: +1": 3.5},
            {"none: buy nothing": 1},
        )
    ):
        for label, much in held.items():
            matrix[row, labels.index(label)] = much
    p = shares["estimate"].to_numpy()
    slope = p[:, None] * (matrix - p @ matrix)
    error = np.sqrt(np.diag(slope @ chosen.covariance.to_numpy() @ slope.T))
    width = (shares["high"] - shares["low"]).to_numpy() / (2 * 1.96 * error)
    assert ((width > 0.93) & (width < 1.07)).all()
    assert (shares["low"] <= shares["estimate"]).all()
    assert (shares["high"] >= shares["estimate"]).all()
    again = pricing.preference_shares(chosen, offers()[::-1])
    assert again["estimate"]["box"] == pytest.approx(shares["estimate"]["box"])


def test_first_choices_are_counted_with_wilsons_interval(rated):
    shares = pricing.preference_shares(rated, offers())
    own = rated.individual
    box = own["cup: souvenir"] + 4.5 * own["price: +1"]
    pearl = own["coffee: single origin"] + 3.5 * own["price: +1"]
    share = (box > pearl + 1e-9).mean() + 0.5 * np.isclose(box, pearl).mean()
    assert shares["estimate"]["box"] == pytest.approx(share)
    low, high = wilson(share * 300, 300)
    assert shares.table.loc["box", ["low", "high"]].tolist() == pytest.approx([low, high])
    same = offers().loc[["box", "box"]].set_axis(["one", "two"])
    assert pricing.preference_shares(rated, same)["estimate"].tolist() == [0.5, 0.5]


def test_levers_are_differences_of_shares(chosen):
    found = pricing.levers(chosen, offers(), "box")
    assert list(found.table["gain"]) == sorted(found.table["gain"], reverse=True)
    before = pricing.preference_shares(chosen, offers())["estimate"]["box"]
    assert found.share == pytest.approx(before)
    cheaper = offers()
    cheaper.loc["box", "price"] = 3
    after = pricing.preference_shares(chosen, cheaper)["estimate"]["box"]
    row = found.table.loc["price: 4.5 to 3"]
    assert row["gain"] == pytest.approx(after - before)
    assert row["share"] == pytest.approx(after)
    assert row["low"] < row["gain"] < row["high"]
    assert row["attribute"] == "price"
    assert {"cup: souvenir to paper", "price: 4.5 to 5", "wait: 5 to 2"} <= {*found.table.index}
    assert len(found.table) == 1 + 2 + 2 + 2 + 3
    assert found.title.startswith(f"{found.table.index[0]} adds most: +")
    assert f"{before:.1%}" in found.caption


def test_gain_of_first_choices_uses_those_who_change():
    people = []
    for place in range(12):
        likes = 3 if place < 9 else 0.5
        cards = by_hand().assign(respondent_id=str(place))
        cards["rating"] = likes * (cards["cup"] == "souvenir") - 1.0 * cards["price"]
        cards["rating"] += 0.1 * (cards["coffee"] == "house")
        people.append(cards)
    parts = pricing.conjoint(pd.concat(people), ["coffee", "cup"])
    two = pd.DataFrame(
        {"coffee": "house", "cup": ["paper", "paper"], "price": [4, 3]}, ["ours", "theirs"]
    )
    row = pricing.levers(parts, two, "ours").table.loc["cup: paper to souvenir"]
    assert row["gain"] == pytest.approx(0.75)
    # Agresti-Min: 9 gained, 0 lost, half a person added to each of four cells
    middle, n = 9 / 14, 14
    half = 1.959964 * np.sqrt(10 - 81 / n) / n
    assert row["low"] == pytest.approx(middle - half, abs=1e-5)
    assert row["high"] == pytest.approx(max(middle + half, 0.75), abs=1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.assign(cup=["gold", "paper"]), r"offers\.cup: 1 of 2 rows lies outside"),
        (lambda t: t.assign(price=[2.5, 3]), r"offers\.price: 1 of 2 rows lies outside.*3 to 5"),
        (lambda t: t.assign(wait=[5, 9]), r"offers\.wait"),
        (lambda t: t.assign(price=["4", "3"]), "not numeric"),
        (lambda t: t.drop(columns="seat"), "lacks the column seat"),
        (lambda t: t.set_axis(["a", "a"]), "repeats an earlier"),
        (lambda t: t["cup"], "is of type Series"),
    ],
)
def test_offers_outside_the_design_are_refused(chosen, change, message):
    with pytest.raises(ValueError, match=message):
        pricing.preference_shares(chosen, change(offers()))


def test_shares_need_several_people_and_a_known_offer(chosen, rated):
    alone = pricing.conjoint(by_hand(), ["coffee", "cup"])
    with pytest.raises(ValueError, match="one respondent"):
        pricing.preference_shares(alone, offers())
    with pytest.raises(ValueError, match="ours is 'Bean Barn'"):
        pricing.levers(chosen, offers(), "Bean Barn")
    with pytest.raises(ValueError, match="ours is"):
        pricing.levers(chosen, offers(), ["box"])
    with pytest.raises(ValueError, match="at least two alternatives"):
        pricing.preference_shares(rated, offers().iloc[:1])
    with pytest.raises(ValueError, match="parts is of type"):
        pricing.preference_shares(offers(), offers())


# ---------------------------------------------------------------- figures


def test_figures_say_what_the_results_say(rated, chosen, ratings):
    ax = rated.plot()
    assert ax.get_title("left") == rated.title == "Of single steps, cup: souvenir counts most"
    bars = {
        label.get_text(): bar.get_width()
        for label, bar in zip(ax.get_yticklabels(), ax.patches, strict=True)
    }
    assert bars == pytest.approx(rated["estimate"].to_dict())
    lines = np.array([tuple(path.vertices[:, 0]) for path in ax.collections[0].get_paths()])
    assert lines == pytest.approx(rated.table[["low", "high"]].to_numpy()[::-1])
    assert ax.get_xlabel() == "part-worth (points of the rating)"
    assert "units of its noise" in chosen.plot().get_xlabel()
    worth = pricing.willingness_to_pay(rated)
    ax = worth.plot()
    most = worth["estimate"]["cup: souvenir"]
    assert ax.get_title("left") == f"cup: souvenir is worth most: {most:.2f}"
    dots = ax.lines[0]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert dict(zip(labels, dots.get_xdata(), strict=True)) == pytest.approx(
        worth["estimate"].to_dict()
    )
    ends = [tuple(path.vertices[:, 0]) for path in ax.collections[0].get_paths()]
    expected = list(zip(worth["low"], worth["high"], strict=True))[::-1]
    assert np.array(ends) == pytest.approx(np.array(expected))
    by = pricing.worth_by(ratings, BENEFITS)
    rows = by.table.loc["coffee: single origin"].set_index("segment")["estimate"]
    low, high = rows["saver"], rows["connoisseur"]
    assert by.title == (
        f"coffee: single origin is worth {low:.2f} (saver) to {high:.2f} (connoisseur)"
    )
    ax = by.plot()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(by.respondents.index)
    assert len({line.get_color() for line in ax.lines if line.get_marker() == "o"}) == 3
    assert len({tuple(one.get_edgecolor()[0]) for one in ax.collections}) == 3
    first = ax.lines[0]
    mine = by.table[by.table["segment"] == "commuter"]["estimate"]
    assert sorted(first.get_xdata()) == pytest.approx(sorted(mine))


def test_figures_of_shares(chosen):
    shares = pricing.preference_shares(chosen, offers())
    ax = shares.plot()
    labels = [label.get_text() for label in ax.get_yticklabels()]
    widths = [bar.get_width() for bar in ax.patches]
    assert dict(zip(labels, widths, strict=True)) == pytest.approx(shares["estimate"].to_dict())
    lines = np.array([tuple(path.vertices[:, 0]) for path in ax.collections[0].get_paths()])
    assert lines == pytest.approx(shares.table[["low", "high"]].to_numpy()[::-1])
    found = pricing.levers(chosen, offers(), "box")
    ax = found.plot()
    labels = [label.get_text() for label in ax.get_yticklabels()]
    widths = [bar.get_width() for bar in ax.patches]
    assert dict(zip(labels, widths, strict=True)) == pytest.approx((100 * found["gain"]).to_dict())
    lines = np.array([tuple(path.vertices[:, 0]) for path in ax.collections[0].get_paths()])
    assert lines == pytest.approx(100 * found.table[["low", "high"]].to_numpy()[::-1])
    cost = matplotlib.colors.to_rgba(style.COLOURS["cost"])
    colours = {label: bar.get_facecolor() for label, bar in zip(labels, ax.patches, strict=True)}
    prices = {colour for label, colour in colours.items() if label.startswith("price")}
    others = {colour for label, colour in colours.items() if not label.startswith("price")}
    assert len(prices) == len(others) == 1
    assert prices == {cost} != others
    assert ax.get_title("left") == found.title


# ---------------------------------------------------------------- forms


def test_the_shipped_form_reads_into_the_shipped_ratings(ratings):
    form, cards = pricing.example_form()
    table = pricing.from_form(form, cards, keep={"What brings": "reason"})
    assert list(table.columns) == [
        *("respondent_id", "reason", "card", "coffee", "seat", "wait", "cup", "price", "rating")
    ]
    np.testing.assert_array_equal(table["rating"], ratings["rating"])
    assert table["card"].tolist() == ratings["card"].tolist()
    assert table["respondent_id"].iloc[[0, -1]].tolist() == ["F001", "F300"]
    assert table.groupby("reason").size().tolist() == [1800] * 3


def test_microsofts_columns_are_dropped_and_its_id_is_kept(tmp_path):
    form = pd.DataFrame(
        {
            "ID": [4, 9],
            "Start time": ["12/1/25 8:00"] * 2,
            "Email": ["anonymous"] * 2,
            "Name": [None, None],
            "Card 12: souvenir cup": [9, None],
            "Card 1: paper cup": ["5", "7 - likely"],
        }
    )
    cards = pd.DataFrame({"card": ["Card 1", "Card 12"], "cup": ["paper", "souvenir"]})
    table = pricing.from_form(form, cards)
    assert table["respondent_id"].tolist() == ["4", "4", "9", "9"]
    assert table["rating"].tolist()[:3] == [5, 9, 7]
    assert np.isnan(table["rating"].iloc[3])
    assert list(table.columns) == ["respondent_id", "card", "cup", "rating"]
    form.to_excel(tmp_path / "form.xlsx", index=False)
    pd.testing.assert_frame_equal(pricing.from_form(tmp_path / "form.xlsx", cards), table)
    form.to_csv(tmp_path / "form.csv", index=False, sep=";", encoding="utf-8-sig")
    pd.testing.assert_frame_equal(pricing.from_form(tmp_path / "form.csv", cards), table)


def test_choices_of_a_form():
    cards = pd.DataFrame(
        {
            "set": ["Q1", "Q1", "Q1", "Q2", "Q2"],
            "alternative": ["A", "B", "None of these", "A", "B"],
            "cup": ["paper", "souvenir", None, "souvenir", "paper"],
            "price": [3, 4, None, 3, 4],
        }
    )
    form = pd.DataFrame({"Q1 Which?": ["B (souvenir)", "None of these"], "Q2 Which?": ["A", ""]})
    table = pricing.from_form(form, cards)
    assert table["chosen"].fillna(-1).tolist() == [0, 1, 0, 1, 0, 0, 0, 1, -1, -1]
    with pytest.raises(ValueError, match=r"begins with no alternative; first row 3: 'C'"):
        pricing.from_form(form.assign(**{"Q2 Which?": ["A", "C"]}), cards)


@pytest.mark.parametrize(
    ("headers", "answers", "message"),
    [
        (["Card 1", "Card 1 again"], [5, 6], "2 headers name the card 'Card 1'"),
        (["Card 2", "time"], [5, 6], "no header names the card 'Card 1'"),
        (["Card 1", "time"], ["good", 6], "begins with no number; first row 2: 'good'"),
        (["Card 1", "time"], [True, 6], "begins with no number"),
    ],
)
def test_bad_forms_are_named(headers, answers, message):
    cards = pd.DataFrame({"card": ["Card 1"], "cup": ["paper"]})
    with pytest.raises(ValueError, match=message):
        pricing.from_form(pd.DataFrame([answers], columns=headers), cards)


@pytest.mark.parametrize(
    ("form", "cards", "keep", "message"),
    [
        ("nowhere.csv", {"card": ["a"]}, None, "there is no file 'nowhere.csv'"),
        (pd.DataFrame({"a": [1]}), {"name": ["a"]}, None, "cards lacks the column card"),
        (pd.DataFrame({"a": [1]}), {"card": ["a", "a"]}, None, "repeats an earlier one"),
        (pd.DataFrame({"a": [1]}), {"card": ["a"]}, {"b": "c"}, "0 headers begin with 'b'"),
        (pd.DataFrame({"a": [1]}), {"card": ["a"]}, "b", "keep is not a mapping"),
        (pd.DataFrame({"a": [1]}), {"card": ["a"]}, {1: "b"}, "keep: 1 to 'b'"),
        (pd.DataFrame({"a": [1]}), {"card": ["a"]}, {"a": "rating"}, "a name other than"),
        (7, {"card": ["a"]}, None, "form is of type int"),
    ],
)
def test_bad_arguments_of_a_form_are_named(form, cards, keep, message):
    with pytest.raises(ValueError, match=message):
        pricing.from_form(form, pd.DataFrame(cards), keep=keep)


def test_a_file_that_is_no_workbook_is_named(tmp_path):
    (tmp_path / "form.xlsx").write_text("a,b")
    with pytest.raises(ValueError, match=r"form\.xlsx is no Excel file"):
        pricing.from_form(tmp_path / "form.xlsx", pd.DataFrame({"card": ["a"]}))


def test_own_part_worths_are_those_of_each_respondent_by_herself(rated, ratings):
    for name in ("J001", "J120", "J300"):
        alone = pricing.conjoint(ratings[ratings["respondent_id"] == name], BENEFITS)
        np.testing.assert_allclose(rated.individual.loc[name], alone["estimate"], atol=1e-9)
    few = ratings[ratings["respondent_id"] < "J010"].copy()
    few.loc[few["respondent_id"].eq("J002") & ~few["card"].isin(["Card 1", "Card 2"]), "rating"] = (
        np.nan
    )
    own = pricing.conjoint(few, BENEFITS).individual
    assert own.isna().all(axis=1).sum() == 1
    assert own.loc["J002"].isna().all()


def test_a_segment_that_lacks_a_level_is_drawn_without_it(ratings):
    some = ratings[(ratings["segment"] != "saver") | (ratings["cup"] != "souvenir")]
    by = pricing.worth_by(some, BENEFITS)
    assert len(by.table) == 17
    ax = by.plot()
    assert [len(line.get_xdata()) for line in ax.lines if line.get_marker() == "o"] == [6, 6, 5]


def test_intervals_of_gains_agree_with_the_delta_method(chosen):
    labels = list(chosen.table.index)
    box = {"seat: chair": 1, "wait: +1": 5, "cup: souvenir": 1, "price: +1": 4.5}
    pearl = {"seat: chair": 1, "wait: +1": 5, "coffee: single origin": 1, "price: +1": 3.5}
    beta = chosen["estimate"].to_numpy()

    def share(held, values):
        rows = (held, pearl, {"none: buy nothing": 1})
        pull = [sum(much * values[labels.index(one)] for one, much in row.items()) for row in rows]
        return np.exp(pull[0]) / np.exp(pull).sum()

    slope = np.array(
        [
            sum(
                sign * (share({**box, "price: +1": 3}, moved) - share(box, moved)) / 2e-5
                for sign, moved in ((1, beta + 1e-5 * unit), (-1, beta - 1e-5 * unit))
            )
            for unit in np.eye(len(beta))
        ]
    )
    error = np.sqrt(slope @ chosen.covariance.to_numpy() @ slope)
    row = pricing.levers(chosen, offers(), "box").table.loc["price: 4.5 to 3"]
    assert (row["high"] - row["low"]) / (2 * 1.96 * error) == pytest.approx(1, abs=0.07)
