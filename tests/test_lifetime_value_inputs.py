"""Whatever is handed in: a number comes out, or one sentence that names the argument."""

import re
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import crmlab as crm

ltv = crm.lifetime_value

PLAN = pd.DataFrame({"margin": [100.0, 100.0], "service_cost": [1.0, 1.0]})
CONTRACTS = pd.DataFrame(
    {
        "customer_id": ["a", "b"],
        "started": ["2024-01-01", "2024-02-01"],
        "ended": ["2024-06-01", None],
    }
)
CLAIMS = pd.DataFrame({"change": [5, -5], "unit": "pp", "lift": [0.85, -0.25]}, ["plus", "minus"])
AMOUNTS = pd.DataFrame(
    {
        "customer_id": "C1",
        "component": ["historical", "current", "potential"],
        "start": [2022, 2025, 2026],
        "end": [2025, 2026, 2029],
        "amount": [300, 100, 250],
    }
)
WIN = ltv.Response(0.4, 0.06)
FLOWS = ltv.cash_table(PLAN, acquisition=80, rate=0.1, first="end")
VALUES = ltv.retention_table(100, [0.8, 0.9], rate=0.1, first="end")
TIMED = {"rate": 0.1, "first": "end"}

CALLS = [
    (ltv.present_value, {"flows": [1, 2], **TIMED}),
    (ltv.cash_table, {"plan": PLAN, "acquisition": 80, **TIMED}),
    (FLOWS.payback, {"discounted": True}),
    (ltv.break_even_tenure, {"acquisition": 80, "margin": 100, **TIMED}),
    (ltv.internal_rate, {"flows": [-1, 2]}),
    (ltv.survival, {"retention": 0.9, "periods": 3}),
    (ltv.with_retention, {"margin": 100, "retention": 0.9, "periods": 4, **TIMED}),
    (ltv.margin_multiple, {"retention": [0.9], **TIMED}),
    (ltv.retention_table, {"margin": 100, "retention": [0.8], "acquisition": 10, **TIMED}),
    (VALUES.at, {"retention": 0.8}),
    (ltv.residual_value, {"margin": 100, "retention": [0.8, 0.9], "ages": [0, 1], **TIMED}),
    (ltv.retention_rate, {"renewed": 9, "at_risk": 10, "confidence": 0.95}),
    (ltv.renewals_from_survivors, {"survivors": [10, 5], "confidence": 0.95}),
    (ltv.count_renewals, {"subscriptions": CONTRACTS, "until": "2025-01-01", "unit": "month"}),
    (ltv.contract_histories, {"subscriptions": CONTRACTS, "until": "2025-01-01", "unit": "month"}),
    (ltv.retention_lift, {"retention": [0.8], "change": 5, "unit": "pp", **TIMED}),
    (ltv.compare_claims, {"claims": CLAIMS, "rate": 0, "first": "start"}),
    (
        ltv.cost_of_lost_customers,
        {"customers": 9, "loss_rate": 0.1, "revenue": 10, "margin": 0.3, "cost_to_serve": 1},
    ),
    (ltv.value_components, {"amounts": AMOUNTS}),
    (ltv.Response, {"ceiling": 0.4, "speed": 0.06}),
    (ltv.Response.through, {"spend": 10, "rate": 0.2, "ceiling": 0.4}),
    (WIN.rate, {"spend": 1}),
    (WIN.marginal_cost, {"spend": [1, 2]}),
    (ltv.best_spending, {"acquisition": WIN, "retention": WIN, "margin": 60, "rate": 0.15}),
    (
        ltv.markov_value,
        {"transitions": [[0.8, 0.2], [0, 1]], "rewards": [1, 0], "periods": 3, **TIMED},
    ),
]
NEVER = ["x", "", float("nan"), float("inf"), [], ["a"], [None], [[1], [1, 2]], {"a": "x"}]
NEVER += [pd.DataFrame(), pd.Series(dtype=float), np.zeros((2, 2)), object(), 1 + 2j, pd.NaT]
MAYBE = [{}, None, -1, 0, 1, [1], True, {"a": 1}, 10**9, Decimal("0.5"), np.array(0.5), {1, 2}]
MAYBE += [pd.NA, "1998-06", lambda ages: ages, lambda ages: None, lambda: 1]


@pytest.mark.parametrize(("call", "good"), CALLS, ids=lambda c: getattr(c, "__qualname__", ""))
def test_wrong_arguments_are_refused_in_one_sentence(call, good):
    call(**good)
    for name in good:
        for value in [*NEVER, *MAYBE]:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                warnings.simplefilter("ignore", UserWarning)
                if isinstance(value, str) and (name == "name" and value):
                    continue
                try:
                    call(**{**good, name: value})
                except ValueError as error:
                    told = str(error)
                    foreign = "ambiguous|dimensional|inhomogeneous|Cannot construct"
                    assert not re.search(foreign, told), (name, value)
                else:
                    assert not any(value is never for never in NEVER), (name, value)


@pytest.mark.parametrize("kind", ["object", "Int64", "int64[pyarrow]", "float32"])
def test_numbers_of_any_kind_are_the_same_numbers(kind):
    given = pd.Series([100, 80, 60], dtype=kind)
    assert ltv.present_value(given, 0.1, first="end") == ltv.present_value(
        [100, 80, 60], 0.1, first="end"
    )
    plan = pd.DataFrame({"margin": given, "service_cost": given})
    plain = pd.DataFrame({"margin": [100, 80, 60], "service_cost": [100, 80, 60]})
    options = {"acquisition": 10, "rate": 0.1, "first": "start"}
    assert ltv.cash_table(plan, **options) == ltv.cash_table(plain, **options)
    assert ltv.renewals_from_survivors(given) == ltv.renewals_from_survivors([100, 80, 60])
    assert ltv.internal_rate(given - 70) == pytest.approx(ltv.internal_rate([30, 10, -10]))


def test_components_of_any_kind_are_the_same_components():
    whole = ltv.value_components(AMOUNTS)
    for kind in ("object", "Int64", "int64[pyarrow]"):
        other = AMOUNTS.astype({"start": kind, "end": kind, "amount": kind})[::-1]
        pd.testing.assert_frame_equal(ltv.value_components(other), whole)
    dated = AMOUNTS.assign(
        component=AMOUNTS["component"].astype("category"),
        start=pd.to_datetime(AMOUNTS["start"].astype(str) + "-01-01"),
        end=AMOUNTS["end"].astype(str) + "-01-01",
        amount=[Decimal(300), 100, 250.0],
    )
    pd.testing.assert_frame_equal(ltv.value_components(dated), whole)
    numbered = ltv.value_components(AMOUNTS.assign(customer_id=[7, 7.0, "7"]))
    assert numbered.index.tolist() == ["7"]


def test_decimals_are_numbers():
    tenth = Decimal("0.1")
    assert ltv.present_value([Decimal(100)], tenth, first=Decimal(1)) == pytest.approx(100 / 1.1)
    assert ltv.retention_table(Decimal(100), [Decimal("0.8")], rate=tenth, first="end").at(
        0.8
    ).value == pytest.approx(100 * 0.8 / 0.3)
    assert ltv.Response(Decimal("0.4"), Decimal("0.06")) == WIN


def test_what_no_computer_can_hold_is_refused():
    with pytest.raises(ValueError, match="over 199 periods money grows without limit"):
        ltv.present_value([1] * 200, -0.999, first="start")
    with pytest.raises(ValueError, match="periods is 1e\\+12; it must be"):
        ltv.survival(0.9, periods=10**12)
    assert ltv.Response(0.4, 10).marginal_cost(1000) == np.inf


def test_results_show_themselves_and_equal_what_says_the_same():
    again = ltv.cash_table(PLAN, acquisition=80, rate=0.1, first="end")
    assert again == FLOWS
    assert again != ltv.cash_table(PLAN, acquisition=81, rate=0.1, first="end")
    assert repr(FLOWS).endswith("Worth 91.82 today at 0.1 a period; paid back after 0.889 periods.")
    assert "paid back after" in FLOWS._repr_html_()
    assert ltv.with_retention(7, lambda ages: ages * 0.0, rate=0.1, first="start", periods=1) == 7
    half = ltv.with_retention(7, lambda ages: ages / ages.max(), rate=1, first="start", periods=1)
    assert half == 7, "one payment now asks for no renewal, so the function is not asked"
