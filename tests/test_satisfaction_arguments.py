"""Answers, scales and arguments that satisfaction refuses, each in one sentence."""

import numpy as np
import pandas as pd
import pytest

import crmlab as crm

sat = crm.satisfaction

CODED = pd.Series([7, 8, 6, 98, 9, 99, 5, 7], name="service")


def test_codes_for_no_answer_are_told_or_refused():
    told = r"service: 2 of 8 answers are 98, 99, all others lie from 5 to 9"
    items = pd.DataFrame({"service": CODED, "price": range(1, 9)})
    items = pd.concat([items] * 5, ignore_index=True)
    back = pd.DataFrame({"back": [0, 1] * 20})
    for call in (sat.mean, sat.median):
        with pytest.warns(UserWarning, match=told):
            call(CODED)
        with pytest.raises(ValueError, match=r"2 of 8 rows are outside the scale 1 to 10.*99"):
            call(CODED, scale=(1, 10))
    with pytest.warns(UserWarning, match=r"service: 10 of 40 answers are 98, 99"):
        sat.path_weights(items, back)
    for scale in ((0, 10), {"service": (1, 10)}):
        with pytest.raises(ValueError, match="service: 10 of 40 rows are outside the scale"):
            sat.path_weights(items, back, scale=scale)
    with pytest.raises(ValueError, match="items lacks the column servce"):
        sat.path_weights(items, back, scale={"servce": (1, 10)})
    assert sat.mean([70, 99, 98, 80])["estimate"] == 86.75  # no short scale: nothing to tell


@pytest.mark.parametrize("scale", [5, (1,), (5, 1), ("1", "5"), (1, np.nan), "15"])
def test_a_scale_has_two_ends(scale):
    with pytest.raises(ValueError, match="scale"):
        sat.mean([1, 2, 3], scale=scale)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sat.margin_of_error("0.5", 100), "share is '0.5'; give one number"),
        (lambda: sat.margin_of_error(np.nan, 100), "share is nan"),
        (lambda: sat.margin_of_error(50, 100), "share is 50; it must be at least 0 and at most 1"),
        (lambda: sat.margin_of_error(0.5, 1), "n is 1; it must be at least 2"),
        (lambda: sat.margin_of_error(0.5, 9, design_effect=0), "design_effect is 0"),
        (lambda: sat.design_effect(np.nan, 0.1), "cluster_size is nan"),
        (lambda: sat.design_effect(10, "0.1"), "correlation is '0.1'"),
        (lambda: sat.design_effect(0.5, 0.1), "cluster_size is 0.5"),
        (lambda: sat.design_effect(11, -0.2), r"do not exist: at least -0\.1 is possible"),
        (lambda: sat.answers_needed(0), "margin is 0; it must be above 0"),
        (lambda: sat.answers_needed(0.05, variance=np.inf), "variance is inf"),
        (lambda: sat.effective_sample_size([]), "weights is empty"),
        (lambda: sat.effective_sample_size(["a"]), "weights: 1 of 1 rows is not numeric"),
        (lambda: sat.proportion(["yes", "no"]), "answers: 2 of 2 rows are not numeric"),
        (lambda: sat.proportion([1, 0.5]), "answers: 1 of 2 rows is not True or False"),
        (lambda: sat.proportion([1, 2]), "outside the scale 0 to 1"),
        (lambda: sat.mean("12"), "answers is '12'; give one answer per respondent"),
        (lambda: sat.mean(3), "answers is 3; give one answer per respondent"),
        (lambda: sat.mean([1, 2], clusters=["a", None]), "clusters: 1 of 2 rows is empty"),
        (lambda: sat.mean([1, 2], clusters=["a"]), "columns of different length"),
        (lambda: sat.median([None]), "none of 1 answers is there"),
        (lambda: sat.to_numbers(["a"], "mood"), "order is 'mood'; choose one of 'satisfaction'"),
        (lambda: sat.to_numbers(["a"], 5), "order is 5; give the labels"),
        (lambda: sat.to_numbers(["a"], {"a": "1"}), r"order\['a'\] is '1'"),
        (lambda: sat.share_within([1, 2], ["yes", "no"], 9), "observed: 2 of 2 rows are text"),
        (lambda: sat.share_within([1, 2], ["1", "0"], 9), "observed: 2 of 2 rows are text"),
        (lambda: sat.share_within([1, -2], [1, 0], 9), "times: 1 of 2 rows is below 0"),
        (lambda: sat.share_within([1, None], [1, 0], 9), "times: 1 of 2 rows is empty"),
        (lambda: sat.share_within([1, 2], [1, None], 9), "observed: 1 of 2 rows is empty"),
        (lambda: sat.share_within([1, 2], [1, 0], np.nan), "within is nan"),
        (lambda: sat.index_0_100([1, 2], scale=(1, 5)), "items is of type list"),
        (lambda: sat.index_0_100(pd.DataFrame(), scale=(1, 5)), "items has no rows"),
        (lambda: sat.path_weights([1], [2]), "causes is of type list"),
        (lambda: sat.six_measures({}, goalposts={}), "no measure is given"),
        (lambda: sat.six_measures([0.7], goalposts={}), "no measure is given"),
        (lambda: sat.six_measures({"x": 1}, goalposts=[(0, 1)]), "goalposts: give a mapping"),
        (lambda: sat.six_measures({"x": 1}, goalposts={"x": 1}), "goalposts of 'x' are 1"),
        (lambda: sat.six_measures({"x": "1"}, goalposts={"x": (0, 1)}), "measure 'x' is '1'"),
        (
            lambda: sat.six_measures({"x": 1}, goalposts={"x": (0, 1)}, weights={"x": 0.5}),
            "weights add up to 0.5, not 1",
        ),
        (lambda: sat.named_purchase(pd.DataFrame({"first_named": ["a"]}), 3), "brand is 3"),
        (lambda: sat.named_purchase(pd.DataFrame({"first_named": [" "]}), "a"), "named a brand"),
        (lambda: sat.difference(3, 4), "first is of type int"),
        (lambda: sat.difference(pd.Series({"estimate": 1}), sat.mean([1, 2])), "lacks the column"),
        (
            lambda: sat.difference(sat.mean([1, 2]), sat.mean([1, 2]), correlation="0"),
            "correlation is '0'",
        ),
        (lambda: sat.by_group([1, 2], ["a", "b"], "mean"), "statistic is 'mean'; give a function"),
        (lambda: sat.by_group([1, 2], ["a"], sat.mean), "columns of different length"),
        (lambda: sat.weight_to(pd.DataFrame(), {}), "sample has no rows"),
        (lambda: sat.weight_to(pd.DataFrame({"kind": ["a"]}), 3), "population is of type int"),
        (
            lambda: sat.weight_to(pd.DataFrame({"kind": ["a", None]}), {"kind": {"a": 1}}),
            r"sample.kind: 1 of 2 rows is empty; first row 1",
        ),
        (lambda: sat.reputation([1]), "survey is of type list"),
        (
            lambda: sat.reputation(pd.DataFrame({"aware": ["yes"], "attitude": [3]})),
            "aware: 1 of 1 rows is not numeric",
        ),
        (
            lambda: sat.reputation(pd.DataFrame({"aware": [1], "attitude": [3]}), favourable="4"),
            "favourable is '4'",
        ),
    ],
)
def test_wrong_arguments_are_refused_in_one_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("guess", "name"),
    [("nps", "net_promoter_score"), ("NPS", "net_promoter_score"), ("raking", "weight_to")],
)
def test_a_common_guess_is_told_the_right_name(guess, name):
    with pytest.raises(AttributeError, match=f"no '{guess}'; it is called {name}"):
        getattr(sat, guess)
    with pytest.raises(AttributeError, match=r"satisfaction has no 'nonsense'$"):
        _ = sat.nonsense


def test_every_guess_leads_somewhere():
    assert set(sat._GUESSES.values()) <= set(sat.__all__)
    assert dir(sat) == sorted(sat.__all__)
