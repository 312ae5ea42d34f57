"""Ways of contact, and what finding customers costs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlab import delivery
from crmlab.intervals import wilson


def by_rule(control, cost, information):
    """The regions in closed form, for the ranks of the lecture."""
    if 3 * cost > max(2 - information, 1 + 2 * information):
        return "digital"
    if control > 1 / 3 and cost < 1 / 3:
        return "workplace"
    return "visit" if information > 1 / 3 else "phone"


def test_equal_weights_are_a_tie_of_three():
    third = {"control": 1 / 3, "cost": 1 / 3, "information": 1 / 3}
    scores = delivery.contact_mode(third)
    assert (scores["score"] * 3).round(9).tolist() == [8, 8, 8, 6]
    assert scores.best == ["workplace", "visit", "phone"]
    assert "tie of workplace, visit, phone" in scores.caption


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_winner_is_that_of_the_closed_form(first, second):
    low, high = sorted((first, second))
    weights = {"control": low, "cost": high - low, "information": 1 - high}
    scores = delivery.contact_mode(weights)
    top = np.sort(scores["score"])[-2:]
    if top[1] - top[0] > 1e-6:
        assert scores.best == [by_rule(**weights)]


def test_scores_by_hand():
    table = delivery.contact_mode({"control": 0.5, "cost": 0.2, "information": 0.3}).table
    # 4c + k + 3i, 2c + 2k + 4i, 3c + 3k + 2i, c + 4k + i
    assert table["score"].tolist() == pytest.approx([3.1, 2.6, 2.7, 1.6])


def test_regions_share_the_triangle_as_their_areas_do():
    share = delivery.contact_regions().table["share"]
    # areas by integration, the whole triangle 1: beyond a third on one side lie 4/9, beyond both
    # 1/9; digital's corner is 2 (2/27 + 1/270), of which 2/270 lies beyond a third of information
    exact = {"workplace": 1 / 3, "visit": 1 / 3 - 1 / 135, "digital": 4 / 27 + 1 / 135}
    exact["phone"] = 1 - sum(exact.values())
    assert share.to_dict() == pytest.approx(exact, abs=5e-6)
    assert share.sum() == pytest.approx(1)


def test_grid_of_the_regions_agrees_with_the_closed_form():
    points = delivery.contact_regions().points
    decided = points[points["mode"] != "tie"]
    found = [by_rule(*row) for row in decided[["control", "cost", "information"]].to_numpy()]
    assert decided["mode"].tolist() == found
    tie = points.query("control == cost and cost == information")
    assert tie["mode"].tolist() == ["tie"]


def test_own_ranks():
    two = pd.DataFrame(
        {"control": [2, 1], "cost": [2, 1], "information": [2, 1]}, index=["call", "letter"]
    )
    weights = {"control": 0.1, "cost": 0.8, "information": 0.1}
    assert delivery.contact_mode(weights, ranks=two).best == ["letter"]
    assert delivery.contact_regions(two).table["share"]["call"] == pytest.approx(0.75, abs=0.002)
    with pytest.raises(ValueError, match=r"ranks.cost is \[2.0, 2.0\]; give each of 1 to 2 once"):
        delivery.contact_mode(weights, ranks=two.assign(cost=2))
    with pytest.raises(ValueError, match="information"):
        delivery.contact_mode(weights, ranks=two.drop(columns="information"))


@pytest.mark.parametrize(
    "weights",
    [{"control": 1}, {"control": 0.5, "cost": 0.5, "information": 0.5}, {"control": -1, "cost": 1}],
)
def test_weights_that_are_none(weights):
    with pytest.raises(ValueError, match="weights"):
        delivery.contact_mode(weights)


def test_map_of_regions_puts_each_mode_where_it_wins():
    regions = delivery.contact_regions()
    ax = regions.plot()
    most = max(regions["share"])
    said = f"No way wins everywhere: the largest share is {most:.0%}"
    assert ax.get_title(loc="left") == said
    place = {text.get_text().split("\n")[0]: text.get_position() for text in ax.texts}
    assert place["digital"][1] > max(place[name][1] for name in ("workplace", "visit", "phone"))
    assert place["workplace"][0] < place["phone"][0] < place["visit"][0] + 0.3
    assert place["only control"][0] < place["only cost"][0] < place["only information"][0]
    share = regions["share"]["visit"]
    assert f"visit\n{share:.0%}" in [text.get_text() for text in ax.texts]


def leads(rows):
    """One row per lead, from {method: (won, lost, cost of each)}."""
    return pd.DataFrame(
        [
            {"method": method, "cost": cost, "won": one}
            for method, (won, lost, cost) in rows.items()
            for one in [1] * won + [0] * lost
        ]
    )


def test_cost_of_a_customer_by_hand():
    # 200 leads, 10,000 in all, 8 won: 4 %, 1,250 a customer
    found = delivery.lead_costs(leads({"fair": (8, 192, 50), "phone": (0, 60, 5)}))
    fair, phone = found.table.loc["fair"], found.table.loc["phone"]
    assert fair[["leads", "won", "cost", "cost_per_lead", "conversion"]].tolist() == [
        *(200, 8, 10_000, 50),
        0.04,
    ]
    assert fair["cost_per_customer"] == 1250
    assert np.isinf(phone["cost_per_customer"])
    assert np.isfinite(phone["shrunk_cost"])
    assert (fair["low"], fair["high"]) == pytest.approx(wilson(8, 200))
    assert "1 won nobody" in found.caption


def test_shrunk_conversion_lies_between_its_own_and_the_mean_and_few_leads_move_more():
    found = delivery.lead_costs(
        leads({"a": (30, 70, 1), "b": (3, 7, 1), "c": (1, 99, 1), "d": (10, 390, 1)})
    )
    table = found.table
    assert np.isfinite(found.strength)
    assert table.loc["a", "conversion"] == table.loc["b", "conversion"]
    assert found.mean < table.loc["b", "shrunk"] < table.loc["a", "shrunk"] < 0.3
    assert 0.01 < table.loc["c", "shrunk"] < found.mean


def test_beta_binomial_is_recovered():
    rng = np.random.default_rng(2)
    true = rng.beta(2, 18, 400)
    won = rng.binomial(50, true)
    rows = {f"m{k}": (int(w), 50 - int(w), 1) for k, w in enumerate(won)}
    found = delivery.lead_costs(leads(rows))
    assert found.mean == pytest.approx(0.1, abs=0.01)
    assert found.strength == pytest.approx(20, rel=0.3)
    shrunk = found.table["shrunk"][list(rows)].to_numpy()
    raw = found.table["conversion"][list(rows)].to_numpy()
    assert ((shrunk - true) ** 2).mean() < 0.8 * ((raw - true) ** 2).mean()


def test_methods_that_do_not_differ_are_one():
    found = delivery.lead_costs(leads(dict.fromkeys("abcd", (5, 95, 2))))
    assert np.isinf(found.strength)
    assert found.table["shrunk"].tolist() == pytest.approx([0.05] * 4)
    assert "no more than by chance" in found.caption


def test_lead_costs_do_not_depend_on_the_order_of_rows():
    rows = leads({"a": (30, 70, 1), "b": (3, 7, 4), "c": (1, 99, 9)})
    assert delivery.lead_costs(rows.sample(frac=1, random_state=1)) == delivery.lead_costs(rows)


def test_figure_of_lead_costs():
    found = delivery.lead_costs(leads({"fair": (8, 192, 50), "phone": (6, 54, 5)}))
    ax = found.plot()
    best = found.table["shrunk_cost"].idxmin()
    assert best == "phone"
    assert ax.get_title(loc="left").startswith("Cheapest per customer: phone, ")
    drawn = {
        label.get_text(): bar.get_width()
        for label, bar in zip(ax.get_yticklabels(), ax.patches, strict=True)
    }
    assert drawn == pytest.approx(found.table["shrunk_cost"].to_dict())
    assert [text.get_text() for text in ax.texts] == ["8 of 200", "6 of 60"]


def test_figure_of_methods_that_won_nobody_says_so():
    found = delivery.lead_costs(leads({"fair": (0, 20, 50), "phone": (0, 5, 5)}))
    assert np.isinf(found["shrunk_cost"]).all()
    ax = found.plot()
    assert ax.get_title(loc="left") == "No method has won a customer yet"
    ax.figure.canvas.draw()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"method": ["", "a"]}, "leads.method: 1 of 2 rows is empty"),
        ({"cost": [-1, 2]}, "below 0"),
        ({"won": ["yes", "no"]}, "are text"),
        ({"won": [2, 0]}, "not True or False"),
    ],
)
def test_leads_that_cannot_be_read(change, said):
    table = pd.DataFrame({"method": ["a", "b"], "cost": [1, 2], "won": [1, 0]} | change)
    with pytest.raises(ValueError, match=said):
        delivery.lead_costs(table)


def test_buying_centre_by_hand():
    people = pd.DataFrame(
        {"role": ["user", "buyer", "decider"], "influence": [4, 3, 3], "stance": [1, 0, -1]}
    )
    table = delivery.buying_centre(people)
    assert table.loc["all"].tolist() == pytest.approx([3, 1, 0.1])
    assert table.loc["decider", ["influence", "stance"]].tolist() == [0.3, -1]
    two = pd.concat([people, people.iloc[[2]].assign(stance=1)])
    assert delivery.buying_centre(two).loc["decider", ["people", "stance"]].tolist() == [2, 0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"role": ["boss"]}, "people.role is 'boss'"),
        ({"influence": [-1]}, "below 0"),
        ({"stance": [2]}, "above 1"),
        ({"influence": [0]}, "is 0 for all"),
    ],
)
def test_buying_centres_that_cannot_be_read(change, said):
    people = pd.DataFrame({"role": ["user"], "influence": [1], "stance": [1]} | change)
    with pytest.raises(ValueError, match=said):
        delivery.buying_centre(people)
