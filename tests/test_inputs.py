"""The one error of the package: where, how many, which first, what to do."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crmlab import inputs

OFFERS = pd.DataFrame(
    {"segment": ["a", "a"], "offer": ["bar", "kiosk"], "price": [4, -2]}, index=[7, 9]
)


@pytest.mark.parametrize(
    ("rows", "where", "first"),
    [
        (OFFERS, "offers.price", "first row 9 (segment 'a', offer 'kiosk'): -2. "),
        (OFFERS, "offers.offer", "first row 9 (segment 'a', offer 'kiosk'). "),
        (OFFERS, "offers", "first row 9 (segment 'a', offer 'kiosk'). "),
        (OFFERS["price"], "price", "first row 9: -2. "),
        (OFFERS.set_index("offer")["price"], "price", "first offer 'kiosk': -2. "),
        (pd.Index(["Ann", "Bo"], name="customer_id"), "value", "first customer_id 'Bo'. "),
        (["Ann", "Bo"], "value", "first row 'Bo'. "),
        (pd.Series([1, None]), "value", "first row 1. "),
        (pd.Series(["x", "y" * 99]), "value", f"first row 1: '{'y' * 56}.... "),
        (pd.Series([1, 0.1 + 0.2]), "value", "first row 1: 0.3. "),
    ],
)
def test_the_first_row_is_named(rows, where, first):
    with pytest.raises(ValueError, match="1 of 2 rows is odd") as caught:
        inputs.refuse([False, True], rows, where, "is odd", "Mend it.")
    assert str(caught.value) == f"{where}: 1 of 2 rows is odd; {first}Mend it."


def test_verbs_agree():
    for one, many in [("is empty", "are empty"), ("has no tier", "have no tier")]:
        assert (inputs.agreeing(one, 1), inputs.agreeing(one, 2)) == (one, many)
    assert inputs.agreeing("does not sum to 1", 3) == "do not sum to 1"
    assert inputs.agreeing("lies after it", 3) == "lie after it"
    assert inputs.agreeing("cannot be read", 3) == "cannot be read"
    inputs.refuse([False], ["x"], "value", "is odd", "Mend it.")


@pytest.mark.parametrize(
    ("frame", "needed", "words"),
    [
        ({"a": [1]}, ["a"], "offers is of type dict; give a pandas DataFrame"),
        (OFFERS, ["offer", "cost", "gain"], "offers lacks the column cost, gain; it has segment"),
        (OFFERS.iloc[:0], ["offer"], "offers has no rows"),
        (pd.DataFrame(index=[1]), [], "offers has no columns"),
        (OFFERS.set_axis(["a", "a", "b"], axis=1), ["a"], "offers: column a is there twice"),
        (OFFERS.set_axis(["a", "a", "b"], axis=1), [], "offers: column a is there twice"),
    ],
)
def test_tables(frame, needed, words):
    with pytest.raises(ValueError, match=words):
        inputs.table(frame, needed, "offers")
    assert inputs.table(OFFERS, ["offer"], "offers") is OFFERS


def test_one_row_each():
    inputs.one_row_each(OFFERS, "offers")
    inputs.one_row_each(OFFERS, "offers", by=["segment", "offer"])
    with pytest.raises(ValueError, match=r"offers\.segment: 1 of 2 rows repeats .* per segment"):
        inputs.one_row_each(OFFERS, "offers", by=["segment"])
    with pytest.raises(ValueError, match=r"offers\.offer: 1 of 2 rows is empty; first row 7"):
        inputs.one_row_each(OFFERS.assign(offer=[None, "bar"]), "offers", by=["offer"])
    with pytest.raises(ValueError, match=r"offers: 1 of 2 rows repeats an earlier id; .* 'a'"):
        inputs.one_row_each(OFFERS.set_index("segment"), "offers")


@pytest.mark.parametrize(
    "values",
    [
        [1, 2],
        (1, 2),
        range(1, 3),
        {"a": 1, "b": 2},
        np.array([1, 2], dtype="int8"),
        np.array([1, 2], dtype=object),
        pd.array([1, 2], dtype="Int64"),
        pd.Series([1, 2], dtype="category"),
        [Decimal(1), Decimal(2)],
        pd.Index([1, 2]),
    ],
)
def test_numbers_of_any_kind(values):
    found = inputs.numbers(values, "visits")
    assert found.dtype == float
    assert found.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ([], {}, "visits is empty; give at least one number"),
        (5, {}, "visits is 5; give a row of numbers"),
        ([[1, 2]], {}, "give a row of numbers"),
        (OFFERS, {}, "visits is a table; pass one column"),
        ([1, None, pd.NA], {}, "visits: 2 of 3 rows are empty; first row 1"),
        ([1, -np.inf], {}, "1 of 2 rows is infinite; first row 1: -inf"),
        (["1", 2], {}, "1 of 2 rows is not numeric; first row 0: '1'"),
        ([True, False], {}, "2 of 2 rows are not numeric; first row 0: True"),
        ([1j, 2j], {}, "2 of 2 rows are not numeric"),
        (pd.to_datetime(["2025-01-01"]), {}, "1 of 1 rows is not numeric; first row 0: 2025-01-01"),
        ([1, 2.5], {"whole": True}, "1 of 2 rows is not whole; first row 1: 2.5"),
        ([0, -1], {"at_least": 0}, "1 of 2 rows is below 0; first row 1: -1. Each must be at"),
        ([0, -1], {"above": 0}, "2 of 2 rows are not above 0; first row 0: 0"),
        ([0, 8], {"at_least": 0, "at_most": 1}, "above 1; .*: 8. Each must be at least 0 and at"),
        ([0, 8], {"at_most": 1, "remedy": "Write 0.08."}, "above 1; first row 1: 8. Write 0.08"),
    ],
)
def test_numbers_refused(values, options, words):
    with pytest.raises(ValueError, match=words):
        inputs.numbers(values, "visits", **options)


def test_numbers_accepted_on_request():
    flags = inputs.numbers([True, False, None], "x", accept=("flags", "empty"))
    assert flags.tolist()[:2] == [1, 0]
    assert np.isnan(flags[2])
    kept = inputs.numbers([None, 2], "x", accept=("empty",), above=0, whole=True)
    assert kept.isna().tolist() == [True, False]
    named = inputs.numbers(OFFERS["price"], "offers.price", rows=OFFERS)
    assert (named.name, named.index.tolist()) == ("price", [7, 9])


def test_customers():
    log = pd.DataFrame({"customer_id": ["Ann", "Bo"], "spend": [1, None], "member": [True, False]})
    table = inputs.customer_table(log)
    assert table.index.tolist() == ["Ann", "Bo"]
    assert table["member"].tolist() == [1, 0]
    assert np.isnan(table.loc["Bo", "spend"])
    assert inputs.customer_values({"Ann": 3}).to_dict() == {"Ann": 3}
    twice = pd.Series([1, 2], index=["Ann", "Ann"])
    assert len(inputs.customer_values(twice)) == 2
    with pytest.raises(ValueError, match="value: 1 of 2 rows repeats an earlier id"):
        inputs.customer_values(twice, keyed=True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"a": 0.5}, r"without weight \['b'\]"),
        ({"a": 0.5, "b": 0.5, "c": 0}, r"without column \['c'\]"),
        ({"a": 0.5, "b": 0.4}, "weights add up to 0.9, not 1"),
        ({"a": 1.5, "b": -0.5}, "weights: 1 of 2 rows is below 0; first row 'b': -0.5"),
        (pd.Series([0.2, 0.2, 0.6], index=["a", "a", "b"]), "Give each one weight"),
        ({}, "weights is empty"),
    ],
)
def test_weights(given, words):
    assert inputs.weights({"b": 0.25, "a": 0.75}, "weights", "ab").tolist() == [0.75, 0.25]
    with pytest.raises(ValueError, match=words):
        inputs.weights(given, "weights", ["a", "b"])


@pytest.mark.parametrize(
    ("value", "options", "words"),
    [
        ("3", {}, "rate is '3'; give one number"),
        (True, {}, "rate is True; give one number"),
        (None, {}, "rate is None"),
        ([1], {}, r"rate is \[1\]"),
        (np.nan, {}, "rate is nan; give a finite number"),
        (-1, {"above": -1}, "rate is -1; it must be above -1"),
        (8, {"at_least": 0, "at_most": 1, "remedy": "Write 0.08."}, "at most 1. Write 0.08."),
    ],
)
def test_one_number(value, options, words):
    with pytest.raises(ValueError, match=words):
        inputs.number(value, "rate", **options)
    assert inputs.number(np.int64(3), "rate") == 3


def test_counts_and_choices():
    assert inputs.count(3.0, "periods") == 3
    for wrong in (0, 2.5):
        with pytest.raises(ValueError, match=r"periods is .*a whole number and at least 1"):
            inputs.count(wrong, "periods")
    assert inputs.choice("end", "first", ("start", "end")) == "end"
    for wrong in ("begin", None, ["end"]):
        with pytest.raises(ValueError, match=r"first is .*; choose one of 'start', 'end'"):
            inputs.choice(wrong, "first", ("start", "end"))


@pytest.mark.parametrize("value", ["2025-04-03", "2025-04-03 18:30", np.datetime64("2025-04-03")])
def test_a_day_is_read_and_loses_its_clock(value):
    assert inputs.day(value, "until") == pd.Timestamp("2025-04-03")


@pytest.mark.parametrize("value", ["03/04/2025", "31/12/2025", "soon", 20250403, None, pd.NaT])
def test_a_day_that_could_be_another_is_refused(value):
    with pytest.raises(ValueError, match=r"until is not a date: .* year first, like 2025-12-31"):
        inputs.day(value, "until")


def test_days_keep_gaps_and_refuse_day_or_month_first():
    read = inputs.days(pd.Series(["2025-04-03", None]), "log.date")
    assert read[0] == pd.Timestamp("2025-04-03")
    assert pd.isna(read[1])
    with pytest.raises(ValueError, match=r"log.date: 1 of 2 rows cannot be read .*dayfirst=True"):
        inputs.days(pd.Series(["2025-04-03", "03/04/2025"]), "log.date")
    with pytest.raises(ValueError, match="2 of 2 rows cannot be read"):
        inputs.days(pd.Series([1, 2]), "log.date")


def test_ids_written_in_two_ways_are_named():
    with pytest.raises(ValueError, match=r"7 \(int64\) against '0007' \(str\)"):
        inputs.shared_ids(pd.Index([7]), pd.Index(["0007"]), "before and after")
    inputs.shared_ids(pd.Index([7, 8]), pd.Index([8]), "before and after")


def test_carries_has_an_odd_plural():
    assert inputs.agreeing("carries a label", 2) == "carry a label"
