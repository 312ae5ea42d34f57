"""What may be held and handed on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.database import custody


def register(*rows):
    return pd.DataFrame(rows, columns=["purpose", "column", "basis", "keep_months"])


PARCELS = register(
    ("send parcels", "name", "contract", 36),
    ("send parcels", "street", "contract", 36),
    ("birthday card", "name", "consent", 24),
    ("birthday card", "born", "consent", 24),
)

# ---------------------------------------------------------------- columns and purposes


def test_columns_against_a_register():
    found = custody.review_columns(["name", "born", "remark"], PARCELS)
    assert found.table.to_dict("index") == {
        "name": {
            "purposes": "send parcels, birthday card",
            "bases": "contract, consent",
            "keep_months": 36,
            "verdict": "keep",
        },
        "born": {
            "purposes": "birthday card",
            "bases": "consent",
            "keep_months": 24,
            "verdict": "keep",
        },
        "remark": {
            "purposes": "",
            "bases": "",
            "keep_months": pytest.approx(np.nan, nan_ok=True),
            "verdict": "no purpose",
        },
    }
    assert found.to_drop == ["remark"]
    assert found.missing == ("street",)
    assert found.caption == (
        "GDPR: 2 of 3 columns have a purpose and a basis. Needed and not held: street."
    )


def test_sensitive_columns_rest_on_consent_alone():
    rules = register(
        ("sugar-free cake", "remark", "legitimate interests", 12), ("blood", "health", "consent", 1)
    )
    found = custody.review_columns(
        ["remark", "health", "faith"], rules, sensitive=["remark", "health", "faith"]
    )
    assert found["verdict"].to_dict() == {
        "remark": "ask first",
        "health": "keep",
        "faith": "no purpose",
    }


def test_what_is_a_basis_in_europe_is_none_in_china():
    rules = register(("ask back", "name", "legitimate interests", 12))
    assert custody.review_columns(["name"], rules)["verdict"]["name"] == "keep"
    with pytest.raises(ValueError, match="is no lawful basis of the PIPL"):
        custody.review_columns(["name"], rules, law="PIPL")
    assert len(custody.LAWFUL_BASES["GDPR"]) == 6
    assert len(custody.LAWFUL_BASES["PIPL"]) == 7


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (PARCELS.drop(columns="basis"), "lacks the column basis"),
        (PARCELS.assign(purpose=" "), "register.purpose"),
        (PARCELS.assign(column=None), "register.column"),
        (PARCELS.assign(basis="because"), "are no lawful bases of the GDPR"),
        (PARCELS.assign(keep_months=0), "keep_months"),
        (PARCELS.assign(keep_months="long"), "keep_months"),
        (PARCELS.head(0), "no rows"),
    ],
)
def test_registers_that_are_none(rules, said):
    with pytest.raises(ValueError, match=said):
        custody.review_columns(["name"], rules)


def test_a_purpose_is_rows_of_a_register():
    made = pd.concat(
        [
            custody.purpose("send parcels", ["name", "street"], basis="contract", keep_months=36),
            custody.purpose("birthday card", ("name", "born"), basis="consent", keep_months=24),
        ],
        ignore_index=True,
    )
    pd.testing.assert_frame_equal(made, PARCELS)
    assert custody.purpose("call", "phone", basis="consent", keep_months=1)["column"].tolist() == [
        "phone"
    ]
    undecided = custody.purpose("call", ["phone", "name"], basis="consent")
    both = custody.review_columns(["phone", "name"], pd.concat([PARCELS, undecided]))
    assert both["keep_months"]["name"] == 36
    assert np.isnan(both["keep_months"]["phone"])
    with pytest.raises(ValueError, match="say what 'call' needs"):
        custody.purpose("call", [], basis="consent", keep_months=1)


def test_reviews_that_cannot_be():
    with pytest.raises(ValueError, match="held is empty"):
        custody.review_columns([], PARCELS)
    with pytest.raises(ValueError, match="law"):
        custody.review_columns(["name"], PARCELS, law="ours")


def test_who_looked_at_what_no_purpose_allows():
    looks = [
        ("Eva", "send parcels", "street"),
        ("Eva", "birthday card", "street"),
        ("Jan", "curious", "name"),
        ("Jan", "birthday card", "born"),
    ]
    log = pd.DataFrame(looks, columns=["who", "purpose", "column"]).assign(date="2025-03-01")
    found = custody.access_breaches(log, PARCELS)
    assert found[["who", "why"]].to_numpy().tolist() == [
        ["Eva", "not needed for it"],
        ["Jan", "unknown purpose"],
    ]
    assert found.index.tolist() == [1, 2]
    assert custody.access_breaches(log.iloc[[0, 3]], PARCELS).empty
    with pytest.raises(ValueError, match=r"log.who"):
        custody.access_breaches(log.assign(who=""), PARCELS)
    with pytest.raises(ValueError, match=r"log.date"):
        custody.access_breaches(log.assign(date="soon"), PARCELS)
    with pytest.raises(ValueError, match="lacks the column purpose"):
        custody.access_breaches(log.drop(columns="purpose"), PARCELS)


# ---------------------------------------------------------------- how long


def test_what_has_been_kept_too_long():
    book = pd.DataFrame(
        {
            "name": ["Ann", "Bo", "Cy", "Di"],
            "last_heard": ["2024-08-31", "2024-09-01", None, "2020-01-01"],
        }
    )
    found = custody.overdue_records(book, keep_months=6, until="2025-03-01")
    assert found["name"].tolist() == ["Di", "Ann"]
    assert found["delete_by"].tolist() == list(pd.to_datetime(["2020-07-01", "2025-02-28"]))
    assert found["days_late"].tolist() == [
        (pd.Timestamp("2025-03-01") - pd.Timestamp("2020-07-01")).days,
        1,
    ]
    assert found.caption == "2 of 4 records have been kept too long; 1 more have no day."
    # on its last day a record may still be held
    assert len(custody.overdue_records(book, keep_months=6, until="2025-02-28").table) == 1


def test_periods_that_cannot_be():
    book = pd.DataFrame({"last_heard": ["2024-08-31"]})
    with pytest.raises(ValueError, match="lies after 2024-01-01"):
        custody.overdue_records(book, keep_months=6, until="2024-01-01")
    with pytest.raises(ValueError, match="keep_months"):
        custody.overdue_records(book, keep_months=0, until="2025-01-01")
    with pytest.raises(ValueError, match="lacks the column seen"):
        custody.overdue_records(book, keep_months=6, until="2025-01-01", dated="seen")


# ---------------------------------------------------------------- who is alone

TRAITS = st.lists(
    st.tuples(st.sampled_from(["n", "e", None]), st.integers(0, 3)), min_size=1, max_size=40
)


@settings(max_examples=60)
@given(TRAITS, st.integers(1, 6))
def test_what_is_left_has_no_group_below_k(rows, k):
    people = pd.DataFrame(rows, columns=["region", "decade"])
    found = custody.k_anonymity(people, ["region", "decade"])
    assert found.sizes.index.equals(people.index)
    for place, row in enumerate(rows):
        assert found.sizes.iloc[place] == sum(other == row for other in rows)
    assert found.k == found.sizes.min()
    kept = people[~found.below(k)]
    if len(kept):
        assert custody.k_anonymity(kept, ["region", "decade"]).k >= k
    assert found.below(1).sum() == 0
    assert found.below(2).sum() == found.alone


@settings(max_examples=40)
@given(TRAITS)
def test_telling_less_never_makes_a_group_smaller(rows):
    people = pd.DataFrame(rows, columns=["region", "decade"])
    fine, coarse = (custody.k_anonymity(people, t) for t in (["region", "decade"], ["region"]))
    assert (coarse.sizes >= fine.sizes).all()


def test_k_is_a_count():
    found = custody.k_anonymity(pd.DataFrame({"region": ["n", "e", "e"]}), ["region"])
    assert found.below(2).tolist() == [True, False, False]
    with pytest.raises(ValueError, match="k is"):
        found.below(0)
    with pytest.raises(ValueError, match="k is"):
        found.below(2.5)
