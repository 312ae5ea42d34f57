"""The one error of the package: where, how many, which first, what to do."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crmlab import inputs
from crmlab.results import Result

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
        inputs.refuse([False, True], rows, where, ("is odd", "are odd"), "Mend it.")
    assert str(caught.value) == f"{where}: 1 of 2 rows is odd; {first}Mend it."


def test_one_row_and_several_have_their_own_phrase():
    problem = "has no tier", "have no tier"
    with pytest.raises(ValueError, match="1 of 2 rows has no tier"):
        inputs.refuse([False, True], ["a", "b"], "value", problem, "Mend it.")
    with pytest.raises(ValueError, match="2 of 2 rows have no tier"):
        inputs.refuse([True, True], ["a", "b"], "value", problem, "Mend it.")
    inputs.refuse([False], ["a"], "value", problem, "Mend it.")


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
        ([[1], [1, 2]], {}, "give a row of numbers"),
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
    read = inputs.days(pd.Series(["2025-04-03", None]), "log.date", accept=("empty",))
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


@pytest.mark.parametrize("part", ["1998-06", "1998", "98-06-01"])
def test_part_of_a_date_is_no_day(part):
    with pytest.raises(ValueError, match="until is not a date"):
        inputs.day(part, "until")
    with pytest.raises(ValueError, match=r"log\.date: 1 of 2 rows cannot be read as a date; .*0"):
        inputs.days([part, "1998-06-01"], "log.date")


@pytest.mark.parametrize(
    "zero", ["1899-12-30", "0001-01-01", datetime.date(1, 1, 1), pd.Timestamp("1899-12-30")]
)
def test_days_before_1900_stand_for_no_date(zero):
    with pytest.raises(ValueError, match="until lies before 1900"):
        inputs.day(zero, "until")
    with pytest.raises(ValueError, match="1 of 2 rows lies before 1900; first row 1"):
        inputs.days(["2024-02-29", zero], "log.date")


def test_days_keep_the_clock_of_their_zone():
    late = pd.Series(pd.to_datetime(["2024-03-01 23:30"])).dt.tz_localize("Asia/Shanghai")
    assert inputs.days(late, "date").tolist() == [pd.Timestamp("2024-03-01")]
    assert inputs.days(["2024-03-01T23:30:00+08:00"], "date")[0] == pd.Timestamp("2024-03-01")
    assert inputs.days([late[0].to_pydatetime()], "date")[0] == pd.Timestamp("2024-03-01")
    arrow = pd.Series([datetime.date(2024, 3, 1)], dtype="date32[pyarrow]")
    assert inputs.days(arrow, "date")[0] == pd.Timestamp("2024-03-01")


def test_missing_days_are_refused_or_kept():
    with pytest.raises(ValueError, match="1 of 2 rows is empty; first row 1"):
        inputs.days(["2024-02-29", None], "date")
    assert inputs.days(["2024-02-29", None], "date", accept=("empty",)).isna().tolist() == [0, 1]


def test_ids_are_text():
    mixed = [7, 7.0, "007", Decimal("9007199254740993"), np.int8(3), "Ann"]
    wanted = ["7", "7", "007", "9007199254740993", "3", "Ann"]
    assert inputs.ids(mixed, "customer_id").tolist() == wanted


@pytest.mark.parametrize("empty", ["", " ", "nan", "None", None, float("nan"), pd.NaT, pd.NA])
def test_what_is_no_id(empty):
    with pytest.raises(ValueError, match=r"customer_id: 1 of 2 rows is empty; first row 1"):
        inputs.ids(["Ann", empty], "customer_id")
    found = inputs.ids(["Ann", empty], "customer_id", accept=("empty",))
    assert found.isna().tolist() == [False, True]


@pytest.mark.parametrize("wrong", [2.5, True, float("inf"), (1, 2), [1]])
def test_ids_are_not_any_thing(wrong):
    with pytest.raises(ValueError, match=r"customer_id: 1 of 2 rows is not an id; first row 1"):
        inputs.ids(["Ann", wrong], "customer_id")


def test_flags():
    assert inputs.flags([1, 0, True], "bought").tolist() == [True, False, True]
    with pytest.raises(ValueError, match="1 of 2 rows is text; first row 1: 'no'"):
        inputs.flags([True, "no"], "bought")
    with pytest.raises(ValueError, match="1 of 2 rows is not True or False; first row 1: 2"):
        inputs.flags([1, 2], "bought")


@pytest.mark.parametrize("ends", [(1, 10), [Decimal(1), 10], np.array([1, 10])])
def test_a_scale_has_two_ends(ends):
    assert inputs.scale(ends) == (1.0, 10.0)


@pytest.mark.parametrize(
    "ends",
    [
        5,
        None,
        "ab",
        (10, 1),
        (1, 1),
        (1, 2, 3),
        ("1", "5"),
        (1, np.nan),
        ([1], [2, 3]),
        (1, 10**400),
        (Decimal("NaN"), 2),
        {1: 2, 3: 4},
        (True, 5),
    ],
)
def test_what_is_no_scale(ends):
    with pytest.raises(
        ValueError, match=r"scale is .* give the lowest point first, then the highest"
    ):
        inputs.scale(ends)


def test_equal_up_to_rounding():
    found = inputs.settled(np.array([0.3, np.nan, 0.1 + 0.2, 0, 1e-20, -5, 0.3 + 1e-6]))
    assert found[0] == found[2]
    assert found[3] == found[4] == 0
    assert np.isnan(found[1])
    assert found[6] > found[0]
    assert inputs.settled(np.array([])).tolist() == []
    assert inputs.settled(np.array([3.0, -2, 99_999_999])).tolist() == [3, -2, 99_999_999]


@pytest.mark.parametrize("size", [1e8, 1e9, 1e12, 2.0**52])
def test_whole_numbers_are_never_merged(size):
    whole = [size, size + 1, size + 2, size + 4]
    for more in ([], [0.5], [np.inf, 0.3], [np.nan, 0.3]):
        assert inputs.settled(np.array(whole + more))[:4].tolist() == whole
        assert inputs.settled(-np.array(whole + more))[:4].tolist() == [-x for x in whole]


def test_infinite_numbers_stay_what_they_are():
    values = [np.inf, 2, -np.inf, 2.5, np.inf]
    assert inputs.settled(np.array(values)).tolist() == values


def test_beside_a_large_whole_number_only_rounding_is_settled():
    below, above = np.nextafter(1e9 + 1, 0), np.nextafter(1e9 + 1, 2e9)
    found = inputs.settled(np.array([1e9, below, 1e9 + 1, above, 1e9 + 0.5]))
    assert found.tolist() == [1e9, below, below, below, 1e9 + 0.5]


@pytest.mark.parametrize("power", [400, 5000])
@pytest.mark.parametrize(("sign", "kind"), [(1, int), (-1, int), (1, Decimal)])
def test_a_number_too_large_for_a_float_is_refused_in_a_sentence(power, sign, kind):
    large = sign * kind(10**power)
    told = rf"{'-' if sign < 0 else ''}1(\.0*)?[Ee]\+{power}"
    said = rf"visits: 1 of 2 rows is too large for a float; first row 1: {told}\. Correct"
    with pytest.raises(ValueError, match=said):
        inputs.numbers([3, large], "visits")
    with pytest.raises(ValueError, match=rf"^rate is {told}; give a finite number"):
        inputs.number(large, "rate")


LOG = pd.DataFrame(
    {"customer_id": [7, 7, 9], "date": ["2024-03-01"] * 3, "amount": [Decimal("4"), 12.5, -2]}
)


def test_purchases_are_settled():
    with pytest.raises(ValueError, match=r"amount: 1 of 3 rows is negative, a refund; .*'?9'?"):
        inputs.purchases(LOG)
    net = inputs.purchases(LOG, refunds="net")
    assert net["amount"].tolist() == [4, 12.5, -2]
    assert net["customer_id"].tolist() == ["7", "7", "9"]
    assert len(inputs.purchases(LOG, refunds="ignore")) == 2
    twice = inputs.purchases(LOG.set_index("customer_id", drop=False), refunds="net")
    assert twice.groupby("customer_id")["amount"].sum().to_dict() == {"7": 16.5, "9": -2}
    for name, broken in (("customer_id", "nan"), ("date", None), ("amount", None)):
        bad = LOG.astype(object)
        bad.loc[1, name] = broken
        with pytest.raises(ValueError, match=rf"transactions\.{name}: 1 of 3 rows is empty"):
            inputs.purchases(bad, refunds="net")


def test_rows_in_the_order_of_their_ids():
    assert inputs.id_order(pd.Index([10, 9, 2])).tolist() == [2, 1, 0]
    assert inputs.id_order(pd.Index(["b", 3, "a"])).tolist() == [1, 2, 0]
    assert inputs.id_order(pd.RangeIndex(3)).tolist() == [0, 1, 2]


def test_values_of_customers_are_the_estimates_of_a_table():
    table = pd.DataFrame({"customer_id": ["A", "B"], "low": [0, 1], "estimate": [3, 4]})
    assert inputs.customer_values(table, keyed=True).to_dict() == {"A": 3, "B": 4}
    result = Result(table.set_index("customer_id"))
    assert inputs.customer_values(result).to_dict() == {"A": 3, "B": 4}
    with pytest.raises(ValueError, match="is a table; pass one column"):
        inputs.customer_values(table[["customer_id", "low"]])
