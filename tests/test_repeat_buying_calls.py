"""Guesses from other packages and wrong arguments: the error names the right call."""

import numpy as np
import pandas as pd
import pytest

from crmlab import repeat_buying as rb

BG = rb.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
SPEND = rb.GammaGamma(6.0, 4.0, 15.0)
SUMMARY = BG.simulate(np.full(300, 39.0), seed=1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rb.BGNBD(), r"made from r, alpha, a, b; called without r, alpha, a, b\. To learn"),
        (lambda: rb.BGNBD().fit([1], [2], [3]), r"write BGNBD\.fit\(summary\)"),
        (lambda: rb.BGNBD(data=SUMMARY), r"with the unknown data\. .*BGNBD\.fit\(summary\)"),
        (lambda: rb.BGNBD(1, 2, 3), "called without b"),
        (lambda: rb.BGNBD(1, 2, 3, 4, 5), r"made from r, alpha, a, b"),
        (lambda: rb.GammaGamma(6, 4), r"called without v.*GammaGamma\.fit\(summary\)"),
        (lambda: rb.BGNBD.fit([1], [2], [3]), r"takes one table: write BGNBD\.fit\(summary\)"),
        (lambda: rb.GammaGamma.fit([1], [2]), r"GammaGamma\.fit takes one table"),
        (lambda: rb.ShiftedBetaGeometric.fit([9], [2]), "ShiftedBetaGeometric.fit takes one"),
    ],
)
def test_a_model_called_as_elsewhere(call, words):
    with pytest.raises(TypeError, match=words):
        call()


@pytest.mark.parametrize(
    ("model", "name", "words"),
    [
        (BG, "predict", r"write model\.expected_purchases\(summary, periods=39\)"),
        (SPEND, "predict", r"write model\.expected_spend\(summary\)"),
        (BG, "conditional_probability_alive", r"write model\.p_alive\(summary\)"),
        (SPEND, "customer_lifetime_value", r"write rb\.lifetime_value\(model, spend, summary"),
        (BG, "params_", r"write model\.parameters\(\)"),
        (BG, "nonsense", "BGNBD has no nonsense$"),
    ],
)
def test_a_method_of_another_package(model, name, words):
    with pytest.raises(AttributeError, match=words):
        getattr(model, name)


def test_a_model_shows_itself():
    shown = rb.BGNBD.fit(SUMMARY).summary()
    assert list(shown.table) == ["estimate", "low", "high", "standard_error"]
    assert shown.heading == "BG/NBD, fitted to 300 customers, time unit week"
    text, page = repr(shown), shown._repr_html_()
    assert text.startswith(f"{shown.heading}\n")
    assert text.endswith(shown.notes[-1])
    assert "\\n" not in text + page
    for word in ("<p>BG/NBD", "<table", "alpha", "log-likelihood", "converged"):
        assert word in page
    assert shown == rb.BGNBD.fit(SUMMARY).summary()
    assert BG.summary().notes == ("no data seen: no intervals",)
    with pytest.raises(ValueError, match="confidence"):
        BG.summary(confidence=95)


@pytest.mark.parametrize(
    ("survivors", "words"),
    [
        ([100, 86.9, 74.3, 65.3], "3 of 4 rows are not whole.*per cent do not say how many"),
        ([1, 0.869, 0.743], "2 of 3 rows are not whole"),
        ([100, 110], "is above the row before"),
        (["100", "90"], "2 of 2 rows are not numeric"),
        ([100, None], "is empty"),
        ([], "is empty"),
        (pd.DataFrame({"T": [1, 2], "churned": ["no", "yes"]}), "churned: 2 of 2 rows are text"),
        (pd.DataFrame({"T": [0, 2], "churned": [True, False]}), "is 0 for a customer who left"),
    ],
)
def test_survivors_that_are_no_counts(survivors, words):
    with pytest.raises(ValueError, match=words):
        rb.ShiftedBetaGeometric.fit(survivors, unit="year")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: BG.expected_purchases(SUMMARY, periods="39"), "periods is '39'"),
        (lambda: BG.expected_purchases_new("a year"), "periods: 1 of 1 rows is not numeric"),
        (lambda: BG.expected_purchases_new([1, -2]), "periods: 1 of 2 rows is not above 0"),
        (lambda: BG.expected_purchases_new([]), "periods is empty"),
        (lambda: BG.purchase_distribution(periods=3, most=-1), "most is -1"),
        (lambda: BG.simulate(["x"], seed=1), "T: 1 of 1 rows is not numeric"),
        (lambda: BG.simulate([9.0], periods=-1, seed=1), "periods is -1"),
        (lambda: SPEND.simulate([1.5], seed=1), "frequency: 1 of 1 rows is not whole"),
        (lambda: rb.lifetime_value(rb.BGNBD, 9, SUMMARY, margin=1, annual_rate=0.1), "is a BGNBD"),
        (lambda: rb.lifetime_value(SUMMARY, 9, BG, margin=1, annual_rate=0.1), "is a Summary"),
        (
            lambda: rb.lifetime_value(
                BG,
                SPEND.expected_spend({"frequency": [1, 2], "monetary_value": [3.0, 4.0]}),
                SUMMARY,
                margin=1,
                annual_rate=0.1,
            ),
            "spend is a Forecast; give a GammaGamma, whose own uncertainty then counts",
        ),
        (
            lambda: rb.lifetime_value(BG, "35", SUMMARY, margin=1, annual_rate=0.1),
            "spend: 300 of 300 rows are not numeric",
        ),
        (lambda: rb.compare(), "0 models given"),
        (lambda: rb.compare(BG, "a"), "a str, no model"),
        (lambda: rb.likelihood_ratio_test(3), "an int, no model"),
        (lambda: rb.read_model('{"model": "BGNBD"}'), "lacks 'parameters'"),
        (lambda: rb.BGNBD(1, 2, 3, 4, unit="weak"), "'weak' is not known"),
        (lambda: rb.BGNBD(1, 2, 3, "4"), "b is '4'"),
    ],
)
def test_wrong_arguments_are_refused_in_one_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_models_copy_and_pickle():
    import copy
    import pickle

    fitted = rb.BGNBD.fit(SUMMARY)
    assert pickle.loads(pickle.dumps(fitted)) == fitted
    assert copy.deepcopy(fitted) == fitted
