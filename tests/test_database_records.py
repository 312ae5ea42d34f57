"""What is held of customers, and which records are one customer."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.company import simulate
from crmlab.database import load, records
from crmlab.intervals import wilson
from crmlab.style import COLOURS

WORDS = st.text("abcdé 'ÄO-.", min_size=0, max_size=12)


@pytest.fixture(scope="module")
def lantern():
    tables = simulate(seed=21)
    return tables["address_book"], tables["truth_records"]


@pytest.fixture(scope="module")
def found(lantern):
    return records.possible_pairs(lantern[0], least=0.5)


def book(*rows):
    """Records a, b, c ... of names and what else is said."""
    table = pd.DataFrame(list(rows))
    table.insert(0, "record_id", list("abcdefghij")[: len(table)])
    return table


# ---------------------------------------------------------------- completeness


def test_completeness_by_hand():
    people = pd.DataFrame(
        {
            "name": ["Ann", "Bo", None, "n/a"],
            "phone": ["1", "-", "2", " Unknown "],
            "born": [pd.Timestamp("1990-01-01"), pd.NaT, pd.NaT, pd.NaT],
            "shoe": [39, 40, 41, 42],
        }
    )
    groups = {"basics": ("name", "phone"), "age": ("born",), "work": ("occupation", "income")}
    result = records.completeness(people, groups)
    assert result.table.to_dict("index") == {
        "basics": {"fields": 2, "held": 2, "filled": 0.5, "whole": 0.25},
        "age": {"fields": 1, "held": 1, "filled": 0.25, "whole": 0.25},
        "work": {"fields": 2, "held": 0, "filled": 0, "whole": 0},
    }
    assert result.fields["all"].to_dict() == {
        ("basics", "name"): 0.5,
        ("basics", "phone"): 0.5,
        ("age", "born"): 0.25,
        ("work", "occupation"): 0,
        ("work", "income"): 0,
    }
    assert result.unknown == ("shoe",)
    assert result.title == "2 of 3 groups hold something; the fullest is basics, 50%"
    assert result.caption == "4 records. In no group: shoe."


def test_groups_are_the_eight_and_the_five():
    assert len(records.PERSON_GROUPS) == 8
    assert len(records.COMPANY_GROUPS) == 5
    for groups in (records.PERSON_GROUPS, records.COMPANY_GROUPS):
        fields = [field for row in groups.values() for field in row]
        assert len(set(fields)) == len(fields)


def test_completeness_by_list_and_as_of_a_day():
    people = pd.DataFrame(
        {
            "name": ["Ann", "Bo", "Cy", "Di"],
            "source": ["web", "web", "form", None],
            "phone": ["1", None, "2", "3"],
            "last_heard": ["2025-01-02", "2023-05-01", "2025-01-01", None],
        }
    )
    groups = {"basics": ["name", "phone"]}
    parts = records.completeness(people, groups, by="source")
    assert parts.fields.loc[("basics", "phone")].to_dict() == {
        "form": 1.0,
        "not said": 1.0,
        "web": 0.5,
    }
    assert parts.unknown == ("last_heard",)
    fresh = records.completeness(people, groups, since="2025-01-02")
    assert fresh["filled"]["basics"] == 2 / 8
    assert fresh["whole"]["basics"] == 1 / 4
    weighted = parts.fields.loc[("basics", "phone")] * pd.Series(
        {"form": 1, "not said": 1, "web": 2}
    )
    assert weighted.sum() / 4 == records.completeness(people, groups).fields["all"].iloc[1]


def test_the_heat_map_says_what_the_table_says(lantern):
    persons = lantern[0].query("kind == 'person'")
    result = records.completeness(persons, by="source")
    ax = result.plot()
    assert ax.get_title("left") == result.title
    said = [text.get_text() for text in ax.texts]
    assert said == [f"{share:.0%}" for share in result.fields.to_numpy().ravel()]
    assert next(iter(ax.get_yticklabels())).get_text() == "basics: name"
    assert [t.get_text() for t in ax.get_xticklabels()] == ["club form", "web shop"]


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ({}, "groups must name"),
        ("basics", "groups must name"),
        ({"basics": "name"}, "must be a row of fields"),
        ({"basics": []}, "must be a row of fields"),
        ({"a": ["name"], "b": ["name"]}, "there a second time"),
    ],
)
def test_groups_that_are_none(groups, said):
    with pytest.raises(ValueError, match=said):
        records.completeness(pd.DataFrame({"name": ["Ann"]}), groups)


def test_bad_tables_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="records has no rows"):
        records.completeness(pd.DataFrame({"name": []}))
    with pytest.raises(ValueError, match="records is of type list"):
        records.completeness([1])
    with pytest.raises(ValueError, match="lacks the column list"):
        records.completeness(pd.DataFrame({"name": ["Ann"]}), by="list")
    with pytest.raises(ValueError, match="lacks the column last_heard"):
        records.completeness(pd.DataFrame({"name": ["Ann"]}), since="2025-01-01")
    people = pd.DataFrame({"name": ["Ann"], "last_heard": ["2025-01-01"]})
    with pytest.raises(ValueError, match="since is not a date"):
        records.completeness(people, since="soon")


# ---------------------------------------------------------------- one way to write


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Keller, Zoé", "ZOE KELLER"),
        ("Mr. Jürgen  Salwold", "jurgen salwold"),
        ("Blue Kettle Ltd", "The Blue Kettle Limited"),
        ("Blue Oven Café G.m.b.H.", "blue oven cafe GmbH"),
        ("O'Brien Deli", "OBRIEN DELI"),
        ("明月咖啡有限公司", "明月咖啡"),
        ("明月咖啡股份有限公司", "明月咖啡有限责任公司"),
        ("\uff21nn Lee", "Ann Lee"),
    ],
)
def test_names_in_two_fashions_are_one(one, other):
    name = records.normalised(pd.DataFrame({"name": [one, other]}))["name"]
    assert name[0] == name[1]


@pytest.mark.parametrize(("one", "other"), [("Ann Lee", "Anna Lee"), ("が Lee", "か Lee")])
def test_other_names_stay_apart(one, other):
    name = records.normalised(pd.DataFrame({"name": [one, other]}))["name"]
    assert name[0] != name[1]


def test_other_fields_in_one_way():
    cells = {
        "street": ["9 Mill Road", "Mill Rd. 9", "MILL RD 9", "?"],
        "postcode": ["ab 12-3", "AB123", "ab123", None],
        "email": [" A@Example.com", "a@example.com", "none", "no mail"],
        "phone": ["+49 (30) 471-536", "030 471536", "030/471 536", "123"],
        "born": ["1990-02-03", pd.Timestamp("1990-02-03"), None, None],
    }
    said = records.normalised(pd.DataFrame(cells))
    assert said["street"].tolist()[:3] == ["9 mill rd"] * 3
    assert said["postcode"].tolist()[:3] == ["AB123"] * 3
    assert said["email"].tolist()[:2] == ["a@example.com"] * 2
    assert said["phone"].tolist()[:3] == ["30471536"] * 3
    assert said["born"].tolist()[:2] == ["1990-02-03"] * 2
    assert said.iloc[3].isna().all()
    assert pd.isna(said.loc[2, "email"])


def test_a_firm_of_nothing_but_forms_keeps_its_name():
    assert records.normalised(pd.DataFrame({"name": ["The Company Ltd"]}))["name"][0] == (
        "company ltd the"
    )


@settings(max_examples=60)
@given(WORDS)
def test_written_in_one_way_twice_is_written_once(text):
    once = records.normalised(pd.DataFrame({"name": [text], "street": [text]}))
    again = records.normalised(once)
    assert again.equals(once) or records.answered(once["name"]).eq(False).all()


def test_normalised_needs_a_field_it_knows():
    with pytest.raises(ValueError, match="has none of the columns name, street"):
        records.normalised(pd.DataFrame({"shoe": [1]}))
    with pytest.raises(ValueError, match="cannot be read as a date"):
        records.normalised(pd.DataFrame({"born": ["soon"]}))


# ---------------------------------------------------------------- pairs


def test_a_score_by_hand():
    two = book(
        {"name": "Ann Lee", "phone": "471 5360", "email": "ann@example.com", "postcode": "1"},
        {"name": "Ann Lea", "phone": "4715360", "email": None, "postcode": "2"},
    )
    # words: ann 1, lea against lee 2/3 by difflib; e-mail unknown 0.5
    name = (1 + 2 / 3) / 2
    row = records.possible_pairs(two, least=0).table.iloc[0]
    assert row["name"] == pytest.approx(name)
    assert np.isnan(row["email"])
    assert row["score"] == pytest.approx((3 * name + 2 * 1 + 2 * 0.5 + 1 * 0) / 8)
    alone = records.possible_pairs(
        two, least=0, weights={"name": 1, "phone": 0, "email": 0, "postcode": 0}
    )
    assert alone["score"].iloc[0] == pytest.approx(name)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("1984-09-14", "1984-09-14", 1.0),
        ("1984-09-14", "1984-09-23", 0.5),
        ("1984-09-14", "1985-09-14", 0.5),
        ("1984-09-04", "1984-04-09", 0.5),
        ("1984-09-14", "1985-09-15", 0.0),
    ],
)
def test_days_of_birth(one, other, alike):
    two = book({"name": "Ann", "born": one}, {"name": "Ann", "born": other})
    row = records.possible_pairs(two, least=0).table.iloc[0]
    assert row["born"] == alike
    assert not row["exact"]  # the name alone is not enough


def test_initials_and_words_that_one_lacks():
    rows = [{"name": name, "phone": "471536"} for name in ("Ann Lee", "A. Lee", "Ann Lee Kim")]
    table = records.possible_pairs(book(*rows), least=0).table.set_index(["record", "other"])
    assert table.loc[("a", "b"), "name"] == pytest.approx(0.9)
    assert table.loc[("a", "c"), "name"] == pytest.approx(2 / 2.5)


def test_exact_pairs_need_more_than_a_name_and_no_second_birthday():
    rows = [
        {
            "name": "Ann Lee",
            "phone": "471536",
            "street": "9 Mill Road",
            "postcode": "1",
            "born": None,
        },
        {
            "name": "Lee, Ann",
            "phone": "-",
            "street": "9 mill rd",
            "postcode": "1",
            "born": "1990-01-01",
        },
        {
            "name": "Ann Lee",
            "phone": "47 1536",
            "street": "3 Kiln Lane",
            "postcode": "2",
            "born": "1950-05-05",
        },
        {"name": "Ann Lee", "phone": None, "street": "9 Mill Road", "postcode": "3", "born": None},
    ]
    result = records.possible_pairs(book(*rows), least=0)
    assert [tuple(pair) for pair in result.exact.to_numpy()] == [("a", "b"), ("a", "c")]
    others = result.review()[["record", "other"]]
    assert {tuple(pair) for pair in others.to_numpy()} == {
        ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d"),
    }  # fmt: skip
    assert result.caption == "6 pairs of 4 records were compared; 2 are exact."
    assert len(result.review(1)) == 0


def test_parent_and_child_of_one_name_are_for_somebody_to_read():
    home = {"name": "Omar Dalwick", "phone": "471536", "street": "9 Mill Road", "postcode": "1"}
    two = book(home | {"born": "1960-03-04"}, home | {"born": "1991-07-08"})
    result = records.possible_pairs(two)
    assert result.exact.empty
    assert len(result.review(0.7)) == 1


def test_kinds_are_not_mixed():
    rows = [{"name": "Ann Lee", "phone": "471536", "kind": kind} for kind in ("person", "company")]
    assert records.possible_pairs(book(*rows), least=0).compared == 0


def test_what_too_many_share_is_named(monkeypatch):
    from crmlab.database.records import matching

    monkeypatch.setattr(matching, "LARGEST", 3)
    rows = [{"name": f"Name{k} Own{k}", "postcode": "10: A"} for k in range(5)]
    rows[4]["name"] = rows[3]["name"]
    result = records.possible_pairs(book(*rows), least=0)
    assert result.compared == 1
    assert result.skipped == ("postcode 10A",)
    assert records.possible_pairs(book(*rows[:3]), least=0).compared == 3
    assert result.caption.endswith("Too frequent to compare by: postcode 10A.")


def test_no_pair_is_an_empty_table():
    result = records.possible_pairs(book({"name": "Ann Lee"}, {"name": "Bo Kim"}))
    assert result.table.empty
    assert result.exact.empty
    assert result.review().empty


def test_pairs_do_not_depend_on_the_order_of_rows(lantern):
    some = lantern[0].query("postcode < 10200")
    one = records.possible_pairs(some, least=0.5)
    other = records.possible_pairs(some.sample(frac=1, random_state=3), least=0.5)
    assert one == other
    assert len(one.table) > 20
    assert (one["record"] < one["other"]).all()
    assert one["score"].is_monotonic_decreasing


def test_pairs_of_other_dtypes(lantern):
    some = lantern[0].query("postcode < 10100")
    one = records.possible_pairs(some, least=0.5)
    for kind in ("object", "string[python]"):
        texts = some.select_dtypes("str").columns
        assert records.possible_pairs(some.astype(dict.fromkeys(texts, kind)), least=0.5) == one
    assert records.possible_pairs(some.astype({"postcode": str}), least=0.5) == one


def test_every_pair_agrees_in_a_field_and_none_is_missed(lantern):
    some = lantern[0].query("postcode < 10150").reset_index(drop=True)
    result = records.possible_pairs(some, least=0)
    fields = records.normalised(some).set_index(some["record_id"])
    pairs = {tuple(pair) for pair in result.table[["record", "other"]].to_numpy()}
    kinds = some.set_index("record_id")["kind"]
    ids = sorted(fields.index)
    for place, one in enumerate(ids):
        for other in ids[place + 1 :]:
            same = (fields.loc[one] == fields.loc[other]).any() and kinds[one] == kinds[other]
            assert same == ((one, other) in pairs)


@pytest.mark.parametrize(
    ("table", "options", "said"),
    [
        (book({"name": "Ann"}), {}, "records has one row"),
        (pd.DataFrame({"record_id": ["a", "a"], "name": ["x", "y"]}), {}, "repeats an earlier"),
        (pd.DataFrame({"record_id": ["a", None], "name": ["x", "y"]}), {}, "is empty"),
        (pd.DataFrame({"record_id": ["a", "b"]}), {}, "lacks the column name"),
        (book({"name": "Ann"}, {"name": "Bo"}), {"least": 60}, "least"),
        (book({"name": "Ann"}, {"name": "Bo"}), {"least": float("nan")}, "least"),
        (book({"name": "Ann"}, {"name": "Bo"}), {"weights": {"phone": 1}}, "without weight"),
        (book({"name": "Ann"}, {"name": "Bo"}), {"weights": {"name": -1}}, "below 0"),
    ],
)
def test_records_that_cannot_be_paired(table, options, said):
    with pytest.raises(ValueError, match=said):
        records.possible_pairs(table, **options)


# ---------------------------------------------------------------- quality


def test_quality_recomputed_another_way(lantern, found):
    _, truth = lantern
    quality = records.pair_quality(found, truth, least=[0.9, 0.7, 0.5])
    owner = truth.set_index("record_id")["customer_id"]
    both = truth.merge(truth, on="customer_id")
    true_pairs = both[both["record_id_x"] < both["record_id_y"]]
    assert quality.true_pairs == len(true_pairs)
    assert quality.caption == f"{len(true_pairs):,} pairs of records are one customer."
    for cut, row in quality.table.iterrows():
        listed = found.table[found["score"] >= cut].rename(
            columns={"record": "record_id_x", "other": "record_id_y"}
        )
        hits = len(listed.merge(true_pairs, on=["record_id_x", "record_id_y"]))
        assert (row["pairs"], row["right"]) == (len(listed), hits)
        assert row["precision"] == pytest.approx(hits / len(listed))
        assert row["recall"] == pytest.approx(hits / len(true_pairs))
        for name, base in (("precision", len(listed)), ("recall", len(true_pairs))):
            limits = wilson(hits, base)
            assert (row[f"{name}_low"], row[f"{name}_high"]) == pytest.approx(limits)
    assert owner[found.table["record"]].notna().all()


def test_the_pairs_are_judged_one_by_one(lantern, found):
    quality = records.pair_quality(found, lantern[1])
    owner = lantern[1].set_index("record_id")["customer_id"]
    right = quality.pairs["record"].map(owner) == quality.pairs["other"].map(owner)
    assert (quality.pairs["right"] == right).all()
    exact = quality.pairs[quality.pairs["exact"]]
    counts = quality.exact[["pairs", "right"]].tolist()
    assert counts == [len(found.exact), exact["right"].sum()]
    assert quality.exact["share"] == exact["right"].mean()
    assert tuple(quality.exact[["low", "high"]]) == pytest.approx(wilson(*counts[::-1]))


def test_a_reading_list_shows_both_records(lantern, found):
    shown = found.reading_list(lantern[0].sample(frac=1, random_state=1), least=0.7)
    wanted = found.table[found["score"] >= 0.7]
    assert shown["record_id"].tolist() == wanted[["record", "other"]].to_numpy().ravel().tolist()
    assert shown["pair"].tolist() == np.arange(1, len(wanted) + 1).repeat(2).tolist()
    assert shown["score"].tolist() == wanted["score"].repeat(2).tolist()
    names = lantern[0].set_index("record_id")["name"]
    assert shown["name"].tolist() == names[shown["record_id"]].tolist()
    with pytest.raises(ValueError, match="are no records here"):
        found.reading_list(lantern[0].head(5))


def test_bands_add_up(lantern, found):
    quality = records.pair_quality(found, lantern[1], least=[0.5, 0.8, 0.65])
    assert quality.bands["pairs"].cumsum().tolist() == quality.table["pairs"].tolist()
    assert quality.bands["right"].cumsum().tolist() == quality.table["right"].tolist()
    assert quality.bands["share"].tolist() == pytest.approx(
        (quality.bands["right"] / quality.bands["pairs"]).tolist()
    )
    assert (quality.bands["low"] <= quality.bands["share"]).all()
    assert (quality.bands["share"] <= quality.bands["high"]).all()
    low, high = wilson(quality.bands["right"], quality.bands["pairs"])
    assert quality.bands["low"].tolist() == pytest.approx(low.tolist())
    assert quality.bands["high"].tolist() == pytest.approx(high.tolist())
    wide = records.pair_quality(found, lantern[1], least=[0.5], confidence=0.99)
    assert wide.bands["low"].iloc[0] < wilson(*quality.table.loc[0.5, ["right", "pairs"]])[0]


def test_pairs_are_good_on_a_company_they_were_not_made_for(lantern, found):
    quality = records.pair_quality(found, lantern[1])
    assert quality.table.loc[0.9, "precision"] > 0.95
    assert quality.table.loc[0.6, "recall"] > 0.88
    assert quality.table.loc[0.7, "precision"] > 0.7
    assert quality.table["recall"].is_monotonic_increasing
    exact = records.Pairs(found.table[found["exact"]], found.records, found.compared)
    share = records.pair_quality(exact, lantern[1], least=[0]).table["precision"].iloc[0]
    assert 0.9 < share < 1  # parents and children of one name


def test_the_figure_says_what_the_table_says(lantern, found):
    quality = records.pair_quality(found, lantern[1], least=[0.9, 0.7, 0.5])
    assert quality.best == 0.7
    row = quality.table.loc[0.7]
    ax = quality.plot()
    assert ax.get_title("left") == (
        f"From a score of 0.70 on, {row['precision']:.0%} of the pairs are right\n"
        f"and {row['recall']:.0%} of the true pairs are found"
    )
    precision, recall, best = ax.lines
    assert precision.get_label().startswith("precision")
    assert recall.get_label().startswith("recall")
    np.testing.assert_array_equal(precision.get_xydata(), quality.table["precision"].reset_index())
    np.testing.assert_array_equal(recall.get_xydata(), quality.table["recall"].reset_index())
    assert best.get_xdata()[0] == 0.7
    lows = [area.get_paths()[0].vertices[:, 1].min() for area in ax.collections]
    assert lows == pytest.approx(
        [quality.table["precision_low"].min(), quality.table["recall_low"].min()]
    )


def test_a_score_that_no_pair_reaches_has_no_precision():
    rows = [{"name": "Ann", "phone": "471536"}, {"name": "Anna", "phone": "471536"}]
    truth = pd.DataFrame({"record_id": ["a", "b"], "customer_id": ["1", "1"]})
    quality = records.pair_quality(records.possible_pairs(book(*rows)), truth, least=[1, 0.6])
    assert quality.table["pairs"].tolist() == [0, 1]
    assert np.isnan(quality.table.loc[1.0, "precision"])
    assert quality.best == 0.6


def test_truths_that_are_none(found, lantern):
    truth = lantern[1]
    with pytest.raises(ValueError, match="give what possible_pairs returns"):
        records.pair_quality(found.table, truth)
    with pytest.raises(ValueError, match="not in the truth"):
        records.pair_quality(found, truth.head(30))
    with pytest.raises(ValueError, match="no two records are one customer"):
        records.pair_quality(found, truth.assign(customer_id=truth["record_id"]))
    with pytest.raises(ValueError, match="repeats an earlier"):
        records.pair_quality(found, pd.concat([truth, truth.head(1)]))
    with pytest.raises(ValueError, match="least"):
        records.pair_quality(found, truth, least=[70])


# ---------------------------------------------------------------- what reading brings


def three_and_two():
    """Ann three times, Bo twice and a stranger with Bo's telephone, each pair judged."""
    names = ["Ann Kel", "Ann Kel", "Ann Kell", "Bo Lee", "Bo Lee", "Bo Lea"]
    people = pd.DataFrame({"record_id": list("abcdef"), "name": names})
    people["phone"] = [*["471536"] * 3, *["608142"] * 3]
    truth = people[["record_id"]].assign(customer_id=[1, 1, 1, 2, 2, 3])
    return records.possible_pairs(people), truth


def test_three_records_of_one_customer_are_three_pairs_and_two_parcels():
    pairs, truth = three_and_two()
    quality = records.pair_quality(pairs, truth, least=[1, 0.6])
    found = records.reading_gain(quality, saving=6, cost=1)
    assert found.groups == 2
    # all equal: a-b and d-e; then a-c, b-c, which spare one record, and d-f, e-f, which are wrong
    counts = found.table[["pairs", "right", "spare"]].to_numpy().tolist()
    assert counts == [[2, 2, 2], [6, 4, 3]]
    assert found.table["gain"].tolist() == [6 * 2 - 2, 6 * 3 - 6]
    # by group, Ann and Bo: 5 and 5 from 1 on, 9 and 3 from 0.6 on
    half = 12.706205 * np.sqrt(2) * np.std([9, 3], ddof=1)
    assert found.table[["low", "high"]].to_numpy().ravel() == pytest.approx(
        [10, 10, 12 - half, 12 + half]
    )
    assert found.against.index.tolist() == [1.0]
    assert found.against["difference"].tolist() == [10 - 12]
    assert found.best == 0.6
    assert found.as_good == (1.0, 0.6)
    assert found.caption == "Intervals are by group; the pairs join records to 2 groups."
    dear = records.reading_gain(quality, saving=6, cost=2)
    assert dear.best == 1.0  # 2 parcels for 2 pairs: 8; 3 for 6: 6
    even = records.reading_gain(quality, saving=4, cost=1)
    assert even.table["gain"].tolist() == [6, 6]
    assert even.best == 1.0
    assert np.isnan(even.against["groups_needed"]).all()


@pytest.fixture(scope="module")
def read(lantern, found):
    truth = lantern[1]
    listed = records.Pairs(found.table[found["score"] >= 0.6], found.records, found.compared)
    quality = records.pair_quality(listed, truth)
    return quality, records.reading_gain(quality, saving=6, cost=1)


def test_spare_records_are_those_that_merging_saves(lantern, read):
    quality, gain = read
    for cut, row in gain.table.iterrows():
        judged = quality.pairs[quality.pairs["score"] >= cut]
        merged = records.merge_records(lantern[0], judged[judged["right"]])
        assert row["spare"] == len(lantern[0]) - len(merged.table)
        assert row["gain"] == 6 * row["spare"] - len(judged)
    assert gain["pairs"].equals(quality["pairs"])
    assert gain["right"].equals(quality["right"])
    assert gain.best == gain["gain"].idxmax()
    assert (gain["low"] < gain["gain"]).all()
    assert (gain["gain"] < gain["high"]).all()


def by_group(people, quality, cut):
    """What reading down to a score brings in each group, another way."""
    group = records.merge_records(people, quality.pairs).members
    judged = quality.pairs[quality.pairs["score"] >= cut]
    customer = records.merge_records(people, judged[judged["right"]]).members
    spare = group.groupby(group).size() - customer.groupby(group).nunique()
    pairs = judged.groupby(judged["record"].map(group)).size()
    gain = 6 * spare - pairs.reindex(spare.index, fill_value=0)
    return gain[group.value_counts()[gain.index] > 1]


def test_intervals_are_student_s_over_groups(lantern, read):
    from statsmodels.stats.power import TTestPower
    from statsmodels.stats.weightstats import DescrStatsW

    quality, gain = read
    best = by_group(lantern[0], quality, gain.best)
    assert len(best) == gain.groups
    for cut, row in gain.table.iterrows():
        values = by_group(lantern[0], quality, cut)
        limits = np.multiply(DescrStatsW(values).tconfint_mean(), gain.groups)
        assert row[["low", "high"]].tolist() == pytest.approx(limits.tolist())
        if cut != gain.best:
            less = values - best
            other = gain.against.loc[cut]
            limits = np.multiply(DescrStatsW(less).tconfint_mean(), gain.groups)
            assert other["difference"] == less.sum()
            assert other[["low", "high"]].tolist() == pytest.approx(limits.tolist())
            size = other["groups_needed"]
            effect = abs(less.mean()) / less.std()
            assert TTestPower().power(effect, size, 0.05) >= 0.8 - 1e-6
            assert TTestPower().power(effect, size - 1, 0.05) < 0.8
    wide = records.reading_gain(quality, saving=6, cost=1, confidence=0.99)
    assert (wide["low"] < gain["low"]).all()
    assert (wide["high"] > gain["high"]).all()


def test_right_pairs_are_not_parcels_saved_at_lantern():
    """Counted by merging: 437 right pairs save 376 parcels, and the list is not read to its end."""
    shop = load("lantern")
    quality = records.pair_quality(
        records.possible_pairs(shop["address_book"]), shop["truth_records"], least=[0.7, 0.65, 0.6]
    )
    found = records.reading_gain(quality, saving=6, cost=1)
    assert found.table.loc[0.6, ["right", "spare"]].tolist() == [437, 376]
    assert found["gain"].tolist() == [1573, 1599, 1516]
    assert found.as_good == (0.7, 0.65)


def test_the_interval_by_group_holds_in_95_of_100_books(lantern, read):
    """Books of groups drawn anew from these: neither too narrow nor too wide."""
    quality, gain = read
    values = by_group(lantern[0], quality, gain.best).to_numpy()
    draws = np.random.default_rng(7).choice(values, (4000, len(values)))
    reach = (gain["high"] - gain["low"])[gain.best] / 2 / values.std(ddof=1)
    held = np.abs(draws.sum(axis=1) - values.sum()) <= reach * draws.std(axis=1, ddof=1)
    assert 0.94 < held.mean() < 0.96


def test_reading_does_not_depend_on_the_order_of_pairs(read):
    quality, gain = read
    turned = quality.pairs[::-1].rename(columns={"record": "other", "other": "record"})
    again = records.PairQuality(
        quality.table, turned, quality.bands, quality.exact, quality.true_pairs
    )
    found = records.reading_gain(again, saving=6, cost=1)
    pd.testing.assert_frame_equal(found.table, gain.table)
    pd.testing.assert_frame_equal(found.against, gain.against)


def test_the_figure_of_reading_says_what_the_table_says(read):
    _, gain = read
    ax = gain.plot()
    others = ", ".join(f"{cut:.2f}" for cut in gain.as_good if cut != gain.best)
    near = f"\nMaybe as good: from {others}" if others else ""
    first = f"Reading from a score of {gain.best:.2f} on gains most: {gain['gain'].max():,.0f}"
    assert ax.get_title("left") == first + near
    assert set(gain.as_good) == {
        gain.best,
        *gain.against.index[(gain.against["low"] <= 0) & (gain.against["high"] >= 0)],
    }
    shown = {bar.get_label(): bar for bar in ax.containers}
    assert set(shown) == {"may be the best", "worse"}
    for label, bar in shown.items():
        dots, _, (reach,) = bar
        assert dots.get_color() == COLOURS["neutral" if label == "worse" else "good"]
        rows = gain.table.loc[dots.get_xdata()]
        assert set(rows.index) == {
            cut for cut in gain.table.index if (cut in gain.as_good) == (label != "worse")
        }
        assert dots.get_ydata().tolist() == rows["gain"].tolist()
        ends = np.array([line[:, 1] for line in reach.get_segments()])
        assert ends == pytest.approx(rows[["low", "high"]].to_numpy())
    alone = records.ReadingGain(gain.table, gain.against.assign(high=-1.0, low=-2.0), gain.groups)
    assert alone.as_good == (gain.best,)
    assert alone.title == first


def test_readings_that_bring_nothing_to_count(read):
    quality, _ = read
    with pytest.raises(ValueError, match="give what pair_quality returns"):
        records.reading_gain(quality.table, saving=6, cost=1)
    with pytest.raises(ValueError, match="saving"):
        records.reading_gain(quality, saving=0, cost=1)
    with pytest.raises(ValueError, match="cost"):
        records.reading_gain(quality, saving=6, cost=-1)
    with pytest.raises(ValueError, match="confidence"):
        records.reading_gain(quality, saving=6, cost=1, confidence=95)
    pairs, truth = three_and_two()
    one = records.Pairs(pairs.table.head(1), 6, 1)
    with pytest.raises(ValueError, match="join the records to 1 group; an interval"):
        records.reading_gain(records.pair_quality(one, truth), saving=6, cost=1)
    none = records.Pairs(pairs.table.head(0), 6, 0)
    with pytest.raises(ValueError, match="holds no pair"):
        records.reading_gain(records.pair_quality(none, truth), saving=6, cost=1)


# ---------------------------------------------------------------- one row per customer


def test_merging_by_hand():
    people = pd.DataFrame(
        {
            "record_id": ["a", "b", "c", "d"],
            "name": ["Ann Lee", "A. Lee", "Bo Kim", "Ann Lee"],
            "phone": ["1", None, "2", "n/a"],
            "last_heard": pd.to_datetime(["2025-01-01", "2025-03-01", "2025-02-01", "2025-02-01"]),
        }
    )
    accepted = pd.DataFrame({"record": ["a", "b"], "other": ["b", "d"]})
    merged = records.merge_records(people, accepted, newest="last_heard")
    assert merged.members.to_dict() == {"a": "a", "b": "a", "c": "c", "d": "a"}
    assert merged.table.loc["a", ["name", "phone", "records"]].tolist() == ["A. Lee", "1", 3]
    assert merged.table.loc["c", "records"] == 1
    names = merged.conflicts.query("field == 'name'")
    assert names[["customer", "kept", "dropped"]].to_numpy().tolist() == [
        ["a", "A. Lee", "Ann Lee"]
    ]
    assert "phone" not in set(merged.conflicts["field"])
    assert merged.caption.startswith("4 records are 2 customers, the largest of 3;")
    undated = people.assign(last_heard=people["last_heard"].where(people["record_id"] != "b"))
    older = records.merge_records(undated, accepted, newest="last_heard")
    assert older.table.loc["a", "name"] == "Ann Lee"
    last_row = records.merge_records(people, accepted)
    assert last_row.table.loc["a", "name"] == "Ann Lee"


def test_nothing_accepted_merges_nothing(lantern):
    people = lantern[0].head(50)
    merged = records.merge_records(people, pd.DataFrame({"record": [], "other": []}))
    assert len(merged.table) == 50
    assert merged.table["records"].eq(1).all()
    assert merged.conflicts.empty


def test_merging_the_truth_gives_the_customers(lantern):
    people, truth = lantern
    both = truth.merge(truth, on="customer_id")
    both = both[both["record_id_x"] < both["record_id_y"]]
    accepted = both.rename(columns={"record_id_x": "record", "record_id_y": "other"})
    merged = records.merge_records(people, accepted, newest="last_heard")
    assert len(merged.table) == truth["customer_id"].nunique()
    owner = truth.set_index("record_id")["customer_id"]
    assert merged.members.groupby(owner).nunique().eq(1).all()
    shuffled = records.merge_records(
        people.sample(frac=1, random_state=1), accepted[::-1], newest="last_heard"
    )
    pd.testing.assert_frame_equal(shuffled.table, merged.table)
    last = people["last_heard"].groupby(people["record_id"].map(merged.members)).max()
    assert (merged.table["last_heard"] == last).all()


def test_households_share_an_address():
    people = book(
        {"street": "9 Mill Road", "postcode": "1"},
        {"street": "Mill Rd 9", "postcode": "1"},
        {"street": "9 Mill Road", "postcode": "2"},
        {"street": None, "postcode": "1"},
        {"street": "-", "postcode": "1"},
    )
    assert records.households(people).to_dict() == {
        "a": "a", "b": "a", "c": "c", "d": "d", "e": "e",
    }  # fmt: skip
    assert records.households(people[::-1]).to_dict() == records.households(people).to_dict()


def test_merges_that_cannot_be():
    people = book({"name": "Ann"}, {"name": "Bo"})
    with pytest.raises(ValueError, match="is no record here"):
        records.merge_records(people, pd.DataFrame({"record": ["a"], "other": ["z"]}))
    with pytest.raises(ValueError, match="accepted lacks the column other"):
        records.merge_records(people, pd.DataFrame({"record": ["a"]}))
    with pytest.raises(ValueError, match="accepted must be a table"):
        records.merge_records(people, [("a", "b")])
    none = pd.DataFrame({"record": [], "other": []})
    with pytest.raises(ValueError, match="lacks the column updated"):
        records.merge_records(people, none, newest="updated")
    with pytest.raises(ValueError, match="lacks the column street"):
        records.households(people)
